//! What a Gateway is: its listeners, and the routes at them.

use crate::controllers::definitions;
use crate::store::{Object, Store};
use api::{Cursor, Kind};
use std::net::Ipv4Addr;
use std::rc::Rc;

/// The group of its kinds.
pub const GROUP: &str = "gateway.networking.k8s.io";
/// A Gateway that the controller serves.
#[derive(Clone, Debug)]
pub struct Gateway {
    pub object: Rc<Object>,
    /// `spec.controllerName` of its class.
    pub controller: String,
    /// `None` if it asks for one that no network leads here.
    pub address: Option<Ipv4Addr>,
    pub listeners: Vec<GatewayListener>,
}

/// An HTTPRoute at a listener.
#[derive(Clone, Debug)]
pub struct AttachedRoute {
    pub object: Rc<Object>,
    /// The hosts that route and listener have in common; an empty one stands for all.
    pub hosts: Vec<String>,
}

/// The kinds that are defined.
pub(super) struct Kinds {
    pub(super) class: Kind,
    pub(super) gateway: Kind,
    pub(super) route: Option<Kind>,
    pub(super) grant: Option<Kind>,
}

impl Kinds {
    pub(super) fn of(store: &Store) -> Option<Self> {
        let own = |(kind, _): &(Kind, &Rc<Object>)| kind.group() == GROUP;
        let kinds: Vec<Kind> = definitions::served(store).filter(own).map(|(kind, _)| kind).collect();
        let named = |name: &str| kinds.iter().copied().find(|kind| kind.name() == name);
        Some(Self {
            class: named("GatewayClass")?,
            gateway: named("Gateway")?,
            route: named("HTTPRoute"),
            grant: named("ReferenceGrant"),
        })
    }
}

/// A listener of a Gateway.
#[derive(Clone, Debug)]
pub struct GatewayListener {
    pub name: String,
    pub port: u16,
    /// Whether it ends TLS.
    pub tls: bool,
    /// Empty if it is for all hosts.
    pub host: String,
    /// Why it serves nobody.
    pub fault: Option<ListenerFault>,
    pub routes: Vec<AttachedRoute>,
    /// Whether HTTPRoutes may be attached.
    pub(super) takes_http: bool,
    pub(super) from: Namespaces,
}

/// The namespaces whose routes a listener takes.
#[derive(Clone, Debug)]
pub(super) enum Namespaces {
    Same,
    All,
    Selected(api::Value),
}

/// Why a listener serves nobody, as the condition says it that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenerFault {
    pub condition: &'static str,
    pub reason: &'static str,
    pub message: String,
}

/// The namespace that a reference from an object names, else the object's own.
pub(super) fn namespace_of<'a>(reference: Cursor<'a>, from: &'a Object) -> &'a str {
    reference.field("namespace").as_text().unwrap_or(from.namespace())
}
