//! Links, and which texts are whose.

use crate::{gallery, scenarios};
use playground::{ObjectKey, Scenario, share};

/// `None` if the fragment is no link of ours.
pub(super) fn link(fragment: &str) -> Option<Result<Scenario, share::ShareError>> {
    let fragment = fragment.trim_start_matches('#');
    if fragment.starts_with(gallery::FRAGMENT) {
        let (name, step) = gallery::linked(fragment)?;
        return gallery::opened(name, step).map(Ok);
    }
    let version = fragment.strip_prefix('v').and_then(|rest| rest.chars().next());
    version.filter(char::is_ascii_digit).map(|_| share::decode(fragment))
}

/// Whether a scenario has a text of the learner's own.
pub fn is_own_work(scenario: &Scenario) -> bool {
    let own = !scenarios::ALL.iter().any(|lesson| lesson.text == scenario.text);
    own && !scenario.text.trim().is_empty() && gallery_name(&scenario.text).is_none()
}

/// The name in the gallery of a text that is as its author wrote it.
pub(super) fn gallery_name(text: &str) -> Option<&'static str> {
    // Without a scenario document, the gallery need not be there.
    text.starts_with(gallery::HEAD)
        .then(|| gallery::name_of(text))
        .flatten()
}

pub(super) fn key(word: &str) -> Option<ObjectKey> {
    let (namespace, name) = word.split_once('/')?;
    Some(ObjectKey::new(namespace, name))
}
