//! What the ingress controller did with a request, in words, and what flows through it are called on the page.

use playground::{
    Client, ControllerPlace, FlowSpec, Ingress, Lack, ObjectKey, Outcome, Request, ThroughIngress, WebAddress, World,
};

/// What flows name as their target to ask the ingress controller.
const WORD: &str = "ingress";

pub fn is_for_controller(flow: &FlowSpec) -> bool {
    flow.to == WORD
}

/// The Service that a flow's target asks first.
pub fn asked(world: &World, to: &str) -> Option<ObjectKey> {
    if to == WORD {
        let front = world.ingress.as_ref().and_then(|ingress| ingress.front());
        return Some(front.unwrap_or_else(Ingress::key));
    }
    let (namespace, name) = to.split_once('/')?;
    Some(ObjectKey::new(namespace, name))
}

/// The pods of the controller, which pass requests on by its rules.
pub fn passed_on(world: &World) -> Vec<(Client, ObjectKey)> {
    match world.ingress.as_deref().map(|ingress| (&ingress.place, &ingress.rules)) {
        Some((ControllerPlace::Pods { pods, .. }, rules)) if !rules.is_empty() => pods
            .iter()
            .map(|pod| (Client::Pod(pod.clone()), Ingress::key()))
            .collect(),
        _ => Vec::new(),
    }
}

/// A target of the traffic panel: host and path, then port. Neither host nor path has blanks.
pub fn word(web: &WebAddress, port: u16) -> String {
    format!("{} {} {WORD}:{port}", web.host, web.path)
}

pub fn flow_word(flow: &FlowSpec) -> String {
    if !is_for_controller(flow) {
        return format!("{}:{}", flow.to, flow.port);
    }
    let web = WebAddress {
        host: flow.host.clone().unwrap_or_default(),
        path: flow.path.clone().unwrap_or_else(|| "/".to_owned()),
        tls: false,
    };
    word(&web, flow.port)
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
    let host = flow.host.as_deref().unwrap_or("any host");
    format!("{host}{}", flow.path.as_deref().unwrap_or_default())
}

/// The word beside the stage's marks: the status where the controller answered.
pub fn outcome_word(request: &Request) -> &'static str {
    match (request.outcome, request.status) {
        (Outcome::Gateway, Some(404)) => "404",
        (Outcome::Gateway, Some(502)) => "502",
        (Outcome::Gateway, Some(503)) => "503",
        (Outcome::Gateway, Some(504)) => "504",
        (outcome, _) => outcome.word(),
    }
}

/// The rule that matched: `Ingress shop, shop.example/api`.
fn rule(through: &ThroughIngress) -> String {
    let routing = &through.routing;
    let host = routing.host.as_deref().unwrap_or("*");
    match &routing.rule {
        Some(rule) => match &rule.path {
            Some(path) => format!("Ingress {}, rule {host}{path}", rule.ingress.name),
            None => format!("Ingress {}, its defaultBackend", rule.ingress.name),
        },
        None => format!("no rule for {}", through.address.words()),
    }
}

fn backend(through: &ThroughIngress) -> String {
    let upstream = through.upstream.as_ref();
    upstream.map_or_else(|| "the default backend".to_owned(), playground::Upstream::words)
}

/// Why a request that reached the controller ended as it did; `None` if it did not, or if an endpoint decided.
pub fn why(request: &Request, chosen: Option<&str>) -> Option<String> {
    let through = request.ingress.as_ref()?;
    let (rule, backend) = (rule(through), backend(through));
    let status = request.status.unwrap_or_default();
    let service = through.upstream.as_ref().map_or("", |upstream| &upstream.service.name);
    let port = through.upstream.as_ref().map_or("", |upstream| &upstream.port);
    let address = request
        .backend
        .as_ref()
        .map(|it| it.address().to_string())
        .unwrap_or_default();
    let tried = if through.tries > 1 {
        format!(" after {} tries", through.tries)
    } else {
        String::new()
    };
    Some(match request.outcome {
        Outcome::Answered => format!(
            "{rule} leads to {backend}. nginx sends to its pods itself, not to the Service's address. {}",
            chosen.unwrap_or_default()
        ),
        Outcome::Redirected => {
            format!("{rule}: its host has TLS, so nginx redirects to https ({status}).")
        }
        Outcome::Gateway => match (status, through.lack()) {
            (404, _) => {
                let address = through.address.words();
                format!("No rule of an Ingress matches {address}: nginx' default backend answers 404.")
            }
            (_, Some(Lack::Service)) => format!("{rule}: there is no Service {service}, so nginx answers 503."),
            (_, Some(Lack::Port)) => format!("{rule}: Service {service} has no port {port}, so nginx answers 503."),
            (_, Some(Lack::Endpoints)) => {
                format!("{rule}: no endpoint of {backend} is ready, so nginx answers 503.")
            }
            (_, Some(Lack::Name)) => {
                format!("{rule}: the external name of {service} has no address, so nginx answers 502.")
            }
            (504, None) => format!("{rule}: {address} does not answer, so nginx answers 504{tried}."),
            (_, None) => format!("{rule}: {address} refuses or closes the connection, so nginx answers 502{tried}."),
        },
        _ => return None,
    })
}

/// What an endpoint did that made the controller answer 502 or 504.
pub fn reply(request: &Request, endpoint: &str) -> String {
    match request.status {
        Some(504) => format!("{endpoint} gives no answer in time"),
        _ if request.legs.iter().any(|leg| leg.hop == playground::Hop::AtBackend) => {
            format!("{endpoint} closes the connection without an answer")
        }
        _ => format!("nothing listens on {endpoint}: connection reset"),
    }
}

/// That a request reaches a pod of the controller.
pub fn reaches(request: &Request) -> Option<String> {
    let controller = request.ingress.as_ref()?.controller.as_ref()?;
    Some(format!(
        "request {} goes to the ingress controller, {}",
        request.number, controller.name
    ))
}

/// Where the controller sends a request.
pub fn sends_on(request: &Request) -> Option<String> {
    let through = request.ingress.as_ref()?;
    let to = request.backend.as_ref()?.address();
    let controller = through.controller.as_ref().map_or("nginx", |pod| &pod.name);
    Some(format!("{controller}: {} → {} → {to}", rule(through), backend(through)))
}

/// The controller's own answer.
pub fn told(request: &Request) -> Option<String> {
    let through = request.ingress.as_ref()?;
    let status = request.status?;
    match request.outcome {
        Outcome::Redirected => Some(format!("nginx answers {status}: ask by https")),
        Outcome::Gateway => Some(format!("nginx answers {status}: {}", rule(through))),
        _ => None,
    }
}

/// The Ingress that decided, and its field.
pub fn deciding_field(request: &Request) -> Option<(&ObjectKey, &'static [&'static str], &'static str)> {
    let through = request.ingress.as_ref()?;
    let ingress = &through.routing.rule.as_ref()?.ingress;
    Some((ingress, &["spec", "rules"], "rules"))
}
