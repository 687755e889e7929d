//! Keeps the picture in step with the session: computes a scene when the world changed, and paints frames.

use super::camera::{Camera, Zoom};
use super::dots::{Follower, TrafficFrame};
use super::forwards;
use super::geometry::Point;
use super::glide;
use super::highlight::{Highlight, Related};
use super::layout::{LayoutMemory, Viewport, layout_in_slices, remember};
use super::pace::{Pace, SlicedWork, at_once};
use super::paint::{Chosen, Painter};
use super::plan::{AskEdge, is_default};
use super::room::{Caption, Room};
use super::scene::{Scene, Size};
use super::shares::Shares;
use super::tag::{self, Tag};
use super::tubes::is_kept;
use crate::frame;
use crate::hops::PacketSummary;
use crate::host;
use crate::ingress;
use crate::live::{Live, SessionRevision};
use crate::say;
use crate::selection::Selection;
use crate::theme::Theme;
use playground::seam::Mirror;
use playground::{FlowSpec, Micros, ObjectKey, Request, World, read_client};
use std::cell::RefCell;
use std::rc::Rc;
use yew::Callback;

/// What the page sets.
#[derive(Clone, Debug, PartialEq)]
pub struct StageOptions {
    pub selected: Option<Selection>,
    /// What the pointer or the editor's cursor is on, anywhere on the page.
    pub pointed: Option<Selection>,
    /// What a step of a scenario document points at.
    pub points: Vec<Selection>,
    /// The only request that is shown.
    pub only: Option<u64>,
    /// Whether the reader prefers less motion.
    pub reduced: bool,
    pub theme: Theme,
}

impl StageOptions {
    /// The number of the only request that is shown, else of the one pointed at, else of the selected one.
    fn request(&self) -> Option<u64> {
        if self.only.is_some() {
            return self.only;
        }
        let numbers = [&self.pointed, &self.selected].into_iter().flatten();
        numbers.into_iter().find_map(|selection| match selection {
            Selection::Request(number) => Some(*number),
            _ => None,
        })
    }
}

/// Everything that [`Highlight`] depends on.
type LookedAt = (
    (Option<Selection>, Option<Selection>, Vec<Selection>),
    Rc<Scene>,
    SessionRevision,
    bool,
);

/// Everything that a scene depends on.
#[derive(Clone)]
struct Basis {
    world: Rc<World>,
    sending: Vec<FlowSpec>,
    size: Size,
    focus: Option<ObjectKey>,
}

impl Basis {
    fn is_of(&self, world: &Rc<World>, sending: &[FlowSpec], size: Size, focus: Option<&ObjectKey>) -> bool {
        Rc::ptr_eq(&self.world, world) && self.sending == sending && self.size == size && self.focus.as_ref() == focus
    }
}

/// A scene with what the next one is laid out from.
type Laid = (Scene, LayoutMemory, WorldHistory);

pub struct StageView {
    live: Rc<Live>,
    painter: Rc<RefCell<Painter>>,
    options: StageOptions,
    /// The session that the page was rendered for.
    rendered: SessionRevision,
    view: Size,
    ratio: f64,
    camera: Camera,
    scene_basis: Option<Basis>,
    arrival: Arrival,
    /// The scene that is being laid out.
    drawing: Option<(Basis, SlicedWork<Laid>)>,
    /// Whether the scene is one of before: until typing pauses, what is printed of a large cluster is painted, and its map laid out.
    is_behind: bool,
    scene: Rc<Scene>,
    /// Whether the page is yet to hear of the scene.
    is_untold: bool,
    /// The previous scene, and when the glide from it began, in milliseconds of wall time.
    before: Option<(Rc<Scene>, f64)>,
    /// The scene, or one between it and the previous one.
    painted: Rc<Scene>,
    still_is_old: bool,
    memory: LayoutMemory,
    walk: WorldHistory,
    shares: Shares,
    follower: Follower,
    lit: Highlight,
    looked: Option<LookedAt>,
    /// Of the request that is pointed at or selected.
    packet: Option<PacketSummary>,
    on_scene: Callback<Rc<Scene>>,
}

