//! What the page shows: panes, selection, borders, theme, overlays, copied links.

use super::{AppState, Comparison, Divider, Effect, Overlay, Pane};
use crate::compare::variants;
use crate::live::Live;
use crate::say::{self, Language};
use crate::selection::Selection;
use crate::theme::Theme;
use playground::{Beside, Micros, ObjectKey, share};
use std::rc::Rc;

pub(super) fn show(state: &mut AppState, pane: Pane) -> Vec<Effect> {
    state.show(pane);
    Vec::new()
}

pub(super) fn describe(state: &mut AppState, key: ObjectKey) -> Vec<Effect> {
    state.service = Some(key);
    Vec::new()
}

pub(super) fn select(state: &mut AppState, live: &Live, selection: Option<Selection>) -> Vec<Effect> {
    if let Some(Selection::Request(number)) = &selection {
        let session = live.session.borrow();
        // Its rules and its slices are those of the Service it is for.
        let asked = session.request(*number).filter(|request| request.sent <= live.at());
        state.service = asked
            .map(|request| request.target.service.clone())
            .or(state.service.take());
    }
    if let Some(Selection::Service(key)) = &selection {
        state.service = Some(key.clone());
        if !state.narrow {
            state.show(Pane::Describe);
        }
    }
    state.selection = selection;
    Vec::new()
}

pub(super) fn point(state: &mut AppState, at: Option<Selection>) -> Vec<Effect> {
    state.pointed = at;
    Vec::new()
}

/// Looks at the object of the document at the cursor, if it is a Service or a pod.
pub(super) fn cursor(state: &mut AppState, at: Option<usize>) -> Vec<Effect> {
    state.cursor_at = at;
    Vec::new()
}

/// Finds the object at the cursor, as soon as the reader tells.
pub(super) fn look_at_cursor(state: &mut AppState, live: &Live) {
    let Some(at) = state.cursor_at else {
        state.cursor = None;
        return;
    };
    if let Some(found) = live.session.borrow().object_at(at) {
        state.cursor = found.and_then(|(kind, key)| match kind.as_str() {
            "Service" => Some(Selection::Service(key)),
            "Pod" => Some(Selection::Pod(key)),
            _ => None,
        });
    }
}

pub(super) fn zoomed(state: &mut AppState, percent: u32) -> Vec<Effect> {
    state.zoom = percent;
    Vec::new()
}

pub(super) fn divide(state: &mut AppState, divider: Divider, percent: f64) -> Vec<Effect> {
    state.layout.set(divider, percent);
    vec![Effect::SaveLayout(state.layout)]
}

pub(super) fn toggle_theme(state: &mut AppState) -> Vec<Effect> {
    state.theme = state.theme.other();
    state.theme_chosen = true;
    vec![Effect::ShowTheme(state.shown_theme()), Effect::SaveTheme(state.theme)]
}

/// The reader chose a language.
pub(super) fn speaks(state: &mut AppState, language: Language, speaks: bool) -> Vec<Effect> {
    if !speaks {
        state.complain(say::language_missing(&language.name()));
        return Vec::new();
    }
    state.language = language;
    vec![Effect::SaveLanguage(language)]
}

pub(super) fn system_theme(state: &mut AppState, theme: Theme) -> Vec<Effect> {
    state.system_theme = theme;
    if state.theme_chosen {
        return Vec::new();
    }
    state.theme = theme;
    vec![Effect::ShowTheme(state.shown_theme())]
}

/// The theme of the page around, or the system's.
pub(super) fn host_theme(state: &mut AppState, theme: Option<Theme>) -> Vec<Effect> {
    state.theme_chosen = theme.is_some();
    state.theme = theme.unwrap_or(state.system_theme);
    vec![Effect::ShowTheme(state.shown_theme())]
}

/// Paper is light, whatever the theme.
pub(super) fn print(state: &mut AppState, prints: bool) -> Vec<Effect> {
    state.prints = prints;
    vec![Effect::ShowTheme(state.shown_theme())]
}

