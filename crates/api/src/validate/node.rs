use crate::at::At;
use crate::validate::pod::{print, scheduling};
use crate::{Finding, FindingKind, FoundValue, Rule, Value, format, ip, quantity};

const AVOID: &str = "scheduler.alpha.kubernetes.io/preferAvoidPods";
const ONCE: &str = "node updates may not change podCIDR except from \"\" to valid";

/// Models: pkg/apis/core/validation ValidateNode (v1.36), without its metadata.
/// Differs: taints in the annotation of v1.5, swap and declared features are taken as they come.
pub fn validate(node: &At) -> Vec<Finding> {
    let metadata = node.field("metadata");
    let mut errors = avoided_pods(&metadata.field("annotations"));
    let written = node.field("spec").field("taints");
    let shown = metadata.path.field("taints");
    let found = taints(&written, &metadata).into_iter();
    errors.extend(found.map(|it| it.moved(&shown, &written.path)));
    errors.extend(resources(&node.field("status")));
    errors.extend(pod_ranges(&node.field("spec").field("podCIDRs")));
    errors
}

/// Models: ValidateNodeUpdate, which comes after [`validate`].
pub fn update(node: &At, old: &At) -> Vec<Finding> {
    let (spec, before) = (node.field("spec"), old.field("spec"));
    let mut errors = addresses(&node.field("status").field("addresses"));
    let (ranges, earlier) = (spec.field("podCIDRs"), before.field("podCIDRs"));
    if !earlier.is_empty() {
        if ranges.len() == earlier.len() {
            let changed = ranges
                .texts()
                .into_iter()
                .zip(earlier.texts())
                .filter(|(new, old)| new != old);
            errors.extend(changed.map(|_| ranges.forbidden(ONCE)));
        } else {
            errors.push(ranges.forbidden(ONCE));
        }
    }
    let (provider, earlier) = (spec.field("providerID"), before.field("providerID"));
    if !earlier.text().is_empty() && provider.text() != earlier.text() {
        errors.push(provider.forbidden("node updates may not change providerID except from \"\" to valid"));
    }
    let external = spec.field("externalID");
    if external.text() != before.field("externalID").text() {
        errors.push(external.forbidden("may not be updated"));
    }
    errors
}

/// Models: pkg/registry/core/node/strategy.go nodeStatusStrategy ValidateUpdate (v1.36).
pub fn status(node: &At) -> Vec<Finding> {
    let status = node.field("status");
    let mut errors = resources(&status);
    errors.extend(addresses(&status.field("addresses")));
    errors
}

/// Models: validateNodeTaints, which names them at the metadata.
fn taints(taints: &At, metadata: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for (index, taint) in taints.items().enumerate() {
        let taint = At {
            value: taint.value,
            path: metadata.path.field("taints").index(index),
        };
        let (key, value, effect) = (taint.field("key"), taint.field("value"), taint.field("effect"));
        let forms = format::label_key(key.text()).into_iter();
        errors.extend(forms.map(|it| Finding::invalid(key.path.clone(), key.text(), it)));
        let forms = format::label_value(value.text());
        if !forms.is_empty() {
            errors.push(value.invalid(format::joined(&forms)));
        }
        errors.extend(effect.one_of(&scheduling::EFFECTS));
        let pair = (key.text(), effect.text());
        if seen.contains(&pair) {
            let printed = FoundValue::Printed(print::compact("Taint", taint.value));
            let words = "taints must be unique by key and effect pair";
            errors.push(Finding::new(FindingKind::Duplicate, taint.path.clone(), printed, words));
        }
        seen.push(pair);
    }
    errors
}

/// Models: ValidateNodeResources.
fn resources(status: &At) -> Vec<Finding> {
    let lists = [status.field("capacity"), status.field("allocatable")];
    let amounts = lists
        .iter()
        .flat_map(|list| list.entries().map(|(name, _)| list.named(name)));
    let negative = amounts.filter(|it| quantity::nanos(it.text()).is_some_and(|nanos| nanos < 0));
    negative
        .map(|it| it.invalid((Rule::NotNegative, "must be greater than or equal to 0")))
        .collect()
}

fn pod_ranges(ranges: &At) -> Vec<Finding> {
    let each = ranges.items();
    let mut errors: Vec<Finding> = each
        .flat_map(|it| ip::validate_range(&it.path, it.text(), &[]))
        .collect();
    if ranges.len() < 2 {
        return errors;
    }
    let texts = ranges.texts();
    let families: Option<Vec<bool>> = texts
        .iter()
        .map(|it| ip::sloppy_range(it).map(|(ip, _)| ip.is_ipv6()))
        .collect();
    let Some(families) = families else {
        let wrong = texts
            .iter()
            .find(|it| ip::sloppy_range(it).is_none())
            .copied()
            .unwrap_or_default();
        let words = format!(
            "invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[{}]: invalid CIDR address: {wrong}",
            texts.iter().position(|it| *it == wrong).unwrap_or_default(),
        );
        errors.push(Finding::internal(ranges.path.clone(), words));
        errors.push(ranges.invalid("may specify no more than one CIDR for each IP family"));
        return errors;
    };
    let both = families.contains(&true) && families.contains(&false);
    if !both || families.len() > 2 {
        errors.push(ranges.invalid("may specify no more than one CIDR for each IP family"));
    }
    errors
}

fn addresses(addresses: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mut seen: Vec<&Value> = Vec::new();
    for address in addresses.items() {
        if seen.contains(&address.value) {
            let (kind, text) = (address.field("type").text(), address.field("address").text());
            let printed = format!("{{\"Type\":{},\"Address\":{}}}", Value::from(kind), Value::from(text));
            errors.push(Finding::duplicate_struct(address.path.clone(), printed));
        }
        seen.push(address.value);
    }
    errors
}

/// Models: ValidateAvoidPodsInNodeAnnotations.
fn avoided_pods(annotations: &At) -> Vec<Finding> {
    let text = annotations.key(AVOID).text();
    let Ok(avoided) = serde_json::from_str::<Value>(text) else {
        return Vec::new();
    };
    let path = annotations.path.named(AVOID);
    let entries = avoided.get("preferAvoidPods").and_then(Value::as_array);
    let mut errors = Vec::new();
    for (index, entry) in entries.into_iter().flatten().enumerate() {
        let signature = path.index(index).field("PodSignature");
        match entry.pointer("/podSignature/podController") {
            None | Some(Value::Null) => errors.push(Finding::required(signature, "")),
            Some(controller) if controller.get("controller") != Some(&Value::Bool(true)) => {
                let path = signature.field("PodController").field("Controller");
                errors.push(Finding::invalid(path, false, "must point to a controller"));
            }
            Some(_) => {}
        }
    }
    errors
}
