//! The documents of a text, cached so that an edit parses only those it changes.

use api::Kind;
use cluster::{CreateCache, SettleCache};
use network::ObjectKey;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;
use yaml::{Node, Step, Stretch, SyntaxError};

/// A cache of the documents of the last text.
#[derive(Clone, Default)]
pub struct Documents {
    /// The documents, by their text.
    stretches: BTreeMap<Box<str>, Option<Rc<Content>>>,
    /// The cluster it made.
    pub settled: Option<SettleCache>,
}

/// A document, or why it cannot be read. Places are counted from the origin of the document.
pub type Content = Result<Manifest, SyntaxError>;

/// A document that can be read. All but the cache follows from its text.
#[derive(Debug)]
pub struct Manifest {
    /// `kind`.
    pub kind: String,
    /// `metadata.namespace`, or `default`, and `metadata.name`.
    pub key: ObjectKey,
    /// The node tree with places.
    pub node: Node,
    /// How many nodes that is.
    pub nodes: usize,
    /// What kubectl sends.
    pub value: Rc<Value>,
    /// The plain words in it that YAML 1.1 does not read as text.
    pub notes: Vec<yaml::Note>,
    /// The cache of creating it.
    pub remembered: RefCell<Option<CreateCache>>,
}

/// A document in its place.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The byte of the text from which its places are counted.
    pub origin: usize,
    /// What it holds.
    pub content: Rc<Content>,
}

/// An object that the text describes: a document, or an item of a `List`.
pub struct TextObject<'a> {
    /// The number of its document, from 0.
    pub document: usize,
    /// Which item of the list it is, if it is one.
    pub item: Option<usize>,
    /// The byte of the text from which the places of its document are counted.
    pub origin: usize,
    /// `kind`.
    pub kind: &'a str,
    /// `metadata.namespace`, or `default`, and `metadata.name`.
    pub key: ObjectKey,
    /// The node tree of its document, with places.
    pub root: &'a Node,
    /// The node tree of the object, with places.
    pub node: &'a Node,
    /// What kubectl sends.
    pub value: &'a Value,
    /// Kind and key of what was created from it; `None` if it was refused.
    pub created: Option<(Kind, ObjectKey)>,
}

impl TextObject<'_> {
    /// The range of a value in the whole text, or of the last key on the way to it.
    pub fn value_at(&self, steps: &[Step<'_>]) -> Range<usize> {
        self.moved(self.node.locate(steps.iter().copied(), false))
    }

    /// The range of a key in the whole text, or of the last key on the way to it.
    pub fn key_at(&self, steps: &[Step<'_>]) -> Range<usize> {
        self.moved(self.node.locate(steps.iter().copied(), true))
    }

    /// A range of the document as one of the whole text.
    pub fn moved(&self, range: Range<usize>) -> Range<usize> {
        self.origin + range.start..self.origin + range.end
    }
}

/// Where an object stands: the number of its document and, in a list, of the item.
pub type Position = (usize, Option<usize>);

/// The objects that documents describe, in the order of the text, with what was created from them.
pub fn text_objects(documents: &[Placed], created: BTreeMap<Position, (Kind, ObjectKey)>) -> Vec<TextObject<'_>> {
    let mut objects = described(documents);
    let mut created = created;
    for object in &mut objects {
        object.created = created.remove(&(object.document, object.item));
    }
    objects
}

/// The objects that documents describe, in the order of the text.
pub fn described(documents: &[Placed]) -> Vec<TextObject<'_>> {
    let mut objects = Vec::new();
    for (document, placed) in documents.iter().enumerate() {
        let Ok(manifest) = &*placed.content else { continue };
        let whole = TextObject {
            document,
            item: None,
            origin: placed.origin,
            kind: &manifest.kind,
            key: manifest.key.clone(),
            root: &manifest.node,
            node: &manifest.node,
            value: &manifest.value,
            created: None,
        };
        match manifest.value["items"].as_array() {
            Some(items) if manifest.kind == "List" => objects.extend(items.iter().enumerate().map(|(index, value)| {
                let steps = [Step::Name("items"), Step::Index(index)];
                TextObject {
                    item: Some(index),
                    kind: value["kind"].as_str().unwrap_or_default(),
                    key: key_of(value),
                    node: manifest.node.find(steps).unwrap_or(&manifest.node),
                    value,
                    created: None,
                    ..whole
                }
            })),
            _ => objects.push(whole),
        }
    }
    objects
}

/// The namespace and name that an object says it has.
fn key_of(value: &Value) -> ObjectKey {
    let word = |name: &str| value["metadata"][name].as_str();
    ObjectKey::new(word("namespace").unwrap_or("default"), word("name").unwrap_or_default())
}

impl Documents {
    /// The documents of a text, in its order. Drops those of the last text that are not in it.
    pub fn read(&mut self, text: &str) -> Vec<Placed> {
        let mut before = std::mem::take(&mut self.stretches);
        let mut placed = Vec::new();
        for stretch in yaml::split(text) {
            match stretch {
                Stretch::Read(document) => placed.push(Placed {
                    origin: document.origin,
                    content: Rc::new(document.content.map(Manifest::new)),
                }),
                Stretch::Unread(span) => {
                    let written = text.get(span.clone()).unwrap_or_default();
                    let content = self.content(written, &mut before);
                    placed.extend(content.map(|content| Placed {
                        origin: span.start,
                        content,
                    }));
                }
            }
        }
        placed
    }

    /// The document of a stretch of text, from the cache if it is there; `None` if the stretch is empty.
    fn content(&mut self, written: &str, before: &mut BTreeMap<Box<str>, Option<Rc<Content>>>) -> Option<Rc<Content>> {
        if let Some(known) = self.stretches.get(written) {
            return known.clone();
        }
        let (written, content) = before.remove_entry(written).unwrap_or_else(|| {
            let content = yaml::read(written).map(|content| Rc::new(content.map(Manifest::new)));
            (written.into(), content)
        });
        self.stretches.insert(written, content.clone());
        content
    }
}

impl Manifest {
    /// The document of that content.
    pub fn new(node: Node) -> Self {
        let value = yaml::resolve(&node);
        let word = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
        Self {
            kind: word("/kind").unwrap_or_default().to_owned(),
            key: ObjectKey::new(
                word("/metadata/namespace").unwrap_or("default"),
                word("/metadata/name").unwrap_or_default(),
            ),
            notes: yaml::notes(&node),
            nodes: node.count(),
            node,
            value: Rc::new(value),
            remembered: RefCell::default(),
        }
    }
}
