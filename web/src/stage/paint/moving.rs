//! Draws what moves: requests, pulses, crosses, words, share bars.

use super::super::dots::{Dot, Look, TrafficFrame, WordPlace};
use super::super::geometry::{Point, Rect};
use super::super::scene::{Face, Scene};
use super::super::shares::Shares;
use super::super::tag::Tag;
use super::super::tubes::Tube;
use super::Chosen;
use super::brush::Brush;
use super::transform::DeviceTransform;
use std::f64::consts::{PI, TAU};

impl Brush<'_> {
    pub(super) fn bars(&self, scene: &Scene, shares: &Shares) {
        let mut bars = scene.stations.values().filter_map(|station| station.bar.as_ref());
        if bars.any(|bar| bar.number.is_some()) {
            self.font(Face::Address, self.scale);
            self.to.set_text_align("left");
            self.to.set_text_baseline("middle");
        }
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
                self.to
                    .fill_text(&format!("{:.0} %", share * 100.0), at.x, at.y + self.s(0.5));
            }
        }
        self.to.set_global_alpha(1.0);
    }

    pub(super) fn traffic(&self, scene: &Scene, traffic: &TrafficFrame) {
        for (at, radius, age) in &traffic.pulses {
            let left = 1.0 - age;
            let reach = self.s(10.0).min(radius * 1.2);
            self.disc(*at, radius + reach * (1.0 - left * left));
            self.to.set_global_alpha(left * 0.55);
            self.stroke(&self.palette.ink, self.s(2.0) * left + 0.5);
        }
        self.to.set_global_alpha(1.0);
        self.tubes(scene, &traffic.tubes);
        for (at, text) in &traffic.stops {
            self.plate_of(scene, WordPlace::Around(*at), text, &self.palette.soft);
        }
        self.threads(&traffic.threads);
        for ring in &traffic.rings {
            self.waiting(ring.at, ring.radius, ring.left, ring.count);
        }
        if !traffic.dots.is_empty() {
            self.dots(&traffic.dots);
        }
        for (at, age) in &traffic.crosses {
            self.cross(*at, *age);
        }
        for (at, age) in &traffic.breaks {
            self.broken(*at, *age);
        }
        for word in &traffic.words {
            self.word(scene, word.at, word.text, word.fade);
        }
    }

    /// Kept-alive connections: hollow, so that requests run inside.
    fn tubes(&self, scene: &Scene, tubes: &[Tube]) {
        if tubes.is_empty() {
            return;
        }
        self.to.set_line_join("round");
        self.to.begin_path();
        for tube in tubes {
            self.follow(&tube.way);
        }
        self.stroke(&self.palette.ink, self.s(11.0));
        self.stroke(&self.palette.sheet, self.s(8.0));
        self.to.set_global_alpha(0.4);
        for tube in tubes {
            self.to.begin_path();
            self.follow(&tube.way);
            let line = scene
                .interchanges
                .get(&tube.service)
                .map(|interchange| interchange.line);
            self.stroke(
                line.map_or(&self.palette.soft, |line| self.palette.route(line)),
                self.s(2.4),
            );
        }
        self.to.set_global_alpha(1.0);
        for tube in tubes.iter().filter(|tube| !tube.listed) {
            // The slices name the pod no more: only the connection leads there.
            let Some(end) = tube.way.last() else { continue };
            self.disc(*end, self.s(17.0));
            self.dash(&[self.s(3.0), self.s(4.0)]);
            self.stroke(&self.palette.soft, self.s(1.6));
            self.dash(&[]);
        }
        // No rail leads along such a tube, so it may cross words: they stand over it.
        let astray: Vec<&Tube> = tubes.iter().filter(|tube| !tube.listed || tube.forwarded).collect();
        if !astray.is_empty() {
            let crossed = |area: &Rect| astray.iter().any(|tube| tube.crosses(area));
            for label in scene.labels().filter(|label| crossed(&label.rect)) {
                self.over(label);
            }
        }
        // Stations stand over the tubes that end at them.
        for tube in tubes {
            for who in [Some(&tube.client), tube.end(scene)].into_iter().flatten() {
                if let Some(station) = scene.stations.get(who) {
                    self.station(station);
                }
            }
            if let Some(interchange) = scene.interchanges.get(&tube.service) {
                self.interchange(interchange);
            }
        }
    }

    /// A name look-up on its way to the resolver.
    fn threads(&self, threads: &[Vec<Point>]) {
        if threads.is_empty() {
            return;
        }
        self.to.begin_path();
        for thread in threads {
            let mut points = thread.iter();
            if let Some(first) = points.next() {
                self.to.move_to(first.x, first.y);
            }
            for point in points {
                self.to.line_to(point.x, point.y);
            }
        }
        self.to.set_global_alpha(0.35);
        self.dash(&[self.s(2.0), self.s(4.0)]);
        self.stroke(&self.palette.ink, self.s(1.2));
        self.dash(&[]);
        self.to.set_global_alpha(1.0);
    }

    pub(super) fn dots(&self, dots: &[Dot]) {
        // The more there are, the smaller each: a flow rather than beads on a string.
        let crowd = many(dots.len()).sqrt().clamp(1.0, 2.1);
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
        self.stroke(&self.palette.ink, self.s(3.4) / crowd);
        self.to.set_global_alpha(1.0);
        self.to.set_line_cap("butt");
        let radius = self.s(5.4) / crowd;
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
        self.balls(
            whole(Look::Asking),
            self.s(3.4),
            &self.palette.sheet,
            &self.palette.soft,
            self.s(1.8),
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

    pub(super) fn balls<'d>(
        &self,
        dots: impl Iterator<Item = &'d Dot>,
        radius: f64,
        fill: &str,
        stroke: &str,
        width: f64,
    ) {
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

    /// In device pixels.
    pub(super) fn speck_size(&self, count: usize, transform: DeviceTransform) -> usize {
        let wide = self.s(if count > 3_000 { 2.0 } else { 3.4 });
        // Between 1 and a few.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let size = (wide * transform.scale).round().clamp(1.0, 16.0) as usize;
        size
    }

    /// Specks as rectangles, if pixels cannot be set.
    pub(super) fn specks(&self, traffic: &TrafficFrame, size: usize, transform: DeviceTransform) {
        let size = number(size);
        self.to.set_transform(1.0, 0.0, 0.0);
        for (look, specks) in Look::ALL.into_iter().zip(&traffic.specks) {
            self.to.set_fill_style_str(self.palette.speck(look));
            for speck in specks {
                let (x, y) = transform.on_device(speck.at);
                self.to
                    .fill_rect((x - size / 2.0).round(), (y - size / 2.0).round(), size, size);
            }
        }
        transform.apply(self.to);
    }

    /// Specks in the map's coordinates.
    pub(super) fn squares(&self, traffic: &TrafficFrame) {
        let size = self.s(3.0);
        for (look, specks) in Look::ALL.into_iter().zip(&traffic.specks) {
            self.to.set_fill_style_str(self.palette.speck(look));
            for speck in specks {
                let (x, y) = (speck.at.x - size / 2.0, speck.at.y - size / 2.0);
                self.to.fill_rect(x, y, size, size);
            }
        }
    }

    pub(super) fn question(&self, at: Point) {
        self.disc(at, self.s(8.5));
        self.fill(&self.palette.sheet);
        self.stroke(&self.palette.bad, self.s(2.0));
        self.font(Face::Name, self.scale);
        self.to.set_text_align("center");
        self.to.set_text_baseline("middle");
        self.to.set_fill_style_str(&self.palette.bad);
        self.to.fill_text("?", at.x, at.y + self.s(0.8));
    }

    /// A dashed ring that shows the remaining wait.
    pub(super) fn waiting(&self, at: Point, radius: f64, left: f64, count: usize) {
        self.to.begin_path();
        self.to
            .arc(at.x, at.y, radius, -PI / 2.0, -PI / 2.0 + TAU * left.max(0.01));
        let piece = TAU * radius / 22.0;
        self.dash(&[piece * 0.55, piece * 0.45]);
        self.to.set_global_alpha((left * 4.0).min(1.0) * 0.9);
        self.stroke(&self.palette.bad, self.s(2.4));
        self.dash(&[]);
        self.to.set_global_alpha(1.0);
        if count > 1 {
            self.font(Face::Address, self.scale * 0.92);
            self.to.set_text_align("left");
            self.to.set_text_baseline("middle");
            self.halo(
                &format!("{count}"),
                Point::new(at.x + radius * 0.8, at.y - radius * 0.9),
                &self.palette.bad,
            );
        }
    }

    pub(super) fn cross(&self, at: Point, age: f64) {
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

    /// A broken rail whose ends move apart.
    fn broken(&self, at: Point, age: f64) {
        let apart = self.s(3.0) + self.s(5.0) * (age * 6.0).min(1.0);
        let reach = self.s(7.0);
        self.to.set_global_alpha(((1.0 - age) * 3.0).min(1.0));
        self.to.set_fill_style_str(&self.palette.district);
        self.to
            .fill_rect(at.x - apart, at.y - reach * 0.6, apart * 2.0, reach * 1.2);
        self.to.set_line_cap("round");
        self.to.begin_path();
        for side in [-1.0, 1.0] {
            self.to.move_to(at.x + side * apart - reach * 0.25, at.y + reach);
            self.to.line_to(at.x + side * apart + reach * 0.25, at.y - reach);
        }
        self.stroke(&self.palette.bad, self.s(2.6));
        self.to.set_line_cap("butt");
        self.to.set_global_alpha(1.0);
    }

    pub(super) fn word(&self, scene: &Scene, at: WordPlace, text: &str, fade: f64) {
        self.to.set_global_alpha(fade);
        self.plate_of(scene, at, text, &self.palette.bad);
        self.to.set_global_alpha(1.0);
    }

    /// A word on a plate of its own, kept within the map.
    fn plate_of(&self, scene: &Scene, at: WordPlace, text: &str, colour: &str) {
        self.font(Face::Name, self.scale);
        self.to.set_text_align("center");
        self.to.set_text_baseline("middle");
        let half = self.width(text) / 2.0 + 6.0;
        let at = match at {
            WordPlace::Around(centre) => centre,
            WordPlace::From(start) => Point::new(start.x + half, start.y),
        };
        let x = at.x.clamp(
            half.min(scene.size.w / 2.0),
            (scene.size.w - half).max(scene.size.w / 2.0),
        );
        let high = self.s(10.0);
        self.rounded(&Rect::new(x - half, at.y - high, half * 2.0, high * 2.0), high);
        self.fill(&self.palette.sheet);
        self.stroke(colour, 1.2);
        self.to.set_fill_style_str(colour);
        self.to.fill_text(text, x, at.y + self.s(0.8));
    }

    /// The request that is pointed at or selected, with its tag.
    pub(super) fn chosen(&self, scene: &Scene, traffic: &TrafficFrame, chosen: &Chosen) {
        let mut taken = None;
        if let Some((rule, interchange)) = chosen.rule.as_ref().zip(scene.interchanges.get(&chosen.service)) {
            let lines: Vec<(String, f64)> = rule.iter().map(|words| (words.clone(), 0.0)).collect();
            let above = interchange.at.y - interchange.half.h - self.s(10.0) - self.plate_height(&lines) / 2.0;
            taken = Some(self.plate(scene, Point::new(interchange.at.x, above), &lines));
        }
        for (_, at) in traffic.places().filter(|(number, _)| *number == chosen.number) {
            self.disc(at, self.s(11.0));
            self.stroke(&self.palette.ink, self.s(2.0));
            let Some(Tag { lines }) = &chosen.tag else { continue };
            let away = self.s(20.0) + self.plate_height(lines) / 2.0;
            let over = Point::new(at.x, at.y - away);
            let under = Point::new(at.x, at.y + away);
            let place = self.plate_at(scene, over, lines);
            let has_room = place.y > 0.0 && taken.is_none_or(|taken| !taken.overlaps(&place));
            self.plate(scene, if has_room { over } else { under }, lines);
        }
    }

    fn plate_height(&self, lines: &[(String, f64)]) -> f64 {
        self.s(17.0) * number(lines.len()) + self.s(6.0)
    }

    /// The rectangle of a plate with these lines, kept within the map.
    fn plate_at(&self, scene: &Scene, middle: Point, lines: &[(String, f64)]) -> Rect {
        self.font(Face::Address, self.scale);
        let wide = lines.iter().map(|(text, _)| self.width(text)).fold(0.0, f64::max) + self.s(16.0);
        let high = self.plate_height(lines);
        let x = (middle.x - wide / 2.0).clamp(4.0, (scene.size.w - wide - 4.0).max(4.0));
        Rect::new(x, middle.y - high / 2.0, wide, high)
    }

    /// Lines of text on a plate; new ones are emphasised.
    fn plate(&self, scene: &Scene, middle: Point, lines: &[(String, f64)]) -> Rect {
        let rect = self.plate_at(scene, middle, lines);
        let line = self.s(17.0);
        self.to.set_text_align("left");
        self.to.set_text_baseline("middle");
        self.rounded(&rect, self.s(5.0));
        self.fill(&self.palette.sheet);
        self.stroke(&self.palette.ink, self.s(1.2));
        for (index, (text, fresh)) in lines.iter().enumerate() {
            let y = rect.y + self.s(3.0) + line * (number(index) + 0.5);
            if *fresh > 0.0 {
                self.to.set_global_alpha(*fresh * 0.3);
                self.to.set_fill_style_str(self.palette.route(1));
                self.to.fill_rect(rect.x + 2.0, y - line / 2.0, rect.w - 4.0, line);
                self.to.set_global_alpha(1.0);
            }
            self.to.set_fill_style_str(&self.palette.ink);
            self.to.fill_text(text, rect.x + self.s(8.0), y + self.s(0.5));
        }
        rect
    }
}

/// How many times more dots there are than can easily be told apart.
fn many(dots: usize) -> f64 {
    const AT_EASE: f64 = 50.0;
    number(dots) / AT_EASE
}

fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
