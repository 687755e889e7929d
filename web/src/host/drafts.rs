//! The learner's texts in the browser's storage.
//!
//! What a tab shows is kept for this tab as well, so that it comes back on a reload whatever other tabs show.

use super::browser::{EventListener, window};
use super::clock;
use super::storage::{recall, recall_word, storage, storage_keys};
use crate::saved::{self, SavedText, SavedTextRow, Saving, Shelf, Store};
use crate::state::{Action, is_own_work};
use playground::Scenario;
use wasm_bindgen::JsCast;
use web_sys::{Storage, StorageEvent};
use yew::Callback;

/// A storage of the browser.
struct Words(Storage);

impl Store for Words {
    fn get(&self, key: &str) -> Option<String> {
        self.0.get_item(key).ok()?
    }

    fn set(&self, key: &str, word: &str) -> bool {
        self.0.set_item(key, word).is_ok()
    }

    fn remove(&self, key: &str) {
        let _ = self.0.remove_item(key);
    }

    fn keys(&self) -> Vec<String> {
        let count = self.0.length().unwrap_or(0);
        (0..count).filter_map(|at| self.0.key(at).ok()?).collect()
    }
}

/// What belongs to this tab alone.
fn of_tab() -> Option<Words> {
    window()?.session_storage().ok()?.map(Words)
}

fn of_all() -> Option<Words> {
    storage().map(Words)
}

/// What this tab showed last, else what any tab did.
pub fn draft() -> Option<Scenario> {
    let of_tab = of_tab().and_then(|tab| serde_json::from_str(&tab.get(storage_keys::DRAFT)?).ok());
    of_tab.or_else(|| recall(storage_keys::DRAFT)).or_else(|| {
        let storage = of_all()?;
        Some(saved::take(&storage, &draft_of(&storage)?)?.scenario)
    })
}

/// Which of the texts it is.
fn draft_of(storage: &Words) -> Option<String> {
    let of_tab = of_tab().and_then(|tab| tab.get(storage_keys::DRAFT_OF));
    of_tab.or_else(|| storage.get(storage_keys::DRAFT_OF))
}

/// The shelf of a page whose draft is this, with what an earlier version of the page kept.
pub fn shelf(draft: Option<&Scenario>) -> Shelf {
    let mut shelf = Shelf::default();
    let Some(storage) = of_all() else { return shelf };
    if let Some(earlier) = recall::<Scenario>(storage_keys::EARLIER) {
        shelf.save(&storage, &earlier, clock::milliseconds(), clock::lot());
        shelf.leave();
        storage.remove(storage_keys::EARLIER);
    }
    let Some(draft) = draft.filter(|draft| is_own_work(draft)) else {
        return shelf;
    };
    match draft_of(&storage) {
        Some(id) if saved::take(&storage, &id).is_some_and(|saved| saved.scenario.text == draft.text) => {
            shelf.go_on_with(&storage, &id);
        }
        _ => {
            save(&mut shelf, draft);
        }
    }
    shelf
}

/// Leaves a text for another one. What is among the texts as it is stays where it was.
pub fn leave(shelf: &mut Shelf, scenario: &Scenario) {
    let kept = of_all().and_then(|storage| saved::take(&storage, shelf.mine()?));
    let is_kept = kept.is_some_and(|kept| kept.scenario.text == scenario.text && kept.scenario.acts == scenario.acts);
    if let Some(storage) = of_all().filter(|_| !is_kept && is_own_work(scenario)) {
        shelf.save(&storage, scenario, clock::milliseconds(), clock::lot());
    }
    shelf.leave();
}

/// Keeps what is shown, and, if it is the learner's own, among the texts.
pub fn save(shelf: &mut Shelf, scenario: &Scenario) -> Saving {
    let Some(storage) = of_all() else {
        return Saving::Denied;
    };
    let Ok(json) = serde_json::to_string(scenario) else {
        return Saving::Works;
    };
    let is_own = is_own_work(scenario);
    let saving = if is_own {
        shelf.save(&storage, scenario, clock::milliseconds(), clock::lot())
    } else {
        shelf.leave();
        Saving::Works
    };
    let id = shelf.mine().unwrap_or_default();
    for place in [Some(storage), of_tab()].into_iter().flatten() {
        if !place.set(storage_keys::DRAFT, &json) {
            // An old draft must not come back in place of this text; without any, the tab shows the text of the shelf.
            place.remove(storage_keys::DRAFT);
        }
        let _ = place.set(storage_keys::DRAFT_OF, id);
    }
    if saving == Saving::Works && !is_own && recall_word(storage_keys::DRAFT).is_none() {
        return Saving::Full;
    }
    saving
}

/// Keeps what is about to be read.
pub fn keep(scenario: &Scenario) {
    if let Ok(json) = serde_json::to_string(scenario) {
        for place in [of_all(), of_tab()].into_iter().flatten() {
            let _ = place.set(storage_keys::DRAFT, &json);
        }
    }
}

/// What is shown of the saved texts.
pub fn list(shelf: &Shelf) -> Vec<SavedTextRow> {
    let texts = of_all().map(|storage| saved::all(&storage)).unwrap_or_default();
    let row = |text: SavedText| SavedTextRow {
        when: clock::words(text.at),
        about: saved::summary(&text.scenario.text),
        changes: text.scenario.acts.len(),
        is_current: shelf.mine() == Some(&text.id),
        id: text.id,
    };
    texts.into_iter().map(row).collect()
}

/// Goes on with a saved text.
pub fn take(shelf: &mut Shelf, id: &str) -> Option<Scenario> {
    let storage = of_all()?;
    let text = saved::take(&storage, id)?;
    shelf.go_on_with(&storage, id);
    Some(text.scenario)
}

/// Saves again what another tab, or the reader, cleared.
pub(super) fn when_cleared(dispatch: &Callback<Action>) -> Option<EventListener> {
    let dispatch = dispatch.clone();
    Some(EventListener::new(window()?, "storage", move |event| {
        let Ok(event) = event.dyn_into::<StorageEvent>() else {
            return;
        };
        if event.key().is_none() {
            dispatch.emit(Action::SaveDraft);
        }
    }))
}
