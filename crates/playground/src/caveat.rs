//! What the simulation does not yet do as a cluster would, said where it matters.

use api::Kind;
use cluster::{Cluster, Object, at, list};

/// A sentence for each thing in this cluster that requests do not obey here as they would on a real one.
pub fn caveats(cluster: &Cluster) -> Vec<String> {
    let several_nodes = cluster.list(Kind::Node, None).len() > 1;
    let services = cluster.by_creation(Kind::Service);
    services
        .iter()
        .flat_map(|service| of_service(service, several_nodes))
        .collect()
}

fn of_service(service: &Object, several_nodes: bool) -> Vec<String> {
    let spec = |field: &'static str| service.at(&["spec", field]);
    let says = |field: &'static str, word: &str| spec(field) == word;
    let mut sentences = Vec::new();
    let mut say = |applies: bool, what: &str| {
        if applies {
            sentences.push(format!("{}: {what}", service.name()));
        }
    };
    say(
        says("externalTrafficPolicy", "Local"),
        "externalTrafficPolicy Local is not simulated; requests are spread as with Cluster",
    );
    say(
        several_nodes && says("internalTrafficPolicy", "Local"),
        "internalTrafficPolicy Local is not simulated; requests are spread as with Cluster",
    );
    say(
        several_nodes && !spec("trafficDistribution").is_null(),
        "trafficDistribution is not simulated; near endpoints are not preferred",
    );
    say(
        says("type", "LoadBalancer"),
        "no load balancer is simulated; the laptop asks at the node port",
    );
    say(!list(spec("externalIPs")).is_empty(), "external IPs are not simulated");
    say(
        says("type", "ExternalName"),
        "names outside the cluster are not resolved here",
    );
    let ports = list(spec("ports")).iter();
    say(
        ports.into_iter().any(|port| at(port, &["protocol"]) != "TCP"),
        "UDP and SCTP are played as single requests with an answer",
    );
    sentences
}
