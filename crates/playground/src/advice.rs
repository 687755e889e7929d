//! Advice on what a cluster does not mention: why a Service has no endpoints.

use crate::candidate::{Candidate, candidates, selector_words};
use crate::diagnostic::{Advice, Code, Diagnostic, Fix, Severity};
use crate::documents::TextObject;
use crate::help::nearest;
use crate::workload;
use api::Cursor;
use cluster::{Cluster, Listening, ListeningPort};
use network::{ObjectKey, Pod, Service, ServiceType, World};
use std::ops::Range;
use yaml::{Node, NodeKind, Step};

/// A Service of the text, and the objects around it.
struct Subject<'a> {
    service: &'a Service,
    object: &'a TextObject<'a>,
    objects: &'a [TextObject<'a>],
    cluster: &'a Cluster,
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

/// Advice for an object whose annotation about its pods' answers cannot be read.
pub fn answers(object: &TextObject<'_>) -> Option<Diagnostic> {
    let path = match object.kind {
        "Pod" => &["metadata", "annotations"][..],
        _ => &["spec", "template", "metadata", "annotations"],
    };
    let text = { path.iter() }.try_fold(object.value, |value, name| value.get(name))?;
    let wrong = cluster::read_answers(text.get(cluster::ANSWERS)?.as_str()?).err()?;
    let steps = path.iter().chain([&cluster::ANSWERS]).map(|name| Step::Name(name));
    Some(Diagnostic {
        severity: Severity::Advice,
        code: Code::Advice(Advice::Answers),
        range: on(object.origin, &object.node.locate(steps, false)),
        document: object.document,
        message: format!("{}: {wrong:?} means nothing, so the pod answers as usual", cluster::ANSWERS),
        meaning: Some(
            "Each part between commas says how often, what and after how long: `20ms`, `5% 1s-2s`, `10% 500`, `1% closes`, `never`."
                .to_owned(),
        ),
        fixes: Vec::new(),
    })
}