/// The way out of a frame that may not open a window is the link.
pub(super) fn no_way_out(state: &mut AppState, live: &Live) -> Vec<Effect> {
    state.frame.is_closed = true;
    copy_link(state, live)
}

pub(super) fn reduced(state: &mut AppState, reduced: bool) -> Vec<Effect> {
    state.reduced = reduced;
    Vec::new()
}

pub(super) fn narrow(state: &mut AppState, narrow: bool) -> Vec<Effect> {
    state.narrow = narrow;
    Vec::new()
}

pub(super) fn open(state: &mut AppState, overlay: Overlay) -> Vec<Effect> {
    state.overlay = if state.overlay.as_ref() == Some(&overlay) {
        None
    } else {
        Some(overlay)
    };
    Vec::new()
}

/// Both begin at the beginning, and play.
pub(super) fn compare(state: &mut AppState, live: &Live, place: usize) -> Vec<Effect> {
    let known = match &state.overlay {
        Some(Overlay::Compare(comparison)) => Some(comparison.variants.clone()),
        _ => None,
    };
    let variants = known.unwrap_or_else(|| {
        let now = state.scenario(live);
        let session = live.session.borrow();
        let taught = session.lesson().map(|lesson| &**lesson);
        Rc::new(variants(
            &now,
            session.world(live.at()),
            taught,
            state.opened.as_deref(),
            state.earlier.as_deref(),
        ))
    });
    if place < variants.len() {
        state.overlay = Some(Overlay::Compare(Comparison {
            variants,
            chosen: place,
        }));
        live.seek(Micros::ZERO);
        live.set_playing(true);
    }
    Vec::new()
}

/// Opens the comparison that a link or a scenario document asks for, if there is such a one here.
pub(super) fn compare_with(state: &mut AppState, live: &Live, wanted: Beside) {
    compare(state, live, 0);
    if let Some(Overlay::Compare(comparison)) = &mut state.overlay {
        match comparison.variants.iter().position(|it| it.beside == Some(wanted)) {
            Some(place) => comparison.chosen = place,
            None => state.overlay = None,
        }
    }
}

pub(super) fn offer_next(state: &mut AppState, offers: bool) -> Vec<Effect> {
    state.offers_next = offers;
    state.overlay = None;
    vec![Effect::SaveOffersNext(offers)]
}

pub(super) fn open_embed(state: &mut AppState, live: &Live) -> Vec<Effect> {
    state.overlay = Some(Overlay::Embed(share::encode(&state.scenario(live))));
    Vec::new()
}

pub(super) fn close(state: &mut AppState) -> Vec<Effect> {
    if state.overlay.take().is_none() {
        state.selection = None;
    }
    Vec::new()
}

pub(super) fn copy_link(state: &AppState, live: &Live) -> Vec<Effect> {
    vec![Effect::CopyLink(share::encode(&state.scenario(live)))]
}

/// If copying failed, the link is shown, to be copied by hand.
pub(super) fn link_copied(state: &mut AppState, fragment: String, worked: bool) -> Vec<Effect> {
    if worked {
        state.say(say::link_copied(&(fragment.len() + 1)));
    } else {
        state.overlay = Some(Overlay::Link(fragment));
    }
    Vec::new()
}

pub(super) fn snippet_copied(state: &mut AppState, worked: bool) -> Vec<Effect> {
    if worked {
        state.say(say::snippet_copied().to_owned());
    } else {
        state.complain(say::snippet_uncopied().to_owned());
    }
    Vec::new()
}

pub(super) fn text_copied(state: &mut AppState, worked: bool) -> Vec<Effect> {
    if worked {
        state.say(say::copied().to_owned());
    } else {
        state.complain(say::text_uncopied().to_owned());
    }
    Vec::new()
}

pub(super) fn dismiss_toast(state: &mut AppState) -> Vec<Effect> {
    state.toast = None;
    Vec::new()
}
