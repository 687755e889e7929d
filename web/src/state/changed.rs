//! What follows from every change of the session.

use super::{AppState, Effect};
use crate::live::Live;

/// Repaints and saves the session. An opened link becomes the learner's own draft with the first change.
pub(super) fn changed(state: &mut AppState, live: &Live) -> Vec<Effect> {
    live.touch();
    let was_link = std::mem::replace(&mut state.untouched, false);
    let mut effects = vec![Effect::SaveDraft];
    if was_link {
        effects.push(Effect::ClearFragment);
    }
    effects
}
