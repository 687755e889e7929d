//! Keeps what a brush draws as a list of marks, to be written as SVG or painted elsewhere.

use super::super::geometry::Point;
use super::super::layout::Measure;
use super::super::scene::Face;
use super::surface::Surface;
use std::cell::RefCell;
use std::f64::consts::{PI, TAU};

/// A shape or a text with its colours; the stroke lies over the fill.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub shape: Shape,
    pub fill: Option<String>,
    pub stroke: Option<Stroke>,
    /// From 0 to 1.
    pub opacity: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Path(Vec<Step>),
    Text(Text),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    Move(Point),
    Line(Point),
    Arc {
        centre: Point,
        radius: f64,
        from: f64,
        /// In radians, clockwise.
        sweep: f64,
    },
    Close,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    pub colour: String,
    pub width: f64,
    pub cap: String,
    pub join: String,
    pub dash: Vec<f64>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    pub words: String,
    /// The left end of its base line.
    pub at: Point,
    pub face: Face,
    pub size: f64,
    /// The family and its fallbacks.
    pub family: String,
    pub width: f64,
}

/// A surface that keeps marks.
pub(crate) struct Recorder<'a> {
    measure: Measure<'a>,
    pen: RefCell<Pen>,
}

struct Pen {
    marks: Vec<Mark>,
    path: Vec<Step>,
    /// Whether the last mark is the fill of the path as it is.
    filled: bool,
    fill: String,
    stroke: Stroke,
    opacity: f64,
    face: Face,
    size: f64,
    family: String,
    align: String,
    is_middle: bool,
}

impl<'a> Recorder<'a> {
    pub fn new(measure: Measure<'a>) -> Self {
        let stroke = Stroke {
            colour: String::new(),
            width: 1.0,
            cap: "butt".to_owned(),
            join: "miter".to_owned(),
            dash: Vec::new(),
        };
        let pen = Pen {
            marks: Vec::new(),
            path: Vec::new(),
            filled: false,
            fill: String::new(),
            stroke,
            opacity: 1.0,
            face: Face::Note,
            size: Face::Note.size(),
            family: String::new(),
            align: "left".to_owned(),
            is_middle: false,
        };
        Self {
            measure,
            pen: RefCell::new(pen),
        }
    }

    pub fn marks(self) -> Vec<Mark> {
        self.pen.into_inner().marks
    }

    fn text(&self, words: &str, (x, y): (f64, f64), room: f64, is_stroked: bool) {
        let width = self.width(words).min(room);
        let mut pen = self.pen.borrow_mut();
        let left = match pen.align.as_str() {
            "center" => x - width / 2.0,
            "right" => x - width,
            _ => x,
        };
        // Half of the height of capitals and figures.
        let below = if pen.is_middle { pen.size * 0.34 } else { 0.0 };
        let text = Text {
            words: words.to_owned(),
            at: Point::new(left, y + below),
            face: pen.face,
            size: pen.size,
            family: pen.family.clone(),
            width,
        };
        let mark = Mark {
            shape: Shape::Text(text),
            fill: (!is_stroked).then(|| pen.fill.clone()),
            stroke: is_stroked.then(|| pen.stroke.clone()),
            opacity: pen.opacity,
        };
        pen.filled = false;
        pen.marks.push(mark);
    }
}

impl Pen {
    fn step(&mut self, step: Step) {
        self.filled = false;
        self.path.push(step);
    }

    /// Where the next step goes on.
    fn end(&self) -> Option<Point> {
        self.path.iter().rev().find_map(|step| match step {
            Step::Move(at) | Step::Line(at) => Some(*at),
            Step::Arc { .. } => Some(step.end()),
            Step::Close => None,
        })
    }

    fn arc(&mut self, centre: Point, radius: f64, from: f64, sweep: f64) {
        let start = on_circle(centre, radius, from);
        match self.end() {
            None => self.step(Step::Move(start)),
            Some(end) if end.distance(start) > 0.01 => self.step(Step::Line(start)),
            Some(_) => {}
        }
        self.step(Step::Arc {
            centre,
            radius,
            from,
            sweep,
        });
    }
}

impl Step {
    /// The end of an arc.
    pub fn end(&self) -> Point {
        match *self {
            Self::Move(at) | Self::Line(at) => at,
            Self::Arc {
                centre,
                radius,
                from,
                sweep,
            } => on_circle(centre, radius, from + sweep),
            Self::Close => Point::default(),
        }
    }
}

fn on_circle(centre: Point, radius: f64, angle: f64) -> Point {
    Point::new(centre.x + radius * angle.cos(), centre.y + radius * angle.sin())
}

