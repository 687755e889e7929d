use crate::at::At;
use crate::validate::selector;
use crate::{Finding, Rule, format};

/// The effects of taints, in the order in which Kubernetes lists them.
pub const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/// Models: pkg/apis/core/validation validateAffinity (v1.36).
pub fn affinity(affinity: &At) -> Vec<Finding> {
    let node = affinity.field("nodeAffinity");
    let mut errors = Vec::new();
    let required = node.field("requiredDuringSchedulingIgnoredDuringExecution");
    if required.is_set() {
        errors.extend(node_selector(&required));
    }
    for term in node.field("preferredDuringSchedulingIgnoredDuringExecution").items() {
        errors.extend(weight(&term));
        errors.extend(node_term(&term.field("preference"), false));
    }
    for pods in ["podAffinity", "podAntiAffinity"].map(|it| affinity.field(it)) {
        let required = pods.field("requiredDuringSchedulingIgnoredDuringExecution");
        errors.extend(required.items().flat_map(|it| pod_term(&it)));
        for term in pods.field("preferredDuringSchedulingIgnoredDuringExecution").items() {
            errors.extend(weight(&term));
            errors.extend(pod_term(&term.field("podAffinityTerm")));
        }
    }
    errors
}

/// Models: ValidateNodeSelector.
pub fn node_selector(selector: &At) -> Vec<Finding> {
    let terms = selector.field("nodeSelectorTerms");
    let mut errors = Vec::new();
    if terms.is_empty() {
        errors.push(terms.required("must have at least one node selector term"));
    }
    errors.extend(terms.items().flat_map(|it| node_term(&it, true)));
    errors
}

fn weight(term: &At) -> Option<Finding> {
    let weight = term.field("weight");
    let fits = (1..=100).contains(&weight.number());
    (!fits).then(|| weight.invalid("must be in the range 1-100"))
}

/// Models: ValidateNodeSelectorTerm.
fn node_term(term: &At, check_values: bool) -> Vec<Finding> {
    let mut errors = Vec::new();
    for rule in term.field("matchExpressions").items() {
        let (key, operator, values) = (rule.field("key"), rule.field("operator"), rule.field("values"));
        match operator.text() {
            "Gt" | "Lt" if values.len() != 1 => {
                errors.push(values.required("must be specified single value when `operator` is 'Lt' or 'Gt'"));
            }
            "Gt" | "Lt" => {}
            _ => errors.extend(selector::operator_error(&operator, &values)),
        }
        errors.extend(key.invalid_each(format::label_key(key.text())));
        let each = values.items().filter(|_| check_values);
        errors.extend(each.flat_map(|it| it.invalid_each(format::label_value(it.text()))));
    }
    errors.extend(term.field("matchFields").items().flat_map(|it| node_field(&it)));
    errors
}

/// Models: ValidateNodeFieldSelectorRequirement.
fn node_field(rule: &At) -> Vec<Finding> {
    let (key, operator, values) = (rule.field("key"), rule.field("operator"), rule.field("values"));
    let mut errors = Vec::new();
    match operator.text() {
        "In" | "NotIn" if values.len() != 1 => errors
            .push(values.required("must be only one value when `operator` is 'In' or 'NotIn' for node field selector")),
        "In" | "NotIn" => {}
        _ => errors.push(operator.invalid((Rule::OperatorUnknown, "not a valid selector operator"))),
    }
    if key.text() == "metadata.name" {
        let each = values.items();
        errors.extend(each.flat_map(|it| it.invalid_each(format::dns1123_subdomain(it.text()))));
    } else {
        errors.push(key.invalid("not a valid field selector key"));
    }
    errors
}

/// Models: validatePodAffinityTerm.
fn pod_term(term: &At) -> Vec<Finding> {
    let labels = term.field("labelSelector");
    let mut errors = selector::validate(&labels);
    errors.extend(selector::validate(&term.field("namespaceSelector")));
    let namespace = term.field("namespace");
    for name in term.field("namespaces").texts() {
        let forms = format::dns1123_label(name).into_iter();
        let namespaces = term.field("namespaces").path;
        errors.extend(forms.map(|it| Finding::invalid(namespace.path.clone(), name, it).placed(&namespaces)));
    }
    errors.extend(label_keys(term));
    let key = term.field("topologyKey");
    if key.text().is_empty() {
        errors.push(key.required("can not be empty"));
    }
    let forms = format::label_key(key.text()).into_iter();
    errors.extend(forms.map(|it| Finding::invalid(key.path.clone(), key.text(), it)));
    errors
}

/// Models: ValidateMatchLabelKeysAndMismatchLabelKeys.
fn label_keys(owner: &At) -> Vec<Finding> {
    let labels = owner.field("labelSelector");
    let (matching, differing) = (owner.field("matchLabelKeys"), owner.field("mismatchLabelKeys"));
    let mut errors = Vec::new();
    for keys in [&matching, &differing].into_iter().filter(|it| !it.is_empty()) {
        if labels.is_set() {
            let each = keys.items();
            errors.extend(each.flat_map(|it| it.invalid_each(format::label_key(it.text()))));
        } else {
            errors.push(keys.forbidden("must not be specified when labelSelector is not set"));
        }
    }
    errors.extend(selected_twice(owner, &labels, &matching));
    let known = differing.texts();
    let both = matching.items().filter(|it| known.contains(&it.text()));
    errors.extend(both.map(|it| it.invalid("exists in both matchLabelKeys and mismatchLabelKeys")));
    errors
}

