//! Paints marks as pixels.

use crate::font::Fonts;
use playground_web::stage::picture::{Mark, Point, Shape, Step, Stroke};
use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, PathBuilder, Pixmap, Stroke as Line, StrokeDash, Transform,
};

/// The longest piece of a circle that one curve stands for.
const QUARTER: f64 = std::f64::consts::FRAC_PI_2;

pub struct Raster<'a> {
    pixels: Pixmap,
    fonts: &'a Fonts,
}

impl<'a> Raster<'a> {
    /// `None` if it has no size.
    pub fn new(wide: u32, tall: u32, ground: &str, fonts: &'a Fonts) -> Option<Self> {
        let mut pixels = Pixmap::new(wide, tall)?;
        pixels.fill(colour(ground, 1.0));
        Some(Self { pixels, fonts })
    }

    /// Marks, scaled and moved.
    pub fn paint(&mut self, marks: &[Mark], scale: f64, at: Point) {
        let [scale, x, y] = [scale, at.x, at.y].map(single);
        let aim = Transform::from_row(scale, 0.0, 0.0, scale, x, y);
        for mark in marks {
            let path = match &mark.shape {
                Shape::Path(steps) => path(steps),
                Shape::Text(text) => self.fonts.outline(&text.words, text.face, text.size, text.at),
            };
            let Some(path) = path else { continue };
            if let Some(fill) = &mark.fill {
                self.pixels
                    .fill_path(&path, &paint(fill, mark.opacity), FillRule::Winding, aim, None);
            }
            if let Some(stroke) = &mark.stroke {
                self.pixels
                    .stroke_path(&path, &paint(&stroke.colour, mark.opacity), &line(stroke), aim, None);
            }
        }
    }

    pub fn png(self) -> Vec<u8> {
        let (wide, tall) = (self.pixels.width(), self.pixels.height());
        let pixels: Vec<[u8; 3]> = self
            .pixels
            .pixels()
            .iter()
            .map(|pixel| [pixel.red(), pixel.green(), pixel.blue()])
            .collect();
        crate::png::written(wide, tall, &pixels)
    }
}

fn path(steps: &[Step]) -> Option<tiny_skia::Path> {
    let mut path = PathBuilder::new();
    for step in steps {
        match *step {
            Step::Move(at) => path.move_to(single(at.x), single(at.y)),
            Step::Line(at) => path.line_to(single(at.x), single(at.y)),
            Step::Close => path.close(),
            Step::Arc {
                centre,
                radius,
                from,
                sweep,
            } => arc(&mut path, centre, radius, (from, sweep)),
        }
    }
    path.finish()
}

/// As cubic curves, of a quarter circle at most.
fn arc(path: &mut PathBuilder, centre: Point, radius: f64, (from, sweep): (f64, f64)) {
    let mut left = sweep;
    let mut angle = from;
    while left.abs() > 1e-6 {
        let turn = left.clamp(-QUARTER, QUARTER);
        let reach = 4.0 / 3.0 * (turn / 4.0).tan() * radius;
        let on = |angle: f64, along: f64| {
            let (sin, cos) = angle.sin_cos();
            let x = centre.x + radius * cos - along * sin;
            let y = centre.y + radius * sin + along * cos;
            (single(x), single(y))
        };
        let (one, two, end) = (on(angle, reach), on(angle + turn, -reach), on(angle + turn, 0.0));
        path.cubic_to(one.0, one.1, two.0, two.1, end.0, end.1);
        angle += turn;
        left -= turn;
    }
}

fn line(stroke: &Stroke) -> Line {
    Line {
        width: single(stroke.width),
        line_cap: if stroke.cap == "round" {
            LineCap::Round
        } else {
            LineCap::Butt
        },
        line_join: if stroke.join == "round" {
            LineJoin::Round
        } else {
            LineJoin::Miter
        },
        dash: StrokeDash::new(stroke.dash.iter().copied().map(single).collect(), 0.0),
        ..Line::default()
    }
}

fn paint(colour_word: &str, opacity: f64) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color(colour(colour_word, opacity));
    paint.anti_alias = true;
    paint
}

/// Of `#rrggbb`; black, should it be anything else.
fn colour(word: &str, opacity: f64) -> Color {
    let part = |at: usize| {
        let digits = word
            .get(at..at + 2)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        f32::from(digits.unwrap_or_default()) / 255.0
    };
    Color::from_rgba(part(1), part(3), part(5), single(opacity.clamp(0.0, 1.0))).unwrap_or(Color::BLACK)
}

#[expect(clippy::cast_possible_truncation, reason = "pixels of a picture")]
fn single(number: f64) -> f32 {
    number as f32
}
