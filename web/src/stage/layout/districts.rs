//! Districts: nodes and what is outside; and the small stations at the foot of the map.

use super::super::geometry::{Point, Polyline, Rect};
use super::super::plan::{Location, MapColumn, is_default};
use super::super::scene::{Aside, District, Face, PortDoor, Station, Symbol, Tone, Who};
use super::services::middle;
use super::{MARGIN, Setting};
use crate::pod_state::PodState;
use crate::say;
use base::Order;
use playground::ObjectKey;
use std::collections::BTreeMap;
use std::net::SocketAddr;

impl Setting<'_, '_> {
    pub(super) fn draw_outside(&mut self) {
        let Some(column) = self
            .plan
            .columns
            .iter()
            .position(|column| matches!(column, MapColumn::Outside))
        else {
            return;
        };
        let x = self.columns.get(column).map_or(0.0, |column| column.x);
        let asked: Vec<f64> = self
            .plan
            .asks
            .iter()
            .filter(|(who, _)| *who == Who::Outside)
            .filter_map(|(_, service)| self.plan.services.get(*service))
            .filter_map(|planned| self.scene.interchanges.get(&planned.service.key))
            .map(|interchange| interchange.at.y)
            .collect();
        let y = middle(&asked).unwrap_or(self.scene.size.h / 2.0);
        let at = Point::new(x, y);
        let labels = vec![
            self.centred(x, y + self.s(23.0), say::laptop().to_owned(), Face::Name, Tone::Ink),
            self.centred(
                x,
                y + self.s(23.0) + self.line(Face::Name),
                say::map_outside().to_owned(),
                Face::Address,
                Tone::Soft,
            ),
        ];
        let station = Station {
            at,
            radius: self.s(18.0),
            mark: Symbol::Laptop,
            state: PodState::Ready,
            line: None,
            labels,
            bar: None,
            presence: 1.0,
            described: say::map_laptop().to_owned(),
        };
        self.scene.stations.insert(Who::Outside, station);
    }

    pub(super) async fn draw_districts(&mut self) {
        let wide = self.scene.size.w;
        let left = self.ground_left();
        let right = wide - MARGIN;
        let many = self.places.len() > 1;
        let last = self
            .columns
            .iter()
            .rev()
            .find(|column| column.left + column.right > 0.0);
        let last_right = last.map_or(right, |column| column.x + column.right);
        let last_left = last.map_or(left, |column| column.x - column.left);
        let first_text = self
            .columns
            .iter()
            .map(|column| column.x - column.left)
            .find(|x| *x > left)
            .unwrap_or(left + self.s(18.0))
            .min(left + self.s(22.0));
        let mut districts = std::mem::take(&mut self.scene.districts);
        let drawn = self.scene.wires.values().filter(|wire| wire.drawn);
        let rails: Vec<Rail> = drawn.map(|wire| (wire.path.heights(), &*wire.path)).collect();
        for (district, place) in districts.iter_mut().zip(&self.places) {
            district.rect.x = left;
            district.rect.w = right - left;
            let top = district.rect.bottom() - self.s(26.0);
            let room = if many {
                last_right - last_left
            } else {
                right - self.s(12.0) - first_text
            };
            let end = if many { Some(last_right) } else { None };
            self.write_place(district, place, (first_text, top), room, end);
            self.open_doors(district, place, top + self.s(0.5), &rails);
            self.pace.rest().await;
        }
        self.scene.zones = self.zones(&districts);
        self.scene.districts = districts;
        self.draw_resolver(left, right, many);
        self.draw_aside(left, right, many);
    }

    /// Writes the name of a location and as many of its facts as fit in a row, ending at `end` if given.
    fn write_place(
        &self,
        district: &mut District,
        place: &Location,
        (x, top): (f64, f64),
        room: f64,
        end: Option<f64>,
    ) {
        let (name, rest) = self.place_words(place);
        let name = self.fitted(name, place, room);
        let gap = self.s(14.0);
        let mut wide = self.width(&name, Face::Name);
        let mut fits = |words: &String| {
            let with = wide + gap + self.width(words, Face::Address);
            let fits = with <= room;
            if fits {
                wide = with;
            }
            fits
        };
        let rest: Vec<String> = rest.into_iter().filter(&mut fits).collect();
        let x = end.map_or(x, |end| end - wide.min(room));
        let name = self.at_left(x, top, name, Face::Name, Tone::Soft);
        let mut right = name.rect.right();
        district.labels = vec![name];
        for words in rest {
            let label = self.at_left(right + gap, top + self.s(0.5), words, Face::Address, Tone::Soft);
            right = label.rect.right();
            district.labels.push(label);
        }
    }

