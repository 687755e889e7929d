//! Fixes of fields: misspelt, in the wrong place, or without effect.

use super::{Fault, at, column, fix, indented, line_end, lines, named, nearest};
use crate::diagnostic::Fix;
use api::{Path, Segment, fields_at};
use std::ops::Range;
use yaml::{Node, NodeKind};

/// The nearest name of a field of the schema.
pub fn renamed(fault: &Fault<'_>) -> Option<Fix> {
    let (key, _) = fault.entry()?;
    let (Segment::Field(written), parent) = fault.steps().split_last()? else {
        return None;
    };
    let name = nearest(written, known(fault, parent))?;
    Some(fix(format!("Change to {name}"), key.span.clone(), name))
}

/// The lines of the field, moved to where the schema has such a field: above, or below one of its neighbours.
pub fn moved(fault: &Fault<'_>) -> Option<Fix> {
    let (Segment::Field(name), parent) = fault.steps().split_last()? else {
        return None;
    };
    let outwards = (0..parent.len())
        .rev()
        .map(|depth| parent.get(..depth).unwrap_or_default().to_vec());
    let inwards = neighbours(fault, parent);
    let beside = (0..parent.len())
        .rev()
        .flat_map(|depth| neighbours(fault, parent.get(..depth).unwrap_or_default()));
    inwards
        .iter()
        .cloned()
        .chain(outwards)
        .chain(beside)
        .filter(|place| known(fault, place).contains(&name.as_str()))
        .find_map(|place| to(fault, name, &place))
}

/// The text without the field, if its lines hold nothing else and other fields remain beside it.
pub fn left_out(fault: &Fault<'_>) -> Option<Fix> {
    let (_, parent) = fault.path.split_last()?;
    let NodeKind::Mapping(around) = &at(fault.node, parent)?.kind else {
        return None;
    };
    let whole = lines(fault.text, fault.entry()?)?;
    (around.len() > 1).then(|| fix("Leave it out", whole, ""))
}

/// The new name of the annotation for topology-aware routing.
pub fn topology_mode(fault: &Fault<'_>) -> Option<Fix> {
    let (key, _) = fault.entry()?;
    Some(fix(
        "Change to its new name",
        key.span.clone(),
        "service.kubernetes.io/topology-mode",
    ))
}

/// The new name of a label of nodes, which is the key or the value of the field.
pub fn node_label(fault: &Fault<'_>) -> Option<Fix> {
    let (key, value) = fault.entry()?;
    let written = if matches!(fault.path.last(), Some(Segment::Key(_))) {
        key
    } else {
        value
    };
    let name = match super::text_of(written)? {
        "beta.kubernetes.io/arch" => "kubernetes.io/arch",
        "beta.kubernetes.io/os" => "kubernetes.io/os",
        "failure-domain.beta.kubernetes.io/region" => "topology.kubernetes.io/region",
        "failure-domain.beta.kubernetes.io/zone" => "topology.kubernetes.io/zone",
        "beta.kubernetes.io/instance-type" => "node.kubernetes.io/instance-type",
        "node-role.kubernetes.io/master" => "node-role.kubernetes.io/control-plane",
        _ => return None,
    };
    Some(fix(format!("Change to {name}"), written.span.clone(), name))
}

/// The fields that the schema has at a place in the object.
fn known(fault: &Fault<'_>, place: &[Segment]) -> Vec<&'static str> {
    let Some(kind) = fault.kind else { return Vec::new() };
    fields_at(kind, &place.iter().cloned().collect::<Path>())
}

/// The places below the fields at a place; for lists, their last items.
fn neighbours(fault: &Fault<'_>, place: &[Segment]) -> Vec<Vec<Segment>> {
    let Some(NodeKind::Mapping(pairs)) = within(fault, place).map(|node| &node.kind) else {
        return Vec::new();
    };
    let below = |(key, value): &(Node, Node)| {
        let mut steps = place.to_vec();
        steps.push(Segment::Field(super::text_of(key)?.to_owned()));
        match &value.kind {
            NodeKind::Sequence(items) => steps.push(Segment::Index(items.len().checked_sub(1)?)),
            NodeKind::Mapping(_) => {}
            NodeKind::Scalar { .. } => return None,
        }
        Some(steps)
    };
    pairs.iter().filter_map(below).collect()
}

fn within<'a>(fault: &'a Fault<'_>, place: &[Segment]) -> Option<&'a Node> {
    let own = fault.path.get(..fault.within).unwrap_or_default();
    at(at(fault.node, own)?, place)
}

/// The lines of the field, moved after the last line of the mapping at that place.
fn to(fault: &Fault<'_>, name: &str, place: &[Segment]) -> Option<Fix> {
    let target = within(fault, place)?;
    let NodeKind::Mapping(pairs) = &target.kind else {
        return None;
    };
    if named(target, name).is_some() {
        return None;
    }
    let source = fault.entry()?;
    let taken = lines(fault.text, source)?;
    // What would be left of the mapping it stands in has to be one still.
    let (_, parent) = fault.path.split_last()?;
    let NodeKind::Mapping(around) = &at(fault.node, parent)?.kind else {
        return None;
    };
    let (first, _) = pairs.first()?;
    if around.len() < 2 || is_flow(fault.text, target) {
        return None;
    }
    let goal = line_end(fault.text, end_without(pairs, source.0)?);
    let block = super::ended(indented(
        fault.text.get(taken.clone())?,
        column(fault.text, source.0.span.start),
        column(fault.text, first.span.start),
    ));
    let label = match place.iter().rev().find_map(|step| match step {
        Segment::Field(name) => Some(name),
        _ => None,
    }) {
        Some(below) => format!("Move below {below}"),
        None => format!("Move {name} to the top level"),
    };
    Some(fix(
        label,
        taken.start.min(goal)..taken.end.max(goal),
        swapped(fault.text, &taken, goal, &block)?,
    ))
}

fn is_flow(text: &str, node: &Node) -> bool {
    text.get(node.span.start..)
        .is_some_and(|rest| rest.starts_with(['{', '[']))
}

/// The end of the last of some fields but one.
fn end_without(pairs: &[(Node, Node)], left_out: &Node) -> Option<usize> {
    let others = pairs.iter().filter(|(key, _)| key.span != left_out.span);
    others.map(|(key, value)| value.span.end.max(key.span.end)).max()
}

/// The text between a block and its goal, with the block moved.
fn swapped(text: &str, taken: &Range<usize>, goal: usize, block: &str) -> Option<String> {
    if goal <= taken.start {
        return Some(format!("{block}{}", text.get(goal..taken.start)?));
    }
    if goal >= taken.end {
        let between = super::ended(text.get(taken.end..goal)?.to_owned());
        let between = if goal == taken.end { "" } else { between.as_str() };
        return Some(format!("{between}{block}"));
    }
    None
}
