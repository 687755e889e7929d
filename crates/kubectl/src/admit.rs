//! One document of a manifest, created as `kubectl create -f` does.

use crate::failure::Failure;
use api::{Kind, Path, Value, read_manifest, unregistered_kind};
use cluster::{Cluster, Object, Options, Status, at};
use std::rc::Rc;

/// An object that came to be.
#[derive(Clone, Debug)]
pub struct Created {
    /// The object.
    pub object: Rc<Object>,
    /// What the API server warned of.
    pub warnings: Vec<String>,
}

/// Why a document did not become an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What kubectl prints on standard error, with its line end.
    pub stderr: String,
    /// Each fault with the field it is about, if it is about one.
    pub causes: Vec<(Option<Path>, String)>,
}

/// A document as kubectl reads it, before the server sees it.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) kind: Kind,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) value: Value,
}

/// Creates what a document describes, in its own namespace or `default`; nothing settles yet.
pub fn admit(cluster: &mut Cluster, value: &Value, source: &str) -> Result<Created, Refusal> {
    let document = document(value, source, None).map_err(|wrong| refusal(&wrong.0, wrong.1))?;
    create(cluster, &document, Options::default(), source).map_err(|failure| refusal(&failure, None))
}

fn refusal(failure: &Failure, path: Option<Path>) -> Refusal {
    let causes = match failure {
        Failure::Server(status) if !status.causes.is_empty() => status
            .causes
            .iter()
            .map(|cause| (cause.path.clone(), cause.message.clone()))
            .collect(),
        Failure::Server(status) => vec![(subject(status), status.message.clone())],
        Failure::Own(message) | Failure::Verbatim(message) => vec![(path, message.clone())],
    };
    Refusal {
        stderr: failure.alone(),
        causes,
    }
}

/// Which field a refusal without causes is about.
fn subject(status: &Status) -> Option<Path> {
    let metadata = Path::root().field("metadata");
    match status.reason {
        "AlreadyExists" => Some(metadata.field("name")),
        "NotFound" => Some(metadata.field("namespace")),
        _ => None,
    }
}

/// Reads a document: its kind, its name, and the namespace it goes to.
pub(crate) fn document(
    value: &Value,
    source: &str,
    asked: Option<&str>,
) -> Result<Document, Box<(Failure, Option<Path>)>> {
    if let Some(failure) = without_version(value, source) {
        return Err(Box::new((failure, Some(Path::root().field("apiVersion")))));
    }
    let kind =
        read_manifest(value).map_err(|error| Box::new((Failure::own(error.message(source)), Some(error.path()))))?;
    let text = |field| at(value, &["metadata", field]).as_str().unwrap_or_default().to_owned();
    let given = text("namespace");
    if let Some(asked) = asked.filter(|asked| kind.namespaced() && !given.is_empty() && given != *asked) {
        let words = format!(
            "the namespace from the provided object \"{given}\" does not match the namespace \"{asked}\". You must pass '--namespace={given}' to perform this operation."
        );
        return Err(Box::new((
            Failure::own(words),
            Some(Path::root().field("metadata").field("namespace")),
        )));
    }
    let namespace = match (kind.namespaced(), given.is_empty()) {
        (false, _) => String::new(),
        (true, true) => asked.unwrap_or("default").to_owned(),
        (true, false) => given,
    };
    Ok(Document {
        kind,
        namespace,
        name: text("name"),
        value: value.clone(),
    })
}

/// An empty `apiVersion` is sent to an address that no server has.
fn without_version(value: &Value, source: &str) -> Option<Failure> {
    let kind = at(value, &["kind"]).as_str()?;
    let known = at(value, &["apiVersion"]) == "" && Kind::of("v1", kind).is_some();
    let words = "the server could not find the requested resource".to_owned();
    known.then(|| Failure::from(Status::plain(404, "NotFound", words)).with_source("creating", source))
}

/// Creates what a document describes.
pub(crate) fn create(
    cluster: &mut Cluster,
    document: &Document,
    options: Options,
    source: &str,
) -> Result<Created, Failure> {
    let wrap = |status: Status| Failure::from(status).with_source("creating", source);
    if let Some(message) = unregistered_kind(&document.value) {
        let written = at(&document.value, &["kind"]).as_str().unwrap_or_default();
        let kind = document.kind.name();
        let message = format!("{written} in version \"v1\" cannot be handled as a {kind}: {message}");
        let status = Status::bad_request(message);
        return Err(wrap(status));
    }
    let admitted = cluster
        .create(document.kind, &document.namespace, &document.value, options)
        .map_err(wrap)?;
    Ok(Created {
        object: admitted.object,
        warnings: admitted.warnings,
    })
}
