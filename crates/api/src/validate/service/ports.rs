use crate::at::At;
use crate::validate::service::{PROTOCOLS, kind};
use crate::{Finding, FindingKind, Value, format};

pub fn port_list(ports: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for port in ports.items() {
        let name = port.field("name");
        if name.text().is_empty() {
            if ports.len() > 1 {
                errors.push(name.required(""));
            }
        } else {
            errors.extend(name.invalid_each(format::dns1123_label(name.text())));
            if names.contains(&name.text()) {
                errors.push(name.duplicate());
            }
            names.push(name.text());
        }
        let number = port.field("port");
        errors.extend(number.invalid_each(format::port_number(number.int())));
        errors.extend(port.field("protocol").one_of(&PROTOCOLS));
        errors.extend(number_or_name(&port.field("targetPort")));
        let app_protocol = port.field("appProtocol");
        if app_protocol.is_set() {
            errors.extend(app_protocol.invalid_each(format::label_key(app_protocol.text())));
        }
    }
    errors
}

/// Models: ValidatePortNumOrName.
pub fn number_or_name(port: &At) -> Vec<Finding> {
    if let Value::String(name) = port.value {
        return port.invalid_each(format::port_name(name));
    }
    let forms = format::port_number(port.int()).into_iter();
    forms
        .map(|it| Finding::invalid(port.path.clone(), port.int(), it))
        .collect()
}
/// Node ports on Services that have none, and numbers used twice.
pub fn port_numbers(spec: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let ports: Vec<At> = spec.field("ports").items().collect();
    if kind(spec) == "ClusterIP" {
        let with_node_port = ports
            .iter()
            .map(|port| port.field("nodePort"))
            .filter(|it| it.int() != 0);
        errors.extend(with_node_port.map(|it| it.forbidden("may not be used when `type` is 'ClusterIP'")));
    }
    let mut seen: Vec<(&str, i64)> = Vec::new();
    for port in &ports {
        let node_port = port.field("nodePort");
        let key = (port.field("protocol").text(), node_port.int());
        if key.1 == 0 {
            continue;
        }
        if seen.contains(&key) {
            errors.push(node_port.duplicate());
        }
        seen.push(key);
    }
    seen.clear();
    for port in &ports {
        let key = (port.field("protocol").text(), port.field("port").int());
        if seen.contains(&key) {
            let printed = format!(
                "{{\"Name\":\"\",\"Protocol\":{},\"AppProtocol\":null,\"Port\":{},\"TargetPort\":0,\"NodePort\":0}}",
                Value::from(key.0),
                key.1
            );
            errors.push(Finding::new(
                FindingKind::DuplicateStruct(printed),
                port.path.clone(),
                "",
            ));
        }
        seen.push(key);
    }
    errors
}
