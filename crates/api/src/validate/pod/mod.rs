mod container;
mod env;
mod naming;
mod paths;
mod print;
mod probe;
mod resources;
mod scheduling;
mod security;
mod volume;

use crate::at::At;
use crate::validate::meta;
use crate::validate::unified::unified;
use crate::{FieldError, Value, format};

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
        let difference = unified(&print::lines(old.value), &print::lines(&fixed));
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

/// Models: pkg/apis/core/validation ValidatePodSpec (v1.36).
/// Differs: resources of a pod as a whole, and the rarer volume sources, are taken as they come.
pub fn validate(spec: &At) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let grace = spec.field("terminationGracePeriodSeconds");
    if !grace.is_set() {
        errors.push(grace.required(""));
    }
    let volumes = volume::all(&spec.field("volumes"), &mut errors);
    let claims = spec.field("resourceClaims");
    let claims: Vec<&str> = claims.items().map(|it| it.field("name").text()).collect();
    let users = spec.field("hostUsers");
    let pod = container::Pod {
        spec,
        volumes: &volumes,
        claims: &claims,
        host_users: !users.is_set() || users.is_true(),
    };
    errors.extend(container::regular(&spec.field("containers"), &pod));
    errors.extend(container::init(&pod));
    errors.extend(container::host_network_ports(spec));
    errors.extend(spec.field("restartPolicy").one_of(&["Always", "OnFailure", "Never"]));
    let dns = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
    errors.extend(spec.field("dnsPolicy").one_of(&dns));
    errors.extend(meta::labels(&spec.field("nodeSelector")));
    errors.extend(security::pod(spec));
    errors.extend(scheduling::affinity(&spec.field("affinity")));
    errors.extend(naming::dns(spec));
    errors.extend(scheduling::readiness_gates(&spec.field("readinessGates")));
    errors.extend(scheduling::gates(&spec.field("schedulingGates")));
    errors.extend(scheduling::spread(&spec.field("topologySpreadConstraints")));
    errors.extend(security::host_process(spec, &containers(spec)));
    errors.extend(host_users(spec, pod.host_users));
    errors.extend(naming::override_of_host_name(spec));
    errors.extend(optional(&spec.field("serviceAccountName"), format::dns1123_subdomain));
    errors.extend(optional(&spec.field("nodeName"), format::dns1123_subdomain));
    let deadline = spec.field("activeDeadlineSeconds");
    if deadline.is_set() && !(1..=i64::from(i32::MAX)).contains(&deadline.int()) {
        errors.push(deadline.invalid(format::between(1, i32::MAX.into())));
    }
    errors.extend(optional(&spec.field("hostname"), format::dns1123_label));
    errors.extend(optional(&spec.field("subdomain"), format::dns1123_label));
    let tolerations = spec.field("tolerations");
    errors.extend(tolerations.items().flat_map(|it| scheduling::toleration(&it)));
    errors.extend(naming::host_aliases(&spec.field("hostAliases")));
    errors.extend(optional(&spec.field("priorityClassName"), format::dns1123_subdomain));
    let runtime = spec.field("runtimeClassName");
    if runtime.is_set() {
        errors.extend(runtime.invalid_each(format::dns1123_subdomain(runtime.text())));
    }
    let preemption = ["Never", "PreemptLowerPriority"];
    errors.extend(spec.field("preemptionPolicy").one_of_if_set(&preemption));
    errors.extend(resources::overhead(&spec.field("overhead")));
    errors.extend(operating_system(spec));
    errors
}

/// All containers of a pod: init containers first, as Kubernetes visits them.
fn containers<'a>(spec: &At<'a>) -> Vec<At<'a>> {
    let lists = ["initContainers", "containers", "ephemeralContainers"];
    lists
        .into_iter()
        .flat_map(|it| spec.field(it).items().collect::<Vec<_>>())
        .collect()
}

/// Models: validateHostUsers, whose fields have another case than they are written in.
fn host_users(spec: &At, host_users: bool) -> Vec<FieldError> {
    let shared = [("hostPID", "HostPID"), ("hostIPC", "HostIPC")];
    let given = shared
        .iter()
        .filter(|(name, _)| !host_users && spec.field(name).is_true());
    given
        .map(|(_, shown)| FieldError::forbidden(spec.path.field(shown), "when `hostUsers` is false"))
        .collect()
}

/// Models: validateOS, validateLinux.
fn operating_system(spec: &At) -> Vec<FieldError> {
    const LINUX_ONLY: &str = "windows options cannot be set for a linux pod";
    let os = spec.field("os");
    let name = os.field("name");
    match name.text() {
        _ if !os.is_set() => Vec::new(),
        "" => vec![name.required("")],
        "linux" => {
            let all = std::iter::once(spec.clone()).chain(containers(spec));
            let options = all.map(|it| it.field("securityContext").field("windowsOptions"));
            options.filter(At::is_set).map(|it| it.forbidden(LINUX_ONLY)).collect()
        }
        "windows" => Vec::new(),
        other => vec![FieldError::not_supported(os.path, other, &["linux", "windows"])],
    }
}

