//! Counts which endpoint answered how many requests of its Service, as time passes.

use crate::counting::{Counting, Step};
use crate::live::SessionRevision;
use playground::{Brief, Micros, ObjectKey, Requests};
use std::collections::BTreeMap;
use std::net::IpAddr;

#[derive(Clone, Debug, Default)]
pub struct Shares {
    /// By Service and the address of the endpoint.
    counting: Counting<(ObjectKey, IpAddr)>,
    counts: BTreeMap<ObjectKey, Count>,
}

#[derive(Clone, Debug, Default)]
struct Count {
    all: u32,
    by: BTreeMap<IpAddr, u32>,
}

impl Shares {
    /// Counts the answers up to `at`.
    ///
    /// True if a count changed.
    pub fn advance(&mut self, requests: Requests<'_>, at: Micros, revision: SessionRevision) -> bool {
        let counts = &mut self.counts;
        let mut changed = false;
        self.counting.advance(requests, at, revision, answered_by, |step| {
            changed = true;
            match step {
                Step::Anew => counts.clear(),
                Step::More((service, ip)) => {
                    let count = counts.entry(service).or_default();
                    count.all = count.all.saturating_add(1);
                    let own = count.by.entry(ip).or_default();
                    *own = own.saturating_add(1);
                }
                Step::Less((service, ip)) => {
                    let count = counts.entry(service).or_default();
                    count.all = count.all.saturating_sub(1);
                    let own = count.by.entry(ip).or_default();
                    *own = own.saturating_sub(1);
                }
            }
        });
        changed
    }

    /// The endpoint's share of the Service's answers, from 0 to 1; `None` without answers.
    pub fn of(&self, service: &ObjectKey, ip: IpAddr) -> Option<f64> {
        let count = self.counts.get(service).filter(|count| count.all > 0)?;
        let own = count.by.get(&ip).copied().unwrap_or_default();
        Some(f64::from(own) / f64::from(count.all))
    }
}
/// The Service and the endpoint of a request that was answered.
fn answered_by(request: &Brief<'_>) -> Option<(ObjectKey, IpAddr)> {
    let backend = request.backend.filter(|_| !request.outcome.is_failure())?;
    Some((request.service.clone(), backend))
}
