//! Sets the map: columns, rows, rails and words, so that no rail runs under a word and no word over another.

mod rails;
mod words;

use super::geometry::{Path, Point, Rect};
use super::plan::{Ask, Column, GroupId, Member, Place, Plan, is_default};
use super::scene::{
    Aside, Bar, District, Face, Grid, Heading, Interchange, Label, Mark, Scene, Size, Standing, Station, Tone, Who,
    WireId,
};
use playground::{Key, World};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::net::IpAddr;

/// Tells how wide a text is in a face, in CSS pixels at the face's own size.
pub type Measure<'a> = &'a dyn Fn(&str, Face) -> f64;

/// Onto what the map is set.
pub struct View<'a> {
    /// The room there is.
    pub size: Size,
    /// How wide texts are.
    pub measure: Measure<'a>,
    /// The one Service to show, where there is no room for more.
    pub focus: Option<&'a Key>,
}

/// Who stood where, so that a station keeps its place when others come or go.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    slots: BTreeMap<(GroupId, Place), Vec<Option<Who>>>,
    lines: BTreeMap<Key, usize>,
    size: Size,
    /// Every rail to an endpoint there was, by the endpoint's address.
    past: BTreeMap<(Key, IpAddr), Path>,
}

/// How many lines' colours there are.
pub const LINES: usize = 6;
/// Above so many pods in a column they are grains of a grid, without words.
const WORDS: usize = 60;
/// The margin around everything.
const MARGIN: f64 = 12.0;
/// A strip between columns in which rails may run up and down.
const STRIP: f64 = 24.0;
/// From a word to a rail.
const CLEAR: f64 = 9.0;
/// How round the rails' corners are.
pub const CORNER: f64 = 14.0;
/// The row under a district's pods, for its name.
const FOOT: f64 = 34.0;

/// How much is left out, and how small things are, to fit the room.
#[derive(Clone, Copy)]
struct Fit {
    scale: f64,
    /// Whether addresses of Services keep their port.
    ports: bool,
    /// Whether pods behind no Service are grains.
    grains: bool,
    /// Whether share bars have a number.
    numbers: bool,
}

/// From roomy to bare.
const FITS: [Fit; 7] = [
    Fit {
        scale: 1.0,
        ports: true,
        grains: false,
        numbers: true,
    },
    Fit {
        scale: 0.95,
        ports: true,
        grains: false,
        numbers: true,
    },
    Fit {
        scale: 0.95,
        ports: true,
        grains: true,
        numbers: true,
    },
    Fit {
        scale: 0.95,
        ports: false,
        grains: true,
        numbers: false,
    },
    Fit {
        scale: 0.9,
        ports: false,
        grains: true,
        numbers: false,
    },
    Fit {
        scale: 0.86,
        ports: false,
        grains: true,
        numbers: false,
    },
    Fit {
        scale: 0.82,
        ports: false,
        grains: true,
        numbers: false,
    },
];
/// Where there is room to spare.
const LARGE: Fit = Fit {
    scale: 1.15,
    ports: true,
    grains: false,
    numbers: true,
};

/// Sets the map of a world in which those ask those.
pub fn layout(world: &World, asks: &[Ask], view: &View, memory: &mut Memory) -> Scene {
    let plan = Plan::new(world, asks, view.focus);
    let large = (view.size.w >= 1_000.0 && view.size.h >= 560.0).then_some(LARGE);
    let mut widest = None;
    for fit in large.into_iter().chain(FITS) {
        let mut setting = Setting::new(&plan, world, view, fit, memory);
        let needed = setting.measure();
        if needed <= view.size.w {
            return memory.keep(setting.draw(needed), view.size);
        }
        widest = Some((setting, needed));
    }
    let scene = widest.map(|(setting, needed)| setting.draw(needed)).unwrap_or_default();
    memory.keep(scene, view.size)
}

/// How pods of a column are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Density {
    /// Name, address and share bar.
    Roomy,
    /// Name and address.
    Snug,
    /// The name, on one line.
    Tight,
    /// Names in several columns, on one rail.
    Table,
    /// Grains without names, on one rail.
    Grid,
}

/// A column and what it measures.
struct Measured {
    index: usize,
    density: Density,
    /// Whether rails leave it to the right, so that words stand above.
    chain: bool,
    /// Behind no Service.
    loose: bool,
    /// From its anchor to the left and to the right edge of what is written in it.
    left: f64,
    right: f64,
    /// Its anchor.
    x: f64,
    /// Cells across, and their size, where it is a table or a grid.
    across: usize,
    cell: Size,
}

/// Pods of a group on a node.
struct Segment {
    group: usize,
    place: Place,
    slots: Vec<Option<Member>>,
    /// Whether its label stands over it.
    headed: bool,
    top: f64,
    height: f64,
    /// How high its first and last rows stand.
    rows: (f64, f64),
}

struct Setting<'p, 'v> {
    plan: &'p Plan<'p>,
    world: &'p World,
    view: &'v View<'v>,
    fit: Fit,
    places: Vec<Place>,
    /// By column, in the order of the places.
    segments: Vec<Vec<Segment>>,
    columns: Vec<Measured>,
    headings: BTreeMap<usize, String>,
    names: BTreeMap<Who, String>,
    lines: Vec<usize>,
    lanes: usize,
    /// In which column who stands.
    stands: BTreeMap<Who, usize>,
    /// By Service, how far rails run level from it.
    stubs: Vec<f64>,
    /// By rows, the widest pitch at which no rail is too steep.
    slants: BTreeMap<usize, f64>,
    scene: Scene,
}

impl<'p, 'v> Setting<'p, 'v> {
    fn new(plan: &'p Plan<'p>, world: &'p World, view: &'v View<'v>, fit: Fit, memory: &mut Memory) -> Self {
        let lines = memory.lines(plan);
        let mut places: Vec<Place> = world.nodes.iter().map(|node| Place::Node(node.name.clone())).collect();
        let used: BTreeSet<&Place> = plan
            .groups
            .iter()
            .flat_map(|group| &group.members)
            .map(|member| &member.place)
            .collect();
        for place in used {
            if !places.contains(place) {
                places.push(place.clone());
            }
        }
        if view.focus.is_some() {
            places.retain(|place| {
                plan.groups
                    .iter()
                    .flat_map(|group| &group.members)
                    .any(|m| m.place == *place)
            });
            if places.is_empty() {
                places.extend(world.nodes.first().map(|node| Place::Node(node.name.clone())));
            }
        }
        let segments = plan
            .columns
            .iter()
            .map(|column| match column {
                Column::Stations(groups) => segments(plan, groups, &places, memory),
                _ => Vec::new(),
            })
            .collect();
        let mut setting = Self {
            plan,
            world,
            view,
            fit,
            places,
            segments,
            columns: Vec::new(),
            headings: BTreeMap::new(),
            names: BTreeMap::new(),
            lines,
            lanes: 0,
            stands: stands(plan),
            stubs: Vec::new(),
            slants: BTreeMap::new(),
            scene: Scene {
                scale: fit.scale,
                ..Scene::default()
            },
        };
        setting.lanes = setting.lanes().len();
        setting
    }

