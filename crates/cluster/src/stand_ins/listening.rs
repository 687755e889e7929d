//! What containers listen on.

use crate::store::Object;
use api::Fields;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListeningPort {
    pub port: u16,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: String,
    /// Whether it listens on the loopback address alone, so that only the pod itself reaches it.
    pub loopback_only: bool,
}

/// Annotation of the playground: what a pod's containers listen on, as in `8080,9090/UDP,127.0.0.1:6060`.
pub const LISTENS: &str = "playground/listens";

/// What a pod's containers listen on: by its annotation, else by what is known of its images.
///
/// Differs: a real cluster cannot tell. `containerPort` opens nothing, here as there.
pub fn listening_ports(pod: &Object) -> Vec<ListeningPort> {
    if let Some(text) = pod.annotation(LISTENS) {
        return text.split(',').filter_map(|word| listening_port(word.trim())).collect();
    }
    let containers = pod.spec().field("containers").list().iter();
    containers
        .filter_map(|container| container.field("image").as_text())
        .flat_map(of_image)
        .collect()
}

fn listening_port(word: &str) -> Option<ListeningPort> {
    let (address, protocol) = word.split_once('/').unwrap_or((word, "TCP"));
    let (loopback_only, port) = match address.trim().split_once(':') {
        Some((host, port)) => (["127.0.0.1", "localhost"].contains(&host), port),
        None => (false, address),
    };
    Some(ListeningPort {
        port: port.trim().parse().ok()?,
        protocol: protocol.trim().to_uppercase(),
        loopback_only,
    })
}

fn of_image(image: &str) -> Vec<ListeningPort> {
    let path = image.split('@').next().unwrap_or_default();
    let name = path
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .split(':')
        .next()
        .unwrap_or_default();
    let words: &[&str] = match name {
        "nginx" => &["80"],
        "redis" => &["6379"],
        "mysql" => &["3306"],
        "coredns" => &["53", "53/UDP"],
        _ => &[],
    };
    words.iter().filter_map(|word| listening_port(word)).collect()
}
