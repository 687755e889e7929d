use crate::{Flow, Micros};
use base::Stream;
use std::rc::Rc;

/// The random number for a pod's answer, derived from that for the path.
pub(super) fn reply_draw(draw: u64) -> u64 {
    Stream::next(draw.rotate_left(32))
}

/// What senders share whose flows differ in nothing but their start. Each edit may begin all flows anew.
#[derive(Debug)]
struct Sending {
    /// Its start is each sender's own.
    flow: Flow,
    moments: Stream,
    choices: Stream,
}

/// A flow and its progress.
#[derive(Clone, Debug)]
pub(super) struct Sender {
    sending: Rc<Sending>,
    start: Micros,
    since: Micros,
    pub until: Micros,
    /// The request that opened its kept-alive connection.
    pub connection: Option<u32>,
    sent: u64,
}

impl Sending {
    fn new(flow: Flow, seed: u64) -> Self {
        let [kind, namespace, name] = flow.client.words();
        let service = &flow.target.service;
        let mut port = flow.target.port.to_string();
        // Flows to the ingress controller differ in what they ask for.
        if let Some(web) = &flow.target.web {
            port.extend([" ", &web.host, &web.path]);
        }
        let asked = flow.target.web.as_ref().map(|_| &*port);
        let moments = ["client", kind, namespace, name, &service.namespace, &service.name];
        let moments: Vec<&str> = moments.into_iter().chain(asked).collect();
        let choices = [
            "kube-proxy",
            &service.namespace,
            &service.name,
            &port,
            kind,
            namespace,
            name,
        ];
        Self {
            moments: Stream::new(seed, &moments),
            choices: Stream::new(seed, &choices),
            flow,
        }
    }
}

impl Sender {
    /// One that shares what it can with those before it.
    pub fn after(others: &[Self], flow: Flow, since: Micros, seed: u64) -> Self {
        /// An edit begins fewer flows.
        const NEAR: usize = 256;
        let start = flow.start;
        let flow = Flow {
            start: Micros::ZERO,
            ..flow
        };
        let near = others.iter().rev().take(NEAR).map(|other| &other.sending);
        let known = { near }.find(|sending| sending.flow == flow).cloned();
        let mut sender = Self {
            sending: known.unwrap_or_else(|| Rc::new(Sending::new(flow, seed))),
            start,
            since,
            until: Micros(u64::MAX),
            connection: None,
            sent: 0,
        };
        sender.sent = sender.first_from(since);
        sender
    }

    /// What it sends; when it began is not told.
    pub fn flow(&self) -> &Flow {
        &self.sending.flow
    }

    /// The random number for the path of the request sent at a moment.
    pub fn draw(&self, sent: Micros) -> u64 {
        self.sending.choices.number(sent.0)
    }

    /// The random number for a pod's answer to the request sent at a moment.
    pub fn reply_draw(&self, sent: Micros) -> u64 {
        reply_draw(self.draw(sent))
    }

    pub fn next(&self) -> Option<Micros> {
        self.due(self.sent)
    }

    /// Marks its next request as sent; returns when the following one is due.
    pub fn advance(&mut self) -> Option<Micros> {
        self.sent += 1;
        self.next()
    }

    /// Goes back to `from`: nothing due then or later is sent. False if nothing was.
    pub fn rewind(&mut self, from: Micros) -> bool {
        let before = self.first_from(from.max(self.since));
        let goes_back = before < self.sent;
        self.sent = self.sent.min(before);
        goes_back
    }

    /// How many of its requests are due before a moment.
    pub fn due_before(&self, moment: Micros) -> u64 {
        let most = self.flow().count.unwrap_or(u64::MAX);
        let before = self.first_from(moment.min(self.until).max(self.since)).min(most);
        before - self.first_from(self.since).min(most)
    }

    /// The index of its first request due at a moment or later.
    fn first_from(&self, moment: Micros) -> u64 {
        let guess = (moment - self.start).0 / self.flow().every.0.max(1);
        guess + u64::from(self.moment(guess) < moment)
    }

    fn due(&self, index: u64) -> Option<Micros> {
        if self.flow().count.is_some_and(|count| index >= count) {
            return None;
        }
        Some(self.moment(index)).filter(|moment| *moment < self.until)
    }

    /// When its `index`-th request (from 0) is sent: at even intervals, with a jitter of up to half an interval.
    fn moment(&self, index: u64) -> Micros {
        let every = self.flow().every.0.max(1);
        self.start + Micros(every.saturating_mul(index)) + Micros(self.sending.moments.at(index, every / 2))
    }
}
