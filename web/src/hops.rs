//! The course of one request, hop by hop. Both the log's trace and the stage use it, so they agree.

use crate::ingress;
use crate::outcome_word::outcome_word;
use crate::outcomes;
use crate::requests::client;
use crate::say;
use base::Order;
use playground::dataplane::{Event, Host, Relay, RuleLine, TraceStep};
use playground::seam::Mirror;
use playground::{Client, DecidedBy, Door, Hop, Micros, Request, Trace};

/// The share of the first hop that is shown as the name look-up, in percent.
const LOOKUP: u64 = 40;

/// When the name look-up begins and ends; `None` if the client dialled an address or reused a connection.
pub fn lookup(request: &Request) -> Option<(Micros, Micros)> {
    let first = request.legs.first()?;
    let by_name =
        matches!(request.client, Client::Pod(_)) && request.target.door == Door::Usual && request.target.web.is_none();
    match first.hop {
        Hop::Resolving => Some((first.from, first.to)),
        Hop::ToService if by_name && !request.is_on_open_connection() => {
            let span = Micros((first.to - first.from).0 * LOOKUP / 100);
            Some((first.from, first.from + span))
        }
        // It never leaves the client, so its look-up takes no time on the way.
        Hop::LostAtClient if by_name => Some((first.from, first.from)),
        _ => None,
    }
}

/// The source and destination that a packet carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketAddresses {
    pub from: String,
    /// With the port.
    pub to: String,
}

impl PacketAddresses {
    fn of(step: &TraceStep) -> Self {
        Self {
            from: step.source.ip().to_string(),
            to: step.destination.to_string(),
        }
    }
}

/// What the packet of a request carried, and which rules matched it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketSummary {
    pub number: u64,
    /// When it left its client.
    pub sent: PacketAddresses,
    /// When it arrived.
    pub arrived: PacketAddresses,
    /// The node that chose the endpoint, and the rule that did; no rule if the node already tracked the connection.
    pub decided: Option<(String, Option<String>)>,
    /// Each rule that matched, as (node, text).
    pub fired: Vec<(String, String)>,
}

impl PacketSummary {
    /// `None` if the request never left its client.
    pub fn of(session: &Mirror, number: u64) -> Option<Self> {
        let trace = session.trace(number)?;
        let (first, last) = (trace.steps.first()?, trace.steps.last()?);
        let node = |place: &Host| match place {
            Host::Node(name) => Some(name.clone()),
            Host::Pod(_) | Host::Outside => None,
        };
        let fired = trace.steps.iter().filter_map(TraceStep::rule);
        Some(Self {
            number,
            sent: PacketAddresses::of(first),
            arrived: PacketAddresses::of(last),
            decided: deciding(&trace).and_then(|(place, rule)| Some((node(place)?, rule.map(named)))),
            fired: fired
                .filter_map(|(place, rule)| Some((node(place)?, rule.text.clone())))
                .collect(),
        })
    }
}

/// The rule that chose the endpoint. Inside an endpoint's own chain (`KUBE-SEP-…`) that is the rule which jumped there.
fn chosen_by(trace: &Trace) -> Option<(&Host, &RuleLine)> {
    let (place, decisive) = trace.decisive()?;
    if !decisive.hit.chain.starts_with("KUBE-SEP-") {
        return Some((place, decisive));
    }
    let before = trace.steps.iter().filter_map(TraceStep::rule);
    before
        .take_while(|(_, rule)| rule.hit.chain != decisive.hit.chain)
        .last()
        .or(Some((place, decisive)))
}

/// Where the endpoint was chosen, and by which rule; no rule if the connection was already tracked.
fn deciding(trace: &Trace) -> Option<(&Host, Option<&RuleLine>)> {
    let by_rule = chosen_by(trace).map(|(place, rule)| (place, Some(rule)));
    by_rule.or_else(|| {
        let known = trace.steps.iter().find(|step| step.event == Event::Known)?;
        Some((&known.place, None))
    })
}

/// The chain and position of a rule.
fn named(rule: &RuleLine) -> String {
    say::hop_rule(&rule.hit.chain, &rule.hit.position)
}

/// What happened to a request up to `at`, in order.
pub fn hops(session: &Mirror, request: &Request, at: Micros) -> Vec<(Micros, String)> {
    let mut hops = looked_up(request);
    if let Some(trace) = session.trace(request.number) {
        let teller = HopSentences { request, trace: &trace };
        hops.extend(
            trace
                .steps
                .iter()
                .enumerate()
                .filter_map(|(index, step)| teller.step(index, step)),
        );
    }
    hops.extend(
        request
            .legs
            .iter()
            .filter_map(|leg| Some((leg.from, leg_words(request, leg.hop)?))),
    );
    hops.order_by_key(|(moment, _)| *moment);
    hops.retain(|(moment, _)| *moment <= at);
    if request.done <= at {
        hops.push((request.done, outcome_word(request.outcome).to_owned()));
    }
    hops
}

