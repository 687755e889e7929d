//! From text to cluster: each document as `kubectl create -f` takes it, and the findings at their ranges.

use crate::advice::{self, Context};
use crate::desk::EDITOR_FILE;
use crate::diagnostic::{Advice, Code, Diagnostic, Fix, Severity};
use crate::documents::{Documents, Manifest, Placed, Position, text_objects};
use crate::help::{self, Fault};
use crate::lesson::{self, LessonFault};
use crate::over_limit::Unmade;
use crate::{limits, over_limit};
use api::{Finding, Kind, Path, Segment, Value};
use base::Order;
use cluster::{Cluster, CreateCache};
use kubectl::{Created, Gate, Refusal};
use network::{ObjectKey, World};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;
use yaml::{Node, Step};

/// What applying a text came to.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The diagnostics, in the order of the text.
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

/// Creates all that a text describes in a fresh cluster and lets it settle. A refused document does not stop the others.
pub fn apply(mut cluster: Cluster, text: &str, fault: Option<&LessonFault>, documents: &mut Documents) -> Applied {
    if text.len() > limits::TEXT_BYTES {
        return Applied::refused(cluster, over_limit::text_too_long());
    }
    let mut reading = Reading {
        documents: documents.read(text),
        ..Reading::default()
    };
    if let Some(diagnostic) = over_limit::too_much(&reading.documents) {
        return Applied::refused(cluster, diagnostic);
    }
    let mut created = BTreeMap::new();
    for (number, placed) in reading.documents.iter().enumerate() {
        let mut told = Told::default();
        let end = reading.documents.get(number + 1).map_or(text.len(), |next| next.origin);
        let written = text.get(placed.origin..end).unwrap_or_default();
        match &*placed.content {
            Err(error) => told.diagnostics.push(syntax(written, number, error)),
            Ok(manifest) if number == 0 && lesson::is_scenario(manifest) => {
                told.diagnostics
                    .extend(fault.map(|fault| of_lesson(fault, placed.origin)));
            }
            Ok(manifest) => {
                let mut place = Place {
                    text,
                    written,
                    node: &manifest.node,
                    document: number,
                    item: None,
                };
                create_document(&mut cluster, manifest, &mut place, &mut told);
            }
        }
        reading.objects += told.objects;
        created.extend(told.created.into_iter().map(|(item, made)| ((number, item), made)));
        let moved = told.diagnostics.into_iter().map(|it| it.moved(placed.origin));
        reading.diagnostics.extend(moved);
    }
    let is_same = cluster.settle_cached(&mut documents.settled);
    let mut applied = Applied {
        is_same,
        ..Applied::new(cluster, reading)
    };
    applied.advise(text, created);
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
    /// What applying the text came to.
    pub reading: Reading,
    /// Whether it is the cluster that the text before made.
    pub is_same: bool,
}

