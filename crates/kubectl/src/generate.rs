//! Objects that kubectl writes itself: `create KIND`, `run`, `expose`.

use crate::admit::Document;
use crate::command::Run;
use crate::create::{DryRun, remember, sketch, tell};
use crate::failure::Failure;
use crate::flags::{Args, DRY_RUN, FILENAME, Flag, OUTPUT, SELECTOR, Takes};
use crate::resources;
use api::{Kind, Value};
use cluster::{Object, at, list, map};
use serde_json::json;
use std::rc::Rc;

pub(crate) const RUN: &[Flag] = &[
    OUTPUT,
    DRY_RUN,
    FILENAME,
    ("image", None, Takes::Text),
    ("labels", Some('l'), Takes::Text),
    ("port", None, Takes::Text),
    ("env", None, Takes::List),
    ("restart", None, Takes::Text),
    ("command", None, Takes::Bool),
    ("expose", None, Takes::Bool),
    ("annotations", None, Takes::List),
    ("image-pull-policy", None, Takes::Text),
    ("rm", None, Takes::Bool),
    ("stdin", Some('i'), Takes::Bool),
    ("tty", Some('t'), Takes::Bool),
    ("attach", None, Takes::Bool),
    ("quiet", Some('q'), Takes::Bool),
    ("overrides", None, Takes::Text),
    ("privileged", None, Takes::Bool),
    ("save-config", None, Takes::Bool),
];

pub(crate) const EXPOSE: &[Flag] = &[
    OUTPUT,
    DRY_RUN,
    FILENAME,
    SELECTOR,
    ("port", None, Takes::Text),
    ("target-port", None, Takes::Text),
    ("protocol", None, Takes::Text),
    ("name", None, Takes::Text),
    ("type", None, Takes::Text),
    ("labels", None, Takes::Text),
    ("cluster-ip", None, Takes::Text),
    ("external-ip", None, Takes::Text),
    ("load-balancer-ip", None, Takes::Text),
    ("session-affinity", None, Takes::Text),
    ("overrides", None, Takes::Text),
    ("save-config", None, Takes::Bool),
];

/// Whether a text is a name as kubectl wants it, or why not.
fn exactly_one<'a>(words: &'a [String], command: &str) -> Result<&'a str, Failure> {
    match words {
        [name] => Ok(name),
        others => Err(Failure::usage(
            &format!("exactly one NAME is required, got {}", others.len()),
            command,
        )),
    }
}

/// What kubectl says when the server refuses.
type Explain = fn(cluster::Status) -> Failure;

/// Sends an object kubectl wrote, or prints it.
fn send(run: &mut Run<'_>, args: &Args, mut document: Document, explain: Explain) -> Result<Rc<Object>, Failure> {
    let dry = DryRun::read(args)?;
    if args.is("save-config") {
        remember(&mut document.value, None);
    }
    let object = if dry == DryRun::Client {
        sketch(&document)
    } else {
        let created = run
            .cluster
            .create(document.kind, &document.namespace, &document.value, dry.options());
        let created = created.map_err(explain)?;
        for warning in &created.warnings {
            run.warn(warning);
        }
        created.object
    };
    Ok(object)
}

fn made(args: &Args, kind: Kind, name: &str, value: Value) -> Document {
    let namespace = if kind.namespaced() {
        args.namespace().to_owned()
    } else {
        String::new()
    };
    let mut value = value;
    // What kubectl prints without a server names a namespace only where one was asked for.
    if kind.namespaced() && args.text("namespace").is_some() {
        value["metadata"]["namespace"] = namespace.clone().into();
    }
    Document {
        kind,
        namespace,
        name: name.to_owned(),
        value,
        source: String::new(),
    }
}

/// Prints a sketch without the namespace that nobody asked for.
fn tell_made(run: &mut Run<'_>, args: &Args, object: &Rc<Object>, verb: &str) -> Result<(), Failure> {
    let dry = DryRun::read(args)?;
    if dry == DryRun::Client && args.text("namespace").is_none() && object.kind != Kind::Pod {
        let mut bare = (**object).clone();
        if let Some(metadata) = bare.value.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.remove("namespace");
        }
        return tell(run, args, &Rc::new(bare), verb, dry);
    }
    tell(run, args, object, verb, dry)
}

