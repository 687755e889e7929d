//! Puts a scene on a canvas: what stands still is drawn once into a layer of its own, what moves on top of it each frame.

use super::dots::{Dot, Look, Traffic};
use super::geometry::{Path, Point, Rect};
use super::layout::LINES;
use super::scene::{Face, Interchange, Label, Mark, Scene, Size, Standing, Station, Tone, WireId};
use super::shares::Shares;
use crate::selection::Selection;
use std::f64::consts::{PI, TAU};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// Above so many requests at once they are drawn as specks without trails.
const SPECKS: usize = 400;

/// A canvas, its still layer and the colours in force.
pub struct Painter {
    canvas: HtmlCanvasElement,
    front: CanvasRenderingContext2d,
    still: HtmlCanvasElement,
    back: CanvasRenderingContext2d,
    palette: Palette,
    ratio: f64,
}

/// The colours and type of `styles/tokens.css`, as the canvas inherits them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Palette {
    paper: String,
    district: String,
    sheet: String,
    groove: String,
    ink: String,
    soft: String,
    faint: String,
    bad: String,
    routes: Vec<String>,
    sans: String,
    mono: String,
}

impl Painter {
    /// A painter for that canvas; none where the browser has no 2D canvas.
    pub fn new(canvas: HtmlCanvasElement) -> Option<Self> {
        let still = web_sys::window()?
            .document()?
            .create_element("canvas")
            .ok()?
            .dyn_into::<HtmlCanvasElement>()
            .ok()?;
        let (front, back) = (context(&canvas)?, context(&still)?);
        let mut painter = Self {
            canvas,
            front,
            still,
            back,
            palette: Palette::default(),
            ratio: 1.0,
        };
        painter.read_colours();
        Some(painter)
    }

    /// Reads colours and type anew; to be called when the theme changes.
    pub fn read_colours(&mut self) {
        let style = web_sys::window().and_then(|window| window.get_computed_style(&self.canvas).ok().flatten());
        let token = |name: &str| {
            let value = style.as_ref().and_then(|style| style.get_property_value(name).ok());
            value.map(|value| value.trim().to_owned()).unwrap_or_default()
        };
        self.palette = Palette {
            paper: token("--paper"),
            district: token("--district"),
            sheet: token("--sheet"),
            groove: token("--line"),
            ink: token("--ink"),
            soft: token("--ink-soft"),
            faint: token("--ink-faint"),
            bad: token("--bad"),
            routes: (1..=LINES).map(|line| token(&format!("--route-{line}"))).collect(),
            sans: token("--sans"),
            mono: token("--mono"),
        };
    }

    /// How wide a text is in that face at its own size.
    pub fn width(&self, text: &str, face: Face) -> f64 {
        self.back.set_font(&self.palette.font(face, 1.0));
        self.back
            .measure_text(text)
            .map(|metrics| metrics.width())
            .unwrap_or_default()
    }

    /// Gives the canvas the size of the view, in CSS pixels.
    pub fn resize(&mut self, view: Size, ratio: f64) {
        self.ratio = ratio;
        set_size(&self.canvas, view, ratio);
        let style = self.canvas.style();
        let _ = style.set_property("width", &format!("{}px", view.w));
        let _ = style.set_property("height", &format!("{}px", view.h));
    }

    /// Draws what stands still.
    pub fn draw_still(&mut self, scene: &Scene, selected: Option<&Selection>) {
        set_size(&self.still, scene.size, self.ratio);
        let brush = Brush {
            to: &self.back,
            palette: &self.palette,
            scale: scene.scale,
        };
        let _ = self.back.set_transform(self.ratio, 0.0, 0.0, self.ratio, 0.0, 0.0);
        self.back.clear_rect(0.0, 0.0, scene.size.w, scene.size.h);
        brush.districts(scene);
        brush.wires(scene, selected);
        brush.headings(scene);
        brush.stations(scene);
        brush.interchanges(scene);
        brush.aside(scene);
        if let Some(selected) = selected {
            brush.selection(scene, selected);
        }
        for note in &scene.notes {
            brush.label(note);
        }
    }

