//! Scenarios, texts and clusters that exceed a limit, and the sentences that say so.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::documents::Placed;
use crate::limits;
use crate::place;
use crate::scenario::{Act, FlowSpec, Scenario, Traffic};
use api::{Fields, Kind};
use cluster::{Cluster, Object, ObjectKey};
use network::Micros;
use std::collections::BTreeMap;
use std::ops::Range;

/// Cuts a scenario down to the limits; a sentence for each cut.
pub fn limit(scenario: &mut Scenario) -> Vec<String> {
    let mut notices = Vec::new();
    if scenario.nodes > limits::NODES {
        notices.push(format!(
            "{} nodes: the playground runs up to {}",
            grouped(scenario.nodes),
            limits::NODES
        ));
        scenario.nodes = limits::NODES;
    }
    let latest = Micros::from_seconds(limits::PLAYHEAD_HOURS * 3_600).0;
    if scenario.view.at > latest {
        notices.push(format!(
            "opened at hour {}, the latest moment the playground shows, instead of hour {}",
            grouped(limits::PLAYHEAD_HOURS),
            grouped(scenario.view.at / 3_600_000_000)
        ));
        scenario.view.at = latest;
    }
    limit_acts(scenario, latest, &mut notices);
    if let Traffic::Chosen(flows) = &mut scenario.traffic {
        limit_flows(flows, &mut notices);
    }
    notices
}

fn limit_acts(scenario: &mut Scenario, latest: u64, notices: &mut Vec<String>) {
    let acts = &mut scenario.acts;
    let all = acts.len();
    acts.retain(|act| act.at <= latest);
    if acts.len() < all {
        notices.push(format!(
            "{} made by hand after hour {}: left out",
            counted(all - acts.len(), "change"),
            grouped(limits::PLAYHEAD_HOURS)
        ));
    }
    if acts.len() > limits::ACTS {
        notices.push(format!(
            "{} changes made by hand: the playground keeps up to {}; the first {} are kept",
            grouped(acts.len()),
            grouped(limits::ACTS),
            grouped(limits::ACTS)
        ));
        acts.truncate(limits::ACTS);
    }
    let mut most = 0;
    for act in acts {
        if let Act::Send { count, .. } = &mut act.act
            && u64::from(*count) > limits::BURST_REQUESTS
        {
            most = most.max(*count);
            *count = u32::try_from(limits::BURST_REQUESTS).unwrap_or(u32::MAX);
        }
    }
    if most > 0 {
        notices.push(format!(
            "{} requests sent by hand: the playground sends up to {} at once",
            grouped(most),
            grouped(limits::BURST_REQUESTS)
        ));
    }
}

fn limit_flows(flows: &mut Vec<FlowSpec>, notices: &mut Vec<String>) {
    if flows.len() > limits::FLOWS {
        notices.push(format!(
            "{} flows of requests: the playground plays up to {}; the first {} are kept",
            grouped(flows.len()),
            limits::FLOWS,
            limits::FLOWS
        ));
        flows.truncate(limits::FLOWS);
    }
    let fastest = limits::REQUESTS_PER_SECOND * 1_000;
    let mut most = 0;
    for flow in flows.iter_mut().filter(|flow| flow.millihertz > fastest) {
        most = most.max(flow.millihertz);
        flow.millihertz = fastest;
    }
    if most > 0 {
        notices.push(format!(
            "{} requests a second: a flow sends up to {}",
            grouped(most / 1_000),
            grouped(limits::REQUESTS_PER_SECOND)
        ));
    }
}

/// The moment at which a session of these flows opens, and a sentence if that is earlier than `wanted` because too many requests
/// would have to be played before.
pub fn limit_opening(wanted: Micros, flows: &[FlowSpec]) -> (Micros, Option<String>) {
    let millihertz: u64 = flows.iter().map(|flow| u64::from(flow.millihertz)).sum();
    let latest = Micros::from_seconds(limits::REQUESTS_BEFORE_OPENING.saturating_mul(1_000) / millihertz.max(1));
    if wanted <= latest {
        return (wanted, None);
    }
    let sentence = format!(
        "opened at second {} instead of {}: the playground plays up to {} requests before it opens",
        grouped(latest.seconds()),
        grouped(wanted.seconds()),
        grouped(limits::REQUESTS_BEFORE_OPENING)
    );
    (latest, Some(sentence))
}

