//! The session and the playhead, shared by the app, the stage and the animation loop.
//!
//! Playing does not go through the interface: the loop moves the playhead, and who is subscribed repaints.

use base::Order;
use playground::{Micros, Outcome, Request, Session};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// The longest a single frame moves the playhead, in milliseconds of wall time: a tab that slept goes on where it was.
pub const LONGEST_FRAME_MS: f64 = 100.0;
/// How far ahead of the playhead requests are played, so that the next events are known.
pub const LOOKAHEAD: Micros = Micros::from_seconds(5);
/// The speeds to choose from, in percent.
pub const SPEEDS: [u32; 10] = [10, 25, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

/// Which session is played, and how often that one was changed: two different contents never have the same.
pub type SessionRevision = (u32, u64);

type Watcher = Rc<dyn Fn(Micros)>;

/// A session being played.
pub struct Live {
    /// What is played. Borrow it briefly: subscribers borrow it as well.
    pub session: RefCell<Session>,
    /// Counts the sessions that took each other's place.
    generation: Cell<u32>,
    playhead: Cell<Micros>,
    /// The latest moment the playhead ever stood at.
    reached: Cell<Micros>,
    playing: Cell<bool>,
    speed: Cell<u32>,
    /// Whether the session changed since the subscribers were told.
    touched: Cell<bool>,
    watchers: Rc<RefCell<Watchers>>,
    wake: RefCell<Option<Rc<dyn Fn()>>>,
}

#[derive(Default)]
struct Watchers {
    next: u64,
    all: Vec<(u64, Watcher)>,
}

/// Ends when dropped.
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
    /// A session that stands still at its beginning.
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

    /// Where the playhead stands.
    pub fn at(&self) -> Micros {
        self.playhead.get()
    }

    /// The latest moment the playhead ever stood at.
    pub fn reached(&self) -> Micros {
        self.reached.get()
    }

    /// Whether the playhead moves by itself.
    pub fn playing(&self) -> bool {
        self.playing.get()
    }

    /// How fast it moves, in percent of wall time.
    pub fn speed(&self) -> u32 {
        self.speed.get()
    }

    /// Sets how fast it moves, in percent of wall time.
    pub fn set_speed(&self, percent: u32) {
        self.speed.set(percent.clamp(1, 10_000));
    }

    /// Sets the playhead going, or stops it.
    pub fn set_playing(&self, playing: bool) {
        let was = self.playing.replace(playing);
        if playing && !was {
            self.wake();
        }
    }

    /// Asks for a frame; whether there is a loop that gives one.
    fn wake(&self) -> bool {
        let wake = self.wake.borrow().clone();
        wake.inspect(|wake| wake()).is_some()
    }

    /// Puts the playhead there.
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

    /// Changes what the session plays from its beginning, such as its seed, and puts the playhead at `at`.
    pub fn restart(&self, at: Micros, change: impl FnOnce(&mut Session)) {
        change(&mut self.session.borrow_mut());
        self.generation.set(self.generation.get() + 1);
        self.reached.set(at);
        self.seek(at);
    }

    /// The session changed: the subscribers are told in the coming frame, once for all changes until then.
    pub fn touch(&self) {
        self.session.borrow_mut().run(self.at());
        self.touched.set(true);
        if !self.wake() {
            self.catch_up();
        }
    }

    /// Tells the subscribers of what changed since they were told.
    fn catch_up(&self) {
        if self.touched.get() {
            self.look_ahead();
            self.notify();
        }
    }

    /// So much wall time has passed: while playing, moves the playhead; tells the subscribers if they have not seen all.
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

    /// Tells all subscribers where the playhead stands.
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

    /// From now on `watcher` is told where the playhead stands each time it moves or the session changes.
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

    /// The one who runs the animation loop, called when the playhead begins to move by itself or the session changed.
    pub fn on_wake(&self, wake: Rc<dyn Fn()>) {
        self.wake.replace(Some(wake));
    }

    /// Plays requests a little further than the playhead.
    pub(crate) fn look_ahead(&self) {
        self.session.borrow_mut().run(self.at() + LOOKAHEAD);
    }

    /// The next moment at which something happens.
    pub fn next_event(&self) -> Option<Micros> {
        let at = self.at();
        self.events(at + LOOKAHEAD).into_iter().find(|moment| *moment > at)
    }

    /// The last moment before the playhead at which something happened; the beginning if nothing did.
    pub fn previous_event(&self) -> Micros {
        let at = self.at();
        let before = self.events(at).into_iter().rev().find(|moment| *moment < at);
        before.unwrap_or(Micros::ZERO)
    }

    /// The moments up to `until` at which the cluster changed or a request failed, in order.
    pub fn marks_until(&self, until: Micros) -> Vec<Micros> {
        let session = self.session.borrow();
        let failed = session
            .requests(until)
            .briefs()
            .filter(|request| request.outcome != Outcome::Answered)
            .map(|request| request.done);
        let mut all: Vec<Micros> = failed
            .chain(session.changes())
            .filter(|moment| *moment <= until)
            .collect();
        all.order();
        all.dedup();
        all
    }

    /// Moments up to `until` at which a request is sent, reaches its pod or is done, or the cluster changes; in order.
    ///
    /// Only requests under way within the last while are looked at: an earlier one is done, and lies behind.
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

/// Longer than any request takes.
const WINDOW: Micros = Micros::from_seconds(20);

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
