//! `create KIND`: objects that kubectl writes itself.

mod budget;
mod configuration;
mod generator;
mod ingress;
mod job;
mod rbac;
mod token;

use self::generator::{EACH, Generator, exactly_one, slice};
use super::generated::{Explain, generated, random_letters, report_generated, send_bare};
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{Flag, Flags, IMAGE, PORT, PRINT, REPLICAS, Takes};
use api::view::ServiceType;
use api::{Kind, Value};
use base::Order;
use serde_json::{Map, json};

/// All of them but those of [`Maker`].
const GENERATORS: &[&[Generator]] = &[
    budget::GENERATORS,
    configuration::GENERATORS,
    ingress::GENERATORS,
    job::GENERATORS,
    rbac::GENERATORS,
    token::GENERATORS,
];

fn generators() -> impl Iterator<Item = &'static Generator> {
    GENERATORS.iter().copied().flatten()
}

/// The generator that the words after `create` name: `secret tls` rather than `secret`.
fn generator(words: &[String]) -> Option<&'static Generator> {
    let mut words = words.iter().map(String::as_str).filter(|word| !word.starts_with('-'));
    let (first, second) = (words.next()?, words.next());
    let fits = |it: &&Generator| {
        let further = it.path.split(' ').nth(2);
        it.names.contains(&first) && (further.is_none() || further == second)
    };
    generators().find(fits)
}

/// The flags of the generator of that path.
pub(crate) fn flags(path: &str) -> Option<Flags> {
    generators().find(|it| it.path == path).map(|it| it.flags)
}

/// The words that may follow `create`, or `create secret`, in order.
pub(crate) fn subcommands(path: &str) -> Vec<&'static str> {
    let below = |it: &'static Generator| it.path.strip_prefix(path)?.strip_prefix(' ')?.split(' ').next();
    let mut words: Vec<&str> = generators().filter_map(below).collect();
    if path == "create" {
        words.extend(["deployment", "namespace", "service"]);
    }
    words.order();
    words.dedup();
    words
}

/// What `create` can generate otherwise.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Maker {
    Namespace,
    Deployment,
    Service(ServiceType),
    /// `create service` alone, or with an unknown type.
    SomeService,
}

const TCP: Flag = Flag::new("tcp", Takes::List, "Port and target port: 80, or 80:8080.");
const NODE_PORT: Flag = Flag::new(
    "node-port",
    Takes::Number,
    "The port on every node; chosen by the cluster where 0.",
);
const CLUSTERIP: Flag = Flag::new(
    "clusterip",
    Takes::Text,
    "The cluster IP: chosen by the cluster where empty, none where 'None'.",
);
const EXTERNAL_NAME: Flag = Flag::new(
    "external-name",
    Takes::Text,
    "The name that the Service's name stands for.",
);

pub(crate) const NAMESPACE_FLAGS: Flags = &[EACH, PRINT];
pub(crate) const DEPLOYMENT_FLAGS: Flags = &[&[IMAGE, REPLICAS.short('r'), PORT], EACH, PRINT];
pub(crate) const CLUSTER_IP_FLAGS: Flags = &[&[TCP, CLUSTERIP], EACH, PRINT];
pub(crate) const NODE_PORT_FLAGS: Flags = &[&[TCP, NODE_PORT], EACH, PRINT];
pub(crate) const LOAD_BALANCER_FLAGS: Flags = &[&[TCP], EACH, PRINT];
pub(crate) const EXTERNAL_NAME_FLAGS: Flags = &[&[EXTERNAL_NAME, TCP], EACH, PRINT];

impl Maker {
    /// The generator that the words after `create` name.
    fn of(words: &[String]) -> Option<Self> {
        let mut names = words.iter().map(String::as_str).filter(|word| !word.starts_with('-'));
        match names.next()? {
            "namespace" | "ns" => Some(Self::Namespace),
            "deployment" | "deploy" => Some(Self::Deployment),
            "service" | "svc" => Some(match names.next() {
                Some("clusterip") => Self::Service(ServiceType::ClusterIp),
                Some("nodeport") => Self::Service(ServiceType::NodePort),
                Some("loadbalancer") => Self::Service(ServiceType::LoadBalancer),
                Some("externalname") => Self::Service(ServiceType::ExternalName),
                _ => Self::SomeService,
            }),
            _ => None,
        }
    }

