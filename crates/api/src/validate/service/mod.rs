mod addresses;
mod ports;
mod status;
mod update;

pub use addresses::validate_service_cluster_ips;
pub use ports::{number_or_name, protocol};
pub use status::status;
pub use update::update;

use crate::at::At;
use crate::finding::ruled;
use crate::trail::Trail;
use crate::validate::meta;
use crate::view::{Service, ServiceType};
use crate::{Finding, Rule, format};

const FOR_LOAD_BALANCER: (Rule, &str) = (Rule::LoadBalancerOnly, "may only be used when `type` is 'LoadBalancer'");
const FOR_EXTERNAL_NAME: (Rule, &str) = (Rule::ExternalNameAddress, "may not be set for ExternalName services");
const ONCE: (Rule, &str) = (Rule::FieldFixed, "may not change once set");
const HINTS: &str = "service.kubernetes.io/topology-aware-hints";
const MODE: &str = "service.kubernetes.io/topology-mode";
pub const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];

/// Models: pkg/apis/core/validation validateService (v1.36).
pub fn validate(service: &At, old: Option<&At>) -> Vec<Finding> {
    let annotations = service.field("metadata").field("annotations");
    let spec = &service.field("spec");
    let before = old.map(|old| old.field("spec"));
    let mut errors: Vec<Finding> = topology_annotations(&annotations).into_iter().collect();
    let ports = spec.field("ports");
    if ports.is_empty() && !is_headless(spec) && kind(spec) != Some(ServiceType::ExternalName) {
        errors.push(ports.required((Rule::ServicePortsMissing, "")));
    }
    errors.extend(kind_rules(spec));
    errors.extend(ports::port_list(&ports));
    errors.extend(meta::labels(&spec.field("selector")));
    errors.extend(affinity(spec));
    errors.extend(addresses::cluster_ips(spec, before.as_ref()));
    errors.extend(addresses::external_ips(spec, before.as_ref()));
    let types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
    errors.extend(ruled(Rule::ServiceType, spec.field("type").one_of(&types)));
    errors.extend(ports::port_numbers(spec));
    errors.extend(addresses::source_ranges(spec, before.as_ref(), &annotations, old));
    let node_ports = spec.field("allocateLoadBalancerNodePorts");
    if node_ports.is_set() && kind(spec) != Some(ServiceType::LoadBalancer) {
        errors.push(node_ports.forbidden(FOR_LOAD_BALANCER));
    } else if !node_ports.is_set() && kind(spec) == Some(ServiceType::LoadBalancer) {
        let shown = Trail::default().field("allocateLoadBalancerNodePorts");
        errors.push(Finding::required(shown, "").placed(node_ports.path));
    }
    errors.extend(load_balancer_class(spec, None));
    errors.extend(external_traffic(spec));
    errors.extend(internal_traffic(spec));
    let distribution = spec.field("trafficDistribution");
    let values = ["PreferClose", "PreferSameZone", "PreferSameNode"];
    errors.extend(ruled(Rule::TrafficDistribution, distribution.one_of_if_set(&values)));
    errors
}

/// `None` if it is unknown.
fn kind(spec: &At) -> Option<ServiceType> {
    Service::of_spec(spec.value).known_type()
}

fn is_headless(spec: &At) -> bool {
    spec.field("clusterIPs").texts() == ["None"]
}

fn topology_annotations(annotations: &At) -> Option<Finding> {
    let (hints, mode) = (annotations.field(HINTS), annotations.field(MODE));
    let differ = hints.is_set() && mode.is_set() && hints.text() != mode.text();
    differ.then(|| {
        let words = format!("must match annotations[{HINTS}] when both are specified");
        Finding::invalid(
            annotations.path.key(MODE),
            mode.text(),
            (Rule::TopologyAnnotations, words),
        )
    })
}

