//! The addresses of Services and the ranges they come from.

use super::description::{Description, joined};
use super::moment::rfc1123z;
use cluster::Object;

/// Models: kubectl/pkg/describe describeServiceCIDRV1 (v1.36).
pub(super) fn describe_range(out: &mut Description, range: &Object) {
    out.field(0, "Name", range.name());
    out.labels_and_annotations(&range.value);
    out.field(0, "CIDRs", joined(range.field("spec").field("cidrs"), ", "));
    let conditions = range.field("status").field("conditions");
    if conditions.is_empty() {
        return;
    }
    out.line(0, "Status:");
    out.line(0, "Conditions:");
    out.line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage");
    out.line(1, "----\t------\t------------------\t------\t-------");
    for condition in conditions.items() {
        let [kind, status, reason, message] =
            ["type", "status", "reason", "message"].map(|it| condition.field(it).text());
        let since = rfc1123z(condition.field("lastTransitionTime").as_text());
        out.line(1, format_args!("{kind}\t{status}\t{since}\t{reason}\t{message}"));
    }
}

/// Models: kubectl/pkg/describe describeIPAddressV1 (v1.36).
pub(super) fn describe_address(out: &mut Description, address: &Object) {
    out.field(0, "Name", address.name());
    out.labels_and_annotations(&address.value);
    let parent = address.field("spec").field("parentRef");
    if parent.is_set() {
        out.line(0, "Parent Reference:");
        for (title, field) in [
            ("Group", "group"),
            ("Resource", "resource"),
            ("Namespace", "namespace"),
            ("Name", "name"),
        ] {
            out.field(1, title, parent.field(field).text());
        }
    }
}
