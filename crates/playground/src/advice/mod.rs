//! Advice on what a cluster does not mention: why a Service has no endpoints, why a pod does not answer.
//!
//! Each topic is a file with a function of [`Context`], listed in [`TOPICS`]. All of them run at each keystroke, so each looks at an
//! object of the text once and finds others by their key.

mod answers;
mod listening;
mod selector;
mod written;

use crate::diagnostic::{Advice, Code, Diagnostic, Severity};
use crate::documents::TextObject;
use api::Kind;
use cluster::Cluster;
use network::{ObjectKey, Service, World};
use std::collections::BTreeMap;
use std::ops::Range;

/// What there is advice about.
const TOPICS: &[fn(&Context<'_>) -> Vec<Diagnostic>] = &[selector::advise, answers::advise, listening::advise];

/// All advice on a text.
pub fn advise(context: &Context<'_>) -> Vec<Diagnostic> {
    TOPICS.iter().flat_map(|topic| topic(context)).collect()
}

/// A text, the cluster it made, and what the network sees of that.
pub struct Context<'a> {
    pub text: &'a str,
    pub cluster: &'a Cluster,
    pub world: &'a World,
    /// The objects that the text describes, in its order, created or not.
    pub objects: &'a [TextObject<'a>],
    by_key: BTreeMap<(Kind, &'a ObjectKey), &'a TextObject<'a>>,
    services: BTreeMap<&'a ObjectKey, &'a Service>,
}

impl<'a> Context<'a> {
    pub fn new(text: &'a str, cluster: &'a Cluster, world: &'a World, objects: &'a [TextObject<'a>]) -> Self {
        let created = objects.iter().filter_map(|it| Some((it.created.as_ref()?, it)));
        Self {
            text,
            cluster,
            world,
            objects,
            by_key: created.map(|((kind, key), it)| ((*kind, key), it)).collect(),
            services: world.services.iter().map(|it| (&it.key, it)).collect(),
        }
    }

    /// The objects of one kind that the text created, with their keys.
    pub fn created(&self, kind: Kind) -> impl Iterator<Item = (&'a ObjectKey, &'a TextObject<'a>)> {
        let own = move |it: &'a TextObject<'a>| it.created.as_ref().filter(|(made, _)| *made == kind);
        { self.objects.iter() }.filter_map(move |it| Some((&own(it)?.1, it)))
    }

    /// The object of the text that was created with this kind and key.
    pub fn object(&self, kind: Kind, key: &ObjectKey) -> Option<&'a TextObject<'a>> {
        self.by_key.get(&(kind, key)).copied()
    }

    pub fn service(&self, key: &ObjectKey) -> Option<&'a Service> {
        self.services.get(key).copied()
    }
}

/// Advice at a range of the text, without meaning and fixes.
fn at(object: &TextObject<'_>, range: Range<usize>, advice: Advice, message: String) -> Diagnostic {
    Diagnostic {
        severity: Severity::Advice,
        code: Code::Advice(advice),
        range,
        document: object.document,
        message,
        meaning: None,
        fixes: Vec::new(),
    }
}
