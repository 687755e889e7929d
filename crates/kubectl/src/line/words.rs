/// Splits a line into words as a POSIX shell does: blanks separate, quotes and backslashes protect.
pub fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' => {
                let word = word.get_or_insert_default();
                word.extend(chars.by_ref().take_while(|c| *c != '\''));
            }
            '"' => double_quoted(&mut chars, word.get_or_insert_default()),
            '\\' => word.get_or_insert_default().extend(chars.next()),
            c if c.is_whitespace() => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// Where the last word of a line begins, in bytes, and the word as it is written; empty behind a blank.
pub(crate) fn last_word(line: &str) -> (usize, &str) {
    let (mut start, mut quote, mut escaped) = (0, None, false);
    for (index, c) in line.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (None | Some('"'), '\\') => escaped = true,
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, c) if c.is_whitespace() => start = index + c.len_utf8(),
            _ => {}
        }
    }
    (start, line.get(start..).unwrap_or_default())
}

fn double_quoted(chars: &mut std::str::Chars<'_>, word: &mut String) {
    while let Some(c) = chars.next() {
        match c {
            '"' => return,
            '\\' => match chars.next() {
                Some(c @ ('"' | '\\' | '$' | '`')) => word.push(c),
                Some(c) => word.extend(['\\', c]),
                None => word.push('\\'),
            },
            c => word.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{last_word, split};

    #[test]
    fn quotes_keep_words_together() {
        assert_eq!(
            split(r#"get svc -o 'jsonpath={.a} {"\n"}' a="x y" \ z"#),
            ["get", "svc", "-o", r#"jsonpath={.a} {"\n"}"#, "a=x y", " z"]
        );
    }
    #[test]
    fn the_last_word_begins_behind_the_last_blank_that_no_quote_protects() {
        assert_eq!(last_word("get po"), (4, "po"));
        assert_eq!(last_word("get "), (4, ""));
        assert_eq!(last_word("get 'a b"), (4, "'a b"));
        assert_eq!(last_word(r"get a\ b"), (4, r"a\ b"));
    }
}
