//! What every change of the session leads to.

use super::{AppState, Effect};
use crate::live::Live;

/// Tells everybody who watches the session, and saves it; a link that was opened is the learner's own work from now on.
pub(super) fn changed(state: &mut AppState, live: &Live) -> Vec<Effect> {
    live.touch();
    let was_link = std::mem::replace(&mut state.untouched, false);
    let earlier = state.earlier.clone().filter(|_| was_link).map(Effect::KeepEarlier);
    let mut effects = vec![Effect::KeepDraft];
    effects.extend(earlier);
    if was_link {
        effects.push(Effect::ClearFragment);
    }
    effects
}
