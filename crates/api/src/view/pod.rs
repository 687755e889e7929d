use super::{condition, port_number};
use crate::{Cursor, Value};

#[derive(Clone, Copy, Debug)]
pub struct Pod<'a> {
    pub spec: Cursor<'a>,
    pub status: Cursor<'a>,
}

impl<'a> Pod<'a> {
    pub fn of(object: &'a Value) -> Self {
        let object = Cursor::new(object);
        Self {
            spec: object.field("spec"),
            status: object.field("status"),
        }
    }

    /// A pod of which only the spec is known, as in a template.
    pub fn of_spec(spec: Cursor<'a>) -> Self {
        Self {
            spec,
            status: Cursor::NULL,
        }
    }

    /// The name of its node, `None` until it is scheduled.
    pub fn node_name(self) -> Option<&'a str> {
        self.spec.field("nodeName").as_text()
    }

    pub fn phase(self) -> &'a str {
        self.status.field("phase").text()
    }

    /// Whether it ended, successfully or not.
    pub fn is_over(self) -> bool {
        matches!(self.phase(), "Succeeded" | "Failed")
    }

    pub fn ip(self) -> Option<&'a str> {
        self.status.field("podIP").as_text()
    }

    pub fn ips(self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.status
            .field("podIPs")
            .items()
            .filter_map(|entry| entry.field("ip").as_text())
    }

    /// Its address of a family, `IPv4` or `IPv6`.
    pub fn ip_of_family(self, family: &str) -> Option<&'a str> {
        self.ips().find(|ip| ip.contains(':') == (family == "IPv6"))
    }

    pub fn condition(self, name: &str) -> Option<Cursor<'a>> {
        condition(self.status, name)
    }

    /// The condition Ready, `None` unless it is true.
    pub fn ready(self) -> Option<Cursor<'a>> {
        self.condition("Ready").filter(|ready| ready.field("status") == "True")
    }

    pub fn containers(self) -> impl ExactSizeIterator<Item = Container<'a>> + Clone + use<'a> {
        self.spec.field("containers").items().map(Container)
    }

    pub fn init_containers(self) -> impl ExactSizeIterator<Item = Container<'a>> + Clone + use<'a> {
        self.spec.field("initContainers").items().map(Container)
    }

    /// Containers that run for the pod's whole life: the main ones, then sidecars.
    pub fn lasting_containers(self) -> impl Iterator<Item = Container<'a>> + use<'a> {
        self.containers()
            .chain(self.init_containers().filter(|it| it.is_sidecar()))
    }

    /// The seconds it gets to terminate.
    ///
    /// Models: pkg/apis/core/v1 SetDefaults_PodSpec (v1.36).
    pub fn grace_seconds(self) -> i64 {
        self.spec
            .field("terminationGracePeriodSeconds")
            .as_number()
            .unwrap_or(30)
    }
}

/// A container of a pod or of a template.
#[derive(Clone, Copy, Debug)]
pub struct Container<'a>(Cursor<'a>);

impl<'a> Container<'a> {
    pub fn name(self) -> &'a str {
        self.0.field("name").text()
    }

    pub fn image(self) -> &'a str {
        self.0.field("image").text()
    }

    /// Whether an init container keeps running beside the main containers.
    pub fn is_sidecar(self) -> bool {
        self.0.field("restartPolicy") == "Always"
    }

    pub fn ports(self) -> impl ExactSizeIterator<Item = ContainerPort<'a>> + use<'a> {
        self.0.field("ports").items().map(ContainerPort)
    }
}

/// A port that a container declares.
#[derive(Clone, Copy, Debug)]
pub struct ContainerPort<'a>(Cursor<'a>);

impl<'a> ContainerPort<'a> {
    pub fn name(self) -> &'a str {
        self.0.field("name").text()
    }

    pub fn protocol_word(self) -> &'a str {
        self.0.field("protocol").as_text().unwrap_or("TCP")
    }

    pub fn number(self) -> Option<u16> {
        port_number(self.0.field("containerPort"))
    }
}
