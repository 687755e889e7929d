//! Kubernetes' messages for findings.

use crate::finding::{Detail, Finding, FindingKind, FoundValue};
use crate::{Path, Value, go};
use std::fmt;

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = match &self.kind {
            FindingKind::UnknownField => return write!(f, "unknown field {}", go::quote(&self.shown.to_string())),
            FindingKind::Message => return f.write_str(&self.detail),
            FindingKind::Warning => return write!(f, "{}: {}", self.shown, self.detail),
            FindingKind::Subject => return write!(f, "{} {}", self.shown, self.detail),
            FindingKind::NotFound => "Not found",
            FindingKind::Required => "Required value",
            FindingKind::Duplicate => "Duplicate value",
            FindingKind::Invalid => "Invalid value",
            FindingKind::NotSupported(_) => "Unsupported value",
            FindingKind::Forbidden => "Forbidden",
            FindingKind::TooLong => "Too long",
            FindingKind::TooMany(_) => "Too many",
            FindingKind::Internal => "Internal error",
        };
        if self.shown == Path::root() {
            f.write_str("<nil>")?;
        }
        write!(f, "{}: {title}", self.shown)?;
        if let Some(value) = &self.value {
            write!(f, ": {value}")?;
        }
        match &self.kind {
            FindingKind::TooMany(count) => write!(f, ": {count}")?,
            FindingKind::NotSupported(supported) => {
                let list: Vec<String> = supported.iter().map(|it| go::quote(it)).collect();
                write!(f, ": supported values: {}", list.join(", "))?;
            }
            _ => {}
        }
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        Ok(())
    }
}

impl Finding {
    /// The message of a finding that is the only one. An unknown field gets the title of strict decoding errors.
    pub fn alone(&self) -> String {
        match self.kind {
            FindingKind::UnknownField => format!("strict decoding error: {self}"),
            _ => self.to_string(),
        }
    }
}

impl fmt::Display for FoundValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(Value::String(text)) => f.write_str(&go::quote(text)),
            Self::Json(Value::Number(number)) => f.write_str(&go::number(number)),
            Self::Json(other) => f.write_str(&go::json(other)),
            Self::Printed(text) => f.write_str(text),
        }
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

/// The text after `… is invalid: `, as the API server joins findings: one inline, several as a list, each once.
///
/// Models: apimachinery/pkg/api/errors NewInvalid over util/errors aggregate (v1.36), and kubectl's bulleted list.
pub fn findings_text(findings: &[Finding]) -> String {
    let mut texts: Vec<String> = Vec::new();
    for finding in findings {
        let text = finding.to_string();
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    match texts.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        several => format!("\n* {}", several.join("\n* ")),
    }
}