impl StageView {
    /// Empty at first; calls `on_scene` with each new scene.
    pub fn new(live: Rc<Live>, painter: Painter, options: StageOptions, on_scene: Callback<Rc<Scene>>) -> Self {
        Self {
            live,
            painter: Rc::new(RefCell::new(painter)),
            options,
            rendered: SessionRevision::default(),
            view: Size::default(),
            ratio: 1.0,
            camera: Camera::default(),
            scene_basis: None,
            arrival: Arrival::default(),
            drawing: None,
            is_behind: false,
            scene: Rc::default(),
            is_untold: false,
            before: None,
            painted: Rc::default(),
            still_is_old: true,
            memory: LayoutMemory::default(),
            walk: WorldHistory::default(),
            shares: Shares::default(),
            follower: Follower::default(),
            lit: Highlight::default(),
            looked: None,
            packet: None,
            on_scene,
        }
    }

    pub fn set_options(&mut self, options: StageOptions) {
        if options != self.options {
            if options.theme != self.options.theme {
                self.painter.borrow_mut().read_colours();
            }
            self.options = options;
            self.still_is_old = true;
        }
    }

    pub fn set_rendered(&mut self, revision: SessionRevision) {
        self.rendered = revision;
    }

    /// Measures all texts again with the loaded fonts.
    pub fn fonts_loaded(&mut self) {
        self.painter.borrow_mut().read_colours();
        self.scene_basis = None;
        self.drawing = None;
        self.still_is_old = true;
    }

    /// `ratio` is device pixels per CSS pixel.
    pub fn resize(&mut self, view: Size, ratio: f64) {
        if (view, ratio) != (self.view, self.ratio) && view.w >= 1.0 && view.h >= 1.0 {
            self.view = view;
            self.ratio = ratio;
            self.painter.borrow_mut().resize(view, ratio);
            self.still_is_old = true;
        }
    }

    pub fn camera(&self) -> Camera {
        self.camera
    }

    /// Whether the map extends beyond the view.
    pub fn can_pan(&self) -> bool {
        self.camera.can_pan(self.scene.size, self.view)
    }

    pub fn zoom(&mut self, zoom: Zoom) {
        self.move_camera(|camera, map, view| camera.step(zoom, map, view));
    }

    /// Zooms by a factor around a point of the view.
    pub fn zoom_by(&mut self, factor: f64, around: Point) {
        self.move_camera(|camera, map, view| camera.zoom_by(factor, around, map, view));
    }

    /// In pixels of the view.
    pub fn pan(&mut self, by: Point) {
        self.move_camera(|camera, map, view| camera.pan(by, map, view));
    }

    /// Shows a point of the map.
    pub fn reveal(&mut self, place: Point) {
        self.move_camera(|camera, map, view| camera.reveal(place, map, view));
    }

    fn move_camera(&mut self, change: impl FnOnce(&mut Camera, Size, Size)) {
        let before = self.camera;
        change(&mut self.camera, self.scene.size, self.view);
        self.still_is_old |= self.camera != before;
    }

    /// Paints a moment. True while the map glides, or waits, and needs another frame.
    pub fn paint(&mut self, at: Micros) -> bool {
        if self.view.w < 1.0 || !self.live.session.borrow().is_ready() {
            return false;
        }
        let now = host::now();
        self.tell();
        self.set_scene(at, now);
        let gliding = self.glide(now);
        self.look(at);
        if self.still_is_old {
            let selected = self.options.selected.as_ref();
            self.painter
                .borrow()
                .draw_still(&self.painted, &self.lit, selected, self.camera);
            self.still_is_old = gliding;
        }
        let traffic = self.traffic(at);
        let chosen = self.chosen(at);
        self.painter
            .borrow()
            .draw_frame(&self.painted, &traffic, &self.shares, self.camera, chosen.as_ref());
        gliding || self.is_behind || self.is_untold
    }

    /// Whether the map shows the cluster as it was before.
    pub fn is_behind(&self) -> bool {
        self.is_behind
    }

    fn tell(&mut self) {
        if std::mem::take(&mut self.is_untold) {
            self.on_scene.emit(self.scene.clone());
        }
    }

