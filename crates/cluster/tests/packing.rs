//! How endpoints are packed into slices, hinted and mirrored.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use api::Kind;
use cluster::{Cluster, Object};
use serde_json::{Value, json};
use std::rc::Rc;
use testing::{Play, cluster, deployment, service, with};

fn slices(cluster: &Cluster) -> Vec<Rc<Object>> {
    let mut slices = cluster.list(Kind::EndpointSlice, Some("default"));
    slices.retain(|it| it.label("kubernetes.io/service-name") == Some("web"));
    slices.sort_by_key(|it| it.order);
    slices
}

fn sizes(cluster: &Cluster) -> Vec<usize> {
    let slices = slices(cluster);
    let mut sizes: Vec<usize> = slices.iter().map(|it| it.field("endpoints").list().len()).collect();
    sizes.sort_unstable();
    sizes
}

/// Each endpoint's zone, and the zones and nodes in its hints.
fn hints(cluster: &Cluster) -> Vec<String> {
    let all = slices(cluster);
    let mut hints: Vec<String> = all
        .iter()
        .flat_map(|it| it.field("endpoints").list())
        .map(|it| format!("{} {}", it["zone"].as_str().unwrap_or("-"), it["hints"]))
        .collect();
    hints.sort();
    hints
}

fn events(cluster: &Cluster, reason: &str) -> Vec<String> {
    let events = cluster.list(Kind::Event, Some("default"));
    let events = events.iter().filter(|it| it.field("reason") == reason);
    events
        .map(|it| {
            format!(
                "{} {}",
                it.field("type").as_text().unwrap(),
                it.field("message").as_text().unwrap()
            )
        })
        .collect()
}

#[test]
fn new_endpoints_go_into_slices_that_change_anyway_and_then_where_they_fit_best() {
    let mut cluster = cluster(3);
    cluster.make(Kind::Service, &service("web"));
    cluster.make(Kind::Deployment, &deployment("web", 250));
    assert_eq!(sizes(&cluster), [50, 100, 100]);
    cluster.change(Kind::Deployment, "web", |it| it["spec"]["replicas"] = 290.into());
    assert_eq!(
        sizes(&cluster),
        [90, 100, 100],
        "the last slice has room for all of them"
    );
    cluster.change(Kind::Deployment, "web", |it| it["spec"]["replicas"] = 305.into());
    assert_eq!(
        sizes(&cluster),
        [15, 90, 100, 100],
        "no slice has room for all of them, so they get one of their own"
    );
    cluster.change(Kind::Deployment, "web", |it| it["spec"]["replicas"] = 0.into());
    assert_eq!(sizes(&cluster), [0], "a placeholder");
}

#[test]
fn hints_prefer_the_same_zone_or_node() {
    let mut cluster = cluster(2);
    cluster.make(Kind::Deployment, &deployment("web", 2));
    cluster.make(
        Kind::Service,
        &with(service("web"), &json!({"trafficDistribution": "PreferSameNode"})),
    );
    assert_eq!(
        hints(&cluster),
        [
            r#"zone-a {"forNodes":[{"name":"node-1"}],"forZones":[{"name":"zone-a"}]}"#,
            r#"zone-b {"forNodes":[{"name":"node-2"}],"forZones":[{"name":"zone-b"}]}"#
        ]
    );
    cluster.change(Kind::Service, "web", |it| {
        it["spec"]["trafficDistribution"] = "PreferSameZone".into();
    });
    assert_eq!(
        hints(&cluster),
        [
            r#"zone-a {"forZones":[{"name":"zone-a"}]}"#,
            r#"zone-b {"forZones":[{"name":"zone-b"}]}"#
        ]
    );
    cluster.change(Kind::Service, "web", |it| {
        it["spec"].as_object_mut().unwrap().remove("trafficDistribution");
    });
    assert_eq!(hints(&cluster), ["zone-a null", "zone-b null"]);
}

