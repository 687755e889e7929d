//! The scene: what is on the map and where. Computed by [`super::layout`], drawn by [`super::paint`].

use super::geometry::{Point, Polyline, Rect};
use crate::pod_state::PodState;
use crate::selection::Selection;
use playground::{Client, ObjectKey};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;

/// In CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

/// Everything on the map but the requests.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// At least the size of the view.
    pub size: Size,
    /// The factor for text and symbols.
    pub scale: f64,
    /// Nodes, and the areas for what is on no node.
    pub districts: Vec<District>,
    /// The zones of the nodes, if there are several.
    pub zones: Vec<Rect>,
    /// The headings of groups of pods.
    pub headings: Vec<Heading>,
    pub wires: BTreeMap<WireId, Wire>,
    /// Pods, clients, and endpoints that are no pods.
    pub stations: BTreeMap<Who, Station>,
    pub interchanges: BTreeMap<ObjectKey, Interchange>,
    /// Grids of pods that are too many for buttons of their own.
    pub grids: Vec<Grid>,
    pub notes: Vec<MapLabel>,
    /// The default `kubernetes` Service, drawn small.
    pub aside: Option<Aside>,
    /// The cluster's DNS resolver, drawn small.
    pub resolver: Option<Aside>,
    /// The stations of addresses.
    pub addresses: BTreeMap<IpAddr, Who>,
    /// Former rails, for requests that still run along them.
    pub past: BTreeMap<(ObjectKey, IpAddr), Rc<Polyline>>,
}

/// What a station stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// The laptop outside the cluster.
    Outside,
    /// A process on a node.
    Process(String),
    Pod(ObjectKey),
    Address(IpAddr),
    /// An external name.
    Name(String),
}

impl From<&Client> for Who {
    fn from(client: &Client) -> Self {
        match client {
            Client::Pod(key) => Self::Pod(key.clone()),
            Client::Node(name) => Self::Process(name.clone()),
            Client::Outside => Self::Outside,
        }
    }
}

impl Who {
    /// `None` if the selection has no station.
    pub fn of(selection: &Selection) -> Option<Self> {
        match selection {
            Selection::Pod(key) => Some(Self::Pod(key.clone())),
            Selection::Client(client) => Some(Self::from(client)),
            Selection::Node(_) | Selection::Service(_) | Selection::Request(_) => None,
        }
    }
}

/// Identifies a rail by its ends, one of which is a Service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WireId {
    Ask(Who, ObjectKey),
    Forward(ObjectKey, Who),
    /// From a Service to the edge of a grid of endpoints.
    Trunk(ObjectKey, String),
}

impl WireId {
    pub fn service(&self) -> &ObjectKey {
        match self {
            Self::Ask(_, service) | Self::Forward(service, _) | Self::Trunk(service, _) => service,
        }
    }

    /// `None` for a rail to a grid.
    pub fn station(&self) -> Option<&Who> {
        match self {
            Self::Ask(who, _) | Self::Forward(_, who) => Some(who),
            Self::Trunk(..) => None,
        }
    }
}

/// A rail between a Service and a station, in the direction of requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Wire {
    pub path: Rc<Polyline>,
    /// The number of the Service's colour, from 0.
    pub line: usize,
    /// Whether it gets new connections; else it is dotted.
    pub open: bool,
    /// False for rails into a grid, which share one that is drawn.
    pub drawn: bool,
    pub gauge: Gauge,
    /// Where it meets a pod that policies isolate.
    pub barrier: Option<Barrier>,
    /// Opacity while it appears or fades, from 0 to 1.
    pub presence: f64,
}

/// The distance of a barrier from the edge of its station, before scaling.
pub const BARRIER: f64 = 13.0;

/// What policies let through where a rail meets a pod: what the pod sends, or what comes to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barrier {
    /// Some of what is sent along the rail passes.
    Open,
    /// Nothing passes.
    Shut,
}

