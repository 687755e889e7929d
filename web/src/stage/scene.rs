//! What stands on the stage and where: a value without pixels' means, made by [`super::layout`], drawn by [`super::paint`].

use super::geometry::{Point, Polyline, Rect};
use crate::pod_state::PodState;
use crate::selection::Selection;
use playground::{Client, ObjectKey};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;

/// How large something is, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// Across.
    pub w: f64,
    /// Down.
    pub h: f64,
}

/// The stage at rest: everything but the requests.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// As large as the view, or larger: then the view scrolls.
    pub size: Size,
    /// By how much type and marks are drawn smaller or larger than usual.
    pub scale: f64,
    /// The nodes, and what lies outside them.
    pub districts: Vec<District>,
    /// The zones the nodes lie in, where there is more than one: each around its nodes.
    pub zones: Vec<Rect>,
    /// Over each group of pods, the label that distinguishes it.
    pub headings: Vec<Heading>,
    /// The rails.
    pub wires: BTreeMap<WireId, Wire>,
    /// Pods, clients, addresses of no pod.
    pub stations: BTreeMap<Who, Station>,
    /// Services.
    pub interchanges: BTreeMap<ObjectKey, Interchange>,
    /// Grids of so many pods that they have no buttons of their own.
    pub grids: Vec<Grid>,
    /// Words that belong to no station.
    pub notes: Vec<MapLabel>,
    /// Where the default `kubernetes` Service is shown, in small.
    pub aside: Option<Aside>,
    /// Where the cluster's resolver is shown, in small: pods ask it for a Service's name first.
    pub resolver: Option<Aside>,
    /// Which endpoint address is whose.
    pub addresses: BTreeMap<IpAddr, Who>,
    /// Rails to endpoints that are gone, for requests that still run to them.
    pub past: BTreeMap<(ObjectKey, IpAddr), Rc<Polyline>>,
}

/// Whose a station is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// A machine outside the cluster.
    Outside,
    /// A process of a node.
    Process(String),
    Pod(ObjectKey),
    /// An endpoint that is no pod of this cluster.
    Address(IpAddr),
    /// A name of the world outside.
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
    /// The station of what is selected, if it has one.
    pub fn of(selection: &Selection) -> Option<Self> {
        match selection {
            Selection::Pod(key) => Some(Self::Pod(key.clone())),
            Selection::Client(client) => Some(Self::from(client)),
            Selection::Node(_) | Selection::Service(_) | Selection::Request(_) => None,
        }
    }
}

/// One end of a rail, the other being a Service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WireId {
    /// From a client to the Service it asks.
    Ask(Who, ObjectKey),
    /// From a Service to one of its endpoints.
    Forward(ObjectKey, Who),
    /// From a Service to the edge of a grid of endpoints, at that height.
    Trunk(ObjectKey, String),
}

impl WireId {
    /// The Service at its end.
    pub fn service(&self) -> &ObjectKey {
        match self {
            Self::Ask(_, service) | Self::Forward(service, _) | Self::Trunk(service, _) => service,
        }
    }

    /// The station at its end, if it is one alone.
    pub fn station(&self) -> Option<&Who> {
        match self {
            Self::Ask(who, _) | Self::Forward(_, who) => Some(who),
            Self::Trunk(..) => None,
        }
    }
}

/// A rail between a Service and a station, from centre to centre in the direction requests take.
#[derive(Clone, Debug, PartialEq)]
pub struct Wire {
    /// Its course.
    pub path: Rc<Polyline>,
    /// The Service's line, from 0.
    pub line: usize,
    /// Whether requests are sent along it; a withdrawn one is dotted.
    pub open: bool,
    /// Whether it is drawn; in a grid of many pods one rail serves all.
    pub drawn: bool,
    /// How heavy it is.
    pub gauge: Gauge,
    /// How much of it is to be seen while it comes or goes, from 0 to 1.
    pub presence: f64,
}

/// How heavy a rail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gauge {
    /// Thin and pale: it leads to a Service.
    Ask,
    /// Thin: it leads from a Service that has no address of its own.
    Names,
    /// Thick: it leads from an address to endpoints.
    Line,
}

/// What a station is drawn as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbol {
    /// A ring: a pod.
    Ring,
    /// A small disc in a grid of many pods.
    Grain,
    /// A machine outside.
    Laptop,
    /// A process of a node.
    Prompt,
    /// An address of no pod.
    Diamond,
    /// An arrow out of the cluster: a name of the world outside.
    Out,
}

/// A pod, a client or an address.
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    /// Its centre.
    pub at: Point,
    /// How far its mark reaches from there.
    pub radius: f64,
    /// What it is drawn as.
    pub mark: Symbol,
    pub state: PodState,
    /// Its first Service's line; none behind no Service.
    pub line: Option<usize>,
    /// What is written beside it.
    pub labels: Vec<MapLabel>,
    /// Where its share of its Service's answers is shown.
    pub bar: Option<ShareBar>,
    /// How much of it is to be seen while it comes or goes, from 0 to 1.
    pub presence: f64,
    /// All of it in words.
    pub described: String,
}

