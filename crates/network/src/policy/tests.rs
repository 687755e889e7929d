//! Each rule of NetworkPolicySpec.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::World;
use api::Kind;
use cluster::Cluster;
use serde_json::{Value, json};
use testing::{Play, cluster, pod, with, within};

/// `web` and `db` of `default` and `shop`; `web` names its port 8080.
fn clusters(specs: &[Value]) -> Cluster {
    let mut cluster = cluster(1);
    let shop =
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"team": "shop"}}});
    cluster.make(Kind::Namespace, &shop);
    let containers = json!({"containers": [{
        "name": "web", "image": "nginx", "ports": [{"name": "http", "containerPort": 8080}],
    }]});
    for namespace in ["default", "shop"] {
        for app in ["web", "db"] {
            let spec = if app == "web" { containers.clone() } else { json!({}) };
            cluster.make(Kind::Pod, &within(namespace, with(pod(app, app), &spec)));
        }
    }
    for (number, spec) in specs.iter().enumerate() {
        let name = format!("policy-{number}");
        let policy = json!({
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": {"name": name, "namespace": "default"}, "spec": spec,
        });
        cluster.make(Kind::NetworkPolicy, &policy);
    }
    cluster
}

fn find<'a>(world: &'a World, path: &str) -> Option<&'a Pod> {
    let (namespace, name) = path.split_once('/')?;
    world.pod(&ObjectKey::new(namespace, name))
}

/// Who drops a packet between ends that are `NAMESPACE/POD` or an address: `""` or a direction with policies.
fn dropped(specs: &[Value], from: &str, to: &str, transport: Transport, port: u16) -> String {
    let world = World::of(&clusters(specs));
    let end = |path: &str| -> (Option<Pod>, IpAddr) {
        let pod = find(&world, path).cloned();
        let address = pod.as_ref().and_then(|pod| pod.ip);
        (pod, address.unwrap_or_else(|| path.parse().unwrap()))
    };
    let ((sender, source), (receiver, destination)) = (end(from), end(to));
    let denial = |direction, pod: Option<&Pod>, address, other| {
        let remote = Remote { address, pod: other };
        world.policies.denial(direction, pod?, remote, transport, port)
    };
    let (sender, receiver) = (sender.as_ref(), receiver.as_ref());
    let denial = denial(Direction::Egress, sender, destination, receiver)
        .or_else(|| denial(Direction::Ingress, receiver, source, sender));
    denial.map_or_else(String::new, |denial| {
        let names: Vec<&str> = denial.policies.iter().map(|it| &*it.name).collect();
        format!("{} {}", denial.direction.word(), names.join(" "))
    })
}

const TCP: Transport = Transport::Port(Protocol::Tcp);
const UDP: Transport = Transport::Port(Protocol::Udp);

/// Whether a request of `from` to `default/web` passes at TCP port 8080, with one policy for `web`.
fn comes_in(ingress: &Value, from: &str) -> bool {
    let spec = json!({"podSelector": {"matchLabels": {"app": "web"}}, "ingress": ingress});
    dropped(&[spec], from, "default/web", TCP, 8080).is_empty()
}

/// Whether a packet of `default/web` passes, with one policy for what it sends.
fn goes_out(egress: &Value, to: &str, transport: Transport, port: u16) -> bool {
    let spec = json!({"podSelector": {}, "policyTypes": ["Egress"], "egress": egress});
    dropped(&[spec], "default/web", to, transport, port).is_empty()
}

#[test]
fn without_a_policy_that_selects_it_a_pod_is_open() {
    let other = json!({"podSelector": {"matchLabels": {"app": "db"}}});
    assert_eq!(dropped(&[], "default/db", "default/web", TCP, 80), "");
    assert_eq!(
        dropped(std::slice::from_ref(&other), "default/web", "shop/web", TCP, 80),
        ""
    );
    assert_eq!(
        dropped(std::slice::from_ref(&other), "shop/web", "default/web", TCP, 80),
        ""
    );
    assert_eq!(dropped(&[other], "shop/web", "default/db", TCP, 80), "Ingress policy-0");
}

#[test]
fn a_policy_selects_pods_of_its_own_namespace_alone() {
    let deny = json!({"podSelector": {}});
    assert_eq!(
        dropped(std::slice::from_ref(&deny), "default/db", "default/web", TCP, 80),
        "Ingress policy-0"
    );
    assert_eq!(dropped(&[deny], "default/db", "shop/web", TCP, 80), "");
}

