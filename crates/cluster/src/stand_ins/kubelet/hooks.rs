//! Hooks: what a container does right after its start, and before its end.
//!
//! Models: pkg/kubelet/lifecycle/handlers.go Run (v1.36).

use super::container::Container;
use super::events::Told;
use super::life::Life;
use super::memory::Hook;
use super::probes::sleep_seconds;
use crate::stand_ins::answers::{ANSWERS, AnswerKind, read_answers};
use api::Cursor;

/// What became of a hook.
#[derive(Clone, Copy, Default)]
pub(super) struct Ran {
    pub(super) seconds: i64,
    pub(super) fails: bool,
}

/// Longer than anything waits.
const FOR_EVER: i64 = i64::MAX / 4;

impl Ran {
    const FAILED: Self = Self {
        seconds: 0,
        fails: true,
    };
}

impl Life<'_> {
    /// What becomes of a hook that a running container runs now.
    pub(super) fn hook(&self, container: &Container<'_>, name: &str) -> Ran {
        let hook = container.spec.field("lifecycle").field(name);
        if let Some(seconds) = hook.field("sleep").field("seconds").as_number() {
            return Ran {
                seconds: seconds.max(0),
                fails: false,
            };
        }
        if let Some(command) = hook.field("exec").field("command").if_set() {
            let words: Vec<&str> = command.texts().collect();
            return Ran {
                seconds: sleep_seconds(&words),
                fails: self.exec(container, &words, 1).result.is_err(),
            };
        }
        match hook.field("httpGet").if_set() {
            Some(get) => self.http_hook(container, get),
            // The kubelet knows no hook of another kind.
            None if hook.is_set() => Ran::FAILED,
            None => Ran::default(),
        }
    }

    /// Whatever status comes back, it was asked; only without an answer it fails.
    fn http_hook(&self, container: &Container<'_>, get: Cursor<'_>) -> Ran {
        let port = Self::port(container, get);
        if !port.is_ok_and(|port| self.dial(get, port).is_ok()) {
            return Ran::FAILED;
        }
        let annotation = self.pod.annotation(ANSWERS).unwrap_or_default();
        let answers = read_answers(annotation).unwrap_or_default();
        let Some(answer) = answers.first().filter(|_| self.is_own_host(get)) else {
            return Ran::default();
        };
        let micros = answer.after.map_or(0, |(_, most)| most);
        let seconds = match answer.kind {
            AnswerKind::Never => FOR_EVER,
            _ => i64::try_from(micros.div_ceil(1_000_000)).unwrap_or(FOR_EVER),
        };
        Ran {
            seconds,
            fails: answer.kind == AnswerKind::Closes,
        }
    }

    /// Whether a container waits for the hook after its start.
    pub(super) fn is_hooked(&self, place: usize) -> bool {
        self.memory.hooks.iter().any(|hook| hook.container == place)
    }

    /// Has a container that has just started wait for its hook, unless that is done already; returns whether it waits.
    pub(super) fn await_hook(&mut self, place: usize, reason: &str) -> bool {
        let Some(container) = self.containers.get(place) else {
            return false;
        };
        let ran = self.hook(container, "postStart");
        if ran.seconds == 0 {
            return false;
        }
        let ends = self.now + ran.seconds;
        self.memory.hooks.push(Hook {
            container: place,
            began: self.now,
            ends,
        });
        if let Some(container) = self.containers.get_mut(place) {
            container.wait(reason, String::new());
        }
        self.wake_at(ends);
        true
    }

    /// Kills a container whose hook after the start failed.
    ///
    /// Models: pkg/kubelet/kuberuntime/kuberuntime_container.go startContainer (v1.36).
    pub(super) fn kill_if_hook_failed(&mut self, place: usize) -> bool {
        let Some(container) = self.containers.get(place) else {
            return false;
        };
        if !self.hook(container, "postStart").fails {
            return false;
        }
        let failed = Told::warning(container, "FailedPostStartHook", "PostStartHook failed".to_owned());
        self.told.push(failed);
        self.stop(place, "FailedPostStartHook".to_owned(), self.grace());
        true
    }
}