    /// Recomputes the highlights if what they depend on changed.
    fn look(&mut self, at: Micros) {
        let session = self.live.session.borrow();
        let request = self.request(&session, at);
        let told = self.options.only.map(Selection::Request);
        let pointed = told.or_else(|| self.options.pointed.clone());
        let selected = &self.options.selected;
        let is_known = self
            .looked
            .as_ref()
            .is_some_and(|((was, at, points), scene, revision, is_there)| {
                (was, at, points) == (selected, &pointed, &self.options.points)
                    && Rc::ptr_eq(scene, &self.scene)
                    && (*revision, *is_there) == (self.live.revision(), request.is_some())
            });
        if is_known {
            return;
        }
        let packet = request.and_then(|request| PacketSummary::of(&session, request.number));
        let looked_at = request.map(|request| (request, packet.as_ref()));
        let lit = Highlight::new(
            Related::of(&self.scene, selected.as_ref(), looked_at),
            Related::of(&self.scene, pointed.as_ref(), looked_at).and(&self.scene, &self.options.points),
        );
        let looked = (
            (selected.clone(), pointed, self.options.points.clone()),
            self.scene.clone(),
            self.live.revision(),
            request.is_some(),
        );
        drop(session);
        self.looked = Some(looked);
        self.packet = packet;
        self.still_is_old |= self.lit != lit;
        self.lit = lit;
    }

