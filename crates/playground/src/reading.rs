//! From text to cluster: every document as `kubectl create -f` takes it, and what is to be told about it at its place.

use crate::advice;
use crate::commands::EDITOR_FILE;
use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::documents::{Documents, Manifest, Placed};
use crate::mend::{self, Fault};
use crate::over_limit::Unmade;
use crate::{limits, meaning, over_limit};
use api::{Finding, FindingKind, Kind, Path, Segment, Value};
use base::Order;
use cluster::{Cluster, CreateCache};
use kubectl::{Created, Gate, Refusal};
use network::{ObjectKey, Service, World};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;
use yaml::{Node, Step};

/// What became of a text.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// What is to be told, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// How many objects were created.
    pub objects: usize,
    /// How many errors the text has; some may not be listed.
    pub errors: usize,
    /// The documents, in the order of the text.
    pub documents: Vec<Placed>,
}

impl Reading {
    fn count_errors(&mut self) {
        let errors = self
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity.is_error());
        self.errors = errors.count();
    }
}

/// Creates all that a text describes in a fresh cluster and lets it settle; a document that is refused hinders no other.
pub fn apply(mut cluster: Cluster, text: &str, documents: &mut Documents) -> Applied {
    if text.len() > limits::TEXT_BYTES {
        return Applied::refused(cluster, over_limit::text_too_long());
    }
    let mut reading = Reading {
        documents: documents.read(text),
        ..Reading::default()
    };
    if let Some(diagnostic) = over_limit::too_many_documents(&reading.documents) {
        return Applied::refused(cluster, diagnostic);
    }
    let mut services = Vec::new();
    for (number, placed) in reading.documents.iter().enumerate() {
        let mut told = Told::default();
        let end = reading.documents.get(number + 1).map_or(text.len(), |next| next.origin);
        let written = text.get(placed.origin..end).unwrap_or_default();
        match &*placed.content {
            Err(error) => told.diagnostics.push(syntax(written, number, error)),
            Ok(manifest) => {
                let mut place = Place {
                    text,
                    written,
                    node: &manifest.node,
                    document: number,
                    within: Vec::new(),
                };
                let created = create_document(&mut cluster, manifest, &mut place, &mut told);
                services.extend(created.map(|key| (key, number)));
            }
        }
        reading.objects += told.objects;
        let moved = told.diagnostics.into_iter().map(|it| it.moved(placed.origin));
        reading.diagnostics.extend(moved);
    }
    cluster.settle_cached(&mut documents.settled);
    let mut applied = Applied::new(cluster, reading);
    applied.advise(text, &services);
    applied.reading.count_errors();
    over_limit::limit_diagnostics(&mut applied.reading.diagnostics);
    applied
}

/// A cluster made from a text.
pub struct Applied {
    /// The cluster.
    pub cluster: Cluster,
    /// What the network sees of it.
    pub world: Rc<World>,
    /// What became of the text.
    pub reading: Reading,
}

impl Applied {
    fn new(cluster: Cluster, reading: Reading) -> Self {
        Self {
            world: Rc::new(World::of(&cluster)),
            cluster,
            reading,
        }
    }

    /// A text that is not read at all.
    fn refused(cluster: Cluster, diagnostic: Diagnostic) -> Self {
        let reading = Reading {
            diagnostics: vec![diagnostic],
            errors: 1,
            ..Reading::default()
        };
        Self::new(cluster, reading)
    }

    /// Adds what a cluster says nothing of, and puts all in the order of the text.
    fn advise(&mut self, text: &str, services: &[(ObjectKey, usize)]) {
        let Reading {
            diagnostics, documents, ..
        } = &mut self.reading;
        let by_key: BTreeMap<&ObjectKey, &Service> = self.world.services.iter().map(|it| (&it.key, it)).collect();
        for (key, number) in services {
            if let Some(service) = by_key.get(key) {
                let asked = (&self.cluster, &*self.world);
                diagnostics.extend(advice::service(asked, service, *number, documents));
            }
        }
        let placed = documents.iter().enumerate();
        diagnostics.extend(placed.filter_map(|(number, placed)| advice::answers(number, placed)));
        let unmade = Unmade::of(&self.cluster);
        diagnostics.extend(unmade.iter().filter_map(|unmade| unmade.advice(text, documents)));
        diagnostics.order_by_key(|diagnostic| diagnostic.range.start);
    }
}

/// What became of a document, places counted from its origin.
#[derive(Default)]
struct Told {
    diagnostics: Vec<Diagnostic>,
    objects: usize,
}