fn looked_up(request: &Request) -> Vec<(Micros, String)> {
    let Some((from, to)) = lookup(request) else {
        return Vec::new();
    };
    let (who, name) = (client(&request.client), &request.target.service.name);
    let asked = (from, say::hop_asks(&who, &name));
    let told = match request.dialled {
        Some((ip, _)) => say::hop_found(&name, &ip),
        None if request.route.denial.is_some() => return vec![asked],
        None => say::hop_unfound(&name),
    };
    vec![asked, (to, told)]
}

struct HopSentences<'a> {
    request: &'a Request,
    trace: &'a Trace,
}

impl HopSentences<'_> {
    fn step(&self, index: usize, step: &TraceStep) -> Option<(Micros, String)> {
        let Host::Node(node) = &step.place else {
            let left = step.event == Event::Sent;
            return left.then(|| (self.leaves(), sent_words(step)));
        };
        let words = match &step.event {
            Event::Sent => return Some((self.leaves(), sent_words(step))),
            Event::Rule(rule) if self.is_decisive(rule) => say::hop_decides(&node, &named(rule), &self.chance()),
            Event::Rule(_) | Event::Ended => return None,
            Event::Known => say::hop_tracked(&node),
            Event::Relayed(relay) => self.relayed(node, *relay),
            Event::Arrived if index < 2 => return None,
            Event::Arrived => say::hop_arrives(&node),
            Event::NewDestination { before } => say::hop_becomes(&node, &before, &step.destination),
            Event::NewSource { before } => say::hop_masquerade(&node, &before.ip(), &step.source.ip()),
        };
        Some((self.at_rule(), words))
    }

    /// What a process does with the stream of a forwarded port.
    fn relayed(&self, node: &str, relay: Relay) -> String {
        let backend = self.request.backend.as_ref();
        let (pod, port) = backend.map_or_else(Default::default, |it| (it.name(), it.port));
        match relay {
            Relay::ApiServer => say::hop_stream(&node),
            Relay::Proxy => say::hop_proxy(&node, &port, &pod),
            Relay::Kubelet => say::hop_kubelet(&node, &port, &pod),
        }
    }

    fn leaves(&self) -> Micros {
        lookup(self.request).map_or(self.request.sent, |(_, told)| told)
    }

    /// When the rules are evaluated; that takes no simulated time.
    fn at_rule(&self) -> Micros {
        self.request.legs.first().map_or(self.request.sent, |leg| leg.to)
    }

    fn is_decisive(&self, rule: &RuleLine) -> bool {
        chosen_by(self.trace).is_some_and(|(_, decisive)| decisive == rule)
    }

    fn chance(&self) -> String {
        match (self.request.outcome.decided_by(), &self.request.backend) {
            (DecidedBy::Rule, _) => say::hop_rejects().to_owned(),
            (_, Some(backend)) if backend.of > 1 => say::hop_chance(&backend.of),
            _ => String::new(),
        }
    }
}

fn sent_words(step: &TraceStep) -> String {
    format!("{} → {}", step.source.ip(), step.destination)
}

