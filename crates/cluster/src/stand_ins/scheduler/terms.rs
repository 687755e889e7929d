//! What a pod asks of the pods beside it.

use crate::store::Object;
use api::Cursor;

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";

/// The rules of a pod about other pods.
#[derive(Clone, Copy)]
pub(super) struct Rules(&'static str);

pub(super) const AFFINITY: Rules = Rules("podAffinity");
pub(super) const ANTI_AFFINITY: Rules = Rules("podAntiAffinity");

impl Rules {
    pub(super) fn terms(self, pod: &Object) -> impl Iterator<Item = Cursor<'_>> {
        pod.spec().field("affinity").field(self.0).field(REQUIRED).items()
    }
}
