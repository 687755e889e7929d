use super::description::{Description, flag, int_or_string, number, or, text};
use super::moment::rfc1123z;
use api::{Value, quantity};
use base::Order;
use cluster::{Object, at, list};

/// What a running pod adds to the containers it asked for.
pub(super) struct Statuses<'a> {
    pod: &'a Object,
    statuses: &'a [Value],
}

impl<'a> Statuses<'a> {
    /// The statuses of a pod's containers.
    pub(super) fn of(pod: &'a Object, statuses: &'a [Value]) -> Self {
        Self { pod, statuses }
    }
}

/// Adds containers: those of a pod with their statuses, those of a template without.
///
/// Models: kubectl/pkg/describe describeContainers (v1.36).
pub(super) fn describe_containers(
    out: &mut Description,
    title: &str,
    containers: &[Value],
    statuses: Option<&Statuses>,
) {
    let (space, indent) = if statuses.is_some() { ("", "") } else { ("  ", " ") };
    let none = if containers.is_empty() { " <none>" } else { "" };
    out.line(0, format_args!("{space}{title}:{none}"));
    for container in containers {
        let name = text(container, &["name"]);
        let status = statuses.and_then(|statuses| {
            let mut all = statuses.statuses.iter();
            all.rfind(|status| text(status, &["name"]) == name)
        });
        out.line(1, format_args!("{indent}{name}:"));
        describe_image_and_ports(out, container, status);
        describe_words(out, "Command", list(at(container, &["command"])));
        describe_words(out, "Args", list(at(container, &["args"])));
        if let Some(status) = status {
            describe_state(out, status);
        }
        describe_resources(out, 2, at(container, &["resources"]));
        for (title, field) in [
            ("Liveness", "livenessProbe"),
            ("Readiness", "readinessProbe"),
            ("Startup", "startupProbe"),
        ] {
            let probe = at(container, &[field]);
            if probe.is_object() {
                out.field(2, title, probe_text(probe));
            }
        }
        describe_env_from(out, list(at(container, &["envFrom"])));
        describe_env(out, container, statuses.map(|statuses| statuses.pod));
        describe_mounts(out, container);
    }
}

/// Models: kubectl/pkg/describe describeContainerBasicInfo (v1.36).
fn describe_image_and_ports(out: &mut Description, container: &Value, status: Option<&Value>) {
    if let Some(status) = status {
        out.field(2, "Container ID", text(status, &["containerID"]));
    }
    out.field(2, "Image", text(container, &["image"]));
    if let Some(status) = status {
        out.field(2, "Image ID", text(status, &["imageID"]));
    }
    let ports = list(at(container, &["ports"]));
    for (title, field) in [("Port", "containerPort"), ("Host Port", "hostPort")] {
        let texts: Vec<_> = ports.iter().map(|port| port_text(port, field)).collect();
        let plural = if ports.len() > 1 { "s" } else { "" };
        out.field(2, &format!("{title}{plural}"), or(&texts.join(", "), "<none>"));
    }
    let seccomp = at(container, &["securityContext", "seccompProfile"]);
    if seccomp.is_object() {
        out.field(2, "SeccompProfile", text(seccomp, &["type"]));
        out.text_field(3, "LocalhostProfile", seccomp, &["localhostProfile"]);
    }
}

fn port_text(port: &Value, field: &str) -> String {
    let written = format!("{}/{}", number(port, &[field]), text(port, &["protocol"]));
    match text(port, &["name"]) {
        "" => written,
        name => format!("{written} ({name})"),
    }
}

fn describe_words(out: &mut Description, title: &str, words: &[Value]) {
    if !words.is_empty() {
        out.line(2, format_args!("{title}:"));
    }
    for line in words.iter().filter_map(Value::as_str).flat_map(|word| word.split('\n')) {
        out.line(3, line);
    }
}

/// Models: kubectl/pkg/describe describeContainerState (v1.36).
fn describe_state(out: &mut Description, status: &Value) {
    describe_one_state(out, "State", at(status, &["state"]));
    if at(status, &["lastState", "terminated"]).is_object() {
        describe_one_state(out, "Last State", at(status, &["lastState"]));
    }
    let ready = if flag(status, &["ready"]) { "True" } else { "False" };
    out.field(2, "Ready", ready);
    out.field(2, "Restart Count", number(status, &["restartCount"]));
}

