use crate::at::At;
use crate::trail::Trail;
use crate::validate::meta;
use crate::{FieldError, FieldErrorKind, Value, format, ip};

const FOR_LOAD_BALANCER: &str = "may only be used when `type` is 'LoadBalancer'";
const FOR_EXTERNAL_NAME: &str = "may not be set for ExternalName services";
const ONCE: &str = "may not change once set";
const HINTS: &str = "service.kubernetes.io/topology-aware-hints";
const MODE: &str = "service.kubernetes.io/topology-mode";
const SOURCE_RANGES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";
pub const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];

/// Models: pkg/apis/core/validation ValidateServiceUpdate (v1.36), without its metadata.
pub fn update(new: &At, old: &At) -> Vec<FieldError> {
    let (spec, before) = (new.field("spec"), old.field("spec"));
    let mut errors = cluster_ips_change(&spec, &before);
    errors.extend(families_change(&spec, &before));
    errors.extend(load_balancer_class(&spec, Some(&before)));
    let health_check = spec.field("healthCheckNodePort");
    let kept = needs_health_check(&spec) && needs_health_check(&before);
    if kept && health_check.int() != before.field("healthCheckNodePort").int() {
        errors.push(health_check.forbidden("field is immutable"));
    }
    errors.extend(validate(new, Some(old)));
    errors
}

/// Models: pkg/apis/core/validation validateService (v1.36).
pub fn validate(service: &At, old: Option<&At>) -> Vec<FieldError> {
    let annotations = service.field("metadata").field("annotations");
    let spec = &service.field("spec");
    let before = old.map(|old| old.field("spec"));
    let mut errors: Vec<FieldError> = topology_annotations(&annotations).into_iter().collect();
    let ports = spec.field("ports");
    if ports.is_empty() && !is_headless(spec) && kind(spec) != "ExternalName" {
        errors.push(ports.required(""));
    }
    errors.extend(kind_rules(spec));
    errors.extend(port_list(&ports));
    errors.extend(meta::labels(&spec.field("selector")));
    errors.extend(affinity(spec));
    errors.extend(cluster_ips(spec, before.as_ref()));
    errors.extend(external_ips(spec, before.as_ref()));
    let types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
    errors.extend(spec.field("type").one_of(&types));
    errors.extend(port_numbers(spec));
    errors.extend(source_ranges(spec, before.as_ref(), &annotations, old));
    let node_ports = spec.field("allocateLoadBalancerNodePorts");
    if node_ports.is_set() && kind(spec) != "LoadBalancer" {
        errors.push(node_ports.forbidden(FOR_LOAD_BALANCER));
    } else if !node_ports.is_set() && kind(spec) == "LoadBalancer" {
        errors.push(FieldError::required(
            Trail::default().field("allocateLoadBalancerNodePorts"),
            "",
        ));
    }
    errors.extend(load_balancer_class(spec, None));
    errors.extend(external_traffic(spec));
    errors.extend(internal_traffic(spec));
    let distribution = spec.field("trafficDistribution");
    errors.extend(distribution.one_of_if_set(&["PreferClose", "PreferSameZone", "PreferSameNode"]));
    errors
}

/// What is wrong with the fields on cluster addresses and their families, which allocation has to know first.
///
/// Models: pkg/apis/core/validation ValidateServiceClusterIPsRelatedFields (v1.36).
pub fn validate_service_cluster_ips(spec: &Value, old_spec: Option<&Value>) -> Vec<FieldError> {
    let path = Trail::default().field("spec");
    let before = old_spec.map(|value| At {
        value,
        path: path.clone(),
    });
    cluster_ips(
        &At {
            value: spec,
            path: path.clone(),
        },
        before.as_ref(),
    )
}

fn kind<'a>(spec: &At<'a>) -> &'a str {
    spec.field("type").text()
}

fn is_headless(spec: &At) -> bool {
    spec.field("clusterIPs").texts() == ["None"]
}

/// Models: pkg/api/service ExternallyAccessible.
fn is_externally_accessible(spec: &At) -> bool {
    matches!(kind(spec), "LoadBalancer" | "NodePort")
        || kind(spec) == "ClusterIP" && !spec.field("externalIPs").is_empty()
}

fn needs_health_check(spec: &At) -> bool {
    kind(spec) == "LoadBalancer" && spec.field("externalTrafficPolicy").text() == "Local"
}

