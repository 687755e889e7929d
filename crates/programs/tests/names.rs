//! What `nslookup` and `dig` print.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use api::Kind;
use cluster::{Cluster, Config, RequestOptions};
use network::dns::{Nameserver, ResolvConf};
use programs::{dig, nslookup};
use proptest::prelude::*;
use serde_json::json;

/// A Service `web` and an external name `ext` in `default`.
fn cluster() -> Cluster {
    let mut cluster = Cluster::new(&Config {
        nodes: 1,
        seed: 1,
        ..Config::default()
    });
    for (name, spec) in [
        ("web", json!({"clusterIP": "10.96.7.7", "ports": [{"port": 80}]})),
        ("ext", json!({"type": "ExternalName", "externalName": "db.example.com"})),
    ] {
        let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec});
        cluster
            .create(Kind::Service, "default", &service, RequestOptions::default())
            .unwrap();
        cluster.settle();
    }
    cluster
}

fn looked_up(words: &str) -> (String, String, i32) {
    let cluster = cluster();
    let server = Nameserver::new(&cluster);
    let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
    let conf = ResolvConf::cluster_first("default", cluster::Networks::default().dns());
    let printed = nslookup(&words, "", &conf, &mut |place, question| server.ask(place, question));
    (printed.stdout, printed.stderr, printed.exit)
}

#[test]
fn nslookup_tells_of_servers_that_do_not_answer() {
    let (stdout, stderr, exit) = looked_up("web 192.0.2.1");
    let silence = ";; communications error to 192.0.2.1#53: timed out\n".repeat(3);
    assert_eq!(stdout, format!("{silence};; no servers could be reached\n\n"));
    assert_eq!((stderr.as_str(), exit), ("", 1));
    let (stdout, stderr, exit) = looked_up("web nobody");
    assert_eq!(
        (stdout.as_str(), stderr.as_str(), exit),
        ("", "nslookup: couldn't get address for 'nobody': not found\n", 1)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn programs_end_whatever_they_are_asked(
        words in prop::collection::vec("[-+@]?[a-z.=*\\\\0-9:@ ]{0,12}|web|ext|-type=srv|\\PC{0,6}", 0..4),
        stdin in "(set |server )?[a-z=.]{0,9}\n?",
    ) {
        let cluster = cluster();
        let server = Nameserver::new(&cluster);
        let conf = ResolvConf::cluster_first("default", cluster::Networks::default().dns());
        nslookup(&words, &stdin, &conf, &mut |place, question| server.ask(place, question));
        dig(&words, 0, &conf, &mut |place, question| server.ask(place, question));
    }
}
