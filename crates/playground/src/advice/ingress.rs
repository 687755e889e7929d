//! Where an Ingress leads, and who serves it.

use super::context::{Context, at};
use crate::diagnostic::{Advice, Diagnostic, Fix};
use crate::documents::TextObject;
use crate::help::nearest;
use crate::written::change;
use api::view::{Service, ServicePort};
use api::{Cursor, Kind};
use cluster::{IngressController, Object};
use network::ObjectKey;
use std::rc::Rc;
use yaml::Step;

/// Advice for each Ingress that nobody serves, and for each of its backends that is no port of a Service.
pub fn advise(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut ingresses = context.created(Kind::Ingress).peekable();
    if ingresses.peek().is_none() {
        return Vec::new();
    }
    let controller = context.cluster.ingress_controller();
    ingresses
        .flat_map(|(key, object)| {
            let backends = backends(object);
            let wrong = backends
                .iter()
                .filter_map(|steps| of_backend(context, key, object, steps));
            let unserved = unserved(context, controller.as_ref(), key, object);
            unserved
                .into_iter()
                .chain(wrong.collect::<Vec<_>>())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The ways to the Services of an Ingress.
fn backends(object: &TextObject<'_>) -> Vec<Vec<Step<'static>>> {
    let spec = Cursor::new(object.value).spec();
    let mut all = Vec::new();
    if spec.field("defaultBackend").field("service").is_set() {
        all.push(["spec", "defaultBackend", "service"].map(Step::Name).to_vec());
    }
    for (rule, written) in spec.field("rules").items().enumerate() {
        for (path, written) in written.field("http").field("paths").items().enumerate() {
            if written.field("backend").field("service").is_set() {
                all.push(vec![
                    Step::Name("spec"),
                    Step::Name("rules"),
                    Step::Index(rule),
                    Step::Name("http"),
                    Step::Name("paths"),
                    Step::Index(path),
                    Step::Name("backend"),
                    Step::Name("service"),
                ]);
            }
        }
    }
    all
}

fn of_backend(
    context: &Context<'_>,
    key: &ObjectKey,
    object: &TextObject<'_>,
    steps: &[Step<'static>],
) -> Option<Diagnostic> {
    let written = steps.iter().fold(Cursor::new(object.value), |value, step| match step {
        Step::Name(name) => value.field(name),
        Step::Index(index) => value.items().nth(*index).unwrap_or(value),
    });
    let name = written.field("name").as_text().filter(|name| !name.is_empty())?;
    let Some(service) = context.cluster.find(Kind::Service, &key.namespace, name) else {
        return Some(no_service(context, key, object, (steps, name)));
    };
    no_port(service, object, steps, written.field("port"))
}

fn no_service(
    context: &Context<'_>,
    key: &ObjectKey,
    object: &TextObject<'_>,
    (steps, name): (&[Step<'static>], &str),
) -> Diagnostic {
    let services = context.cluster.list(Kind::Service, None);
    let own: Vec<&str> = services
        .iter()
        .filter(|it| it.namespace() == &*key.namespace)
        .map(|it| it.name())
        .collect();
    let elsewhere = services.iter().find(|it| it.name() == name);
    let meaning = match elsewhere {
        Some(other) => format!(
            "Service {name} is in namespace {}: an Ingress leads to Services of its own namespace only.",
            other.namespace()
        ),
        None => "Requests for this rule get HTTP status 503 from the ingress controller.".to_owned(),
    };
    let place = object.value_at(&with(steps, &["name"]));
    let near = nearest(name, own.iter().copied());
    Diagnostic {
        meaning: Some(meaning),
        fixes: near.map(|near| change(place.clone(), near)).into_iter().collect(),
        ..at(
            object,
            place,
            Advice::NoBackend,
            format!("there is no Service {name} in namespace {}", key.namespace),
        )
    }
}

fn no_port(
    service: &Object,
    object: &TextObject<'_>,
    steps: &[Step<'static>],
    written: Cursor<'_>,
) -> Option<Diagnostic> {
    let view = Service::of(&service.value);
    let (number, name) = (written.field("number").number(), written.field("name").text());
    let is_named = |port: &ServicePort<'_>| {
        if number == 0 {
            port.name() == name
        } else {
            port.port() == number
        }
    };
    if view.is_external_name() || view.ports().any(|port| is_named(&port)) {
        return None;
    }
    let (field, wanted) = if number == 0 {
        ("name", name.to_owned())
    } else {
        ("number", number.to_string())
    };
    let target = view.ports().find(|port| port.target().to_string() == wanted);
    let word = |port: ServicePort<'_>| match field {
        "name" => port.name().to_owned(),
        _ => port.port().to_string(),
    };
    let meant = target
        .map(word)
        .or_else(|| nearest_port(&view, number, name))
        .filter(|it| !it.is_empty());
    let ports: Vec<String> = view.ports().map(|port| port.port().to_string()).collect();
    let has = format!(
        "it has {}, and an Ingress names the Service's port, not the pod's.",
        ports.join(", ")
    );
    let meaning = match target {
        Some(port) => format!(
            "{wanted} is the targetPort of port {}: ingress-nginx lets that pass, other controllers do not.",
            port.port()
        ),
        None => format!("The ingress controller answers 503: {has}"),
    };
    let place = object.value_at(&with(steps, &["port", field]));
    Some(Diagnostic {
        meaning: Some(meaning),
        fixes: meant.map(|meant| change(place.clone(), &meant)).into_iter().collect(),
        ..at(
            object,
            place,
            Advice::NoBackendPort,
            format!("Service {} has no port {wanted}", service.name()),
        )
    })
}

/// The port of a Service that is nearest to a number or a name.
fn nearest_port(service: &Service<'_>, number: i64, name: &str) -> Option<String> {
    if number != 0 {
        let near = service.ports().min_by_key(|port| (port.port() - number).abs())?;
        return Some(near.port().to_string());
    }
    let names: Vec<&str> = service.ports().map(api::view::ServicePort::name).collect();
    let near = nearest(name, names.iter().copied());
    near.or(names.first().copied()).map(str::to_owned)
}

fn with(steps: &[Step<'static>], names: &[&'static str]) -> Vec<Step<'static>> {
    let names = names.iter().map(|name| Step::Name(name));
    steps.iter().copied().chain(names).collect()
}

/// The advice if no controller serves an Ingress.
fn unserved(
    context: &Context<'_>,
    controller: Option<&IngressController>,
    key: &ObjectKey,
    object: &TextObject<'_>,
) -> Option<Diagnostic> {
    let ingress = context.cluster.find(Kind::Ingress, &key.namespace, &key.name)?;
    if controller.is_some_and(|controller| context.cluster.serves(controller, ingress)) {
        return None;
    }
    let spec = ["spec", "ingressClassName"].map(Step::Name);
    let place = if ingress.spec().field("ingressClassName").is_set() {
        object.value_at(&spec)
    } else {
        object.key_at(&spec[..1])
    };
    let class = ingress.spec().field("ingressClassName").as_text();
    let class = class.or_else(|| ingress.annotation("kubernetes.io/ingress.class"));
    let known = class.and_then(|class| context.cluster.find(Kind::IngressClass, "", class));
    let (meaning, fix) = match (known, controller) {
        (Some(known), _) => (
            format!(
                "IngressClass {} is for the controller {}; the playground plays ingress-nginx, k8s.io/ingress-nginx.",
                known.name(),
                known.spec().field("controller").text()
            ),
            None,
        ),
        (None, Some(_)) => {
            let classes = context.cluster.list(Kind::IngressClass, None);
            let own = |it: &&Rc<Object>| it.spec().field("controller") == "k8s.io/ingress-nginx";
            let served = classes.iter().find(own).filter(|_| ingress.spec().field("ingressClassName").is_set());
            (
                "A controller serves the Ingresses of its own classes only.".to_owned(),
                served.map(|it| change(place.clone(), it.name())),
            )
        }
        (None, None) => (
            "An Ingress does nothing by itself: a controller has to run. With this class the playground plays ingress-nginx, \
             as `minikube addons enable ingress` brings it."
                .to_owned(),
            Some(add_class(context.text, class.unwrap_or("nginx"))),
        ),
    };
    let message = match class {
        Some(class) if known.is_none() => format!("nobody serves this Ingress: there is no IngressClass {class}"),
        Some(class) => format!("nobody here serves Ingresses of the class {class}"),
        None => "nobody serves this Ingress: it names no class, and no controller takes those".to_owned(),
    };
    Some(Diagnostic {
        meaning: Some(meaning),
        fixes: fix.into_iter().collect(),
        ..at(object, place, Advice::NoController, message)
    })
}

fn add_class(text: &str, class: &str) -> Fix {
    let end = text.len();
    let line = if text.ends_with('\n') { "" } else { "\n" };
    Fix {
        label: format!("Add IngressClass {class}"),
        range: end..end,
        replacement: format!(
            "{line}---\napiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata:\n  name: {class}\nspec:\n  controller: k8s.io/ingress-nginx\n"
        ),
    }
}
