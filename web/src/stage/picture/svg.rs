//! Writes marks as SVG: without scripts, with a title and a description, with classes for looks that come often.

use super::super::geometry::Point;
use super::super::paint::record::{Mark, Shape, Step, Text};
use super::super::scene::{Face, Size};
use super::Caption;
use super::motion::{Flash, Moving, Track};
use base::Order;
use std::collections::BTreeMap;
use std::f64::consts::{PI, TAU};
use std::fmt::Write;

/// Where a dot rests that is not seen: outside.
const AWAY: f64 = -99.0;

/// An image of one moment.
pub fn still(size: Size, ground: &str, caption: &Caption, marks: &[Mark]) -> String {
    let mut page = Page::default();
    page.marks(marks);
    page.close(size, ground, caption, "")
}

/// An image that moves: `layers` are what stands still, and what a reader who prefers less motion sees instead of `moving`.
pub fn moving(size: Size, ground: &str, caption: &Caption, layers: [&[Mark]; 2], moving: &Moving) -> String {
    const CALM: &str = ".s{display:none}@media(prefers-reduced-motion:reduce){.s{display:inline}.m{display:none}}";
    let mut page = Page::default();
    let [still, moment] = layers;
    page.marks(still);
    page.body += "<g class=\"s\">";
    page.marks(moment);
    page.body += "</g><g class=\"m\">";
    for flash in &moving.flashes {
        page.flash(flash, moving.span);
    }
    for (place, look) in moving.looks.iter().enumerate() {
        if moving.dots.iter().any(|track| track.look == place) {
            page.look(place, look, moving.small);
        }
    }
    for track in &moving.dots {
        page.track(track, moving.span);
    }
    page.body += "</g>";
    page.close(size, ground, caption, CALM)
}

#[derive(Default)]
struct Page {
    body: String,
    /// Declarations and the number of their class.
    classes: BTreeMap<String, usize>,
}

