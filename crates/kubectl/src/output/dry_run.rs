//! `--dry-run`.

use crate::failure::Failure;
use crate::line::args::Args;
use cluster::RequestOptions;

/// Whether a change is sent, and whether it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DryRun {
    No,
    Client,
    Server,
}

impl DryRun {
    pub(crate) fn read(args: &Args) -> Result<Self, Failure> {
        match args.text("dry-run") {
            None | Some("none") => Ok(Self::No),
            Some("server") => Ok(Self::Server),
            // Without a value it is deprecated, and means the client's.
            Some("client" | "unchanged") => Ok(Self::Client),
            Some(other) => Err(Failure::own(format!(
                "Invalid dry-run value ({other}). Must be \"none\", \"server\", or \"client\"."
            ))),
        }
    }

    /// The mark at the end of the line about a change.
    pub(crate) fn mark(self) -> &'static str {
        match self {
            Self::No => "",
            Self::Client => " (dry run)",
            Self::Server => " (server dry run)",
        }
    }

    pub(crate) fn options(self) -> RequestOptions {
        RequestOptions {
            dry_run: self != Self::No,
            ..RequestOptions::default()
        }
    }
}
