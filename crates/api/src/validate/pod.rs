use crate::at::At;
use crate::validate::service::{PROTOCOLS, number_or_name};
use crate::validate::unified::unified;
use crate::validate::{meta, pod_print};
use crate::{FieldError, Value, format, quantity};
use std::collections::BTreeMap;

const NOT_NEGATIVE: &str = "must be greater than or equal to 0";
const UPDATABLE: &str = "pod updates may not change fields other than `spec.containers[*].image`,\
`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,\
`spec.tolerations` (only additions to existing tolerations),\
`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/// Models: pkg/apis/core/validation ValidatePodCreate (v1.36), without its metadata.
pub fn create(spec: &At) -> Vec<FieldError> {
    let mut errors = validate(spec);
    errors.extend(untrimmed_images(spec));
    let ephemeral = spec.field("ephemeralContainers");
    if !ephemeral.is_empty() {
        errors.push(ephemeral.forbidden("cannot be set on create"));
    }
    let node = spec.field("nodeName");
    if !node.text().is_empty() && !spec.field("schedulingGates").is_empty() {
        errors.push(node.forbidden("cannot be set until all schedulingGates have been cleared"));
    }
    errors
}

/// Models: pkg/apis/core/validation ValidatePodUpdate (v1.36), without its metadata.
pub fn update(spec: &At, old: &At) -> Vec<FieldError> {
    let mut errors = validate(spec);
    errors.extend(untrimmed_images(spec));
    for field in ["containers", "initContainers"] {
        let (new, old) = (spec.field(field), old.field(field));
        if new.len() != old.len() {
            errors.push(new.forbidden("pod updates may not add or remove containers"));
            return errors;
        }
    }
    let (deadline, before) = (spec.field("activeDeadlineSeconds"), old.field("activeDeadlineSeconds"));
    if deadline.is_set() {
        if before.is_set() && before.int() < deadline.int() {
            errors.push(deadline.invalid("must be less than or equal to previous value"));
            return errors;
        }
    } else if before.is_set() {
        errors.push(deadline.invalid("must not update from a positive integer to nil value"));
    }
    let tolerations = spec.field("tolerations");
    if !old
        .field("tolerations")
        .items()
        .all(|old| tolerations.items().any(|new| is_same_but_for_seconds(&new, &old)))
    {
        errors.push(tolerations.forbidden("existing toleration can not be modified except its tolerationSeconds"));
    }
    let gates = spec.field("schedulingGates");
    for gate in gates
        .items()
        .filter(|gate| !old.field("schedulingGates").items().any(|it| it.value == gate.value))
    {
        errors.push(FieldError::forbidden(
            gate.path.clone(),
            format!(
                "only deletion is allowed, but found new scheduling gate '{}'",
                gate.field("name").text()
            ),
        ));
    }
    let fixed = fixed_part(spec.value, old.value);
    if fixed != *old.value {
        let difference = unified(&pod_print::lines(old.value), &pod_print::lines(&fixed));
        errors.push(spec.forbidden(format!(
            "{UPDATABLE}
{difference}"
        )));
    }
    errors
}

/// Models: validateContainersOnlyForPod.
fn untrimmed_images(spec: &At) -> Vec<FieldError> {
    let containers = ["containers", "initContainers"]
        .into_iter()
        .flat_map(|field| spec.field(field).items());
    let images = containers
        .map(|it| it.field("image"))
        .filter(|it| it.text().trim() != it.text());
    images
        .map(|it| it.invalid("must not have leading or trailing whitespace"))
        .collect()
}

fn is_same_but_for_seconds(new: &At, old: &At) -> bool {
    let fields = ["key", "operator", "value", "effect"];
    fields
        .into_iter()
        .all(|field| new.field(field).value == old.field(field).value)
}

