use super::description::Description;
use super::moment::rfc1123z;
use api::Fields;
use cluster::Object;

/// Quotas and limit ranges do not exist here.
///
/// Models: kubectl/pkg/describe describeNamespace (v1.36).
pub(super) fn describe(out: &mut Description, namespace: &Object) {
    out.field(0, "Name", namespace.name());
    out.labels_and_annotations(&namespace.value);
    out.field(0, "Status", namespace.status().field("phase").text());
    let conditions = namespace.status().field("conditions").list();
    if !conditions.is_empty() {
        out.line(0, "Conditions:");
        out.line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage");
        out.line(1, "----\t------\t------------------\t------\t-------");
    }
    for condition in conditions {
        let field = |name: &str| condition.field(name).text();
        let since = rfc1123z(condition.field("lastTransitionTime").as_text());
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