    fn s(&self, length: f64) -> f64 {
        length * self.fit.scale
    }

    fn width(&self, text: &str, face: Face) -> f64 {
        (self.view.measure)(text, face) * self.fit.scale
    }

    /// The height of a line in that face.
    fn line(&self, face: Face) -> f64 {
        self.s((face.size() * 1.22).ceil())
    }

    // --- measuring -------------------------------------------------------------------------------------------------

    /// Measures all columns; the least width they need together.
    fn measure(&mut self) -> f64 {
        for index in 0..self.plan.columns.len() {
            let measured = self.measure_column(index);
            self.columns.push(measured);
        }
        let zones: f64 = self.columns.iter().map(|column| column.left + column.right).sum();
        let gaps: f64 = (1..self.columns.len()).map(|index| self.least_gap(index)).sum();
        zones + gaps + 2.0 * MARGIN + 2.0 * self.s(10.0)
    }

    /// The least room between a column and the one before it.
    fn least_gap(&self, index: usize) -> f64 {
        let lanes = if self.lanes > 0 { 10.0 } else { 0.0 };
        match self.columns.get(index) {
            Some(column) if column.loose => self.s(18.0) + lanes,
            _ => self.s(STRIP) + lanes,
        }
    }

    fn measure_column(&mut self, index: usize) -> Measured {
        let empty = Measured {
            index,
            density: Density::Roomy,
            chain: false,
            loose: false,
            left: 0.0,
            right: 0.0,
            x: 0.0,
            across: 1,
            cell: Size::default(),
        };
        match self.plan.columns.get(index) {
            Some(Column::Outside) => {
                let half = (self.width("outside", Face::Address) / 2.0).max(self.s(26.0));
                Measured {
                    left: half,
                    right: half,
                    ..empty
                }
            }
            Some(Column::Services(services)) => {
                let wide = services
                    .iter()
                    .flat_map(|service| self.service_lines(*service))
                    .fold(self.s(15.0), |widest: f64, (text, face, _)| {
                        widest.max(self.width(&text, face) / 2.0)
                    });
                Measured {
                    left: wide + CLEAR,
                    right: wide + CLEAR,
                    ..empty
                }
            }
            Some(Column::Stations(_)) => self.measure_stations(index, empty),
            None => empty,
        }
    }

    fn measure_stations(&mut self, index: usize, empty: Measured) -> Measured {
        let Some(segments) = self.segments.get(index) else {
            return empty;
        };
        let groups: BTreeSet<usize> = segments.iter().map(|segment| segment.group).collect();
        let members: Vec<&Member> = segments.iter().flat_map(|s| s.slots.iter().flatten()).collect();
        let count = members.len();
        let chain = members.iter().any(|member| self.plan.sends(&member.who));
        let loose = groups
            .iter()
            .all(|g| self.plan.groups.get(*g).is_some_and(|group| group.id == GroupId::Loose));
        let shape = Shape { chain, loose };
        let mut names = BTreeMap::new();
        // Grains have no names.
        for group in groups.iter().filter(|_| count <= WORDS) {
            names.extend(self.short_names(*group));
        }
        let mut headings = BTreeMap::new();
        for group in &groups {
            headings.insert(*group, self.heading(*group));
        }
        let density = self.density(index, shape, count);
        let radius = self.s(density.radius());
        let widest_name = names
            .values()
            .map(|name| self.width(name, Face::Name))
            .fold(0.0_f64, f64::max);
        let second = |member: &&Member| match (member.standing, member.ip) {
            (Standing::Pending, _) => Some("not scheduled".to_owned()),
            (_, ip) => ip.map(|ip| ip.to_string()),
        };
        let widest_ip = members
            .iter()
            .filter(|_| count <= WORDS)
            .filter_map(second)
            .map(|text| self.width(&text, Face::Address))
            .fold(0.0_f64, f64::max);
        let widest_heading = headings
            .values()
            .map(|text| self.width(text, Face::Address))
            .fold(0.0_f64, f64::max);
        let number_wide = if self.fit.numbers {
            self.s(8.0) + self.width("100 %", Face::Address)
        } else {
            0.0
        };
        let bar = if loose { 0.0 } else { self.s(BAR) + number_wide };
        let mut measured = Measured {
            density,
            chain,
            loose,
            left: radius,
            ..empty
        };
        measured.right = match (density, chain) {
            (Density::Roomy, false) => radius + self.s(8.0) + widest_name.max(widest_ip).max(bar),
            (Density::Snug, false) => {
                radius + self.s(8.0) + widest_name + self.s(8.0) + widest_ip.max(if loose { 0.0 } else { self.s(BAR) })
            }
            (Density::Tight, false) => radius + self.s(8.0) + widest_name,
            (Density::Tight, true) => widest_name.max(radius),
            (Density::Roomy | Density::Snug, true) => widest_name.max(widest_ip).max(radius * 2.0) - radius,
            (Density::Table | Density::Grid, _) => {
                let (across, cell) = self.cells(index, density, widest_name, count);
                measured.across = across;
                measured.cell = cell;
                number(across) * cell.w
                    - if density == Density::Grid {
                        cell.w / 2.0
                    } else {
                        self.s(18.0)
                    }
            }
        };
        if density == Density::Grid {
            measured.left = measured.cell.w / 2.0;
        }
        let note = match density {
            Density::Grid => {
                if loose {
                    self.width("1000 pods", Face::Note)
                } else {
                    self.width("1000 pods, 1000 ready", Face::Note)
                }
            }
            _ if segments.iter().any(|segment| segment.slots.is_empty()) => self.width("no pod matches", Face::Note),
            _ => 0.0,
        };
        let widest_heading = widest_heading.max(note);
        // Where rails leave to the next Service, a heading may reach over the strip they run in: they stay below it.
        let before_service = matches!(self.plan.columns.get(index + 1), Some(Column::Services(_)));
        let over = if before_service && density <= Density::Tight {
            self.s(STRIP)
        } else {
            0.0
        };
        measured.right = measured
            .right
            .max(widest_heading - measured.left - over)
            .max(self.s(24.0));
        self.names.extend(names);
        self.headings.extend(headings);
        measured
    }