/// The new spec with the old one's values in all that may change.
fn fixed_part(new: &Value, old: &Value) -> Value {
    let mut fixed = new.clone();
    let keep = |value: &mut Value, from: &Value, field: &str| {
        if let Value::Object(fields) = value {
            match from.get(field) {
                Some(kept) => fields.insert(field.to_owned(), kept.clone()),
                None => fields.remove(field),
            };
        }
    };
    for field in ["activeDeadlineSeconds", "tolerations", "schedulingGates"] {
        keep(&mut fixed, old, field);
    }
    let grace = |spec: &Value| spec.get("terminationGracePeriodSeconds").and_then(Value::as_i64);
    if grace(old).is_some_and(|it| it < 0) && grace(new) == Some(1) {
        keep(&mut fixed, old, "terminationGracePeriodSeconds");
    }
    for field in ["containers", "initContainers"] {
        let before = old.get(field).and_then(Value::as_array);
        let containers = fixed.get_mut(field).and_then(Value::as_array_mut).into_iter().flatten();
        for (container, before) in containers.zip(before.into_iter().flatten()) {
            keep(container, before, "image");
        }
    }
    fixed
}

/// Models: ValidatePodTemplateSpec.
pub fn template(template: &At) -> Vec<FieldError> {
    let metadata = At {
        value: template.field("metadata").value,
        path: template.path.clone(),
    };
    let mut errors = meta::labels(&metadata.field("labels"));
    errors.extend(meta::annotations(&metadata.field("annotations")));
    let spec = template.field("spec");
    errors.extend(validate(&spec));
    let ephemeral = spec.field("ephemeralContainers");
    if !ephemeral.is_empty() {
        errors.push(ephemeral.forbidden("ephemeral containers not allowed in pod template"));
    }
    errors
}

/// Models: pkg/apis/core/validation ValidatePodSpec (v1.36), as far as the fields a playground's pods use:
/// volumes, containers, policies, names, tolerations, host aliases.
/// Differs: affinity, security contexts, DNS configuration and topology constraints are taken as they come.
pub fn validate(spec: &At) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let grace = spec.field("terminationGracePeriodSeconds");
    if !grace.is_set() {
        errors.push(grace.required(""));
    }
    let volumes = volumes(&spec.field("volumes"), &mut errors);
    errors.extend(containers(&spec.field("containers"), &volumes));
    errors.extend(init_containers(spec, &volumes));
    errors.extend(host_network_ports(spec));
    errors.extend(spec.field("restartPolicy").one_of(&["Always", "OnFailure", "Never"]));
    let dns = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
    errors.extend(spec.field("dnsPolicy").one_of(&dns));
    errors.extend(meta::labels(&spec.field("nodeSelector")));
    for gate in spec.field("readinessGates").items() {
        let kind = gate.field("conditionType");
        errors.extend(kind.invalid_each(format::label_key(kind.text())));
    }
    errors.extend(optional(&spec.field("serviceAccountName"), format::dns1123_subdomain));
    errors.extend(optional(&spec.field("nodeName"), format::dns1123_subdomain));
    let deadline = spec.field("activeDeadlineSeconds");
    if deadline.is_set() && !(1..=i64::from(i32::MAX)).contains(&deadline.int()) {
        errors.push(deadline.invalid(format::between(1, i32::MAX.into())));
    }
    errors.extend(optional(&spec.field("hostname"), format::dns1123_label));
    errors.extend(optional(&spec.field("subdomain"), format::dns1123_label));
    errors.extend(spec.field("tolerations").items().flat_map(|it| toleration(&it)));
    for alias in spec.field("hostAliases").items() {
        let address = alias.field("ip");
        errors.extend(crate::ip::validate(&address.path, address.text(), &[]));
        for name in alias.field("hostnames").items() {
            errors.extend(at_list(
                &alias.field("hostnames"),
                &name,
                format::dns1123_subdomain(name.text()),
            ));
        }
    }
    errors.extend(optional(&spec.field("priorityClassName"), format::dns1123_subdomain));
    errors.extend(optional(&spec.field("runtimeClassName"), format::dns1123_subdomain));
    errors.extend(
        spec.field("preemptionPolicy")
            .one_of_if_set(&["Never", "PreemptLowerPriority"]),
    );
    errors
}

/// Errors of an item that Kubernetes reports at its list.
fn at_list(list: &At, item: &At, forms: Vec<String>) -> Vec<FieldError> {
    forms
        .into_iter()
        .map(|it| FieldError::invalid(list.path.clone(), item.value.clone(), it))
        .collect()
}

fn optional(field: &At, form: fn(&str) -> Vec<String>) -> Vec<FieldError> {
    if field.text().is_empty() {
        Vec::new()
    } else {
        field.invalid_each(form(field.text()))
    }
}

