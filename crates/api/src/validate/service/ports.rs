use crate::at::At;
use crate::finding::ruled;
use crate::validate::service::{PROTOCOLS, kind};
use crate::view::ServiceType;
use crate::{Finding, Rule, Value, format};

pub fn port_list(ports: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for port in ports.items() {
        let name = port.field("name");
        if name.text().is_empty() {
            if ports.len() > 1 {
                errors.push(name.required((Rule::ServicePortUnnamed, "")));
            }
        } else {
            let forms = name.invalid_each(format::dns1123_label(name.text()));
            errors.extend(ruled(Rule::ServicePortName, forms));
            if names.contains(&name.text()) {
                errors.push(name.duplicate().ruled(Rule::ServicePortNameTaken));
            }
            names.push(name.text());
        }
        let number = port.field("port");
        let forms = number.invalid_each(format::port_number(number.number()));
        errors.extend(ruled(Rule::ServicePortNumber, forms));
        errors.extend(protocol(&port.field("protocol")));
        errors.extend(target_port(&port.field("targetPort")));
        let app_protocol = port.field("appProtocol");
        if app_protocol.is_set() {
            let forms = app_protocol.invalid_each(format::label_key(app_protocol.text()));
            errors.extend(ruled(Rule::AppProtocol, forms));
        }
    }
    errors
}

/// The protocol of a port, which must be given.
pub fn protocol(protocol: &At) -> Option<Finding> {
    let finding = protocol.one_of(&PROTOCOLS)?;
    let given = !protocol.text().is_empty();
    Some(if given { finding.ruled(Rule::Protocol) } else { finding })
}

fn target_port(port: &At) -> Vec<Finding> {
    let quoted = port.text().parse::<u16>().is_ok_and(|number| number > 0);
    let rule = match port.value {
        Value::String(_) if quoted => Rule::TargetPortQuoted,
        Value::String(_) => Rule::TargetPortName,
        _ => Rule::TargetPortRange,
    };
    ruled(rule, number_or_name(port)).collect()
}

/// Models: ValidatePortNumOrName.
pub fn number_or_name(port: &At) -> Vec<Finding> {
    if let Value::String(name) = port.value {
        return port.invalid_each(format::port_name(name));
    }
    let forms = format::port_number(port.number()).into_iter();
    forms
        .map(|it| Finding::invalid(port.path.clone(), port.number(), it))
        .collect()
}
/// Node ports of type ClusterIP, and numbers that are used twice.
pub fn port_numbers(spec: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let ports: Vec<At> = spec.field("ports").items().collect();
    if kind(spec) == Some(ServiceType::ClusterIp) {
        let words = (Rule::NodePortOfClusterIp, "may not be used when `type` is 'ClusterIP'");
        let with_node_port = ports
            .iter()
            .map(|port| port.field("nodePort"))
            .filter(|it| it.number() != 0);
        errors.extend(with_node_port.map(|it| it.forbidden(words)));
    }
    let mut seen: Vec<(&str, i64)> = Vec::new();
    for port in &ports {
        let node_port = port.field("nodePort");
        let key = (port.field("protocol").text(), node_port.number());
        if key.1 == 0 {
            continue;
        }
        if seen.contains(&key) {
            errors.push(node_port.duplicate().ruled(Rule::NodePortTwice));
        }
        seen.push(key);
    }
    seen.clear();
    for port in &ports {
        let key = (port.field("protocol").text(), port.field("port").number());
        if seen.contains(&key) {
            let printed = format!(
                "{{\"Name\":\"\",\"Protocol\":{},\"AppProtocol\":null,\"Port\":{},\"TargetPort\":0,\"NodePort\":0}}",
                Value::from(key.0),
                key.1
            );
            errors.push(Finding::duplicate_struct(port.path.clone(), printed).ruled(Rule::ServicePortTaken));
        }
        seen.push(key);
    }
    errors
}