    /// The roomiest density at which all rows of a column fit.
    fn density(&self, column: usize, shape: Shape, count: usize) -> Density {
        if count > WORDS || (shape.loose && self.fit.grains) {
            return Density::Grid;
        }
        let room = self.rows_room();
        [Density::Roomy, Density::Snug, Density::Tight]
            .into_iter()
            .find(|density| self.needed(column, *density, shape, None) <= room)
            .unwrap_or(if self.fit.grains && count > 12 {
                Density::Grid
            } else {
                Density::Table
            })
    }

    /// The height that rows and headings of all places share.
    fn rows_room(&self) -> f64 {
        let places = number(self.places.len().max(1));
        let footer = if self.places.len() > 1 { FOOT } else { 0.0 };
        self.view.size.h - 2.0 * MARGIN - footer - places * (self.foot() + 12.0) - (places - 1.0) * 10.0
    }

    /// Under each district's rows: its name, and lanes above it.
    fn foot(&self) -> f64 {
        self.s(FOOT) + number(self.lanes) * 7.0
    }

    /// The height a column's rows and headings need at that density, at that place or at all of them.
    fn needed(&self, column: usize, density: Density, shape: Shape, place: Option<&Place>) -> f64 {
        let Some(segments) = self.segments.get(column) else {
            return 0.0;
        };
        segments
            .iter()
            .filter(|segment| place.is_none_or(|place| segment.place == *place))
            .map(|segment| self.segment_height(column, segment, density, shape))
            .sum()
    }

    fn segment_height(&self, column: usize, segment: &Segment, density: Density, shape: Shape) -> f64 {
        let rows = match density {
            Density::Table | Density::Grid => {
                let (across, cell) = match self.columns.get(column) {
                    Some(measured) => (measured.across, measured.cell),
                    None => self.cells(column, density, 0.0, segment.slots.len()),
                };
                let down = number(segment.slots.len().div_ceil(across.max(1)));
                return self.head(segment) + (down * cell.h + self.s(10.0)).max(self.least_rows(segment));
            }
            _ => number(segment.slots.len()),
        };
        let (pitch, _) = density.pitch(shape);
        self.head(segment) + (rows * self.s(pitch)).max(self.least_rows(segment))
    }

    /// What a segment's rows take at least: where nobody is, room for the words that say so, and for the Service.
    fn least_rows(&self, segment: &Segment) -> f64 {
        if segment.slots.is_empty() { self.s(84.0) } else { 0.0 }
    }

    /// The height over a segment's rows.
    fn head(&self, segment: &Segment) -> f64 {
        self.s(if segment.headed { HEAD } else { 6.0 })
    }

    /// How many cells stand side by side, and how large one is.
    fn cells(&self, column: usize, density: Density, name: f64, count: usize) -> (usize, Size) {
        let rooms = self.segments.get(column).map_or(1, |segments| segments.len().max(1));
        let height = (self.rows_room() - number(rooms) * self.s(HEAD + 10.0)).max(60.0);
        if density == Density::Table {
            let cell = Size {
                w: self.s(12.0 + 7.0 + 14.0) + name,
                h: self.s(21.0),
            };
            let down = floor_count(height / cell.h).saturating_sub(rooms).max(1);
            return (count.div_ceil(down).max(1), cell);
        }
        // The largest group of a place decides; where places are many, the map rather grows downwards than sideways.
        let largest = self
            .segments
            .get(column)
            .into_iter()
            .flatten()
            .map(|segment| segment.slots.len())
            .max();
        let largest = largest.unwrap_or(count).max(1);
        let wide = self.view.size.w * 0.42;
        let least = 7.0;
        let mut pitch: f64 = 17.0;
        loop {
            let square = floor_count(number(largest).sqrt().ceil());
            let down = floor_count(height / number(rooms) / pitch).max(1);
            let across = square.max(largest.div_ceil(down)).max(1);
            let fitting = floor_count(wide / pitch).max(1);
            if across <= fitting || pitch <= least {
                return (across.min(fitting), Size { w: pitch, h: pitch });
            }
            pitch -= 1.0;
        }
    }

    // --- drawing ---------------------------------------------------------------------------------------------------

    fn draw(mut self, needed: f64) -> Scene {
        let wide = needed.max(self.view.size.w);
        self.stubs = (0..self.plan.services.len())
            .map(|service| self.stub(service))
            .collect();
        self.place_columns(needed, wide);
        let tall = self.place_rows();
        self.scene.size = Size { w: wide, h: tall };
        self.draw_stations();
        self.draw_services();
        self.draw_outside();
        self.draw_wires();
        self.draw_districts();
        self.scene
    }

    fn place_columns(&mut self, needed: f64, wide: f64) {
        let weights: f64 = (1..self.columns.len()).map(|index| self.stretch(index)).sum();
        let spare = wide - needed;
        let each = if weights > 0.0 {
            (spare / weights).min(self.s(150.0))
        } else {
            0.0
        };
        let left_over = spare - each * weights;
        let mut x = MARGIN + self.s(10.0) + left_over / 2.0;
        for index in 0..self.columns.len() {
            if index > 0 {
                x += self.least_gap(index);
                x += each * self.stretch(index);
            }
            if let Some(column) = self.columns.get_mut(index) {
                column.x = x + column.left;
                x = column.x + column.right;
            }
        }
    }

    /// How much of the room to spare goes before a column: most where rails fan out.
    fn stretch(&self, index: usize) -> f64 {
        let outside = matches!(self.plan.columns.get(index - 1), Some(Column::Outside));
        match self.columns.get(index) {
            Some(column) if column.loose => 0.12,
            Some(_) if outside => 0.35,
            _ => 1.0,
        }
    }

