//! Findings: what the API server or kubectl objects to in an object, kept as typed values until they are printed.

mod print;
mod rule;

pub use print::findings_text;
pub use rule::Rule;

use crate::trail::Trail;
use crate::{Path, Segment, Value};

/// One objection to an object: an error or a warning.
///
/// Displays as Kubernetes prints it: `spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive`.
/// Models: apimachinery/pkg/util/validation/field Error (v1.36).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: Rule,
    /// The field that the finding is about.
    pub at: Path,
    /// The field as the message spells it, which may differ from `at`.
    pub shown: Path,
    pub kind: FindingKind,
    /// The value that the message prints.
    pub value: Option<FoundValue>,
    /// The end of the message; may be empty.
    pub detail: String,
}

/// The form of a finding's message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// The value names nothing that exists.
    NotFound,
    /// The field is missing.
    Required,
    /// The value must be unique.
    Duplicate,
    /// The value is not allowed.
    Invalid,
    /// The value is not one of these.
    NotSupported(Vec<String>),
    /// The field may not be set here.
    Forbidden,
    /// The text has too many bytes.
    TooLong,
    /// The list has this many items, which is too many.
    TooMany(usize),
    /// The server failed.
    Internal,
    /// The kind has no such field.
    UnknownField,
    /// A warning with the message `path: detail`.
    Warning,
    /// A warning whose detail is a sentence with the path as its subject.
    Subject,
    /// The detail is the whole message.
    Message,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoundValue {
    /// Printed as JSON.
    Json(Value),
    /// Printed unchanged: Go keeps the order of a struct's fields, which JSON values here do not.
    Printed(String),
}

/// The end of a message, and the rule that it states, if it states one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// The rule; `None` if it depends on the field.
    pub rule: Option<Rule>,
    pub words: String,
}

impl Finding {
    pub fn new(
        kind: FindingKind,
        path: impl Into<Path>,
        value: impl Into<Option<FoundValue>>,
        detail: impl Into<Detail>,
    ) -> Self {
        let (path, detail) = (path.into(), detail.into());
        let general = match kind {
            FindingKind::Required => Rule::Required,
            FindingKind::Duplicate => Rule::Duplicate,
            FindingKind::NotSupported(_) => Rule::Unsupported,
            FindingKind::TooLong => Rule::TooLong,
            FindingKind::UnknownField => Rule::UnknownField,
            _ => Rule::Other,
        };
        Self {
            rule: detail.rule.unwrap_or(general),
            at: path.clone(),
            shown: path,
            kind,
            value: value.into(),
            detail: detail.words,
        }
    }

    pub fn invalid(path: impl Into<Path>, value: impl Into<Value>, detail: impl Into<Detail>) -> Self {
        Self::new(FindingKind::Invalid, path, FoundValue::Json(value.into()), detail)
    }

    /// A struct that is not allowed. `printed` is the struct as Go prints it.
    pub fn invalid_struct(path: impl Into<Path>, printed: String, detail: impl Into<Detail>) -> Self {
        Self::new(FindingKind::Invalid, path, FoundValue::Printed(printed), detail)
    }

    pub fn required(path: impl Into<Path>, detail: impl Into<Detail>) -> Self {
        Self::new(FindingKind::Required, path, None, detail)
    }

    pub fn forbidden(path: impl Into<Path>, detail: impl Into<Detail>) -> Self {
        Self::new(FindingKind::Forbidden, path, None, detail)
    }

    pub fn duplicate(path: impl Into<Path>, value: impl Into<Value>) -> Self {
        Self::new(FindingKind::Duplicate, path, FoundValue::Json(value.into()), "")
    }

    /// A struct that must be unique. `printed` is the struct as Go prints it.
    pub fn duplicate_struct(path: impl Into<Path>, printed: String) -> Self {
        Self::new(FindingKind::Duplicate, path, FoundValue::Printed(printed), "")
    }

    /// A value that is not one of `supported`, which the message lists in this order.
    pub fn not_supported(path: impl Into<Path>, value: impl Into<Value>, supported: &[&str]) -> Self {
        Self::new(listed(supported), path, FoundValue::Json(value.into()), "")
    }

    /// A struct with a field that is not one of `supported`. `printed` is the struct as Go prints it.
    pub fn not_supported_struct(path: impl Into<Path>, printed: String, supported: &[&str]) -> Self {
        Self::new(listed(supported), path, FoundValue::Printed(printed), "")
    }

