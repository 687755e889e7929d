//! The map of a scenario: as SVG for its page, and as a picture for what unfurls its address.

use crate::font::Fonts;
use crate::gallery::Entry;
use crate::page::SITE;
use crate::raster::Raster;
use crate::style::Tokens;
use playground::Micros;
use playground_web::live::Live;
use playground_web::stage::picture::{Caption, Face, Mark, Picture, Point, Shape, Size, Step, Stroke, Text, Tools};

/// As social pages show pictures.
pub const PREVIEW: (u32, u32) = (1200, 630);
/// The moment that is shown: the first requests are answered, others are under way.
const MOMENT: Micros = Micros::from_millis(5_200);
const MOST_BYTES: usize = 100_000;
/// The least size of the map, in its own pixels.
const MAP: Size = Size { w: 960.0, h: 440.0 };
/// The least size of the map in a preview, which is seen small.
const SMALL: Size = Size { w: 800.0, h: 330.0 };

#[derive(Default)]
pub struct Drawn {
    pub light: String,
    pub dark: String,
    pub preview: Vec<u8>,
    pub size: Size,
    /// What the map shows, in words.
    pub description: String,
}

pub fn draw(entry: &Entry, fonts: &Fonts, tokens: &Tokens) -> Drawn {
    let live = Live::here();
    live.open(entry.scenario.clone());
    live.seek(MOMENT);
    let session = live.session.borrow();
    let until = MOMENT + playground_web::live::LOOKAHEAD;
    let measure = |text: &str, face: Face| fonts.width(text, face, face.size());
    let [light, dark] = [false, true].map(|is_dark| Tools::new(&measure, &|name| tokens.value(name, is_dark)));
    let picture = Picture::new(&session, MOMENT, until, MAP, &light);
    let small = Picture::new(&session, MOMENT, until, SMALL, &light);
    let caption = Caption {
        title: entry.title.clone(),
        description: picture.description(),
    };
    let svg = |picture: &Picture<'_>| {
        let moving = picture.moving_svg(&caption, MOST_BYTES);
        moving.unwrap_or_else(|| picture.svg(&caption))
    };
    Drawn {
        light: svg(&picture),
        dark: svg(&Picture::new(&session, MOMENT, until, MAP, &dark)),
        preview: preview(entry, &small, fonts, tokens).unwrap_or_default(),
        size: picture.size(),
        description: caption.description.clone(),
    }
}

/// What a preview leaves free at both sides.
const MARGIN: f64 = 56.0;
/// The size of its title.
const TITLE: f64 = 52.0;

/// The title of a preview, as it is broken.
pub fn title_lines(title: &str, fonts: &Fonts) -> Vec<String> {
    let room = f64::from(PREVIEW.0) - 2.0 * MARGIN;
    let width = |line: &str| title_width(line, fonts);
    let lines = broken(title, room, width);
    if lines.len() == 2 && lines.join(" ") == title {
        balanced(title, width).unwrap_or(lines)
    } else {
        lines
    }
}

pub fn title_width(line: &str, fonts: &Fonts) -> f64 {
    fonts.width(line, Face::Title, TITLE)
}

/// Words in two lines whose longer one is as short as can be.
fn balanced(words: &str, width: impl Fn(&str) -> f64) -> Option<Vec<String>> {
    let breaks = words.match_indices(' ').map(|(at, _)| words.split_at(at));
    let longer = |(one, other): &(&str, &str)| width(one).max(width(other.trim_start()));
    let (one, other) = breaks.min_by(|a, b| longer(a).total_cmp(&longer(b)))?;
    Some(vec![one.to_owned(), other.trim_start().to_owned()])
}

