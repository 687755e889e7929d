use super::description::{Description, or};
use super::service::EndpointsText;
use crate::client::KubectlVersion;
use api::{Fields, Kind, Value};
use cluster::{Cluster, Object};
use std::collections::BTreeSet;

/// Models: kubectl/pkg/describe describeIngressV1 (v1.36).
pub(super) fn describe(out: &mut Description, cluster: &Cluster, ingress: &Object) {
    let version = out.version;
    let spec = ingress.spec();
    out.field(0, "Name", ingress.name());
    out.labels("Labels", ingress.metadata().field("labels"));
    out.field(0, "Namespace", ingress.namespace());
    out.field(0, "Address", addresses(ingress));
    let class = spec.field("ingressClassName").as_text().unwrap_or("<none>");
    out.field(0, "Ingress Class", class);
    let default = match spec.field("defaultBackend").if_set() {
        None => "<default>".to_owned(),
        Some(backend) => backend_text(cluster, ingress.namespace(), backend.value, version),
    };
    out.field(0, "Default backend", &default);
    describe_tls(out, spec.field("tls").list());
    out.line(0, "Rules:");
    out.line(1, "Host\tPath\tBackends");
    out.line(1, "----\t----\t--------");
    let rules = spec.field("rules").list().iter();
    let mut rules = rules.filter(|rule| rule.field("http").is_set()).peekable();
    if rules.peek().is_none() {
        out.line(1, format_args!("*\t*\t{default}"));
    }
    for rule in rules {
        out.line(1, format_args!("{}\t", or(rule.field("host").text(), "*")));
        for path in rule.field("http").field("paths").list() {
            let backend = backend_text(cluster, ingress.namespace(), path.field("backend").value, version);
            out.line(2, format_args!("\t{} \t{backend}", path.field("path").text()));
        }
    }
    out.annotations("Annotations", ingress.metadata().field("annotations"));
}

/// Models: kubectl/pkg/describe ingressLoadBalancerStatusStringerV1 (v1.36).
fn addresses(ingress: &Object) -> String {
    let points = ingress.status().field("loadBalancer").field("ingress").list().iter();
    let addresses: BTreeSet<_> = points
        .map(|point| or(point.field("ip").text(), point.field("hostname").text()))
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
        let hosts = super::description::joined(entry.field("hosts"), ",");
        match entry.field("secretName").text() {
            "" => out.line(1, format_args!("SNI routes {hosts}")),
            secret => out.line(1, format_args!("{secret} terminates {hosts}")),
        }
    }
}

/// A backend with the endpoints of its Service.
///
/// Models: kubectl/pkg/describe describeBackendV1, serviceBackendStringer (v1.36).
fn backend_text(cluster: &Cluster, namespace: &str, backend: &Value, version: KubectlVersion) -> String {
    let (service, resource) = (backend.field("service"), backend.field("resource"));
    if service.is_set() {
        let name = service.field("name").text();
        let port = match service.field("port").field("number").number() {
            0 => service.field("port").field("name").text().to_owned(),
            number => number.to_string(),
        };
        return match cluster.get(Kind::Service, namespace, name) {
            Err(status) => format!("{name}:{port} (<error: {}>)", status.message),
            Ok(found) => {
                let endpoints = EndpointsText::of(cluster, &found, version);
                let endpoints = endpoints.of_port(port_name(&found, service.field("port").value));
                format!("{name}:{port} ({endpoints})")
            }
        };
    }
    if resource.is_set() {
        let group = resource.field("apiGroup").as_text().unwrap_or("<none>");
        let (kind, name) = (resource.field("kind").text(), resource.field("name").text());
        return format!("APIGroup: {group}, Kind: {kind}, Name: {name}");
    }
    String::new()
}

/// The name of the Service's port that a backend refers to; empty if none.
fn port_name<'a>(service: &'a Object, wanted: &Value) -> &'a str {
    let (by_number, by_name) = (wanted.field("number").number(), wanted.field("name").text());
    let mut ports = service.spec().field("ports").list().iter();
    let port = ports.rfind(|port| {
        (by_number != 0 && port.field("port").number() == by_number)
            || (!by_name.is_empty() && port.field("name").text() == by_name)
    });
    port.map_or("", |port| port.field("name").text())
}

#[cfg(test)]
mod tests;
