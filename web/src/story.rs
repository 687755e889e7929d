//! Changes of the cluster as sentences, for the timeline and for readers who do not see the stage.

use crate::pod_state::PodState;
use crate::say;
use crate::state::act_words;
use playground::seam::Mirror;
use playground::{Cause, Micros, ObjectKey, Pod, Service, World};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::rc::Rc;

/// The most sentences about one change; the rest is counted.
const MOST: usize = 6;

/// The change of the cluster at `at`: its command, if there was one, and its effect.
pub fn change(session: &Mirror, at: Micros) -> String {
    let (before, after) = worlds(session, at);
    told(session, at, differences(before, after))
}

/// The worlds right before a moment and at it.
pub fn worlds(session: &Mirror, at: Micros) -> (&Rc<World>, &Rc<World>) {
    (session.world(at - Micros(1)), session.world(at))
}

/// The command of a moment, if there was one, and what happened.
pub fn told(session: &Mirror, at: Micros, happened: Vec<String>) -> String {
    let done = session.acts().iter().filter(|done| done.at == at.0);
    let mut words: Vec<String> = done.map(|done| act_words(&done.act)).collect();
    if words.is_empty() {
        let cause = match session.cause(at) {
            Cause::Text => say::cause_text(),
            Cause::Act | Cause::Undo => say::cause_undo(),
            Cause::Time => say::cause_time(),
            Cause::Proxy => say::cause_proxy(),
        };
        words.push(cause.to_owned());
    }
    words.extend(happened);
    words.join("; ")
}

/// One sentence for each difference between two worlds.
pub fn differences(before: &World, after: &World) -> Vec<String> {
    let mut told = of_pods(before, after);
    told.extend(of_services(before, after));
    let all = told.len();
    if all > MOST {
        told.truncate(MOST);
        told.push(say::more_changes(all - MOST));
    }
    told
}

fn of_pods(before: &World, after: &World) -> Vec<String> {
    let (old, new) = (by_key(before), by_key(after));
    let mut told = Vec::new();
    for (key, pod) in &old {
        match new.get(key) {
            None => told.push(say::story_pod_gone(&key.name)),
            Some(now) => told.extend(of_pod(pod, now)),
        }
    }
    let born = new.iter().filter(|(key, _)| !old.contains_key(*key));
    told.extend(born.map(|(key, pod)| match pod.ip {
        Some(ip) => say::story_pod_new(&key.name, &ip, &PodState::of(pod).word()),
        None => say::story_pod_nowhere(&key.name),
    }));
    told
}

fn by_key(world: &World) -> BTreeMap<&ObjectKey, &Pod> {
    world.pods.iter().map(|pod| (&pod.key, &**pod)).collect()
}

fn of_pod(before: &Pod, after: &Pod) -> Option<String> {
    let name = &after.key.name;
    let ip = |pod: &Pod| pod.ip.map_or_else(|| say::no_address().to_owned(), |ip| ip.to_string());
    if before.uid != after.uid {
        return Some(say::story_pod_replaced(&name, &ip(after)));
    }
    if before.ip != after.ip {
        return Some(say::story_pod_moved(&name, &ip(after), &ip(before)));
    }
    let state = PodState::of(after);
    if PodState::of(before) != state {
        return Some(say::story_pod_is(&name, &state.word()));
    }
    if before.labels != after.labels {
        let labels: Vec<String> = after
            .labels
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let labels = if labels.is_empty() {
            say::story_no_labels().to_owned()
        } else {
            labels.join(",")
        };
        return Some(say::story_pod_labels(&name, &labels));
    }
    None
}

fn of_services(before: &World, after: &World) -> Vec<String> {
    let mut told = Vec::new();
    for service in &after.services {
        let name = &service.key.name;
        let count = endpoints(service).len();
        match before.service(&service.key) {
            None => told.push(say::story_service_new(&name, &counted(count))),
            Some(old) if endpoints(old) != endpoints(service) => {
                let was = endpoints(old).len();
                let words = if was == count {
                    say::story_endpoints(&name)
                } else {
                    say::story_service_has(&name, &counted(count), &was)
                };
                told.push(words);
            }
            Some(_) => {}
        }
    }
    let gone = before
        .services
        .iter()
        .filter(|service| after.service(&service.key).is_none());
    told.extend(gone.map(|service| say::story_service_gone(&service.key.name)));
    told
}

fn endpoints(service: &Service) -> BTreeSet<(IpAddr, u16)> {
    let all = service.ports.iter().flat_map(|port| &port.endpoints);
    let ready = all.filter(|endpoint| endpoint.ready);
    ready.map(|endpoint| (endpoint.ip, endpoint.port)).collect()
}

fn counted(endpoints: usize) -> String {
    match endpoints {
        0 => say::no_endpoints().to_owned(),
        count => say::endpoint_count(count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::played::Played;
    use crate::scenarios;
    use playground::Act;

    fn after(act: Act) -> String {
        let mut session = Played::new(scenarios::ALL[0].scenario());
        session.act(Micros::from_seconds(3), act);
        change(&session, Micros::from_seconds(3))
    }

    #[test]
    fn a_deleted_pod_is_told_with_its_command_and_what_its_service_is_left_with() {
        assert_eq!(
            after(Act::Kubectl("kubectl delete pod back-end-2".to_owned())),
            "kubectl delete pod back-end-2; pod back-end-2 is terminating; back-end has 2 endpoints instead of 3"
        );
    }

    #[test]
    fn a_label_that_leads_out_of_a_service_is_told() {
        let told = after(Act::Kubectl(
            "kubectl label pod back-end-1 type=spare --overwrite".to_owned(),
        ));
        assert!(
            told.ends_with("pod back-end-1 has app=myapp,type=spare; back-end has 2 endpoints instead of 3"),
            "{told}"
        );
    }

    #[test]
    fn what_falls_due_is_not_told_as_an_edit() {
        let mut session = Played::new(scenarios::ALL[0].scenario());
        session.perform(Micros::from_seconds(1), "kubectl create ns x");
        session.perform(Micros::from_seconds(2), "kubectl run a --image=nginx -n x");
        session.perform(Micros::from_seconds(3), "kubectl delete ns x --wait=false");
        let told = change(&session, Micros::from_seconds(9));
        assert_eq!(told, "the cluster finished earlier work; pod a is gone");
        session.undo();
        let told = change(&session, Micros::from_seconds(3));
        assert_eq!(told, "a change was undone");
    }

    #[test]
    fn many_changes_are_summed_up() {
        let mut session = Played::new(scenarios::ALL[4].scenario());
        let at = Micros::from_seconds(1);
        session.act(
            at,
            Act::Kubectl("kubectl scale deployment hello --replicas=40".to_owned()),
        );
        let told = change(&session, at);
        assert!(told.ends_with(" more changes"), "{told}");
    }
}
