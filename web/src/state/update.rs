//! From each action to the function that carries it out.

use super::then::go_on;
use super::{
    Action, AppState, Copying, Effect, Overlay, Pane, acts, exercise, first_story, hosted, page, playback, shown,
    terminal, text, unread,
};
use crate::live::Live;
use playground::Micros;

/// Changes the state and, through `live`, the session and the playhead; returns what is left to do outside.
pub fn update(state: &mut AppState, live: &Live, action: Action) -> Vec<Effect> {
    if state.frame.readonly && hosted::changes(&action) {
        return Vec::new();
    }
    if first_story::yields_to(state, live, &action) {
        return Vec::new();
    }
    let mut effects = change(state, live, action);
    effects.extend(go_on(state, live));
    terminal::wait(state, live);
    effects.extend(go_on(state, live));
    effects.extend(first_story::begin(state, live));
    page::look_at_cursor(state, live);
    if state.narrow_open == Pane::Lesson {
        shown::settle(state, live);
    }
    effects
}

fn change(state: &mut AppState, live: &Live, action: Action) -> Vec<Effect> {
    match action {
        Action::Edit(text) => text::edit(state, live, text),
        Action::ReadAgain => unread::read_again(state, live),
        Action::StopReading => unread::stop(live),
        Action::ApplyFix(fix) => text::fix(state, live, &fix),
        Action::Reveal(place) => text::reveal(state, place),
        Action::Choose(lesson) => text::choose(state, live, lesson),
        Action::OpenGallery(name) => text::open_gallery(state, live, name),
        Action::Lesson(action) => exercise::act(state, live, action),
        Action::FirstStory(action) => first_story::act(state, live, action),
        Action::Earlier => text::earlier(state, live),
        Action::OpenTexts => vec![Effect::ListTexts],
        Action::Texts(texts) => page::open(state, Overlay::Texts(texts)),
        Action::Restore(id) => text::restore(state, live, id),
        Action::Restored(scenario) => text::restored(state, live, scenario.map(|it| *it)),
        Action::Saved(saving) => text::saved(state, saving),
        Action::Drop(dropped) => text::drop(state, live, dropped),
        Action::OpenLink(fragment) => text::open_link(state, live, &fragment),
        Action::Reseed => text::reseed(state, live),

        Action::TogglePlay => playback::toggle(live),
        Action::Step => playback::step(live),
        Action::StepBack => playback::step_back(live),
        Action::Turn(onward) => exercise::turn(state, live, onward),
        Action::Seek(at) => playback::seek(live, at),
        Action::ScrubStart => playback::scrub_start(state, live),
        Action::ScrubEnd => playback::scrub_end(state, live),
        Action::Speed(percent) => playback::speed(live, percent),
        Action::NextMark => playback::next_mark(live),
        Action::PreviousMark => playback::previous_mark(live),
        Action::Start => playback::seek(live, Micros::ZERO),
        Action::End => playback::seek(live, live.reached()),
        // The app looks anew after every action, and keeps the draft itself.
        Action::Moved | Action::Heard | Action::SaveDraft | Action::Leaving => Vec::new(),

        Action::Show(pane) => page::show(state, pane),
        Action::Describe(key) => page::describe(state, key),
        Action::Select(selection) => page::select(state, live, selection),
        Action::Point(at) => page::point(state, at),
        Action::Cursor(at) => page::cursor(state, at),

        Action::Delete(key) => acts::delete(state, live, &key),
        Action::SetReady(key, ready) => acts::set_ready(state, live, key, ready),
        Action::SendFrom(client) => acts::send_from(state, live, &client),
        Action::Send(client, count) => acts::send(state, live, &client, count),
        Action::Ask(client, service, port) => acts::ask(state, live, &client, &service, port),
        Action::SendAtOnce(flow, count) => acts::send_at_once(state, live, flow, count),
        Action::Slow(key) => acts::slow(state, live, &key),
        Action::Label(pod, key, written) => acts::label(state, live, &pod, key.as_deref(), &written),
        Action::Scale(workload, replicas) => acts::scale(state, live, &workload, replicas),
        Action::Map(selection, action) => acts::map_action(state, live, selection, action),
        Action::Nodes(nodes) => acts::nodes(state, live, nodes),
        Action::Proxy(proxy) => acts::proxy(state, live, proxy),
        Action::NetworkPolicies(policies) => acts::network_policies(state, live, policies),
        Action::IpFamilies(families) => acts::ip_families(state, live, families),
        Action::KubectlVersion(version) => acts::kubectl_version(state, live, version),
        Action::UndoAct => acts::undo(state, live),
        Action::TakeBack(act) => acts::take_back(state, live, &act),
        Action::Run(text) => terminal::run(state, live, &text),
        Action::Complete(line) => terminal::complete(state, live, line),
        Action::SaveObject(text) => terminal::save_object(state, live, text),
        Action::CancelObject => terminal::cancel_object(state),
        Action::Abandon(text) => terminal::abandon(state, live, text),
        Action::ClearTerminal => terminal::clear(state),
        Action::SetTraffic(traffic) => acts::set_traffic(state, live, traffic),

        Action::Zoom(zoom) => vec![Effect::Zoom(zoom)],
        Action::Zoomed(percent) => page::zoomed(state, percent),
        Action::Divide(divider, percent) => page::divide(state, divider, percent),
        Action::ToggleTheme => page::toggle_theme(state),
        Action::Language(language) => vec![Effect::Speak(language)],
        Action::Speaks(language, speaks) => page::speaks(state, language, speaks),
        Action::SystemTheme(theme) => page::system_theme(state, theme),
        Action::Print(prints) => page::print(state, prints),
        Action::Reduced(reduced) => page::reduced(state, reduced),
        Action::Narrow(narrow) => page::narrow(state, narrow),
        Action::Open(overlay) => page::open(state, overlay),
        Action::Compare(place) => page::compare(state, live, place),
        Action::OpenEmbed => page::open_embed(state, live),
        Action::OfferNext(offers) => page::offer_next(state, offers),
        Action::Close => page::close(state),
        Action::CopyLink => page::copy_link(state, live),
        Action::CopySnippet(snippet) => vec![Effect::CopySnippet(snippet)],
        Action::CopyText(text) => vec![Effect::CopyText(text)],
        Action::Copied(Copying::Link(fragment), worked) => page::link_copied(state, fragment, worked),
        Action::Copied(Copying::Snippet, worked) => page::snippet_copied(state, worked),
        Action::Copied(Copying::Text, worked) => page::text_copied(state, worked),
        Action::DismissToast => page::dismiss_toast(state),
        Action::Host(command) => hosted::obey(state, live, command),
        Action::NoWayOut => page::no_way_out(state, live),
    }
}
