//! Manifests from choices: few names and labels, so that they meet.

use crate::Choices;
use std::fmt::Write as _;

const APPS: [&str; 3] = ["a", "b", "c"];
const IMAGES: [&str; 6] = [
    "nginx",
    "redis",
    "traefik/whoami",
    "busybox",
    "curlimages/curl",
    "example.com/unknown",
];
const PORTS: [u16; 6] = [80, 8080, 443, 53, 6379, 9376];
const PROTOCOLS: [&str; 4] = ["TCP", "TCP", "UDP", "SCTP"];
const NAMESPACES: [&str; 2] = ["default", "other"];
/// The name of a port that pods have.
const NAMES: [&str; 3] = ["http", "dns", "web"];

/// A label selector, as a test reads it and as YAML.
#[derive(Clone, Debug)]
pub struct Selector {
    pub yaml: String,
    equals: Vec<(&'static str, &'static str)>,
    expressions: Vec<(&'static str, &'static str, Vec<&'static str>)>,
}

impl Selector {
    /// Whether it selects an object with these labels, by the definition.
    pub fn selects(&self, labels: &std::collections::BTreeMap<String, String>) -> bool {
        let value = |key: &str| labels.get(key).map(String::as_str);
        self.equals.iter().all(|(key, wanted)| value(key) == Some(wanted))
            && self.expressions.iter().all(|(key, operator, values)| match *operator {
                "In" => value(key).is_some_and(|it| values.contains(&it)),
                "NotIn" => value(key).is_none_or(|it| !values.contains(&it)),
                "Exists" => value(key).is_some(),
                _ => value(key).is_none(),
            })
    }
}

/// A selector of pods or namespaces.
pub fn selector(choices: &mut Choices<'_>) -> Selector {
    let (mut equals, mut expressions) = (Vec::new(), Vec::new());
    let mut yaml = String::from("{");
    if choices.one_in(2) {
        let app = choices.of(&APPS);
        equals.push(("app", app));
        let _ = write!(yaml, "matchLabels: {{app: {app}}}, ");
    }
    if choices.one_in(3) {
        let operator = choices.of(&["In", "NotIn", "Exists", "DoesNotExist"]);
        let key = choices.of(&["app", "tier", "kubernetes.io/metadata.name"]);
        let has_values = operator == "In" || operator == "NotIn";
        let values = if has_values {
            vec![
                choices.of(&["a", "b", "x", "other"]),
                choices.of(&["a", "c", "x", "default"]),
            ]
        } else {
            Vec::new()
        };
        let written = if has_values {
            format!(", values: {values:?}")
        } else {
            String::new()
        };
        let _ = write!(
            yaml,
            "matchExpressions: [{{key: {key}, operator: {operator}{written}}}], "
        );
        expressions.push((key, operator, values));
    }
    yaml.push('}');
    Selector {
        yaml,
        equals,
        expressions,
    }
}

fn labels(choices: &mut Choices<'_>) -> String {
    let app = choices.of(&APPS);
    let tier = choices.of(&["", ", tier: x", ", tier: y"]);
    format!("{{app: {app}{tier}}}")
}

/// A template or a pod from its labels on.
fn pod(choices: &mut Choices<'_>, with_probes: bool) -> String {
    let mut spec = String::from("{");
    if choices.one_in(12) {
        spec.push_str("hostNetwork: true, ");
    }
    if choices.one_in(8) {
        let _ = write!(spec, "terminationGracePeriodSeconds: {}, ", choices.of(&[0, 1, 30]));
    }
    if choices.one_in(16) {
        let _ = write!(spec, "nodeName: node-{}, ", 1 + choices.below(3));
    }
    let image = choices.of(&IMAGES);
    let command = match (image, choices.below(4)) {
        ("busybox" | "curlimages/curl", 0 | 1) => ", command: [sleep, infinity]",
        ("busybox", 2) => ", command: [sh, -c, 'sleep 5; exit 1']",
        _ => "",
    };
    let _ = write!(spec, "containers: [{{name: c, image: {image}{command}");
    if choices.one_in(2) {
        let (name, port, protocol) = (choices.of(&NAMES), choices.of(&PORTS), choices.of(&PROTOCOLS));
        let host = if choices.one_in(12) { ", hostPort: 8088" } else { "" };
        let _ = write!(
            spec,
            ", ports: [{{name: {name}, containerPort: {port}, protocol: {protocol}{host}}}]"
        );
    }
    if with_probes || choices.one_in(4) {
        for kind in ["readinessProbe", "livenessProbe", "startupProbe"] {
            if choices.one_in(2) {
                let _ = write!(spec, ", {kind}: {}", probe(choices));
            }
        }
    }
    spec.push_str("}]}");
    spec
}

fn probe(choices: &mut Choices<'_>) -> String {
    let port = choices.of(&["80", "8080", "http", "web", "6379"]);
    let how = match choices.below(4) {
        0 => format!("httpGet: {{path: /, port: {port}}}"),
        1 => format!("tcpSocket: {{port: {port}}}"),
        2 => format!(
            "exec: {{command: [{}]}}",
            choices.of(&["'true'", "'false'", "cat, /tmp/healthy", "sleep, '5'"])
        ),
        _ => format!("httpGet: {{path: /missing, port: {port}}}"),
    };
    format!(
        "{{{how}, initialDelaySeconds: {}, periodSeconds: {}, failureThreshold: {}, timeoutSeconds: {}}}",
        choices.of(&[0, 1, 5, 30]),
        choices.of(&[1, 2, 10]),
        choices.of(&[1, 3]),
        choices.of(&[1, 5]),
    )
}

fn service(choices: &mut Choices<'_>, number: usize) -> String {
    let mut spec = String::new();
    let kind = choices.of(&["", "NodePort", "LoadBalancer", "None", "ExternalName"]);
    match kind {
        "None" => spec.push_str("clusterIP: None, "),
        "ExternalName" => spec.push_str("type: ExternalName, externalName: db.example.com, "),
        "" => {}
        kind => {
            let _ = write!(spec, "type: {kind}, ");
            if choices.one_in(3) {
                spec.push_str("externalTrafficPolicy: Local, ");
            }
        }
    }
    if !choices.one_in(8) {
        let _ = write!(spec, "selector: {}, ", labels(choices));
    }
    for (cases, field) in [
        (4, "sessionAffinity: ClientIP, "),
        (6, "internalTrafficPolicy: Local, "),
        (6, "publishNotReadyAddresses: true, "),
        (8, "externalIPs: [203.0.113.20], "),
        (8, "trafficDistribution: PreferSameZone, "),
        (8, "ipFamilyPolicy: PreferDualStack, "),
    ] {
        if choices.one_in(cases) {
            spec.push_str(field);
        }
    }
    spec.push_str("ports: [");
    for port in 0..=choices.below(3) {
        let target = choices.of(&["80", "8080", "http", "web", "dns"]);
        let _ = write!(
            spec,
            "{{name: p{port}, port: {}, targetPort: {target}, protocol: {}}}, ",
            choices.of(&PORTS),
            choices.of(&PROTOCOLS)
        );
    }
    spec.push(']');
    let namespace = choices.of(&NAMESPACES);
    format!("apiVersion: v1\nkind: Service\nmetadata: {{name: s{number}, namespace: {namespace}}}\nspec: {{{spec}}}\n")
}

fn workload(choices: &mut Choices<'_>, number: usize, with_probes: bool) -> String {
    let kind = choices.of(&["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"]);
    let replicas = if kind == "DaemonSet" {
        String::new()
    } else {
        format!("replicas: {}, ", choices.below(4))
    };
    let labels = labels(choices);
    let namespace = choices.of(&NAMESPACES);
    let extra = if kind == "StatefulSet" {
        format!("serviceName: s{}, ", choices.below(4))
    } else {
        String::new()
    };
    let spec = pod(choices, with_probes);
    format!(
        "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: w{number}, namespace: {namespace}}}\nspec: {{{extra}{replicas}selector: {{matchLabels: {labels}}}, template: {{metadata: {{labels: {labels}}}, spec: {spec}}}}}\n"
    )
}

fn alone(choices: &mut Choices<'_>, number: usize, with_probes: bool) -> String {
    let (labels, namespace) = (labels(choices), choices.of(&NAMESPACES));
    let spec = pod(choices, with_probes);
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p{number}, namespace: {namespace}, labels: {labels}}}\nspec: {spec}\n"
    )
}

