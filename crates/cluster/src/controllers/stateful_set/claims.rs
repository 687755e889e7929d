//! The claims of a stateful set's pods.

use crate::store::{Object, ObjectKey, Tools, set};
use api::Kind;
use serde_json::json;
use std::rc::Rc;

/// Creates the claims that a pod mounts and that are not there yet.
///
/// Models: pkg/controller/statefulset/stateful_pod_control.go createPersistentVolumeClaims, stateful_set_utils.go
/// getPersistentVolumeClaims (v1.36).
pub(super) fn create(tools: &mut Tools, stateful_set: &Rc<Object>, pod: &str, ordinal: i64) {
    let spec = stateful_set.spec();
    for template in spec.field("volumeClaimTemplates").items() {
        let title = template.metadata().field("name").text();
        let name = format!("{title}-{}-{ordinal}", stateful_set.name());
        let key = ObjectKey::new(stateful_set.namespace(), &name);
        if tools.store.get(Kind::PersistentVolumeClaim, &key).is_some() {
            continue;
        }
        let mut claim = json!({
            "apiVersion": "v1", "kind": "PersistentVolumeClaim",
            "metadata": {"finalizers": ["kubernetes.io/pvc-protection"]},
            "spec": template.spec().value, "status": {"phase": "Pending"},
        });
        for (field, entries) in [
            ("labels", template.metadata().field("labels")),
            ("annotations", template.metadata().field("annotations")),
            ("labels", spec.field("selector").field("matchLabels")),
        ] {
            for (entry, text) in entries.text_entries() {
                set(&mut claim, &["metadata", field, entry], text.into());
            }
        }
        crate::server::default_class::default_class(&tools.store, Kind::PersistentVolumeClaim, &mut claim);
        tools.insert(Kind::PersistentVolumeClaim, key, claim);
        let words = format!(
            "create Claim {name} Pod {pod} in StatefulSet {} success",
            stateful_set.name()
        );
        tools.event(stateful_set, "statefulset-controller", "SuccessfulCreate", &words);
    }
}