fn topology_annotations(annotations: &At) -> Option<FieldError> {
    let (hints, mode) = (annotations.field(HINTS), annotations.field(MODE));
    let differ = hints.is_set() && mode.is_set() && hints.text() != mode.text();
    differ.then(|| {
        let words = format!("must match annotations[{HINTS}] when both are specified");
        FieldError::invalid(annotations.path.key(MODE), mode.text(), words)
    })
}

fn kind_rules(spec: &At) -> Vec<FieldError> {
    let mut errors = Vec::new();
    match kind(spec) {
        kind @ ("LoadBalancer" | "NodePort") if is_headless(spec) => {
            let path = spec.field("clusterIPs").path.index(0);
            errors.push(FieldError::invalid(
                path,
                "None",
                format!("may not be set to 'None' for {kind} services"),
            ));
        }
        "ExternalName" => {
            let fields = ["clusterIPs", "ipFamilies", "ipFamilyPolicy"].map(|name| spec.field(name));
            let given = fields.iter().filter(|it| !it.is_empty() || it.value.is_string());
            errors.extend(given.map(|it| it.forbidden(FOR_EXTERNAL_NAME)));
            let name = spec.field("externalName");
            let target = name.text().strip_suffix('.').unwrap_or(name.text());
            if target.is_empty() {
                errors.push(name.required(""));
            } else {
                let forms = format::dns1123_subdomain(target).into_iter();
                errors.extend(forms.map(|it| FieldError::invalid(name.path.clone(), target, it)));
            }
        }
        _ => {}
    }
    errors
}

fn port_list(ports: &At) -> Vec<FieldError> {
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
pub fn number_or_name(port: &At) -> Vec<FieldError> {
    if let Value::String(name) = port.value {
        return port.invalid_each(format::port_name(name));
    }
    let forms = format::port_number(port.int()).into_iter();
    forms
        .map(|it| FieldError::invalid(port.path.clone(), port.int(), it))
        .collect()
}

fn affinity(spec: &At) -> Vec<FieldError> {
    let affinity = spec.field("sessionAffinity");
    let mut errors: Vec<FieldError> = affinity.one_of(&["ClientIP", "None"]).into_iter().collect();
    let config = spec.field("sessionAffinityConfig");
    match affinity.text() {
        "ClientIP" => errors.extend(client_ip_config(&config)),
        "None" if config.is_set() => errors.push(config.forbidden("must not be set when session affinity is None")),
        _ => {}
    }
    errors
}

fn client_ip_config(config: &At) -> Option<FieldError> {
    let client_ip = config.field("clientIP");
    let timeout = client_ip.field("timeoutSeconds");
    if let Some(missing) = [config, &client_ip, &timeout].into_iter().find(|it| !it.is_set()) {
        return Some(missing.required("when session affinity type is ClientIP"));
    }
    let fits = (1..=86_400).contains(&timeout.int());
    (!fits).then(|| timeout.invalid("must be greater than 0 and less than 86400"))
}

fn cluster_ips(spec: &At, before: Option<&At>) -> Vec<FieldError> {
    if kind(spec) == "ExternalName" {
        return Vec::new();
    }
    let (ips, families) = (spec.field("clusterIPs"), spec.field("ipFamilies"));
    let mut errors: Vec<FieldError> = primary_ip(spec, &ips).into_iter().collect();
    let mut seen: Vec<&str> = Vec::new();
    for family in families.items() {
        errors.extend(family.one_of_if_set(&["IPv4", "IPv6"]));
        if seen.contains(&family.text()) {
            errors.push(family.duplicate());
        }
        seen.push(family.text());
    }
    let policies = ["PreferDualStack", "RequireDualStack", "SingleStack"];
    errors.extend(spec.field("ipFamilyPolicy").one_of_if_set(&policies));
    let accepted = before
        .map(|before| before.field("clusterIPs").texts())
        .unwrap_or_default();
    let mut readable = true;
    for (index, address) in ips.items().enumerate() {
        if index == 0 && address.text() == "None" {
            if ips.len() > 1 {
                readable = false;
                errors.push(ips.invalid("'None' must be the first and only value"));
            }
            continue;
        }
        let wrong = ip::validate(&address.path, address.text(), &accepted);
        readable &= wrong.is_empty();
        errors.extend(wrong);
    }
    if ips.len() > 2 {
        errors.push(ips.invalid("may only hold up to 2 values"));
    }
    if !readable {
        return errors;
    }
    let is_v6 = |text: &str| ip::sloppy(text).is_some_and(|it| it.is_ipv6());
    let texts = ips.texts();
    if let Some((index, text)) = texts.iter().enumerate().find(|(_, it)| ip::sloppy(it).is_none())
        && texts.len() > 1
    {
        let words = format!("failed to check for dual stack with error:invalid IP[{index}]: {text}");
        errors.push(FieldError::internal(ips.path.clone(), words));
    }
    if texts.len() > 1
        && texts
            .iter()
            .all(|it| is_v6(it) == texts.first().is_some_and(|first| is_v6(first)))
    {
        errors.push(ips.invalid("may specify no more than one IP for each IP family"));
    }
    if !is_headless(spec) {
        for (index, (address, family)) in ips.items().zip(families.texts()).enumerate() {
            if matches!((family, is_v6(address.text())), ("IPv4", true) | ("IPv6", false)) {
                let words = format!("expected an {family} value as indicated by `ipFamilies[{index}]`");
                errors.push(address.invalid(words));
            }
        }
    }
    errors
}

fn primary_ip(spec: &At, ips: &At) -> Option<FieldError> {
    let primary = spec.field("clusterIP").text();
    match (primary.is_empty(), ips.texts().first()) {
        (false, None) => Some(ips.required("")),
        (false, Some(first)) if *first != primary => Some(ips.invalid("first value must match `clusterIP`")),
        (true, Some(_)) => Some(ips.invalid("must be empty when `clusterIP` is not specified")),
        _ => None,
    }
}

fn external_ips(spec: &At, before: Option<&At>) -> Vec<FieldError> {
    let accepted = before
        .map(|before| before.field("externalIPs").texts())
        .unwrap_or_default();
    let check = |address: At| {
        let wrong = ip::validate(&address.path, address.text(), &accepted);
        if wrong.is_empty() {
            ip::validate_endpoint(&address.path, address.text())
        } else {
            wrong
        }
    };
    spec.field("externalIPs").items().flat_map(check).collect()
}

/// Node ports on Services that have none, and numbers used twice.
fn port_numbers(spec: &At) -> Vec<FieldError> {
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
            errors.push(FieldError::new(
                FieldErrorKind::DuplicateStruct(printed),
                port.path.clone(),
                "",
            ));
        }
        seen.push(key);
    }
    errors
}

