//! How many pods more or fewer than asked for a rolling update may have.

use crate::controllers::workload::replicas;
use crate::store::Object;
use api::view::Deployment;

pub(crate) fn is_rolling(deployment: &Object) -> bool {
    !Deployment::of(&deployment.value).recreates()
}

/// How many pods more than asked for may exist.
///
/// Models: pkg/controller/deployment/util/deployment_util.go MaxSurge (v1.36).
pub(crate) fn surge(deployment: &Object) -> i64 {
    if is_rolling(deployment) {
        scaled(deployment, "maxSurge", true)
    } else {
        0
    }
}

/// How many pods fewer than asked for may be available.
///
/// Models: pkg/controller/deployment/util/deployment_util.go MaxUnavailable, ResolveFenceposts (v1.36).
pub(crate) fn unavailable(deployment: &Object) -> i64 {
    let wanted = replicas(deployment);
    if !is_rolling(deployment) || wanted == 0 {
        return 0;
    }
    let unavailable = scaled(deployment, "maxUnavailable", false);
    if unavailable == 0 && surge(deployment) == 0 {
        return 1;
    }
    unavailable.min(wanted)
}

/// How large the new replica set may become, if it asks for `have` of the `total` pods of all replica sets.
///
/// Models: pkg/controller/deployment/util/deployment_util.go NewRSNewReplicas (v1.36).
pub(crate) fn room(deployment: &Object, total: i64, have: i64) -> i64 {
    let wanted = replicas(deployment);
    if !is_rolling(deployment) {
        return wanted;
    }
    let free = wanted + surge(deployment) - total;
    have + free.max(0).min((wanted - have).max(0))
}

/// Models: apimachinery/pkg/util/intstr/intstr.go GetScaledValueFromIntOrPercent (v1.36).
fn scaled(deployment: &Object, field: &str, up: bool) -> i64 {
    let value = deployment.spec().field("strategy").field("rollingUpdate").field(field);
    let percent = value
        .as_text()
        .and_then(|text| text.strip_suffix('%'))
        .and_then(|text| text.parse::<i64>().ok());
    match percent {
        Some(percent) => (percent.saturating_mul(replicas(deployment)) + if up { 99 } else { 0 }) / 100,
        None => value.as_number().unwrap_or(0),
    }
}