impl Surface for Recorder<'_> {
    fn begin_path(&self) {
        let mut pen = self.pen.borrow_mut();
        pen.path.clear();
        pen.filled = false;
    }

    fn move_to(&self, x: f64, y: f64) {
        self.pen.borrow_mut().step(Step::Move(Point::new(x, y)));
    }

    fn line_to(&self, x: f64, y: f64) {
        self.pen.borrow_mut().step(Step::Line(Point::new(x, y)));
    }

    fn arc(&self, x: f64, y: f64, radius: f64, from: f64, to: f64) {
        let sweep = if to - from >= TAU {
            TAU
        } else {
            (to - from).rem_euclid(TAU)
        };
        self.pen.borrow_mut().arc(Point::new(x, y), radius, from, sweep);
    }

    fn arc_with_anticlockwise(&self, x: f64, y: f64, radius: f64, from: f64, to: f64, anticlockwise: bool) {
        if !anticlockwise {
            return self.arc(x, y, radius, from, to);
        }
        let sweep = -(from - to).rem_euclid(TAU);
        self.pen.borrow_mut().arc(Point::new(x, y), radius, from, sweep);
    }

    /// Rounds the corner at the first point.
    fn arc_to(&self, x1: f64, y1: f64, x2: f64, y2: f64, radius: f64) {
        let mut pen = self.pen.borrow_mut();
        let (corner, next) = (Point::new(x1, y1), Point::new(x2, y2));
        let Some(before) = pen.end() else {
            return pen.step(Step::Move(corner));
        };
        let angle = |to: Point| (to.y - corner.y).atan2(to.x - corner.x);
        let (back, on) = (angle(before), angle(next));
        let between = (on - back + 3.0 * PI).rem_euclid(TAU) - PI;
        let half = (between / 2.0).abs();
        if radius <= 0.0 || half < 0.01 || PI / 2.0 - half < 0.01 {
            return pen.step(Step::Line(corner));
        }
        let middle = back + between / 2.0;
        let centre = on_circle(corner, radius / half.sin(), middle);
        // The arc begins where the circle touches the first line, at a right angle to it.
        let turn = between.signum();
        pen.arc(centre, radius, back - turn * PI / 2.0, -turn * (PI - between.abs()));
    }

    fn close_path(&self) {
        self.pen.borrow_mut().step(Step::Close);
    }

    fn fill(&self) {
        let mut pen = self.pen.borrow_mut();
        if pen.path.is_empty() {
            return;
        }
        let mark = Mark {
            shape: Shape::Path(pen.path.clone()),
            fill: Some(pen.fill.clone()),
            stroke: None,
            opacity: pen.opacity,
        };
        pen.marks.push(mark);
        pen.filled = true;
    }

    fn stroke(&self) {
        let mut pen = self.pen.borrow_mut();
        if pen.path.is_empty() {
            return;
        }
        let (stroke, opacity, filled) = (pen.stroke.clone(), pen.opacity, pen.filled);
        pen.filled = false;
        if let Some(last) = pen.marks.last_mut().filter(|_| filled && opacity >= 1.0) {
            last.stroke = Some(stroke);
            return;
        }
        let mark = Mark {
            shape: Shape::Path(pen.path.clone()),
            fill: None,
            stroke: Some(stroke),
            opacity,
        };
        pen.marks.push(mark);
    }

    fn fill_rect(&self, x: f64, y: f64, w: f64, h: f64) {
        let path = vec![
            Step::Move(Point::new(x, y)),
            Step::Line(Point::new(x + w, y)),
            Step::Line(Point::new(x + w, y + h)),
            Step::Line(Point::new(x, y + h)),
            Step::Close,
        ];
        let mut pen = self.pen.borrow_mut();
        let mark = Mark {
            shape: Shape::Path(path),
            fill: Some(pen.fill.clone()),
            stroke: None,
            opacity: pen.opacity,
        };
        pen.filled = false;
        pen.marks.push(mark);
    }

    fn fill_text(&self, text: &str, x: f64, y: f64) {
        self.text(text, (x, y), f64::INFINITY, false);
    }

    fn fill_text_with_max_width(&self, text: &str, x: f64, y: f64, room: f64) {
        self.text(text, (x, y), room, false);
    }

    fn stroke_text(&self, text: &str, x: f64, y: f64) {
        self.text(text, (x, y), f64::INFINITY, true);
    }

    fn width(&self, text: &str) -> f64 {
        let (face, size) = {
            let pen = self.pen.borrow();
            (pen.face, pen.size)
        };
        (self.measure)(text, face) * size / face.size()
    }

    fn set_fill_style_str(&self, colour: &str) {
        colour.clone_into(&mut self.pen.borrow_mut().fill);
    }

    fn set_stroke_style_str(&self, colour: &str) {
        colour.clone_into(&mut self.pen.borrow_mut().stroke.colour);
    }

    fn set_global_alpha(&self, alpha: f64) {
        self.pen.borrow_mut().opacity = alpha.clamp(0.0, 1.0);
    }

    fn set_line_width(&self, width: f64) {
        self.pen.borrow_mut().stroke.width = width;
    }

    fn set_line_cap(&self, cap: &str) {
        cap.clone_into(&mut self.pen.borrow_mut().stroke.cap);
    }

    fn set_line_join(&self, join: &str) {
        join.clone_into(&mut self.pen.borrow_mut().stroke.join);
    }

    fn dash(&self, pattern: &[f64]) {
        self.pen.borrow_mut().stroke.dash = pattern.to_vec();
    }

    /// As `Palette::font` writes it: weight, size, family.
    fn set_font(&self, font: &str) {
        let mut parts = font.splitn(3, ' ');
        let weight = parts.next().unwrap_or_default();
        let size = parts.next().and_then(|size| size.trim_end_matches("px").parse().ok());
        let family = parts.next().unwrap_or_default();
        let mut pen = self.pen.borrow_mut();
        pen.face = match weight {
            "700" => Face::Title,
            "600" => Face::Name,
            _ if family.contains("mono") => Face::Address,
            _ => Face::Note,
        };
        pen.size = size.unwrap_or(pen.face.size());
        family.clone_into(&mut pen.family);
    }

    fn set_text_align(&self, align: &str) {
        align.clone_into(&mut self.pen.borrow_mut().align);
    }

    fn set_text_baseline(&self, baseline: &str) {
        self.pen.borrow_mut().is_middle = baseline == "middle";
    }

    fn set_transform(&self, _: f64, _: f64, _: f64) {}
}
