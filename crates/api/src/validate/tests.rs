use super::*;
use crate::{decode, default, findings_text};
use expect_test::{Expect, expect};
use serde_json::json;

mod extensions;

fn kept(kind: Kind, object: &Value) -> Value {
    let mut object = decode(kind, object).unwrap();
    default(kind, &mut object);
    object
}

fn check(kind: Kind, object: &Value, expected: &Expect) {
    expected.assert_eq(&findings_text(&validate_create(kind, &kept(kind, object))));
}

fn check_change(kind: Kind, new: &Value, old: &Value, expected: &Expect) {
    let errors = validate_update(kind, &kept(kind, new), &kept(kind, old));
    expected.assert_eq(&findings_text(&errors));
}

#[test]
fn taints_and_ranges_of_nodes_are_checked() {
    let node = |spec: &Value| json!({"metadata": {"name": "a"}, "spec": spec});
    check(
        Kind::Node,
        &node(&json!({
            "taints": [{"key": "gpu", "effect": "NoSchedule"}, {"key": "gpu", "effect": "NoSchedule", "value": "b"}, {"key": "", "effect": "Never"}],
            "podCIDRs": ["10.0.0.1/8", "10.1.0.0/16"],
        })),
        &expect![[r#"

            * metadata.taints[1]: Duplicate value: {"Key":"gpu","Value":"b","Effect":"NoSchedule","TimeAdded":null}: taints must be unique by key and effect pair
            * metadata.taints[2].key: Invalid value: "": name part must be non-empty
            * metadata.taints[2].key: Invalid value: "": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')
            * metadata.taints[2].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"
            * spec.podCIDRs[0]: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length
            * spec.podCIDRs: Invalid value: ["10.0.0.1/8","10.1.0.0/16"]: may specify no more than one CIDR for each IP family"#]],
    );
    check_change(
        Kind::Node,
        &node(&json!({"podCIDRs": ["10.1.0.0/16"], "unschedulable": true})),
        &node(&json!({"podCIDRs": ["10.0.0.0/16"], "providerID": "a", "externalID": "b"})),
        &expect![[r#"

            * spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid
            * spec.providerID: Forbidden: node updates may not change providerID except from "" to valid
            * spec.externalID: Forbidden: may not be updated"#]],
    );
}

#[test]
fn ingresses_lead_somewhere() {
    let ingress = |spec: &Value| json!({"metadata": {"name": "a", "namespace": "default"}, "spec": spec});
    check(
        Kind::Ingress,
        &ingress(&json!({})),
        &expect!["spec: Invalid value: null: either `defaultBackend` or `rules` must be specified"],
    );
    let backend = json!({"service": {"name": "web", "port": {"number": 80}}});
    check(
        Kind::Ingress,
        &ingress(&json!({
            "defaultBackend": {"service": {"name": "web", "port": {"number": 80, "name": "http"}}},
            "rules": [
                {"host": "10.0.0.1", "http": {"paths": [{"path": "a//b", "pathType": "Prefix", "backend": backend}]}},
                {"host": "*.*.com", "http": {"paths": [{"path": "/a"}]}},
                {"http": {"paths": [{"pathType": "Regex", "path": "/", "backend": {"service": {"port": {"name": "80"}}}}]}},
            ],
            "tls": [{"hosts": ["a_b"], "secretName": "S"}],
        })),
        &expect![[r#"

            * spec.defaultBackend: Invalid value: "": cannot set both port name & port number
            * spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address
            * spec.rules[0].http.paths[0].path: Invalid value: "a//b": must be an absolute path
            * spec.rules[0].http.paths[0].path: Invalid value: "a//b": must not contain '//'
            * spec.rules[1].host: Invalid value: "*.*.com": a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
            * spec.rules[1].http.paths[0].pathType: Required value: pathType must be specified
            * spec.rules[2].http.paths[0].pathType: Unsupported value: "Regex": supported values: "Exact", "ImplementationSpecific", "Prefix"
            * spec.rules[2].http.paths[0].backend.service.name: Required value
            * spec.rules[2].http.paths[0].backend.service.port.name: Invalid value: "80": must contain at least one letter (a-z)
            * spec.tls[0].hosts[0]: Invalid value: "a_b": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
            * spec.tls[0].secretName: Invalid value: "S": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"#]],
    );
}

#[test]
fn events_are_of_something_in_their_namespace() {
    let of = |namespace: &str| json!({"kind": "Pod", "name": "b", "namespace": namespace});
    check(
        Kind::Event,
        &json!({"metadata": {"name": "a", "namespace": "default"}, "involvedObject": of("other")}),
        &expect![[r#"involvedObject.namespace: Invalid value: "other": does not match event.namespace"#]],
    );
    check(
        Kind::EventsEvent,
        &json!({"metadata": {"name": "a", "namespace": "default"}, "regarding": of("default"), "series": {"count": 1},
            "eventTime": "2026-01-01T00:00:00.000000Z", "reportingController": "a/b/c", "action": "Walk", "deprecatedCount": 2}),
        &expect![[r#"

            * reportingController: Invalid value: "a/b/c": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')
            * reportingInstance: Required value
            * reason: Required value
            * series.count: Invalid value: "": should be at least 2
            * series.lastObservedTime: Required value
            * type: Invalid value: "": has invalid value: 
            * count: Invalid value: "": needs to be unset"#]],
    );
}

#[test]
fn stateful_sets_complete_their_template() {
    let set = |spec: &Value| {
        let template = json!({"metadata": {"labels": {"a": "b"}},
            "spec": {"hostname": "NOT.CHECKED", "containers": [{"name": "x", "image": "nginx", "volumeMounts": [{"name": "data", "mountPath": "/d"}]}]}});
        let mut whole = json!({"selector": {"matchLabels": {"a": "b"}}, "template": template});
        for (name, value) in spec.as_object().into_iter().flatten() {
            whole[name] = value.clone();
        }
        json!({"metadata": {"name": "a", "namespace": "default"}, "spec": whole})
    };
    let claim = |modes: &Value| {
        json!({"volumeClaimTemplates": [{"metadata": {"name": "data"},
            "spec": {"accessModes": modes, "resources": {"requests": {"storage": "1Gi"}}}}]})
    };
    check(Kind::StatefulSet, &set(&claim(&json!(["ReadWriteOnce"]))), &expect![""]);
    check(
        Kind::StatefulSet,
        &set(&claim(&json!([]))),
        &expect!["spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required"],
    );
    check(
        Kind::StatefulSet,
        &set(
            &json!({"ordinals": {"start": -1}, "updateStrategy": {"type": "OnDelete", "rollingUpdate": {"partition": 1}},
            "persistentVolumeClaimRetentionPolicy": {"whenScaled": "Keep"}}),
        ),
        &expect![[r#"

            * spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: only allowed for updateStrategy 'RollingUpdate'
            * spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "Keep": supported values: "Retain", "Delete"
            * spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0
            * spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data""#]],
    );
}

#[test]
fn what_holds_a_pod_back_may_only_go() {
    let pod = |gates: &Value, zone: &str| {
        json!({"metadata": {"name": "a", "namespace": "default"}, "spec": {"schedulingGates": gates,
            "nodeSelector": {"zone": zone}, "containers": [{"name": "x", "image": "nginx"}]}})
    };
    let (held, free) = (json!([{"name": "a"}]), json!([]));
    check_change(Kind::Pod, &pod(&free, "z"), &pod(&held, "z"), &expect![""]);
    check_change(
        Kind::Pod,
        &pod(&json!([{"name": "a"}, {"name": "b"}]), "y"),
        &pod(&held, "z"),
        &expect![[r#"

            * spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'b'
            * spec.nodeSelector: Invalid value: {"zone":"y"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)"#]],
    );
}

#[test]
fn references_to_two_controllers_are_printed_as_they_are_declared() {
    let reference =
        |name: &str| json!({"apiVersion": "v1", "kind": "Pod", "name": name, "uid": "b", "controller": true});
    let service = json!({
        "metadata": {"name": "a", "namespace": "default", "ownerReferences": [reference("a"), reference("c")]},
        "spec": {"ports": [{"port": 80}]},
    });
    check(
        Kind::Service,
        &service,
        &expect![[
            r#"metadata.ownerReferences: Invalid value: [{"apiVersion":"v1","kind":"Pod","name":"a","uid":"b","controller":true},{"apiVersion":"v1","kind":"Pod","name":"c","uid":"b","controller":true}]: Only one reference can have Controller set to true. Found "true" in references for Pod/a and Pod/c"#
        ]],
    );
}

#[test]
fn reported_counts_and_phases_fit_together() {
    let status = |kind: Kind, status: &Value| {
        let old = json!({"metadata": {"name": "a", "uid": "1"}});
        let mut new = old.clone();
        new["status"] = status.clone();
        findings_text(&validate_status_update(kind, &new, &old))
    };
    expect![[r#"

        * status.updatedReplicas: Invalid value: 2: cannot be greater than status.replicas
        * status.readyReplicas: Invalid value: 3: cannot be greater than status.replicas
        * status.availableReplicas: Invalid value: 4: cannot be greater than status.replicas
        * status.availableReplicas: Invalid value: 4: cannot be greater than readyReplicas"#]]
    .assert_eq(&status(
        Kind::Deployment,
        &json!({"replicas": 1, "updatedReplicas": 2, "readyReplicas": 3, "availableReplicas": 4}),
    ));
    expect!["status.currentReplicas: Invalid value: -1: must be greater than or equal to 0"]
        .assert_eq(&status(Kind::StatefulSet, &json!({"currentReplicas": -1})));
    expect![[r#"status.Phase: Invalid value: "Terminating": may only be 'Active' if `deletionTimestamp` is empty"#]]
        .assert_eq(&status(Kind::Namespace, &json!({"phase": "Terminating"})));
    expect![[r#"

        * status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0
        * status.addresses[1]: Duplicate value: {"Type":"InternalIP","Address":"10.0.0.1"}"#]]
    .assert_eq(&status(
        Kind::Node,
        &json!({"capacity": {"cpu": "-1"}, "addresses": [
            {"type": "InternalIP", "address": "10.0.0.1"}, {"type": "InternalIP", "address": "10.0.0.1"}]}),
    ));
}

#[test]
fn metadata_of_what_is_changed_are_checked() {
    let service = |metadata: &Value| {
        let mut whole = json!({"metadata": metadata, "spec": {"ports": [{"port": 80}], "clusterIP": "10.96.0.9", "clusterIPs": ["10.96.0.9"]}});
        whole["metadata"]["name"] = "a".into();
        whole["metadata"]["namespace"] = "default".into();
        whole
    };
    let references = json!([
        {"apiVersion": "v1", "kind": "A", "name": "a", "uid": "x", "controller": true},
        {"apiVersion": "v1", "kind": "B", "name": "b", "uid": "y", "controller": true}]);
    check_change(
        Kind::Service,
        &service(
            &json!({"ownerReferences": references, "finalizers": ["mine"], "deletionTimestamp": "2026-01-01T00:00:00Z"}),
        ),
        &service(&json!({})),
        &expect![[r#"

            * metadata.ownerReferences: Invalid value: [{"apiVersion":"v1","kind":"A","name":"a","uid":"x","controller":true},{"apiVersion":"v1","kind":"B","name":"b","uid":"y","controller":true}]: Only one reference can have Controller set to true. Found "true" in references for A/a and B/b
            * metadata.deletionTimestamp: Invalid value: "2026-01-01T00:00:00Z": field is immutable
            * metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified"#]],
    );
}

#[test]
fn topologies_of_storage_classes_name_places_once() {
    let class = |topologies: &Value| json!({"metadata": {"name": "a"}, "provisioner": "x.io/disk", "allowedTopologies": topologies});
    let zone = |values: &[&str]| json!({"matchLabelExpressions": [{"key": "zone", "values": values}]});
    check(
        Kind::StorageClass,
        &class(&json!([zone(&["a", "a"]), zone(&["a"]), zone(&[]), {}])),
        &expect![[r#"

            * allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: "a"
            * allowedTopologies[1].matchLabelExpressions: Duplicate value: ""
            * allowedTopologies[2].matchLabelExpressions[0].values: Required value
            * allowedTopologies[3].matchLabelExpressions: Duplicate value: """#]],
    );
}

#[test]
fn controllers_of_jobs_have_a_domain() {
    let job = |by: &str| {
        json!({"metadata": {"name": "a", "namespace": "default"}, "spec": {
            "managedBy": by,
            "template": {"spec": {"containers": [{"name": "c", "image": "busybox"}], "restartPolicy": "Never"}},
        }})
    };
    check(
        Kind::Job,
        &job("me"),
        &expect![[r#"

        * spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")
        * spec.selector: Required value
        * spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`"#]],
    );
    check(
        Kind::Job,
        &job(&format!("me.io/{}", "a".repeat(63))),
        &expect![[r#"

        * spec.managedBy: Too long: may not be more than 63 bytes
        * spec.selector: Required value
        * spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`"#]],
    );
}

#[test]
fn of_a_suspended_job_only_resources_and_place_may_change() {
    let job = |suspend: bool, pod: Value| {
        let labels = json!({"a": "b"});
        let mut spec = json!({"containers": [{"name": "c", "image": "busybox"}], "restartPolicy": "Never"});
        if let (Some(spec), Some(pod)) = (spec.as_object_mut(), pod.as_object()) {
            spec.extend(pod.clone());
        }
        json!({"metadata": {"name": "a", "namespace": "default"}, "spec": {
            "suspend": suspend, "manualSelector": true, "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        }})
    };
    let places = |suspend: bool, pod: Value| -> Vec<String> {
        let (new, old) = (job(suspend, pod), job(suspend, json!({})));
        let errors = validate_update(Kind::Job, &kept(Kind::Job, &new), &kept(Kind::Job, &old));
        errors.iter().map(|it| it.at.to_string()).collect()
    };
    let containers = json!({"containers": [{"name": "c", "image": "busybox", "resources": {"limits": {"cpu": "1"}}}]});
    let affinity = json!({"affinity": {"nodeAffinity": {}}, "nodeSelector": {"a": "b"}});
    let apart = json!({"affinity": {"podAntiAffinity": {}}});
    assert!(places(true, containers.clone()).is_empty());
    assert!(places(true, affinity).is_empty());
    assert_eq!(places(true, apart), ["spec.template.spec"]);
    assert_eq!(places(false, containers), ["spec.template"]);
}
