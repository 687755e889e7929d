//! Fills variables, quotes and substitutions into the words of a script.

use super::state::Shell;

pub(super) const SHELLS: [&str; 5] = ["sh", "bash", "ash", "dash", "zsh"];

/// Programs that run the rest of their words.
pub(super) const WRAPPERS: [&str; 12] = [
    "tini",
    "dumb-init",
    "nohup",
    "sudo",
    "time",
    "env",
    "command",
    "docker-entrypoint.sh",
    "docker-php-entrypoint",
    "busybox",
    "stdbuf",
    "--",
];

/// Name and value of `NAME=value`.
pub(super) fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let is_name =
        !name.is_empty() && !name.starts_with(|letter: char| letter.is_ascii_digit()) && name.chars().all(is_part);
    is_name.then_some((name, value))
}

fn is_part(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// The words as a program gets them: what stands in no quotes is split at blanks.
pub(super) fn expanded(shell: &mut Shell<'_>, raw: &[String], depth: usize) -> Vec<String> {
    let mut words = Vec::new();
    for word in raw {
        let text = text(shell, word, depth);
        if word.contains('$') && !word.contains(['"', '\'']) || word.starts_with('`') {
            words.extend(text.split_whitespace().map(str::to_owned));
        } else if let Some(range) = range(word) {
            words.extend(range);
        } else {
            words.push(text);
        }
    }
    words
}

/// `{1..5}`
fn range(word: &str) -> Option<Vec<String>> {
    let (from, to) = word.strip_prefix('{')?.strip_suffix('}')?.split_once("..")?;
    let (from, to) = (from.parse::<i64>().ok()?, to.parse::<i64>().ok()?);
    let all = from..=to.min(from.saturating_add(10_000));
    Some(all.map(|number| number.to_string()).collect())
}

/// A word without its quotes, and with what its variables and substitutions stand for.
pub(super) fn text(shell: &mut Shell<'_>, word: &str, depth: usize) -> String {
    let mut all = String::new();
    let mut rest = word;
    let mut is_quoted = false;
    while let Some(letter) = rest.chars().next() {
        let after = rest.get(letter.len_utf8()..).unwrap_or_default();
        rest = match letter {
            '"' => {
                is_quoted = !is_quoted;
                after
            }
            '\'' if !is_quoted => {
                let (inner, after) = after.split_once('\'').unwrap_or((after, ""));
                all.push_str(inner);
                after
            }
            '\\' => {
                let next = after.chars().next();
                if is_quoted && next.is_some_and(|next| !"\"\\$`".contains(next)) {
                    all.push('\\');
                }
                all.extend(next);
                after.get(next.map_or(0, char::len_utf8)..).unwrap_or_default()
            }
            '`' => {
                let (script, after) = after.split_once('`').unwrap_or((after, ""));
                all.push_str(&shell.output_of(script, depth));
                after
            }
            '$' => {
                let (value, after) = dollar(shell, after, depth);
                all.push_str(&value);
                after
            }
            _ => {
                all.push(letter);
                after
            }
        };
    }
    all
}

/// What follows a dollar, and the rest behind it.
fn dollar<'a>(shell: &mut Shell<'_>, after: &'a str, depth: usize) -> (String, &'a str) {
    let value = |shell: &Shell<'_>, name: &str| shell.variable(name).unwrap_or_default().into_owned();
    if let Some((sum, rest)) = after.strip_prefix("((").and_then(|inner| inner.split_once("))")) {
        return (super::arithmetic::sum(shell, sum).to_string(), rest);
    }
    if after.starts_with('(') {
        let length = group_length(after);
        let (group, rest) = after.split_at_checked(length).unwrap_or((after, ""));
        let inner = group.strip_prefix('(').unwrap_or(group);
        let inner = inner.strip_suffix(')').unwrap_or(inner);
        return (shell.output_of(inner, depth), rest);
    }
    if let Some((inner, rest)) = after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
        let end = inner.find(|letter| !is_part(letter)).unwrap_or(inner.len());
        let (name, rule) = inner.split_at_checked(end).unwrap_or((inner, ""));
        let value = value(shell, name);
        let fallback = rule.strip_prefix(":-").or_else(|| rule.strip_prefix('-'));
        return match fallback {
            Some(fallback) if value.is_empty() => (fallback.to_owned(), rest),
            _ => (value, rest),
        };
    }
    if let Some(rest) = after.strip_prefix('?') {
        return (shell.status.to_string(), rest);
    }
    if let Some(rest) = after.strip_prefix('$') {
        return ("1".to_owned(), rest);
    }
    let end = after.find(|letter| !is_part(letter)).unwrap_or(after.len());
    match after.split_at_checked(end) {
        Some((name, rest)) if !name.is_empty() => (value(shell, name), rest),
        _ => ("$".to_owned(), after),
    }
}

/// How many bytes `(…)` takes at the beginning of a text.
fn group_length(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' if depth <= 1 => return at + 1,
            ')' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}
