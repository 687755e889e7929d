use super::{Protocol, port_number};
use crate::{Cursor, Value};

#[derive(Clone, Copy, Debug)]
pub struct EndpointSlice<'a>(Cursor<'a>);

impl<'a> EndpointSlice<'a> {
    pub fn of(object: &'a Value) -> Self {
        Self(Cursor::new(object))
    }

    /// `IPv4`, `IPv6` or `FQDN`.
    pub fn address_type(self) -> &'a str {
        self.0.field("addressType").text()
    }

    pub fn ports(self) -> impl ExactSizeIterator<Item = EndpointPort<'a>> + Clone + use<'a> {
        self.0.field("ports").items().map(EndpointPort)
    }

    pub fn endpoints(self) -> impl ExactSizeIterator<Item = Endpoint<'a>> + Clone + use<'a> {
        self.0.field("endpoints").items().map(Endpoint)
    }
}

/// A port of an EndpointSlice; it belongs to the Service's port of the same name.
#[derive(Clone, Copy, Debug)]
pub struct EndpointPort<'a>(Cursor<'a>);

impl<'a> EndpointPort<'a> {
    pub fn name(self) -> &'a str {
        self.0.field("name").text()
    }

    pub fn protocol(self) -> Protocol {
        Protocol::read(self.0.field("protocol").as_text())
    }

    pub fn protocol_word(self) -> &'a str {
        self.0.field("protocol").text()
    }

    /// `None` if the slice sets no port number.
    pub fn number(self) -> Option<u16> {
        port_number(self.0.field("port"))
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Endpoint<'a>(Cursor<'a>);

impl<'a> Endpoint<'a> {
    pub fn addresses(self) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        self.0.field("addresses").texts()
    }

    /// The first address: consumers use no other.
    pub fn address(self) -> Option<&'a str> {
        self.addresses().next()
    }

    fn condition(self, name: &str, if_unset: bool) -> bool {
        self.0.field("conditions").field(name).as_flag().unwrap_or(if_unset)
    }

    pub fn is_ready(self) -> bool {
        self.condition("ready", true)
    }

    pub fn is_serving(self) -> bool {
        self.condition("serving", true)
    }

    pub fn is_terminating(self) -> bool {
        self.condition("terminating", false)
    }

    pub fn node_name(self) -> Option<&'a str> {
        self.0.field("nodeName").as_text()
    }

    pub fn zone(self) -> Option<&'a str> {
        self.0.field("zone").as_text()
    }

    pub fn hostname(self) -> Option<&'a str> {
        self.0.field("hostname").as_text().filter(|name| !name.is_empty())
    }

    pub fn zone_hints(self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.hints("forZones")
    }

    pub fn node_hints(self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.hints("forNodes")
    }

    fn hints(self, list: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let hints = self.0.field("hints").field(list).items();
        hints.map(|hint| hint.field("name").text())
    }

    /// The `targetRef`.
    pub fn target(self) -> Cursor<'a> {
        self.0.field("targetRef")
    }

    /// The namespace (if `targetRef` has one) and the name of the pod behind the endpoint.
    pub fn pod(self) -> Option<(Option<&'a str>, &'a str)> {
        let target = self.target();
        (target.field("kind") == "Pod").then(|| (target.field("namespace").as_text(), target.field("name").text()))
    }
}
