//! What the subcommands of `create` share.

use crate::commands::generated::{Explain, generated, report_generated, send};
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{DRY_RUN, FIELD_MANAGER, Flag, Flags, SAVE_CONFIG, VALIDATE};
use api::{Kind, Value};

/// A subcommand of `create` that makes one object.
pub(super) struct Generator {
    /// The words behind `kubectl`.
    pub(super) path: &'static str,
    /// Its last word, and other words for it.
    pub(super) names: &'static [&'static str],
    pub(super) flags: Flags,
    pub(super) make: Make,
}

type MakeOfWords = fn(&mut CommandContext<'_>, &Args, &[String], &[String]) -> Result<(), Failure>;

/// Makes the object of a subcommand.
pub(super) enum Make {
    /// By the one name behind it.
    Named(fn(&mut CommandContext<'_>, &Args, &str) -> Result<(), Failure>),
    /// By the words behind it, before and behind `--`.
    OfWords(MakeOfWords),
}

impl Generator {
    pub(super) fn run(
        &self,
        run: &mut CommandContext<'_>,
        args: &Args,
        words: &[String],
        command: &[String],
    ) -> Result<(), Failure> {
        match self.make {
            Make::Named(make) => make(run, args, exactly_one(words, self.path)?),
            Make::OfWords(make) => make(run, args, words, command),
        }
    }
}

/// Sends an object and says that it is created.
pub(super) fn create(
    run: &mut CommandContext<'_>,
    args: &Args,
    (kind, name): (Kind, &str),
    value: Value,
    explain: Explain,
) -> Result<(), Failure> {
    let object = send(run, args, generated(args, kind, name, value), explain)?;
    report_generated(run, args, &object, "created")
}

pub(super) const EACH: &[Flag] = &[DRY_RUN, FIELD_MANAGER, SAVE_CONFIG, VALIDATE];

/// Models: kubectl/pkg/cmd/create/create.go NameFromCommandArgs (v1.36).
pub(super) fn exactly_one<'a>(words: &'a [String], path: &str) -> Result<&'a str, Failure> {
    match words {
        [name] => Ok(name),
        others => Err(Failure::usage(
            &format!("exactly one NAME is required, got {}", others.len()),
            &format!("kubectl {path}"),
        )),
    }
}

/// The values of a list flag, separated by commas or given several times.
pub(super) fn slice<'a>(args: &'a Args, flag: &str) -> impl Iterator<Item = &'a str> {
    let given = args.all(flag).iter().filter(|values| !values.is_empty());
    given.flat_map(|values| values.split(','))
}
