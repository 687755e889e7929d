use super::description::{Description, joined, or};
use crate::client::KubectlVersion;
use crate::print::inline;
use api::view::{LoadBalancerIngress, Service, ServicePort, label};
use api::{Cursor, Fields, Kind, Value};
use cluster::{Cluster, Object};
use std::rc::Rc;

/// How many endpoints are printed before ` + N more...`.
const MAX_ENDPOINTS: usize = 3;

///
/// Models: kubectl/pkg/describe describeService (v1.36).
pub(super) fn describe(out: &mut Description, cluster: &Cluster, service: &Object) {
    let spec = service.spec();
    out.name_and_namespace(&service.value);
    out.labels_and_annotations(&service.value);
    out.field(0, "Selector", inline::labels(spec.field("selector").value));
    out.field(0, "Type", spec.field("type").text());
    out.text_field(0, "IP Family Policy", spec.field("ipFamilyPolicy"));
    out.field(0, "IP Families", or(&joined(spec.field("ipFamilies"), ","), "<none>"));
    out.field(0, "IP", spec.field("clusterIP").text());
    let addresses = joined(spec.field("clusterIPs"), ",");
    let has_none = spec.field("clusterIPs").list().is_empty();
    out.field(0, "IPs", if has_none { "<none>" } else { &addresses });
    list_field(out, "External IPs", spec.field("externalIPs"));
    let desired = if out.version <= KubectlVersion::V1_30 {
        "IP"
    } else {
        "Desired LoadBalancer IP"
    };
    out.text_field(0, desired, spec.field("loadBalancerIP"));
    out.text_field(0, "External Name", spec.field("externalName"));
    let view = Service::of(&service.value);
    let ingress = view.ingress();
    if ingress.len() != 0 {
        out.field(0, "LoadBalancer Ingress", ingress_text(ingress));
    }
    let endpoints = EndpointsText::of(cluster, service, out.version);
    for port in view.ports() {
        describe_port(out, port, &endpoints);
    }
    out.field(0, "Session Affinity", spec.field("sessionAffinity").text());
    out.text_field(0, "External Traffic Policy", spec.field("externalTrafficPolicy"));
    if out.version > KubectlVersion::V1_30 {
        out.text_field(0, "Internal Traffic Policy", spec.field("internalTrafficPolicy"));
    }
    if let Some(port) = view.health_check_node_port() {
        out.field(0, "HealthCheck NodePort", port);
    }
    list_field(
        out,
        "LoadBalancer Source Ranges",
        spec.field("loadBalancerSourceRanges"),
    );
    if out.version > KubectlVersion::V1_33 {
        out.text_field(0, "Traffic Distribution", spec.field("trafficDistribution"));
    }
}

fn describe_port(out: &mut Description, port: ServicePort<'_>, endpoints: &EndpointsText) {
    let shown = or(port.name(), "<unset>");
    let protocol = port.protocol_word();
    out.field(0, "Port", format_args!("{shown}	{}/{protocol}", port.port()));
    out.field(0, "TargetPort", format_args!("{}/{protocol}", port.target()));
    let application = port.app_protocol().filter(|_| out.version > KubectlVersion::V1_33);
    if let Some(application) = application {
        out.field(0, "AppProtocol", application);
    }
    if let Some(node_port) = port.node_port() {
        out.field(0, "NodePort", format_args!("{shown}	{node_port}/{protocol}"));
    }
    out.field(0, "Endpoints", endpoints.of_port(port.name()));
}

fn list_field(out: &mut Description, name: &str, list: Cursor<'_>) {
    if !list.is_empty() {
        out.field(0, name, joined(list, ","));
    }
}

/// Models: kubectl/pkg/describe buildIngressString (v1.36).
fn ingress_text<'a>(ingress: impl Iterator<Item = LoadBalancerIngress<'a>>) -> String {
    let text = |point: LoadBalancerIngress<'a>| match (point.ip(), point.ip_mode()) {
        ("", _) => point.hostname().to_owned(),
        (ip, Some(mode)) => format!("{ip} ({mode})"),
        (ip, None) => ip.to_owned(),
    };
    ingress.map(text).collect::<Vec<_>>().join(", ")
}

