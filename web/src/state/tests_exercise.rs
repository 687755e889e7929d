//! A learner works through scenario documents.

#![allow(clippy::expect_used, reason = "a test says what it expects")]

use super::*;
use crate::gallery;
use playground::{Micros, Severity};

fn page(fragment: &str) -> (AppState, Rc<Live>) {
    let live = Live::here();
    let opening = Opening {
        fragment: fragment.to_owned(),
        can_store: true,
        ..Opening::default()
    };
    (AppState::open(opening, &live), live)
}

fn act(state: &mut AppState, live: &Live, action: LessonAction) -> Vec<Effect> {
    update(state, live, Action::Lesson(action))
}

fn text(live: &Live) -> String {
    live.session.borrow().text().to_owned()
}

fn passes(state: &AppState) -> bool {
    let judged = state.exercise.judged.as_ref();
    judged.is_some_and(|(_, judged)| judged.iter().all(playground::Judgement::passes))
}

#[test]
fn an_exercise_is_solved_by_an_edit_and_kept_as_solved() {
    let (mut state, live) = page("");
    let effects = update(&mut state, &live, Action::OpenGallery("wrong-target-port"));
    assert!(effects.contains(&Effect::ShowFragment("s/wrong-target-port".to_owned())));
    assert_eq!(state.exercise.name, Some("wrong-target-port"));
    let at = live.at();
    act(&mut state, &live, LessonAction::Check);
    assert!(!passes(&state) && !state.exercise.solved);
    let judged = state
        .exercise
        .judged
        .as_ref()
        .map(|(_, judged)| judged[0].plain.clone());
    assert_eq!(
        judged,
        Some(vec![
            "Requests from `client` to `api:80`: refused.".to_owned(),
            "No answer comes from `api-1`, `api-2`.".to_owned()
        ])
    );
    let fixed = text(&live).replace("\n      targetPort: 8080", "\n      targetPort: 5678");
    update(&mut state, &live, Action::Edit(fixed));
    let effects = act(&mut state, &live, LessonAction::Check);
    assert!(passes(&state) && state.exercise.solved);
    assert_eq!(live.at(), at, "judging moves nothing");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::SaveSolved(_))));
    assert!(state.solved.contains("wrong-target-port"));
    act(&mut state, &live, LessonAction::Next);
    let next = gallery::after("wrong-target-port").map(|entry| entry.name);
    assert_eq!(state.exercise.name, next);
    assert!(!state.exercise.solved);
}

#[test]
fn an_exercise_is_solved_by_a_command() {
    let (mut state, live) = page("#s/wrong-target-port");
    let patch = r#"kubectl patch service api --type=json -p='[{"op":"replace","path":"/spec/ports/0/targetPort","value":5678}]'"#;
    update(&mut state, &live, Action::Run(patch.to_owned()));
    act(&mut state, &live, LessonAction::Check);
    assert!(state.exercise.solved);
}

#[test]
fn the_solution_comes_after_the_hints_and_can_be_taken_back() {
    let (mut state, live) = page("#s/wrong-target-port");
    let lesson = state.lesson(&live).expect("a scenario document");
    let before = text(&live);
    assert!(state.holds_back(&lesson));
    for _ in &lesson.hints {
        act(&mut state, &live, LessonAction::Hint);
    }
    assert!(!state.holds_back(&lesson));
    let advice = live
        .session
        .borrow()
        .diagnostics()
        .iter()
        .any(|it| it.severity == Severity::Advice);
    assert!(advice, "there is advice to hold back");
    act(&mut state, &live, LessonAction::Solve);
    assert!(text(&live).contains("targetPort: 5678"));
    act(&mut state, &live, LessonAction::Unsolve);
    assert_eq!(text(&live), before);
}

#[test]
fn a_prediction_is_answered_once_and_shown_on_the_map() {
    let (mut state, live) = page("#s/refused-or-timeout");
    let count = state.lesson(&live).map_or(0, |lesson| lesson.predictions.len());
    for place in 0..count {
        act(&mut state, &live, LessonAction::Question(place));
        act(&mut state, &live, LessonAction::Answer(0));
    }
    assert_eq!(live.session.borrow().acts().len(), count);
    assert!(!state.terminal.entries.is_empty());
    assert!(state.exercise.solved, "all are answered");
}

