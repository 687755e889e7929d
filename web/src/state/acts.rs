//! Changes to the cluster and its traffic made on the page, and their undo.

use super::act_words::act_words;
use super::awaited::Then;
use super::changed::changed;
use super::{AppState, Effect, ToastOffer};
use crate::at_once::AtOnceResult;
use crate::live::Live;
use crate::say;
use crate::selection::Selection;
use crate::stage::MapAction;
use playground::seam::Task;
use playground::{
    ANSWERS, Act, Client, FlowSpec, IpFamily, Micros, NetworkPolicies, ObjectKey, Output, Proxy, TimedAct, Traffic,
    Workload, target_word,
};
use std::rc::Rc;

/// The rate of a new flow, in thousandths of requests a second.
const NEW_FLOW_MILLIHERTZ: u32 = 1_000;
pub const BURST: u32 = 50;
/// The most replicas that the controls of the page ask for.
const MOST_REPLICAS: i64 = 1_000;

pub(super) fn delete(state: &mut AppState, live: &Live, key: &ObjectKey) -> Vec<Effect> {
    let command = format!("kubectl delete pod {}{}", key.name, in_namespace(&key.namespace));
    state.selection = None;
    act(state, live, Act::Kubectl(command), &say::said_deleted(&key.name))
}

pub(super) fn set_ready(state: &mut AppState, live: &Live, key: ObjectKey, ready: bool) -> Vec<Effect> {
    let ObjectKey { namespace, name } = key;
    let words = if ready {
        say::said_ready(&name)
    } else {
        say::said_unready(&name)
    };
    let turned = Act::Ready {
        namespace: namespace.to_string(),
        pod: name.to_string(),
        ready,
    };
    act(state, live, turned, &words)
}

pub(super) fn undo(state: &mut AppState, live: &Live) -> Vec<Effect> {
    if super::text::is_just_exchanged(state) {
        return super::text::go_back(state, live);
    }
    state.have(live, Task::Undo, Then::Undo);
    Vec::new()
}

/// Undoes any act, not only the last.
pub(super) fn take_back(state: &mut AppState, live: &Live, act: &TimedAct) -> Vec<Effect> {
    state.have(live, Task::TakeBack(act.clone()), Then::TakeBack(act.clone()));
    Vec::new()
}

pub(super) fn tell_undone(state: &mut AppState, live: &Live, act: &Act) -> Vec<Effect> {
    state.say(say::said_undone(&act_words(act)));
    changed(state, live)
}

pub(super) fn set_traffic(state: &mut AppState, live: &Live, traffic: Traffic) -> Vec<Effect> {
    state.have(live, Task::Traffic(traffic), Then::Change);
    Vec::new()
}

fn act(state: &mut AppState, live: &Live, act: Act, words: &str) -> Vec<Effect> {
    let (at, words) = (live.at(), words.to_owned());
    let command = act_words(&act);
    match act {
        Act::Kubectl(line) => state.have(live, Task::Perform(line), Then::Act { words, command, at }),
        act @ (Act::Ready { .. } | Act::Send { .. }) => {
            let done = TimedAct { at: at.0, act };
            let task = Task::Act(done.act.clone());
            state.have(live, task, Then::Turn { words, command, done });
        }
    }
    Vec::new()
}

/// Tells of an act that was done, or why it was not.
pub(super) fn tell(
    state: &mut AppState,
    words: &str,
    (at, command): (Micros, String),
    (output, plain): (Output, Vec<String>),
    done: Option<TimedAct>,
) {
    if done.is_some() {
        state.say_with(words, ToastOffer::Undo);
    } else if output.stderr.is_empty() {
        state.complain(say::said_full().to_owned());
    } else {
        state.complain(output.stderr.trim_end().to_owned());
    }
    state.terminal.print(at, command, (output, plain), done);
}

/// ` -n NAMESPACE`, unless it is `default`.
fn in_namespace(namespace: &str) -> String {
    if namespace == "default" {
        String::new()
    } else {
        format!(" -n {namespace}")
    }
}

