use super::description::{Description, joined, or};
use api::{Fields, Value};
use cluster::Object;

/// Models: kubectl/pkg/describe describeEndpoints (v1.36).
pub(super) fn describe_endpoints(out: &mut Description, endpoints: &Object) {
    out.name_and_namespace(&endpoints.value);
    out.labels_and_annotations(&endpoints.value);
    out.line(0, "Subsets:");
    for subset in endpoints.field("subsets").list() {
        out.field(1, "Addresses", addresses(subset, "addresses"));
        out.field(1, "NotReadyAddresses", addresses(subset, "notReadyAddresses"));
        let ports = subset.field("ports").list();
        if !ports.is_empty() {
            out.line(1, "Ports:");
            out.line(2, "Name\tPort\tProtocol");
            out.line(2, "----\t----\t--------");
        }
        for port in ports {
            let name = or(port.field("name").text(), "<unset>");
            let protocol = port.field("protocol").text();
            out.line(2, format_args!("{name}\t{}\t{protocol}", port.field("port").number()));
        }
        out.line(0, "");
    }
}

fn addresses(subset: &Value, field: &str) -> String {
    let ips: Vec<_> = subset
        .field(field)
        .list()
        .iter()
        .map(|address| address.field("ip").text())
        .collect();
    or(&ips.join(","), "<none>").to_owned()
}

/// Models: kubectl/pkg/describe describeEndpointSliceV1 (v1.36).
pub(super) fn describe_slice(out: &mut Description, slice: &Object) {
    out.name_and_namespace(&slice.value);
    out.labels_and_annotations(&slice.value);
    out.field(0, "AddressType", slice.field("addressType").text());
    let ports = slice.field("ports").list();
    if ports.is_empty() {
        out.line(0, "Ports: <unset>");
    } else {
        out.line(0, "Ports:");
        out.line(1, "Name\tPort\tProtocol");
        out.line(1, "----\t----\t--------");
    }
    for port in ports {
        let name = or(port.field("name").text(), "<unset>");
        let number = port.field("port").as_number().map(|number| number.to_string());
        let number = number.as_deref().unwrap_or("<unset>");
        out.line(1, format_args!("{name}\t{number}\t{}", port.field("protocol").text()));
    }
    let endpoints = slice.field("endpoints").list();
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
    let set = |field: &str| endpoint.field(field).as_text().unwrap_or("<unset>");
    out.field(
        1,
        "- Addresses",
        or(&joined(endpoint.field("addresses"), ", "), "<none>"),
    );
    out.line(2, "Conditions:");
    let ready = match endpoint.field("conditions").field("ready").as_flag() {
        Some(true) => "true",
        Some(false) => "false",
        None => "<unset>",
    };
    out.field(3, "Ready", ready);
    out.field(2, "Hostname", set("hostname"));
    let target = endpoint.field("targetRef");
    if target.is_set() {
        let name = target.field("name").text();
        out.field(2, "TargetRef", format_args!("{}/{name}", target.field("kind").text()));
    }
    out.field(2, "NodeName", set("nodeName"));
    out.field(2, "Zone", set("zone"));
}

#[cfg(test)]
mod tests;
