//! The gateway controller: one that carries requests by the Gateway API, built in for every GatewayClass, whoever its
//! controller is.
//!
//! Its rules are those of the API's specification (v1.4); it carries HTTPRoutes.

mod attachment;
mod backends;
mod gateway;
mod listeners;
mod status;

use crate::stand_ins::setting::Kubelet;
use crate::store::{Object, Tools};
use api::Cursor;
pub use backends::{BackendFault, RouteBackend};
use base::Order;
use gateway::Kinds;
pub use gateway::{AttachedRoute, GROUP, Gateway, GatewayListener, ListenerFault};
pub(crate) use status::publish;
use std::net::Ipv4Addr;
use std::rc::Rc;

/// Gateways without an address of their own get the next of this network, from this number on.
const NETWORK: [u8; 3] = [203, 0, 113];
const FIRST: usize = 101;

/// Oldest first, as conflicts are settled.
fn by_age(objects: impl Iterator<Item = Rc<Object>>) -> Vec<Rc<Object>> {
    let mut all: Vec<Rc<Object>> = objects.collect();
    all.order_by_key(|object| (object.created(), object.key.clone()));
    all
}

/// The Gateways of classes that are there, oldest first, with the routes at their listeners.
///
/// The recorded clusters have no gateway controller.
pub(crate) fn gateways(tools: &Tools) -> Vec<Gateway> {
    if tools.kubelet() == Kubelet::Recorded {
        return Vec::new();
    }
    let store = &tools.store;
    let Some(kinds) = Kinds::of(store) else {
        return Vec::new();
    };
    let mut found: Vec<Gateway> = Vec::new();
    for object in by_age(store.all(kinds.gateway).cloned()) {
        let class = object.spec().field("gatewayClassName").text();
        let Some(class) = store.find(kinds.class, "", class) else {
            continue;
        };
        found.push(Gateway {
            controller: class.spec().field("controllerName").text().to_owned(),
            address: address(&object, found.len()),
            listeners: listeners::of(store, &kinds, &object),
            object,
        });
    }
    for route in kinds.route.iter().flat_map(|kind| by_age(store.all(*kind).cloned())) {
        for parent in route.spec().field("parentRefs").items() {
            if let Some(gateway) = found
                .iter_mut()
                .find(|it| attachment::is_meant(parent, &route, &it.object))
            {
                attachment::attach(store, gateway, &route, parent);
            }
        }
    }
    found
}

/// The address that a Gateway asks for, else one by its place.
fn address(gateway: &Object, place: usize) -> Option<Ipv4Addr> {
    let [one, two, three] = NETWORK;
    let mut asked = gateway
        .spec()
        .field("addresses")
        .items()
        .filter(|it| it.field("value").is_set());
    match asked.next() {
        None => {
            let last = u8::try_from(FIRST + place).ok()?;
            Some(Ipv4Addr::new(one, two, three, last))
        }
        Some(asked) => {
            let address: Ipv4Addr = asked.field("value").text().parse().ok()?;
            (address.octets().get(..3) == Some(&NETWORK[..])).then_some(address)
        }
    }
}

/// The backend that a rule of a route refers to.
pub(crate) fn backend(tools: &Tools, route: &Object, reference: Cursor<'_>) -> Result<RouteBackend, BackendFault> {
    let grant = Kinds::of(&tools.store).and_then(|kinds| kinds.grant);
    backends::resolve(&tools.store, grant, route, reference)
}