#[test]
fn the_annotation_divides_endpoints_among_zones_by_their_processors() {
    let mut cluster = cluster(3);
    cluster.make(Kind::Deployment, &deployment("web", 6));
    let mut by_topology = with(service("web"), &json!({"trafficDistribution": "PreferClose"}));
    by_topology["metadata"]["annotations"] = json!({"service.kubernetes.io/topology-mode": "Auto"});
    cluster.make(Kind::Service, &by_topology);
    let of = |zone: &str| format!(r#"{zone} {{"forZones":[{{"name":"{zone}"}}]}}"#);
    let two_each: Vec<String> = ["zone-a", "zone-b", "zone-c"]
        .into_iter()
        .flat_map(|it| [of(it), of(it)])
        .collect();
    assert_eq!(hints(&cluster), two_each);
    assert_eq!(
        events(&cluster, "TopologyAwareHintsEnabled"),
        ["Normal Topology Aware Hints has been enabled, addressType: IPv4"]
    );
    cluster.change(Kind::Deployment, "web", |it| it["spec"]["replicas"] = 2.into());
    assert!(
        hints(&cluster).iter().all(|it| it.ends_with(" null")),
        "nor by its trafficDistribution"
    );
    assert_eq!(
        events(&cluster, "TopologyAwareHintsDisabled")
            .last()
            .map(String::as_str),
        Some("Warning Insufficient number of endpoints (2 endpoints, 3 zones), addressType: IPv4")
    );
}

fn endpoints(addresses: usize) -> Value {
    let addresses: Vec<Value> = (0..addresses)
        .map(|it| json!({"ip": format!("10.20.{}.{}", it / 250, it % 250 + 1)}))
        .collect();
    json!({"metadata": {"name": "web", "labels": {"a": "b"}, "annotations": {"note": "x"}},
        "subsets": [{"addresses": addresses, "ports": [{"name": "http", "port": 80}, {"name": "alt", "port": 81, "appProtocol": "h2"}]}]})
}

#[test]
fn endpoints_written_by_hand_are_mirrored() {
    let mut cluster = cluster(1);
    let mut selectorless = service("web");
    selectorless["spec"].as_object_mut().unwrap().remove("selector");
    cluster.make(Kind::Service, &selectorless);
    cluster.make(Kind::Endpoints, &endpoints(2));
    let [slice] = slices(&cluster).try_into().unwrap();
    assert_eq!((slice.label("a"), slice.annotation("note")), (Some("b"), Some("x")));
    let ports: Vec<i64> = slice
        .field("ports")
        .list()
        .iter()
        .map(|it| it["port"].as_i64().unwrap())
        .collect();
    assert_eq!(ports, [81, 80], "as their hashes are");
    cluster.change(Kind::Endpoints, "web", |it| {
        it["metadata"]["labels"]["endpointslice.kubernetes.io/skip-mirror"] = "true".into();
    });
    assert_eq!(slices(&cluster).len(), 0);
    cluster.change(Kind::Endpoints, "web", |it| {
        it["metadata"]["labels"]["endpointslice.kubernetes.io/skip-mirror"] = "false".into();
    });
    assert_eq!(sizes(&cluster), [2]);
}

#[test]
fn at_most_a_thousand_addresses_of_a_subset_are_mirrored() {
    let mut cluster = cluster(1);
    let mut selectorless = service("web");
    selectorless["spec"].as_object_mut().unwrap().remove("selector");
    cluster.make(Kind::Service, &selectorless);
    cluster.make(Kind::Endpoints, &endpoints(1005));
    assert_eq!(sizes(&cluster), [1000], "all in one slice");
    assert_eq!(
        events(&cluster, "TooManyAddressesToMirror"),
        [
            "Warning A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 5 addresses were skipped"
        ]
    );
}

#[test]
fn endpoints_of_many_pods_are_truncated_and_annotated() {
    let mut cluster = cluster(10);
    cluster.make(Kind::Service, &service("web"));
    cluster.make(Kind::Deployment, &deployment("web", 1010));
    let kept = cluster.get(Kind::Endpoints, "default", "web").unwrap();
    assert_eq!(
        kept.annotation("endpoints.kubernetes.io/over-capacity"),
        Some("truncated")
    );
    assert_eq!(
        kept.field("subsets").list()[0]["addresses"].as_array().unwrap().len(),
        1000
    );
    cluster.change(Kind::Deployment, "web", |it| {
        it["spec"]["replicas"] = 1000.into();
    });
    let kept = cluster.get(Kind::Endpoints, "default", "web").unwrap();
    assert_eq!(kept.annotation("endpoints.kubernetes.io/over-capacity"), None);
}

#[test]
fn a_label_on_endpoints_stays_until_their_service_is_reconciled() {
    let mut cluster = cluster(1);
    cluster.make(Kind::Service, &service("web"));
    cluster.change(Kind::Endpoints, "web", |it| {
        it["metadata"]["labels"]["mine"] = "yes".into();
    });
    let label = |cluster: &Cluster| {
        let endpoints = cluster.get(Kind::Endpoints, "default", "web").unwrap();
        endpoints.label("mine").map(str::to_owned)
    };
    assert_eq!(label(&cluster).as_deref(), Some("yes"));
    cluster.make(Kind::Deployment, &deployment("web", 1));
    assert_eq!(label(&cluster), None);
}