fn slice(choices: &mut Choices<'_>, number: usize) -> String {
    format!(
        "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {{name: e{number}, labels: {{kubernetes.io/service-name: s{}}}}}\naddressType: IPv4\nports: [{{name: p0, port: {}}}]\nendpoints: [{{addresses: [10.244.{}.{}], conditions: {{ready: {}}}}}]\n",
        choices.below(4),
        choices.of(&PORTS),
        choices.below(3),
        2 + choices.below(6),
        choices.one_in(2),
    )
}

/// The first document: a second namespace, with labels.
pub const NAMESPACE: &str = "apiVersion: v1\nkind: Namespace\nmetadata: {name: other, labels: {tier: x}}\n";

/// The documents of a cluster: workloads, pods, Services, slices.
pub fn documents(choices: &mut Choices<'_>, with_probes: bool, with_slices: bool) -> Vec<String> {
    let mut all = vec![NAMESPACE.to_owned()];
    for number in 0..=choices.below(6) {
        all.push(match choices.below(8) {
            0..=2 => alone(choices, number, with_probes),
            3 | 4 => workload(choices, number, with_probes),
            5 if with_slices => slice(choices, number),
            _ => service(choices, number),
        });
    }
    all
}

/// A Service in front of pods, for who wants one of both for certain.
pub fn shop(choices: &mut Choices<'_>) -> Vec<String> {
    let mut all = documents(choices, false, true);
    all.push(service(choices, 7));
    all.push(alone(choices, 7, false));
    all.push(alone(choices, 8, false));
    all
}

