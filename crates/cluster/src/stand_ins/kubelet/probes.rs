//! Probes: when they are asked, and what follows from their answers.
//!
//! Models: pkg/kubelet/prober/worker.go doProbe (v1.36).
//! Differs: a probe is asked at whole periods after its container's start, in no time.

use super::answer::Answered;
use super::container::containers;
use super::events::Told;
use super::life::Life;
use super::memory::{ProbeKind, ProbeMemory};
use crate::store::Object;
use api::Cursor;

/// How many failures in a row are told one by one, and how many seconds lie between those told later.
///
/// Models: client-go/tools/record/events_cache.go EventSourceObjectSpamFilter (v1.36).
const TOLD: (i64, i64) = (25, 300);

const KINDS: [ProbeKind; 3] = [ProbeKind::Startup, ProbeKind::Liveness, ProbeKind::Readiness];

impl ProbeKind {
    fn field(self) -> &'static str {
        match self {
            Self::Startup => "startupProbe",
            Self::Liveness => "livenessProbe",
            Self::Readiness => "readinessProbe",
        }
    }

    /// As events name it.
    fn word(self) -> &'static str {
        match self {
            Self::Startup => "Startup",
            Self::Liveness => "Liveness",
            Self::Readiness => "Readiness",
        }
    }
}

/// When a probe is asked, and how many answers count.
struct Rhythm {
    delay: i64,
    period: i64,
    successes: i64,
    failures: i64,
}

impl Rhythm {
    fn of(probe: Cursor<'_>) -> Self {
        let number = |field: &str, default: i64| probe.field(field).as_number().unwrap_or(default);
        Self {
            delay: number("initialDelaySeconds", 0),
            period: number("periodSeconds", 10).max(1),
            successes: number("successThreshold", 1).max(1),
            failures: number("failureThreshold", 3).max(1),
        }
    }

    /// The first time at or after a moment at which a container that started at `since` is asked.
    fn from(&self, since: i64, moment: i64) -> i64 {
        let least = (moment - since).max(self.delay);
        let periods = least.div_euclid(self.period) + i64::from(least.rem_euclid(self.period) > 0);
        since + periods * self.period
    }
}

/// When readiness is first asked of the containers of a pod that run and are not ready: the longest delay, and the last moment.
pub fn first_readiness_probe(pod: &Object) -> Option<(i64, i64)> {
    let unready = containers(&pod.value).into_iter().filter(|it| !it.ready && it.started);
    let asked = unready.filter_map(|container| {
        let probe = container.spec.field("readinessProbe").if_set()?;
        let (rhythm, since) = (Rhythm::of(probe), container.running_since()?);
        Some((rhythm.delay, rhythm.from(since, since)))
    });
    asked.max_by_key(|(_, at)| *at)
}

