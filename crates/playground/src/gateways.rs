//! Sentences about Gateways: who serves them, and what is not as on a cluster.

use api::Kind;
use cluster::{Cluster, GATEWAY_GROUP, Gateway, Object};
use std::collections::BTreeSet;
use std::rc::Rc;

/// The filters that are followed.
const FOLLOWED: [&str; 4] = [
    "RequestRedirect",
    "URLRewrite",
    "RequestHeaderModifier",
    "ResponseHeaderModifier",
];
/// What a rule may have besides, which nothing here follows.
const UNFOLLOWED: [&str; 3] = ["timeouts", "retry", "sessionPersistence"];

/// What a learner has to know of the Gateways and routes in view.
pub(crate) fn caveats(cluster: &Cluster) -> Vec<String> {
    let kinds: Vec<Kind> = cluster
        .custom_kinds()
        .filter(|kind| kind.group() == GATEWAY_GROUP)
        .collect();
    if kinds.is_empty() {
        return Vec::new();
    }
    let objects = |name: &str| {
        let kind = kinds.iter().find(|kind| kind.name() == name);
        kind.map(|kind| cluster.list(*kind, None)).unwrap_or_default()
    };
    let (classes, written, routes) = (objects("GatewayClass"), objects("Gateway"), objects("HTTPRoute"));
    let served = cluster.gateways();
    let mut sentences: Vec<String> = { kinds.iter() }
        .filter(|kind| kind.name().ends_with("Route") && kind.name() != "HTTPRoute")
        .filter(|kind| !cluster.list(**kind, None).is_empty())
        .map(|kind| {
            format!(
                "nobody carries requests by a {} here; HTTPRoutes are carried",
                kind.name()
            )
        })
        .collect();
    let is_served = |gateway: &Rc<Object>| served.iter().any(|it| it.object.key == gateway.key);
    sentences.extend(written.iter().filter(|it| !is_served(it)).map(|it| unserved(it)));
    sentences.extend(routes.iter().filter_map(|route| without_gateway(route, &written)));
    if served.is_empty() {
        return sentences;
    }
    sentences.extend(built_in(&classes, &served));
    sentences.extend(faults(&served));
    sentences.extend(routes.iter().filter_map(|route| unfollowed(route)));
    sentences
}

fn unserved(gateway: &Object) -> String {
    let class = gateway.spec().field("gatewayClassName").text();
    format!(
        "nobody serves Gateway {}, so no request goes by it: there is no GatewayClass {class}, which a controller serves",
        gateway.name()
    )
}

fn without_gateway(route: &Object, gateways: &[Rc<Object>]) -> Option<String> {
    let parents = route.spec().field("parentRefs");
    let is_there = |name: &str| gateways.iter().any(|it| it.name() == name);
    let mut names = parents.items().map(|parent| parent.field("name").text());
    let missing = match names.next() {
        None => "it names no Gateway in parentRefs".to_owned(),
        Some(first) if !is_there(first) && !names.any(is_there) => format!("there is no Gateway {first}"),
        Some(_) => return None,
    };
    let name = route.name();
    Some(format!("nobody carries requests by HTTPRoute {name}: {missing}"))
}

fn built_in(classes: &[Rc<Object>], served: &[Gateway]) -> Vec<String> {
    let of_class = |class: &Rc<Object>| class.spec().field("controllerName").text().to_owned();
    let controllers: BTreeSet<String> = classes.iter().map(of_class).collect();
    let controllers = controllers.into_iter().collect::<Vec<_>>().join(", ");
    let mut sentences = vec![format!(
        "the gateway controller is built in and stands for {controllers}: each Gateway is a process of the first node at an \
         address of its own, without the pods and the Service that such a controller makes; where the Gateway API leaves \
         something open, it does as Envoy Gateway does"
    )];
    let hosts = { served.iter() }
        .flat_map(|gateway| &gateway.listeners)
        .flat_map(|listener| &listener.routes)
        .flat_map(|route| &route.hosts);
    let host = { hosts }.find(|host| !host.is_empty() && !host.starts_with('*'));
    sentences.extend(host.map(|host| {
        format!(
            "no name server knows {host}: the laptop's requests carry it as their Host header, as `curl -H 'Host: {host}'` does"
        )
    }));
    sentences
}

fn faults(served: &[Gateway]) -> Vec<String> {
    let mut sentences = Vec::new();
    for gateway in served {
        let name = gateway.object.name();
        if gateway.address.is_none() {
            sentences.push(format!(
                "Gateway {name} has no address: the laptop's network leads 203.0.113.0/24 here, and not what it asks for"
            ));
        }
        for listener in &gateway.listeners {
            if let Some(fault) = &listener.fault {
                let of = &listener.name;
                sentences.push(format!(
                    "listener {of} of Gateway {name} serves nobody: {}",
                    fault.message
                ));
            }
        }
    }
    sentences
}

fn unfollowed(route: &Object) -> Option<String> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for rule in route.spec().field("rules").items() {
        names.extend(UNFOLLOWED.iter().filter(|field| rule.field(field).is_set()));
        let backends = rule.field("backendRefs").items();
        names.extend(
            backends
                .filter(|it| !it.field("filters").is_empty())
                .map(|_| "filters of backends"),
        );
        let filters = rule.field("filters").items().map(|filter| filter.field("type").text());
        names.extend(filters.filter(|name| !FOLLOWED.contains(name)));
    }
    let joined = names.into_iter().collect::<Vec<_>>().join(", ");
    let name = route.name();
    (!joined.is_empty()).then(|| format!("HTTPRoute {name}: the gateway controller here does not follow {joined}"))
}
