//! How containers stop: the hook before, the signal, and what becomes of a pod that is deleted.

use super::events::Told;
use super::life::Life;

/// What a container gets at least after its hook.
///
/// Models: pkg/kubelet/kuberuntime/kuberuntime_container.go minimumGracePeriodInSeconds (v1.36).
const LEAST_GRACE: i64 = 2;
/// The exit code of a program that is killed.
const KILLED: i64 = 137;
/// How many seconds a pod stays after its servers closed their ports, to finish what they began.
pub(super) const DRAINING: i64 = 1;

impl Life<'_> {
    /// Runs the hook of a container that is told to end; returns after how many seconds it does, and its exit code.
    ///
    /// Models: pkg/kubelet/kuberuntime/kuberuntime_container.go killContainer, executePreStopHook (v1.36).
    pub(super) fn stop_after(&mut self, place: usize, grace: i64) -> (i64, i64) {
        let Some(container) = self.containers.get(place) else {
            return (0, 0);
        };
        let ran = self.hook(container, "preStop");
        if ran.fails {
            let failed = Told::warning(container, "FailedPreStopHook", "PreStopHook failed".to_owned());
            self.told.push(failed);
        }
        let hook = ran.seconds.min(grace);
        if self
            .programs
            .ignores_term(place, container.spec, self.now, self.is_silent(place))
        {
            return (hook + (grace - hook).max(LEAST_GRACE), KILLED);
        }
        (hook, 0)
    }

    /// Goes on ending a pod that is being deleted; returns when it is gone.
    pub(crate) fn end(&mut self) -> i64 {
        let metadata = self.pod.metadata();
        let grace = metadata.field("deletionGracePeriodSeconds").number();
        let asked = metadata
            .field("deletionTimestamp")
            .as_text()
            .and_then(crate::time::second);
        let asked = asked.map_or(self.now, |until| until - grace);
        let begins = self.memory.ending.is_none();
        self.memory.ending.get_or_insert(self.now);
        self.memory.probes.clear();
        self.memory.hooks.clear();
        if begins {
            self.memory.stops.clear();
            self.stop_in_order(grace);
        } else {
            // A shorter period that was asked for later cuts off what still runs.
            let last = asked + grace;
            for stop in self.memory.stops.iter_mut().filter(|stop| stop.at > last) {
                (stop.at, stop.code) = (last.max(self.now), KILLED);
            }
        }
        self.next = None;
        self.end_programs();
        if let Some(next) = self.next {
            return next.max(self.now + 1);
        }
        let began = self.memory.ending.unwrap_or(self.now);
        let ends = self.containers.iter().filter_map(|it| it.end());
        let last = { ends.clone() }
            .map(|end| end.to)
            .max()
            .map_or(began, |last| last.max(began));
        let drains = { ends }.any(|end| end.to == last && end.code != KILLED);
        let gone = if drains { last + DRAINING } else { last };
        if gone > self.now {
            self.wake_at(gone);
        }
        gone
    }

    /// Tells all containers to stop: the main ones at once, sidecars after them, the last one first.
    pub(super) fn stop_in_order(&mut self, grace: i64) {
        let mut before = 0;
        let mains: Vec<usize> = self.running(true);
        for place in mains {
            before = before.max(self.stop_in(place, 0, grace));
        }
        for place in self.running(false).into_iter().rev() {
            before = self.stop_in(place, before, grace);
        }
    }

    fn running(&self, main: bool) -> Vec<usize> {
        let all = self.containers.iter().enumerate();
        let chosen = all.filter(|(_, it)| it.is_running() && (it.role == super::container::Role::Main) == main);
        chosen.map(|(place, _)| place).collect()
    }

    /// Tells a container to stop, once those it waits for have; returns after how many seconds it has.
    fn stop_in(&mut self, place: usize, before: i64, grace: i64) -> i64 {
        let name = self.containers.get(place).map_or("", |it| it.name());
        let message = format!("Stopping container {name}");
        let left = (grace - before).max(LEAST_GRACE);
        self.stop(place, message, left);
        let Some(stop) = self.memory.stops.last_mut() else {
            return before;
        };
        stop.at += before;
        stop.at - self.now
    }
}
