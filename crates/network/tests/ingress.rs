//! Where an ingress controller carries requests, by host and path.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use api::Kind;
use cluster::{Cluster, Config, Kubelet};
use network::dataplane::DataPlane;
use network::proxy::ProxyMode;
use network::{
    Client, Door, Flow, Hop, Micros, ObjectKey, Outcome, Pace, Request, Router, Routing, Simulation, Target, Verdict,
    WebAddress, World,
};
use serde_json::{Value, json};
use std::rc::Rc;
use testing::{Play, annotated, deployment, service, with};

fn cluster() -> Cluster {
    let mut cluster = Cluster::new(&Config {
        nodes: 1,
        kubelet: Kubelet::Programs,
        ..Config::default()
    });
    cluster.make(
        Kind::IngressClass,
        &json!({"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "nginx"},
            "spec": {"controller": "k8s.io/ingress-nginx"}}),
    );
    for app in ["web", "api"] {
        cluster.make(Kind::Deployment, &deployment(app, 2));
        cluster.make(Kind::Service, &service(app));
    }
    cluster
}

fn path(path: &str, kind: &str, app: &str) -> Value {
    json!({"path": path, "pathType": kind, "backend": {"service": {"name": app, "port": {"number": 80}}}})
}

fn ingress(name: &str, host: &str, paths: &[Value]) -> Value {
    let mut rule = json!({"http": {"paths": paths}});
    if !host.is_empty() {
        rule["host"] = host.into();
    }
    json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": name},
        "spec": {"ingressClassName": "nginx", "rules": [rule]}})
}

fn routed(cluster: &Cluster, url: &str) -> Routing {
    let (host, path) = url.split_once('/').unwrap();
    let world = World::of(cluster);
    let asked = WebAddress {
        host: host.to_owned(),
        path: format!("/{path}"),
        tls: false,
        ..WebAddress::default()
    };
    world.ingress().unwrap().route(&asked, 80, 0)
}

/// `SERVICE PATH` that a request goes to, or the status that nginx answers itself.
fn goes(cluster: &Cluster, url: &str) -> String {
    let routing = routed(cluster, url);
    let world = World::of(cluster);
    match &routing.verdict {
        Verdict::Send { upstream, path, .. } => {
            let upstream = world.ingress().unwrap().upstream(*upstream).unwrap();
            format!("{} {path}", upstream.service.name)
        }
        _ => routing.own_status().unwrap().to_string(),
    }
}

#[test]
fn paths_are_matched_as_the_controller_matches_them() {
    let mut cluster = cluster();
    let paths = [
        path("/", "Prefix", "web"),
        path("/api", "Prefix", "api"),
        path("/api/static", "Exact", "web"),
        path("/impl", "ImplementationSpecific", "api"),
    ];
    cluster.make(Kind::Ingress, &ingress("shop", "shop.example", &paths));
    for (url, goes_to) in [
        ("shop.example/", "web /"),
        ("shop.example/api", "api /api"),
        ("shop.example/api/", "api /api/"),
        ("shop.example/api/x?q=1", "api /api/x?q=1"),
        ("shop.example/apis", "web /apis"),
        ("shop.example/api/static", "web /api/static"),
        ("shop.example/api/static/", "api /api/static/"),
        ("shop.example/impl/x", "api /impl/x"),
        ("SHOP.example:8080/api", "api /api"),
        ("other.example/", "404"),
    ] {
        assert_eq!(goes(&cluster, url), goes_to, "{url}");
    }
}

#[test]
fn a_wildcard_stands_for_one_label_and_an_exact_host_wins() {
    let mut cluster = cluster();
    cluster.make(
        Kind::Ingress,
        &ingress("any", "*.shop.example", &[path("/", "Prefix", "web")]),
    );
    cluster.make(
        Kind::Ingress,
        &ingress("one", "api.shop.example", &[path("/v1", "Prefix", "api")]),
    );
    assert_eq!(goes(&cluster, "a.shop.example/"), "web /");
    assert_eq!(goes(&cluster, "a.b.shop.example/"), "404");
    assert_eq!(goes(&cluster, "shop.example/"), "404");
    assert_eq!(goes(&cluster, "api.shop.example/v1"), "api /v1");
    // The server of the exact host has no such path; the wildcard's is not asked.
    assert_eq!(goes(&cluster, "api.shop.example/"), "404");
}

#[test]
fn rewrites_and_expressions_apply_to_all_paths_of_their_host() {
    let mut cluster = cluster();
    let rewriting = ingress(
        "api",
        "shop.example",
        &[path("/api(/|$)(.*)", "ImplementationSpecific", "api")],
    );
    let rewriting = annotated(rewriting, "nginx.ingress.kubernetes.io/rewrite-target", "/$2");
    cluster.make(Kind::Ingress, &rewriting);
    cluster.make(
        Kind::Ingress,
        &ingress("web", "shop.example", &[path("/we", "Prefix", "web")]),
    );
    assert_eq!(goes(&cluster, "shop.example/api/v1?x=1"), "api /v1?x=1");
    assert_eq!(goes(&cluster, "shop.example/API"), "api /");
    assert_eq!(goes(&cluster, "shop.example/weird"), "web /weird");
    let all = annotated(
        ingress("all", "a.example", &[path("/x", "Prefix", "api")]),
        "nginx.ingress.kubernetes.io/rewrite-target",
        "/",
    );
    cluster.make(Kind::Ingress, &all);
    assert_eq!(goes(&cluster, "a.example/x/y"), "api /");
}

