//! Schemas of CustomResourceDefinitions must be structural: each field says what it is, once.

use crate::at::At;
use crate::structural::pattern_error;
use crate::{Finding, Path, Segment, Value};
use base::Order;

/// Where a schema stands in that of an object.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Root,
    Item,
    Field,
}

/// `hoisted` if all versions have this schema: then it is named as the definition's.
///
/// Models: apiextensions-apiserver/pkg/apiserver/schema/validation.go ValidateStructural,
/// pkg/apis/apiextensions/validation ValidateCustomResourceDefinitionOpenAPISchema (v1.36).
/// Differs: defaults are not judged, and of rules in CEL only what stands beside the expression.
pub(super) fn validate(schema: &At, hoisted: bool) -> Vec<Finding> {
    let mut types = Vec::new();
    known_types(schema, &mut types);
    let mut errors = Vec::new();
    structural(schema, Level::Root, &mut errors);
    errors.order_by_key(ToString::to_string);
    types.append(&mut errors);
    if hoisted {
        for it in &mut types {
            it.shown = as_hoisted(&it.shown);
        }
    }
    types
}

/// `spec.versions[0].schema.openAPIV3Schema` as `spec.validation.openAPIV3Schema`.
fn as_hoisted(path: &Path) -> Path {
    let validation = ["spec", "validation"].map(|name| Segment::Field(name.to_owned()));
    validation
        .into_iter()
        .chain(path.segments().iter().skip(4).cloned())
        .collect()
}

fn known_types(schema: &At, errors: &mut Vec<Finding>) {
    let known = ["array", "boolean", "integer", "number", "object", "string"];
    errors.extend(schema.field("type").one_of_if_set(&known));
    let unique = schema.field("uniqueItems");
    if unique.flag() {
        let words = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
        errors.push(unique.forbidden(words));
    }
    let additional = schema.field("additionalProperties");
    if !schema.field("properties").is_empty() && additional.is_set() && additional.value != &Value::Bool(true) {
        errors.push(additional.forbidden("additionalProperties and properties are mutual exclusive"));
    }
    errors.extend(list_type(schema));
    for (_, below) in below(schema) {
        known_types(&below, errors);
    }
    errors.extend(
        schema
            .field("x-kubernetes-validations")
            .items()
            .flat_map(|it| rule(&it)),
    );
}

/// Only lists have a type of lists.
fn list_type(schema: &At) -> Option<Finding> {
    let ty = schema.field("type");
    let words = "must be array if x-kubernetes-list-type is specified";
    match ty.text() {
        _ if !schema.field("x-kubernetes-list-type").is_set() => None,
        "array" => None,
        "" => Some(ty.required(words)),
        _ => Some(ty.invalid(words)),
    }
}

/// What stands beside an expression.
///
/// Models: ValidateCustomResourceDefinitionOpenAPISchema, on XValidations.
fn rule(rule: &At) -> Vec<Finding> {
    let [expression, message, computed, reason, place] =
        ["rule", "message", "messageExpression", "reason", "fieldPath"].map(|it| rule.field(it));
    let mut errors = Vec::new();
    let is_blank = |it: &At| !it.text().is_empty() && it.text().trim().is_empty();
    let has_breaks = |text: &str| text.contains(['\n', '\r']);
    if expression.text().trim().is_empty() {
        errors.push(expression.required("rule is not specified"));
    } else if is_blank(&message) {
        errors.push(message.invalid("must be non-empty if specified"));
    } else if has_breaks(message.text().trim()) {
        errors.push(message.invalid("must not contain line breaks"));
    } else if has_breaks(expression.text().trim()) && message.text().is_empty() {
        errors.push(message.required("message must be specified if rule contains line breaks"));
    }
    if is_blank(&computed) {
        errors.push(computed.required("messageExpression must be non-empty if specified"));
    }
    let reasons = [
        "FieldValueDuplicate",
        "FieldValueForbidden",
        "FieldValueInvalid",
        "FieldValueRequired",
    ];
    errors.extend(reason.one_of_if_set(&reasons));
    if is_blank(&place) {
        errors.push(place.invalid("must be non-empty if specified"));
    }
    if has_breaks(place.text()) {
        errors.push(place.invalid("must not contain line breaks"));
    }
    errors
}

/// Models: apiserver/schema/validation.go validateValueValidation, on patterns.
fn pattern(schema: &At) -> Option<Finding> {
    let pattern = schema.field("pattern");
    let error = pattern_error(pattern.text())?;
    Some(pattern.invalid(format!("must be a valid regular expression, but isn't: {error}")))
}

/// The schemas of items, fields and other keys, each with its level.
fn below<'a>(schema: &At<'a>) -> Vec<(Level, At<'a>)> {
    let mut all = Vec::new();
    let items = schema.field("items");
    if items.is_set() {
        all.push((Level::Item, items));
    }
    let properties = schema.field("properties");
    let names = properties.value.as_object().into_iter().flat_map(|it| it.keys());
    all.extend(names.map(|name| (Level::Field, properties.key(name))));
    let additional = schema.field("additionalProperties");
    if additional.value.is_object() {
        all.push((Level::Field, additional));
    }
    all
}