fn volumes<'a>(volumes: &At<'a>, errors: &mut Vec<FieldError>) -> BTreeMap<&'a str, At<'a>> {
    let mut known = BTreeMap::new();
    for volume in volumes.items() {
        let name = volume.field("name");
        let mut wrong = volume_source(&volume);
        if name.text().is_empty() {
            wrong.push(name.required(""));
        } else {
            wrong.extend(name.invalid_each(format::dns1123_label(name.text())));
        }
        if known.contains_key(name.text()) {
            wrong.push(name.duplicate());
        }
        if wrong.is_empty() {
            known.insert(name.text(), volume);
        } else {
            errors.extend(wrong);
        }
    }
    known
}

/// Models: validateVolumeSource, for the sources with a name or path that has to be given.
fn volume_source(volume: &At) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut sources = 0;
    for (name, value) in volume.value.as_object().into_iter().flatten() {
        if name == "name" || value.is_null() {
            continue;
        }
        let source = volume.named(name);
        sources += 1;
        if sources > 1 {
            errors.push(source.forbidden("may not specify more than 1 volume type"));
            continue;
        }
        let needed: &[&str] = match name.as_str() {
            "secret" => &["secretName"],
            "configMap" => &["name"],
            "hostPath" => &["path"],
            "persistentVolumeClaim" => &["claimName"],
            "nfs" => &["server", "path"],
            "csi" => &["driver"],
            _ => &[],
        };
        let missing = needed
            .iter()
            .map(|it| source.field(it))
            .filter(|it| it.text().is_empty());
        errors.extend(missing.map(|it| it.required("")));
    }
    if sources == 0 {
        errors.push(volume.required("must specify a volume type"));
    }
    errors
}

type Volumes<'a> = BTreeMap<&'a str, At<'a>>;

fn containers(list: &At, volumes: &Volumes) -> Vec<FieldError> {
    if list.is_empty() {
        return vec![list.required("")];
    }
    let mut errors = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for container in list.items() {
        errors.extend(common(&container, volumes));
        let name = container.field("name");
        if names.contains(&name.text()) {
            errors.push(name.duplicate());
        }
        names.push(name.text());
        errors.extend(probes(&container));
    }
    errors.extend(host_port_conflicts(list.items()));
    errors
}

fn init_containers(spec: &At, volumes: &Volumes) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut names: Vec<&str> = spec
        .field("containers")
        .items()
        .map(|it| it.field("name").text())
        .collect();
    for container in spec.field("initContainers").items() {
        errors.extend(common(&container, volumes));
        let name = container.field("name");
        if names.contains(&name.text()) {
            errors.push(name.duplicate());
        } else if !name.text().is_empty() {
            names.push(name.text());
        }
        errors.extend(host_port_conflicts(std::iter::once(container.clone())));
        if container.field("restartPolicy").text() == "Always" {
            errors.extend(probes(&container));
            continue;
        }
        for field in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] {
            let field = container.field(field);
            if field.is_set() {
                errors.push(field.forbidden("may not be set for init containers without restartPolicy=Always"));
            }
        }
    }
    errors
}

/// Models: validateContainerCommon.
fn common(container: &At, volumes: &Volumes) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let name = container.field("name");
    if name.text().is_empty() {
        errors.push(name.required(""));
    } else {
        errors.extend(name.invalid_each(format::dns1123_label(name.text())));
    }
    let image = container.field("image");
    if image.text().is_empty() {
        errors.push(image.required(""));
    }
    errors.extend(
        container
            .field("terminationMessagePolicy")
            .one_of(&["File", "FallbackToLogsOnError"]),
    );
    errors.extend(ports(&container.field("ports")));
    errors.extend(environment(&container.field("env")));
    errors.extend(mounts(&container.field("volumeMounts"), volumes));
    errors.extend(
        container
            .field("imagePullPolicy")
            .one_of(&["Always", "IfNotPresent", "Never"]),
    );
    errors.extend(resources(&container.field("resources")));
    errors
}

