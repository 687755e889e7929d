//! The forms of names, labels and namespaces.

use super::fixes::{missing, value};
use super::help;
use api::Rule;

help! { Rule:
    NameMissing {
        "Each object needs a name: metadata.name.",
        example: Text("apiVersion: v1\nkind: Pod\nmetadata: {labels: {a: b}}\nspec: {containers: [{name: a, image: a}]}\n")
    }
    NameDots {
        "This name may hold no dots: use dashes.",
        fix: value::name,
        example: Text("apiVersion: v1\nkind: Namespace\nmetadata: {name: a.b}\n")
    }
    NameLabel {
        "This name holds only small letters, digits and dashes, and begins and ends with a letter or digit.",
        fix: value::name,
        example: Text("apiVersion: v1\nkind: Service\nmetadata: {name: A}\nspec: {ports: [{port: 80}]}\n")
    }
    NameSubdomain {
        "This name holds only small letters, digits, dashes and dots, and begins and ends with a letter or digit.",
        fix: value::name,
        example: Text("apiVersion: v1\nkind: Pod\nmetadata: {name: A}\nspec: {containers: [{name: a, image: a}]}\n")
    }
    NameUnderscore {
        "This name holds only small letters, digits, dashes, underscores and dots.",
        example: Pod("{dnsConfig: {searches: ['a b']}, containers: [{name: a, image: a}]}")
    }
    NameLength {
        "This is longer than Kubernetes allows: shorten it to the length in the message.",
        example: Service("{selector: {a: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}, ports: [{port: 80}]}")
    }
    NamespaceMissing {
        "There is no such namespace: create it before the objects in it.",
        fix: missing::namespace,
        example: Text("apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: b}\nspec: {ports: [{port: 80}]}\n")
    }
    LabelKey {
        "A key is a name of letters, digits, dashes, underscores and dots, at most 63, alone or after a domain and a slash: app, example.com/tier.",
        example: Service("{selector: {'a b': c}, ports: [{port: 80}]}")
    }
    LabelValue {
        "The value of a label holds only letters, digits, dashes, underscores and dots, and begins and ends with a letter or digit.",
        example: Service("{selector: {a: 'b c'}, ports: [{port: 80}]}")
    }
    PortName {
        "The name of a container's port has at most 15 small letters, digits and single dashes, with at least one letter: http, metrics-2.",
        example: Container("ports: [{containerPort: 80, name: a_b}]")
    }
    VariableName {
        "The name of an environment variable is not empty and holds no =.",
        example: Container("env: [{name: a=b}]")
    }
}
