//! Rails: level, slanted by 45 degrees, vertical only if necessary; never under a text.

use super::super::geometry::{Obstacles, Point, Polyline, Rect};
use super::super::plan::MapColumn;
use super::super::scene::{Body, Gauge, Interchange, Station, Who, Wire, WireId};
use super::{CLEAR, CORNER, Density, FOOT, MARGIN, Measured, PILL_TALL, PILL_WIDE, SLOPE, Setting, number};
use playground::ObjectKey;
use std::collections::BTreeMap;
use std::rc::Rc;

impl Setting<'_, '_> {
    pub(super) async fn draw_wires(&mut self) {
        self.obstacles = (0..self.columns.len())
            .map(|column| self.service_obstacles(column))
            .collect();
        let mut wires = BTreeMap::new();
        for (index, planned) in self.plan.services.iter().enumerate() {
            for backend in &planned.backends {
                let lane = self.tracks.forwarding(index, &backend.who);
                self.forward(&mut wires, index, &backend.who, backend.open, lane);
            }
            self.pace.rest().await;
        }
        for (who, service) in &self.plan.asks {
            let lane = self.tracks.asking(who, *service);
            self.ask(&mut wires, who, *service, lane);
            self.pace.rest().await;
        }
        for (id, barrier) in &self.plan.barriers {
            if let Some(wire) = wires.get_mut(id) {
                wire.barrier = Some(*barrier);
            }
        }
        self.scene.wires = wires;
    }

    /// A Service and a station, each with its column.
    fn ends(&self, service: usize, who: &Who) -> Option<(&ObjectKey, RailEnd<'_>, &Station, &Measured)> {
        let key = &self.plan.services.get(service)?.service.key;
        let end = RailEnd {
            interchange: self.scene.interchanges.get(key)?,
            column: self.columns.get(self.tracks.column_of_service(service)?)?,
            stub: self.stubs.get(service).copied()?,
        };
        let column = self.columns.get(self.tracks.column(who)?)?;
        Some((key, end, self.scene.stations.get(who)?, column))
    }

    fn wire(&self, way: &[Point], interchange: &Interchange, asks: bool) -> Wire {
        Wire {
            path: Rc::new(Polyline::new(way, self.s(CORNER))),
            line: interchange.line,
            open: true,
            drawn: true,
            gauge: match (asks, interchange.body) {
                (true, _) => Gauge::Ask,
                (false, Body::Address | Body::Router) => Gauge::Line,
                (false, Body::Names | Body::Alias) => Gauge::Names,
            },
            barrier: None,
            presence: 1.0,
        }
    }

    fn forward(&self, wires: &mut BTreeMap<WireId, Wire>, service: usize, who: &Who, open: bool, lane: Option<usize>) {
        let Some((key, end, station, column)) = self.ends(service, who) else {
            return;
        };
        let inside = self.inside(station, column, end.interchange.at.y);
        let edge = inside.first().copied().unwrap_or(station.at);
        let before = if column.density <= Density::Tight {
            column.left
        } else {
            0.0
        };
        let mut way = match lane {
            Some(lane) => self.lane(end.interchange.at, end.column, edge, column, lane),
            None => self.spread_out(&end, edge, before),
        };
        let bundled = column.density > Density::Tight;
        if bundled && open {
            let id = WireId::Trunk(key.clone(), format!("to {:.0}", edge.y));
            wires
                .entry(id)
                .or_insert_with(|| self.wire(&way, end.interchange, false));
        }
        way.extend(inside);
        let wire = self.wire(&way, end.interchange, false);
        wires.insert(
            WireId::Forward(key.clone(), who.clone()),
            Wire {
                open,
                drawn: !bundled,
                ..wire
            },
        );
    }

