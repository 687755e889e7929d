//! What advice looks at.

use super::templates::{Template, Templates};
use crate::diagnostic::{Advice, Code, Diagnostic, Severity};
use crate::documents::TextObject;
use api::{Cursor, Kind, view};
use cluster::Cluster;
use network::{ObjectKey, Service, World};
use std::collections::BTreeMap;
use std::ops::Range;

/// A text, the cluster it made, and what the network sees of that.
pub struct Context<'a> {
    pub text: &'a str,
    pub cluster: &'a Cluster,
    pub world: &'a World,
    /// The objects that the text describes, in its order, created or not.
    pub objects: &'a [TextObject<'a>],
    by_key: BTreeMap<(Kind, &'a ObjectKey), &'a TextObject<'a>>,
    services: BTreeMap<&'a ObjectKey, &'a Service>,
    /// What was created and removed again, as its owner is not there.
    pub lost: Vec<&'a TextObject<'a>>,
    /// The pods that the text describes.
    pub templates: Templates<'a>,
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
            lost: lost(cluster, objects),
            templates: Templates::of(cluster, objects),
            services: world.services.iter().map(|it| (&it.key, it)).collect(),
        }
    }

    /// The objects of one kind that the text created, with their keys.
    pub fn created(&self, kind: Kind) -> impl Iterator<Item = (&'a ObjectKey, &'a TextObject<'a>)> {
        let own = move |it: &'a TextObject<'a>| it.created.as_ref().filter(|(made, _)| *made == kind);
        { self.objects.iter() }.filter_map(move |it| Some((&own(it)?.1, it)))
    }

    /// The Services that the text created, each as the cluster keeps it.
    pub fn created_services(&self) -> impl Iterator<Item = (&'a ObjectKey, &'a TextObject<'a>, view::Service<'a>)> {
        let cluster = self.cluster;
        self.created(Kind::Service).filter_map(move |(key, object)| {
            let stored = cluster.find(Kind::Service, &key.namespace, &key.name)?;
            Some((key, object, view::Service::of(&stored.value)))
        })
    }

    /// The object of the text that was created with this kind and key.
    pub fn object(&self, kind: Kind, key: &ObjectKey) -> Option<&'a TextObject<'a>> {
        self.by_key.get(&(kind, key)).copied()
    }

    /// The templates of a namespace whose pods a selector chooses.
    pub fn selected(&self, namespace: &str, selector: Cursor<'_>) -> Vec<&Template<'a>> {
        self.templates.selected(namespace, selector)
    }

    /// Whether a node is there and not only an object of the text.
    pub fn has_kubelet(&self, node: &str) -> bool {
        let is_written = self.object(Kind::Node, &ObjectKey::new("", node)).is_some();
        !is_written && self.cluster.find(Kind::Node, "", node).is_some()
    }

    pub fn service(&self, key: &ObjectKey) -> Option<&'a Service> {
        self.services.get(key).copied()
    }
}

/// Advice at a range of the text, without meaning and fixes.
pub fn at(object: &TextObject<'_>, range: Range<usize>, advice: Advice, message: String) -> Diagnostic {
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

/// The objects of the text that were created with owners, and are gone.
fn lost<'a>(cluster: &Cluster, objects: &'a [TextObject<'a>]) -> Vec<&'a TextObject<'a>> {
    let owned = |it: &&TextObject<'_>| Cursor::new(it.value).metadata().field("ownerReferences").is_set();
    let is_gone = |it: &&TextObject<'_>| {
        let created = it.created.as_ref();
        created.is_some_and(|(kind, key)| cluster.find(*kind, &key.namespace, &key.name).is_none())
    };
    objects.iter().filter(owned).filter(is_gone).collect()
}
