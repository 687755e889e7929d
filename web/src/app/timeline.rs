//! How long the timeline is, and what is marked on it.

use crate::components::playback::Mark;
use crate::live::Live;
use playground::{Micros, Outcome};
use std::collections::BTreeMap;

/// The shortest timeline.
const SHORTEST: Micros = Micros::from_seconds(20);
/// At how many places of the timeline marks are told apart.
const PLACES: u64 = 250;

/// How long the timeline is: doubled each time the playhead reaches its end.
pub(super) fn length(reached: Micros) -> Micros {
    let mut length = SHORTEST;
    while length <= reached {
        length = length + length;
    }
    length
}

pub(super) fn marks(live: &Live, length: Micros) -> Vec<(u32, Mark)> {
    let session = live.session.borrow();
    let reached = live.reached();
    let place = |moment: Micros| {
        let place = moment.0.saturating_mul(PLACES) / length.0.max(1);
        u32::try_from(place.saturating_mul(1_000 / PLACES)).unwrap_or(u32::MAX)
    };
    let failures = session
        .requests(reached)
        .iter()
        .filter(|request| request.outcome != Outcome::Answered && request.done <= reached)
        .map(|request| (place(request.done), Mark::Failure));
    let changes = session
        .changes()
        .filter(|moment| *moment <= length)
        .map(|moment| (place(moment), Mark::Change));
    failures
        .chain(changes)
        .collect::<BTreeMap<u32, Mark>>()
        .into_iter()
        .collect()
}
