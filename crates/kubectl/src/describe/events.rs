//! The events at the end of a description.

use super::description::{Description, number, or, text};
use crate::print::age::since;
use api::Kind;
use base::Order;
use cluster::{Cluster, Object, at};
use std::rc::Rc;

/// Adds the events that speak of an object, the oldest first.
///
/// Models: kubectl/pkg/describe DescribeEvents (v1.36).
pub(super) fn describe(out: &mut Description, cluster: &Cluster, object: &Object) {
    let events = about(cluster, object);
    if events.is_empty() {
        out.field(0, "Events", "<none>");
        return;
    }
    out.line(0, "Events:");
    out.line(1, "Type\tReason\tAge\tFrom\tMessage");
    out.line(1, "----\t------\t----\t----\t-------");
    for event in events {
        let event = &event.value;
        out.line(
            1,
            format_args!(
                "{}\t{}\t{}\t{}\t{}",
                text(event, &["type"]),
                text(event, &["reason"]),
                interval(cluster, event),
                or(
                    text(event, &["source", "component"]),
                    text(event, &["reportingComponent"])
                ),
                message(event),
            ),
        );
    }
}

/// Models: kubectl/pkg/describe searchEvents (v1.36).
fn about(cluster: &Cluster, object: &Object) -> Vec<Rc<Object>> {
    let namespace = (!object.namespace().is_empty()).then(|| object.namespace());
    let mut events: Vec<_> = cluster
        .by_creation(Kind::Event)
        .into_iter()
        .filter(|event| namespace.is_none_or(|namespace| event.namespace() == namespace))
        .filter(|event| {
            let involved = event.at(&["involvedObject"]);
            let uid = text(involved, &["uid"]);
            text(involved, &["name"]) == object.name()
                && (object.kind == Kind::Pod || text(involved, &["kind"]) == object.kind.name())
                && (uid == object.uid() || (object.kind == Kind::Node && uid == object.name()))
        })
        .collect();
    events.order_by_key(|event| {
        event
            .text(&["lastTimestamp"])
            .and_then(cluster::second)
            .unwrap_or(i64::MIN)
    });
    events
}

fn interval(cluster: &Cluster, event: &api::Value) -> String {
    let moment = |fields: &[&str]| at(event, fields).as_str().map(str::to_owned);
    let first = moment(&["eventTime"]).or_else(|| moment(&["firstTimestamp"]));
    let first = since(cluster, first.as_deref());
    let count = number(event, &["count"]);
    if at(event, &["series"]).is_object() {
        let last = since(cluster, moment(&["series", "lastObservedTime"]).as_deref());
        format!("{last} (x{} over {first})", number(event, &["series", "count"]))
    } else if count > 1 {
        let last = since(cluster, moment(&["lastTimestamp"]).as_deref());
        format!("{last} (x{count} over {first})")
    } else {
        first
    }
}

fn message(event: &api::Value) -> String {
    let message = text(event, &["message"]).trim();
    match text(event, &["involvedObject", "fieldPath"]) {
        "" => message.to_owned(),
        path => format!("{path}: {message}"),
    }
}
