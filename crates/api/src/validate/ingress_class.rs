use crate::at::At;
use crate::{Finding, Rule, format};

const MAX_CONTROLLER: usize = 250;
const PATH_FORM: &str = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";

/// Models: pkg/apis/networking/validation validateIngressClassSpec (v1.36).
pub fn create(class: &At) -> Vec<Finding> {
    let spec = class.field("spec");
    let controller = spec.field("controller");
    let mut errors = Vec::new();
    if controller.text().len() > MAX_CONTROLLER {
        errors.push(Finding::too_long(controller.path.clone(), MAX_CONTROLLER));
    }
    errors.extend(domain_prefixed_path(&controller));
    errors.extend(parameters(&spec.field("parameters")));
    errors
}

/// Models: ValidateIngressClassUpdate.
pub fn update(new: &At, old: &At) -> Vec<Finding> {
    let (controller, before) = (
        new.field("spec").field("controller"),
        old.field("spec").field("controller"),
    );
    let mut errors = Vec::new();
    if controller.value != before.value {
        errors.push(controller.invalid((Rule::Immutable, "field is immutable")));
    }
    errors.extend(create(new));
    errors
}

/// Models: apimachinery/pkg/util/validation IsDomainPrefixedPath (v1.36).
pub fn domain_prefixed_path(path: &At) -> Vec<Finding> {
    if path.text().is_empty() {
        return vec![path.required("")];
    }
    let parts = path.text().split_once('/');
    let Some((host, rest)) = parts.filter(|(host, rest)| !host.is_empty() && !rest.is_empty()) else {
        return vec![path.invalid("must be a domain-prefixed path (such as \"acme.io/foo\")")];
    };
    let forms = format::dns1123_subdomain(host).into_iter();
    let mut errors: Vec<Finding> = forms.map(|it| Finding::invalid(path.path.clone(), host, it)).collect();
    if !rest
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "/-._~%!$&'()*+,;=:".contains(c))
    {
        let words = format!("Invalid path (regex used for validation is '{PATH_FORM}')");
        errors.push(Finding::invalid(path.path.clone(), rest, words));
    }
    errors
}

/// Models: validateIngressClassParametersReference.
fn parameters(parameters: &At) -> Vec<Finding> {
    if !parameters.is_set() {
        return Vec::new();
    }
    let mut errors = super::ingress::reference(parameters);
    let (scope, namespace) = (parameters.field("scope"), parameters.field("namespace"));
    if !scope.is_set() {
        errors.push(scope.required(""));
        return errors;
    }
    match scope.text() {
        "Namespace" if namespace.is_set() => {
            errors.extend(namespace.invalid_each(format::dns1123_label(namespace.text())));
        }
        "Namespace" => errors.push(namespace.required("`parameters.scope` is set to 'Namespace'")),
        "Cluster" if namespace.is_set() => {
            errors.push(namespace.forbidden("`parameters.scope` is set to 'Cluster'"));
        }
        "Cluster" => {}
        _ => errors.push(scope.not_supported(&["Cluster", "Namespace"])),
    }
    errors
}
