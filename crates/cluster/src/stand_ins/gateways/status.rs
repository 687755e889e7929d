//! What the controller writes into the statuses of classes, Gateways and routes.

use super::gateway::{GROUP, Gateway, GatewayListener, Kinds};
use super::{attachment, backends, gateways};
use crate::store::{Object, Store, Tools, set};
use crate::time::timestamp;
use api::{Cursor, Value};
use serde_json::json;
use std::rc::Rc;

/// A condition: type, whether it holds, reason and message.
type Condition<'a> = (&'a str, bool, &'a str, String);

/// Writes them; true if anything changed.
pub(crate) fn publish(tools: &mut Tools) -> bool {
    let found = gateways(tools);
    let Some(kinds) =
        Kinds::of(&tools.store).filter(|_| tools.kubelet() != crate::stand_ins::setting::Kubelet::Recorded)
    else {
        return false;
    };
    let mut written: Vec<(Rc<Object>, Value)> = Vec::new();
    for class in tools.store.all(kinds.class) {
        let accepted = (
            "Accepted",
            true,
            "Accepted",
            "the controller serves this class".to_owned(),
        );
        let status = json!({"conditions": conditions(tools, class, class.status(), &[accepted])});
        written.push((class.clone(), status));
    }
    for gateway in &found {
        written.push((gateway.object.clone(), of_gateway(tools, gateway)));
    }
    for route in kinds.route.iter().flat_map(|kind| tools.store.all(*kind)) {
        if let Some(status) = of_route(tools, &kinds, &found, route) {
            written.push((route.clone(), status));
        }
    }
    let mut changed = false;
    for (object, status) in written {
        if *object.status().value != status {
            let mut value = object.value.clone();
            set(&mut value, &["status"], status);
            // A status counts no generation up.
            tools.write(object.kind, object.key.clone(), value);
            changed = true;
        }
    }
    changed
}

/// Conditions beside those of a status before, whose moments they keep where nothing changes.
fn conditions(tools: &Tools, object: &Object, before: Cursor<'_>, wanted: &[Condition<'_>]) -> Value {
    let condition = |(kind, holds, reason, message): &Condition<'_>| {
        let holds = if *holds { "True" } else { "False" };
        let known = before.field("conditions").find("type", kind);
        let known = known.filter(|known| known.field("status") == holds);
        let since = known.and_then(|known| known.field("lastTransitionTime").as_text());
        json!({
            "lastTransitionTime": since.map_or_else(|| timestamp(tools.now()), str::to_owned),
            "message": message,
            "observedGeneration": object.metadata().field("generation").number(),
            "reason": reason,
            "status": holds,
            "type": kind,
        })
    };
    wanted.iter().map(condition).collect()
}

fn of_gateway(tools: &Tools, gateway: &Gateway) -> Value {
    let object = &gateway.object;
    let faulty = gateway.listeners.iter().filter(|it| it.fault.is_some()).count();
    let all_faulty = faulty > 0 && faulty == gateway.listeners.len();
    let accepted = if faulty > 0 {
        let words = "the status of the listeners says what is wrong".to_owned();
        ("Accepted", !all_faulty, "ListenersNotValid", words)
    } else {
        (
            "Accepted",
            true,
            "Accepted",
            "the controller serves this Gateway".to_owned(),
        )
    };
    let programmed = match gateway.address {
        None => {
            let words = "the network leads 203.0.113.0/24 here, and not the address that it asks for".to_owned();
            ("Programmed", false, "AddressNotUsable", words)
        }
        Some(_) if all_faulty => {
            let words = "no listener is valid".to_owned();
            ("Programmed", false, "Invalid", words)
        }
        Some(address) => ("Programmed", true, "Programmed", format!("it listens at {address}")),
    };
    let listener = |it: &GatewayListener| of_listener(tools, object, it);
    let addresses: Vec<Value> = gateway
        .address
        .iter()
        .map(|address| json!({"type": "IPAddress", "value": address.to_string()}))
        .collect();
    json!({
        "addresses": addresses,
        "conditions": conditions(tools, object, object.status(), &[accepted, programmed]),
        "listeners": gateway.listeners.iter().map(listener).collect::<Vec<_>>(),
    })
}

fn of_listener(tools: &Tools, gateway: &Object, listener: &GatewayListener) -> Value {
    let known = gateway.status().field("listeners").find("name", &listener.name);
    let before = known.unwrap_or_else(|| Cursor::new(&Value::Null));
    let fault = listener.fault.as_ref();
    let says = |kind: &'static str, holds: bool, reason: &'static str| match fault {
        Some(fault) if fault.condition == kind => (kind, !holds, fault.reason, fault.message.clone()),
        _ => (kind, holds, reason, String::new()),
    };
    let programmed = match fault {
        None => ("Programmed", true, "Programmed", String::new()),
        Some(fault) => ("Programmed", false, "Invalid", fault.message.clone()),
    };
    let wanted = [
        says("Accepted", true, "Accepted"),
        says("Conflicted", false, "NoConflicts"),
        programmed,
        says("ResolvedRefs", true, "ResolvedRefs"),
    ];
    let kinds = if listener.takes_http {
        json!([{"group": GROUP, "kind": "HTTPRoute"}])
    } else {
        json!([])
    };
    json!({
        "attachedRoutes": listener.routes.len(),
        "conditions": conditions(tools, gateway, before, &wanted),
        "name": listener.name,
        "supportedKinds": kinds,
    })
}

/// The status of a route; `None` if none of its parents is served.
fn of_route(tools: &Tools, kinds: &Kinds, found: &[Gateway], route: &Object) -> Option<Value> {
    let resolved = resolved(&tools.store, kinds, route);
    let mut parents: Vec<Value> = Vec::new();
    for parent in route.spec().field("parentRefs").items() {
        let Some(gateway) = found.iter().find(|it| attachment::is_meant(parent, route, &it.object)) else {
            continue;
        };
        let accepted = match attachment::taken(&tools.store, gateway, route, parent) {
            Ok(_) => ("Accepted", true, "Accepted", "the Gateway takes this route".to_owned()),
            Err((reason, message)) => ("Accepted", false, reason, message.to_owned()),
        };
        let known = route.status().field("parents");
        let mut known = known.items().filter(|it| it.field("parentRef").value == parent.value);
        let before = known.next().unwrap_or_else(|| Cursor::new(&Value::Null));
        parents.push(json!({
            "conditions": conditions(tools, route, before, &[accepted, resolved.clone()]),
            "controllerName": gateway.controller,
            "parentRef": parent.value,
        }));
    }
    let had = !route.status().field("parents").is_empty();
    (had || !parents.is_empty()).then(|| json!({"parents": parents}))
}

fn resolved(store: &Store, kinds: &Kinds, route: &Object) -> Condition<'static> {
    let rules = route.spec().field("rules").items();
    let mut references = rules.flat_map(|rule| rule.field("backendRefs").items());
    let fault = references.find_map(|reference| backends::resolve(store, kinds.grant, route, reference).err());
    match fault {
        Some(fault) => ("ResolvedRefs", false, fault.reason, fault.message),
        None => (
            "ResolvedRefs",
            true,
            "ResolvedRefs",
            "every reference is resolved".to_owned(),
        ),
    }
}
