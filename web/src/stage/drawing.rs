//! A scene that is being laid out.

use super::history::{WorldHistory, asks};
use super::layout::{LayoutMemory, Viewport, layout_in_slices};
use super::pace::{Pace, SlicedWork};
use super::paint::Painter;
use super::scene::{Scene, Size};
use crate::frame;
use playground::{FlowSpec, ObjectKey, World};
use std::cell::RefCell;
use std::rc::Rc;

/// Everything that a scene depends on.
pub(super) struct Basis {
    pub(super) world: Rc<World>,
    pub(super) sending: Vec<FlowSpec>,
    pub(super) size: Size,
    pub(super) focus: Option<ObjectKey>,
}

impl Basis {
    pub(super) fn is_of(&self, world: &Rc<World>, sending: &[FlowSpec], size: Size, focus: Option<&ObjectKey>) -> bool {
        Rc::ptr_eq(&self.world, world) && self.sending == sending && self.size == size && self.focus.as_ref() == focus
    }
}

/// What the next scene is laid out from, beside its basis.
#[derive(Clone, Default)]
pub(super) struct Past {
    pub(super) memory: LayoutMemory,
    pub(super) history: WorldHistory,
}

/// A scene with what it was laid out from.
pub(super) struct Laid {
    pub(super) scene: Scene,
    pub(super) basis: Basis,
    pub(super) past: Past,
}

/// Dropped, it is given up.
pub(super) struct Drawing {
    /// The number of its session.
    session: u32,
    size: Size,
    work: SlicedWork<Laid>,
}

impl Drawing {
    /// Begins to lay out a scene, after these worlds.
    pub(super) fn new(
        session: u32,
        pace: Rc<Pace>,
        painter: Rc<RefCell<Painter>>,
        basis: Basis,
        worlds: Vec<Rc<World>>,
        mut past: Past,
    ) -> Self {
        let (size, own) = (basis.size, pace.clone());
        let work = async move {
            let (asks, focus) = (asks(&basis.sending, &basis.world), basis.focus.as_ref());
            let Past { memory, history } = &mut past;
            history.follow_in_slices(worlds, &asks, focus, memory, &own).await;
            let measure = |text: &str, face| painter.borrow().width(text, face);
            let view = Viewport {
                text: frame::rem() / 16.0,
                size,
                measure: &measure,
                focus,
            };
            let scene = layout_in_slices(&basis.world, &asks, &view, memory, &own).await;
            Laid { scene, basis, past }
        };
        Self {
            session,
            size,
            work: SlicedWork::new(pace, work),
        }
    }

    /// Whether it is of this session and size.
    pub(super) fn is_of(&self, session: u32, size: Size) -> bool {
        (self.session, self.size) == (session, size)
    }

    /// Goes on for a slice; the scene once it is there, after which it must not be called again.
    pub(super) fn go_on(&mut self) -> Option<Laid> {
        /// In milliseconds; a frame of 10,000 pods takes twice as long again.
        const SLICE_MS: f64 = 16.0;
        self.work.go_on(SLICE_MS)
    }
}
