//! The text of a description: lines, maps and lists with titles.

use crate::client::KubectlVersion;
use crate::print::align;
use api::{Cursor, Fields, Value};
use std::fmt::Display;

/// The annotation that `kubectl apply` keeps and descriptions hide.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// Annotations of so many bytes get lines of their own.
const MAX_ANNOTATION: usize = 140;

/// A description in progress; tabs end its cells until it is finished.
#[derive(Default)]
pub(crate) struct Description {
    pub(super) text: String,
    pub(crate) version: KubectlVersion,
}

impl Description {
    /// Adds text, with control characters made visible.
    ///
    /// Models: cli-runtime/pkg/printers WriteEscaped (v1.36).
    pub(crate) fn put(&mut self, text: impl Display) {
        let text = text.to_string();
        for c in text.chars() {
            match c {
                '\u{1b}' => self.text.push_str("^["),
                '\r' => self.text.push_str("\\r"),
                c => self.text.push(c),
            }
        }
    }

    /// Adds a line, indented by two blanks a level.
    pub(crate) fn line(&mut self, level: usize, text: impl Display) {
        (0..level).for_each(|_| self.text.push_str("  "));
        self.put(text);
        self.text.push('\n');
    }

    /// Adds a name and a value.
    pub(crate) fn field(&mut self, level: usize, name: &str, value: impl Display) {
        self.line(level, format_args!("{name}:\t{value}"));
    }

    /// Adds a name and the text at these fields, if any.
    pub(crate) fn text_field(&mut self, level: usize, name: &str, text: Cursor<'_>) {
        if let Some(text) = text.as_text().filter(|text| !text.is_empty()) {
            self.field(level, name, text);
        }
    }

    /// Adds a title and a line for each value, or `<none>`.
    pub(crate) fn lines(&mut self, title: &str, lines: impl IntoIterator<Item = String>) {
        let mut lines = lines.into_iter();
        let first = lines.next();
        self.field(0, title, first.as_deref().unwrap_or("<none>"));
        lines.for_each(|line| self.line(0, format_args!("\t{line}")));
    }

    /// Adds a map of texts, such as labels.
    ///
    /// Models: kubectl/pkg/describe printLabelsMultiline (v1.36).
    pub(crate) fn labels(&mut self, title: &str, labels: Cursor<'_>) {
        self.lines(
            title,
            labels.text_entries().map(|(key, value)| format!("{key}={value}")),
        );
    }

    /// Adds annotations; long ones and those of several lines get lines of their own.
    ///
    /// Models: kubectl/pkg/describe printAnnotationsMultiline (v1.36).
    pub(crate) fn annotations(&mut self, title: &str, annotations: Cursor<'_>) {
        let shown = annotations.text_entries().filter(|(key, _)| *key != LAST_APPLIED);
        let lines = shown.flat_map(|(key, value)| {
            let value = value.strip_suffix('\n').unwrap_or(value);
            if value.len() + key.len() + 2 <= MAX_ANNOTATION && !value.contains('\n') {
                return vec![format!("{key}: {value}")];
            }
            let parts = value
                .split('\n')
                .map(|part| format!("  {}", shorten(part, MAX_ANNOTATION - 2)));
            std::iter::once(format!("{key}:")).chain(parts).collect()
        });
        self.lines(title, lines);
    }

    /// Adds name, namespace and labels, as most descriptions begin.
    pub(crate) fn name_and_namespace(&mut self, value: &Value) {
        self.field(0, "Name", value.metadata().field("name").text());
        self.field(0, "Namespace", value.metadata().field("namespace").text());
    }

    pub(crate) fn labels_and_annotations(&mut self, value: &Value) {
        self.labels("Labels", value.metadata().field("labels"));
        self.annotations("Annotations", value.metadata().field("annotations"));
    }

    /// The text with its tabs.
    pub(crate) fn bare(self) -> String {
        self.text
    }

    /// The text with its columns aligned.
    pub(crate) fn finish(self) -> String {
        align(&self.text)
    }
}

/// The texts of the list at these fields, joined.
pub(crate) fn joined(list: Cursor<'_>, between: &str) -> String {
    list.texts().collect::<Vec<_>>().join(between)
}

/// A text, or a substitute if it is empty.
pub(crate) fn or<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}

/// A value that is a number or a text, such as a target port.
pub(crate) fn int_or_string(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Cuts a text after so many bytes, at a character boundary.
fn shorten(text: &str, max: usize) -> String {
    if text.len() <= max {
        return text.to_owned();
    }
    let cut = (0..=max).rev().find_map(|end| text.get(..end));
    format!("{}...", cut.unwrap_or_default())
}
