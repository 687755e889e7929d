use super::workload::{invalid_selector, is_usable, matches, not_negative};
use crate::at::At;
use crate::validate::pod::print;
use crate::validate::{ingress_class, pod, selector};
use crate::{Finding, Map, Rule, Value, format, go};
use serde_json::json;

/// Until here a job of many indexes may have no other limits.
const MANY_COMPLETIONS: i64 = 100_000;
const IMMUTABLE: (Rule, &str) = (Rule::Immutable, "field is immutable");
/// Bytes of the name of a job's controller.
const MAX_MANAGED_BY: usize = 63;
/// The labels by which a job's pods belong to it: key, and whether it is of the uid.
const LABELS: [(&str, bool); 4] = [
    ("controller-uid", true),
    ("job-name", false),
    ("batch.kubernetes.io/controller-uid", true),
    ("batch.kubernetes.io/job-name", false),
];

/// Models: pkg/apis/batch/validation ValidateJob (v1.36), without its metadata.
pub fn create(job: &At) -> Vec<Finding> {
    validate(job, true)
}

fn validate(job: &At, needs_prefixed_labels: bool) -> Vec<Finding> {
    let spec = &job.field("spec");
    let name = job.field("metadata").field("name");
    let mut errors = generated_selector(job, needs_prefixed_labels);
    errors.extend(without_selector(spec));
    let (chosen, template) = (spec.field("selector"), spec.field("template"));
    if chosen.is_set() {
        errors.extend(selector::validate(&chosen));
    } else {
        errors.push(chosen.required(""));
    }
    let labels = template.field("metadata").field("labels");
    if is_usable(&chosen) && !matches(&chosen, &labels) {
        errors.push(labels.invalid((Rule::SelectorDiffers, "`selector` does not match template `labels`")));
    }
    let completions = spec.field("completions").number();
    if spec.field("completionMode").text() == "Indexed" && completions > 0 {
        let hostname = format!("{}-{}", name.text(), completions - 1);
        if !format::dns1123_label(&hostname).is_empty() {
            errors.push(name.invalid(format!(
                "will not able to create pod with invalid DNS label: {hostname}"
            )));
        }
    }
    errors
}

/// Models: validateGeneratedSelector, ValidateHasLabel.
fn generated_selector(job: &At, needs_prefixed_labels: bool) -> Vec<Finding> {
    let (spec, metadata) = (job.field("spec"), job.field("metadata"));
    let chosen = spec.field("selector");
    if spec.field("manualSelector").flag() || !chosen.is_set() {
        return Vec::new();
    }
    let labels = spec.field("template").field("metadata").field("labels");
    let needed = if needs_prefixed_labels { 4 } else { 2 };
    let mut errors = Vec::new();
    let mut expected = json!({});
    for (key, is_uid) in LABELS.into_iter().take(needed) {
        let wanted = metadata.field(if is_uid { "uid" } else { "name" }).text();
        expected[key] = wanted.into();
        let label = labels.key(key);
        let words = format!("must be '{wanted}'");
        if !label.is_set() {
            errors.push(label.required(words));
        } else if label.text() != wanted {
            errors.push(Finding::invalid(label.path, labels.value.clone(), words));
        }
    }
    let expected = At {
        value: &expected,
        path: labels.path.clone(),
    };
    if is_usable(&chosen) && !matches(&chosen, &expected) {
        errors.push(invalid_selector(&chosen, "`selector` not auto-generated"));
    }
    errors
}

/// What a job and the job template of a cron job have in common.
///
/// Models: validateJobSpec.
pub fn without_selector(spec: &At) -> Vec<Finding> {
    let field = |name| spec.field(name);
    let mut errors = Vec::new();
    for name in [
        "parallelism",
        "completions",
        "activeDeadlineSeconds",
        "backoffLimit",
        "ttlSecondsAfterFinished",
        "backoffLimitPerIndex",
        "maxFailedIndexes",
    ] {
        errors.extend(not_negative(&field(name)));
    }
    let (by_index, most_failed) = (field("backoffLimitPerIndex"), field("maxFailedIndexes"));
    if most_failed.is_set() && !by_index.is_set() {
        errors.push(by_index.required("when maxFailedIndexes is specified"));
    }
    let manager = field("managedBy");
    if manager.is_set() {
        errors.extend(ingress_class::domain_prefixed_path(&manager));
        if manager.text().len() > MAX_MANAGED_BY {
            errors.push(Finding::too_long(manager.path, MAX_MANAGED_BY));
        }
    }
    let mode = field("completionMode");
    let is_indexed = mode.text() == "Indexed";
    errors.extend(mode.one_of_if_set(&["NonIndexed", "Indexed"]));
    if is_indexed {
        errors.extend(indexed(spec));
    } else if !mode.is_set() || mode.text() == "NonIndexed" {
        let given = [by_index, most_failed].into_iter().filter(At::is_set);
        errors.extend(given.map(|it| it.invalid("requires indexed completion mode")));
    }
    let (failure, success) = (field("podFailurePolicy"), field("successPolicy"));
    if failure.is_set() {
        errors.extend(failure_policy(spec, &failure));
    }
    if success.is_set() {
        if is_indexed {
            errors.extend(success_policy(&success, field("completions").number()));
        } else {
            let printed = print::compact("SuccessPolicy", success.value);
            let words = "requires indexed completion mode";
            errors.push(Finding::invalid_struct(success.path, printed, words));
        }
    }
    let replaces: &[&str] = if failure.is_set() {
        &["Failed"]
    } else {
        &["Failed", "TerminatingOrFailed"]
    };
    errors.extend(
        field("podReplacementPolicy")
            .one_of_if_set(replaces)
            .map(|mut finding| {
                // Kubernetes leaves the field's name out of the path of this one.
                finding.shown = spec.path.field("podReplacementPolicy").into();
                finding
            }),
    );
    let template = field("template");
    errors.extend(pod::template(&template));
    errors.extend(restart_policy(&template, failure.is_set()));
    errors
}

