//! Which endpoint answered how many of its Service's requests, counted as time goes on.

use crate::live::SessionRevision;
use playground::{Brief, Micros, ObjectKey, Outcome, Requests};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Counts of answers up to a moment.
#[derive(Clone, Debug, Default)]
pub struct Shares {
    revision: SessionRevision,
    at: Micros,
    /// The number of requests examined.
    seen: usize,
    /// Those looked at and not done yet.
    under_way: Vec<(Micros, usize)>,
    counts: BTreeMap<ObjectKey, Count>,
}

#[derive(Clone, Debug, Default)]
struct Count {
    all: u32,
    by: BTreeMap<IpAddr, u32>,
}

impl Shares {
    /// Counts what was answered by that moment; from the beginning where time went back or the session changed.
    ///
    /// True when a count is another than before.
    pub fn advance(&mut self, requests: Requests<'_>, at: Micros, revision: SessionRevision) -> bool {
        let anew = at < self.at || revision != self.revision;
        if anew {
            *self = Self {
                revision,
                ..Self::default()
            };
        }
        self.at = at;
        while let Some(request) = requests.brief(self.seen).filter(|request| request.sent <= at) {
            if request.outcome == Outcome::Answered {
                self.under_way.push((request.done, self.seen));
            }
            self.seen += 1;
        }
        let (done, under_way) = std::mem::take(&mut self.under_way)
            .into_iter()
            .partition(|(done, _)| *done <= at);
        self.under_way = under_way;
        let done: Vec<(Micros, usize)> = done;
        for (_, index) in &done {
            if let Some(request) = requests.brief(*index) {
                self.count(&request);
            }
        }
        anew || !done.is_empty()
    }

    /// The share of the Service's answers that came from there, from 0 to 1; none while there are none.
    pub fn of(&self, service: &ObjectKey, ip: IpAddr) -> Option<f64> {
        let count = self.counts.get(service).filter(|count| count.all > 0)?;
        let own = count.by.get(&ip).copied().unwrap_or_default();
        Some(f64::from(own) / f64::from(count.all))
    }

    fn count(&mut self, request: &Brief<'_>) {
        let Some(backend) = request.backend else { return };
        let count = self.counts.entry(request.target.service.clone()).or_default();
        count.all = count.all.saturating_add(1);
        let own = count.by.entry(backend).or_default();
        *own = own.saturating_add(1);
    }
}
