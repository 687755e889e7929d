//! Values of another type or form than the field's.

use super::{Fault, column, fix, is_plain, line_end, line_start, nearest, text_of};
use crate::diagnostic::Fix;
use api::{Kind, Segment};
use yaml::NodeKind;

/// Node ports begin here.
const FIRST_NODE_PORT: u32 = 30_000;
/// So many there are.
const NODE_PORTS: u32 = 2_768;

/// Quotes around what YAML reads as no text.
pub(super) fn quoted(fault: &Fault<'_>) -> Option<Fix> {
    let wants_text = fault.message.contains("of type string");
    let read_otherwise = ["cannot unmarshal bool", "cannot unmarshal number"];
    if !wants_text || !read_otherwise.iter().any(|words| fault.message.contains(words)) {
        return None;
    }
    let value = fault.value().filter(|value| is_plain(value))?;
    let written = fault.text.get(value.span.clone())?;
    Some(fix(
        "Put quotes around it",
        value.span.clone(),
        format!("\"{written}\""),
    ))
}

/// A number or a boolean out of its quotes.
pub(super) fn unquoted(fault: &Fault<'_>) -> Option<Fix> {
    if !fault.message.contains("cannot unmarshal string") {
        return None;
    }
    let value = fault.value().filter(|value| !is_plain(value))?;
    let text = text_of(value)?;
    let number = fault.message.contains("of type int") && text.parse::<i32>().is_ok();
    let boolean = fault.message.contains("of type bool") && ["true", "false"].contains(&text);
    (number || boolean).then(|| fix("Take the quotes away", value.span.clone(), text))
}

/// What would cure a value that a cluster read and refused, or a kind it does not know.
pub(super) fn fixes(fault: &Fault<'_>) -> Vec<Fix> {
    let one = match fault.message {
        message if message.contains("no matches for kind") => version(fault).or_else(|| kind(fault)),
        message if message.contains("is registered") => kind(fault),
        message if message.contains("apiVersion not set") => first_line(fault),
        message if message.contains("Unsupported value") => supported(fault),
        message if message.contains("The range of valid ports is") => return node_port(fault),
        message if message.contains("RFC 1123") || message.contains("DNS-1035") => name(fault),
        message if message.contains("name: Required value") => port_name(fault),
        message if message.contains("name: Duplicate value") || message.contains("already exists") => another(fault),
        _ => None,
    };
    one.into_iter().collect()
}

fn object<'a>(fault: &'a Fault<'_>, field: &str) -> Option<&'a yaml::Node> {
    let mut path = fault.path.get(..fault.within).unwrap_or_default().to_vec();
    path.push(Segment::Field(field.to_owned()));
    super::at(fault.node, &path)
}

/// The kind with its capital letters.
fn kind(fault: &Fault<'_>) -> Option<Fix> {
    let written = object(fault, "kind")?;
    let name = nearest(text_of(written)?, Kind::ALL.iter().map(|kind| kind.name()))?;
    (text_of(written) != Some(name)).then(|| fix(format!("Change to {name}"), written.span.clone(), name))
}

/// The version in which there is such a kind.
fn version(fault: &Fault<'_>) -> Option<Fix> {
    let kind = Kind::of_name(text_of(object(fault, "kind")?)?)?;
    let written = object(fault, "apiVersion")?;
    let version = kind.api_version();
    Some(fix(format!("Change to {version}"), written.span.clone(), version))
}

/// A version where none is written.
fn first_line(fault: &Fault<'_>) -> Option<Fix> {
    let kind = Kind::of_name(text_of(object(fault, "kind")?)?)?;
    if fault.within > 0 || object(fault, "apiVersion").is_some() {
        return None;
    }
    let NodeKind::Mapping(pairs) = &fault.node.kind else {
        return None;
    };
    let (first, _) = pairs.first()?;
    let (start, version) = (first.span.start, kind.api_version());
    Some(fix(
        format!("Begin with apiVersion: {version}"),
        start..start,
        format!("apiVersion: {version}\n{}", " ".repeat(column(fault.text, start))),
    ))
}

/// The value that was meant, of those the message names.
fn supported(fault: &Fault<'_>) -> Option<Fix> {
    let value = fault.value()?;
    let written = text_of(value)?;
    let (_, list) = fault.message.split_once("supported values: ")?;
    let words = list.split(", ").map(|word| word.trim_matches('"'));
    let name = words.min_by_key(|word| base::distance(&written.to_lowercase(), &word.to_lowercase()))?;
    let near = base::distance(&written.to_lowercase(), &name.to_lowercase()) <= 3;
    near.then(|| fix(format!("Change to {name}"), value.span.clone(), name))
}

/// A node port of the range that ends as the one that was written; or none, so that a free one is taken.
fn node_port(fault: &Fault<'_>) -> Vec<Fix> {
    let Some((key, value)) = fault.entry() else {
        return Vec::new();
    };
    let number = text_of(value).and_then(|text| text.parse::<u32>().ok());
    let within = number.map(|number| (FIRST_NODE_PORT + number % NODE_PORTS).to_string());
    let changed = within.map(|port| fix(format!("Change to {port}"), value.span.clone(), port));
    let whole = line_start(fault.text, key.span.start)..line_end(fault.text, value.span.end);
    let alone = super::begins_line(fault.text, key.span.start);
    let left = alone.then(|| fix("Leave it out: a free one is taken", whole, ""));
    changed.into_iter().chain(left).collect()
}

/// A name of small letters, digits and dashes.
fn name(fault: &Fault<'_>) -> Option<Fix> {
    let value = fault.value()?;
    let written = text_of(value)?;
    let allowed = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let name: String = written.chars().map(allowed).collect();
    let name = name.trim_matches('-');
    let fits = !name.is_empty() && name != written && name.len() <= 63;
    fits.then(|| fix(format!("Change to {name}"), value.span.clone(), name))
}

/// A name for a port that has none: its number's usual one.
fn port_name(fault: &Fault<'_>) -> Option<Fix> {
    let (last, item) = fault.path.split_last()?;
    if *last != Segment::Field("name".to_owned()) || !fault.message.contains("ports[") {
        return None;
    }
    let item = super::at(fault.node, item)?;
    let NodeKind::Mapping(pairs) = &item.kind else {
        return None;
    };
    let (first, _) = pairs.first()?;
    let port = super::named(item, "port").and_then(|(_, value)| text_of(value))?;
    let name = match port {
        "80" | "8080" => "http".to_owned(),
        "443" | "8443" => "https".to_owned(),
        other => format!("port-{other}"),
    };
    let taken = fault.text.contains(&format!("name: {name}\n"));
    let name = if taken { format!("port-{port}") } else { name };
    let start = first.span.start;
    Some(fix(
        format!("Name it {name}"),
        start..start,
        format!("name: {name}\n{}", " ".repeat(column(fault.text, start))),
    ))
}

/// A name like the one that is taken, that the text does not have yet.
fn another(fault: &Fault<'_>) -> Option<Fix> {
    let value = fault.value()?;
    let written = text_of(value)?;
    let fresh = (2..100)
        .map(|number| format!("{written}-{number}"))
        .find(|name| !fault.whole.contains(name.as_str()))?;
    Some(fix(format!("Change to {fresh}"), value.span.clone(), fresh))
}
