//! Devices and the claims of them.
//!
//! Differs: expressions are not compiled, which a caveat says; of a slice's devices only names, nodes and the number of
//! an attribute's values are judged.

use crate::at::At;
use crate::validate::pod::print;
use crate::validate::pod::volume::csi_driver;
use crate::validate::{meta, resource_name};
use crate::{Finding, Rule, Value, format};

const MAX_ITEMS: usize = 32;
const MAX_ALTERNATIVES: usize = 8;
const MAX_DEVICES: usize = 128;
const MAX_DEVICES_WITH_MORE: usize = 64;
const MAX_EXPRESSION: usize = 10 * 1024;
const MAX_PARAMETERS: usize = 10 * 1024;
const IMMUTABLE: (Rule, &str) = (Rule::Immutable, "field is immutable");
const REQUEST_REFERENCE: &str =
    "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

/// Models: pkg/apis/resource/validation validateDeviceClassSpec (v1.36).
pub fn class(class: &At) -> Vec<Finding> {
    let spec = class.field("spec");
    let mut errors = each(&spec.field("selectors"), MAX_ITEMS, selector);
    errors.extend(each(&spec.field("config"), MAX_ITEMS, configuration));
    let name = spec.field("extendedResourceName");
    if name.is_set() && !resource_name::is_extended(name.text()) {
        errors.push(name.invalid("must be a valid extended resource name"));
    }
    errors
}

/// Models: validateResourceClaimSpec.
pub fn claim(spec: &At) -> Vec<Finding> {
    let devices = spec.field("devices");
    let requests = devices.field("requests");
    let is_known = |name: &str| is_request(&requests, name);
    let mut errors = each(&requests, MAX_ITEMS, request);
    errors.extend(duplicates(&requests, "name"));
    errors.extend(each(&devices.field("constraints"), MAX_ITEMS, |it| {
        constraint(it, &is_known)
    }));
    errors.extend(each(&devices.field("config"), MAX_ITEMS, |it| {
        let mut errors = references(&it.field("requests"), &is_known);
        errors.extend(configuration(it));
        errors
    }));
    errors
}

/// Models: ValidateResourceClaimUpdate.
pub fn claim_update(new: &At, old: &At) -> Vec<Finding> {
    fixed(new, old, |spec| print::compact("ResourceClaimSpec", spec))
}

/// Models: validateResourceClaimTemplateSpec.
pub fn template(template: &At) -> Vec<Finding> {
    let spec = template.field("spec");
    let metadata = spec.field("metadata");
    let mut errors = meta::labels(&metadata.field("labels"));
    errors.extend(meta::annotations(&metadata.field("annotations")));
    errors.extend(elsewhere(&metadata));
    errors.extend(claim(&spec.field("spec")));
    errors
}

/// What a template may not say of the claims that are made of it.
///
/// Models: pkg/apis/core/validation ValidateTemplateObjectMeta (v1.36).
fn elsewhere(metadata: &At) -> Vec<Finding> {
    let fields = [
        "name",
        "generateName",
        "namespace",
        "selfLink",
        "uid",
        "resourceVersion",
        "generation",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "ownerReferences",
        "finalizers",
        "managedFields",
    ];
    let given = fields.iter().map(|it| metadata.field(it));
    let given = given.filter(|it| it.is_set() && it.value.as_str() != Some("") && it.value.as_i64() != Some(0));
    given.map(|it| it.forbidden("cannot be set")).collect()
}

/// Models: ValidateResourceClaimTemplateUpdate.
pub fn template_update(new: &At, old: &At) -> Vec<Finding> {
    fixed(new, old, |spec| {
        let claim = spec.get("spec").unwrap_or(&Value::Null);
        print::with_metadata(spec, &print::compact("ResourceClaimSpec", claim))
    })
}

fn fixed(new: &At, old: &At, printed: fn(&Value) -> String) -> Vec<Finding> {
    let spec = new.field("spec");
    if spec.value == old.field("spec").value {
        return Vec::new();
    }
    let printed = printed(spec.value);
    vec![Finding::invalid_struct(spec.path, printed, IMMUTABLE)]
}

