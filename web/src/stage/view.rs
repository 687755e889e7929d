//! Keeps the picture in step with the session: computes a scene when the world changed, and paints frames.

use super::arrival::Arrival;
use super::camera::{Camera, Zoom};
use super::dots::{Follower, TrafficFrame};
use super::drawing::{Basis, Drawing, Laid, Past};
use super::focus::focus;
use super::forwards;
use super::geometry::Point;
use super::glide;
use super::highlight::{Highlight, Related};
use super::history::WorldHistory;
use super::pace::Pace;
use super::paint::{Chosen, Painter};
use super::room::{Caption, Room};
use super::scene::{Scene, Size};
use super::shares::Shares;
use super::tag::{self, Tag};
use super::tubes::is_kept;
use crate::hops::PacketSummary;
use crate::host;
use crate::live::{Live, SessionRevision};
use crate::say;
use crate::selection::Selection;
use crate::theme::Theme;
use playground::seam::Mirror;
use playground::{Micros, Request, World};
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
    drawing: Option<Drawing>,
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
    past: Past,
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
            past: Past::default(),
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
        let live = self.live.clone();
        let session = live.session.borrow();
        let (world, sending) = (session.world(at), session.sending());
        let focus = focus(self.view.w, self.options.selected.as_ref(), world, sending);
        let is_current = |basis: &Basis| basis.is_of(world, sending, self.view, focus.as_ref());
        let is_large = live.is_large();
        let is_wanted = |drawing: &Drawing| is_large && drawing.is_of(live.revision().0, self.view);
        self.drawing = self.drawing.take().filter(is_wanted);
        if self.drawing.is_none() {
            if self.scene_basis.as_ref().is_some_and(is_current) {
                self.is_behind = false;
                return;
            }
            let is_rendered = self.rendered == live.revision();
            let waits = live.awaits_pause() || (is_large && self.arrival.is_fresh(world, is_rendered, now));
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
            self.drawing = Some(self.draw(basis, WorldHistory::before(&session, at)));
        }
        drop(session);
        let Some(drawing) = &mut self.drawing else {
            return;
        };
        // Of a large cluster it may have changed while the map was laid out.
        self.is_behind = is_large;
        if let Some(laid) = drawing.go_on() {
            self.drawing = None;
            self.set(laid, now);
        }
    }

    /// Begins to lay out a scene.
    fn draw(&mut self, basis: Basis, worlds: Vec<Rc<World>>) -> Drawing {
        let (session, painter) = (self.live.revision().0, self.painter.clone());
        // Of a large cluster it can be given up.
        let (pace, past) = if self.live.is_large() {
            (Pace::sliced(host::now), self.past.clone())
        } else {
            (Pace::default(), std::mem::take(&mut self.past))
        };
        Drawing::new(session, Rc::new(pace), painter, basis, worlds, past)
    }

    /// Takes over a scene that is laid out.
    fn set(&mut self, Laid { scene, basis, past }: Laid, now: f64) {
        self.past = past;
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
}
