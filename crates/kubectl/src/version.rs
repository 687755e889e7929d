//! `version` and `auth`.

use crate::command::Run;
use crate::failure::Failure;
use crate::flags::{ALL_NAMESPACES, Args, Flag, OUTPUT, Takes};

pub(crate) const VERSION: &[Flag] = &[OUTPUT, ("client", None, Takes::Bool)];
pub(crate) const AUTH: &[Flag] = &[
    OUTPUT,
    ALL_NAMESPACES,
    ("list", None, Takes::Bool),
    ("quiet", Some('q'), Takes::Bool),
];

#[expect(clippy::unnecessary_wraps, reason = "all commands look alike")]
pub(crate) fn version(run: &mut Run<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    run.output
        .stdout
        .push_str("Client Version: v1.36.2\nKustomize Version: v5.8.1\n");
    if !args.is("client") {
        run.output.stdout.push_str("Server Version: v1.36.2\n");
    }
    Ok(())
}

/// The learner is the cluster's admin.
#[expect(clippy::unnecessary_wraps, reason = "all commands look alike")]
pub(crate) fn auth(run: &mut Run<'_>, _args: &Args) -> Result<(), Vec<Failure>> {
    run.output.stdout.push_str("yes\n");
    Ok(())
}
