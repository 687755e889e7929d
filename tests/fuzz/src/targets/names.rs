//! Names: a question to the cluster's DNS, and a name as a program in a pod resolves it.

use api::Kind;
use cluster::{Cluster, Config, Kubelet};
use network::dns::{DATAGRAM, Nameserver, Question, ResolvConf, ResponseCode, hostname};
use std::cell::OnceCell;

const OBJECTS: [&str; 6] = [
    "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"web-1\", \"labels\": {\"app\": \"web\"}}, \"spec\": {\"containers\": [{\"name\": \"c\", \"image\": \"nginx\", \"ports\": [{\"name\": \"http\", \"containerPort\": 80}]}]}}",
    "{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {\"name\": \"web\"}, \"spec\": {\"selector\": {\"app\": \"web\"}, \"ipFamilyPolicy\": \"PreferDualStack\", \"ports\": [{\"name\": \"http\", \"port\": 80}, {\"name\": \"dns\", \"port\": 53, \"protocol\": \"UDP\"}]}}",
    "{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {\"name\": \"headless\"}, \"spec\": {\"clusterIP\": \"None\", \"selector\": {\"app\": \"web\"}, \"ports\": [{\"name\": \"http\", \"port\": 80}]}}",
    "{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {\"name\": \"out\"}, \"spec\": {\"type\": \"ExternalName\", \"externalName\": \"db.example.com\"}}",
    "{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {\"name\": \"loop\"}, \"spec\": {\"type\": \"ExternalName\", \"externalName\": \"loop.default.svc.cluster.local\"}}",
    "{\"apiVersion\": \"apps/v1\", \"kind\": \"StatefulSet\", \"metadata\": {\"name\": \"set\"}, \"spec\": {\"serviceName\": \"headless\", \"replicas\": 2, \"selector\": {\"matchLabels\": {\"app\": \"web\"}}, \"template\": {\"metadata\": {\"labels\": {\"app\": \"web\"}}, \"spec\": {\"containers\": [{\"name\": \"c\", \"image\": \"nginx\"}]}}}}",
];

thread_local! {
    static CLUSTER: OnceCell<Cluster> = const { OnceCell::new() };
}

fn made() -> Cluster {
    let mut cluster = Cluster::new(&Config {
        nodes: 2,
        kubelet: Kubelet::Programs,
        ..Config::default()
    });
    for object in OBJECTS {
        let object: api::Value = serde_json::from_str(object).unwrap();
        kubectl::admit(&mut cluster, &object, "STDIN").unwrap();
    }
    cluster.settle();
    cluster.advance(30);
    cluster
}

pub fn run(input: &[u8]) {
    CLUSTER.with(|cell| asked(cell.get_or_init(made), &String::from_utf8_lossy(input)));
}

fn asked(cluster: &Cluster, text: &str) {
    let (name, kind) = text.rsplit_once(' ').unwrap_or((text, "A"));
    let server = Nameserver::new(cluster);
    if let Ok(kind) = kind.parse() {
        let question = Question {
            name: if name.ends_with('.') {
                name.to_owned()
            } else {
                format!("{name}.")
            },
            kind,
        };
        let message = server.answer(&question);
        assert!(
            message.status == ResponseCode::NoError || message.answer.is_empty(),
            "{message:?}"
        );
        for record in message
            .answer
            .iter()
            .chain(&message.authority)
            .chain(&message.additional)
        {
            assert!(!record.to_string().is_empty());
        }
        let length = message.length(&question);
        let datagram = message.datagram(&question, DATAGRAM, 0);
        assert!(datagram.length <= DATAGRAM.max(length));
        assert!(
            datagram.truncated || datagram.length == length,
            "{} {length}",
            datagram.length
        );
        assert_eq!(message.clone().shuffled(7).answer.len(), message.answer.len());
    }
    let pods = cluster.list(Kind::Pod, Some("default"));
    if let Some(pod) = pods.first() {
        let dns = cluster.networks().dns();
        let _ = (hostname(pod), ResolvConf::of_pod(pod, dns));
        let resolver = network::dns::Resolver::of_pod(pod, dns);
        let resolution = resolver.resolve(name, &mut |place, question| server.ask(place, question));
        assert!(resolution.tries.len() <= 8, "{} tries", resolution.tries.len());
        let found: Vec<_> = resolution.tries.iter().flat_map(network::dns::Try::addresses).collect();
        let hosts = resolver.hosts.addresses(name);
        assert!(
            resolution
                .addresses
                .iter()
                .all(|it| found.contains(it) || hosts.contains(it) || name.parse() == Ok(*it))
        );
    }
}