#[test]
fn policy_types_say_which_way_a_policy_concerns() {
    let all = |spec: Value| with(json!({"spec": {"podSelector": {}}}), &spec)["spec"].clone();
    let of = |spec: Value, from: &str, to: &str| dropped(&[all(spec)], from, to, TCP, 80);
    // By default ingress, and egress where there are egress rules.
    assert_eq!(of(json!({}), "default/web", "shop/web"), "");
    assert_eq!(
        of(
            json!({"egress": [{"ports": [{"port": 443}]}]}),
            "default/web",
            "shop/web"
        ),
        "Egress policy-0"
    );
    assert_eq!(
        of(json!({"egress": [{}]}), "shop/web", "default/web"),
        "Ingress policy-0"
    );
    let egress = json!({"policyTypes": ["Egress"]});
    assert_eq!(of(egress.clone(), "shop/web", "default/web"), "");
    assert_eq!(of(egress, "default/web", "192.168.49.1"), "Egress policy-0");
    let both = json!({"policyTypes": ["Ingress", "Egress"]});
    assert_eq!(of(both.clone(), "shop/web", "default/web"), "Ingress policy-0");
    assert_eq!(of(both, "default/web", "shop/web"), "Egress policy-0");
    assert_eq!(
        of(
            json!({"policyTypes": ["Ingress"], "egress": []}),
            "default/web",
            "shop/web"
        ),
        ""
    );
}

#[test]
fn peers_are_pods_by_label_of_pod_and_namespace() {
    let from = |peers: Value, from: &str| comes_in(&json!([{"from": peers}]), from);
    let db = json!({"matchLabels": {"app": "db"}});
    let shop = json!({"matchLabels": {"team": "shop"}});
    // podSelector alone: of the policy's namespace.
    assert!(from(json!([{"podSelector": db}]), "default/db"));
    assert!(!from(json!([{"podSelector": db}]), "shop/db"));
    assert!(from(json!([{"podSelector": {}}]), "default/db"));
    // namespaceSelector alone: all pods there.
    assert!(from(json!([{"namespaceSelector": shop}]), "shop/web"));
    assert!(!from(json!([{"namespaceSelector": shop}]), "default/db"));
    assert!(from(json!([{"namespaceSelector": {}}]), "default/db"));
    // Both in one peer: both must match. In two peers: either.
    let both = json!([{"namespaceSelector": shop, "podSelector": db}]);
    assert!(from(both.clone(), "shop/db"));
    assert!(!from(both.clone(), "shop/web") && !from(both, "default/db"));
    let either = json!([{"namespaceSelector": shop}, {"podSelector": db}]);
    assert!(from(either.clone(), "shop/web") && from(either, "default/db"));
    let named = json!([{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}}]);
    assert!(from(named, "shop/db"));
    let expression =
        json!([{"podSelector": {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["db"]}]}}]);
    assert!(!from(expression, "default/db"));
    // Who is no pod matches no selector.
    assert!(!from(json!([{"namespaceSelector": {}}]), "192.168.49.1"));
}

#[test]
fn an_empty_list_of_peers_or_ports_lets_all_through_and_an_empty_list_of_rules_nothing() {
    assert!(comes_in(&json!([{}]), "192.168.49.1"));
    assert!(comes_in(&json!([{"from": []}]), "shop/db"));
    assert!(!comes_in(&json!([]), "shop/db"));
    assert!(!comes_in(&Value::Null, "shop/db"));
    let rule = json!([{"from": [{"podSelector": {}}], "ports": [{"port": 80}]}]);
    assert!(!comes_in(&rule, "default/db"), "peer and port must match");
}

#[test]
fn blocks_hold_addresses_but_for_their_exceptions() {
    let from = |block: Value, from: &str| comes_in(&json!([{"from": [{"ipBlock": block}]}]), from);
    assert!(from(json!({"cidr": "192.168.49.0/24"}), "192.168.49.1"));
    assert!(!from(json!({"cidr": "192.168.50.0/24"}), "192.168.49.1"));
    let except = json!({"cidr": "192.168.0.0/16", "except": ["192.168.49.0/24", "192.168.50.0/24"]});
    assert!(!from(except.clone(), "192.168.49.1"));
    assert!(from(except, "192.168.51.1"));
    // A pod has an address, too.
    assert!(from(json!({"cidr": "10.244.0.0/16"}), "shop/db"));
    assert!(from(json!({"cidr": "0.0.0.0/0"}), "shop/db"));
    assert!(!from(json!({"cidr": "::/0"}), "shop/db"));
}

