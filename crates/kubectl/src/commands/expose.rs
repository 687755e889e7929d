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
use api::{Cursor, Kind, Value};
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
    let mut known = Introspected::default();
    for object in exposed(run, args, &mut failures)? {
        if let Err(failure) = expose_one(run, args, &object, &mut known) {
            failures.push(failure);
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

/// What an object says where no flag does. kubectl keeps it for the objects that follow: all Services of one line have
/// the selector and labels of the first object, and its port where it has one.
///
/// Models: kubectl/pkg/cmd/expose/expose.go RunExpose (v1.36).
#[derive(Default)]
struct Introspected {
    selector: Option<Value>,
    labels: Option<Value>,
    port: Option<String>,
    /// Several ports, which the last object that has several says.
    ports: Option<Vec<String>>,
    /// The protocols of ports, of the last object that has any.
    protocols: Vec<(i64, String)>,
}

/// Whether a map has no entries.
fn is_bare(value: &Value) -> bool {
    Cursor::new(value).is_empty()
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

fn expose_one(
    run: &mut CommandContext<'_>,
    args: &Args,
    object: &Rc<Object>,
    known: &mut Introspected,
) -> Result<(), Failure> {
    let given = |flag: &str| args.text(flag).filter(|text| !text.is_empty());
    known.read(args, object)?;
    let selector = match (given("selector"), &known.selector) {
        (Some(text), _) => labels(text)?,
        (None, Some(selector)) if !is_bare(selector) => selector.clone(),
        (None, _) => return Err(Failure::own("selector must be specified")),
    };
    let ports = service_ports(args, known)?;
    let name = given("name").unwrap_or_else(|| object.name().get(..LONGEST_NAME).unwrap_or(object.name()));
    let mut metadata = json!({"name": name});
    let labels = match given("labels") {
        Some(text) => labels(text)?,
        None => known.labels.clone().unwrap_or_default(),
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

impl Introspected {
    /// Asks an object for what is neither given nor known.
    fn read(&mut self, args: &Args, object: &Object) -> Result<(), Failure> {
        let given = |flag: &str| args.text(flag).is_some_and(|text| !text.is_empty());
        can_be_exposed(object.kind)?;
        if !given("selector") && self.selector.as_ref().is_none_or(is_bare) {
            self.selector = Some(own_selector(object).map_err(|why| {
                Failure::own(format!(
                    "couldn't retrieve selectors via --selector flag or introspection: {why}"
                ))
            })?);
        }
        let found = exposed_ports(object);
        if !given("port") && self.port.is_none() {
            match each_once(&found).as_slice() {
                [] if args.text("cluster-ip") != Some("None") => {
                    return Err(Failure::own("couldn't find port via --port flag or introspection"));
                }
                [] => {}
                [port] => self.port = Some(port.clone()),
                ports => self.ports = Some(ports.to_vec()),
            }
        }
        if !found.is_empty() {
            self.protocols = found;
        }
        if self.labels.as_ref().is_none_or(is_bare) {
            self.labels = Some(object.metadata().field("labels").value.clone());
        }
        Ok(())
    }
}

/// The ports of the Service, each with the protocols of the exposed object.
fn service_ports(args: &Args, known: &Introspected) -> Result<Vec<Value>, Failure> {
    let given = |flag: &str| args.text(flag).filter(|text| !text.is_empty());
    let found = &known.protocols;
    let numbers: Vec<String> = match (&known.ports, given("port").or(known.port.as_deref())) {
        (Some(ports), _) => ports.clone(),
        (None, Some(ports)) => ports.split(',').map(str::to_owned).collect(),
        (None, None) => Vec::new(),
    };
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

/// Models: kubectl/pkg/polymorphichelpers/canbeexposed.go (v1.36).
fn can_be_exposed(kind: Kind) -> Result<(), Failure> {
    match kind {
        Kind::Pod | Kind::Service | Kind::ReplicationController | Kind::Deployment | Kind::ReplicaSet => Ok(()),
        kind if kind.group().is_empty() => Err(Failure::own(format!("cannot expose a {}", kind.name()))),
        kind => Err(Failure::own(format!(
            "cannot expose a {}.{}",
            kind.name(),
            kind.group()
        ))),
    }
}

/// The labels by which an object selects pods, or why it has none.
///
/// Models: kubectl/pkg/polymorphichelpers/mapbasedselectorforobject.go (v1.36).
fn own_selector(object: &Object) -> Result<Value, String> {
    let selector = object.spec().field("selector");
    match object.kind {
        Kind::Pod if object.metadata().field("labels").is_empty() => {
            Err("the pod has no labels and cannot be exposed".to_owned())
        }
        Kind::Pod => Ok(object.metadata().field("labels").value.clone()),
        Kind::Service if selector.is_empty() => Err("the service has no pod selector set".to_owned()),
        Kind::Deployment | Kind::ReplicaSet => {
            let (labels, expressions) = (selector.field("matchLabels"), selector.field("matchExpressions"));
            if labels.is_empty() {
                let kind = if object.kind == Kind::Deployment {
                    "deployment"
                } else {
                    "replicaset"
                };
                return Err(format!("invalid {kind}: no selectors, therefore cannot be exposed"));
            }
            if !expressions.is_empty() {
                let printed: Vec<String> = expressions.items().map(expression).collect();
                return Err(format!(
                    "couldn't convert expressions - \"[{}]\" to map-based selector format",
                    printed.join(" ")
                ));
            }
            Ok(labels.value.clone())
        }
        _ => Ok(selector.value.clone()),
    }
}

/// An expression as Go prints the struct with its names of fields.
fn expression(expression: Cursor<'_>) -> String {
    let text = |field| expression.field(field).text();
    let values: Vec<&str> = expression.field("values").items().map(Cursor::text).collect();
    format!(
        "{{Key:{} Operator:{} Values:[{}]}}",
        text("key"),
        text("operator"),
        values.join(" ")
    )
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
