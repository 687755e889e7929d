//! `expose`: a Service for the pods of an object.

use super::generated::{atoi, generated, labels, overridden, report_generated, send};
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{
    DRY_RUN, FILENAME, Flag, Flags, LABELS, OUTPUT, OVERRIDES, PORT, RECORD, SAVE_CONFIG, SELECTOR, TYPE, Takes, Values,
};
use crate::line::resources;
use crate::targets::documents::sketch;
use crate::targets::manifests;
use crate::targets::{registered, warn_of_all};
use api::view::{Container, Pod, Service, ServiceType};
use api::{Kind, Value};
use cluster::Object;
use serde_json::json;
use std::rc::Rc;

/// The longest name of a Service.
const LONGEST_NAME: usize = 63;

const TARGET_PORT: Flag = Flag::new("target-port", Takes::Text, "The port of the pods, by number or name.");
const PROTOCOL: Flag = Flag::new("protocol", Takes::Text, "The protocol: TCP, UDP or SCTP.")
    .values(Values::Words(&["SCTP", "TCP", "UDP"]));
const NAME: Flag = Flag::new("name", Takes::Text, "The name of what is made.");
const CLUSTER_IP: Flag = Flag::new(
    "cluster-ip",
    Takes::Text,
    "The cluster IP: chosen by the cluster where empty, none where 'None'.",
);
const EXTERNAL_IP: Flag = Flag::new(
    "external-ip",
    Takes::Text,
    "An address outside the cluster that leads to the Service.",
);
const LOAD_BALANCER_IP: Flag = Flag::new(
    "load-balancer-ip",
    Takes::Text,
    "The address asked for from the load balancer.",
);
const SESSION_AFFINITY: Flag = Flag::new(
    "session-affinity",
    Takes::Text,
    "Whether a client stays with a pod: None or ClientIP.",
)
.values(Values::Words(&["ClientIP", "None"]));

pub(crate) const FLAGS: Flags = &[&[
    RECORD,
    OUTPUT,
    DRY_RUN,
    FILENAME,
    Flag {
        short: None,
        ..SELECTOR
    },
    PORT.takes(Takes::Text),
    TARGET_PORT,
    PROTOCOL,
    NAME,
    TYPE.values(Values::Words(&[
        "ClusterIP",
        "ExternalName",
        "LoadBalancer",
        "NodePort",
    ])),
    LABELS.short('l'),
    CLUSTER_IP,
    EXTERNAL_IP,
    LOAD_BALANCER_IP,
    SESSION_AFFINITY,
    OVERRIDES,
    SAVE_CONFIG,
]];

