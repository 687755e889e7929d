//! Where texts are written to, and when another one begins.

use super::{LONG_AGO_MS, MOST, SavedText, Saving, Store};
use playground::Scenario;

/// What keys of texts begin with.
const KEY: &str = "text.";

/// The text that a page writes into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shelf {
    /// Its id, and when this page wrote or read it last.
    mine: Option<(String, u64)>,
}

impl Shelf {
    /// The id of the text that the next change goes into, if there is one.
    pub fn mine(&self) -> Option<&str> {
        self.mine.as_ref().map(|(id, _)| id.as_str())
    }

    /// Goes on with a kept text.
    pub fn go_on_with(&mut self, store: &dyn Store, id: &str) {
        self.mine = written(store, id).map(|at| (id.to_owned(), at));
    }

    /// The next change begins another text.
    pub fn leave(&mut self) {
        self.mine = None;
    }

    /// Writes a text. `now` is in milliseconds since 1970, `lot` tells apart what two pages begin in the same one.
    pub fn save(&mut self, store: &dyn Store, scenario: &Scenario, now: u64, lot: u32) -> Saving {
        let id = match &self.mine {
            // Nobody else wrote into it meanwhile.
            Some((id, at)) if now < at + LONG_AGO_MS && written(store, id).is_none_or(|written| written == *at) => {
                id.clone()
            }
            _ => format!("{now:x}-{lot:x}"),
        };
        let Ok(json) = serde_json::to_string(scenario) else {
            return Saving::Works;
        };
        let key = format!("{KEY}{id}");
        let word = format!("{now} {json}");
        let mut old = oldest_first(store);
        old.retain(|(_, other)| *other != key);
        let surplus = (old.len() + 1).saturating_sub(MOST);
        let mut old = old.into_iter().map(|(_, key)| key);
        for key in old.by_ref().take(surplus) {
            store.remove(&key);
        }
        // What is written now is worth more than what was written long ago; but if all of that is not room enough, it stays.
        let mut made_way: Vec<(String, String)> = Vec::new();
        while !store.set(&key, &word) {
            let Some(oldest) = old.next() else {
                for (key, word) in made_way {
                    let _ = store.set(&key, &word);
                }
                return Saving::Full;
            };
            made_way.extend(store.get(&oldest).map(|word| (oldest.clone(), word)));
            store.remove(&oldest);
        }
        self.mine = Some((id, now));
        Saving::Works
    }
}

/// All texts, the newest first.
pub fn all(store: &dyn Store) -> Vec<SavedText> {
    let mut texts: Vec<SavedText> = store
        .keys()
        .iter()
        .filter_map(|key| take(store, key.strip_prefix(KEY)?))
        .collect();
    texts.sort_by(|one, other| other.at.cmp(&one.at).then_with(|| one.id.cmp(&other.id)));
    texts
}

pub fn take(store: &dyn Store, id: &str) -> Option<SavedText> {
    let word = store.get(&format!("{KEY}{id}"))?;
    let (at, json) = word.split_once(' ')?;
    Some(SavedText {
        id: id.to_owned(),
        at: at.parse().ok()?,
        scenario: serde_json::from_str(json).ok()?,
    })
}

/// When a text was written last.
fn written(store: &dyn Store, id: &str) -> Option<u64> {
    let word = store.get(&format!("{KEY}{id}"))?;
    word.split_once(' ')?.0.parse().ok()
}

