//! `port-forward`: ports of the machine outside that lead to one pod, past Services and kube-proxy.

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{Flag, Flags, POD_RUNNING_TIMEOUT, Takes};
use crate::surroundings::ForwardedPort;
use crate::targets::containers::{awaited_pod, named};
use api::view::Service;
use api::{Cursor, Kind};
use cluster::Object;
use std::fmt::Write;

const ADDRESS: Flag = Flag::new(
    "address",
    Takes::List,
    "The addresses to listen on; here localhost, whatever it says.",
)
.default("[localhost]");

pub(crate) const FLAGS: Flags = &[&[ADDRESS, POD_RUNNING_TIMEOUT]];

/// The first port that is chosen for `:80`; a kernel draws one.
const FIRST_FREE: u16 = 40_000;

/// Models: kubectl/pkg/cmd/portforward/portforward.go Complete, RunPortForwardContext (v1.36).
pub(crate) fn port_forward(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    forward(run, args).map_err(|failure| vec![failure])
}

fn forward(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Failure> {
    let (name, ports) = match args.words.split_first() {
        Some((name, ports)) if !ports.is_empty() => (name, ports),
        _ => {
            let words = "TYPE/NAME and list of ports are required for port-forward";
            return Err(Failure::usage(words, "kubectl port-forward"));
        }
    };
    let object = named(run, args, name)?;
    let Some(pod) = awaited_pod(run, args, &object)? else {
        return Ok(());
    };
    let pairs = match object.kind {
        Kind::Service => ports.iter().map(|port| of_service(port, &object, &pod)).collect(),
        _ => ports
            .iter()
            .map(|port| of_pod(port, &pod))
            .collect::<Result<Vec<_>, _>>(),
    }?;
    let phase = pod.status().field("phase").text();
    if phase != "Running" {
        return Err(Failure::own(format!(
            "unable to forward port because pod is not running. Current status={phase}"
        )));
    }
    let mut forwards = Vec::new();
    for (place, (local, remote)) in pairs.iter().enumerate() {
        let (mut local, remote) = (number("local", local)?, number("remote", remote)?);
        if remote == 0 {
            return Err(Failure::own("remote port must be > 0"));
        }
        if local == 0 {
            local = FIRST_FREE.saturating_add(u16::try_from(place).unwrap_or(0));
        }
        forwards.push(ForwardedPort {
            local,
            namespace: pod.namespace().to_owned(),
            pod: pod.name().to_owned(),
            uid: pod.uid().to_owned(),
            remote,
        });
    }
    for ForwardedPort { local, remote, .. } in &forwards {
        let _ = writeln!(run.output.stdout, "Forwarding from 127.0.0.1:{local} -> {remote}");
        let _ = writeln!(run.output.stdout, "Forwarding from [::1]:{local} -> {remote}");
    }
    let now = run.cluster.find(Kind::Pod, pod.namespace(), pod.name());
    let lives = now.is_some_and(|now| now.uid() == pod.uid() && now.status().field("phase") == "Running");
    if !lives {
        return Err(Failure::own("lost connection to pod"));
    }
    run.output.forwards = forwards;
    run.waits(i64::MAX);
    Ok(())
}

/// `LOCAL:REMOTE`, or one number for both.
fn split(port: &str) -> (&str, &str) {
    match port.split(':').collect::<Vec<_>>().as_slice() {
        [local, remote] => (local, remote),
        [first, ..] => (first, first),
        [] => ("", ""),
    }
}

fn is_number(port: &str) -> bool {
    port.parse::<i64>().is_ok()
}

/// The local port as written and the pod's port, of a port of a Service.
///
/// Models: portforward.go translateServicePortToTargetPort, checkUDPPortInService;
/// kubectl/pkg/util/service_port.go LookupContainerPortNumberByServicePort (v1.36).
fn of_service(port: &str, service: &Object, pod: &Object) -> Result<(String, String), Failure> {
    let (local, remote) = split(port);
    let view = Service::of(&service.value);
    let named = view.ports().find(|it| !is_number(remote) && it.name() == remote);
    let number = match (remote.parse::<i64>(), &named) {
        (Ok(number), _) => number,
        (Err(_), Some(named)) => named.port(),
        (Err(_), None) => {
            return Err(Failure::own(format!(
                "Service '{}' does not have a named port '{remote}'",
                service.name()
            )));
        }
    };
    let of_number = || view.ports().filter(|it| it.port() == number);
    let is = |protocol: &str| of_number().any(|it| it.protocol_word() == protocol);
    if is("UDP") && !is("TCP") {
        return Err(Failure::own(format!("UDP protocol is not supported for {remote}")));
    }
    let Some(found) = of_number().next() else {
        return Err(Failure::own(format!(
            "Service {} does not have a service port {number}",
            service.name()
        )));
    };
    let target = if view.cluster_ip() == "None" {
        number.to_string()
    } else {
        let written = Cursor::new(&service.value).path("spec.ports");
        let items = written.items().find(|it| {
            it.field("port").value.as_i64() == Some(number)
                && it.field("protocol").as_text().unwrap_or("TCP") == found.protocol_word()
        });
        let target = items.map(|it| it.field("targetPort").value.clone()).unwrap_or_default();
        match (target.as_i64(), target.as_str()) {
            (Some(0), _) | (None, None) => number.to_string(),
            (Some(target), _) => target.to_string(),
            (None, Some(name)) => container_port(pod, name)?.to_string(),
        }
    };
    let local = if local == remote {
        number.to_string()
    } else {
        local.to_owned()
    };
    Ok((local, target))
}

/// Models: portforward.go convertPodNamedPortToNumber, checkUDPPortInPod (v1.36).
fn of_pod(port: &str, pod: &Object) -> Result<(String, String), Failure> {
    let (local, remote) = split(port);
    let number = match remote.parse::<i64>() {
        Ok(number) => number,
        Err(_) if remote.is_empty() => return Err(Failure::own("remote port cannot be empty")),
        Err(_) => container_port(pod, remote)?,
    };
    let containers = || pod.spec().field("containers").items();
    let is = |protocol: &str| {
        containers().flat_map(|it| it.field("ports").items()).any(|it| {
            it.field("containerPort").value.as_i64() == Some(number)
                && it.field("protocol").as_text().unwrap_or("TCP") == protocol
        })
    };
    if is("UDP") && !is("TCP") {
        return Err(Failure::own(format!("UDP protocol is not supported for {remote}")));
    }
    let local = if local == remote {
        number.to_string()
    } else {
        local.to_owned()
    };
    Ok((local, number.to_string()))
}

/// Models: kubectl/pkg/util/pod_port.go LookupContainerPortNumberByName (v1.36).
fn container_port(pod: &Object, name: &str) -> Result<i64, Failure> {
    let lists = ["containers", "initContainers"];
    let mut ports = lists
        .iter()
        .flat_map(|list| pod.spec().field(list).items())
        .flat_map(|container| container.field("ports").items());
    let found = ports.find(|port| port.field("name") == name);
    found
        .and_then(|port| port.field("containerPort").value.as_i64())
        .ok_or_else(|| Failure::own(format!("Pod '{}' does not have a named port '{name}'", pod.name())))
}

/// Models: client-go/tools/portforward/portforward.go parsePorts (v1.36).
fn number(which: &str, text: &str) -> Result<u16, Failure> {
    let text = if which == "local" && text.is_empty() { "0" } else { text };
    text.parse().map_err(|_| {
        let why = if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() {
            "value out of range"
        } else {
            "invalid syntax"
        };
        let quoted = api::go::quote(text);
        Failure::own(format!(
            "error parsing {which} port '{text}': strconv.ParseUint: parsing {quoted}: {why}"
        ))
    })
}