/// Models: kubectl/pkg/cmd/expose/expose.go RunExpose (v1.36).
pub(crate) fn expose(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let mut failures = Vec::new();
    for object in exposed(run, args, &mut failures)? {
        if let Err(failure) = expose_one(run, args, &object) {
            failures.push(failure);
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

/// The objects to expose; those of files as they are written.
fn exposed(
    run: &mut CommandContext<'_>,
    args: &Args,
    failures: &mut Vec<Failure>,
) -> Result<Vec<Rc<Object>>, Vec<Failure>> {
    let one = |words: &str| vec![Failure::own(words)];
    if !manifests::are_named(args) {
        if args.words.is_empty() {
            return Err(one(crate::targets::NOTHING_GIVEN));
        }
        let asked = resources::read_names(run.mapper(), &args.words).map_err(|failure| vec![failure])?;
        warn_of_all(run, &asked);
        let found = registered(resources::find(run.cluster, args, &asked));
        failures.extend(found.failures);
        return Ok(found.objects);
    }
    if !args.words.is_empty() {
        return Err(one(manifests::AND_WORDS));
    }
    let mut objects = Vec::new();
    for document in run.documents(args) {
        match document {
            Ok(document) => objects.push(sketch(&document)),
            Err(failure) => failures.push(failure),
        }
    }
    Ok(objects)
}

fn expose_one(run: &mut CommandContext<'_>, args: &Args, object: &Rc<Object>) -> Result<(), Failure> {
    let given = |flag: &str| args.text(flag).filter(|text| !text.is_empty());
    let selector = selector_of(args, object)?;
    let ports = service_ports(args, object)?;
    let name = given("name").unwrap_or_else(|| object.name().get(..LONGEST_NAME).unwrap_or(object.name()));
    let mut metadata = json!({"name": name});
    let labels = match given("labels") {
        Some(text) => labels(text)?,
        None => object.metadata().field("labels").value.clone(),
    };
    if labels.as_object().is_some_and(|labels| !labels.is_empty()) {
        metadata["labels"] = labels;
    }
    let mut spec = json!({"selector": selector});
    if !ports.is_empty() {
        spec["ports"] = ports.into();
    }
    if let Some(affinity) = given("session-affinity").filter(|word| !["None", "ClientIP"].contains(word)) {
        return Err(Failure::own(format!("unknown session affinity: {affinity}")));
    }
    let balanced = given("type").and_then(ServiceType::of) == Some(ServiceType::LoadBalancer);
    for (flag, field, applies) in [
        ("type", "type", true),
        ("cluster-ip", "clusterIP", true),
        ("load-balancer-ip", "loadBalancerIP", balanced),
        ("session-affinity", "sessionAffinity", true),
    ] {
        if let Some(text) = given(flag).filter(|_| applies) {
            spec[field] = text.into();
        }
    }
    if let Some(address) = given("external-ip") {
        spec["externalIPs"] = json!([address]);
    }
    let value = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec, "status": {"loadBalancer": {}},
    });
    let value = overridden(args, Kind::Service, value)?;
    let service = send(run, args, generated(args, Kind::Service, name, value), Failure::from)?;
    report_generated(run, args, &service, "exposed")
}

/// The ports of the Service, each with the protocols of the exposed object.
fn service_ports(args: &Args, object: &Object) -> Result<Vec<Value>, Failure> {
    let given = |flag: &str| args.text(flag).filter(|text| !text.is_empty());
    let found = exposed_ports(object);
    let numbers: Vec<String> = match given("port") {
        Some(ports) => ports.split(',').map(str::to_owned).collect(),
        None => each_once(&found),
    };
    if numbers.is_empty() && given("cluster-ip") != Some("None") {
        return Err(Failure::own("couldn't find port via --port flag or introspection"));
    }
    let mut ports = Vec::new();
    for (index, text) in numbers.iter().enumerate() {
        let port = atoi(text)?;
        let mut spoken: Vec<&str> = found
            .iter()
            .filter(|(number, _)| number.to_string() == *text)
            .map(|(_, protocol)| protocol.as_str())
            .collect();
        spoken.dedup();
        let protocols = match (given("protocol"), spoken.as_slice()) {
            (Some(protocol), _) => vec![protocol],
            (None, []) => vec!["TCP"],
            (None, spoken) => spoken.to_vec(),
        };
        let target = match given("target-port") {
            Some(target) => target.parse::<i64>().map_or_else(|_| target.into(), Value::from),
            None => port.into(),
        };
        for protocol in &protocols {
            let mut entry = json!({"port": port, "protocol": protocol, "targetPort": target});
            if protocols.len() > 1 {
                entry["name"] = format!("port-{}-{}", index + 1, protocol.to_lowercase()).into();
            } else if numbers.len() > 1 {
                entry["name"] = format!("port-{}", index + 1).into();
            }
            ports.push(entry);
        }
    }
    Ok(ports)
}

/// Models: kubectl/pkg/polymorphichelpers/mapbasedselectorforobject.go (v1.36).
fn selector_of(args: &Args, object: &Object) -> Result<Value, Failure> {
    let template = object.spec().field("selector");
    let own = match object.kind {
        Kind::Pod => object.metadata().field("labels"),
        Kind::Service | Kind::ReplicationController => template,
        Kind::Deployment | Kind::ReplicaSet => {
            let expressions = template.field("matchExpressions").list();
            if !expressions.is_empty() {
                return Err(Failure::own(
                    "couldn't convert expressions - \"matchExpressions\" to map-based selector format",
                ));
            }
            template.field("matchLabels")
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
    if own.is_empty() {
        let words = match object.kind {
            Kind::Pod => "the pod has no labels and cannot be exposed",
            _ => "the service has no pod selector set",
        };
        return Err(Failure::own(format!(
            "couldn't retrieve selectors via --selector flag or introspection: {words}"
        )));
    }
    Ok(own.value.clone())
}

/// Numbers of ports, each once.
///
/// Models: kubectl/pkg/polymorphichelpers portsForObject (v1.36).
fn each_once(ports: &[(i64, String)]) -> Vec<String> {
    let mut numbers = Vec::new();
    for (port, _) in ports {
        let number = port.to_string();
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}

/// The ports of an object, each with its protocol.
fn exposed_ports(object: &Object) -> Vec<(i64, String)> {
    let view = Service::of(&object.value);
    if object.kind == Kind::Service {
        let ports = view.ports();
        return ports.map(|it| (it.port(), it.protocol_word().to_owned())).collect();
    }
    let pod = match object.kind {
        Kind::Pod => object.spec(),
        _ => object.spec().field("template").spec(),
    };
    let ports = Pod::of_spec(pod).containers().flat_map(Container::ports);
    ports
        .filter_map(|it| Some((it.number()?.into(), it.protocol_word().to_owned())))
        .collect()
}