    /// Gives each place its height and each segment its rows; how tall all is.
    fn place_rows(&mut self) -> f64 {
        let shapes: Vec<Shape> = self
            .columns
            .iter()
            .map(|column| Shape {
                chain: column.chain,
                loose: column.loose,
            })
            .collect();
        let needed = |place: &Place| {
            let of_column = |(index, measured): (usize, &Measured)| {
                let shape = shapes.get(index).copied().unwrap_or_default();
                self.needed(index, measured.density, shape, Some(place))
            };
            self.columns
                .iter()
                .enumerate()
                .map(of_column)
                .fold(self.s(HEAD), f64::max)
        };
        let mut heights: Vec<f64> = self.places.iter().map(needed).collect();
        let services = self.services_height();
        let rows = heights.iter().sum::<f64>();
        let outer = self.view.size.h - self.rows_room();
        let room = self.rows_room().max(rows).max(services - outer);
        let spare = room - rows;
        let weight = if rows > 0.0 { spare / rows } else { 0.0 };
        for height in &mut heights {
            *height += *height * weight;
        }
        let mut top = MARGIN;
        let foot = self.foot();
        let mut districts = Vec::new();
        for (place, height) in self.places.clone().iter().zip(&heights) {
            let inner = top + 12.0;
            self.place_segments(place, inner, *height, &shapes);
            districts.push((place.clone(), top, 12.0 + height + foot));
            top += 12.0 + height + foot + 10.0;
        }
        self.scene.districts = districts
            .into_iter()
            .map(|(place, y, h)| District {
                node: match &place {
                    Place::Node(name) => Some(name.clone()),
                    _ => None,
                },
                solid: matches!(place, Place::Node(_)),
                rect: Rect::new(0.0, y, 0.0, h),
                labels: Vec::new(),
            })
            .collect();
        let footer = if self.places.len() > 1 { FOOT } else { 0.0 };
        // A hair too much would bring scroll bars.
        ((top - 10.0 + footer + MARGIN) * 16.0).round() / 16.0
    }

    /// The least height that the fullest column of Services needs.
    fn services_height(&self) -> f64 {
        let of_column = |column: &Column| match column {
            Column::Services(services) => services
                .iter()
                .map(|service| {
                    let (above, below) = self.service_reach(*service);
                    above + below
                })
                .sum::<f64>(),
            _ => 0.0,
        };
        self.plan.columns.iter().map(of_column).fold(0.0, f64::max) + 2.0 * MARGIN + FOOT + self.foot() + self.s(30.0)
    }

    fn place_segments(&mut self, place: &Place, top: f64, height: f64, shapes: &[Shape]) {
        for (index, shape) in shapes.iter().enumerate() {
            let Some(density) = self.columns.get(index).map(|column| column.density) else {
                continue;
            };
            let Some(segments) = self.segments.get(index) else {
                continue;
            };
            let needs: Vec<f64> = segments
                .iter()
                .map(|segment| {
                    if segment.place == *place {
                        self.segment_height(index, segment, density, *shape)
                    } else {
                        0.0
                    }
                })
                .collect();
            let all: f64 = needs.iter().sum();
            let weight = if all > 0.0 { height / all } else { 0.0 };
            let mut y = top;
            if let Some(segments) = self.segments.get_mut(index) {
                for (segment, need) in segments.iter_mut().zip(needs) {
                    if segment.place == *place {
                        segment.top = y;
                        segment.height = need * weight;
                        y += segment.height;
                    }
                }
            }
        }
    }

    fn draw_stations(&mut self) {
        let rows = self.segments.iter().flatten().map(|segment| segment.slots.len());
        self.slants = rows.map(|rows| (rows, self.slanted_pitch(rows))).collect();
        let columns = std::mem::take(&mut self.columns);
        let mut segments = std::mem::take(&mut self.segments);
        for (column, segments) in columns.iter().zip(&segments) {
            for segment in segments {
                if segment.headed {
                    self.draw_heading(column, segment);
                }
                self.draw_segment(column, segment);
                if column.density == Density::Grid {
                    self.note_grid(column, segment);
                }
            }
        }
        let stations = &self.scene.stations;
        for segment in segments.iter_mut().flatten() {
            let members = segment.slots.iter().flatten();
            let heights: Vec<f64> = members
                .filter_map(|member| stations.get(&member.who))
                .map(|station| station.at.y)
                .collect();
            let first = heights.iter().copied().fold(f64::INFINITY, f64::min);
            let last = heights.iter().copied().fold(0.0, f64::max);
            segment.rows = (first.min(last), last);
        }
        self.columns = columns;
        self.segments = segments;
    }

    fn draw_heading(&mut self, column: &Measured, segment: &Segment) {
        let Some(group) = self.plan.groups.get(segment.group) else {
            return;
        };
        let text = self.headings.get(&segment.group).cloned().unwrap_or_default();
        if text.is_empty() {
            return;
        }
        let x = column.x - column.left;
        let label = self.at_left(x, segment.top, text, Face::Address, Tone::Soft);
        let rule = (Point::new(x, label.rect.bottom() + self.s(3.0)), label.rect.w);
        let line = match &group.id {
            GroupId::Behind(key) => self.plan.index(key).and_then(|index| self.lines.get(index).copied()),
            _ => None,
        };
        if column.density == Density::Grid {
            let words = words::count_words(group, segment);
            let note = self.at_left(x, segment.top + self.s(23.0), words, Face::Note, Tone::Soft);
            self.scene.notes.push(note);
        } else if segment.slots.is_empty() && matches!(group.id, GroupId::Behind(_)) {
            let words = "no pod matches".to_owned();
            let selectorless = label.text == "no selector";
            if !selectorless {
                let y = segment.top + self.s(HEAD);
                let note = self.at_left(x, y, words, Face::Note, Tone::Faint);
                self.scene.notes.push(note);
            }
        }
        self.scene.headings.push(Heading { label, rule, line });
    }

    fn draw_segment(&mut self, column: &Measured, segment: &Segment) {
        let head = self.head(segment);
        let shape = Shape {
            chain: column.chain,
            loose: column.loose,
        };
        let room = segment.height - head;
        let top = segment.top + head;
        let rows = segment.slots.len();
        let (least, most) = column.density.pitch(shape);
        let slanted = self
            .slants
            .get(&rows)
            .copied()
            .unwrap_or(f64::INFINITY)
            .max(self.s(least));
        let pitch = (room / number(rows.max(1)))
            .min(slanted)
            .clamp(self.s(least), self.s(most));
        let (above, below) = self.row_reach(column.density, shape);
        let lines = number(rows.saturating_sub(1)) * pitch;
        // The stations' middle stands in the middle of the room, so that columns of as many are level.
        let amid = if self.is_alone(column, segment) {
            (room - lines) / 2.0
        } else {
            above
        };
        let first = (top + amid).min(top + room - below - lines).max(top + above);
        for (slot, member) in segment.slots.iter().enumerate() {
            let Some(member) = member else { continue };
            let at = match column.density {
                Density::Table | Density::Grid => {
                    let across = column.across.max(1);
                    let (row, place) = (slot / across, slot % across);
                    let rows_high = number(rows.div_ceil(across)) * column.cell.h;
                    let lower = if column.loose || !self.is_alone(column, segment) {
                        0.0
                    } else {
                        ((room - self.s(10.0) - rows_high) / 2.0).max(0.0)
                    };
                    let start = top + self.s(6.0) + lower;
                    Point::new(
                        column.x + number(place) * column.cell.w,
                        start + (number(row) + 0.5) * column.cell.h,
                    )
                }
                _ => Point::new(column.x, first + number(slot) * pitch),
            };
            self.draw_station(column, segment.group, member, at);
        }
    }

