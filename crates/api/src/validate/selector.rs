use crate::at::At;
use crate::validate::meta;
use crate::{Finding, Rule, format};

/// Models: apimachinery/pkg/apis/meta/v1/validation ValidateLabelSelector (v1.36).
pub fn validate(selector: &At) -> Vec<Finding> {
    let mut errors = meta::labels(&selector.field("matchLabels"));
    for rule in selector.field("matchExpressions").items() {
        let (key, operator, values) = (rule.field("key"), rule.field("operator"), rule.field("values"));
        errors.extend(operator_error(&operator, &values));
        errors.extend(key.invalid_each(format::label_key(key.text())));
        let forms = values
            .items()
            .flat_map(|it| it.invalid_each(format::label_value(it.text())));
        errors.extend(forms);
    }
    errors
}

/// What the four operators of every selector require of their values, or an unknown operator.
pub fn operator_error(operator: &At, values: &At) -> Option<Finding> {
    match operator.text() {
        "In" | "NotIn" if values.is_empty() => Some(values.required((
            Rule::OperatorValuesMissing,
            "must be specified when `operator` is 'In' or 'NotIn'",
        ))),
        "Exists" | "DoesNotExist" if !values.is_empty() => Some(values.forbidden((
            Rule::OperatorValuesNotAllowed,
            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        ))),
        "In" | "NotIn" | "Exists" | "DoesNotExist" => None,
        _ => Some(operator.invalid((Rule::OperatorUnknown, "not a valid selector operator"))),
    }
}
