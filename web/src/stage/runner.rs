//! Connects the stage to the browser: frames, sizes, fonts, pointers and wheel.

use super::camera::Zoom;
use super::geometry::Point;
use super::gestures::{Gesture, Pointers};
use super::paint::Painter;
use super::room::{Caption, Room};
use super::scene::{Scene, Size};
use super::view::{StageOptions, StageView};
use crate::host::{self, EventListener, FrameCallback, FrameRequest};
use crate::live::{Live, Subscription};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlCanvasElement, HtmlElement, PointerEvent, ResizeObserver, WheelEvent};
use yew::Callback;

/// Disconnects when dropped.
pub(super) struct StageRunner {
    pub(super) stage: RefCell<StageView>,
    live: Rc<Live>,
    view: HtmlElement,
    frame: RefCell<Option<FrameCallback>>,
    asked: RefCell<Option<FrameRequest>>,
    pointers: RefCell<Pointers>,
    on_zoom: Callback<u32>,
    reported_zoom: Cell<u32>,
    kept: RefCell<Option<Attachments>>,
}

struct Attachments {
    observer: ResizeObserver,
    _resized: Closure<dyn FnMut()>,
    _subscription: Subscription,
    _listeners: Vec<EventListener>,
}

impl Drop for Attachments {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Callbacks into the page.
pub(super) struct Callbacks {
    pub(super) scene: Callback<Rc<Scene>>,
    pub(super) zoom: Callback<u32>,
}

impl StageRunner {
    pub(super) fn start(
        live: &Rc<Live>,
        view: &HtmlElement,
        canvas: HtmlCanvasElement,
        options: StageOptions,
        told: Callbacks,
    ) -> Option<Rc<Self>> {
        let painter = Painter::new(canvas)?;
        let running = Rc::new(Self {
            stage: RefCell::new(StageView::new(live.clone(), painter, options, told.scene)),
            live: live.clone(),
            view: view.clone(),
            frame: RefCell::new(None),
            asked: RefCell::new(None),
            pointers: RefCell::default(),
            on_zoom: told.zoom,
            reported_zoom: Cell::new(100),
            kept: RefCell::new(None),
        });
        running.resized();
        let weak = Rc::downgrade(&running);
        running.frame.replace(Some(Closure::new(move |_| {
            with(&weak, |running| {
                running.asked.take();
                running.paint();
            });
        })));
        let weak = Rc::downgrade(&running);
        let subscription = live.subscribe(Rc::new(move |_| with(&weak, Self::paint)));
        let weak = Rc::downgrade(&running);
        let resized = Closure::<dyn FnMut()>::new(move || with(&weak, Self::resized));
        let sizes = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok()?;
        sizes.observe(view);
        running.kept.replace(Some(Attachments {
            observer: sizes,
            _resized: resized,
            _subscription: subscription,
            _listeners: running.listen(),
        }));
        running.await_fonts();
        Some(running)
    }

    /// Paints now, and in the next frame while the map glides.
    pub(super) fn paint(&self) {
        let Ok(mut stage) = self.stage.try_borrow_mut() else {
            return;
        };
        let more = stage.paint(self.live.at());
        let camera = stage.camera();
        let states = [("pannable", stage.can_pan()), ("behind", stage.is_behind())];
        drop(stage);
        self.follow(camera.zoom, camera.at);
        for (class, is_so) in states {
            let _ = self.view.class_list().toggle_with_force(class, is_so);
        }
        if self.reported_zoom.replace(camera.percent()) != camera.percent() {
            self.on_zoom.emit(camera.percent());
        }
        if more && !self.live.playing() {
            self.ask();
        }
    }

    fn ask(&self) {
        if self.asked.borrow().is_none() {
            let asked = self.frame.borrow().as_ref().and_then(host::request_frame);
            self.asked.replace(asked);
        }
    }

    /// Moves the buttons over what they stand for.
    fn follow(&self, zoom: f64, at: Point) {
        let camera = format!(
            "translate({:.2}px,{:.2}px) scale({zoom:.4})",
            -at.x * zoom,
            -at.y * zoom
        );
        let _ = self.view.style().set_property("--camera", &camera);
    }

    fn resized(&self) {
        let size = Size {
            w: f64::from(self.view.client_width()),
            h: f64::from(self.view.client_height()),
        };
        self.stage.borrow_mut().resize(size, host::pixel_ratio());
        self.paint();
    }

    /// The room that a sentence about a request has.
    pub(super) fn room(&self, caption: &Caption) -> Room {
        self.stage.borrow().room(caption)
    }

    pub(super) fn zoom(&self, zoom: Zoom) {
        self.stage.borrow_mut().zoom(zoom);
        self.paint();
    }

    /// Shows a point of the map.
    pub(super) fn reveal(&self, place: Point) {
        self.stage.borrow_mut().reveal(place);
        self.paint();
    }

