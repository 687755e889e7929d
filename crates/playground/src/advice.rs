//! What a cluster says nothing of, and a learner wants to hear: why a Service has no endpoints.

use crate::candidate::{Candidate, candidates, selector_words};
use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::documents::{Manifest, Placed};
use crate::mend::nearest;
use crate::workload;
use cluster::Cluster;
use network::{ObjectKey, Pod, Service, ServiceType, World};
use std::ops::Range;
use yaml::{Node, NodeKind, Step};

/// A Service of the text, and what stands around it.
struct Asked<'a> {
    service: &'a Service,
    document: usize,
    node: &'a Node,
    /// The byte of the text from which the places of its document are counted.
    origin: usize,
    documents: &'a [Placed],
    cluster: &'a Cluster,
}

/// Where the text says what a pod is made of.
struct Recipe<'a> {
    /// The byte of the text from which the places of its document are counted.
    origin: usize,
    /// Whose it is: the pod's, or that of what makes it.
    name: String,
    /// The pod, or the template of what makes it.
    pod: &'a Node,
    /// What chooses the pods made after a template: its labels have to fit.
    selector: Option<&'a Node>,
}

/// Advice for a document whose annotation says how containers answer in words that mean nothing.
pub fn answers(document: usize, placed: &Placed) -> Option<Diagnostic> {
    let manifest = placed.content.as_ref().as_ref().ok()?;
    let path = match manifest.kind.as_str() {
        "Pod" => &["metadata", "annotations"][..],
        _ => &["spec", "template", "metadata", "annotations"],
    };
    let text = { path.iter() }.try_fold(&*manifest.value, |value, name| value.get(name))?;
    let wrong = cluster::read_answers(text.get(cluster::ANSWERS)?.as_str()?).err()?;
    let steps = path.iter().chain([&cluster::ANSWERS]).map(|name| Step::Name(name));
    let range = on(placed.origin, &manifest.node.locate(steps, false));
    Some(Diagnostic {
        severity: Severity::Advice,
        range,
        document,
        message: format!("{}: {wrong:?} means nothing, so the pod answers as usual", cluster::ANSWERS),
        meaning: Some(
            "Each part between commas says how often, what and after how long: `20ms`, `5% 1s-2s`, `10% 500`, `1% closes`, `never`."
                .to_owned(),
        ),
        fixes: Vec::new(),
    })
}

/// Advice for a Service of the text that selects no pod, or asks the pods it chooses for a port they do not name; its places are
/// those of the whole text.
pub fn service(
    (cluster, world): (&Cluster, &World),
    service: &Service,
    document: usize,
    documents: &[Placed],
) -> Option<Diagnostic> {
    if service.kind == ServiceType::ExternalName || service.selector.is_empty() {
        return None;
    }
    let Placed { origin, content } = documents.get(document)?;
    let asked = Asked {
        service,
        document,
        node: &content.as_ref().as_ref().ok()?.node,
        origin: *origin,
        documents,
        cluster,
    };
    if cluster.chooses_any(&service.key.namespace, &service.key.name) {
        return asked.no_such_port(world);
    }
    let elsewhere = world.pods.iter().find(|pod| has_all(pod, service));
    Some(match elsewhere {
        Some(pod) => asked.other_namespace(pod),
        None => asked.no_pod(candidates(world, service).first()),
    })
}

fn has_all(pod: &Pod, service: &Service) -> bool {
    let mut pairs = service.selector.iter();
    pairs.all(|(key, value)| pod.labels.get(key) == Some(value))
}

