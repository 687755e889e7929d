//! The sentences of each outcome: why a request ended so, and what its endpoint did.

use crate::ingress;
use crate::requests::client;
use crate::say;
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
        Outcome::Failed => say::why_failed(&name, &status(request)),
        Outcome::EmptyReply if is_unheard(request) => say::why_forward(&name),
        Outcome::EmptyReply => say::why_empty(&name),
        Outcome::RefusedNoEndpoints => say::why_no_endpoints(&service),
        Outcome::RefusedNoPort => say::why_no_port(&service, &request.target.port),
        Outcome::RefusedNotListening => match backend {
            None => say::why_node(&service),
            Some(backend) => say::why_not_listening(&backend.address()),
        },
        Outcome::TimedOut | Outcome::Gateway if request.route.denial.is_some() => {
            kept_back(request).unwrap_or_default()
        }
        Outcome::TimedOut => {
            let from = backend.map_or_else(|| service.to_string(), |backend| backend.address().to_string());
            say::why_lost(&from)
        }
        Outcome::Closed => say::why_gone(&name),
        Outcome::NameNotFound => {
            let known = world.service(&request.target.service);
            let why = known.and_then(playground::why_no_address);
            why.map_or_else(|| say::why_no_name(&service), |why| say::translated(&why).into_owned())
        }
        Outcome::Gateway if request.target.is_proxied() => {
            let address = backend.map(|it| it.address().to_string()).unwrap_or_default();
            say::why_no_proxy(&address, &status(request))
        }
        Outcome::Redirected | Outcome::Gateway => String::new(),
    }
}

/// Which policies dropped a request, and where; `None` if none did.
pub fn kept_back(request: &Request) -> Option<String> {
    let denial: &Denial = request.route.denial.as_deref()?;
    let (policies, port) = (denial.policies_words(), denial.port_words());
    let (policies, port) = (say::translated(&policies), say::translated(&port));
    let (who, service) = (client(&request.client), &request.target.service.name);
    let pod = &denial.pod.name;
    Some(match (request.dialled, denial.direction) {
        (None, _) => say::why_policy_name(&policies, &who, &port, &service),
        (Some(_), Direction::Egress) => say::why_policy_out(&policies, &who, &denial.remote, &port),
        (Some(_), Direction::Ingress) => say::why_policy_in(&policies, &who, &pod, &port),
    })
}

/// What the endpoint at an address sends back, as the hops of the request say it.
pub fn reply(request: &Request, address: &str) -> String {
    match request.outcome {
        Outcome::Answered => say::end_answers(&address),
        Outcome::Failed => say::end_fails(&address, &status(request)),
        Outcome::EmptyReply if is_unheard(request) => say::end_stream(&address),
        Outcome::EmptyReply => say::end_empty(&address),
        Outcome::Closed => say::end_gone(&address),
        Outcome::RefusedNotListening
        | Outcome::RefusedNoEndpoints
        | Outcome::RefusedNoPort
        | Outcome::TimedOut
        | Outcome::NameNotFound
        | Outcome::Redirected => say::end_reset(&address),
        Outcome::Gateway => ingress::reply(request, address),
    }
}

/// What a pod sends back, as a sentence that names the request.
pub fn told_reply(request: &Request, pod: &str) -> String {
    let number = request.number;
    match request.outcome {
        Outcome::Answered => say::told_answers(&pod, &number),
        Outcome::Failed => say::told_fails(&pod, &number, &status(request)),
        Outcome::EmptyReply if is_unheard(request) => say::told_forward(&pod, &number),
        Outcome::EmptyReply => say::told_empty(&pod, &number),
        Outcome::Closed => say::told_gone(&pod, &number),
        Outcome::Gateway => say::told_gateway(&ingress::reply(request, pod), &number),
        Outcome::RefusedNotListening
        | Outcome::RefusedNoEndpoints
        | Outcome::RefusedNoPort
        | Outcome::TimedOut
        | Outcome::NameNotFound
        | Outcome::Redirected => {
            let address = request.backend.as_ref().map(|it| it.address().to_string());
            say::told_reset(&address.unwrap_or_default(), &pod, &number)
        }
    }
}

/// Whether a forwarded port led it to a port that nobody listens on.
fn is_unheard(request: &Request) -> bool {
    request.target.is_forwarded() && !request.legs.iter().any(|leg| leg.hop == Hop::AtBackend)
}

/// What a Service's rule sends back; `None` if it was not the rule that decided.
pub fn told_rejection(request: &Request) -> Option<String> {
    let (service, number) = (&request.target.service.name, request.number);
    match request.outcome {
        Outcome::RefusedNoEndpoints => Some(say::told_no_endpoints(&service, &number)),
        Outcome::RefusedNoPort => Some(say::told_no_port(&service, &number)),
        Outcome::Answered
        | Outcome::Failed
        | Outcome::EmptyReply
        | Outcome::RefusedNotListening
        | Outcome::TimedOut
        | Outcome::Closed
        | Outcome::NameNotFound => None,
        Outcome::Redirected | Outcome::Gateway => ingress::told(request),
    }
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