fn restart_policy(template: &At, has_failure_policy: bool) -> Option<Finding> {
    let policy = template.field("spec").field("restartPolicy");
    match policy.text() {
        "" | "Always" => Some(policy.required("valid values: \"OnFailure\", \"Never\"")),
        "OnFailure" if has_failure_policy => {
            Some(policy.invalid("only \"Never\" is supported when podFailurePolicy is specified"))
        }
        "OnFailure" | "Never" => None,
        _ => Some(policy.not_supported(&["OnFailure", "Never"])),
    }
}

fn indexed(spec: &At) -> Vec<Finding> {
    let (completions, parallelism, most_failed) = (
        spec.field("completions"),
        spec.field("parallelism"),
        spec.field("maxFailedIndexes"),
    );
    let mut errors = Vec::new();
    if !completions.is_set() {
        errors.push(completions.required("when completion mode is Indexed"));
    }
    if parallelism.number() > MANY_COMPLETIONS {
        errors.push(parallelism.invalid("must be less than or equal to 100000 when completion mode is Indexed"));
    }
    if completions.is_set() && most_failed.number() > completions.number() {
        errors.push(most_failed.invalid("must be less than or equal to completions"));
    }
    if most_failed.number() > MANY_COMPLETIONS {
        errors.push(most_failed.invalid("must be less than or equal to 100000"));
    }
    if completions.number() > MANY_COMPLETIONS && spec.field("backoffLimitPerIndex").is_set() {
        if !most_failed.is_set() {
            errors.push(most_failed.required("must be specified when completions is above 100000"));
        }
        let words = "must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index";
        let above = [parallelism, most_failed].into_iter().filter(|it| it.number() > 10_000);
        errors.extend(above.map(|it| it.invalid(words)));
    }
    errors
}

/// Models: validatePodFailurePolicy.
fn failure_policy(spec: &At, policy: &At) -> Vec<Finding> {
    let rules = policy.field("rules");
    let mut errors = Vec::new();
    if rules.len() > 20 {
        errors.push(Finding::too_many(rules.path.clone(), rules.len(), 20));
    }
    let pod = spec.field("template").field("spec");
    let lists = [pod.field("containers"), pod.field("initContainers")];
    let containers = lists.iter().flat_map(At::items).map(|it| it.field("name").text());
    let containers: Vec<&str> = containers.collect();
    for rule in rules.items() {
        errors.extend(failure_rule(spec, &rule, &containers));
    }
    errors
}

/// Models: validatePodFailurePolicyRule.
fn failure_rule(spec: &At, rule: &At, containers: &[&str]) -> Vec<Finding> {
    let actions = ["Count", "FailIndex", "FailJob", "Ignore"];
    let mut errors = Vec::new();
    errors.extend(one_of(&rule.field("action"), &actions));
    if rule.field("action").text() == "FailIndex" && !spec.field("backoffLimitPerIndex").is_set() {
        errors.push(
            rule.field("action")
                .invalid("requires the backoffLimitPerIndex to be set"),
        );
    }
    let (codes, conditions) = (rule.field("onExitCodes"), rule.field("onPodConditions"));
    if codes.is_set() {
        errors.extend(exit_codes(&codes, containers));
    }
    if conditions.len() > 20 {
        errors.push(Finding::too_many(conditions.path.clone(), conditions.len(), 20));
    }
    for pattern in conditions.items() {
        let kind = pattern.field("type");
        errors.extend(kind.invalid_each(format::label_key(kind.text())));
        errors.extend(one_of(&pattern.field("status"), &["False", "True", "Unknown"]));
    }
    let words = match (codes.is_set(), !conditions.is_empty()) {
        (true, true) => "specifying both OnExitCodes and OnPodConditions is not supported",
        (false, false) => "specifying one of OnExitCodes and OnPodConditions is required",
        _ => return errors,
    };
    errors.push(Finding::new(
        crate::FindingKind::Invalid,
        rule.path.clone(),
        None,
        words,
    ));
    errors
}

