//! Flow schemas and priority levels.
//!
//! Differs: the schemas and levels that a cluster must have, `exempt` and `catch-all`, are compared with nothing.

use crate::at::At;
use crate::validate::pod::print;
use crate::{Finding, format};

const MAX_PRECEDENCE: i64 = 10_000;
const MAX_QUEUES: i64 = 10_000_000;
const MAX_HASH_BITS: u32 = 60;
const VERBS: [&str; 9] = [
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "proxy",
    "update",
    "watch",
];

/// The kinds of subjects, each with its field.
const SUBJECTS: [(&str, &str); 3] = [
    ("ServiceAccount", "serviceAccount"),
    ("User", "user"),
    ("Group", "group"),
];

/// Models: pkg/apis/flowcontrol/validation ValidateFlowSchema (v1.36), without its metadata.
pub fn schema(schema: &At) -> Vec<Finding> {
    let spec = schema.field("spec");
    let precedence = spec.field("matchingPrecedence");
    let mut errors = Vec::new();
    if precedence.number() <= 0 {
        errors.push(precedence.invalid("must be a positive value"));
    }
    if precedence.number() > MAX_PRECEDENCE {
        errors.push(precedence.invalid(format!("must not be greater than {MAX_PRECEDENCE}")));
    }
    if precedence.number() == 1 && schema.field("metadata").field("name").text() != "exempt" {
        errors.push(precedence.invalid("only the schema named 'exempt' may have matchingPrecedence 1"));
    }
    let method = spec.field("distinguisherMethod").field("type");
    let methods = ["ByNamespace", "ByUser"];
    if spec.field("distinguisherMethod").is_set() && !methods.contains(&method.text()) {
        let printed = print::compact("FlowDistinguisherMethod", spec.field("distinguisherMethod").value);
        errors.push(Finding::not_supported_struct(method.path, printed, &methods));
    }
    let level = spec.field("priorityLevelConfiguration").field("name");
    if level.text().is_empty() {
        errors.push(level.required("must reference a priority level"));
    } else {
        errors.extend(level.invalid_each(format::dns1123_subdomain(level.text())));
    }
    errors.extend(spec.field("rules").items().flat_map(|it| rule(&it)));
    errors.extend(conditions(&schema.field("status")));
    errors
}

/// Models: ValidateFlowSchemaPolicyRulesWithSubjects.
fn rule(rule: &At) -> Vec<Finding> {
    let [subjects, resources, urls] = ["subjects", "resourceRules", "nonResourceRules"].map(|it| rule.field(it));
    let mut errors: Vec<Finding> = subjects.items().flat_map(|it| subject(&it)).collect();
    if subjects.is_empty() {
        errors.push(subjects.required("subjects must contain at least one value"));
    }
    if resources.is_empty() && urls.is_empty() {
        errors.push(rule.required("at least one of resourceRules and nonResourceRules has to be non-empty"));
    }
    errors.extend(resources.items().flat_map(|it| resource_rule(&it)));
    errors.extend(urls.items().flat_map(|it| url_rule(&it)));
    errors
}

/// Models: ValidateFlowSchemaSubject.
fn subject(subject: &At) -> Vec<Finding> {
    let kind = subject.field("kind");
    let Some((kind, own)) = SUBJECTS.into_iter().find(|(it, _)| *it == kind.text()) else {
        return vec![kind.not_supported(&["Group", "ServiceAccount", "User"])];
    };
    let mut errors = who(kind, &subject.field(own), own);
    for (other, field) in SUBJECTS {
        if field != own && subject.field(field).is_set() {
            errors.push(
                subject
                    .field(field)
                    .forbidden(format!("{field} is forbidden when subject kind is not '{other}'")),
            );
        }
    }
    errors
}

fn who(kind: &str, who: &At, field: &str) -> Vec<Finding> {
    if !who.is_set() {
        return vec![who.required(format!("{field} is required when subject kind is '{kind}'"))];
    }
    let (name, namespace) = (who.field("name"), who.field("namespace"));
    let mut errors = Vec::new();
    if name.text().is_empty() {
        errors.push(name.required(""));
    } else if kind == "ServiceAccount" && name.text() != "*" {
        errors.extend(name.invalid_each(format::dns1123_subdomain(name.text())));
    }
    if kind == "ServiceAccount" {
        if namespace.text().is_empty() {
            errors.push(namespace.required("must specify namespace for service account"));
        } else {
            errors.extend(namespace.invalid_each(format::dns1123_label(namespace.text())));
        }
    }
    errors
}

