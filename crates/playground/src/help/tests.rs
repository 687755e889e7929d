use super::{Entry, Example, decoding, names, plain_words, pod, service, syntax};
use crate::diagnostic::{Code, Severity};
use crate::{Micros, Scenario, Session};
use api::Rule;
use std::fmt::Debug;

fn session(text: &str) -> Session {
    Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    })
}

fn object(kind: &str, version: &str, spec: &str) -> String {
    format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\nspec: {spec}\n")
}

impl Example {
    /// What breaking rules comes to, in order, each once.
    fn codes(&self) -> Vec<Code> {
        let template = "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}";
        let text = match self {
            Self::Service(spec) => object("Service", "v1", spec),
            Self::Pod(spec) => object("Pod", "v1", spec),
            Self::Container(fields) => {
                let spec = format!("{{containers: [{{name: a, image: a, {fields}}}]}}");
                object("Pod", "v1", &spec)
            }
            Self::Deployment(fields) => {
                let spec = format!("{{selector: {{matchLabels: {{a: b}}}}, {template}, {fields}}}");
                object("Deployment", "apps/v1", &spec)
            }
            Self::Text(text) => (*text).to_owned(),
            Self::Command(text, command) => {
                let mut session = session(text);
                let (output, _) = session.perform(Micros::from_seconds(1), command);
                return output.rules.into_iter().map(Code::Rule).collect();
            }
        };
        let session = session(&text);
        let told = session.diagnostics().iter();
        let told = told.filter(|it| it.severity != Severity::Advice);
        told.map(|diagnostic| diagnostic.code).collect()
    }
}

/// The examples that break other rules than their own.
fn astray<R: Copy + Debug>(entries: &[Entry<R>], code: fn(R) -> Code) -> Vec<String> {
    let each = entries.iter().filter_map(|entry| {
        let broken = entry.example.codes();
        let wanted: Vec<Code> = entry.also.iter().chain([&entry.rule]).copied().map(code).collect();
        let all = wanted.iter().all(|it| broken.contains(it));
        let only = broken.iter().all(|it| wanted.contains(it));
        (!all || !only).then(|| format!("{:?} breaks {broken:?}\n", entry.rule))
    });
    each.collect()
}

#[test]
fn each_example_breaks_its_own_rule_and_no_other() {
    let files = [decoding::ENTRIES, names::ENTRIES, service::ENTRIES, pod::ENTRIES];
    let mut wrong: Vec<String> = files.iter().flat_map(|entries| astray(entries, Code::Rule)).collect();
    wrong.extend(astray(syntax::ENTRIES, Code::Syntax));
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

#[test]
fn each_rule_of_the_syntax_has_help() {
    let missing: Vec<_> = yaml::SyntaxRule::ALL
        .iter()
        .filter(|rule| super::of_syntax(**rule, "").is_none())
        .collect();
    assert_eq!(missing, [&yaml::SyntaxRule::Other]);
}

#[test]
fn codes_are_distinct_and_in_kebab_case() {
    let rules = Rule::ALL.iter().map(|rule| rule.code());
    let syntax = yaml::SyntaxRule::ALL.iter().map(|rule| rule.code());
    let mut codes: Vec<&str> = rules.chain(syntax).collect();
    let count = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), count);
    let kebab = |code: &&str| {
        code.bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    assert!(codes.iter().all(kebab));
}

/// Commands that fail, and the sentence that explains why; empty if none does.
const COMMANDS: &[(&str, &str)] = &[
    (
        "kubectl exec ended -- ls",
        "The container does not run at the moment: kubectl get pods says why, kubectl logs what it printed.",
    ),
    (
        "kubectl get svx",
        "The cluster has no such kind: kubectl api-resources lists those it has.",
    ),
    (
        "kubectl gett pods",
        "There is no such command: kubectl --help lists them.",
    ),
    (
        "kubectl get pods --wid",
        "The command has no such flag: its --help lists them.",
    ),
    (
        "kubectl get pods -Z",
        "The command has no such flag: its --help lists them.",
    ),
    (
        "kubectl delete pod",
        "Say which objects: by a name, by a label with -l, or --all.",
    ),
    (
        "kubectl apply",
        "Say what to read: -f services.yaml is the editor's text, -f - is what you type or paste next.",
    ),
    ("kubectl scale deployment web", "The command needs this flag."),
    (
        "kubectl apply -f other.yaml",
        "There is no such file here: services.yaml is the editor's text.",
    ),
    (
        "kubectl create -f - <<EOF\nkind: Service\nEOF",
        "Each document begins with apiVersion: v1 for Services and Pods, apps/v1 for Deployments.",
    ),
    (
        "kubectl create -f - <<EOF\na: b: c\nEOF",
        "This text is neither YAML nor JSON: put it into the editor, which marks the place and says what to do.",
    ),
    (
        "kubectl create -f - <<EOF\napiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: [{port: 70000, targetPort: 80}]}\nEOF",
        "port is the number at which clients reach the Service, from 1 to 65535, and is required.",
    ),
    (
        "kubectl label service web tier=b",
        "It has another value already: --overwrite replaces it.",
    ),
    (
        "kubectl get pod nobody",
        "Nothing of this kind has that name in this namespace: kubectl get with -A shows all namespaces.",
    ),
    (
        "kubectl get namespace nowhere",
        "There is no such namespace: kubectl get namespaces lists them.",
    ),
    ("kubectl get pods -n nowhere -l a", ""),
    (
        "kubectl exec client -- curl -s -S nobody",
        "The cluster's DNS knows no such name: use the name of a Service, or name.namespace from another namespace.",
    ),
    (
        "kubectl exec client -- curl -s -S web",
        "Refused at once: the Service has no ready endpoint, or nothing listens on the port in the pod.",
    ),
    (
        "kubectl run client --image=nginx",
        "An object of this kind and name exists already: give this one another name.",
    ),
    (
        "kubectl patch service web -p '{\"spec\":{\"clusterIP\":\"10.96.0.9\"}}'",
        "A Service keeps this value as long as it exists: delete it and create it again.",
    ),
];

#[test]
fn what_a_command_complains_of_is_said_plainly() {
    let mut session = session(
        "apiVersion: v1\nkind: Service\nmetadata: {name: web, labels: {tier: a}}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n\
         ---\napiVersion: v1\nkind: Pod\nmetadata: {name: client}\nspec: {containers: [{name: a, image: curlimages/curl, command: [sleep, infinity]}]}\n\
         ---\napiVersion: v1\nkind: Pod\nmetadata: {name: ended}\nspec: {containers: [{name: a, image: busybox}]}\n",
    );
    let mut wrong = Vec::new();
    for (command, sentence) in COMMANDS {
        let (output, _) = session.perform(Micros::from_seconds(1), command);
        let said = plain_words(&output);
        if said.first().copied().unwrap_or_default() != *sentence {
            wrong.push(format!("{command}\n  printed: {}\n  said: {said:?}", output.stderr));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn several_complaints_of_the_same_kind_are_explained_once() {
    let output = kubectl::Output {
        stderr: "Error from server (NotFound): pods \"a\" not found\n".repeat(3),
        ..kubectl::Output::default()
    };
    assert_eq!(plain_words(&output).len(), 1);
}
