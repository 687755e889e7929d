use crate::path::Path;
use crate::{Value, go};
use std::fmt;

/// What validation has against one field.
///
/// Displays as Kubernetes prints it: `spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive`.
/// Models: apimachinery/pkg/util/validation/field Error (v1.36).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which field.
    pub path: Path,
    /// What sort of objection.
    pub kind: FindingKind,
    /// More words, or none.
    pub detail: String,
}

/// The sorts of objections, with the value objected to where it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// A value that names nothing that exists.
    NotFound(Value),
    /// A field that has to be there.
    Required,
    /// A value that has to be unique and isn't.
    Duplicate(Value),
    /// A whole struct that has to be unique and isn't, in print: Go keeps the order of its fields.
    DuplicateStruct(String),
    /// A value that isn't allowed.
    Invalid(Value),
    /// A whole struct that isn't allowed, in print.
    InvalidStruct(String),
    /// A value that isn't one of a few.
    NotSupported(Value),
    /// A whole struct of which a field isn't one of a few, in print.
    NotSupportedStruct(String),
    /// A field that may not be set here.
    Forbidden,
    /// Text with too many bytes.
    TooLong,
    /// A list with too many items, and how many it has.
    TooMany(usize),
    /// The server's own failure.
    Internal,
}

impl FindingKind {
    fn words(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "Not found",
            Self::Required => "Required value",
            Self::Duplicate(_) | Self::DuplicateStruct(_) => "Duplicate value",
            Self::Invalid(_) | Self::InvalidStruct(_) => "Invalid value",
            Self::NotSupported(_) | Self::NotSupportedStruct(_) => "Unsupported value",
            Self::Forbidden => "Forbidden",
            Self::TooLong => "Too long",
            Self::TooMany(_) => "Too many",
            Self::Internal => "Internal error",
        }
    }

    fn printed(&self) -> Option<String> {
        match self {
            Self::NotFound(value) | Self::Duplicate(value) | Self::Invalid(value) | Self::NotSupported(value) => {
                Some(shown(value))
            }
            Self::DuplicateStruct(printed) | Self::InvalidStruct(printed) | Self::NotSupportedStruct(printed) => {
                Some(printed.clone())
            }
            Self::TooMany(count) => Some(count.to_string()),
            Self::Required | Self::Forbidden | Self::TooLong | Self::Internal => None,
        }
    }
}

impl Finding {
    /// A value that isn't allowed.
    pub fn invalid(path: impl Into<Path>, value: impl Into<Value>, detail: impl Into<String>) -> Self {
        Self::new(FindingKind::Invalid(value.into()), path, detail)
    }

    /// A field that has to be there.
    pub fn required(path: impl Into<Path>, detail: impl Into<String>) -> Self {
        Self::new(FindingKind::Required, path, detail)
    }

    /// A field that may not be set here.
    pub fn forbidden(path: impl Into<Path>, detail: impl Into<String>) -> Self {
        Self::new(FindingKind::Forbidden, path, detail)
    }

    /// A value that has to be unique and isn't.
    pub fn duplicate(path: impl Into<Path>, value: impl Into<Value>) -> Self {
        Self::new(FindingKind::Duplicate(value.into()), path, "")
    }

    /// A value that isn't one of a few, which are printed in the order given.
    pub fn not_supported(path: impl Into<Path>, value: impl Into<Value>, supported: &[&str]) -> Self {
        let list: Vec<String> = supported.iter().map(|it| go::quote(it)).collect();
        let detail = format!("supported values: {}", list.join(", "));
        Self::new(FindingKind::NotSupported(value.into()), path, detail)
    }

    /// Text of more than so many bytes.
    pub fn too_long(path: impl Into<Path>, max_bytes: usize) -> Self {
        let unit = if max_bytes == 1 { "byte" } else { "bytes" };
        Self::new(
            FindingKind::TooLong,
            path,
            format!("may not be more than {max_bytes} {unit}"),
        )
    }

    /// A list of more than so many items.
    pub fn too_many(path: impl Into<Path>, actual: usize, max: usize) -> Self {
        let unit = if max == 1 { "item" } else { "items" };
        Self::new(
            FindingKind::TooMany(actual),
            path,
            format!("must have at most {max} {unit}"),
        )
    }

    /// The server's own failure.
    pub fn internal(path: impl Into<Path>, detail: impl Into<String>) -> Self {
        Self::new(FindingKind::Internal, path, detail)
    }

    /// A value that names nothing that exists.
    pub fn not_found(path: impl Into<Path>, value: impl Into<Value>) -> Self {
        Self::new(FindingKind::NotFound(value.into()), path, "")
    }

    /// Of any sort.
    pub fn new(kind: FindingKind, path: impl Into<Path>, detail: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            kind,
            detail: detail.into(),
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => go::quote(text),
        Value::Number(number) => go::number(number),
        other => go::json(other),
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.segments().is_empty() {
            f.write_str("<nil>")?;
        }
        write!(f, "{}: {}", self.path, self.kind.words())?;
        if let Some(value) = self.kind.printed() {
            write!(f, ": {value}")?;
        }
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        Ok(())
    }
}

/// Several objections as the API server joins them behind `… is invalid: `: one inline, more as a list.
/// Equal ones are said once.
///
/// Models: apimachinery/pkg/api/errors NewInvalid over util/errors aggregate (v1.36), and kubectl's bulleted list.
pub fn findings_text(errors: &[Finding]) -> String {
    let mut words: Vec<String> = Vec::new();
    for error in errors {
        let text = error.to_string();
        if !words.contains(&text) {
            words.push(text);
        }
    }
    match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        several => format!("\n* {}", several.join("\n* ")),
    }
}
