use super::description::{Description, int_or_string, joined, number, or, text};
use crate::print::inline;
use api::{Kind, Value};
use cluster::{Cluster, Object, at, list};
use std::rc::Rc;

/// The label by which a slice names its Service.
const SERVICE_NAME: &str = "kubernetes.io/service-name";
/// How many endpoints are shown before ` + N more...`.
const MAX_ENDPOINTS: usize = 3;

/// Adds what there is to say of a Service.
///
/// Models: kubectl/pkg/describe describeService (v1.36).
pub(super) fn describe(out: &mut Description, cluster: &Cluster, service: &Object) {
    let spec = service.at(&["spec"]);
    out.name_and_namespace(&service.value);
    out.labels_and_annotations(&service.value);
    out.field(0, "Selector", inline::labels(at(spec, &["selector"])));
    out.field(0, "Type", text(spec, &["type"]));
    out.text_field(0, "IP Family Policy", spec, &["ipFamilyPolicy"]);
    out.field(0, "IP Families", or(&joined(spec, &["ipFamilies"], ","), "<none>"));
    out.field(0, "IP", text(spec, &["clusterIP"]));
    let addresses = joined(spec, &["clusterIPs"], ",");
    let has_none = list(at(spec, &["clusterIPs"])).is_empty();
    out.field(0, "IPs", if has_none { "<none>" } else { &addresses });
    list_field(out, "External IPs", spec, &["externalIPs"]);
    out.text_field(0, "Desired LoadBalancer IP", spec, &["loadBalancerIP"]);
    out.text_field(0, "External Name", spec, &["externalName"]);
    let ingress = service.list(&["status", "loadBalancer", "ingress"]);
    if !ingress.is_empty() {
        out.field(0, "LoadBalancer Ingress", ingress_text(ingress));
    }
    let slices = endpoint_slices(cluster, service);
    for port in list(at(spec, &["ports"])) {
        describe_port(out, port, &slices);
    }
    out.field(0, "Session Affinity", text(spec, &["sessionAffinity"]));
    out.text_field(0, "External Traffic Policy", spec, &["externalTrafficPolicy"]);
    out.text_field(0, "Internal Traffic Policy", spec, &["internalTrafficPolicy"]);
    let health_check = number(spec, &["healthCheckNodePort"]);
    if health_check != 0 {
        out.field(0, "HealthCheck NodePort", health_check);
    }
    list_field(out, "LoadBalancer Source Ranges", spec, &["loadBalancerSourceRanges"]);
    out.text_field(0, "Traffic Distribution", spec, &["trafficDistribution"]);
}

fn describe_port(out: &mut Description, port: &Value, slices: &[Rc<Object>]) {
    let name = text(port, &["name"]);
    let shown = or(name, "<unset>");
    let protocol = text(port, &["protocol"]);
    out.field(
        0,
        "Port",
        format_args!("{shown}\t{}/{protocol}", number(port, &["port"])),
    );
    let target = int_or_string(at(port, &["targetPort"]));
    out.field(0, "TargetPort", format_args!("{target}/{protocol}"));
    if let Some(application) = at(port, &["appProtocol"]).as_str() {
        out.field(0, "AppProtocol", application);
    }
    let node_port = number(port, &["nodePort"]);
    if node_port != 0 {
        out.field(0, "NodePort", format_args!("{shown}\t{node_port}/{protocol}"));
    }
    out.field(0, "Endpoints", format_endpoint_slices(slices, name));
}

fn list_field(out: &mut Description, name: &str, spec: &Value, fields: &[&str]) {
    if !list(at(spec, fields)).is_empty() {
        out.field(0, name, joined(spec, fields, ","));
    }
}

/// Models: kubectl/pkg/describe buildIngressString (v1.36).
fn ingress_text(ingress: &[Value]) -> String {
    let texts: Vec<_> = ingress
        .iter()
        .map(|point| match (text(point, &["ip"]), at(point, &["ipMode"]).as_str()) {
            ("", _) => text(point, &["hostname"]).to_owned(),
            (ip, Some(mode)) => format!("{ip} ({mode})"),
            (ip, None) => ip.to_owned(),
        })
        .collect();
    texts.join(", ")
}

/// The EndpointSlices of a Service.
pub(super) fn endpoint_slices(cluster: &Cluster, service: &Object) -> Vec<Rc<Object>> {
    let mut slices = cluster.list(Kind::EndpointSlice, Some(service.namespace()));
    slices.retain(|slice| slice.label(SERVICE_NAME) == Some(service.name()));
    slices
}

/// The ready endpoints of one port over all slices.
///
/// The count after ` + N more...` begins at the endpoint looked at once three are shown, ready or not: hence ` + 0 more...`.
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
        let ports = slice.list(&["ports"]);
        let without_port = [None].into_iter().filter(|_| ports.is_empty());
        let named = ports.iter().filter(|port| text(port, &["name"]) == port_name).map(Some);
        for port in without_port.chain(named) {
            for endpoint in slice.list(&["endpoints"]) {
                more |= shown.len() == MAX_ENDPOINTS;
                if at(endpoint, &["conditions", "ready"]).as_bool() == Some(false) {
                    continue;
                }
                let address = list(at(endpoint, &["addresses"])).first();
                let address = address.and_then(Value::as_str).unwrap_or_default();
                if !more {
                    shown.push(port.map_or_else(
                        || address.to_owned(),
                        |port| inline::host_port(address, number(port, &["port"])),
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
