//! What the ingress controller or a Gateway did with a request, in words, and what flows through them are called on the page.

use crate::say;
use playground::{
    Client, ControllerPlace, FlowSpec, Lack, ObjectKey, Outcome, Request, Router, ThroughRouter, Verdict, WebAddress,
    World, read_router,
};

/// Whether a flow asks the ingress controller or a Gateway.
pub fn is_for_router(flow: &FlowSpec) -> bool {
    read_router(&flow.to).is_some()
}

/// The Service that a flow's target asks first.
pub fn asked(world: &World, to: &str) -> Option<ObjectKey> {
    if let Some(key) = read_router(to) {
        return world.router(&key).map(|router| router.front().unwrap_or(key));
    }
    let (namespace, name) = to.split_once('/')?;
    Some(ObjectKey::new(namespace, name))
}

/// The pods of the controller, which pass requests on by its rules.
pub fn passed_on(world: &World) -> Vec<(Client, ObjectKey)> {
    match world.ingress().map(|ingress| (&ingress.place, &ingress.rules)) {
        Some((ControllerPlace::Pods { pods, .. }, rules)) if !rules.is_empty() => pods
            .iter()
            .map(|pod| (Client::Pod(pod.clone()), Router::ingress_key()))
            .collect(),
        _ => Vec::new(),
    }
}

/// By what a router carries requests.
pub fn means(router: &ObjectKey) -> &'static str {
    if *router == Router::ingress_key() {
        "Ingress"
    } else {
        "Gateway"
    }
}

/// A target of the traffic panel: host and path, then router and port. None of them has blanks.
pub fn word(web: &WebAddress, to: &str, port: u16) -> String {
    format!("{} {} {to}:{port}", web.host, web.path)
}

pub fn flow_word(flow: &FlowSpec) -> String {
    if !is_for_router(flow) {
        return format!("{}:{}", flow.to, flow.port);
    }
    let web = WebAddress {
        host: flow.host.clone().unwrap_or_default(),
        path: flow.path.clone().unwrap_or_else(|| "/".to_owned()),
        ..WebAddress::default()
    };
    word(&web, &flow.to, flow.port)
}

/// Host, path and the rest of a target.
pub fn read_word(word: &str) -> (Option<String>, Option<String>, &str) {
    let mut parts = word.splitn(3, ' ');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(host), Some(path), Some(rest)) => (
            Some(host.to_owned()).filter(|host| !host.is_empty()),
            Some(path.to_owned()).filter(|path| path != "/"),
            rest,
        ),
        _ => (None, None, word),
    }
}

pub fn flow_words(flow: &FlowSpec) -> String {
    let host = flow.host.as_deref().unwrap_or(say::ingress_any_host());
    format!("{host}{}", flow.path.as_deref().unwrap_or_default())
}

/// The word beside the stage's marks: the status where the controller answered.
pub fn outcome_word(request: &Request) -> &'static str {
    match (request.outcome, request.status) {
        (Outcome::Gateway, Some(404)) => "404",
        (Outcome::Gateway, Some(500)) => "500",
        (Outcome::Gateway, Some(502)) => "502",
        (Outcome::Gateway, Some(503)) => "503",
        (Outcome::Gateway, Some(504)) => "504",
        (outcome, _) => crate::outcome_word::outcome_word(outcome),
    }
}

/// The rule that matched: `Ingress shop, shop.example/api`.
fn rule(through: &ThroughRouter) -> String {
    let routing = &through.routing;
    let host = routing.host.as_deref().unwrap_or("*");
    match &routing.rule {
        Some(rule) => match &rule.path {
            Some(path) => say::ingress_rule(&rule.kind, &rule.object.name, &host, &path),
            None => say::ingress_default(&rule.kind, &rule.object.name),
        },
        None => say::ingress_no_rule(&through.address.words()),
    }
}

fn backend(through: &ThroughRouter) -> String {
    let upstream = through.upstream.as_ref();
    upstream.map_or_else(
        || say::ingress_default_backend().to_owned(),
        playground::Upstream::words,
    )
}