    /// The grid a segment's pods form, once they are drawn.
    fn note_grid(&mut self, column: &Measured, segment: &Segment) {
        let members: Vec<Who> = segment
            .slots
            .iter()
            .flatten()
            .map(|member| member.who.clone())
            .collect();
        let places = members
            .iter()
            .filter_map(|who| self.scene.stations.get(who))
            .map(|station| station.at.y);
        let (top, bottom) = places.fold((f64::INFINITY, 0.0_f64), |(top, bottom), y| (top.min(y), bottom.max(y)));
        let Some(group) = self.plan.groups.get(segment.group).filter(|_| !members.is_empty()) else {
            return;
        };
        let behind = match &group.id {
            GroupId::Behind(key) => format!(" behind {}", key.name),
            _ => " behind no Service".to_owned(),
        };
        let (cell, across) = (column.cell, column.across.max(1));
        let rect = Rect::new(
            column.x - cell.w / 2.0,
            top - cell.h / 2.0,
            number(across.min(members.len())) * cell.w,
            bottom - top + cell.h,
        );
        let described = format!("{}{behind}; arrow keys walk them", words::count_words(group, segment));
        self.scene.grids.push(Grid {
            rect,
            across,
            members,
            described,
        });
    }

    /// Whether no other group stands under that segment's.
    fn is_alone(&self, column: &Measured, segment: &Segment) -> bool {
        let groups = self.plan.columns.get(column.index);
        matches!(groups, Some(Column::Stations(groups)) if groups.iter().all(|group| *group == segment.group))
    }

    /// The widest pitch at which the rails of so many rows are nowhere too steep, in all columns of as many.
    fn slanted_pitch(&self, rows: usize) -> f64 {
        let spans = number(rows.max(2) - 1) / 2.0;
        let stub = |column: usize| match self.plan.columns.get(column) {
            Some(Column::Services(services)) => {
                services
                    .iter()
                    .filter_map(|service| self.stubs.get(*service).copied())
                    .fold(0.0, f64::max)
                    + self.s(PILL_WIDE)
            }
            _ => 0.0,
        };
        let mut widest = f64::INFINITY;
        for (index, segments) in self.segments.iter().enumerate() {
            let [segment] = segments.as_slice() else { continue };
            let Some(column) = self.columns.get(index).filter(|column| !column.loose) else {
                continue;
            };
            if segment.slots.len() != rows || column.density > Density::Snug {
                continue;
            }
            let is_service = |other: usize| matches!(self.plan.columns.get(other), Some(Column::Services(_)));
            if let Some(before) = index.checked_sub(1).filter(|before| is_service(*before))
                && let Some(service) = self.columns.get(before)
            {
                widest = widest.min((column.x - column.left - service.x - stub(before) - self.s(4.0)) / spans);
            }
            if let Some(service) = self
                .columns
                .get(index + 1)
                .filter(|_| column.chain && is_service(index + 1))
            {
                widest = widest.min((service.x - stub(index + 1) - column.x - column.right - self.s(4.0)) / spans);
            }
        }
        (widest * SLOPE - 0.5).max(0.0)
    }

    /// How far a row's words and mark reach above and below its middle.
    fn row_reach(&self, density: Density, shape: Shape) -> (f64, f64) {
        let radius = self.s(density.radius());
        match (density, shape.chain) {
            (Density::Roomy, true) => (radius + self.s(38.0), radius + self.s(12.0)),
            (Density::Snug, true) => (radius + self.s(36.0), radius),
            (Density::Tight, true) => (radius + self.s(19.0), radius),
            (Density::Roomy, false) if !shape.loose => (self.s(25.0), self.s(25.0)),
            _ => (self.s(16.0), self.s(16.0)),
        }
    }

    fn draw_station(&mut self, column: &Measured, group: usize, member: &Member, at: Point) {
        let density = column.density;
        let radius = match density {
            Density::Grid => column.cell.w * 0.34,
            _ => self.s(density.radius()),
        };
        let service = self.plan.groups.get(group).and_then(|group| match &group.id {
            GroupId::Behind(key) => self.plan.index(key),
            _ => None,
        });
        let tone = match (member.standing, service) {
            (Standing::Ready, Some(_)) => Tone::Ink,
            (Standing::Ready, None) if self.plan.sends(&member.who) => Tone::Ink,
            _ => Tone::Soft,
        };
        let name = self.names.get(&member.who).cloned().unwrap_or_default();
        let address = member.ip.map(|ip| ip.to_string()).filter(|ip| *ip != name);
        let mut lines = Vec::new();
        if density != Density::Grid {
            lines.push((name, Face::Name, tone));
            if matches!(density, Density::Roomy | Density::Snug) {
                let word = match member.standing {
                    Standing::Pending => Some("not scheduled".to_owned()),
                    _ => address,
                };
                lines.extend(word.map(|word| (word, Face::Address, Tone::Soft)));
            }
        }
        let bar_service = service.and_then(|index| self.plan.services.get(index));
        let mut bar = None;
        let backend = bar_service.and_then(|planned| Some((planned, planned.backend(&member.who)?)));
        let labels;
        if column.chain && density <= Density::Tight {
            let high: f64 = lines.iter().map(|(_, face, _)| self.line(*face)).sum();
            labels = self.stacked(at.x - radius, at.y - radius - self.s(4.0) - high, lines);
            if density == Density::Roomy {
                bar = Some(Point::new(at.x - radius, at.y + radius + self.s(7.0)));
            }
        } else if density == Density::Roomy {
            let high: f64 = lines.iter().map(|(_, face, _)| self.line(*face)).sum();
            let with_bar = backend.is_some();
            let all = high + if with_bar { self.s(10.0) } else { 0.0 };
            let left = at.x + radius + self.s(8.0);
            labels = self.stacked(left, at.y - all / 2.0, lines);
            bar = with_bar.then(|| Point::new(left, at.y - all / 2.0 + high + self.s(5.0)));
        } else {
            let left = at.x + radius + self.s(8.0);
            labels = self.in_row(left, at.y, lines);
        }
        let bar = bar.zip(backend).map(|(corner, (planned, backend))| {
            let ready = planned.open();
            let rect = Rect::new(corner.x, corner.y, self.s(BAR), self.s(5.0));
            let number = Point::new(rect.right() + self.s(8.0), rect.y + rect.h / 2.0);
            Bar {
                rect,
                number: (!column.chain && self.fit.numbers).then_some(number),
                service: planned.service.key.clone(),
                ip: backend.ip,
                among: backend.open.then_some(ready),
            }
        });
        let mark = match (&member.who, density) {
            (_, Density::Grid) => Mark::Grain,
            (Who::Process(_), _) => Mark::Prompt,
            (Who::Address(_), _) => Mark::Diamond,
            _ => Mark::Ring,
        };
        if let Some(ip) = member.ip.filter(|_| !matches!(member.who, Who::Process(_))) {
            self.scene.addresses.insert(ip, member.who.clone());
        }
        let station = Station {
            at,
            radius,
            mark,
            standing: member.standing,
            line: service.and_then(|index| self.lines.get(index).copied()),
            labels,
            bar,
            presence: 1.0,
            described: self.described(member),
        };
        self.scene.stations.insert(member.who.clone(), station);
    }

