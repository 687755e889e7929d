use crate::at::At;
use crate::validate::selector;
use crate::{Finding, format, ip};

/// Models: pkg/apis/networking/validation ValidateNetworkPolicySpec (v1.36).
pub fn create(policy: &At) -> Vec<Finding> {
    validate(policy, &[])
}

/// Models: ValidateNetworkPolicyUpdate: blocks that were there before stay valid.
pub fn update(new: &At, old: &At) -> Vec<Finding> {
    let mut accepted = Vec::new();
    for (rules, peers) in DIRECTIONS {
        for peer in old
            .field("spec")
            .field(rules)
            .items()
            .flat_map(|it| it.field(peers).items())
        {
            let block = peer.field("ipBlock");
            accepted.push(block.field("cidr").text());
            accepted.extend(block.field("except").texts());
        }
    }
    validate(new, &accepted)
}

const DIRECTIONS: [(&str, &str); 2] = [("ingress", "from"), ("egress", "to")];

fn validate(policy: &At, accepted: &[&str]) -> Vec<Finding> {
    let spec = policy.field("spec");
    let mut errors = selector::validate(&spec.field("podSelector"));
    for (rules, peers) in DIRECTIONS {
        for rule in spec.field(rules).items() {
            errors.extend(rule.field("ports").items().flat_map(|it| port(&it)));
            errors.extend(rule.field(peers).items().flat_map(|it| peer(&it, accepted)));
        }
    }
    let types = spec.field("policyTypes");
    if types.len() > 2 {
        errors.push(types.invalid("may not specify more than two policyTypes"));
        return errors;
    }
    let known = ["Ingress", "Egress"];
    errors.extend(types.items().filter_map(|it| it.one_of_if_set(&known)));
    errors
}

/// Models: ValidateNetworkPolicyPort.
fn port(rule: &At) -> Vec<Finding> {
    let (port, end) = (rule.field("port"), rule.field("endPort"));
    let mut errors: Vec<Finding> = { rule.field("protocol").one_of_if_set(&["TCP", "UDP", "SCTP"]) }
        .into_iter()
        .collect();
    if port.value.is_number() {
        errors.extend(port.invalid_each(format::port_number(port.number())));
        if end.is_set() {
            if end.number() < port.number() {
                // Kubernetes prints the port here.
                let words = "must be greater than or equal to `port`";
                errors.push(Finding::invalid(end.path.clone(), port.value.clone(), words));
            }
            errors.extend(end.invalid_each(format::port_number(end.number())));
        }
    } else if port.is_set() {
        if end.is_set() {
            errors.push(end.invalid("may not be specified when `port` is non-numeric"));
        }
        errors.extend(port.invalid_each(format::port_name(port.text())));
    } else if end.is_set() {
        errors.push(end.invalid("may not be specified when `port` is not specified"));
    }
    errors
}

/// Models: ValidateNetworkPolicyPeer.
fn peer(peer: &At, accepted: &[&str]) -> Vec<Finding> {
    let selectors = ["podSelector", "namespaceSelector"].map(|it| peer.field(it));
    let block = peer.field("ipBlock");
    let mut errors = Vec::new();
    for selector in selectors.iter().filter(|it| it.is_set()) {
        errors.extend(selector::validate(selector));
    }
    if block.is_set() {
        errors.extend(ip_block(&block, accepted));
    }
    let selects = selectors.iter().any(At::is_set);
    if !selects && !block.is_set() {
        errors.push(peer.required("must specify a peer"));
    } else if selects && block.is_set() {
        errors.push(peer.forbidden("may not specify both ipBlock and another peer"));
    }
    errors
}

/// Models: ValidateIPBlock.
fn ip_block(block: &At, accepted: &[&str]) -> Vec<Finding> {
    let range = block.field("cidr");
    if range.text().is_empty() {
        return vec![range.required("")];
    }
    let mut errors = ip::validate_range(&range.path, range.text(), accepted);
    let Some((within, length)) = ip::sloppy_range(range.text()) else {
        return errors;
    };
    for except in block.field("except").items() {
        errors.extend(ip::validate_range(&except.path, except.text(), accepted));
        let Some((address, except_length)) = ip::sloppy_range(except.text()) else {
            continue;
        };
        let contains =
            address.is_ipv4() == within.is_ipv4() && ip::masked(address, length) == ip::masked(within, length);
        if !contains || length >= except_length {
            errors.push(except.invalid("must be a strict subset of `cidr`"));
        }
    }
    errors
}
