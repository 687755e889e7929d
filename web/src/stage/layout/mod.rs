//! Computes the scene: columns, rows, rails and texts, so that no rail runs under a text and no texts overlap.

mod districts;
mod measure;
mod memory;
mod rails;
mod rows;
mod services;
mod stations;
mod tracks;
mod words;

use super::geometry::Obstacles;
use super::pace::{Pace, at_once};
use super::plan::{AskEdge, Location, MapColumn, MapPlan, Member};
use super::scene::{Face, Scene, Size, Who};
use crate::say;
use base::Order;
use playground::{Node, ObjectKey, World};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use tracks::Tracks;
use words::SharedLabels;

pub use memory::LayoutMemory;

/// The width of a text in a face, in CSS pixels before scaling.
pub type Measure<'a> = &'a dyn Fn(&str, Face) -> f64;

/// The space for the map.
pub struct Viewport<'a> {
    pub size: Size,
    pub measure: Measure<'a>,
    /// How many times larger than usual the page writes.
    pub text: f64,
    /// The only Service to show, on a small screen.
    pub focus: Option<&'a ObjectKey>,
}

/// The number of colours for Services.
pub const LINES: usize = 6;
/// Columns with more pods are grids, without names.
const WORDS: usize = 60;
const MARGIN: f64 = 12.0;
/// The gap between columns, in which rails run up and down.
const STRIP: f64 = 24.0;
/// The least distance between a text and a rail.
const CLEAR: f64 = 9.0;
/// The radius of the corners of rails.
pub const CORNER: f64 = 14.0;
/// The height for the name of a district, under its pods.
const FOOT: f64 = 34.0;

/// What is left out and scaled down to fit the space.
#[derive(Clone, Copy)]
struct Fit {
    scale: f64,
    /// Whether the addresses of Services include the port.
    ports: bool,
    grains: bool,
    numbers: bool,
}

const SMALLEST: f64 = 0.82;
/// From the roomiest to the smallest.
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
        scale: SMALLEST,
        ports: false,
        grains: true,
        numbers: false,
    },
];
/// For large stages.
const LARGE: Fit = Fit {
    scale: 1.15,
    ports: true,
    grains: false,
    numbers: true,
};

/// The scene of a world, with the roomiest fit.
pub fn layout(world: &World, asks: &[AskEdge], view: &Viewport<'_>, memory: &mut LayoutMemory) -> Scene {
    at_once(layout_in_slices(world, asks, view, memory, &Pace::default()))
}

/// The scene of a world, with the roomiest fit.
pub async fn layout_in_slices(
    world: &World,
    asks: &[AskEdge],
    view: &Viewport<'_>,
    memory: &mut LayoutMemory,
    pace: &Pace,
) -> Scene {
    let plan = MapPlan::new(world, asks, view.focus, pace).await;
    let large = (view.size.w >= 1_000.0 && view.size.h >= 560.0).then_some(LARGE);
    let asked = (view.text > 1.0).then_some(Fit {
        scale: view.text,
        ..LARGE
    });
    let tracks = Tracks::new(&plan, pace).await;
    let mut setting = Setting::new(&tracks, world, view, memory, pace).await;
    let mut needed = 0.0;
    for fit in asked.into_iter().chain(large).chain(FITS) {
        needed = setting.measure(fit).await;
        if needed <= view.size.w {
            break;
        }
    }
    let scene = setting.draw(needed).await;
    pace.rest().await;
    memory.keep(scene, view.size)
}

/// Assigns the slots of an earlier world without drawing it.
pub async fn remember(
    world: &World,
    asks: &[AskEdge],
    focus: Option<&ObjectKey>,
    memory: &mut LayoutMemory,
    pace: &Pace,
) {
    let plan = MapPlan::new(world, asks, focus, pace).await;
    memory.lines(&plan);
    for group in &plan.groups {
        let mut places: BTreeMap<&Location, Vec<&Member>> = BTreeMap::new();
        for member in &group.members {
            places.entry(&member.place).or_default().push(member);
        }
        for (place, members) in places {
            memory.seat(&group.id, place, &members);
        }
        pace.rest().await;
    }
}