/// Keys that the selector has too. Kubernetes names the items of the owner, not the keys.
///
/// Models: validateLabelKeysWithSelector, after the server has added what the keys stand for.
fn selected_twice(owner: &At, labels: &At, keys: &At) -> Vec<Finding> {
    let mut seen: Vec<&str> = labels.field("matchLabels").entries().map(|(key, _)| key).collect();
    let mut errors = Vec::new();
    let matching = keys.texts();
    for rule in labels.field("matchExpressions").items() {
        let key = rule.field("key").text();
        let index = matching.iter().rposition(|it| *it == key);
        if let Some(index) = index.filter(|_| seen.contains(&key)) {
            let words = "exists in both matchLabelKeys and labelSelector";
            let finding = Finding::invalid(owner.path.index(index), key, words);
            errors.push(finding.placed(keys.path.index(index)));
        }
        seen.push(key);
    }
    errors
}

/// Models: validateTopologySpreadConstraints.
pub fn spread(constraints: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let all: Vec<At> = constraints.items().collect();
    for (index, constraint) in all.iter().enumerate() {
        let (skew, key, action) = (
            constraint.field("maxSkew"),
            constraint.field("topologyKey"),
            constraint.field("whenUnsatisfiable"),
        );
        if skew.number() <= 0 {
            errors.push(skew.invalid("must be greater than zero"));
        }
        if key.text().is_empty() {
            errors.push(key.required("can not be empty"));
        }
        errors.extend(action.one_of_if_set(&["DoNotSchedule", "ScheduleAnyway"]));
        let same = |other: &At| {
            other.field("topologyKey").text() == key.text() && other.field("whenUnsatisfiable").text() == action.text()
        };
        if all.iter().skip(index + 1).any(same) {
            let pair = constraint.field("{topologyKey, whenUnsatisfiable}");
            let shown = format!("{{{}, {}}}", key.text(), action.text());
            errors.push(Finding::duplicate(pair.path, shown).placed(&key.path));
        }
        errors.extend(min_domains(constraint));
        for policy in ["nodeAffinityPolicy", "nodeTaintsPolicy"] {
            errors.extend(constraint.field(policy).one_of_if_set(&["Honor", "Ignore"]));
        }
        errors.extend(label_keys(constraint));
        errors.extend(selector::validate(&constraint.field("labelSelector")));
    }
    errors
}

/// Models: validateMinDomains.
fn min_domains(constraint: &At) -> Vec<Finding> {
    let (least, action) = (
        constraint.field("minDomains"),
        constraint.field("whenUnsatisfiable").text(),
    );
    let mut errors = Vec::new();
    if least.is_set() && least.number() <= 0 {
        errors.push(least.invalid("must be greater than zero"));
    }
    if least.is_set() && action != "DoNotSchedule" {
        errors.push(least.invalid(format!(
            "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
        )));
    }
    errors
}

/// Models: validateSchedulingGates.
pub fn gates(gates: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for gate in gates.items() {
        let name = gate.field("name").text();
        let forms = format::label_key(name).into_iter();
        errors.extend(forms.map(|it| Finding::invalid(gate.path.clone(), name, it)));
        if seen.contains(&name) {
            errors.push(Finding::duplicate(gate.path.clone(), name));
        }
        seen.push(name);
    }
    errors
}

/// Models: validateReadinessGates.
pub fn readiness_gates(gates: &At) -> Vec<Finding> {
    let kinds = gates.items().map(|it| it.field("conditionType"));
    kinds
        .flat_map(|kind| {
            let forms = format::label_key(kind.text()).into_iter();
            let invalid = |it| Finding::invalid(kind.path.clone(), kind.text(), it);
            forms.map(invalid).collect::<Vec<_>>()
        })
        .collect()
}

/// Models: ValidateTolerations.
pub fn toleration(toleration: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let (key, operator, value) = (
        toleration.field("key"),
        toleration.field("operator"),
        toleration.field("value"),
    );
    let effect = toleration.field("effect");
    if key.text().is_empty() {
        if operator.text() != "Exists" {
            let words = "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
            errors.push(Finding::invalid(operator.path.clone(), operator.text(), words));
        }
    } else {
        errors.extend(key.invalid_each(format::label_key(key.text())));
    }
    if toleration.field("tolerationSeconds").is_set() && effect.text() != "NoExecute" {
        let words = "effect must be 'NoExecute' when `tolerationSeconds` is set";
        errors.push(Finding::invalid(effect.path.clone(), effect.text(), words));
    }
    match operator.text() {
        "Equal" | "" => {
            let forms = format::label_value(value.text());
            if !forms.is_empty() {
                let finding = Finding::invalid(operator.path.clone(), value.text(), format::joined(&forms));
                errors.push(finding.placed(&value.path));
            }
        }
        "Exists" if !value.text().is_empty() => {
            let words = "value must be empty when `operator` is 'Exists'";
            errors.push(Finding::invalid(operator.path.clone(), value.text(), words));
        }
        "Exists" => {}
        "Lt" | "Gt" => errors.push(operator.not_supported(&["Equal", "Exists", "Lt", "Gt"])),
        _ => errors.push(operator.not_supported(&["Equal", "Exists"])),
    }
    if !effect.text().is_empty() {
        errors.extend(effect.one_of_if_set(&EFFECTS));
    }
    errors
}
