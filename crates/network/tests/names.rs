//! What a client in a pod notices of names.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test says what it expects")]

use api::{Kind, Value};
use cluster::{Cluster, Object};
use network::dns::{
    Hosts, Library, NameResult, Nameserver, Question, RecordData, RecordType, Resolution, ResolvConf, Resolver,
    ResponseCode, Unreachable,
};
use serde_json::json;
use std::net::IpAddr;
use std::rc::Rc;
use testing::{Play, pod, service, with, within};

/// Namespaces `default` and `shop`, a Service `web` in `shop`, an external name and one that leads nowhere in `default`.
fn cluster() -> Cluster {
    let mut cluster = testing::cluster(1);
    cluster.make(Kind::Namespace, &json!({"metadata": {"name": "shop"}}));
    let web = with(service("web"), &json!({"clusterIP": "10.96.7.7"}));
    cluster.make(Kind::Service, &within("shop", web));
    for (name, target) in [("ext", "db.example.com"), ("lost", "nope.default.svc.cluster.local")] {
        let spec = json!({"type": "ExternalName", "externalName": target});
        cluster.make(Kind::Service, &with(service(name), &spec));
    }
    cluster
}

fn resolved(name: &str, conf: &ResolvConf, library: Library) -> Resolution {
    let cluster = cluster();
    let server = Nameserver::new(&cluster);
    let resolver = Resolver {
        hosts: Hosts::default(),
        conf: conf.clone(),
        library,
    };
    resolver.resolve(name, &mut |place, question| server.ask(place, question))
}

fn tried(resolution: &Resolution) -> Vec<&str> {
    resolution.tries.iter().map(|it| it.name.as_str()).collect()
}

#[test]
fn a_short_name_is_tried_below_each_domain() {
    let from_shop = resolved(
        "web",
        &ResolvConf::cluster_first("shop", cluster::Networks::default().dns()),
        Library::Glibc,
    );
    assert_eq!(tried(&from_shop), ["web.shop.svc.cluster.local."]);
    assert_eq!(from_shop.addresses, [IpAddr::from([10, 96, 7, 7])]);

    let from_default = resolved(
        "web",
        &ResolvConf::cluster_first("default", cluster::Networks::default().dns()),
        Library::Glibc,
    );
    assert_eq!(
        tried(&from_default),
        [
            "web.default.svc.cluster.local.",
            "web.svc.cluster.local.",
            "web.cluster.local.",
            "web."
        ]
    );
    assert_eq!(from_default.result, NameResult::NoSuchName);

    let with_namespace = resolved(
        "web.shop",
        &ResolvConf::cluster_first("default", cluster::Networks::default().dns()),
        Library::Glibc,
    );
    assert_eq!(
        tried(&with_namespace),
        ["web.shop.default.svc.cluster.local.", "web.shop.svc.cluster.local."]
    );
    assert_eq!(with_namespace.result, NameResult::Found);
}

#[test]
fn a_dot_at_the_end_or_many_dots_spare_the_search() {
    let conf = ResolvConf::cluster_first("default", cluster::Networks::default().dns());
    let whole = resolved("web.shop.svc.cluster.local.", &conf, Library::Glibc);
    assert_eq!(tried(&whole), ["web.shop.svc.cluster.local."]);
    let four_dots = resolved("web.shop.svc.cluster.local", &conf, Library::Glibc);
    assert_eq!(four_dots.tries.len(), 4, "four dots are fewer than ndots:5");
    let five_dots = resolved("a.b.c.d.example.com", &conf, Library::Glibc);
    assert_eq!(tried(&five_dots).first(), Some(&"a.b.c.d.example.com."));
    assert_eq!(five_dots.tries.len(), 4);
    assert_eq!(
        tried(&resolved("a.b.c.d.example.com", &conf, Library::Musl)),
        ["a.b.c.d.example.com."]
    );
}

#[test]
fn an_external_name_leads_outside() {
    let found = resolved(
        "ext",
        &ResolvConf::cluster_first("default", cluster::Networks::default().dns()),
        Library::Glibc,
    );
    assert_eq!(found.addresses, [IpAddr::from([198, 51, 100, 7])]);
    let answer = &found.tries[0].v4.as_ref().unwrap().answer;
    assert_eq!(answer[0].data, RecordData::Cname("db.example.com.".into()));
}

