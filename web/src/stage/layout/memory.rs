//! Remembers where stations were, so that one keeps its place when others come or go.

use super::super::geometry::Polyline;
use super::super::plan::{GroupId, Location, MapPlan, Member};
use super::super::scene::{Scene, Size, Who, WireId};
use super::LINES;
use playground::ObjectKey;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::rc::Rc;

/// Remembers where stations were, so that one keeps its place when others come or go.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LayoutMemory {
    slots: BTreeMap<(GroupId, Location), Vec<Option<Who>>>,
    lines: BTreeMap<ObjectKey, usize>,
    size: Size,
    /// All rails to endpoints so far.
    past: BTreeMap<(ObjectKey, IpAddr), Rc<Polyline>>,
}

impl LayoutMemory {
    /// Keeps the rails, as requests may still run along them.
    pub fn forget_places(&mut self) {
        self.slots.clear();
        self.lines.clear();
    }

    /// Adds former rails to the scene and remembers its own.
    pub(super) fn keep(&mut self, mut scene: Scene, size: Size) -> Scene {
        if self.size != size {
            self.past.clear();
            self.size = size;
        }
        scene.past.clone_from(&self.past);
        let mut addresses: BTreeMap<&Who, Vec<IpAddr>> = BTreeMap::new();
        for (ip, who) in &scene.addresses {
            addresses.entry(who).or_default().push(*ip);
        }
        for (id, wire) in &scene.wires {
            let WireId::Forward(service, who) = id else { continue };
            for ip in addresses.get(who).into_iter().flatten() {
                self.past.insert((service.clone(), *ip), wire.path.clone());
            }
        }
        scene
    }

    /// Assigns slots: known members keep theirs, new ones take free ones.
    pub(super) fn seat(&mut self, group: &GroupId, place: &Location, members: &[&Member]) -> Vec<Option<Member>> {
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

    /// Assigns colours: known Services keep theirs, new ones take the first free one.
    pub(super) fn lines(&mut self, plan: &MapPlan) -> Vec<usize> {
        let mut lines = Vec::new();
        for planned in &plan.services {
            let key = &planned.service.key;
            let line = self.lines.get(key).copied().unwrap_or_else(|| {
                let is_free = |line: &usize| !self.lines.values().any(|taken| taken == line);
                (0..LINES).find(is_free).unwrap_or(self.lines.len() % LINES)
            });
            self.lines.insert(key.clone(), line);
            lines.push(line);
        }
        lines
    }
}
