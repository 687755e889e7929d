use crate::decode::{DecodeError, decode_metadata};
use crate::{Kind, Map, Path, Value, go};

/// Why kubectl doesn't even send an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManifestError {
    /// Not an object, or `apiVersion` or `kind` missing or no text.
    Invalid(Vec<String>),
    /// An empty `kind`.
    NoKind(String),
    /// Metadata of a wrong type.
    Metadata(DecodeError),
    /// No such kind in that version.
    NoMatch {
        /// `metadata.name`.
        name: String,
        /// `metadata.namespace`.
        namespace: String,
        /// The kind asked for.
        kind: String,
        /// Group and version asked for.
        api_version: String,
    },
}

impl ManifestError {
    /// The field to point at.
    pub fn path(&self) -> Path {
        match self {
            Self::Invalid(words) if words.iter().all(|it| it.starts_with("apiVersion")) => {
                Path::root().field("apiVersion")
            }
            Self::Invalid(_) | Self::NoKind(_) | Self::NoMatch { .. } => Path::root().field("kind"),
            Self::Metadata(error) => error.paths().first().cloned().unwrap_or_default(),
        }
    }

    /// What kubectl prints behind `error: `, of a source named as it names it (`STDIN`).
    pub fn message(&self, source: &str) -> String {
        match self {
            Self::Invalid(words) => {
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

/// What kubectl makes of one document before it asks the server: its kind, or why it goes no further.
///
/// The kind may be written in lower case: kubectl maps it all the same, and only the server refuses it
/// (see [`unregistered_kind`]).
/// Models: kubectl/pkg/validation getObjectKind, cli-runtime/pkg/resource mapper infoForData (v1.36).
pub fn read_manifest(object: &Value) -> Result<Kind, ManifestError> {
    let (api_version, kind) = type_of(object).map_err(ManifestError::Invalid)?;
    if kind.is_empty() {
        return Err(ManifestError::NoKind(go::json(object)));
    }
    decode_metadata(object).map_err(ManifestError::Metadata)?;
    Kind::ALL
        .into_iter()
        .find(|it| it.api_version() == api_version && (it.name() == kind || it.name().to_lowercase() == kind))
        .ok_or_else(|| ManifestError::NoMatch {
            name: text_at(object, "/metadata/name"),
            namespace: text_at(object, "/metadata/namespace"),
            kind: kind.to_owned(),
            api_version: api_version.to_owned(),
        })
}

/// What the server says, in place of a decode error, of a kind in another case than its own.
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

fn type_of(object: &Value) -> Result<(&str, &str), Vec<String>> {
    let Value::Object(fields) = object else {
        return Err(vec!["invalid object to validate".to_owned()]);
    };
    match (text_field(fields, "apiVersion"), text_field(fields, "kind")) {
        (Ok(api_version), Ok(kind)) => match api_version.matches('/').count() {
            0 | 1 => Ok((api_version, kind)),
            _ => Err(vec![format!("unexpected GroupVersion string: {api_version}")]),
        },
        (api_version, kind) => Err([api_version.err(), kind.err()].into_iter().flatten().collect()),
    }
}

fn text_field<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<&'a str, String> {
    match fields.get(name) {
        None | Some(Value::Null) => Err(format!("{name} not set")),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(format!("{name} isn't string type")),
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
