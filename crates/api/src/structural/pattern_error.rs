//! Why a text is no regular expression, in the words of Go's `regexp/syntax`.
//!
//! Differs: names of classes (`\p{…}`, `[[:…:]]`) and sizes of repetitions within each other are not judged.

const MAX_REPEAT: u32 = 1_000;
/// What may follow a backslash beside punctuation.
const ESCAPES: &str = "AbBCQEdDsSwWpPzafnrtvx01234567";

/// `None` if it is one.
///
/// Models: Go's regexp/syntax Parse.
pub fn pattern_error(text: &str) -> Option<String> {
    let error = |words: &str, part: &str| Some(format!("error parsing regexp: {words}: `{part}`"));
    let mut rest = text;
    let mut open = 0_usize;
    // What a repetition would repeat; and the repetition before, if there is one.
    let (mut has_operand, mut before) = (false, None::<&str>);
    while let Some(c) = rest.chars().next() {
        let (mut length, mut operator) = (c.len_utf8(), None);
        match c {
            '(' if rest.starts_with("(?") => match group(rest) {
                Ok((group, opens)) => {
                    length = group;
                    open += usize::from(opens);
                    has_operand = false;
                }
                Err((words, part)) => return error(words, part),
            },
            '(' => {
                open += 1;
                has_operand = false;
            }
            ')' if open == 0 => return error("unexpected )", text),
            ')' => {
                open -= 1;
                has_operand = true;
            }
            '|' => has_operand = false,
            '[' => match class(rest) {
                Ok(class) => {
                    length = class;
                    has_operand = true;
                }
                Err((words, part)) => return error(words, part),
            },
            '*' | '+' | '?' => operator = Some(1),
            '{' => match repeat(rest) {
                Some((length, true)) => operator = Some(length),
                Some((length, false)) => return error("invalid repeat count", rest.get(..length)?),
                None => has_operand = true,
            },
            '\\' => match escape(rest) {
                Ok(escape) => {
                    length = escape;
                    has_operand = true;
                }
                Err((words, part)) => return error(words, part),
            },
            _ => has_operand = true,
        }
        if let Some(mut operator) = operator {
            if rest.get(operator..).is_some_and(|it| it.starts_with('?')) {
                operator += 1;
            }
            if !has_operand {
                return error("missing argument to repetition operator", rest.get(..operator)?);
            }
            if let Some(before) = before {
                let both = before.len() - rest.len() + operator;
                return error("invalid nested repetition operator", before.get(..both)?);
            }
            before = Some(rest);
            length = operator;
        } else {
            before = None;
        }
        rest = rest.get(length..)?;
    }
    if open > 0 {
        error("missing closing )", text)
    } else {
        None
    }
}

type Wrong<'a> = (&'static str, &'a str);

/// How long the beginning of a group is, and whether a group begins or only flags are set.
fn group(text: &str) -> Result<(usize, bool), Wrong<'_>> {
    if text.starts_with("(?P<") || text.starts_with("(?<") {
        let from = text.find('<').unwrap_or_default() + 1;
        let Some(end) = text.find('>') else {
            return Err(("invalid named capture", text));
        };
        let name = text.get(from..end).unwrap_or_default();
        let is_name = !name.is_empty() && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric());
        return if is_name {
            Ok((end + 1, true))
        } else {
            Err(("invalid named capture", text.get(..=end).unwrap_or(text)))
        };
    }
    for (at, c) in text.char_indices().skip(2) {
        let end = at + c.len_utf8();
        match c {
            'i' | 'm' | 's' | 'U' | '-' => {}
            ':' => return Ok((end, true)),
            ')' => return Ok((end, false)),
            _ => return Err(("invalid or unsupported Perl syntax", text.get(..end).unwrap_or(text))),
        }
    }
    Err(("missing closing )", text))
}

