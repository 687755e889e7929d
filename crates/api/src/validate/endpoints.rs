use crate::at::At;
use crate::validate::meta;
use crate::validate::service::PROTOCOLS;
use crate::{Detail, Finding, format, ip};

/// Models: pkg/apis/core/validation ValidateEndpoints (v1.36), without its metadata.
pub fn endpoints(object: &At, old: Option<&At>) -> Vec<Finding> {
    let subsets = object.field("subsets");
    if old.is_some_and(|old| old.field("subsets").value == subsets.value) {
        return Vec::new();
    }
    subsets.items().flat_map(|it| subset(&it)).collect()
}

fn subset(subset: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let lists = [subset.field("addresses"), subset.field("notReadyAddresses")];
    if lists.iter().all(At::is_empty) {
        errors.push(subset.required("must specify `addresses` or `notReadyAddresses`"));
    }
    for address in lists.iter().flat_map(At::items) {
        let (ip, hostname, node) = (
            address.field("ip"),
            address.field("hostname"),
            address.field("nodeName"),
        );
        errors.extend(ip::validate(&ip.path, ip.text(), &[]));
        if !hostname.text().is_empty() {
            errors.extend(hostname.invalid_each(format::dns1123_label(hostname.text())));
        }
        if node.is_set() {
            errors.extend(node.invalid_each(format::dns1123_subdomain(node.text())));
        }
        errors.extend(ip::validate_endpoint(&ip.path, ip.text()));
    }
    let ports = subset.field("ports");
    for port in ports.items() {
        let (name, number) = (port.field("name"), port.field("port"));
        if !name.text().is_empty() {
            errors.extend(name.invalid_each(format::dns1123_label(name.text())));
        } else if ports.len() > 1 {
            errors.push(name.required(""));
        }
        errors.extend(number.invalid_each(format::port_number(number.number())));
        errors.extend(port.field("protocol").one_of(&PROTOCOLS));
        errors.extend(app_protocol(&port));
    }
    errors
}

/// Models: pkg/apis/discovery/validation ValidateEndpointSlice (v1.36), without its metadata.
pub fn slice(slice: &At, old: Option<&At>) -> Vec<Finding> {
    let mut errors = Vec::new();
    let kind = slice.field("addressType");
    errors.extend(kind.one_of(&["FQDN", "IPv4", "IPv6"]));
    errors.extend(slice_ports(&slice.field("ports")));
    let endpoints = slice.field("endpoints");
    let unchanged = old.is_some_and(|old| old.field("endpoints").value == endpoints.value);
    if !unchanged {
        errors.extend(slice_endpoints(&endpoints, kind.text()));
    }
    if old.is_some_and(|old| old.field("addressType").value != kind.value) {
        errors.push(kind.invalid("field is immutable"));
    }
    errors
}

fn slice_ports(ports: &At) -> Vec<Finding> {
    const MAX: usize = 20_000;
    if ports.len() > MAX {
        return vec![Finding::too_many(ports.path.clone(), ports.len(), MAX)];
    }
    let mut errors = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for port in ports.items() {
        let name = port.field("name");
        if !name.text().is_empty() {
            errors.extend(name.invalid_each(format::dns1123_label(name.text())));
        }
        if names.contains(&name.text()) {
            errors.push(name.duplicate());
        }
        names.push(name.text());
        errors.extend(port.field("protocol").one_of(&PROTOCOLS));
        errors.extend(app_protocol(&port));
    }
    errors
}

fn app_protocol(port: &At) -> Vec<Finding> {
    let protocol = port.field("appProtocol");
    if protocol.is_set() {
        protocol.invalid_each(format::label_key(protocol.text()))
    } else {
        Vec::new()
    }
}

