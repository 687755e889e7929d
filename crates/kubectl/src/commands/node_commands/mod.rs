//! Commands about nodes: `cordon`, `uncordon`, `drain`, `taint`.

mod drain;
mod taint;

pub(crate) use drain::{DRAIN, drain};
pub(crate) use taint::{TAINT, taint};

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{DRY_RUN, Flags, SELECTOR};
use crate::line::resources::{self, Resource, ResourceArgs};
use crate::line::selector::Selector;
use crate::output::dry_run::DryRun;
use crate::output::report::report_typed;
use crate::targets::one;
use api::Kind;
use api::view::Node;
use cluster::Object;
use std::rc::Rc;

pub(crate) const CORDON: Flags = &[&[DRY_RUN, SELECTOR]];

/// Models: kubectl/pkg/cmd/drain/drain.go NewCmdCordon (v1.36).
pub(crate) fn cordon(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let nodes = nodes(run, args, "cordon").map_err(one)?;
    close(run, args, &nodes, true).map_err(one)
}

/// Models: kubectl/pkg/cmd/drain/drain.go NewCmdUncordon (v1.36).
pub(crate) fn uncordon(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let nodes = nodes(run, args, "uncordon").map_err(one)?;
    close(run, args, &nodes, false).map_err(one)
}

/// The nodes that words or a selector name; fails if one is missing.
///
/// Models: kubectl/pkg/cmd/drain/drain.go Complete (v1.36).
fn nodes(run: &CommandContext<'_>, args: &Args, command: &str) -> Result<Vec<Rc<Object>>, Failure> {
    let path = format!("kubectl {command}");
    let selected = args.text("selector").is_some_and(|selector| !selector.is_empty());
    if args.words.is_empty() && args.text("selector").is_none() {
        return Err(Failure::usage(&format!("USAGE: {command} NODE [flags]"), &path));
    }
    if !args.words.is_empty() && selected {
        let words = "error: cannot specify both a node name and a --selector option";
        return Err(Failure::usage(words, &path));
    }
    DryRun::read(args)?;
    if Selector::parse(args.text("pod-selector").unwrap_or_default()).is_err() {
        return Err(Failure::own(
            "--pod-selector=<pod_selector> must be a valid label selector",
        ));
    }
    if selected {
        return resources::select(run.cluster, args, Resource::Kept(Kind::Node));
    }
    let mut named = Vec::new();
    for word in &args.words {
        if !word.contains('/') {
            named.push((Resource::Kept(Kind::Node), word.clone()));
        } else if let ResourceArgs::Names(names) = resources::read_names(run.mapper(), std::slice::from_ref(word))? {
            named.extend(names);
        }
    }
    if named.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a != b)) {
        return Err(Failure::own("you may only specify a single resource type"));
    }
    let mut nodes = Vec::new();
    for (resource, name) in named {
        let found = resources::lookup(run.cluster, resource, args.namespace(), &name)?;
        if resource != Resource::Kept(Kind::Node) {
            return Err(Failure::own(format!(
                "error: expected resource of type node, got \"{}\"",
                resource.with_version()
            )));
        }
        nodes.push(found);
    }
    Ok(nodes)
}

/// Models: kubectl/pkg/cmd/drain/drain.go RunCordonOrUncordon (v1.36).
fn close(run: &mut CommandContext<'_>, args: &Args, nodes: &[Rc<Object>], closed: bool) -> Result<(), Failure> {
    let dry = DryRun::read(args)?;
    let word = if closed { "cordoned" } else { "uncordoned" };
    for node in nodes {
        if Node::of(&node.value).is_unschedulable() == closed {
            report_typed(run, args, node, &format!("already {word}"), dry)?;
            continue;
        }
        if dry != DryRun::Client {
            // A node that is named twice is changed twice.
            let mut value = run.cluster.get(Kind::Node, "", node.name())?.value.clone();
            value["spec"]["unschedulable"] = closed.into();
            run.cluster.update(Kind::Node, "", node.name(), &value, dry.options())?;
        }
        report_typed(run, args, node, word, dry)?;
    }
    Ok(())
}
