//! The `kubernetes` Service with its Endpoints and EndpointSlice, which the API server keeps itself.
//!
//! Models: pkg/controlplane/controller/kubernetesservice/controller.go, pkg/controlplane/reconcilers (v1.36).

use crate::store::{ObjectKey, Tools};
use api::Kind;
use api::view::label;
use serde_json::json;

/// How many seconds after its deletion it is created again.
const ABSENCE: i64 = 10;

fn key() -> ObjectKey {
    ObjectKey::new("default", "kubernetes")
}

/// Has the Service created again after it was deleted.
pub(crate) fn note_deletion(tools: &mut Tools, service: &ObjectKey) {
    if *service == key() {
        let due = tools.now() + ABSENCE;
        tools.queue.set_timer(Kind::Service, key(), due);
    }
}

pub(crate) fn create_if_due(tools: &mut Tools) {
    if !tools.queue.due(Kind::Service, tools.now()).is_empty() {
        tools.queue.stop_timer(Kind::Service, &key());
        create(tools);
    }
}

pub(crate) fn create(tools: &mut Tools) {
    let key = key();
    let networks = tools.networks();
    let (address, port) = (networks.api_server.ip().to_string(), networks.api_server.port());
    let ip = networks.kubernetes().to_string();
    let family = networks.service_families.primary().word();
    tools.insert(
        Kind::Service,
        key.clone(),
        json!({
            "apiVersion": "v1", "kind": "Service",
            "metadata": {"labels": {"component": "apiserver", "provider": "kubernetes"}},
            "spec": {
                "clusterIP": ip, "clusterIPs": [ip], "internalTrafficPolicy": "Cluster",
                "ipFamilies": [family], "ipFamilyPolicy": "SingleStack", "sessionAffinity": "None", "type": "ClusterIP",
                "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": port}],
            },
            "status": {"loadBalancer": {}},
        }),
    );
    if tools.store.get(Kind::Endpoints, &key).is_none() {
        tools.insert(
            Kind::Endpoints,
            key.clone(),
            json!({
                "apiVersion": "v1", "kind": "Endpoints",
                "metadata": {"labels": {"endpointslice.kubernetes.io/skip-mirror": "true"}},
                "subsets": [{
                    "addresses": [{"ip": address}],
                    "ports": [{"name": "https", "port": port, "protocol": "TCP"}],
                }],
            }),
        );
    }
    if tools.store.get(Kind::EndpointSlice, &key).is_none() {
        tools.insert(
            Kind::EndpointSlice,
            key,
            json!({
                "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": family,
                "metadata": {"labels": {label::SERVICE_NAME: "kubernetes"}},
                "endpoints": [{"addresses": [address], "conditions": {"ready": true}}],
                "ports": [{"name": "https", "port": port, "protocol": "TCP"}],
            }),
        );
    }
}
