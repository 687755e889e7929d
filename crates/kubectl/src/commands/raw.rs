//! Paths of the API server, as `get --raw` and `proxy` ask for them.

use crate::commands::unsupported;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::selector::Selector;
use crate::output::scale;
use crate::print;
use crate::surroundings::{AskedPod, Containers};
use api::{Cursor, Kind, Value};
use base::Stream;
use cluster::{Cluster, Object, Reason, Status};
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::rc::Rc;

/// What the API server answers to a path.
enum Answer {
    /// A text of its own, with its end.
    Text(String),
    /// It asks a pod, and passes on what that answers.
    Pod { pod: Rc<Object>, port: u16, path: String },
    /// What a container has printed.
    Log { pod: Rc<Object>, container: String },
}

/// Models: kubectl/pkg/rawhttp RawGet, kubectl/pkg/cmd/get/get.go Validate (v1.36).
pub(super) fn get(run: &mut CommandContext<'_>, args: &Args, path: &str) -> Result<(), Failure> {
    if !args.words.is_empty() {
        return Err(Failure::own("arguments may not be passed when --raw is specified"));
    }
    if args.text("output").is_some_and(|output| !output.is_empty()) {
        return Err(Failure::own("--raw and --output are mutually exclusive"));
    }
    if !path.starts_with('/') {
        let quoted = api::go::quote(path);
        return Err(Failure::own(format!(
            "--raw must be a valid URL path: parse {quoted}: invalid URI for request"
        )));
    }
    if let Some((page, instead)) = not_here(path) {
        return Err(unsupported::not_here(&format!("get --raw {page}"), instead));
    }
    let answer = answer(run.cluster, path)?;
    let (status, body) = followed(run.cluster, run.around.containers, answer)?;
    if status >= 400 {
        return Err(nowhere().into());
    }
    run.output.stdout.push_str(&body);
    Ok(())
}

/// The pages of the API server that are not here, and what to ask instead.
fn not_here(path: &str) -> Option<(&str, &'static str)> {
    let (page, query) = path.split_once('?').unwrap_or((path, ""));
    let first = page.split('/').nth(1).unwrap_or_default();
    match first {
        "metrics" | "logs" | "debug" => Some((page, "read objects by their paths, such as /api/v1/pods")),
        "openapi" | "openid" | ".well-known" => Some((page, "kubectl explain tells the fields of objects")),
        "healthz" | "livez" | "readyz" if query.contains("verbose") || page.matches('/').count() > 1 => {
            Some((path, "without more it says whether all is well"))
        }
        _ => None,
    }
}

/// The status and the body with which the API server answers a client such as curl, for which it indents.
pub fn api_answer(cluster: &Cluster, containers: &dyn Containers, path: &str) -> (u16, String) {
    let answered = answer(cluster, path).and_then(|answer| {
        let is_text = matches!(answer, Answer::Text(_));
        followed(cluster, containers, answer).map(|answered| (answered, is_text))
    });
    match answered {
        Ok(((status, body), true)) => (status, indented(&body)),
        Ok((answered, false)) => answered,
        Err(status) => {
            let body = json!({
                "apiVersion": "v1", "code": status.code, "kind": "Status", "message": status.message, "metadata": {},
                "reason": status.reason.word(), "status": "Failure",
            });
            (status.code, indented(&in_order(&body, &STATUS)))
        }
    }
}

const STATUS: [&str; 7] = ["kind", "apiVersion", "metadata", "status", "message", "reason", "code"];

fn followed(cluster: &Cluster, containers: &dyn Containers, answer: Answer) -> Result<(u16, String), Status> {
    match answer {
        Answer::Text(text) => Ok((200, text)),
        Answer::Log { pod, container } => {
            let lines = containers.logs(cluster, &pod, &container);
            Ok((200, lines.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect()))
        }
        Answer::Pod { pod, port, path } => {
            let host = pod.status().field("podIP").text();
            let asked = AskedPod {
                pod: &pod,
                port,
                path: &path,
                host,
            };
            let answered = containers.ask(cluster, &asked);
            answered.map_err(|why| unavailable(format!("error trying to reach service: {why}")))
        }
    }
}

fn unavailable(message: String) -> Status {
    Status::plain(503, Reason::ServiceUnavailable, message)
}

fn nowhere() -> Status {
    let message = "the server could not find the requested resource".to_owned();
    Status::plain(404, Reason::NotFound, message)
}

