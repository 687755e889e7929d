use crate::at::At;
use crate::{Finding, format, ip};

const CLASS: &str = "kubernetes.io/ingress.class";

/// Models: pkg/apis/networking/validation ValidateIngressCreate (v1.36), without its metadata.
pub fn create(ingress: &At) -> Vec<Finding> {
    let mut errors = spec(&ingress.field("spec"), &Tolerated::default());
    let annotation = ingress.field("metadata").field("annotations").key(CLASS);
    let class = ingress.field("spec").field("ingressClassName");
    if annotation.is_set() && class.is_set() && annotation.text() != class.text() {
        // Kubernetes leaves out where the annotations are.
        let path = crate::trail::Trail::default().field("annotations").field(CLASS);
        let words = "must match `ingressClassName` when both are specified";
        errors.push(Finding::invalid(path, annotation.text(), words).placed(annotation.path));
    }
    errors
}

/// Models: ValidateIngressUpdate, without its metadata.
pub fn update(ingress: &At, old: &At) -> Vec<Finding> {
    let before = old.field("spec");
    let secrets = before.field("tls");
    let names = secrets.items().map(|it| it.field("secretName"));
    let rules = before.field("rules");
    let wildcards = rules.items().filter(|it| it.field("host").text().contains('*'));
    let tolerated = Tolerated {
        secret_names: names.into_iter().any(|it| !secret_name(&it).is_empty()),
        wildcard_rules: wildcards.into_iter().any(|it| !http(&it.field("http")).is_empty()),
    };
    spec(&ingress.field("spec"), &tolerated)
}

/// What was invalid before, and may stay so.
#[derive(Default)]
struct Tolerated {
    secret_names: bool,
    wildcard_rules: bool,
}

/// Models: ValidateIngressSpec.
fn spec(spec: &At, tolerated: &Tolerated) -> Vec<Finding> {
    let (backend, rules) = (spec.field("defaultBackend"), spec.field("rules"));
    let mut errors = Vec::new();
    if rules.is_empty() && !backend.is_set() {
        let words = "either `defaultBackend` or `rules` must be specified";
        errors.push(Finding::invalid(spec.path.clone(), rules.value.clone(), words));
    }
    if backend.is_set() {
        errors.extend(self::backend(&backend));
    }
    for rule in rules.items() {
        let host = rule.field("host");
        errors.extend(host_name(&host, true));
        if !host.text().contains('*') || !tolerated.wildcard_rules {
            errors.extend(http(&rule.field("http")));
        }
    }
    for tls in spec.field("tls").items() {
        errors.extend(tls.field("hosts").items().flat_map(|it| host_name(&it, false)));
        if !tolerated.secret_names {
            errors.extend(secret_name(&tls.field("secretName")));
        }
    }
    let class = spec.field("ingressClassName");
    if class.is_set() {
        errors.extend(class.invalid_each(format::dns1123_subdomain(class.text())));
    }
    errors
}

fn secret_name(name: &At) -> Vec<Finding> {
    if name.text().is_empty() {
        return Vec::new();
    }
    name.invalid_each(format::dns1123_subdomain(name.text()))
}

/// The host of a rule may be absent, and must not be an address.
fn host_name(host: &At, of_rule: bool) -> Vec<Finding> {
    let text = host.text();
    let mut errors = Vec::new();
    if of_rule && text.is_empty() {
        return errors;
    }
    if of_rule && ip::sloppy(text).is_some() {
        errors.push(host.invalid("must be a DNS name, not an IP address"));
    }
    errors.extend(host.invalid_each(if text.contains('*') {
        format::wildcard_dns1123_subdomain(text)
    } else {
        format::dns1123_subdomain(text)
    }));
    errors
}

/// Models: validateHTTPIngressRuleValue.
fn http(http: &At) -> Vec<Finding> {
    if !http.is_set() {
        return Vec::new();
    }
    let paths = http.field("paths");
    if paths.is_empty() {
        return vec![paths.required("")];
    }
    paths.items().flat_map(|it| path(&it)).collect()
}

/// Models: validateHTTPIngressPath.
fn path(rule: &At) -> Vec<Finding> {
    let (kind, path) = (rule.field("pathType"), rule.field("path"));
    let mut errors = Vec::new();
    let absolute = path.text().starts_with('/');
    let relative = |path: &At| Finding::invalid(path.path.clone(), path.text(), "must be an absolute path");
    match kind.text() {
        _ if !kind.is_set() => return vec![kind.required("pathType must be specified")],
        "Exact" | "Prefix" => {
            if !absolute {
                errors.push(relative(&path));
            }
            let sequences = ["//", "/./", "/../", "%2f", "%2F"];
            let within = sequences.iter().filter(|it| path.text().contains(**it));
            errors.extend(within.map(|it| path.invalid(format!("must not contain '{it}'"))));
            let ends = ["/..", "/."].iter().filter(|it| path.text().ends_with(**it));
            errors.extend(ends.map(|it| path.invalid(format!("cannot end with '{it}'"))));
        }
        "ImplementationSpecific" => {
            if !absolute && !path.text().is_empty() {
                errors.push(relative(&path));
            }
        }
        _ => errors.push(kind.not_supported(&["Exact", "ImplementationSpecific", "Prefix"])),
    }
    errors.extend(backend(&rule.field("backend")));
    errors
}

/// Models: validateIngressBackend.
fn backend(backend: &At) -> Vec<Finding> {
    let (resource, service) = (backend.field("resource"), backend.field("service"));
    let refuse = |words: &str| Finding::invalid(backend.path.clone(), "", words);
    match (resource.is_set(), service.is_set()) {
        (true, true) => return vec![refuse("cannot set both resource and service backends")],
        (false, false) => return vec![refuse("resource or service backend is required")],
        (true, false) => return reference(&resource),
        (false, true) => {}
    }
    let (name, port) = (service.field("name"), service.field("port"));
    let mut errors = if name.text().is_empty() {
        vec![name.required("")]
    } else {
        name.invalid_each(format::dns1123_label(name.text()))
    };
    let (port_name, number) = (port.field("name"), port.field("number"));
    match (port_name.text().is_empty(), number.number() == 0) {
        (false, false) => errors.push(refuse("cannot set both port name & port number")),
        (false, true) => errors.extend(port_name.invalid_each(format::port_name(port_name.text()))),
        (true, false) => errors.extend(number.invalid_each(format::port_number(number.number()))),
        (true, true) => errors.push(backend.required("port name or number is required")),
    }
    errors
}

/// Models: validateIngressTypedLocalObjectReference.
pub fn reference(reference: &At) -> Vec<Finding> {
    let group = reference.field("apiGroup");
    let mut errors = Vec::new();
    if group.is_set() {
        errors.extend(group.invalid_each(format::dns1123_subdomain(group.text())));
    }
    for field in ["kind", "name"].map(|it| reference.field(it)) {
        if field.text().is_empty() {
            errors.push(field.required(""));
        } else {
            errors.extend(field.invalid_each(format::path_segment_name(field.text())));
        }
    }
    errors
}
