use crate::at::At;
use crate::warn::{fraction, name_of_pods, volume};
use crate::{Finding, Rule, Value, format, go, ip};
use std::collections::BTreeMap;

const NODE_LABELS: [(&str, &str); 8] = [
    (
        "beta.kubernetes.io/arch",
        "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
    ),
    (
        "beta.kubernetes.io/os",
        "deprecated since v1.14; use \"kubernetes.io/os\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/region",
        "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/zone",
        "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
    ),
    (
        "beta.kubernetes.io/instance-type",
        "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
    ),
    ("app.kubernetes.io/created-by", "deprecated since v1.9"),
    (
        "scheduler.alpha.kubernetes.io/preferAvoidPods",
        "deprecated since v1.22; use Taints and Tolerations instead",
    ),
    (
        "node-role.kubernetes.io/master",
        "use \"node-role.kubernetes.io/control-plane\" instead",
    ),
];
const ANNOTATIONS: [(&str, &str); 3] = [
    (
        "scheduler.alpha.kubernetes.io/critical-pod",
        "non-functional in v1.16+; use the \"priorityClassName\" field instead",
    ),
    (
        "security.alpha.kubernetes.io/sysctls",
        "non-functional in v1.11+; use the \"sysctls\" field instead",
    ),
    (
        "security.alpha.kubernetes.io/unsafe-sysctls",
        "non-functional in v1.11+; use the \"sysctls\" field instead",
    ),
];
const SECCOMP: (Rule, &str) = (
    Rule::AnnotationDeprecated,
    "non-functional in v1.27+; use the \"seccompProfile\" field instead",
);
const APP_ARMOR: (Rule, &str) = (
    Rule::AnnotationDeprecated,
    "deprecated since v1.30; use the \"appArmorProfile\" field instead",
);
const NO_SELECTOR: (Rule, &str) = (Rule::SelectorNull, "a null labelSelector results in matching no pod");

/// Warnings about a pod that is not from a template.
///
/// Models: pkg/registry/core/pod/strategy.go WarningsOnCreate, applyAppArmorVersionSkew (v1.36).
pub fn named(pod: &At) -> Vec<Finding> {
    let mut warnings = app_armor_of_pod(pod);
    warnings.extend(name_of_pods(pod, "the Pod's hostname"));
    warnings.extend(warn(pod, false));
    warnings
}

/// Warnings about the template of an object.
///
/// Models: pkg/api/pod GetWarningsForPodTemplate (v1.36).
pub fn template(maker: &At) -> Vec<Finding> {
    warn(&maker.field("spec").field("template"), true)
}

