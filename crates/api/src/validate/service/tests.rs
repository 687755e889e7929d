use crate::{Kind, Value, decode, default, findings_text, validate_create, validate_update};
use expect_test::{Expect, expect};
use serde_json::json;

fn service(spec: &Value) -> Value {
    let object = json!({"metadata": {"name": "a", "namespace": "default"}, "spec": spec});
    let mut service = decode(Kind::Service, &object).unwrap();
    default(Kind::Service, &mut service);
    service
}

fn check(spec: &Value, expected: &Expect) {
    expected.assert_eq(&findings_text(&validate_create(Kind::Service, &service(spec))));
}

#[test]
fn ports_are_numbers_within_their_range_and_told_apart() {
    check(&json!({"ports": [{"port": 80}]}), &expect![""]);
    check(&json!({}), &expect!["spec.ports: Required value"]);
    check(
        &json!({"ports": [{"port": 0}]}),
        &expect![[r"

        * spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive
        * spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive"]],
    );
    check(
        &json!({"ports": [{"port": 80, "targetPort": "80"}]}),
        &expect![[r#"spec.ports[0].targetPort: Invalid value: "80": must contain at least one letter (a-z)"#]],
    );
    check(
        &json!({"ports": [{"port": 80, "protocol": "ICMP"}]}),
        &expect![[r#"spec.ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP""#]],
    );
    check(
        &json!({"ports": [{"port": 80}, {"port": 80, "name": "b.c"}]}),
        &expect![[r#"

        * spec.ports[0].name: Required value
        * spec.ports[1].name: Invalid value: "b.c": must not contain dots
        * spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}"#]],
    );
}

#[test]
fn fields_belong_to_types() {
    check(
        &json!({"type": "Node", "ports": [{"port": 80}]}),
        &expect![[
            r#"spec.type: Unsupported value: "Node": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort""#
        ]],
    );
    check(
        &json!({"ports": [{"port": 80, "nodePort": 30080}]}),
        &expect!["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    );
    check(
        &json!({"ports": [{"port": 80}], "externalTrafficPolicy": "Local", "loadBalancerSourceRanges": ["1.2.3.4"]}),
        &expect![[r#"

        * spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'
        * spec.LoadBalancerSourceRanges[0]: Invalid value: "1.2.3.4": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)
        * spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services"#]],
    );
    check(
        &json!({"type": "ExternalName", "externalName": "-1"}),
        &expect![[
            r#"spec.externalName: Invalid value: "-1": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"#
        ]],
    );
}

#[test]
fn a_cluster_address_stays() {
    let (old, new) = (
        json!({"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"], "ports": [{"port": 1}]}),
        json!({"clusterIP": "10.0.0.2", "clusterIPs": ["10.0.0.2"], "ports": [{"port": 1}]}),
    );
    let errors = validate_update(Kind::Service, &service(&new), &service(&old));
    expect![[r#"spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set"#]]
        .assert_eq(&findings_text(&errors));
}
