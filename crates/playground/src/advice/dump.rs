//! A text that a cluster printed, as `kubectl get … -o yaml` does: it holds what each cluster fills in for itself.

use super::context::{Context, at};
use crate::diagnostic::{Advice, Diagnostic};
use crate::documents::TextObject;
use crate::written::{field, removed_items, removed_pairs, together};
use api::view::Service;
use api::{Cursor, Fields, Kind};
use network::ObjectKey;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use yaml::Step;

/// Fields of `metadata` that the API server fills in.
const METADATA: [&str; 8] = [
    "creationTimestamp",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// Annotations that kubectl and controllers write.
const ANNOTATIONS: [&str; 3] = [
    "deployment.kubernetes.io/revision",
    "endpoints.kubernetes.io/last-change-trigger-time",
    "kubectl.kubernetes.io/last-applied-configuration",
];

/// What only an object that a cluster printed has.
const MARKS: [&str; 3] = ["uid", "resourceVersion", "managedFields"];

/// Advice at the first object that a cluster printed, with a fix for the whole text.
pub fn advise(context: &Context<'_>) -> Vec<Diagnostic> {
    let printed: Vec<&TextObject<'_>> = context.objects.iter().filter(|it| mark(it).is_some()).collect();
    let Some((first, name)) = printed.first().and_then(|first| Some((*first, mark(first)?))) else {
        return Vec::new();
    };
    let message = match printed.len() {
        1 => "a cluster printed this object, with what it fills in itself".to_owned(),
        count => format!("a cluster printed {count} of these objects, with what it fills in itself"),
    };
    let fix = together("Drop what the cluster fills in", context.text, changes(context));
    vec![Diagnostic {
        meaning: Some(
            "uid, resourceVersion, status and addresses are chosen anew by the cluster that gets the objects, and what \
             controllers made is made again."
                .to_owned(),
        ),
        fixes: fix.into_iter().collect(),
        ..at(first, first.key_at(&[Step::Name("metadata"), Step::Name(name)]), Advice::Printed, message)
    }]
}

fn mark(object: &TextObject<'_>) -> Option<&'static str> {
    let metadata = Cursor::new(object.value).metadata();
    MARKS.into_iter().find(|name| metadata.field(name).is_set())
}

fn changes(context: &Context<'_>) -> Vec<(Range<usize>, String)> {
    let (whole, rest) = split(context);
    let mut ranges = whole_objects(context, &whole);
    for object in rest {
        of_object(context, object, &mut ranges);
    }
    ranges.into_iter().map(|range| (range, String::new())).collect()
}

/// The objects that go wholly, by document and item, and the others.
fn split<'a>(context: &Context<'a>) -> (BTreeSet<(usize, Option<usize>)>, Vec<&'a TextObject<'a>>) {
    let named: BTreeSet<(&str, &ObjectKey)> = context.objects.iter().map(|it| (it.kind, &it.key)).collect();
    let mut whole = BTreeSet::new();
    let mut rest = Vec::new();
    for object in context.objects {
        if is_made_again(&named, object) || is_there_already(context, object) || is_node(object) {
            whole.insert((object.document, object.item));
        } else {
            rest.push(object);
        }
    }
    (whole, rest)
}

/// Whether a controller makes the object from another of the text.
fn is_made_again(named: &BTreeSet<(&str, &ObjectKey)>, object: &TextObject<'_>) -> bool {
    let has = |kind: &str, name: &str| named.contains(&(kind, &ObjectKey::new(&object.key.namespace, name)));
    let metadata = Cursor::new(object.value).metadata();
    let mut owners = metadata.field("ownerReferences").items();
    let owned = owners.any(|owner| {
        let (kind, name) = (owner.field("kind").text(), owner.field("name").text());
        let above = || owner_above(kind, name, metadata.field("labels"));
        has(kind, name) || above().is_some_and(|(kind, name)| has(kind, name))
    });
    owned || (object.kind == "Endpoints" && has("Service", &object.key.name) && mark(object).is_some())
}

/// The Deployment above a replica set, or the CronJob above a job, which a text may hold without what is between.
fn owner_above<'a>(kind: &str, name: &'a str, labels: Cursor<'_>) -> Option<(&'static str, &'a str)> {
    let (stem, end) = name.rsplit_once('-')?;
    match kind {
        "ReplicaSet" if labels.field("pod-template-hash") == end => Some(("Deployment", stem)),
        "Job" if end.bytes().all(|byte| byte.is_ascii_digit()) => Some(("CronJob", stem)),
        _ => None,
    }
}

