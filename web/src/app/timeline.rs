//! The length of the timeline and its marks.

use crate::components::playback::{MarkKind, TimelineMark};
use crate::counting::{Counting, Step};
use crate::live::{Live, SessionRevision};
use crate::outcome_word::outcome_word;
use crate::say;
use crate::story;
use playground::seam::Mirror;
use playground::{Brief, Cause, Micros, World};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

const SHORTEST: Micros = Micros::from_seconds(20);
/// Marks are rounded to so many places of the timeline.
const PLACES: u64 = 250;

/// Doubles whenever the playhead reaches the end.
pub(super) fn length(reached: Micros) -> Micros {
    let mut length = SHORTEST;
    while length <= reached {
        length = length + length;
    }
    length
}

/// The marks, extended as time passes.
#[derive(Default)]
pub(super) struct Timeline {
    /// What the marks were computed for.
    of: Option<(SessionRevision, Micros)>,
    changes: BTreeMap<u32, TimelineMark>,
    happened: BTreeMap<Micros, Happened>,
    /// Requests that failed, by when and how.
    counting: Counting<(Micros, &'static str)>,
    failures: BTreeMap<u32, Failed>,
    /// Where the past begins that is no longer kept.
    forgotten: Option<TimelineMark>,
    made: RefCell<Option<Rc<Vec<TimelineMark>>>>,
}

/// What happened from one world to the next, in words: to find it again takes long where there are many pods.
struct Happened {
    worlds: (Weak<World>, Weak<World>),
    words: Vec<String>,
}

impl Happened {
    fn between(before: &Rc<World>, after: &Rc<World>) -> Self {
        Self {
            worlds: (Rc::downgrade(before), Rc::downgrade(after)),
            words: story::differences(before, after),
        }
    }

    fn is_between(&self, before: &Rc<World>, after: &Rc<World>) -> bool {
        let is = |known: &Weak<World>, world| known.ptr_eq(&Rc::downgrade(world));
        is(&self.worlds.0, before) && is(&self.worlds.1, after)
    }
}

/// Requests that failed at one place, counted by outcome.
#[derive(Default)]
struct Failed {
    first: Option<Micros>,
    counts: BTreeMap<&'static str, usize>,
}

impl Timeline {
    /// The marks up to the latest moment that the playhead has been at.
    pub(super) fn marks(&mut self, live: &Live) -> Rc<Vec<TimelineMark>> {
        let session = live.session.borrow();
        let reached = live.reached();
        let of = (live.revision(), length(reached));
        if self.of != Some(of) {
            let is_as_long = self.of.is_some_and(|(_, length)| length == of.1);
            self.of = Some(of);
            self.changes = changes(&session, of.1, &mut self.happened);
            if !is_as_long {
                self.failures = spread(std::mem::take(&mut self.failures), of.1);
            }
            self.made.replace(None);
        }
        self.advance(&session, reached, of.1);
        let forgotten = forgotten(&session, of.1);
        if forgotten.as_ref().map(|mark| mark.place) != self.forgotten.as_ref().map(|mark| mark.place) {
            self.forgotten = forgotten;
            self.made.replace(None);
        }
        let made = || {
            let failures = self.failures.iter().map(|(place, failed)| failed.mark(*place));
            let mut all: BTreeMap<u32, TimelineMark> = failures.map(|mark| (mark.place, mark)).collect();
            all.extend(self.changes.clone());
            all.extend(self.forgotten.clone().map(|mark| (mark.place, mark)));
            Rc::new(all.into_values().collect::<Vec<_>>())
        };
        self.made.borrow_mut().get_or_insert_with(made).clone()
    }

    fn advance(&mut self, session: &Mirror, reached: Micros, length: Micros) {
        let Some((revision, _)) = self.of else { return };
        let (failures, made) = (&mut self.failures, &self.made);
        let failed = |request: &Brief<'_>| {
            let word = || outcome_word(request.outcome);
            request.outcome.is_failure().then(|| (request.done, word()))
        };
        let requests = session.requests(reached);
        self.counting.advance(requests, reached, revision, failed, |step| {
            made.replace(None);
            match step {
                Step::Anew => failures.clear(),
                Step::More((at, word)) => {
                    let failed = failures.entry(place(at, length)).or_default();
                    failed.first.get_or_insert(at);
                    *failed.counts.entry(word).or_default() += 1;
                }
                Step::Less((at, word)) => {
                    let place = place(at, length);
                    let is_left = failures.get_mut(&place).is_some_and(|failed| failed.take_back(word));
                    if !is_left {
                        failures.remove(&place);
                    }
                }
            }
        });
    }
}

