//! Configurations of admission webhooks.

use crate::at::At;
use crate::validate::{admission_rule, selector};
use crate::{Finding, Kind, format};

const REVIEW_VERSIONS: [&str; 2] = ["v1", "v1beta1"];
const REVIEW_VERSIONS_WORDS: &str = "v1, v1beta1";
const URL_FORM: &str = "; desired format: https://host[/path]";

/// Models: pkg/apis/admissionregistration/validation validateValidatingWebhookConfiguration,
/// validateMutatingWebhookConfiguration (v1.36), without their metadata.
/// What was refused on creation is not in the store, so an update tolerates nothing more.
pub fn validate(kind: Kind, configuration: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mut names = Vec::new();
    for hook in configuration.field("webhooks").items() {
        errors.extend(webhook(kind, &hook));
        errors.extend(review_versions(&hook.field("admissionReviewVersions")));
        let name = hook.field("name");
        if name.text().is_empty() {
            continue;
        }
        if names.contains(&name.text()) {
            errors.push(name.duplicate());
        } else {
            names.push(name.text());
        }
    }
    errors
}

/// Models: validateValidatingWebhook, validateMutatingWebhook.
fn webhook(kind: Kind, hook: &At) -> Vec<Finding> {
    let mut errors = fully_qualified(&hook.field("name"));
    errors.extend(hook.field("rules").items().flat_map(|it| admission_rule::validate(&it)));
    errors.extend(hook.field("failurePolicy").one_of_if_set(&["Fail", "Ignore"]));
    errors.extend(hook.field("matchPolicy").one_of_if_set(&["Equivalent", "Exact"]));
    let effects = hook.field("sideEffects");
    if !effects.is_set() {
        errors.push(effects.required("must specify one of None, NoneOnDryRun"));
    }
    errors.extend(effects.one_of_if_set(&["None", "NoneOnDryRun"]));
    let timeout = hook.field("timeoutSeconds");
    if timeout.is_set() && !(1..=30).contains(&timeout.number()) {
        errors.push(timeout.invalid("the timeout value must be between 1 and 30 seconds"));
    }
    for field in ["namespaceSelector", "objectSelector"] {
        errors.extend(selector::validate(&hook.field(field)));
    }
    if kind == Kind::MutatingWebhookConfiguration {
        errors.extend(hook.field("reinvocationPolicy").one_of_if_set(&["IfNeeded", "Never"]));
    }
    errors.extend(client(&hook.field("clientConfig")));
    errors.extend(admission_rule::conditions(&hook.field("matchConditions")));
    errors
}

/// Models: apimachinery/pkg/util/validation IsFullyQualifiedName (v1.36).
fn fully_qualified(name: &At) -> Vec<Finding> {
    if name.text().is_empty() {
        return vec![name.required("")];
    }
    let forms = format::dns1123_subdomain(name.text());
    if !forms.is_empty() {
        return vec![name.invalid(format::words(&forms, ","))];
    }
    if name.text().split('.').count() < 3 {
        return vec![name.invalid("should be a domain with at least three segments separated by dots")];
    }
    Vec::new()
}

/// Models: validateAdmissionReviewVersions.
fn review_versions(versions: &At) -> Vec<Finding> {
    if versions.is_empty() {
        return vec![versions.required(format!("must specify one of {REVIEW_VERSIONS_WORDS}"))];
    }
    let mut errors = Vec::new();
    let mut seen = Vec::new();
    for version in versions.items() {
        if seen.contains(&version.text()) {
            errors.push(version.invalid("duplicate version"));
            continue;
        }
        seen.push(version.text());
        errors.extend(version.invalid_each(format::dns1035_label(version.text())));
    }
    if !seen.iter().any(|it| REVIEW_VERSIONS.contains(it)) {
        errors.push(versions.invalid(format!("must include at least one of {REVIEW_VERSIONS_WORDS}")));
    }
    errors
}

fn client(client: &At) -> Vec<Finding> {
    let (url, service) = (client.field("url"), client.field("service"));
    match (url.is_set(), service.is_set()) {
        (true, false) => of_url(&url),
        (false, true) => of_service(&service),
        _ => vec![client.required("exactly one of url or service is required")],
    }
}

/// Models: apiserver/pkg/util/webhook/validation.go ValidateWebhookURL (v1.36).
/// Differs: an address that Go cannot parse at all is judged by its parts.
fn of_url(url: &At) -> Vec<Finding> {
    let (rest, fragment) = url.text().split_once('#').unwrap_or((url.text(), ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (scheme, rest) = rest.split_once(':').unwrap_or(("", rest));
    let authority = rest
        .strip_prefix("//")
        .map_or("", |it| it.split('/').next().unwrap_or(it));
    let (user, host) = authority
        .rsplit_once('@')
        .map_or((None, authority), |(user, host)| (Some(user), host));
    let invalid = |value: &str, words: String| Finding::invalid(url.path.clone(), value, words);
    let mut errors = Vec::new();
    let scheme = scheme.to_lowercase();
    if scheme != "https" {
        errors.push(invalid(
            &scheme,
            format!("'https' is the only allowed URL scheme{URL_FORM}"),
        ));
    }
    if host.is_empty() {
        errors.push(invalid(host, format!("host must be specified{URL_FORM}")));
    }
    for (part, what) in [
        (user.unwrap_or_default(), "user information is"),
        (fragment, "fragments are"),
        (query, "query parameters are"),
    ] {
        if !part.is_empty() {
            errors.push(invalid(part, format!("{what} not permitted in the URL")));
        }
    }
    errors
}

/// Models: apiserver/pkg/util/webhook/validation.go ValidateWebhookService (v1.36): its callers give it name and namespace in
/// the other order, so that each is missed at the other's place.
fn of_service(service: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    for (shown, meant) in [("name", "namespace"), ("namespace", "name")] {
        let meant = service.field(meant);
        if meant.text().is_empty() {
            errors.push(service.field(shown).required("").placed(meant.path));
        }
    }
    errors.extend(port(&service.field("port")));
    errors.extend(path(&service.field("path")));
    errors
}

pub fn port(port: &At) -> Option<Finding> {
    let forms = format::port_number(port.number());
    (!forms.is_empty()).then(|| port.invalid(format!("port is not valid: {}", format::words(&forms, ", "))))
}

fn path(path: &At) -> Vec<Finding> {
    let text = path.text();
    if text.is_empty() || text == "/" {
        return Vec::new();
    }
    if text == "//" {
        return vec![path.invalid("segment[0] may not be empty")];
    }
    let mut errors = Vec::new();
    if !text.starts_with('/') {
        errors.push(path.invalid("must start with a '/'"));
    }
    let mut rest = text.chars();
    rest.next();
    let rest = rest.as_str();
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    for (index, step) in rest.split('/').enumerate() {
        if step.is_empty() {
            errors.push(path.invalid(format!("segment[{index}] may not be empty")));
            continue;
        }
        let forms = format::dns1123_subdomain(step).into_iter();
        errors.extend(forms.map(|it| path.invalid(format!("segment[{index}]: {it}"))));
    }
    errors
}