/// Advice for the containers of an object's pods of which the playground guesses what they listen on.
pub fn guesses(text: &str, object: &TextObject<'_>) -> Vec<Diagnostic> {
    let path = match object.kind {
        "Pod" => &[][..],
        "Deployment" | "StatefulSet" | "ReplicaSet" | "DaemonSet" | "ReplicationController" => &["spec", "template"],
        _ => return Vec::new(),
    };
    let pod = { path.iter() }.fold(Cursor::new(object.value), |value, name| value.field(name));
    let annotations = pod.metadata().field("annotations");
    if annotations.field(cluster::LISTENS).is_set() {
        return Vec::new();
    }
    let containers = pod.spec().field("containers").items();
    let all: Vec<Listening> = containers.clone().map(cluster::container_listening).collect();
    let steps = |names: &[&'static str]| -> Vec<Step<'static>> {
        path.iter().chain(names).map(|name| Step::Name(name)).collect()
    };
    let annotation = all.iter().flat_map(|it| &it.ports).map(ListeningPort::annotation);
    let annotation: Vec<String> = annotation.collect();
    let fix = listens_fix((text, object), &steps(&["metadata"]), &annotation.join(","));
    let guessed = all
        .iter()
        .enumerate()
        .filter(|(_, it)| it.is_guess && !it.ports.is_empty());
    let advice = guessed.map(|(index, it)| {
        let ports: Vec<String> = it.ports.iter().map(ListeningPort::annotation).collect();
        let whose = if ports.len() == 1 {
            "its containerPort"
        } else {
            "its containerPorts"
        };
        let mut place = steps(&["spec", "containers"]);
        place.extend([Step::Index(index), Step::Name("image")]);
        Diagnostic {
            severity: Severity::Advice,
            code: Code::Advice(Advice::Listens),
            range: on(object.origin, &object.node.locate(place, false)),
            document: object.document,
            message: format!(
                "the playground doesn't know this image and guesses that it listens on {}, {whose}",
                ports.join(", ")
            ),
            meaning: Some(
                "On a cluster the program alone decides where it listens; a containerPort opens nothing.".to_owned(),
            ),
            fixes: fix.iter().cloned().collect(),
        }
    });
    advice.collect()
}

/// The change that says in the pod's annotation what its containers listen on.
fn listens_fix((text, object): (&str, &TextObject<'_>), metadata: &[Step<'_>], ports: &str) -> Option<Fix> {
    let metadata = object.node.find(metadata.iter().copied())?;
    let annotations = field(metadata, &["annotations"]);
    let outer = annotations.unwrap_or(metadata);
    let NodeKind::Mapping(pairs) = &outer.kind else {
        return None;
    };
    let first = object.origin + pairs.first()?.0.span.start;
    let is_in_braces = object.origin + outer.span.start < first;
    let quote = if text.get(first..)?.starts_with('"') { "\"" } else { "" };
    let pair = format!("{quote}{}{quote}: \"{ports}\"", cluster::LISTENS);
    let line = text.get(..first)?.rsplit('\n').next()?;
    let replacement = match annotations {
        Some(_) if is_in_braces => format!("{pair}, "),
        None if is_in_braces => format!("{quote}annotations{quote}: {{{pair}}}, "),
        _ if !line.trim().is_empty() => return None,
        Some(_) => format!("{pair}\n{line}"),
        None => format!("annotations:\n{line}  {pair}\n{line}"),
    };
    Some(Fix {
        label: format!("Say it in {}", cluster::LISTENS),
        range: first..first,
        replacement,
    })
}

/// Advice for a Service of the text that selects no pod, or that sends to a port its pods do not name.
pub fn service(
    (cluster, world): (&Cluster, &World),
    service: &Service,
    object: &TextObject<'_>,
    objects: &[TextObject<'_>],
) -> Option<Diagnostic> {
    if service.kind == ServiceType::ExternalName || service.selector.is_empty() {
        return None;
    }
    let subject = Subject {
        service,
        object,
        objects,
        cluster,
    };
    if cluster.chooses_any(&service.key.namespace, &service.key.name) {
        return subject.no_such_port(world);
    }
    let elsewhere = world.pods.iter().find(|pod| has_all(pod, service));
    Some(match elsewhere {
        Some(pod) => subject.other_namespace(pod),
        None => subject.no_pod(candidates(world, service).first()),
    })
}

fn has_all(pod: &Pod, service: &Service) -> bool {
    let mut pairs = service.selector.iter();
    pairs.all(|(key, value)| pod.labels.get(key) == Some(value))
}

impl Subject<'_> {
    fn advice(
        &self,
        advice: Advice,
        range: Range<usize>,
        message: String,
        meaning: Option<String>,
        fixes: Vec<Fix>,
    ) -> Diagnostic {
        Diagnostic {
            severity: Severity::Advice,
            code: Code::Advice(advice),
            range,
            document: self.object.document,
            message,
            meaning,
            fixes,
        }
    }

    fn locate<'b>(&self, steps: impl IntoIterator<Item = Step<'b>>, key: bool) -> Range<usize> {
        on(self.object.origin, &self.object.node.locate(steps, key))
    }

    /// The part of the text that describes the pod.
    fn text_of(&self, pod: &Pod) -> Option<PodText<'_>> {
        if let Some(object) = self.object_of(&pod.key, "Pod") {
            return Some(PodText {
                origin: object.origin,
                name: pod.key.name.to_string(),
                pod: object.node,
                selector: None,
            });
        }
        let maker = workload::of_pod(self.cluster, &pod.key)?;
        let object = self.object_of(&maker.key, maker.kind)?;
        Some(PodText {
            origin: object.origin,
            name: format!("{} {}", maker.kind, maker.key.name),
            pod: field(object.node, &["spec", "template"])?,
            selector: field(object.node, &["spec", "selector"]),
        })
    }

    /// The object of the text with this key and kind, the kind in any case.
    fn object_of(&self, key: &ObjectKey, kind: &str) -> Option<&TextObject<'_>> {
        let mut objects = self.objects.iter();
        objects.find(|object| object.kind.eq_ignore_ascii_case(kind) && object.key == *key)
    }

    fn nobody(&self) -> String {
        format!("no endpoints: no pod has {}", selector_words(self.service))
    }

    fn selector(&self) -> Range<usize> {
        self.locate([Step::Name("spec"), Step::Name("selector")], true)
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
            let fix = renamed.map(|label| Fix {
                label: format!("Change to {label}"),
                range: range.clone(),
                replacement: label.clone(),
            });
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
        let here = Fix {
            label: format!("Change to {actual}"),
            range: range.clone(),
            replacement: actual.clone(),
        };
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
        self.locate(steps, of_key)
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
        let range = self.locate(steps, false);
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
        let fix = meant.map(|word| Fix {
            label: format!("Change to {word}"),
            range: range.clone(),
            replacement: word.to_owned(),
        });
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

/// A range of a document as a range of the text.
fn on(origin: usize, range: &Range<usize>) -> Range<usize> {
    origin + range.start..origin + range.end
}

/// Whether two keys differ in a letter or two.
fn nearest_key(one: &str, other: &str) -> bool {
    nearest(one, [other]).is_some()
}

fn field<'a>(node: &'a Node, names: &[&str]) -> Option<&'a Node> {
    names.iter().try_fold(node, |node, name| {
        let NodeKind::Mapping(pairs) = &node.kind else {
            return None;
        };
        let found = pairs
            .iter()
            .find(|(key, _)| matches!(&key.kind, NodeKind::Scalar { text, .. } if text == name));
        found.map(|(_, value)| value)
    })
}

/// The place and the indentation of the first key below a field, if it is on a line of its own.
fn first_key(node: &Node, name: &str) -> Option<(usize, usize)> {
    let NodeKind::Mapping(outer) = &node.kind else {
        return None;
    };
    let (key, value) = outer
        .iter()
        .find(|(key, _)| matches!(&key.kind, NodeKind::Scalar { text, .. } if text == name))?;
    let NodeKind::Mapping(inner) = &value.kind else {
        return None;
    };
    let (first, _) = inner.first()?;
    // Behind the key stand its colon, the end of its line and the blanks before the next.
    let depth = first.span.start.checked_sub(key.span.end + 2)?;
    (depth <= 8).then_some((first.span.start, depth))
}

fn items(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.kind) {
        Some(NodeKind::Sequence(items)) => items,
        _ => &[],
    }
}

fn word<'a>(node: &'a Node, name: &str) -> Option<&'a str> {
    match &field(node, &[name])?.kind {
        NodeKind::Scalar { text, .. } => Some(text),
        _ => None,
    }
}