/// An act, as a line of the terminal.
pub fn line(choices: &mut Choices<'_>) -> String {
    let (workload, pod, service) = (choices.below(6), choices.below(9), choices.below(8));
    let namespace = if choices.one_in(3) { " -n other" } else { "" };
    let app = choices.of(&APPS);
    let kind = choices.of(&["deployment", "statefulset", "replicaset"]);
    match choices.below(12) {
        0 | 1 => format!(
            "kubectl scale {kind} w{workload} --replicas={}{namespace}",
            choices.below(5)
        ),
        2 => format!(
            "kubectl delete pod p{pod}{namespace}{}",
            choices.of(&["", " --force", " --grace-period=0", " --wait=false"])
        ),
        3 => format!("kubectl delete service s{service}{namespace}"),
        4 => format!("kubectl label pod p{pod} app={app} --overwrite{namespace}"),
        5 => format!(
            "kubectl delete {kind} w{workload}{namespace}{}",
            choices.of(&["", " --cascade=orphan"])
        ),
        6 => format!(
            "kubectl run n{pod} --image={} --labels=app={app}{namespace}",
            choices.of(&IMAGES)
        ),
        7 => format!("kubectl expose pod p{pod} --port=80 --name=x{service}{namespace}"),
        8 => format!("kubectl rollout restart {kind} w{workload}{namespace}"),
        9 => format!(
            "kubectl set image {kind} w{workload} c={}{namespace}",
            choices.of(&IMAGES)
        ),
        10 => format!(
            "kubectl patch service s{service}{namespace} -p '{{\"spec\":{{\"selector\":{{\"app\":\"{app}\"}}}}}}'"
        ),
        _ => format!(
            "kubectl {} node-{}",
            choices.of(&["cordon", "uncordon", "drain --force --ignore-daemonsets"]),
            1 + choices.below(3)
        ),
    }
}

/// The labels of one of the two namespaces.
pub fn namespace_labels(namespace: &str) -> std::collections::BTreeMap<String, String> {
    let name = ("kubernetes.io/metadata.name", namespace);
    let tier = (namespace == "other").then_some(("tier", "x"));
    let all = [name].into_iter().chain(tier);
    all.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}
