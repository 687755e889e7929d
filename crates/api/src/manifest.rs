use crate::decode::decode_metadata;
use crate::{Detail, Finding, Kind, Map, Path, Rule, Value, go};

impl Rule {
    /// Whether the rule is about a missing or malformed `apiVersion` or `kind`.
    pub const fn is_about_type(self) -> bool {
        matches!(
            self,
            Self::TypeMissing
                | Self::TypeNotText
                | Self::VersionMissing
                | Self::VersionForm
                | Self::KindMissing
                | Self::NotAnObject
        )
    }
}

/// Why kubectl does not send an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManifestError {
    /// Not an object, or `apiVersion` or `kind` is missing or not text.
    Invalid(Rule, Vec<String>),
    /// Empty `kind`.
    NoKind(String),
    /// Malformed metadata.
    Metadata(Box<Finding>),
    /// No such kind in that version.
    NoMatch {
        name: String,
        namespace: String,
        kind: String,
        api_version: String,
    },
}

impl ManifestError {
    /// The error as a finding. `source` is kubectl's name of the input: `STDIN`, or the name of a file.
    pub fn finding(&self, source: &str) -> Finding {
        let (rule, path) = match self {
            Self::Invalid(rule, words) if words.iter().all(|it| it.starts_with("apiVersion")) => {
                (*rule, Path::root().field("apiVersion"))
            }
            Self::Invalid(rule, _) => (*rule, Path::root().field("kind")),
            Self::NoKind(_) => (Rule::KindEmpty, Path::root().field("kind")),
            Self::NoMatch { .. } => (Rule::KindUnknown, Path::root().field("kind")),
            Self::Metadata(finding) => (finding.rule, finding.at.clone()),
        };
        Finding::message(path, (rule, self.message(source)))
    }

    /// The text that kubectl prints after `error: `.
    fn message(&self, source: &str) -> String {
        match self {
            Self::Invalid(_, words) => {
                let words = if words.len() == 1 {
                    words.concat()
                } else {
                    format!("[{}]", words.join(", "))
                };
                format!(
                    "error validating \"{source}\": error validating data: {words}; \
                     if you choose to ignore these errors, turn validation off with --validate=false"
                )
            }
            Self::NoKind(object) => format!("unable to decode \"{source}\": Object 'Kind' is missing in '{object}'"),
            Self::Metadata(error) => format!("unable to decode \"{source}\": {error}"),
            Self::NoMatch {
                name,
                namespace,
                kind,
                api_version,
            } => format!(
                "resource mapping not found for name: \"{name}\" namespace: \"{namespace}\" from \"{source}\": \
                 no matches for kind \"{kind}\" in version \"{api_version}\"\nensure CRDs are installed first"
            ),
        }
    }
}

/// Determines the kind of a document, as kubectl does before it sends a request.
///
/// The kind may be in lower case: kubectl accepts that, and only the server refuses it (see [`unregistered_kind`]).
/// Models: kubectl/pkg/validation getObjectKind, cli-runtime/pkg/resource mapper infoForData (v1.36).
pub fn read_manifest(object: &Value) -> Result<Kind, ManifestError> {
    let (api_version, kind) = type_of(object).map_err(invalid)?;
    if kind.is_empty() {
        return Err(ManifestError::NoKind(go::json(object)));
    }
    decode_metadata(object).map_err(ManifestError::Metadata)?;
    Kind::ALL
        .into_iter()
        .find(|it| it.is_served_in(api_version) && (it.name() == kind || it.name().to_lowercase() == kind))
        .ok_or_else(|| ManifestError::NoMatch {
            name: text_at(object, "/metadata/name"),
            namespace: text_at(object, "/metadata/namespace"),
            kind: kind.to_owned(),
            api_version: api_version.to_owned(),
        })
}

/// The server's error about a kind in the wrong case.
///
/// Models: apimachinery/pkg/runtime NewNotRegisteredErrForKind over the legacy scheme (v1.36, recorded).
pub fn unregistered_kind(object: &Value) -> Option<String> {
    let (api_version, kind) = type_of(object).ok()?;
    let known = Kind::of(api_version, kind).is_some();
    (!known).then(|| {
        format!(
            "no kind \"{kind}\" is registered for version \"{api_version}\" in scheme \"pkg/api/legacyscheme/scheme.go:30\""
        )
    })
}

/// Combines the faults of `apiVersion` and `kind` into one error.
fn invalid(faults: Vec<Detail>) -> ManifestError {
    let rule = match faults.as_slice() {
        [fault] => fault.rule.unwrap_or(Rule::Other),
        faults if faults.iter().any(|it| it.rule == Some(Rule::TypeNotText)) => Rule::TypeNotText,
        _ => Rule::TypeMissing,
    };
    ManifestError::Invalid(rule, faults.into_iter().map(|it| it.words).collect())
}

fn type_of(object: &Value) -> Result<(&str, &str), Vec<Detail>> {
    let Value::Object(fields) = object else {
        return Err(vec![(Rule::NotAnObject, "invalid object to validate").into()]);
    };
    let (version, kind) = (
        text_field(fields, "apiVersion", Rule::VersionMissing),
        text_field(fields, "kind", Rule::KindMissing),
    );
    match (version, kind) {
        (Ok(api_version), Ok(kind)) => match api_version.matches('/').count() {
            0 | 1 => Ok((api_version, kind)),
            _ => {
                let words = format!("unexpected GroupVersion string: {api_version}");
                Err(vec![(Rule::VersionForm, words).into()])
            }
        },
        (api_version, kind) => Err([api_version.err(), kind.err()].into_iter().flatten().collect()),
    }
}

fn text_field<'a>(fields: &'a Map<String, Value>, name: &str, missing: Rule) -> Result<&'a str, Detail> {
    match fields.get(name) {
        None | Some(Value::Null) => Err((missing, format!("{name} not set")).into()),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err((Rule::TypeNotText, format!("{name} isn't string type")).into()),
    }
}

fn text_at(object: &Value, pointer: &str) -> String {
    object
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use serde_json::json;

    fn check(object: &Value, expected: &Expect) {
        let said = read_manifest(object).map_or_else(|error| error.message("STDIN"), |kind| kind.to_string());
        expected.assert_eq(&said);
    }

    #[test]
    fn kubectl_wants_a_kind_in_a_version_it_knows() {
        check(
            &json!("hello"),
            &expect![[
                r#"error validating "STDIN": error validating data: invalid object to validate; if you choose to ignore these errors, turn validation off with --validate=false"#
            ]],
        );
        check(
            &json!({"kind": "Service"}),
            &expect![[
                r#"error validating "STDIN": error validating data: apiVersion not set; if you choose to ignore these errors, turn validation off with --validate=false"#
            ]],
        );
        check(
            &json!({}),
            &expect![[
                r#"error validating "STDIN": error validating data: [apiVersion not set, kind not set]; if you choose to ignore these errors, turn validation off with --validate=false"#
            ]],
        );
        check(
            &json!({"apiVersion": "v1", "kind": ""}),
            &expect![[r#"unable to decode "STDIN": Object 'Kind' is missing in '{"apiVersion":"v1","kind":""}'"#]],
        );
        check(
            &json!({"apiVersion": "v2", "kind": "Service", "metadata": {"name": "a"}}),
            &expect![[r#"
            resource mapping not found for name: "a" namespace: "" from "STDIN": no matches for kind "Service" in version "v2"
            ensure CRDs are installed first"#]],
        );
        check(&json!({"apiVersion": "v1", "kind": "service"}), &expect!["Service"]);
    }
}
