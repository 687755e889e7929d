//! One document of a manifest, created as `kubectl create -f` does.

use crate::discovery::Mapper;
use crate::failure::{Failure, GuessedResource};
use api::{Fields, Finding, Kind, ManifestError, Path, Rule, Value, read_manifest, unregistered_kind};
use cluster::{Admitted, Cluster, CreateCache, FieldValidation, Object, Reason, RequestOptions, Status};
use std::cell::RefCell;
use std::rc::Rc;

/// An object that was created.
#[derive(Clone, Debug)]
pub struct Created {
    /// The object.
    pub object: Rc<Object>,
    /// The warnings of the API server.
    pub warnings: Vec<Finding>,
}

/// The step that refused a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// kubectl or the API server could not decode it.
    Decoding,
    /// The API server decoded the object and refused it.
    Admission,
}

/// Why a document was not created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The kind of the document, if kubectl could read it.
    pub kind: Option<Kind>,
    /// The gate that refused it.
    pub gate: Gate,
    /// What is wrong with it; never empty.
    pub findings: Vec<Finding>,
    failure: Box<Failure>,
}

impl Refusal {
    /// What kubectl prints on standard error, with its line end.
    pub fn stderr(&self) -> String {
        self.failure.alone()
    }
}

/// A document that kubectl has read and not yet sent.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) kind: Kind,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) value: Value,
    /// Its source, as kubectl names it: `STDIN`, or the name of a file.
    pub(crate) source: String,
}

impl Document {
    /// The fields that its kind does not have; empty if it cannot be decoded at all.
    pub(crate) fn unknown_fields(&self) -> Vec<Finding> {
        api::decode_known(self.kind, &self.value).map_or_else(|_| Vec::new(), |(_, unknown)| unknown)
    }
}

/// Creates the object of a document, in its namespace or `default`. The cluster does not settle yet.
pub fn admit(cluster: &mut Cluster, value: &Value, source: &str) -> Result<Created, Refusal> {
    let memory = RefCell::default();
    let mapper = Mapper {
        cluster,
        memory: &memory,
    };
    let document =
        document(mapper, value, source, (None, "default"), FieldValidation::Strict).map_err(|unread| Refusal {
            kind: None,
            gate: Gate::Decoding,
            findings: vec![unread.1],
            failure: Box::new(unread.0),
        })?;
    send(cluster, &document, RequestOptions::default()).map_err(|status| refused(document.kind, status, source))
}

/// The same with a cache, which makes it cheaper to create the same document again.
pub fn admit_cached(
    cluster: &mut Cluster,
    value: &Rc<Value>,
    source: &str,
    remembered: &mut Option<CreateCache>,
) -> Result<Created, Refusal> {
    if let Some(Admitted { object, warnings }) = remembered
        .as_mut()
        .and_then(|known| cluster.create_cached(value, known))
    {
        return Ok(Created { object, warnings });
    }
    let created = admit(cluster, value, source)?;
    // An object of a custom kind depends on its definition, too.
    *remembered = if created.object.kind.is_custom() {
        None
    } else {
        cluster.cache_create(value, &created.object, &created.warnings)
    };
    Ok(created)
}

fn refused(kind: Kind, status: Status, source: &str) -> Refusal {
    let gate = match status.reason {
        Reason::BadRequest => Gate::Decoding,
        _ => Gate::Admission,
    };
    let mut findings = status.findings.clone();
    if findings.is_empty() {
        let name = Path::root().field("metadata").field("name");
        findings.push(Finding::message(name, status.message.clone()));
    }
    Refusal {
        kind: Some(kind),
        gate,
        findings,
        failure: Box::new(from(status, source)),
    }
}

/// The server's refusal to create an object from a source.
fn from(status: Status, source: &str) -> Failure {
    Failure::from(status).with_source("creating", source)
}