/// Whether it is a machine of another cluster.
fn is_node(object: &TextObject<'_>) -> bool {
    object.kind == "Node" && mark(object).is_some()
}

/// Whether each cluster has such an object by itself.
fn is_there_already(context: &Context<'_>, object: &TextObject<'_>) -> bool {
    let Some(kind) = Kind::of_name(object.kind).filter(|_| object.created.is_none()) else {
        return false;
    };
    let namespace = if kind.namespaced() { &*object.key.namespace } else { "" };
    let key = ObjectKey::new(namespace, &object.key.name);
    context.object(kind, &key).is_none() && context.cluster.find(kind, namespace, &key.name).is_some()
}

/// The ranges of whole objects: documents, or items of lists.
fn whole_objects(context: &Context<'_>, whole: &BTreeSet<(usize, Option<usize>)>) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut lists: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (document, item) in whole {
        match item {
            Some(item) => {
                lists.entry(*document).or_default().insert(*item);
            }
            None => ranges.extend(document_range(context, *document)),
        }
    }
    for (document, gone) in lists {
        let own = context.objects.iter().find(|it| it.document == document);
        let list = own.and_then(|own| Some((own.origin, field(own.root, &["items"])?)));
        let Some((origin, list)) = list else { continue };
        match removed_items(context.text, origin, list, |index| gone.contains(&index)) {
            Some(removed) => ranges.extend(removed),
            None => ranges.extend(document_range(context, document)),
        }
    }
    ranges
}

/// A document with the separator after it.
fn document_range(context: &Context<'_>, document: usize) -> Option<Range<usize>> {
    let own = context.objects.iter().find(|it| it.document == document)?;
    let next = context.objects.iter().find(|it| it.document > document);
    Some(own.origin..next.map_or(context.text.len(), |it| it.origin))
}

/// Adds the ranges of the fields of an object that the cluster fills in.
fn of_object(context: &Context<'_>, object: &TextObject<'_>, ranges: &mut Vec<Range<usize>>) {
    let mut remove = |way: &[&str], goes: &dyn Fn(&str) -> bool| {
        ranges.extend(pruned(context.text, object, way, goes));
    };
    remove(&[], &|name| name == "status");
    remove(&["metadata"], &|name| METADATA.contains(&name));
    remove(&["metadata", "annotations"], &|name| {
        ANNOTATIONS.contains(&name) || name.starts_with("pv.kubernetes.io/")
    });
    match object.kind {
        "Service" if !Service::of(object.value).is_headless() => {
            remove(&["spec"], &|name| {
                ["clusterIP", "clusterIPs", "healthCheckNodePort"].contains(&name)
            });
        }
        "Pod" => {
            let node = object.value.spec().field("nodeName").text();
            let is_here = context.has_kubelet(node);
            remove(&["spec"], &|name| name == "nodeName" && !is_here);
        }
        "Job" if !object.value.spec().field("manualSelector").flag() => {
            remove(&["spec"], &|name| name == "selector");
            remove(&["metadata", "labels"], &is_label_of_job);
            remove(&["spec", "template", "metadata", "labels"], &is_label_of_job);
        }
        "PersistentVolumeClaim" => remove(&["spec"], &|name| name == "volumeName"),
        _ => {}
    }
}

/// The ranges of some pairs of a mapping; of the whole mapping if nothing else is in it.
fn pruned(text: &str, object: &TextObject<'_>, way: &[&str], goes: &dyn Fn(&str) -> bool) -> Vec<Range<usize>> {
    let Some(mapping) = field(object.node, way) else {
        return Vec::new();
    };
    if let Some(removed) = removed_pairs(text, object.origin, mapping, |name, _| goes(name)) {
        return removed;
    }
    match way.split_last() {
        Some((last, parents)) => pruned(text, object, parents, &|name| name == *last),
        None => Vec::new(),
    }
}

/// Whether a label is one that the API server gives to a job and its pods.
fn is_label_of_job(name: &str) -> bool {
    let name = name.strip_prefix("batch.kubernetes.io/").unwrap_or(name);
    ["controller-uid", "job-name"].contains(&name)
}