/// Models: kubectl/pkg/describe describeStatus (v1.36).
fn describe_one_state(out: &mut Description, title: &str, state: &Value) {
    let moment = |fields: &[&str]| rfc1123z(at(state, fields).as_str());
    if at(state, &["running"]).is_object() {
        out.field(2, title, "Running");
        out.field(3, "Started", moment(&["running", "startedAt"]));
    } else if at(state, &["terminated"]).is_object() && !at(state, &["waiting"]).is_object() {
        out.field(2, title, "Terminated");
        out.text_field(3, "Reason", state, &["terminated", "reason"]);
        out.text_field(3, "Message", state, &["terminated", "message"]);
        out.field(3, "Exit Code", number(state, &["terminated", "exitCode"]));
        let signal = number(state, &["terminated", "signal"]);
        if signal > 0 {
            out.field(3, "Signal", signal);
        }
        out.field(3, "Started", moment(&["terminated", "startedAt"]));
        out.field(3, "Finished", moment(&["terminated", "finishedAt"]));
    } else {
        out.field(2, title, "Waiting");
        out.text_field(3, "Reason", state, &["waiting", "reason"]);
    }
}

/// Adds limits and requests.
///
/// Models: kubectl/pkg/describe describeResources (v1.36).
pub(super) fn describe_resources(out: &mut Description, level: usize, resources: &Value) {
    for (title, field) in [("Limits", "limits"), ("Requests", "requests")] {
        let amounts = at(resources, &[field]).as_object();
        let mut amounts = amounts.into_iter().flatten().peekable();
        if amounts.peek().is_some() {
            out.line(level, format_args!("{title}:"));
        }
        for (name, amount) in amounts {
            out.field(level + 1, name, int_or_string(amount));
        }
    }
}

/// A probe in one line.
///
/// Models: kubectl/pkg/describe DescribeProbe (v1.36).
fn probe_text(probe: &Value) -> String {
    let attributes = format!(
        "delay={}s timeout={}s period={}s #success={} #failure={}",
        number(probe, &["initialDelaySeconds"]),
        number(probe, &["timeoutSeconds"]),
        number(probe, &["periodSeconds"]),
        number(probe, &["successThreshold"]),
        number(probe, &["failureThreshold"]),
    );
    let port = |field: &str| int_or_string(at(probe, &[field, "port"]));
    let what = if at(probe, &["exec"]).is_object() {
        format!(
            "exec [{}]",
            super::description::joined(probe, &["exec", "command"], " ")
        )
    } else if at(probe, &["httpGet"]).is_object() {
        format!("http-get {}", url(at(probe, &["httpGet"])))
    } else if at(probe, &["tcpSocket"]).is_object() {
        format!(
            "tcp-socket {}:{}",
            text(probe, &["tcpSocket", "host"]),
            port("tcpSocket")
        )
    } else if at(probe, &["grpc"]).is_object() {
        format!("grpc <pod>:{} {}", port("grpc"), text(probe, &["grpc", "service"]))
    } else {
        "unknown".to_owned()
    };
    format!("{what} {attributes}")
}

/// Models: Go's net/url URL.String for a scheme, a host and a path.
fn url(http: &Value) -> String {
    let scheme = text(http, &["scheme"]).to_lowercase();
    let host = match text(http, &["host"]) {
        host if host.contains([':', '%']) => format!("[{host}]"),
        host => host.to_owned(),
    };
    let port = int_or_string(at(http, &["port"]));
    let path = text(http, &["path"]);
    let slash = if path.is_empty() || path.starts_with('/') {
        ""
    } else {
        "/"
    };
    format!("{scheme}://{host}:{port}{slash}{}", escaped(path))
}

