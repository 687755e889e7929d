//! Two scenarios on one clock and one seed: what the second can be, and how the same requests end in each.

use crate::hops::PacketSummary;
use crate::outcome_word::outcome_word;
use crate::requests::client;
use crate::say;
use playground::seam::Mirror;
use playground::{Act, Beside, Lesson, Micros, Proxy, Requests, Scenario, ServiceType, TimedAct, View, World, lesson};
use std::collections::{BTreeMap, BTreeSet};

/// What the present scenario is compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Its word in a link; `None` if a link cannot carry it.
    pub beside: Option<Beside>,
    pub label: String,
    pub scenario: Scenario,
}

/// Requests are counted over at most so many, the latest ones.
const COUNTED: usize = 2_000;

/// What there is to compare with, the most telling first: with the solution, as it was opened, before this, with other
/// settings of the cluster.
pub fn variants(
    now: &Scenario,
    world: &World,
    taught: Option<&Lesson>,
    opened: Option<&Scenario>,
    before: Option<&Scenario>,
) -> Vec<Variant> {
    let now = Scenario {
        view: View::default(),
        ..now.clone()
    };
    let mut all = Vec::new();
    all.extend(taught.and_then(|taught| solved(&now, taught)));
    let edited = opened.filter(|opened| opened.text != now.text);
    all.extend(edited.map(|opened| Variant {
        beside: None,
        label: say::variant_opened().to_owned(),
        scenario: opened.clone(),
    }));
    all.extend(before.map(|before| Variant {
        beside: None,
        label: say::variant_before().to_owned(),
        scenario: before.clone(),
    }));
    all.extend(local(&now, world));
    for (beside, proxy, word) in [
        (Beside::Iptables, Proxy::Iptables, "iptables"),
        (Beside::Ipvs, Proxy::Ipvs, say::proxy_ipvs()),
        (Beside::Nftables, Proxy::Nftables, "nftables"),
    ] {
        if proxy != now.proxy {
            all.push(Variant {
                beside: Some(beside),
                label: say::variant_proxy(&word),
                scenario: Scenario { proxy, ..now.clone() },
            });
        }
    }
    if !now.acts.is_empty() {
        all.insert(
            0,
            Variant {
                beside: Some(Beside::Unchanged),
                label: say::variant_unchanged().to_owned(),
                scenario: Scenario {
                    acts: Vec::new(),
                    ..now
                },
            },
        );
    }
    all
}

fn solved(now: &Scenario, taught: &Lesson) -> Option<Variant> {
    let (text, commands) = lesson::change(&now.text, &taught.solution).ok()?;
    let mut scenario = Scenario { text, ..now.clone() };
    scenario.acts.extend(commands.into_iter().map(at_first));
    (scenario != *now).then(|| Variant {
        beside: Some(Beside::Solution),
        label: say::variant_solution().to_owned(),
        scenario,
    })
}

/// The other external traffic policy of the first Service that has one.
fn local(now: &Scenario, world: &World) -> Option<Variant> {
    let outside =
        |service: &&playground::Service| matches!(service.kind, ServiceType::NodePort | ServiceType::LoadBalancer);
    let service = world.services.iter().find(outside)?;
    let policy = if now.text.contains("externalTrafficPolicy: Local") {
        "Cluster"
    } else {
        "Local"
    };
    let (name, namespace) = (&service.key.name, &service.key.namespace);
    let patch = format!(r#"{{"spec":{{"externalTrafficPolicy":"{policy}"}}}}"#);
    let mut scenario = now.clone();
    scenario.acts.push(at_first(format!(
        "kubectl patch service {name} -n {namespace} --type=merge -p '{patch}'"
    )));
    Some(Variant {
        beside: Some(Beside::OtherPolicy),
        label: say::variant_policy(&policy, &name),
        scenario,
    })
}

fn at_first(command: String) -> TimedAct {
    TimedAct {
        at: 0,
        act: Act::Kubectl(command),
    }
}

/// The requests of one client to one target, in both scenarios.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    pub from: String,
    pub to: String,
    /// How they ended and where they went; empty where none has ended.
    pub ends: [String; 2],
    pub differs: bool,
}

#[derive(Default)]
struct Ends {
    outcomes: BTreeMap<&'static str, usize>,
    pods: BTreeMap<String, usize>,
    /// The number of the last that reached a pod.
    last: Option<u64>,
}

type Route = (String, String);

