//! The session and the playhead, shared by the app, the stage and the animation loop.
//!
//! Playing bypasses the app: the loop moves the playhead and calls the subscribers, which repaint.

use base::Order;
use playground::{Cause, Micros, Pace, Request, Session};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// The longest time that one frame moves the playhead, in milliseconds of wall time, so that a tab resumes where it slept.
pub const LONGEST_FRAME_MS: f64 = 100.0;
/// How far ahead of the playhead the session runs, so that the next events are known.
pub const LOOKAHEAD: Micros = Micros::from_seconds(5);
/// In percent.
pub const SPEEDS: [u32; 10] = [10, 25, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

/// The number of the session that is played, and its own count of changes. Equal only for equal content.
pub type SessionRevision = (u32, u64);

type Watcher = Rc<dyn Fn(Micros)>;

pub struct Live {
    /// Borrow it briefly: subscribers borrow it as well.
    pub session: RefCell<Session>,
    /// Counts the sessions played so far.
    generation: Cell<u32>,
    playhead: Cell<Micros>,
    /// The latest moment that the playhead has been at.
    reached: Cell<Micros>,
    playing: Cell<bool>,
    speed: Cell<u32>,
    /// Whether the session changed since the last call of the subscribers.
    touched: Cell<bool>,
    watchers: Rc<RefCell<Watchers>>,
    wake: RefCell<Option<Rc<dyn Fn()>>>,
}

#[derive(Default)]
struct Watchers {
    next: u64,
    all: Vec<(u64, Watcher)>,
}

#[must_use = "a subscription ends when it is dropped"]
pub struct Subscription {
    number: u64,
    watchers: Weak<RefCell<Watchers>>,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(watchers) = self.watchers.upgrade() {
            watchers.borrow_mut().all.retain(|(number, _)| *number != self.number);
        }
    }
}

impl Live {
    /// Paused at the beginning.
    pub fn new(session: Session) -> Rc<Self> {
        let live = Self {
            session: RefCell::new(session),
            generation: Cell::new(0),
            playhead: Cell::new(Micros::ZERO),
            reached: Cell::new(Micros::ZERO),
            playing: Cell::new(false),
            speed: Cell::new(100),
            touched: Cell::new(false),
            watchers: Rc::default(),
            wake: RefCell::new(None),
        };
        live.look_ahead();
        Rc::new(live)
    }

    pub fn at(&self) -> Micros {
        self.playhead.get()
    }

    /// The latest moment that the playhead has been at.
    pub fn reached(&self) -> Micros {
        self.reached.get()
    }

    pub fn playing(&self) -> bool {
        self.playing.get()
    }

    /// In percent of wall time.
    pub fn speed(&self) -> u32 {
        self.speed.get()
    }

    pub fn set_speed(&self, percent: u32) {
        self.speed.set(percent.clamp(1, 10_000));
    }

    pub fn set_playing(&self, playing: bool) {
        let was = self.playing.replace(playing);
        if playing && !was {
            self.wake();
        }
    }

    /// Requests a frame; false if no loop is connected.
    fn wake(&self) -> bool {
        let wake = self.wake.borrow().clone();
        wake.inspect(|wake| wake()).is_some()
    }

    pub fn seek(&self, at: Micros) {
        self.playhead.set(at);
        self.reached.set(self.reached.get().max(at));
        self.look_ahead();
        self.notify();
    }

    pub fn revision(&self) -> SessionRevision {
        (self.generation.get(), self.session.borrow().revision())
    }

    /// Plays another session from `at`.
    pub fn replace(&self, session: Session, at: Micros) {
        self.restart(at, |current| *current = session);
    }

    /// For a change that affects the session from its beginning, such as another seed.
    pub fn restart(&self, at: Micros, change: impl FnOnce(&mut Session)) {
        change(&mut self.session.borrow_mut());
        self.generation.set(self.generation.get() + 1);
        self.reached.set(at);
        self.seek(at);
    }

    /// To be called after a change of the session. The subscribers are called in the next frame, once for all changes until then.
    pub fn touch(&self) {
        self.session.borrow_mut().run(self.at());
        self.touched.set(true);
        if !self.wake() {
            self.catch_up();
        }
    }

    /// Calls the subscribers if the session changed since their last call.
    fn catch_up(&self) {
        if self.touched.get() {
            self.look_ahead();
            self.notify();
        }
    }

    /// One frame: moves the playhead while playing, and calls the subscribers if there is something new.
    pub fn tick(&self, elapsed_ms: f64) {
        if !self.playing() {
            return self.catch_up();
        }
        let elapsed = elapsed_ms.clamp(0.0, LONGEST_FRAME_MS);
        // At most 100 ms × 1,000 × 100: far below what a u64 or an f64 holds.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let micros = (elapsed * 10.0 * f64::from(self.speed.get())) as u64;
        self.seek(self.at() + Micros(micros));
    }

