use super::description::{Description, int_or_string, joined, or};
use super::moment::rfc1123z;
use api::{Cursor, Fields, Value, quantity};
use base::Order;
use cluster::Object;

/// The status of a pod, for the containers of its spec.
pub(super) struct Statuses<'a> {
    pod: &'a Object,
    statuses: &'a [Value],
}

impl<'a> Statuses<'a> {
    pub(super) fn of(pod: &'a Object, statuses: &'a [Value]) -> Self {
        Self { pod, statuses }
    }
}

/// Adds containers, with statuses for those of a pod.
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
        let name = container.field("name").text();
        let status = statuses.and_then(|statuses| {
            let mut all = statuses.statuses.iter();
            all.rfind(|status| status.field("name").text() == name)
        });
        out.line(1, format_args!("{indent}{name}:"));
        describe_image_and_ports(out, container, status);
        describe_words(out, "Command", container.field("command").list());
        describe_words(out, "Args", container.field("args").list());
        if let Some(status) = status {
            describe_state(out, status);
        }
        describe_resources(out, 2, container.field("resources").value);
        for (title, field) in [
            ("Liveness", "livenessProbe"),
            ("Readiness", "readinessProbe"),
            ("Startup", "startupProbe"),
        ] {
            let probe = container.field(field);
            if probe.is_set() {
                out.field(2, title, probe_text(probe.value));
            }
        }
        describe_env_from(out, container.field("envFrom").list());
        describe_env(out, container, statuses.map(|statuses| statuses.pod));
        describe_mounts(out, container);
    }
}

/// Models: kubectl/pkg/describe describeContainerBasicInfo (v1.36).
fn describe_image_and_ports(out: &mut Description, container: &Value, status: Option<&Value>) {
    if let Some(status) = status {
        out.field(2, "Container ID", status.field("containerID").text());
    }
    out.field(2, "Image", container.field("image").text());
    if let Some(status) = status {
        out.field(2, "Image ID", status.field("imageID").text());
    }
    let ports = container.field("ports").list();
    for (title, field) in [("Port", "containerPort"), ("Host Port", "hostPort")] {
        let texts: Vec<_> = ports.iter().map(|port| port_text(port, field)).collect();
        let plural = if ports.len() > 1 { "s" } else { "" };
        out.field(2, &format!("{title}{plural}"), or(&texts.join(", "), "<none>"));
    }
    let seccomp = container.field("securityContext").field("seccompProfile");
    if seccomp.is_set() {
        out.field(2, "SeccompProfile", seccomp.field("type").text());
        out.text_field(3, "LocalhostProfile", seccomp.field("localhostProfile"));
    }
}

fn port_text(port: &Value, field: &str) -> String {
    let written = format!("{}/{}", port.field(field).number(), port.field("protocol").text());
    match port.field("name").text() {
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
    describe_one_state(out, "State", status.field("state").value);
    if status.field("lastState").field("terminated").is_set() {
        describe_one_state(out, "Last State", status.field("lastState").value);
    }
    let ready = if status.field("ready").flag() { "True" } else { "False" };
    out.field(2, "Ready", ready);
    out.field(2, "Restart Count", status.field("restartCount").number());
}

/// Models: kubectl/pkg/describe describeStatus (v1.36).
fn describe_one_state(out: &mut Description, title: &str, state: &Value) {
    let moment = |kind: &str, field: &str| rfc1123z(state.field(kind).field(field).as_text());
    if state.field("running").is_set() {
        out.field(2, title, "Running");
        out.field(3, "Started", moment("running", "startedAt"));
    } else if state.field("terminated").is_set() && !state.field("waiting").is_set() {
        out.field(2, title, "Terminated");
        out.text_field(3, "Reason", state.field("terminated").field("reason"));
        out.text_field(3, "Message", state.field("terminated").field("message"));
        out.field(3, "Exit Code", state.field("terminated").field("exitCode").number());
        let signal = state.field("terminated").field("signal").number();
        if signal > 0 {
            out.field(3, "Signal", signal);
        }
        out.field(3, "Started", moment("terminated", "startedAt"));
        out.field(3, "Finished", moment("terminated", "finishedAt"));
    } else {
        out.field(2, title, "Waiting");
        out.text_field(3, "Reason", state.field("waiting").field("reason"));
    }
}

/// Models: kubectl/pkg/describe describeResources (v1.36).
pub(super) fn describe_resources(out: &mut Description, level: usize, resources: &Value) {
    for (title, field) in [("Limits", "limits"), ("Requests", "requests")] {
        let amounts = resources.field(field).value.as_object();
        let mut amounts = amounts.into_iter().flatten().peekable();
        if amounts.peek().is_some() {
            out.line(level, format_args!("{title}:"));
        }
        for (name, amount) in amounts {
            out.field(level + 1, name, int_or_string(amount));
        }
    }
}

/// Models: kubectl/pkg/describe DescribeProbe (v1.36).
fn probe_text(probe: &Value) -> String {
    let attributes = format!(
        "delay={}s timeout={}s period={}s #success={} #failure={}",
        probe.field("initialDelaySeconds").number(),
        probe.field("timeoutSeconds").number(),
        probe.field("periodSeconds").number(),
        probe.field("successThreshold").number(),
        probe.field("failureThreshold").number(),
    );
    let port = |field: &str| int_or_string(probe.field(field).field("port").value);
    let what = if probe.field("exec").is_set() {
        format!("exec [{}]", joined(probe.field("exec").field("command"), " "))
    } else if probe.field("httpGet").is_set() {
        format!("http-get {}", url(probe.field("httpGet").value))
    } else if probe.field("tcpSocket").is_set() {
        format!(
            "tcp-socket {}:{}",
            probe.field("tcpSocket").field("host").text(),
            port("tcpSocket")
        )
    } else if probe.field("grpc").is_set() {
        format!(
            "grpc <pod>:{} {}",
            port("grpc"),
            probe.field("grpc").field("service").text()
        )
    } else {
        "unknown".to_owned()
    };
    format!("{what} {attributes}")
}

/// Models: Go's net/url URL.String for a scheme, a host and a path.
fn url(http: &Value) -> String {
    let scheme = http.field("scheme").text().to_lowercase();
    let host = match http.field("host").text() {
        host if host.contains([':', '%']) => format!("[{host}]"),
        host => host.to_owned(),
    };
    let port = int_or_string(http.field("port").value);
    let path = http.field("path").text();
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
        let (from, reference) = if source.field("configMapRef").is_set() {
            ("ConfigMap", source.field("configMapRef"))
        } else if source.field("secretRef").is_set() {
            ("Secret", source.field("secretRef"))
        } else {
            ("", Cursor::NULL)
        };
        let prefix = match source.field("prefix").text() {
            "" => String::new(),
            prefix => format!(" with prefix '{prefix}'"),
        };
        let (name, optional) = (reference.field("name").text(), reference.field("optional").flag());
        out.line(3, format_args!("{name}\t{from}{prefix}\tOptional: {optional}"));
    }
}

