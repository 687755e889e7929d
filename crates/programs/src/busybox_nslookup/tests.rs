use super::{busybox_nslookup, old_busybox_nslookup};
use crate::ProgramOutput;
use api::Kind;
use expect_test::{Expect, expect};
use network::dns::{Nameserver, ResolvConf};
use serde_json::json;
use testing::{Play, cluster};

fn check(
    program: impl FnOnce(&[String], &ResolvConf, &Nameserver<'_>) -> ProgramOutput,
    words: &str,
    expected: &Expect,
) {
    let mut cluster = cluster(1);
    cluster.make(
        Kind::Service,
        &json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "default"},
            "spec": {"clusterIP": "10.96.7.7", "ports": [{"port": 80}]}}),
    );
    let conf = ResolvConf::cluster_first("default", cluster.networks().dns());
    let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
    let printed = program(&words, &conf, &Nameserver::new(&cluster));
    expected.assert_eq(&format!("{}{}exit {}", printed.stdout, printed.stderr, printed.exit));
}

fn check_new(words: &str, expected: &Expect) {
    check(
        |words, conf, server| busybox_nslookup(words, conf, &mut |place, question| server.ask(place, question)),
        words,
        expected,
    );
}

#[test]
fn all_search_domains_are_asked_and_one_that_fails_fails_the_command() {
    check_new(
        "web",
        &expect![[r#"
        Server:		10.96.0.10
        Address:	10.96.0.10:53

        Name:	web.default.svc.cluster.local
        Address: 10.96.7.7

        ** server can't find web.svc.cluster.local: NXDOMAIN

        ** server can't find web.cluster.local: NXDOMAIN


        ** server can't find web.svc.cluster.local: NXDOMAIN

        ** server can't find web.cluster.local: NXDOMAIN

        exit 1"#]],
    );
    check_new(
        "-type=a web",
        &expect![[r#"
        Server:		10.96.0.10
        Address:	10.96.0.10:53

        Name:	web.default.svc.cluster.local
        Address: 10.96.7.7

        ** server can't find web.svc.cluster.local: NXDOMAIN

        ** server can't find web.cluster.local: NXDOMAIN

        exit 1"#]],
    );
}

#[test]
fn a_name_with_a_dot_is_asked_as_it_is() {
    check_new(
        "web.default",
        &expect![[r#"
        Server:		10.96.0.10
        Address:	10.96.0.10:53

        ** server can't find web.default: NXDOMAIN

        ** server can't find web.default: NXDOMAIN

        exit 1"#]],
    );
    check_new(
        "web.default.svc.cluster.local",
        &expect![[r#"
        Server:		10.96.0.10
        Address:	10.96.0.10:53

        Name:	web.default.svc.cluster.local
        Address: 10.96.7.7


        exit 0"#]],
    );
}

#[test]
fn addresses_lead_to_names() {
    check_new(
        "10.96.7.7",
        &expect![[r#"
        Server:		10.96.0.10
        Address:	10.96.0.10:53

        7.7.96.10.in-addr.arpa	name = web.default.svc.cluster.local

        exit 0"#]],
    );
}

#[test]
fn wrong_words_are_refused() {
    check_new(
        "-type=foo web",
        &expect![[r#"
        nslookup: invalid query type "foo"
        exit 1"#]],
    );
    check_new(
        "",
        &expect![[r#"
        BusyBox v1.37.0 multi-call binary.

        Usage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]

        Query DNS about HOST

        QUERY_TYPE: soa,ns,a,aaaa,cname,mx,txt,ptr,srv,any
        exit 1"#]],
    );
    check_new(
        "web 192.0.2.1",
        &expect![[r#"
        ;; connection timed out; no servers could be reached

        exit 1"#]],
    );
}

#[test]
fn old_versions_resolve_as_programs_do() {
    let old = |words: &[String], conf: &ResolvConf, server: &Nameserver<'_>| {
        let resolve = |host: &str| {
            if host.starts_with("web") {
                vec![[10, 96, 7, 7].into()]
            } else {
                Vec::new()
            }
        };
        old_busybox_nslookup(words, conf, &resolve, &mut |place, question| {
            server.ask(place, question)
        })
    };
    check(
        old,
        "web",
        &expect![[r#"
        Server:    10.96.0.10
        Address 1: 10.96.0.10

        Name:      web
        Address 1: 10.96.7.7 web.default.svc.cluster.local
        exit 0"#]],
    );
    check(
        old,
        "nope",
        &expect![[r#"
        Server:    10.96.0.10
        Address 1: 10.96.0.10

        nslookup: can't resolve 'nope'
        exit 1"#]],
    );
}