/// How much is written at the pods of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Density {
    /// Name, address and share bar.
    Roomy,
    /// Name and address.
    Snug,
    /// The name.
    Tight,
    /// Names in several columns, with one rail.
    Table,
    /// No names, with one rail.
    Grid,
}

struct Measured {
    index: usize,
    density: Density,
    /// Whether rails leave it to the right, so that texts are above stations.
    chain: bool,
    /// Whether its pods are behind no Service.
    loose: bool,
    /// From its anchor to its left and right edges.
    left: f64,
    right: f64,
    /// The anchor: the centre of its stations.
    x: f64,
    /// The number of cells in a row, for a table or grid.
    across: usize,
    cell: Size,
}

struct ColumnSegment {
    group: usize,
    /// Which of the places.
    place: usize,
    slots: Vec<Option<Member>>,
    /// Whether it has a heading.
    headed: bool,
    top: f64,
    height: f64,
    /// The heights of its first and last row.
    rows: (f64, f64),
}

struct Setting<'p, 'v> {
    plan: &'p MapPlan<'p>,
    tracks: &'p Tracks<'p>,
    world: &'p World,
    view: &'v Viewport<'v>,
    pace: &'v Pace,
    fit: Fit,
    places: Vec<Location>,
    /// By column, in the order of places.
    segments: Vec<Vec<ColumnSegment>>,
    /// What the selectors of several Services have in common.
    labels: SharedLabels<'p>,
    columns: Vec<Measured>,
    headings: BTreeMap<usize, String>,
    names: BTreeMap<Who, String>,
    lines: Vec<usize>,
    /// By Service, the length of the level part of its rails.
    stubs: Vec<f64>,
    /// By number of rows, the widest pitch at which no rail is too steep.
    slants: BTreeMap<usize, f64>,
    /// By column, what rails slant past.
    obstacles: Vec<Obstacles>,
    scene: Scene,
}

impl<'p, 'v> Setting<'p, 'v> {
    async fn new(
        tracks: &'p Tracks<'p>,
        world: &'p World,
        view: &'v Viewport<'v>,
        memory: &mut LayoutMemory,
        pace: &'v Pace,
    ) -> Self {
        let plan = tracks.plan;
        let places = places(plan, world, view.focus.is_some());
        let mut all = Vec::new();
        for column in &plan.columns {
            all.push(match column {
                MapColumn::Stations(groups) => segments(plan, groups, &places, memory, pace).await,
                _ => Vec::new(),
            });
        }
        Self {
            plan,
            tracks,
            world,
            view,
            pace,
            fit: LARGE,
            segments: all,
            labels: SharedLabels::of(world),
            places,
            columns: Vec::new(),
            headings: BTreeMap::new(),
            names: BTreeMap::new(),
            lines: memory.lines(plan),
            stubs: Vec::new(),
            slants: BTreeMap::new(),
            obstacles: Vec::new(),
            scene: Scene::default(),
        }
    }

    fn s(&self, length: f64) -> f64 {
        length * self.fit.scale
    }

    fn width(&self, text: &str, face: Face) -> f64 {
        (self.view.measure)(text, face) * self.fit.scale
    }

    fn line(&self, face: Face) -> f64 {
        self.s((face.size() * 1.22).ceil())
    }

    async fn draw(mut self, needed: f64) -> Scene {
        let wide = needed.max(self.view.size.w);
        for service in 0..self.plan.services.len() {
            self.stubs.push(self.stub(service));
            self.pace.rest().await;
        }
        self.scene.scale = self.fit.scale;
        self.place_columns(needed, wide);
        let tall = self.place_rows();
        self.scene.size = Size { w: wide, h: tall };
        self.pace.rest().await;
        self.draw_stations().await;
        self.draw_services().await;
        self.draw_outside();
        self.draw_wires().await;
        self.draw_districts().await;
        self.scene
    }
}

