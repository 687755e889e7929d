//! One document of a manifest, created as `kubectl create -f` does.

use crate::failure::Failure;
use api::{Kind, ManifestError, Path, Value, read_manifest, unregistered_kind};
use cluster::{Admitted, Cluster, FieldValidation, Object, Options, Remembered, Status, at};
use std::rc::Rc;

/// An object that came to be.
#[derive(Clone, Debug)]
pub struct Created {
    /// The object.
    pub object: Rc<Object>,
    /// What the API server warned of.
    pub warnings: Vec<String>,
}

/// Which gate a document did not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// kubectl or the API server could not read an object in it.
    Decoding,
    /// The API server read the object and refused it.
    Admission,
}

/// Why a document did not become an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The kind it was read as, if it got so far.
    pub kind: Option<Kind>,
    /// Where it was held up.
    pub gate: Gate,
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
    /// Where it was read, as kubectl names it: `STDIN`, a file's name.
    pub(crate) source: String,
}

impl Document {
    /// The fields that its kind does not have; none where it cannot be decoded at all.
    pub(crate) fn unknown_fields(&self) -> Vec<Path> {
        api::decode_known(self.kind, &self.value).map_or_else(|_| Vec::new(), |(_, unknown)| unknown)
    }
}

/// Creates what a document describes, in its own namespace or `default`; nothing settles yet.
pub fn admit(cluster: &mut Cluster, value: &Value, source: &str) -> Result<Created, Refusal> {
    let document = document(value, source, None, FieldValidation::Strict).map_err(|wrong| unread(&wrong.0, wrong.1))?;
    send(cluster, &document, Options::default()).map_err(|status| refused(document.kind, status, source))
}

/// As [`admit`]; remembers what it came to, so that the same document is created again at less cost.
pub fn admit_cached(
    cluster: &mut Cluster,
    value: &Rc<Value>,
    source: &str,
    remembered: &mut Option<Remembered>,
) -> Result<Created, Refusal> {
    if let Some(Admitted { object, warnings }) = remembered
        .as_mut()
        .and_then(|known| cluster.create_cached(value, known))
    {
        return Ok(Created { object, warnings });
    }
    let created = admit(cluster, value, source)?;
    *remembered = cluster.remember(value, &created.object, &created.warnings);
    Ok(created)
}

/// What kubectl itself makes nothing of.
fn unread(failure: &Failure, path: Option<Path>) -> Refusal {
    let message = match failure {
        Failure::Server(status) => &status.message,
        Failure::Own(message) | Failure::Verbatim(message) => message,
    };
    Refusal {
        kind: None,
        gate: Gate::Decoding,
        stderr: failure.alone(),
        causes: vec![(path, message.clone())],
    }
}

fn refused(kind: Kind, status: Status, source: &str) -> Refusal {
    let gate = match status.reason {
        "BadRequest" => Gate::Decoding,
        _ => Gate::Admission,
    };
    let causes = if status.causes.is_empty() {
        vec![(subject(&status), status.message.clone())]
    } else {
        let each = status.causes.iter();
        each.map(|cause| (cause.path.clone(), cause.message.clone())).collect()
    };
    Refusal {
        kind: Some(kind),
        gate,
        causes,
        stderr: from(status, source).alone(),
    }
}

/// A server's refusal of something that was to be created from a source.
fn from(status: Status, source: &str) -> Failure {
    Failure::from(status).with_source("creating", source)
}

/// Which field a refusal without causes is about.
fn subject(status: &Status) -> Option<Path> {
    let metadata = Path::root().field("metadata");
    match status.reason {
        "AlreadyExists" => Some(metadata.field("name")),
        "NotFound" => Some(metadata.field("namespace")),
        // Without causes, what cannot be decoded is a kind that is not registered.
        "BadRequest" => Some(Path::root().field("kind")),
        _ => None,
    }
}

/// Reads a document: its kind, its name, and the namespace it goes to.
///
/// What has no kind or version goes further where nothing is to be validated, but not far.
pub(crate) fn document(
    value: &Value,
    source: &str,
    asked: Option<&str>,
    validation: FieldValidation,
) -> Result<Document, Box<(Failure, Option<Path>)>> {
    let validated = validation == FieldValidation::Strict;
    if !validated && at(value, &["kind"]).is_null() && value.is_object() {
        let failure = Failure::own(ManifestError::NoKind(api::go::json(value)).message(source));
        return Err(Box::new((failure, Some(Path::root().field("kind")))));
    }
    if let Some(failure) = without_version(value, source, validated) {
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
        source: source.to_owned(),
    })
}

/// An empty `apiVersion` is sent to an address that no server has.
fn without_version(value: &Value, source: &str, validated: bool) -> Option<Failure> {
    let kind = at(value, &["kind"]).as_str()?;
    let version = at(value, &["apiVersion"]);
    let missing = version == "" || !validated && version.is_null();
    let known = missing && Kind::of("v1", kind).is_some();
    let words = "the server could not find the requested resource".to_owned();
    known.then(|| from(Status::plain(404, "NotFound", words), source))
}

/// Creates what a document describes.
pub(crate) fn create(
    cluster: &mut Cluster,
    document: &Document,
    options: Options,
    source: &str,
) -> Result<Created, Failure> {
    send(cluster, document, options).map_err(|status| from(status, source))
}

/// As [`create`], without where the document came from in what goes wrong.
pub(crate) fn send(cluster: &mut Cluster, document: &Document, options: Options) -> Result<Created, Status> {
    if let Some(message) = unregistered_kind(&document.value) {
        let written = at(&document.value, &["kind"]).as_str().unwrap_or_default();
        let kind = document.kind.name();
        return Err(Status::bad_request(format!(
            "{written} in version \"v1\" cannot be handled as a {kind}: {message}"
        )));
    }
    let admitted = cluster.create(document.kind, &document.namespace, &document.value, options)?;
    Ok(Created {
        object: admitted.object,
        warnings: admitted.warnings,
    })
}

/// What the server warns of an object that it then finds is there already.
pub(crate) fn warnings_of_taken(status: &Status, document: &Document) -> Vec<String> {
    let taken = status.reason == "AlreadyExists";
    let decoded = taken.then(|| api::decode(document.kind, &document.value).ok());
    decoded.flatten().map_or_else(Vec::new, |mut value| {
        api::default(document.kind, &mut value);
        api::warnings_on_create(document.kind, &value)
    })
}
