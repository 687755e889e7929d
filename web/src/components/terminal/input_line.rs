//! The input line of the terminal: text, cursor and keys.

use crate::utf16;
use playground::{Completion, LineIndex, Offer, shell};
use web_sys::{HtmlTextAreaElement, KeyboardEvent};

/// Several lines while a here-document is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputLine {
    pub(super) text: String,
    /// In bytes.
    pub(super) cursor: usize,
    /// The other end of the selection, in bytes.
    anchor: usize,
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKey {
    /// Run the command, or continue on the next line.
    Enter,
    /// End the standard input (Ctrl+D).
    End,
    /// Cancel the line (Ctrl+C).
    Abandon,
    Clear,
    /// Erase everything before the cursor.
    Erase,
    Earlier,
    Later,
    Complete,
    /// Hide the completions.
    Hide,
    /// Let the next Tab leave the terminal.
    Leave,
}

impl InputLine {
    /// The content of the text area.
    pub(super) fn of(area: &HtmlTextAreaElement) -> Self {
        let text = area.value();
        let end = utf16::offset(&LineIndex::new(&text), text.len());
        let place = |wide: Result<Option<u32>, _>| wide.ok().flatten().unwrap_or(end);
        Self {
            cursor: utf16::byte(&text, place(area.selection_end())),
            anchor: utf16::byte(&text, place(area.selection_start())),
            text,
        }
    }

    /// Has the text area hold it, with the cursor at its place.
    pub(super) fn put(&self, area: &HtmlTextAreaElement) {
        if area.value() != self.text {
            area.set_value(&self.text);
        }
        let place = utf16::offset(&LineIndex::new(&self.text), self.cursor);
        let _ = area.set_selection_range(place, place);
    }

    /// With the cursor at the end.
    pub(super) fn ending(text: String) -> Self {
        Self {
            cursor: text.len(),
            anchor: text.len(),
            text,
        }
    }

    fn place(&mut self, cursor: usize) {
        self.cursor = cursor;
        self.anchor = cursor;
    }

    fn replace(&mut self, from: usize, to: usize, by: &str) {
        let head = self.text.get(..from).unwrap_or_default();
        let tail = self.text.get(to..).unwrap_or_default();
        self.text = format!("{head}{by}{tail}");
        self.place(from + by.len());
    }

    /// Replaces the selection.
    pub(super) fn insert(&mut self, words: &str) {
        self.replace(self.anchor.min(self.cursor), self.cursor.max(self.anchor), words);
    }

    /// Cuts so many bytes before the cursor out; returns them.
    pub(super) fn cut(&mut self, bytes: usize) -> Option<String> {
        let from = self.cursor.checked_sub(bytes)?;
        let cut = self.text.get(from..self.cursor)?.to_owned();
        self.replace(from, self.cursor, "");
        Some(cut)
    }

    pub(super) fn erase(&mut self) {
        self.replace(0, self.cursor, "");
    }

    /// The text before the cursor, with continued lines joined. The length stays the same.
    pub(super) fn before(&self) -> String {
        let before = self.text.get(..self.cursor).unwrap_or_default();
        before.replace("\\\n", "  ")
    }

    /// Replaces the word that begins at `from` by a completion.
    pub(super) fn take(&mut self, from: usize, offer: &Offer) {
        let ends = self.text.get(self.cursor..).is_some_and(|rest| rest.starts_with(' '));
        let blank = if offer.open || ends { "" } else { " " };
        self.replace(from, self.cursor, &format!("{}{blank}", offer.word));
    }

    /// Completes as far as all completions agree.
    pub(super) fn advance(&mut self, completion: &Completion) {
        let mut words = completion.offers.iter().map(|offer| offer.word.as_str());
        let Some(first) = words.next() else { return };
        let agreed = words.fold(first, common);
        if agreed.len() > self.cursor.saturating_sub(completion.from) {
            self.replace(completion.from, self.cursor, agreed);
        }
    }