/// A sentence for what a leg adds to the packet's own steps.
fn leg_words(request: &Request, hop: Hop) -> Option<String> {
    let backend = request.backend.as_ref();
    let to = backend.map_or_else(String::new, |backend| backend.address().to_string());
    let dialled = request
        .dialled
        .map(|(ip, port)| std::net::SocketAddr::new(ip, port).to_string());
    match hop {
        Hop::AtBackend => Some(say::hop_handles(&to)),
        Hop::FromBackend => Some(outcomes::reply(request, &to)),
        Hop::FromService
            if request.routed.is_none()
                && !request.target.is_forwarded()
                && request.outcome.has_response()
                && dialled.as_ref() != Some(&to) =>
        {
            Some(say::hop_reply(&to, &dialled?))
        }
        Hop::LostAtClient => outcomes::kept_back(request),
        Hop::LostAtBackend if request.route.denial.is_some() => outcomes::kept_back(request),
        Hop::LostAtService => Some(say::hop_silent(&dialled.unwrap_or_default())),
        Hop::LostAtBackend => Some(say::hop_nobody(&to)),
        Hop::ToBackend => ingress::sends_on(request),
        Hop::FromController => ingress::told(request),
        Hop::FromService => {
            ingress::told(request).filter(|_| request.routed.as_ref().is_some_and(|it| it.controller.is_none()))
        }
        Hop::Resolving | Hop::ToService | Hop::ToController => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::played::Played;
    use crate::scenarios;
    use playground::Scenario;

    const AT: Micros = Micros::from_seconds(12);

    fn played(scenario: Scenario) -> Played {
        let mut session = Played::new(scenario);
        session.run(AT);
        session
    }

    fn first(session: &Played, matches: impl Fn(&Request) -> bool) -> Request {
        let found = session
            .requests(AT)
            .iter()
            .find(|request| request.done < AT && matches(request));
        let Some(request) = found else {
            panic!("such a request is sent")
        };
        request.clone()
    }

    fn words(session: &Played, request: &Request) -> Vec<String> {
        hops(session, request, AT).into_iter().map(|(_, words)| words).collect()
    }

    #[test]
    fn a_pod_asks_the_resolver_first_and_the_rule_rewrites_what_it_dialled() {
        let session = played(scenarios::ALL[0].scenario());
        let request = first(&session, |request| *request.target.service.name == *"back-end");
        let told = words(&session, &request);
        assert!(told[0].ends_with(" asks the resolver for back-end"), "{told:?}");
        assert_eq!(told[1], "the resolver finds back-end at 10.111.52.100");
        assert!(told[2].ends_with(" → 10.111.52.100:80"), "{told:?}");
        assert!(told[3].starts_with("minikube: KUBE-SVC-"), "{told:?}");
        assert!(told[3].ends_with(", a chance of 1 in 3"), "{told:?}");
        assert!(
            told[4].starts_with("minikube: 10.111.52.100:80 becomes 10.244.0."),
            "{told:?}"
        );
        assert!(told[7].ends_with(", becomes 10.111.52.100:80"), "{told:?}");
        assert_eq!(told[8], "answered");
    }

    #[test]
    fn who_dials_an_address_asks_no_resolver_and_is_masqueraded_by_the_node() {
        let session = played(scenarios::ALL[0].scenario());
        let request = first(&session, |request| request.client == Client::Outside);
        assert_eq!(lookup(&request), None);
        let told = words(&session, &request);
        assert!(told.iter().any(|words| words.ends_with("(masquerade)")), "{told:?}");
    }

    #[test]
    fn the_rules_that_fired_are_those_of_the_node_s_own_text() {
        let session = played(scenarios::ALL[0].scenario());
        let request = first(&session, |request| *request.target.service.name == *"back-end");
        let Some(passage) = PacketSummary::of(&session, request.number) else {
            panic!("it left its client")
        };
        let Some(program) = session
            .plane(AT)
            .rules("minikube", playground::Family::V4)
            .map(ToString::to_string)
        else {
            panic!("the node has rules")
        };
        assert!(!passage.fired.is_empty());
        for (node, text) in &passage.fired {
            assert_eq!(node, "minikube");
            assert!(program.lines().any(|line| line.trim() == text.trim()), "{text}");
        }
        assert_eq!(passage.sent.to, "10.111.52.100:80");
        assert!(passage.arrived.to.starts_with("10.244.0."));
    }

    #[test]
    fn what_the_api_server_asks_itself_passes_no_rule_and_no_kubelet() {
        let mut session = played(scenarios::ALL[0].scenario());
        let path = "/api/v1/namespaces/default/services/back-end:80/proxy/";
        session.perform(Micros::from_seconds(9), &format!("kubectl get --raw {path}"));
        session.run(AT);
        let request = first(&session, |request| request.target.is_proxied());
        let told = words(&session, &request);
        assert!(told[0].ends_with("192.168.49.2:6443"), "{told:?}");
        assert!(
            told[1].starts_with("the API server on minikube asks port ") && told[1].ends_with(" itself"),
            "{told:?}"
        );
        assert!(told.iter().all(|told| !told.contains("kubelet")), "{told:?}");
    }

    #[test]
    fn a_request_through_a_forwarded_port_passes_the_api_server_and_a_kubelet_and_no_rule() {
        let mut session = played(scenarios::ALL[0].scenario());
        session.perform(Micros::from_seconds(8), "kubectl port-forward svc/back-end 8080:80");
        session.perform(Micros::from_seconds(9), "curl -s localhost:8080");
        session.run(AT);
        let request = first(&session, |request| request.target.is_forwarded());
        let told = words(&session, &request);
        let pod = request
            .backend
            .as_ref()
            .map(playground::Backend::name)
            .unwrap_or_default();
        assert_eq!(told[0], "127.0.0.1 → 127.0.0.1:8080");
        assert_eq!(
            told[1],
            "the API server on minikube passes the stream to the kubelet of the pod's node"
        );
        assert_eq!(
            told[2],
            format!("the kubelet of minikube connects to localhost:80 inside {pod}")
        );
        assert_eq!(told.last().map(String::as_str), Some("answered"));
        assert!(!told.iter().any(|words| words.contains("KUBE-")), "{told:?}");
    }

    #[test]
    fn on_an_open_connection_neither_resolver_nor_rule_is_asked() {
        let session = played(scenarios::kept_open());
        let request = first(&session, Request::is_on_open_connection);
        assert_eq!(request.connection, Some(1));
        let told = words(&session, &request);
        assert!(
            told.iter()
                .any(|words| words == "minikube already tracks the connection: no rule is evaluated"),
            "{told:?}"
        );
        assert!(!told.iter().any(|words| words.contains("resolver")), "{told:?}");
    }
}