/// Models: validateSlice.
fn each(list: &At, most: usize, rule: impl Fn(&At) -> Vec<Finding>) -> Vec<Finding> {
    if list.len() > most {
        return vec![Finding::too_many(list.path.clone(), list.len(), most)];
    }
    list.items().flat_map(|it| rule(&it)).collect()
}

/// Models: validateSet, by a field of its items or by the items themselves.
fn duplicates(list: &At, field: &'static str) -> Vec<Finding> {
    let key = |it: &At| match field {
        "" => it.text().to_owned(),
        field => it.field(field).text().to_owned(),
    };
    let keys: Vec<String> = list.items().map(|it| key(&it)).collect();
    let repeated = list.items().zip(&keys).enumerate();
    let repeated = repeated.filter(|(index, (_, key))| keys.iter().take(*index).any(|it| it == *key));
    repeated
        .map(|(_, (item, key))| Finding::duplicate(item.path, key.as_str()))
        .collect()
}

fn label(name: &At) -> Vec<Finding> {
    let forms = format::dns1123_label(name.text()).into_iter();
    forms
        .map(|it| Finding::invalid(name.path.clone(), name.text(), it))
        .collect()
}

/// Models: validateDeviceRequest.
fn request(request: &At) -> Vec<Finding> {
    let (exactly, first) = (request.field("exactly"), request.field("firstAvailable"));
    let mut errors = label(&request.field("name"));
    match (exactly.is_set(), !first.is_empty()) {
        (false, false) => errors.push(request.required("exactly one of `exactly` or `firstAvailable` is required")),
        (true, true) => {
            let words = "exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set";
            errors.push(Finding::invalid(request.path.clone(), Value::Null, words));
        }
        (true, false) => errors.extend(wanted(&exactly)),
        (false, true) => {
            errors.extend(each(&first, MAX_ALTERNATIVES, |it| {
                let mut errors = label(&it.field("name"));
                errors.extend(wanted(it));
                errors
            }));
            errors.extend(duplicates(&first, "name"));
        }
    }
    errors
}

/// Models: validateExactDeviceRequest.
fn wanted(request: &At) -> Vec<Finding> {
    let [class, mode, count] = ["deviceClassName", "allocationMode", "count"].map(|it| request.field(it));
    let mut errors = Vec::new();
    if class.text().is_empty() {
        errors.push(class.required(""));
    } else {
        errors.extend(class.invalid_each(format::dns1123_subdomain(class.text())));
    }
    errors.extend(each(&request.field("selectors"), MAX_ITEMS, selector));
    let amount = count.number();
    match mode.text() {
        "All" if amount != 0 => errors.push(count.invalid("must not be specified when allocationMode is 'All'")),
        "ExactCount" if amount <= 0 => errors.push(count.invalid("must be greater than zero")),
        "All" | "ExactCount" => {}
        _ => errors.push(mode.not_supported(&["All", "ExactCount"])),
    }
    errors.extend(request.field("tolerations").items().flat_map(|it| toleration(&it)));
    errors
}

/// Models: validateDeviceToleration.
fn toleration(toleration: &At) -> Vec<Finding> {
    let [key, operator, value, effect] = ["key", "operator", "value", "effect"].map(|it| toleration.field(it));
    let mut errors = Vec::new();
    if !key.text().is_empty() {
        errors.extend(key.invalid_each(format::label_key(key.text())));
    }
    match operator.text() {
        "Exists" if !value.text().is_empty() => errors.push(value.invalid("must be empty for operator `Exists`")),
        "Exists" => {}
        "Equal" => errors.extend(value.invalid_each(format::label_value(value.text()))),
        _ => errors.extend(operator.one_of(&["Equal", "Exists"])),
    }
    if !effect.text().is_empty() {
        errors.extend(effect.one_of_if_set(&["NoExecute", "NoSchedule", "None"]));
    }
    errors
}

