//! What is done to the cluster and its traffic by hand, and taken back.

use super::update::changed;
use super::{AppState, Effect, Offer};
use crate::live::Live;
use crate::selection::Selection;
use playground::{Act, Client, FlowSpec, Key, Traffic};

/// Requests a second, in thousandths, of a flow that was just added.
const NEW_FLOW_MILLIHERTZ: u32 = 1_000;

pub(super) fn delete(state: &mut AppState, live: &Live, key: &Key) -> Vec<Effect> {
    let command = format!("kubectl delete pod {} -n {}", key.name, key.namespace);
    state.selection = None;
    act(state, live, Act::Kubectl(command), &format!("Deleted {}.", key.name))
}

pub(super) fn set_ready(state: &mut AppState, live: &Live, key: Key, ready: bool) -> Vec<Effect> {
    let Key { namespace, name } = key;
    let words = format!("{name} is {} ready.", if ready { "now" } else { "no longer" });
    let turned = Act::Ready {
        namespace,
        pod: name,
        ready,
    };
    act(state, live, turned, &words)
}

pub(super) fn undo(state: &mut AppState, live: &Live) -> Vec<Effect> {
    let undone = live.session.borrow_mut().undo();
    match undone {
        Some(done) => state.say(format!("Undone: {}.", act_words(&done.act))),
        None => return Vec::new(),
    }
    changed(state, live)
}

pub(super) fn set_traffic(state: &mut AppState, live: &Live, traffic: Traffic) -> Vec<Effect> {
    live.session.borrow_mut().set_traffic(live.at(), traffic);
    changed(state, live)
}

fn act(state: &mut AppState, live: &Live, act: Act, words: &str) -> Vec<Effect> {
    let took = live.session.borrow_mut().act(live.at(), act);
    if took {
        state.say_with(words, Offer::Undo);
    } else {
        state.complain("No more acts fit into this scenario.".to_owned());
    }
    changed(state, live)
}

pub(super) fn send_from(state: &mut AppState, live: &Live, client: &Client) -> Vec<Effect> {
    let at = live.at();
    let flow = {
        let session = live.session.borrow();
        let services = session.services(at);
        let key = crate::outputs::described(&services, state.service.as_ref());
        let service = key.and_then(|key| session.world(at).service(key));
        service.and_then(|service| service.ports.first().map(|port| (service.key.clone(), port.port)))
    };
    let Some((key, port)) = flow else {
        state.complain("There is no Service to ask: add one to the text.".to_owned());
        return Vec::new();
    };
    let spec = FlowSpec {
        from: Selection::Client(client.clone()).station(),
        to: format!("{}/{}", key.namespace, key.name),
        port,
        millihertz: NEW_FLOW_MILLIHERTZ,
    };
    let mut flows = live.session.borrow().sending().to_vec();
    let words = format!("{} now asks {}.", crate::requests::client(client), key.name);
    if !flows.iter().any(|flow| flow.from == spec.from && flow.to == spec.to) {
        flows.push(spec);
    }
    state.say(words);
    set_traffic(state, live, Traffic::Chosen(flows))
}

/// An act in words: the command it equals, where there is one.
pub fn act_words(act: &Act) -> String {
    match act {
        Act::Kubectl(line) => line.trim_end_matches(" -n default").to_owned(),
        Act::Ready { pod, ready, .. } => {
            format!("{pod}: readiness probe {}", if *ready { "succeeds" } else { "fails" })
        }
    }
}
