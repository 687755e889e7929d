//! Actions that move the playhead.

use super::{AppState, Effect};
use crate::live::Live;
use playground::Micros;

/// The length of a step if no next event is known.
const EMPTY_STEP: Micros = Micros::from_millis(500);

pub(super) fn toggle(live: &Live) -> Vec<Effect> {
    live.set_playing(!live.playing());
    Vec::new()
}

pub(super) fn step(live: &Live) -> Vec<Effect> {
    live.set_playing(false);
    live.seek(live.next_event().unwrap_or_else(|| live.at() + EMPTY_STEP));
    Vec::new()
}

pub(super) fn step_back(live: &Live) -> Vec<Effect> {
    live.set_playing(false);
    live.seek(live.previous_event());
    Vec::new()
}

pub(super) fn next_mark(live: &Live) -> Vec<Effect> {
    live.set_playing(false);
    let next = live
        .marks_until(live.reached())
        .into_iter()
        .find(|mark| *mark > live.at());
    live.seek(next.unwrap_or_else(|| live.reached().max(live.at())));
    Vec::new()
}

pub(super) fn previous_mark(live: &Live) -> Vec<Effect> {
    live.set_playing(false);
    let before = live
        .marks_until(live.at())
        .into_iter()
        .rev()
        .find(|mark| *mark < live.at());
    live.seek(before.unwrap_or(Micros::ZERO));
    Vec::new()
}

pub(super) fn seek(live: &Live, at: Micros) -> Vec<Effect> {
    live.seek(at);
    Vec::new()
}

pub(super) fn scrub_start(state: &mut AppState, live: &Live) -> Vec<Effect> {
    state.resume = live.playing();
    live.set_playing(false);
    Vec::new()
}

pub(super) fn scrub_end(state: &mut AppState, live: &Live) -> Vec<Effect> {
    live.set_playing(std::mem::take(&mut state.resume) || live.playing());
    Vec::new()
}

pub(super) fn speed(live: &Live, percent: u32) -> Vec<Effect> {
    live.set_speed(percent);
    Vec::new()
}