/// Ignores actions that make no sense for what is selected.
pub(super) fn map_action(state: &mut AppState, live: &Live, selection: Selection, action: MapAction) -> Vec<Effect> {
    let pod = selection.pod().cloned();
    match (action, pod) {
        (MapAction::Delete, Some(pod)) => delete(state, live, &pod),
        (MapAction::ToggleReady, Some(pod)) => {
            let ready = live.session.borrow().world(live.at()).pod(&pod).map(|pod| pod.ready);
            ready.map_or_else(Vec::new, |ready| set_ready(state, live, pod, !ready))
        }
        (MapAction::Slow, Some(pod)) => slow(state, live, &pod),
        (MapAction::Relabel, Some(_)) => {
            state.selection = Some(selection);
            vec![Effect::FocusLabels]
        }
        (MapAction::SendOne | MapAction::SendBurst, _) => {
            let count = if action == MapAction::SendOne { 1 } else { BURST };
            client_of(&selection).map_or_else(Vec::new, |client| send(state, live, &client, count))
        }
        (MapAction::More | MapAction::Fewer, _) => {
            let workload = workload(live, &selection);
            let change = if action == MapAction::More { 1 } else { -1 };
            let scalable = workload.and_then(|it| Some((it.replicas?, it)));
            scalable.map_or_else(Vec::new, |(now, workload)| scale(state, live, &workload, now + change))
        }
        (_, None) => Vec::new(),
    }
}

/// The workload of a pod or of the pods behind a Service.
pub fn workload(live: &Live, selection: &Selection) -> Option<Workload> {
    let session = live.session.borrow();
    let at = live.at();
    match selection {
        Selection::Service(key) => {
            let service = session.world(at).service(key)?;
            let endpoints = service.ports.iter().flat_map(|port| &port.endpoints);
            let mut pods = endpoints.filter_map(|endpoint| endpoint.pod.as_ref());
            pods.find_map(|pod| session.workload(at, pod))
        }
        other => session.workload(at, other.pod()?),
    }
}

fn client_of(selection: &Selection) -> Option<Client> {
    match selection {
        Selection::Pod(key) => Some(Client::Pod(key.clone())),
        Selection::Client(client) => Some(client.clone()),
        Selection::Node(name) => Some(Client::Node(name.clone())),
        Selection::Service(_) | Selection::Request(_) => None,
    }
}

/// Leaves the session unchanged.
pub(super) fn send_at_once(state: &mut AppState, live: &Live, flow: FlowSpec, count: u64) -> Vec<Effect> {
    let at = live.at();
    let tally = live.session.borrow().tally(at, &flow, count);
    match tally {
        Some(tally) => state.at_once = Some(Rc::new(AtOnceResult { flow, at, tally })),
        None => state.complain(say::nobody_to_ask().to_owned()),
    }
    Vec::new()
}

/// The time that a slow pod takes to answer.
const SLOW: &str = "2s";

/// Adds or removes the annotation that makes a pod slow.
pub(super) fn slow(state: &mut AppState, live: &Live, pod: &ObjectKey) -> Vec<Effect> {
    let is_plain = live.session.borrow().answers(live.at(), pod).is_none();
    let place = in_namespace(&pod.namespace);
    let (annotation, words) = if is_plain {
        (format!("{ANSWERS}={SLOW}"), say::said_slow(&pod.name, &SLOW))
    } else {
        (format!("{ANSWERS}-"), say::said_fast(&pod.name))
    };
    let command = format!("kubectl annotate pod {} {annotation}{place}", pod.name);
    act(state, live, Act::Kubectl(command), &words)
}

pub(super) fn label(
    state: &mut AppState,
    live: &Live,
    pod: &ObjectKey,
    key: Option<&str>,
    written: &str,
) -> Vec<Effect> {
    let written = written.trim();
    let (name, value) = written.split_once('=').unwrap_or((written, ""));
    let mut changes = Vec::new();
    changes.extend(key.filter(|key| *key != name).map(|key| format!("{key}-")));
    if !written.is_empty() {
        changes.push(format!("{name}={value}"));
    }
    if changes.is_empty() {
        return Vec::new();
    }
    let all = changes.join(" ");
    let place = in_namespace(&pod.namespace);
    let command = format!("kubectl label pod {} {all} --overwrite{place}", pod.name);
    act(state, live, Act::Kubectl(command), &say::said_labelled(&pod.name, &all))
}

pub(super) fn scale(state: &mut AppState, live: &Live, workload: &Workload, replicas: i64) -> Vec<Effect> {
    let replicas = replicas.clamp(0, MOST_REPLICAS);
    if workload.replicas == Some(replicas) {
        return Vec::new();
    }
    let said = say::said_scaled(usize::try_from(replicas).unwrap_or_default(), &workload.key.name);
    act(state, live, Act::Kubectl(workload.scale(replicas)), &said)
}