/// Kubernetes names the field in another case here than it is written.
fn source_ranges(spec: &At, before: Option<&At>, annotations: &At, old: Option<&At>) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let given = spec.field("loadBalancerSourceRanges");
    let for_load_balancer = kind(spec) == "LoadBalancer";
    if !given.is_empty() {
        let path = spec.path.field("LoadBalancerSourceRanges");
        if !for_load_balancer {
            errors.push(FieldError::forbidden(path.clone(), FOR_LOAD_BALANCER));
        }
        let accepted = before
            .map(|before| before.field("loadBalancerSourceRanges").texts())
            .unwrap_or_default();
        let accepted: Vec<&str> = accepted.into_iter().map(str::trim).collect();
        for (index, range) in given.texts().into_iter().enumerate() {
            errors.extend(ip::validate_range(&path.index(index), range.trim(), &accepted));
        }
        return errors;
    }
    let annotation = annotations.field(SOURCE_RANGES);
    if !annotation.is_set() {
        return errors;
    }
    let path = annotations.path.key(SOURCE_RANGES);
    if !for_load_balancer {
        errors.push(FieldError::forbidden(path.clone(), FOR_LOAD_BALANCER));
    }
    let unchanged = old
        .is_some_and(|old| old.field("metadata").field("annotations").field(SOURCE_RANGES).value == annotation.value);
    if !unchanged && !annotation.text().trim().is_empty() {
        let ranges = annotation.text().trim().split(',');
        errors.extend(ranges.flat_map(|range| ip::validate_range(&path, range.trim(), &[])));
    }
    errors
}

fn load_balancer_class(spec: &At, before: Option<&At>) -> Vec<FieldError> {
    let class = spec.field("loadBalancerClass");
    let mut errors = Vec::new();
    let is_load_balancer = kind(spec) == "LoadBalancer";
    if let Some(before) = before.filter(|before| is_load_balancer && kind(before) == "LoadBalancer")
        && before.field("loadBalancerClass").value != class.value
    {
        errors.push(class.invalid(ONCE));
    }
    if class.is_set() {
        if is_load_balancer {
            errors.extend(class.invalid_each(format::label_key(class.text())));
        } else {
            errors.push(class.forbidden(FOR_LOAD_BALANCER));
        }
    }
    errors
}

