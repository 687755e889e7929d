//! What the page around a frame asks for, and what its reader may not do where it is only to be read.

use super::link::link;
use super::{Action, AppState, Effect, LessonAction, page, playback, terminal};
use crate::live::Live;
use crate::messages::HostCommand;
use crate::say;
use crate::scenarios;
use playground::{Scenario, lesson, limits};

/// Carries out a command of the page around.
pub(super) fn obey(state: &mut AppState, live: &Live, command: HostCommand) -> Vec<Effect> {
    match command {
        HostCommand::LoadText(text) => load_text(state, live, text),
        HostCommand::LoadLink(fragment) => load_link(state, live, &fragment),
        HostCommand::Play => play(live, true),
        HostCommand::Pause => play(live, false),
        HostCommand::Seek(at) => playback::seek(live, at),
        HostCommand::Run(line) => terminal::run(state, live, &line),
        HostCommand::Theme(theme) => page::host_theme(state, theme),
    }
}

fn load_text(state: &mut AppState, live: &Live, text: String) -> Vec<Effect> {
    if text.len() > limits::TEXT_BYTES {
        state.complain(say::host_text_long().to_owned());
        return Vec::new();
    }
    // A scenario document says its seed itself.
    let seed = lesson::of_text(&text).map_or(scenarios::SEED, |_| 0);
    let scenario = Scenario {
        text,
        seed,
        ..Scenario::default()
    };
    state.toast = None;
    state.load(live, scenario);
    Vec::new()
}

fn load_link(state: &mut AppState, live: &Live, fragment: &str) -> Vec<Effect> {
    match link(fragment) {
        Some(Ok(scenario)) => {
            state.toast = None;
            state.load(live, scenario);
        }
        Some(Err(error)) => state.complain(say::link_unopened(&say::translated(&error.to_string()))),
        None => state.complain(say::link_strange().to_owned()),
    }
    Vec::new()
}

fn play(live: &Live, playing: bool) -> Vec<Effect> {
    live.set_playing(playing);
    Vec::new()
}

/// Whether an action changes the text or the cluster.
pub(super) fn changes(action: &Action) -> bool {
    matches!(
        action,
        Action::Edit(_)
            | Action::ApplyFix(_)
            | Action::Choose(_)
            | Action::Earlier
            | Action::OpenTexts
            | Action::Restore(_)
            | Action::Restored(_)
            | Action::Drop(_)
            | Action::Reseed
            | Action::Delete(_)
            | Action::SetReady(..)
            | Action::SendFrom(_)
            | Action::Send(..)
            | Action::Ask(..)
            | Action::Slow(_)
            | Action::Label(..)
            | Action::Scale(..)
            | Action::Map(..)
            | Action::Nodes(_)
            | Action::Proxy(_)
            | Action::NetworkPolicies(_)
            | Action::IpFamilies(_)
            | Action::KubectlVersion(_)
            | Action::OpenGallery(_)
            | Action::Lesson(LessonAction::Solve | LessonAction::Unsolve | LessonAction::Next)
            | Action::UndoAct
            | Action::TakeBack(_)
            | Action::Run(_)
            | Action::SaveObject(_)
            | Action::SetTraffic(_)
    )
}
