//! Sentences about the ingress controller: who serves an Ingress, and what is not as on a cluster.

use api::Kind;
use cluster::{Cluster, IngressController, Object};
use std::rc::Rc;

/// The annotations that the controller follows, or that change nothing of what is played.
const FOLLOWED: [&str; 13] = [
    "rewrite-target",
    "use-regex",
    "ssl-redirect",
    "force-ssl-redirect",
    "service-upstream",
    "permanent-redirect",
    "temporal-redirect",
    "proxy-body-size",
    "proxy-buffer-size",
    "proxy-buffering",
    "client-body-buffer-size",
    "enable-access-log",
    "enable-rewrite-log",
];
const PREFIX: &str = "nginx.ingress.kubernetes.io/";

/// What a learner has to know of the Ingresses in view.
pub(crate) fn caveats(cluster: &Cluster) -> Vec<String> {
    let mut sentences: Vec<String> = Vec::new();
    let ingresses = cluster.list(Kind::Ingress, None);
    if ingresses.is_empty() {
        return sentences;
    }
    let controller = cluster.ingress_controller();
    let is_served = |ingress: &Rc<Object>| controller.as_ref().is_some_and(|it| cluster.serves(it, ingress));
    let (served, unserved): (Vec<_>, Vec<_>) = ingresses.iter().partition(|ingress| is_served(ingress));
    sentences.extend(nobody_serves(&unserved, controller.as_ref()));
    if let Some(controller) = controller.as_ref().filter(|_| !served.is_empty()) {
        sentences.extend(of_controller(controller));
        let rules = served.iter().flat_map(|ingress| ingress.spec().field("rules").items());
        let host = rules
            .map(|rule| rule.field("host").text())
            .find(|host| !host.is_empty());
        sentences.extend(host.map(|host| {
            format!(
                "no name server knows {host}: the laptop's requests carry it as their Host header, as `curl -H 'Host: {host}'` does"
            )
        }));
    }
    sentences.extend(served.iter().filter_map(|ingress| unfollowed(ingress)));
    sentences
}

fn nobody_serves(unserved: &[&Rc<Object>], controller: Option<&IngressController>) -> Option<String> {
    let first = unserved.first()?;
    let whose = match unserved.len() {
        1 => format!("Ingress {}", first.name()),
        many => format!("Ingress {} and {} more", first.name(), many - 1),
    };
    let why = match controller {
        None => "no ingress controller runs here, until there is an IngressClass with controller k8s.io/ingress-nginx",
        Some(_) => "the ingress controller here serves other classes",
    };
    Some(format!(
        "nobody serves {whose}, so ADDRESS stays empty and no request goes by it: {why}"
    ))
}

fn of_controller(controller: &IngressController) -> Option<String> {
    match &controller.pods {
        None => Some(
            "the ingress controller is built in: ingress-nginx on the first node, as `minikube addons enable ingress` \
             brings it, without its pods; on a cluster an IngressClass alone brings no controller"
                .to_owned(),
        ),
        Some(pods) if pods.is_empty() => {
            Some("no pod of the ingress controller is ready: nobody carries requests from an Ingress".to_owned())
        }
        Some(_) => None,
    }
}

fn unfollowed(ingress: &Object) -> Option<String> {
    let annotations = ingress.metadata().field("annotations").entries();
    let names = annotations.filter_map(|(name, _)| name.strip_prefix(PREFIX));
    let names: Vec<&str> = names.filter(|name| !FOLLOWED.contains(name)).collect();
    let joined = names.join(", ");
    (!names.is_empty()).then(|| {
        format!(
            "{}: the ingress controller here does not follow {joined}",
            ingress.name()
        )
    })
}
