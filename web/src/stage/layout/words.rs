//! The texts of the map, and how they are shortened.

use super::super::geometry::Rect;
use super::super::plan::{GroupId, Member, StationGroup};
use super::super::scene::{Face, MapLabel, Tone, Who};
use super::{ColumnSegment, PILL_TALL, Setting, spoken};
use crate::say;
use playground::{HTTP, ObjectKey, Router, RouterRule, ServiceType, World};
use std::collections::BTreeMap;
use std::net::SocketAddr;

impl Setting<'_, '_> {
    /// The names of a group's members, without their common beginning if they are long.
    pub(super) fn short_names(&self, group: usize) -> BTreeMap<Who, String> {
        let Some(group) = self.plan.groups.get(group) else {
            return BTreeMap::new();
        };
        let room = self.s(150.0);
        let names: Vec<(&Who, String)> = group
            .members
            .iter()
            .map(|member| (&member.who, spoken(&member.who)))
            .collect();
        let too_long = names.iter().any(|(_, name)| self.width(name, Face::Name) > room);
        let pods: Vec<&str> = names
            .iter()
            .filter(|(who, _)| matches!(who, Who::Pod(_)))
            .map(|(_, name)| name.as_str())
            .collect();
        let common = if too_long && pods.len() > 1 {
            common_beginning(&pods)
        } else {
            0
        };
        let short = |(who, name): (&Who, String)| {
            let rest = match (who, name.get(common..)) {
                (Who::Pod(_), Some(rest)) if common > 0 => format!("…{rest}"),
                _ => name,
            };
            (who.clone(), self.cut(rest, Face::Name, room))
        };
        names.into_iter().map(short).collect()
    }

    /// Cuts a text to the space it has.
    pub(super) fn cut(&self, text: String, face: Face, room: f64) -> String {
        if self.width(&text, face) <= room {
            return text;
        }
        let mut kept: Vec<char> = text.chars().collect();
        while kept.len() > 1 {
            kept.pop();
            let shorter = format!("{}…", kept.iter().collect::<String>());
            if self.width(&shorter, face) <= room {
                return shorter;
            }
        }
        "…".to_owned()
    }

    /// The heading of a group: the part of the selector that not all Services have.
    pub(super) fn heading(&self, group: usize) -> String {
        let Some(group) = self.plan.groups.get(group) else {
            return String::new();
        };
        let text = match &group.id {
            GroupId::Behind(key) => self
                .plan
                .index(key)
                .map_or_else(String::new, |index| self.distinguishing(index)),
            GroupId::Askers(_) => say::map_clients().to_owned(),
            GroupId::Loose => say::no_service().to_owned(),
        };
        self.cut(text, Face::Address, self.s(190.0))
    }

    pub(super) fn distinguishing(&self, index: usize) -> String {
        let Some(planned) = self.plan.services.get(index) else {
            return String::new();
        };
        let service = planned.service;
        if service.selector.is_empty() {
            return match service.kind {
                _ if service.key.namespace.is_empty() => self.behind_rules(&service.key),
                ServiceType::ExternalName => "CNAME".to_owned(),
                _ => say::map_no_selector().to_owned(),
            };
        }
        let written = |(name, value): (&String, &String)| format!("{name}={value}");
        let own = service.selector.iter().filter(|pair| !self.labels.all_have(*pair));
        let own: Vec<String> = own.map(written).collect();
        let all = || service.selector.iter().map(written).collect();
        let pairs: Vec<String> = if own.is_empty() { all() } else { own };
        pairs.join(",")
    }

    /// The Services whose pods the rules of a router lead to.
    fn behind_rules(&self, router: &ObjectKey) -> String {
        let rules = { self.world.router(router).into_iter() }.flat_map(|router| &router.rules);
        let mut names: Vec<&str> = Vec::new();
        for (service, _) in rules.flat_map(|rule| &rule.backends) {
            if !names.contains(&&*service.name) {
                names.push(&service.name);
            }
        }
        names.join(", ")
    }

    /// The texts under a Service.
    pub(super) fn service_lines(&self, index: usize) -> Vec<(String, Face, Tone)> {
        let Some(planned) = self.plan.services.get(index) else {
            return Vec::new();
        };
        let service = planned.service;
        if let Some(router) = self.world.router(&service.key) {
            return self.router_lines(router);
        }
        let mut lines: Vec<(String, Face, Tone)> = self
            .folded(&service.key.name, self.s(150.0))
            .into_iter()
            .map(|line| (line, Face::Title, Tone::Ink))
            .collect();
        let port = service.ports.first();
        let node_port = port
            .and_then(|port| port.node_port)
            .map(|port| format!(" {port}"))
            .unwrap_or_default();
        let kind = match service.kind {
            ServiceType::ClusterIp if service.cluster_ips.is_empty() => "headless".to_owned(),
            kind if kind.has_node_ports() => format!("{kind}{node_port}"),
            kind => kind.to_string(),
        };
        lines.push((kind, Face::Address, Tone::Soft));
        if let Some(ip) = service.cluster_ips.first() {
            let address = match port.filter(|_| self.fit.ports) {
                Some(port) => SocketAddr::new(*ip, port.port).to_string(),
                None => ip.to_string(),
            };
            lines.push((address, Face::Address, Tone::Ink));
        }
        if service.kind == ServiceType::LoadBalancer {
            let given = service.ingress.first();
            let given = given.map_or_else(|| say::map_no_external().to_owned(), |given| say::map_external(&given));
            lines.push((self.cut(given, Face::Address, self.s(140.0)), Face::Address, Tone::Ink));
        }
        if planned.open() == 0 {
            lines.push((say::no_endpoints().to_owned(), Face::Name, Tone::Bad));
        }
        lines
    }

