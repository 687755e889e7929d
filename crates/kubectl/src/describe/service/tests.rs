#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use crate::describe::tests::{check, cluster, create, pod, service};
use crate::describe::{Events, KubectlVersion, describe};
use api::Kind;
use expect_test::expect;
use serde_json::json;

#[test]
fn a_service_shows_its_ports_and_endpoints() {
    let mut cluster = cluster(1);
    for name in ["web-1", "web-2", "web-3", "web-4", "web-5"] {
        create(&mut cluster, Kind::Pod, &pod(name));
    }
    let spec = json!({
        "type": "NodePort", "selector": {"app": "web"}, "clusterIP": "10.96.0.50",
        "ports": [{"port": 80, "nodePort": 30008}],
    });
    create(&mut cluster, Kind::Service, &service(&spec));
    check(
        &cluster,
        Kind::Service,
        "web",
        &expect![[r#"
        Name:                     web
        Namespace:                default
        Labels:                   <none>
        Annotations:              <none>
        Selector:                 app=web
        Type:                     NodePort
        IP Family Policy:         SingleStack
        IP Families:              IPv4
        IP:                       10.96.0.50
        IPs:                      10.96.0.50
        Port:                     <unset>  80/TCP
        TargetPort:               80/TCP
        NodePort:                 <unset>  30008/TCP
        Endpoints:                10.244.0.2:80,10.244.0.3:80,10.244.0.4:80 + 2 more...
        Session Affinity:         None
        External Traffic Policy:  Cluster
        Internal Traffic Policy:  Cluster
        Events:                   <none>
    "#]],
    );
    cluster.set_ready("default", "web-4", false);
    cluster.set_ready("default", "web-5", false);
    cluster.settle();
    check(
        &cluster,
        Kind::Endpoints,
        "web",
        &expect![[r#"
        Name:         web
        Namespace:    default
        Labels:       endpoints.kubernetes.io/managed-by=endpoint-controller
        Annotations:  <none>
        Subsets:
          Addresses:          10.244.0.2,10.244.0.3,10.244.0.4
          NotReadyAddresses:  10.244.0.5,10.244.0.6
          Ports:
            Name     Port  Protocol
            ----     ----  --------
            <unset>  80    TCP

        Events:  <none>
    "#]],
    );
}

#[test]
fn endpoints_that_are_not_ready_are_not_shown_but_end_the_list() {
    let mut cluster = cluster(1);
    let names = ["web-1", "web-2", "web-3", "web-4"];
    for name in names {
        create(&mut cluster, Kind::Pod, &pod(name));
    }
    let spec = json!({"selector": {"app": "web"}, "ports": [{"port": 80}]});
    create(&mut cluster, Kind::Service, &service(&spec));
    let mut shown = Vec::new();
    for name in names.iter().rev() {
        cluster.set_ready("default", name, false);
        cluster.settle();
        let service = cluster.get(Kind::Service, "default", "web").unwrap();
        let text = describe(&cluster, &service, Events::Hidden, KubectlVersion::NEWEST);
        let line = text.lines().find_map(|line| line.strip_prefix("Endpoints:"));
        shown.push(line.unwrap_or_default().trim().to_owned());
    }
    assert_eq!(
        shown,
        [
            "10.244.0.2:80,10.244.0.3:80,10.244.0.4:80 + 0 more...",
            "10.244.0.2:80,10.244.0.3:80",
            "10.244.0.2:80",
            ""
        ]
    );
}

#[test]
fn a_service_without_address_or_selector_says_so() {
    let mut cluster = cluster(1);
    let spec = json!({"type": "ExternalName", "externalName": "db.example.com"});
    create(&mut cluster, Kind::Service, &service(&spec));
    check(
        &cluster,
        Kind::Service,
        "web",
        &expect![[r#"
        Name:              web
        Namespace:         default
        Labels:            <none>
        Annotations:       <none>
        Selector:          <none>
        Type:              ExternalName
        IP Families:       <none>
        IP:                
        IPs:               <none>
        External Name:     db.example.com
        Session Affinity:  None
        Events:            <none>
    "#]],
    );
}