    /// The words behind `kubectl`.
    const fn path(self) -> &'static str {
        match self {
            Self::Namespace => "create namespace",
            Self::Deployment => "create deployment",
            Self::SomeService => "create service",
            Self::Service(ServiceType::ClusterIp) => "create service clusterip",
            Self::Service(ServiceType::NodePort) => "create service nodeport",
            Self::Service(ServiceType::LoadBalancer) => "create service loadbalancer",
            Self::Service(ServiceType::ExternalName) => "create service externalname",
        }
    }
}

fn explain(kind: ServiceType) -> Explain {
    fn failed(kind: ServiceType, status: &cluster::Status) -> Failure {
        Failure::own(format!("failed to create {kind} service: {}", status.message))
    }
    match kind {
        ServiceType::ClusterIp => |status| failed(ServiceType::ClusterIp, &status),
        ServiceType::NodePort => |status| failed(ServiceType::NodePort, &status),
        ServiceType::LoadBalancer => |status| failed(ServiceType::LoadBalancer, &status),
        ServiceType::ExternalName => |status| failed(ServiceType::ExternalName, &status),
    }
}

pub(crate) fn path(words: &[String]) -> Option<&'static str> {
    let found = generator(words).map(|it| it.path);
    found.or_else(|| Maker::of(words).map(Maker::path))
}

/// Runs a generator.
pub(crate) fn create(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Failure> {
    let (words, command) = args.around_dash();
    let names = |count: usize| words.get(count..).unwrap_or_default();
    if let Some(generator) = generator(words) {
        let words = generator.path.split(' ').count() - 1;
        return generator.run(run, args, names(words), command);
    }
    let Some(maker) = Maker::of(words) else {
        let all = args.words.join(" ");
        return Err(Failure::usage(&format!("Unexpected args: [{all}]"), "kubectl create"));
    };
    match maker {
        Maker::Namespace => create_namespace(run, args, exactly_one(names(1), maker.path())?),
        Maker::Deployment => create_deployment(run, args, names(1), command),
        Maker::Service(kind) => create_service(run, args, kind, names(2)),
        Maker::SomeService => {
            let all = names(1).join(" ");
            Err(Failure::usage(
                &format!("unknown command \"{all}\""),
                "kubectl create service",
            ))
        }
    }
}

fn create_namespace(run: &mut CommandContext<'_>, args: &Args, name: &str) -> Result<(), Failure> {
    let value = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}, "spec": {}, "status": {}});
    generator::create(run, args, (Kind::Namespace, name), value, Failure::from)
}

/// Models: kubectl/pkg/cmd/create/create_deployment.go (v1.36).
fn create_deployment(
    run: &mut CommandContext<'_>,
    args: &Args,
    names: &[String],
    command: &[String],
) -> Result<(), Failure> {
    if args.all("image").is_empty() {
        return Err(Failure::own("required flag(s) \"image\" not set"));
    }
    let name = exactly_one(names, Maker::Deployment.path())?;
    let images: Vec<&str> = slice(args, "image").collect();
    if images.len() > 1 && !command.is_empty() {
        return Err(Failure::own("cannot specify multiple --image options and command"));
    }
    let named = images.iter().enumerate();
    let mut containers: Vec<Value> = named
        .map(|(at, image)| container(image, &container_name(name, at, image), command))
        .collect();
    if let (Some(port), Some(first)) = (args.number("port").filter(|port| *port >= 0), containers.first_mut()) {
        first["ports"] = json!([{"containerPort": port}]);
    }
    let labels = json!({"app": name});
    let value = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"labels": labels, "name": name},
        "spec": {
            "replicas": args.number("replicas").unwrap_or(1), "selector": {"matchLabels": labels}, "strategy": {},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
        },
        "status": {},
    });
    let explain: Explain = |status| Failure::own(format!("failed to create deployment: {}", status.message));
    generator::create(run, args, (Kind::Deployment, name), value, explain)
}

