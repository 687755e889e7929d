//! Documents that cannot be read as an object: a wrong type, an unknown field or kind. And what any field may break.

use super::fixes::{field, shape, value};
use super::help;
use api::Rule;

help! { Rule:
    UnknownField {
        "There is no such field here: names are exact and case-sensitive, and the API server refuses fields it does not know.",
        fix: field::renamed,
        fix: field::moved,
        example: Service("{ports: [{port: 80}], selectors: {a: b}}")
    }
    TextNotBoolean {
        "This field takes text. YAML reads yes, no, on, off, true and false as booleans: put quotes around it.",
        fix: value::quoted,
        example: Service("{selector: {a: true}, ports: [{port: 80}]}")
    }
    TextNotNumber {
        "This field takes text, and YAML reads this as a number: put quotes around it.",
        fix: value::quoted,
        example: Service("{selector: {a: 1}, ports: [{port: 80}]}")
    }
    NumberNotText {
        "This field takes a number, without quotes.",
        fix: value::unquoted,
        example: Service("{ports: [{port: '80'}]}")
    }
    NumberNotWhole {
        "This field takes a whole number that is not too large.",
        example: Service("{ports: [{port: 80.5}]}")
    }
    NumberNotBoolean {
        "This field takes a number; YAML reads yes, no, on, off, true and false as booleans.",
        example: Service("{ports: [{port: yes}]}")
    }
    BooleanWanted {
        "This field takes true or false, without quotes.",
        fix: value::unquoted,
        fix: shape::single,
        example: Service("{publishNotReadyAddresses: 1, ports: [{port: 80}]}")
    }
    ListWanted {
        "This field takes a list: each item on a line of its own, after a dash and a space.",
        fix: shape::listed,
        example: Service("{ports: {port: 80}}")
    }
    MapWanted {
        "This field takes pairs: each on a line of its own, as key: value.",
        fix: shape::single,
        example: Service("{selector: [a], ports: [{port: 80}]}")
    }
    WordWanted {
        "This field takes one of a few words: write it as text.",
        example: Service("{ports: [{port: 80, protocol: 6}]}")
    }
    FieldsWanted {
        "This field takes fields, each on a line of its own below it, as key: value with a space after the colon.",
        example: Text("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: a\n")
    }
    NoListWanted {
        "This field takes one value or map, not a list: is there a dash too many?",
        fix: shape::single,
        fix: shape::lifted,
        example: Text("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: [a]\n")
    }
    NoFieldsWanted {
        "This field takes a single value, not fields below it.",
        fix: shape::lifted,
        example: Service("{type: {a: b}, ports: [{port: 80}]}")
    }
    WrongType {
        "This value has another type than the field.",
        example: Text("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: 1\n")
    }
    QuantityForm {
        "An amount is a number with a unit: 500m or 0.5 for CPU, 64Mi or 1Gi for memory.",
        example: Container("resources: {limits: {cpu: one}}")
    }
    QuantityUnit {
        "This amount has an unknown unit: use m for thousandths, Ki, Mi and Gi for memory, with these capital letters.",
        example: Container("resources: {limits: {memory: 64mi}}")
    }
    TimeForm {
        "A time is written as 2026-01-31T12:00:00Z.",
        example: Text("apiVersion: v1\nkind: Service\nmetadata: {name: a, creationTimestamp: now}\nspec: {ports: [{port: 80}]}\n")
    }
    TypeMissing {
        "Each document begins with apiVersion and kind: v1 and Service, apps/v1 and Deployment …",
        example: Text("a: b\n")
    }
    VersionMissing {
        "Each document begins with apiVersion: v1 for Services and Pods, apps/v1 for Deployments.",
        fix: value::first_line,
        example: Text("kind: Service\n")
    }
    VersionForm {
        "apiVersion is a version, or a group, a slash and a version: v1 for Services and Pods, apps/v1 for Deployments.",
        example: Text("apiVersion: a/b/c\nkind: Service\nmetadata: {name: a}\n")
    }
    VersionEmpty {
        "apiVersion may not be empty: write v1 for Services and Pods, apps/v1 for Deployments.",
        fix: value::version,
        example: Text("apiVersion: ''\nkind: Service\nmetadata: {name: a}\n")
    }
    KindMissing {
        "Each document names its kind: Service, Pod, Deployment …",
        example: Text("apiVersion: v1\nmetadata: {name: a}\n")
    }
    KindEmpty {
        "Each document names its kind, which may not be empty: Service, Pod, Deployment …",
        example: Text("apiVersion: v1\nkind: ''\nmetadata: {name: a}\n")
    }
    KindUnregistered {
        "Kinds are written with their capital letters: Service, Pod, Deployment …",
        fix: value::kind,
        example: Text("apiVersion: v1\nkind: service\nmetadata: {name: a}\n")
    }
    KindUnknown {
        "The cluster serves no such kind in this apiVersion: v1 has Service and Pod, apps/v1 has Deployment; a custom kind needs its CustomResourceDefinition first.",
        fix: value::version_or_kind,
        example: Text("apiVersion: v1\nkind: Deployment\nmetadata: {name: a}\n")
    }
    TypeNotText {
        "apiVersion and kind are texts: v1 and Service, apps/v1 and Deployment …",
        example: Text("apiVersion: 1\nkind: Service\nmetadata: {name: a}\n")
    }
    NotAnObject {
        "A document is a map that begins with apiVersion and kind; this one is something else.",
        example: Text("hello\n")
    }

    Required {
        "This field is required.",
        example: Container("readinessProbe: {exec: {}}")
    }
    Unsupported {
        "Only the values in the message are allowed, spelt exactly so.",
        fix: value::supported,
        example: Pod("{dnsPolicy: cluster, containers: [{name: a, image: a}]}")
    }
    Duplicate {
        "The same value stands above; each may be given only once.",
        fix: value::another,
        example: Pod("{volumes: [{name: a, emptyDir: {}}, {name: a, emptyDir: {}}], containers: [{name: a, image: a}]}")
    }
    TooLong {
        "This is longer than Kubernetes allows: shorten it to the length in the message.",
        example: Pod("{hostnameOverride: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, containers: [{name: a, image: a}]}")
    }
    NotNegative {
        "A number below 0 means nothing here: write 0 or more.",
        example: Deployment("replicas: -1")
    }
    Immutable {
        "This field cannot be changed once the object exists: delete the object and create it again.",
        example: Command(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}\n",
            "kubectl patch deployment a -p '{\"spec\":{\"selector\":{\"matchLabels\":{\"c\":\"d\"}},\"template\":{\"metadata\":{\"labels\":{\"c\":\"d\"}}}}}'",
        )
    }
    PortRange {
        "Ports are numbers from 1 to 65535.",
        example: Container("ports: [{containerPort: 70000}]")
    }
    AddressForm {
        "This field takes an IP address like 10.9.8.7, not a name.",
        example: Pod("{dnsConfig: {nameservers: [a]}, containers: [{name: a, image: a}]}")
    }
    AlreadyExists {
        "An object of this kind and name exists already: give this one another name.",
        fix: value::another,
        fix: shape::object_left_out,
        example: Text("apiVersion: v1\nkind: Service\nmetadata: {name: kubernetes}\nspec: {ports: [{port: 80}]}\n")
    }
}