    fn request<'s>(&self, session: &'s Mirror, at: Micros) -> Option<&'s Request> {
        let place = usize::try_from(self.options.request()?.checked_sub(1)?).ok()?;
        session.requests(at).get(place)
    }

    /// The request that is pointed at or selected, with its tag.
    fn chosen(&self, at: Micros) -> Option<Chosen> {
        let session = self.live.session.borrow();
        let request = self.request(&session, at)?;
        if self.options.only.is_some() {
            // The story says it in words.
            return Some(Chosen::bare(request.number, &request.target.service));
        }
        let decided = request.legs.first().is_some_and(|leg| leg.to <= at);
        let rule = self
            .packet
            .as_ref()
            .filter(|_| decided)
            .and_then(|packet| packet.decided.clone());
        Some(Chosen {
            number: request.number,
            service: request.target.service.clone(),
            tag: Tag::of(request, self.packet.as_ref(), at),
            rule: rule.map(|(node, rule)| match rule {
                Some(rule) => vec![node, tag::short(&rule)],
                None => vec![node, say::view_known().to_owned()],
            }),
        })
    }

    /// The room that a sentence about a request has.
    pub fn room(&self, caption: &Caption) -> Room {
        const SAMPLES: u64 = 8;
        let session = self.live.session.borrow();
        let span = (caption.until - caption.from).0;
        let mut way = Vec::new();
        for sample in 0..=SAMPLES {
            let at = caption.from + Micros(span * sample / (SAMPLES + 1));
            let mut follower = Follower::default();
            follower.only = Some(caption.request);
            let traffic = follower.traffic(
                &self.scene,
                session.requests(at),
                at,
                self.options.reduced,
                self.live.revision(),
            );
            way.extend(traffic.places().map(|(_, at)| at));
        }
        Room::new(&self.scene, self.camera, self.view, &way)
    }

    /// The request nearest to a point of the view, if one is near.
    pub fn request_at(&mut self, place: Point) -> Option<u64> {
        /// In pixels of the view.
        const NEAR: f64 = 14.0;
        let on_map = self.camera.on_map(place);
        let traffic = self.traffic(self.live.at());
        let places = traffic.places().map(|(number, at)| (number, at.distance(on_map)));
        let (number, far) = places.min_by(|one, other| one.1.total_cmp(&other.1))?;
        (far * self.camera.zoom <= NEAR).then_some(number)
    }

    fn traffic(&mut self, at: Micros) -> TrafficFrame {
        let session = self.live.session.borrow();
        let requests = session.requests(at);
        self.shares.advance(requests, at, self.live.revision());
        self.follower.only = self.options.only;
        let mut traffic =
            self.follower
                .traffic(&self.painted, requests, at, self.options.reduced, self.live.revision());
        traffic
            .tubes
            .retain(|tube| is_kept(&session, &tube.client, &tube.service));
        forwards::add(&mut traffic, &session, &self.painted, at);
        traffic
    }

    /// Has a scene laid out if what it depends on changed: at once, or that of a large cluster a slice in each frame.
    fn set_scene(&mut self, at: Micros, now: f64) {
        /// In milliseconds; a frame of 10,000 pods takes as long again.
        const SLICE_MS: f64 = 24.0;
        let live = self.live.clone();
        let session = live.session.borrow();
        let (world, sending) = (session.world(at), session.sending());
        let focus = self.focus(world, sending);
        let is_current = |basis: &Basis| basis.is_of(world, sending, self.view, focus.as_ref());
        if self.drawing.as_ref().is_some_and(|(basis, _)| basis.size != self.view) {
            self.drawing = None;
        }
        if self.drawing.is_none() {
            if self.scene_basis.as_ref().is_some_and(is_current) {
                self.is_behind = false;
                return;
            }
            let waits = live.awaits_pause()
                || (live.is_large() && self.arrival.is_fresh(world, self.rendered == live.revision(), now));
            self.is_behind = waits && self.scene_basis.is_some();
            if self.is_behind {
                return;
            }
            let basis = Basis {
                world: world.clone(),
                sending: sending.to_vec(),
                size: self.view,
                focus,
            };
            self.drawing = Some((basis.clone(), self.lay_out(&session, at, basis)));
        }
        drop(session);
        let Some((_, work)) = &mut self.drawing else {
            return;
        };
        let Some(laid) = work.go_on(SLICE_MS) else {
            self.is_behind = true;
            return;
        };
        // The cluster may have changed while the map was laid out.
        self.is_behind = live.is_large();
        if let Some((basis, _)) = self.drawing.take() {
            self.set(basis, laid, now);
        }
    }

    /// Begins to lay out a scene.
    fn lay_out(&mut self, session: &Mirror, at: Micros, basis: Basis) -> SlicedWork<Laid> {
        let is_large = self.live.is_large();
        let pace = Rc::new(if is_large {
            Pace::sliced(host::now)
        } else {
            Pace::default()
        });
        // Of a large cluster it can be given up.
        let (mut memory, mut walk) = if is_large {
            (self.memory.clone(), self.walk.clone())
        } else {
            (std::mem::take(&mut self.memory), std::mem::take(&mut self.walk))
        };
        let asks = asks(session.sending(), &basis.world);
        let worlds = WorldHistory::before(session, at);
        let (painter, own) = (self.painter.clone(), pace.clone());
        SlicedWork::new(pace, async move {
            let focus = basis.focus.as_ref();
            walk.follow_in_slices(worlds, &asks, focus, &mut memory, &own).await;
            let measure = |text: &str, face| painter.borrow().width(text, face);
            let view = Viewport {
                text: frame::rem() / 16.0,
                size: basis.size,
                measure: &measure,
                focus,
            };
            let scene = layout_in_slices(&basis.world, &asks, &view, &mut memory, &own).await;
            (scene, memory, walk)
        })
    }

    /// Takes over a scene that is laid out.
    fn set(&mut self, basis: Basis, (scene, memory, walk): Laid, now: f64) {
        (self.memory, self.walk) = (memory, walk);
        let same_room = { self.scene_basis.as_ref() }.is_some_and(|before| before.size == self.view);
        self.scene_basis = Some(basis);
        self.camera.follow(scene.size, self.view);
        if scene == *self.scene {
            return;
        }
        let scene = Rc::new(scene);
        let watch = same_room && !self.options.reduced && glide::is_worth_watching(&self.scene, &scene);
        self.before = watch.then(|| (self.painted.clone(), now));
        self.scene = scene.clone();
        self.painted = scene;
        self.still_is_old = true;
        self.is_untold = true;
        if !self.live.is_large() {
            self.tell();
        }
    }

    /// Advances the glide; true while it is under way.
    fn glide(&mut self, now: f64) -> bool {
        let Some((before, began)) = &self.before else {
            return false;
        };
        let elapsed = now - began;
        if elapsed >= glide::GLIDE_MS {
            self.before = None;
            self.painted = self.scene.clone();
            self.still_is_old = true;
            return false;
        }
        self.painted = Rc::new(glide::between(before, &self.scene, glide::eased(elapsed)));
        self.still_is_old = true;
        true
    }

    /// On a small screen, the one Service to show: the selected one, else that of the selected pod, else the first asked by a pod.
    fn focus(&self, world: &World, sending: &[FlowSpec]) -> Option<ObjectKey> {
        const NARROW: f64 = 480.0;
        if self.view.w >= NARROW {
            return None;
        }
        let own = || world.services.iter().filter(|service| !is_default(&service.key));
        let of_pod = |pod: &ObjectKey| {
            own().find(|service| {
                let mut endpoints = service.ports.iter().flat_map(|port| &port.endpoints);
                endpoints.any(|endpoint| endpoint.pod.as_ref() == Some(pod))
            })
        };
        let selected = match &self.options.selected {
            Some(Selection::Service(key)) => world.service(key).filter(|service| !is_default(&service.key)),
            Some(other) => other.pod().and_then(of_pod),
            None => None,
        };
        let asked_from_inside = || {
            let flow = sending.iter().find(|flow| flow.from.starts_with("pod/"))?;
            own().find(|service| flow.to == format!("{}/{}", service.key.namespace, service.key.name))
        };
        let routed = || {
            let flow = sending.iter().find(|flow| ingress::is_for_router(flow))?;
            world.service(&ingress::asked(world, &flow.to)?)
        };
        selected
            .or_else(routed)
            .or_else(asked_from_inside)
            .or_else(|| own().next())
            .map(|service| service.key.clone())
    }
}

