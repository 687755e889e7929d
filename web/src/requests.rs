//! The log of requests, the details of one request, and the share of each pod.

use crate::counting::{Counting, Step};
use crate::hops;
use crate::ingress;
use crate::live::SessionRevision;
use crate::outcome_word::outcome_word;
use crate::outcomes;
use crate::say;
use playground::seam::Mirror;
use playground::{Brief, Client, LineIndex, Micros, ObjectKey, Outcome, Request, Requests};
use std::collections::BTreeMap;

/// The most requests that the log shows.
pub const ROWS: usize = 60;
/// Shares are counted over at most so many requests of a Service, the latest ones.
pub const COUNTED: usize = 500;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRow {
    pub number: u64,
    pub from: String,
    /// The pod, or the Service as long as no pod is reached.
    pub to: String,
    /// `None` while under way.
    pub outcome: Option<Outcome>,
}

/// Newest first.
pub fn rows(session: &Mirror, at: Micros) -> Vec<LogRow> {
    let latest = session.requests(at).iter().rev().take(ROWS);
    latest.map(|request| row(request, at)).collect()
}

fn row(request: &Request, at: Micros) -> LogRow {
    let done = request.done <= at;
    let arrived = request.legs.get(1).is_some_and(|leg| leg.from <= at);
    let pod = request.backend.as_ref().filter(|_| arrived);
    LogRow {
        number: request.number,
        from: client(&request.client),
        to: pod.map_or_else(|| request.target.words(), playground::Backend::name),
        outcome: done.then_some(request.outcome),
    }
}

