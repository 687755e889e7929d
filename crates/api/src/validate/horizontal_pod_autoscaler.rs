use crate::at::At;
use crate::validate::resource_name;
use crate::view::{METRIC_SOURCES, metric_source};
use crate::{Finding, Rule, format, quantity};

const MAX_WINDOW: i64 = 3600;
const MAX_PERIOD: i64 = 1800;

/// Models: pkg/apis/autoscaling/validation validateHorizontalPodAutoscalerSpec (v1.36).
pub fn create(autoscaler: &At) -> Vec<Finding> {
    validate(autoscaler, true)
}

/// The version of what is scaled may stay as it was.
///
/// Models: ValidateHorizontalPodAutoscalerUpdate, validationOptionsForHorizontalPodAutoscaler.
pub fn update(new: &At, old: &At) -> Vec<Finding> {
    let [now, then] = [new, old].map(|it| it.field("spec").field("scaleTargetRef"));
    let is_same = |field| now.field(field).value == then.field(field).value;
    validate(new, !(is_same("apiVersion") && is_same("kind")))
}

/// Models: ValidateHorizontalPodAutoscalerStatusUpdate.
pub fn status(status: &At) -> Vec<Finding> {
    let counts = ["currentReplicas", "desiredReplicas"].map(|it| status.field(it));
    let negative = counts.iter().filter(|it| it.number() < 0);
    negative
        .map(|it| it.invalid((Rule::NotNegative, "must be greater than or equal to 0")))
        .collect()
}

fn validate(autoscaler: &At, check_version: bool) -> Vec<Finding> {
    let spec = autoscaler.field("spec");
    let (min, max) = (spec.field("minReplicas"), spec.field("maxReplicas"));
    let mut errors = Vec::new();
    if min.is_set() && min.number() < 1 {
        errors.push(min.invalid("must be greater than or equal to 1"));
    }
    if max.number() == 0 {
        errors.push(max.required("must be set and greater than 0"));
    } else if max.number() < 0 {
        errors.push(max.invalid("must be greater than or equal to 1"));
    }
    if min.is_set() && max.number() < min.number() {
        let words = "must be greater than or equal to `minReplicas`";
        errors.push(Finding::invalid(max.path.clone(), max.number(), words));
    }
    let target = spec.field("scaleTargetRef");
    errors.extend(reference(&target));
    if check_version {
        errors.extend(api_version(
            &target,
            target.field("kind").text() == "ReplicationController",
        ));
    }
    errors.extend(spec.field("metrics").items().flat_map(|it| metric(&it)));
    for direction in ["scaleUp", "scaleDown"] {
        errors.extend(rules(&spec.field("behavior").field(direction)));
    }
    errors
}

/// Models: ValidateCrossVersionObjectReference, without the version.
fn reference(reference: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    for field in ["kind", "name"].map(|it| reference.field(it)) {
        errors.extend(segment(&field, ""));
    }
    errors
}

fn segment(field: &At, missing: &str) -> Vec<Finding> {
    if field.text().is_empty() {
        return vec![field.required(missing)];
    }
    field.invalid_each(format::path_segment_name(field.text()))
}

/// Models: ValidateAPIVersion; the core group has no name.
fn api_version(reference: &At, may_be_core: bool) -> Vec<Finding> {
    let version = reference.field("apiVersion");
    let invalid = |words: String| Finding::invalid(version.path.clone(), version.text(), words);
    match version.text().matches('/').count() {
        0 if !may_be_core => {
            vec![invalid("apiVersion must specify API group".to_owned())]
        }
        0 | 1 => Vec::new(),
        _ => vec![invalid(format!("unexpected GroupVersion string: {}", version.text()))],
    }
}

/// Models: validateMetricSpec.
fn metric(metric: &At) -> Vec<Finding> {
    let kind = metric.field("type");
    let mut errors = Vec::new();
    let names = METRIC_SOURCES.map(|(name, _)| name);
    let own = metric_source(kind.text());
    if kind.text().is_empty() {
        errors.push(kind.required("must specify a metric source type"));
    }
    let unknown = || Finding::not_supported(kind.path.clone(), kind.text(), &names);
    errors.extend(own.is_none().then(unknown));
    let order = ["object", "external", "pods", "resource", "containerResource"];
    let given: Vec<&str> = order.into_iter().filter(|it| metric.field(it).is_set()).collect();
    if let Some(first) = given.first() {
        errors.extend(source(first, &metric.field(first)));
    }
    match own {
        Some(field) if !given.contains(&field) => {
            errors.push(
                metric
                    .field(field)
                    .required("must populate information for the given metric source"),
            );
        }
        Some(_) => {}
        None => errors.push(unknown()),
    }
    if given.len() != 1 {
        let others = given.iter().filter(|it| own.is_none_or(|field| field != **it));
        errors.extend(others.map(|it| metric.field(it).forbidden("must populate the given metric source only")));
    }
    errors
}

