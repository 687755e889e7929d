//! Admission policies and their bindings.
//!
//! Differs: expressions are not compiled, which a caveat says.

use crate::at::At;
use crate::validate::{admission_rule, selector};
use crate::{Finding, Kind, format};

const FAILURE: [&str; 2] = ["Fail", "Ignore"];
const MUTATING_OPERATIONS: [&str; 4] = ["*", "CONNECT", "CREATE", "UPDATE"];
const MAX_AUDIT_ANNOTATIONS: usize = 20;
const MAX_VALUE_EXPRESSION: usize = 5 * 1024;
/// The words that no name in an expression may be.
const RESERVED: [&str; 21] = [
    "true",
    "false",
    "null",
    "in",
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// Models: pkg/apis/admissionregistration/validation validateValidatingAdmissionPolicySpec,
/// validateMutatingAdmissionPolicySpec (v1.36).
pub fn policy(kind: Kind, policy: &At) -> Vec<Finding> {
    let spec = policy.field("spec");
    let mut errors: Vec<Finding> = required_one_of(&spec.field("failurePolicy"), &FAILURE)
        .into_iter()
        .collect();
    errors.extend(parameter_kind(&spec.field("paramKind")));
    let constraints = spec.field("matchConstraints");
    let rules = constraints.field("resourceRules");
    if constraints.is_set() {
        errors.extend(resources(&constraints));
        if rules.is_empty() {
            errors.push(rules.required(""));
        }
    } else {
        errors.push(constraints.required(""));
    }
    if kind == Kind::MutatingAdmissionPolicy {
        errors.extend(mutating_operations(&rules));
    }
    errors.extend(admission_rule::conditions(&spec.field("matchConditions")));
    errors.extend(spec.field("variables").items().flat_map(|it| variable(&it)));
    if kind == Kind::MutatingAdmissionPolicy {
        errors.extend(mutations(&spec));
    } else {
        errors.extend(validations(policy.field("metadata").field("name").text(), &spec));
    }
    errors
}

fn required_one_of(field: &At, supported: &[&str]) -> Option<Finding> {
    if field.is_set() {
        field.one_of_if_set(supported)
    } else {
        Some(field.required(""))
    }
}

/// Models: validateParamKind.
fn parameter_kind(kind: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    if !kind.is_set() {
        return errors;
    }
    let (version, name) = (kind.field("apiVersion"), kind.field("kind"));
    let text = version.text();
    let (group, number) = text.split_once('/').unwrap_or(("", text));
    if text.is_empty() {
        errors.push(version.required(""));
    } else if number.contains('/') {
        errors.push(version.invalid(format!("unexpected GroupVersion string: {text}")));
    } else {
        let part = |part: &str, forms: &[crate::Detail]| {
            Finding::invalid(version.path.clone(), part, format::words(forms, ","))
        };
        let forms = format::dns1123_subdomain(group);
        if !group.is_empty() && !forms.is_empty() {
            errors.push(part(group, &forms));
        }
        let forms = format::dns1035_label(number);
        if number.is_empty() {
            errors.push(version.invalid("version must be specified"));
        } else if !forms.is_empty() {
            errors.push(part(number, &forms));
        }
    }
    let forms = format::dns1035_label(&name.text().to_lowercase());
    if name.text().is_empty() {
        errors.push(name.required(""));
    } else if !forms.is_empty() {
        let words = format::words(&forms, ",");
        errors.push(name.invalid(format!("may have mixed case, but should otherwise match: {words}")));
    }
    errors
}

/// Models: validateMatchResources.
fn resources(resources: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    errors.extend(required_one_of(
        &resources.field("matchPolicy"),
        &["Equivalent", "Exact"],
    ));
    for field in ["namespaceSelector", "objectSelector"] {
        errors.extend(selector::validate(&resources.field(field)));
    }
    for list in ["resourceRules", "excludeResourceRules"] {
        for rule in resources.field(list).items() {
            let mut names = Vec::new();
            for name in rule.field("resourceNames").items() {
                errors.extend(name.invalid_each(format::path_segment_name(name.text())));
                if names.contains(&name.text()) {
                    errors.push(name.duplicate());
                } else {
                    names.push(name.text());
                }
            }
            errors.extend(admission_rule::validate(&rule));
        }
    }
    errors
}

/// What mutates looks at no deletions; the finding stands at the list as a whole.
fn mutating_operations(rules: &At) -> Vec<Finding> {
    let place = rules.named("operations");
    let lists = rules.items().map(|rule| rule.field("operations"));
    let operations = lists.flat_map(|list| list.items().collect::<Vec<_>>());
    let foreign = operations.filter(|it| !MUTATING_OPERATIONS.contains(&it.text()));
    let finding =
        |it: At| Finding::not_supported(place.path.clone(), it.value.clone(), &MUTATING_OPERATIONS).placed(it.path);
    foreign.map(finding).collect()
}

/// Models: validateVariable, isCELIdentifier.
fn variable(variable: &At) -> Vec<Finding> {
    let (name, expression) = (variable.field("name"), variable.field("expression"));
    let mut errors = Vec::new();
    let text = name.text();
    let is_start = |c: char| c == '_' || c.is_ascii_alphabetic();
    let is_identifier = text.starts_with(is_start)
        && text.chars().all(|c| is_start(c) || c.is_ascii_digit())
        && !RESERVED.contains(&text);
    if text.trim().is_empty() {
        errors.push(name.required("name is not specified"));
    } else if !is_identifier {
        errors.push(name.invalid("must be a valid CEL identifier"));
    }
    if expression.text().trim().is_empty() {
        errors.push(expression.required("expression is not specified"));
    }
    errors
}

fn validations(policy: &str, spec: &At) -> Vec<Finding> {
    let (validations, annotations) = (spec.field("validations"), spec.field("auditAnnotations"));
    if validations.is_empty() && annotations.is_empty() {
        let words = "validations or auditAnnotations must contain at least one item";
        return vec![validations.required(words), annotations.required(words)];
    }
    let mut errors: Vec<Finding> = validations.items().flat_map(|it| validation(&it)).collect();
    if annotations.len() > MAX_AUDIT_ANNOTATIONS {
        let words = format!("must not have more than {MAX_AUDIT_ANNOTATIONS} auditAnnotations");
        errors.push(annotations.invalid(words));
    }
    let mut keys = Vec::new();
    for annotation in annotations.items() {
        errors.extend(audit_annotation(policy, &annotation));
        let key = annotation.field("key");
        if keys.contains(&key.text()) {
            errors.push(key.duplicate());
        }
        keys.push(key.text());
    }
    errors
}

/// Models: validateValidation.
fn validation(validation: &At) -> Vec<Finding> {
    let [expression, message, computed, reason] =
        ["expression", "message", "messageExpression", "reason"].map(|it| validation.field(it));
    let mut errors = Vec::new();
    if expression.text().trim().is_empty() {
        errors.push(expression.required("expression is not specified"));
    }
    let is_blank = |it: &At| !it.text().is_empty() && it.text().trim().is_empty();
    if is_blank(&computed) {
        errors.push(computed.invalid("must be non-empty if specified"));
    }
    if is_blank(&message) {
        errors.push(message.invalid("must be non-empty if specified"));
    } else if message.text().trim().contains(['\n', '\r']) {
        errors.push(message.invalid("must not contain line breaks"));
    }
    errors.extend(reason.one_of_if_set(&["Forbidden", "Invalid", "RequestEntityTooLarge"]));
    errors
}

/// Models: validateAuditAnnotation.
fn audit_annotation(policy: &str, annotation: &At) -> Vec<Finding> {
    let (key, value) = (annotation.field("key"), annotation.field("valueExpression"));
    let mut errors = Vec::new();
    if policy.is_empty() {
        errors.push(key.invalid("requires metadata.name be non-empty"));
    } else {
        let name = format!("{policy}/{}", key.text());
        let forms = format::label_key(&name).into_iter();
        errors.extend(forms.map(|it| Finding::invalid(key.path.clone(), name.as_str(), it)));
    }
    let expression = value.text().trim();
    if expression.is_empty() {
        errors.push(value.required("valueExpression is not specified"));
    } else if expression.len() > MAX_VALUE_EXPRESSION {
        errors.push(value.required(format!("must not exceed {MAX_VALUE_EXPRESSION} bytes in length")));
    }
    errors
}

fn mutations(spec: &At) -> Vec<Finding> {
    let (mutations, policy) = (spec.field("mutations"), spec.field("reinvocationPolicy"));
    let mut errors = Vec::new();
    if mutations.is_empty() {
        errors.push(mutations.required("mutations must contain at least one item"));
    }
    errors.extend(mutations.items().flat_map(|it| mutation(&it)));
    errors.extend(policy.one_of(&["IfNeeded", "Never"]));
    errors
}

/// Models: validateMutation.
fn mutation(mutation: &At) -> Vec<Finding> {
    let kind = mutation.field("patchType");
    let (meant, other) = match kind.text() {
        "JSONPatch" => ("jsonPatch", "applyConfiguration"),
        "ApplyConfiguration" => ("applyConfiguration", "jsonPatch"),
        _ => return kind.one_of(&["ApplyConfiguration", "JSONPatch"]).into_iter().collect(),
    };
    let (patch, beside) = (mutation.field(meant), mutation.field(other));
    let mut errors = Vec::new();
    if !patch.is_set() {
        errors.push(patch.required(format!("must be specified when patchType is {}", kind.text())));
    } else if patch.field("expression").text().trim().is_empty() {
        errors.push(patch.field("expression").required(""));
    }
    if beside.is_set() {
        let words = format!("must not be specified when patchType is {}", kind.text());
        errors.push(Finding::invalid(beside.path.clone(), format!("{{{other}}}"), words));
    }
    errors
}

/// Models: validateValidatingAdmissionPolicyBindingSpec, validateMutatingAdmissionPolicyBindingSpec.
pub fn binding(kind: Kind, binding: &At) -> Vec<Finding> {
    let spec = binding.field("spec");
    let (policy, matched) = (spec.field("policyName"), spec.field("matchResources"));
    let mut errors = Vec::new();
    if policy.text().is_empty() {
        errors.push(policy.required(""));
    } else {
        errors.extend(policy.invalid_each(format::dns1123_subdomain(policy.text())));
    }
    errors.extend(parameter(&spec.field("paramRef")));
    if matched.is_set() {
        errors.extend(resources(&matched));
    }
    if kind == Kind::MutatingAdmissionPolicyBinding {
        errors.extend(mutating_operations(&matched.field("resourceRules")));
    } else {
        errors.extend(actions(&spec.field("validationActions")));
    }
    errors
}

/// Models: validateParamRef.
fn parameter(reference: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    if !reference.is_set() {
        return errors;
    }
    let [name, selector, action] = ["name", "selector", "parameterNotFoundAction"].map(|it| reference.field(it));
    let is_named = !name.text().is_empty();
    let exclusive = "name and selector are mutually exclusive";
    if is_named {
        errors.extend(name.invalid_each(format::path_segment_name(name.text())));
        if selector.is_set() {
            errors.push(name.forbidden(exclusive));
        }
    }
    if selector.is_set() {
        errors.extend(selector::validate(&selector));
        if is_named {
            errors.push(selector.forbidden(exclusive));
        }
    }
    if !is_named && !selector.is_set() {
        errors.push(reference.required("one of name or selector must be specified"));
    }
    errors.extend(action.one_of(&["Deny", "Allow"]));
    errors
}

/// Models: validateValidationActions.
fn actions(actions: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mut seen = Vec::new();
    for action in actions.items() {
        errors.extend(action.one_of_if_set(&["Audit", "Deny", "Warn"]));
        if seen.contains(&action.text()) {
            errors.push(action.duplicate());
        }
        seen.push(action.text());
    }
    if seen.contains(&"Deny") && seen.contains(&"Warn") {
        errors.push(actions.invalid(
            "must not contain both Deny and Warn (repeating the same validation failure information in the API response \
             and headers serves no purpose)",
        ));
    }
    if seen.is_empty() {
        errors.push(actions.required("at least one validation action is required"));
    }
    errors
}