impl Life<'_> {
    /// Asks the probes that are due, and reports the containers ready or not; returns whether a container was started or
    /// stopped by it.
    pub(super) fn ask_probes(&mut self) -> bool {
        let mut changed = false;
        for place in 0..self.containers.len() {
            let Some(since) = self
                .containers
                .get(place)
                .and_then(super::container::Container::running_since)
            else {
                self.memory.probes.retain(|known| known.container != place);
                continue;
            };
            self.memory
                .probes
                .retain(|known| known.container != place || known.since == since);
            if self.is_stopping(place) {
                continue;
            }
            for kind in KINDS {
                changed |= self.ask_due(place, kind, since);
            }
        }
        changed
    }

    fn is_stopping(&self, place: usize) -> bool {
        self.memory.stops.iter().any(|stop| stop.container == place)
    }

    /// Asks one probe as often as it is due by now.
    fn ask_due(&mut self, place: usize, kind: ProbeKind, since: i64) -> bool {
        let Some(container) = self.containers.get(place) else {
            return false;
        };
        let probe = container.spec.field(kind.field());
        if !probe.is_set() || (kind == ProbeKind::Startup) == container.started {
            return false;
        }
        let rhythm = Rhythm::of(probe);
        let mut known = self.remembered(place, kind, since, &rhythm);
        let answered = self.answer(place, probe);
        if known.next > self.now && known.last.is_some_and(|last| last != answered.is_good()) {
            // It gave the same answer over and over, and gives another now.
            known.next = known.next.min(rhythm.from(since, self.now));
        }
        let mut changed = false;
        if known.next <= self.now {
            changed = self.note(place, kind, &rhythm, &mut known, &answered);
        }
        known.next = known
            .next
            .min(answered.until.map_or(i64::MAX, |until| rhythm.from(since, until)));
        if known.next < i64::MAX && !changed {
            self.wake_at(known.next);
        }
        let same = |it: &ProbeMemory| it.container == place && it.kind == kind;
        self.memory.probes.retain(|it| !same(it));
        self.memory.probes.push(known);
        changed
    }

    fn remembered(&self, place: usize, kind: ProbeKind, since: i64, rhythm: &Rhythm) -> ProbeMemory {
        let same = |it: &&ProbeMemory| it.container == place && it.kind == kind;
        let known = self.memory.probes.iter().find(same).cloned();
        known.unwrap_or_else(|| ProbeMemory {
            container: place,
            kind,
            since,
            next: match kind {
                // Once started, a container is asked at once whether it is ready, but not whether it lives.
                ProbeKind::Readiness if self.now >= since + rhythm.delay => self.now,
                ProbeKind::Liveness => rhythm.from(since, self.now + 1),
                _ => rhythm.from(since, self.now),
            },
            last: None,
            run: 0,
            verdict: None,
        })
    }

    /// Notes an answer, and does what follows from it.
    fn note(
        &mut self,
        place: usize,
        kind: ProbeKind,
        rhythm: &Rhythm,
        known: &mut ProbeMemory,
        answered: &Answered,
    ) -> bool {
        if answered.is_error() {
            self.tell(place, kind, answered);
            known.run += 1;
            known.next = if known.run < TOLD.0 {
                self.now + rhythm.period
            } else {
                rhythm.from(known.since, self.now + TOLD.1)
            };
            return false;
        }
        let good = answered.is_good();
        known.run = if known.last == Some(good) { known.run + 1 } else { 1 };
        known.last = Some(good);
        self.tell(place, kind, answered);
        let threshold = if good { rhythm.successes } else { rhythm.failures };
        let reached = known.run >= threshold;
        if reached {
            known.verdict = Some(good);
        }
        known.next = self.now + rhythm.period;
        match (reached, good) {
            (true, true) => known.next = i64::MAX,
            (true, false) if known.run > TOLD.0 => known.next = rhythm.from(known.since, self.now + TOLD.1),
            _ => {}
        }
        if !reached {
            return false;
        }
        let Some(container) = self.containers.get_mut(place) else {
            return false;
        };
        match kind {
            ProbeKind::Readiness => {
                container.ready = good;
                false
            }
            ProbeKind::Startup if good => {
                container.started = true;
                container.ready = !container.spec.field("readinessProbe").is_set();
                true
            }
            ProbeKind::Liveness if good => false,
            ProbeKind::Startup | ProbeKind::Liveness => {
                let name = container.name();
                let word = kind.word().to_lowercase();
                let message = format!("Container {name} failed {word} probe, will be restarted");
                let own = container
                    .spec
                    .field(kind.field())
                    .field("terminationGracePeriodSeconds");
                let grace = own.as_number().unwrap_or_else(|| self.grace());
                known.next = i64::MAX;
                self.stop(place, message, grace);
                true
            }
        }
    }

    fn tell(&mut self, place: usize, kind: ProbeKind, answered: &Answered) {
        let (Err(output), Some(container)) = (&answered.result, self.containers.get(place)) else {
            return;
        };
        let message = format!("{} probe {output}", kind.word());
        self.told.push(Told::warning(container, "Unhealthy", message));
    }
}

/// How many seconds a command sleeps: `sleep 5`, or a shell's script of such.
pub(crate) fn sleep_seconds(words: &[&str]) -> i64 {
    match words {
        [program, "-c" | "-ec" | "-exc", script, ..] if is_shell(program) => {
            let commands = script
                .split([';', '&', '\n'])
                .map(str::trim)
                .filter(|it| !it.is_empty());
            commands
                .map(|command| sleep_seconds(&command.split_whitespace().collect::<Vec<_>>()))
                .sum()
        }
        [program, times @ ..] if program.rsplit('/').next() == Some("sleep") => {
            times.iter().filter_map(|it| seconds(it)).sum()
        }
        _ => 0,
    }
}

pub(crate) fn is_shell(program: &str) -> bool {
    matches!(program.rsplit('/').next(), Some("sh" | "bash" | "ash" | "dash"))
}

fn seconds(word: &str) -> Option<i64> {
    let unit = word.chars().next_back()?;
    let each = match unit {
        'm' => 60,
        'h' => 3600,
        _ => 1,
    };
    let number = word.trim_end_matches(['s', 'm', 'h']);
    let whole = number.split('.').next()?;
    let fraction = number.contains('.');
    Some((whole.parse::<i64>().ok()? + i64::from(fraction)).saturating_mul(each))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hook_may_sleep_in_several_ways() {
        assert_eq!(sleep_seconds(&["sleep", "20"]), 20);
        assert_eq!(sleep_seconds(&["/bin/sh", "-c", "sleep 5; nginx -s quit"]), 5);
        assert_eq!(sleep_seconds(&["sh", "-c", "echo bye && sleep 1m"]), 60);
        assert_eq!(sleep_seconds(&["nginx", "-s", "quit"]), 0);
    }

    #[test]
    fn a_probe_is_asked_at_whole_periods() {
        let rhythm = Rhythm {
            delay: 5,
            period: 10,
            successes: 1,
            failures: 3,
        };
        assert_eq!(rhythm.from(100, 100), 110);
        assert_eq!(rhythm.from(100, 111), 120);
    }
}
