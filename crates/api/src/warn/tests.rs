use super::*;
use crate::{decode, default};
use expect_test::{Expect, expect};
use serde_json::json;

fn check(kind: Kind, object: &Value, expected: &Expect) {
    let mut object = decode(kind, object).unwrap();
    default(kind, &mut object);
    let warnings: Vec<String> = warnings_on_create(kind, &object)
        .iter()
        .map(ToString::to_string)
        .collect();
    expected.assert_eq(&warnings.join("\n"));
}

fn pod(metadata: &Value, spec: &Value) -> Value {
    let mut spec = spec.clone();
    if spec["containers"].is_null() {
        spec["containers"] = json!([{"name": "x", "image": "nginx"}]);
    }
    json!({"metadata": metadata, "spec": spec})
}

#[test]
fn names_and_nodes_labels_that_surprise_are_told() {
    let spec = json!({
        "nodeSelector": {"beta.kubernetes.io/os": "linux"},
        "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "failure-domain.beta.kubernetes.io/zone", "whenUnsatisfiable": "DoNotSchedule"}],
        "affinity": {
            "nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
                {"weight": 1, "preference": {"matchExpressions": [{"key": "kubernetes.io/arch", "operator": "In", "values": ["a b"]}]}}]},
            "podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "zone"}]},
        },
    });
    check(
        Kind::Pod,
        &pod(&json!({"name": "a.b"}), &spec),
        &expect![[r#"
            metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]
            spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead
            spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].values[0]: a b is invalid, a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')
            spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use "topology.kubernetes.io/zone" instead
            spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod
            spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: a null labelSelector results in matching no pod"#]],
    );
}

#[test]
fn what_comes_twice_is_told() {
    let spec = json!({
        "hostAliases": [{"ip": "10.0.0.1"}, {"ip": "10.0.0.1"}],
        "imagePullSecrets": [{"name": "a"}, {"name": "a"}, {}],
        "containers": [
            {"name": "x", "image": "nginx", "ports": [
                {"name": "web", "containerPort": 80}, {"containerPort": 80}, {"containerPort": 80, "hostPort": 8080}, {"containerPort": 81, "hostIP": "10.0.0.1"}],
             "env": [{"name": "A", "value": "1"}, {"name": "A", "value": "$(A)2"}, {"name": "A", "value": "3"}]},
            {"name": "y", "image": "nginx", "ports": [{"name": "web", "containerPort": 8080}]},
        ],
    });
    check(
        Kind::Pod,
        &pod(&json!({"name": "a"}), &spec),
        &expect![[r#"
            spec.hostAliases[1].ip: duplicate ip "10.0.0.1"
            spec.imagePullSecrets[1].name: duplicate name "a"
            spec.imagePullSecrets[2].name: invalid empty name ""
            spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply
            spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]
            spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[0]
            spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[1]
            spec.containers[0].ports[3]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:81 Protocol:TCP HostIP:10.0.0.1}
            spec.containers[1].ports[0]: duplicate port name "web" with spec.containers[0].ports[0], services and probes that select ports by name will use spec.containers[0].ports[0]"#]],
    );
}

#[test]
fn volumes_and_amounts_that_will_not_do_are_told() {
    let spec = json!({
        "terminationGracePeriodSeconds": -1,
        "containers": [{"name": "x", "image": "nginx", "resources": {"limits": {"memory": "100m"}}}],
        "volumes": [
            {"name": "repo", "gitRepo": {"repository": "a"}},
            {"name": "map", "configMap": {"name": "c", "items": [{"key": "a", "path": "x"}, {"key": "b", "path": "x/y"}]}},
            {"name": "all", "projected": {"sources": [{"secret": {"name": "s", "items": [{"key": "a", "path": "x"}]}},
                {"downwardAPI": {"items": [{"path": "x", "fieldRef": {"fieldPath": "metadata.name"}}]}}, {}]}},
        ],
    });
    check(
        Kind::Pod,
        &pod(&json!({"name": "a"}), &spec),
        &expect![[r#"
            spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+
            volume "map" (ConfigMap "c"): overlapping paths: "x/y" with "x"
            volume "all" (Projected) has no sources provided
            volume "all" (Projected): overlapping paths: "x" (DownwardAPI) with "x" (Secret "s")
            spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer
            spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer
            spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"#]],
    );
}

#[test]
fn makers_of_pods_warn_of_their_templates() {
    let template = json!({"metadata": {"labels": {"a": "b"}, "annotations": {"scheduler.alpha.kubernetes.io/critical-pod": ""}},
        "spec": {"containers": [{"name": "x", "image": "nginx"}]}});
    let spec = json!({"selector": {"matchLabels": {"a": "b"}}, "template": template, "revisionHistoryLimit": -1});
    check(
        Kind::Deployment,
        &json!({"metadata": {"name": "a.b"}, "spec": spec}),
        &expect![[r#"
            metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]
            spec.template.metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the "priorityClassName" field instead"#]],
    );
    check(
        Kind::StatefulSet,
        &json!({"metadata": {"name": "a"}, "spec": spec}),
        &expect![[r#"
            spec.template.metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the "priorityClassName" field instead
            spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"#]],
    );
    let old = json!({"metadata": {"generation": 1}, "spec": spec});
    let new = json!({"metadata": {"generation": 2}, "spec": spec});
    assert!(
        warnings_on_update(Kind::Deployment, &old, &old).is_empty(),
        "only its status or labels changed"
    );
    assert_eq!(warnings_on_update(Kind::Deployment, &new, &old).len(), 1);
}

#[test]
fn addresses_in_odd_forms_are_told() {
    check(
        Kind::EndpointSlice,
        &json!({"metadata": {"name": "a"}, "addressType": "FQDN", "endpoints": [{"addresses": ["2001:0db8::1"]}]}),
        &expect![[r#"
            spec.addressType: FQDN endpoints are deprecated
            endpoints[0].addresses[0]: IPv6 address "2001:0db8::1" should be in RFC 5952 canonical format ("2001:db8::1")"#]],
    );
    check(
        Kind::Node,
        &json!({"metadata": {"name": "a"}, "spec": {"externalID": "x", "podCIDRs": ["2001:0db8::/64"]}}),
        &expect![[r#"
            spec.externalID: this field is deprecated, and is unused by Kubernetes
            spec.podCIDRs[0]: IPv6 CIDR value "2001:0db8::/64" should be in RFC 5952 canonical format ("2001:db8::/64")"#]],
    );
    check(
        Kind::Ingress,
        &json!({"metadata": {"name": "a", "annotations": {"kubernetes.io/ingress.class": "nginx"}}}),
        &expect![[
            r#"annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead"#
        ]],
    );
}