    fn ask(&self, wires: &mut BTreeMap<WireId, Wire>, who: &Who, service: usize, lane: Option<usize>) {
        let Some((key, end, station, column)) = self.ends(service, who) else {
            return;
        };
        let id = WireId::Ask(who.clone(), key.clone());
        if lane.is_none()
            && let Some(own) = wires.get(&WireId::Forward(key.clone(), who.clone()))
        {
            // Whom it asks is behind itself: back along its own rail.
            let way: Vec<Point> = own.path.corners().iter().rev().copied().collect();
            let wire = self.wire(&way, end.interchange, true);
            wires.insert(id, Wire { drawn: false, ..wire });
            return;
        }
        let mut way = self.outside(station, column, end.interchange.at.y);
        let edge = way.last().copied().unwrap_or(station.at);
        let rest = match lane {
            Some(lane) => self.lane(edge, column, end.interchange.at, end.column, lane),
            None => self.gather(edge, column, &end),
        };
        let bundled = column.density > Density::Tight;
        if bundled {
            let id = WireId::Trunk(key.clone(), format!("from {:.0} {:.0}", edge.x, edge.y));
            wires
                .entry(id)
                .or_insert_with(|| self.wire(&rest, end.interchange, true));
        }
        way.extend(rest);
        let wire = self.wire(&way, end.interchange, true);
        wires.insert(
            id,
            Wire {
                drawn: !bundled,
                ..wire
            },
        );
    }

    /// From the left edge of a table or grid between its rows to a station; elsewhere only the station.
    fn inside(&self, station: &Station, column: &Measured, toward: f64) -> Vec<Point> {
        if column.density <= Density::Tight {
            return vec![station.at];
        }
        let left = column.x - column.left - self.s(6.0);
        let between = station.at.y - column.cell.h / 2.0;
        let turn = station.at.x - column.cell.h / 2.0;
        vec![
            Point::new(left, self.entrance(station, column, toward)),
            Point::new(left, between),
            Point::new(turn, between),
            station.at,
        ]
    }

    /// From a station between the rows of a table or grid to its right edge; elsewhere only the station.
    fn outside(&self, station: &Station, column: &Measured, toward: f64) -> Vec<Point> {
        if column.density <= Density::Tight {
            return vec![station.at];
        }
        let right = column.x + column.right + self.s(2.0);
        let between = station.at.y + column.cell.h / 2.0;
        vec![
            station.at,
            Point::new(station.at.x, between),
            Point::new(right, between),
            Point::new(right, self.entrance(station, column, toward)),
        ]
    }

    /// The height at which a rail meets the table or grid of a station.
    fn entrance(&self, station: &Station, column: &Measured, toward: f64) -> f64 {
        let segments = self.segments.get(column.index).map_or(&[][..], Vec::as_slice);
        let first = segments.partition_point(|segment| segment.top + segment.height < station.at.y);
        let inside = segments.get(first).filter(|segment| segment.top <= station.at.y);
        inside.map_or(station.at.y, |segment| {
            let (first, last) = segment.rows;
            toward.clamp(first, last)
        })
    }

    /// From a Service to the right, ending `before` pixels before a point.
    fn spread_out(&self, end: &RailEnd, to: Point, before: f64) -> Vec<Point> {
        let from = end.interchange.at;
        let start = from.x + end.interchange.half.w + end.stub;
        let stop = to.x - before - self.s(4.0);
        let upright = end.column.x + end.column.right + 2.0;
        self.clear(slant(from, start, stop, to), end)
            .unwrap_or_else(|| bend(from, start, stop, upright, to))
    }

    /// From a station to the Service in the next column.
    fn gather(&self, from: Point, column: &Measured, end: &RailEnd) -> Vec<Point> {
        let mirrored = |point: Point| Point::new(-point.x, point.y);
        let to = end.interchange.at;
        let stop = to.x - end.interchange.half.w - end.stub;
        let upright = end.column.x - end.column.left - 2.0;
        let start = column.x + column.right + self.s(4.0);
        let turned = |way: Vec<Point>| -> Vec<Point> {
            std::iter::once(from)
                .chain(way.into_iter().rev().map(mirrored))
                .collect()
        };
        let aslant = slant(mirrored(to), -stop, -start, mirrored(from)).map(turned);
        self.clear(aslant, end)
            .unwrap_or_else(|| turned(bend(mirrored(to), -stop, -start, -upright, mirrored(from))))
    }

    /// The course, if it avoids the texts under the Services of the column.
    fn clear(&self, way: Option<Vec<Point>>, end: &RailEnd) -> Option<Vec<Point>> {
        let way = way?;
        let obstacles = self.obstacles.get(end.column.index)?;
        (!obstacles.are_crossed(&Polyline::new(&way, self.s(CORNER)))).then_some(way)
    }

