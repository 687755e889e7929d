use api::{DecodeError, Finding, Kind, Path};
use std::fmt;

/// An API server's refusal, as `metav1.Status` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The HTTP status.
    pub code: u16,
    /// The word that programs read: `NotFound`, `Invalid`, …
    pub reason: &'static str,
    /// The sentence that people read.
    pub message: String,
    /// `Invalid` alone: the kind and the name of what was refused.
    pub object: Option<(String, String)>,
    /// What is wrong where; a cause without path concerns the object as a whole.
    pub causes: Vec<Cause>,
}

/// One thing that is wrong with an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Which field, where it is about one.
    pub path: Option<Path>,
    /// The message with the field's path in front, as Kubernetes writes it.
    pub message: String,
}

impl Status {
    /// No such object.
    ///
    /// Models: apimachinery/pkg/api/errors/errors.go NewNotFound (v1.36).
    pub fn not_found(kind: Kind, name: &str) -> Self {
        Self::plain(
            404,
            "NotFound",
            format!("{} \"{name}\" not found", kind.qualified_resource()),
        )
    }

    /// There is one of that name already.
    pub fn already_exists(kind: Kind, name: &str) -> Self {
        Self::plain(
            409,
            "AlreadyExists",
            format!("{} \"{name}\" already exists", kind.qualified_resource()),
        )
    }

    /// The request can't be read.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::plain(400, "BadRequest", message.into())
    }

    /// The body can't be read as an object of its kind.
    ///
    /// Models: apiserver/pkg/endpoints/handlers/rest.go transformDecodeError (v1.36).
    pub fn undecodable(kind: Kind, error: &DecodeError) -> Self {
        let name = kind.name();
        let version = "v1";
        let causes = match error {
            DecodeError::Mismatch { path, message } => vec![Cause {
                path: Some(path.clone()),
                message: message.clone(),
            }],
            DecodeError::Strict(paths) => paths
                .iter()
                .map(|path| Cause {
                    path: Some(path.clone()),
                    message: format!("unknown field \"{path}\""),
                })
                .collect(),
        };
        let message = format!("{name} in version \"{version}\" cannot be handled as a {name}: {error}");
        Self {
            causes,
            ..Self::bad_request(message)
        }
    }

    /// The request may not be granted.
    pub fn forbidden(kind: Kind, name: &str, why: &str) -> Self {
        Self::plain(
            403,
            "Forbidden",
            format!("{} \"{name}\" is forbidden: {why}", kind.qualified_resource()),
        )
    }

    /// Something else changed the object meanwhile.
    pub fn conflict(kind: Kind, name: &str, why: &str) -> Self {
        let resource = kind.qualified_resource();
        Self::plain(
            409,
            "Conflict",
            format!("Operation cannot be fulfilled on {resource} \"{name}\": {why}"),
        )
    }

    /// A fault of the server.
    pub fn internal(message: &str) -> Self {
        Self::plain(500, "InternalError", format!("Internal error occurred: {message}"))
    }

    /// The object breaks rules.
    ///
    /// Models: apimachinery/pkg/api/errors/errors.go NewInvalid (v1.36): one error stands inline, several in brackets.
    pub fn invalid(kind: Kind, name: &str, errors: &[Finding]) -> Self {
        let mut causes: Vec<Cause> = Vec::new();
        for error in errors {
            let cause = Cause {
                path: Some(error.path.clone()),
                message: error.to_string(),
            };
            if !causes.contains(&cause) {
                causes.push(cause);
            }
        }
        let object = match kind.group() {
            "" => kind.name().to_owned(),
            group => format!("{}.{group}", kind.name()),
        };
        let list = causes
            .iter()
            .map(|cause| cause.message.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        let all = if causes.len() == 1 { list } else { format!("[{list}]") };
        Self {
            code: 422,
            reason: "Invalid",
            message: format!("{object} \"{name}\" is invalid: {all}"),
            object: Some((kind.name().to_owned(), name.to_owned())),
            causes,
        }
    }

    /// A refusal that is about no field.
    pub fn plain(code: u16, reason: &'static str, message: String) -> Self {
        Self {
            code,
            reason,
            message,
            object: None,
            causes: Vec::new(),
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
