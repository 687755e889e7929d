//! The session and the playhead, shared by the app, the stage and the animation loop.
//!
//! Playing bypasses the app: the loop moves the playhead and calls the subscribers, which repaint. What is typed and done goes to
//! the session's reader as a command, one at a time; what it tells comes as an update.

mod commands;
mod events;
mod loss;
mod place;
mod playing;
#[cfg(test)]
mod tests;
mod typing;
mod watchers;

pub use loss::Loss;
pub use place::{Heard, Patience, ReaderPlace};
pub use playing::{LONGEST_FRAME_MS, LOOKAHEAD, SPEEDS};
pub use watchers::Subscription;

use loss::LastGood;
use place::{Here, Pending};
use playground::seam::{Command, Done, Mirror};
use playground::{Micros, Reader, Scenario};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use watchers::Watchers;

/// The number of the session that is played, and its own count of changes. Equal only for equal content.
pub type SessionRevision = (u32, u64);

/// Called when an update came.
pub type OnHeard = Rc<dyn Fn(Heard)>;

/// Called with a text before it is read, and with none after.
type OnReading = Rc<dyn Fn(Option<&str>)>;

pub struct Live {
    /// Borrow it briefly: subscribers borrow it as well.
    pub session: RefCell<Mirror>,
    place: RefCell<Rc<dyn ReaderPlace>>,
    /// Commands that wait for the one before them.
    queue: RefCell<VecDeque<Pending>>,
    /// The command that the reader works on.
    sent: RefCell<Option<Pending>>,
    commands: Cell<u64>,
    /// What commands led to, until somebody asks.
    done: RefCell<Vec<(u64, Done)>>,
    /// Commands that were not done, until somebody asks.
    lost: RefCell<Vec<(Command, Loss)>>,
    good: RefCell<LastGood>,
    /// For the next text.
    patience: Cell<Patience>,
    /// Whether the reader works on a command for long.
    slow: Cell<bool>,
    /// The text that waits for a pause in typing.
    held: RefCell<Option<Pending>>,
    /// Called when one begins to wait.
    wait: RefCell<Option<Rc<dyn Fn()>>>,
    /// Counts the sessions played so far.
    generation: Cell<u32>,
    playhead: Cell<Micros>,
    /// The latest moment that the playhead has been at.
    reached: Cell<Micros>,
    playing: Cell<bool>,
    /// Where playing stops by itself.
    pause_at: Cell<Option<Micros>>,
    speed: Cell<u32>,
    /// Whether the session changed since the last call of the subscribers.
    touched: Cell<bool>,
    watchers: Rc<RefCell<Watchers>>,
    wake: RefCell<Option<Rc<dyn Fn()>>>,
    heard: RefCell<Option<OnHeard>>,
    /// Called with a text before it is read, and with none after.
    reading: RefCell<Option<OnReading>>,
}

impl Live {
    /// Paused at the beginning of an empty session, whose reader works on this thread.
    pub fn here() -> Rc<Self> {
        let reader = Rc::new(RefCell::new(Reader::new(Scenario::default())));
        Self::new(Mirror::beside(reader.clone()), Rc::new(Here(reader)))
    }

    /// Paused at the beginning of a session whose reader works somewhere.
    pub fn new(session: Mirror, place: Rc<dyn ReaderPlace>) -> Rc<Self> {
        Rc::new(Self {
            session: RefCell::new(session),
            place: RefCell::new(place),
            queue: RefCell::default(),
            sent: RefCell::default(),
            commands: Cell::new(0),
            done: RefCell::default(),
            lost: RefCell::default(),
            good: RefCell::default(),
            patience: Cell::default(),
            slow: Cell::new(false),
            held: RefCell::default(),
            wait: RefCell::new(None),
            generation: Cell::new(0),
            playhead: Cell::new(Micros::ZERO),
            reached: Cell::new(Micros::ZERO),
            playing: Cell::new(false),
            pause_at: Cell::new(None),
            speed: Cell::new(100),
            touched: Cell::new(false),
            watchers: Rc::default(),
            wake: RefCell::new(None),
            heard: RefCell::new(None),
            reading: RefCell::new(None),
        })
    }
}