/// How much a text describes.
#[derive(Default)]
struct Extent {
    documents: usize,
    nodes: usize,
    services: usize,
    ports: usize,
}

impl Extent {
    fn add(&mut self, placed: &Placed) {
        self.documents += objects_in(placed);
        let Ok(manifest) = &*placed.content else { return };
        self.nodes += manifest.nodes;
        for object in objects(&manifest.value) {
            if object.field("kind") == "Service" {
                self.services += 1;
                self.ports += object.spec().field("ports").items().len();
            }
        }
    }

    /// The first limit that is exceeded: how much there is, of what, and how much there may be.
    fn excess(&self) -> Option<(usize, &'static str, usize)> {
        let all = [
            (self.documents, "documents", limits::DOCUMENTS),
            (self.nodes, "values", limits::YAML_NODES),
            (self.services, "Services", limits::SERVICES),
            (self.ports, "ports of Services", limits::SERVICE_PORTS),
        ];
        all.into_iter().find(|(amount, _, most)| amount > most)
    }
}

/// The diagnostic of a text that describes too much, at the first document that is too many.
pub fn too_much(documents: &[Placed]) -> Option<Diagnostic> {
    let mut extent = Extent::default();
    let mut first = None;
    for (number, placed) in documents.iter().enumerate() {
        extent.add(placed);
        if first.is_none() && extent.excess().is_some() {
            first = Some((number, placed));
        }
    }
    let (number, placed) = first?;
    let (amount, what, most) = extent.excess()?;
    let head = match &*placed.content {
        Ok(manifest) => manifest.node.locate(std::iter::empty(), false),
        Err(error) => error.span.clone(),
    };
    Some(ours(
        placed.origin + head.start..placed.origin + head.end,
        number,
        format!(
            "{} {what}: the playground reads up to {}, so nothing was changed",
            grouped(amount),
            grouped(most)
        ),
    ))
}

/// The object of a document, or the items of a list.
fn objects(value: &api::Value) -> impl Iterator<Item = api::Cursor<'_>> {
    let items = (value.field("kind") == "List").then(|| value.field("items").items());
    let alone = items.is_none().then(|| api::Cursor::new(value));
    items.into_iter().flatten().chain(alone)
}

/// How many objects a document describes: a list as many as it has items.
fn objects_in(placed: &Placed) -> usize {
    let items = |value: &api::Value| Some(value.get("items")?.as_array()?.len());
    let manifest = placed.content.as_ref().as_ref().ok();
    let list = manifest.filter(|manifest| manifest.kind == "List");
    list.and_then(|list| items(&list.value)).unwrap_or(1)
}

/// The diagnostic of a text that is too long.
pub fn text_too_long() -> Diagnostic {
    ours(
        0..0,
        0,
        format!(
            "this text is longer than the {} bytes the playground takes",
            limits::TEXT_BYTES
        ),
    )
}

fn ours(range: Range<usize>, document: usize, message: String) -> Diagnostic {
    Diagnostic {
        severity: Severity::Syntax,
        code: Code::Limit,
        range,
        document,
        message,
        meaning: None,
        fixes: Vec::new(),
    }
}

/// Keeps as many diagnostics as are listed, and says how many more there are.
pub fn limit_diagnostics(diagnostics: &mut Vec<Diagnostic>) {
    let Some(first) = diagnostics.get(limits::DIAGNOSTICS).cloned() else {
        return;
    };
    let left = diagnostics.len() - limits::DIAGNOSTICS;
    diagnostics.truncate(limits::DIAGNOSTICS);
    diagnostics.push(Diagnostic {
        severity: Severity::Advice,
        code: Code::Limit,
        message: format!(
            "{} more from here on: the playground lists {}",
            grouped(left),
            grouped(limits::DIAGNOSTICS)
        ),
        meaning: None,
        fixes: Vec::new(),
        ..first
    });
}