    fn described(&self, member: &Member) -> String {
        let mut words = match &member.who {
            Who::Pod(key) => format!("Pod {}", key.name),
            Who::Process(name) => format!("Process on node {name}"),
            Who::Address(_) => "Endpoint outside the cluster".to_owned(),
            Who::Outside => "Laptop outside the cluster".to_owned(),
        };
        if let Some(ip) = member.ip {
            let _ = write!(words, ", {ip}");
        }
        if matches!(member.who, Who::Pod(_)) {
            words.push_str(match member.standing {
                Standing::Ready => ", ready",
                Standing::NotReady => ", not ready",
                Standing::Terminating => ", terminating",
                Standing::Pending => ", not scheduled",
            });
        }
        let behind = self
            .plan
            .services
            .iter()
            .filter(|planned| planned.backend(&member.who).is_some());
        for planned in behind {
            let _ = write!(words, ", endpoint of {}", planned.service.key.name);
        }
        words
    }

    fn draw_services(&mut self) {
        for (index, column) in self.plan.columns.iter().enumerate() {
            let Column::Services(services) = column else { continue };
            let x = self.columns.get(index).map_or(0.0, |column| column.x);
            let mut wanted: Vec<(usize, f64)> = services
                .iter()
                .map(|service| (*service, self.service_height(*service)))
                .collect();
            wanted.sort_by(|one, other| one.1.total_cmp(&other.1).then(one.0.cmp(&other.0)));
            let reaches: Vec<(f64, f64)> = wanted.iter().map(|(service, _)| self.service_reach(*service)).collect();
            let heights: Vec<f64> = wanted.iter().map(|(_, y)| *y).collect();
            let many = self.places.len() > 1;
            let footer = match (many, self.lanes > 0) {
                (true, true) => FOOT + self.foot(),
                (true, false) => FOOT,
                (false, _) => self.foot(),
            };
            let bounds = (MARGIN + 4.0, self.scene.size.h - MARGIN - footer);
            for ((service, _), y) in wanted.iter().zip(spread(&heights, &reaches, bounds)) {
                self.draw_service(*service, Point::new(x, y));
            }
        }
    }

    /// How high a Service would like to stand: amid its endpoints, or where they would be.
    fn service_height(&self, index: usize) -> f64 {
        let Some(planned) = self.plan.services.get(index) else {
            return 0.0;
        };
        let own: Vec<f64> = self
            .plan
            .groups
            .get(index)
            .into_iter()
            .flat_map(|group| &group.members)
            .filter_map(|member| self.scene.stations.get(&member.who))
            .map(|station| station.at.y)
            .collect();
        let all: Vec<f64> = planned
            .backends
            .iter()
            .filter_map(|backend| self.scene.stations.get(&backend.who))
            .map(|station| station.at.y)
            .collect();
        let heights = if own.is_empty() { all } else { own };
        if let Some(middle) = middle(&heights) {
            return middle;
        }
        let empty = self.segments.iter().flatten().find(|segment| segment.group == index);
        empty.map_or(self.scene.size.h / 2.0, |segment| segment.top + segment.height / 2.0)
    }

    fn draw_service(&mut self, index: usize, at: Point) {
        let Some(planned) = self.plan.services.get(index) else {
            return;
        };
        let half = Size {
            w: self.s(PILL_WIDE),
            h: self.s(PILL_TALL),
        };
        let mut y = at.y + half.h + self.s(7.0);
        let mut labels = Vec::new();
        for (text, face, tone) in self.service_lines(index) {
            labels.push(self.centred(at.x, y, text, face, tone));
            y += self.line(face);
        }
        let service = planned.service;
        let open = planned.open();
        let endpoints = match open {
            0 => "no endpoints".to_owned(),
            1 => "1 endpoint".to_owned(),
            many => format!("{many} endpoints"),
        };
        let lines: Vec<String> = labels.iter().skip(1).map(|label| label.text.clone()).collect();
        let interchange = Interchange {
            at,
            half,
            line: self.lines.get(index).copied().unwrap_or_default(),
            virtual_address: !service.cluster_ips.is_empty(),
            empty: open == 0,
            labels,
            presence: 1.0,
            described: format!("Service {}, {}, {endpoints}", service.key.name, lines.join(", ")),
        };
        self.scene.interchanges.insert(service.key.clone(), interchange);
    }

    fn draw_outside(&mut self) {
        let Some(column) = self
            .plan
            .columns
            .iter()
            .position(|column| matches!(column, Column::Outside))
        else {
            return;
        };
        let x = self.columns.get(column).map_or(0.0, |column| column.x);
        let asked: Vec<f64> = self
            .plan
            .asks
            .iter()
            .filter(|(who, _)| *who == Who::Outside)
            .filter_map(|(_, service)| self.plan.services.get(*service))
            .filter_map(|planned| self.scene.interchanges.get(&planned.service.key))
            .map(|interchange| interchange.at.y)
            .collect();
        let y = middle(&asked).unwrap_or(self.scene.size.h / 2.0);
        let at = Point::new(x, y);
        let labels = vec![
            self.centred(x, y + self.s(23.0), "laptop".to_owned(), Face::Name, Tone::Ink),
            self.centred(
                x,
                y + self.s(23.0) + self.line(Face::Name),
                "outside".to_owned(),
                Face::Address,
                Tone::Soft,
            ),
        ];
        let station = Station {
            at,
            radius: self.s(18.0),
            mark: Mark::Laptop,
            standing: Standing::Ready,
            line: None,
            labels,
            bar: None,
            presence: 1.0,
            described: "Laptop outside the cluster".to_owned(),
        };
        self.scene.stations.insert(Who::Outside, station);
    }