/// Models: pkg/api/pod warningsForPodSpecAndMeta (v1.36).
fn warn(pod: &At, is_template: bool) -> Vec<Finding> {
    let (spec, annotations) = (pod.field("spec"), pod.field("metadata").field("annotations"));
    let mut warnings = node_labels(&spec);
    warnings.extend(spread(&spec.field("topologySpreadConstraints")));
    for (key, words) in ANNOTATIONS {
        let annotation = annotations.key(key);
        let detail = (Rule::AnnotationDeprecated, words);
        warnings.extend(annotation.is_set().then(|| Finding::warning(&annotation.path, detail)));
    }
    warnings.extend(volume::warnings(&spec.field("volumes")));
    warnings.extend(twice(&spec.field("hostAliases"), "ip", Rule::HostAliasTwice));
    let secrets = spec.field("imagePullSecrets");
    warnings.extend(twice(&secrets, "name", Rule::PullSecretTwice));
    let nameless = secrets
        .items()
        .map(|it| it.field("name"))
        .filter(|it| it.text().is_empty());
    let unnamed = (Rule::PullSecretUnnamed, "invalid empty name \"\"");
    warnings.extend(nameless.map(|it| Finding::warning(it.path, unnamed)));
    let overhead = spec.field("overhead");
    warnings.extend(BYTES.iter().filter_map(|name| fraction(&overhead.key(name))));
    let context = spec.field("securityContext");
    let seccomp = annotations.key("seccomp.security.alpha.kubernetes.io/pod");
    if !context.field("seccompProfile").is_set() && seccomp.is_set() {
        warnings.push(Finding::warning(seccomp.path, SECCOMP));
    }
    for container in containers(&spec) {
        let profile = context.field("appArmorProfile");
        warnings.extend(annotated(&container, &annotations, is_template.then_some(&profile)));
        warnings.extend(bytes(&container.field("resources")));
        warnings.extend(hidden_variables(&container.field("env")));
    }
    warnings.extend(ports(&spec));
    warnings.extend(port_names(&spec));
    let grace = spec.field("terminationGracePeriodSeconds");
    if grace.number() < 0 {
        let words = "must be >= 0; negative values are invalid and will be treated as 1";
        warnings.push(Finding::warning(grace.path, (Rule::GraceNegative, words)));
    }
    warnings.extend(pod_affinity(&spec.field("affinity")));
    let servers = spec.field("dnsConfig").field("nameservers");
    warnings.extend(servers.items().flat_map(|it| ip::warnings(&it.path, it.text())));
    let aliases = spec.field("hostAliases").items().map(|it| it.field("ip"));
    warnings.extend(aliases.flat_map(|it| ip::warnings(&it.path, it.text())));
    warnings
}

const BYTES: [&str; 2] = ["memory", "ephemeral-storage"];

fn containers<'a>(spec: &At<'a>) -> Vec<At<'a>> {
    let lists = ["initContainers", "containers", "ephemeralContainers"].map(|it| spec.field(it));
    lists.iter().flat_map(At::items).collect()
}

/// Models: pkg/api/node GetNodeLabelDeprecatedMessage.
fn deprecated(label: &str) -> Option<&'static str> {
    let found = NODE_LABELS.iter().find(|(name, _)| *name == label);
    found.map(|(_, words)| *words)
}

fn node_labels(spec: &At) -> Vec<Finding> {
    let selector = spec.field("nodeSelector");
    let keys = selector.entries().map(|(key, _)| key);
    let mut warnings: Vec<Finding> = keys
        .filter_map(|key| {
            let words = deprecated(key)?;
            Some(Finding::warning(
                selector.path.key(key),
                (Rule::NodeLabelDeprecated, words),
            ))
        })
        .collect();
    let affinity = spec.field("affinity").field("nodeAffinity");
    let required = affinity.field("requiredDuringSchedulingIgnoredDuringExecution");
    for term in required.field("nodeSelectorTerms").items() {
        warnings.extend(node_term(&term, false));
    }
    let preferred = affinity.field("preferredDuringSchedulingIgnoredDuringExecution");
    for term in preferred.items() {
        warnings.extend(node_term(&term.field("preference"), true));
    }
    warnings
}

/// Models: pkg/api/node GetWarningsForNodeSelectorTerm.
pub fn node_term(term: &At, with_values: bool) -> Vec<Finding> {
    let mut warnings = Vec::new();
    for rule in term.field("matchExpressions").items() {
        let key = rule.field("key");
        if let Some(words) = deprecated(key.text()) {
            warnings.push(deprecated_key(&key, words));
        }
        for value in rule.field("values").items().filter(|_| with_values) {
            let forms = format::label_value(value.text()).into_iter();
            warnings.extend(forms.map(|it| {
                let words = format!("{} is invalid, {it}", value.text());
                Finding::warning(&value.path, (Rule::NodeLabelValue, words))
            }));
        }
    }
    warnings
}

fn deprecated_key(key: &At, words: &str) -> Finding {
    let words = format!("{} is {words}", key.text());
    Finding::warning(&key.path, (Rule::NodeLabelDeprecated, words))
}