/// The width of a rail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gauge {
    /// Thin and pale: to a Service.
    Ask,
    /// Thin: from a Service without an address.
    Names,
    /// Thick: from a Service's address to its endpoints.
    Line,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbol {
    /// A pod.
    Ring,
    /// A pod in a grid.
    Grain,
    Laptop,
    /// A process on a node.
    Prompt,
    /// An endpoint that is no pod.
    Diamond,
    /// An external name.
    Out,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    pub at: Point,
    pub radius: f64,
    pub mark: Symbol,
    pub state: PodState,
    /// The colour of its first Service; `None` behind no Service.
    pub line: Option<usize>,
    pub labels: Vec<MapLabel>,
    /// Shows its share of the answers.
    pub bar: Option<ShareBar>,
    /// Opacity while it appears or fades, from 0 to 1.
    pub presence: f64,
    /// For screen readers.
    pub described: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ShareBar {
    /// The background of the bar.
    pub rect: Rect,
    pub number: Option<Point>,
    /// The Service whose answers are counted.
    pub service: ObjectKey,
    /// The endpoint whose answers are counted.
    pub ip: IpAddr,
    /// The number of ready endpoints; `None` while it is not one of them.
    pub among: Option<usize>,
}

/// What a Service is on the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    Address,
    /// Names that resolve to the endpoints: a headless Service.
    Names,
    /// A name for an external name.
    Alias,
    /// The rules of an ingress controller.
    Router,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Interchange {
    pub at: Point,
    pub half: Size,
    /// The number of its colour, from 0.
    pub line: usize,
    pub body: Body,
    /// Whether it has a selector.
    pub selects: bool,
    /// Whether a load balancer gave it an address; `None` for other types.
    pub balanced: Option<bool>,
    pub empty: bool,
    pub labels: Vec<MapLabel>,
    /// Opacity while it appears or fades, from 0 to 1.
    pub presence: f64,
    /// For screen readers.
    pub described: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct District {
    /// `None` for an area without a node.
    pub node: Option<String>,
    pub rect: Rect,
    pub labels: Vec<MapLabel>,
    /// The node ports that are open on it.
    pub doors: Vec<PortDoor>,
    /// Whether it is a node.
    pub solid: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PortDoor {
    pub service: ObjectKey,
    /// The number of the Service's colour, from 0.
    pub line: usize,
    pub label: MapLabel,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Heading {
    pub label: MapLabel,
    /// The start and length of the line under it.
    pub rule: (Point, f64),
    /// The colour of its Service; `None` behind no Service.
    pub line: Option<usize>,
    /// The first pod of the group.
    pub first: Option<ObjectKey>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    pub rect: Rect,
    /// The number of pods in a row.
    pub across: usize,
    /// The distance between pods.
    pub cell: f64,
    pub members: Vec<Who>,
    /// Shortened names.
    pub names: Vec<String>,
    /// For screen readers.
    pub described: String,
}

/// A small station beside the map: the `kubernetes` Service or the resolver.
#[derive(Clone, Debug, PartialEq)]
pub struct Aside {
    pub at: Point,
    pub label: MapLabel,
    /// For screen readers.
    pub described: String,
}

/// The typeface of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// The name of a pod or client.
    Name,
    /// Addresses and labels.
    Address,
    /// The name of a Service.
    Title,
    /// Remarks.
    Note,
}

impl Face {
    /// In CSS pixels, before scaling.
    pub const fn size(self) -> f64 {
        match self {
            Self::Title => 15.5,
            Self::Name => 13.5,
            Self::Address | Self::Note => 12.5,
        }
    }
}

/// The colour of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Ink,
    Soft,
    Faint,
    /// For errors.
    Bad,
}

#[derive(Clone, Debug, PartialEq)]
pub struct MapLabel {
    pub text: String,
    pub face: Face,
    pub tone: Tone,
    pub rect: Rect,
}

impl Scene {
    pub fn station_at(&self, ip: IpAddr) -> Option<(&Who, &Station)> {
        let who = self.addresses.get(&ip)?;
        Some((who, self.stations.get(who)?))
    }

    pub fn is_open(&self, service: &ObjectKey, ip: IpAddr) -> bool {
        let who = self.addresses.get(&ip);
        let wire = who.and_then(|who| self.wires.get(&WireId::Forward(service.clone(), who.clone())));
        wire.is_some_and(|wire| wire.open)
    }

    /// All texts of the map.
    pub fn labels(&self) -> impl Iterator<Item = &MapLabel> {
        let stations = self.stations.values().flat_map(|station| &station.labels);
        let interchanges = self.interchanges.values().flat_map(|interchange| &interchange.labels);
        let districts = self.districts.iter().flat_map(|district| {
            let doors = district.doors.iter().map(|door| &door.label);
            district.labels.iter().chain(doors)
        });
        let headings = self.headings.iter().map(|heading| &heading.label);
        let aside = self.aside.iter().chain(&self.resolver).map(|aside| &aside.label);
        stations
            .chain(interchanges)
            .chain(districts)
            .chain(headings)
            .chain(aside)
            .chain(&self.notes)
    }
}
