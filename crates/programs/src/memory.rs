//! What nodes remember between the commands of one terminal.

use crate::disk::Disk;
use crate::network_client::Forward;
use base::Stream;
use network::Transport;
use network::dataplane::{Connections, DataPlane, Origin, PacketEnd};
use network::{Micros, ObjectKey};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

/// The first port of senders, by `net.ipv4.ip_local_port_range`.
const FIRST_PORT: u16 = 32_768;

/// The connections and clients that nodes remember of the commands so far, the draws that chance has made, and the files that
/// were written into containers.
///
/// Virtual time that goes back forgets connections and clients.
#[derive(Clone, Debug)]
pub struct Memory {
    seed: u64,
    nodes: Option<(Rc<DataPlane>, Connections)>,
    last: Micros,
    asked: u64,
    /// How many questions went to name servers.
    questions: u64,
    /// The last source address of the last connection.
    source: Option<SocketAddr>,
    /// What went through forwarded ports since somebody asked.
    forwarded: Vec<ForwardedRequest>,
    /// By container.
    disks: BTreeMap<String, Disk>,
}

/// A connection that the API server leads to a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForwardedRequest {
    /// The port of the machine outside that `kubectl port-forward` listens on; `None` if the API server asks the pod itself.
    pub local: Option<u16>,
    pub pod: ObjectKey,
    pub port: u16,
    /// The virtual second in which it was opened.
    pub second: i64,
}

/// How many forwarded connections are noted at most: a line of a terminal may open many in one moment.
const MOST_FORWARDED: usize = 200;

impl Memory {
    /// Nothing is remembered; random choices follow from the seed.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            nodes: None,
            last: Micros::ZERO,
            asked: 0,
            questions: 0,
            source: None,
            forwarded: Vec::new(),
            disks: BTreeMap::new(),
        }
    }

    /// The files that were written into a container: `UID/NAME`.
    pub(crate) fn disk(&self, container: &str) -> Option<&Disk> {
        self.disks.get(container)
    }

    pub(crate) fn disk_mut(&mut self, container: &str) -> &mut Disk {
        self.disks.entry(container.to_owned()).or_default()
    }

    pub(crate) fn ask(
        &mut self,
        plane: &Rc<DataPlane>,
        origin: &Origin,
        transport: Transport,
        to: SocketAddr,
        now: Micros,
    ) -> Option<PacketEnd> {
        if now < self.last {
            self.nodes = None;
        }
        self.last = now;
        self.asked += 1;
        let seed = Stream::new(self.seed, &["terminal"]).at(self.asked, u64::MAX);
        let (known, connections) = self
            .nodes
            .get_or_insert_with(|| (plane.clone(), Connections::new(plane.clone(), seed)));
        if !Rc::ptr_eq(known, plane) {
            connections.change(plane.clone());
            *known = plane.clone();
        }
        let answer = connections.ask(origin, transport, to, now);
        let trace = answer?.trace;
        self.source = trace.steps.last().map(|step| step.source);
        Some(trace.end)
    }

    /// Notes that the last connection did not leave its machine.
    pub(crate) fn come_from(&mut self, itself: IpAddr) {
        self.source = Some(SocketAddr::new(itself, FIRST_PORT));
    }

    pub(crate) fn note_forwarded(&mut self, forward: &Forward, second: i64) {
        self.note(ForwardedRequest {
            local: Some(forward.local),
            pod: forward.pod.clone(),
            port: forward.remote,
            second,
        });
    }

    /// Notes that the API server asks a port of a pod for somebody.
    pub fn note_proxied(&mut self, pod: ObjectKey, port: u16, second: i64) {
        self.note(ForwardedRequest {
            local: None,
            pod,
            port,
            second,
        });
    }

    fn note(&mut self, request: ForwardedRequest) {
        if self.forwarded.len() < MOST_FORWARDED {
            self.forwarded.push(request);
        }
    }

    /// The connections through forwarded ports since the last call.
    pub fn take_forwarded(&mut self) -> Vec<ForwardedRequest> {
        std::mem::take(&mut self.forwarded)
    }

    pub(crate) fn source(&self) -> Option<SocketAddr> {
        self.source
    }

    /// A random number for the answer to one more question.
    pub(crate) fn draw_question(&mut self) -> u64 {
        self.questions += 1;
        Stream::new(self.seed, &["name server"]).number(self.questions)
    }

    pub(crate) fn draw_reply(&self, number: u64) -> u64 {
        Stream::new(self.seed, &["reply"]).at(self.asked.wrapping_add(number), u64::MAX)
    }
}