    /// Places the node ports of a node beside its name, where there is no text and no rail.
    fn open_doors(&self, district: &mut District, place: &Location, top: f64, rails: &[Rail<'_>]) {
        /// The distance between positions that are tried.
        const STEP: f64 = 9.0;
        let mut doors = self.doors(place).peekable();
        if doors.peek().is_none() {
            return;
        }
        let beside = district.labels.last().filter(|_| self.places.len() == 1);
        let mut x = beside.map_or(district.rect.x, |name| name.rect.right()) + self.s(14.0);
        let row = Rect::new(district.rect.x, top, district.rect.w, self.line(Face::Address));
        let taken = taken(rails, &row.grown(self.s(8.0)));
        for (service, line, port) in doors {
            let mut label = self.at_left(x, top, port, Face::Address, Tone::Soft);
            while label.rect.right() < district.rect.right() - self.s(12.0)
                && !self.is_free(district, &taken, &label.rect)
            {
                label.rect.x += STEP;
            }
            if label.rect.right() >= district.rect.right() - self.s(12.0) {
                return;
            }
            x = label.rect.right() + self.s(18.0);
            district.doors.push(PortDoor { service, line, label });
        }
    }

    fn is_free(&self, district: &District, taken: &[(f64, f64)], place: &Rect) -> bool {
        let around = place.grown(self.s(8.0));
        !district.labels.iter().any(|label| label.rect.overlaps(&around))
            && !taken
                .iter()
                .any(|(left, right)| *left < around.right() && around.x < *right)
    }

    /// The open node ports of a node: key, port and colour of the Service.
    fn doors(&self, place: &Location) -> impl Iterator<Item = (ObjectKey, usize, String)> {
        let is_node = matches!(place, Location::Node(_));
        let with_line = self.plan.services.iter().zip(&self.lines);
        with_line.filter(move |_| is_node).flat_map(|(planned, line)| {
            let ports = planned.service.ports.iter().filter_map(|port| port.node_port);
            ports.map(|port| (planned.service.key.clone(), *line, format!(":{port}")))
        })
    }

    /// The name of a location and its facts, the most important first.
    fn place_words(&self, place: &Location) -> (String, Vec<String>) {
        let name = match place {
            Location::Node(name) => name,
            Location::Unscheduled => return (say::pod_unscheduled().to_owned(), Vec::new()),
            Location::Elsewhere => return (say::map_elsewhere().to_owned(), Vec::new()),
        };
        let node = self.world.nodes.iter().find(|node| node.name == *name);
        let zone = node.and_then(|node| node.zone.as_ref()).map(|zone| {
            let says_so = zone.starts_with("zone");
            if says_so { zone.clone() } else { say::map_zone(&zone) }
        });
        let ip = node.map(|node| node.ip.to_string());
        (say::map_node(&name), zone.into_iter().chain(ip).collect())
    }

    /// The name of a location; its shorter one if need be, cut off if even that is too long.
    fn fitted(&self, name: String, place: &Location, room: f64) -> String {
        if self.width(&name, Face::Name) <= room {
            return name;
        }
        self.cut(short_name(place), Face::Name, room)
    }

    /// A rectangle around the nodes of each zone, if there are several zones and one has several nodes.
    fn zones(&self, districts: &[District]) -> Vec<Rect> {
        /// The margin around a zone.
        const AROUND: f64 = 4.0;
        let mut zones: BTreeMap<&str, (Rect, usize)> = BTreeMap::new();
        for district in districts {
            let node = self
                .world
                .nodes
                .iter()
                .find(|node| Some(&node.name) == district.node.as_ref());
            let Some(zone) = node.and_then(|node| node.zone.as_deref()) else {
                continue;
            };
            let own = district.rect.grown(AROUND);
            let (known, nodes) = zones.entry(zone).or_insert((own, 0));
            known.h = own.bottom() - known.y;
            *nodes += 1;
        }
        // Where each node is a zone of its own, a frame would say nothing.
        let shared = zones.len() > 1 && zones.values().any(|(_, nodes)| *nodes > 1);
        let around = zones.into_values().map(|(around, _)| around);
        around.filter(|_| shared).collect()
    }

    /// The left edge of the nodes: right of what is outside, in the middle of the strip after the first Services.
    pub(super) fn ground_left(&self) -> f64 {
        let first_stations = self
            .plan
            .columns
            .iter()
            .position(|column| matches!(column, MapColumn::Stations(_)));
        let clients_first = first_stations.is_some_and(|first| {
            !self
                .plan
                .columns
                .iter()
                .take(first)
                .any(|column| matches!(column, MapColumn::Services(_)))
        });
        let outside = self.sends_outside() || !clients_first;
        match first_stations {
            Some(first) if first > 0 && outside => {
                let zone = |index: usize| self.columns.get(index);
                let before = zone(first - 1).map_or(MARGIN, |column| column.x + column.right);
                let start = zone(first).map_or(MARGIN, |column| column.x - column.left);
                (before + 4.0).min(start - self.s(10.0)).max(MARGIN)
            }
            _ => MARGIN,
        }
    }

    pub(super) fn sends_outside(&self) -> bool {
        self.plan.sends(&Who::Outside)
    }

    /// The row at the foot of the map: its height, and the right end of what is written there.
    fn foot_line(&self, left: f64, many: bool) -> (f64, f64) {
        let line = self.line(Face::Note);
        if many {
            let resolver = self.scene.resolver.as_ref();
            let taken = resolver.map_or(left, |resolver| resolver.label.rect.right() + self.s(20.0));
            return (self.scene.size.h - MARGIN - self.s(6.0) - line, taken);
        }
        let districts = self.scene.districts.iter().flat_map(|district| {
            let doors = district.doors.iter().map(|door| &door.label);
            district.labels.iter().chain(doors)
        });
        let words = districts.chain(self.scene.resolver.iter().map(|resolver| &resolver.label));
        let taken = words.map(|label| label.rect.right()).fold(left, f64::max);
        (self.scene.size.h - MARGIN - self.s(26.0), taken + self.s(20.0))
    }

    fn draw_resolver(&mut self, left: f64, right: f64, many: bool) {
        let is_asked = self.plan.asks.iter().any(|(who, _)| matches!(who, Who::Pod(_)));
        if !is_asked {
            return;
        }
        let (top, taken) = self.foot_line(left, many);
        let x = taken + self.s(26.0);
        let dns = self.world.networks.dns();
        for text in [format!("DNS {dns}"), "DNS".to_owned()] {
            if x + self.width(&text, Face::Address) <= right - self.s(12.0) {
                let label = self.at_left(x, top, text, Face::Address, Tone::Soft);
                let at = Point::new(x - self.s(14.0), label.rect.y + label.rect.h / 2.0);
                let described = say::map_resolver(&dns);
                self.scene.resolver = Some(Aside { at, label, described });
                return;
            }
        }
    }

    pub(super) fn draw_aside(&mut self, left: f64, right: f64, many: bool) {
        let Some(service) = self.world.services.iter().find(|service| is_default(&service.key)) else {
            return;
        };
        if self.view.focus.is_some() || self.scene.interchanges.contains_key(&service.key) {
            return;
        }
        let Some(ip) = service.cluster_ips.first() else {
            return;
        };
        let port = service.ports.first().map(|port| port.port).unwrap_or_default();
        let address = SocketAddr::new(*ip, port);
        let (top, taken) = self.foot_line(left, many);
        let taken = taken + self.s(20.0);
        let words = [
            say::map_kubernetes(&address),
            format!("kubernetes {ip}"),
            "kubernetes".to_owned(),
        ];
        for text in words {
            let wide = self.width(&text, Face::Address);
            let x = right - self.s(20.0) - wide;
            if x - self.s(20.0) > taken {
                let label = self.at_left(x, top, text, Face::Address, Tone::Soft);
                let at = Point::new(x - self.s(13.0), label.rect.y + label.rect.h / 2.0);
                let described = say::map_kubernetes_said(&address);
                self.scene.aside = Some(Aside { at, label, described });
                return;
            }
        }
    }
}

/// A rail that is drawn, with its highest and its lowest point.
type Rail<'a> = ((f64, f64), &'a Polyline);

/// From where to where there are rails in a row, from left to right.
fn taken(rails: &[Rail<'_>], row: &Rect) -> Vec<(f64, f64)> {
    let level = { rails.iter() }.filter(|((top, bottom), _)| *top <= row.bottom() && *bottom >= row.y);
    let mut spans: Vec<(f64, f64)> = level.flat_map(|(_, rail)| rail.spans(row.y, row.bottom())).collect();
    spans.order_by(|one, other| one.0.total_cmp(&other.0));
    spans.dedup_by(|next, span| {
        let is_joined = next.0 <= span.1;
        span.1 = if is_joined { span.1.max(next.1) } else { span.1 };
        is_joined
    });
    spans
}

/// What a location is called where there is little room.
fn short_name(place: &Location) -> String {
    match place {
        Location::Node(name) => name.clone(),
        Location::Unscheduled => say::pod_unscheduled().to_owned(),
        Location::Elsewhere => say::map_outside().to_owned(),
    }
}
