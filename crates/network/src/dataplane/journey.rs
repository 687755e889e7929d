//! The journey of one packet through kernels; it stops wherever chance or memory decides.

use super::fabric::{NextHop, itself};
use super::host::{Host, Origin};
use super::plane::DataPlane;
use super::trace::{Event, PacketEnd, RuleLine, Trace, TraceStep, outside_answers, step};
use crate::kernel::{
    ChainResult, ChainWalk, Conntrack, ConntrackEntry, Decision, Packet, RuleHit, Scheduled, Transport, Tuple, WalkLog,
    base_chains, walk,
};
use crate::proxy::NodeRules;
use crate::proxy::nftables::Hook;
use crate::{Denial, Direction, Micros, Pod, Remote};
use api::ip::Family;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

/// The number of kernels a packet may pass.
const TIME_TO_LIVE: u8 = 64;

/// What a journey depends on besides the packet.
#[derive(Clone, Copy)]
pub(crate) struct JourneyContext<'a> {
    pub plane: &'a DataPlane,
    /// The tracked connections of each node; empty to ignore them.
    pub tracks: &'a [Conntrack],
    pub now: Micros,
    /// Whether to record steps.
    pub traced: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Journey {
    pub packet: Packet,
    from: Host,
    sent_from: SocketAddr,
    at: usize,
    hook: Hook,
    /// The chains left at this hook, the next one last.
    walks: Vec<ChainWalk>,
    original: Tuple,
    known: Option<ConntrackEntry>,
    /// Whether the connection is already tracked in this kernel, as for packets that a node sends to itself.
    confirmed: bool,
    left: u8,
    pub steps: Vec<TraceStep>,
    /// What each kernel would track: node, original tuple, translated source and destination.
    pub kept: Vec<(usize, Tuple, SocketAddr, SocketAddr)>,
    /// Clients that rules remember: node, list, client, whether the list is one of `-m recent`.
    pub remembered: Vec<(usize, Rc<str>, IpAddr, bool)>,
    /// The virtual servers that forwarded it, each with its node.
    pub scheduled: Vec<(usize, Scheduled)>,
    /// The endpoint that rules chose.
    pub endpoint: Option<SocketAddr>,
    end: Option<PacketEnd>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum JourneyProgress {
    /// The journey waits for a decision on this node.
    Decide(usize, Decision),
    Ended(PacketEnd),
}

impl Journey {
    /// A packet about to leave its sender; `None` if the sender has no address.
    pub fn start(
        around: &JourneyContext<'_>,
        origin: &Origin,
        transport: Transport,
        port: u16,
        destination: SocketAddr,
    ) -> Option<Self> {
        let fabric = &around.plane.fabric;
        let to = destination.ip();
        let family = Family::of(to);
        let from_node = |node: usize| {
            let own = around
                .plane
                .program(node, family)
                .is_some_and(|program| program.binds(to));
            if own { Some(to) } else { fabric.source(node, to) }
        };
        let home = match origin {
            Origin::Node(name) => Some(fabric.site(name)?),
            Origin::Pod(key) => fabric.home(key),
            Origin::Outside | Origin::FarOutside => None,
        };
        let (place, source, way) = match origin {
            Origin::Pod(key) if home.is_some() => (Host::Pod(key.clone()), from_node(home?)?, NextHop::Local),
            Origin::Pod(key) => {
                let address = fabric.address(key, family)?;
                let way = if to == address || to.is_loopback() {
                    NextHop::Pod(address)
                } else {
                    NextHop::Node(fabric.pod(address)?.node)
                };
                let source = if to.is_loopback() { itself(to) } else { address };
                (Host::Pod(key.clone()), source, way)
            }
            Origin::Node(name) => (Host::Node(name.clone()), from_node(home?)?, NextHop::Local),
            Origin::Outside | Origin::FarOutside => (
                Host::Outside,
                around.plane.address(origin, family)?,
                fabric.beyond_outside(to),
            ),
        };
        let packet = Packet {
            transport,
            source: SocketAddr::new(source, port),
            destination,
            marked: false,
            is_new: true,
            is_dnat: false,
            virtual_server: None,
        };
        let mut journey = Self::new(packet, place);
        journey.tell(around, Event::Sent);
        match way {
            NextHop::Local => journey.enter(around, home?, Hook::Output),
            NextHop::Node(node) => journey.enter(around, node, Hook::Prerouting),
            NextHop::Pod(address) => journey.reach_pod(around, address, true),
            NextHop::Outside => journey.arrive(Host::Outside, outside_answers(transport, to)),
            NextHop::Nowhere => journey.end = Some(PacketEnd::Nobody),
        }
        Some(journey)
    }

    fn new(packet: Packet, from: Host) -> Self {
        Self {
            original: Tuple::of(&packet),
            sent_from: packet.source,
            packet,
            from,
            at: 0,
            hook: Hook::Prerouting,
            walks: Vec::new(),
            known: None,
            confirmed: false,
            left: TIME_TO_LIVE,
            steps: Vec::new(),
            kept: Vec::new(),
            remembered: Vec::new(),
            scheduled: Vec::new(),
            endpoint: None,
            end: None,
        }
    }

    fn family(&self) -> Family {
        Family::of(self.packet.destination.ip())
    }

    /// The rules of the node where it is.
    fn program<'a>(&self, around: &JourneyContext<'a>) -> Option<&'a NodeRules> {
        around.plane.program(self.at, self.family())
    }

    /// The address that sent it, before any translation.
    pub fn sender(&self) -> IpAddr {
        self.sent_from.ip()
    }

    /// The current source address, if it was translated.
    pub fn translated_source(&self) -> Option<IpAddr> {
        Some(self.packet.source.ip()).filter(|source| *source != self.sender())
    }

    pub fn into_trace(self) -> Trace {
        Trace {
            source: self.packet.source.ip(),
            steps: self.steps,
            end: self.end.unwrap_or(PacketEnd::Nobody),
            endpoint: self.endpoint,
        }
    }

    /// Continues to the next decision or to the end.
    pub fn advance(&mut self, around: &JourneyContext<'_>, answer: Option<usize>) -> JourneyProgress {
        let mut answer = answer;
        loop {
            if let Some(end) = &self.end {
                return JourneyProgress::Ended(end.clone());
            }
            match self.go_through(around, answer.take()) {
                Some(choice) => return JourneyProgress::Decide(self.at, choice),
                None if self.end.is_none() => self.leave_hook(around),
                None => {}
            }
        }
    }

    /// Executes the chains of this hook.
    fn go_through(&mut self, around: &JourneyContext<'_>, answer: Option<usize>) -> Option<Decision> {
        let mut answer = answer;
        while let Some(mut current) = self.walks.pop() {
            // Address translation asks rules but once for each connection.
            if current.translates && (self.known.is_some() || self.confirmed) {
                continue;
            }
            let (program, site) = (self.program(around)?, around.plane.fabric.nodes.get(self.at)?);
            let mut log = WalkLog::default();
            let flow = walk(
                program,
                &mut current,
                &mut self.packet,
                site.locals,
                answer.take(),
                &mut log,
            );
            let at = self.at;
            self.remembered.extend(
                log.remember
                    .into_iter()
                    .map(|(list, client, recent)| (at, list, client, recent)),
            );
            for hit in log.hits {
                self.tell_rule(around, &hit);
            }
            match flow {
                ChainResult::Decide(choice) => {
                    self.walks.push(current);
                    return Some(choice);
                }
                ChainResult::Accept => {}
                ChainResult::Drop => self.finish(around, PacketEnd::Dropped),
                ChainResult::Reject => self.finish(around, PacketEnd::Rejected),
                ChainResult::Dnat(address) => {
                    if let Some(scheduled) = log.scheduled {
                        self.packet.virtual_server = Some(self.packet.destination);
                        self.scheduled.push((at, scheduled));
                    }
                    self.endpoint = Some(address);
                    self.packet.is_dnat = true;
                    self.redirect(around, address);
                }
                ChainResult::Masquerade => self.masquerade(around),
            }
            if self.end.is_some() {
                return None;
            }
        }
        None
    }

    fn leave_hook(&mut self, around: &JourneyContext<'_>) {
        if matches!(self.hook, Hook::Prerouting | Hook::Output) {
            self.follow_host_port(around);
        }
        let way = self.way(around);
        match self.hook {
            Hook::Prerouting if way == NextHop::Local => self.turn_to(around, Hook::Input),
            Hook::Prerouting => self.turn_to(around, Hook::Forward),
            Hook::Input if way != NextHop::Local => self.leave_virtual_server(around),
            Hook::Input => self.reach_node(around),
            Hook::Forward | Hook::Output => match self.denial(around, way) {
                Some(denial) => self.finish(around, PacketEnd::Denied(Rc::new(denial))),
                None => self.turn_to(around, Hook::Postrouting),
            },
            Hook::Postrouting => self.leave_node(around, way),
        }
    }

    /// Whether the network plugin drops it: for what this node's pod may send, or what may come to it.
    ///
    /// Connections that are tracked pass, and so does what the node itself sends to its pods, such as the kubelet's probes.
    fn denial(&self, around: &JourneyContext<'_>, way: NextHop) -> Option<Denial> {
        let policies = &around.plane.world().policies;
        if !policies.decide() || self.known.is_some() || self.confirmed {
            return None;
        }
        let fabric = &around.plane.fabric;
        let (source, destination) = (self.packet.source.ip(), self.packet.destination.ip());
        let denial = |direction, pod: &Pod, address: IpAddr| {
            let remote = Remote {
                address,
                pod: fabric.pod(address).map(|guest| &*guest.pod),
            };
            let (transport, port) = (self.packet.transport, self.packet.destination.port());
            policies.denial(direction, pod, remote, transport, port)
        };
        let sender = fabric.pod(source).filter(|guest| guest.node == self.at);
        let sent = sender.and_then(|guest| denial(Direction::Egress, &guest.pod, destination));
        if sent.is_some() {
            return sent;
        }
        let is_own = fabric.nodes.get(self.at).is_some_and(|site| site.locals.has(source));
        match way {
            NextHop::Pod(address) if !is_own => denial(Direction::Ingress, &fabric.pod(address)?.pod, source),
            _ => None,
        }
    }

    /// The pod network leads a packet for a `hostPort` to its pod, where no rule of kube-proxy took it.
    ///
    /// Models: the plugin portmap of containernetworking/plugins.
    fn follow_host_port(&mut self, around: &JourneyContext<'_>) {
        if self.known.is_some() || self.confirmed || self.packet.is_dnat || self.way(around) != NextHop::Local {
            return;
        }
        let (transport, to) = (self.packet.transport, self.packet.destination);
        if let Some(pod) = around.plane.fabric.host_port(self.at, transport, to) {
            self.packet.is_dnat = true;
            self.redirect(around, pod);
        }
    }

    fn way(&self, around: &JourneyContext<'_>) -> NextHop {
        let to = self.packet.destination.ip();
        let bound = self.program(around).is_some_and(|program| program.binds(to));
        if bound {
            return NextHop::Local;
        }
        around.plane.fabric.beyond_node(self.at, to)
    }

    /// A packet that a virtual server forwards leaves as if the node had sent it, already translated.
    fn leave_virtual_server(&mut self, around: &JourneyContext<'_>) {
        self.turn_to(around, Hook::Output);
        self.walks.retain(|walk| !walk.translates);
    }

    fn turn_to(&mut self, around: &JourneyContext<'_>, hook: Hook) {
        self.hook = hook;
        self.walks = self
            .program(around)
            .map_or_else(Vec::new, |program| base_chains(program, hook));
        self.walks.reverse();
    }

    /// Enters a kernel, which may already track its connection.
    fn enter(&mut self, around: &JourneyContext<'_>, node: usize, hook: Hook) {
        if self.left == 0 {
            return self.finish(around, PacketEnd::Nobody);
        }
        self.left -= 1;
        self.at = node;
        self.original = Tuple::of(&self.packet);
        self.confirmed = false;
        self.known = around
            .tracks
            .get(node)
            .and_then(|track| track.find(&self.packet, around.now));
        self.packet.marked = false;
        self.packet.is_new = self.known.is_none();
        self.packet.is_dnat = false;
        self.packet.virtual_server = None;
        if hook == Hook::Prerouting {
            self.tell(around, Event::Arrived);
        }
        if let Some(entry) = self.known {
            self.tell(around, Event::Known);
            self.packet.is_dnat = entry.destination != self.original.destination;
            self.redirect(around, entry.destination);
        }
        self.turn_to(around, hook);
    }

    fn redirect(&mut self, around: &JourneyContext<'_>, destination: SocketAddr) {
        let before = std::mem::replace(&mut self.packet.destination, destination);
        if before != destination {
            self.tell(around, Event::NewDestination { before });
        }
    }

    fn masquerade(&mut self, around: &JourneyContext<'_>) {
        let leaving = around.plane.fabric.leaving(self.at, self.packet.destination.ip());
        if let Some(address) = leaving {
            self.send_from(around, SocketAddr::new(address, self.packet.source.port()));
        }
    }

    fn send_from(&mut self, around: &JourneyContext<'_>, source: SocketAddr) {
        let before = std::mem::replace(&mut self.packet.source, source);
        if before != source {
            self.tell(around, Event::NewSource { before });
        }
    }

    /// Leaves by an interface. The pod network masquerades what pods send beyond it, as flannel, kindnet and Calico do.
    fn leave_node(&mut self, around: &JourneyContext<'_>, way: NextHop) {
        let pods = around.plane.world().networks.pods(self.family());
        let is_pods = |address: &SocketAddr| pods.contains(address.ip());
        if let Some(entry) = self.known {
            self.send_from(around, entry.source);
        } else if is_pods(&self.packet.source) && !is_pods(&self.packet.destination) {
            self.masquerade(around);
        }
        self.keep();
        match way {
            NextHop::Local => {
                self.confirmed = true;
                self.turn_to(around, Hook::Prerouting);
            }
            NextHop::Pod(address) => self.reach_pod(around, address, false),
            NextHop::Node(_) if self.is_answered_past(around) => self.finish(around, PacketEnd::Nobody),
            NextHop::Node(node) => self.enter(around, node, Hook::Prerouting),
            NextHop::Outside => self.arrive(
                Host::Outside,
                outside_answers(self.packet.transport, self.packet.destination.ip()),
            ),
            NextHop::Nowhere => self.finish(around, PacketEnd::Nobody),
        }
    }

    /// Whether its reply would bypass this node and reach its sender from an address that it did not contact: a packet that
    /// a virtual server under policy Local forwards to another node keeps its source address.
    fn is_answered_past(&self, around: &JourneyContext<'_>) -> bool {
        let source = self.packet.source.ip();
        let site = around.plane.fabric.nodes.get(self.at);
        let comes_back = site.is_some_and(|site| site.has_pods_at(source) || site.locals.has(source));
        self.packet.virtual_server.is_some() && !comes_back
    }

    fn reach_node(&mut self, around: &JourneyContext<'_>) {
        self.keep();
        let (transport, port) = (self.packet.transport, self.packet.destination.port());
        let itself = self.packet.destination.ip().is_loopback();
        if let Some(guest) = around.plane.fabric.resident(self.at, transport, port, itself) {
            return self.arrive(Host::Pod(guest.key.clone()), true);
        }
        let answers = around
            .plane
            .fabric
            .node_answers(self.at, transport, self.packet.destination);
        let place = self.here(around);
        self.arrive(place, answers);
    }

    fn reach_pod(&mut self, around: &JourneyContext<'_>, address: IpAddr, itself: bool) {
        let Some(guest) = around.plane.fabric.pod(address) else {
            return self.finish(around, PacketEnd::Nobody);
        };
        let (transport, port) = (self.packet.transport, self.packet.destination.port());
        let answers = guest.answers(transport, port, itself);
        self.arrive(Host::Pod(guest.key.clone()), answers);
    }

    fn arrive(&mut self, place: Host, answers: bool) {
        self.end = Some(PacketEnd::at(place, answers));
    }

    fn finish(&mut self, around: &JourneyContext<'_>, end: PacketEnd) {
        self.tell(around, Event::Ended);
        self.end = Some(end);
    }

    fn keep(&mut self) {
        if !self.confirmed {
            let packet = &self.packet;
            self.kept
                .push((self.at, self.original, packet.source, packet.destination));
        }
    }

    fn here(&self, around: &JourneyContext<'_>) -> Host {
        let site = around.plane.fabric.nodes.get(self.at);
        Host::Node(site.map(|site| site.name.clone()).unwrap_or_default())
    }

    fn tell(&mut self, around: &JourneyContext<'_>, event: Event) {
        if around.traced {
            let place = if event == Event::Sent {
                self.from.clone()
            } else {
                self.here(around)
            };
            self.steps.push(step(place, event, &self.packet));
        }
    }

    fn tell_rule(&mut self, around: &JourneyContext<'_>, hit: &RuleHit) {
        if !around.traced {
            return;
        }
        let program = self.program(around);
        let text = program.and_then(|program| program.text(hit.table, &hit.chain, hit.position));
        self.tell(
            around,
            Event::Rule(RuleLine {
                hit: hit.clone(),
                text: text.unwrap_or_default(),
            }),
        );
    }
}
