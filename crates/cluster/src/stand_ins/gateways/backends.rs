//! What the rules of routes refer to, and whether they may.

use super::gateway::{GROUP, namespace_of};
use crate::store::{Object, ObjectKey, Store};
use api::view::Service;
use api::{Cursor, Kind};

/// A port of a Service that a rule sends to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteBackend {
    pub service: ObjectKey,
    pub port: u16,
}

/// Why a rule's backend cannot be found: reason and message of the condition `ResolvedRefs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackendFault {
    pub reason: &'static str,
    pub message: String,
}

fn fault(reason: &'static str, message: String) -> BackendFault {
    BackendFault { reason, message }
}

pub(super) fn resolve(
    store: &Store,
    grant: Option<Kind>,
    route: &Object,
    reference: Cursor<'_>,
) -> Result<RouteBackend, BackendFault> {
    let (group, kind) = (reference.field("group").text(), reference.field("kind").as_text());
    let (namespace, name) = (namespace_of(reference, route), reference.field("name").text());
    let kind = kind.unwrap_or("Service");
    if !group.is_empty() || kind != "Service" {
        return Err(fault(
            "InvalidKind",
            format!("a backend of kind {kind} is not known here"),
        ));
    }
    let from = (GROUP, "HTTPRoute", route.namespace());
    if namespace != route.namespace() && !is_granted(store, grant, from, (group, kind, namespace, name)) {
        let words = format!(
            "no ReferenceGrant in {namespace} lets HTTPRoutes of {} refer to Service {name}",
            route.namespace()
        );
        return Err(fault("RefNotPermitted", words));
    }
    let Some(service) = store.find(Kind::Service, namespace, name) else {
        return Err(fault(
            "BackendNotFound",
            format!("Service {namespace}/{name} does not exist"),
        ));
    };
    let port = reference.field("port").number();
    if !Service::of(&service.value).ports().any(|it| it.port() == port) {
        let words = format!("Service {namespace}/{name} has no port {port}");
        return Err(fault("BackendNotFound", words));
    }
    Ok(RouteBackend {
        service: service.key.clone(),
        port: u16::try_from(port).unwrap_or_default(),
    })
}

/// Whether a ReferenceGrant lets objects of a group, kind and namespace refer to one of a group, kind, namespace and name.
pub(super) fn is_granted(
    store: &Store,
    grant: Option<Kind>,
    from: (&str, &str, &str),
    to: (&str, &str, &str, &str),
) -> bool {
    let grants = grant.into_iter().flat_map(|kind| store.of_namespace(kind, to.2));
    let says = |grant: &Object| {
        let mut froms = grant.spec().field("from").items();
        let mut tos = grant.spec().field("to").items();
        let is_from = |it: Cursor<'_>| {
            (
                it.field("group").text(),
                it.field("kind").text(),
                it.field("namespace").text(),
            ) == from
        };
        let is_to = |it: Cursor<'_>| {
            (it.field("group").text(), it.field("kind").text()) == (to.0, to.1)
                && it.field("name").as_text().is_none_or(|name| name == to.3)
        };
        froms.any(is_from) && tos.any(is_to)
    };
    { grants }.any(|grant| says(grant))
}
