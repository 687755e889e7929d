//! Places Services level with their endpoints, and apart from each other.

use super::super::geometry::Point;
use super::super::plan::MapColumn;
use super::super::scene::{Body, Interchange, Size};
use super::{FOOT, MARGIN, PILL_TALL, PILL_WIDE, Setting};
use crate::say;
use base::Order;
use playground::ServiceType;

impl Setting<'_, '_> {
    pub(super) async fn draw_services(&mut self) {
        for (index, column) in self.plan.columns.iter().enumerate() {
            let MapColumn::Services(services) = column else {
                continue;
            };
            let x = self.columns.get(index).map_or(0.0, |column| column.x);
            let mut wanted: Vec<(usize, f64)> = services
                .iter()
                .map(|service| (*service, self.service_height(*service)))
                .collect();
            wanted.order_by(|one, other| one.1.total_cmp(&other.1).then(one.0.cmp(&other.0)));
            let reaches: Vec<(f64, f64)> = wanted.iter().map(|(service, _)| self.service_reach(*service)).collect();
            let heights: Vec<f64> = wanted.iter().map(|(_, y)| *y).collect();
            let many = self.places.len() > 1;
            let footer = match (many, self.tracks.lanes() > 0) {
                (true, true) => FOOT + self.foot(),
                (true, false) => FOOT,
                (false, _) => self.foot(),
            };
            let bounds = (MARGIN + 4.0, self.scene.size.h - MARGIN - footer);
            for ((service, _), y) in wanted.iter().zip(spread(&heights, &reaches, bounds)) {
                self.draw_service(*service, Point::new(x, y));
                self.pace.rest().await;
            }
        }
    }

    /// The preferred height of a Service: the middle of its endpoints.
    pub(super) fn service_height(&self, index: usize) -> f64 {
        let Some(planned) = self.plan.services.get(index) else {
            return 0.0;
        };
        let own: Vec<f64> = self
            .plan
            .groups
            .get(index)
            .into_iter()
            .flat_map(|group| &group.members)
            .filter_map(|member| self.scene.stations.get(&member.who))
            .map(|station| station.at.y)
            .collect();
        let all: Vec<f64> = planned
            .backends
            .iter()
            .filter_map(|backend| self.scene.stations.get(&backend.who))
            .map(|station| station.at.y)
            .collect();
        let heights = if own.is_empty() { all } else { own };
        if let Some(middle) = middle(&heights) {
            return middle;
        }
        let empty = self.segments.iter().flatten().find(|segment| segment.group == index);
        empty.map_or(self.scene.size.h / 2.0, |segment| segment.top + segment.height / 2.0)
    }

    pub(super) fn draw_service(&mut self, index: usize, at: Point) {
        let Some(planned) = self.plan.services.get(index) else {
            return;
        };
        let half = Size {
            w: self.s(PILL_WIDE),
            h: self.s(PILL_TALL),
        };
        let mut y = at.y + half.h + self.s(7.0);
        let mut labels = Vec::new();
        for (text, face, tone) in self.service_lines(index) {
            labels.push(self.centred(at.x, y, text, face, tone));
            y += self.line(face);
        }
        let service = planned.service;
        let open = planned.open();
        let endpoints = match open {
            0 => say::no_endpoints().to_owned(),
            count => say::endpoint_count(count),
        };
        let lines: Vec<String> = labels.iter().skip(1).map(|label| label.text.clone()).collect();
        let router = self.world.router(&service.key);
        let interchange = Interchange {
            at,
            half,
            line: self.lines.get(index).copied().unwrap_or_default(),
            body: match (&service.external_name, service.cluster_ips.is_empty()) {
                _ if service.key.namespace.is_empty() => Body::Router,
                (Some(_), _) => Body::Alias,
                (None, true) => Body::Names,
                (None, false) => Body::Address,
            },
            selects: !service.selector.is_empty(),
            balanced: (service.kind == ServiceType::LoadBalancer).then_some(!service.ingress.is_empty()),
            empty: open == 0,
            labels,
            presence: 1.0,
            described: format!(
                "{} {}, {}, {endpoints}",
                router.map_or("Service", |router| router.kind_word()),
                router.map_or(&*service.key.name, |router| router.name()),
                lines.join(", ")
            ),
        };
        self.scene.interchanges.insert(service.key.clone(), interchange);
    }
}

/// Moves heights apart as little as necessary, within bounds.
pub(super) fn spread(heights: &[f64], reaches: &[(f64, f64)], (top, bottom): (f64, f64)) -> Vec<f64> {
    let mut placed: Vec<f64> = heights.to_vec();
    let mut floor = top;
    for (y, (above, below)) in placed.iter_mut().zip(reaches) {
        *y = y.max(floor + above);
        floor = *y + below;
    }
    let mut ceiling = bottom.max(0.0);
    for (y, (above, below)) in placed.iter_mut().zip(reaches).rev() {
        *y = y.min(ceiling - below);
        ceiling = *y - above;
    }
    let mut floor = top;
    for (y, (above, below)) in placed.iter_mut().zip(reaches) {
        *y = y.max(floor + above);
        floor = *y + below;
    }
    placed
}

pub(super) fn middle(heights: &[f64]) -> Option<f64> {
    let least = heights.iter().copied().reduce(f64::min)?;
    let most = heights.iter().copied().reduce(f64::max)?;
    Some(f64::midpoint(least, most))
}