#[test]
fn default_backends_take_what_no_rule_takes() {
    let mut cluster = cluster();
    let backend = json!({"service": {"name": "web", "port": {"number": 80}}});
    let alone = json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "all"},
        "spec": {"ingressClassName": "nginx", "defaultBackend": backend}});
    assert_eq!(goes(&cluster, "any.example/x"), "404");
    cluster.make(Kind::Ingress, &alone);
    assert_eq!(goes(&cluster, "any.example/x"), "web /x");
    let both = with(
        ingress("api", "api.example", &[path("/v1", "Prefix", "api")]),
        &json!({"defaultBackend": backend}),
    );
    cluster.make(Kind::Ingress, &both);
    assert_eq!(goes(&cluster, "api.example/other"), "web /other");
}

#[test]
fn tls_redirects_unless_the_annotation_says_no() {
    let mut cluster = cluster();
    let tls = json!({"tls": [{"hosts": ["shop.example"], "secretName": "cert"}]});
    let shop = with(ingress("shop", "shop.example", &[path("/", "Prefix", "web")]), &tls);
    cluster.make(Kind::Ingress, &shop);
    let routing = routed(&cluster, "shop.example/x");
    assert_eq!(
        routing.verdict,
        Verdict::Redirect {
            status: 308,
            location: "https://shop.example/x".to_owned()
        }
    );
    cluster.change(Kind::Ingress, "shop", |it| {
        it["metadata"]["annotations"] = json!({"nginx.ingress.kubernetes.io/ssl-redirect": "false"});
    });
    assert_eq!(goes(&cluster, "shop.example/x"), "web /x");
}

#[test]
fn a_missing_service_port_or_endpoint_is_503() {
    let mut cluster = cluster();
    cluster.make(
        Kind::Ingress,
        &ingress(
            "shop",
            "shop.example",
            &[path("/a", "Prefix", "nobody"), path("/b", "Prefix", "api")],
        ),
    );
    assert_eq!(goes(&cluster, "shop.example/a"), "503");
    cluster.change(Kind::Service, "api", |it| it["spec"]["ports"][0]["port"] = 8080.into());
    // nginx also takes the target port, which is 80 still.
    assert_eq!(goes(&cluster, "shop.example/b"), "api /b");
    cluster.change(Kind::Service, "api", |it| {
        it["spec"]["ports"][0]["targetPort"] = 8080.into();
    });
    assert_eq!(goes(&cluster, "shop.example/b"), "503");
    cluster.change(Kind::Service, "api", |it| {
        it["spec"]["selector"] = json!({"app": "none"});
    });
    cluster.change(Kind::Ingress, "shop", |it| {
        it["spec"]["rules"][0]["http"]["paths"][1]["backend"]["service"]["port"]["number"] = 8080.into();
    });
    assert_eq!(goes(&cluster, "shop.example/b"), "503");
}

#[test]
fn status_and_events_say_who_serves_it() {
    let mut cluster = cluster();
    cluster.make(
        Kind::Ingress,
        &ingress("shop", "shop.example", &[path("/", "Prefix", "web")]),
    );
    let shop = cluster.get(Kind::Ingress, "default", "shop").unwrap();
    assert_eq!(
        shop.value["status"]["loadBalancer"],
        json!({"ingress": [{"ip": "192.168.49.2"}]})
    );
    let events = cluster.list(Kind::Event, None);
    let synced: Vec<_> = events.iter().filter(|it| it.value["reason"] == "Sync").collect();
    assert_eq!(synced.len(), 1);
    assert_eq!(synced[0].value["message"], "Scheduled for sync");
    assert_eq!(synced[0].value["source"]["component"], "nginx-ingress-controller");
    let other = with(
        ingress("other", "b.example", &[path("/", "Prefix", "web")]),
        &json!({"ingressClassName": "traefik"}),
    );
    cluster.make(Kind::Ingress, &other);
    let other = cluster.get(Kind::Ingress, "default", "other").unwrap();
    assert_eq!(other.value["status"]["loadBalancer"], json!({}));
    assert_eq!(goes(&cluster, "b.example/"), "404");
}

