//! Draws lines, boxes and texts with the colours in force.

use super::super::geometry::{Point, Polyline, Rect};
use super::super::scene::{Face, MapLabel};
use super::palette::Palette;
use super::surface::Surface;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::f64::consts::TAU;

/// More widths of a font than these are not kept.
const MOST_WIDTHS: usize = 50_000;

pub(super) struct Brush<'a> {
    pub(super) to: &'a dyn Surface,
    pub(super) palette: &'a Palette,
    pub(super) scale: f64,
    pub(super) lettering: &'a Lettering,
}

/// What is known of the texts of a surface: setting a font or measuring a text costs the browser as much as reading a style.
#[derive(Default)]
pub(super) struct Lettering {
    fonts: RefCell<Vec<KnownFont>>,
    /// The place of the one that the surface has.
    current: Cell<usize>,
}

#[derive(Default)]
struct KnownFont {
    words: String,
    /// By text.
    widths: BTreeMap<String, f64>,
}

impl Lettering {
    pub(super) fn set(&self, font: String, to: &dyn Surface) {
        let mut fonts = self.fonts.borrow_mut();
        if fonts.get(self.current.get()).is_some_and(|known| known.words == font) {
            return;
        }
        to.set_font(&font);
        let known = fonts.iter().position(|known| known.words == font);
        self.current.set(known.unwrap_or(fonts.len()));
        if known.is_none() {
            fonts.push(KnownFont {
                words: font,
                ..KnownFont::default()
            });
        }
    }

    /// The surface has forgotten its font.
    pub(super) fn unset(&self) {
        self.current.set(usize::MAX);
    }

    /// The width of a text in the font that is set.
    pub(super) fn width(&self, text: &str, to: &dyn Surface) -> f64 {
        let mut fonts = self.fonts.borrow_mut();
        let Some(KnownFont { widths, .. }) = fonts.get_mut(self.current.get()) else {
            return to.width(text);
        };
        if let Some(width) = widths.get(text) {
            return *width;
        }
        if widths.len() >= MOST_WIDTHS {
            widths.clear();
        }
        let width = to.width(text);
        widths.insert(text.to_owned(), width);
        width
    }
}

impl Brush<'_> {
    pub(super) fn s(&self, length: f64) -> f64 {
        length * self.scale
    }

    pub(super) fn font(&self, face: Face, scale: f64) {
        self.lettering.set(self.palette.font(face, scale), self.to);
    }

    /// The width of a text in the font that is set.
    pub(super) fn width(&self, text: &str) -> f64 {
        self.lettering.width(text, self.to)
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

#[cfg(test)]
mod tests {
    use super::super::record::Recorder;
    use super::*;

    #[test]
    fn a_text_is_measured_once_in_each_font() {
        let measured = Cell::new(0_u32);
        let measure = |text: &str, face: Face| {
            measured.set(measured.get() + 1);
            face.size() * f64::from(u32::try_from(text.len()).unwrap_or(0))
        };
        let recorder = Recorder::new(&measure);
        let lettering = Lettering::default();
        let width = |font: &str, text: &str| {
            lettering.set(font.to_owned(), &recorder);
            lettering.width(text, &recorder).to_string()
        };
        let (name, address) = ("600 10px sans", "400 20px mono");
        assert_eq!(
            [width(name, "web"), width(address, "web"), width(name, "web")],
            ["30", "60", "30"]
        );
        assert_eq!(measured.get(), 2);
        lettering.unset();
        assert_eq!(width(address, "shop"), "80");
    }
}
