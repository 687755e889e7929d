//! The containers of a pod.

use crate::at::At;

/// All containers of a pod: init containers first, as Kubernetes visits them.
pub(super) fn containers<'a>(spec: &At<'a>) -> Vec<At<'a>> {
    let lists = ["initContainers", "containers", "ephemeralContainers"];
    lists
        .into_iter()
        .flat_map(|it| spec.field(it).items().collect::<Vec<_>>())
        .collect()
}