fn ports(ports: &At) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for port in ports.items() {
        let name = port.field("name");
        if !name.text().is_empty() {
            let forms = format::port_name(name.text());
            if !forms.is_empty() {
                errors.extend(name.invalid_each(forms));
            } else if names.contains(&name.text()) {
                errors.push(name.duplicate());
            } else {
                names.push(name.text());
            }
        }
        let (number, host) = (port.field("containerPort"), port.field("hostPort"));
        if number.int() == 0 {
            errors.push(number.required(""));
        } else {
            errors.extend(number.invalid_each(format::port_number(number.int())));
        }
        if host.int() != 0 {
            errors.extend(host.invalid_each(format::port_number(host.int())));
        }
        errors.extend(port.field("protocol").one_of(&PROTOCOLS));
    }
    errors
}

fn environment(variables: &At) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for variable in variables.items() {
        let (name, from) = (variable.field("name"), variable.field("valueFrom"));
        if name.text().is_empty() {
            errors.push(name.required(""));
        } else {
            errors.extend(name.invalid_each(format::env_var_name(name.text())));
        }
        if !from.is_set() {
            continue;
        }
        let sources = from
            .value
            .as_object()
            .map_or(0, |it| it.values().filter(|it| !it.is_null()).count());
        let words = match sources {
            0 => {
                "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
            }
            _ if !variable.field("value").text().is_empty() => "may not be specified when `value` is not empty",
            1 => continue,
            _ => "may not have more than one field specified at a time",
        };
        errors.push(FieldError::invalid(from.path.clone(), "", words));
    }
    errors
}

fn mounts(mounts: &At, volumes: &Volumes) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut paths: Vec<&str> = Vec::new();
    for mount in mounts.items() {
        let (name, path) = (mount.field("name"), mount.field("mountPath"));
        if name.text().is_empty() {
            errors.push(name.required(""));
        }
        if !volumes.contains_key(name.text()) {
            errors.push(FieldError::not_found(name.path.clone(), name.text()));
        }
        if path.text().is_empty() {
            errors.push(path.required(""));
        }
        if paths.contains(&path.text()) {
            errors.push(path.invalid("must be unique"));
        }
        paths.push(path.text());
    }
    errors
}

/// Models: validateResourceRequirements.
fn resources(resources: &At) -> Vec<FieldError> {
    let (limits, requests) = (resources.field("limits"), resources.field("requests"));
    let mut errors = Vec::new();
    for (list, is_request) in [(&limits, false), (&requests, true)] {
        for (name, amount) in list.entries() {
            let path = list.path.key(name);
            errors.extend(
                resource_name(name)
                    .into_iter()
                    .map(|it| FieldError::invalid(path.clone(), name, it)),
            );
            if quantity::nanos(amount).is_some_and(|it| it < 0) {
                errors.push(FieldError::invalid(path.clone(), amount, NOT_NEGATIVE));
            }
            let limit = limits.named(name).text();
            let above = quantity::nanos(amount) > quantity::nanos(limit);
            if is_request && !limit.is_empty() && above {
                let words = format!("must be less than or equal to {name} limit of {limit}");
                errors.push(FieldError::invalid(requests.path.clone(), amount, words));
            }
        }
    }
    errors
}

fn resource_name(name: &str) -> Vec<String> {
    let mut errors = format::label_key(name);
    let standard = matches!(name, "cpu" | "memory" | "ephemeral-storage") || name.starts_with("hugepages-");
    if errors.is_empty() && !name.contains('/') && !standard {
        errors.push("must be a standard resource for containers".to_owned());
    }
    errors
}

fn probes(container: &At) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let lifecycle = container.field("lifecycle");
    for hook in ["postStart", "preStop"]
        .map(|it| lifecycle.field(it))
        .iter()
        .filter(|it| it.is_set())
    {
        errors.extend(handler(hook));
    }
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
        let probe = container.field(name);
        if !probe.is_set() {
            continue;
        }
        errors.extend(handler(&probe));
        let numbers = [
            "initialDelaySeconds",
            "timeoutSeconds",
            "periodSeconds",
            "successThreshold",
            "failureThreshold",
        ];
        let negative = numbers.iter().map(|it| probe.field(it)).filter(|it| it.int() < 0);
        errors.extend(negative.map(|it| it.invalid(NOT_NEGATIVE)));
        let grace = probe.field("terminationGracePeriodSeconds");
        if grace.is_set() && grace.int() <= 0 {
            errors.push(grace.invalid("must be greater than 0"));
        }
        let success = probe.field("successThreshold");
        if name == "readinessProbe" {
            if grace.is_set() {
                errors.push(grace.invalid("must not be set for readinessProbes"));
            }
        } else if success.int() != 1 {
            errors.push(success.invalid("must be 1"));
        }
    }
    errors
}

