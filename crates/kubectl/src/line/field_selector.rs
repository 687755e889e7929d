//! `--field-selector`.

use api::{Cursor, Fields, Kind, Value};

/// A field selector for a kind; `None` is any kind that only selects by name and namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldSelector {
    terms: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    field: String,
    value: String,
    /// Whether the field must have the value or must not.
    equals: bool,
}

impl FieldSelector {
    /// Reads a selector; the error is the API server's message.
    ///
    /// Models: apimachinery/pkg/fields ParseSelector and runtime ConvertFieldLabel (v1.36).
    pub(crate) fn parse(kind: Option<Kind>, text: &str) -> Result<Self, String> {
        let parts = split(text).into_iter().filter(|part| !part.is_empty());
        let terms = parts
            .map(|part| term(part)?.ok_or_else(|| format!("invalid selector: '{text}'; can't understand '{part}'")));
        let terms: Vec<_> = terms.collect::<Result<_, String>>()?;
        terms.iter().try_for_each(|term| check(kind, &term.field))?;
        Ok(Self { terms })
    }

    pub(crate) fn matches(&self, object: &Value) -> bool {
        self.terms
            .iter()
            .all(|term| (field(object, &term.field) == term.value) == term.equals)
    }
}

/// Splits at commas that no backslash escapes.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut escaped) = (Vec::new(), 0, false);
    for (index, c) in text.char_indices() {
        if c == ',' && !escaped {
            parts.extend(text.get(start..index));
            start = index + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    parts.extend(text.get(start..));
    parts
}

/// Splits at the first operator.
fn term(part: &str) -> Result<Option<Term>, String> {
    let operators = [("!=", false), ("==", true), ("=", true)];
    for (index, _) in part.char_indices() {
        let (field, rest) = part.split_at(index);
        for (operator, equals) in operators {
            if let Some(value) = rest.strip_prefix(operator) {
                return Ok(Some(Term {
                    field: field.to_owned(),
                    value: unescape(value)?,
                    equals,
                }));
            }
        }
    }
    Ok(None)
}

fn unescape(value: &str) -> Result<String, String> {
    let mut text = String::new();
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => match rest.next() {
                Some(c @ ('\\' | ',' | '=')) => text.push(c),
                other => {
                    let sequence: String = std::iter::once('\\').chain(other).collect();
                    return Err(format!("invalid field selector: invalid escape sequence: {sequence}"));
                }
            },
            ',' | '=' => {
                let code = u32::from(c);
                return Err(format!("invalid field selector: unescaped character in value: {code}"));
            }
            c => text.push(c),
        }
    }
    Ok(text)
}

/// Models: the field label conversions of pkg/apis/core/v1 and pkg/apis/events/v1.
fn check(kind: Option<Kind>, field: &str) -> Result<(), String> {
    let own: &[&str] = match kind {
        Some(Kind::Pod) => &[
            "spec.nodeName",
            "spec.host",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.podIPs",
            "status.nominatedNodeName",
        ],
        Some(Kind::Node) => &["spec.unschedulable"],
        Some(Kind::Namespace) => &["status.phase"],
        Some(Kind::Service) => &["spec.clusterIP", "spec.type"],
        Some(Kind::Event) => &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
        Some(Kind::EventsEvent) => &[
            "regarding.kind",
            "regarding.namespace",
            "regarding.name",
            "regarding.uid",
            "regarding.apiVersion",
            "regarding.resourceVersion",
            "regarding.fieldPath",
            "reason",
            "reportingController",
            "type",
        ],
        _ if matches!(field, "metadata.name" | "metadata.namespace") => return Ok(()),
        _ => {
            let field = api::go::quote(field);
            return Err(format!(
                "{field} is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
            ));
        }
    };
    let has_namespace = !matches!(kind, Some(Kind::Node | Kind::Namespace));
    if own.contains(&field) || field == "metadata.name" || field == "metadata.namespace" && has_namespace {
        return Ok(());
    }
    Err(format!("field label not supported: {field}"))
}

/// A field as text, or an empty one.
fn field(object: &Value, name: &str) -> String {
    match name {
        "spec.host" => text(object.spec().field("nodeName").value),
        "spec.hostNetwork" | "spec.unschedulable" => (*read(object, name) == Value::Bool(true)).to_string(),
        "status.podIP" => object
            .status()
            .field("podIPs")
            .list()
            .first()
            .map_or_else(String::new, |ip| text(ip.field("ip").value)),
        "status.podIPs" => String::new(),
        "source" => match text(object.field("source").field("component").value) {
            component if component.is_empty() => text(object.field("reportingComponent").value),
            component => component,
        },
        _ => text(read(object, name)),
    }
}

fn read<'a>(object: &'a Value, name: &str) -> &'a Value {
    Cursor::new(object).path(name).value
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::FieldSelector;
    use api::Kind;
    use serde_json::json;

    fn matches(text: &str) -> Result<bool, String> {
        let value = json!({"metadata": {"name": "web", "namespace": "default"}, "spec": {"nodeName": "minikube"},
            "status": {"phase": "Running", "podIPs": [{"ip": "10.244.0.2"}]}});
        FieldSelector::parse(Some(Kind::Pod), text).map(|selector| selector.matches(&value))
    }

    #[test]
    fn fields_are_compared_with_texts() {
        for text in [
            "status.phase=Running",
            "status.phase==Running,metadata.name=web",
            "metadata.namespace!=kube-system",
            "spec.nodeName=minikube,",
            "status.podIP=10.244.0.2",
            "spec.hostNetwork=false",
            "",
        ] {
            assert_eq!(matches(text), Ok(true), "{text}");
        }
        assert_eq!(matches("status.phase!=Running"), Ok(false));
        assert_eq!(matches("metadata.name=we"), Ok(false));
    }

    #[test]
    fn what_the_server_cannot_select_by_is_refused() {
        let error = |text| matches(text).err().unwrap_or_default();
        assert_eq!(error("spec.image=nginx"), "field label not supported: spec.image");
        assert_eq!(error("name"), "invalid selector: 'name'; can't understand 'name'");
        assert_eq!(
            error(r"metadata.name=a\b"),
            r"invalid field selector: invalid escape sequence: \b"
        );
        let slices = FieldSelector::parse(Some(Kind::EndpointSlice), "addressType=IPv4");
        assert_eq!(
            slices.err().as_deref(),
            Some(r#""addressType" is not a known field selector: only "metadata.name", "metadata.namespace""#)
        );
    }
}
