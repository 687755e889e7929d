//! The flags and words of a command line, read as pflag does.

use super::flags::{Flag, Flags, GLOBAL, Takes};
use crate::client::KubectlVersion;
use crate::commands::unsupported;
use crate::failure::Failure;
use crate::line::duration::Span;
use std::collections::BTreeMap;

/// A command line, read.
#[derive(Debug, Default)]
pub(crate) struct Args {
    values: BTreeMap<&'static str, Vec<String>>,
    /// Flags and values in the order given.
    given: Vec<(&'static str, String)>,
    /// The namespace of the context.
    context: String,
    /// Words that are no flags or values.
    pub(crate) words: Vec<String>,
    /// The number of words before `--`, if it is written.
    pub(crate) dash: Option<usize>,
    /// Which kubectl reads it.
    pub(crate) version: KubectlVersion,
}

impl Args {
    /// Reads words by a command's own flags and the global ones.
    pub(crate) fn read(command: &str, flags: Flags, words: &[String]) -> Result<Self, Failure> {
        let mut args = Self::default();
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            args.take(flags, word, &mut rest).map_err(|wrong| {
                let known = wrong.unknown.as_deref().and_then(unsupported::flag);
                known.unwrap_or_else(|| Failure::Own(format!("{}\nSee '{command} --help' for usage.", wrong.message)))
            })?;
        }
        Ok(args)
    }

    /// As another version of kubectl reads them.
    pub(crate) fn by(self, version: KubectlVersion) -> Self {
        Self { version, ..self }
    }

    /// Reads an unfinished line without its errors; also returns the flag whose value comes next.
    pub(crate) fn read_unfinished(flags: Flags, words: &[String]) -> (Self, Option<&'static Flag>) {
        let (mut args, mut open) = (Self::default(), None);
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            open = args.take(flags, word, &mut rest).err().and_then(|wrong| wrong.open);
        }
        (args, open)
    }

    /// Takes a word, and the next one if it is a flag's value.
    fn take<'a>(
        &mut self,
        flags: Flags,
        word: &str,
        rest: &mut impl Iterator<Item = &'a String>,
    ) -> Result<(), ReadError> {
        if word == "--" {
            self.dash = Some(self.words.len());
            self.words.extend(rest.cloned());
            return Ok(());
        }
        let Some(long) = word.strip_prefix("--") else {
            if word.len() > 1 && word.starts_with('-') {
                return self.shorthands(flags, word, rest);
            }
            self.words.push(word.to_owned());
            return Ok(());
        };
        let (name, value) = long
            .split_once('=')
            .map_or((long, None), |(name, value)| (name, Some(value)));
        let flag = find(flags, |flag| flag.name == name).ok_or_else(|| ReadError {
            message: format!("unknown flag: --{name}"),
            open: None,
            unknown: Some(name.to_owned()),
        })?;
        let value = match (value, flag.takes) {
            (Some(value), _) | (None, Takes::Optional(value)) => value.to_owned(),
            (None, Takes::Bool) => "true".to_owned(),
            (None, _) => rest.next().cloned().ok_or_else(|| ReadError {
                message: format!("flag needs an argument: --{name}"),
                open: Some(flag),
                unknown: None,
            })?,
        };
        Ok(self.put(flag, value)?)
    }

    fn shorthands<'a>(
        &mut self,
        flags: Flags,
        word: &str,
        rest: &mut impl Iterator<Item = &'a String>,
    ) -> Result<(), ReadError> {
        let letters = word.trim_start_matches('-');
        for (at, letter) in letters.char_indices() {
            let remaining = letters.get(at..).unwrap_or_default();
            let flag = find(flags, |flag| flag.short == Some(letter))
                .ok_or_else(|| format!("unknown shorthand flag: '{letter}' in -{remaining}"))?;
            let after = letters.get(at + letter.len_utf8()..).unwrap_or_default();
            if let Some(value) = after.strip_prefix('=') {
                return Ok(self.put(flag, value.to_owned())?);
            }
            match flag.takes {
                Takes::Bool => self.put(flag, "true".to_owned())?,
                Takes::Optional(value) => self.put(flag, value.to_owned())?,
                _ if !after.is_empty() => return Ok(self.put(flag, after.to_owned())?),
                _ => {
                    let value = rest.next().ok_or_else(|| ReadError {
                        message: format!("flag needs an argument: '{letter}' in -{remaining}"),
                        open: Some(flag),
                        unknown: None,
                    })?;
                    return Ok(self.put(flag, value.clone())?);
                }
            }
        }
        Ok(())
    }

    fn put(&mut self, flag: &Flag, value: String) -> Result<(), String> {
        let Flag { name, short, takes, .. } = *flag;
        let shown = short.map_or_else(|| format!("--{name}"), |letter| format!("-{letter}, --{name}"));
        let quoted = api::go::quote(&value);
        match takes {
            Takes::Number | Takes::Long if !fits(takes, &value) => {
                let syntax = api::go::parse_int(&value).is_none();
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

    /// The command line with its flags behind the words, by their full names.
    ///
    /// Models: cli-runtime/pkg/genericclioptions/record_flags.go parseCommandArguments (v1.36).
    pub(crate) fn command_line(&self, command: &str) -> String {
        let flags = self.given.iter().map(|(name, value)| format!("--{name}={value}"));
        let words = ["kubectl", command]
            .map(str::to_owned)
            .into_iter()
            .chain(self.words.iter().cloned());
        words.chain(flags).collect::<Vec<_>>().join(" ")
    }

    /// The words before and after `--`; all are before it if it is missing.
    pub(crate) fn around_dash(&self) -> (&[String], &[String]) {
        self.words
            .split_at_checked(self.dash.unwrap_or(self.words.len()))
            .unwrap_or((&self.words, &[]))
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.last().map(String::as_str)
    }

    pub(crate) fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        matches!(self.text(name), Some("true" | "1" | "t" | "T" | "TRUE" | "True"))
    }

    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        i64::try_from(api::go::parse_int(self.text(name)?)?).ok()
    }

    pub(crate) fn span(&self, name: &str) -> Option<Span> {
        Span::read(self.text(name)?).ok()
    }

    /// The namespace of `-n`, that of the context, or `default`.
    pub(crate) fn namespace(&self) -> &str {
        let given = self.text("namespace").unwrap_or_default();
        let namespaces = [given, &self.context, "default"];
        namespaces
            .into_iter()
            .find(|namespace| !namespace.is_empty())
            .unwrap_or_default()
    }

    /// For a context with this namespace.
    pub(crate) fn in_context(self, namespace: &str) -> Self {
        Self {
            context: namespace.to_owned(),
            ..self
        }
    }
}

fn fits(takes: Takes, text: &str) -> bool {
    api::go::parse_int(text).is_some_and(|number| match takes {
        Takes::Long => i64::try_from(number).is_ok(),
        _ => i32::try_from(number).is_ok(),
    })
}

/// Why a word cannot be read.
struct ReadError {
    message: String,
    /// The flag whose value is missing.
    open: Option<&'static Flag>,
    /// The name of a flag that is not known.
    unknown: Option<String>,
}

impl From<String> for ReadError {
    fn from(message: String) -> Self {
        Self {
            message,
            open: None,
            unknown: None,
        }
    }
}

/// The first matching flag, of a command's own and the global ones.
pub(crate) fn find(flags: Flags, fits: impl Fn(&Flag) -> bool) -> Option<&'static Flag> {
    let own = flags.iter().copied().flatten();
    own.chain(GLOBAL).find(|flag| fits(flag))
}
