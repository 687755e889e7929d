//! The session and the playhead, shared by the app, the stage and the animation loop.
//!
//! Playing bypasses the app: the loop moves the playhead and calls the subscribers, which repaint. What is typed and done goes to
//! the session's reader as a command, one at a time; what it tells comes as an update.

use base::Order;
use playground::seam::{Command, Done, Mirror, Task, Update, handle};
use playground::{AHEAD, Cause, Micros, Pace, Reader, Request, Scenario, TextStatus};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
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
/// Called with a text before it is read, and with none after.
type OnReading = Rc<dyn Fn(Option<&str>)>;

/// Where the reader works.
pub trait ReaderPlace {
    /// Takes a command; returns the update if the reader works on this thread, else it comes later.
    fn send(self: Rc<Self>, command: &Command) -> Option<Update>;

    /// Ends the reader, whatever it does, and starts another.
    fn restart(self: Rc<Self>);
}

/// Why a command was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loss {
    /// It took too long, and was stopped.
    TooLong,
    /// It was stopped by hand.
    Stopped,
    /// The reader failed at it: what the browser says of it.
    Broken(String),
}

/// A reader on the page's own thread.
struct Here(Rc<RefCell<Reader>>);

impl ReaderPlace for Here {
    fn send(self: Rc<Self>, command: &Command) -> Option<Update> {
        Some(handle(&mut self.0.borrow_mut(), command.clone()))
    }

    fn restart(self: Rc<Self>) {
        self.0.replace(Reader::new(Scenario::default()));
    }
}

/// What brings another reader to where the one before was.
#[derive(Clone, Default)]
struct LastGood {
    /// With the last text that made the cluster.
    scenario: Scenario,
    /// The last text that was read.
    read: String,
    /// The command that opens it again.
    opened_by: Option<u64>,
}

pub struct Live {
    /// Borrow it briefly: subscribers borrow it as well.
    pub session: RefCell<Mirror>,
    place: RefCell<Rc<dyn ReaderPlace>>,
    /// Commands that wait for the one before them.
    queue: RefCell<VecDeque<Command>>,
    /// The command that the reader works on.
    sent: RefCell<Option<Command>>,
    commands: Cell<u64>,
    /// What commands led to, until somebody asks.
    done: RefCell<Vec<(u64, Done)>>,
    /// Commands that were not done, until somebody asks.
    lost: RefCell<Vec<(Command, Loss)>>,
    good: RefCell<LastGood>,
    /// Whether the reader works on a command for long.
    slow: Cell<bool>,
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
    heard: RefCell<Option<Rc<dyn Fn()>>>,
    /// Called with a text before it is read, and with none after.
    reading: RefCell<Option<OnReading>>,
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
            slow: Cell::new(false),
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

    /// Hands a task over to the reader; returns its number, under which [`Self::take_done`] tells what it led to.
    pub fn send(&self, task: Task) -> u64 {
        let number = self.commands.get() + 1;
        self.commands.set(number);
        let command = Command {
            number,
            at: self.at(),
            task,
            visits: None,
            shown: Vec::new(),
        };
        let mut queue = self.queue.borrow_mut();
        while queue.back().is_some_and(|earlier| command.task.replaces(&earlier.task)) {
            queue.pop_back();
        }
        queue.push_back(command);
        drop(queue);
        self.send_next();
        number
    }

    /// Sends the next command, unless the reader works on one.
    fn send_next(&self) {
        while self.sent.borrow().is_none() {
            let Some(mut command) = self.queue.borrow_mut().pop_front() else {
                return;
            };
            if command.task.changes_session() {
                command.shown = self.session.borrow().shown();
            }
            self.sent.replace(Some(command.clone()));
            if let Some(text) = self.own_text(&command) {
                self.note_reading(Some(text));
            }
            let place = self.place.borrow().clone();
            if let Some(update) = place.send(&command) {
                self.take_over(update);
            }
        }
    }

