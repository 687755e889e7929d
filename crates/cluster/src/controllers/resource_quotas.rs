//! The controller of resource quotas, which writes what is used of each.
//!
//! Models: pkg/controller/resourcequota/resource_quota_controller.go syncResourceQuota (v1.36).

use crate::server::quota;
use crate::store::Tools;
use api::Kind;
use serde_json::json;

/// Brings the status of all quotas up to date.
pub(crate) fn reconcile(tools: &mut Tools) {
    let quotas: Vec<_> = tools.store.all(Kind::ResourceQuota).cloned().collect();
    for quota in quotas {
        let used = quota::total(&tools.store, &quota, None);
        let status = json!({"hard": quota.spec().field("hard").value, "used": used});
        tools.replace_status(&quota, status);
    }
}
