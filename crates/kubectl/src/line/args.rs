//! A command's flags, read as pflag does.

use super::flags::{Flag, GLOBAL, Takes};
use crate::failure::Failure;
use crate::line::duration::Span;
use std::collections::BTreeMap;

/// The words of a command line, sorted.
#[derive(Debug, Default)]
pub(crate) struct Args {
    values: BTreeMap<&'static str, Vec<String>>,
    /// The flags with their values in the order in which they were given.
    given: Vec<(&'static str, String)>,
    /// What is no flag.
    pub(crate) words: Vec<String>,
    /// How many words stand before `--`, where it was written.
    pub(crate) dash: Option<usize>,
}

impl Args {
    /// Reads words by a command's flags and those all commands have.
    pub(crate) fn read(command: &str, flags: &[Flag], words: &[String]) -> Result<Self, Failure> {
        let mut args = Self::default();
        let mut rest = words.iter();
        let fail = |message: String| Failure::Own(format!("{message}\nSee '{command} --help' for usage."));
        while let Some(word) = rest.next() {
            if word == "--" {
                args.dash = Some(args.words.len());
                args.words.extend(rest.by_ref().cloned());
            } else if let Some(long) = word.strip_prefix("--") {
                let (name, value) = long
                    .split_once('=')
                    .map_or((long, None), |(name, value)| (name, Some(value)));
                let flag = find(flags, |flag| flag.0 == name);
                let Some(flag) = flag else {
                    return Err(fail(format!("unknown flag: --{name}")));
                };
                let value = match (value, flag.2) {
                    (Some(value), _) | (None, Takes::Optional(value)) => value.to_owned(),
                    (None, Takes::Bool) => "true".to_owned(),
                    (None, _) => rest
                        .next()
                        .cloned()
                        .ok_or_else(|| fail(format!("flag needs an argument: --{name}")))?,
                };
                args.put(flag, value).map_err(fail)?;
            } else if word.len() > 1 && word.starts_with('-') {
                args.shorthands(flags, word, &mut rest).map_err(fail)?;
            } else {
                args.words.push(word.clone());
            }
        }
        Ok(args)
    }

    fn shorthands<'a>(
        &mut self,
        flags: &[Flag],
        word: &str,
        rest: &mut impl Iterator<Item = &'a String>,
    ) -> Result<(), String> {
        let letters = word.trim_start_matches('-');
        for (at, letter) in letters.char_indices() {
            let Some(flag) = find(flags, |flag| flag.1 == Some(letter)) else {
                let remaining = letters.get(at..).unwrap_or_default();
                return Err(format!("unknown shorthand flag: '{letter}' in -{remaining}"));
            };
            let after = letters.get(at + letter.len_utf8()..).unwrap_or_default();
            if let Some(value) = after.strip_prefix('=') {
                return self.put(flag, value.to_owned());
            }
            match flag.2 {
                Takes::Bool => self.put(flag, "true".to_owned())?,
                Takes::Optional(value) => self.put(flag, value.to_owned())?,
                _ if !after.is_empty() => return self.put(flag, after.to_owned()),
                _ => {
                    let remaining = letters.get(at..).unwrap_or_default();
                    let value = rest
                        .next()
                        .ok_or_else(|| format!("flag needs an argument: '{letter}' in -{remaining}"))?;
                    return self.put(flag, value.clone());
                }
            }
        }
        Ok(())
    }

    fn put(&mut self, flag: Flag, value: String) -> Result<(), String> {
        let (name, letter, takes) = flag;
        let shown = letter.map_or_else(|| format!("--{name}"), |letter| format!("-{letter}, --{name}"));
        let quoted = api::go::quote(&value);
        match takes {
            Takes::Number | Takes::Long if !fits(takes, &value) => {
                let syntax = value.parse::<i128>().is_err();
                let why = if syntax { "invalid syntax" } else { "value out of range" };
                return Err(format!(
                    "invalid argument {quoted} for \"{shown}\" flag: strconv.ParseInt: parsing {quoted}: {why}"
                ));
            }
            Takes::Duration => {
                if let Err(why) = Span::read(&value) {
                    return Err(format!("invalid argument {quoted} for \"{shown}\" flag: {why}"));
                }
            }
            Takes::Bool
                if ![
                    "true", "false", "1", "0", "t", "f", "T", "F", "TRUE", "FALSE", "True", "False",
                ]
                .contains(&value.as_str()) =>
            {
                return Err(format!(
                    "invalid argument {quoted} for \"{shown}\" flag: strconv.ParseBool: parsing {quoted}: invalid syntax"
                ));
            }
            _ => {}
        }
        self.given.push((name, value.clone()));
        let values = self.values.entry(name).or_default();
        if takes != Takes::List {
            values.clear();
        }
        values.push(value);
        Ok(())
    }

    /// A command line as it was meant: the words, then the flags by their full names.
    ///
    /// Models: cli-runtime/pkg/genericclioptions/record_flags.go parseCommandArguments (v1.36).
    pub(crate) fn told(&self, command: &str) -> String {
        let flags = self.given.iter().map(|(name, value)| format!("--{name}={value}"));
        let words = ["kubectl", command]
            .map(str::to_owned)
            .into_iter()
            .chain(self.words.iter().cloned());
        words.chain(flags).collect::<Vec<_>>().join(" ")
    }

    /// The words before and after `--`; all of them are before where it was not written.
    pub(crate) fn around_dash(&self) -> (&[String], &[String]) {
        self.words
            .split_at_checked(self.dash.unwrap_or(self.words.len()))
            .unwrap_or((&self.words, &[]))
    }

    /// A flag's value.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.last().map(String::as_str)
    }

    /// All values of a flag that may be given several times.
    pub(crate) fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a flag is set.
    pub(crate) fn is(&self, name: &str) -> bool {
        matches!(self.text(name), Some("true" | "1" | "t" | "T" | "TRUE" | "True"))
    }

    /// A flag's number.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// A flag's span of time.
    pub(crate) fn span(&self, name: &str) -> Option<Span> {
        Span::read(self.text(name)?).ok()
    }

    /// The namespace asked for, or the default one.
    pub(crate) fn namespace(&self) -> &str {
        self.text("namespace")
            .filter(|namespace| !namespace.is_empty())
            .unwrap_or("default")
    }
}

/// Whether a text is a number of that size.
fn fits(takes: Takes, text: &str) -> bool {
    match takes {
        Takes::Long => text.parse::<i64>().is_ok(),
        _ => text.parse::<i32>().is_ok(),
    }
}

/// The flag among a command's own and those of all that fits.
pub(crate) fn find(flags: &[Flag], fits: impl Fn(&&Flag) -> bool) -> Option<Flag> {
    flags.iter().chain(GLOBAL).find(fits).copied()
}