/// Reads a document: its kind, its name, and the namespace it goes to.
///
/// Without validation, a missing kind or version fails only in a later step.
pub(crate) fn document(
    mapper: Mapper<'_>,
    value: &Value,
    source: &str,
    (asked, context): (Option<&str>, &str),
    validation: FieldValidation,
) -> Result<Document, Box<(Failure, Finding)>> {
    let validated = validation == FieldValidation::Strict;
    if !validated && !value.field("kind").is_set() && value.is_object() {
        return Err(unread(ManifestError::NoKind(api::go::json(value)).finding(source)));
    }
    if let Some(status) = without_version(value, source, validated) {
        let finding = Finding::message(
            Path::root().field("apiVersion"),
            (Rule::VersionEmpty, status.message.clone()),
        );
        return Err(Box::new((status.into(), finding)));
    }
    if let Some(guessed) = guessed_list(mapper, value, source, asked.unwrap_or(context)) {
        let finding = Finding::message(Path::root().field("items"), "missing");
        return Err(Box::new((Failure::Guessed(Box::new(guessed)), finding)));
    }
    let kind = read_manifest(value)
        .or_else(|error| match &error {
            ManifestError::NoMatch { kind, api_version, .. } => mapper.of_object(api_version, kind).ok_or(error),
            _ => Err(error),
        })
        .map_err(|error| unread(error.finding(source)))?;
    let text = |field| value.metadata().field(field).text().to_owned();
    let given = text("namespace");
    if let Some(asked) = asked.filter(|asked| kind.namespaced() && !given.is_empty() && given != *asked) {
        let words = format!(
            "the namespace from the provided object \"{given}\" does not match the namespace \"{asked}\". You must pass '--namespace={given}' to perform this operation."
        );
        let field = Path::root().field("metadata").field("namespace");
        return Err(unread(Finding::message(field, words)));
    }
    let namespace = match (kind.namespaced(), given.is_empty()) {
        (false, _) => String::new(),
        (true, true) => asked.unwrap_or(context).to_owned(),
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

fn unread(finding: Finding) -> Box<(Failure, Finding)> {
    Box::new((Failure::Unread(Box::new(finding.clone())), finding))
}

/// A list without items is no list to kubectl, which knows a resource for each kind that ends in `List`.
fn guessed_list(mapper: Mapper<'_>, value: &Value, source: &str, namespace: &str) -> Option<GuessedResource> {
    let (kind, api_version) = (value.field("kind").as_text()?, value.field("apiVersion").as_text()?);
    let of = kind.strip_suffix("List")?;
    let is_namespaced = if of.is_empty() {
        api::served()
            .iter()
            .any(|it| it.api_version == api_version)
            .then_some(false)?
    } else {
        let known = Kind::of(api_version, of).or_else(|| mapper.of_object(api_version, of));
        known?.namespaced()
    };
    let text = |field| value.metadata().field(field).text();
    let given = text("namespace");
    Some(GuessedResource {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        namespace: match (is_namespaced, given) {
            (false, _) => String::new(),
            (true, "") => namespace.to_owned(),
            (true, given) => given.to_owned(),
        },
        name: text("name").to_owned(),
        source: source.to_owned(),
    })
}

/// With an empty `apiVersion`, kubectl asks an address that no server has.
fn without_version(value: &Value, source: &str, validated: bool) -> Option<Status> {
    let kind = value.field("kind").as_text()?;
    let version = value.field("apiVersion");
    let missing = version.as_text() == Some("") || !validated && !version.is_set();
    let known = missing && Kind::of("v1", kind).is_some();
    let words = "the server could not find the requested resource".to_owned();
    known.then(|| Status {
        message: format!("error when creating \"{source}\": {words}"),
        ..Status::plain(404, Reason::NotFound, String::new())
    })
}

/// Creates what a document describes.
pub(crate) fn create(
    cluster: &mut Cluster,
    document: &Document,
    options: RequestOptions,
    source: &str,
) -> Result<Created, Failure> {
    send(cluster, document, options).map_err(|status| from(status, source))
}

/// The same, without the source in the error.
pub(crate) fn send(cluster: &mut Cluster, document: &Document, options: RequestOptions) -> Result<Created, Status> {
    if let Some(message) = unregistered_kind(&document.value).filter(|_| !document.kind.is_custom()) {
        let written = document.value.field("kind").text();
        let kind = document.kind.name();
        let words = format!("{written} in version \"v1\" cannot be handled as a {kind}: {message}");
        return Err(Status::bad_request(words).about(Rule::KindUnregistered, Path::root().field("kind")));
    }
    if !cluster.has_kind(document.kind) {
        return Err(Status::not_served("post", document.kind, ""));
    }
    let admitted = cluster.create(document.kind, &document.namespace, &document.value, options)?;
    Ok(Created {
        object: admitted.object,
        warnings: admitted.warnings,
    })
}

/// The warnings about an object that exists already: the server sends them with its refusal.
pub(crate) fn warnings_of_taken(status: &Status, document: &Document) -> Vec<Finding> {
    let taken = status.reason == Reason::AlreadyExists;
    let decoded = taken.then(|| api::decode(document.kind, &document.value).ok());
    decoded.flatten().map_or_else(Vec::new, |mut value| {
        api::default(document.kind, &mut value);
        api::warnings_on_create(document.kind, &value)
    })
}