fn slice_endpoints(endpoints: &At, kind: &str) -> Vec<Finding> {
    const MAX: usize = 1_000;
    const MAX_ADDRESSES: usize = 100;
    if endpoints.len() > MAX {
        return vec![Finding::too_many(endpoints.path.clone(), endpoints.len(), MAX)];
    }
    let mut errors = Vec::new();
    for endpoint in endpoints.items() {
        let addresses = endpoint.field("addresses");
        if addresses.is_empty() {
            errors.push(addresses.required("must contain at least 1 address"));
        } else if addresses.len() > MAX_ADDRESSES {
            errors.push(Finding::too_many(
                addresses.path.clone(),
                addresses.len(),
                MAX_ADDRESSES,
            ));
        }
        errors.extend(addresses.items().flat_map(|it| address(&addresses, &it, kind)));
        let (node, hostname) = (endpoint.field("nodeName"), endpoint.field("hostname"));
        if node.is_set() {
            errors.extend(node.invalid_each(format::dns1123_subdomain(node.text())));
        }
        errors.extend(meta::labels(&endpoint.field("deprecatedTopology")));
        if hostname.is_set() {
            errors.extend(hostname.invalid_each(format::dns1123_label(hostname.text())));
        }
        errors.extend(hints(&endpoint.field("hints")));
    }
    errors
}

fn address(list: &At, address: &At, kind: &str) -> Vec<Finding> {
    if kind == "FQDN" {
        return domain_name(address);
    }
    if !matches!(kind, "IPv4" | "IPv6") {
        return Vec::new();
    }
    let mut errors = ip::validate(&address.path, address.text(), &[]);
    if let (true, Some(ip)) = (errors.is_empty() && kind == "IPv6", ip::sloppy(address.text()))
        && ip.to_string() != address.text()
    {
        errors.push(address.invalid(format!(
            "must be in canonical form ({})",
            crate::go::quote(&ip.to_string())
        )));
    }
    if !errors.is_empty() {
        return errors;
    }
    let is_v6 = ip::sloppy(address.text()).is_some_and(|it| it.is_ipv6());
    if is_v6 != (kind == "IPv6") {
        let words = format!("must be an {kind} address");
        errors.push(Finding::invalid(list.path.clone(), address.text(), words));
    }
    errors.extend(ip::validate_endpoint(&address.path, address.text()));
    errors
}

/// Models: IsFullyQualifiedDomainName.
fn domain_name(address: &At) -> Vec<Finding> {
    if address.text().is_empty() {
        return vec![address.required("")];
    }
    let name = address.text().strip_suffix('.').unwrap_or(address.text());
    let error = |value: &str, words: String| vec![Finding::invalid(address.path.clone(), value, words)];
    let forms = format::dns1123_subdomain(name);
    if !forms.is_empty() {
        return error(name, format::words(&forms, ","));
    }
    if !name.contains('.') {
        return error(
            name,
            "should be a domain with at least two segments separated by dots".to_owned(),
        );
    }
    let long = name
        .split('.')
        .map(|label| (label, format::dns1123_label(label)))
        .find(|(_, forms)| !forms.is_empty());
    long.map_or_else(Vec::new, |(label, forms)| error(label, format::words(&forms, ",")))
}

type Form = fn(&str) -> Vec<Detail>;

fn hints(hints: &At) -> Vec<Finding> {
    const MAX: usize = 8;
    let mut errors = Vec::new();
    let lists: [(&str, Form); 2] = [
        ("forZones", format::label_value),
        ("forNodes", format::dns1123_subdomain),
    ];
    for (field, form) in lists {
        let list = hints.field(field);
        if list.len() > MAX {
            errors.push(Finding::too_many(list.path.clone(), list.len(), MAX));
            return errors;
        }
        let mut names: Vec<&str> = Vec::new();
        for name in list.items().map(|it| it.field("name")) {
            if names.contains(&name.text()) {
                errors.push(name.duplicate());
            }
            names.push(name.text());
            errors.extend(name.invalid_each(form(name.text())));
        }
    }
    errors
}