    fn draw_districts(&mut self) {
        let wide = self.scene.size.w;
        let left = self.ground_left();
        let right = wide - MARGIN;
        let many = self.places.len() > 1;
        let last = self
            .columns
            .iter()
            .rev()
            .find(|column| column.left + column.right > 0.0);
        let last_right = last.map_or(right, |column| column.x + column.right);
        let last_left = last.map_or(left, |column| column.x - column.left);
        let first_text = self
            .columns
            .iter()
            .map(|column| column.x - column.left)
            .find(|x| *x > left)
            .unwrap_or(left + self.s(18.0))
            .min(left + self.s(22.0));
        let mut districts = std::mem::take(&mut self.scene.districts);
        let places = self.places.clone();
        for (district, place) in districts.iter_mut().zip(&places) {
            district.rect.x = left;
            district.rect.w = right - left;
            let top = district.rect.bottom() - self.s(26.0);
            let (name, ip) = match place {
                Place::Node(name) => {
                    let node = self.world.nodes.iter().find(|node| node.name == *name);
                    (format!("node {name}"), node.map(|node| node.ip.to_string()))
                }
                Place::Unscheduled => ("not scheduled".to_owned(), None),
                Place::Elsewhere => ("outside the cluster".to_owned(), None),
            };
            let gap = self.s(14.0);
            let room = last_right - last_left;
            let bare = name
                .strip_prefix("node ")
                .filter(|_| self.width(&name, Face::Name) > room);
            let name = bare.map_or(name.clone(), ToOwned::to_owned);
            let name = if many { self.cut(name, Face::Name, room) } else { name };
            let name_wide = self.width(&name, Face::Name);
            let ip_wide = ip.as_ref().map_or(0.0, |ip| self.width(ip, Face::Address) + gap);
            let (x, with_ip) = if many {
                let with_ip = name_wide + ip_wide <= room;
                let all = if with_ip { name_wide + ip_wide } else { name_wide };
                (last_right - all.min(room), with_ip)
            } else {
                (first_text, first_text + name_wide + ip_wide <= right - self.s(12.0))
            };
            let name = self.at_left(x, top, name, Face::Name, Tone::Soft);
            let ip = ip.filter(|_| with_ip).map(|ip| {
                self.at_left(
                    name.rect.right() + gap,
                    top + self.s(0.5),
                    ip,
                    Face::Address,
                    Tone::Soft,
                )
            });
            district.labels = std::iter::once(name).chain(ip).collect();
        }
        self.scene.districts = districts;
        self.draw_aside(left, right, many);
    }

    /// Where the nodes' ground begins: right of what is outside, amid the strip after the first Services.
    fn ground_left(&self) -> f64 {
        let first_stations = self
            .plan
            .columns
            .iter()
            .position(|column| matches!(column, Column::Stations(_)));
        let clients_first = first_stations.is_some_and(|first| {
            !self
                .plan
                .columns
                .iter()
                .take(first)
                .any(|column| matches!(column, Column::Services(_)))
        });
        let outside = self.sends_outside() || !clients_first;
        match first_stations {
            Some(first) if first > 0 && outside => {
                let zone = |index: usize| self.columns.get(index);
                let before = zone(first - 1).map_or(MARGIN, |column| column.x + column.right);
                let start = zone(first).map_or(MARGIN, |column| column.x - column.left);
                (before + 4.0).min(start - self.s(10.0)).max(MARGIN)
            }
            _ => MARGIN,
        }
    }

    fn sends_outside(&self) -> bool {
        self.plan.sends(&Who::Outside)
    }

    fn draw_aside(&mut self, left: f64, right: f64, many: bool) {
        let Some(service) = self.world.services.iter().find(|service| is_default(&service.key)) else {
            return;
        };
        if self.view.focus.is_some() || self.scene.interchanges.contains_key(&service.key) {
            return;
        }
        let ip = service.cluster_ips.first().map(ToString::to_string).unwrap_or_default();
        let port = service.ports.first().map(|port| port.port).unwrap_or_default();
        let bottom = if many {
            self.scene.size.h - MARGIN - self.s(6.0)
        } else {
            self.scene.size.h - MARGIN - self.s(26.0) + self.line(Face::Note)
        };
        let top = bottom - self.line(Face::Note);
        let taken = if many {
            left
        } else {
            let labels = self.scene.districts.iter().flat_map(|district| &district.labels);
            labels.map(|label| label.rect.right()).fold(left, f64::max) + self.s(40.0)
        };
        let words = [
            format!("kubernetes  {ip}:{port} → API server"),
            format!("kubernetes {ip}"),
            "kubernetes".to_owned(),
        ];
        for text in words {
            let wide = self.width(&text, Face::Address);
            let x = right - self.s(20.0) - wide;
            if x - self.s(20.0) > taken {
                let label = self.at_left(x, top, text, Face::Address, Tone::Soft);
                let at = Point::new(x - self.s(13.0), label.rect.y + label.rect.h / 2.0);
                let described = format!("Service kubernetes, ClusterIP, {ip}:{port}, leads to the API server");
                self.scene.aside = Some(Aside { at, label, described });
                return;
            }
        }
    }

    // --- labels ----------------------------------------------------------------------------------------------------

    fn at_left(&self, x: f64, top: f64, text: String, face: Face, tone: Tone) -> Label {
        let rect = Rect::new(x, top, self.width(&text, face), self.line(face));
        Label { text, face, tone, rect }
    }

    fn centred(&self, x: f64, top: f64, text: String, face: Face, tone: Tone) -> Label {
        let wide = self.width(&text, face);
        Label {
            rect: Rect::new(x - wide / 2.0, top, wide, self.line(face)),
            text,
            face,
            tone,
        }
    }

    fn stacked(&self, x: f64, top: f64, lines: Vec<(String, Face, Tone)>) -> Vec<Label> {
        let mut y = top;
        let mut labels = Vec::new();
        for (text, face, tone) in lines {
            labels.push(self.at_left(x, y, text, face, tone));
            y += self.line(face);
        }
        labels
    }

    fn in_row(&self, x: f64, middle: f64, lines: Vec<(String, Face, Tone)>) -> Vec<Label> {
        let mut x = x;
        let mut labels = Vec::new();
        for (text, face, tone) in lines {
            let label = self.at_left(x, middle - self.line(face) / 2.0, text, face, tone);
            x = label.rect.right() + self.s(8.0);
            labels.push(label);
        }
        labels
    }
}

/// The half width and half height of a Service's mark.
const PILL_WIDE: f64 = 14.0;
const PILL_TALL: f64 = 28.0;
/// The width of a share bar.
const BAR: f64 = 62.0;
/// The height of a heading and of what is between it and the first row.
const HEAD: f64 = 38.0;