/// `create namespace|deployment|service …`.
pub(crate) fn create(run: &mut Run<'_>, args: &Args) -> Result<(), Failure> {
    let Some((what, words)) = args.words.split_first() else {
        return Ok(());
    };
    match what.as_str() {
        "namespace" | "ns" => create_namespace(run, args, words),
        "deployment" | "deploy" | "dep" => create_deployment(run, args, words),
        "service" | "svc" => create_service(run, args, words),
        other if args.all("filename").is_empty() => {
            let all = args.words.join(" ");
            let _ = other;
            Err(Failure::usage(&format!("Unexpected args: [{all}]"), "kubectl create"))
        }
        _ => Err(Failure::usage(
            &format!("Unexpected args: [{}]", args.words.join(" ")),
            "kubectl create",
        )),
    }
}

fn create_namespace(run: &mut Run<'_>, args: &Args, words: &[String]) -> Result<(), Failure> {
    let name = exactly_one(words, "kubectl create namespace")?;
    let value = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}, "spec": {}, "status": {}});
    let object = send(run, args, made(args, Kind::Namespace, name, value), Failure::from)?;
    tell_made(run, args, &object, "created")
}

/// Models: kubectl/pkg/cmd/create/create_deployment.go (v1.36).
fn create_deployment(run: &mut Run<'_>, args: &Args, words: &[String]) -> Result<(), Failure> {
    if args.all("image").is_empty() {
        return Err(Failure::own("required flag(s) \"image\" not set"));
    }
    let (names, command) = words.split_at(words.len().min(1));
    let name = exactly_one(names, "kubectl create deployment")?;
    let images: Vec<&str> = args.all("image").iter().flat_map(|images| images.split(',')).collect();
    if images.len() > 1 && !command.is_empty() {
        return Err(Failure::own("cannot specify multiple --image options and command"));
    }
    let mut containers: Vec<Value> = Vec::new();
    for image in &images {
        let base = image.rsplit('/').next().unwrap_or_default();
        let base = base.split([':', '@']).next().unwrap_or_default();
        let mut container = json!({"image": image, "name": base, "resources": {}});
        if !command.is_empty() {
            container["command"] = command.into();
        }
        if let Some(port) = args.number("port").filter(|port| *port > 0) {
            container["ports"] = json!([{"containerPort": port}]);
        }
        containers.push(container);
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
    let object = send(run, args, made(args, Kind::Deployment, name, value), explain)?;
    tell_made(run, args, &object, "created")
}

/// Models: kubectl/pkg/cmd/create/create_service.go (v1.36).
fn create_service(run: &mut Run<'_>, args: &Args, words: &[String]) -> Result<(), Failure> {
    let Some((what, names)) = words.split_first() else {
        run.output
            .stdout
            .push_str("Create a service using a specified subcommand.\n");
        return Ok(());
    };
    let (kind, explain): (&str, Explain) = match what.as_str() {
        "clusterip" => ("ClusterIP", |status| {
            Failure::own(format!("failed to create ClusterIP service: {}", status.message))
        }),
        "nodeport" => ("NodePort", |status| {
            Failure::own(format!("failed to create NodePort service: {}", status.message))
        }),
        "loadbalancer" => ("LoadBalancer", |status| {
            Failure::own(format!("failed to create LoadBalancer service: {}", status.message))
        }),
        "externalname" => ("ExternalName", |status| {
            Failure::own(format!("failed to create ExternalName service: {}", status.message))
        }),
        _ => {
            let all = words.join(" ");
            return Err(Failure::usage(
                &format!("unknown command \"{all}\""),
                "kubectl create service",
            ));
        }
    };
    if kind == "ExternalName" && args.text("external-name").is_none() {
        return Err(Failure::own("required flag(s) \"external-name\" not set"));
    }
    let name = exactly_one(names, &format!("kubectl create service {what}"))?;
    let headless = args.text("clusterip") == Some("None");
    if kind != "ExternalName" && args.all("tcp").is_empty() && !headless {
        return Err(Failure::own("at least one tcp port specifier must be provided"));
    }
    let mut ports = Vec::new();
    for text in args.all("tcp").iter().flat_map(|ports| ports.split(',')) {
        let (port, target) = tcp(text)?;
        let mut entry = json!({"name": text.replace(':', "-"), "port": port, "protocol": "TCP", "targetPort": target});
        if let Some(node_port) = args.number("node-port").filter(|port| *port != 0) {
            entry["nodePort"] = node_port.into();
        }
        ports.push(entry);
    }
    let labels = json!({"app": name});
    let mut spec = json!({"selector": labels, "type": kind});
    if !ports.is_empty() {
        spec["ports"] = ports.into();
    }
    if let Some(external) = args.text("external-name") {
        spec["externalName"] = external.into();
    }
    if let Some(address) = args.text("clusterip").filter(|address| !address.is_empty()) {
        spec["clusterIP"] = address.into();
    }
    let value = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"labels": labels, "name": name}, "spec": spec,
        "status": {"loadBalancer": {}},
    });
    let object = send(run, args, made(args, Kind::Service, name, value), explain)?;
    tell_made(run, args, &object, "created")
}