/// One row for each client and target of either side.
pub fn compared(sides: [&Mirror; 2], at: Micros) -> Vec<Compared> {
    let [left, right] = sides.map(|side| ends(side.requests(at), at));
    let routes: BTreeSet<&Route> = left.keys().chain(right.keys()).collect();
    let row = |route: &Route| {
        let told = [(&left, sides[0]), (&right, sides[1])];
        let ends = told.map(|(ends, side)| ends.get(route).map(|it| words(it, side)).unwrap_or_default());
        Compared {
            from: route.0.clone(),
            to: route.1.clone(),
            differs: ends[0] != ends[1],
            ends,
        }
    };
    routes.into_iter().map(row).collect()
}

fn ends(requests: Requests<'_>, at: Micros) -> BTreeMap<Route, Ends> {
    let mut all: BTreeMap<Route, Ends> = BTreeMap::new();
    for request in requests.iter().rev().take(COUNTED).filter(|request| request.done <= at) {
        let ends = all
            .entry((client(&request.client), request.target.words()))
            .or_default();
        *ends.outcomes.entry(outcome_word(request.outcome)).or_default() += 1;
        if let Some(backend) = &request.backend {
            *ends.pods.entry(backend.name()).or_default() += 1;
            ends.last = ends.last.or(Some(request.number));
        }
    }
    all
}

fn words(ends: &Ends, side: &Mirror) -> String {
    let counted = |(word, count): (String, usize)| format!("{count} {word}");
    let outcomes = ends
        .outcomes
        .iter()
        .map(|(word, count)| counted(((*word).to_owned(), *count)));
    let pods = ends
        .pods
        .iter()
        .map(|(pod, count)| counted((say::outcome_at(&pod), *count)));
    let mut told: Vec<String> = outcomes.chain(pods).collect();
    let seen = ends.last.and_then(|number| PacketSummary::of(side, number));
    told.extend(seen.map(|packet| say::outcome_seen(&packet.arrived.from)));
    told.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::played::Played;
    use crate::{gallery, scenarios};

    const AT: Micros = Micros::from_seconds(15);

    fn played(scenario: Scenario) -> Played {
        let mut session = Played::new(scenario);
        session.run(AT);
        session
    }

    fn rows(one: Scenario, other: Scenario) -> Vec<Compared> {
        compared([&played(one), &played(other)], AT)
    }

    fn offered(scenario: &Scenario) -> Vec<Variant> {
        let session = played(scenario.clone());
        variants(
            scenario,
            session.world(AT),
            session.lesson().map(|it| &**it),
            None,
            None,
        )
    }

    #[test]
    fn a_scenario_beside_itself_differs_in_nothing() {
        let all = rows(scenarios::ALL[0].scenario(), scenarios::ALL[0].scenario());
        assert!(
            all.len() >= 4 && all.iter().all(|row| !row.differs && !row.ends[0].is_empty()),
            "{all:?}"
        );
    }

    #[test]
    fn an_exercise_is_compared_with_its_solution() {
        let broken = gallery::scenario("wrong-target-port").unwrap_or_default();
        let all = offered(&broken);
        assert_eq!(all.first().map(|it| it.label.as_str()), Some("the solution"));
        let rows = rows(broken, all[0].scenario.clone());
        let lit = rows.iter().find(|row| row.differs);
        let Some(row) = lit else { panic!("{rows:?}") };
        assert!(
            row.ends[0].contains("refused") && row.ends[1].contains("answered"),
            "{row:?}"
        );
    }

    #[test]
    fn the_mode_of_kube_proxy_changes_who_is_drawn_and_nothing_else() {
        let now = scenarios::ALL[0].scenario();
        let ipvs = offered(&now).into_iter().find(|it| it.label.ends_with("round robin"));
        let Some(ipvs) = ipvs else { panic!("it is offered") };
        let rows = rows(now, ipvs.scenario);
        let row = rows.iter().find(|row| row.to == "back-end" && row.differs);
        assert!(row.is_some(), "{rows:?}");
        assert!(rows.iter().all(|row| !row.ends[1].contains("refused")), "{rows:?}");
    }

    #[test]
    fn with_the_policy_local_a_pod_sees_the_client_itself() {
        let now = scenarios::ALL[6].scenario();
        let local = offered(&now)
            .into_iter()
            .find(|it| it.label.starts_with("externalTrafficPolicy: Local"));
        let Some(local) = local else { panic!("it is offered") };
        let rows = rows(now, local.scenario);
        let Some(row) = rows.iter().find(|row| row.from == "laptop") else {
            panic!("{rows:?}")
        };
        assert!(row.differs && row.ends[1].contains("seen as 192.168.49.1"), "{row:?}");
    }
}
