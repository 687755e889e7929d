//! Command line options, as `getopt_long` reads them.

/// An option: its letter, its long name, whether it takes a value.
pub(crate) type Known = (Option<char>, &'static str, bool);

/// An option that was given, by its long name, with its value.
pub(crate) type Given = (&'static str, String);

/// An error in the options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// An unknown option, as typed.
    Unknown(String),
    /// An option without its value, as typed.
    NeedsValue(String),
}

/// Splits arguments into options and other words.
pub(crate) fn read(known: &[Known], words: &[String]) -> Result<(Vec<Given>, Vec<String>), Wrong> {
    let (mut given, mut others) = (Vec::new(), Vec::new());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--" {
            others.extend(words.by_ref().cloned());
        } else if let Some(long) = word.strip_prefix("--") {
            let (name, value) = long
                .split_once('=')
                .map_or((long, None), |(name, value)| (name, Some(value.to_owned())));
            let found = known.iter().find(|(_, known, _)| *known == name);
            let (_, name, takes) = found.ok_or_else(|| Wrong::Unknown(word.clone()))?;
            let value = match (takes, value) {
                (_, Some(value)) => value,
                (false, None) => String::new(),
                (true, None) => words.next().cloned().ok_or_else(|| Wrong::NeedsValue(word.clone()))?,
            };
            given.push((*name, value));
        } else if word.len() > 1 && word.starts_with('-') {
            let letters = word.strip_prefix('-').unwrap_or_default();
            for (at, letter) in letters.char_indices() {
                let found = known.iter().find(|(known, ..)| *known == Some(letter));
                let (_, name, takes) = found.ok_or_else(|| Wrong::Unknown(format!("-{letter}")))?;
                if !takes {
                    given.push((*name, String::new()));
                    continue;
                }
                let rest = letters.get(at + letter.len_utf8()..).unwrap_or_default();
                let value = if rest.is_empty() {
                    words
                        .next()
                        .cloned()
                        .ok_or_else(|| Wrong::NeedsValue(format!("-{letter}")))?
                } else {
                    rest.to_owned()
                };
                given.push((*name, value));
                break;
            }
        } else {
            others.push(word.clone());
        }
    }
    Ok((given, others))
}

/// The last value of an option.
pub(crate) fn last<'a>(given: &'a [Given], name: &str) -> Option<&'a str> {
    let (_, value) = given.iter().rev().find(|(known, _)| *known == name)?;
    Some(value)
}

/// Reads seconds such as `3` or `0.5`, rounded up; `None` if it is not a number.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let more = fraction.chars().any(|c| c != '0');
    fraction.chars().all(|c| c.is_ascii_digit()).then_some(())?;
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    whole.checked_add(i64::from(more))
}