fn kind_rules(spec: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    match kind(spec) {
        Some(kind) if kind.has_node_ports() && is_headless(spec) => {
            let path = spec.field("clusterIPs").path.index(0);
            let words = format!("may not be set to 'None' for {kind} services");
            errors.push(Finding::invalid(path, "None", (Rule::HeadlessType, words)));
        }
        Some(ServiceType::ExternalName) => {
            let fields = ["clusterIPs", "ipFamilies", "ipFamilyPolicy"].map(|name| spec.field(name));
            let given = fields.iter().filter(|it| !it.is_empty() || it.value.is_string());
            errors.extend(given.map(|it| it.forbidden(FOR_EXTERNAL_NAME)));
            let name = spec.field("externalName");
            let target = name.text().strip_suffix('.').unwrap_or(name.text());
            if target.is_empty() {
                errors.push(name.required((Rule::ExternalNameMissing, "")));
            } else {
                let forms = format::dns1123_subdomain(target).into_iter();
                let findings = forms.map(|it| Finding::invalid(name.path.clone(), target, it));
                errors.extend(ruled(Rule::ExternalNameForm, findings));
            }
        }
        _ => {}
    }
    errors
}

fn affinity(spec: &At) -> Vec<Finding> {
    let affinity = spec.field("sessionAffinity");
    let mut errors: Vec<Finding> = ruled(Rule::SessionAffinity, affinity.one_of(&["ClientIP", "None"])).collect();
    let config = spec.field("sessionAffinityConfig");
    match affinity.text() {
        "ClientIP" => errors.extend(client_ip_config(&config)),
        "None" if config.is_set() => errors.push(config.forbidden("must not be set when session affinity is None")),
        _ => {}
    }
    errors
}

fn client_ip_config(config: &At) -> Option<Finding> {
    let client_ip = config.field("clientIP");
    let timeout = client_ip.field("timeoutSeconds");
    if let Some(missing) = [config, &client_ip, &timeout].into_iter().find(|it| !it.is_set()) {
        return Some(missing.required("when session affinity type is ClientIP"));
    }
    let fits = (1..=86_400).contains(&timeout.number());
    let words = "must be greater than 0 and less than 86400";
    (!fits).then(|| timeout.invalid((Rule::AffinityTimeout, words)))
}

fn load_balancer_class(spec: &At, before: Option<&At>) -> Vec<Finding> {
    let class = spec.field("loadBalancerClass");
    let mut errors = Vec::new();
    let is_load_balancer = kind(spec) == Some(ServiceType::LoadBalancer);
    if let Some(before) = before.filter(|before| is_load_balancer && kind(before) == Some(ServiceType::LoadBalancer))
        && before.field("loadBalancerClass").value != class.value
    {
        errors.push(class.invalid(ONCE));
    }
    if class.is_set() {
        if is_load_balancer {
            let forms = class.invalid_each(format::label_key(class.text()));
            errors.extend(ruled(Rule::LoadBalancerClass, forms));
        } else {
            errors.push(class.forbidden(FOR_LOAD_BALANCER));
        }
    }
    errors
}

fn external_traffic(spec: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let policy = spec.field("externalTrafficPolicy");
    if Service::of_spec(spec.value).is_externally_accessible() {
        errors.extend(ruled(Rule::ExternalTrafficPolicy, policy.one_of(&["Cluster", "Local"])));
    } else if !policy.text().is_empty() {
        let words = "may only be set for externally-accessible services";
        errors.push(policy.invalid((Rule::ExternalTrafficInside, words)));
    }
    let port = spec.field("healthCheckNodePort");
    if Service::of_spec(spec.value).needs_health_check() {
        if port.number() == 0 {
            errors.push(port.required(""));
        } else {
            errors.extend(port.invalid_each(format::port_number(port.number())));
        }
    } else if port.number() != 0 {
        let words = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
        errors.push(port.invalid((Rule::HealthCheckPort, words)));
    }
    errors
}

fn internal_traffic(spec: &At) -> Option<Finding> {
    let policy = spec.field("internalTrafficPolicy");
    if !policy.is_set() && kind(spec).is_some_and(|kind| kind != ServiceType::ExternalName) {
        return Some(policy.required(""));
    }
    let finding = policy.one_of_if_set(&["Cluster", "Local"])?;
    Some(finding.ruled(Rule::InternalTrafficPolicy))
}

#[cfg(test)]
mod tests;