/// The name of a client on the page.
pub fn client(client: &Client) -> String {
    match client {
        Client::Pod(key) => key.name.to_string(),
        Client::Node(name) => name.clone(),
        Client::Outside => say::laptop().to_owned(),
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogCounts {
    pub sent: usize,
    pub ended: BTreeMap<&'static str, usize>,
}

/// Counts requests as time passes.
#[derive(Clone, Debug, Default)]
pub struct LogCounter {
    counting: Counting<&'static str>,
    tally: LogCounts,
}

impl LogCounter {
    /// The counts at `at`.
    pub fn tally(&mut self, session: &Mirror, at: Micros, revision: SessionRevision) -> &LogCounts {
        let requests = session.requests(at);
        let ended = &mut self.tally.ended;
        let outcome = |request: &Brief<'_>| Some(outcome_word(request.outcome));
        self.counting
            .advance(requests, at, revision, outcome, |step| match step {
                Step::Anew => ended.clear(),
                Step::More(word) => *ended.entry(word).or_default() += 1,
                Step::Less(word) => {
                    let count = ended.entry(word).or_default();
                    *count = count.saturating_sub(1);
                }
            });
        self.tally.sent = requests.len();
        self.tally.ended.retain(|_, count| *count > 0);
        &self.tally
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    pub service: ObjectKey,
    /// The number of requests that the shares are taken of.
    pub counted: usize,
    /// By name, including pods that could have got requests but did not.
    pub bars: Vec<SpreadBar>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SpreadBar {
    /// The pod's name, or the address of an endpoint without a pod.
    pub name: String,
    pub got: usize,
    /// In percent of all requests.
    pub share: f64,
    /// In percent: for each request, every ready endpoint was equally likely.
    pub expected: f64,
}

/// One for each Service that got requests, in kubectl's order.
pub fn spreads(session: &Mirror, at: Micros) -> Vec<Spread> {
    let requests = session.requests(at);
    let spread = |service: ObjectKey| spread(session, requests, at, service);
    session.services(at).into_iter().filter_map(spread).collect()
}

fn spread(session: &Mirror, requests: Requests<'_>, at: Micros, service: ObjectKey) -> Option<Spread> {
    let mut bars: BTreeMap<String, (usize, f64)> = BTreeMap::new();
    let mut counted = 0;
    let own = |place: &usize| requests.brief(*place).is_some_and(|brief| *brief.service == service);
    let routed = requests.kept().rev().filter(own);
    let routed = routed.filter_map(|place| requests.get(place));
    for (request, decided, backend) in routed
        .filter_map(decided)
        .filter(|(_, decided, _)| *decided <= at)
        .take(COUNTED)
    {
        counted += 1;
        let name = |pod: &Option<ObjectKey>, ip: &dyn ToString| {
            pod.as_ref().map_or_else(|| ip.to_string(), |pod| pod.name.to_string())
        };
        bars.entry(name(&backend.pod, &backend.ip)).or_default().0 += 1;
        if backend.of == 1 {
            bars.entry(name(&backend.pod, &backend.ip)).or_default().1 += 1.0;
            continue;
        }
        if let Some(upstream) = request.routed.as_ref().and_then(|ingress| ingress.upstream.as_ref()) {
            for endpoint in &upstream.endpoints {
                let ip = endpoint.address.ip();
                bars.entry(name(&endpoint.pod, &ip)).or_default().1 += 1.0 / count(backend.of);
            }
            continue;
        }
        let world = session.world(decided);
        let ports = world
            .service(&service)
            .map(|service| service.ports.as_slice())
            .unwrap_or_default();
        let port = ports.iter().find(|port| port.port == request.target.port);
        let ready = port
            .into_iter()
            .flat_map(|port| &port.endpoints)
            .filter(|endpoint| endpoint.ready);
        for endpoint in ready {
            bars.entry(name(&endpoint.pod, &endpoint.ip)).or_default().1 += 1.0 / count(backend.of);
        }
    }
    let bar = |(name, (got, expected)): (String, (usize, f64))| SpreadBar {
        name,
        got,
        share: 100.0 * count(got) / count(counted),
        expected: 100.0 * expected / count(counted),
    };
    (counted > 0).then(|| Spread {
        service,
        counted,
        bars: bars.into_iter().map(bar).collect(),
    })
}

/// The request with the moment its endpoint was chosen, and the endpoint.
fn decided(request: &Request) -> Option<(&Request, Micros, &playground::Backend)> {
    Some((request, request.legs.first()?.to, request.backend.as_ref()?))
}

/// At most [`COUNTED`], which a float holds exactly.
#[allow(clippy::cast_precision_loss)]
fn count(number: usize) -> f64 {
    number as f64
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestDetails {
    pub number: u64,
    /// The client and the addresses it passed, in order.
    pub road: Vec<String>,
    /// Why it took this course, in a sentence.
    pub reason: String,
    /// See [`hops::hops`].
    pub hops: Vec<(Micros, String)>,
    /// The line of the text that decided, its first byte, and the field there.
    pub line: Option<(usize, usize, &'static str)>,
}

impl RequestDetails {
    /// What is known at `at`, without anything that happens later.
    pub fn of(session: &Mirror, at: Micros, number: u64) -> Self {
        let Some(request) = sent(session, at, number) else {
            return Self {
                number,
                road: Vec::new(),
                reason: say::why_unsent().to_owned(),
                hops: Vec::new(),
                line: None,
            };
        };
        let dialled = request
            .dialled
            .map(|(ip, port)| std::net::SocketAddr::new(ip, port).to_string());
        let backend = routed(request, at).map(|backend| backend.address().to_string());
        // The names of a headless Service lead straight to its pods.
        let backend = backend.filter(|backend| dialled.as_ref() != Some(backend));
        Self {
            number,
            road: std::iter::once(client(&request.client))
                .chain(dialled)
                .chain(backend)
                .collect(),
            reason: why(session, request, at),
            hops: hops::hops(session, request, at),
            line: deciding_line(session, request),
        }
    }
}

fn deciding_line(session: &Mirror, request: &Request) -> Option<(usize, usize, &'static str)> {
    let denial = request.route.denial.as_deref();
    let (place, words) = if let Some(policy) = denial.and_then(|denial| denial.policies.first()) {
        (session.place("NetworkPolicy", policy, &["spec"])?, "policy")
    } else if let Some((kind, object, path, words)) = ingress::deciding_field(request) {
        (session.place(kind, object, path)?, words)
    } else {
        let (path, words) = outcomes::deciding_field(request.outcome);
        (session.place("Service", request.service(), path)?, words)
    };
    let place = place.start;
    let line = LineIndex::new(session.text()).line(place);
    Some((line, place, words))
}

/// `None` before it is sent.
fn sent(session: &Mirror, at: Micros, number: u64) -> Option<&Request> {
    session.request(number).filter(|request| request.sent <= at)
}

/// `None` before the pod is chosen.
pub fn backend_pod(session: &Mirror, at: Micros, number: u64) -> Option<ObjectKey> {
    let request = sent(session, at, number)?;
    routed(request, at)?.pod.clone()
}

/// `None` before the endpoint is chosen.
fn routed(request: &Request, at: Micros) -> Option<&playground::Backend> {
    let chosen = request.legs.first().is_some_and(|leg| leg.to <= at);
    request.backend.as_ref().filter(|_| chosen)
}

fn why(session: &Mirror, request: &Request, at: Micros) -> String {
    let chosen = routed(request, at).map(|backend| match backend.of {
        _ if request.target.is_proxied() => say::why_proxied(&backend.name()),
        _ if request.target.is_forwarded() => say::why_forwarded(&backend.name()),
        1 => say::why_only(&backend.name()),
        of => say::why_chosen(&backend.name(), &of),
    });
    if request.done <= at {
        return outcomes::why(request, session.world(request.sent), chosen);
    }
    chosen.unwrap_or_else(|| say::why_under_way(&request.target.words()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::played::Played;
    use crate::scenarios;

    fn played(lesson: &scenarios::Lesson, until: Micros) -> Played {
        let mut session = Played::new(lesson.scenario());
        session.run(until);
        session
    }

    const AT: Micros = Micros::from_seconds(12);

    #[test]
    fn the_log_shows_the_newest_first_and_counts_what_ended() {
        let session = played(&scenarios::ALL[0], AT);
        let rows = rows(&session, AT);
        assert!(rows.windows(2).all(|pair| pair[0].number > pair[1].number));
        assert!(rows.iter().any(|row| row.outcome == Some(Outcome::Answered)));
        assert!(rows.iter().any(|row| row.outcome.is_none()));
        let mut counter = LogCounter::default();
        counter.tally(&session, Micros::from_seconds(3), (0, 0));
        let tally = counter.tally(&session, AT, (0, 0)).clone();
        assert_eq!(&tally, LogCounter::default().tally(&session, AT, (0, 0)));
        assert_eq!(tally.sent, session.requests(AT).len());
        assert!(tally.ended.contains_key("answered"));
    }

    #[test]
    fn shares_and_what_is_expected_add_up() {
        let session = played(&scenarios::ALL[0], AT);
        for spread in spreads(&session, AT) {
            let sum = |part: fn(&SpreadBar) -> f64| spread.bars.iter().map(part).sum::<f64>();
            assert!((sum(|bar| bar.share) - 100.0).abs() < 1e-6);
            assert!((sum(|bar| bar.expected) - 100.0).abs() < 1e-6);
        }
    }

    #[test]
    fn a_selector_that_matches_nobody_has_every_request_refused_and_says_why() {
        let session = played(&scenarios::ALL[1], AT);
        let refused = rows(&session, AT).into_iter().find(|row| row.outcome.is_some());
        let number = refused.as_ref().map(|row| row.number).unwrap_or_default();
        assert_eq!(refused.and_then(|row| row.outcome), Some(Outcome::RefusedNoEndpoints));
        assert_eq!(
            RequestDetails::of(&session, AT, number).reason,
            "shop has no ready endpoints: the node's rule rejects at once."
        );
        assert!(spreads(&session, AT).is_empty());
    }

    #[test]
    fn a_request_s_trace_gives_the_line_that_decided_and_nothing_that_is_to_come() {
        let session = played(&scenarios::ALL[0], AT);
        let asked = |request: &&Request| *request.target.service.name == *"back-end" && request.done < AT;
        let number = session
            .requests(AT)
            .iter()
            .find(asked)
            .map(|request| request.number)
            .unwrap_or_default();
        let why = RequestDetails::of(&session, AT, number);
        assert_eq!(why.line.map(|(line, _, words)| (line, words)), Some((11, "selector")));
        let Some(first) = session.requests(AT).first().cloned() else {
            panic!("the scenario sends requests");
        };
        let early = RequestDetails::of(&session, first.sent, first.number);
        assert_eq!(early.hops.len(), 1, "what is to come is not told");
    }

    #[test]
    fn a_headless_service_has_no_second_address_on_the_road() {
        let headless = scenarios::ALL[0]
            .text
            .replace("clusterIP: 10.111.52.100", "clusterIP: None");
        let session = {
            let mut session = Played::new(playground::Scenario {
                text: headless,
                ..scenarios::ALL[0].scenario()
            });
            session.run(AT);
            session
        };
        let asked = |request: &&Request| *request.target.service.name == *"back-end" && request.done < AT;
        let number = session.requests(AT).iter().find(asked).map(|request| request.number);
        let road = RequestDetails::of(&session, AT, number.unwrap_or_default()).road;
        assert_eq!(road.len(), 2, "{road:?}");
        assert!(road[1].starts_with("10.244.0."), "{road:?}");
    }

    #[test]
    fn a_port_nobody_listens_on_is_told_from_no_endpoints() {
        let session = played(&scenarios::ALL[2], AT);
        let ended = rows(&session, AT).into_iter().find_map(|row| row.outcome);
        assert_eq!(ended, Some(Outcome::RefusedNotListening));
    }
}
