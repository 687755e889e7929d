//! Cells of events, the same for both API groups.

use super::tabwriter::lay_out;
use crate::print::age::since;
use api::Cursor;
use base::Order;
use cluster::{Cluster, Object};
use std::rc::Rc;

/// The table of `kubectl events`, oldest first.
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
        let of = |text: Cursor<'_>| text.text().replace('\u{1b}', "^[");
        let involved = event.field("involvedObject");
        let about = format!("{}/{}", of(involved.field("kind")), of(involved.field("name")));
        let cells = [
            interval(cluster, event),
            of(event.field("type")),
            of(event.field("reason")),
            about,
            message(event).replace('\u{1b}', "^["),
        ];
        namespace(event.namespace()).into_iter().chain(cells).collect()
    }));
    lay_out(&rows)
}

fn time(event: &Object) -> Option<&str> {
    let series = event.field("series").field("lastObservedTime").as_text();
    series
        .or_else(|| event.field("lastTimestamp").as_text())
        .or_else(|| event.field("eventTime").as_text())
}

/// The last time, the count and the first time.
fn interval(cluster: &Cluster, event: &Object) -> String {
    let first = event
        .field("eventTime")
        .as_text()
        .or_else(|| event.field("firstTimestamp").as_text());
    let first = since(cluster, first);
    let series = event.field("series");
    let count = series.field("count").number();
    if series.is_set() {
        let last = since(cluster, event.field("series").field("lastObservedTime").as_text());
        return format!("{last} (x{count} over {first})");
    }
    match event.field("count").as_number() {
        Some(count) if count > 1 => {
            let last = since(cluster, event.field("lastTimestamp").as_text());
            format!("{last} (x{count} over {first})")
        }
        _ => first,
    }
}

/// The text of a field by its core name, or by the one that events.k8s.io gives it; `None` if it is empty.
fn text<'a>(core: Cursor<'a>, group: Cursor<'a>) -> Option<&'a str> {
    let text = core.if_set().unwrap_or(group).as_text();
    text.filter(|text| !text.is_empty())
}

fn first(event: &Object) -> Option<&str> {
    let old = text(event.field("firstTimestamp"), event.field("deprecatedFirstTimestamp"));
    old.or_else(|| text(event.field("eventTime"), Cursor::NULL))
}

pub(super) fn first_seen(cluster: &Cluster, event: &Object) -> String {
    since(cluster, first(event))
}

pub(super) fn last_seen(cluster: &Cluster, event: &Object) -> String {
    let old = || text(event.field("lastTimestamp"), event.field("deprecatedLastTimestamp"));
    let moment = match event.field("series").if_set() {
        None => old().or_else(|| first(event)),
        Some(series) => series.field("lastObservedTime").as_text(),
    };
    since(cluster, moment)
}

/// The object of an event, as `pod/web`.
pub(super) fn object(event: &Object) -> String {
    let (core, group) = (event.field("involvedObject"), event.field("regarding"));
    let of = |name| text(core.field(name), group.field(name));
    let kind = of("kind").unwrap_or_default().to_lowercase();
    of("name").map_or_else(|| kind.clone(), |name| format!("{kind}/{name}"))
}

pub(super) fn subobject(event: &Object) -> String {
    let (core, group) = (event.field("involvedObject"), event.field("regarding"));
    let path = text(core.field("fieldPath"), group.field("fieldPath"));
    path.unwrap_or_default().to_owned()
}

/// Models: formatEventSource.
pub(super) fn source(event: &Object) -> String {
    let (core, group) = (event.field("source"), event.field("deprecatedSource"));
    let of = |name, reporter, modern| {
        let old = text(core.field(name), group.field(name));
        old.or_else(|| text(event.field(reporter), event.field(modern)))
    };
    let component = of("component", "reportingComponent", "reportingController").unwrap_or_default();
    let host = of("host", "reportingInstance", "reportingInstance");
    host.map_or_else(|| component.to_owned(), |host| format!("{component}, {host}"))
}

pub(super) fn message(event: &Object) -> String {
    let message = text(event.field("message"), event.field("note"));
    message.unwrap_or_default().trim().to_owned()
}

pub(super) fn count(event: &Object) -> String {
    let old = || event.field("count").if_set().unwrap_or(event.field("deprecatedCount"));
    let count = match event.field("series").if_set() {
        None => match old().number() {
            0 => 1,
            count => count,
        },
        Some(series) => series.field("count").number(),
    };
    count.to_string()
}