/// A container's name after its image, with five letters where the image's name has other signs than a label.
///
/// Models: kubectl/pkg/cmd/create/create_deployment.go buildPodSpec, sanitizeAndUniquify (v1.36).
fn container_name(deployment: &str, at: usize, image: &str) -> String {
    let base = image.rsplit('/').next().unwrap_or_default();
    let base = base.split([':', '@']).next().unwrap_or_default();
    if !base.contains(['_', '.']) {
        return base.to_owned();
    }
    let letters = random_letters(at as u64, &["container", deployment, image]);
    format!("{}-{letters}", base.replace(['_', '.'], "-"))
}

fn container(image: &str, name: &str, command: &[String]) -> Value {
    let mut container = json!({"image": image, "name": name, "resources": {}});
    if !command.is_empty() {
        container["command"] = command.into();
    }
    container
}

/// Models: kubectl/pkg/cmd/create/create_service.go (v1.36).
fn create_service(
    run: &mut CommandContext<'_>,
    args: &Args,
    kind: ServiceType,
    names: &[String],
) -> Result<(), Failure> {
    let external = args.text("external-name");
    if kind == ServiceType::ExternalName && external.is_none() {
        return Err(Failure::own("required flag(s) \"external-name\" not set"));
    }
    let name = exactly_one(names, Maker::Service(kind).path())?;
    let ports: Vec<&str> = slice(args, "tcp").collect();
    let headless = args.text("clusterip") == Some("None");
    if kind != ServiceType::ExternalName && ports.is_empty() && !headless {
        return Err(Failure::own("at least one tcp port specifier must be provided"));
    }
    if let Some(external) = external.filter(|name| !api::format::dns1123_subdomain(name).is_empty()) {
        return Err(Failure::own(format!("invalid service external name {external}")));
    }
    let ports = ports.iter().map(|text| service_port(args, text));
    let ports = ports.collect::<Result<Vec<_>, _>>()?;
    let labels = json!({"app": name});
    let mut spec = Map::from_iter([
        ("selector".to_owned(), labels.clone()),
        ("type".to_owned(), kind.word().into()),
    ]);
    if !ports.is_empty() {
        spec.insert("ports".to_owned(), ports.into());
    }
    for (flag, field) in [("external-name", "externalName"), ("clusterip", "clusterIP")] {
        if let Some(text) = args.text(flag).filter(|text| !text.is_empty()) {
            spec.insert(field.to_owned(), text.into());
        }
    }
    let value = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"labels": labels, "name": name}, "spec": spec,
        "status": {"loadBalancer": {}},
    });
    // `create service` takes --save-config, and does nothing about it.
    let object = send_bare(run, args, &generated(args, Kind::Service, name, value), explain(kind))?;
    report_generated(run, args, &object, "created")
}

fn service_port(args: &Args, text: &str) -> Result<Value, Failure> {
    let (port, target) = tcp(text)?;
    let mut entry = json!({"name": text.replace(':', "-"), "port": port, "protocol": "TCP", "targetPort": target});
    if let Some(node_port) = args.number("node-port").filter(|port| *port != 0) {
        entry["nodePort"] = node_port.into();
    }
    Ok(entry)
}

/// Reads `80`, `80:8080` or `80:http`.
///
/// Models: create_service.go parsePorts (v1.36).
fn tcp(text: &str) -> Result<(u16, Value), Failure> {
    let mut parts = text.split(':');
    let port = parse_port(parts.next().unwrap_or_default())?;
    let Some(target) = parts.next() else {
        return Ok((port, port.into()));
    };
    let (target, wrong): (Value, _) = match target.parse::<i64>() {
        Ok(number) => (number.into(), api::format::port_number(number)),
        Err(_) => (target.into(), api::format::port_name(target)),
    };
    if wrong.is_empty() {
        Ok((port, target))
    } else {
        Err(Failure::own(api::format::words(&wrong, ",")))
    }
}

/// Models: k8s.io/utils/net ParsePort, Go's strconv.ParseUint.
fn parse_port(text: &str) -> Result<u16, Failure> {
    let is_number = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    let why = if is_number {
        "value out of range"
    } else {
        "invalid syntax"
    };
    let number = text.parse::<u16>().ok().filter(|_| is_number);
    number.ok_or_else(|| {
        let quoted = api::go::quote(text);
        Failure::own(format!("strconv.ParseUint: parsing {quoted}: {why}"))
    })
}