/// Models: validateObjectSource, validateExternalSource, validatePodsSource, validateResourceSource,
/// validateContainerResourceSource.
fn source(kind: &str, source: &At) -> Vec<Finding> {
    let goal = source.field("target");
    let [value, average, utilization] = ["value", "averageValue", "averageUtilization"].map(|it| goal.field(it));
    let mut errors = Vec::new();
    let metric = || segment(&source.field("metric").field("name"), "must specify a metric name");
    match kind {
        "object" => {
            let described = source.field("describedObject");
            errors.extend(reference(&described));
            errors.extend(api_version(&described, true));
            errors.extend(metric());
            errors.extend(target(&goal));
            if !value.is_set() && !average.is_set() {
                errors.push(average.required("must set either a target value or averageValue"));
            }
        }
        "external" => {
            errors.extend(metric());
            errors.extend(target(&goal));
            if !value.is_set() && !average.is_set() {
                errors.push(average.required("must set either a target value for metric or a per-pod target"));
            }
            if value.is_set() && average.is_set() {
                errors.push(value.forbidden("may not set both a target value for metric and a per-pod target"));
            }
        }
        "pods" => {
            errors.extend(metric());
            errors.extend(target(&goal));
            if !average.is_set() {
                errors.push(average.required("must specify a positive target averageValue"));
            }
        }
        _ => {
            let name = source.field("name");
            errors.extend(
                name.text()
                    .is_empty()
                    .then(|| name.required("must specify a resource name")),
            );
            if kind == "containerResource" {
                let name = source.field("name");
                if !name.text().is_empty() {
                    errors.extend(resource_name::at_field(&name));
                }
                let container = source.field("container");
                if container.text().is_empty() {
                    errors.push(container.required("must specify a container"));
                } else {
                    errors.extend(container.invalid_each(format::dns1123_label(container.text())));
                }
            }
            errors.extend(target(&goal));
            if !utilization.is_set() && !average.is_set() {
                errors.push(utilization.required("must set either a target raw value or a target utilization"));
            }
            if utilization.is_set() && average.is_set() {
                errors.push(average.forbidden("may not set both a target raw value and a target utilization"));
            }
        }
    }
    errors
}

/// Models: validateMetricTarget.
fn target(target: &At) -> Vec<Finding> {
    let (kind, utilization) = (target.field("type"), target.field("averageUtilization"));
    let mut errors = Vec::new();
    if kind.text().is_empty() {
        errors.push(kind.required("must specify a metric target type"));
    }
    if !["Utilization", "Value", "AverageValue"].contains(&kind.text()) {
        let words = "must be either Utilization, Value, or AverageValue";
        errors.push(Finding::invalid(kind.path.clone(), kind.text(), words));
    }
    for amount in ["value", "averageValue"].map(|it| target.field(it)) {
        let positive = quantity::nanos(amount.text()).is_some_and(|it| it > 0);
        errors.extend((amount.is_set() && !positive).then(|| amount.invalid("must be positive")));
    }
    if utilization.is_set() && utilization.number() < 1 {
        errors.push(utilization.invalid("must be greater than 0"));
    }
    errors
}

/// Models: validateScalingRules, validateScalingPolicy.
fn rules(rules: &At) -> Vec<Finding> {
    if !rules.is_set() {
        return Vec::new();
    }
    let (window, policies) = (rules.field("stabilizationWindowSeconds"), rules.field("policies"));
    let mut errors = Vec::new();
    if window.number() < 0 {
        errors.push(window.invalid("must be greater than or equal to zero"));
    }
    if window.number() > MAX_WINDOW {
        errors.push(window.invalid(format!("must be less than or equal to {MAX_WINDOW}")));
    }
    errors.extend(rules.field("selectPolicy").one_of_if_set(&["Disabled", "Max", "Min"]));
    if policies.is_empty() {
        errors.push(policies.required("must specify at least one Policy"));
    }
    for policy in policies.items() {
        let kind = policy.field("type");
        if !["Pods", "Percent"].contains(&kind.text()) {
            errors.push(kind.not_supported(&["Percent", "Pods"]));
        }
        let period = policy.field("periodSeconds");
        for number in [&policy.field("value"), &period] {
            errors.extend((number.number() <= 0).then(|| number.invalid("must be greater than zero")));
        }
        if period.number() > MAX_PERIOD {
            errors.push(period.invalid(format!("must be less than or equal to {MAX_PERIOD}")));
        }
    }
    errors
}
