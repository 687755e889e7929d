//! The requests of a run; each is computed in full on first use.

use super::{RewindCount, Simulation};
use crate::{Micros, ObjectKey, Outcome, Request, Target};
use std::net::IpAddr;
use std::ops::Range;

/// Requests in order of sending. Places count all that were sent, also those that are no longer kept, of which nothing is known.
#[derive(Clone, Copy, Debug)]
pub struct Requests<'a> {
    of: Of<'a>,
    from: usize,
    to: usize,
}

#[derive(Clone, Copy, Debug)]
enum Of<'a> {
    Run(&'a Simulation),
    Told(&'a [Request]),
}

/// A request without route and legs: cheap to compute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Brief<'a> {
    pub target: &'a Target,
    /// The Service whose endpoint it is for: that of the ingress controller's rule, else that of the target.
    pub service: &'a ObjectKey,
    pub outcome: Outcome,
    /// The address of the endpoint it was sent on to.
    pub backend: Option<IpAddr>,
    /// Whether its connection is kept alive.
    pub is_kept: bool,
    pub sent: Micros,
    pub done: Micros,
}

impl Simulation {
    pub fn requests(&self) -> Requests<'_> {
        Requests {
            of: Of::Run(self),
            from: 0,
            to: self.sent(),
        }
    }

    fn told(&self, place: usize) -> Option<&Request> {
        let told = self.told.get(place.checked_sub(self.forgotten)?)?;
        if told.get().is_none() && told.set(Box::new(self.request(place)?)).is_ok() {
            self.told_count.set(self.told_count.get() + 1);
        }
        told.get().map(|request| &**request)
    }

    fn brief(&self, place: usize) -> Option<Brief<'_>> {
        let record = self.records.get(place.checked_sub(self.forgotten)?)?;
        let flow = self.senders.get(record.sender as usize)?.flow();
        Some(Brief {
            target: &flow.target,
            service: self
                .onward(record)
                .and_then(|onward| onward.told.upstream.as_ref())
                .map_or(&flow.target.service, |upstream| &upstream.service),
            outcome: record.fate.outcome(),
            backend: self.backend_address(record).map(|address| address.ip()),
            is_kept: flow.keep_alive,
            sent: record.sent,
            done: record.sent + self.span(record, self.work(record)),
        })
    }
}

impl<'a> Brief<'a> {
    fn of(request: &'a Request) -> Self {
        Self {
            target: &request.target,
            service: request.service(),
            outcome: request.outcome,
            backend: request.backend.as_ref().map(|backend| backend.ip),
            is_kept: request.connection.is_some(),
            sent: request.sent,
            done: request.done,
        }
    }
}

impl<'a> From<&'a [Request]> for Requests<'a> {
    fn from(requests: &'a [Request]) -> Self {
        Self {
            of: Of::Told(requests),
            from: 0,
            to: requests.len(),
        }
    }
}

impl<'a> Requests<'a> {
    pub fn len(self) -> usize {
        self.to - self.from
    }

    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    pub fn get(self, place: usize) -> Option<&'a Request> {
        let place = self.place(place)?;
        match self.of {
            Of::Run(simulation) => simulation.told(place),
            Of::Told(requests) => requests.get(place),
        }
    }

    /// As [`Self::get`], for those who look at many of them once.
    pub fn tell(self, place: usize) -> Option<Request> {
        let place = self.place(place)?;
        match self.of {
            Of::Run(simulation) => simulation.request(place),
            Of::Told(requests) => requests.get(place).cloned(),
        }
    }

    pub fn brief(self, place: usize) -> Option<Brief<'a>> {
        let place = self.place(place)?;
        match self.of {
            Of::Run(simulation) => simulation.brief(place),
            Of::Told(requests) => requests.get(place).map(Brief::of),
        }
    }

    fn place(self, place: usize) -> Option<usize> {
        (place < self.len()).then_some(self.from + place)
    }

    /// The first that is kept.
    pub fn first(self) -> Option<&'a Request> {
        self.get(self.kept().start)
    }

    pub fn last(self) -> Option<&'a Request> {
        self.get(self.len().checked_sub(1)?)
    }

    pub fn iter(self) -> impl DoubleEndedIterator<Item = &'a Request> + Clone {
        self.kept().filter_map(move |place| self.get(place))
    }

    pub fn briefs(self) -> impl DoubleEndedIterator<Item = Brief<'a>> + Clone {
        self.kept().filter_map(move |place| self.brief(place))
    }

    /// How often requests have been decided again.
    pub fn rewinds(self) -> RewindCount {
        match self.of {
            Of::Run(simulation) => simulation.rewinds.count(),
            Of::Told(_) => RewindCount::default(),
        }
    }

    /// How many of the requests sent first are as they were at that count; of requests without a run it is never known.
    pub fn unchanged_since(self, rewinds: RewindCount) -> usize {
        match self.of {
            Of::Run(simulation) => simulation.rewinds.unchanged_since(rewinds),
            Of::Told(_) => 0,
        }
    }

    /// The places of those that are kept.
    pub fn kept(self) -> Range<usize> {
        self.forgotten().clamp(self.from, self.to) - self.from..self.len()
    }

    fn forgotten(self) -> usize {
        match self.of {
            Of::Run(simulation) => simulation.forgotten,
            Of::Told(_) => 0,
        }
    }

    #[must_use]
    pub fn slice(self, places: Range<usize>) -> Self {
        let (from, to) = (places.start.min(self.len()), places.end.min(self.len()));
        Self {
            from: self.from + from,
            to: self.from + to.max(from),
            ..self
        }
    }

    /// Those sent at a moment or later, of those that are kept.
    #[must_use]
    pub fn since(self, moment: Micros) -> Self {
        self.slice(self.earlier(|sent| sent < moment)..self.len())
    }

    #[must_use]
    pub fn until(self, moment: Micros) -> Self {
        self.slice(0..self.earlier(|sent| sent <= moment))
    }

    fn earlier(self, is_earlier: impl Fn(Micros) -> bool) -> usize {
        let kept = self.kept();
        let first = self.from + kept.start - self.forgotten();
        let places = first..first + kept.len();
        kept.start
            + match self.of {
                Of::Run(simulation) => {
                    let records = &simulation.records;
                    records.place_after(places, |record| is_earlier(record.sent)) - first
                }
                Of::Told(requests) => {
                    let requests = requests.get(places).unwrap_or_default();
                    requests.partition_point(|request| is_earlier(request.sent))
                }
            }
    }

    pub fn to_vec(self) -> Vec<Request> {
        self.iter().cloned().collect()
    }
}

impl<'a> IntoIterator for Requests<'a> {
    type Item = &'a Request;
    type IntoIter = Box<dyn DoubleEndedIterator<Item = &'a Request> + 'a>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.iter())
    }
}

impl PartialEq for Requests<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}