#[test]
fn libraries_differ_where_a_name_has_no_address() {
    let conf = ResolvConf::cluster_first("default", cluster::Networks::default().dns());
    let musl = resolved("lost", &conf, Library::Musl);
    assert_eq!((musl.tries.len(), musl.result), (1, NameResult::NoAddress));
    let glibc = resolved("lost", &conf, Library::Glibc);
    assert_eq!((glibc.tries.len(), glibc.result), (4, NameResult::NoAddress));
}

#[test]
fn a_node_does_not_know_the_cluster() {
    let conf = ResolvConf::of_node();
    assert_eq!(
        resolved("web.shop.svc.cluster.local", &conf, Library::Glibc).result,
        NameResult::NoSuchName
    );
    assert_eq!(
        resolved("db.example.com", &conf, Library::Glibc).result,
        NameResult::Found
    );
}

#[test]
fn nobody_answers_elsewhere() {
    let conf = ResolvConf {
        nameservers: vec![IpAddr::from([8, 8, 8, 8])],
        ..ResolvConf::cluster_first("default", cluster::Networks::default().dns())
    };
    let resolution = resolved("web", &conf, Library::Glibc);
    assert_eq!(resolution.tries.len(), 1);
    assert_eq!(resolution.result, NameResult::Unreachable(Unreachable::TimedOut));
}

fn web(spec: &Value) -> Rc<Object> {
    let mut cluster = cluster();
    cluster.make(Kind::Pod, &within("shop", with(pod("web", "web"), spec)));
    cluster.get(Kind::Pod, "shop", "web").unwrap()
}

fn file(spec: &Value) -> String {
    ResolvConf::of_pod(&web(spec), cluster::Networks::default().dns()).to_string()
}

#[test]
fn a_pod_knows_itself_and_its_aliases() {
    let pod = web(&json!({
        "hostname": "alpha", "subdomain": "head",
        "hostAliases": [{"ip": "192.0.2.1", "hostnames": ["foo", "foo.example.com"]}],
    }));
    assert_eq!(
        Hosts::of_pod(&pod).to_string(),
        "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n\
         fe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n\
         10.244.0.2\talpha.head.shop.svc.cluster.local\talpha\n\
         \n# Entries added by HostAliases.\n192.0.2.1\tfoo\tfoo.example.com\n"
    );
    let resolver = Resolver::of_pod(&pod, cluster::Networks::default().dns());
    let without_asking = |name: &str| resolver.resolve(name, &mut |_, _| Err(Unreachable::TimedOut)).addresses;
    assert_eq!(without_asking("alpha"), [IpAddr::from([10, 244, 0, 2])]);
    assert_eq!(without_asking("foo.example.com"), [IpAddr::from([192, 0, 2, 1])]);
    assert_eq!(without_asking("10.96.7.7"), [IpAddr::from([10, 96, 7, 7])]);
    assert_eq!(without_asking("web"), [] as [IpAddr; 0]);
}

#[test]
fn a_pod_s_policy_writes_its_resolv_conf() {
    assert_eq!(
        file(&json!({})),
        "search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n"
    );
    assert_eq!(file(&json!({"dnsPolicy": "Default"})), "nameserver 192.168.49.1\n");
    assert_eq!(file(&json!({"hostNetwork": true})), "nameserver 192.168.49.1\n");
    assert_eq!(
        file(&json!({"dnsPolicy": "None", "dnsConfig": {
            "nameservers": ["10.96.0.10", "192.0.2.1"], "searches": ["shop.svc.cluster.local"],
            "options": [{"name": "ndots", "value": "2"}, {"name": "edns0"}],
        }})),
        "search shop.svc.cluster.local\nnameserver 10.96.0.10\nnameserver 192.0.2.1\noptions ndots:2 edns0\n"
    );
    assert_eq!(
        file(&json!({"dnsConfig": {"searches": ["example.com"], "options": [{"name": "ndots", "value": "1"}]}})),
        "search shop.svc.cluster.local svc.cluster.local cluster.local example.com\nnameserver 10.96.0.10\noptions ndots:1\n"
    );
}

#[test]
fn questions_keep_the_case_they_were_asked_in() {
    let cluster = cluster();
    let answer = Nameserver::new(&cluster).answer(&Question {
        name: "WEB.shop.svc.Cluster.Local.".into(),
        kind: RecordType::A,
    });
    assert_eq!(answer.status, ResponseCode::NoError);
    assert_eq!(answer.answer[0].name, "WEB.shop.svc.Cluster.Local.");
}