    /// The texts under the Services of a column, with what is kept clear around them.
    fn service_obstacles(&self, column: usize) -> Obstacles {
        let services = match self.plan.columns.get(column) {
            Some(MapColumn::Services(services)) => services.as_slice(),
            _ => &[],
        };
        let planned = services.iter().filter_map(|service| self.plan.services.get(*service));
        let drawn = planned.filter_map(|planned| self.scene.interchanges.get(&planned.service.key));
        let labels = drawn.flat_map(|interchange| &interchange.labels);
        let grown = |rect: &Rect| Rect::new(rect.x - 6.0, rect.y - 4.0, rect.w + 12.0, rect.h + 8.0);
        Obstacles::new(labels.map(|label| grown(&label.rect)).collect())
    }

    /// How far rails run level from a Service, so that they avoid its texts and those of its neighbours.
    pub(super) fn stub(&self, service: usize) -> f64 {
        let alone = self
            .plan
            .columns
            .iter()
            .any(|column| matches!(column, MapColumn::Services(services) if services.as_slice() == [service]));
        let first = self.s(PILL_TALL + 7.0);
        let mut depth = first;
        let mut longest = self.s(8.0);
        for (text, face, _) in self.service_lines(service) {
            let down = if alone { depth } else { first } - 5.0;
            let half = self.width(&text, face) / 2.0;
            longest = longest.max(half + CLEAR - self.s(PILL_WIDE) - down / SLOPE);
            depth += self.line(face);
        }
        longest.max(self.past_rules(service))
    }

    /// How far rails run level from a Service so that they avoid rules in its column, which are wider than names.
    fn past_rules(&self, service: usize) -> f64 {
        let is_router = |index: &usize| {
            let planned = self.plan.services.get(*index);
            *index != service && planned.is_some_and(|planned| planned.service.key.namespace.is_empty())
        };
        let columns = self.plan.columns.iter().filter_map(|column| match column {
            MapColumn::Services(services) if services.contains(&service) => services.iter().copied().find(is_router),
            _ => None,
        });
        let lines = columns.flat_map(|rules| self.service_lines(rules));
        let half = |(text, face, _): (String, _, _)| self.width(&text, face) / 2.0;
        lines.map(half).fold(0.0, f64::max) + CLEAR - self.s(PILL_WIDE)
    }

    /// Down to a lane under the rows, along it, and up again.
    fn lane(&self, from: Point, from_column: &Measured, to: Point, to_column: &Measured, lane: usize) -> Vec<Point> {
        let footer = if self.places.len() > 1 { FOOT } else { 0.0 };
        let y = self.scene.size.h - MARGIN - footer - self.s(FOOT) - 4.0 - number(lane) * 7.0;
        let aside = 8.0 + number(lane % 3) * 4.0;
        let down = from_column.x + from_column.right + aside;
        let up = to_column.x - to_column.left - aside;
        vec![
            from,
            Point::new(down, from.y),
            Point::new(down, y),
            Point::new(up, y),
            Point::new(up, to.y),
            to,
        ]
    }
}

struct RailEnd<'a> {
    interchange: &'a Interchange,
    column: &'a Measured,
    /// The length of the level part of its rails.
    stub: f64,
}

/// Level to `start`, straight to `end`, and level again; `None` if that is too steep.
fn slant(from: Point, start: f64, end: f64, to: Point) -> Option<Vec<Point>> {
    let steep = (to.y - from.y).abs();
    let run = end - start;
    (steep > run && steep <= run * (SLOPE + 0.05)).then(|| vec![from, Point::new(start, from.y), Point::new(end, to.y)])
}

/// Level to `start`, slanted, vertical at `upright` if necessary, and level from `end` to `to`.
fn bend(from: Point, start: f64, end: f64, upright: f64, to: Point) -> Vec<Point> {
    let down = to.y - from.y;
    let steep = down.abs();
    let run = end - start;
    if steep < 0.5 {
        return vec![from, Point::new(end.max(start), to.y)];
    }
    if steep <= run {
        return vec![
            from,
            Point::new(start, from.y),
            Point::new(start + steep, to.y),
            Point::new(end, to.y),
        ];
    }
    let x = upright.max(start + run / 2.0).min(end - 4.0).max(start);
    let (first, last) = ((x - start).max(0.0), (end - x).max(0.0));
    let sign = down.signum();
    let (first, last) = if first + last > steep {
        (steep / 2.0, steep / 2.0)
    } else {
        (first, last)
    };
    vec![
        from,
        Point::new(start, from.y),
        Point::new(x, from.y + sign * first),
        Point::new(x, to.y - sign * last),
        Point::new(end, to.y),
    ]
}
