//! Sentences for screen readers: a summary while the session plays, each event while it is stepped.

use crate::live::{Live, SessionRevision};
use crate::twin;
use playground::Micros;
use std::collections::VecDeque;
use std::rc::Rc;

/// The least wall time between two summaries while playing, in milliseconds.
const EVERY_MS: f64 = 5_000.0;
const KEPT: usize = 24;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    pub number: u64,
    pub at: Micros,
    pub words: String,
}

/// Oldest first.
#[derive(Default)]
pub struct Announcer {
    lines: VecDeque<Announcement>,
    said: u64,
    /// The revision and moment that the last sentences covered, and when they were added, in milliseconds of wall time.
    told: Option<(SessionRevision, Micros, f64)>,
    shown: Rc<Vec<Announcement>>,
}

impl Announcer {
    /// Adds sentences about what happened since the last call, unless it is too soon.
    pub fn listen(&mut self, live: &Live, now: f64) {
        let session = live.session.borrow();
        let (of, at) = (live.revision(), live.at());
        let Some((before, until, when)) = self.told else {
            self.told = Some((of, at, now));
            return;
        };
        let changed = before != of;
        if live.playing() && !changed && now - when < EVERY_MS {
            return;
        }
        if !changed && at == until {
            return;
        }
        let told = if at > until && (live.playing() || at - until > Micros::from_seconds(1)) {
            twin::between(&session, until, at)
        } else {
            twin::moment(&session, at)
        };
        self.told = Some((of, at, now));
        for words in told {
            self.said += 1;
            self.lines.push_back(Announcement {
                number: self.said,
                at,
                words,
            });
        }
        while self.lines.len() > KEPT {
            self.lines.pop_front();
        }
        self.shown = Rc::new(self.lines.iter().cloned().collect());
    }

    /// Oldest first.
    pub fn lines(&self) -> Rc<Vec<Announcement>> {
        self.shown.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios;

    #[test]
    fn while_playing_it_sums_up_and_at_rest_it_tells_the_moment() {
        let live = Live::here();
        live.open(scenarios::ALL[1].scenario());
        let mut spoken = Announcer::default();
        live.set_playing(true);
        spoken.listen(&live, 0.0);
        live.seek(Micros::from_seconds(4));
        spoken.listen(&live, 1_000.0);
        assert!(spoken.lines().is_empty(), "not so soon");
        spoken.listen(&live, 6_000.0);
        let last = |spoken: &Announcer| spoken.lines().last().map(|line| line.words.clone()).unwrap_or_default();
        assert!(
            last(&spoken).ends_with(" requests to shop refused"),
            "{}",
            last(&spoken)
        );
        live.set_playing(false);
        let next = live.next_event().unwrap_or_default();
        live.seek(next);
        spoken.listen(&live, 6_100.0);
        assert!(spoken.lines().iter().any(|line| line.at == next));
    }
}