/// Models: validateSelector.
fn selector(selector: &At) -> Vec<Finding> {
    let cel = selector.field("cel");
    let expression = cel.field("expression");
    if !cel.is_set() {
        vec![cel.required("")]
    } else if expression.text().len() > MAX_EXPRESSION {
        vec![Finding::too_long(expression.path, MAX_EXPRESSION)]
    } else {
        Vec::new()
    }
}

/// Whether a name is a request's, or a request's and one of its alternatives'.
fn is_request(requests: &At, name: &str) -> bool {
    let (first, second) = name
        .split_once('/')
        .map_or((name, None), |(first, second)| (first, Some(second)));
    let Some(request) = requests.items().find(|it| it.field("name").text() == first) else {
        return false;
    };
    let mut alternatives = request
        .field("firstAvailable")
        .items()
        .map(|it| it.field("name").text());
    second.is_none_or(|second| alternatives.any(|it| it == second))
}

/// Models: validateRequestNameRef.
fn references(names: &At, is_known: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let mut errors = each(names, MAX_ITEMS, |name| {
        let segments: Vec<&str> = name.text().split('/').collect();
        if segments.len() > 2 {
            return vec![name.invalid(REQUEST_REFERENCE)];
        }
        let forms = segments.into_iter().flat_map(|it| {
            let forms = format::dns1123_label(it).into_iter();
            forms.map(move |form| Finding::invalid(name.path.clone(), it, form))
        });
        let mut errors: Vec<Finding> = forms.collect();
        if !is_known(name.text()) {
            errors.push(name.invalid(REQUEST_REFERENCE));
        }
        errors
    });
    errors.extend(duplicates(names, ""));
    errors
}

/// Models: validateDeviceConstraint.
fn constraint(constraint: &At, is_known: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let [matched, distinct] = ["matchAttribute", "distinctAttribute"].map(|it| constraint.field(it));
    let mut errors = references(&constraint.field("requests"), is_known);
    let chosen = [&matched, &distinct].into_iter().find(|it| it.is_set());
    match chosen {
        Some(name) if !name.text().contains('/') => {
            errors.push(name.invalid("a fully qualified name must be a domain and a name separated by a slash"));
        }
        Some(_) => {}
        None => errors.push(constraint.required(
            "exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple fields are set",
        )),
    }
    errors
}

/// Models: validateDeviceConfiguration, validateOpaqueConfiguration.
fn configuration(configuration: &At) -> Vec<Finding> {
    let opaque = configuration.field("opaque");
    if !opaque.is_set() {
        return vec![opaque.required("")];
    }
    let parameters = opaque.field("parameters");
    let mut errors = csi_driver(&opaque.field("driver"));
    if !parameters.is_set() {
        errors.push(parameters.required(""));
    } else if !parameters.value.is_object() {
        let words = "must be a valid JSON object";
        errors.push(Finding::invalid(parameters.path, "<value omitted>", words));
    } else if parameters.value.to_string().len() > MAX_PARAMETERS {
        errors.push(Finding::too_long(parameters.path, MAX_PARAMETERS));
    }
    errors
}

/// Models: validateResourceSliceSpec.
pub fn slice(slice: &At) -> Vec<Finding> {
    validate_slice(&slice.field("spec"), None)
}

pub fn slice_update(new: &At, old: &At) -> Vec<Finding> {
    validate_slice(&new.field("spec"), Some(&old.field("spec")))
}

