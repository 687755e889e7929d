//! What a new cluster holds before anybody asked for anything.

use crate::Cluster;
use crate::store::object::ObjectKey;
use api::{Kind, Value};
use serde_json::json;

/// A namespace as the API server makes it.
pub(crate) fn namespace(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": {"labels": {"kubernetes.io/metadata.name": name}},
        "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"},
    })
}

impl Cluster {
    /// The `kubernetes` Service with its Endpoints and EndpointSlice, which the API server keeps itself.
    ///
    /// Models: pkg/controlplane/controller/kubernetesservice/controller.go, pkg/controlplane/reconcilers (v1.36).
    pub(crate) fn add_kubernetes(&mut self) {
        let key = ObjectKey::new("default", "kubernetes");
        self.insert(
            Kind::Service,
            key.clone(),
            json!({
                "apiVersion": "v1", "kind": "Service",
                "metadata": {"labels": {"component": "apiserver", "provider": "kubernetes"}},
                "spec": {
                    "clusterIP": "10.96.0.1", "clusterIPs": ["10.96.0.1"], "internalTrafficPolicy": "Cluster",
                    "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack", "sessionAffinity": "None", "type": "ClusterIP",
                    "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}],
                },
                "status": {"loadBalancer": {}},
            }),
        );
        if self.store.get(Kind::Endpoints, &key).is_none() {
            self.insert(
                Kind::Endpoints,
                key.clone(),
                json!({
                    "apiVersion": "v1", "kind": "Endpoints",
                    "metadata": {"labels": {"endpointslice.kubernetes.io/skip-mirror": "true"}},
                    "subsets": [{
                        "addresses": [{"ip": "192.168.49.2"}],
                        "ports": [{"name": "https", "port": 6443, "protocol": "TCP"}],
                    }],
                }),
            );
        }
        if self.store.get(Kind::EndpointSlice, &key).is_none() {
            self.insert(
                Kind::EndpointSlice,
                key,
                json!({
                    "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
                    "metadata": {"labels": {"kubernetes.io/service-name": "kubernetes"}},
                    "endpoints": [{"addresses": ["192.168.49.2"], "conditions": {"ready": true}}],
                    "ports": [{"name": "https", "port": 6443, "protocol": "TCP"}],
                }),
            );
        }
    }
}
