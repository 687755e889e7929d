//! `completion` and `plugin`: what a shell outside would bring.

use crate::commands::unsupported;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{Flag, Flags, Takes};
use crate::targets::one;

const NAME_ONLY: Flag = Flag::new(
    "name-only",
    Takes::Bool,
    "Only the names of plugins, without their folders.",
);

pub(crate) const PLUGIN_FLAGS: Flags = &[&[NAME_ONLY]];

const SHELLS: [&str; 4] = ["bash", "fish", "powershell", "zsh"];

/// Models: kubectl/pkg/cmd/completion/completion.go RunCompletion (v1.36).
pub(crate) fn completion(_: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let wrong = |words: &str| one(Failure::usage(words, "kubectl completion"));
    Err(match args.words.as_slice() {
        [] => wrong("Shell not specified."),
        [shell] if SHELLS.contains(&shell.as_str()) => one(unsupported::not_here(
            "completion",
            "Tab completes at this terminal without it",
        )),
        [shell] => wrong(&format!("Unsupported shell type {}.", api::go::quote(shell))),
        _ => wrong("Too many arguments. Expected only the shell type."),
    })
}

/// Models: kubectl/pkg/cmd/plugin/plugin.go (v1.36), where no plugin is found.
pub(crate) fn plugin(_: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    Err(one(match args.words.first().map(String::as_str) {
        Some("list") => Failure::own("unable to find any kubectl plugins in your PATH"),
        _ => Failure::unknown_subcommand("kubectl plugin", &args.words),
    }))
}