/// Differs: of the server's own pages it has health, versions and what groups hold.
fn answer(cluster: &Cluster, path: &str) -> Result<Answer, Status> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let text = |text: String| Ok(Answer::Text(text));
    match parts.as_slice() {
        ["healthz" | "livez" | "readyz"] => text("ok".to_owned()),
        ["version"] => text(
            print::json(&server_version())
                .replace("    ", "  ")
                .trim_end()
                .to_owned(),
        ),
        ["api"] => {
            let address = json!([{"clientCIDR": "0.0.0.0/0", "serverAddress": "192.168.49.2:6443"}]);
            let body = json!({"kind": "APIVersions", "serverAddressByClientCIDRs": address, "versions": ["v1"]});
            text(in_order(&body, &["kind", "versions", "serverAddressByClientCIDRs"]) + "\n")
        }
        ["api", "v1", rest @ ..] => of_group(cluster, "v1", rest, query),
        ["apis"] => {
            let groups: Vec<String> = groups(cluster).iter().map(|group| of_one(cluster, group)).collect();
            text(format!(
                "{{\"kind\":\"APIGroupList\",\"apiVersion\":\"v1\",\"groups\":[{}]}}\n",
                groups.join(",")
            ))
        }
        ["apis", group] if groups(cluster).contains(*group) => {
            let inside = of_one(cluster, group);
            let inside = inside.trim_start_matches('{');
            text(format!("{{\"kind\":\"APIGroup\",\"apiVersion\":\"v1\",{inside}\n"))
        }
        ["apis", group, version, rest @ ..] => of_group(cluster, &format!("{group}/{version}"), rest, query),
        _ => Err(nowhere()),
    }
}

/// The groups that are served, but for the core one.
fn groups(cluster: &Cluster) -> BTreeSet<&'static str> {
    let built_in = api::served().iter().map(api::Served::group);
    let custom = cluster.custom_kinds().map(Kind::group);
    built_in.chain(custom).filter(|group| !group.is_empty()).collect()
}

/// A group with its versions, the preferred one first.
///
/// Models: apiserver/pkg/endpoints/discovery/group.go (v1.36).
fn of_one(cluster: &Cluster, group: &str) -> String {
    let mut versions: Vec<String> = Vec::new();
    for served in api::served().iter().filter(|it| it.group() == group) {
        versions.push(served.version().to_owned());
    }
    if group == "autoscaling" {
        versions.extend(["v2", "v1"].map(str::to_owned));
    }
    for kind in cluster.custom_kinds().filter(|kind| kind.group() == group) {
        versions.extend(cluster.custom_versions(kind).into_iter().map(str::to_owned));
    }
    let mut listed: Vec<String> = Vec::new();
    for version in versions {
        let entry = format!("{{\"groupVersion\":\"{group}/{version}\",\"version\":\"{version}\"}}");
        if !listed.contains(&entry) {
            listed.push(entry);
        }
    }
    let preferred = listed.first().cloned().unwrap_or_default();
    let listed = listed.join(",");
    format!("{{\"name\":\"{group}\",\"versions\":[{listed}],\"preferredVersion\":{preferred}}}")
}

/// What the server says of its version.
pub(super) fn server_version() -> Value {
    json!({
        "buildDate": "2026-06-10T00:00:00Z", "compiler": "gc", "emulationMajor": "1", "emulationMinor": "36",
        "gitCommit": "", "gitTreeState": "clean", "gitVersion": "v1.36.2", "goVersion": "go1.26",
        "major": "1", "minCompatibilityMajor": "1", "minCompatibilityMinor": "35", "minor": "36",
        "platform": "linux/amd64",
    })
}

fn of_group(cluster: &Cluster, version: &str, parts: &[&str], query: &str) -> Result<Answer, Status> {
    let kind = |plural: &str| {
        let mut kinds = Kind::ALL.into_iter().chain(cluster.custom_kinds());
        kinds
            .find(|kind| kind.plural() == plural && kind.is_served_in(version))
            .ok_or_else(nowhere)
    };
    let (namespace, rest) = match parts {
        [] => return Ok(Answer::Text(resources(cluster, version)?)),
        ["namespaces", namespace, rest @ ..] if !rest.is_empty() && *rest != ["status"] => (*namespace, rest),
        rest => ("", rest),
    };
    match rest {
        [plural] => list(cluster, kind(plural)?, namespace, query),
        [plural, name] => object(cluster, kind(plural)?, namespace, name),
        [plural, name, "status"] if cluster.serves_status(kind(plural)?) => {
            object(cluster, kind(plural)?, namespace, name)
        }
        [plural, name, "scale"] => {
            let paths = scale::paths(cluster, kind(plural)?)?;
            let scale = scale::of(&*cluster.get(kind(plural)?, namespace, name)?, &paths)?;
            Ok(Answer::Text(print::struct_line("Scale", &scale) + "\n"))
        }
        ["services", id, "proxy", path @ ..] => service(cluster, namespace, id, path),
        ["pods", id, "proxy", path @ ..] => pod(cluster, namespace, id, path),
        ["pods", name, "log"] => {
            let pod = cluster.get(Kind::Pod, namespace, name)?;
            let first = pod.spec().field("containers").items().next();
            let first = first.map(|first| first.field("name").text().to_owned());
            let asked = query.split('&').find_map(|pair| pair.strip_prefix("container="));
            let container = asked.map(str::to_owned).or(first).unwrap_or_default();
            Ok(Answer::Log { pod, container })
        }
        _ => Err(nowhere()),
    }
}

