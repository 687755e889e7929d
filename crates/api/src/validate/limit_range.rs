use crate::at::At;
use crate::validate::resource_name::{is_huge_page, is_native, name_form, of_container};
use crate::{Finding, format, quantity};
use std::collections::BTreeSet;

const NANO: i128 = 1_000_000_000;

/// Models: pkg/apis/core/validation ValidateLimitRange (v1.36), without its metadata.
pub fn create(range: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mut types = BTreeSet::new();
    for limit in range.field("spec").field("limits").items() {
        let kind = limit.field("type");
        errors.extend(type_name(&kind));
        if !types.insert(kind.text()) {
            errors.push(kind.duplicate());
        }
        errors.extend(item(&limit, kind.text()));
    }
    errors
}

/// Models: validateLimitRangeTypeName.
fn type_name(kind: &At) -> Vec<Finding> {
    let forms = format::label_key(kind.text());
    if !forms.is_empty() {
        return kind.invalid_each(forms);
    }
    let is_known = kind.text().contains('/') || matches!(kind.text(), "Pod" | "Container" | "PersistentVolumeClaim");
    let refuse = || kind.invalid("must be a standard limit type or fully qualified");
    (!is_known).then(refuse).into_iter().collect()
}

fn item(limit: &At, kind: &str) -> Vec<Finding> {
    let field = |name: &'static str| limit.field(name);
    let mut errors = Vec::new();
    let mut names = BTreeSet::new();
    let mut collect = |list: &At, errors: &mut Vec<Finding>| {
        for (name, _) in list.entries() {
            errors.extend(resource_name(list, kind, name));
            names.insert(name.to_owned());
        }
    };
    collect(&field("max"), &mut errors);
    collect(&field("min"), &mut errors);
    for list in ["default", "defaultRequest"].map(field) {
        if kind != "Pod" {
            collect(&list, &mut errors);
        } else if !list.is_empty() {
            errors.push(list.forbidden("may not be specified when `type` is 'Pod'"));
        }
    }
    if kind == "PersistentVolumeClaim" && !["min", "max"].iter().any(|it| field(it).key("storage").is_set()) {
        let words = "either minimum or maximum storage value is required, but neither was provided";
        errors.push(field("limits").required(words));
    }
    collect(&field("maxLimitRequestRatio"), &mut errors);
    for name in &names {
        errors.extend(bounds(limit, kind, name));
    }
    errors
}

fn resource_name(list: &At, kind: &str, name: &str) -> Vec<Finding> {
    if matches!(kind, "Pod" | "Container") {
        return of_container(list, name);
    }
    let forms = name_form(name).into_iter();
    forms
        .map(|it| Finding::invalid(list.path.key(name), name, it))
        .collect()
}

/// What the limits of one resource say of each other.
fn bounds(limit: &At, kind: &str, name: &str) -> Vec<Finding> {
    let is_pod = kind == "Pod";
    let of = |field: &'static str| {
        let amount = limit.field(field).key(name);
        let is_read = amount.is_set() && !(is_pod && field.starts_with("default"));
        is_read.then(|| (amount.text(), quantity::nanos(amount.text()).unwrap_or_default()))
    };
    let (min, max, default, request) = (of("min"), of("max"), of("default"), of("defaultRequest"));
    let mut errors = Vec::new();
    let mut compare =
        |low: Option<(&str, i128)>, high: Option<(&str, i128)>, at: &'static str, value: &str, words: [&str; 2]| {
            if let (Some((low, lower)), Some((high, higher))) = (low, high)
                && lower > higher
            {
                let [first, second] = words;
                let words = format!("{first} value {low} is greater than {second} value {high}");
                errors.push(Finding::invalid(limit.field(at).path.key(name), value, words));
            }
        };
    let text = |amount: Option<(&'_ str, i128)>| amount.map_or(String::new(), |(text, _)| text.to_owned());
    let (low, high, asked) = (text(min), text(max), text(request));
    compare(min, max, "min", &low, ["min", "max"]);
    compare(min, request, "defaultRequest", &asked, ["min", "default request"]);
    compare(request, max, "defaultRequest", &asked, ["default request", "max"]);
    compare(
        request,
        default,
        "defaultRequest",
        &asked,
        ["default request", "default limit"],
    );
    // Kubernetes prints the bound here, not the default.
    compare(min, default, "default", &low, ["min", "default"]);
    compare(default, max, "default", &high, ["default", "max"]);
    errors.extend(ratio(limit, name, min, max));
    if let (Some((default, most)), Some((request, least))) = (default, request)
        && (!is_native(name) || is_huge_page(name))
        && most != least
    {
        let words = format!("default value {default} must equal to defaultRequest value {request} in {name}");
        let path = limit.field("defaultRequest").path.key(name);
        errors.push(Finding::invalid(path, request, words));
    }
    errors
}

fn ratio(limit: &At, name: &str, min: Option<(&str, i128)>, max: Option<(&str, i128)>) -> Vec<Finding> {
    let amount = limit.field("maxLimitRequestRatio").key(name);
    let Some(ratio) = quantity::nanos(amount.text()) else {
        return Vec::new();
    };
    let mut errors = Vec::new();
    if ratio < NANO {
        errors.push(amount.invalid(format!("ratio {} is less than 1", amount.text())));
    }
    if let (Some((_, min)), Some((_, max))) = (min, max) {
        #[expect(clippy::cast_precision_loss, reason = "Kubernetes compares floating-point numbers")]
        let (most, ratio) = (max as f64 / min as f64, ratio as f64 / NANO as f64);
        if ratio > most {
            let words = format!("ratio {} is greater than max/min = {most:.6}", amount.text());
            errors.push(amount.invalid(words));
        }
    }
    errors
}