/// Models: validateHandler.
fn handler(owner: &At) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let given = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"].map(|name| (name, owner.field(name)));
    let mut given = given.iter().filter(|(_, it)| it.is_set());
    let Some((name, first)) = given.next() else {
        return vec![owner.required("must specify a handler type")];
    };
    let port = first.field("port");
    match *name {
        "exec" if first.field("command").is_empty() => errors.push(first.field("command").required("")),
        "httpGet" => {
            let path = first.field("path");
            if path.text().is_empty() {
                errors.push(path.required(""));
            }
            errors.extend(number_or_name(&port));
            errors.extend(first.field("scheme").one_of_if_set(&["HTTP", "HTTPS"]));
        }
        "tcpSocket" | "grpc" => errors.extend(number_or_name(&port)),
        _ => {}
    }
    errors.extend(given.map(|(_, it)| it.forbidden("may not specify more than 1 handler type")));
    errors
}

fn host_port_conflicts<'a>(containers: impl Iterator<Item = At<'a>>) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for port in containers.flat_map(|it| it.field("ports").items().collect::<Vec<_>>()) {
        let host = port.field("hostPort");
        if host.int() == 0 {
            continue;
        }
        let (protocol, address) = (port.field("protocol").text(), port.field("hostIP").text());
        let key = format!("{protocol}/{address}/{}", host.int());
        if seen.contains(&key) {
            errors.push(FieldError::duplicate(host.path.clone(), key.as_str()));
        }
        seen.push(key);
    }
    errors
}

fn host_network_ports(spec: &At) -> Vec<FieldError> {
    if !spec.field("hostNetwork").is_true() {
        return Vec::new();
    }
    let ports = spec
        .field("containers")
        .items()
        .flat_map(|it| it.field("ports").items().collect::<Vec<_>>());
    let differing = ports.filter(|port| {
        let host = port.field("hostPort").int();
        host != 0 && host != port.field("containerPort").int()
    });
    let words = "must match `containerPort` when `hostNetwork` is true";
    differing.map(|port| port.field("hostPort").invalid(words)).collect()
}

/// Models: ValidateTolerations.
fn toleration(toleration: &At) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let (key, operator, value) = (
        toleration.field("key"),
        toleration.field("operator"),
        toleration.field("value"),
    );
    let effect = toleration.field("effect");
    if key.text().is_empty() {
        if operator.text() != "Exists" {
            let words = "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
            errors.push(FieldError::invalid(operator.path.clone(), operator.text(), words));
        }
    } else {
        errors.extend(key.invalid_each(format::label_key(key.text())));
    }
    if toleration.field("tolerationSeconds").is_set() && effect.text() != "NoExecute" {
        let words = "effect must be 'NoExecute' when `tolerationSeconds` is set";
        errors.push(FieldError::invalid(effect.path.clone(), effect.text(), words));
    }
    match operator.text() {
        "Equal" | "" => {
            let forms = format::label_value(value.text());
            if !forms.is_empty() {
                errors.push(FieldError::invalid(
                    operator.path.clone(),
                    value.text(),
                    forms.join(";"),
                ));
            }
        }
        "Exists" if !value.text().is_empty() => {
            let words = "value must be empty when `operator` is 'Exists'";
            errors.push(FieldError::invalid(operator.path.clone(), value.text(), words));
        }
        "Exists" => {}
        _ => errors.push(operator.not_supported(&["Equal", "Exists"])),
    }
    if !effect.text().is_empty() {
        errors.extend(effect.one_of_if_set(&["NoSchedule", "PreferNoSchedule", "NoExecute"]));
    }
    errors
}

#[cfg(test)]
mod tests {
    use crate::{Kind, Value, decode, default, field_errors_text, validate_create, validate_update};
    use expect_test::{Expect, expect};
    use serde_json::json;

