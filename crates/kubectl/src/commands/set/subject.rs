//! `set subject`, for role bindings, which the cluster here does not store.

use super::targets::{ALL_AND_SELECTOR, LOCAL_AND_SERVER, chosen, rehearses_locally, selects_twice};
use super::template::not_changed;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::targets::{done, one};

/// Models: kubectl/pkg/cmd/set/set_subject.go Complete, Validate, Run (v1.36).
pub(super) fn subject(run: &mut CommandContext<'_>, args: &Args, words: &[String]) -> Result<(), Vec<Failure>> {
    let objects = chosen(run, args, words)?;
    if let Some(wrong) = wrong(args) {
        return Err(one(Failure::own(wrong)));
    }
    let unsupported = "setting subjects is only supported for RoleBinding/ClusterRoleBinding";
    done(objects.iter().map(|object| not_changed(object, unsupported)).collect())
}

fn wrong(args: &Args) -> Option<&'static str> {
    if rehearses_locally(args) {
        return Some(LOCAL_AND_SERVER);
    }
    if selects_twice(args) {
        return Some(ALL_AND_SELECTOR);
    }
    let accounts = args.all("serviceaccount");
    if args.all("user").is_empty() && args.all("group").is_empty() && accounts.is_empty() {
        return Some("you must specify at least one value of user, group or serviceaccount");
    }
    accounts
        .iter()
        .find_map(|account| match account.split(':').collect::<Vec<_>>().as_slice() {
            ["", _] => Some("serviceaccount must be <namespace>:<name>, namespace must be specified"),
            [_, name] if !name.is_empty() => None,
            _ => Some("serviceaccount must be <namespace>:<name>"),
        })
}