    /// Draws a frame: the still layer, scrolled, and what moves.
    pub fn draw_frame(
        &self,
        scene: &Scene,
        traffic: &Traffic,
        shares: &Shares,
        scroll: Point,
        selected: Option<&Selection>,
    ) {
        let to = &self.front;
        let _ = to.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        to.clear_rect(
            0.0,
            0.0,
            f64::from(self.canvas.width()),
            f64::from(self.canvas.height()),
        );
        let _ = to.draw_image_with_html_canvas_element(
            &self.still,
            (-scroll.x * self.ratio).round(),
            (-scroll.y * self.ratio).round(),
        );
        let _ = to.set_transform(
            self.ratio,
            0.0,
            0.0,
            self.ratio,
            -scroll.x * self.ratio,
            -scroll.y * self.ratio,
        );
        let brush = Brush {
            to,
            palette: &self.palette,
            scale: scene.scale,
        };
        brush.bars(scene, shares);
        brush.traffic(scene, traffic);
        if let Some(Selection::Request(number)) = selected {
            brush.chosen(traffic, *number);
        }
    }
}

impl Palette {
    fn font(&self, face: Face, scale: f64) -> String {
        let size = face.size() * scale;
        match face {
            Face::Title => format!("700 {size}px {}", self.sans),
            Face::Name => format!("600 {size}px {}", self.sans),
            Face::Note => format!("400 {size}px {}", self.sans),
            Face::Address => format!("400 {size}px {}", self.mono),
        }
    }

    fn route(&self, line: usize) -> &str {
        self.routes.get(line % LINES).map_or(&self.ink, String::as_str)
    }

    fn tone(&self, tone: Tone) -> &str {
        match tone {
            Tone::Ink => &self.ink,
            Tone::Soft => &self.soft,
            Tone::Faint => &self.faint,
            Tone::Bad => &self.bad,
        }
    }
}

/// A context with colours and a scale.
struct Brush<'a> {
    to: &'a CanvasRenderingContext2d,
    palette: &'a Palette,
    scale: f64,
}

