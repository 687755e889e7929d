//! Which routes are attached to which listeners.

use super::gateway::{AttachedRoute, GROUP, Gateway, GatewayListener, Namespaces, namespace_of};
use crate::controllers::workload::selector_admits;
use crate::store::{Object, Store};
use api::{Cursor, Kind};
use std::rc::Rc;

/// Whether a `parentRef` of a route names a Gateway.
pub(super) fn is_meant(parent: Cursor<'_>, route: &Object, gateway: &Object) -> bool {
    parent.field("group").as_text().is_none_or(|group| group == GROUP)
        && parent.field("kind").as_text().is_none_or(|kind| kind == "Gateway")
        && parent.field("name") == gateway.name()
        && namespace_of(parent, route) == gateway.namespace()
}

/// Why a route is attached to no listener of the Gateway that a `parentRef` names: reason and message.
pub(super) type Refused = (&'static str, &'static str);

/// The listeners that take a route by one of its `parentRef`s, each with the hosts in common.
pub(super) fn taken(
    store: &Store,
    gateway: &Gateway,
    route: &Object,
    parent: Cursor<'_>,
) -> Result<Vec<(usize, Vec<String>)>, Refused> {
    let section = parent.field("sectionName").as_text();
    let port = parent.field("port").as_number();
    let is_named = |listener: &GatewayListener| {
        section.is_none_or(|section| section == listener.name)
            && port.is_none_or(|port| port == i64::from(listener.port))
    };
    let all = || gateway.listeners.iter().enumerate();
    let named: Vec<_> = all().filter(|(_, it)| is_named(it)).collect();
    if named.is_empty() {
        return Err(("NoMatchingParent", "No listener of the Gateway has this name and port"));
    }
    let admits = |it: &GatewayListener| it.takes_http && is_from(store, &it.from, gateway, route);
    let admitting: Vec<_> = named.into_iter().filter(|(_, it)| admits(it)).collect();
    if admitting.is_empty() {
        let words = "No listener lets routes of this kind and namespace attach";
        return Err(("NotAllowedByListeners", words));
    }
    let hosts: Vec<&str> = route.spec().field("hostnames").texts().collect();
    let in_common = admitting
        .into_iter()
        .map(|(place, it)| (place, in_common(&it.host, &hosts)));
    let taken: Vec<_> = in_common.filter(|(_, hosts)| !hosts.is_empty()).collect();
    if taken.is_empty() {
        let words = "No listener's hostname matches a hostname of the route";
        return Err(("NoMatchingListenerHostname", words));
    }
    Ok(taken)
}

/// Attaches a route by one of its `parentRef`s.
pub(super) fn attach(store: &Store, gateway: &mut Gateway, route: &Rc<Object>, parent: Cursor<'_>) {
    for (place, hosts) in taken(store, gateway, route, parent).unwrap_or_default() {
        let Some(listener) = gateway.listeners.get_mut(place) else {
            continue;
        };
        if listener.routes.iter().all(|known| known.object.key != route.key) {
            listener.routes.push(AttachedRoute {
                object: route.clone(),
                hosts,
            });
        }
    }
}

fn is_from(store: &Store, from: &Namespaces, gateway: &Gateway, route: &Object) -> bool {
    match from {
        Namespaces::All => true,
        Namespaces::Same => route.namespace() == gateway.object.namespace(),
        Namespaces::Selected(selector) => {
            let namespace = store.find(Kind::Namespace, "", route.namespace());
            namespace.is_some_and(|namespace| selector_admits(selector, &|name| namespace.label(name)))
        }
    }
}

/// The hosts that a listener and a route have in common; an empty one stands for all.
fn in_common(listener: &str, hosts: &[&str]) -> Vec<String> {
    if hosts.is_empty() {
        return vec![listener.to_owned()];
    }
    hosts
        .iter()
        .filter_map(|host| both(listener, &host.to_ascii_lowercase()))
        .collect()
}

fn both(listener: &str, host: &str) -> Option<String> {
    let is_under = |wide: &str, narrow: &str| {
        wide.strip_prefix('*')
            .is_some_and(|end| narrow.trim_start_matches('*').len() > end.len() && narrow.ends_with(end))
    };
    if listener.is_empty() || listener == host || is_under(listener, host) {
        Some(host.to_owned())
    } else {
        is_under(host, listener).then(|| listener.to_owned())
    }
}