/// The title above the map.
fn preview(entry: &Entry, picture: &Picture<'_>, fonts: &Fonts, tokens: &Tokens) -> Option<Vec<u8>> {
    let (wide, tall) = (f64::from(PREVIEW.0), f64::from(PREVIEW.1));
    let mut raster = Raster::new(PREVIEW.0, PREVIEW.1, picture.ground(), fonts)?;
    let ink = tokens.value("--ink", false);
    let soft = tokens.value("--ink-soft", false);
    raster.paint(&mark_of_the_playground(tokens), 1.4, Point::new(MARGIN - 3.0, 40.0));
    let mut words = vec![text(SITE, Face::Name, 24.0, Point::new(MARGIN + 52.0, 71.0), &soft)];
    let mut base = 92.0;
    for line in &title_lines(&entry.title, fonts) {
        base += TITLE * 1.14;
        words.push(text(line, Face::Title, TITLE, Point::new(MARGIN, base), &ink));
    }
    raster.paint(&words, 1.0, Point::default());
    let top = base + 34.0;
    let (size, room) = (picture.size(), (wide - 2.0 * MARGIN, tall - top - 28.0));
    let scale = (room.0 / size.w).min(room.1 / size.h);
    let left = (wide - size.w * scale) / 2.0;
    raster.paint(&picture.marks(), scale, Point::new(left, top));
    Some(raster.png())
}

fn text(words: &str, face: Face, size: f64, at: Point, colour: &str) -> Mark {
    Mark {
        shape: Shape::Text(Text {
            words: words.to_owned(),
            at,
            face,
            size,
            family: String::new(),
            width: 0.0,
        }),
        fill: Some(colour.to_owned()),
        stroke: None,
        opacity: 1.0,
    }
}

/// Words in lines of at most that width; no more than two, the second cut off by words if need be.
fn broken(words: &str, room: f64, width: impl Fn(&str) -> f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words.split_whitespace() {
        let count = lines.len();
        let Some(line) = lines.last_mut() else { break };
        let longer = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if line.is_empty() || width(&longer) <= room {
            *line = longer;
        } else if count == 2 {
            line.push('…');
            break;
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// The sign of the playground: a Service with a line in and three out.
fn mark_of_the_playground(tokens: &Tokens) -> Vec<Mark> {
    let line = |points: &[(f64, f64)], colour: &str| Mark {
        shape: Shape::Path(
            points
                .iter()
                .enumerate()
                .map(|(place, (x, y))| {
                    let at = Point::new(*x, *y);
                    if place == 0 { Step::Move(at) } else { Step::Line(at) }
                })
                .collect(),
        ),
        fill: None,
        stroke: Some(stroke(&tokens.value(colour, false), 3.0)),
        opacity: 1.0,
    };
    let arc = |centre: (f64, f64), from: f64| Step::Arc {
        centre: Point::new(centre.0, centre.1),
        radius: 4.8,
        from,
        sweep: std::f64::consts::PI,
    };
    let pill = Mark {
        shape: Shape::Path(vec![
            Step::Move(Point::new(9.7, 11.5)),
            arc((14.5, 11.5), std::f64::consts::PI),
            Step::Line(Point::new(19.3, 20.5)),
            arc((14.5, 20.5), 0.0),
            Step::Close,
        ]),
        fill: Some(tokens.value("--sheet", false)),
        stroke: Some(stroke(&tokens.value("--ink", false), 3.0)),
        opacity: 1.0,
    };
    vec![
        line(&[(2.0, 16.0), (12.0, 16.0)], "--route-2"),
        line(&[(20.0, 16.0), (30.0, 16.0)], "--route-1"),
        line(&[(19.0, 15.0), (22.0, 9.0), (29.5, 6.5)], "--route-1"),
        line(&[(19.0, 17.0), (22.0, 23.0), (29.5, 25.5)], "--route-1"),
        pill,
    ]
}

fn stroke(colour: &str, width: f64) -> Stroke {
    Stroke {
        colour: colour.to_owned(),
        width,
        cap: "butt".to_owned(),
        join: "round".to_owned(),
        dash: Vec::new(),
    }
}