/// Models: validatePodFailurePolicyRuleOnExitCodes.
fn exit_codes(codes: &At, containers: &[&str]) -> Vec<Finding> {
    let (operator, name, values) = (
        codes.field("operator"),
        codes.field("containerName"),
        codes.field("values"),
    );
    let mut errors: Vec<Finding> = one_of(&operator, &["In", "NotIn"]).into_iter().collect();
    if name.is_set() && !containers.contains(&name.text()) {
        errors.push(name.invalid("must be one of the container or initContainer names in the pod template"));
    }
    if values.is_empty() {
        errors.push(values.invalid("at least one value is required"));
    } else if values.len() > 255 {
        errors.push(Finding::too_many(values.path.clone(), values.len(), 255));
    }
    let numbers: Vec<i64> = values.items().map(|it| it.number()).collect();
    for (place, value) in values.items().enumerate() {
        if operator.text() == "In" && value.number() == 0 {
            errors.push(value.invalid("must not be 0 for the In operator"));
        }
        if numbers.iter().take(place).any(|before| *before == value.number()) {
            errors.push(value.duplicate());
        }
    }
    if !numbers.is_sorted() {
        errors.push(values.invalid("must be ordered"));
    }
    errors
}

/// Required, with the values there are, or one of them.
fn one_of(field: &At, values: &[&str]) -> Option<Finding> {
    if !field.text().is_empty() {
        return field.one_of_if_set(values);
    }
    let quoted: Vec<String> = values.iter().map(|it| go::quote(it)).collect();
    Some(field.required(format!("valid values: [{}]", quoted.join(" "))))
}

/// Models: validateSuccessPolicy, validateSuccessPolicyRule.
fn success_policy(policy: &At, completions: i64) -> Vec<Finding> {
    let rules = policy.field("rules");
    let mut errors = Vec::new();
    if rules.is_empty() {
        errors.push(rules.required("at least one rules must be specified when the successPolicy is specified"));
    }
    if rules.len() > 20 {
        errors.push(Finding::too_many(rules.path.clone(), rules.len(), 20));
    }
    for rule in rules.items() {
        let (count, indexes) = (rule.field("succeededCount"), rule.field("succeededIndexes"));
        if !count.is_set() && !indexes.is_set() {
            errors.push(rule.required("at least one of succeededCount or succeededIndexes must be specified"));
        }
        let total = indexes_in(indexes.text(), completions);
        if let Err(why) = &total {
            errors.push(indexes.invalid(format!("error parsing succeededIndexes: {why}")));
        }
        errors.extend(not_negative(&count));
        if count.number() > completions {
            let words = format!("must be less than or equal to {completions} (the number of specified completions)");
            errors.push(count.invalid(words));
        }
        let total = total.unwrap_or(0);
        if indexes.is_set() && count.number() > total {
            let of = "the number of indexes in the specified succeededIndexes field";
            errors.push(count.invalid(format!("must be less than or equal to {total} ({of})")));
        }
    }
    errors
}

/// How many indexes there are in a text such as `1,3-5`.
///
/// Models: validateIndexesFormat, parseIndexInterval.
fn indexes_in(text: &str, completions: i64) -> Result<i64, String> {
    let (mut total, mut last) = (0, None);
    for interval in text.split(',').filter(|_| !text.is_empty()) {
        let ends: Vec<&str> = interval.split('-').collect();
        let number = |end: &str| {
            let convert = |_| format!("cannot convert string to integer for index: {}", go::quote(end));
            let index = end.parse::<i64>().map_err(convert)?;
            if index < completions {
                Ok(index)
            } else {
                Err(format!("too large index: {}", go::quote(end)))
            }
        };
        let (first, end) = match ends.as_slice() {
            [first] => (number(first)?, number(first)?),
            [first, end] => (number(first)?, number(end)?),
            _ => {
                let quoted = go::quote(interval);
                return Err(format!(
                    "the fragment {quoted} violates the requirement that an index interval can have at most two parts separated by '-'"
                ));
            }
        };
        if first > end {
            return Err(format!("non-increasing order, previous: {first}, current: {end}"));
        }
        if let Some(last) = last.filter(|last| *last >= first) {
            return Err(format!("non-increasing order, previous: {last}, current: {first}"));
        }
        total += end - first + 1;
        last = Some(end);
    }
    Ok(total)
}

