//! What is highlighted on the map: what is selected or pointed at, and what belongs to it.

use super::geometry::Point;
use super::scene::{Scene, Who, WireId};
use crate::hops::PacketSummary;
use crate::selection::Selection;
use playground::{ObjectKey, Request};
use std::collections::BTreeSet;

/// What is selected dims the rest; what is pointed at glows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Highlight {
    selected: Related,
    pointed: Related,
}

impl Highlight {
    pub fn new(selected: Related, pointed: Related) -> Self {
        Self { selected, pointed }
    }

    /// False for rails that are dimmed.
    pub fn rail(&self, id: &WireId) -> bool {
        !self.selected.any || self.selected.has_rail(id) || self.glows(id)
    }

    pub fn glows(&self, id: &WireId) -> bool {
        self.pointed.any && self.pointed.has_rail(id)
    }

    pub fn station(&self, who: &Who) -> bool {
        self.selected.stations.contains(who) || self.pointed.stations.contains(who)
    }

    pub fn service(&self, key: &ObjectKey) -> bool {
        self.selected.services.contains(key) || self.pointed.services.contains(key)
    }

    /// Whether the node is selected, or one of its rules chose the endpoint.
    pub fn node(&self, name: Option<&String>) -> bool {
        name.is_some()
            && [&self.selected, &self.pointed]
                .iter()
                .any(|lit| lit.node.as_ref() == name)
    }

    /// Whether the request entered by this node port.
    pub fn door(&self, node: Option<&String>, port: &str) -> bool {
        let knocked = |lit: &&Related| lit.door.as_deref() == Some(port) && lit.node.as_ref() == node;
        [&self.selected, &self.pointed].iter().any(knocked)
    }
}

/// What belongs to one object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Related {
    any: bool,
    /// Services all of whose rails belong to it.
    lines: BTreeSet<ObjectKey>,
    /// Stations all of whose rails belong to it.
    ends: BTreeSet<Who>,
    /// The rails that a request takes: client, Service, endpoint.
    course: Option<(Who, ObjectKey, Option<Who>)>,
    /// Shared rails that these rails run along.
    trunks: BTreeSet<WireId>,
    stations: BTreeSet<Who>,
    services: BTreeSet<ObjectKey>,
    /// The node itself, or the node whose rule chose the endpoint.
    node: Option<String>,
    /// The label of the node port that the request entered by.
    door: Option<String>,
}

impl Related {
    pub fn of(
        scene: &Scene,
        looked_at: Option<&Selection>,
        request: Option<(&Request, Option<&PacketSummary>)>,
    ) -> Self {
        match (looked_at, request) {
            (Some(Selection::Request(_)), Some((request, passage))) => Self::by_request(scene, request, passage),
            (None, _) | (Some(Selection::Request(_)), None) => Self::default(),
            (Some(Selection::Service(key)), _) => Self::by_service(scene, key),
            (Some(Selection::Node(name)), _) => Self {
                node: Some(name.clone()),
                ..Self::default()
            },
            (Some(other), _) => Who::of(other).map_or_else(Self::default, |who| Self::by_station(scene, &who)),
        }
    }

    /// Also what belongs to these.
    pub fn and(mut self, scene: &Scene, others: &[Selection]) -> Self {
        for other in others {
            let other = Self::of(scene, Some(other), None);
            self.any |= other.any;
            self.lines.extend(other.lines);
            self.ends.extend(other.ends);
            self.trunks.extend(other.trunks);
            self.stations.extend(other.stations);
            self.services.extend(other.services);
            self.node = self.node.or(other.node);
        }
        self
    }

    fn by_service(scene: &Scene, key: &ObjectKey) -> Self {
        let own = scene.wires.iter().filter(|(id, wire)| id.service() == key && wire.open);
        Self {
            any: true,
            lines: [key.clone()].into(),
            stations: own
                .filter_map(|(id, _)| match id {
                    WireId::Forward(_, who) => Some(who.clone()),
                    WireId::Ask(..) | WireId::Trunk(..) => None,
                })
                .collect(),
            services: [key.clone()].into(),
            ..Self::default()
        }
    }

    fn by_station(scene: &Scene, who: &Who) -> Self {
        let own = scene.wires.keys().filter(|id| id.station() == Some(who));
        Self {
            any: true,
            stations: [who.clone()].into(),
            ends: [who.clone()].into(),
            trunks: own.clone().flat_map(|id| trunks(scene, id)).collect(),
            services: own.map(|id| id.service().clone()).collect(),
            ..Self::default()
        }
    }

    fn by_request(scene: &Scene, request: &Request, passage: Option<&PacketSummary>) -> Self {
        let client = Who::from(&request.client);
        let backend = request.backend.as_ref();
        let backend = backend.and_then(|backend| scene.addresses.get(&backend.ip)).cloned();
        let service = request.target.service.clone();
        let port = request.dialled.map(|(_, port)| format!(":{port}"));
        let asked = WireId::Ask(client.clone(), service.clone());
        let forward = backend.clone().map(|who| WireId::Forward(service.clone(), who));
        let own = std::iter::once(&asked).chain(&forward);
        Self {
            any: true,
            trunks: own.flat_map(|id| trunks(scene, id)).collect(),
            stations: std::iter::once(client.clone()).chain(backend.clone()).collect(),
            services: [service.clone()].into(),
            course: Some((client, service, backend)),
            node: passage.and_then(|passage| Some(passage.decided.as_ref()?.0.clone())),
            door: port,
            ..Self::default()
        }
    }

    fn has_rail(&self, id: &WireId) -> bool {
        if self.lines.contains(id.service()) {
            return true;
        }
        if let Some((client, service, backend)) = &self.course {
            return match id {
                WireId::Ask(who, key) => (who, key) == (client, service),
                WireId::Forward(key, who) => key == service && Some(who) == backend.as_ref(),
                WireId::Trunk(..) => self.trunks.contains(id),
            };
        }
        match id.station() {
            Some(who) => self.ends.contains(who),
            None => self.trunks.contains(id),
        }
    }
}

/// The shared rails that a rail runs along.
fn trunks<'s>(scene: &'s Scene, part: &'s WireId) -> impl Iterator<Item = WireId> + 's {
    let corners = scene
        .wires
        .get(part)
        .map(|wire| wire.path.corners())
        .unwrap_or_default();
    let goes_by = move |place: Point| corners.iter().any(|corner| corner.distance(place) < 0.5);
    let trunks = scene
        .wires
        .iter()
        .filter(move |(id, _)| matches!(id, WireId::Trunk(key, _) if key == part.service()));
    let whole = trunks.filter(move |(_, wire)| goes_by(wire.path.at(0.0)) && goes_by(wire.path.at(1.0)));
    whole.map(|(id, _)| id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> ObjectKey {
        ObjectKey::new("default", name)
    }

    #[test]
    fn what_is_selected_dims_the_rest_and_what_is_pointed_at_does_not() {
        let scene = Scene::default();
        let of = |name: &str| Related::of(&scene, Some(&Selection::Service(key(name))), None);
        let rail = |name: &str| WireId::Forward(key(name), Who::Outside);
        let pointed = Highlight::new(Related::default(), of("web"));
        assert!(pointed.rail(&rail("web")) && pointed.rail(&rail("shop")));
        assert!(pointed.glows(&rail("web")) && !pointed.glows(&rail("shop")));
        let both = Highlight::new(of("shop"), of("web"));
        assert!(both.rail(&rail("web")) && both.rail(&rail("shop")) && !both.rail(&rail("other")));
        assert!(both.service(&key("web")) && both.service(&key("shop")));
    }
}
