//! What drives the session: the browser's frames, questions that came up, pauses in typing.

use super::browser::{FrameCallback, FrameRequest, Timeout, request_frame, soon};
use crate::live::Live;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// Moves the playhead with the browser's frames while it plays. While it is paused, a frame is requested only after a change.
pub fn animate(live: &Rc<Live>) {
    let frames = Rc::new(Frames {
        live: live.clone(),
        last: Cell::new(None),
        asked: RefCell::new(None),
        step: RefCell::new(None),
    });
    let step = {
        let frames = Rc::downgrade(&frames);
        Closure::<dyn FnMut(f64)>::new(move |moment: f64| {
            if let Some(frames) = frames.upgrade() {
                frames.frame(moment);
            }
        })
    };
    frames.step.replace(Some(step));
    let waker = frames.clone();
    live.on_wake(Rc::new(move || waker.wake()));
    if live.playing() {
        frames.wake();
    }
}

/// Sends the questions of the page once all that comes up now is known.
pub fn ask_soon(live: &Rc<Live>) {
    let weak = Rc::downgrade(live);
    let ring = move || {
        let weak = weak.clone();
        soon(move || {
            if let Some(live) = weak.upgrade() {
                live.ask();
            }
        });
    };
    live.session.borrow_mut().on_question(Rc::new(ring));
}

/// Has a text that waits for a pause in typing read once there was one.
pub fn read_in_pauses(live: &Rc<Live>) {
    /// How long nothing is typed, in milliseconds.
    const PAUSE_MS: i32 = 300;
    let weak = Rc::downgrade(live);
    let timer = RefCell::new(None);
    let wait = move || {
        let weak = weak.clone();
        let read = move || {
            if let Some(live) = weak.upgrade() {
                live.read_now();
            }
        };
        timer.replace(Timeout::new(PAUSE_MS, read));
    };
    live.on_typing(Rc::new(wait));
}

struct Frames {
    live: Rc<Live>,
    last: Cell<Option<f64>>,
    asked: RefCell<Option<FrameRequest>>,
    step: RefCell<Option<FrameCallback>>,
}

impl Frames {
    fn wake(&self) {
        if self.asked.borrow().is_none() {
            self.last.set(None);
            self.ask();
        }
    }

    fn ask(&self) {
        let asked = self.step.borrow().as_ref().and_then(request_frame);
        self.asked.replace(asked);
    }

    fn frame(&self, moment: f64) {
        self.asked.take();
        let elapsed = self.last.replace(Some(moment)).map_or(0.0, |last| moment - last);
        self.live.tick(elapsed);
        if self.live.playing() {
            self.ask();
        } else {
            self.last.set(None);
        }
    }
}