/// A list names something, and nothing beside `*`.
fn some_or_all(list: &At, missing: &str, other: &str) -> Option<Finding> {
    if list.is_empty() {
        return Some(list.required(missing.to_owned()));
    }
    let is_mixed = list.len() > 1 && list.texts().contains(&"*");
    is_mixed.then(|| list.invalid(format!("if '*' is present, must not specify other {other}")))
}

fn verbs(verbs: &At) -> Option<Finding> {
    let wrong = some_or_all(verbs, "verbs must contain at least one value", "verbs");
    let texts = verbs.texts();
    let is_foreign = !texts.contains(&"*") && texts.iter().any(|it| !VERBS.contains(it));
    wrong.or_else(|| is_foreign.then(|| verbs.not_supported(&VERBS)))
}

/// Models: ValidateFlowSchemaResourcePolicyRule.
fn resource_rule(rule: &At) -> Vec<Finding> {
    let mut errors: Vec<Finding> = verbs(&rule.field("verbs")).into_iter().collect();
    let supply = |what: &str| format!("resource rules must supply at least one {what}");
    errors.extend(some_or_all(
        &rule.field("apiGroups"),
        &supply("api group"),
        "api groups",
    ));
    errors.extend(some_or_all(&rule.field("resources"), &supply("resource"), "resources"));
    let namespaces = rule.field("namespaces");
    let is_all = namespaces.texts().contains(&"*");
    if namespaces.is_empty() && !rule.field("clusterScope").flag() {
        let words = "resource rules that are not cluster scoped must supply at least one namespace";
        errors.push(namespaces.required(words));
    } else if is_all && namespaces.len() > 1 {
        errors.push(namespaces.invalid("if '*' is present, must not specify other namespaces"));
    } else if !is_all {
        for namespace in namespaces.items() {
            let forms = format::dns1123_label(namespace.text()).into_iter();
            let words = |it| format!("each member of this list must be '*' or a DNS-1123 label; {it}");
            errors.extend(forms.map(|it| namespace.invalid(words(it))));
        }
    }
    errors
}

/// Models: ValidateFlowSchemaNonResourcePolicyRule.
fn url_rule(rule: &At) -> Vec<Finding> {
    let urls = rule.field("nonResourceURLs");
    let mut errors: Vec<Finding> = verbs(&rule.field("verbs")).into_iter().collect();
    let missing = "nonResourceURLs must contain at least one value";
    errors.extend(some_or_all(&urls, missing, "non-resource URLs"));
    if !urls.texts().contains(&"*") {
        errors.extend(urls.items().filter_map(|it| Some(it.invalid(url(it.text())?))));
    }
    errors
}

/// Models: ValidateNonResourceURLPath.
fn url(path: &str) -> Option<&'static str> {
    let stars = path.matches('*').count();
    match path {
        "" => Some("must not be empty"),
        "/" => None,
        _ if !path.starts_with('/') => Some("must start with slash"),
        _ if path.contains(' ') => Some("must not contain white-space"),
        _ if path.contains("//") => Some("must not contain double slash"),
        _ if stars > 1 || stars == 1 && !path.ends_with("/*") => Some("wildcard can only do suffix matching"),
        _ => None,
    }
}

/// Models: ValidatePriorityLevelConfiguration, without its metadata.
pub fn level(level: &At) -> Vec<Finding> {
    let spec = level.field("spec");
    let [kind, limited, exempt] = ["type", "limited", "exempt"].map(|it| spec.field(it));
    let mut errors = Vec::new();
    if (level.field("metadata").field("name").text() == "exempt") != (kind.text() == "Exempt") {
        errors.push(Finding::invalid(
            kind.path.clone(),
            kind.text(),
            "must be 'Exempt' if and only if `name` is 'exempt'",
        ));
    }
    match kind.text() {
        "Exempt" => {
            if limited.is_set() {
                errors.push(limited.forbidden("must be nil if the type is not Limited"));
            }
            errors.extend(shares(&exempt));
            errors.extend(lendable(&exempt));
        }
        "Limited" => {
            if exempt.is_set() {
                errors.push(exempt.forbidden("must be nil if the type is Limited"));
            }
            if limited.is_set() {
                errors.extend(of_limited(&limited));
            } else {
                errors.push(limited.required("must not be empty when type is Limited"));
            }
        }
        text => errors.push(Finding::not_supported(kind.path, text, &["Exempt", "Limited"])),
    }
    errors.extend(conditions(&level.field("status")));
    errors
}

