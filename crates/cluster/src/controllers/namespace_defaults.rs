//! What every namespace holds: the ServiceAccount `default` and the ConfigMap with the cluster's certificate authority.
//!
//! Models: pkg/controller/serviceaccount/serviceaccounts_controller.go,
//! pkg/controller/certificates/rootcacertpublisher/publisher.go (v1.36);
//! OpenShift: openshift-kube-controller-manager/servicecacertpublisher/publisher.go.

use crate::stand_ins::setting::ControlPlane;
use crate::store::fields::set;
use crate::store::{ObjectKey, Tools};
use api::{Kind, Value};
use serde_json::json;

const SERVICE_ACCOUNT: &str = "default";
const ROOT_CA: &str = "kube-root-ca.crt";
/// What the recorded clusters hold besides, since OpenShift built their control plane.
const SERVICE_CA: &str = "openshift-service-ca.crt";
const INJECTION: &str = "service.beta.openshift.io/inject-cabundle";
const DESCRIPTION: &str = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal \
     endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across \
     distributions of Kubernetes clusters.";
/// Differs: a cluster's certificate is random, and nothing here could verify one.
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nplaceholder: the playground has no certificate authority\n\
     -----END CERTIFICATE-----\n";

/// Whether this is one of the objects that every namespace holds.
pub(crate) fn concerns(kind: Kind, key: &ObjectKey) -> bool {
    match kind {
        Kind::ServiceAccount => *key.name == *SERVICE_ACCOUNT,
        Kind::ConfigMap => [ROOT_CA, SERVICE_CA].contains(&&*key.name),
        _ => false,
    }
}

/// Creates what a namespace lacks, and restores the certificate if somebody changed it.
pub(crate) fn reconcile(tools: &mut Tools, namespace: &str) {
    let active = tools.store.find(Kind::Namespace, "", namespace);
    if active.is_none_or(|it| it.is_terminating()) {
        return;
    }
    if tools
        .store
        .find(Kind::ServiceAccount, namespace, SERVICE_ACCOUNT)
        .is_none()
    {
        let key = ObjectKey::new(namespace, SERVICE_ACCOUNT);
        let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {}});
        tools.insert(Kind::ServiceAccount, key, account);
    }
    if tools.control_plane() == ControlPlane::OpenShift {
        publish_service_ca(tools, namespace);
    }
    let published = tools.store.find(Kind::ConfigMap, namespace, ROOT_CA).cloned();
    match published {
        None => {
            let key = ObjectKey::new(namespace, ROOT_CA);
            tools.insert(Kind::ConfigMap, key, root_ca());
        }
        Some(published) => {
            let mut value = published.value.clone();
            set(&mut value, &["data"], json!({"ca.crt": CERTIFICATE}));
            set(
                &mut value,
                &["metadata", "annotations", "kubernetes.io/description"],
                DESCRIPTION.into(),
            );
            tools.replace(&published, value);
        }
    }
}

/// Publishes the ConfigMap into which OpenShift's service CA operator, which the recorded clusters lack, would write.
fn publish_service_ca(tools: &mut Tools, namespace: &str) {
    let Some(published) = tools.store.find(Kind::ConfigMap, namespace, SERVICE_CA).cloned() else {
        let object = json!({
            "apiVersion": "v1", "kind": "ConfigMap", "data": {"service-ca.crt": ""},
            "metadata": {"annotations": {INJECTION: "true"}},
        });
        tools.insert(Kind::ConfigMap, ObjectKey::new(namespace, SERVICE_CA), object);
        return;
    };
    let mut value = published.value.clone();
    set(&mut value, &["metadata", "annotations"], json!({INJECTION: "true"}));
    tools.replace(&published, value);
}

fn root_ca() -> Value {
    json!({
        "apiVersion": "v1", "kind": "ConfigMap", "data": {"ca.crt": CERTIFICATE},
        "metadata": {"annotations": {"kubernetes.io/description": DESCRIPTION}},
    })
}