    fn notify(&self) {
        self.touched.set(false);
        let watchers: Vec<Watcher> = self
            .watchers
            .borrow()
            .all
            .iter()
            .map(|(_, watcher)| watcher.clone())
            .collect();
        for watcher in watchers {
            watcher(self.at());
        }
    }

    /// Calls `watcher` with the playhead whenever it moves or the session changes.
    pub fn subscribe(&self, watcher: Watcher) -> Subscription {
        let mut watchers = self.watchers.borrow_mut();
        watchers.next += 1;
        let number = watchers.next;
        watchers.all.push((number, watcher));
        Subscription {
            number,
            watchers: Rc::downgrade(&self.watchers),
        }
    }

    /// Connects the animation loop: `wake` is called when playing starts and when the session changed.
    pub fn on_wake(&self, wake: Rc<dyn Fn()>) {
        self.wake.replace(Some(wake));
    }

    pub(crate) fn look_ahead(&self) {
        self.session.borrow_mut().run(self.at() + LOOKAHEAD);
    }

    /// `None` if nothing happens within [`LOOKAHEAD`].
    pub fn next_event(&self) -> Option<Micros> {
        let at = self.at();
        self.events(at + LOOKAHEAD).into_iter().find(|moment| *moment > at)
    }

    /// The beginning if nothing happened before.
    pub fn previous_event(&self) -> Micros {
        let at = self.at();
        let before = self.events(at).into_iter().rev().find(|moment| *moment < at);
        before.unwrap_or(Micros::ZERO)
    }

    /// When the cluster changed or a request failed, up to `until`, in order.
    pub fn marks_until(&self, until: Micros) -> Vec<Micros> {
        let session = self.session.borrow();
        let failed = session
            .requests(until)
            .briefs()
            .filter(|request| request.outcome.is_failure())
            .map(|request| request.done);
        let changes = session
            .changes()
            .filter(|moment| session.cause(*moment) != Cause::Proxy);
        let mut all: Vec<Micros> = failed.chain(changes).filter(|moment| *moment <= until).collect();
        all.order();
        all.dedup();
        all
    }

    /// When a request starts a leg or ends, or the cluster changes, up to `until`, in order.
    ///
    /// Ignores requests sent so long ago that they have ended.
    fn events(&self, until: Micros) -> Vec<Micros> {
        let session = self.session.borrow();
        let from = self.at() - WINDOW;
        let of_requests = session.requests(until).since(from).iter().flat_map(moments);
        let mut all: Vec<Micros> = of_requests
            .chain(session.changes())
            .filter(|moment| *moment <= until)
            .collect();
        all.order();
        all.dedup();
        all
    }
}

/// How far back a request that is under way can have been sent.
const WINDOW: Micros = Pace::WATCHED.longest();

fn moments(request: &Request) -> impl Iterator<Item = Micros> {
    let legs = request.legs.iter().map(|leg| leg.from);
    legs.chain(std::iter::once(request.done))
}

#[cfg(test)]
mod tests {
    use super::*;
    use playground::Scenario;

    fn live() -> Rc<Live> {
        Live::new(Session::new(Scenario::default()))
    }

    #[test]
    fn time_passes_by_the_speed_and_only_while_playing() {
        let live = live();
        live.tick(16.0);
        assert_eq!(live.at(), Micros::ZERO);
        live.set_playing(true);
        live.set_speed(50);
        live.tick(16.0);
        assert_eq!(live.at(), Micros::from_millis(8));
    }

    #[test]
    fn a_tab_that_slept_goes_on_where_it_was() {
        let live = live();
        live.set_playing(true);
        live.tick(60_000.0);
        assert_eq!(live.at(), Micros::from_millis(100));
    }

    #[test]
    fn several_changes_before_a_frame_are_told_once_in_it() {
        let live = live();
        let told = Rc::new(Cell::new(0));
        let count = told.clone();
        let _subscription = live.subscribe(Rc::new(move |_| count.set(count.get() + 1)));
        live.on_wake(Rc::new(|| ()));
        live.touch();
        live.touch();
        assert_eq!(told.get(), 0);
        live.tick(16.0);
        live.tick(16.0);
        assert_eq!(told.get(), 1);
    }

    #[test]
    fn who_is_subscribed_is_told_until_the_subscription_is_dropped() {
        let live = live();
        let told = Rc::new(Cell::new(0));
        let count = told.clone();
        let subscription = live.subscribe(Rc::new(move |_| count.set(count.get() + 1)));
        live.seek(Micros::from_seconds(1));
        drop(subscription);
        live.seek(Micros::from_seconds(2));
        assert_eq!(told.get(), 1);
    }

    #[test]
    fn steps_go_from_event_to_event_and_back() {
        let live = Live::new(Session::new(crate::scenarios::ALL[0].scenario()));
        let Some(first) = live.next_event() else {
            panic!("the scenario sends requests");
        };
        live.seek(first);
        let Some(second) = live.next_event() else {
            panic!("a request under way has a next event");
        };
        assert!(second > first);
        live.seek(second);
        assert_eq!(live.previous_event(), first);
    }
}