fn spread(constraints: &At) -> Vec<Finding> {
    let mut warnings = Vec::new();
    for constraint in constraints.items() {
        let key = constraint.field("topologyKey");
        if let Some(words) = deprecated(key.text()) {
            warnings.push(deprecated_key(&key, words));
        }
        warnings.extend(no_selector(&constraint));
    }
    warnings
}

fn no_selector(term: &At) -> Option<Finding> {
    let selector = term.field("labelSelector");
    (!selector.is_set()).then(|| Finding::warning(selector.path, NO_SELECTOR))
}

fn pod_affinity(affinity: &At) -> Vec<Finding> {
    let mut warnings = Vec::new();
    for of in ["podAffinity", "podAntiAffinity"] {
        let of = affinity.field(of);
        let required = of.field("requiredDuringSchedulingIgnoredDuringExecution");
        warnings.extend(required.items().filter_map(|it| no_selector(&it)));
        let preferred = of.field("preferredDuringSchedulingIgnoredDuringExecution");
        warnings.extend(
            preferred
                .items()
                .filter_map(|it| no_selector(&it.field("podAffinityTerm"))),
        );
    }
    warnings
}

/// Texts that occur above in the same list.
fn twice(list: &At, field: &'static str, rule: Rule) -> Vec<Finding> {
    let mut seen: Vec<&str> = Vec::new();
    let mut warnings = Vec::new();
    for item in list.items().map(|it| it.field(field)) {
        if seen.contains(&item.text()) {
            let quoted = go::quote(item.text());
            warnings.push(Finding::warning(
                item.path,
                (rule, format!("duplicate {field} {quoted}")),
            ));
        } else {
            seen.push(item.text());
        }
    }
    warnings
}

/// Annotations of a container that a field has replaced; of `AppArmor` only if `app_armor`, the pod's profile, is given.
fn annotated(container: &At, annotations: &At, app_armor: Option<&At>) -> Vec<Finding> {
    let (name, context) = (container.field("name").text(), container.field("securityContext"));
    let mut warnings = Vec::new();
    let seccomp = annotations.key(&format!("container.seccomp.security.alpha.kubernetes.io/{name}"));
    if !context.field("seccompProfile").is_set() && seccomp.is_set() {
        warnings.push(Finding::warning(seccomp.path, SECCOMP));
    }
    let annotation = annotations.key(&format!("container.apparmor.security.beta.kubernetes.io/{name}"));
    if let Some(profile) = app_armor
        && annotation.is_set()
        && !context.field("appArmorProfile").is_set()
        && (!profile.is_set() || app_armor_profile(annotation.text()).as_ref() != Some(profile.value))
    {
        warnings.push(Finding::warning(annotation.path, APP_ARMOR));
    }
    warnings
}

/// Models: pkg/registry/core/pod/strategy.go applyAppArmorVersionSkew: what it warns of.
fn app_armor_of_pod(pod: &At) -> Vec<Finding> {
    let spec = pod.field("spec");
    if spec.field("os").field("name").text() == "windows" {
        return Vec::new();
    }
    let of_pod = spec.field("securityContext").field("appArmorProfile");
    let mut warnings = Vec::new();
    for container in containers(&spec) {
        let name = container.field("name").text();
        let key = format!("container.apparmor.security.beta.kubernetes.io/{name}");
        let annotation = pod.field("metadata").field("annotations").key(&key);
        let given = container.field("securityContext").field("appArmorProfile").is_set();
        let same = app_armor_profile(annotation.text()).is_some_and(|it| it == *of_pod.value);
        if annotation.is_set() && !given && !same {
            warnings.push(Finding::warning(annotation.path, APP_ARMOR));
        }
    }
    warnings
}

