//! The cells of events, which both of their API groups print alike.

use crate::duration::since;
use api::Value;
use cluster::{Cluster, Object, at};

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
