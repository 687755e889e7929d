//! A page for each command.

mod advanced;
mod basic;
mod cluster;
mod deploy;
mod objects;
mod set;
mod troubleshooting;

use super::page::Page;

/// All pages, in the order of the overview; a subcommand follows its command.
pub(super) fn all() -> impl Iterator<Item = &'static Page> {
    [
        basic::PAGES,
        set::PAGES,
        objects::PAGES,
        deploy::PAGES,
        cluster::PAGES,
        troubleshooting::PAGES,
        advanced::PAGES,
    ]
    .into_iter()
    .flatten()
}