/// When each was written, and its key. What is no text of ours counts as the oldest.
fn oldest_first(store: &dyn Store) -> Vec<(u64, String)> {
    let keys = store.keys().into_iter().filter(|key| key.starts_with(KEY));
    let mut texts: Vec<(u64, String)> = keys
        .map(|key| {
            (
                key.strip_prefix(KEY).and_then(|id| written(store, id)).unwrap_or(0),
                key,
            )
        })
        .collect();
    texts.sort();
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::collections::BTreeMap;

    /// A store with so much room.
    struct Room(RefCell<BTreeMap<String, String>>, usize);

    impl Room {
        fn new(bytes: usize) -> Self {
            Self(RefCell::default(), bytes)
        }
    }

    impl Store for Room {
        fn get(&self, key: &str) -> Option<String> {
            self.0.borrow().get(key).cloned()
        }

        fn set(&self, key: &str, word: &str) -> bool {
            let mut all = self.0.borrow_mut();
            let others = all.iter().filter(|(other, _)| *other != key);
            let taken: usize = others.map(|(key, word)| key.len() + word.len()).sum();
            let fits = taken + key.len() + word.len() <= self.1;
            if fits {
                all.insert(key.to_owned(), word.to_owned());
            }
            fits
        }

        fn remove(&self, key: &str) {
            self.0.borrow_mut().remove(key);
        }

        fn keys(&self) -> Vec<String> {
            self.0.borrow().keys().cloned().collect()
        }
    }

    fn scenario(text: &str) -> Scenario {
        Scenario {
            text: text.to_owned(),
            ..Scenario::default()
        }
    }

    fn texts(store: &dyn Store) -> Vec<String> {
        all(store).into_iter().map(|text| text.scenario.text).collect()
    }

    #[test]
    fn a_page_writes_into_its_own_text() {
        let (store, mut shelf) = (Room::new(100_000), Shelf::default());
        for (now, text) in [(1, "a"), (2, "ab"), (3, "abc")] {
            assert_eq!(shelf.save(&store, &scenario(text), now, 0), Saving::Works);
        }
        assert_eq!(texts(&store), ["abc"]);
        shelf.leave();
        shelf.save(&store, &scenario("other"), 4, 0);
        assert_eq!(texts(&store), ["other", "abc"]);
    }

    #[test]
    fn two_pages_with_the_same_text_do_not_overwrite_each_other() {
        let (store, mut one) = (Room::new(100_000), Shelf::default());
        one.save(&store, &scenario("a"), 1, 0);
        let mut other = Shelf::default();
        other.go_on_with(&store, one.mine().unwrap_or_default());
        one.save(&store, &scenario("a, then one"), 2, 0);
        other.save(&store, &scenario("a, then other"), 3, 7);
        one.save(&store, &scenario("a, then one, then more"), 4, 0);
        other.save(&store, &scenario("a, then other, then more"), 5, 7);
        assert_eq!(texts(&store), ["a, then other, then more", "a, then one, then more"]);
    }

    #[test]
    fn a_text_of_long_ago_stays_as_it_is() {
        let (store, mut shelf) = (Room::new(100_000), Shelf::default());
        shelf.save(&store, &scenario("yesterday"), 1, 0);
        shelf.save(&store, &scenario("today"), 1 + LONG_AGO_MS, 0);
        assert_eq!(texts(&store), ["today", "yesterday"]);
    }

    #[test]
    fn the_last_twenty_are_kept() {
        let store = Room::new(100_000);
        for now in 1..=30 {
            Shelf::default().save(&store, &scenario(&format!("text {now}")), now, 0);
        }
        let texts = texts(&store);
        assert_eq!(texts.len(), MOST);
        assert_eq!(texts.first().map(String::as_str), Some("text 30"));
        assert_eq!(texts.last().map(String::as_str), Some("text 11"));
    }

    #[test]
    fn without_room_the_oldest_make_way_and_then_it_is_said() {
        let (store, mut shelf) = (Room::new(2_000), Shelf::default());
        for now in 1..=10 {
            Shelf::default().save(&store, &scenario(&"x".repeat(300)), now, 0);
        }
        assert!(texts(&store).len() < 10);
        assert_eq!(shelf.save(&store, &scenario(&"y".repeat(1_500)), 11, 0), Saving::Works);
        let kept = texts(&store);
        assert_eq!(kept.first(), Some(&"y".repeat(1_500)));
        assert_eq!(shelf.save(&store, &scenario(&"z".repeat(3_000)), 12, 0), Saving::Full);
        assert_eq!(texts(&store), kept, "what was kept stays");
    }

    #[test]
    fn what_somebody_cleared_is_written_again() {
        let (store, mut shelf) = (Room::new(100_000), Shelf::default());
        shelf.save(&store, &scenario("a"), 1, 0);
        store.0.borrow_mut().clear();
        shelf.save(&store, &scenario("a"), 2, 0);
        assert_eq!(texts(&store), ["a"]);
    }

    #[test]
    fn what_is_no_text_is_passed_over() {
        let store = Room::new(100_000);
        for word in ["", "nonsense", "12", "12 {", "12 3", "x {}"] {
            store.set("text.bad", word);
            assert_eq!(texts(&store), [""; 0], "{word}");
            assert!(take(&store, "bad").is_none());
        }
        Shelf::default().save(&store, &scenario("a"), 1, 0);
        assert_eq!(texts(&store), ["a"]);
    }
}
