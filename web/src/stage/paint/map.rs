//! Draws what does not move: nodes, rails, stations, Services.

use super::super::camera::Camera;
use super::super::geometry::{Point, Rect};
use super::super::highlight::Highlight;
use super::super::scene::{
    Aside, BARRIER, Barrier, Body, Face, Gauge, Interchange, PortDoor, Scene, Size, Station, Symbol, Who, Wire, WireId,
};
use super::brush::Brush;
use crate::pod_state::RingLook;
use crate::selection::Selection;
use playground::ObjectKey;
use std::collections::BTreeMap;
use std::f64::consts::{PI, TAU};

impl Brush<'_> {
    pub(super) fn districts(&self, scene: &Scene, lit: &Highlight) {
        for zone in &scene.zones {
            self.rounded(zone, self.s(28.0));
            self.stroke(&self.palette.groove, 1.6);
        }
        for district in &scene.districts {
            self.rounded(&district.rect, self.s(24.0));
            if district.solid {
                self.fill(&self.palette.district);
                if lit.node(district.node.as_ref()) {
                    self.stroke(&self.palette.soft, self.s(1.8));
                }
            } else {
                self.dash(&[3.0, 5.0]);
                self.stroke(&self.palette.faint, 1.0);
                self.dash(&[]);
            }
            for label in &district.labels {
                self.label(label);
            }
            for door in &district.doors {
                let knocked = lit.door(district.node.as_ref(), &door.label.text);
                self.door(door, knocked);
            }
        }
    }

    /// A plate in the colour of its Service.
    fn door(&self, door: &PortDoor, knocked: bool) {
        let rect = door.label.rect;
        let plate = Rect::new(
            rect.x - self.s(5.0),
            rect.y - self.s(1.0),
            rect.w + self.s(10.0),
            rect.h + self.s(1.0),
        );
        self.rounded(&plate, self.s(4.0));
        self.fill(&self.palette.sheet);
        self.stroke(self.palette.route(door.line), self.s(if knocked { 3.0 } else { 1.6 }));
        self.to.begin_path();
        self.to.move_to(plate.x - self.s(3.0), plate.bottom());
        self.to.line_to(plate.right() + self.s(3.0), plate.bottom());
        self.stroke(self.palette.route(door.line), self.s(2.4));
        self.label(&door.label);
    }

    pub(super) fn headings(&self, scene: &Scene) {
        for heading in &scene.headings {
            self.label(&heading.label);
            let (from, length) = heading.rule;
            self.to.begin_path();
            self.to.move_to(from.x, from.y);
            self.to.line_to(from.x + length, from.y);
            if let Some(line) = heading.line {
                self.stroke(self.palette.route(line), 2.0);
            } else {
                self.dash(&[1.5, 3.5]);
                self.stroke(&self.palette.soft, 1.5);
                self.dash(&[]);
            }
        }
    }

    /// The rails of each Service have a gap where they cross others.
    pub(super) fn wires(&self, scene: &Scene, lit: &Highlight) {
        self.to.set_line_join("round");
        let mut rails: BTreeMap<&ObjectKey, Vec<(&WireId, &Wire)>> = BTreeMap::new();
        for (id, wire) in scene.wires.iter().filter(|(_, wire)| wire.drawn) {
            rails.entry(id.service()).or_default().push((id, wire));
        }
        for (key, interchange) in &scene.interchanges {
            let own = || rails.get(key).into_iter().flatten().copied();
            self.to.set_line_cap("butt");
            self.to.begin_path();
            for (_, wire) in own().filter(|(_, wire)| wire.open && wire.gauge == Gauge::Line && wire.presence >= 1.0) {
                self.trace(&wire.path);
            }
            self.stroke(&self.palette.district, self.s(9.5));
            self.to.begin_path();
            for (_, wire) in own().filter(|(id, _)| lit.glows(id)) {
                self.trace(&wire.path);
            }
            self.to.set_global_alpha(0.28);
            self.stroke(self.palette.route(interchange.line), self.s(15.0));
            self.to.set_global_alpha(1.0);
            for (id, wire) in own() {
                let is_lit = lit.rail(id);
                let strength = match (wire.open, wire.gauge, is_lit) {
                    (false, ..) => 0.5,
                    (_, _, false) => 0.3,
                    (_, Gauge::Ask, _) => 0.62,
                    _ => 1.0,
                };
                self.to.set_global_alpha(strength * wire.presence);
                self.to.begin_path();
                self.trace(&wire.path);
                let width = self.s(if wire.gauge == Gauge::Line { 6.0 } else { 3.0 });
                if wire.open {
                    self.stroke(self.palette.route(interchange.line), width);
                } else {
                    self.to.set_line_cap("round");
                    self.dash(&[0.1, self.s(10.5)]);
                    self.stroke(self.palette.route(interchange.line), width * 0.85);
                    self.dash(&[]);
                    self.to.set_line_cap("butt");
                }
            }
            self.to.set_global_alpha(1.0);
        }
    }

    /// A bar across a rail where policies let nothing through; two posts beside it where they let something through.
    pub(super) fn barriers(&self, scene: &Scene, lit: &Highlight) {
        for (id, wire) in scene.wires.iter().filter(|(_, wire)| wire.drawn) {
            let station = id.station().and_then(|who| scene.stations.get(who));
            let (Some(barrier), Some(station)) = (wire.barrier, station) else {
                continue;
            };
            let away = (station.radius + self.s(BARRIER)) / wire.path.length().max(1.0);
            let share = match id {
                WireId::Ask(..) => away,
                WireId::Forward(..) | WireId::Trunk(..) => 1.0 - away,
            };
            let (before, at) = (wire.path.at(share - 0.01), wire.path.at(share));
            let along = before.distance(at).max(f64::EPSILON);
            let across = ((before.y - at.y) / along, (at.x - before.x) / along);
            let reach = |from: f64, to: f64| {
                let point = |far: f64| Point::new(at.x + across.0 * self.s(far), at.y + across.1 * self.s(far));
                let (from, to) = (point(from), point(to));
                self.to.move_to(from.x, from.y);
                self.to.line_to(to.x, to.y);
            };
            self.to.begin_path();
            match barrier {
                Barrier::Shut => reach(-10.0, 10.0),
                Barrier::Open => {
                    reach(-11.0, -6.0);
                    reach(6.0, 11.0);
                }
            }
            let strength = if lit.rail(id) { 1.0 } else { 0.4 };
            self.to.set_global_alpha(strength * wire.presence);
            self.to.set_line_cap("round");
            self.stroke(&self.palette.district, self.s(8.0));
            self.stroke(&self.palette.ink, self.s(4.0));
            self.to.set_line_cap("butt");
        }
        self.to.set_global_alpha(1.0);
    }

    pub(super) fn stations(&self, scene: &Scene) {
        let grains = || scene.stations.values().filter(|station| station.mark == Symbol::Grain);
        self.grains(grains().filter(|station| station.state.is_ready()), true);
        self.grains(grains().filter(|station| !station.state.is_ready()), false);
        for station in scene.stations.values() {
            self.to.set_global_alpha(station.presence);
            self.station(station);
            if let Some(bar) = &station.bar {
                self.rounded(&bar.rect, bar.rect.h / 2.0);
                self.fill(&self.palette.groove);
            }
            for label in &station.labels {
                self.label(label);
            }
        }
        self.to.set_global_alpha(1.0);
    }

    /// Only the symbol.
    pub(super) fn station(&self, station: &Station) {
        match station.mark {
            Symbol::Ring => self.ring(station),
            Symbol::Laptop => self.laptop(station),
            Symbol::Prompt => self.prompt(station),
            Symbol::Diamond => self.diamond(station),
            Symbol::Out => self.out(station),
            Symbol::Grain => {}
        }
    }

    pub(super) fn grains<'s>(&self, grains: impl Iterator<Item = &'s Station>, ready: bool) {
        self.to.begin_path();
        let mut radius = 0.0;
        for station in grains {
            self.circle(station.at, station.radius);
            radius = station.radius;
        }
        if radius <= 0.0 {
            return;
        }
        if ready {
            self.fill(&self.palette.sheet);
            self.stroke(&self.palette.ink, (radius * 0.36).clamp(0.9, 2.2));
        } else if radius < 4.0 {
            // So small, dashes would only be a haze.
            self.stroke(&self.palette.groove, 1.2);
        } else {
            self.dash(&[1.6, 1.6]);
            self.stroke(&self.palette.faint, 1.0);
            self.dash(&[]);
        }
    }

    /// The names of grains, if the zoom leaves room for them.
    pub(super) fn grain_names(&self, scene: &Scene, camera: Camera, view: Size) {
        /// The size of the text, in pixels of the view.
        const LETTERS: f64 = 11.5;
        /// The least distance of grains, in pixels of the view.
        const ROOM: f64 = 54.0;
        self.to.set_text_align("center");
        self.to.set_text_baseline("middle");
        self.to.set_fill_style_str(&self.palette.ink);
        let scale = LETTERS / Face::Address.size() / camera.zoom;
        self.font(Face::Address, scale);
        let seen = Rect::new(camera.at.x, camera.at.y, view.w / camera.zoom, view.h / camera.zoom);
        for grid in scene.grids.iter().filter(|grid| grid.cell * camera.zoom >= ROOM) {
            for (who, name) in grid.members.iter().zip(&grid.names) {
                let Some(station) = scene.stations.get(who).filter(|station| seen.contains(station.at)) else {
                    continue;
                };
                let below = f64::midpoint(station.radius, grid.cell / 2.0);
                let room = grid.cell * 0.96;
                self.to
                    .fill_text_with_max_width(name, station.at.x, station.at.y + below, room);
            }
        }
    }

    pub(super) fn ring(&self, station: &Station) {
        let radius = station.radius;
        let thick = (radius * 0.29).max(2.0);
        self.disc(station.at, radius);
        match station.state.look() {
            look @ (RingLook::Solid | RingLook::Clock) => {
                self.fill(&self.palette.sheet);
                let (colour, thick) = match station.line {
                    Some(_) => (&self.palette.ink, thick),
                    None => (&self.palette.soft, thick * 0.75),
                };
                self.stroke(colour, thick);
                if look == RingLook::Clock {
                    self.clock(station, colour);
                }
            }
            RingLook::Dashed => {
                self.fill(&self.palette.district);
                let piece = TAU * radius / 14.0;
                self.dash(&[piece * 0.58, piece * 0.42]);
                self.stroke(&self.palette.soft, thick * 0.85);
                self.dash(&[]);
            }
            RingLook::Fading => {
                self.fill(&self.palette.district);
                self.stroke(&self.palette.faint, 1.2);
                self.disc(station.at, radius * 0.52);
                self.fill(&self.palette.sheet);
                self.stroke(&self.palette.soft, thick * 0.7);
            }
        }
    }

    /// A small clock at the upper right of a ring, where no request covers it.
    fn clock(&self, station: &Station, colour: &str) {
        let (away, radius) = (station.radius * 0.85, station.radius * 0.55);
        let at = Point::new(station.at.x + away, station.at.y - away);
        self.disc(at, radius);
        self.fill(&self.palette.sheet);
        self.stroke(colour, radius * 0.26);
        self.to.begin_path();
        self.to.move_to(at.x, at.y - radius * 0.6);
        self.to.line_to(at.x, at.y);
        self.to.line_to(at.x + radius * 0.45, at.y);
        self.stroke(colour, radius * 0.24);
    }

    pub(super) fn laptop(&self, station: &Station) {
        let (x, y) = (station.at.x, station.at.y);
        let screen = Rect::new(x - self.s(15.5), y - self.s(11.0), self.s(31.0), self.s(21.0));
        self.rounded(&screen, self.s(3.5));
        self.fill(&self.palette.sheet);
        self.stroke(&self.palette.ink, self.s(3.0));
        self.to.set_line_cap("round");
        self.to.begin_path();
        self.to.move_to(x - self.s(20.5), y + self.s(15.5));
        self.to.line_to(x + self.s(20.5), y + self.s(15.5));
        self.stroke(&self.palette.ink, self.s(3.0));
        self.to.set_line_cap("butt");
    }

    pub(super) fn prompt(&self, station: &Station) {
        let (x, y, radius) = (station.at.x, station.at.y, station.radius);
        self.rounded(
            &Rect::new(x - radius, y - radius, radius * 2.0, radius * 2.0),
            radius * 0.4,
        );
        self.fill(&self.palette.sheet);
        self.stroke(&self.palette.ink, radius * 0.26);
        self.to.begin_path();
        self.to.move_to(x - radius * 0.45, y - radius * 0.35);
        self.to.line_to(x - radius * 0.08, y);
        self.to.line_to(x - radius * 0.45, y + radius * 0.35);
        self.to.move_to(x + radius * 0.08, y + radius * 0.38);
        self.to.line_to(x + radius * 0.5, y + radius * 0.38);
        self.stroke(&self.palette.ink, radius * 0.18);
    }

    pub(super) fn diamond(&self, station: &Station) {
        let (x, y, reach) = (station.at.x, station.at.y, station.radius * 1.15);
        self.to.begin_path();
        self.to.move_to(x, y - reach);
        self.to.line_to(x + reach, y);
        self.to.line_to(x, y + reach);
        self.to.line_to(x - reach, y);
        self.to.close_path();
        self.fill(&self.palette.sheet);
        self.stroke(&self.palette.ink, station.radius * 0.26);
    }

    fn out(&self, station: &Station) {
        let (at, radius) = (station.at, station.radius);
        self.disc(at, radius);
        self.fill(&self.palette.sheet);
        self.dash(&[radius * 0.5, radius * 0.34]);
        self.stroke(&self.palette.soft, radius * 0.2);
        self.dash(&[]);
        let (tail, head) = (radius * 0.5, radius * 0.52);
        self.to.set_line_cap("round");
        self.to.set_line_join("round");
        self.to.begin_path();
        self.to.move_to(at.x - tail, at.y + tail);
        self.to.line_to(at.x + head, at.y - head);
        self.to.move_to(at.x - head * 0.35, at.y - head);
        self.to.line_to(at.x + head, at.y - head);
        self.to.line_to(at.x + head, at.y + head * 0.35);
        self.stroke(&self.palette.ink, radius * 0.24);
        self.to.set_line_cap("butt");
    }

    pub(super) fn pill(&self, interchange: &Interchange, away: f64) {
        let (half, at) = (interchange.half, interchange.at);
        let rect = Rect::new(
            at.x - half.w - away,
            at.y - half.h - away,
            (half.w + away) * 2.0,
            (half.h + away) * 2.0,
        );
        self.rounded(&rect, half.w + away);
    }

    pub(super) fn interchanges(&self, scene: &Scene) {
        for interchange in scene.interchanges.values() {
            self.to.set_global_alpha(interchange.presence);
            self.interchange(interchange);
            for label in &interchange.labels {
                self.label(label);
            }
        }
        self.to.set_global_alpha(1.0);
    }

    /// Only the symbol.
    pub(super) fn interchange(&self, interchange: &Interchange) {
        let colour = self.palette.route(interchange.line);
        match interchange.body {
            Body::Address => {
                if let Some(has_address) = interchange.balanced {
                    self.balancer(interchange, has_address);
                }
                self.pill(interchange, 0.0);
                self.fill(&self.palette.sheet);
                self.stroke(&self.palette.ink, self.s(3.4));
                self.heart(interchange, colour);
            }
            Body::Names => {
                let lines = if interchange.empty { 1 } else { 4 };
                self.page(interchange, colour, lines);
            }
            Body::Alias => self.page(interchange, colour, 2),
            Body::Router => {
                self.pill(interchange, 0.0);
                self.fill(&self.palette.sheet);
                self.stroke(&self.palette.ink, self.s(3.4));
                self.fork(interchange, colour);
            }
        }
    }

    /// A disc for a Service with a selector, a diamond for one without; hollow without endpoints.
    fn heart(&self, interchange: &Interchange, colour: &str) {
        let (at, reach) = (interchange.at, self.s(6.4));
        if interchange.selects {
            self.disc(at, self.s(5.0));
        } else {
            self.to.begin_path();
            self.to.move_to(at.x, at.y - reach);
            self.to.line_to(at.x + reach, at.y);
            self.to.line_to(at.x, at.y + reach);
            self.to.line_to(at.x - reach, at.y);
            self.to.close_path();
        }
        if interchange.empty {
            self.stroke(colour, self.s(2.0));
        } else {
            self.fill(colour);
        }
    }

    /// One way that becomes three: the rules of an ingress controller.
    fn fork(&self, interchange: &Interchange, colour: &str) {
        let (at, reach) = (interchange.at, self.s(7.0));
        self.to.begin_path();
        self.to.move_to(at.x - reach, at.y);
        self.to.line_to(at.x + reach, at.y);
        for side in [-1.0, 1.0] {
            self.to.move_to(at.x - reach * 0.5, at.y);
            self.to.line_to(at.x + reach, at.y + side * reach * 1.5);
        }
        self.to.set_line_cap("round");
        self.stroke(colour, self.s(2.6));
        self.to.set_line_cap("butt");
    }

    /// An arc at the side of a load balancer; dashed while it waits for an address.
    fn balancer(&self, interchange: &Interchange, has_address: bool) {
        let (half, at, away) = (interchange.half, interchange.at, self.s(7.0));
        let (radius, high) = (half.w + away, half.h - half.w);
        self.to.begin_path();
        self.to.arc(at.x, at.y - high, radius, PI, PI * 1.5);
        self.to.move_to(at.x - radius, at.y - high);
        self.to.line_to(at.x - radius, at.y + high);
        self.to
            .arc_with_anticlockwise(at.x, at.y + high, radius, PI, PI * 0.5, true);
        self.to.set_line_cap("round");
        if !has_address {
            self.dash(&[self.s(2.0), self.s(6.0)]);
        }
        self.stroke(self.palette.route(interchange.line), self.s(3.4));
        self.dash(&[]);
        self.to.set_line_cap("butt");
    }

    /// A page with lines: a Service that is only a name.
    fn page(&self, interchange: &Interchange, colour: &str, lines: u8) {
        let at = interchange.at;
        let half = Size {
            w: interchange.half.w * 0.95,
            h: interchange.half.h * 0.68,
        };
        self.rounded(
            &Rect::new(at.x - half.w, at.y - half.h, half.w * 2.0, half.h * 2.0),
            self.s(4.0),
        );
        self.fill(&self.palette.sheet);
        self.stroke(&self.palette.ink, self.s(2.2));
        let gap = half.h * 2.0 / (f64::from(lines) + 1.0);
        self.to.begin_path();
        for line in 1..=lines {
            let y = at.y - half.h + gap * f64::from(line);
            self.to.move_to(at.x - half.w * 0.55, y);
            self.to
                .line_to(at.x + half.w * if line == lines && lines > 1 { 0.15 } else { 0.55 }, y);
        }
        self.to.set_line_cap("round");
        self.stroke(colour, self.s(2.6));
        self.to.set_line_cap("butt");
    }

    pub(super) fn asides(&self, scene: &Scene) {
        if let Some(aside) = &scene.aside {
            let half = Size {
                w: self.s(4.5),
                h: self.s(8.0),
            };
            let rect = Rect::new(aside.at.x - half.w, aside.at.y - half.h, half.w * 2.0, half.h * 2.0);
            self.rounded(&rect, half.w);
            self.fill(&self.palette.sheet);
            self.stroke(&self.palette.soft, self.s(1.8));
            self.label(&aside.label);
        }
        if let Some(resolver) = &scene.resolver {
            self.resolver(resolver);
        }
    }

    /// A page with lines.
    fn resolver(&self, resolver: &Aside) {
        let (half, at) = (self.s(7.0), resolver.at);
        self.rounded(
            &Rect::new(at.x - half, at.y - half, half * 2.0, half * 2.0),
            self.s(3.0),
        );
        self.fill(&self.palette.sheet);
        self.stroke(&self.palette.soft, self.s(1.8));
        self.to.begin_path();
        for (line, long) in [(-3.0, 3.6), (0.0, 3.6), (3.0, 1.4)] {
            self.to.move_to(at.x - self.s(3.6), at.y + self.s(line));
            self.to.line_to(at.x + self.s(long), at.y + self.s(line));
        }
        self.stroke(&self.palette.soft, self.s(1.3));
        self.label(&resolver.label);
    }

    /// A glow behind what is highlighted.
    pub(super) fn halos(&self, scene: &Scene, lit: &Highlight) {
        self.to.set_global_alpha(0.3);
        for (who, station) in &scene.stations {
            if lit.station(who) {
                self.disc(station.at, station.radius * 1.2 + self.s(5.0));
                let colour = station
                    .line
                    .map_or(&*self.palette.soft, |line| self.palette.route(line));
                self.fill(colour);
            }
        }
        for (key, interchange) in &scene.interchanges {
            if lit.service(key) {
                self.pill(interchange, self.s(6.0));
                self.fill(self.palette.route(interchange.line));
            }
        }
        self.to.set_global_alpha(1.0);
    }

    pub(super) fn selection(&self, scene: &Scene, selected: &Selection) {
        if let Selection::Service(key) = selected {
            if let Some(interchange) = scene.interchanges.get(key) {
                self.pill(interchange, self.s(6.0));
                self.stroke(self.palette.route(interchange.line), self.s(2.4));
            }
        } else if let Some(station) = Who::of(selected).and_then(|who| scene.stations.get(&who)) {
            self.disc(station.at, station.radius + self.s(6.0));
            let colour = station
                .line
                .map_or(self.palette.ink.as_str(), |line| self.palette.route(line));
            self.stroke(colour, self.s(2.4));
        }
    }
}