/// Creates what a document describes; its key, if it is a Service that came to be.
fn create_document(
    cluster: &mut Cluster,
    manifest: &Manifest,
    place: &mut Place<'_>,
    told: &mut Told,
) -> Option<ObjectKey> {
    let number = place.document;
    let created = create(
        cluster,
        &manifest.value,
        place,
        told,
        &mut manifest.remembered.borrow_mut(),
    );
    let marked = |note: &yaml::Note| told.diagnostics.iter().any(|known| known.range == note.span);
    let notes: Vec<_> = manifest
        .notes
        .iter()
        .filter(|note| !marked(note))
        .map(|note| odd_word(number, note))
        .collect();
    told.diagnostics.extend(notes);
    created
}

fn syntax(text: &str, document: usize, error: &yaml::SyntaxError) -> Diagnostic {
    Diagnostic {
        fixes: mend::syntax(text, &error.span),
        ..diagnostic(Severity::Syntax, error.span.clone(), document, error.as_kubectl())
    }
}

/// A plain word that YAML 1.1 takes for something else, where the cluster does not complain of it anyway.
fn odd_word(document: usize, note: &yaml::Note) -> Diagnostic {
    Diagnostic {
        severity: Severity::Advice,
        range: note.span.clone(),
        document,
        message: format!("{} is read as {}", note.written, note.became),
        meaning: Some(
            "YAML 1.1, which kubectl reads, takes this word for more than text. Quotes keep it text.".to_owned(),
        ),
        fixes: vec![Fix {
            label: "Put quotes around it".to_owned(),
            range: note.span.clone(),
            replacement: format!("\"{}\"", note.written),
        }],
    }
}

/// Where in the text an object stands.
struct Place<'a> {
    /// The whole text.
    text: &'a str,
    /// That of its document.
    written: &'a str,
    node: &'a Node,
    document: usize,
    /// The way from the document to the object, where it is an item of a list.
    within: Vec<Segment>,
}

impl Place<'_> {
    fn range(&self, path: &Path, key: bool) -> Range<usize> {
        let steps = self.within.iter().chain(path.segments()).map(|segment| match segment {
            Segment::Field(name) | Segment::Key(name) => Step::Name(name),
            Segment::Index(index) => Step::Index(*index),
        });
        self.node.locate(steps, key)
    }
}

/// Creates one object, or each item of a list; its key, if it is a Service that came to be outside of lists.
fn create(
    cluster: &mut Cluster,
    value: &Rc<Value>,
    place: &mut Place<'_>,
    told: &mut Told,
    remembered: &mut Option<CreateCache>,
) -> Option<ObjectKey> {
    if let (Some("List"), Some(items)) = (value["kind"].as_str(), value["items"].as_array()) {
        for (index, item) in items.iter().enumerate() {
            place.within = vec![Segment::Field("items".to_owned()), Segment::Index(index)];
            create(cluster, &Rc::new(item.clone()), place, told, &mut None);
        }
        return None;
    }
    match kubectl::admit_cached(cluster, value, EDITOR_FILE, remembered) {
        Ok(Created { object, warnings }) => {
            told.objects += 1;
            told.diagnostics
                .extend(warnings.iter().map(|finding| warning(place, finding)));
            let alone = object.kind == Kind::Service && place.within.is_empty();
            alone.then(|| object.key.clone())
        }
        Err(refusal) => {
            let findings = refusal.findings.iter();
            told.diagnostics
                .extend(findings.map(|finding| fault(&refusal, finding, place)));
            None
        }
    }
}

fn fault(refusal: &Refusal, finding: &Finding, place: &Place<'_>) -> Diagnostic {
    let severity = match refusal.gate {
        Gate::Decoding => Severity::Decode,
        Gate::Admission => Severity::Refused,
    };
    let message = finding.to_string();
    let unknown = finding.kind == FindingKind::UnknownField;
    let said = if unknown {
        format!("strict decoding error: {message}")
    } else {
        message.clone()
    };
    let steps = place.within.iter().chain(finding.at.segments()).cloned();
    let fault = Fault {
        whole: place.text,
        text: place.written,
        node: place.node,
        path: steps.collect(),
        within: place.within.len(),
        kind: refusal.kind,
        message: &message,
    };
    Diagnostic {
        fixes: fault.fixes(),
        ..diagnostic(severity, place.range(&finding.at, unknown), place.document, said)
    }
}

fn diagnostic(severity: Severity, range: Range<usize>, document: usize, message: String) -> Diagnostic {
    Diagnostic {
        severity,
        range,
        document,
        meaning: meaning::of(&message).map(str::to_owned),
        message,
        fixes: Vec::new(),
    }
}

fn warning(place: &Place<'_>, finding: &Finding) -> Diagnostic {
    let range = place.range(&finding.at, false);
    diagnostic(Severity::Warning, range, place.document, finding.to_string())
}
