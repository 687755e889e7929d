//! Scenario documents: read, checked, opened, played a second, and opened again from what the session says it is.

use playground::{Micros, Scenario, Session, View, check, lesson};

/// Longer texts are read, not played.
const PLAYED_BYTES: usize = 3_000;

pub fn run(input: &[u8]) {
    let file = String::from_utf8_lossy(input);
    let _ = (
        lesson::document(&file),
        lesson::manifests(&file),
        lesson::of_text(&file).is_some(),
    );
    if let Err(words) = check(&file) {
        assert!(!words.is_empty());
    }
    let Ok(scenario) = Scenario::from_yaml(&file) else {
        return;
    };
    if scenario.text.len() > PLAYED_BYTES || scenario.view.at > 10_000_000 {
        return;
    }
    let mut session = Session::new(scenario);
    let until = Micros(session.opening().0 + 1_000_000);
    session.run(until);
    let view = View {
        at: session.opening().0,
        ..View::default()
    };
    let mut again = Session::new(session.scenario(view));
    again.run(until);
    assert_eq!(again.text(), session.text());
    assert_eq!(again.acts(), session.acts());
    assert_eq!(again.world(until), session.world(until));
    assert_eq!(again.requests(until).to_vec(), session.requests(until).to_vec());
}
