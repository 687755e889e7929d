//! Counts which endpoint answered how many requests of its Service, as time passes.

use crate::live::SessionRevision;
use playground::{Brief, Micros, ObjectKey, Requests};
use std::collections::BTreeMap;
use std::net::IpAddr;

#[derive(Clone, Debug, Default)]
pub struct Shares {
    revision: SessionRevision,
    at: Micros,
    /// The number of requests examined.
    seen: usize,
    /// Examined requests under way: end and index.
    under_way: Vec<(Micros, usize)>,
    counts: BTreeMap<ObjectKey, Count>,
}

#[derive(Clone, Debug, Default)]
struct Count {
    all: u32,
    by: BTreeMap<IpAddr, u32>,
}

impl Shares {
    /// Counts the answers up to `at`. Starts again if time went back or the session changed.
    ///
    /// True if a count changed.
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
            if !request.outcome.is_failure() {
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

    /// The endpoint's share of the Service's answers, from 0 to 1; `None` without answers.
    pub fn of(&self, service: &ObjectKey, ip: IpAddr) -> Option<f64> {
        let count = self.counts.get(service).filter(|count| count.all > 0)?;
        let own = count.by.get(&ip).copied().unwrap_or_default();
        Some(f64::from(own) / f64::from(count.all))
    }

    fn count(&mut self, request: &Brief<'_>) {
        let Some(backend) = request.backend else { return };
        let count = self.counts.entry(request.service.clone()).or_default();
        count.all = count.all.saturating_add(1);
        let own = count.by.entry(backend).or_default();
        *own = own.saturating_add(1);
    }
}