fn external_traffic(spec: &At) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let policy = spec.field("externalTrafficPolicy");
    if is_externally_accessible(spec) {
        errors.extend(policy.one_of(&["Cluster", "Local"]));
    } else if !policy.text().is_empty() {
        errors.push(policy.invalid("may only be set for externally-accessible services"));
    }
    let port = spec.field("healthCheckNodePort");
    if needs_health_check(spec) {
        if port.int() == 0 {
            errors.push(port.required(""));
        } else {
            errors.extend(port.invalid_each(format::port_number(port.int())));
        }
    } else if port.int() != 0 {
        let words = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
        errors.push(port.invalid(words));
    }
    errors
}

fn internal_traffic(spec: &At) -> Option<FieldError> {
    let policy = spec.field("internalTrafficPolicy");
    if !policy.is_set() && matches!(kind(spec), "ClusterIP" | "LoadBalancer" | "NodePort") {
        return Some(policy.required(""));
    }
    policy.one_of_if_set(&["Cluster", "Local"])
}

/// Models: validateUpgradeDowngradeClusterIPs.
fn cluster_ips_change(spec: &At, before: &At) -> Vec<FieldError> {
    if [spec, before].into_iter().any(|it| kind(it) == "ExternalName") || (is_headless(spec) && is_headless(before)) {
        return Vec::new();
    }
    let ips = spec.field("clusterIPs");
    let (new, old) = (ips.texts(), before.field("clusterIPs").texts());
    let error = |index: usize, words: &str| FieldError::invalid(ips.path.index(index), list(&new), words);
    let mut errors = Vec::new();
    if new.len() == old.len() {
        let changed = (0..old.len()).filter(|index| new.get(*index) != old.get(*index));
        errors.extend(changed.map(|index| error(index, ONCE)));
        return errors;
    }
    if new.is_empty() {
        errors.push(error(0, "primary clusterIP can not be unset"));
    } else if !old.is_empty() && new.first() != old.first() {
        errors.push(error(0, ONCE));
    }
    if old.len() > new.len() && new.len() == 1 {
        errors.extend(single_stack(spec, "clusterIP"));
    }
    errors
}

/// Models: validateUpgradeDowngradeIPFamilies.
fn families_change(spec: &At, before: &At) -> Vec<FieldError> {
    let skipped = [spec, before]
        .into_iter()
        .any(|it| kind(it) == "ExternalName" || is_headless(it));
    if skipped {
        return Vec::new();
    }
    let families = spec.field("ipFamilies");
    let ips = spec.field("clusterIPs").texts();
    let (new, old) = (families.texts(), before.field("ipFamilies").texts());
    let error = |value: &[&str], words: &str| FieldError::invalid(families.path.index(0), list(value), words);
    let mut errors = Vec::new();
    if new.len() == old.len() {
        let changed = new.iter().zip(&old).filter(|(new, old)| new != old);
        errors.extend(changed.map(|_| error(&new, ONCE)));
        return errors;
    }
    let released = old.len() > new.len();
    if released && ips.is_empty() {
        errors.push(error(&new, "primary ipFamily can not be unset"));
    }
    if !new.is_empty() && !old.is_empty() && new.first() != old.first() {
        errors.push(error(&ips, ONCE));
    }
    if released && new.len() == 1 {
        errors.extend(single_stack(spec, "ipFamily"));
    }
    errors
}

fn single_stack(spec: &At, what: &str) -> Option<FieldError> {
    let policy = spec.field("ipFamilyPolicy");
    let words = format!("must be set to 'SingleStack' when releasing the secondary {what}");
    (policy.text() != "SingleStack").then(|| policy.invalid(words))
}

/// A list as printed: Go's empty list was never made, so it is null.
fn list(texts: &[&str]) -> Value {
    if texts.is_empty() {
        Value::Null
    } else {
        texts.iter().copied().collect()
    }
}

