//! Parts that tables and descriptions print alike: labels, selectors, addresses.

use api::{Cursor, Fields, Value};
use base::Order;

/// Labels in one line, sorted as printed; `<none>` if there are none.
///
/// Models: apimachinery/pkg/labels FormatLabels (v1.36).
pub(crate) fn labels(labels: &Value) -> String {
    let mut pairs: Vec<_> = Cursor::new(labels)
        .text_entries()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    pairs.order();
    if pairs.is_empty() {
        "<none>".to_owned()
    } else {
        pairs.join(",")
    }
}

/// A label selector in one line, sorted by key.
///
/// Models: apimachinery/pkg/apis/meta/v1 LabelSelectorAsSelector, pkg/labels Requirement.String (v1.36).
pub(crate) fn selector(selector: &Value) -> String {
    let equal = selector
        .field("matchLabels")
        .text_entries()
        .map(|(key, value)| (key, format!("{key}={value}")));
    let expressions = selector.field("matchExpressions").list();
    let expressed = expressions.iter().map(expression);
    let mut requirements: Vec<_> = equal.chain(expressed).collect();
    requirements.order_by_key(|(key, _)| *key);
    let texts: Vec<_> = requirements.into_iter().map(|(_, text)| text).collect();
    texts.join(",")
}

fn expression(expression: &Value) -> (&str, String) {
    let word = |field| expression.field(field).text();
    let key = word("key");
    let mut values: Vec<_> = expression.field("values").texts().collect();
    values.order();
    let values = values.join(",");
    let text = match word("operator") {
        "In" => format!("{key} in ({values})"),
        "NotIn" => format!("{key} notin ({values})"),
        "DoesNotExist" => format!("!{key}"),
        _ => key.to_owned(),
    };
    (key, text)
}

/// Models: Go's net.JoinHostPort.
pub(crate) fn host_port(host: &str, port: i64) -> String {
    if host.contains([':', '%']) {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

/// What became of a request for a certificate.
///
/// Models: kubectl/pkg/describe and pkg/printers/internalversion extractCSRStatus (v1.36).
pub(crate) fn certificate_status(status: Cursor<'_>) -> String {
    let is = |name: &str| status.field("conditions").find("type", name).is_some();
    let mut words = match (is("Denied"), is("Approved")) {
        (true, _) => "Denied",
        (_, true) => "Approved",
        _ => "Pending",
    }
    .to_owned();
    for (holds, word) in [
        (is("Failed"), ",Failed"),
        (!status.field("certificate").is_empty(), ",Issued"),
    ] {
        if holds {
            words.push_str(word);
        }
    }
    words
}
