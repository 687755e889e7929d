use crate::at::At;
use crate::validate::{pod, selector};
use crate::{Detail, Finding, Kind, Rule, Value, format, go};
use serde_json::json;

const NOT_NEGATIVE: (Rule, &str) = (Rule::NotNegative, "must be greater than or equal to 0");

/// Models: pkg/apis/apps/validation ValidateDeployment, ValidateReplicaSet, ValidateStatefulSet (v1.36), without their
/// metadata.
pub fn create(kind: Kind, object: &At) -> Vec<Finding> {
    validate(kind, object, Strictness::New)
}

/// How much of a StatefulSet is validated.
#[derive(Clone, Copy, PartialEq)]
enum Strictness {
    /// All.
    New,
    /// All but the fields that cannot change.
    Changed,
    /// Not the template either, because the old one is wrong.
    Tolerant,
}

/// Models: ValidateDeploymentSpec, ValidateReplicaSetSpec, ValidateStatefulSetSpec.
fn validate(kind: Kind, object: &At, strictness: Strictness) -> Vec<Finding> {
    let spec = &object.field("spec");
    let mut errors = Vec::new();
    if kind == Kind::StatefulSet {
        errors.extend(stateful_set(spec, strictness));
    }
    errors.extend(not_negative(&spec.field("replicas")));
    if kind != Kind::Deployment {
        errors.extend(not_negative(&spec.field("minReadySeconds")));
    }
    if kind == Kind::StatefulSet {
        let (first, service) = (spec.field("ordinals").field("start"), spec.field("serviceName"));
        // Kubernetes takes the two steps of this path for one.
        let shown = spec.path.field("ordinals.start");
        let finding = || Finding::invalid(shown, first.number(), NOT_NEGATIVE).placed(&first.path);
        errors.extend((first.number() < 0).then(finding));
        if !service.text().is_empty() && strictness == Strictness::New {
            errors.extend(service.invalid_each(format::dns1123_label(service.text())));
        }
    }
    errors.extend(selector_and_template(kind, spec, strictness));
    if kind == Kind::Deployment {
        errors.extend(strategy(&spec.field("strategy")));
        let ready = spec.field("minReadySeconds");
        errors.extend(not_negative(&ready));
        errors.extend(not_negative(&spec.field("revisionHistoryLimit")));
        errors.extend(rollback(object));
        let deadline = spec.field("progressDeadlineSeconds");
        errors.extend(not_negative(&deadline));
        if deadline.is_set() && deadline.number() <= ready.number() {
            errors.push(deadline.invalid((Rule::DeadlineTooShort, "must be greater than minReadySeconds")));
        }
    }
    errors
}

/// Models: ValidateDeploymentUpdate, ValidateReplicaSetUpdate, ValidateStatefulSetUpdate.
pub fn update(kind: Kind, object: &At, before: &At) -> Vec<Finding> {
    let was_wrong = || !validate(kind, before, Strictness::Changed).is_empty();
    let strictness = if kind == Kind::StatefulSet && was_wrong() {
        Strictness::Tolerant
    } else {
        Strictness::Changed
    };
    let mut errors = validate(kind, object, strictness);
    let (spec, old) = (&object.field("spec"), &before.field("spec"));
    if kind == Kind::StatefulSet {
        errors.extend(stateful_set_change(spec, old));
    } else {
        let (new, old) = (spec.field("selector"), old.field("selector"));
        if new.value != old.value {
            errors.push(invalid_selector(&new, (Rule::Immutable, "field is immutable")));
        }
    }
    errors
}

