//! The page in a frame: what its reader may do, and what the page around asks for.

use super::*;
use crate::messages::HostCommand;
use crate::scenarios;
use playground::{Micros, share};

fn framed(query: &str) -> (AppState, Rc<Live>) {
    let (frame, unknown) = Frame::read(query);
    assert_eq!(unknown, Vec::<String>::new());
    let live = Live::here();
    let opening = Opening {
        embed: true,
        frame,
        can_store: true,
        ..Opening::default()
    };
    let state = AppState::open(opening, &live);
    (state, live)
}

fn obey(state: &mut AppState, live: &Live, command: HostCommand) {
    update(state, live, Action::Host(command));
}

#[test]
fn the_address_says_whether_it_plays_and_how_fast() {
    let (_, live) = framed("?embed&autoplay=0&speed=2");
    assert_eq!((live.playing(), live.speed()), (false, 200));
    let (_, live) = framed("?embed");
    assert_eq!((live.playing(), live.speed()), (true, 100));
}

#[test]
fn who_may_only_read_changes_nothing_but_the_page_around_does() {
    let (mut state, live) = framed("?embed&readonly");
    let text = || live.session.borrow().text().to_owned();
    let before = text();
    update(&mut state, &live, Action::Edit("kind: Pod\n".to_owned()));
    update(
        &mut state,
        &live,
        Action::Delete(ObjectKey::new("default", "back-end-1")),
    );
    update(
        &mut state,
        &live,
        Action::Run("kubectl delete pod back-end-1".to_owned()),
    );
    assert_eq!(text(), before);
    assert!(live.session.borrow().acts().is_empty());
    update(&mut state, &live, Action::TogglePlay);
    assert!(!live.playing(), "what changes nothing works");
    obey(
        &mut state,
        &live,
        HostCommand::Run("kubectl delete pod back-end-1".to_owned()),
    );
    assert_eq!(live.session.borrow().acts().len(), 1);
}

#[test]
fn the_page_around_loads_plays_and_seeks() {
    let (mut state, live) = framed("?embed&autoplay=0");
    obey(
        &mut state,
        &live,
        HostCommand::LoadText(scenarios::ALL[1].text.to_owned()),
    );
    assert_eq!(live.session.borrow().text(), scenarios::ALL[1].text);
    assert!(!live.playing(), "the address still says so");
    obey(&mut state, &live, HostCommand::Play);
    assert!(live.playing());
    obey(&mut state, &live, HostCommand::Seek(Micros::from_seconds(3)));
    assert_eq!(live.at(), Micros::from_seconds(3));
    let link = share::encode(&scenarios::ALL[0].scenario());
    obey(&mut state, &live, HostCommand::LoadLink(link));
    assert_eq!(live.session.borrow().text(), scenarios::ALL[0].text);
    obey(&mut state, &live, HostCommand::LoadLink("v1.d.AAAA".to_owned()));
    assert!(state.toast.as_ref().is_some_and(|toast| toast.bad));
    assert_eq!(live.session.borrow().text(), scenarios::ALL[0].text, "nothing is lost");
}

#[test]
fn the_theme_is_that_of_the_page_around_until_it_says_auto() {
    let (mut state, live) = framed("?embed");
    obey(&mut state, &live, HostCommand::Theme(Some(Theme::Dark)));
    update(&mut state, &live, Action::SystemTheme(Theme::Light));
    assert_eq!(state.theme, Theme::Dark);
    obey(&mut state, &live, HostCommand::Theme(None));
    assert_eq!(state.theme, Theme::Light);
    update(&mut state, &live, Action::SystemTheme(Theme::Dark));
    assert_eq!(state.theme, Theme::Dark);
}

#[test]
fn paper_is_light_whatever_the_theme() {
    let (mut state, live) = framed("?embed");
    obey(&mut state, &live, HostCommand::Theme(Some(Theme::Dark)));
    let effects = update(&mut state, &live, Action::Print(true));
    assert!(effects.contains(&Effect::ShowTheme(Theme::Light)));
    assert_eq!((state.shown_theme(), state.theme), (Theme::Light, Theme::Dark));
    let effects = update(&mut state, &live, Action::Host(HostCommand::Theme(Some(Theme::Dark))));
    assert!(
        !effects.contains(&Effect::ShowTheme(Theme::Dark)),
        "not while it is printed"
    );
    let effects = update(&mut state, &live, Action::Print(false));
    assert!(effects.contains(&Effect::ShowTheme(Theme::Dark)));
}

#[test]
fn a_frame_that_may_open_no_window_gives_its_link() {
    let (mut state, live) = framed("?embed");
    let effects = update(&mut state, &live, Action::NoWayOut);
    assert!(state.frame.is_closed);
    assert!(matches!(effects.as_slice(), [Effect::CopyLink(_)]));
}
