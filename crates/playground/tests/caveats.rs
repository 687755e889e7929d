//! What the screen says the playground does not carry out.

use playground::{Micros, NetworkPolicies, Scenario, Session};

fn caveats(text: &str) -> Vec<String> {
    let scenario = Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    };
    Session::new(scenario).caveats(Micros::ZERO).to_vec()
}

#[test]
fn policies_are_enforced_unless_the_plugin_ignores_them() {
    let policy =
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny}\nspec: {podSelector: {}}\n";
    assert_eq!(caveats(policy), Vec::<String>::new());
    let scenario = Scenario {
        text: policy.to_owned(),
        network_policies: NetworkPolicies::Ignored,
        ..Scenario::default()
    };
    assert_eq!(
        Session::new(scenario).caveats(Micros::ZERO),
        ["the network plugin ignores network policies, as chosen under Traffic: they are kept, and requests pass"]
    );
}

#[test]
fn a_probe_of_a_command_that_nobody_knows_is_said() {
    let probed = |command: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - {{name: web, image: nginx, readinessProbe: {{exec: {{command: {command}}}}}}}\n"
        )
    };
    assert_eq!(
        caveats(&probed("[pg_isready, -U, app]")),
        ["the probe \"pg_isready -U app\" is taken to succeed: what the command does is not known here"]
    );
    assert_eq!(caveats(&probed("[cat, /nope]")), Vec::<String>::new());
}

#[test]
fn a_plain_service_needs_no_caveat() {
    let text =
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n";
    assert_eq!(caveats(text), Vec::<String>::new());
}

#[test]
fn what_extends_a_cluster_says_that_nobody_asks_it() {
    let definition = |rules: &str| {
        format!(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: crons.example.com}}\nspec:\n  group: example.com\n  scope: Namespaced\n  names: {{plural: crons, kind: Cron}}\n  versions:\n  - {{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object, properties: {{spec: {{type: object{rules}}}}}}}}}}}\n"
        )
    };
    assert_eq!(caveats(&definition("")), Vec::<String>::new());
    assert_eq!(
        caveats(&definition(", x-kubernetes-validations: [{rule: self.a < 3}]")),
        [
            "crons.example.com: the rules of its schema that are expressions (CEL, x-kubernetes-validations) are not evaluated here"
        ]
    );
    let policy = "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: limit}\nspec:\n  matchConstraints: {resourceRules: [{operations: [CREATE], apiGroups: [apps], apiVersions: [v1], resources: [deployments]}]}\n  validations: [{expression: object.spec.replicas <= 5}]\n";
    assert_eq!(
        caveats(policy),
        ["limit: its expressions (CEL) are not evaluated here: it refuses nothing and changes nothing"]
    );
}