    /// Text of more than `max_bytes` bytes.
    pub fn too_long(path: impl Into<Path>, max_bytes: usize) -> Self {
        let unit = if max_bytes == 1 { "byte" } else { "bytes" };
        let detail = format!("may not be more than {max_bytes} {unit}");
        Self::new(FindingKind::TooLong, path, None, detail)
    }

    pub fn too_many(path: impl Into<Path>, actual: usize, max: usize) -> Self {
        let unit = if max == 1 { "item" } else { "items" };
        let detail = format!("must have at most {max} {unit}");
        Self::new(FindingKind::TooMany(actual), path, None, detail)
    }

    pub fn internal(path: impl Into<Path>, detail: impl Into<Detail>) -> Self {
        Self::new(FindingKind::Internal, path, None, detail)
    }

    pub fn not_found(path: impl Into<Path>, value: impl Into<Value>) -> Self {
        Self::new(FindingKind::NotFound, path, FoundValue::Json(value.into()), "")
    }

    pub fn unknown_field(path: impl Into<Path>) -> Self {
        Self::new(FindingKind::UnknownField, path, None, "")
    }

    /// A warning with the message `path: detail`.
    pub fn warning(path: impl Into<Path>, detail: impl Into<Detail>) -> Self {
        Self::new(FindingKind::Warning, path, None, detail)
    }

    /// A warning with the path as the subject of its sentence.
    pub fn subject(path: impl Into<Path>, detail: impl Into<Detail>) -> Self {
        Self::new(FindingKind::Subject, path, None, detail)
    }

    /// A finding with a complete message of its own.
    pub fn message(path: impl Into<Path>, message: impl Into<Detail>) -> Self {
        Self::new(FindingKind::Message, path, None, message)
    }

    /// Whether it is about the key of the field, not about its value.
    pub fn is_about_key(&self) -> bool {
        match self.rule {
            Rule::UnknownField | Rule::VolumeDeprecated | Rule::SelectorNull => true,
            Rule::LabelKey
            | Rule::NodeLabelDeprecated
            | Rule::AnnotationDeprecated
            | Rule::TopologyHintsDeprecated
            | Rule::IngressClassDeprecated => matches!(self.at.segments().last(), Some(Segment::Key(_))),
            _ => false,
        }
    }

    /// Replaces the rule.
    #[must_use]
    pub const fn ruled(mut self, rule: Rule) -> Self {
        self.rule = rule;
        self
    }

    /// Replaces the field that the finding is about; the message keeps its spelling.
    #[must_use]
    pub fn placed(mut self, at: impl Into<Path>) -> Self {
        self.at = at.into();
        self
    }

    /// Returns the finding with a prefix of its path replaced, if the path has that prefix.
    #[must_use]
    pub(crate) fn moved(mut self, from: &Trail, to: &Trail) -> Self {
        self.move_to(&from.into(), &to.into());
        self
    }

    /// Replaces a prefix of the field's path, if the path has that prefix.
    pub fn move_to(&mut self, from: &Path, to: &Path) {
        if let Some(rest) = self.at.segments().strip_prefix(from.segments()) {
            let steps = to.segments().iter().chain(rest).cloned();
            self.at = steps.collect::<Vec<Segment>>().into_iter().collect();
        }
    }
}

/// Replaces the rule of each finding, for a field that decides it.
pub fn ruled(rule: Rule, findings: impl IntoIterator<Item = Finding>) -> impl Iterator<Item = Finding> {
    findings.into_iter().map(move |finding| finding.ruled(rule))
}

fn listed(supported: &[&str]) -> FindingKind {
    FindingKind::NotSupported(supported.iter().map(|it| (*it).to_owned()).collect())
}

impl From<&str> for Detail {
    fn from(words: &str) -> Self {
        words.to_owned().into()
    }
}

impl From<String> for Detail {
    fn from(words: String) -> Self {
        Self { rule: None, words }
    }
}

impl From<(Rule, &str)> for Detail {
    fn from((rule, words): (Rule, &str)) -> Self {
        (rule, words.to_owned()).into()
    }
}

impl From<(Rule, String)> for Detail {
    fn from((rule, words): (Rule, String)) -> Self {
        Self {
            rule: Some(rule),
            words,
        }
    }
}
