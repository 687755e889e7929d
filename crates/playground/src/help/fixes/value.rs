//! Fixes of values.

use super::{Fault, column, fix, is_plain, lines, nearest, text_of};
use crate::diagnostic::Fix;
use crate::help::foreign;
use crate::written::{removed_pairs, together};
use api::{FindingKind, Kind, Rule, Segment};
use yaml::NodeKind;

/// The first node port.
const FIRST_NODE_PORT: u32 = 30_000;
/// How many node ports there are.
const NODE_PORTS: u32 = 2_768;

/// Words of protocols that use TCP.
const OVER_TCP: [&str; 9] = ["http", "https", "http2", "h2c", "grpc", "tls", "ssl", "ws", "wss"];

/// Quotes around a value that YAML does not read as text.
pub fn quoted(fault: &Fault<'_>) -> Option<Fix> {
    let value = fault.value().filter(|value| is_plain(value))?;
    let written = fault.text.get(value.span.clone())?;
    Some(fix(
        "Put quotes around it",
        value.span.clone(),
        format!("\"{written}\""),
    ))
}

/// A number or a boolean without its quotes.
pub fn unquoted(fault: &Fault<'_>) -> Option<Fix> {
    let value = fault.value().filter(|value| !is_plain(value))?;
    let text = text_of(value)?;
    let fits = match fault.finding.rule {
        Rule::BooleanWanted => ["true", "false"].contains(&text),
        _ => text.parse::<i32>().is_ok(),
    };
    fits.then(|| fix("Take the quotes away", value.span.clone(), text))
}

pub(super) fn object<'a>(fault: &'a Fault<'_>, field: &str) -> Option<&'a yaml::Node> {
    let mut path = fault.path.get(..fault.within).unwrap_or_default().to_vec();
    path.push(Segment::Field(field.to_owned()));
    super::at(fault.node, &path)
}

/// The kind with its capital letters.
pub fn kind(fault: &Fault<'_>) -> Option<Fix> {
    let written = object(fault, "kind")?;
    let name = nearest(text_of(written)?, Kind::ALL.iter().map(|kind| kind.name()))?;
    (text_of(written) != Some(name)).then(|| fix(format!("Change to {name}"), written.span.clone(), name))
}

/// The version that has such a kind.
pub fn version(fault: &Fault<'_>) -> Option<Fix> {
    let kind = Kind::of_name(text_of(object(fault, "kind")?)?)?;
    let written = object(fault, "apiVersion")?;
    let version = kind.api_version();
    Some(fix(format!("Change to {version}"), written.span.clone(), version))
}

/// The right version, or the right kind; nothing for a kind of another project.
pub fn version_or_kind(fault: &Fault<'_>) -> Option<Fix> {
    if fault.api_version().is_some_and(|it| foreign::group(it).is_some()) {
        return None;
    }
    version(fault).or_else(|| kind(fault))
}

/// A version as the first line.
pub fn first_line(fault: &Fault<'_>) -> Option<Fix> {
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

/// The supported value that is nearest to the one written.
pub fn supported(fault: &Fault<'_>) -> Option<Fix> {
    let FindingKind::NotSupported(supported) = &fault.finding.kind else {
        return None;
    };
    let value = fault.value()?;
    let written = text_of(value)?.to_lowercase();
    let far = |word: &str| base::distance(&written, &word.to_lowercase());
    let name = supported.iter().min_by_key(|word| far(word))?;
    (far(name) <= 3).then(|| fix(format!("Change to {name}"), value.span.clone(), name.as_str()))
}

/// The level of Pod Security that is nearest to the one written, else the strictest.
pub fn security_level(fault: &Fault<'_>) -> Option<Fix> {
    let value = fault.value()?;
    let levels = ["privileged", "baseline", "restricted"];
    let name = nearest(text_of(value)?, levels).unwrap_or("restricted");
    Some(fix(format!("Change to {name}"), value.span.clone(), name))
}

/// A version of Kubernetes with its v, else the latest.
pub fn security_version(fault: &Fault<'_>) -> Option<Fix> {
    let value = fault.value()?;
    let number = text_of(value)?.trim_start_matches(['v', 'V']);
    let mut parts = number.split('.');
    let minor = parts
        .next()
        .filter(|major| *major == "1")
        .and_then(|_| parts.next()?.parse::<u16>().ok());
    let version = minor.map_or_else(|| "latest".to_owned(), |minor| format!("v1.{minor}"));
    Some(fix(format!("Change to {version}"), value.span.clone(), version))
}

/// TCP for a protocol that uses it, else the nearest protocol.
pub fn protocol(fault: &Fault<'_>) -> Option<Fix> {
    let value = fault.value()?;
    if OVER_TCP.contains(&text_of(value)?.to_lowercase().as_str()) {
        return Some(fix("Change to TCP", value.span.clone(), "TCP"));
    }
    supported(fault)
}

/// The new name of `PreferClose`.
pub fn prefer_same_zone(fault: &Fault<'_>) -> Option<Fix> {
    let value = fault.value()?;
    Some(fix("Change to PreferSameZone", value.span.clone(), "PreferSameZone"))
}

/// A node port in the range that ends as the one written does.
pub fn node_port(fault: &Fault<'_>) -> Option<Fix> {
    let (_, value) = fault.entry()?;
    let number = text_of(value)?.parse::<u32>().ok()?;
    let port = (FIRST_NODE_PORT + number % NODE_PORTS).to_string();
    Some(fix(format!("Change to {port}"), value.span.clone(), port))
}

/// No node port, so that the cluster picks a free one.
pub fn free_node_port(fault: &Fault<'_>) -> Option<Fix> {
    let whole = lines(fault.text, fault.entry()?)?;
    Some(fix("Leave it out: a free one is taken", whole, ""))
}

/// No cluster IP, so that the cluster picks a free one.
pub fn free_cluster_ip(fault: &Fault<'_>) -> Option<Fix> {
    let spec = object(fault, "spec")?;
    let gone = removed_pairs(fault.text, 0, spec, |name, _| {
        ["clusterIP", "clusterIPs"].contains(&name)
    })?;
    let changes = gone.into_iter().map(|range| (range, String::new())).collect();
    together("Leave it out: a free one is taken", fault.text, changes)
}

/// A name of small letters, digits and dashes.
pub fn name(fault: &Fault<'_>) -> Option<Fix> {
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

/// A name for a port that has none: the usual one of its number.
pub fn port_name(fault: &Fault<'_>) -> Option<Fix> {
    let (_, item) = fault.path.split_last()?;
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

/// A name like the one that is taken, which the text does not have yet.
pub fn another(fault: &Fault<'_>) -> Option<Fix> {
    if fault.path.last() != Some(&Segment::Field("name".to_owned())) {
        return None;
    }
    let value = fault.value()?;
    let written = text_of(value)?;
    let fresh = (2..100)
        .map(|number| format!("{written}-{number}"))
        .find(|name| !fault.whole.contains(name.as_str()))?;
    Some(fix(format!("Change to {fresh}"), value.span.clone(), fresh))
}