/// Models: Go's net/url escape, encodePath.
fn escaped(path: &str) -> String {
    let kept = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(byte);
    path.bytes()
        .map(|byte| {
            if kept(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// Models: kubectl/pkg/describe describeContainerEnvFrom (v1.36).
fn describe_env_from(out: &mut Description, sources: &[Value]) {
    if !sources.is_empty() {
        out.line(2, "Environment Variables from:");
    }
    for source in sources {
        let (from, reference) = if at(source, &["configMapRef"]).is_object() {
            ("ConfigMap", at(source, &["configMapRef"]))
        } else if at(source, &["secretRef"]).is_object() {
            ("Secret", at(source, &["secretRef"]))
        } else {
            ("", &Value::Null)
        };
        let prefix = match text(source, &["prefix"]) {
            "" => String::new(),
            prefix => format!(" with prefix '{prefix}'"),
        };
        let (name, optional) = (text(reference, &["name"]), flag(reference, &["optional"]));
        out.line(3, format_args!("{name}\t{from}{prefix}\tOptional: {optional}"));
    }
}

/// Models: kubectl/pkg/describe describeContainerEnvVars (v1.36).
fn describe_env(out: &mut Description, container: &Value, pod: Option<&Object>) {
    let variables = list(at(container, &["env"]));
    let none = if variables.is_empty() { "\t<none>" } else { "" };
    out.line(2, format_args!("Environment:{none}"));
    for variable in variables {
        let name = text(variable, &["name"]);
        let from = at(variable, &["valueFrom"]);
        if !from.is_object() {
            let mut lines = text(variable, &["value"]).split('\n');
            out.field(3, name, lines.next().unwrap_or_default());
            lines.for_each(|line| out.line(3, format_args!("\t{line}")));
            continue;
        }
        let (field, resource) = (at(from, &["fieldRef"]), at(from, &["resourceFieldRef"]));
        let (secret, config_map) = (at(from, &["secretKeyRef"]), at(from, &["configMapKeyRef"]));
        if field.is_object() {
            let path = text(field, &["fieldPath"]);
            let value = pod.map_or("", |pod| field_value(pod, path));
            let version = text(field, &["apiVersion"]);
            out.field(3, name, format_args!("{value} ({version}:{path})"));
        } else if resource.is_object() {
            let path = text(resource, &["resource"]);
            let value = resource_value(container, resource).unwrap_or_default();
            out.field(3, name, format_args!("{value} ({path})"));
        } else if secret.is_object() {
            let what = key_text(secret, "in secret");
            out.field(3, name, what);
        } else if config_map.is_object() {
            out.field(3, name, key_text(config_map, "of config map"));
        }
    }
}

fn key_text(reference: &Value, of: &str) -> String {
    let (key, name) = (text(reference, &["key"]), text(reference, &["name"]));
    let optional = flag(reference, &["optional"]);
    format!("<set to the key '{key}' {of} '{name}'>\tOptional: {optional}")
}

/// The two fields of a pod that kubectl resolves itself; the others stay empty.
///
/// Models: kubectl/pkg/describe EnvValueRetriever, runtime.DefaultMetaV1FieldSelectorConversion (v1.36).
fn field_value<'a>(pod: &'a Object, path: &str) -> &'a str {
    match path {
        "metadata.name" => pod.name(),
        "metadata.namespace" => pod.namespace(),
        _ => "",
    }
}

/// Models: kubectl/pkg/util/resource ExtractContainerResourceValue (v1.36).
fn resource_value(container: &Value, reference: &Value) -> Option<String> {
    let path = text(reference, &["resource"]);
    let (list, name) = path.split_once('.')?;
    let known = ["cpu", "memory", "ephemeral-storage"].contains(&name) || name.starts_with("hugepages-");
    if !known || !["limits", "requests"].contains(&list) {
        return None;
    }
    let unit = if name == "cpu" { 1_000_000 } else { 1_000_000_000 };
    let whole = |value: &Value| -> Option<i128> {
        let nanos = quantity::nanos(&int_or_string(value))?;
        Some(nanos.div_euclid(unit) + i128::from(nanos.rem_euclid(unit) > 0))
    };
    let amount = whole(at(container, &["resources", list, name])).unwrap_or(0);
    let one = if name == "cpu" { 1000 } else { 1 };
    let divisor = whole(at(reference, &["divisor"])).filter(|divisor| *divisor != 0);
    let divisor = divisor.unwrap_or(one);
    let value = amount.div_euclid(divisor) + i128::from(amount.rem_euclid(divisor) > 0);
    if value == 0 && ["limits.cpu", "limits.memory"].contains(&path) {
        return Some("node allocatable".to_owned());
    }
    Some(value.to_string())
}

/// Models: kubectl/pkg/describe describeContainerVolumes (v1.36).
fn describe_mounts(out: &mut Description, container: &Value) {
    let mut mounts: Vec<_> = list(at(container, &["volumeMounts"])).iter().collect();
    let none = if mounts.is_empty() { "\t<none>" } else { "" };
    out.line(2, format_args!("Mounts:{none}"));
    mounts.order_by_key(|mount| text(mount, &["mountPath"]));
    for mount in mounts {
        let access = if flag(mount, &["readOnly"]) { "ro" } else { "rw" };
        let path = match text(mount, &["subPath"]) {
            "" => String::new(),
            path => format!(",path={}", api::go::quote(path)),
        };
        let (place, name) = (text(mount, &["mountPath"]), text(mount, &["name"]));
        out.line(3, format_args!("{place} from {name} ({access}{path})"));
    }
    let mut devices: Vec<_> = list(at(container, &["volumeDevices"])).iter().collect();
    if !devices.is_empty() {
        out.line(2, format_args!("Devices:{none}"));
    }
    devices.order_by_key(|device| text(device, &["devicePath"]));
    for device in devices {
        let (place, name) = (text(device, &["devicePath"]), text(device, &["name"]));
        out.line(3, format_args!("{place} from {name}"));
    }
}
