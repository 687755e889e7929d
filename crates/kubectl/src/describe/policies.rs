//! Budgets, network policies and classes of ingresses.

use super::description::{Description, int_or_string, joined};
use crate::print::inline;
use api::Cursor;
use cluster::Object;

/// Models: kubectl/pkg/describe describePodDisruptionBudgetV1 (v1.36).
pub(super) fn describe_budget(out: &mut Description, budget: &Object) {
    let (spec, status) = (budget.spec(), budget.status());
    out.field(0, "Name", budget.name());
    out.field(0, "Namespace", budget.namespace());
    let amounts = [("Min available", "minAvailable"), ("Max unavailable", "maxUnavailable")];
    let given = amounts.iter().find(|(_, field)| spec.field(field).is_set());
    if let Some((title, field)) = given {
        out.field(0, title, int_or_string(spec.field(field).value));
    }
    let selector = spec.field("selector").if_set();
    out.field(0, "Selector", selector.map_or_else(|| "<unset>".to_owned(), selected));
    out.line(0, "Status:");
    for (title, field) in [
        ("Allowed disruptions", "disruptionsAllowed"),
        ("Current", "currentHealthy"),
        ("Desired", "desiredHealthy"),
        ("Total", "expectedPods"),
    ] {
        out.field(2, title, status.field(field).number());
    }
}

/// Models: apimachinery/pkg/apis/meta/v1 FormatLabelSelector (v1.36).
fn selected(selector: Cursor<'_>) -> String {
    match inline::selector(selector.value) {
        text if text.is_empty() => "<none>".to_owned(),
        text => text,
    }
}

/// Models: kubectl/pkg/describe describeIngressClassV1 (v1.36).
pub(super) fn describe_ingress_class(out: &mut Description, class: &Object) {
    out.field(0, "Name", class.name());
    out.labels("Labels", class.metadata().field("labels"));
    out.annotations("Annotations", class.metadata().field("annotations"));
    out.field(0, "Controller", class.spec().field("controller").text());
    if let Some(parameters) = class.spec().field("parameters").if_set() {
        out.line(0, "Parameters:");
        if let Some(group) = parameters.field("apiGroup").as_text() {
            out.field(1, "APIGroup", group);
        }
        out.field(1, "Kind", parameters.field("kind").text());
        out.field(1, "Name", parameters.field("name").text());
    }
}

/// Models: kubectl/pkg/describe describeNetworkPolicy, describeNetworkPolicySpec (v1.36).
pub(super) fn describe_network_policy(out: &mut Description, policy: &Object) {
    let spec = policy.spec();
    out.field(0, "Name", policy.name());
    out.field(0, "Namespace", policy.namespace());
    let created = policy.metadata().field("creationTimestamp").text();
    let created = created.replace('T', " ").replace('Z', " +0000 UTC");
    out.field(0, "Created on", created);
    out.labels("Labels", policy.metadata().field("labels"));
    out.annotations("Annotations", policy.metadata().field("annotations"));
    out.line(0, "Spec:");
    let selector = inline::selector(spec.field("podSelector").value);
    let selector = if selector.is_empty() {
        "<none> (Allowing the specific traffic to all pods in this namespace)"
    } else {
        &selector
    };
    out.line(1, format_args!("PodSelector:     {selector}"));
    let types = spec.field("policyTypes");
    for direction in [&INGRESS, &EGRESS] {
        if types.texts().any(|it| it.to_lowercase() == direction.rules) {
            out.line(1, format_args!("Allowing {} traffic:", direction.rules));
            describe_rules(out, spec.field(direction.rules), direction);
        } else {
            out.line(1, format_args!("Not affecting {} traffic", direction.rules));
        }
    }
    let types = joined(types, ", ");
    let types = if types.is_empty() { "<none>" } else { &types };
    out.line(1, format_args!("Policy Types: {types}"));
}

struct Direction {
    rules: &'static str,
    peers: &'static str,
    title: &'static str,
    end: &'static str,
}

const INGRESS: Direction = Direction {
    rules: "ingress",
    peers: "from",
    title: "From",
    end: "source",
};

const EGRESS: Direction = Direction {
    rules: "egress",
    peers: "to",
    title: "To",
    end: "destination",
};

/// Models: printNetworkPolicySpecIngressFrom, printNetworkPolicySpecEgressTo.
fn describe_rules(out: &mut Description, rules: Cursor<'_>, direction: &Direction) {
    let count = rules.list().len();
    if count == 0 {
        let words = format!(
            "<none> (Selected pods are isolated for {} connectivity)",
            direction.rules
        );
        out.line(2, words);
    }
    for (index, rule) in rules.items().enumerate() {
        if rule.field("ports").is_empty() {
            out.line(2, "To Port: <any> (traffic allowed to all ports)");
        }
        for port in rule.field("ports").items() {
            let protocol = port.field("protocol").as_text().unwrap_or("TCP");
            let number = match port.field("port") {
                port if port.is_set() => int_or_string(port.value),
                _ => "<nil>".to_owned(),
            };
            match port.field("endPort").as_number() {
                None => out.line(2, format_args!("To Port: {number}/{protocol}")),
                Some(end) => out.line(2, format_args!("To Port Range: {number}-{end}/{protocol}")),
            }
        }
        let peers = rule.field(direction.peers);
        if peers.is_empty() {
            let (title, end) = (direction.title, direction.end);
            out.line(2, format_args!("{title}: <any> (traffic not restricted by {end})"));
        }
        for peer in peers.items() {
            out.line(2, format_args!("{}:", direction.title));
            describe_peer(out, peer);
        }
        if index + 1 != count {
            out.line(2, "----------");
        }
    }
}

fn describe_peer(out: &mut Description, peer: Cursor<'_>) {
    let selectors = [
        ("NamespaceSelector", "namespaceSelector"),
        ("PodSelector", "podSelector"),
    ];
    let mut selects = false;
    for (title, field) in selectors {
        if let Some(selector) = peer.field(field).if_set() {
            selects = true;
            out.line(3, format_args!("{title}: {}", selected(selector)));
        }
    }
    let block = peer.field("ipBlock");
    if !selects && block.is_set() {
        out.line(3, "IPBlock:");
        out.line(4, format_args!("CIDR: {}", block.field("cidr").text()));
        out.line(4, format_args!("Except: {}", joined(block.field("except"), ", ")));
    }
}