/// A share bar.
#[derive(Clone, Debug, PartialEq)]
pub struct ShareBar {
    /// The groove.
    pub rect: Rect,
    /// Where the number begins.
    pub number: Option<Point>,
    /// Whose answers are shared out.
    pub service: ObjectKey,
    /// The address that counts.
    pub ip: IpAddr,
    /// Among how many ready endpoints, itself one of them; none while it isn't.
    pub among: Option<usize>,
}

/// What there is of a Service on the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// A virtual address.
    Address,
    /// Names alone, which lead straight to the endpoints.
    Names,
    /// Another name of something outside.
    Alias,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Interchange {
    /// Its centre.
    pub at: Point,
    /// Half its width and half its height.
    pub half: Size,
    /// Its line, from 0.
    pub line: usize,
    /// What there is of it on the network.
    pub body: Body,
    /// Whether a selector chooses its endpoints; else they are written by hand.
    pub selects: bool,
    /// Whether a load balancer has given it an address; none where it asked for no load balancer.
    pub balanced: Option<bool>,
    /// Whether no endpoint is ready.
    pub empty: bool,
    /// What is written under it.
    pub labels: Vec<MapLabel>,
    /// How much of it is to be seen while it comes or goes, from 0 to 1.
    pub presence: f64,
    /// All of it in words.
    pub described: String,
}

/// A node.
#[derive(Clone, Debug, PartialEq)]
pub struct District {
    /// Its name; none for what lies on no node.
    pub node: Option<String>,
    /// Its ground.
    pub rect: Rect,
    /// Its name and address.
    pub labels: Vec<MapLabel>,
    /// The node ports that are open on it, each with the Service behind it and its line.
    pub doors: Vec<PortDoor>,
    /// Whether it is a node, or a place for what is on none.
    pub solid: bool,
}

/// A node port on a node.
#[derive(Clone, Debug, PartialEq)]
pub struct PortDoor {
    /// Whose it is.
    pub service: ObjectKey,
    /// The Service's line, from 0.
    pub line: usize,
    /// The port, as it is written.
    pub label: MapLabel,
}

/// The label over a group of pods.
#[derive(Clone, Debug, PartialEq)]
pub struct Heading {
    /// Its words.
    pub label: MapLabel,
    /// From where to where it is underlined, and how high.
    pub rule: (Point, f64),
    /// In which line's colour; dotted and without, behind no Service.
    pub line: Option<usize>,
    /// The first of the pods it stands over.
    pub first: Option<ObjectKey>,
}

/// Pods in a grid, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// The box around them.
    pub rect: Rect,
    /// How many stand in a row.
    pub across: usize,
    /// How far apart they stand.
    pub cell: f64,
    /// Who they are.
    pub members: Vec<Who>,
    /// What each is called in short.
    pub names: Vec<String>,
    /// All of it in words.
    pub described: String,
}

/// What every cluster has, in small: its `kubernetes` Service, its resolver.
#[derive(Clone, Debug, PartialEq)]
pub struct Aside {
    /// Its centre.
    pub at: Point,
    /// What is written beside it.
    pub label: MapLabel,
    /// All of it in words.
    pub described: String,
}

/// In which type something is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// A pod's or client's name.
    Name,
    /// An address, or labels.
    Address,
    /// A Service's name.
    Title,
    /// A remark.
    Note,
}

impl Face {
    /// Its size in CSS pixels before scaling.
    pub const fn size(self) -> f64 {
        match self {
            Self::Title => 15.5,
            Self::Name => 13.5,
            Self::Address | Self::Note => 12.5,
        }
    }
}

/// How strongly something is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As the main thing.
    Ink,
    /// As what belongs to it.
    Soft,
    /// As what is out of action.
    Faint,
    /// As what is wrong.
    Bad,
}

/// A line of text.
#[derive(Clone, Debug, PartialEq)]
pub struct MapLabel {
    /// Its words.
    pub text: String,
    /// In which type.
    pub face: Face,
    /// How strongly.
    pub tone: Tone,
    /// The box it fills.
    pub rect: Rect,
}

impl Scene {
    /// The stations that an address or a pod's name stands for.
    pub fn station_at(&self, ip: IpAddr) -> Option<(&Who, &Station)> {
        let who = self.addresses.get(&ip)?;
        Some((who, self.stations.get(who)?))
    }

    /// Whether a Service sends new connections to that address.
    pub fn is_open(&self, service: &ObjectKey, ip: IpAddr) -> bool {
        let who = self.addresses.get(&ip);
        let wire = who.and_then(|who| self.wires.get(&WireId::Forward(service.clone(), who.clone())));
        wire.is_some_and(|wire| wire.open)
    }

    /// All lines of text.
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