impl Page {
    fn close(self, size: Size, ground: &str, caption: &Caption, more: &str) -> String {
        let (wide, tall) = (short(size.w), short(size.h));
        let mut styles = more.to_owned();
        let mut classes: Vec<(&String, &usize)> = self.classes.iter().collect();
        classes.order_by_key(|(_, number)| **number);
        for (declarations, number) in classes {
            let _ = write!(styles, ".{}{{{declarations}}}", class(*number));
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide} {tall}\" width=\"{wide}\" height=\"{tall}\" role=\"img\" \
             aria-labelledby=\"t d\"><title id=\"t\">{}</title><desc id=\"d\">{}</desc><style>{styles}</style>\
             <rect width=\"100%\" height=\"100%\" fill=\"{ground}\"/>{}</svg>\n",
            escaped(&caption.title),
            escaped(&caption.description),
            self.body
        )
    }

    fn marks(&mut self, marks: &[Mark]) {
        for mark in marks {
            let class = self.class_of(mark);
            match &mark.shape {
                Shape::Path(steps) => self.path(steps, class),
                Shape::Text(text) => self.text(text, class),
            }
        }
    }

    fn path(&mut self, steps: &[Step], class: usize) {
        let class = self::class(class);
        if let [
            Step::Move(_),
            Step::Arc {
                centre, radius, sweep, ..
            },
        ] = steps
            && *sweep >= TAU
        {
            let (x, y, r) = (short(centre.x), short(centre.y), short(*radius));
            let _ = write!(self.body, "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>");
            return;
        }
        let _ = write!(self.body, "<path class=\"{class}\" d=\"");
        for step in steps {
            self.step(step);
        }
        self.body += "\"/>";
    }

    fn step(&mut self, step: &Step) {
        let body = &mut self.body;
        let _ = match *step {
            Step::Move(at) => write!(body, "M{} {}", short(at.x), short(at.y)),
            Step::Line(at) => write!(body, "L{} {}", short(at.x), short(at.y)),
            Step::Close => write!(body, "z"),
            Step::Arc { radius, sweep, .. } => {
                let r = short(radius);
                let (large, clockwise) = (u8::from(sweep.abs() > PI), u8::from(sweep > 0.0));
                if sweep.abs() >= TAU {
                    // An arc that ends where it begins would not be drawn.
                    let across = short(2.0 * radius);
                    write!(body, "a{r} {r} 0 1 1-{across} 0a{r} {r} 0 1 1 {across} 0")
                } else {
                    let end = step.end();
                    write!(body, "A{r} {r} 0 {large} {clockwise} {} {}", short(end.x), short(end.y))
                }
            }
        };
    }

    fn text(&mut self, text: &Text, class: usize) {
        let (class, x, y) = (self::class(class), short(text.at.x), short(text.at.y));
        let _ = write!(self.body, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\"");
        // Where another font stands in, the words keep their room.
        if text.words.chars().count() > 3 {
            let _ = write!(
                self.body,
                " textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"",
                short(text.width)
            );
        }
        let _ = write!(self.body, ">{}</text>", escaped(&text.words));
    }

    /// The class for the looks of a mark.
    fn class_of(&mut self, mark: &Mark) -> usize {
        let mut look = format!("fill:{}", mark.fill.as_deref().unwrap_or("none"));
        if let Some(stroke) = &mark.stroke {
            let _ = write!(look, ";stroke:{};stroke-width:{}", stroke.colour, fine(stroke.width));
            if stroke.cap != "butt" {
                let _ = write!(look, ";stroke-linecap:{}", stroke.cap);
            }
            if stroke.join != "miter" {
                let _ = write!(look, ";stroke-linejoin:{}", stroke.join);
            }
            if !stroke.dash.is_empty() {
                let dash: Vec<String> = stroke.dash.iter().map(|length| fine(*length)).collect();
                let _ = write!(look, ";stroke-dasharray:{}", dash.join(" "));
            }
        }
        if mark.opacity < 1.0 {
            let _ = write!(look, ";opacity:{}", fine(mark.opacity));
        }
        if let Shape::Text(text) = &mark.shape {
            let weight = match text.face {
                Face::Title => 700,
                Face::Name => 600,
                Face::Address | Face::Note => 400,
            };
            let _ = write!(look, ";font:{weight} {}px {}", fine(text.size), text.family);
        }
        self.class(look)
    }

    fn class(&mut self, declarations: String) -> usize {
        let next = self.classes.len();
        *self.classes.entry(declarations).or_insert(next)
    }

    /// A dot around the origin, put away.
    fn look(&mut self, place: usize, marks: &[Mark], small: f64) {
        let _ = write!(
            self.body,
            "<defs><g id=\"l{place}\" transform=\"translate({AWAY} {AWAY}) scale({})\">",
            fine(small)
        );
        self.marks(marks);
        self.body += "</g></defs>";
    }

    fn track(&mut self, track: &Track, span: u64) {
        let (Some((begins, _)), Some((ends, _))) = (track.stops.first(), track.stops.last()) else {
            return;
        };
        // It jumps from where it rests to its way, and back.
        let rest = Point::new(AWAY, AWAY);
        let before = [(0.0, rest), (*begins, rest)];
        let after = [(*ends, rest), (1.0, rest)];
        let stops = || before.iter().chain(&track.stops).chain(&after);
        let times: Vec<String> = stops().map(|(share, _)| moment(*share)).collect();
        let places: Vec<String> = stops()
            .map(|(_, at)| format!("{},{}", short(at.x - AWAY), short(at.y - AWAY)))
            .collect();
        let _ = write!(
            self.body,
            "<use href=\"#l{}\"><animateMotion dur=\"{span}ms\" repeatCount=\"indefinite\" calcMode=\"linear\" keyTimes=\"{}\" \
             values=\"{}\"/></use>",
            track.look,
            times.join(";"),
            places.join(";")
        );
    }

    fn flash(&mut self, flash: &Flash, span: u64) {
        let mut times = vec![moment(0.0)];
        let mut seen = vec!["0"];
        for (from, until) in &flash.shown {
            times.extend([moment(*from), moment(*until)]);
            seen.extend(["1", "0"]);
        }
        self.body += "<g opacity=\"0\">";
        self.marks(&flash.marks);
        let _ = write!(
            self.body,
            "<animate attributeName=\"opacity\" dur=\"{span}ms\" repeatCount=\"indefinite\" calcMode=\"discrete\" keyTimes=\"{}\" \
             values=\"{}\"/></g>",
            times.join(";"),
            seen.join(";")
        );
    }
}

/// a, b, …, z, aa, ab, …: but for `m` and `s`, which stand for what moves and what does not.
fn class(number: usize) -> String {
    const LETTERS: &[u8] = b"abcdefghijklnopqrtuvwxyz";
    let mut name = String::new();
    let mut left = number;
    loop {
        let letter = LETTERS.get(left % LETTERS.len()).copied().unwrap_or(b'a');
        name.push(char::from(letter));
        left /= LETTERS.len();
        if left == 0 {
            return name;
        }
        left -= 1;
    }
}

/// To a tenth of a pixel.
fn short(number: f64) -> String {
    trimmed(&format!("{number:.1}"))
}

fn fine(number: f64) -> String {
    trimmed(&format!("{number:.2}"))
}

/// A share of the time.
fn moment(share: f64) -> String {
    trimmed(&format!("{:.4}", share.clamp(0.0, 1.0)))
}

fn trimmed(number: &str) -> String {
    let number = if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.')
    } else {
        number
    };
    match number {
        "-0" => "0".to_owned(),
        other => other.to_owned(),
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            // XML knows no other control characters.
            '\t' | '\n' => safe.push(' '),
            letter if letter.is_control() => {}
            letter => safe.push(letter),
        }
    }
    safe
}
