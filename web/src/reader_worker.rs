//! The reader in a worker: a second instance of this program, which the page can end.

use crate::host::{self, Timeout};
use crate::live::{Live, Loss, Patience, ReaderPlace};
use crate::say;
use js_sys::{Array, Function, Uint8Array};
use playground::seam::{Command, Mirror, Update, from_bytes, handle, to_bytes};
use playground::{Reader, Scenario};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;

/// A worker that takes longer to start is given up.
const LONGEST_START_MS: i32 = 20_000;
/// A command that takes longer is told of, with a way to stop it.
const SLOW_MS: i32 = 300;

#[wasm_bindgen]
extern "C" {
    /// web/assemble/boot.js: starts a worker with this program; `undefined` where none may start.
    #[wasm_bindgen(js_namespace = servicePlayground, js_name = startReader, catch)]
    fn start_reader(on_message: &Function, on_end: &Function) -> Result<Option<WorkerHandle>, JsValue>;

    type WorkerHandle;
    #[wasm_bindgen(method)]
    fn post(this: &WorkerHandle, bytes: &Uint8Array);
    #[wasm_bindgen(method)]
    fn end(this: &WorkerHandle);

    /// Of the worker itself.
    #[wasm_bindgen(js_name = postMessage)]
    fn post_message(message: &JsValue, transfer: &Array);
    #[wasm_bindgen(js_name = onReaderMessage)]
    fn on_reader_message(handler: &Function);
}

/// A page whose reader is in a worker, or on this thread where no worker may start.
pub fn live() -> Rc<Live> {
    let place = Rc::new(Beside::default());
    let live = Live::new(Mirror::default(), place.clone());
    place.live.replace(Rc::downgrade(&live));
    place.start();
    live
}

#[derive(Default)]
struct Beside {
    live: RefCell<Weak<Live>>,
    worker: RefCell<Option<RunningWorker>>,
    /// What it is sent once it is ready.
    held: RefCell<Option<Uint8Array>>,
    patience: Cell<Patience>,
    /// When the command that it works on is told of, and when it is stopped.
    timers: RefCell<Vec<Timeout>>,
}

struct RunningWorker {
    handle: WorkerHandle,
    is_ready: Rc<Cell<bool>>,
    _on_message: Closure<dyn FnMut(JsValue)>,
    _on_end: Closure<dyn FnMut(String)>,
}

impl Drop for RunningWorker {
    fn drop(&mut self) {
        self.handle.end();
    }
}

impl ReaderPlace for Beside {
    fn send(self: Rc<Self>, command: &Command, patience: Patience) -> Option<Update> {
        self.patience.set(patience);
        let bytes = Uint8Array::from(to_bytes(command).as_slice());
        let is_ready = self
            .worker
            .borrow()
            .as_ref()
            .is_some_and(|worker| worker.is_ready.get());
        self.held.replace(Some(bytes));
        if is_ready {
            self.post();
        }
        None
    }

    fn restart(self: Rc<Self>) {
        self.timers.take();
        self.held.take();
        self.start();
    }
}

impl Beside {
    fn live(&self) -> Option<Rc<Live>> {
        self.live.borrow().upgrade()
    }

    fn start(self: &Rc<Self>) {
        drop(self.worker.take());
        let is_ready = Rc::new(Cell::new(false));
        let (place, ready) = (Rc::downgrade(self), is_ready.clone());
        let on_message = Closure::<dyn FnMut(JsValue)>::new(move |message: JsValue| {
            let Some(place) = place.upgrade() else { return };
            match message.dyn_into::<Uint8Array>() {
                Ok(bytes) => place.received(&bytes),
                Err(word) => match word.as_string().as_deref() {
                    Some("waits") => drop(place.timers.take()),
                    Some("works") => place.watch(),
                    _ => {
                        ready.set(true);
                        place.timers.take();
                        place.post();
                    }
                },
            }
        });
        let (place, ready) = (Rc::downgrade(self), is_ready.clone());
        let on_end = Closure::<dyn FnMut(String)>::new(move |message: String| {
            let Some(place) = place.upgrade() else { return };
            if ready.get() {
                place.lost(Loss::Broken(message));
            } else {
                place.give_up();
            }
        });
        let started = start_reader(on_message.as_ref().unchecked_ref(), on_end.as_ref().unchecked_ref());
        match started {
            Ok(Some(handle)) => {
                self.wait_for_start();
                self.worker.replace(Some(RunningWorker {
                    handle,
                    is_ready,
                    _on_message: on_message,
                    _on_end: on_end,
                }));
            }
            _ => self.give_up(),
        }
    }

    /// Gives up if nothing is heard of it, not even that it fails.
    fn wait_for_start(self: &Rc<Self>) {
        let place = Rc::downgrade(self);
        let over = Timeout::new(LONGEST_START_MS, move || {
            if let Some(place) = place.upgrade() {
                place.give_up();
            }
        });
        self.timers.replace(over.into_iter().collect());
    }

    /// No worker may start here: the reader works on this thread.
    fn give_up(self: &Rc<Self>) {
        // Not from within a callback of what is dropped.
        let place = self.clone();
        host::soon(move || {
            drop(place.worker.take());
            if let Some(live) = place.live() {
                live.read_here();
            }
        });
    }

    fn post(self: &Rc<Self>) {
        let Some(bytes) = self.held.take() else { return };
        if let Some(worker) = &*self.worker.borrow() {
            worker.handle.post(&bytes);
        }
        self.watch();
    }

    /// Waits for an answer, but not for ever.
    fn watch(self: &Rc<Self>) {
        let after = |milliseconds, act: fn(&Rc<Self>)| {
            let place = Rc::downgrade(self);
            Timeout::new(milliseconds, move || {
                if let Some(place) = place.upgrade() {
                    act(&place);
                }
            })
        };
        let slow = after(SLOW_MS, |place| {
            if let Some(live) = place.live() {
                live.set_slow(true);
            }
        });
        let over = after(self.patience.get().seconds() * 1_000, |place| place.lost(Loss::TooLong));
        self.timers.replace(slow.into_iter().chain(over).collect());
    }

    fn received(self: &Rc<Self>, bytes: &Uint8Array) {
        self.timers.take();
        let Some(live) = self.live() else { return };
        match from_bytes::<Update>(&bytes.to_vec()) {
            Some(update) => live.received(update),
            None => live.lose(Loss::Broken(say::update_unread().to_owned())),
        }
    }

    fn lost(self: &Rc<Self>, loss: Loss) {
        let place = self.clone();
        host::soon(move || {
            if let Some(live) = place.live() {
                live.lose(loss);
            }
        });
    }
}

/// Works as the reader of a page, if this is a worker.
pub fn work() {
    let reader = RefCell::new(Reader::new(Scenario::default()));
    let handler = Closure::<dyn FnMut(Uint8Array)>::new(move |bytes: Uint8Array| {
        let Some(command) = from_bytes::<Command>(&bytes.to_vec()) else {
            return;
        };
        let update = to_bytes(&handle(&mut reader.borrow_mut(), command));
        let message = Uint8Array::from(update.as_slice());
        post_message(&message, &Array::of1(&message.buffer()));
    });
    on_reader_message(handler.as_ref().unchecked_ref());
    handler.forget();
}
