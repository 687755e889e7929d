use crate::{Flow, Micros};
use base::Stream;

/// What is drawn for what a pod does, where that number was drawn for the way there.
pub(super) fn reply_draw(draw: u64) -> u64 {
    Stream::next(draw.rotate_left(32))
}

/// A flow at work.
#[derive(Clone, Debug)]
pub(super) struct Sender {
    pub flow: Flow,
    /// From when on it sends.
    since: Micros,
    /// From when on it sends no more.
    pub until: Micros,
    /// The request that opened the connection in use, where one is kept alive.
    pub connection: Option<u32>,
    sent: u64,
    /// When requests are due.
    moments: Stream,
    /// Where they go.
    choices: Stream,
}

impl Sender {
    pub fn new(flow: Flow, since: Micros, seed: u64) -> Self {
        let [kind, namespace, name] = flow.client.words();
        let service = &flow.target.service;
        let moments = ["client", kind, namespace, name, &service.namespace, &service.name];
        let port = flow.target.port.to_string();
        let choices = [
            "kube-proxy",
            &service.namespace,
            &service.name,
            &port,
            kind,
            namespace,
            name,
        ];
        let mut sender = Self {
            since,
            until: Micros(u64::MAX),
            connection: None,
            sent: 0,
            moments: Stream::new(seed, &moments),
            choices: Stream::new(seed, &choices),
            flow,
        };
        sender.sent = sender.first_from(since);
        sender
    }

    /// What is drawn for the request of a moment.
    pub fn draw(&self, sent: Micros) -> u64 {
        self.choices.number(sent.0)
    }

    /// What is drawn for what the pod does that the request of a moment comes to.
    pub fn reply_draw(&self, sent: Micros) -> u64 {
        reply_draw(self.draw(sent))
    }

    /// When its next request is due.
    pub fn next(&self) -> Option<Micros> {
        self.due(self.sent)
    }

    /// Its next request was sent: when the one after that is due.
    pub fn advance(&mut self) -> Option<Micros> {
        self.sent += 1;
        self.next()
    }

    /// Nothing that is due at `from` or later was sent.
    pub fn rewind(&mut self, from: Micros) {
        self.sent = self.sent.min(self.first_from(from.max(self.since)));
    }

    /// The index of its first request that is due at a moment or later.
    fn first_from(&self, moment: Micros) -> u64 {
        let guess = (moment - self.flow.start).0 / self.flow.every.0.max(1);
        guess + u64::from(self.moment(guess) < moment)
    }

    fn due(&self, index: u64) -> Option<Micros> {
        if self.flow.count.is_some_and(|count| index >= count) {
            return None;
        }
        Some(self.moment(index)).filter(|moment| *moment < self.until)
    }

    /// When its `index`-th request (from 0) is sent: evenly, but for a jitter of up to half an interval.
    fn moment(&self, index: u64) -> Micros {
        let every = self.flow.every.0.max(1);
        self.flow.start + Micros(every.saturating_mul(index)) + Micros(self.moments.at(index, every / 2))
    }
}