/// A workload that lacks pods because of a limit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unmade {
    kind: Kind,
    key: ObjectKey,
    /// How many it wants.
    wanted: i64,
    /// How many it lacks.
    lacking: i64,
}

impl Unmade {
    /// All such workloads of a cluster; replica sets of a Deployment count for the Deployment.
    pub fn of(cluster: &Cluster) -> Vec<Self> {
        let mut lacking: BTreeMap<(Kind, ObjectKey), i64> = BTreeMap::new();
        for (kind, key, pods) in cluster.unmade_pods() {
            let set = cluster.find(kind, &key.namespace, &key.name);
            let owner = set
                .and_then(|set| set.controller())
                .filter(|owner| owner["kind"] == "Deployment");
            let name = owner.and_then(|owner| owner["name"].as_str());
            let workload = match name {
                Some(name) => (Kind::Deployment, ObjectKey::new(&key.namespace, name)),
                None => (kind, key.clone()),
            };
            *lacking.entry(workload).or_default() += pods;
        }
        let unmade = lacking.into_iter().filter_map(|((kind, key), lacking)| {
            let workload = cluster.find(kind, &key.namespace, &key.name)?;
            Some(Self {
                wanted: wanted(workload),
                kind,
                key,
                lacking,
            })
        });
        unmade.collect()
    }

    /// What is shown beside the stage.
    pub fn caveat(&self) -> String {
        format!("{}: {}", self.key.name, self.sentence())
    }

    /// `30,000 pods: the playground runs up to 2,000 of a workload; 28,000 of these are not made`.
    pub fn sentence(&self) -> String {
        let of_one = match self.kind {
            Kind::StatefulSet => limits::STATEFUL_SET_PODS,
            _ => limits::REPLICA_SET_PODS,
        };
        let made = usize::try_from(self.wanted - self.lacking).unwrap_or_default();
        let most = match self.kind {
            Kind::StatefulSet if made >= of_one => format!("{} of a stateful set", grouped(of_one)),
            _ if made >= of_one => format!("{} of a workload", grouped(of_one)),
            _ => grouped(limits::PODS),
        };
        format!(
            "{} pods: the playground runs up to {most}; {} of these are not made",
            grouped(self.wanted),
            grouped(self.lacking)
        )
    }

    /// Advice at the number of replicas, where the text has it.
    pub fn advice(&self, text: &str, documents: &[Placed]) -> Option<Diagnostic> {
        let way: &[&str] = match self.kind {
            Kind::DaemonSet => &["metadata", "name"],
            Kind::Job => &["spec", "parallelism"],
            _ => &["spec", "replicas"],
        };
        let range = place::place(text, documents, self.kind.name(), &self.key, way)?;
        let document = documents
            .partition_point(|placed| placed.origin <= range.start)
            .saturating_sub(1);
        Some(Diagnostic {
            severity: Severity::Advice,
            code: Code::Limit,
            range,
            document,
            message: self.sentence(),
            meaning: Some(
                "The object is stored as it is written, and its status counts the pods that exist.".to_owned(),
            ),
            fixes: Vec::new(),
        })
    }
}

/// How many pods a workload wants.
fn wanted(workload: &Object) -> i64 {
    match workload.kind {
        Kind::DaemonSet => workload.status().field("desiredNumberScheduled").number(),
        Kind::Job => workload.spec().field("parallelism").as_number().unwrap_or(1),
        _ => api::view::replicas(workload.spec()),
    }
}

/// `1 change`, `20,000 changes`.
fn counted(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", grouped(number))
}

/// A number with a comma before each three digits: `30,000`.
pub fn grouped<N: ToString + Copy>(number: N) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
