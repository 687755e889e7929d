//! The barriers of network policies: where a rail meets a pod that they isolate.

use super::plan::{AskEdge, PlannedService};
use super::scene::{Barrier, Who, WireId};
use playground::{Client, Direction, Door, ObjectKey, Passage, Pod, Service, World};
use std::collections::BTreeMap;

/// A barrier for each rail of a pod that policies isolate on that side: open if some client of the Service comes through it.
pub fn barriers(world: &World, asks: &[AskEdge], services: &[PlannedService]) -> BTreeMap<WireId, Barrier> {
    let mut barriers = BTreeMap::new();
    if !world.policies.decide() {
        return barriers;
    }
    let pods: BTreeMap<&ObjectKey, &Pod> = world.pods.iter().map(|pod| (&pod.key, &**pod)).collect();
    for planned in services {
        let service = planned.service;
        let asking = asks.iter().filter(|(_, asked)| *asked == service.key);
        let passages: Vec<(&Client, Passage)> = asking
            .filter_map(|(client, _)| Some((client, world.passage(client)?)))
            .collect();
        let backends: Vec<&Pod> = { planned.backends.iter() }
            .filter_map(|backend| match &backend.who {
                Who::Pod(key) => pods.get(key).copied(),
                _ => None,
            })
            .collect();
        for pod in &backends {
            if let Some(barrier) = before(world, service, pod, &passages) {
                barriers.insert(WireId::Forward(service.key.clone(), Who::Pod(pod.key.clone())), barrier);
            }
        }
        for (client, passage) in &passages {
            let Client::Pod(key) = client else { continue };
            let isolating = |pod: &&&Pod| world.policies.isolating(pod, Direction::Egress).next().is_some();
            if pods.get(key).as_ref().is_some_and(isolating) {
                let leaves = |pod: &&Pod| passes(service, pod, *passage, Direction::Egress);
                let is_open = passage.dns_denial(&Door::Usual).is_none() && backends.iter().any(leaves);
                barriers.insert(WireId::Ask(Who::from(*client), service.key.clone()), of(is_open));
            }
        }
    }
    barriers
}

fn of(is_open: bool) -> Barrier {
    if is_open { Barrier::Open } else { Barrier::Shut }
}

/// The barrier at an endpoint; without clients it is shut if no policy has a rule.
fn before(world: &World, service: &Service, pod: &Pod, passages: &[(&Client, Passage)]) -> Option<Barrier> {
    let mut isolating = world.policies.isolating(pod, Direction::Ingress).peekable();
    isolating.peek()?;
    Some(of(if passages.is_empty() {
        !isolating.all(|policy| policy.is_shut(Direction::Ingress))
    } else {
        { passages.iter() }.any(|(_, passage)| passes(service, pod, *passage, Direction::Ingress))
    }))
}

/// Whether policies of this direction let a client through to the pod at one of the Service's ports.
fn passes(service: &Service, pod: &Pod, passage: Passage, direction: Direction) -> bool {
    service.ports.iter().any(|port| {
        let mut endpoints = port.endpoints.iter().filter(|endpoint| Some(endpoint.ip) == pod.ip);
        endpoints.any(|endpoint| {
            let denial = passage.denial(pod, port.protocol, endpoint.port);
            denial.is_none_or(|denial| denial.direction != direction)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::played::Played;
    use crate::scenarios;
    use crate::stage::pace::{Pace, at_once};
    use crate::stage::plan::MapPlan;
    use playground::{Micros, NetworkPolicies, Scenario};

    /// The barriers of the first lesson with a policy, at the pods of `back-end` and at the first client.
    fn barriers(spec: &str, policies: NetworkPolicies) -> (Vec<Barrier>, Option<Barrier>) {
        let policy = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: policy}\nspec: ";
        let session = Played::new(Scenario {
            text: format!("{}\n{policy}{spec}\n", scenarios::ALL[0].text),
            network_policies: policies,
            ..scenarios::ALL[0].scenario()
        });
        let world = session.world(Micros::ZERO);
        let client = ObjectKey::new("default", "front-end-1");
        let service = ObjectKey::new("default", "back-end");
        let asks = [(Client::Pod(client.clone()), service.clone())];
        let plan = at_once(MapPlan::new(world, &asks, None, &Pace::default()));
        let behind = plan.barriers.iter().filter(|(id, _)| matches!(id, WireId::Forward(..)));
        let asking = plan.barriers.get(&WireId::Ask(Who::Pod(client), service.clone()));
        let behind = behind.filter(|(id, _)| *id.service() == service);
        (behind.map(|(_, barrier)| *barrier).collect(), asking.copied())
    }

    #[test]
    fn pods_that_policies_isolate_have_a_barrier_on_that_side_open_or_shut() {
        let enforced = |spec: &str| barriers(spec, NetworkPolicies::Enforced);
        let (open, shut) = (Barrier::Open, Barrier::Shut);
        assert_eq!(enforced("{podSelector: {}}"), (vec![shut; 3], None));
        assert_eq!(enforced("{podSelector: {}, ingress: [{}]}"), (vec![open; 3], None));
        assert_eq!(
            enforced("{podSelector: {}, policyTypes: [Egress]}"),
            (Vec::new(), Some(shut))
        );
        assert_eq!(
            enforced("{podSelector: {}, policyTypes: [Egress], egress: [{}]}"),
            (Vec::new(), Some(open))
        );
        assert_eq!(
            barriers("{podSelector: {}}", NetworkPolicies::Ignored),
            (Vec::new(), None)
        );
    }
}
