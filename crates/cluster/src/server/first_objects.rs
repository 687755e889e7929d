//! What the API server writes into an empty cluster.

use crate::controllers::volumes::PROVISIONER;
use crate::stand_ins::setting::Kubelet;
use crate::store::{ObjectKey, Tools};
use crate::time::timestamp;
use api::{Kind, Value};
use serde_json::json;

pub(crate) fn create_namespaces(tools: &mut Tools) {
    for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
        let namespace = json!({
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": {"labels": {"kubernetes.io/metadata.name": name}},
            "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"},
        });
        tools.insert(Kind::Namespace, ObjectKey::new("", name), namespace);
    }
}

/// The class whose volumes minikube makes.
///
/// Models: minikube's deploy/addons/storageclass/storageclass.yaml.
fn create_storage_class(tools: &mut Tools) {
    let class = json!({
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "provisioner": PROVISIONER,
        "metadata": {
            "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
            "labels": {"addonmanager.kubernetes.io/mode": "EnsureExists"},
        },
        "reclaimPolicy": "Delete", "volumeBindingMode": "Immediate",
    });
    tools.insert(Kind::StorageClass, ObjectKey::new("", "standard"), class);
}

/// Creates the system's priority classes, the range of Services and the note of old tokens.
///
/// Models: pkg/apis/scheduling/v1/helpers.go systemPriorityClasses, pkg/controlplane/controller/defaultservicecidr,
/// pkg/controlplane/controller/legacytokentracking (v1.36).
pub(crate) fn create(tools: &mut Tools) {
    for (name, value, description) in [
        (
            "system-node-critical",
            2_000_001_000_i64,
            "Used for system critical pods that must not be moved from their current node.",
        ),
        (
            "system-cluster-critical",
            2_000_000_000,
            "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
        ),
    ] {
        let class = json!({
            "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "description": description,
            "metadata": {}, "preemptionPolicy": "PreemptLowerPriority", "value": value,
        });
        tools.insert(Kind::PriorityClass, ObjectKey::new("", name), class);
    }
    if tools.kubelet() == Kubelet::Programs {
        create_storage_class(tools);
    }
    let now = timestamp(tools.now());
    let ranges: Vec<String> = tools
        .networks()
        .service_cidrs()
        .map(|range| range.to_string())
        .collect();
    let range = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR",
        "metadata": {"finalizers": ["networking.k8s.io/service-cidr-finalizer"]}, "spec": {"cidrs": ranges},
        "status": {"conditions": [{
            "lastTransitionTime": now, "message": "Kubernetes default Service CIDR is ready", "reason": "",
            "status": "True", "type": "Ready",
        }]},
    });
    tools.insert(Kind::ServiceCIDR, ObjectKey::new("", "kubernetes"), range);
    let today = now.split('T').next().unwrap_or_default();
    let tracking = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {}, "data": {"since": today}});
    let key = ObjectKey::new("kube-system", "kube-apiserver-legacy-service-account-token-tracking");
    tools.insert(Kind::ConfigMap, key, tracking);
}

/// The lease that a kubelet renews.
///
/// Models: pkg/kubelet/kubelet.go NewMainKubelet, pkg/kubelet/util/nodelease.go SetNodeOwnerFunc (v1.36).
/// Differs: its time of renewal stays.
pub(crate) fn node_lease(node: &str, uid: &str, now: i64) -> Value {
    let now = timestamp(now);
    let renewed = format!("{}.000000Z", now.trim_end_matches('Z'));
    json!({
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
        "metadata": {"ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": node, "uid": uid}]},
        "spec": {"holderIdentity": node, "leaseDurationSeconds": 40, "renewTime": renewed},
    })
}
