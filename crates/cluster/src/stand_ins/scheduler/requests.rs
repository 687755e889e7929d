//! What pods ask for, and what a node has.

use crate::store::Object;
use api::Cursor;
use api::quantity::nanos;
use std::collections::BTreeMap;

/// Amounts of resources, in billionths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amounts(BTreeMap<Box<str>, i128>);

impl Amounts {
    pub(crate) fn read(list: Cursor<'_>) -> Self {
        let amounts = list
            .text_entries()
            .filter_map(|(name, text)| Some((name.into(), nanos(text)?)));
        Self(amounts.collect())
    }

    /// What a pod asks for: its containers together, or its largest init container, and its overhead.
    ///
    /// Models: component-helpers/resource PodRequests (v1.36).
    pub(crate) fn of_pod(pod: &Object) -> Self {
        let spec = pod.spec();
        let requests = |container: Cursor<'_>| Self::read(container.field("resources").field("requests"));
        let mut total = Self::default();
        for container in spec.field("containers").items() {
            total.add(&requests(container));
        }
        let (mut sidecars, mut starting) = (Self::default(), Self::default());
        for container in spec.field("initContainers").items() {
            let own = requests(container);
            if container.field("restartPolicy") == "Always" {
                sidecars.add(&own);
                total.add(&own);
                starting.raise(&sidecars);
            } else {
                let mut beside = sidecars.clone();
                beside.add(&own);
                starting.raise(&beside);
            }
        }
        total.raise(&starting);
        let of_pod = Self::read(spec.field("resources").field("requests"));
        total.0.extend(of_pod.0);
        total.add(&Self::read(spec.field("overhead")));
        total.0.retain(|_, amount| *amount > 0);
        total
    }

    pub(crate) fn get(&self, name: &str) -> i128 {
        self.0.get(name).copied().unwrap_or_default()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, i128)> {
        self.0.iter().map(|(name, amount)| (&**name, *amount))
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (name, amount) in &other.0 {
            let sum = self.0.entry(name.clone()).or_default();
            *sum = sum.saturating_add(*amount);
        }
    }

    pub(crate) fn subtract(&mut self, other: &Self) {
        for (name, amount) in &other.0 {
            let rest = self.0.entry(name.clone()).or_default();
            *rest = rest.saturating_sub(*amount);
        }
    }

    fn raise(&mut self, other: &Self) {
        for (name, amount) in &other.0 {
            let most = self.0.entry(name.clone()).or_default();
            *most = (*most).max(*amount);
        }
    }
}

/// A port that a pod takes on its node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HostPort {
    address: Box<str>,
    protocol: Box<str>,
    port: i64,
}

impl HostPort {
    /// Models: pkg/scheduler/util GetHostPorts (v1.36).
    pub(crate) fn of_pod(pod: &Object) -> Vec<Self> {
        let spec = pod.spec();
        let sidecars = spec.field("initContainers").items();
        let sidecars = sidecars.filter(|it| it.field("restartPolicy") == "Always");
        let containers = sidecars.chain(spec.field("containers").items());
        let ports = containers.flat_map(|container| container.field("ports").items());
        ports
            .filter(|port| port.field("hostPort").number() > 0)
            .map(|port| Self {
                address: port.field("hostIP").as_text().unwrap_or("0.0.0.0").into(),
                protocol: port.field("protocol").as_text().unwrap_or("TCP").into(),
                port: port.field("hostPort").number(),
            })
            .collect()
    }

    /// Models: kube-scheduler/framework HostPortInfo.CheckConflict (v1.36).
    pub(crate) fn conflicts(&self, other: &Self) -> bool {
        let any = |port: &Self| matches!(&*port.address, "" | "0.0.0.0");
        let same_address = self.address == other.address || any(self) || any(other);
        same_address && self.port == other.port && self.protocol == other.protocol
    }
}