    /// The texts under the rules of a router.
    fn router_lines(&self, router: &Router) -> Vec<(String, Face, Tone)> {
        /// The most rules that are written.
        const MOST: usize = 4;
        let room = self.s(190.0);
        let mut lines = vec![(router.name().to_owned(), Face::Title, Tone::Ink)];
        let port = router.doors.first().map_or(HTTP, |door| door.port);
        lines.push(match router.node_address() {
            Some(ip) => (SocketAddr::new(ip, port).to_string(), Face::Address, Tone::Ink),
            None => (say::tab_rules().to_owned(), Face::Address, Tone::Soft),
        });
        let rule = |rule: &RouterRule| {
            let text = format!("{} → {}", rule.asked(), rule.services());
            (self.cut(text, Face::Address, room), Face::Address, Tone::Soft)
        };
        lines.extend(router.rules.iter().take(MOST).map(rule));
        let more = router.rules.len().saturating_sub(MOST);
        if more > 0 {
            lines.push((say::and_more(&more), Face::Address, Tone::Soft));
        }
        lines
    }

    /// Breaks a long name after hyphens into as few lines as possible.
    pub(super) fn folded(&self, name: &str, room: f64) -> Vec<String> {
        /// The most lines of a name.
        const MOST: usize = 3;
        if self.width(name, Face::Title) <= room {
            return vec![name.to_owned()];
        }
        let mut lines: Vec<String> = Vec::new();
        for part in name.split_inclusive('-') {
            let is_full = lines.len() == MOST;
            match lines.last_mut() {
                Some(line) if self.width(&format!("{line}{part}"), Face::Title) <= room => line.push_str(part),
                Some(line) if is_full => line.push_str(part),
                _ => lines.push(part.to_owned()),
            }
        }
        let cut = |line: String| self.cut(line, Face::Title, room);
        lines.into_iter().map(cut).collect()
    }

    /// How far a Service with its texts reaches up and down.
    pub(super) fn service_reach(&self, index: usize) -> (f64, f64) {
        let lines: f64 = self
            .service_lines(index)
            .iter()
            .map(|(_, face, _)| self.line(*face))
            .sum();
        (self.s(PILL_TALL) + 6.0, self.s(PILL_TALL) + self.s(7.0) + lines + 4.0)
    }

    pub(super) fn at_left(&self, x: f64, top: f64, text: String, face: Face, tone: Tone) -> MapLabel {
        let rect = Rect::new(x, top, self.width(&text, face), self.line(face));
        MapLabel { text, face, tone, rect }
    }

    pub(super) fn centred(&self, x: f64, top: f64, text: String, face: Face, tone: Tone) -> MapLabel {
        let wide = self.width(&text, face);
        MapLabel {
            rect: Rect::new(x - wide / 2.0, top, wide, self.line(face)),
            text,
            face,
            tone,
        }
    }

    pub(super) fn stacked(&self, x: f64, top: f64, lines: Vec<(String, Face, Tone)>) -> Vec<MapLabel> {
        let mut y = top;
        let mut labels = Vec::new();
        for (text, face, tone) in lines {
            labels.push(self.at_left(x, y, text, face, tone));
            y += self.line(face);
        }
        labels
    }

    pub(super) fn in_row(&self, x: f64, middle: f64, lines: Vec<(String, Face, Tone)>) -> Vec<MapLabel> {
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

/// How many Services select by each label.
pub(super) struct SharedLabels<'w> {
    selecting: usize,
    with: BTreeMap<(&'w str, &'w str), usize>,
}

impl<'w> SharedLabels<'w> {
    pub(super) fn of(world: &'w World) -> Self {
        let selecting = world.services.iter().filter(|service| !service.selector.is_empty());
        let mut with = BTreeMap::new();
        for (name, value) in selecting.clone().flat_map(|service| &service.selector) {
            *with.entry((name.as_str(), value.as_str())).or_default() += 1;
        }
        Self {
            selecting: selecting.count(),
            with,
        }
    }

    /// Whether all Services that select select by this label, of which one does, and there are others.
    fn all_have(&self, (name, value): (&String, &String)) -> bool {
        self.selecting > 1 && self.with.get(&(name.as_str(), value.as_str())) == Some(&self.selecting)
    }
}

/// The length of the common beginning, up to and including a hyphen.
pub(super) fn common_beginning(names: &[&str]) -> usize {
    let Some((first, rest)) = names.split_first() else {
        return 0;
    };
    let shared = rest.iter().fold(first.len(), |length, name| {
        let same = first
            .bytes()
            .zip(name.bytes())
            .take_while(|(one, other)| one == other)
            .count();
        length.min(same)
    });
    first
        .get(..shared)
        .and_then(|start| start.rfind('-'))
        .map_or(0, |hyphen| hyphen + 1)
}

/// The number of pods in words.
pub(super) fn count_words(group: &StationGroup, segment: &ColumnSegment) -> String {
    let members: Vec<&Member> = segment.slots.iter().flatten().collect();
    let all = members.len();
    let ready = members.iter().filter(|member| member.state.is_ready()).count();
    let pods = say::map_pods(all);
    match group.id {
        GroupId::Behind(_) if ready == all => say::map_all_ready(&pods),
        GroupId::Behind(_) => say::map_some_ready(&pods, &ready),
        _ => pods,
    }
}