/// Models: ValidateDeploymentStatus, ValidateReplicaSetStatus, ValidateStatefulSetStatus.
pub fn status(kind: Kind, status: &At) -> Vec<Finding> {
    let (counts, above): (&[&'static str], &[&'static str]) = match kind {
        Kind::Deployment => (
            &[
                "observedGeneration",
                "replicas",
                "updatedReplicas",
                "readyReplicas",
                "availableReplicas",
                "unavailableReplicas",
                "terminatingReplicas",
                "collisionCount",
            ],
            &["updatedReplicas", "readyReplicas", "availableReplicas"],
        ),
        Kind::ReplicaSet | Kind::ReplicationController => (
            &[
                "replicas",
                "fullyLabeledReplicas",
                "readyReplicas",
                "availableReplicas",
                "observedGeneration",
                "terminatingReplicas",
            ],
            &["fullyLabeledReplicas", "readyReplicas", "availableReplicas"],
        ),
        _ => (
            &[
                "replicas",
                "readyReplicas",
                "currentReplicas",
                "updatedReplicas",
                "availableReplicas",
                "observedGeneration",
                "collisionCount",
            ],
            &[
                "readyReplicas",
                "currentReplicas",
                "updatedReplicas",
                "availableReplicas",
            ],
        ),
    };
    let mut errors: Vec<Finding> = counts.iter().filter_map(|it| not_negative(&status.field(it))).collect();
    let all = status.field("replicas").number();
    let more = above.iter().map(|it| status.field(it)).filter(|it| it.number() > all);
    errors.extend(more.map(|it| it.invalid("cannot be greater than status.replicas")));
    let (available, ready) = (status.field("availableReplicas"), status.field("readyReplicas"));
    if available.number() > ready.number() {
        let of = if kind == Kind::StatefulSet {
            "status.readyReplicas"
        } else {
            "readyReplicas"
        };
        errors.push(available.invalid(format!("cannot be greater than {of}")));
    }
    errors
}

fn stateful_set_change(spec: &At, old: &At) -> Option<Finding> {
    let free = [
        "replicas",
        "template",
        "updateStrategy",
        "minReadySeconds",
        "ordinals",
        "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy",
    ];
    let fixed = |spec: &At| {
        let fields = spec.value.as_object().cloned().unwrap_or_default();
        fields
            .into_iter()
            .filter(|(name, _)| !free.contains(&name.as_str()))
            .collect::<Vec<_>>()
    };
    let words = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', \
                 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
    (fixed(spec) != fixed(old)).then(|| spec.forbidden((Rule::StatefulSetFixed, words)))
}

/// Which revision an annotation of apps/v1beta1 asks for.
///
/// Models: pkg/apis/apps/v1 Convert_v1_Deployment_To_apps_Deployment, ValidateRollback.
fn rollback(object: &At) -> Option<Finding> {
    let annotation = object
        .field("metadata")
        .field("annotations")
        .key("deprecated.deployment.rollback.to");
    let revision: i64 = annotation.text().parse().ok()?;
    let path = object.field("spec").path.field("rollback").field("version");
    (revision < 0).then(|| Finding::invalid(path, revision, NOT_NEGATIVE).placed(annotation.path))
}

pub fn not_negative(field: &At) -> Option<Finding> {
    (field.number() < 0).then(|| field.invalid(NOT_NEGATIVE))
}

fn selector_and_template(kind: Kind, spec: &At, strictness: Strictness) -> Vec<Finding> {
    let mut errors = Vec::new();
    let selector = spec.field("selector");
    if selector.is_set() {
        errors.extend(selector::validate(&selector));
        if selector.field("matchLabels").is_empty() && selector.field("matchExpressions").is_empty() {
            let of = if kind == Kind::StatefulSet {
                "statefulset"
            } else {
                "deployment"
            };
            errors.push(invalid_selector(
                &selector,
                (Rule::SelectorEmpty, format!("empty selector is invalid for {of}")),
            ));
        }
    } else {
        errors.push(selector.required((Rule::SelectorMissing, "")));
    }
    if !is_usable(&selector) {
        let words = if kind == Kind::StatefulSet {
            ""
        } else {
            "invalid label selector"
        };
        errors.push(invalid_selector(&selector, (Rule::SelectorBroken, words)));
        if kind == Kind::StatefulSet {
            errors.extend(kept_running(kind, &spec.field("template").field("spec")));
        }
        return errors;
    }
    let template = spec.field("template");
    let labels = template.field("metadata").field("labels");
    if !matches(&selector, &labels) {
        errors.push(labels.invalid((Rule::SelectorDiffers, "`selector` does not match template `labels`")));
    }
    if kind != Kind::StatefulSet {
        errors.extend(pod::template(&template));
    } else if strictness != Strictness::Tolerant {
        let value = named_template(spec);
        let path = template.path.clone();
        errors.extend(pod::template(&At { value: &value, path }));
    }
    errors.extend(kept_running(kind, &template.field("spec")));
    errors
}

