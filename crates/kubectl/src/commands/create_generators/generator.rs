//! What the subcommands of `create` share.

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{DRY_RUN, FIELD_MANAGER, Flag, Flags, SAVE_CONFIG, VALIDATE};

/// A subcommand of `create` that makes one object.
pub(super) struct Generator {
    /// The words behind `kubectl`.
    pub(super) path: &'static str,
    /// Its last word, and other words for it.
    pub(super) names: &'static [&'static str],
    pub(super) flags: Flags,
    /// Makes the object: the words after the subcommand's name, before and behind `--`.
    pub(super) make: Make,
}

pub(super) type Make = fn(&mut CommandContext<'_>, &Args, &[String], &[String]) -> Result<(), Failure>;

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