/// How steep a rail may be that is neither level nor upright.
const SLOPE: f64 = 1.4;

/// What the rows of a column have to leave room for.
#[derive(Clone, Copy, Default)]
struct Shape {
    chain: bool,
    loose: bool,
}

impl Density {
    /// The least and the greatest distance of two rows.
    fn pitch(self, shape: Shape) -> (f64, f64) {
        match (self, shape.chain, shape.loose) {
            (Self::Roomy, true, _) => (84.0, 96.0),
            (Self::Snug, true, _) => (58.0, 84.0),
            (Self::Tight, true, _) => (37.0, 60.0),
            (Self::Roomy, false, true) => (42.0, 58.0),
            (Self::Roomy, false, false) => (52.0, 96.0),
            (Self::Snug, false, _) => (27.0, 52.0),
            (_, false, _) => (20.0, 27.0),
            (_, true, _) => (20.0, 40.0),
        }
    }

    /// How large a station is.
    const fn radius(self) -> f64 {
        match self {
            Self::Roomy => 11.5,
            Self::Snug => 9.5,
            Self::Tight => 7.5,
            Self::Table | Self::Grid => 6.0,
        }
    }
}

impl Memory {
    /// The scene with the rails that others had in this room before it; its own are kept for later ones.
    fn keep(&mut self, mut scene: Scene, size: Size) -> Scene {
        if self.size != size {
            self.past.clear();
            self.size = size;
        }
        scene.past.clone_from(&self.past);
        for (ip, who) in &scene.addresses {
            for service in scene.interchanges.keys() {
                if let Some(wire) = scene.wires.get(&WireId::Forward(service.clone(), who.clone())) {
                    self.past.insert((service.clone(), *ip), wire.path.clone());
                }
            }
        }
        scene
    }

    /// The slots of those present: each where it was, a new one where there is room.
    fn seat(&mut self, group: &GroupId, place: &Place, members: &[&Member]) -> Vec<Option<Member>> {
        let slots = self.slots.entry((group.clone(), place.clone())).or_default();
        let present: BTreeMap<&Who, &Member> = members.iter().map(|member| (&member.who, *member)).collect();
        let mut seated: BTreeSet<Who> = BTreeSet::new();
        for slot in slots.iter_mut() {
            if slot.as_ref().is_some_and(|who| !present.contains_key(who)) {
                *slot = None;
            }
            seated.extend(slot.clone());
        }
        for member in members {
            if seated.contains(&member.who) {
                continue;
            }
            match slots.iter_mut().find(|slot| slot.is_none()) {
                Some(slot) => *slot = Some(member.who.clone()),
                None => slots.push(Some(member.who.clone())),
            }
        }
        while matches!(slots.last(), Some(None)) {
            slots.pop();
        }
        if slots.iter().filter(|slot| slot.is_none()).count() * 2 > slots.len() {
            slots.retain(Option::is_some);
        }
        let member = |who: &Who| present.get(who).map(|member| (*member).clone());
        slots.iter().map(|slot| slot.as_ref().and_then(member)).collect()
    }

    /// Each Service's line: the one it had, or the first that is free.
    fn lines(&mut self, plan: &Plan) -> Vec<usize> {
        let mut lines = Vec::new();
        for planned in &plan.services {
            let key = &planned.service.key;
            let line = self.lines.get(key).copied().unwrap_or_else(|| {
                let taken: BTreeSet<usize> = self.lines.values().copied().collect();
                (0..LINES)
                    .find(|line| !taken.contains(line))
                    .unwrap_or(self.lines.len() % LINES)
            });
            self.lines.insert(key.clone(), line);
            lines.push(line);
        }
        lines
    }
}

/// In which column who stands.
fn stands(plan: &Plan) -> BTreeMap<Who, usize> {
    let mut stands = BTreeMap::new();
    for (index, column) in plan.columns.iter().enumerate() {
        match column {
            Column::Outside => {
                stands.insert(Who::Outside, index);
            }
            Column::Services(_) => {}
            Column::Stations(groups) => {
                let members = groups.iter().filter_map(|group| plan.groups.get(*group));
                stands.extend(
                    members
                        .flat_map(|group| &group.members)
                        .map(|member| (member.who.clone(), index)),
                );
            }
        }
    }
    stands
}

fn segments(plan: &Plan, groups: &[usize], places: &[Place], memory: &mut Memory) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut headed = BTreeSet::new();
    for (order, place) in places.iter().enumerate() {
        for index in groups {
            let Some(group) = plan.groups.get(*index) else { continue };
            let members: Vec<&Member> = group.members.iter().filter(|member| member.place == *place).collect();
            let empty_group = group.members.is_empty() && order == 0 && plan.is_bare(*index);
            if members.is_empty() && !empty_group {
                continue;
            }
            let slots = memory.seat(&group.id, place, &members);
            segments.push(Segment {
                group: *index,
                place: place.clone(),
                slots,
                headed: headed.insert(*index) || groups.len() > 1,
                top: 0.0,
                height: 0.0,
                rows: (0.0, 0.0),
            });
        }
    }
    segments
}

/// Moves those apart who would stand too close, as little as needed, within the bounds where there is room.
fn spread(heights: &[f64], reaches: &[(f64, f64)], (top, bottom): (f64, f64)) -> Vec<f64> {
    let mut placed: Vec<f64> = heights.to_vec();
    let mut floor = top;
    for (y, (above, below)) in placed.iter_mut().zip(reaches) {
        *y = y.max(floor + above);
        floor = *y + below;
    }
    let mut ceiling = bottom.max(0.0);
    for (y, (above, below)) in placed.iter_mut().zip(reaches).rev() {
        *y = y.min(ceiling - below);
        ceiling = *y - above;
    }
    let mut floor = top;
    for (y, (above, below)) in placed.iter_mut().zip(reaches) {
        *y = y.max(floor + above);
        floor = *y + below;
    }
    placed
}

fn middle(heights: &[f64]) -> Option<f64> {
    let least = heights.iter().copied().reduce(f64::min)?;
    let most = heights.iter().copied().reduce(f64::max)?;
    Some(f64::midpoint(least, most))
}

/// How a client or pod is called.
pub fn spoken(who: &Who) -> String {
    match who {
        Who::Outside => "laptop".to_owned(),
        Who::Process(node) => format!("process on {node}"),
        Who::Pod(key) => key.name.clone(),
        Who::Address(ip) => ip.to_string(),
    }
}

/// A count as a length's factor.
fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

/// How many whole things fit.
fn floor_count(share: f64) -> usize {
    // Between 0 and the height of a screen.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let whole = share.clamp(0.0, 100_000.0) as usize;
    whole
}