fn structural(schema: &At, level: Level, errors: &mut Vec<Finding>) {
    let flag = |name: &'static str| schema.field(name).flag();
    let (is_either, keeps) = (
        flag("x-kubernetes-int-or-string"),
        flag("x-kubernetes-preserve-unknown-fields"),
    );
    let is_embedded = flag("x-kubernetes-embedded-resource");
    errors.extend(pattern(schema));
    let ty = schema.field("type");
    if ty.text() == "array" && !schema.field("items").is_set() {
        errors.push(schema.field("items").required("must be specified"));
    }
    let additional = schema.field("additionalProperties");
    if additional.is_set() && level == Level::Root {
        errors.push(additional.forbidden("must not be used at the root"));
    }
    for (field, applies) in [
        ("x-kubernetes-preserve-unknown-fields", keeps),
        ("x-kubernetes-embedded-resource", is_embedded),
    ] {
        if is_either && applies {
            let words = "must be false if x-kubernetes-int-or-string is true";
            errors.push(schema.field(field).invalid(words));
        }
    }
    if is_embedded && ty.text() != "object" {
        let words = "must be object if x-kubernetes-embedded-resource is true";
        errors.push(if ty.text().is_empty() {
            ty.required(words)
        } else {
            ty.invalid(words)
        });
    } else if ty.text().is_empty() && !is_either && !keeps {
        errors.push(ty.required(match level {
            Level::Root => "must not be empty at the root",
            Level::Item => "must not be empty for specified array items",
            Level::Field => "must not be empty for specified object fields",
        }));
    }
    if level == Level::Root && !matches!(ty.text(), "" | "object") {
        errors.push(ty.invalid("must be object at the root"));
    }
    let properties = schema.field("properties");
    if level == Level::Root || is_embedded {
        for (name, wanted, words) in [
            ("kind", "string", "must be string"),
            ("apiVersion", "string", "must be string"),
            ("metadata", "object", "must be object"),
        ] {
            let property = properties.key(name);
            if property.is_set() && property.field("type").text() != wanted {
                errors.push(property.field("type").invalid(words));
            }
        }
    }
    if is_embedded && !keeps && properties.is_empty() {
        errors.push(properties.required(
            "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields",
        ));
    }
    for (level, below) in below(schema) {
        structural(&below, level, errors);
    }
    let is_free = is_either && names_both(&schema.field("anyOf"));
    for (index, alternative) in schema.field("allOf").items().enumerate() {
        let is_free = is_either && index == 0 && names_both(&alternative.field("anyOf"));
        nested(&alternative, is_free, errors);
    }
    alternatives(schema, is_free, errors);
}

/// `anyOf: [{type: integer}, {type: string}]`, which may stand beside `x-kubernetes-int-or-string`.
fn names_both(any: &At) -> bool {
    let types: Vec<&str> = any.items().map(|it| it.field("type").text()).collect();
    types == ["integer", "string"]
}

fn alternatives(schema: &At, skips_any: bool, errors: &mut Vec<Finding>) {
    let any = schema.field("anyOf").items().filter(|_| !skips_any);
    for alternative in any.chain(schema.field("oneOf").items()) {
        nested(&alternative, false, errors);
    }
    let not = schema.field("not");
    if not.is_set() {
        nested(&not, false, errors);
    }
}

/// What stands in an alternative only says which values pass.
///
/// Models: validateNestedValueValidation.
fn nested(schema: &At, skips_any: bool, errors: &mut Vec<Finding>) {
    for (field, words) in [
        ("type", "must be empty to be structural"),
        ("additionalProperties", "must be undefined to be structural"),
        ("default", "must be undefined to be structural"),
        ("title", "must be empty to be structural"),
        ("description", "must be empty to be structural"),
        ("nullable", "must be false to be structural"),
        ("x-kubernetes-preserve-unknown-fields", "must be false to be structural"),
        ("x-kubernetes-embedded-resource", "must be false to be structural"),
        ("x-kubernetes-int-or-string", "must be false to be structural"),
        ("x-kubernetes-list-map-keys", "must be empty to be structural"),
        ("x-kubernetes-list-type", "must be undefined to be structural"),
        ("x-kubernetes-map-type", "must be undefined to be structural"),
        ("x-kubernetes-validations", "must be empty to be structural"),
    ] {
        let value = schema.field(field);
        if value.is_set() && !value.value.as_str().is_some_and(str::is_empty) && value.value != &Value::Bool(false) {
            errors.push(value.forbidden(words));
        }
    }
    errors.extend(pattern(schema));
    let metadata = schema.field("properties").key("metadata");
    if metadata.is_set() {
        errors.push(metadata.forbidden("must not be specified in a nested context"));
    }
    for (_, below) in below(schema) {
        nested(&below, false, errors);
    }
    for alternative in schema.field("allOf").items() {
        nested(&alternative, false, errors);
    }
    alternatives(schema, skips_any, errors);
}