fn asked(cluster: &Cluster, host: &str, path: &str) -> Vec<Request> {
    let plane = DataPlane::new(Rc::new(World::of(cluster)), ProxyMode::default());
    let mut simulation = Simulation::new(7, Pace::WATCHED, Rc::new(plane));
    let flow = Flow {
        client: Client::Outside,
        target: Target {
            service: Router::ingress_key(),
            port: 80,
            web: Some(WebAddress {
                host: host.to_owned(),
                path: path.to_owned(),
                tls: false,
                ..WebAddress::default()
            }),
            door: Door::default(),
        },
        start: Micros::ZERO,
        every: Micros::from_millis(100),
        count: Some(40),
        keep_alive: false,
    };
    simulation.set_flows(Micros::ZERO, vec![flow.clone()]);
    simulation.run(Micros::from_seconds(10));
    let requests = simulation.requests().to_vec();
    let tally = simulation.tally(Micros::ZERO, &flow, 400, Pace::UNSTRETCHED);
    assert_eq!(
        tally.outcomes.keys().next(),
        requests.first().map(|request| &request.outcome)
    );
    requests
}

fn hops(request: &Request) -> Vec<Hop> {
    request.legs.iter().map(|leg| leg.hop).collect()
}

#[test]
fn requests_go_from_the_controller_to_pods_not_to_the_cluster_ip() {
    let mut cluster = cluster();
    cluster.make(
        Kind::Ingress,
        &ingress("shop", "shop.example", &[path("/", "Prefix", "web")]),
    );
    let requests = asked(&cluster, "shop.example", "/");
    assert_eq!(requests.len(), 40);
    let mut pods: Vec<String> = Vec::new();
    for request in &requests {
        assert_eq!(request.outcome, Outcome::Answered);
        assert_eq!(request.dialled.unwrap().1, 80);
        assert_eq!(request.route.rule, None, "no rule of kube-proxy decides");
        pods.push(request.backend.as_ref().unwrap().name());
    }
    pods.sort();
    pods.dedup();
    assert_eq!(pods.len(), 2, "{pods:?}");
    assert_eq!(
        requests[0]
            .routed
            .as_ref()
            .unwrap()
            .routing
            .rule
            .as_ref()
            .unwrap()
            .object,
        ObjectKey::new("default", "shop")
    );
    assert_eq!(
        hops(&requests[0]),
        [
            Hop::ToService,
            Hop::ToBackend,
            Hop::AtBackend,
            Hop::FromBackend,
            Hop::FromService
        ]
    );
    let lost = asked(&cluster, "other.example", "/");
    assert_eq!((lost[0].outcome, lost[0].status), (Outcome::Gateway, Some(404)));
    assert_eq!(hops(&lost[0]), [Hop::ToService, Hop::FromService]);
}

#[test]
fn a_pod_that_refuses_is_502_only_if_no_other_answers() {
    let mut cluster = cluster();
    cluster.make(
        Kind::Service,
        &with(service("web"), &json!({"ports": [{"port": 80, "targetPort": 8080}]})).with_name("closed"),
    );
    cluster.make(
        Kind::Ingress,
        &ingress("shop", "shop.example", &[path("/", "Prefix", "closed")]),
    );
    let requests = asked(&cluster, "shop.example", "/");
    assert_eq!((requests[0].outcome, requests[0].status), (Outcome::Gateway, Some(502)));
    assert_eq!(requests[0].routed.as_ref().unwrap().tries, 2);
    assert!(requests[0].backend.is_some());
}

trait Named {
    fn with_name(self, name: &str) -> Self;
}

impl Named for Value {
    fn with_name(mut self, name: &str) -> Self {
        self["metadata"]["name"] = name.into();
        self
    }
}

fn controller() -> Value {
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "ingress-nginx-controller"}, "spec": {
        "selector": {"matchLabels": {"app": "ingress"}},
        "template": {"metadata": {"labels": {"app": "ingress"}}, "spec": {"containers": [{
            "name": "controller", "image": "registry.k8s.io/ingress-nginx/controller:v1.15.1@sha256:594c",
            "args": ["/nginx-ingress-controller", "--publish-service=$(POD_NAMESPACE)/front"],
        }]}},
    }})
}

#[test]
fn a_controller_of_the_text_is_reached_by_its_service() {
    let mut cluster = cluster();
    cluster.make(Kind::Deployment, &controller());
    let front = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "front"}, "spec": {
        "type": "NodePort", "selector": {"app": "ingress"}, "ports": [{"port": 80, "targetPort": 80}]}});
    cluster.make(Kind::Service, &front);
    cluster.make(
        Kind::Ingress,
        &ingress("shop", "shop.example", &[path("/", "Prefix", "web")]),
    );
    let requests = asked(&cluster, "shop.example", "/");
    assert_eq!(requests[0].outcome, Outcome::Answered);
    assert!(requests[0].routed.as_ref().unwrap().controller.is_some());
    assert_eq!(
        hops(&requests[0]),
        [
            Hop::ToService,
            Hop::ToController,
            Hop::ToBackend,
            Hop::AtBackend,
            Hop::FromBackend,
            Hop::FromController,
            Hop::FromService
        ]
    );
    let address = |cluster: &Cluster| {
        let shop = cluster.get(Kind::Ingress, "default", "shop").unwrap();
        shop.value["status"]["loadBalancer"].to_string()
    };
    let cluster_ip = cluster.get(Kind::Service, "default", "front").unwrap().value["spec"]["clusterIP"].clone();
    assert_eq!(address(&cluster), json!({"ingress": [{"ip": cluster_ip}]}).to_string());
}
