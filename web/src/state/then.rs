//! Goes on once the reader has done what an action asked for.

use super::awaited::Then;
use super::changed::changed;
use super::unread::tell_lost;
use super::{AppState, Effect, acts, exercise, terminal};
use crate::live::Live;
use playground::Micros;
use playground::seam::Done;

/// Goes on with what the reader has done by now.
pub(super) fn go_on(state: &mut AppState, live: &Live) -> Vec<Effect> {
    for (command, loss) in live.take_lost() {
        tell_lost(state, live, command, &loss);
    }
    let mut effects = Vec::new();
    for (number, done) in live.take_done() {
        if let Some(then) = state.awaited.0.remove(&number) {
            effects.extend(follow(state, live, then, done));
        }
    }
    effects
}

fn follow(state: &mut AppState, live: &Live, then: Then, done: Done) -> Vec<Effect> {
    match (then, done) {
        (Then::Open { paused }, Done::Opened { notices, said }) => {
            state.opened(live, &notices, &said, paused);
            Vec::new()
        }
        (Then::Step { number, is_new }, Done::Opened { notices, said }) => {
            state.opened(live, &notices, &said, true);
            exercise::stepped(state, live, number, is_new)
        }
        (Then::Judge, Done::Judged(judged)) => exercise::judged(state, live, judged),
        (Then::Act { words, command, at }, Done::Printed { output, plain, act, .. }) => {
            acts::tell(state, &words, (at, command), (*output, plain), act);
            changed(state, live)
        }
        (Then::Turn { words, command, done }, Done::Kept(kept)) => {
            let at = Micros(done.at);
            acts::tell(state, &words, (at, command), Default::default(), kept.then_some(done));
            changed(state, live)
        }
        (Then::Undo, Done::Undone(Some(done))) | (Then::TakeBack(done), Done::Kept(true)) => {
            acts::tell_undone(state, live, &done.act)
        }
        (Then::Print { command, at }, Done::Printed { output, plain, act, .. }) => {
            terminal::print(state, live, (at, command), (*output, plain), act)
        }
        (Then::Clear, _) => terminal::clear(state),
        (
            Then::PrintOn { entry },
            Done::Printed {
                output, plain, changed, ..
            },
        ) => terminal::print_on(state, live, entry, (*output, plain), changed),
        (Then::Save(editing), Done::Printed { output, plain, act, .. }) => {
            terminal::saved(state, live, &editing, (*output, plain), act)
        }
        (Then::StopForwarding(line), Done::Kept(stopped)) => terminal::stopped(state, live, line, stopped),
        (Then::Complete(line), Done::Completed(completion)) => {
            state.terminal.offer(line, completion);
            Vec::new()
        }
        (Then::Change, _) => changed(state, live),
        _ => Vec::new(),
    }
}