    /// From now on the reader works on this thread.
    pub fn read_here(&self) {
        let reader = Rc::new(RefCell::new(Reader::new(Scenario::default())));
        self.session.borrow_mut().read_by(reader.clone());
        self.place.replace(Rc::new(Here(reader)));
        if let Some(command) = self.sent.take() {
            self.queue.borrow_mut().push_front(command);
        }
        self.send_next();
        self.tell_heard();
    }

    /// Ends what the reader works on, and has another one go on where it was before.
    pub fn lose(&self, loss: Loss) {
        let Some(command) = self.sent.take() else { return };
        self.slow.set(false);
        self.session.borrow_mut().forget_questions();
        self.place.borrow().clone().restart();
        // Where even the last good scenario is too much, an empty one is left.
        let mut good = if self.good.borrow().opened_by == Some(command.number) {
            LastGood::default()
        } else {
            self.good.borrow().clone()
        };
        let number = self.commands.get() + 1;
        self.commands.set(number + 1);
        good.opened_by = Some(number);
        let again = |number, task| Command {
            number,
            at: Micros::ZERO,
            task,
            visits: None,
            shown: Vec::new(),
        };
        let mut queue = self.queue.borrow_mut();
        queue.retain(|command| !matches!(command.task, Task::Bring(_) | Task::Ask(_)));
        if good.read != good.scenario.text {
            queue.push_front(again(number + 1, Task::Text(good.read.clone())));
        }
        queue.push_front(again(number, Task::Open(good.scenario.clone())));
        drop(queue);
        self.good.replace(good);
        self.lost.borrow_mut().push((command, loss));
        self.send_next();
        self.tell_heard();
    }

    /// Commands that were not done since the last call, in order.
    pub fn take_lost(&self) -> Vec<(Command, Loss)> {
        self.lost.take()
    }

    /// Whether the reader has read the newest text.
    pub fn has_read_all(&self) -> bool {
        let reads = |command: &Command| matches!(command.task, Task::Text(_) | Task::Open(_));
        !self.sent.borrow().iter().any(reads) && !self.queue.borrow().iter().any(reads)
    }

    /// Whether the reader has worked on a command for long.
    pub fn is_slow(&self) -> bool {
        self.slow.get()
    }

    pub fn set_slow(&self, slow: bool) {
        if self.slow.replace(slow) != slow {
            self.tell_heard();
        }
    }

    fn tell_heard(&self) {
        let heard = self.heard.borrow().clone();
        if let Some(heard) = heard {
            heard();
        }
    }

    /// What the reader tells; ignored if the command is not the one that it works on.
    pub fn received(&self, update: Update) {
        self.slow.set(false);
        self.take_over(update);
        self.send_next();
        self.tell_heard();
    }

    fn take_over(&self, mut update: Update) {
        let command = self.sent.borrow_mut().take_if(|sent| sent.number == update.number);
        let Some(mut command) = command else { return };
        if matches!(update.done, Done::WantsVisits) {
            command.visits = Some(self.session.borrow().visits(command.at));
            return self.queue.borrow_mut().push_front(command);
        }
        if self.own_text(&command).is_some() {
            self.note_reading(None);
        }
        let is_recovered = self.good.borrow().opened_by == Some(update.number);
        if let Some(at) = update.begins_at {
            self.generation.set(self.generation.get() + 1);
            if !is_recovered {
                self.reached.set(at);
                self.playhead.set(at);
            }
        }
        let is_news = update.facts.is_some() || !update.changes.is_empty();
        self.session.borrow_mut().receive(&mut update);
        if is_news {
            self.note_good(&command.task);
        }
        match (update.done, command.task) {
            (Done::Replies(replies), Task::Ask(questions)) => self.session.borrow_mut().answered(questions, replies),
            (done, _) => self.done.borrow_mut().push((update.number, done)),
        }
        if is_news {
            self.touch();
        }
    }