/// Models: kubectl/pkg/describe describeContainerEnvVars (v1.36).
fn describe_env(out: &mut Description, container: &Value, pod: Option<&Object>) {
    let variables = container.field("env").list();
    let none = if variables.is_empty() { "\t<none>" } else { "" };
    out.line(2, format_args!("Environment:{none}"));
    for variable in variables {
        let name = variable.field("name").text();
        let from = variable.field("valueFrom");
        if !from.is_set() {
            let mut lines = variable.field("value").text().split('\n');
            out.field(3, name, lines.next().unwrap_or_default());
            lines.for_each(|line| out.line(3, format_args!("\t{line}")));
            continue;
        }
        let (field, resource) = (from.field("fieldRef"), from.field("resourceFieldRef"));
        let (secret, config_map) = (from.field("secretKeyRef"), from.field("configMapKeyRef"));
        if field.is_set() {
            let path = field.field("fieldPath").text();
            let value = pod.map_or("", |pod| field_value(pod, path));
            let version = field.field("apiVersion").text();
            out.field(3, name, format_args!("{value} ({version}:{path})"));
        } else if resource.is_set() {
            let path = resource.field("resource").text();
            let value = resource_value(container, resource.value).unwrap_or_default();
            out.field(3, name, format_args!("{value} ({path})"));
        } else if secret.is_set() {
            let what = key_text(secret.value, "in secret");
            out.field(3, name, what);
        } else if config_map.is_set() {
            out.field(3, name, key_text(config_map.value, "of config map"));
        }
    }
}

fn key_text(reference: &Value, of: &str) -> String {
    let (key, name) = (reference.field("key").text(), reference.field("name").text());
    let optional = reference.field("optional").flag();
    format!("<set to the key '{key}' {of} '{name}'>\tOptional: {optional}")
}

/// The two pod fields that kubectl resolves itself; others print as empty.
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
    let path = reference.field("resource").text();
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
    let amount = whole(container.field("resources").field(list).field(name).value).unwrap_or(0);
    let one = if name == "cpu" { 1000 } else { 1 };
    let divisor = whole(reference.field("divisor").value).filter(|divisor| *divisor != 0);
    let divisor = divisor.unwrap_or(one);
    let value = amount.div_euclid(divisor) + i128::from(amount.rem_euclid(divisor) > 0);
    if value == 0 && ["limits.cpu", "limits.memory"].contains(&path) {
        return Some("node allocatable".to_owned());
    }
    Some(value.to_string())
}

/// Models: kubectl/pkg/describe describeContainerVolumes (v1.36).
fn describe_mounts(out: &mut Description, container: &Value) {
    let mut mounts: Vec<_> = container.field("volumeMounts").list().iter().collect();
    let none = if mounts.is_empty() { "\t<none>" } else { "" };
    out.line(2, format_args!("Mounts:{none}"));
    mounts.order_by_key(|mount| mount.field("mountPath").text());
    for mount in mounts {
        let access = if mount.field("readOnly").flag() { "ro" } else { "rw" };
        let path = match mount.field("subPath").text() {
            "" => String::new(),
            path => format!(",path={}", api::go::quote(path)),
        };
        let (place, name) = (mount.field("mountPath").text(), mount.field("name").text());
        out.line(3, format_args!("{place} from {name} ({access}{path})"));
    }
    let mut devices: Vec<_> = container.field("volumeDevices").list().iter().collect();
    if !devices.is_empty() {
        out.line(2, format_args!("Devices:{none}"));
    }
    devices.order_by_key(|device| device.field("devicePath").text());
    for device in devices {
        let (place, name) = (device.field("devicePath").text(), device.field("name").text());
        out.line(3, format_args!("{place} from {name}"));
    }
}

#[cfg(test)]
mod tests;
