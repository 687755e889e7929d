use super::description::{Description, joined, number, or, text};
use api::Value;
use cluster::{Object, at, list};

/// Adds what there is to say of Endpoints.
///
/// Models: kubectl/pkg/describe describeEndpoints (v1.36).
pub(super) fn describe_endpoints(out: &mut Description, endpoints: &Object) {
    out.name_and_namespace(&endpoints.value);
    out.labels_and_annotations(&endpoints.value);
    out.line(0, "Subsets:");
    for subset in endpoints.list(&["subsets"]) {
        out.field(1, "Addresses", addresses(subset, "addresses"));
        out.field(1, "NotReadyAddresses", addresses(subset, "notReadyAddresses"));
        let ports = list(at(subset, &["ports"]));
        if !ports.is_empty() {
            out.line(1, "Ports:");
            out.line(2, "Name\tPort\tProtocol");
            out.line(2, "----\t----\t--------");
        }
        for port in ports {
            let name = or(text(port, &["name"]), "<unset>");
            let protocol = text(port, &["protocol"]);
            out.line(2, format_args!("{name}\t{}\t{protocol}", number(port, &["port"])));
        }
        out.line(0, "");
    }
}

fn addresses(subset: &Value, field: &str) -> String {
    let ips: Vec<_> = list(at(subset, &[field]))
        .iter()
        .map(|address| text(address, &["ip"]))
        .collect();
    or(&ips.join(","), "<none>").to_owned()
}

/// Adds what there is to say of an EndpointSlice.
///
/// Models: kubectl/pkg/describe describeEndpointSliceV1 (v1.36).
pub(super) fn describe_slice(out: &mut Description, slice: &Object) {
    out.name_and_namespace(&slice.value);
    out.labels_and_annotations(&slice.value);
    out.field(0, "AddressType", slice.text(&["addressType"]).unwrap_or_default());
    let ports = slice.list(&["ports"]);
    if ports.is_empty() {
        out.line(0, "Ports: <unset>");
    } else {
        out.line(0, "Ports:");
        out.line(1, "Name\tPort\tProtocol");
        out.line(1, "----\t----\t--------");
    }
    for port in ports {
        let name = or(text(port, &["name"]), "<unset>");
        let number = at(port, &["port"]).as_i64().map(|number| number.to_string());
        let number = number.as_deref().unwrap_or("<unset>");
        out.line(1, format_args!("{name}\t{number}\t{}", text(port, &["protocol"])));
    }
    let endpoints = slice.list(&["endpoints"]);
    if endpoints.is_empty() {
        out.line(0, "Endpoints: <none>");
    } else {
        out.line(0, "Endpoints:");
    }
    for endpoint in endpoints {
        describe_endpoint(out, endpoint);
    }
}

fn describe_endpoint(out: &mut Description, endpoint: &Value) {
    let set = |field: &str| at(endpoint, &[field]).as_str().unwrap_or("<unset>");
    out.field(1, "- Addresses", or(&joined(endpoint, &["addresses"], ", "), "<none>"));
    out.line(2, "Conditions:");
    let ready = match at(endpoint, &["conditions", "ready"]).as_bool() {
        Some(true) => "true",
        Some(false) => "false",
        None => "<unset>",
    };
    out.field(3, "Ready", ready);
    out.field(2, "Hostname", set("hostname"));
    let target = at(endpoint, &["targetRef"]);
    if target.is_object() {
        let name = text(target, &["name"]);
        out.field(2, "TargetRef", format_args!("{}/{name}", text(target, &["kind"])));
    }
    out.field(2, "NodeName", set("nodeName"));
    out.field(2, "Zone", set("zone"));
}