pub(super) fn nodes(state: &mut AppState, live: &Live, nodes: usize) -> Vec<Effect> {
    state.have(live, Task::Nodes(nodes), Then::Change);
    Vec::new()
}

pub(super) fn proxy(state: &mut AppState, live: &Live, proxy: Proxy) -> Vec<Effect> {
    state.have(live, Task::Proxy(proxy), Then::Change);
    Vec::new()
}

pub(super) fn network_policies(state: &mut AppState, live: &Live, policies: NetworkPolicies) -> Vec<Effect> {
    state.have(live, Task::NetworkPolicies(policies), Then::Change);
    Vec::new()
}

pub(super) fn ip_families(state: &mut AppState, live: &Live, families: Vec<IpFamily>) -> Vec<Effect> {
    state.have(live, Task::IpFamilies(families), Then::Change);
    Vec::new()
}

pub(super) fn kubectl_version(state: &mut AppState, live: &Live, version: String) -> Vec<Effect> {
    state.have(live, Task::KubectlVersion(version), Then::Change);
    Vec::new()
}

pub(super) fn send(state: &mut AppState, live: &Live, client: &Client, count: u32) -> Vec<Effect> {
    let Some((key, port, web)) = asked(state, live, client) else {
        state.complain(say::nobody_to_ask().to_owned());
        return Vec::new();
    };
    let from = Selection::Client(client.clone()).station();
    let sent = Act::Send {
        from,
        to: target_word(&key),
        port,
        count,
        host: web.as_ref().and_then(|web| web.0.clone()),
        path: web.and_then(|web| web.1),
    };
    let words = format!("{}.", act_words(&sent).trim_start_matches("# "));
    let effects = act(state, live, sent, &words);
    live.set_playing(true);
    effects
}

/// One request to a Service, or to a name that no Service has.
pub(super) fn ask(state: &mut AppState, live: &Live, client: &Client, service: &ObjectKey, port: u16) -> Vec<Effect> {
    let sent = Act::Send {
        from: Selection::Client(client.clone()).station(),
        to: target_word(service),
        port,
        count: 1,
        host: None,
        path: None,
    };
    let words = format!("{}.", act_words(&sent).trim_start_matches("# "));
    let effects = act(state, live, sent, &words);
    live.set_playing(true);
    effects
}

pub(super) fn send_from(state: &mut AppState, live: &Live, client: &Client) -> Vec<Effect> {
    let Some((key, port, web)) = asked(state, live, client) else {
        state.complain(say::nobody_to_ask().to_owned());
        return Vec::new();
    };
    let spec = FlowSpec {
        from: Selection::Client(client.clone()).station(),
        to: target_word(&key),
        port,
        millihertz: NEW_FLOW_MILLIHERTZ,
        host: web.as_ref().and_then(|web| web.0.clone()),
        path: web.and_then(|web| web.1),
        ..FlowSpec::default()
    };
    let mut flows = live.session.borrow().sending().to_vec();
    let words = say::said_asks(&crate::requests::client(client), &key.name);
    if !flows.iter().any(|flow| flow.from == spec.from && flow.to == spec.to) {
        flows.push(spec);
    }
    state.say(words);
    set_traffic(state, live, Traffic::Chosen(flows))
}

/// Of a request that goes by the ingress controller.
type HostAndPath = (Option<String>, Option<String>);

/// The Service port that a client already asks, else the first one of the described Service.
fn asked(state: &AppState, live: &Live, client: &Client) -> Option<(ObjectKey, u16, Option<HostAndPath>)> {
    let session = live.session.borrow();
    let at = live.at();
    let world = session.world(at);
    let from = Selection::Client(client.clone()).station();
    let own = session
        .sending()
        .iter()
        .find(|flow| flow.from == from)
        .and_then(|flow| {
            if let Some(router) = playground::read_router(&flow.to) {
                let web = (flow.host.clone(), flow.path.clone());
                return Some((router, flow.port, Some(web)));
            }
            let (namespace, name) = flow.to.split_once('/')?;
            let service = world
                .services
                .iter()
                .find(|service| *service.key.namespace == *namespace && *service.key.name == *name)?;
            Some((service.key.clone(), flow.port, None))
        });
    own.or_else(|| {
        let services = session.services(at);
        let service = world.service(crate::outputs::described(&services, state.service.as_ref())?)?;
        Some((service.key.clone(), service.ports.first()?.port, None))
    })
}