/// Kubernetes checks a Deployment's template as that of its ReplicaSets.
fn kept_running(kind: Kind, pod: &At) -> Vec<Finding> {
    let of = if kind == Kind::StatefulSet {
        "StatefulSet"
    } else {
        "ReplicaSet"
    };
    pod::kept_running(pod, of)
}

/// The template of a StatefulSet as its controller completes it: without the name of the pod, and with a volume for each
/// claim.
fn named_template(spec: &At) -> Value {
    let mut template = spec.field("template").value.clone();
    let Some(Value::Object(pod)) = template.get_mut("spec") else {
        return template;
    };
    pod.remove("subdomain");
    pod.remove("hostname");
    let claims = spec.field("volumeClaimTemplates");
    if claims.is_empty() {
        return template;
    }
    let names: Vec<&str> = claims
        .items()
        .map(|it| it.field("metadata").field("name").text())
        .collect();
    let made = names
        .iter()
        .map(|it| json!({"name": it, "persistentVolumeClaim": {"claimName": it}}));
    let given = pod.get("volumes").and_then(Value::as_array).into_iter().flatten();
    let others = given.filter(|it| !names.iter().any(|name| it["name"] == **name));
    let volumes: Vec<Value> = made.chain(others.cloned()).collect();
    pod.insert("volumes".to_owned(), volumes.into());
    template
}

/// Models: LabelSelectorAsSelector: whether a selector can be made of it at all.
pub fn is_usable(selector: &At) -> bool {
    let labels = selector.field("matchLabels");
    let wrong_label =
        |(key, value): (&str, &str)| !format::label_key(key).is_empty() || !format::label_value(value).is_empty();
    let rules = selector.field("matchExpressions");
    let wrong_rule = |rule: At| {
        let values = rule.field("values");
        let counts = match rule.field("operator").text() {
            "In" | "NotIn" => !values.is_empty(),
            "Exists" | "DoesNotExist" => values.is_empty(),
            _ => false,
        };
        let forms = !format::label_key(rule.field("key").text()).is_empty()
            || values.texts().iter().any(|it| !format::label_value(it).is_empty());
        !counts || forms
    };
    !labels.entries().any(wrong_label) && !rules.items().any(wrong_rule)
}

/// A null selector matches nothing, an empty one everything.
pub fn matches(selector: &At, labels: &At) -> bool {
    if !selector.is_set() {
        return false;
    }
    let value = |key: &str| labels.value.get(key).and_then(Value::as_str);
    let mut pairs = selector.field("matchLabels");
    pairs.path = selector.path.clone();
    let by_labels = pairs.entries().all(|(key, wanted)| value(key) == Some(wanted));
    let rules = selector.field("matchExpressions");
    let by_rules = rules.items().all(|rule| {
        let (found, values) = (value(rule.field("key").text()), rule.field("values").texts());
        match rule.field("operator").text() {
            "In" => found.is_some_and(|it| values.contains(&it)),
            "NotIn" => found.is_none_or(|it| !values.contains(&it)),
            "Exists" => found.is_some(),
            _ => found.is_none(),
        }
    });
    by_labels && by_rules
}

