//! What lies under and beside the stations: nodes, what is outside, the default Service in small.

use super::super::geometry::Point;
use super::super::plan::{Column, Place, is_default};
use super::super::scene::{Aside, Face, Mark, Standing, Station, Tone, Who};
use super::services::middle;
use super::{MARGIN, Setting};

impl Setting<'_, '_> {
    pub(super) fn draw_outside(&mut self) {
        let Some(column) = self
            .plan
            .columns
            .iter()
            .position(|column| matches!(column, Column::Outside))
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
            self.centred(x, y + self.s(23.0), "laptop".to_owned(), Face::Name, Tone::Ink),
            self.centred(
                x,
                y + self.s(23.0) + self.line(Face::Name),
                "outside".to_owned(),
                Face::Address,
                Tone::Soft,
            ),
        ];
        let station = Station {
            at,
            radius: self.s(18.0),
            mark: Mark::Laptop,
            standing: Standing::Ready,
            line: None,
            labels,
            bar: None,
            presence: 1.0,
            described: "Laptop outside the cluster".to_owned(),
        };
        self.scene.stations.insert(Who::Outside, station);
    }

    pub(super) fn draw_districts(&mut self) {
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
        let places = self.places.clone();
        for (district, place) in districts.iter_mut().zip(&places) {
            district.rect.x = left;
            district.rect.w = right - left;
            let top = district.rect.bottom() - self.s(26.0);
            let (name, ip) = match place {
                Place::Node(name) => {
                    let node = self.world.nodes.iter().find(|node| node.name == *name);
                    (format!("node {name}"), node.map(|node| node.ip.to_string()))
                }
                Place::Unscheduled => ("not scheduled".to_owned(), None),
                Place::Elsewhere => ("outside the cluster".to_owned(), None),
            };
            let gap = self.s(14.0);
            let room = last_right - last_left;
            let bare = name
                .strip_prefix("node ")
                .filter(|_| self.width(&name, Face::Name) > room);
            let name = bare.map_or(name.clone(), ToOwned::to_owned);
            let name = if many { self.cut(name, Face::Name, room) } else { name };
            let name_wide = self.width(&name, Face::Name);
            let ip_wide = ip.as_ref().map_or(0.0, |ip| self.width(ip, Face::Address) + gap);
            let (x, with_ip) = if many {
                let with_ip = name_wide + ip_wide <= room;
                let all = if with_ip { name_wide + ip_wide } else { name_wide };
                (last_right - all.min(room), with_ip)
            } else {
                (first_text, first_text + name_wide + ip_wide <= right - self.s(12.0))
            };
            let name = self.at_left(x, top, name, Face::Name, Tone::Soft);
            let ip = ip.filter(|_| with_ip).map(|ip| {
                self.at_left(
                    name.rect.right() + gap,
                    top + self.s(0.5),
                    ip,
                    Face::Address,
                    Tone::Soft,
                )
            });
            district.labels = std::iter::once(name).chain(ip).collect();
        }
        self.scene.districts = districts;
        self.draw_aside(left, right, many);
    }

    /// Where the nodes' ground begins: right of what is outside, amid the strip after the first Services.
    pub(super) fn ground_left(&self) -> f64 {
        let first_stations = self
            .plan
            .columns
            .iter()
            .position(|column| matches!(column, Column::Stations(_)));
        let clients_first = first_stations.is_some_and(|first| {
            !self
                .plan
                .columns
                .iter()
                .take(first)
                .any(|column| matches!(column, Column::Services(_)))
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

    pub(super) fn draw_aside(&mut self, left: f64, right: f64, many: bool) {
        let Some(service) = self.world.services.iter().find(|service| is_default(&service.key)) else {
            return;
        };
        if self.view.focus.is_some() || self.scene.interchanges.contains_key(&service.key) {
            return;
        }
        let ip = service.cluster_ips.first().map(ToString::to_string).unwrap_or_default();
        let port = service.ports.first().map(|port| port.port).unwrap_or_default();
        let bottom = if many {
            self.scene.size.h - MARGIN - self.s(6.0)
        } else {
            self.scene.size.h - MARGIN - self.s(26.0) + self.line(Face::Note)
        };
        let top = bottom - self.line(Face::Note);
        let taken = if many {
            left
        } else {
            let labels = self.scene.districts.iter().flat_map(|district| &district.labels);
            labels.map(|label| label.rect.right()).fold(left, f64::max) + self.s(40.0)
        };
        let words = [
            format!("kubernetes  {ip}:{port} → API server"),
            format!("kubernetes {ip}"),
            "kubernetes".to_owned(),
        ];
        for text in words {
            let wide = self.width(&text, Face::Address);
            let x = right - self.s(20.0) - wide;
            if x - self.s(20.0) > taken {
                let label = self.at_left(x, top, text, Face::Address, Tone::Soft);
                let at = Point::new(x - self.s(13.0), label.rect.y + label.rect.h / 2.0);
                let described = format!("Service kubernetes, ClusterIP, {ip}:{port}, leads to the API server");
                self.scene.aside = Some(Aside { at, label, described });
                return;
            }
        }
    }
}
