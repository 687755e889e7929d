//! Draws lines, boxes and texts with the colours in force.

use super::super::geometry::{Point, Polyline, Rect};
use super::super::scene::{Face, MapLabel};
use super::palette::Palette;
use super::surface::Surface;
use std::cell::RefCell;
use std::f64::consts::TAU;

pub(super) struct Brush<'a> {
    pub(super) to: &'a dyn Surface,
    pub(super) palette: &'a Palette,
    pub(super) scale: f64,
    /// The font that the canvas has: setting one costs the browser as much as reading a style.
    pub(super) font: &'a RefCell<String>,
}

impl Brush<'_> {
    pub(super) fn s(&self, length: f64) -> f64 {
        length * self.scale
    }

    pub(super) fn font(&self, face: Face, scale: f64) {
        let font = self.palette.font(face, scale);
        if *self.font.borrow() != font {
            self.to.set_font(&font);
            self.font.replace(font);
        }
    }

    pub(super) fn stroke(&self, colour: &str, width: f64) {
        self.to.set_stroke_style_str(colour);
        self.to.set_line_width(width);
        self.to.stroke();
    }

    pub(super) fn fill(&self, colour: &str) {
        self.to.set_fill_style_str(colour);
        self.to.fill();
    }

    pub(super) fn dash(&self, pattern: &[f64]) {
        self.to.dash(pattern);
    }

    pub(super) fn circle(&self, at: Point, radius: f64) {
        self.to.move_to(at.x + radius, at.y);
        self.to.arc(at.x, at.y, radius, 0.0, TAU);
    }

    pub(super) fn disc(&self, at: Point, radius: f64) {
        self.to.begin_path();
        self.circle(at, radius);
    }

    pub(super) fn rounded(&self, rect: &Rect, radius: f64) {
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
            self.to.arc_to(corner.0, corner.1, next.0, next.1, radius);
        }
        self.to.close_path();
    }

    pub(super) fn trace(&self, path: &Polyline) {
        self.follow(path.points());
    }

    pub(super) fn follow(&self, points: &[Point]) {
        for (index, point) in points.iter().enumerate() {
            if index == 0 {
                self.to.move_to(point.x, point.y);
            } else {
                self.to.line_to(point.x, point.y);
            }
        }
    }

    pub(super) fn label(&self, label: &MapLabel) {
        self.font(label.face, self.scale);
        self.to.set_fill_style_str(self.palette.tone(label.tone));
        self.to.set_text_align("left");
        self.to.set_text_baseline("alphabetic");
        self.to
            .fill_text(&label.text, label.rect.x, label.rect.y + label.rect.h * 0.76);
    }

    /// A text over what moves, on a background.
    pub(super) fn over(&self, label: &MapLabel) {
        let plate = label.rect.grown(1.0);
        self.to.set_fill_style_str(&self.palette.district);
        self.to.fill_rect(plate.x, plate.y, plate.w, plate.h);
        self.label(label);
    }

    pub(super) fn halo(&self, text: &str, at: Point, colour: &str) {
        self.to.set_line_join("round");
        self.to.set_stroke_style_str(&self.palette.district);
        self.to.set_line_width(4.0);
        self.to.stroke_text(text, at.x, at.y);
        self.to.set_fill_style_str(colour);
        self.to.fill_text(text, at.x, at.y);
    }
}
