//! Why a Service has no endpoints: its selector, or the name of a port.

use super::context::{Context, at};
use crate::candidate::{Candidate, candidates, selector_words};
use crate::diagnostic::{Advice, Diagnostic, Fix};
use crate::documents::TextObject;
use crate::help::nearest;
use crate::workload;
use crate::written::{change, field, items, on, pair, word};
use api::{Cursor, Kind};
use network::{ObjectKey, Pod, Service, ServiceType, World};
use std::ops::Range;
use yaml::{Node, NodeKind, Step};

/// A Service of the text, and the objects around it.
struct Subject<'a> {
    service: &'a Service,
    object: &'a TextObject<'a>,
    context: &'a Context<'a>,
}

/// The part of the text that describes a pod.
struct PodText<'a> {
    /// The byte of the text from which the places of its document are counted.
    origin: usize,
    /// The name of the pod, or of the object that creates it.
    name: String,
    /// The pod, or the template.
    pod: &'a Node,
    /// The selector of the object that creates the pod, which its labels must match.
    selector: Option<&'a Node>,
}

/// Advice for each Service of the text that selects no pod, or that sends to a port its pods do not name.
pub fn advise(context: &Context<'_>) -> Vec<Diagnostic> {
    let services = context.created(Kind::Service);
    let subjects = services.filter_map(|(key, object)| {
        let service = context.service(key)?;
        Some(Subject {
            service,
            object,
            context,
        })
    });
    subjects.filter_map(|it| it.no_endpoints()).collect()
}

/// Of this many pods that lack equally many labels, the one whose first differs least is named.
const COMPARED: usize = 50;

/// The candidate that comes nearest; of equals the one with the likest value.
fn nearest_of<'a, 'b>(candidates: &'b [Candidate<'a>]) -> Option<&'b Candidate<'a>> {
    let first = candidates.first()?;
    let far = |it: &Candidate<'_>| {
        let (key, value) = it.missing.first()?;
        Some(base::distance(it.pod.labels.get(*key)?, value))
    };
    let equals = candidates
        .iter()
        .take_while(|it| it.missing.len() == first.missing.len());
    equals.take(COMPARED).min_by_key(|it| far(it).unwrap_or(usize::MAX))
}

fn has_all(pod: &Pod, service: &Service) -> bool {
    let mut pairs = service.selector.iter();
    pairs.all(|(key, value)| pod.labels.get(key) == Some(value))
}