/// Models: pkg/registry/batch/job/strategy.go ValidateUpdate, ValidateJobSpecUpdate (v1.36).
pub fn update(job: &At, before: &At) -> Vec<Finding> {
    let (spec, old) = (job.field("spec"), before.field("spec"));
    let known = old.field("template").field("metadata").field("labels");
    let prefixed = LABELS.iter().skip(2).all(|(key, _)| known.key(key).is_set());
    let mut errors = validate(job, prefixed);
    let fixed = |name: &'static str| spec.field(name).value != old.field(name).value;
    let completions = spec.field("completions");
    if fixed("completions") {
        if spec.field("completionMode").text() != "Indexed" {
            errors.push(completions.invalid(IMMUTABLE));
        } else if completions.is_set() && completions.number() != spec.field("parallelism").number() {
            errors.push(completions.invalid("can only be modified in tandem with spec.parallelism"));
        }
    }
    if fixed("selector") {
        errors.push(invalid_selector(&spec.field("selector"), IMMUTABLE));
    }
    errors.extend(template(&spec, before));
    for (name, printed) in [
        ("completionMode", ""),
        ("podFailurePolicy", "PodFailurePolicy"),
        ("backoffLimitPerIndex", ""),
        ("managedBy", ""),
        ("successPolicy", "SuccessPolicy"),
    ] {
        let field = spec.field(name);
        if !fixed(name) {
            continue;
        }
        errors.push(if printed.is_empty() || !field.is_set() {
            field.invalid(IMMUTABLE)
        } else {
            let printed = print::compact(printed, field.value);
            Finding::invalid_struct(field.path, printed, IMMUTABLE)
        });
    }
    errors
}

/// A suspended job without running pods may get other resources and be placed elsewhere.
///
/// Models: validatePodTemplateUpdate, pkg/registry/batch/job/strategy.go shouldAllowMutablePodTemplate (v1.36).
fn template(spec: &At, before: &At) -> Option<Finding> {
    let (template, old) = (spec.field("template"), before.field("spec").field("template"));
    if !is_waiting(before) {
        return (template.value != old.value).then(|| {
            let printed = print::compact_template(template.value);
            Finding::invalid_struct(template.path, printed, IMMUTABLE)
        });
    }
    let pod = template.field("spec");
    (pod.value != &with_changes_allowed(old.field("spec").value, &pod)).then(|| {
        let printed = print::compact_spec(pod.value);
        Finding::invalid_struct(pod.path, printed, IMMUTABLE)
    })
}

fn is_waiting(job: &At) -> bool {
    let status = job.field("status");
    let conditions = status.field("conditions");
    let is_suspended = |it: At| it.field("type").text() == "Suspended" && it.field("status").text() == "True";
    job.field("spec").field("suspend").flag()
        && (!status.field("startTime").is_set() || conditions.items().any(is_suspended))
        && status.field("active").number() == 0
}

/// A pod's spec with what may change of a suspended job taken from another.
fn with_changes_allowed(old: &Value, pod: &At) -> Value {
    let mut fixed = old.clone();
    let Some(fields) = fixed.as_object_mut() else {
        return fixed;
    };
    for name in ["nodeSelector", "tolerations", "schedulingGates"] {
        take(fields, name, pod.field(name).value);
    }
    let mut affinity = fields.remove("affinity").unwrap_or_else(|| Value::Object(Map::new()));
    if let Some(parts) = affinity.as_object_mut() {
        take(parts, "nodeAffinity", pod.field("affinity").field("nodeAffinity").value);
        if !parts.is_empty() || pod.field("affinity").is_set() {
            fields.insert("affinity".to_owned(), affinity);
        }
    }
    for list in ["containers", "initContainers"] {
        let known = fields.get_mut(list).and_then(Value::as_array_mut);
        let wanted = pod.value.get(list).and_then(Value::as_array);
        let pairs = known.zip(wanted).filter(|(known, wanted)| known.len() == wanted.len());
        for (known, wanted) in pairs
            .into_iter()
            .flat_map(|(known, wanted)| known.iter_mut().zip(wanted))
        {
            if let Some(known) = known.as_object_mut().filter(|it| it.get("name") == wanted.get("name")) {
                take(known, "resources", wanted.get("resources").unwrap_or(&Value::Null));
            }
        }
    }
    fixed
}

fn take(fields: &mut Map<String, Value>, name: &str, value: &Value) {
    if value.is_null() {
        fields.remove(name);
    } else {
        fields.insert(name.to_owned(), value.clone());
    }
}

/// Models: validateJobStatus: the counts.
pub fn status(status: &At) -> Vec<Finding> {
    let counts = ["active", "succeeded", "failed", "ready", "terminating"];
    counts.iter().filter_map(|it| not_negative(&status.field(it))).collect()
}
