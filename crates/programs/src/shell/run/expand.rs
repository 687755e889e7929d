//! What words become: variables, `$(…)`, sums, the home directory.

use super::{MOST_DEPTH, Run, Sink, Stop};
use crate::shell::tokens::{Piece, Word};
use crate::shell::{arithmetic, syntax};

impl Run<'_> {
    pub(super) fn expand_all(&mut self, words: &[Word]) -> Vec<String> {
        words.iter().flat_map(|word| self.expand(word)).collect()
    }

    /// `~` and `~/…`: the home directory.
    fn home(&self, word: &Word) -> Option<String> {
        let text = word.plain()?;
        let rest = text
            .strip_prefix('~')
            .filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
        let home = self.shell.get("HOME");
        let path = format!("{}{rest}", home.trim_end_matches('/'));
        Some(if path.is_empty() { "/".to_owned() } else { path })
    }

    /// A word as one text.
    pub(super) fn expand_whole(&mut self, word: &Word) -> String {
        if let Some(home) = self.home(word) {
            return home;
        }
        let mut text = String::new();
        for piece in &word.0 {
            text.push_str(&self.value(piece).0);
        }
        text
    }

    /// The words that a word becomes.
    pub(super) fn expand(&mut self, word: &Word) -> Vec<String> {
        if let Some(home) = self.home(word) {
            return vec![home];
        }
        let mut words = Vec::new();
        let mut open: Option<String> = None;
        if let [Piece::Variable { name, quoted: true, .. }] | [_, Piece::Variable { name, quoted: true, .. }] =
            word.0.as_slice()
            && name == "@"
        {
            return self.shell.parameters.clone();
        }
        for piece in &word.0 {
            let (value, splits) = self.value(piece);
            if !splits {
                open.get_or_insert_default().push_str(&value);
                continue;
            }
            if value.starts_with(char::is_whitespace) {
                words.extend(open.take());
            }
            for (place, part) in value.split_whitespace().enumerate() {
                if place > 0 {
                    words.extend(open.take());
                }
                open.get_or_insert_default().push_str(part);
            }
            if value.ends_with(char::is_whitespace) {
                words.extend(open.take());
            }
        }
        words.extend(open);
        words
    }

    /// What a piece stands for, and whether it falls apart at blanks.
    fn value(&mut self, piece: &Piece) -> (String, bool) {
        match piece {
            Piece::Text { text, .. } => (text.clone(), false),
            Piece::Variable {
                name,
                otherwise,
                quoted,
            } => {
                let value = self.shell.get(name);
                let value = match otherwise {
                    Some(otherwise) if value.is_empty() => otherwise.clone(),
                    _ => value,
                };
                let fits = self.makes(value.len());
                (if fits { value } else { String::new() }, !quoted)
            }
            Piece::Output { script, quoted } => (self.output_of(script), !quoted),
            Piece::Sum { text, quoted } => {
                let value = arithmetic::value(text, &|name| self.shell.get(name));
                let text = value.map_or_else(
                    || {
                        let words = self.shell.dialect.complaint("arithmetic syntax error");
                        self.complain(&words);
                        String::new()
                    },
                    |value| value.to_string(),
                );
                (text, !quoted)
            }
        }
    }

    /// `$(script)`
    fn output_of(&mut self, script: &str) -> String {
        let list = match syntax::parse(script) {
            Ok(list) if self.depth < MOST_DEPTH => list,
            Ok(_) => return String::new(),
            Err(error) => {
                let words = self.shell.dialect.syntax_error(&error);
                self.complain(&words);
                return String::new();
            }
        };
        let place = self.buffers.len();
        self.buffers.push(String::new());
        let out = std::mem::replace(&mut self.out, Sink::Buffer(place));
        let before = self.shell.clone();
        self.depth += 1;
        self.list(&list);
        self.depth -= 1;
        self.out = out;
        self.becomes(before);
        if matches!(
            self.stop,
            Some(Stop::Exit | Stop::Return | Stop::Break(_) | Stop::Continue(_))
        ) {
            self.stop = None;
        }
        let text = self.buffers.get(place).cloned().unwrap_or_default();
        self.buffers.truncate(place);
        text.trim_end_matches('\n').to_owned()
    }
}