fn optional(field: &At, form: fn(&str) -> Vec<String>) -> Vec<FieldError> {
    if field.text().is_empty() {
        Vec::new()
    } else {
        field.invalid_each(form(field.text()))
    }
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
                * spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource type or fully qualified
                * spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource for containers
                * spec.containers[0].livenessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive
                * spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1
                * spec.containers[0].readinessProbe: Required value: must specify a handler type
                * spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never""#]],
        );
    }

    fn with(container: &Value) -> Value {
        let mut whole = json!({"name": "x", "image": "nginx"});
        for (name, value) in container.as_object().into_iter().flatten() {
            whole[name] = value.clone();
        }
        json!({"containers": [whole]})
    }

    #[test]
    fn environment_comes_from_what_there_is() {
        check(
            &with(&json!({"env": [
                {"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
                {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['a b']"}}},
                {"name": "C", "valueFrom": {"fieldRef": {"fieldPath": "spec.foo"}}},
                {"name": "D", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "a/b"}}},
                {"name": "E", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "3"}}},
            ], "envFrom": [{}, {"secretRef": {"name": "S"}}]})),
            &expect![[r#"

                * spec.containers[0].env[1].valueFrom.fieldRef: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')
                * spec.containers[0].env[2].valueFrom.fieldRef.fieldPath: Invalid value: "spec.foo": error converting fieldPath: field label not supported: spec.foo
                * spec.containers[0].env[3].valueFrom.configMapKeyRef.key: Invalid value: "a/b": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')
                * spec.containers[0].env[4].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor's values 1m and 1 are supported with the cpu resource
                * spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`
                * spec.containers[0].envFrom[1].secretRef.name: Invalid value: "S": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"#]],
        );
    }

    #[test]
    fn contexts_and_hooks_are_checked() {
        check(
            &with(&json!({
                "securityContext": {"runAsUser": -1, "privileged": true, "allowPrivilegeEscalation": false,
                    "seccompProfile": {"type": "Localhost"}},
                "lifecycle": {"preStop": {"sleep": {"seconds": 100}}},
                "livenessProbe": {"httpGet": {"port": 80, "httpHeaders": [{"name": "a b", "value": "c"}]}},
            })),
            &expect![[r#"

                * spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive
                * spec.containers[0].securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost
                * spec.containers[0].securityContext: Invalid value: {"Capabilities":null,"Privileged":true,"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":-1,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":{"Type":"Localhost","LocalhostProfile":null},"AppArmorProfile":null}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true
                * spec.containers[0].lifecycle.preStop.sleep: Invalid value: 100: must be non-negative and less than terminationGracePeriodSeconds (30)
                * spec.containers[0].livenessProbe.httpGet.httpHeaders: Invalid value: "a b": a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')"#]],
        );
    }

    #[test]
    fn where_a_pod_may_run_is_checked() {
        let spread =
            json!({"maxSkew": 0, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway", "minDomains": 2});
        let mut spec = with(&json!({}));
        spec["topologySpreadConstraints"] = json!([spread, spread]);
        spec["affinity"] = json!({
            "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
                {"matchExpressions": [{"key": "a", "operator": "In"}]}]}},
            "podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
                {"weight": 0, "podAffinityTerm": {"topologyKey": ""}}]},
        });
        check(
            &spec,
            &expect![[r#"

            * spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'
            * spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: must be in the range 1-100
            * spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.topologyKey: Required value: can not be empty
            * spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.topologyKey: Invalid value: "": name part must be non-empty
            * spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.topologyKey: Invalid value: "": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')
            * spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero
            * spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{zone, ScheduleAnyway}"
            * spec.topologySpreadConstraints[0].minDomains: Invalid value: 2: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway
            * spec.topologySpreadConstraints[1].maxSkew: Invalid value: 0: must be greater than zero
            * spec.topologySpreadConstraints[1].minDomains: Invalid value: 2: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway"#]],
        );
    }

    #[test]
    fn files_of_volumes_and_names_are_checked() {
        let mut spec = with(&json!({"volumeMounts": [{"name": "c", "mountPath": "/c", "subPath": "../x"}]}));
        spec["volumes"] = json!([
            {"name": "a", "configMap": {"name": "c", "defaultMode": 1000, "items": [{"key": "", "path": "../b"}]}},
            {"name": "b", "projected": {"sources": [{"secret": {}, "configMap": {"name": "c"}}]}},
            {"name": "c", "emptyDir": {}},
        ]);
        spec["dnsPolicy"] = json!("None");
        spec["hostAliases"] = json!([{"ip": "x", "hostnames": ["A"]}]);
        check(
            &spec,
            &expect![[r#"

            * spec.volumes[0].configMap.defaultMode: Invalid value: 1000: must be a number between 0 and 0777 (octal), both inclusive
            * spec.volumes[0].configMap.items[0].key: Required value
            * spec.volumes[0].configMap.items[0].path: Invalid value: "../b": must not contain '..'
            * spec.volumes[1].projected.sources[0].secret.name: Required value
            * spec.volumes[1].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source
            * spec.containers[0].volumeMounts.subPath: Invalid value: "../x": must not contain '..'
            * spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None
            * spec.hostAliases[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)
            * spec.hostAliases[0].hostnames[0]: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"#]],
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