/// Models: pkg/apis/core/validation ValidateLoadBalancerStatus (v1.36).
pub fn status(new: &At, old: &At) -> Vec<FieldError> {
    let ingress = new.field("status").field("loadBalancer").field("ingress");
    let mut errors = Vec::new();
    if kind(&new.field("spec")) != "LoadBalancer" && !ingress.is_empty() {
        let path = Trail::default().field("status").field("loadBalancer").field("ingress");
        errors.push(FieldError::forbidden(
            path,
            "may only be used when `spec.type` is \"LoadBalancer\"",
        ));
        return errors;
    }
    let before = old.field("status").field("loadBalancer").field("ingress");
    let accepted: Vec<&str> = before.items().map(|it| it.field("ip").text()).collect();
    for point in ingress.items() {
        let (address, mode, hostname) = (point.field("ip"), point.field("ipMode"), point.field("hostname"));
        if !address.text().is_empty() {
            errors.extend(ip::validate(&address.path, address.text(), &accepted));
        }
        if mode.is_set() && address.text().is_empty() {
            errors.push(mode.forbidden("may not be specified when `ip` is not set"));
        } else if !mode.is_set() && !address.text().is_empty() {
            errors.push(mode.required("must be specified when `ip` is set"));
        } else {
            errors.extend(mode.one_of_if_set(&["Proxy", "VIP"]));
        }
        if !hostname.text().is_empty() {
            errors.extend(hostname.invalid_each(format::dns1123_subdomain(hostname.text())));
            if ip::sloppy(hostname.text()).is_some() {
                errors.push(hostname.invalid("must be a DNS name, not an IP address"));
            }
        }
    }
    errors
}

#[cfg(test)]
mod tests {
    use crate::{Kind, Value, decode, default, field_errors_text, validate_create, validate_update};
    use expect_test::{Expect, expect};
    use serde_json::json;

    fn service(spec: &Value) -> Value {
        let object = json!({"metadata": {"name": "a", "namespace": "default"}, "spec": spec});
        let mut service = decode(Kind::Service, &object).unwrap();
        default(Kind::Service, &mut service);
        service
    }

    fn check(spec: &Value, expected: &Expect) {
        expected.assert_eq(&field_errors_text(&validate_create(Kind::Service, &service(spec))));
    }

    #[test]
    fn ports_are_numbers_within_their_range_and_told_apart() {
        check(&json!({"ports": [{"port": 80}]}), &expect![""]);
        check(&json!({}), &expect!["spec.ports: Required value"]);
        check(
            &json!({"ports": [{"port": 0}]}),
            &expect![[r"

            * spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive
            * spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive"]],
        );
        check(
            &json!({"ports": [{"port": 80, "targetPort": "80"}]}),
            &expect![[r#"spec.ports[0].targetPort: Invalid value: "80": must contain at least one letter (a-z)"#]],
        );
        check(
            &json!({"ports": [{"port": 80, "protocol": "ICMP"}]}),
            &expect![[r#"spec.ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP""#]],
        );
        check(
            &json!({"ports": [{"port": 80}, {"port": 80, "name": "b.c"}]}),
            &expect![[r#"

            * spec.ports[0].name: Required value
            * spec.ports[1].name: Invalid value: "b.c": must not contain dots
            * spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}"#]],
        );
    }

    #[test]
    fn fields_belong_to_types() {
        check(
            &json!({"type": "Node", "ports": [{"port": 80}]}),
            &expect![[
                r#"spec.type: Unsupported value: "Node": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort""#
            ]],
        );
        check(
            &json!({"ports": [{"port": 80, "nodePort": 30080}]}),
            &expect!["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
        );
        check(
            &json!({"ports": [{"port": 80}], "externalTrafficPolicy": "Local", "loadBalancerSourceRanges": ["1.2.3.4"]}),
            &expect![[r#"

            * spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'
            * spec.LoadBalancerSourceRanges[0]: Invalid value: "1.2.3.4": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)
            * spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services"#]],
        );
        check(
            &json!({"type": "ExternalName", "externalName": "-1"}),
            &expect![[
                r#"spec.externalName: Invalid value: "-1": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"#
            ]],
        );
    }

    #[test]
    fn a_cluster_address_stays() {
        let (old, new) = (
            json!({"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"], "ports": [{"port": 1}]}),
            json!({"clusterIP": "10.0.0.2", "clusterIPs": ["10.0.0.2"], "ports": [{"port": 1}]}),
        );
        let errors = validate_update(Kind::Service, &service(&new), &service(&old));
        expect![[r#"spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set"#]]
            .assert_eq(&field_errors_text(&errors));
    }
}
