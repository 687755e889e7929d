//! `top`: the cluster has no metrics server.

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::field_selector::FieldSelector;
use crate::line::flags::{ALL_NAMESPACES, FIELD_SELECTOR, Flag, Flags, NO_HEADERS, SELECTOR, Takes, Values};
use crate::line::selector::Selector;
use api::Kind;

const SORT_BY: Flag =
    Flag::new("sort-by", Takes::Text, "Order by cpu or by memory.").values(Values::Words(&["cpu", "memory"]));
const SWAP: Flag = Flag::new("show-swap", Takes::Bool, "Print what is swapped out, too.");
const PROTOCOL: Flag = Flag::new(
    "use-protocol-buffers",
    Takes::Bool,
    "How the metrics are sent; nothing to be seen here.",
)
.default("true");

pub(crate) const FLAGS: Flags = &[];
pub(crate) const NODE_FLAGS: Flags = &[&[
    SELECTOR,
    SORT_BY,
    NO_HEADERS,
    SWAP,
    PROTOCOL,
    Flag::new(
        "show-capacity",
        Takes::Bool,
        "Compare with capacity, not with what is allocatable.",
    ),
]];
pub(crate) const POD_FLAGS: Flags = &[&[
    SELECTOR,
    FIELD_SELECTOR,
    SORT_BY,
    ALL_NAMESPACES,
    NO_HEADERS,
    SWAP,
    PROTOCOL,
    Flag::new("containers", Takes::Bool, "Print a line for each container."),
    Flag::new("sum", Takes::Bool, "Print the sum of all pods, too."),
]];

/// Models: kubectl/pkg/cmd/top/top_node.go, top_pod.go Complete, Validate, Run (v1.36), without metrics.
pub(crate) fn top(_: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    Err(vec![why_not(args)])
}

fn why_not(args: &Args) -> Failure {
    let (what, names) = args.words.split_first().unzip();
    let names = names.unwrap_or_default();
    let (kind, usage) = match what.map_or("", String::as_str) {
        "node" | "nodes" | "no" => (Kind::Node, "node [NAME | -l label]"),
        "pod" | "pods" | "po" => (Kind::Pod, "pod [NAME | -l label]"),
        _ => return Failure::unknown_subcommand("kubectl top", &args.words),
    };
    let text = |flag: &str| args.text(flag).unwrap_or_default();
    let selected = !text("selector").is_empty() || !text("field-selector").is_empty();
    if names.len() > 1 {
        let word = usage.split(' ').next().unwrap_or_default();
        return Failure::usage(usage, &format!("kubectl top {word}"));
    }
    if !["", "cpu", "memory"].contains(&text("sort-by")) {
        return Failure::own("--sort-by accepts only cpu or memory");
    }
    if !names.is_empty() && selected {
        return Failure::own("only one of NAME or selector can be provided");
    }
    let selectors = Selector::parse(text("selector")).map(|_| ());
    let selectors = selectors.and_then(|()| FieldSelector::parse(Some(kind), text("field-selector")).map(|_| ()));
    Failure::own(
        selectors
            .err()
            .unwrap_or_else(|| "Metrics API not available".to_owned()),
    )
}
