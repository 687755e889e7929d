//! How long a pod may be active.
//!
//! Models: pkg/kubelet/active_deadline.go, pkg/kubelet/status/status_manager.go TerminatePod, mergePodStatus (v1.36).

use super::container::State;
use super::events::Told;
use super::life::Life;
use crate::time::second;

const REASON: &str = "DeadlineExceeded";
const MESSAGE: &str = "Pod was active on the node longer than the specified deadline";

impl Life<'_> {
    /// Ends a pod that is active longer than it may be; returns whether it is.
    pub(super) fn is_late(&mut self) -> bool {
        let Some(deadline) = self.deadline() else {
            return false;
        };
        if deadline > self.now {
            self.wake_at(deadline);
            return false;
        }
        if !self.memory.is_late {
            self.memory.is_late = true;
            self.memory.stops.clear();
            self.memory.probes.clear();
            self.memory.hooks.clear();
            let mut told = Told::of_pod(REASON, MESSAGE.to_owned());
            told.is_warning = false;
            self.told.push(told);
            self.stop_in_order(self.grace());
            self.end_programs();
        }
        if self.is_evicted() {
            for container in &mut self.containers {
                container.end_unseen();
            }
        }
        true
    }

    fn deadline(&self) -> Option<i64> {
        let seconds = self.pod.spec().field("activeDeadlineSeconds").as_number()?;
        let start = second(self.pod.status().field("startTime").text())?;
        Some(start + seconds)
    }

    /// Whether it was active for too long, and all its containers have ended.
    fn is_evicted(&self) -> bool {
        let runs = |it: &super::container::Container<'_>| matches!(it.state, State::Running { .. });
        self.memory.is_late && !self.containers.iter().any(runs)
    }

    /// Reason and message of a pod that failed as a whole.
    pub(super) fn failure(&self) -> Option<(&'static str, &'static str)> {
        self.is_evicted().then_some((REASON, MESSAGE))
    }
}