/// When the world of a large cluster came: its map waits until what is printed of it is painted.
#[derive(Default)]
struct Arrival(Option<(Rc<World>, f64)>);

impl Arrival {
    /// Whether what is printed of this world is yet to be painted. Once the map is rendered for it the other parts of the page follow
    /// within a few frames.
    fn is_fresh(&mut self, world: &Rc<World>, is_rendered: bool, now: f64) -> bool {
        /// In milliseconds.
        const FRESH_MS: f64 = 120.0;
        let known = self.0.as_ref().filter(|(known, _)| Rc::ptr_eq(known, world));
        let since = known.filter(|_| is_rendered).map_or(now, |(_, since)| *since);
        self.0 = Some((world.clone(), since));
        now - since < FRESH_MS
    }
}

/// The worlds that the layout's memory has seen. It always replays those of the session up to the playhead, so that the map is
/// the same whether the moment was watched, jumped to or opened from a link.
#[derive(Clone, Default)]
pub struct WorldHistory {
    worlds: Vec<Rc<World>>,
    asks: Vec<AskEdge>,
    focus: Option<ObjectKey>,
}

impl WorldHistory {
    /// So many changes are replayed at least, and less than twice as many: those before go together, so that not each new change
    /// has all replayed.
    const FAR: usize = 32;

    /// The worlds that the one at `at` follows.
    fn before(session: &Mirror, at: Micros) -> Vec<Rc<World>> {
        let changes = session.changes().filter(|change| *change <= at);
        let mut worlds: Vec<Rc<World>> = std::iter::once(Micros::ZERO)
            .chain(changes)
            .map(|moment| session.world(moment).clone())
            .collect();
        worlds.pop();
        let first = worlds.len().saturating_sub(Self::FAR) / Self::FAR * Self::FAR;
        worlds.split_off(first)
    }

    /// Brings the memory to the state before the world at `at`.
    pub fn follow(
        &mut self,
        session: &Mirror,
        at: Micros,
        asks: &[AskEdge],
        focus: Option<&ObjectKey>,
        memory: &mut LayoutMemory,
    ) {
        let worlds = Self::before(session, at);
        at_once(self.follow_in_slices(worlds, asks, focus, memory, &Pace::default()));
    }

    /// Brings the memory to the state after these worlds.
    async fn follow_in_slices(
        &mut self,
        worlds: Vec<Rc<World>>,
        asks: &[AskEdge],
        focus: Option<&ObjectKey>,
        memory: &mut LayoutMemory,
        pace: &Pace,
    ) {
        let pairs = || self.worlds.iter().zip(&worlds);
        let goes_on = self.worlds.len() <= worlds.len()
            && pairs().all(|(known, world)| Rc::ptr_eq(known, world))
            && self.asks == asks
            && self.focus.as_ref() == focus;
        if !goes_on {
            memory.forget_places();
            self.worlds.clear();
            self.asks = asks.to_vec();
            self.focus = focus.cloned();
        }
        for world in worlds.iter().skip(self.worlds.len()) {
            remember(world, asks, focus, memory, pace).await;
        }
        self.worlds = worlds;
    }
}

/// From the session's flows.
pub(super) fn asks(sending: &[FlowSpec], world: &World) -> Vec<AskEdge> {
    let ask = |flow: &FlowSpec| Some((read_client(&flow.from)?, ingress::asked(world, &flow.to)?));
    sending
        .iter()
        .filter_map(ask)
        .chain(ingress::passed_on(world))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_world_of_a_large_cluster_waits_until_the_page_is_rendered() {
        let (one, other) = (Rc::default(), Rc::default());
        let mut arrival = Arrival::default();
        let mut is_fresh = |world, is_rendered, now| arrival.is_fresh(world, is_rendered, now);
        assert!(
            is_fresh(&one, false, 0.0) && is_fresh(&one, false, 200.0),
            "the page is yet to be rendered"
        );
        assert!(is_fresh(&one, true, 217.0) && !is_fresh(&one, true, 330.0));
        assert!(is_fresh(&other, true, 331.0) && !is_fresh(&other, true, 460.0));
    }
}
