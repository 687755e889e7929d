use super::description::{Description, joined, or};
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
    out.text_field(0, "Desired LoadBalancer IP", spec.field("loadBalancerIP"));
    out.text_field(0, "External Name", spec.field("externalName"));
    let view = Service::of(&service.value);
    let ingress = view.ingress();
    if ingress.len() != 0 {
        out.field(0, "LoadBalancer Ingress", ingress_text(ingress));
    }
    let slices = endpoint_slices(cluster, service);
    for port in view.ports() {
        describe_port(out, port, &slices);
    }
    out.field(0, "Session Affinity", spec.field("sessionAffinity").text());
    out.text_field(0, "External Traffic Policy", spec.field("externalTrafficPolicy"));
    out.text_field(0, "Internal Traffic Policy", spec.field("internalTrafficPolicy"));
    if let Some(port) = view.health_check_node_port() {
        out.field(0, "HealthCheck NodePort", port);
    }
    list_field(
        out,
        "LoadBalancer Source Ranges",
        spec.field("loadBalancerSourceRanges"),
    );
    out.text_field(0, "Traffic Distribution", spec.field("trafficDistribution"));
}

fn describe_port(out: &mut Description, port: ServicePort<'_>, slices: &[Rc<Object>]) {
    let shown = or(port.name(), "<unset>");
    let protocol = port.protocol_word();
    out.field(0, "Port", format_args!("{shown}	{}/{protocol}", port.port()));
    out.field(0, "TargetPort", format_args!("{}/{protocol}", port.target()));
    if let Some(application) = port.app_protocol() {
        out.field(0, "AppProtocol", application);
    }
    if let Some(node_port) = port.node_port() {
        out.field(0, "NodePort", format_args!("{shown}	{node_port}/{protocol}"));
    }
    out.field(0, "Endpoints", format_endpoint_slices(slices, port.name()));
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

pub(super) fn endpoint_slices(cluster: &Cluster, service: &Object) -> Vec<Rc<Object>> {
    let mut slices = cluster.list(Kind::EndpointSlice, Some(service.namespace()));
    slices.retain(|slice| slice.label(label::SERVICE_NAME) == Some(service.name()));
    slices
}

/// The ready endpoints of one port in all slices.
///
/// The count after ` + N more...` starts at the endpoint looked at when three are printed, ready or not: hence ` + 0 more...`.
///
/// Models: kubectl/pkg/describe formatEndpointSlices (v1.36).
pub(super) fn format_endpoint_slices(slices: &[Rc<Object>], port_name: &str) -> String {
    if slices.is_empty() {
        return "<none>".to_owned();
    }
    let mut shown = Vec::new();
    let mut more = false;
    let mut count = 0_usize;
    for slice in slices {
        let ports = slice.field("ports").list();
        let without_port = [None].into_iter().filter(|_| ports.is_empty());
        let named = ports
            .iter()
            .filter(|port| port.field("name").text() == port_name)
            .map(Some);
        for port in without_port.chain(named) {
            for endpoint in slice.field("endpoints").list() {
                more |= shown.len() == MAX_ENDPOINTS;
                if endpoint.field("conditions").field("ready").as_flag() == Some(false) {
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