fn object(cluster: &Cluster, kind: Kind, namespace: &str, name: &str) -> Result<Answer, Status> {
    let object = cluster.get(kind, namespace, name)?;
    let line = print::typed_line(&Cluster::with_managed_fields(&object));
    Ok(Answer::Text(line + "\n"))
}

fn list(cluster: &Cluster, kind: Kind, namespace: &str, query: &str) -> Result<Answer, Status> {
    let namespace = Some(namespace).filter(|namespace| !namespace.is_empty());
    if namespace.is_some() && !kind.namespaced() {
        return Err(nowhere());
    }
    let given = query.split('&').find_map(|pair| pair.strip_prefix("labelSelector="));
    let written = given.unwrap_or_default().replace("%3D", "=").replace("%2C", ",");
    let selector = Selector::parse(&written).map_err(Status::bad_request)?;
    let objects = cluster.list(kind, namespace);
    let chosen = objects.iter().filter(|object| selector.matches(&object.value));
    let chosen = chosen.map(|object| Cluster::with_managed_fields(object));
    if kind.is_custom() {
        return Ok(Answer::Text(custom_list(
            kind,
            cluster.version(),
            &chosen.collect::<Vec<_>>(),
        )));
    }
    let items: Vec<String> = chosen.map(|object| print::typed_line_within(&object)).collect();
    Ok(Answer::Text(format!(
        "{{\"kind\":\"{}List\",\"apiVersion\":\"{}\",\"metadata\":{{\"resourceVersion\":\"{}\"}},\"items\":[{}]}}\n",
        kind.name(),
        kind.api_version(),
        cluster.version(),
        items.join(",")
    )))
}

/// A list of objects that the server holds as maps.
///
/// Models: apimachinery/pkg/apis/meta/v1/unstructured UnstructuredList (v1.36).
fn custom_list(kind: Kind, version: impl Display, items: &[Value]) -> String {
    let list = json!({
        "apiVersion": kind.api_version(), "items": items, "kind": format!("{}List", kind.name()),
        "metadata": {"continue": "", "resourceVersion": version.to_string()},
    });
    api::go::json(&list) + "\n"
}

/// `/api/v1` and `/apis/GROUP/VERSION`.
fn resources(cluster: &Cluster, version: &str) -> Result<String, Status> {
    let kinds = Kind::ALL.into_iter().chain(cluster.custom_kinds());
    let rows: Vec<String> = kinds
        .filter(|kind| kind.is_served_in(version))
        .map(|kind| {
            let row = json!({
                "kind": kind.name(), "name": kind.plural(), "namespaced": kind.namespaced(),
                "singularName": kind.singular(),
                "verbs": ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
            });
            in_order(&row, &["name", "singularName", "namespaced", "kind", "verbs"])
        })
        .collect();
    if rows.is_empty() {
        return Err(nowhere());
    }
    Ok(format!(
        "{{\"kind\":\"APIResourceList\",\"groupVersion\":\"{version}\",\"resources\":[{}]}}\n",
        rows.join(",")
    ))
}

/// The scheme, the name and the port of `name`, `name:port` and `scheme:name:port`.
///
/// Models: apimachinery/pkg/util/net/port_split.go SplitSchemeNamePort (v1.36).
fn split(id: &str) -> Option<(&str, &str)> {
    match id.split(':').collect::<Vec<_>>().as_slice() {
        [name] => Some((*name, "")),
        [name, port] | ["" | "http" | "https", name, port] => Some((*name, *port)),
        _ => None,
    }
    .filter(|(name, _)| !name.is_empty())
}