/// Models: pkg/api/pod ApparmorFieldForAnnotation.
fn app_armor_profile(annotation: &str) -> Option<Value> {
    match annotation {
        "unconfined" => Some(serde_json::json!({"type": "Unconfined"})),
        "runtime/default" => Some(serde_json::json!({"type": "RuntimeDefault"})),
        _ => {
            let name = annotation.strip_prefix("localhost/").filter(|it| !it.is_empty())?;
            Some(serde_json::json!({"type": "Localhost", "localhostProfile": name}))
        }
    }
}

fn bytes(resources: &At) -> Vec<Finding> {
    let lists = [resources.field("limits"), resources.field("requests")];
    let amounts = BYTES.iter().flat_map(|name| lists.iter().map(|it| it.key(name)));
    amounts.filter_map(|it| fraction(&it)).collect()
}

/// Variables that are set above in the same container, unless the new value contains the old one.
fn hidden_variables(env: &At) -> Vec<Finding> {
    let mut seen: Vec<&str> = Vec::new();
    let mut warnings = Vec::new();
    for variable in env.items() {
        let name = variable.field("name").text();
        if !seen.contains(&name) {
            seen.push(name);
            continue;
        }
        let reference = format!("$({name})");
        let value = variable.field("value").text();
        if variable.field("valueFrom").is_set() || value == reference || !value.contains(&reference) {
            let quoted = go::quote(name);
            let words = format!("hides previous definition of {quoted}, which may be dropped when using apply");
            warnings.push(Finding::warning(variable.path, (Rule::VariableHidden, words)));
        }
    }
    warnings
}

/// Ports that are declared twice in a pod.
fn ports(spec: &At) -> Vec<Finding> {
    let mut warnings = Vec::new();
    let mut seen: BTreeMap<(i64, &str), Vec<At>> = BTreeMap::new();
    let all = containers(spec);
    for port in all.iter().flat_map(|it| it.field("ports").items()) {
        let host_ip = port.field("hostIP").text();
        let host_port = port.field("hostPort").number();
        if !host_ip.is_empty() && host_port == 0 {
            let words = format!("hostIP set without hostPort: {}", printed(&port));
            warnings.push(Finding::warning(&port.path, (Rule::HostIpWithoutPort, words)));
        }
        let key = (port.field("containerPort").number(), port.field("protocol").text());
        let others = seen.entry(key).or_default();
        for other in others.iter() {
            let (other_ip, other_port) = (other.field("hostIP").text(), other.field("hostPort").number());
            let how = if host_ip == other_ip && host_port == other_port {
                "duplicate"
            } else if host_port == 0 || other_port == 0 {
                "overlapping"
            } else if host_port == other_port && host_ip.is_empty() != other_ip.is_empty() {
                "dangerously ambiguous"
            } else {
                continue;
            };
            let words = format!("{how} port definition with {}", other.path);
            warnings.push(Finding::warning(&port.path, (Rule::ContainerPortTwice, words)));
        }
        others.push(port);
    }
    warnings
}

/// A port as Go prints a struct.
fn printed(port: &At) -> String {
    format!(
        "{{Name:{} HostPort:{} ContainerPort:{} Protocol:{} HostIP:{}}}",
        port.field("name").text(),
        port.field("hostPort").number(),
        port.field("containerPort").number(),
        port.field("protocol").text(),
        port.field("hostIP").text()
    )
}

fn port_names(spec: &At) -> Vec<Finding> {
    let mut warnings = Vec::new();
    let mut seen: BTreeMap<&str, At> = BTreeMap::new();
    let all = containers(spec);
    for port in all.iter().flat_map(|it| it.field("ports").items()) {
        let name = port.field("name").text();
        if name.is_empty() {
            continue;
        }
        if let Some(first) = seen.get(name) {
            let quoted = go::quote(name);
            let words = format!(
                "duplicate port name {quoted} with {}, services and probes that select ports by name will use {}",
                first.path, first.path
            );
            warnings.push(Finding::warning(port.path, (Rule::PodPortNameTwice, words)));
        } else {
            seen.insert(name, port);
        }
    }
    warnings
}
