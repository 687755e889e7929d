use crate::{Kind, Map, Value};

/// Removes fields of features that are off by default in v1.36. The API server drops them silently.
///
/// Models: pkg/api/pod DropDisabledPodFields, pkg/registry/apps/statefulset/strategy.go dropStatefulSetDisabledFields,
/// pkg/registry/discovery/endpointslice/strategy.go dropTopologyOnV1, pkg/features/kube_features.go (v1.36).
pub fn drop_disabled(kind: Kind, object: &mut Value) {
    match kind {
        Kind::Pod => spec(object.get_mut("spec")),
        Kind::Deployment | Kind::ReplicaSet | Kind::StatefulSet => {
            spec(object.pointer_mut("/spec/template/spec"));
            remove(
                object.pointer_mut("/spec/updateStrategy/rollingUpdate"),
                "maxUnavailable",
            );
        }
        Kind::EndpointSlice => {
            let endpoints = object.get_mut("endpoints").and_then(Value::as_array_mut);
            for endpoint in endpoints.into_iter().flatten() {
                remove(Some(endpoint), "deprecatedTopology");
            }
        }
        Kind::CSIDriver => remove(object.get_mut("spec"), "preventPodSchedulingIfMissing"),
        Kind::Lease => {
            for field in ["strategy", "preferredHolder"] {
                remove(object.get_mut("spec"), field);
            }
        }
        Kind::DaemonSet | Kind::ReplicationController | Kind::Job => spec(object.pointer_mut("/spec/template/spec")),
        Kind::CronJob => spec(object.pointer_mut("/spec/jobTemplate/spec/template/spec")),
        Kind::PodTemplate => spec(object.pointer_mut("/template/spec")),
        Kind::Node => remove(object.get_mut("spec"), "configSource"),
        _ => {}
    }
}

fn spec(spec: Option<&mut Value>) {
    let Some(spec) = spec else { return };
    remove(Some(spec), "schedulingGroup");
    for list in ["containers", "initContainers", "ephemeralContainers"] {
        let containers = spec.get_mut(list).and_then(Value::as_array_mut);
        for container in containers.into_iter().flatten() {
            remove(container.get_mut("lifecycle"), "stopSignal");
            if container
                .get("lifecycle")
                .and_then(Value::as_object)
                .is_some_and(Map::is_empty)
            {
                remove(Some(container), "lifecycle");
            }
        }
    }
    let volumes = spec.get_mut("volumes").and_then(Value::as_array_mut);
    for volume in volumes.into_iter().flatten() {
        let sources = volume.pointer_mut("/projected/sources").and_then(Value::as_array_mut);
        for source in sources.into_iter().flatten() {
            remove(Some(source), "clusterTrustBundle");
            remove(Some(source), "podCertificate");
        }
    }
}

fn remove(owner: Option<&mut Value>, field: &str) {
    owner.and_then(Value::as_object_mut).map(|fields| fields.remove(field));
}