/// How long a class in brackets is.
fn class(text: &str) -> Result<usize, Wrong<'_>> {
    let missing = ("missing closing ]", text);
    let mut at = 1 + usize::from(text.starts_with("[^"));
    let mut is_first = true;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        if rest.is_empty() {
            return Err(missing);
        }
        if rest.starts_with(']') && !is_first {
            return Ok(at + 1);
        }
        if let Some(end) = rest.strip_prefix("[:").and_then(|it| it.find(":]")) {
            at += end + 4;
            is_first = false;
            continue;
        }
        is_first = false;
        let (low, length) = member(rest)?;
        let range = rest.get(length..).unwrap_or_default();
        at += length;
        if let Some(end) = range
            .strip_prefix('-')
            .filter(|it| !it.is_empty() && !it.starts_with(']'))
        {
            let (high, more) = member(end)?;
            at += 1 + more;
            if let (Some(low), Some(high)) = (low, high)
                && high < low
            {
                let part = rest.get(..length + 1 + more).unwrap_or(rest);
                return Err(("invalid character class range", part));
            }
        }
    }
}

/// A member of a class: its character, if it is one, and how long it is.
fn member(text: &str) -> Result<(Option<char>, usize), Wrong<'_>> {
    let Some(first) = text.chars().next() else {
        return Ok((None, 0));
    };
    if first != '\\' {
        return Ok((Some(first), first.len_utf8()));
    }
    let length = escape(text)?;
    let escaped = text.chars().nth(1).filter(|it| !it.is_ascii_alphanumeric());
    Ok((escaped, length))
}

/// How long an escape is.
fn escape(text: &str) -> Result<usize, Wrong<'_>> {
    match text.chars().nth(1) {
        None => Err(("trailing backslash at end of expression", "")),
        Some(c) if c.is_ascii_punctuation() || ESCAPES.contains(c) => Ok(1 + c.len_utf8()),
        Some(c) => Err(("invalid escape sequence", text.get(..1 + c.len_utf8()).unwrap_or(text))),
    }
}

/// How long `{n}`, `{n,}` or `{n,m}` is, and whether so many repetitions are allowed; `None` if it stands for itself.
fn repeat(text: &str) -> Option<(usize, bool)> {
    let end = text.find('}')?;
    let (low, high) =
        { text.get(1..end)?.split_once(',') }.map_or((text.get(1..end)?, None), |(low, high)| (low, Some(high)));
    let is_number = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    if !is_number(low) || high.is_some_and(|it| !it.is_empty() && !is_number(it)) {
        return None;
    }
    let number = |it: &str| it.parse::<u32>().unwrap_or(u32::MAX);
    let (low, high) = (number(low), high.filter(|it| !it.is_empty()).map(number));
    let fits = low <= MAX_REPEAT && high.is_none_or(|it| it <= MAX_REPEAT && low <= it);
    Some((end + 1, fits))
}

#[cfg(test)]
mod tests {
    use super::pattern_error;

    #[test]
    fn what_is_wrong_is_said_as_go_says_it() {
        for fine in [
            "",
            r"^\d+(ms|s)?$",
            "[a-z0-9]([-a-z0-9]*[a-z0-9])?",
            r"[]a\]^-]",
            "a{2,3}?",
            "{a",
            "(?i)x",
            "(?P<n>a)|b*",
            r"^[[:alpha:]_\-.]+$",
            r"\Qa\E",
            "a{,3}",
        ] {
            assert_eq!(pattern_error(fine), None, "{fine}");
        }
        for (wrong, words) in [
            ("([", "missing closing ]: `[`"),
            ("(a", "missing closing ): `(a`"),
            ("a)", "unexpected ): `a)`"),
            ("*a", "missing argument to repetition operator: `*`"),
            ("a**", "invalid nested repetition operator: `**`"),
            ("a|+?", "missing argument to repetition operator: `+?`"),
            ("[z-a]", "invalid character class range: `z-a`"),
            (r"a\", "trailing backslash at end of expression: ``"),
            (r"\y", r"invalid escape sequence: `\y`"),
            ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
            ("(?<=a)", "invalid named capture: `(?<=a)`"),
            ("a{1001}", "invalid repeat count: `{1001}`"),
        ] {
            assert_eq!(pattern_error(wrong), Some(format!("error parsing regexp: {words}")));
        }
    }
}
