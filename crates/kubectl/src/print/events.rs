//! The cells of events, which both of their API groups print alike.

use super::tabwriter::lay_out;
use crate::print::age::since;
use api::Value;
use base::Order;
use cluster::{Cluster, Object, at};
use std::rc::Rc;

/// The table of `kubectl events`: the oldest first.
///
/// Models: kubectl/pkg/cmd/events/event_printer.go, and SortableEvents of events.go (v1.36).
pub(crate) fn events(cluster: &Cluster, events: &[Rc<Object>], with_namespace: bool, no_headers: bool) -> String {
    let mut sorted = events.to_vec();
    sorted.order_by(|left, right| time(left).cmp(&time(right)));
    let namespace = |text: &str| with_namespace.then(|| text.to_owned());
    let headers = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"].map(str::to_owned);
    let headers = namespace("NAMESPACE").into_iter().chain(headers).collect();
    let mut rows: Vec<Vec<String>> = if no_headers { Vec::new() } else { vec![headers] };
    rows.extend(sorted.iter().map(|event| {
        let of = |fields: &[&str]| event.text(fields).unwrap_or_default().replace('\u{1b}', "^[");
        let about = format!(
            "{}/{}",
            of(&["involvedObject", "kind"]),
            of(&["involvedObject", "name"])
        );
        let cells = [
            interval(cluster, event),
            of(&["type"]),
            of(&["reason"]),
            about,
            message(event).replace('\u{1b}', "^["),
        ];
        namespace(event.namespace()).into_iter().chain(cells).collect()
    }));
    lay_out(&rows)
}

fn time(event: &Object) -> Option<&str> {
    let series = event.text(&["series", "lastObservedTime"]);
    series
        .or_else(|| event.text(&["lastTimestamp"]))
        .or_else(|| event.text(&["eventTime"]))
}

/// When last, how often, and since when.
fn interval(cluster: &Cluster, event: &Object) -> String {
    let first = event.text(&["eventTime"]).or_else(|| event.text(&["firstTimestamp"]));
    let first = since(cluster, first);
    let series = event.at(&["series"]);
    let count = at(series, &["count"]).as_i64().unwrap_or_default();
    if series.is_object() {
        let last = since(cluster, event.text(&["series", "lastObservedTime"]));
        return format!("{last} (x{count} over {first})");
    }
    match event.number(&["count"]) {
        Some(count) if count > 1 => {
            let last = since(cluster, event.text(&["lastTimestamp"]));
            format!("{last} (x{count} over {first})")
        }
        _ => first,
    }
}

/// A field by its core name, or by the one that events.k8s.io gives it.
fn field<'a>(event: &'a Object, core: &[&str], group: &[&str]) -> &'a Value {
    match event.at(core) {
        Value::Null => event.at(group),
        value => value,
    }
}

fn text<'a>(event: &'a Object, core: &[&str], group: &[&str]) -> Option<&'a str> {
    field(event, core, group).as_str().filter(|text| !text.is_empty())
}

fn first(event: &Object) -> Option<&str> {
    text(event, &["firstTimestamp"], &["deprecatedFirstTimestamp"]).or_else(|| text(event, &["eventTime"], &[]))
}

pub(super) fn first_seen(cluster: &Cluster, event: &Object) -> String {
    since(cluster, first(event))
}

pub(super) fn last_seen(cluster: &Cluster, event: &Object) -> String {
    let moment = match event.at(&["series"]) {
        Value::Null => text(event, &["lastTimestamp"], &["deprecatedLastTimestamp"]).or_else(|| first(event)),
        series => at(series, &["lastObservedTime"]).as_str(),
    };
    since(cluster, moment)
}

/// What the event is about, as `pod/web`.
pub(super) fn object(event: &Object) -> String {
    let of = |name| text(event, &["involvedObject", name], &["regarding", name]);
    let kind = of("kind").unwrap_or_default().to_lowercase();
    of("name").map_or_else(|| kind.clone(), |name| format!("{kind}/{name}"))
}

pub(super) fn subobject(event: &Object) -> String {
    text(event, &["involvedObject", "fieldPath"], &["regarding", "fieldPath"])
        .unwrap_or_default()
        .to_owned()
}

/// Models: formatEventSource.
pub(super) fn source(event: &Object) -> String {
    let of = |core, group, reporter: &'static [&'static str], modern: &'static [&'static str]| {
        text(event, &["source", core], &["deprecatedSource", group]).or_else(|| text(event, reporter, modern))
    };
    let component = of(
        "component",
        "component",
        &["reportingComponent"],
        &["reportingController"],
    );
    let host = of("host", "host", &["reportingInstance"], &["reportingInstance"]);
    let component = component.unwrap_or_default();
    host.map_or_else(|| component.to_owned(), |host| format!("{component}, {host}"))
}

pub(super) fn message(event: &Object) -> String {
    text(event, &["message"], &["note"])
        .unwrap_or_default()
        .trim()
        .to_owned()
}

pub(super) fn count(event: &Object) -> String {
    let count = match event.at(&["series"]) {
        Value::Null => field(event, &["count"], &["deprecatedCount"])
            .as_i64()
            .filter(|count| *count != 0)
            .unwrap_or(1),
        series => at(series, &["count"]).as_i64().unwrap_or_default(),
    };
    count.to_string()
}
