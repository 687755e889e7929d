//! The sentences of each outcome: why a request ended so, and what its endpoint did.

use crate::ingress;
use crate::requests::client;
use playground::{Denial, Direction, Hop, Outcome, Request, World};

/// Why a request ended as it did; `chosen` says why it went to its endpoint, where it went to one.
pub fn why(request: &Request, world: &World, chosen: Option<String>) -> String {
    if let Some(told) = ingress::why(request, chosen.as_deref()) {
        return told;
    }
    let service = &request.target.service.name;
    let backend = request.backend.as_ref();
    let name = backend.map(playground::Backend::name).unwrap_or_default();
    match request.outcome {
        Outcome::Answered => chosen.unwrap_or_default(),
        Outcome::Failed => format!("{name} answered that it failed: HTTP status {}.", status(request)),
        Outcome::EmptyReply if is_unheard(request) => {
            format!("Nothing listens where the forwarded port leads in {name}: kubectl closes the connection.")
        }
        Outcome::EmptyReply => format!("{name} closed the connection without an answer."),
        Outcome::RefusedNoEndpoints => format!("{service} has no ready endpoints: the node's rule rejects at once."),
        Outcome::RefusedNoPort => format!(
            "{service} has no port {}: the node's rule rejects at once.",
            request.target.port
        ),
        Outcome::RefusedNotListening => match backend {
            None => format!("The request reached the node itself, where nothing listens: no rule leads to {service}."),
            Some(backend) => format!(
                "The request reached the pod, but nothing listens on {}: the connection is reset.",
                backend.address()
            ),
        },
        Outcome::TimedOut if request.route.denial.is_some() => kept_back(request).unwrap_or_default(),
        Outcome::TimedOut => {
            let from = backend.map_or_else(|| service.to_string(), |backend| backend.address().to_string());
            format!("Nothing came back from {from}.")
        }
        Outcome::Closed => format!("{name} was gone before it could answer."),
        Outcome::NameNotFound => {
            let known = world.service(&request.target.service);
            let why = known.and_then(playground::why_no_address);
            why.unwrap_or_else(|| format!("There is no Service {service}, so its name has no address."))
        }
        Outcome::Redirected | Outcome::Gateway => String::new(),
    }
}

/// Which policies dropped a request, and where; `None` if none did.
pub fn kept_back(request: &Request) -> Option<String> {
    let denial: &Denial = request.route.denial.as_deref()?;
    let (policies, port) = (denial.policies_words(), denial.port_words());
    let (who, service) = (client(&request.client), &request.target.service.name);
    let pod = &denial.pod.name;
    Some(match (request.dialled, denial.direction) {
        (None, _) => format!(
            "No rule of {policies} lets {who} ask the cluster's DNS at {port}: the name {service} gets no answer."
        ),
        (Some(_), Direction::Egress) => format!(
            "No rule of {policies} lets {who} send to {} at {port}: the packet is dropped as it leaves.",
            denial.remote
        ),
        (Some(_), Direction::Ingress) => {
            format!("No rule of {policies} lets {who} in to {pod} at {port}: the packet is dropped there.")
        }
    })
}

/// What the endpoint at an address sends back, as the hops of the request say it.
pub fn reply(request: &Request, address: &str) -> String {
    match request.outcome {
        Outcome::Answered => format!("{address} answers"),
        Outcome::Failed => format!("{address} answers with HTTP status {}", status(request)),
        Outcome::EmptyReply if is_unheard(request) => {
            format!("nothing listens on {address}: the kubelet ends the stream")
        }
        Outcome::EmptyReply => format!("{address} closes the connection without an answer"),
        Outcome::Closed => format!("{address} is gone: the connection breaks"),
        Outcome::RefusedNotListening
        | Outcome::RefusedNoEndpoints
        | Outcome::RefusedNoPort
        | Outcome::TimedOut
        | Outcome::NameNotFound
        | Outcome::Redirected => format!("nothing listens on {address}: connection reset"),
        Outcome::Gateway => ingress::reply(request, address),
    }
}

/// What a pod sends back, as a sentence that names the request.
pub fn told_reply(request: &Request, pod: &str) -> String {
    let number = request.number;
    match request.outcome {
        Outcome::Answered => format!("{pod} answers request {number}"),
        Outcome::Failed => format!("{pod} answers request {number} with HTTP status {}", status(request)),
        Outcome::EmptyReply if is_unheard(request) => {
            format!("nothing listens where the forwarded port leads in {pod}: request {number} gets no answer")
        }
        Outcome::EmptyReply => format!("{pod} closes the connection of request {number} without an answer"),
        Outcome::Closed => format!("{pod} is gone: request {number} is cut off"),
        Outcome::Gateway => format!("{}: request {number} fails", ingress::reply(request, pod)),
        Outcome::RefusedNotListening
        | Outcome::RefusedNoEndpoints
        | Outcome::RefusedNoPort
        | Outcome::TimedOut
        | Outcome::NameNotFound
        | Outcome::Redirected => {
            let address = request.backend.as_ref().map(|it| it.address().to_string());
            format!(
                "nothing listens on {}: {pod} refuses request {number}",
                address.unwrap_or_default()
            )
        }
    }
}

/// Whether a forwarded port led it to a port that nobody listens on.
fn is_unheard(request: &Request) -> bool {
    request.target.is_forwarded() && !request.legs.iter().any(|leg| leg.hop == Hop::AtBackend)
}

/// What a Service's rule sends back; `None` if it was not the rule that decided.
pub fn told_rejection(request: &Request) -> Option<String> {
    let missing = match request.outcome {
        Outcome::RefusedNoEndpoints => "endpoints",
        Outcome::RefusedNoPort => "such port",
        Outcome::Answered
        | Outcome::Failed
        | Outcome::EmptyReply
        | Outcome::RefusedNotListening
        | Outcome::TimedOut
        | Outcome::Closed
        | Outcome::NameNotFound => return None,
        Outcome::Redirected | Outcome::Gateway => return ingress::told(request),
    };
    let (service, number) = (&request.target.service.name, request.number);
    Some(format!("{service} has no {missing}: request {number} is refused"))
}

/// The field of the Service that decided where a request went, and the words for it.
pub fn deciding_field(outcome: Outcome) -> (&'static [&'static str], &'static str) {
    match outcome {
        Outcome::RefusedNotListening => (&["spec", "ports"], "ports"),
        _ => (&["spec", "selector"], "selector"),
    }
}

fn status(request: &Request) -> u16 {
    request.status.unwrap_or_default()
}