impl Asked<'_> {
    fn advice(&self, range: Range<usize>, message: String, meaning: Option<String>, fixes: Vec<Fix>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Advice,
            range,
            document: self.document,
            message,
            meaning,
            fixes,
        }
    }

    fn locate<'b>(&self, steps: impl IntoIterator<Item = Step<'b>>, key: bool) -> Range<usize> {
        on(self.origin, &self.node.locate(steps, key))
    }

    /// Where the text says what the pod is made of.
    fn recipe(&self, pod: &Pod) -> Option<Recipe<'_>> {
        if let Some((origin, manifest)) = self.document_of(&pod.key, "Pod") {
            return Some(Recipe {
                origin,
                name: pod.key.name.to_string(),
                pod: &manifest.node,
                selector: None,
            });
        }
        let maker = workload::of_pod(self.cluster, &pod.key)?;
        let (origin, manifest) = self.document_of(&maker.key, maker.kind)?;
        Some(Recipe {
            origin,
            name: format!("{} {}", maker.kind, maker.key.name),
            pod: field(&manifest.node, &["spec", "template"])?,
            selector: field(&manifest.node, &["spec", "selector"]),
        })
    }

    /// The document that is to make an object, and where it begins; its kind in any case.
    fn document_of(&self, key: &ObjectKey, kind: &str) -> Option<(usize, &Manifest)> {
        self.documents.iter().find_map(|placed| match &*placed.content {
            Ok(manifest) if manifest.kind.eq_ignore_ascii_case(kind) && manifest.key == *key => {
                Some((placed.origin, manifest))
            }
            _ => None,
        })
    }

    fn nobody(&self) -> String {
        format!("no endpoints: no pod has {}", selector_words(self.service))
    }

    fn selector(&self) -> Range<usize> {
        self.locate([Step::Name("spec"), Step::Name("selector")], true)
    }

    /// A pod of another namespace has all labels.
    fn other_namespace(&self, pod: &Pod) -> Diagnostic {
        let (own, other) = (&self.service.key.namespace, &pod.key.namespace);
        let message = format!("{} in namespace {own}", self.nobody());
        let meaning = format!(
            "{} has these labels, but lives in {other}: a Service finds the pods of its own namespace only.",
            pod.key.name
        );
        let label = format!("Move the Service to {other}");
        let written = field(self.node, &["metadata", "namespace"]).map(|value| on(self.origin, &value.span));
        let fix = match (&written, first_key(self.node, "metadata")) {
            (Some(range), _) => Some(Fix {
                label,
                range: range.clone(),
                replacement: other.to_string(),
            }),
            (None, Some((start, depth))) => Some(Fix {
                label,
                range: on(self.origin, &(start..start)),
                replacement: format!("namespace: {other}\n{}", " ".repeat(depth)),
            }),
            (None, None) => None,
        };
        let place = written.unwrap_or_else(|| self.selector());
        self.advice(place, message, Some(meaning), fix.into_iter().collect())
    }

    /// No pod has all labels: the pod that lacks the fewest says which.
    fn no_pod(&self, nearest: Option<&Candidate<'_>>) -> Diagnostic {
        let near = nearest
            .map(|candidate| (candidate.missing.len(), candidate))
            .filter(|(count, _)| *count < self.service.selector.len() || *count == 1);
        let Some((count, Candidate { pod, missing })) = near else {
            let meaning = "A Service sends requests to the pods that have all labels of its selector.";
            return self.advice(self.selector(), self.nobody(), Some(meaning.to_owned()), Vec::new());
        };
        let name = &pod.key.name;
        let Some((key, value)) = missing.first() else {
            return self.advice(self.selector(), self.nobody(), None, Vec::new());
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
            return self.advice(range, self.nobody(), Some(meaning), fix.into_iter().collect());
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
        self.advice(range, self.nobody(), Some(meaning), fixes.collect())
    }

    fn pair(&self, key: &str, of_key: bool) -> Range<usize> {
        let steps = [Step::Name("spec"), Step::Name("selector"), Step::Name(key)];
        self.locate(steps, of_key)
    }

    /// Whose label the text makes a pod's, and where; none where its maker would no longer know it.
    fn label_of(&self, pod: &Pod, key: &str) -> Option<(String, Range<usize>)> {
        let Recipe {
            origin,
            name,
            pod,
            selector,
        } = self.recipe(pod)?;
        let required = selector.is_some_and(|selector| {
            let expressions = items(field(selector, &["matchExpressions"])).iter();
            field(selector, &["matchLabels", key]).is_some() || { expressions }
                .any(|expression| word(expression, "key") == Some(key))
        });
        let label = field(pod, &["metadata", "labels", key]).filter(|_| !required)?;
        Some((name, on(origin, &label.span)))
    }

    /// Pods are chosen, and still no endpoint: the target port is a name no container gives to a port.
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
            range,
            format!("no endpoints: no selected pod names a port {}", port.target),
            Some(meaning.to_owned()),
            fix.into_iter().collect(),
        ))
    }

    /// The container ports the text gives a pod: their names and numbers.
    fn ports_of(&self, pod: &Pod) -> Vec<(Option<&str>, &str)> {
        let recipe = self.recipe(pod);
        let containers = recipe.map_or(&[][..], |recipe| items(field(recipe.pod, &["spec", "containers"])));
        let ports = containers
            .iter()
            .flat_map(|container| items(field(container, &["ports"])));
        ports
            .filter_map(|port| Some((word(port, "name"), word(port, "containerPort")?)))
            .collect()
    }
}

/// A place of a document, as one of the text.
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

/// Where the first key of a field's mapping stands, and how deep it is indented, where that is on a line of its own.
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