impl Brush<'_> {
    fn s(&self, length: f64) -> f64 {
        length * self.scale
    }

    fn stroke(&self, colour: &str, width: f64) {
        self.to.set_stroke_style_str(colour);
        self.to.set_line_width(width);
        self.to.stroke();
    }

    fn fill(&self, colour: &str) {
        self.to.set_fill_style_str(colour);
        self.to.fill();
    }

    fn dash(&self, pattern: &[f64]) {
        let array: js_sys::Array = pattern.iter().map(|length| JsValue::from_f64(*length)).collect();
        let _ = self.to.set_line_dash(&array);
    }

    fn circle(&self, at: Point, radius: f64) {
        self.to.move_to(at.x + radius, at.y);
        let _ = self.to.arc(at.x, at.y, radius, 0.0, TAU);
    }

    fn disc(&self, at: Point, radius: f64) {
        self.to.begin_path();
        self.circle(at, radius);
    }

    fn rounded(&self, rect: &Rect, radius: f64) {
        let radius = radius.min(rect.w / 2.0).min(rect.h / 2.0);
        let (left, top, right, bottom) = (rect.x, rect.y, rect.right(), rect.bottom());
        self.to.begin_path();
        self.to.move_to(left + radius, top);
        for (corner, next) in [
            ((right, top), (right, bottom)),
            ((right, bottom), (left, bottom)),
            ((left, bottom), (left, top)),
            ((left, top), (right, top)),
        ] {
            let _ = self.to.arc_to(corner.0, corner.1, next.0, next.1, radius);
        }
        self.to.close_path();
    }

    fn trace(&self, path: &Path) {
        for (index, point) in path.points().iter().enumerate() {
            if index == 0 {
                self.to.move_to(point.x, point.y);
            } else {
                self.to.line_to(point.x, point.y);
            }
        }
    }

    fn label(&self, label: &Label) {
        self.to.set_font(&self.palette.font(label.face, self.scale));
        self.to.set_fill_style_str(self.palette.tone(label.tone));
        self.to.set_text_align("left");
        self.to.set_text_baseline("alphabetic");
        let _ = self
            .to
            .fill_text(&label.text, label.rect.x, label.rect.y + label.rect.h * 0.76);
    }

    fn districts(&self, scene: &Scene) {
        for district in &scene.districts {
            self.rounded(&district.rect, self.s(24.0));
            if district.solid {
                self.fill(&self.palette.district);
            } else {
                self.dash(&[3.0, 5.0]);
                self.stroke(&self.palette.faint, 1.0);
                self.dash(&[]);
            }
            for label in &district.labels {
                self.label(label);
            }
        }
    }

    fn headings(&self, scene: &Scene) {
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

    /// Rails, each Service's with a gap of ground where they pass over another's.
    fn wires(&self, scene: &Scene, selected: Option<&Selection>) {
        self.to.set_line_join("round");
        for (key, interchange) in &scene.interchanges {
            let own = || {
                scene
                    .wires
                    .iter()
                    .filter(|(id, wire)| wire.drawn && id.service() == key)
            };
            self.to.set_line_cap("butt");
            self.to.begin_path();
            for (_, wire) in own().filter(|(_, wire)| wire.open && !wire.thin && wire.presence >= 1.0) {
                self.trace(&wire.path);
            }
            self.stroke(&self.palette.district, self.s(9.5));
            for (id, wire) in own() {
                let ask = wire.thin;
                let lit = is_lit(id, selected);
                let strength = match (wire.open, ask, lit) {
                    (false, ..) => 0.5,
                    (_, _, false) => 0.3,
                    (_, true, _) => 0.62,
                    _ => 1.0,
                };
                self.to.set_global_alpha(strength * wire.presence);
                self.to.begin_path();
                self.trace(&wire.path);
                let width = self.s(if ask { 3.0 } else { 6.0 });
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

    fn stations(&self, scene: &Scene) {
        let grains = || scene.stations.values().filter(|station| station.mark == Mark::Grain);
        self.grains(grains().filter(|station| station.standing == Standing::Ready), true);
        self.grains(grains().filter(|station| station.standing != Standing::Ready), false);
        for station in scene.stations.values() {
            self.to.set_global_alpha(station.presence);
            match station.mark {
                Mark::Ring => self.ring(station),
                Mark::Laptop => self.laptop(station),
                Mark::Prompt => self.prompt(station),
                Mark::Diamond => self.diamond(station),
                Mark::Grain => {}
            }
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

    fn grains<'s>(&self, grains: impl Iterator<Item = &'s Station>, ready: bool) {
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
        } else {
            self.dash(&[1.6, 1.6]);
            self.stroke(&self.palette.faint, 1.0);
            self.dash(&[]);
        }
    }

    fn ring(&self, station: &Station) {
        let radius = station.radius;
        let thick = (radius * 0.29).max(2.0);
        self.disc(station.at, radius);
        match station.standing {
            Standing::Ready => {
                self.fill(&self.palette.sheet);
                if station.line.is_some() {
                    self.stroke(&self.palette.ink, thick);
                } else {
                    self.stroke(&self.palette.soft, thick * 0.75);
                }
            }
            Standing::NotReady | Standing::Pending => {
                self.fill(&self.palette.district);
                let piece = TAU * radius / 14.0;
                self.dash(&[piece * 0.58, piece * 0.42]);
                self.stroke(&self.palette.soft, thick * 0.85);
                self.dash(&[]);
            }
            Standing::Terminating => {
                self.fill(&self.palette.district);
                self.stroke(&self.palette.faint, 1.2);
                self.disc(station.at, radius * 0.52);
                self.fill(&self.palette.sheet);
                self.stroke(&self.palette.soft, thick * 0.7);
            }
        }
    }

    fn laptop(&self, station: &Station) {
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

    fn prompt(&self, station: &Station) {
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

    fn diamond(&self, station: &Station) {
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

    fn pill(&self, interchange: &Interchange, away: f64) {
        let (half, at) = (interchange.half, interchange.at);
        let rect = Rect::new(
            at.x - half.w - away,
            at.y - half.h - away,
            (half.w + away) * 2.0,
            (half.h + away) * 2.0,
        );
        self.rounded(&rect, half.w + away);
    }

    fn interchanges(&self, scene: &Scene) {
        for interchange in scene.interchanges.values() {
            self.to.set_global_alpha(interchange.presence);
            self.pill(interchange, 0.0);
            self.fill(&self.palette.sheet);
            if interchange.virtual_address {
                self.stroke(&self.palette.ink, self.s(3.4));
            } else {
                // Without an address of its own there is nothing to dial: names lead to the pods.
                self.dash(&[self.s(7.0), self.s(4.5)]);
                self.stroke(&self.palette.ink, self.s(2.6));
                self.dash(&[]);
            }
            self.disc(interchange.at, self.s(5.0));
            if interchange.empty {
                self.stroke(self.palette.route(interchange.line), self.s(2.0));
            } else {
                self.fill(self.palette.route(interchange.line));
            }
            for label in &interchange.labels {
                self.label(label);
            }
        }
        self.to.set_global_alpha(1.0);
    }

    fn aside(&self, scene: &Scene) {
        let Some(aside) = &scene.aside else { return };
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

    fn selection(&self, scene: &Scene, selected: &Selection) {
        if let Selection::Service(key) = selected {
            if let Some(interchange) = scene.interchanges.get(key) {
                self.pill(interchange, self.s(6.0));
                self.stroke(self.palette.route(interchange.line), self.s(2.4));
            }
        } else if let Some(station) = super::who(selected).and_then(|who| scene.stations.get(&who)) {
            self.disc(station.at, station.radius + self.s(6.0));
            let colour = station
                .line
                .map_or(self.palette.ink.as_str(), |line| self.palette.route(line));
            self.stroke(colour, self.s(2.4));
        }
    }

    // --- what moves ------------------------------------------------------------------------------------------------

    fn bars(&self, scene: &Scene, shares: &Shares) {
        self.to.set_font(&self.palette.font(Face::Address, self.scale));
        self.to.set_text_align("left");
        self.to.set_text_baseline("middle");
        for station in scene.stations.values() {
            let Some(bar) = &station.bar else { continue };
            self.to.set_global_alpha(station.presence);
            let expected = bar
                .among
                .filter(|among| *among > 0)
                .map(|among| 1.0 / f64::from(u32::try_from(among).unwrap_or(1)));
            let whole = expected.map_or(1.0, |expected| (2.0 * expected).min(1.0));
            let share = shares.of(&bar.service, bar.ip);
            if let Some(share) = share.filter(|share| *share > 0.0) {
                let filled = (share / whole).min(1.0) * bar.rect.w;
                self.rounded(
                    &Rect {
                        w: filled.max(bar.rect.h),
                        ..bar.rect
                    },
                    bar.rect.h / 2.0,
                );
                self.fill(station.line.map_or(&self.palette.soft, |line| self.palette.route(line)));
            }
            if let Some(expected) = expected.filter(|expected| *expected < 1.0) {
                let x = bar.rect.x + bar.rect.w * expected / whole;
                self.to.begin_path();
                self.to.move_to(x, bar.rect.y - self.s(2.5));
                self.to.line_to(x, bar.rect.bottom() + self.s(2.5));
                self.stroke(&self.palette.ink, 1.4);
            }
            if let (Some(at), Some(share)) = (bar.number, share) {
                self.to.set_fill_style_str(&self.palette.soft);
                let _ = self
                    .to
                    .fill_text(&format!("{:.0} %", share * 100.0), at.x, at.y + self.s(0.5));
            }
        }
        self.to.set_global_alpha(1.0);
    }

    fn traffic(&self, scene: &Scene, traffic: &Traffic) {
        for (at, radius, age) in &traffic.pulses {
            let left = 1.0 - age;
            let reach = self.s(10.0).min(radius * 1.2);
            self.disc(*at, radius + reach * (1.0 - left * left));
            self.to.set_global_alpha(left * 0.55);
            self.stroke(&self.palette.ink, self.s(2.0) * left + 0.5);
        }
        self.to.set_global_alpha(1.0);
        for ring in &traffic.rings {
            self.waiting(ring.at, ring.radius, ring.left, ring.count);
        }
        if traffic.dots.len() > SPECKS {
            self.specks(&traffic.dots);
        } else {
            self.dots(&traffic.dots);
        }
        for (at, age) in &traffic.crosses {
            self.cross(*at, *age);
        }
        for word in &traffic.words {
            self.word(scene, word.at, word.text, word.fade);
        }
    }

    fn dots(&self, dots: &[Dot]) {
        let of = |look: Look| dots.iter().filter(move |dot| dot.look == look);
        self.to.set_line_cap("round");
        self.to.set_line_join("round");
        self.to.begin_path();
        for dot in dots.iter().filter(|dot| matches!(dot.look, Look::Going)) {
            self.to.move_to(dot.at.x, dot.at.y);
            for place in &dot.trail {
                self.to.line_to(place.x, place.y);
            }
        }
        self.to.set_global_alpha(0.38);
        self.stroke(&self.palette.ink, self.s(3.4));
        self.to.set_global_alpha(1.0);
        self.to.set_line_cap("butt");
        let radius = self.s(5.4);
        let whole = |look| of(look).filter(|dot| dot.fade >= 1.0);
        self.balls(
            whole(Look::Going),
            radius,
            &self.palette.ink,
            &self.palette.sheet,
            self.s(1.6),
        );
        self.balls(
            whole(Look::Returning),
            radius - self.s(0.6),
            &self.palette.sheet,
            &self.palette.ink,
            self.s(2.2),
        );
        self.balls(
            whole(Look::Refused),
            radius - self.s(0.6),
            &self.palette.sheet,
            &self.palette.bad,
            self.s(2.6),
        );
        for dot in dots.iter().filter(|dot| dot.fade < 1.0) {
            self.to.set_global_alpha(dot.fade);
            self.balls(
                std::iter::once(dot),
                radius * (0.5 + dot.fade / 2.0),
                &self.palette.ink,
                &self.palette.sheet,
                1.0,
            );
        }
        self.to.set_global_alpha(1.0);
        for dot in of(Look::Unknown) {
            self.question(dot.at);
        }
    }

    fn balls<'d>(&self, dots: impl Iterator<Item = &'d Dot>, radius: f64, fill: &str, stroke: &str, width: f64) {
        self.to.begin_path();
        let mut any = false;
        for dot in dots {
            self.circle(dot.at, radius);
            any = true;
        }
        if any {
            self.fill(fill);
            self.stroke(stroke, width);
        }
    }

    fn specks(&self, dots: &[Dot]) {
        let size = self.s(if dots.len() > 3_000 { 2.0 } else { 3.4 });
        for (look, colour) in [
            (Look::Going, &self.palette.ink),
            (Look::Returning, &self.palette.sheet),
            (Look::Refused, &self.palette.bad),
            (Look::Unknown, &self.palette.bad),
        ] {
            self.to.set_fill_style_str(colour);
            for dot in dots.iter().filter(|dot| dot.look == look) {
                self.to
                    .fill_rect(dot.at.x - size / 2.0, dot.at.y - size / 2.0, size, size);
            }
        }
    }

    fn question(&self, at: Point) {
        self.disc(at, self.s(8.5));
        self.fill(&self.palette.sheet);
        self.stroke(&self.palette.bad, self.s(2.0));
        self.to.set_font(&self.palette.font(Face::Name, self.scale));
        self.to.set_text_align("center");
        self.to.set_text_baseline("middle");
        self.to.set_fill_style_str(&self.palette.bad);
        let _ = self.to.fill_text("?", at.x, at.y + self.s(0.8));
    }

    /// A dashed ring with as much of it left as there is patience.
    fn waiting(&self, at: Point, radius: f64, left: f64, count: usize) {
        self.to.begin_path();
        let _ = self
            .to
            .arc(at.x, at.y, radius, -PI / 2.0, -PI / 2.0 + TAU * left.max(0.01));
        let piece = TAU * radius / 22.0;
        self.dash(&[piece * 0.55, piece * 0.45]);
        self.to.set_global_alpha((left * 4.0).min(1.0) * 0.9);
        self.stroke(&self.palette.bad, self.s(2.4));
        self.dash(&[]);
        self.to.set_global_alpha(1.0);
        if count > 1 {
            self.to.set_font(&self.palette.font(Face::Address, self.scale * 0.92));
            self.to.set_text_align("left");
            self.to.set_text_baseline("middle");
            self.halo(
                &format!("{count}"),
                Point::new(at.x + radius * 0.8, at.y - radius * 0.9),
                &self.palette.bad,
            );
        }
    }

    fn cross(&self, at: Point, age: f64) {
        let reach = self.s(5.0) * (0.6 + 0.4 * (age * 8.0).min(1.0));
        self.to.set_global_alpha(((1.0 - age) * 3.0).min(1.0));
        self.to.set_line_cap("round");
        for (colour, width) in [(&self.palette.district, 6.5), (&self.palette.bad, 3.0)] {
            self.to.begin_path();
            self.to.move_to(at.x - reach, at.y - reach);
            self.to.line_to(at.x + reach, at.y + reach);
            self.to.move_to(at.x + reach, at.y - reach);
            self.to.line_to(at.x - reach, at.y + reach);
            self.stroke(colour, self.s(width));
        }
        self.to.set_line_cap("butt");
        self.to.set_global_alpha(1.0);
    }

    fn word(&self, scene: &Scene, at: Point, text: &str, fade: f64) {
        self.to.set_font(&self.palette.font(Face::Name, self.scale));
        self.to.set_text_align("center");
        self.to.set_text_baseline("middle");
        self.to.set_global_alpha(fade);
        let half = self
            .to
            .measure_text(text)
            .map(|metrics| metrics.width() / 2.0)
            .unwrap_or_default()
            + 6.0;
        let x = at.x.clamp(
            half.min(scene.size.w / 2.0),
            (scene.size.w - half).max(scene.size.w / 2.0),
        );
        let high = self.s(10.0);
        self.rounded(&Rect::new(x - half, at.y - high, half * 2.0, high * 2.0), high);
        self.fill(&self.palette.sheet);
        self.stroke(&self.palette.bad, 1.2);
        self.to.set_fill_style_str(&self.palette.bad);
        let _ = self.to.fill_text(text, x, at.y + self.s(0.8));
        self.to.set_global_alpha(1.0);
    }

    fn halo(&self, text: &str, at: Point, colour: &str) {
        self.to.set_line_join("round");
        self.to.set_stroke_style_str(&self.palette.district);
        self.to.set_line_width(4.0);
        let _ = self.to.stroke_text(text, at.x, at.y);
        self.to.set_fill_style_str(colour);
        let _ = self.to.fill_text(text, at.x, at.y);
    }

    /// The request that is looked at.
    fn chosen(&self, traffic: &Traffic, number: u64) {
        for dot in traffic.dots.iter().filter(|dot| dot.number == number) {
            self.disc(dot.at, self.s(11.0));
            self.stroke(&self.palette.ink, self.s(2.0));
        }
    }
}

/// Whether a rail belongs to what is selected; with nothing selected all do.
fn is_lit(id: &WireId, selected: Option<&Selection>) -> bool {
    match selected {
        Some(Selection::Service(key)) => id.service() == key,
        Some(other) => super::who(other).is_none_or(|who| id.station().is_none_or(|station| *station == who)),
        None => true,
    }
}

fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten()?.dyn_into().ok()
}

/// Gives a canvas so many device pixels; the same size again would clear it for nothing.
fn set_size(canvas: &HtmlCanvasElement, size: Size, ratio: f64) {
    // At most a few thousand.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let pixels = |length: f64| (length * ratio).round().clamp(1.0, 16_384.0) as u32;
    let (wide, tall) = (pixels(size.w), pixels(size.h));
    if canvas.width() != wide {
        canvas.set_width(wide);
    }
    if canvas.height() != tall {
        canvas.set_height(tall);
    }
}
