//! `rollout`: the revisions of a pod template.

mod history;
mod patch;
mod status;
mod targets;
mod undo;

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{DRY_RUN, FIELD_MANAGER, FILES, Flag, Flags, PRINT, SELECTOR, TIMEOUT, Takes, WATCH};

const REVISION: Flag = Flag::new("revision", Takes::Long, "The revision to show.");
const TO_REVISION: Flag = Flag::new(
    "to-revision",
    Takes::Long,
    "The revision to go back to; the one before where 0.",
);

/// Flags in front of a subcommand, when it is not known yet.
pub(crate) const FLAGS: Flags = &[
    &[SELECTOR, DRY_RUN, REVISION, TO_REVISION, WATCH, TIMEOUT, FIELD_MANAGER],
    FILES,
    PRINT,
];
pub(crate) const HISTORY_FLAGS: Flags = &[&[REVISION, SELECTOR], FILES, PRINT];
/// Of `pause`, `restart` and `resume`.
pub(crate) const PATCH_FLAGS: Flags = &[&[FIELD_MANAGER, SELECTOR], FILES, PRINT];
pub(crate) const STATUS_FLAGS: Flags = &[&[REVISION, TIMEOUT, WATCH, SELECTOR], FILES];
pub(crate) const UNDO_FLAGS: Flags = &[&[TO_REVISION, DRY_RUN, SELECTOR], FILES, PRINT];

/// Models: kubectl/pkg/cmd/rollout (v1.36).
pub(crate) fn rollout(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let (verb, words) = args.words.split_first().unzip();
    let words = words.unwrap_or_default();
    match verb.map_or("", String::as_str) {
        "history" => history::history(run, args, words),
        "pause" => patch::pause(run, args, words),
        "restart" => patch::restart(run, args, words),
        "resume" => patch::resume(run, args, words),
        "status" => status::status(run, args, words),
        "undo" => undo::undo(run, args, words),
        _ => Err(vec![Failure::unknown_subcommand("kubectl rollout", &args.words)]),
    }
}