fn endpoint_slices(cluster: &Cluster, service: &Object) -> Vec<Rc<Object>> {
    let mut slices = cluster.list(Kind::EndpointSlice, Some(service.namespace()));
    slices.retain(|slice| slice.label(label::SERVICE_NAME) == Some(service.name()));
    slices
}

/// What a description says of the endpoints of a Service.
pub(super) enum EndpointsText {
    /// Kept in slices.
    Slices {
        slices: Vec<Rc<Object>>,
        /// Whether endpoints that are not ready are left out.
        ready: bool,
    },
    /// Kept in the object that was before slices, if there is one.
    Subsets(Option<Rc<Object>>),
}

impl EndpointsText {
    pub(super) fn of(cluster: &Cluster, service: &Object, version: KubectlVersion) -> Self {
        if version <= KubectlVersion::V1_30 {
            let (namespace, name) = (service.namespace(), service.name());
            return Self::Subsets(cluster.find(Kind::Endpoints, namespace, name).cloned());
        }
        Self::Slices {
            slices: endpoint_slices(cluster, service),
            ready: version > KubectlVersion::V1_31,
        }
    }

    /// The endpoints of the port with that name.
    pub(super) fn of_port(&self, port_name: &str) -> String {
        match self {
            Self::Slices { slices, ready } => format_endpoint_slices(slices, port_name, *ready),
            Self::Subsets(endpoints) => format_endpoints(endpoints.as_deref(), port_name),
        }
    }
}

/// The addresses of one port in all subsets.
///
/// Differs: known from recordings of kubectl 1.27 to 1.30.
fn format_endpoints(endpoints: Option<&Object>, port_name: &str) -> String {
    let subsets = endpoints.map_or(&[][..], |it| it.field("subsets").list());
    if subsets.is_empty() {
        return "<none>".to_owned();
    }
    let mut all = Vec::new();
    for subset in subsets {
        for port in ports_named(subset.field("ports").list(), port_name) {
            let addresses = subset.field("addresses").list().iter();
            let ips = addresses.map(|address| address.field("ip").text());
            all.extend(ips.map(|ip| match port {
                Some(port) => inline::host_port(ip, port.field("port").number()),
                None => ip.to_owned(),
            }));
        }
    }
    let more = all.len().saturating_sub(MAX_ENDPOINTS);
    all.truncate(MAX_ENDPOINTS);
    let shown = all.join(",");
    if more == 0 {
        return shown;
    }
    format!("{shown} + {more} more...")
}

/// The ports of that name, or no port once where the list is empty: addresses are then printed alone.
fn ports_named<'a>(ports: &'a [Value], name: &'a str) -> impl Iterator<Item = Option<&'a Value>> {
    let without_port = [None].into_iter().filter(|_| ports.is_empty());
    let named = ports.iter().filter(move |port| port.field("name").text() == name);
    without_port.chain(named.map(Some))
}

/// The endpoints of one port in all slices, or the ready ones alone.
///
/// The count after ` + N more...` starts at the endpoint looked at when three are printed, ready or not: hence ` + 0 more...`.
///
/// Models: kubectl/pkg/describe formatEndpointSlices (v1.36).
fn format_endpoint_slices(slices: &[Rc<Object>], port_name: &str, ready: bool) -> String {
    if slices.is_empty() {
        return "<none>".to_owned();
    }
    let mut shown = Vec::new();
    let mut more = false;
    let mut count = 0_usize;
    for slice in slices {
        for port in ports_named(slice.field("ports").list(), port_name) {
            for endpoint in slice.field("endpoints").list() {
                more |= shown.len() == MAX_ENDPOINTS;
                if ready && endpoint.field("conditions").field("ready").as_flag() == Some(false) {
                    continue;
                }
                let address = endpoint.field("addresses").list().first();
                let address = address.and_then(Value::as_str).unwrap_or_default();
                if !more {
                    shown.push(port.map_or_else(
                        || address.to_owned(),
                        |port| inline::host_port(address, port.field("port").number()),
                    ));
                }
                count += 1;
            }
        }
    }
    let shown = shown.join(",");
    if more {
        format!("{shown} + {} more...", count - MAX_ENDPOINTS)
    } else {
        shown
    }
}

#[cfg(test)]
mod tests;