fn validate_slice(spec: &At, before: Option<&At>) -> Vec<Finding> {
    let pool = spec.field("pool");
    let mut errors = csi_driver(&spec.field("driver"));
    let name = pool.field("name");
    if name.text().is_empty() {
        errors.push(name.required(""));
    }
    let parts = name.text().split('/').filter(|it| !it.is_empty());
    let forms = parts.flat_map(|part| format::dns1123_subdomain(part).into_iter().map(move |it| (part, it)));
    errors.extend(forms.map(|(part, it)| Finding::invalid(name.path.clone(), part, it)));
    let (count, generation) = (pool.field("resourceSliceCount"), pool.field("generation"));
    if count.number() <= 0 {
        errors.push(Finding::invalid(
            count.path.clone(),
            count.number(),
            "must be greater than zero",
        ));
    }
    if generation.number() < 0 {
        errors.push(generation.invalid((Rule::NotNegative, "must be greater than or equal to zero")));
    }
    if let Some(before) = before {
        let fields = ["driver", "nodeName"].map(|it| (spec.field(it), before.field(it)));
        for (now, then) in std::iter::once((name, before.field("pool").field("name"))).chain(fields) {
            if now.value != then.value {
                errors.push(now.invalid(IMMUTABLE));
            }
        }
    }
    errors.extend(nodes(spec));
    if spec.field("sharedCounters").is_set() && spec.field("devices").is_set() {
        let words = "only one of `sharedCounters` or `devices` is allowed";
        errors.push(Finding::invalid(spec.path.clone(), "", words));
    }
    let devices = spec.field("devices");
    let with_more = ["taints", "consumesCounters"];
    let has_more = devices
        .items()
        .any(|it| with_more.iter().any(|field| !it.field(field).is_empty()));
    let most = if has_more { MAX_DEVICES_WITH_MORE } else { MAX_DEVICES };
    let by_device = spec.field("perDeviceNodeSelection").flag();
    errors.extend(each(&devices, most, |it| device(it, by_device)));
    errors.extend(duplicates(&devices, "name"));
    errors
}

/// Models: validateDevice, validateDeviceAttribute.
fn device(device: &At, by_device: bool) -> Vec<Finding> {
    let mut errors = label(&device.field("name"));
    let attributes = device.field("attributes");
    let keys = attributes.value.as_object().into_iter().flat_map(|it| it.keys());
    for attribute in keys.map(|key| attributes.key(key)) {
        let given = attribute
            .value
            .as_object()
            .map_or(0, |it| it.values().filter(|it| !it.is_null()).count());
        if given == 0 {
            errors.push(Finding::invalid(
                attribute.path,
                "",
                "exactly one value must be specified",
            ));
        }
    }
    let chosen: Vec<&str> = ["nodeName", "nodeSelector", "allNodes"]
        .into_iter()
        .filter(|it| device.field(it).is_set())
        .collect();
    let ways = "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
    if !by_device && !chosen.is_empty() {
        let words = "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
        errors.push(Finding::invalid(device.path.clone(), Value::Null, words));
    } else if by_device && chosen.is_empty() {
        errors.push(device.required(ways));
    } else if chosen.len() > 1 {
        let chosen: Vec<String> = chosen.into_iter().map(|it| format!("`{it}`")).collect();
        let value = format!("{{{}}}", chosen.join(", "));
        errors.push(Finding::invalid(device.path.clone(), value, ways));
    }
    errors
}

/// A slice says in exactly one way which nodes reach its devices.
fn nodes(spec: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mut given = Vec::new();
    let node = spec.field("nodeName");
    if node.is_set() && node.text().is_empty() {
        errors.push(node.invalid("must be either unset or set to a non-empty string"));
    } else if node.is_set() {
        given.push("`nodeName`");
        errors.extend(node.invalid_each(format::dns1123_subdomain(node.text())));
    }
    let terms = spec.field("nodeSelector").field("nodeSelectorTerms");
    if spec.field("nodeSelector").is_set() {
        given.push("`nodeSelector`");
        if terms.len() != 1 {
            errors.push(terms.invalid("must have exactly one node selector term"));
        }
    }
    for (field, word) in [
        ("allNodes", "`allNodes`"),
        ("perDeviceNodeSelection", "`perDeviceNodeSelection`"),
    ] {
        let flag = spec.field(field);
        if flag.flag() {
            given.push(word);
        } else if flag.is_set() {
            errors.push(flag.invalid("must be either unset or set to true"));
        }
    }
    let ways = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";
    if given.is_empty() {
        errors.push(spec.required(ways));
    } else if given.len() > 1 {
        let value = format!("{{{}}}", given.join(", "));
        errors.push(Finding::invalid(
            spec.path.clone(),
            value,
            format!("{ways}, but multiple fields are set"),
        ));
    }
    errors
}
