//! The pods of the text: those written as pods, and the templates of others.

use crate::documents::TextObject;
use api::view::Container;
use api::{Cursor, Kind};
use cluster::{Cluster, Listening, ListeningPort};
use std::collections::BTreeMap;
use yaml::Step;

/// A pod of the text, or the template of what makes pods.
pub struct Template<'a> {
    pub object: &'a TextObject<'a>,
    /// `web` for a pod, `Deployment web` for a template.
    pub name: String,
    /// The way from the object to the pod.
    pub way: &'static [&'static str],
    pub pod: Cursor<'a>,
    /// What its containers listen on.
    pub listening: Vec<ListeningPort>,
    /// Whether what a container listens on is a guess.
    pub is_guess: bool,
    /// What each container listens on, sidecars last; one for all if an annotation says it.
    pub each: Vec<Listening>,
}

/// Whether a pod hears what is sent to a port.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Hears {
    Yes,
    /// Its program listens on the loopback address, which nobody else reaches.
    Alone,
    No,
}

impl<'a> Template<'a> {
    /// `None` if the object makes no pods, or is itself made by another.
    fn of(cluster: &Cluster, kind: Kind, object: &'a TextObject<'a>) -> Option<Self> {
        let whole = Cursor::new(object.value);
        if whole.metadata().field("ownerReferences").is_set() {
            return None;
        }
        let way = way(kind)?;
        let pod = way.iter().fold(whole, |it, name| it.field(name));
        let each = cluster.template_listening(&object.key.namespace, pod);
        let name = whole.metadata().field("name").text();
        Some(Self {
            object,
            name: match kind {
                Kind::Pod => name.to_owned(),
                _ => format!("{} {name}", kind.name()),
            },
            way,
            pod,
            listening: each.iter().flat_map(|it| &it.ports).cloned().collect(),
            is_guess: each.iter().any(|it| it.is_guess),
            each,
        })
    }

    pub fn labels(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        self.pod.metadata().field("labels").text_entries()
    }

    /// The way from the object to a part of the pod.
    pub fn steps<'b>(&self, steps: &[Step<'b>]) -> Vec<Step<'b>> {
        let way = self.way.iter().map(|name| Step::Name(name));
        way.chain(steps.iter().copied()).collect()
    }

    pub fn hears(&self, port: i64, protocol: &str) -> Hears {
        let own = |it: &&ListeningPort| i64::from(it.port) == port && it.protocol == protocol;
        match self.listening.iter().find(own) {
            Some(port) if port.loopback_only => Hears::Alone,
            Some(_) => Hears::Yes,
            None => Hears::No,
        }
    }

    /// The number of the port that a container names so.
    ///
    /// Models: staging/src/k8s.io/endpointslice/util FindPort (v1.36).
    pub fn named(&self, name: &str, protocol: &str) -> Option<i64> {
        let mut ports = self.containers().flat_map(Container::ports);
        let named = ports.find(|it| it.name() == name && it.protocol_word() == protocol)?;
        named.number().map(i64::from)
    }

    fn containers(&self) -> impl Iterator<Item = Container<'a>> + use<'a> {
        api::view::Pod::of_spec(self.pod.spec()).lasting_containers()
    }

    /// The ports on which everybody reaches the pod, in words, or why nobody does.
    pub fn said(&self, protocol: &str) -> String {
        let own = self.listening.iter().filter(|it| it.protocol == protocol);
        let words: Vec<String> = own.map(ListeningPort::annotation).collect();
        match words.as_slice() {
            [] if self.is_guess => format!(
                "the playground doesn't know the image of {} and knows no port of it",
                self.name
            ),
            [] => format!("{} listens on nothing", self.name),
            words => format!("{} listens on {}", self.name, words.join(", ")),
        }
    }
}

/// The way from an object of a kind to its pod.
fn way(kind: Kind) -> Option<&'static [&'static str]> {
    Some(match kind {
        Kind::Pod => &[],
        Kind::CronJob => &["spec", "jobTemplate", "spec", "template"],
        Kind::Deployment
        | Kind::StatefulSet
        | Kind::ReplicaSet
        | Kind::DaemonSet
        | Kind::ReplicationController
        | Kind::Job => &["spec", "template"],
        _ => return None,
    })
}

/// All templates of a text, found by their labels.
pub struct Templates<'a> {
    pub all: Vec<Template<'a>>,
    by_label: BTreeMap<(&'a str, &'a str, &'a str), Vec<usize>>,
}

impl<'a> Templates<'a> {
    pub fn of(cluster: &Cluster, objects: &'a [TextObject<'a>]) -> Self {
        let made = objects
            .iter()
            .filter_map(|it| Template::of(cluster, it.created.as_ref()?.0, it));
        let all: Vec<Template<'a>> = made.collect();
        let mut by_label: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (index, template) in all.iter().enumerate() {
            let namespace = &*template.object.key.namespace;
            for (key, value) in template.labels() {
                by_label.entry((namespace, key, value)).or_default().push(index);
            }
        }
        Self { all, by_label }
    }

    /// The templates of a namespace whose pods have all labels of a selector that is not empty, but for those of jobs.
    pub fn selected(&self, namespace: &str, selector: Cursor<'_>) -> Vec<&Template<'a>> {
        let mut pairs = selector.text_entries();
        let Some((key, value)) = pairs.next() else {
            return Vec::new();
        };
        let found = self.by_label.get(&(namespace, key, value));
        let found = found.into_iter().flatten().filter_map(|index| self.all.get(*index));
        // A Service drops the pods of a job once they are done.
        let found = found.filter(|it| !["Job", "CronJob"].contains(&it.object.kind));
        let rest = |template: &&Template<'_>| {
            let labels = template.pod.metadata().field("labels");
            pairs.clone().all(|(key, value)| labels.field(key) == value)
        };
        found.filter(rest).collect()
    }
}