    /// The text with `pasted` in it, if that is several commands to be run at once.
    pub(super) fn runs(&self, pasted: &str) -> Option<String> {
        let several = pasted.trim_end().contains('\n');
        if !several || shell::typed(&self.text) != shell::Typed::Whole {
            return None;
        }
        let mut line = self.clone();
        line.insert(pasted);
        Some(line.text)
    }
}

fn common<'a>(one: &'a str, other: &str) -> &'a str {
    let end = one
        .char_indices()
        .zip(other.chars())
        .find(|((_, a), b)| a != b)
        .map_or_else(|| one.len().min(other.len()), |((index, _), _)| index);
    one.get(..end).unwrap_or_default()
}

pub(super) fn is_manifest(text: &str) -> bool {
    let first = text
        .lines()
        .map(str::trim_end)
        .find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| line == "---" || line.starts_with("apiVersion:") || line.starts_with("kind:"))
}

/// `None` for keys that do what they do in any text area.
pub(super) fn key(event: &KeyboardEvent, line: &InputLine, leaving: bool, offering: bool) -> Option<LineKey> {
    if event.is_composing() || event.alt_key() || event.meta_key() {
        return None;
    }
    let key = event.key();
    if event.ctrl_key() {
        return match key.to_lowercase().as_str() {
            "l" => Some(LineKey::Clear),
            "d" => Some(LineKey::End),
            "u" => Some(LineKey::Erase),
            "c" if line.cursor == line.anchor && !crate::host::text_is_selected() => Some(LineKey::Abandon),
            _ => None,
        };
    }
    if event.shift_key() {
        return None;
    }
    let before = line.text.get(..line.cursor).unwrap_or_default();
    let after = line.text.get(line.cursor..).unwrap_or_default();
    match key.as_str() {
        "Enter" => Some(LineKey::Enter),
        "Tab" if !leaving && !before.trim().is_empty() => Some(LineKey::Complete),
        "ArrowUp" if !before.contains('\n') => Some(LineKey::Earlier),
        "ArrowDown" if !after.contains('\n') => Some(LineKey::Later),
        "Escape" if offering => Some(LineKey::Hide),
        "Escape" => Some(LineKey::Leave),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(word: &str, open: bool) -> Offer {
        Offer {
            word: word.to_owned(),
            note: String::new(),
            open,
        }
    }

    #[test]
    fn an_offer_takes_the_place_of_the_word_that_was_begun() {
        let mut line = InputLine::ending("kubectl get po".to_owned());
        line.take(12, &offer("pods", false));
        assert_eq!(line.text, "kubectl get pods ");
        let mut line = InputLine::ending("kubectl get po -A".to_owned());
        line.place(14);
        line.take(12, &offer("pods", false));
        assert_eq!((line.text.as_str(), line.cursor), ("kubectl get pods -A", 16));
        let mut line = InputLine::ending("kubectl get po -o js".to_owned());
        line.take(18, &offer("jsonpath=", true));
        assert_eq!(line.text, "kubectl get po -o jsonpath=");
    }

    #[test]
    fn several_offers_bring_the_line_as_far_as_they_agree() {
        let mut line = InputLine::ending("kubectl delete pod b".to_owned());
        let completion = Completion {
            from: 19,
            offers: vec![offer("back-end-1", false), offer("back-end-2", false)],
        };
        line.advance(&completion);
        assert_eq!(line.text, "kubectl delete pod back-end-");
    }

    #[test]
    fn several_lines_run_when_pasted_and_one_does_not() {
        let line = InputLine::ending("kubectl get ".to_owned());
        assert_eq!(line.runs("pods\n"), None);
        assert_eq!(
            line.runs("pods\nkubectl get svc").as_deref(),
            Some("kubectl get pods\nkubectl get svc")
        );
        let reading = InputLine::ending("kubectl apply -f -\n".to_owned());
        assert_eq!(reading.runs("a: 1\nb: 2\n"), None);
    }

    #[test]
    fn a_manifest_is_told_from_commands() {
        assert!(is_manifest("# mine\n\napiVersion: v1\nkind: Pod\n"));
        assert!(!is_manifest("kubectl get pods\nkubectl get svc\n"));
    }
}
