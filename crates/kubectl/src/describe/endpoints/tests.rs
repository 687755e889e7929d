#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use crate::describe::tests::{check, cluster, create, pod, service};
use api::Kind;
use expect_test::expect;
use serde_json::json;

#[test]
fn a_slice_lists_each_endpoint() {
    let mut cluster = cluster(2);
    create(&mut cluster, Kind::Pod, &pod("web-1"));
    let spec = json!({"selector": {"app": "web"}, "ports": [{"port": 80}]});
    create(&mut cluster, Kind::Service, &service(&spec));
    check(
        &cluster,
        Kind::EndpointSlice,
        "kubernetes",
        &expect![[r#"
        Name:         kubernetes
        Namespace:    default
        Labels:       kubernetes.io/service-name=kubernetes
        Annotations:  <none>
        AddressType:  IPv4
        Ports:
          Name   Port  Protocol
          ----   ----  --------
          https  6443  TCP
        Endpoints:
          - Addresses:  192.168.49.2
            Conditions:
              Ready:   true
            Hostname:  <unset>
            NodeName:  <unset>
            Zone:      <unset>
        Events:        <none>
    "#]],
    );
    check(
        &cluster,
        Kind::EndpointSlice,
        "web",
        &expect![[r#"
        Name:         web-6jsj6
        Namespace:    default
        Labels:       endpointslice.kubernetes.io/managed-by=endpointslice-controller.k8s.io
                      kubernetes.io/service-name=web
        Annotations:  endpoints.kubernetes.io/last-change-trigger-time: 2026-01-05T09:00:00Z
        AddressType:  IPv4
        Ports:
          Name     Port  Protocol
          ----     ----  --------
          <unset>  80    TCP
        Endpoints:
          - Addresses:  10.244.0.2
            Conditions:
              Ready:    true
            Hostname:   <unset>
            TargetRef:  Pod/web-1
            NodeName:   node-1
            Zone:       zone-a
        Events:         <none>
    "#]],
    );
}