/// `80`, `80:8080`, `80:http`.
///
/// Models: create_service.go parsePorts (v1.36).
fn tcp(text: &str) -> Result<(i64, Value), Failure> {
    let mut parts = text.split(':');
    let port = parts.next().unwrap_or_default();
    let target = parts.next().unwrap_or(port);
    let number = port.parse::<i64>().ok().filter(|port| (0..=65_535).contains(port));
    let Some(number) = number else {
        let quoted = api::go::quote(port);
        return Err(Failure::own(format!(
            "strconv.ParseInt: parsing {quoted}: invalid syntax"
        )));
    };
    match target.parse::<i64>() {
        Ok(target) if (1..=65_535).contains(&target) => Ok((number, target.into())),
        Ok(_) => Err(Failure::own("must be between 1 and 65535, inclusive")),
        Err(_)
            if target
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') =>
        {
            Ok((number, target.into()))
        }
        Err(_) => Err(Failure::own(
            "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
        )),
    }
}

/// `a=b,c=d`.
///
/// Models: kubectl/pkg/generate ParseLabels (v1.36).
fn labels(text: &str) -> Result<Value, Failure> {
    let mut labels = json!({});
    for spec in text.split(',').filter(|spec| !spec.is_empty()) {
        let Some((key, value)) = spec.split_once('=').filter(|(_, value)| !value.contains('=')) else {
            return Err(Failure::own(format!("unexpected label spec: {spec}")));
        };
        labels[key] = value.into();
    }
    Ok(labels)
}

/// Models: kubectl/pkg/cmd/run/run.go Run (v1.36).
pub(crate) fn run(run: &mut Run<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    run_pod(run, args).map_err(|failure| vec![failure])
}

fn run_pod(run: &mut Run<'_>, args: &Args) -> Result<(), Failure> {
    let Some(image) = args.text("image") else {
        return Err(Failure::own("required flag(s) \"image\" not set"));
    };
    let Some((name, rest)) = args.words.split_first() else {
        return Err(Failure::usage("NAME is required for run", "kubectl run"));
    };
    if image.is_empty() {
        return Err(Failure::own("--image is required"));
    }
    let labels = match args.text("labels") {
        Some(text) => labels(text)?,
        None => json!({"run": name}),
    };
    let mut container = json!({"image": image, "name": name, "resources": {}});
    if !rest.is_empty() {
        container[if args.is("command") { "command" } else { "args" }] = rest.into();
    }
    if let Some(port) = args.text("port").and_then(|port| port.parse::<i64>().ok()) {
        container["ports"] = json!([{"containerPort": port}]);
    }
    let variables: Vec<Value> = args
        .all("env")
        .iter()
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect();
    if !variables.is_empty() {
        container["env"] = variables.into();
    }
    let value = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"labels": labels, "name": name},
        "spec": {
            "containers": [container], "dnsPolicy": "ClusterFirst", "restartPolicy": args.text("restart").unwrap_or("Always"),
        },
        "status": {},
    });
    let object = send(run, args, made(args, Kind::Pod, name, value), Failure::from)?;
    tell_made(run, args, &object, "created")
}

