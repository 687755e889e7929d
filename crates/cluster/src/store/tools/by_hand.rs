//! What was set by hand: pods that are reported ready or not, and deletions that are held up.

use super::Tools;
use crate::store::key::ObjectKey;

impl Tools {
    pub(crate) fn is_reported_ready(&self, pod: &ObjectKey) -> bool {
        self.readiness.get(pod).copied().unwrap_or(true)
    }

    /// Whether a pod was reported ready or not by hand.
    pub(crate) fn told_ready(&self, pod: &ObjectKey) -> Option<bool> {
        self.readiness.get(pod).copied()
    }

    pub(crate) fn set_ready(&mut self, pod: &ObjectKey, ready: bool) {
        self.readiness.edit().insert(pod.clone(), ready);
    }

    pub(crate) fn is_held(&self, pod: &ObjectKey) -> bool {
        self.held.contains(pod)
    }

    pub(crate) fn set_held(&mut self, pod: &ObjectKey, held: bool) {
        if held {
            self.held.edit().insert(pod.clone());
        } else {
            self.held.edit().remove(pod);
        }
    }
}
