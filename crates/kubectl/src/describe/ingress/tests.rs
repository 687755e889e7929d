#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use crate::describe::tests::{check, cluster, create, pod, service};
use api::Kind;
use expect_test::expect;
use serde_json::json;

#[test]
fn an_ingress_shows_the_endpoints_behind_its_paths() {
    let mut cluster = cluster(1);
    create(&mut cluster, Kind::Pod, &pod("web-1"));
    let spec = json!({"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80}]});
    create(&mut cluster, Kind::Service, &service(&spec));
    let path = |path: &str, name: &str| {
        json!({
            "path": path, "pathType": "Prefix",
            "backend": {"service": {"name": name, "port": {"number": 80}}},
        })
    };
    let ingress = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "entry"},
        "spec": {
            "tls": [{"hosts": ["example.com"], "secretName": "cert"}],
            "rules": [{"host": "example.com", "http": {"paths": [path("/", "web"), path("/api", "api")]}}],
        },
    });
    create(&mut cluster, Kind::Ingress, &ingress);
    check(
        &cluster,
        Kind::Ingress,
        "entry",
        &expect![[r#"
        Name:             entry
        Labels:           <none>
        Namespace:        default
        Address:          
        Ingress Class:    <none>
        Default backend:  <default>
        TLS:
          cert terminates example.com
        Rules:
          Host         Path  Backends
          ----         ----  --------
          example.com  
                       /      web:80 (10.244.0.2:80)
                       /api   api:80 (<error: services "api" not found>)
        Annotations:   <none>
        Events:        <none>
    "#]],
    );
}
