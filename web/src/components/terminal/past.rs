//! Walks through the history of commands.

/// The position in the history, and the line typed before the walk began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Past {
    back: usize,
    unsent: String,
}

impl Past {
    /// `None` at the oldest.
    pub(super) fn earlier(&mut self, history: &[String], now: &str) -> Option<String> {
        let place = history.len().checked_sub(self.back + 1)?;
        let command = history.get(place)?;
        if self.back == 0 {
            now.clone_into(&mut self.unsent);
        }
        self.back += 1;
        Some(command.clone())
    }

    /// After the latest, the line typed before the walk began.
    pub(super) fn later(&mut self, history: &[String]) -> Option<String> {
        self.back = self.back.checked_sub(1)?;
        if self.back == 0 {
            return Some(std::mem::take(&mut self.unsent));
        }
        history.get(history.len().checked_sub(self.back)?).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_commands_come_back_and_what_was_begun_is_not_lost() {
        let history = ["first".to_owned(), "second".to_owned()];
        let mut past = Past::default();
        assert_eq!(past.later(&history), None);
        assert_eq!(past.earlier(&history, "beg").as_deref(), Some("second"));
        assert_eq!(past.earlier(&history, "second").as_deref(), Some("first"));
        assert_eq!(past.earlier(&history, "first"), None);
        assert_eq!(past.later(&history).as_deref(), Some("second"));
        assert_eq!(past.later(&history).as_deref(), Some("beg"));
        assert_eq!(past.later(&history), None);
    }
}