/// Half the width and half the height of a Service.
const PILL_WIDE: f64 = 14.0;
const PILL_TALL: f64 = 28.0;
const BAR: f64 = 62.0;
/// The height of a heading with the gap below it.
const HEAD: f64 = 38.0;
/// The width of the handle for replicas beside a heading, with the gap before it: kept free in the last column; in
/// the smallest fit the heading gives way.
const HANDLE: f64 = 56.0;

/// The steepest slope of a slanted rail.
const SLOPE: f64 = 1.4;

/// What the height of rows depends on.
#[derive(Clone, Copy, Default)]
struct ColumnTraits {
    chain: bool,
    loose: bool,
}

impl Density {
    /// The least and the greatest distance between rows.
    fn pitch(self, shape: ColumnTraits) -> (f64, f64) {
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

    /// The radius of a station.
    const fn radius(self) -> f64 {
        match self {
            Self::Roomy => 11.5,
            Self::Snug => 9.5,
            Self::Tight => 7.5,
            Self::Table | Self::Grid => 6.0,
        }
    }
}

/// The nodes, grouped by zone.
fn by_zone(world: &World) -> impl Iterator<Item = &Node> {
    let mut nodes: Vec<&Node> = world.nodes.iter().collect();
    nodes.order_by_key(|node| &node.zone);
    nodes.into_iter()
}

/// The nodes and where else there are stations; with a focus only where there are.
fn places(plan: &MapPlan, world: &World, focused: bool) -> Vec<Location> {
    let members = plan.groups.iter().flat_map(|group| &group.members);
    let mut used: BTreeSet<&Location> = members.map(|member| &member.place).collect();
    let mut places: Vec<Location> = by_zone(world).map(|node| Location::Node(node.name.clone())).collect();
    if focused {
        places.retain(|place| used.contains(place));
    }
    for place in &places {
        used.remove(place);
    }
    places.extend(used.into_iter().cloned());
    if places.is_empty() {
        places.extend(world.nodes.first().map(|node| Location::Node(node.name.clone())));
    }
    places
}

async fn segments(
    plan: &MapPlan<'_>,
    groups: &[usize],
    places: &[Location],
    memory: &mut LayoutMemory,
    pace: &Pace,
) -> Vec<ColumnSegment> {
    let order: BTreeMap<&Location, usize> = places.iter().zip(0..).collect();
    let mut seats: BTreeMap<(usize, usize), Vec<&Member>> = BTreeMap::new();
    for (number, group) in groups.iter().enumerate() {
        let members = plan.groups.get(*group).map_or(&[][..], |group| &group.members);
        if members.is_empty() && plan.is_bare(*group) {
            seats.entry((0, number)).or_default();
        }
        for member in members {
            let place = order.get(&member.place).copied().unwrap_or_default();
            seats.entry((place, number)).or_default().push(member);
        }
        pace.rest().await;
    }
    let mut headed = BTreeSet::new();
    let mut segment = |(place, number): (usize, usize), members: &[&Member]| {
        let index = *groups.get(number)?;
        Some(ColumnSegment {
            group: index,
            place,
            slots: memory.seat(&plan.groups.get(index)?.id, places.get(place)?, members),
            headed: headed.insert(index) || groups.len() > 1,
            top: 0.0,
            height: 0.0,
            rows: (0.0, 0.0),
        })
    };
    let mut segments = Vec::new();
    for (seat, members) in seats {
        segments.extend(segment(seat, &members));
        pace.rest().await;
    }
    segments
}

/// The segments of a place, of those of a column.
fn of_place(segments: &[ColumnSegment], place: usize) -> Range<usize> {
    let from = segments.partition_point(|segment| segment.place < place);
    from..segments.partition_point(|segment| segment.place <= place)
}

/// The name of a station.
pub fn spoken(who: &Who) -> String {
    match who {
        Who::Outside => say::laptop().to_owned(),
        Who::Process(node) => say::map_process(&node),
        Who::Pod(key) => key.name.to_string(),
        Who::Address(ip) => ip.to_string(),
        Who::Name(name) => name.clone(),
    }
}

fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

fn floor_count(share: f64) -> usize {
    // Between 0 and the height of a screen.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let whole = share.clamp(0.0, 100_000.0) as usize;
    whole
}
