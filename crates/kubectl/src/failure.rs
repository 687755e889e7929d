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
    /// The server does not serve the resource that kubectl guesses for a list.
    Guessed(Box<GuessedResource>),
}

/// An object of a kind that ends in `List` and has no items: kubectl guesses a resource from the kind.
///
/// Models: client-go/restmapper/discovery.go NewDiscoveryRESTMapper (v1.36).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GuessedResource {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) source: String,
}

impl GuessedResource {
    /// The server's answer to who creates it.
    fn not_found(&self) -> Failure {
        let words = "the server could not find the requested resource".to_owned();
        Failure::from(Status::plain(404, Reason::NotFound, words)).with_source("creating", &self.source)
    }

    /// How `apply` fails: it asks for the object by its name first.
    ///
    /// Models: kubectl/pkg/cmd/apply/apply.go applyOneObject, cli-runtime/pkg/resource/visitor.go Info.String (v1.36).
    pub(crate) fn applied(&self) -> Failure {
        if !self.name.is_empty() {
            return self.not_found();
        }
        let version = match self.api_version.as_str() {
            "v1" => "/v1",
            version => version,
        };
        Failure::own(format!(
            "error when retrieving current configuration of:\nResource: \"{version}, Resource={}s\", GroupVersionKind: \"{version}, Kind={}\"\nName: \"\", Namespace: \"{}\"\nfrom server for: \"{}\": resource name may not be empty",
            self.kind.to_lowercase(),
            self.kind,
            self.namespace,
            self.source
        ))
    }
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
            Self::Own(_) | Self::Verbatim(_) | Self::Guessed(_) => &[],
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
            Self::Guessed(resource) => resource.not_found().among(),
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
