//! The events at the end of a description.

use super::description::{Description, or};
use crate::print::age::since;
use api::{Fields, Kind};
use base::Order;
use cluster::{Cluster, Object};
use std::rc::Rc;

/// Adds the events about an object, oldest first.
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
                event.field("type").text(),
                event.field("reason").text(),
                interval(cluster, event),
                or(
                    event.field("source").field("component").text(),
                    event.field("reportingComponent").text()
                ),
                message(event),
            ),
        );
    }
}

/// Models: kubectl/pkg/describe searchEvents (v1.36).
fn about(cluster: &Cluster, object: &Object) -> Vec<Rc<Object>> {
    let namespace = (!object.namespace().is_empty()).then(|| object.namespace());
    let mut events = cluster.events(namespace, |event| {
        let involved = event.involved();
        involved.name == object.name()
            && (object.kind == Kind::Pod || involved.kind == object.kind.name())
            && (involved.uid == object.uid() || (object.kind == Kind::Node && involved.uid == object.name()))
    });
    events.order_by_key(|event| event.order);
    events.order_by_key(|event| {
        event
            .field("lastTimestamp")
            .as_text()
            .and_then(cluster::second)
            .unwrap_or(i64::MIN)
    });
    events
}

fn interval(cluster: &Cluster, event: &api::Value) -> String {
    let moment = |field: &str| event.field(field).as_text();
    let first = moment("eventTime").or_else(|| moment("firstTimestamp"));
    let first = since(cluster, first);
    let count = event.field("count").number();
    if event.field("series").is_set() {
        let last = since(cluster, event.field("series").field("lastObservedTime").as_text());
        format!(
            "{last} (x{} over {first})",
            event.field("series").field("count").number()
        )
    } else if count > 1 {
        let last = since(cluster, moment("lastTimestamp"));
        format!("{last} (x{count} over {first})")
    } else {
        first
    }
}

fn message(event: &api::Value) -> String {
    let message = event.field("message").text().trim();
    match event.field("involvedObject").field("fieldPath").text() {
        "" => message.to_owned(),
        path => format!("{path}: {message}"),
    }
}