#[test]
fn steps_play_for_their_span_and_links_lead_to_them() {
    let (mut state, live) = page("#s/rolling-update-drops-requests");
    let effects = act(&mut state, &live, LessonAction::Step(1));
    assert!(effects.contains(&Effect::ShowFragment("s/rolling-update-drops-requests/1".to_owned())));
    let lesson = state.lesson(&live).expect("a scenario document");
    let end = lesson.played(1).expect("a first step");
    assert!(live.playing());
    for _ in 0..2_000 {
        live.tick(100.0);
    }
    assert!(!live.playing());
    assert_eq!(live.at(), end);
    act(&mut state, &live, LessonAction::Step(2));
    assert_eq!(live.session.borrow().step(), 2);
    update(
        &mut state,
        &live,
        Action::OpenLink("#s/rolling-update-drops-requests/1".to_owned()),
    );
    assert_eq!(live.session.borrow().step(), 1);
    let (state, live) = page("#s/rolling-update-drops-requests/2");
    assert_eq!(live.session.borrow().step(), 2);
    assert_eq!(state.scenario(&live).view.step, 2);
    assert!(live.at() > Micros::ZERO);
}

#[test]
fn a_narrow_page_opens_with_the_lesson_and_goes_on_without_one() {
    let live = Live::here();
    let opening = Opening {
        narrow: true,
        fragment: "#s/wrong-target-port".to_owned(),
        ..Opening::default()
    };
    let mut state = AppState::open(opening, &live);
    assert_eq!(state.narrow_open, Pane::Lesson);
    update(&mut state, &live, Action::Edit("apiVersion: v1\n".to_owned()));
    assert_eq!(state.narrow_open, Pane::Yaml);
}

#[test]
fn an_untouched_scenario_of_the_gallery_is_no_work_of_ones_own() {
    let (mut state, live) = page("");
    update(&mut state, &live, Action::OpenGallery("round-robin"));
    update(&mut state, &live, Action::OpenGallery("keep-alive"));
    assert_eq!(state.earlier, None);
}

#[test]
fn the_version_of_kubectl_is_a_setting() {
    let (mut state, live) = page("");
    update(&mut state, &live, Action::KubectlVersion("1.30".to_owned()));
    assert_eq!(live.session.borrow().kubectl_version(), "1.30");
    assert_eq!(state.scenario(&live).kubectl.as_deref(), Some("1.30"));
}

/// What the comparison that is open shows beside.
fn beside(state: &AppState) -> Option<&str> {
    match &state.overlay {
        Some(Overlay::Compare(it)) => Some(it.variants.get(it.chosen)?.label.as_str()),
        _ => None,
    }
}

#[test]
fn a_link_opens_the_comparison_it_was_copied_from() {
    let (mut state, live) = page("#s/wrong-target-port");
    update(&mut state, &live, Action::Compare(0));
    assert_eq!(beside(&state), Some("the solution"));
    let link = playground::share::encode(&state.scenario(&live));
    assert_eq!(beside(&page(&link).0), Some("the solution"));
    update(&mut state, &live, Action::Close);
    let link = playground::share::encode(&state.scenario(&live));
    assert_eq!(beside(&page(&link).0), None);
}

#[test]
fn an_edited_exercise_stands_beside_what_its_author_wrote() {
    let (mut state, live) = page("#s/wrong-target-port");
    let unsolved = text(&live);
    update(
        &mut state,
        &live,
        Action::Edit(unsolved.replace("targetPort: 8080", "targetPort: 5678")),
    );
    update(&mut state, &live, Action::Compare(0));
    let Some(Overlay::Compare(comparison)) = &state.overlay else {
        panic!("it opens")
    };
    let opened = comparison.variants.iter().find(|it| it.label == "as it was opened");
    assert_eq!(opened.map(|it| it.scenario.text.as_str()), Some(unsolved.as_str()));
}

#[test]
fn a_scenario_document_opens_beside_its_solution() {
    let (_, live) = page("#s/wrong-target-port");
    let written = text(&live).replace("view: { service", "view: { beside: solution, service");
    let scenario = Scenario {
        text: written,
        ..Scenario::default()
    };
    let link = playground::share::encode(&scenario);
    assert_eq!(beside(&page(&link).0), Some("the solution"));
}
