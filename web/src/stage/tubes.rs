//! Kept-alive connections: a tube from each client to the pod that its connection stays with.

use super::course::Courses;
use super::geometry::{Point, Rect};
use super::scene::{Scene, Who};
use playground::seam::Mirror;
use playground::{Client, Hop, Micros, ObjectKey, Request, Requests, Target, read_client};
use std::collections::BTreeMap;
use std::net::IpAddr;

#[derive(Clone, Debug, PartialEq)]
pub struct Tube {
    pub client: Who,
    pub service: ObjectKey,
    pub ip: IpAddr,
    pub way: Vec<Point>,
    /// Whether the EndpointSlices still list the endpoint.
    pub listed: bool,
    /// Whether `kubectl port-forward` leads there, past the Service and kube-proxy.
    pub forwarded: bool,
}

impl Tube {
    /// The station of the endpoint.
    pub fn end<'s>(&self, scene: &'s Scene) -> Option<&'s Who> {
        scene.addresses.get(&self.ip)
    }

    pub fn crosses(&self, area: &Rect) -> bool {
        self.way
            .windows(2)
            .any(|pair| matches!(pair, [from, to] if area.is_crossed(*from, *to)))
    }
}

/// The index of the last request on each kept-alive connection.
#[derive(Clone, Debug, Default)]
pub struct Tubes {
    last: BTreeMap<(Client, Target), usize>,
}

/// How many requests back idle connections are searched for.
const FAR: usize = 4_096;

impl Tubes {
    /// From the requests before an index.
    pub fn before(requests: Requests<'_>, place: usize) -> Self {
        let mut tubes = Self::default();
        for place in place.saturating_sub(FAR)..place {
            let is_kept = requests.brief(place).is_some_and(|brief| brief.is_kept);
            if let Some(request) = requests.get(place).filter(|_| is_kept) {
                tubes.note(request);
            }
        }
        tubes
    }

    /// Takes note of a request that was sent.
    pub fn note(&mut self, request: &Request) {
        if request.connection.is_none() {
            return;
        }
        let ends = (request.client.clone(), request.target.clone());
        if let Ok(place) = usize::try_from(request.number - 1) {
            self.last.insert(ends, place);
        }
    }

    pub fn open(&self, scene: &Scene, requests: Requests<'_>, at: Micros) -> Vec<Tube> {
        self.last_on_open(requests, at)
            .filter_map(|request| tube(scene, request))
            .collect()
    }

    /// The last request on each open connection.
    fn last_on_open<'s>(&'s self, requests: Requests<'s>, at: Micros) -> impl Iterator<Item = &'s Request> {
        let last = self.last.values().filter_map(move |place| requests.get(*place));
        last.filter(move |request| is_open(requests, request, at))
    }
}

/// Whether a flow still keeps the connection of a client to a Service alive.
pub fn is_kept(session: &Mirror, from: &Who, to: &ObjectKey) -> bool {
    let word = format!("{}/{}", to.namespace, to.name);
    let mut flows = session
        .sending()
        .iter()
        .filter(|flow| flow.keep_alive && flow.to == word);
    flows.any(|flow| read_client(&flow.from).is_some_and(|client| Who::from(&client) == *from))
}

/// The last request on each open connection.
pub fn connections(session: &Mirror, at: Micros) -> Vec<Request> {
    let requests = session.requests(at);
    let tubes = Tubes::before(requests, requests.len());
    let open = tubes.last_on_open(requests, at);
    let kept = |request: &&Request| is_kept(session, &Who::from(&request.client), &request.target.service);
    open.filter(kept).cloned().collect()
}

/// Whether the connection of a request is established and not broken.
fn is_open(requests: Requests<'_>, last: &Request, at: Micros) -> bool {
    let opened = last.connection.and_then(|number| usize::try_from(number - 1).ok());
    // One that is no longer kept opened its connection long ago.
    let made = match opened {
        Some(place) if place < requests.kept().start => Some(Micros::ZERO),
        opened => opened
            .and_then(|place| requests.get(place))
            .and_then(|request| began(request, Hop::AtBackend)),
    };
    let broken = (!last.outcome.has_response()).then(|| began(last, Hop::FromBackend).unwrap_or(last.sent));
    made.is_some_and(|made| made <= at) && broken.is_none_or(|broken| at < broken)
}

fn began(request: &Request, hop: Hop) -> Option<Micros> {
    request.legs.iter().find(|leg| leg.hop == hop).map(|leg| leg.from)
}

fn tube(scene: &Scene, request: &Request) -> Option<Tube> {
    let mut courses = Courses::default();
    let number = courses.number(scene, request);
    let course = courses.get(number)?;
    course.client?;
    let service = request.target.service.clone();
    let backend = request.backend.as_ref()?;
    Some(Tube {
        client: Who::from(&request.client),
        listed: scene.is_open(&service, backend.ip),
        service,
        ip: backend.ip,
        way: course.whole()?,
        forwarded: false,
    })
}
