//! The listeners of Gateways: where they listen, for which hosts, and what is wrong with them.

use super::backends::is_granted;
use super::gateway::{GROUP, GatewayListener, Kinds, ListenerFault, Namespaces, namespace_of};
use crate::store::{Object, Store};
use api::{Cursor, Kind};

fn fault(condition: &'static str, reason: &'static str, message: String) -> ListenerFault {
    ListenerFault {
        condition,
        reason,
        message,
    }
}

pub(super) fn of(store: &Store, kinds: &Kinds, gateway: &Object) -> Vec<GatewayListener> {
    let mut all: Vec<GatewayListener> = Vec::new();
    let mut protocols: Vec<(u16, String)> = Vec::new();
    for written in gateway.spec().field("listeners").items() {
        let protocol = written.field("protocol").text().to_owned();
        let mut listener = read(store, kinds, gateway, written);
        let at_port = protocols.iter().find(|(port, _)| *port == listener.port);
        if at_port.is_some_and(|(_, other)| *other != protocol) {
            let words = format!("another listener at port {} has another protocol", listener.port);
            listener.fault = Some(fault("Conflicted", "ProtocolConflict", words));
        } else if all
            .iter()
            .any(|it| it.port == listener.port && it.host == listener.host)
        {
            let words = format!("another listener at port {} has the same hostname", listener.port);
            listener.fault = Some(fault("Conflicted", "HostnameConflict", words));
        }
        protocols.push((listener.port, protocol));
        all.push(listener);
    }
    all
}

fn read(store: &Store, kinds: &Kinds, gateway: &Object, written: Cursor<'_>) -> GatewayListener {
    let protocol = written.field("protocol").text();
    let allowed = written.field("allowedRoutes");
    let mut allowed_kinds = allowed.field("kinds").items().peekable();
    let is_http = |kind: Cursor<'_>| {
        kind.field("kind") == "HTTPRoute" && kind.field("group").as_text().is_none_or(|group| group == GROUP)
    };
    let takes_http = allowed_kinds.peek().is_none() || allowed_kinds.any(is_http);
    let namespaces = allowed.field("namespaces");
    let fault = match protocol {
        "HTTP" => None,
        "HTTPS" => certificate_fault(store, kinds, gateway, written.field("tls")),
        other => {
            let words = format!("listeners of protocol {other} are not served here");
            Some(fault("Accepted", "UnsupportedProtocol", words))
        }
    };
    GatewayListener {
        name: written.field("name").text().to_owned(),
        port: u16::try_from(written.field("port").number()).unwrap_or_default(),
        tls: protocol == "HTTPS",
        host: written.field("hostname").text().to_ascii_lowercase(),
        fault: fault.or_else(|| kinds_fault(takes_http)),
        routes: Vec::new(),
        takes_http,
        from: match namespaces.field("from").text() {
            "All" => Namespaces::All,
            "Selector" => Namespaces::Selected(namespaces.field("selector").value.clone()),
            _ => Namespaces::Same,
        },
    }
}

fn kinds_fault(takes_http: bool) -> Option<ListenerFault> {
    let words = || "of the kinds of routes only HTTPRoute is carried here".to_owned();
    (!takes_http).then(|| fault("ResolvedRefs", "InvalidRouteKinds", words()))
}

fn certificate_fault(store: &Store, kinds: &Kinds, gateway: &Object, tls: Cursor<'_>) -> Option<ListenerFault> {
    if tls.field("mode") == "Passthrough" {
        let words = "TLS is ended here, not passed through".to_owned();
        return Some(fault("Accepted", "UnsupportedValue", words));
    }
    let mut certificates = tls.field("certificateRefs").items().peekable();
    if certificates.peek().is_none() {
        let words = "a listener of protocol HTTPS needs a certificate".to_owned();
        return Some(fault("ResolvedRefs", "InvalidCertificateRef", words));
    }
    certificates.find_map(|reference| {
        let (namespace, name) = (namespace_of(reference, gateway), reference.field("name").text());
        let granted = || {
            let to = ("", "Secret", namespace, name);
            is_granted(store, kinds.grant, (GROUP, "Gateway", gateway.namespace()), to)
        };
        if namespace != gateway.namespace() && !granted() {
            let words = format!("no ReferenceGrant lets it use Secret {namespace}/{name}");
            return Some(fault("ResolvedRefs", "RefNotPermitted", words));
        }
        let is_there = store.find(Kind::Secret, namespace, name).is_some();
        let words = || format!("Secret {namespace}/{name} does not exist");
        (!is_there).then(|| fault("ResolvedRefs", "InvalidCertificateRef", words()))
    })
}
