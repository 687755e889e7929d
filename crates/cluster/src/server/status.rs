use api::{DecodeError, Fields, Finding, Kind, Path, Rule, Value};
use std::fmt;

/// Why the API server refuses a request: `metav1.Status`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The HTTP status.
    pub code: u16,
    /// What sort of refusal it is.
    pub reason: Reason,
    /// The sentence that people read.
    pub message: String,
    /// For [`Reason::Invalid`]: the kind and the name of the object.
    pub object: Option<(String, String)>,
    /// What is wrong with the object, each text once.
    pub findings: Vec<Finding>,
}

/// What sort of refusal a [`Status`] is, for programs.
///
/// Models: apimachinery/pkg/apis/meta/v1 StatusReason (v1.36).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The server gives no reason.
    Unknown,
    /// There is no such object or resource.
    NotFound,
    /// An object of that kind and name exists.
    AlreadyExists,
    /// The server cannot read the request.
    BadRequest,
    /// The request is not granted.
    Forbidden,
    /// The object was changed since it was read.
    Conflict,
    /// The object breaks rules.
    Invalid,
    /// The resource does not support the request.
    MethodNotAllowed,
    /// The server does not read what is sent so.
    UnsupportedMediaType,
    /// The request is larger than the server takes.
    RequestEntityTooLarge,
    /// The server failed.
    InternalError,
    /// The server cannot reach what it would ask.
    ServiceUnavailable,
}

impl Reason {
    /// The word that is printed; empty for [`Reason::Unknown`].
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "",
            Self::NotFound => "NotFound",
            Self::AlreadyExists => "AlreadyExists",
            Self::BadRequest => "BadRequest",
            Self::Forbidden => "Forbidden",
            Self::Conflict => "Conflict",
            Self::RequestEntityTooLarge => "RequestEntityTooLarge",
            Self::UnsupportedMediaType => "UnsupportedMediaType",
            Self::Invalid => "Invalid",
            Self::MethodNotAllowed => "MethodNotAllowed",
            Self::InternalError => "InternalError",
            Self::ServiceUnavailable => "ServiceUnavailable",
        }
    }
}

impl Status {
    /// Models: apimachinery/pkg/api/errors/errors.go NewNotFound (v1.36).
    pub fn not_found(kind: Kind, name: &str) -> Self {
        let message = format!("{} \"{name}\" not found", kind.qualified_resource());
        Self::plain(404, Reason::NotFound, message)
    }

    /// What a client makes of a path that the API server does not have.
    ///
    /// Models: apimachinery/pkg/api/errors/errors.go NewGenericServerResponse (v1.36).
    pub fn not_served(verb: &str, kind: Kind, name: &str) -> Self {
        let asked = [verb, &kind.qualified_resource(), name].join(" ");
        let message = format!(
            "the server could not find the requested resource ({})",
            asked.trim_end()
        );
        Self::plain(404, Reason::NotFound, message)
    }

    /// Models: apimachinery/pkg/api/errors/errors.go NewAlreadyExists (v1.36).
    pub fn already_exists(kind: Kind, name: &str) -> Self {
        let message = format!("{} \"{name}\" already exists", kind.qualified_resource());
        Self::plain(409, Reason::AlreadyExists, message)
            .about(Rule::AlreadyExists, Path::root().field("metadata").field("name"))
    }

    /// The request cannot be read.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::plain(400, Reason::BadRequest, message.into())
    }

    /// The body cannot be read as an object of its kind.
    ///
    /// Models: apiserver/pkg/endpoints/handlers/rest.go transformDecodeError (v1.36).
    pub fn undecodable(kind: Kind, written: &Value, error: &DecodeError) -> Self {
        let name = kind.name();
        let version = written.field("apiVersion").text().rsplit('/').next();
        let version = version.filter(|it| !it.is_empty()).unwrap_or(kind.version());
        let message = format!("{name} in version \"{version}\" cannot be handled as a {name}: {error}");
        Self {
            findings: error.findings().to_vec(),
            ..Self::bad_request(message)
        }
    }

    /// The request is not granted.
    pub fn forbidden(kind: Kind, name: &str, why: &str) -> Self {
        let message = format!("{} \"{name}\" is forbidden: {why}", kind.qualified_resource());
        Self::plain(403, Reason::Forbidden, message)
    }

    /// The object was changed since it was read.
    pub fn conflict(kind: Kind, name: &str, why: &str) -> Self {
        let resource = kind.qualified_resource();
        let message = format!("Operation cannot be fulfilled on {resource} \"{name}\": {why}");
        Self::plain(409, Reason::Conflict, message)
    }

    /// The server failed.
    pub fn internal(message: &str) -> Self {
        let message = format!("Internal error occurred: {message}");
        Self::plain(500, Reason::InternalError, message)
    }

    /// The object breaks rules.
    ///
    /// Models: apimachinery/pkg/api/errors/errors.go NewInvalid (v1.36): one error stands inline, several in brackets.
    pub fn invalid(kind: Kind, name: &str, findings: &[Finding]) -> Self {
        let mut texts: Vec<String> = Vec::new();
        let mut kept = Vec::new();
        for finding in findings {
            let text = finding.to_string();
            if !texts.contains(&text) {
                texts.push(text);
                kept.push(finding.clone());
            }
        }
        let object = match kind.group() {
            "" => kind.name().to_owned(),
            group => format!("{}.{group}", kind.name()),
        };
        let list = texts.join(", ");
        let all = if texts.len() == 1 { list } else { format!("[{list}]") };
        Self {
            object: Some((kind.name().to_owned(), name.to_owned())),
            findings: kept,
            ..Self::plain(422, Reason::Invalid, format!("{object} \"{name}\" is invalid: {all}"))
        }
    }

    /// A refusal without findings.
    pub fn plain(code: u16, reason: Reason, message: String) -> Self {
        Self {
            code,
            reason,
            message,
            object: None,
            findings: Vec::new(),
        }
    }

    /// The same as a finding about a field.
    #[must_use]
    pub fn about(mut self, rule: Rule, field: Path) -> Self {
        self.findings
            .push(Finding::message(field, (rule, self.message.clone())));
        self
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