/// Why a request that reached the controller ended as it did; `None` if it did not, or if an endpoint decided.
pub fn why(request: &Request, chosen: Option<&str>) -> Option<String> {
    let through = request.routed.as_ref()?;
    let (rule, backend, server) = (rule(through), backend(through), through.server());
    let status = request.status.unwrap_or_default();
    let service = through.upstream.as_ref().map_or("", |upstream| &upstream.service.name);
    let port = through.upstream.as_ref().map_or("", |upstream| &upstream.port);
    let address = request
        .backend
        .as_ref()
        .map(|it| it.address().to_string())
        .unwrap_or_default();
    let tried = if through.tries > 1 {
        say::ingress_tries(&through.tries)
    } else {
        String::new()
    };
    Some(match request.outcome {
        Outcome::Answered => say::ingress_leads(&rule, &backend, &capitalized(server), &chosen.unwrap_or_default()),
        Outcome::Redirected => say::ingress_redirects(&rule, &server, &redirected_to(through), &status),
        Outcome::Gateway => match (status, through.lack()) {
            (404, _) => {
                let address = through.address.words();
                match server {
                    "nginx" => say::ingress_unmatched(&address),
                    _ => say::ingress_unmatched_route(&address, &server),
                }
            }
            (500, _) => say::ingress_unresolved(&rule, &unresolved(through), &server),
            (_, Some(Lack::Service)) => say::ingress_no_service(&rule, &service, &server),
            (_, Some(Lack::Port)) => say::ingress_no_port(&rule, &service, &port, &server),
            (_, Some(Lack::Endpoints)) => say::ingress_none_ready(&rule, &backend, &server),
            (_, Some(Lack::Name)) => say::ingress_no_name(&rule, &service, &server),
            (504, None) => say::ingress_silent(&rule, &address, &server, &tried),
            (_, None) => say::ingress_refused(&rule, &address, &server, &tried),
        },
        _ => return None,
    })
}

/// What an endpoint did that made the controller answer 502 or 504.
pub fn reply(request: &Request, endpoint: &str) -> String {
    match request.status {
        Some(504) => say::ingress_late(&endpoint),
        _ if request.legs.iter().any(|leg| leg.hop == playground::Hop::AtBackend) => say::ingress_closed(&endpoint),
        _ => say::ingress_reset(&endpoint),
    }
}

/// That a request reaches a pod of the controller.
pub fn reaches(request: &Request) -> Option<String> {
    let controller = request.routed.as_ref()?.controller.as_ref()?;
    Some(say::ingress_goes(&request.number, &controller.name))
}

/// Where the controller sends a request.
pub fn sends_on(request: &Request) -> Option<String> {
    let through = request.routed.as_ref()?;
    let to = request.backend.as_ref()?.address();
    let controller = through.controller.as_ref().map_or(through.server(), |pod| &pod.name);
    Some(format!("{controller}: {} → {} → {to}", rule(through), backend(through)))
}

/// The controller's own answer.
pub fn told(request: &Request) -> Option<String> {
    let through = request.routed.as_ref()?;
    let (status, server) = (request.status?, through.server());
    match request.outcome {
        Outcome::Redirected => Some(say::ingress_ask_at(&server, &status, &redirected_to(through))),
        Outcome::Gateway => Some(say::ingress_answers(&server, &status, &rule(through))),
        _ => None,
    }
}

/// The Ingress or HTTPRoute that decided, and its field.
pub fn deciding_field(request: &Request) -> Option<(&'static str, &ObjectKey, &'static [&'static str], &'static str)> {
    let through = request.routed.as_ref()?;
    let rule = through.routing.rule.as_ref()?;
    Some((rule.kind, &rule.object, &["spec", "rules"], "rules"))
}

fn redirected_to(through: &ThroughRouter) -> &str {
    match &through.routing.verdict {
        Verdict::Redirect { location, .. } => location,
        _ => "https",
    }
}

fn unresolved(through: &ThroughRouter) -> &str {
    match &through.routing.verdict {
        Verdict::Unresolved { why } => why,
        _ => say::ingress_no_backend(),
    }
}

fn capitalized(words: &str) -> String {
    let mut chars = words.chars();
    match (words, chars.next()) {
        // As its makers write it.
        ("nginx", _) | (_, None) => words.to_owned(),
        (_, Some(first)) => first.to_ascii_uppercase().to_string() + chars.as_str(),
    }
}