/// Models: ValidateDeploymentStrategy, ValidateRollingUpdateDeployment.
fn strategy(strategy: &At) -> Vec<Finding> {
    let rolling = strategy.field("rollingUpdate");
    match strategy.field("type").text() {
        "Recreate" if rolling.is_set() => {
            let words = "may not be specified when strategy `type` is 'Recreate'";
            vec![rolling.forbidden((Rule::RecreateRolling, words))]
        }
        "Recreate" => Vec::new(),
        "RollingUpdate" => {
            let (unavailable, surge) = (rolling.field("maxUnavailable"), rolling.field("maxSurge"));
            let mut errors = number_or_percent(&unavailable);
            errors.extend(number_or_percent(&surge));
            if number_of(&unavailable) == 0 && number_of(&surge) == 0 {
                errors.push(unavailable.invalid((Rule::RolloutStuck, "may not be 0 when `maxSurge` is 0")));
            }
            errors.extend(at_most_all(&unavailable));
            errors
        }
        kind => {
            let printed = strategy_printed(kind, &rolling);
            let supported = ["Recreate", "RollingUpdate"];
            let finding = Finding::not_supported_struct(strategy.path.clone(), printed, &supported);
            vec![finding.ruled(Rule::StrategyType).placed(strategy.field("type").path)]
        }
    }
}

/// The internal struct, whose fields have no JSON names. The fields of a rolling update stay as they are, if it is given.
pub fn strategy_printed(kind: &str, rolling: &At) -> String {
    let fields = rolling.value.as_object().into_iter().flatten().rev();
    let fields: Vec<String> = fields
        .map(|(name, value)| format!("{}:{value}", go::quote(&capital(name))))
        .collect();
    let rolling = if rolling.is_set() {
        format!("{{{}}}", fields.join(","))
    } else {
        "null".to_owned()
    };
    format!("{{\"Type\":{},\"RollingUpdate\":{rolling}}}", Value::from(kind))
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_ascii_uppercase())
        .into_iter()
        .chain(letters)
        .collect()
}

/// An invalid selector, printed in the order of Go's fields.
pub fn invalid_selector(selector: &At, detail: impl Into<Detail>) -> Finding {
    let fields = ["matchLabels", "matchExpressions"].map(|name| (name, selector.field(name)));
    let given = fields.iter().filter(|(_, field)| !field.is_empty());
    let printed: Vec<String> = given
        .map(|(name, field)| format!("\"{name}\":{}", go::json(field.value)))
        .collect();
    let printed = if selector.is_set() {
        format!("{{{}}}", printed.join(","))
    } else {
        "null".to_owned()
    };
    Finding::invalid_struct(selector.path.clone(), printed, detail)
}

/// Models: ValidatePositiveIntOrPercent.
pub fn number_or_percent(field: &At) -> Vec<Finding> {
    match field.value {
        Value::String(text) => field.invalid_each(format::percent(text)),
        _ => not_negative(field).into_iter().collect(),
    }
}

fn percent_of(field: &At) -> Option<i64> {
    let digits = field.value.as_str()?.strip_suffix('%')?;
    digits.parse().ok()
}

pub fn number_of(field: &At) -> i64 {
    percent_of(field).unwrap_or_else(|| field.number())
}

pub fn at_most_all(field: &At) -> Option<Finding> {
    let above = percent_of(field).is_some_and(|it| it > 100);
    above.then(|| field.invalid("must not be greater than 100%"))
}

fn stateful_set(spec: &At, strictness: Strictness) -> Vec<Finding> {
    let mut errors = Vec::new();
    let policy = spec.field("podManagementPolicy");
    match policy.text() {
        "" => errors.push(policy.required("")),
        "OrderedReady" | "Parallel" => {}
        _ => errors.push(policy.invalid("must be 'OrderedReady' or 'Parallel'")),
    }
    let strategy = spec.field("updateStrategy");
    let rolling = strategy.field("rollingUpdate");
    match strategy.field("type").text() {
        "" => errors.push(strategy.required("")),
        "OnDelete" => {
            if rolling.is_set() {
                let printed = format!(
                    "{{\"Partition\":{},\"MaxUnavailable\":null}}",
                    rolling.field("partition").number()
                );
                errors.push(Finding::invalid_struct(
                    rolling.path.clone(),
                    printed,
                    "only allowed for updateStrategy 'RollingUpdate'",
                ));
            }
        }
        "RollingUpdate" => {
            errors.extend(not_negative(&rolling.field("partition")));
        }
        kind => {
            let printed = strategy_printed(kind, &rolling);
            let words = "must be 'RollingUpdate' or 'OnDelete'";
            errors.push(Finding::invalid_struct(strategy.path.clone(), printed, words));
        }
    }
    for field in ["whenDeleted", "whenScaled"] {
        let retention = spec.field("persistentVolumeClaimRetentionPolicy").field(field);
        errors.extend(retention.one_of_if_set(&["Retain", "Delete"]));
    }
    if strictness == Strictness::New {
        let claims = spec.field("volumeClaimTemplates");
        errors.extend(claims.items().flat_map(|it| pod::claim::spec(&it.field("spec"))));
    }
    errors
}

