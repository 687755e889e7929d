use super::description::{Description, text};
use super::moment::rfc1123z;
use cluster::{Object, at};

/// Adds what there is to say of a Namespace; quotas and limit ranges there are none.
///
/// Models: kubectl/pkg/describe describeNamespace (v1.36).
pub(super) fn describe(out: &mut Description, namespace: &Object) {
    out.field(0, "Name", namespace.name());
    out.labels_and_annotations(&namespace.value);
    out.field(0, "Status", namespace.text(&["status", "phase"]).unwrap_or_default());
    let conditions = namespace.list(&["status", "conditions"]);
    if !conditions.is_empty() {
        out.line(0, "Conditions:");
        out.line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage");
        out.line(1, "----\t------\t------------------\t------\t-------");
    }
    for condition in conditions {
        let field = |name: &str| text(condition, &[name]);
        let since = rfc1123z(at(condition, &["lastTransitionTime"]).as_str());
        out.line(
            1,
            format_args!(
                "{}\t{}\t{since}\t{}\t{}",
                field("type"),
                field("status"),
                field("reason"),
                field("message")
            ),
        );
    }
    out.line(0, "\nNo resource quota.");
    out.line(0, "\nNo LimitRange resource.");
}