    fn check(spec: &Value, expected: &Expect) {
        let object = json!({"metadata": {"name": "a", "namespace": "default"}, "spec": spec});
        let mut pod = decode(Kind::Pod, &object).unwrap();
        default(Kind::Pod, &mut pod);
        expected.assert_eq(&field_errors_text(&validate_create(Kind::Pod, &pod)));
    }

    #[test]
    fn containers_are_named_and_have_an_image() {
        check(&json!({}), &expect!["spec.containers: Required value"]);
        check(
            &json!({"containers": [{"name": "x"}]}),
            &expect!["spec.containers[0].image: Required value"],
        );
        check(
            &json!({"containers": [{"name": "x", "image": "nginx"}, {"name": "x", "image": "nginx"}]}),
            &expect![[r#"spec.containers[1].name: Duplicate value: "x""#]],
        );
    }

    #[test]
    fn container_ports_are_checked() {
        let with = |ports: &Value| json!({"containers": [{"name": "x", "image": "nginx", "ports": ports}]});
        check(&with(&json!([{"containerPort": 80}])), &expect![""]);
        check(
            &with(&json!([{}])),
            &expect!["spec.containers[0].ports[0].containerPort: Required value"],
        );
        check(
            &with(&json!([{"containerPort": 80, "name": "a_b", "protocol": "http"}])),
            &expect![[r#"

            * spec.containers[0].ports[0].name: Invalid value: "a_b": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)
            * spec.containers[0].ports[0].protocol: Unsupported value: "http": supported values: "SCTP", "TCP", "UDP""#]],
        );
    }

    #[test]
    fn policies_probes_mounts_and_resources_are_checked() {
        check(
            &json!({"restartPolicy": "Sometimes", "containers": [{"name": "x", "image": "nginx",
            "readinessProbe": {}, "livenessProbe": {"httpGet": {"port": 0}, "successThreshold": 2},
            "volumeMounts": [{"name": "v", "mountPath": "/v"}],
            "resources": {"requests": {"cpu": "2", "disk": "1"}, "limits": {"cpu": "1"}}}]}),
            &expect![[r#"

            * spec.containers[0].volumeMounts[0].name: Not found: "v"
            * spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1
            * spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource for containers
            * spec.containers[0].livenessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive
            * spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1
            * spec.containers[0].readinessProbe: Required value: must specify a handler type
            * spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never""#]],
        );
    }

    fn pod(spec: &Value) -> Value {
        let object = json!({"metadata": {"name": "a", "namespace": "default"}, "spec": spec});
        let mut pod = decode(Kind::Pod, &object).unwrap();
        default(Kind::Pod, &mut pod);
        pod
    }

    #[test]
    fn a_forbidden_change_is_shown() {
        let old =
            pod(&json!({"containers": [{"name": "back-end", "image": "nginx", "ports": [{"containerPort": 80}]}]}));
        let new = |container: &Value| pod(&json!({"containers": [container]}));
        let said = |new: &Value| field_errors_text(&validate_update(Kind::Pod, new, &old));
        let other_image = new(&json!({"name": "back-end", "image": "redis", "ports": [{"containerPort": 80}]}));
        assert_eq!(said(&other_image), "", "an image may change");
        let other_port = new(&json!({"name": "back-end", "image": "nginx", "ports": [{"containerPort": 81}]}));
        expect![[r#"
            spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)
            @@ -12,7 +12,7 @@
                 {
                  "Name": "",
                  "HostPort": 0,
            -     "ContainerPort": 80,
            +     "ContainerPort": 81,
                  "Protocol": "TCP",
                  "HostIP": ""
                 }
        "#]].assert_eq(&said(&other_port));
        let variable = new(
            &json!({"name": "back-end", "image": "nginx", "ports": [{"containerPort": 80}], "env": [{"name": "A", "value": "b"}]}),
        );
        expect![[r#"
            spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)
            @@ -18,7 +18,13 @@
                 }
                ],
                "EnvFrom": null,
            -   "Env": null,
            +   "Env": [
            +    {
            +     "Name": "A",
            +     "Value": "b",
            +     "ValueFrom": null
            +    }
            +   ],
                "Resources": {
                 "Limits": null,
                 "Requests": null,
        "#]].assert_eq(&said(&variable));
    }
}
