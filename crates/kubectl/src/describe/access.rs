//! Certificate requests, drivers of nodes, attributes of volumes.

use super::description::Description;
use super::moment::rfc1123z;
use crate::print::inline;
use cluster::Object;

/// Models: kubectl/pkg/describe describeCSINode (v1.36).
pub(super) fn describe_csi_node(out: &mut Description, node: &Object) {
    out.field(0, "Name", node.name());
    out.labels_and_annotations(&node.value);
    let created = node.field("metadata").field("creationTimestamp").as_text();
    out.field(0, "CreationTimestamp", rfc1123z(created));
    out.line(0, "Spec:");
    let drivers = node.field("spec").field("drivers");
    if drivers.is_set() {
        out.line(1, "Drivers:");
    }
    for driver in drivers.items() {
        out.line(2, format_args!("{}:", driver.field("name").text()));
        out.field(3, "Node ID", driver.field("nodeID").text());
        if let Some(count) = driver.field("allocatable").field("count").as_number() {
            out.line(3, "Allocatables:");
            out.field(4, "Count", count);
        }
        let keys = driver.field("topologyKeys");
        if keys.is_set() {
            let keys: Vec<_> = keys.texts().collect();
            out.field(3, "Topology Keys", format_args!("[{}]", keys.join(" ")));
        }
    }
}

/// Models: kubectl/pkg/describe describeVolumeAttributesClass (v1.36).
pub(super) fn describe_attributes_class(out: &mut Description, class: &Object) {
    out.field(0, "Name", class.name());
    let annotations = class.field("metadata").field("annotations");
    out.field(0, "Annotations", inline::labels(annotations.value));
    out.field(0, "DriverName", class.field("driverName").text());
    out.field(0, "Parameters", inline::labels(class.field("parameters").value));
}
