//! What the page waits for before its first story.

use crate::host::{self, EventListener, Timeout};
use crate::state::{Action, AppState, FirstStoryAction};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use yew::Callback;

/// The story begins so long after the page, so that the map is seen first, in milliseconds.
const FIRST_LOOK_MS: i32 = 700;
/// So long it waits for the part of the program that tells it, in milliseconds.
const PATIENCE_MS: i32 = 2_500;

/// What the page waits for before the story: the rest of the program, and a moment of time.
pub(super) struct Awaiting {
    _program: Option<EventListener>,
    _timer: Rc<RefCell<Option<Timeout>>>,
}

impl Awaiting {
    /// Begins the story once all of the program is there, unless that takes too long.
    pub(super) fn new(has_all: &Rc<Cell<bool>>, state: &AppState, dispatch: &Callback<Action>) -> Self {
        let waits = !state.first_story.is_off();
        let timer = Rc::new(RefCell::new(None));
        let then = |after: i32, action: Action| {
            let dispatch = dispatch.clone();
            Timeout::new(after, move || dispatch.emit(action))
        };
        if waits {
            timer.replace(then(PATIENCE_MS, Action::FirstStory(FirstStoryAction::GiveUp)));
        }
        let (cell, known, dispatch) = (timer.clone(), has_all.clone(), dispatch.clone());
        let begin = move || {
            known.set(true);
            if !waits {
                return dispatch.emit(Action::Moved);
            }
            let wait = FIRST_LOOK_MS.saturating_sub(milliseconds(host::now())).max(0);
            let dispatch = dispatch.clone();
            let tell = move || dispatch.emit(Action::FirstStory(FirstStoryAction::Begin));
            cell.replace(Timeout::new(wait, tell));
        };
        let program = if host::has_all() {
            host::soon(begin);
            None
        } else {
            host::when_all(move |_| begin())
        };
        Self {
            _program: program,
            _timer: timer,
        }
    }
}

/// Less than a day.
#[allow(clippy::cast_possible_truncation)]
fn milliseconds(time: f64) -> i32 {
    time.clamp(0.0, 86_400_000.0) as i32
}