fn shares(level: &At) -> Option<Finding> {
    let shares = level.field("nominalConcurrencyShares");
    (shares.number() < 0).then(|| shares.invalid("must be a non-negative integer"))
}

fn lendable(level: &At) -> Option<Finding> {
    let percent = level.field("lendablePercent");
    let is_percent = (0..=100).contains(&percent.number());
    (!is_percent).then(|| percent.invalid("must be between 0 and 100, inclusive"))
}

/// Models: ValidateLimitedPriorityLevelConfiguration, ValidateLimitResponse.
fn of_limited(limited: &At) -> Vec<Finding> {
    let mut errors: Vec<Finding> = shares(limited).into_iter().collect();
    let response = limited.field("limitResponse");
    let (kind, queuing) = (response.field("type"), response.field("queuing"));
    match kind.text() {
        "Reject" if queuing.is_set() => {
            errors.push(queuing.forbidden("must be nil if limited.limitResponse.type is not Limited"));
        }
        "Reject" => {}
        "Queue" if queuing.is_set() => errors.extend(of_queues(&queuing)),
        "Queue" => errors.push(queuing.required("must not be empty if limited.limitResponse.type is Limited")),
        text => errors.push(Finding::not_supported(kind.path, text, &["Queue", "Reject"])),
    }
    errors.extend(lendable(limited));
    let borrowing = limited.field("borrowingLimitPercent");
    if borrowing.number() < 0 {
        errors.push(borrowing.invalid("if specified, must be a non-negative integer"));
    }
    errors
}

/// Models: ValidatePriorityLevelQueuingConfiguration.
fn of_queues(queuing: &At) -> Vec<Finding> {
    let [length, queues, hand] = ["queueLengthLimit", "queues", "handSize"].map(|it| queuing.field(it));
    let mut errors = Vec::new();
    let positive = "must be positive";
    if length.number() <= 0 {
        errors.push(length.invalid(positive));
    }
    if queues.number() <= 0 {
        errors.push(queues.invalid(positive));
    } else if queues.number() > MAX_QUEUES {
        errors.push(queues.invalid(format!("must not be greater than {MAX_QUEUES}")));
    }
    let (deck, cards) = (queues.number(), hand.number());
    if cards <= 0 {
        errors.push(hand.invalid(positive));
    } else if cards > deck {
        errors.push(hand.invalid(format!("should not be greater than queues ({deck})")));
    } else if is_beyond_hash(deck, cards) {
        errors.push(hand.invalid(format!(
            "required entropy bits of deckSize {deck} and handSize {cards} should not be greater than {MAX_HASH_BITS}"
        )));
    }
    errors
}

/// Whether a hash has too few bits to choose so many cards of a deck: `deck` to the power of `cards` is what they tell apart.
///
/// Models: apiserver/pkg/util/shufflesharding RequiredEntropyBits (v1.36).
fn is_beyond_hash(deck: i64, cards: i64) -> bool {
    let (Ok(deck), Ok(cards)) = (u128::try_from(deck), u32::try_from(cards)) else {
        return true;
    };
    deck.checked_pow(cards).is_none_or(|it| it > 1 << MAX_HASH_BITS)
}

/// Models: ValidateFlowSchemaStatus, ValidatePriorityLevelConfigurationStatus.
pub fn conditions(status: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mut seen = Vec::new();
    for kind in status.field("conditions").items().map(|it| it.field("type")) {
        if seen.contains(&kind.text()) {
            errors.push(kind.duplicate());
        }
        seen.push(kind.text());
        if kind.text().is_empty() {
            errors.push(kind.required(""));
        }
    }
    errors
}