#[test]
fn ports_are_numbers_ranges_and_names_of_the_pod_that_the_packet_goes_to() {
    let out = |ports: Value, to: &str, transport, port| goes_out(&json!([{"ports": ports}]), to, transport, port);
    assert!(out(json!([{"port": 80}]), "shop/db", TCP, 80));
    assert!(!out(json!([{"port": 80}]), "shop/db", TCP, 81));
    assert!(
        !out(json!([{"port": 80}]), "shop/db", UDP, 80),
        "TCP is meant where nothing is said"
    );
    assert!(out(json!([{"port": 53, "protocol": "UDP"}]), "shop/db", UDP, 53));
    assert!(out(json!([{"port": 443}, {"port": 80}]), "shop/db", TCP, 80));
    assert!(
        out(json!([{"protocol": "UDP"}]), "shop/db", UDP, 9999),
        "without a port, all of the protocol"
    );
    for (port, passes) in [
        (31999, false),
        (32000, true),
        (32500, true),
        (32768, true),
        (32769, false),
    ] {
        let range = json!([{"port": 32000, "endPort": 32768}]);
        assert_eq!(out(range, "shop/db", TCP, port), passes, "{port}");
    }
    let http = || json!([{"port": "http"}]);
    assert!(out(http(), "shop/web", TCP, 8080));
    assert!(!out(http(), "shop/web", TCP, 80));
    assert!(!out(http(), "shop/db", TCP, 8080), "that pod has no port of this name");
    assert!(!out(http(), "192.168.49.1", TCP, 8080), "and who is no pod has none");
    assert!(comes_in(&json!([{"ports": [{"port": "http"}]}]), "shop/db"));
}

#[test]
fn an_echo_request_has_no_port() {
    assert!(goes_out(&json!([{}]), "shop/db", Transport::Echo, 0));
    assert!(!goes_out(
        &json!([{"ports": [{"protocol": "TCP"}]}]),
        "shop/db",
        Transport::Echo,
        0
    ));
}

#[test]
fn rules_of_all_policies_add_up_and_all_that_isolate_are_named() {
    let deny = json!({"podSelector": {}});
    let allow = json!({
        "podSelector": {"matchLabels": {"app": "web"}},
        "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "db"}}}]}],
    });
    let both = [deny, allow];
    assert_eq!(dropped(&both, "default/db", "default/web", TCP, 80), "");
    assert_eq!(
        dropped(&both, "shop/db", "default/web", TCP, 80),
        "Ingress policy-0 policy-1"
    );
    assert_eq!(dropped(&both, "shop/db", "default/db", TCP, 80), "Ingress policy-0");
}

#[test]
fn a_pod_reaches_itself_whatever_policies_say() {
    let deny = json!({"podSelector": {}, "policyTypes": ["Ingress", "Egress"]});
    assert_eq!(dropped(&[deny], "default/web", "default/web", TCP, 80), "");
}

#[test]
fn a_pod_on_its_node_s_network_is_not_selected() {
    let mut cluster = clusters(&[json!({"podSelector": {}, "policyTypes": ["Ingress", "Egress"]})]);
    cluster.make(Kind::Pod, &with(pod("agent", "agent"), &json!({"hostNetwork": true})));
    let world = World::of(&cluster);
    let agent = find(&world, "default/agent").unwrap();
    assert_eq!(world.policies.isolating(agent, Direction::Ingress).count(), 0);
    assert_eq!(world.policies.dns_denial(agent, Protocol::Udp), None);
}

#[test]
fn the_cluster_s_dns_counts_as_the_pods_of_kube_dns() {
    let asks = |egress: Value| {
        let spec = json!({"podSelector": {}, "policyTypes": ["Egress"], "egress": egress});
        let world = World::of(&clusters(&[spec]));
        let web = find(&world, "default/web").unwrap();
        world.policies.dns_denial(web, Protocol::Udp).is_none()
    };
    let udp = json!([{"port": 53, "protocol": "UDP"}]);
    let system = json!({"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}});
    let dns = json!({"matchLabels": {"k8s-app": "kube-dns"}});
    assert!(!asks(json!([])));
    assert!(asks(json!([{"ports": udp}])));
    assert!(
        !asks(json!([{"ports": [{"port": 53}]}])),
        "over TCP alone no resolver asks first"
    );
    assert!(asks(json!([{"to": [{"namespaceSelector": system}], "ports": udp}])));
    assert!(asks(
        json!([{"to": [{"namespaceSelector": system, "podSelector": dns}]}])
    ));
    assert!(asks(json!([{"to": [{"namespaceSelector": {}}]}])));
    assert!(
        !asks(json!([{"to": [{"podSelector": dns}]}])),
        "it is in another namespace"
    );
    // The plugin sees the pod behind the cluster IP.
    assert!(!asks(json!([{"to": [{"ipBlock": {"cidr": "10.96.0.10/32"}}]}])));
    assert!(asks(json!([{"to": [{"ipBlock": {"cidr": "10.244.0.0/16"}}]}])));
}