impl Subject<'_> {
    fn no_endpoints(&self) -> Option<Diagnostic> {
        let Self { service, context, .. } = self;
        if service.kind == ServiceType::ExternalName || service.selector.is_empty() {
            return None;
        }
        let ObjectKey { namespace, name } = &service.key;
        if context.cluster.chooses_any(namespace, name) {
            return self.no_such_port(context.world);
        }
        if let Some(lost) = self.lost() {
            let meaning =
                format!("{lost} has these labels in the text, but its owner is not here, so it is removed at once.");
            return Some(self.advice(
                Advice::NoPods,
                self.selector(),
                self.nobody(),
                Some(meaning),
                Vec::new(),
            ));
        }
        let elsewhere = context.world.pods.iter().find(|pod| has_all(pod, service));
        Some(match elsewhere {
            Some(pod) => self.other_namespace(pod),
            None => self.no_pod(nearest_of(&candidates(context.world, service))),
        })
    }

    /// A pod of the text that has all labels, but was removed.
    fn lost(&self) -> Option<&str> {
        let selector = &self.service.selector;
        let mut lost = self
            .context
            .lost
            .iter()
            .filter(|it| it.kind == "Pod" && it.key.namespace == self.service.key.namespace);
        let found = lost.find(|it| {
            let labels = Cursor::new(it.value).metadata().field("labels");
            selector.iter().all(|(key, value)| labels.field(key) == value.as_str())
        });
        found.map(|it| &*it.key.name)
    }

    fn advice(
        &self,
        advice: Advice,
        range: Range<usize>,
        message: String,
        meaning: Option<String>,
        fixes: Vec<Fix>,
    ) -> Diagnostic {
        Diagnostic {
            meaning,
            fixes,
            ..at(self.object, range, advice, message)
        }
    }

    /// The part of the text that describes the pod.
    fn text_of(&self, pod: &Pod) -> Option<PodText<'_>> {
        if let Some(object) = self.context.object(Kind::Pod, &pod.key) {
            return Some(PodText {
                origin: object.origin,
                name: pod.key.name.to_string(),
                pod: object.node,
                selector: None,
            });
        }
        let maker = workload::of_pod(self.context.cluster, &pod.key)?;
        let object = self.context.object(maker.kind, &maker.key)?;
        let (_, template) = maker.template_metadata().split_last()?;
        Some(PodText {
            origin: object.origin,
            name: format!("{} {}", maker.word(), maker.key.name),
            pod: field(object.node, template)?,
            selector: field(object.node, &["spec", "selector"]),
        })
    }

    fn nobody(&self) -> String {
        format!("no endpoints: no pod has {}", selector_words(self.service))
    }

    fn selector(&self) -> Range<usize> {
        self.object.key_at(&[Step::Name("spec"), Step::Name("selector")])
    }

    /// The advice if a pod of another namespace has all labels.
    fn other_namespace(&self, pod: &Pod) -> Diagnostic {
        let (own, other) = (&self.service.key.namespace, &pod.key.namespace);
        let message = format!("{} in namespace {own}", self.nobody());
        let meaning = format!(
            "{} has these labels, but lives in {other}: a Service finds the pods of its own namespace only.",
            pod.key.name
        );
        let label = format!("Move the Service to {other}");
        let written =
            field(self.object.node, &["metadata", "namespace"]).map(|value| on(self.object.origin, &value.span));
        let fix = match (&written, first_key(self.object.node, "metadata")) {
            (Some(range), _) => Some(Fix {
                label,
                range: range.clone(),
                replacement: other.to_string(),
            }),
            (None, Some((start, depth))) => Some(Fix {
                label,
                range: on(self.object.origin, &(start..start)),
                replacement: format!("namespace: {other}\n{}", " ".repeat(depth)),
            }),
            (None, None) => None,
        };
        let place = written.unwrap_or_else(|| self.selector());
        self.advice(
            Advice::OtherNamespace,
            place,
            message,
            Some(meaning),
            fix.into_iter().collect(),
        )
    }

    /// The advice if no pod has all labels, about the pod that lacks the fewest.
    fn no_pod(&self, nearest: Option<&Candidate<'_>>) -> Diagnostic {
        let near = nearest
            .map(|candidate| (candidate.missing.len(), candidate))
            .filter(|(count, _)| *count < self.service.selector.len() || *count == 1);
        let Some((count, Candidate { pod, missing })) = near else {
            let meaning = "A Service sends requests to the pods that have all labels of its selector.";
            return self.advice(
                Advice::NoPods,
                self.selector(),
                self.nobody(),
                Some(meaning.to_owned()),
                Vec::new(),
            );
        };
        let name = &pod.key.name;
        let Some((key, value)) = missing.first() else {
            return self.advice(Advice::NoPods, self.selector(), self.nobody(), None, Vec::new());
        };
        let Some(actual) = pod.labels.get(*key) else {
            let meaning = format!("{name} comes nearest: it has no label {key}.");
            let renamed = pod
                .labels
                .keys()
                .filter(|_| count == 1)
                .find(|label| nearest_key(label, key));
            let range = self.pair(key, true);
            let fix = renamed.map(|label| change(range.clone(), label));
            return self.advice(
                Advice::NoPods,
                range,
                self.nobody(),
                Some(meaning),
                fix.into_iter().collect(),
            );
        };
        let differs = if count == 1 {
            "differs in one label"
        } else {
            "comes nearest"
        };
        let range = self.pair(key, false);
        let here = change(range.clone(), actual);
        let there = self.label_of(pod, key).map(|(owner, range)| Fix {
            label: format!("Change {owner} to {value}"),
            range,
            replacement: (*value).to_owned(),
        });
        let fixes = [Some(here), there].into_iter().flatten().filter(|_| count == 1);
        let meaning = format!("{name} {differs}: its {key} is {actual}, not {value}.");
        self.advice(Advice::NoPods, range, self.nobody(), Some(meaning), fixes.collect())
    }

    fn pair(&self, key: &str, of_key: bool) -> Range<usize> {
        let steps = [Step::Name("spec"), Step::Name("selector"), Step::Name(key)];
        if of_key {
            self.object.key_at(&steps)
        } else {
            self.object.value_at(&steps)
        }
    }

    /// The owner and the place of a pod's label in the text; `None` if a change would break the selector of its controller.
    fn label_of(&self, pod: &Pod, key: &str) -> Option<(String, Range<usize>)> {
        let PodText {
            origin,
            name,
            pod,
            selector,
        } = self.text_of(pod)?;
        let required = selector.is_some_and(|selector| {
            let expressions = items(field(selector, &["matchExpressions"])).iter();
            field(selector, &["matchLabels", key]).is_some() || { expressions }
                .any(|expression| word(expression, "key") == Some(key))
        });
        let label = field(pod, &["metadata", "labels", key]).filter(|_| !required)?;
        Some((name, on(origin, &label.span)))
    }

    /// The advice if pods are selected but have no port of the name in `targetPort`.
    fn no_such_port(&self, world: &World) -> Option<Diagnostic> {
        let (index, port) = self.service.ports.iter().enumerate().find(|(_, port)| {
            port.endpoints.is_empty() && port.target.parse::<u16>().is_err() && !port.target.is_empty()
        })?;
        let steps = [
            Step::Name("spec"),
            Step::Name("ports"),
            Step::Index(index),
            Step::Name("targetPort"),
        ];
        let range = self.object.value_at(&steps);
        let candidates = candidates(world, self.service);
        let pods = candidates.iter().take_while(|candidate| candidate.missing.is_empty());
        let ports: Vec<(Option<&str>, &str)> = pods.flat_map(|candidate| self.ports_of(candidate.pod)).collect();
        let names: Vec<&str> = ports.iter().filter_map(|(name, _)| *name).collect();
        let meant = match (
            nearest(&port.target, names.iter().copied()),
            names.as_slice(),
            ports.as_slice(),
        ) {
            (Some(near), ..) => Some(near),
            (None, [only], _) => Some(*only),
            (None, [], [(_, number), ..]) => Some(*number),
            _ => None,
        };
        let fix = meant.map(|word| change(range.clone(), word));
        let meaning = "A targetPort that is a name is looked up among the names of the containers' ports, pod by pod.";
        Some(self.advice(
            Advice::NoPort,
            range,
            format!("no endpoints: no selected pod names a port {}", port.target),
            Some(meaning.to_owned()),
            fix.into_iter().collect(),
        ))
    }

    /// The names and numbers of a pod's container ports in the text.
    fn ports_of(&self, pod: &Pod) -> Vec<(Option<&str>, &str)> {
        let text = self.text_of(pod);
        let containers = text.map_or(&[][..], |text| items(field(text.pod, &["spec", "containers"])));
        let ports = containers
            .iter()
            .flat_map(|container| items(field(container, &["ports"])));
        ports
            .filter_map(|port| Some((word(port, "name"), word(port, "containerPort")?)))
            .collect()
    }
}

/// Whether two keys differ in a letter or two.
fn nearest_key(one: &str, other: &str) -> bool {
    nearest(one, [other]).is_some()
}

/// The place and the indentation of the first key below a field, if it is on a line of its own.
fn first_key(node: &Node, name: &str) -> Option<(usize, usize)> {
    let (key, value) = pair(node, name)?;
    let NodeKind::Mapping(inner) = &value.kind else {
        return None;
    };
    let (first, _) = inner.first()?;
    // Behind the key stand its colon, the end of its line and the blanks before the next.
    let depth = first.span.start.checked_sub(key.span.end + 2)?;
    (depth <= 8).then_some((first.span.start, depth))
}