    /// Keeps what another reader would need to go on from here.
    fn note_good(&self, task: &Task) {
        let mut good = self.good.borrow_mut();
        let text = match task {
            Task::Open(scenario) => Some(&scenario.text),
            Task::Text(text) => Some(text),
            _ => None,
        };
        if let Some(text) = text {
            good.read.clone_from(text);
        }
        let session = self.session.borrow();
        let made = if matches!(session.text_status(), TextStatus::LastGood { .. }) {
            std::mem::take(&mut good.scenario.text)
        } else {
            good.read.clone()
        };
        good.scenario = Scenario {
            text: made,
            ..session.settings().clone()
        };
    }

    /// What commands led to since the last call, in order.
    pub fn take_done(&self) -> Vec<(u64, Done)> {
        self.done.take()
    }

    /// Has `reading` called with each text before it is read, and with none once it is.
    pub fn on_reading(&self, reading: OnReading) {
        self.reading.replace(Some(reading));
    }

    fn note_reading(&self, text: Option<&str>) {
        let reading = self.reading.borrow().clone();
        if let Some(reading) = reading {
            reading(text);
        }
    }

    /// The text that a command has read, unless it only restores what was read before.
    fn own_text<'c>(&self, command: &'c Command) -> Option<&'c str> {
        let again = self.good.borrow().opened_by;
        let restores = again.is_some_and(|first| (first..=first + 1).contains(&command.number));
        match &command.task {
            Task::Text(text) if !restores => Some(text),
            Task::Open(scenario) if !restores => Some(&scenario.text),
            _ => None,
        }
    }

    /// Connects the app: `heard` is called when an update came.
    pub fn on_heard(&self, heard: Rc<dyn Fn()>) {
        self.heard.replace(Some(heard));
    }

    /// Sends the questions that came up.
    pub fn ask(&self) {
        let questions = self.session.borrow().take_questions();
        if !questions.is_empty() {
            self.send(Task::Ask(questions));
        }
    }

    /// Opens a scenario; what is shown is the one before until the reader has opened it.
    pub fn open(&self, scenario: Scenario) -> u64 {
        self.session.borrow_mut().open(scenario.clone());
        self.send(Task::Open(scenario))
    }

    /// The text was edited.
    pub fn set_text(&self, text: String) -> u64 {
        self.session.borrow_mut().set_text(text.clone());
        self.send(Task::Text(text))
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

    /// Has playing stop once it comes to that moment.
    pub fn pause_at(&self, moment: Option<Micros>) {
        self.pause_at.set(moment);
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
        // Not beyond what is known.
        let known = self.session.borrow().brought().max(self.at());
        let next = (self.at() + Micros(micros)).min(known);
        match self.pause_at.get().filter(|moment| next >= *moment) {
            None => self.seek(next),
            Some(moment) => {
                self.pause_at.set(None);
                self.playing.set(false);
                self.seek(moment.max(self.at()));
            }
        }
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
        let until = self.at() + LOOKAHEAD;
        self.bring(until);
        self.session.borrow_mut().run(until);
    }

    /// Has the reader tell what time brings, before the playhead can come there.
    fn bring(&self, until: Micros) {
        let faster = u64::from(self.speed().max(100) / 100);
        let wanted = until + Micros(faster * LOOKAHEAD.0);
        let session = self.session.borrow();
        if !session.is_ready() || session.brought() >= wanted {
            return;
        }
        drop(session);
        let brings = |command: &Command| matches!(command.task, Task::Bring(far) if far >= wanted);
        if !self.sent.borrow().iter().any(brings) && !self.queue.borrow().iter().any(brings) {
            self.send(Task::Bring(until + Micros(faster * AHEAD.0)));
        }
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

    fn live() -> Rc<Live> {
        let live = Live::here();
        live.open(Scenario::default());
        live
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
        let live = Live::here();
        live.open(crate::scenarios::ALL[0].scenario());
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
