//! Errors in kubectl's words.

use api::{Finding, Rule};
use cluster::{Reason, Status};
use std::fmt::Write;

/// One error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The API server refuses.
    Server(Status),
    /// kubectl fails; printed after `error: `.
    Own(String),
    /// kubectl cannot read a document; printed as its own failure.
    Unread(Box<Finding>),
    /// Printed as it is.
    Verbatim(String),
}

impl Failure {
    pub(crate) fn own(message: impl Into<String>) -> Self {
        Self::Own(message.into())
    }

    /// A wrong use of a command, with the hint kubectl adds.
    ///
    /// Models: kubectl/pkg/cmd/util/helpers.go UsageErrorf (v1.36).
    pub(crate) fn usage(message: &str, command: &str) -> Self {
        Self::Own(format!("{message}\nSee '{command} -h' for help and examples"))
    }

    /// An unknown word after a command that has only subcommands.
    ///
    /// Models: kubectl/pkg/cmd/util/helpers.go RequireNoArguments (v1.36).
    pub(crate) fn unknown_subcommand(command: &str, words: &[String]) -> Self {
        let quoted = api::go::quote(&words.join(" "));
        Self::usage(&format!("unknown command {quoted}"), command)
    }

    /// The rules that the API server, or kubectl before it, says are broken.
    pub(crate) fn rules(&self) -> impl Iterator<Item = Rule> {
        let findings = match self {
            Self::Server(status) => status.findings.as_slice(),
            Self::Unread(finding) => std::slice::from_ref(&**finding),
            Self::Own(_) | Self::Verbatim(_) => &[],
        };
        findings.iter().map(|finding| finding.rule)
    }

    /// As kubectl prints it when it is the only one.
    ///
    /// Models: kubectl/pkg/cmd/util/helpers.go checkErr (v1.36).
    pub(crate) fn alone(&self) -> String {
        match self {
            Self::Server(status) if status.reason == Reason::Invalid => invalid(status),
            Self::Own(message) if message.starts_with("error: ") => ended(message.clone()),
            Self::Own(message) => ended(format!("error: {message}")),
            Self::Unread(finding) => ended(format!("error: {finding}")),
            _ => ended(self.among()),
        }
    }

    /// As kubectl prints it among others.
    ///
    /// Models: kubectl/pkg/cmd/util/helpers.go MultipleErrors, StandardErrorMessage (v1.36).
    fn among(&self) -> String {
        match self {
            Self::Server(status) if status.reason == Reason::Unknown => {
                format!("Error from server: {}", status.message)
            }
            Self::Server(status) => format!("Error from server ({}): {}", status.reason.word(), status.message),
            Self::Unread(finding) => finding.to_string(),
            Self::Own(message) | Self::Verbatim(message) => message.clone(),
        }
    }

    /// The same with the source of the object in the message.
    ///
    /// Models: kubectl/pkg/cmd/util/helpers.go AddSourceToErr (v1.36).
    pub(crate) fn with_source(self, verb: &str, source: &str) -> Self {
        match self {
            Self::Server(status) => Self::Server(Status {
                message: format!("error when {verb} \"{source}\": {}", status.message),
                ..status
            }),
            other => other,
        }
    }
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        Self::Server(status)
    }
}

/// A text with a line end, unless it has one.
///
/// Models: kubectl/pkg/cmd/util/helpers.go fatal (v1.36).
fn ended(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn invalid(status: &Status) -> String {
    let mut text = match &status.object {
        Some((kind, name)) => format!("The {kind} \"{name}\" is invalid: "),
        None if status.findings.is_empty() => return format!("The request is invalid: {}\n", status.message),
        None => "The request is invalid: ".to_owned(),
    };
    if let [finding] = status.findings.as_slice() {
        let _ = writeln!(text, "{finding}");
        return text;
    }
    text.push('\n');
    for finding in &status.findings {
        let _ = writeln!(text, "* {finding}");
    }
    text
}

/// What kubectl prints for all errors.
pub(crate) fn print(failures: &[Failure]) -> String {
    match failures {
        [one] => one.alone(),
        several => several
            .iter()
            .fold(String::new(), |text, failure| text + &failure.among() + "\n"),
    }
}