/// Models: kubectl/pkg/cmd/expose/expose.go RunExpose (v1.36).
pub(crate) fn expose(run: &mut Run<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    if args.words.is_empty() && args.all("filename").is_empty() {
        return Err(vec![Failure::own(crate::change::NOTHING_GIVEN)]);
    }
    let asked = resources::read_names(&args.words).map_err(|failure| vec![failure])?;
    let found = resources::find(run.cluster, args, &asked);
    let mut failures = found.failures;
    for object in found.objects {
        if let Err(failure) = expose_one(run, args, &object) {
            failures.push(failure);
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

fn expose_one(run: &mut Run<'_>, args: &Args, object: &Rc<Object>) -> Result<(), Failure> {
    let selector = selector_of(args, object)?;
    let found = exposed_ports(object);
    let protocol_given = args.text("protocol").filter(|protocol| !protocol.is_empty());
    let numbers: Vec<(String, Option<String>)> = match args.text("port").filter(|port| !port.is_empty()) {
        Some(ports) => ports.split(',').map(|port| (port.to_owned(), None)).collect(),
        None => found
            .iter()
            .map(|(port, protocol)| (port.to_string(), Some(protocol.clone())))
            .collect(),
    };
    if numbers.is_empty() {
        return Err(Failure::own(
            "couldn't find port via --port flag or introspection\nSee 'kubectl expose -h' for help and examples",
        ));
    }
    let several = numbers.len() > 1;
    let mut ports = Vec::new();
    for (index, (text, protocol)) in numbers.iter().enumerate() {
        let Ok(port) = text.parse::<i64>() else {
            return Err(Failure::own(format!(
                "strconv.Atoi: parsing {}: invalid syntax",
                api::go::quote(text)
            )));
        };
        let known = found
            .iter()
            .find(|(number, _)| *number == port)
            .map(|(_, protocol)| protocol.clone());
        let protocol = protocol_given.map(str::to_owned).or_else(|| protocol.clone()).or(known);
        let target = match args.text("target-port").filter(|target| !target.is_empty()) {
            Some(target) => target.parse::<i64>().map_or_else(|_| target.into(), Value::from),
            None => port.into(),
        };
        let mut entry =
            json!({"port": port, "protocol": protocol.unwrap_or_else(|| "TCP".to_owned()), "targetPort": target});
        if several {
            entry["name"] = format!("port-{}", index + 1).into();
        }
        ports.push(entry);
    }
    let name = args.text("name").unwrap_or_else(|| object.name()).to_owned();
    let mut metadata = json!({"name": name});
    let labels = match args.text("labels") {
        Some(text) => labels(text)?,
        None => object.at(&["metadata", "labels"]).clone(),
    };
    if labels.as_object().is_some_and(|labels| !labels.is_empty()) {
        metadata["labels"] = labels;
    }
    let mut spec = json!({"ports": ports, "selector": selector});
    for (flag, field) in [
        ("type", "type"),
        ("cluster-ip", "clusterIP"),
        ("load-balancer-ip", "loadBalancerIP"),
        ("session-affinity", "sessionAffinity"),
    ] {
        if let Some(text) = args.text(flag).filter(|text| !text.is_empty()) {
            spec[field] = text.into();
        }
    }
    if let Some(address) = args.text("external-ip").filter(|address| !address.is_empty()) {
        spec["externalIPs"] = json!([address]);
    }
    let value = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec, "status": {"loadBalancer": {}},
    });
    let service = send(run, args, made(args, Kind::Service, &name, value), Failure::from)?;
    tell_made(run, args, &service, "exposed")
}

/// Models: kubectl/pkg/polymorphichelpers/mapbasedselectorforobject.go (v1.36).
fn selector_of(args: &Args, object: &Object) -> Result<Value, Failure> {
    let template = object.at(&["spec", "selector"]);
    let own = match object.kind {
        Kind::Pod => object.at(&["metadata", "labels"]),
        Kind::Service => template,
        Kind::Deployment | Kind::ReplicaSet => {
            let expressions = list(at(template, &["matchExpressions"]));
            if !expressions.is_empty() {
                return Err(Failure::own(
                    "couldn't convert expressions - \"matchExpressions\" to map-based selector format",
                ));
            }
            at(template, &["matchLabels"])
        }
        kind => {
            let name = if kind.group().is_empty() {
                kind.name().to_owned()
            } else {
                format!("{}.{}", kind.name(), kind.group())
            };
            return Err(Failure::own(format!("cannot expose a {name}")));
        }
    };
    if let Some(text) = args.text("selector").filter(|text| !text.is_empty()) {
        return labels(text);
    }
    if map(own).next().is_none() {
        let words = match object.kind {
            Kind::Pod => "the pod has no labels and cannot be exposed",
            _ => "the service has no pod selector set",
        };
        return Err(Failure::own(format!(
            "couldn't retrieve selectors via --selector flag or introspection: {words}"
        )));
    }
    Ok(own.clone())
}

/// The ports an object speaks of, each with its protocol.
fn exposed_ports(object: &Object) -> Vec<(i64, String)> {
    let (path, field): (&[&str], &str) = match object.kind {
        Kind::Service => (&["spec", "ports"], "port"),
        Kind::Pod => (&["spec", "containers"], "containerPort"),
        _ => (&["spec", "template", "spec", "containers"], "containerPort"),
    };
    let ports: Vec<&Value> = if object.kind == Kind::Service {
        object.list(path).iter().collect()
    } else {
        object
            .list(path)
            .iter()
            .flat_map(|container| list(at(container, &["ports"])))
            .collect()
    };
    ports
        .into_iter()
        .filter_map(|port| {
            let protocol = at(port, &["protocol"]).as_str().unwrap_or("TCP").to_owned();
            Some((at(port, &[field]).as_i64()?, protocol))
        })
        .collect()
}
