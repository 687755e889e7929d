use super::description::text;
use api::Value;
use cluster::{at, list, map};

/// A label selector in one line, its requirements by key; empty where it is.
///
/// Models: apimachinery/pkg/apis/meta/v1 LabelSelectorAsSelector, pkg/labels Requirement.String (v1.36).
pub(crate) fn selector_text(selector: &Value) -> String {
    let equal = map(at(selector, &["matchLabels"])).map(|(key, value)| (key, format!("{key}={value}")));
    let expressions = list(at(selector, &["matchExpressions"]));
    let expressed = expressions
        .iter()
        .map(|expression| (text(expression, &["key"]), expression_text(expression)));
    let mut requirements: Vec<_> = equal.chain(expressed).collect();
    requirements.sort_by_key(|(key, _)| *key);
    let texts: Vec<_> = requirements.into_iter().map(|(_, text)| text).collect();
    texts.join(",")
}

fn expression_text(expression: &Value) -> String {
    let key = text(expression, &["key"]);
    let mut values: Vec<_> = list(at(expression, &["values"]))
        .iter()
        .filter_map(Value::as_str)
        .collect();
    values.sort_unstable();
    let values = values.join(",");
    match text(expression, &["operator"]) {
        "In" => format!("{key} in ({values})"),
        "NotIn" => format!("{key} notin ({values})"),
        "DoesNotExist" => format!("!{key}"),
        _ => key.to_owned(),
    }
}
