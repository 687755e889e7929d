//! How a resized deployment divides its pods among several replica sets.

use crate::controllers::deployment::fenceposts;
use crate::controllers::workload::{replicas, reported};
use crate::store::{Object, set};
use api::Value;
use base::Order;
use std::rc::Rc;

/// The annotation with the deployment's size when it last scaled the replica set.
pub(crate) const DESIRED: &str = "deployment.kubernetes.io/desired-replicas";
/// The annotation with how many pods the deployment allowed then.
pub(crate) const MAX: &str = "deployment.kubernetes.io/max-replicas";

pub(crate) fn desired(set: &Object) -> Option<i64> {
    set.annotation(DESIRED)?.parse().ok().filter(|number| *number >= 0)
}

/// Models: pkg/controller/deployment/util/deployment_util.go IsSaturated (v1.36).
pub(crate) fn is_saturated(deployment: &Object, set: &Object) -> bool {
    let wanted = replicas(deployment);
    replicas(set) == wanted && desired(set) == Some(wanted) && reported(set, "availableReplicas") == wanted
}

/// The new sizes of the replica sets that ask for pods, each in proportion to its size.
///
/// Models: pkg/controller/deployment/sync.go scale (v1.36).
pub(crate) fn proportions(deployment: &Object, mut active: Vec<Rc<Object>>) -> Vec<(Rc<Object>, i64)> {
    let wanted = replicas(deployment);
    let allowed = if wanted > 0 {
        wanted + fenceposts::surge(deployment)
    } else {
        0
    };
    let to_add = allowed - active.iter().map(|set| replicas(set)).sum::<i64>();
    let size = |set: &Rc<Object>| std::cmp::Reverse(replicas(set));
    if to_add > 0 {
        active.order_by(|a, b| (size(a), b.created(), a.name()).cmp(&(size(b), a.created(), b.name())));
    } else {
        active.order_by(|a, b| (size(a), a.created(), a.name()).cmp(&(size(b), b.created(), b.name())));
    }
    let mut added = 0;
    let mut sizes = Vec::with_capacity(active.len());
    for set in active {
        let share = if to_add == added {
            0
        } else if to_add > 0 {
            fraction(deployment, &set).min(to_add - added)
        } else {
            fraction(deployment, &set).max(to_add - added)
        };
        added += share;
        let size = replicas(&set) + share;
        sizes.push((set, size));
    }
    if let Some((_, size)) = sizes.first_mut() {
        *size = (*size + to_add - added).max(0);
    }
    sizes
}

/// How many pods a replica set gains or loses in proportion to its size.
///
/// Models: pkg/controller/deployment/util/deployment_util.go getReplicaSetFraction (v1.36).
fn fraction(deployment: &Object, set: &Object) -> i64 {
    let have = replicas(set);
    if replicas(deployment) == 0 {
        return -have;
    }
    let max_now = replicas(deployment) + fenceposts::surge(deployment);
    let noted = set.annotation(MAX).and_then(|text| text.parse::<i64>().ok());
    let max_before = noted
        .filter(|max| *max > 0)
        .unwrap_or_else(|| reported(deployment, "replicas"));
    if max_before <= 0 {
        return 0;
    }
    // Halves are rounded up, as Go's RoundToInt32 does for numbers that are not negative.
    (2 * have * max_now + max_before) / (2 * max_before) - have
}

/// Models: pkg/controller/deployment/util/deployment_util.go SetReplicasAnnotations (v1.36).
pub(crate) fn annotate_size(value: &mut Value, deployment: &Object) {
    let wanted = replicas(deployment);
    for (key, number) in [(DESIRED, wanted), (MAX, wanted + fenceposts::surge(deployment))] {
        set(value, &["metadata", "annotations", key], number.to_string().into());
    }
}