#[cfg(test)]
mod tests {
    use crate::{Kind, Value, decode, default, findings_text, validate_create, validate_update};
    use expect_test::{Expect, expect};
    use serde_json::json;

    fn deployment(spec: &Value) -> Value {
        let object = json!({"metadata": {"name": "a", "namespace": "default"}, "spec": spec});
        let mut deployment = decode(Kind::Deployment, &object).unwrap();
        default(Kind::Deployment, &mut deployment);
        deployment
    }

    fn check(spec: &Value, expected: &Expect) {
        expected.assert_eq(&findings_text(&validate_create(Kind::Deployment, &deployment(spec))));
    }

    #[test]
    fn a_selector_has_to_match_the_template() {
        let template =
            json!({"metadata": {"labels": {"app": "b"}}, "spec": {"containers": [{"name": "x", "image": "nginx"}]}});
        check(
            &json!({"selector": {"matchLabels": {"app": "b"}}, "template": template}),
            &expect![""],
        );
        check(
            &json!({"selector": {"matchLabels": {"app": "a"}}, "template": template}),
            &expect![[
                r#"spec.template.metadata.labels: Invalid value: {"app":"b"}: `selector` does not match template `labels`"#
            ]],
        );
        check(
            &json!({"template": template}),
            &expect![[r#"

            * spec.selector: Required value
            * spec.template.metadata.labels: Invalid value: {"app":"b"}: `selector` does not match template `labels`"#]],
        );
        check(
            &json!({"selector": {"matchLabels": {"app": "a"}}}),
            &expect![[r"

            * spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`
            * spec.template.spec.containers: Required value"]],
        );
        let old = deployment(&json!({"selector": {"matchLabels": {"app": "b"}}, "template": template}));
        let new = deployment(
            &json!({"selector": {"matchExpressions": [{"key": "app", "operator": "Exists"}]}, "template": template}),
        );
        expect![[r#"spec.selector: Invalid value: {"matchExpressions":[{"key":"app","operator":"Exists"}]}: field is immutable"#]].assert_eq(&findings_text(&validate_update(Kind::Deployment, &new, &old)));
    }

    #[test]
    fn structs_are_printed_in_the_order_of_their_fields() {
        let template =
            json!({"metadata": {"labels": {"app": "b"}}, "spec": {"containers": [{"name": "x", "image": "nginx"}]}});
        let selector = json!({"matchLabels": {"app": "b"}, "matchExpressions": [{"key": "app", "operator": "Exists"}]});
        check(
            &json!({"selector": {"matchLabels": {"app": "b"}}, "template": template, "strategy": {"type": "Rolling"}}),
            &expect![[
                r#"spec.strategy: Unsupported value: {"Type":"Rolling","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate""#
            ]],
        );
        let old = deployment(&json!({"selector": {"matchLabels": {"app": "b"}}, "template": template}));
        let new = deployment(&json!({"selector": selector, "template": template}));
        expect![[r#"spec.selector: Invalid value: {"matchLabels":{"app":"b"},"matchExpressions":[{"key":"app","operator":"Exists"}]}: field is immutable"#]].assert_eq(&findings_text(&validate_update(Kind::Deployment, &new, &old)));
    }

    #[test]
    fn numbers_are_checked() {
        let template =
            json!({"metadata": {"labels": {"app": "b"}}, "spec": {"containers": [{"name": "x", "image": "nginx"}]}});
        check(
            &json!({"replicas": -1, "selector": {"matchLabels": {"app": "b"}}, "template": template, "strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "0%"}}}),
            &expect![[r#"

            * spec.replicas: Invalid value: -1: must be greater than or equal to 0
            * spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0"#]],
        );
    }
}