/// An endpoint of a Service, drawn by the API server: past the cluster IP and kube-proxy.
///
/// Models: pkg/registry/core/service/storage/storage.go ResourceLocation (v1.36).
fn service(cluster: &Cluster, namespace: &str, id: &str, path: &[&str]) -> Result<Answer, Status> {
    let (name, port) =
        split(id).ok_or_else(|| Status::bad_request(format!("invalid service request {}", api::go::quote(id))))?;
    let mut port_name = port.to_owned();
    if let Ok(number) = port.parse::<i64>() {
        let service = cluster.get(Kind::Service, namespace, name)?;
        let ports = service.spec().field("ports");
        let found = ports
            .items()
            .find(|port| port.field("port").value.as_i64() == Some(number));
        let Some(found) = found else {
            return Err(unavailable(format!(
                "no service port {number} found for service {}",
                api::go::quote(name)
            )));
        };
        found.field("name").text().clone_into(&mut port_name);
    }
    let none = || unavailable(format!("no endpoints available for service {}", api::go::quote(id)));
    let endpoints = cluster.get(Kind::Endpoints, namespace, name)?;
    let mut found = Vec::new();
    for subset in Cursor::new(&endpoints.value).field("subsets").items() {
        let port = subset
            .field("ports")
            .items()
            .find(|port| port.field("name").text() == port_name);
        let port = port.and_then(|port| u16::try_from(port.field("port").value.as_i64()?).ok());
        for address in subset.field("addresses").items() {
            let target = address.field("targetRef").field("name").text();
            let pod = cluster.find(Kind::Pod, namespace, target);
            found.extend(pod.cloned().zip(port));
        }
    }
    let stream = Stream::new(cluster.now().unsigned_abs(), &["proxy", endpoints.uid()]);
    let drawn = usize::try_from(stream.at(0, found.len().max(1) as u64)).unwrap_or(0);
    let (pod, port) = found.into_iter().nth(drawn).ok_or_else(none)?;
    Ok(Answer::Pod {
        pod,
        port,
        path: format!("/{}", path.join("/")),
    })
}

/// Models: pkg/registry/core/pod/strategy.go ResourceLocation (v1.36).
fn pod(cluster: &Cluster, namespace: &str, id: &str, path: &[&str]) -> Result<Answer, Status> {
    let (name, port) =
        split(id).ok_or_else(|| Status::bad_request(format!("invalid pod request {}", api::go::quote(id))))?;
    let pod = cluster.get(Kind::Pod, namespace, name)?;
    let mut ports = pod
        .spec()
        .field("containers")
        .items()
        .flat_map(|it| it.field("ports").items());
    let declared = ports.next().and_then(|port| port.field("containerPort").value.as_i64());
    if pod.status().field("podIP").as_text().is_none() {
        return Err(Status::bad_request("address not allowed"));
    }
    let port = match port {
        "" => declared.and_then(|port| u16::try_from(port).ok()).unwrap_or(80),
        written => written.parse().map_err(|_| {
            unavailable(format!(
                "error trying to reach service: dial tcp: lookup tcp/{written}: unknown port"
            ))
        })?,
    };
    Ok(Answer::Pod {
        pod,
        port,
        path: format!("/{}", path.join("/")),
    })
}

/// An object without blanks, its fields in this order.
fn in_order(value: &Value, fields: &[&str]) -> String {
    let known = fields.iter().filter_map(|field| Some((*field, value.get(*field)?)));
    let texts: Vec<String> = known
        .map(|(field, value)| format!("\"{field}\":{}", api::go::json(value)))
        .collect();
    format!("{{{}}}", texts.join(","))
}

/// JSON without blanks, with lines and indents of two.
fn indented(line: &str) -> String {
    if !line.starts_with('{') || line.starts_with("{\n") {
        return line.to_owned();
    }
    let (mut text, mut depth, mut quoted, mut escaped) = (String::new(), 0, false, false);
    let mut chars = line.trim_end().chars().peekable();
    while let Some(c) = chars.next() {
        if quoted {
            text.push(c);
            quoted = escaped || c != '"';
            escaped = c == '\\' && !escaped;
            continue;
        }
        match c {
            '{' | '[' if chars.peek().is_some_and(|next| matches!(next, '}' | ']')) => {
                text.push(c);
                text.extend(chars.next());
            }
            '{' | '[' => {
                depth += 1;
                text.push(c);
                new_line(&mut text, depth);
            }
            '}' | ']' => {
                depth -= 1;
                new_line(&mut text, depth);
                text.push(c);
            }
            ',' => {
                text.push(c);
                new_line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            c => {
                quoted = c == '"';
                text.push(c);
            }
        }
    }
    text
}

fn new_line(text: &mut String, depth: usize) {
    text.push('\n');
    text.push_str(&"  ".repeat(depth));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_indented_by_two() {
        assert_eq!(
            indented("{\"a\":[1,{\"b\":\"x:\\\"{\"}],\"c\":{}}\n"),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x:\\\"{\"\n    }\n  ],\n  \"c\": {}\n}"
        );
        assert_eq!(indented("ok"), "ok");
    }
}