impl Applied {
    fn new(cluster: Cluster, reading: Reading) -> Self {
        Self {
            world: Rc::new(World::of(&cluster)),
            cluster,
            reading,
            is_same: false,
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

    /// Adds advice, and sorts all diagnostics by their place.
    fn advise(&mut self, text: &str, created: BTreeMap<Position, (Kind, ObjectKey)>) {
        let Reading {
            diagnostics, documents, ..
        } = &mut self.reading;
        let objects = text_objects(documents, created);
        diagnostics.extend(advice::advise(&Context::new(
            text,
            &self.cluster,
            &self.world,
            &objects,
        )));
        let unmade = Unmade::of(&self.cluster);
        diagnostics.extend(unmade.iter().filter_map(|unmade| unmade.advice(text, documents)));
        diagnostics.order_by_key(|diagnostic| diagnostic.range.start);
    }
}

/// What creating a document came to; places are counted from its origin.
#[derive(Default)]
struct Told {
    diagnostics: Vec<Diagnostic>,
    objects: usize,
    /// What was created, and from which item of a list.
    created: Vec<(Option<usize>, (Kind, ObjectKey))>,
}

/// Creates what a document describes.
fn create_document(cluster: &mut Cluster, manifest: &Manifest, place: &mut Place<'_>, told: &mut Told) {
    let number = place.document;
    create(
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
}

fn syntax(text: &str, document: usize, error: &yaml::SyntaxError) -> Diagnostic {
    Diagnostic {
        severity: Severity::Syntax,
        code: Code::Syntax(error.rule),
        range: error.span.clone(),
        document,
        message: error.as_kubectl(),
        meaning: help::of_syntax(error.rule, text).map(str::to_owned),
        fixes: help::syntax_fixes(text, &error.span),
    }
}

/// What is wrong with the scenario document, at its place in that document.
fn of_lesson(fault: &LessonFault, origin: usize) -> Diagnostic {
    let inside = |place: usize| place.saturating_sub(origin);
    let range = inside(fault.range.start)..inside(fault.range.end);
    let fix = |meant: &String| Fix {
        label: format!("Change to {meant}"),
        range: range.clone(),
        replacement: meant.clone(),
    };
    Diagnostic {
        severity: Severity::Decode,
        code: Code::Scenario,
        document: 0,
        message: fault.message.clone(),
        meaning: Some("The first document is the playground's own: a cluster never sees it.".to_owned()),
        fixes: fault.meant.iter().map(fix).collect(),
        range,
    }
}

/// A plain word that YAML 1.1 does not read as text, unless the cluster complains about it anyway.
fn odd_word(document: usize, note: &yaml::Note) -> Diagnostic {
    Diagnostic {
        severity: Severity::Advice,
        code: Code::Advice(Advice::PlainWord),
        range: note.span.clone(),
        document,
        message: format!("{} is read as {}", note.written, note.became),
        meaning: Some(
            "YAML 1.1, which kubectl reads, does not read this word as text. Quotes keep it text.".to_owned(),
        ),
        fixes: vec![Fix {
            label: "Put quotes around it".to_owned(),
            range: note.span.clone(),
            replacement: format!("\"{}\"", note.written),
        }],
    }
}

/// The place of an object in the text.
struct Place<'a> {
    /// The whole text.
    text: &'a str,
    /// The text of its document.
    written: &'a str,
    node: &'a Node,
    document: usize,
    /// Which item of a list it is, if it is one.
    item: Option<usize>,
}

impl Place<'_> {
    /// The way from the document to a field of the object.
    fn steps(&self, field: &Path) -> Vec<Segment> {
        let list = |index| [Segment::Field("items".to_owned()), Segment::Index(index)];
        let item = self.item.map(list).into_iter().flatten();
        item.chain(field.segments().iter().cloned()).collect()
    }

    fn range(&self, steps: &[Segment], at_key: bool) -> Range<usize> {
        let steps = steps.iter().map(|segment| match segment {
            Segment::Field(name) | Segment::Key(name) => Step::Name(name),
            Segment::Index(index) => Step::Index(*index),
        });
        self.node.locate(steps, at_key)
    }
}

/// Creates one object, or each item of a list.
fn create(
    cluster: &mut Cluster,
    value: &Rc<Value>,
    place: &mut Place<'_>,
    told: &mut Told,
    remembered: &mut Option<CreateCache>,
) {
    if let (Some("List"), Some(items)) = (value["kind"].as_str(), value["items"].as_array()) {
        for (index, item) in items.iter().enumerate() {
            place.item = Some(index);
            create(cluster, &Rc::new(item.clone()), place, told, &mut None);
        }
        return;
    }
    match kubectl::admit_cached(cluster, value, EDITOR_FILE, remembered) {
        Ok(Created { object, warnings }) => {
            told.objects += 1;
            let found = warnings.iter();
            told.diagnostics
                .extend(found.map(|finding| diagnostic(Severity::Warning, Some(object.kind), finding, place)));
            told.created.push((place.item, (object.kind, object.key.clone())));
        }
        Err(Refusal {
            kind, gate, findings, ..
        }) => {
            let severity = match gate {
                Gate::Decoding => Severity::Decode,
                Gate::Admission => Severity::Refused,
            };
            let found = findings.iter();
            told.diagnostics
                .extend(found.map(|finding| diagnostic(severity, kind, finding, place)));
        }
    }
}

/// A finding at the range of its field, with its help.
fn diagnostic(severity: Severity, kind: Option<Kind>, finding: &Finding, place: &Place<'_>) -> Diagnostic {
    let steps = place.steps(&finding.at);
    let fault = Fault {
        whole: place.text,
        text: place.written,
        node: place.node,
        within: steps.len() - finding.at.segments().len(),
        path: steps,
        kind,
        finding,
    };
    let help = help::of_rule(finding.rule);
    Diagnostic {
        severity,
        code: Code::Rule(finding.rule),
        range: place.range(&fault.path, finding.is_about_key()),
        document: place.document,
        message: finding.alone(),
        meaning: help::sentence(&fault),
        fixes: help.map_or_else(Vec::new, |help| help.fixes(&fault)),
    }
}
