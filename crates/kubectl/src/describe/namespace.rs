use super::description::Description;
use super::limits;
use super::moment::rfc1123z;
use api::{Fields, Kind};
use cluster::{Cluster, Object};

/// Models: kubectl/pkg/describe describeNamespace (v1.36).
pub(super) fn describe(out: &mut Description, cluster: &Cluster, namespace: &Object) {
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
    out.line(0, "");
    limits::quotas(out, &cluster.list(Kind::ResourceQuota, Some(namespace.name())));
    out.line(0, "");
    limits::limit_ranges(out, &cluster.list(Kind::LimitRange, Some(namespace.name())));
}

#[cfg(test)]
mod tests;
