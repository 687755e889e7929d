use super::description::{Description, number, or, text};
use super::service::{endpoint_slices, format_endpoint_slices};
use api::{Kind, Value};
use cluster::{Cluster, Object, at, list};
use std::collections::BTreeSet;

/// Adds what there is to say of an Ingress.
///
/// Models: kubectl/pkg/describe describeIngressV1 (v1.36).
pub(super) fn describe(out: &mut Description, cluster: &Cluster, ingress: &Object) {
    let spec = ingress.at(&["spec"]);
    out.field(0, "Name", ingress.name());
    out.labels("Labels", ingress.at(&["metadata", "labels"]));
    out.field(0, "Namespace", ingress.namespace());
    out.field(0, "Address", addresses(ingress));
    let class = at(spec, &["ingressClassName"]).as_str().unwrap_or("<none>");
    out.field(0, "Ingress Class", class);
    let default = match at(spec, &["defaultBackend"]) {
        Value::Null => "<default>".to_owned(),
        backend => backend_text(cluster, ingress.namespace(), backend),
    };
    out.field(0, "Default backend", &default);
    describe_tls(out, list(at(spec, &["tls"])));
    out.line(0, "Rules:");
    out.line(1, "Host\tPath\tBackends");
    out.line(1, "----\t----\t--------");
    let rules = list(at(spec, &["rules"])).iter();
    let mut rules = rules.filter(|rule| at(rule, &["http"]).is_object()).peekable();
    if rules.peek().is_none() {
        out.line(1, format_args!("*\t*\t{default}"));
    }
    for rule in rules {
        out.line(1, format_args!("{}\t", or(text(rule, &["host"]), "*")));
        for path in list(at(rule, &["http", "paths"])) {
            let backend = backend_text(cluster, ingress.namespace(), at(path, &["backend"]));
            out.line(2, format_args!("\t{} \t{backend}", text(path, &["path"])));
        }
    }
    out.annotations("Annotations", ingress.at(&["metadata", "annotations"]));
}

/// Models: kubectl/pkg/describe ingressLoadBalancerStatusStringerV1 (v1.36).
fn addresses(ingress: &Object) -> String {
    let points = ingress.list(&["status", "loadBalancer", "ingress"]).iter();
    let addresses: BTreeSet<_> = points
        .map(|point| or(text(point, &["ip"]), text(point, &["hostname"])))
        .filter(|address| !address.is_empty())
        .collect();
    addresses.into_iter().collect::<Vec<_>>().join(",")
}

/// Models: kubectl/pkg/describe describeIngressTLSV1 (v1.36).
fn describe_tls(out: &mut Description, entries: &[Value]) {
    if !entries.is_empty() {
        out.line(0, "TLS:");
    }
    for entry in entries {
        let hosts = super::description::joined(entry, &["hosts"], ",");
        match text(entry, &["secretName"]) {
            "" => out.line(1, format_args!("SNI routes {hosts}")),
            secret => out.line(1, format_args!("{secret} terminates {hosts}")),
        }
    }
}

/// A backend with the endpoints of its Service.
///
/// Models: kubectl/pkg/describe describeBackendV1, serviceBackendStringer (v1.36).
fn backend_text(cluster: &Cluster, namespace: &str, backend: &Value) -> String {
    let (service, resource) = (at(backend, &["service"]), at(backend, &["resource"]));
    if service.is_object() {
        let name = text(service, &["name"]);
        let port = match number(service, &["port", "number"]) {
            0 => text(service, &["port", "name"]).to_owned(),
            number => number.to_string(),
        };
        return match cluster.get(Kind::Service, namespace, name) {
            Err(status) => format!("{name}:{port} (<error: {}>)", status.message),
            Ok(found) => {
                let slices = endpoint_slices(cluster, &found);
                let endpoints = format_endpoint_slices(&slices, port_name(&found, at(service, &["port"])));
                format!("{name}:{port} ({endpoints})")
            }
        };
    }
    if resource.is_object() {
        let group = at(resource, &["apiGroup"]).as_str().unwrap_or("<none>");
        let (kind, name) = (text(resource, &["kind"]), text(resource, &["name"]));
        return format!("APIGroup: {group}, Kind: {kind}, Name: {name}");
    }
    String::new()
}

/// The name of the Service's port that a backend means; empty where it means none.
fn port_name<'a>(service: &'a Object, wanted: &Value) -> &'a str {
    let (by_number, by_name) = (number(wanted, &["number"]), text(wanted, &["name"]));
    let mut ports = service.list(&["spec", "ports"]).iter();
    let port = ports.rfind(|port| {
        (by_number != 0 && number(port, &["port"]) == by_number)
            || (!by_name.is_empty() && text(port, &["name"]) == by_name)
    });
    port.map_or("", |port| text(port, &["name"]))
}