    /// The request under the mouse.
    pub(super) fn request_at(&self, event: &web_sys::MouseEvent) -> Option<u64> {
        let at = self.place(event.client_x(), event.client_y());
        self.stage.borrow_mut().request_at(at)
    }

    // --- fingers and wheel -----------------------------------------------------------------------------------------

    fn listen(self: &Rc<Self>) -> Vec<EventListener> {
        let on = |event: &'static str, react: fn(&Self, &web_sys::Event)| {
            let weak = Rc::downgrade(self);
            EventListener::new(self.view.clone(), event, move |event| {
                with(&weak, |running| react(running, &event));
            })
        };
        vec![
            on("wheel", |running, event| {
                if let Some(wheel) = event.dyn_ref::<WheelEvent>() {
                    running.wheel(wheel);
                }
            }),
            on("pointerdown", |running, event| {
                if let Some(pointer) = event
                    .dyn_ref::<PointerEvent>()
                    .filter(|pointer| pointer.button() == 0 && !on_handle(pointer))
                {
                    let at = running.place(pointer.client_x(), pointer.client_y());
                    running.pointers.borrow_mut().press(pointer.pointer_id(), at);
                }
            }),
            on("pointermove", |running, event| {
                if let Some(pointer) = event.dyn_ref::<PointerEvent>() {
                    running.drag(pointer);
                }
            }),
            on("pointerup", Self::lift),
            on("pointercancel", Self::lift),
            on("pointerleave", Self::lift),
            EventListener::capturing(self.view.clone(), "click", {
                let weak = Rc::downgrade(self);
                move |event| {
                    with(&weak, |running| {
                        if running.pointers.borrow_mut().take_dragged() {
                            event.stop_propagation();
                            event.prevent_default();
                        }
                    });
                }
            }),
        ]
    }

    /// With Ctrl or ⌘ the wheel zooms. Otherwise it moves the map if the stage has the focus, else the page.
    fn wheel(&self, event: &WheelEvent) {
        const DOUBLE: f64 = 240.0;
        /// Pixels per line, for browsers that report lines.
        const LINE: f64 = 16.0;
        let unit = if event.delta_mode() == WheelEvent::DOM_DELTA_LINE {
            LINE
        } else {
            1.0
        };
        let (across, down) = (event.delta_x() * unit, event.delta_y() * unit);
        if event.ctrl_key() || event.meta_key() {
            event.prevent_default();
            let around = self.place(event.client_x(), event.client_y());
            self.stage.borrow_mut().zoom_by((-down / DOUBLE).exp2(), around);
        } else if self.has_focus() && self.stage.borrow().can_pan() {
            event.prevent_default();
            self.stage.borrow_mut().pan(Point::new(-across, -down));
        } else {
            return;
        }
        self.ask();
    }

    fn drag(&self, event: &PointerEvent) {
        let to = self.place(event.client_x(), event.client_y());
        let Some(gesture) = self.pointers.borrow_mut().drag(event.pointer_id(), to) else {
            return;
        };
        let mut stage = self.stage.borrow_mut();
        match gesture {
            Gesture::Pan(_) if !stage.can_pan() => return,
            Gesture::Pan(by) => {
                // From now on all its movements are the map's, wherever it goes.
                let _ = self.view.set_pointer_capture(event.pointer_id());
                stage.pan(by);
            }
            Gesture::Pinch { factor, around, by } => {
                stage.pan(by);
                stage.zoom_by(factor, around);
            }
        }
        drop(stage);
        self.ask();
    }

    fn lift(&self, event: &web_sys::Event) {
        if let Some(pointer) = event.dyn_ref::<PointerEvent>() {
            self.pointers.borrow_mut().lift(pointer.pointer_id());
        }
    }

    /// From the window to the view.
    fn place(&self, x: i32, y: i32) -> Point {
        let area = self.view.get_bounding_client_rect();
        Point::new(f64::from(x) - area.left(), f64::from(y) - area.top())
    }

    fn has_focus(&self) -> bool {
        let element: &Element = &self.view;
        element.matches(":focus-within").unwrap_or(false)
    }

    /// Measures texts again once the page's fonts are loaded.
    fn await_fonts(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        host::when_fonts_ready(move || {
            with(&weak, |running| {
                running.stage.borrow_mut().fonts_loaded();
                running.paint();
            });
        });
    }
}

/// Whether a pointer is on a handle, which is dragged itself.
fn on_handle(pointer: &PointerEvent) -> bool {
    let target = pointer.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.closest(".stage-handle").is_ok_and(|handle| handle.is_some()))
}

fn with(running: &Weak<StageRunner>, act: impl FnOnce(&StageRunner)) {
    if let Some(running) = running.upgrade() {
        act(&running);
    }
}