/// The failures at their places on a timeline of another length.
fn spread(failures: BTreeMap<u32, Failed>, length: Micros) -> BTreeMap<u32, Failed> {
    let mut spread: BTreeMap<u32, Failed> = BTreeMap::new();
    for failed in failures.into_values() {
        let Some(first) = failed.first else { continue };
        let here = spread.entry(place(first, length)).or_default();
        here.first.get_or_insert(first);
        for (word, count) in failed.counts {
            *here.counts.entry(word).or_default() += count;
        }
    }
    spread
}

impl Failed {
    /// Whether any is left.
    fn take_back(&mut self, word: &'static str) -> bool {
        if let Some(count) = self.counts.get_mut(word) {
            *count = count.saturating_sub(1);
        }
        self.counts.retain(|_, count| *count > 0);
        !self.counts.is_empty()
    }

    fn mark(&self, place: u32) -> TimelineMark {
        let counted = |(word, count): (&&'static str, &usize)| say::timeline_requests(*count, word);
        let words: Vec<String> = self.counts.iter().map(counted).collect();
        TimelineMark {
            place,
            at: self.first.unwrap_or_default(),
            kind: MarkKind::Failure,
            words: words.join(", "),
        }
    }
}

fn forgotten(session: &Mirror, length: Micros) -> Option<TimelineMark> {
    let at = session.requests_kept_since()?;
    Some(TimelineMark {
        place: place(at, length),
        at,
        kind: MarkKind::Forgotten,
        words: say::translated(&session.forgotten()?).into_owned(),
    })
}

/// The last change at each place.
fn changes(session: &Mirror, length: Micros, happened: &mut BTreeMap<Micros, Happened>) -> BTreeMap<u32, TimelineMark> {
    let mut known = std::mem::take(happened);
    let within = session
        .changes()
        .filter(|moment| *moment > Micros::ZERO && *moment <= length)
        .filter(|moment| session.cause(*moment) != Cause::Proxy);
    let last: BTreeMap<u32, Micros> = within.map(|at| (place(at, length), at)).collect();
    let mut mark = |(place, at): (u32, Micros)| {
        let (before, after) = story::worlds(session, at);
        let again = known.remove(&at).filter(|it| it.is_between(before, after));
        let now = again.unwrap_or_else(|| Happened::between(before, after));
        let words = story::told(session, at, now.words.clone());
        happened.insert(at, now);
        let mark = TimelineMark {
            place,
            at,
            kind: MarkKind::Change,
            words,
        };
        (place, mark)
    };
    last.into_iter().map(&mut mark).collect()
}

/// The rounded place on the timeline, in thousandths.
fn place(moment: Micros, length: Micros) -> u32 {
    let place = moment.0.saturating_mul(PLACES) / length.0.max(1);
    u32::try_from(place.saturating_mul(1_000 / PLACES)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios;
    use playground::Act;

    #[test]
    fn changes_and_failures_are_marked_once_they_have_happened() {
        let live = Live::here();
        live.open(scenarios::ALL[1].scenario());
        let mut timeline = Timeline::default();
        assert!(timeline.marks(&live).is_empty());
        live.seek(Micros::from_seconds(6));
        let act = Act::Kubectl("kubectl delete pod shop-1".to_owned());
        live.seek(Micros::from_seconds(5));
        live.send(playground::seam::Task::Act(act));
        live.seek(Micros::from_seconds(6));
        let marks = timeline.marks(&live);
        let words = |kind| {
            marks
                .iter()
                .filter(move |mark| mark.kind == kind)
                .map(|mark| mark.words.as_str())
        };
        assert!(words(MarkKind::Failure).all(|words| words.ends_with(" refused")));
        assert!(words(MarkKind::Failure).count() > 2);
        let changes: Vec<&str> = words(MarkKind::Change).collect();
        assert!(
            changes[0].starts_with("kubectl delete pod shop-1; pod shop-1 is terminating"),
            "{changes:?}"
        );
        assert!(changes[1].ends_with("pod shop-1 is gone"), "{changes:?}");
        assert_eq!(changes.len(), 2, "that kube-proxy hears of it is no mark: {changes:?}");
        live.send(playground::seam::Task::Undo);
        let marks = timeline.marks(&live);
        assert!(
            marks.iter().all(|mark| !mark.words.contains("terminating")),
            "taken back"
        );
    }
}
