use super::description::Description;
use super::moment::rfc1123z;
use api::view::metric_source;
use api::{Cursor, go};
use cluster::Object;

/// Models: kubectl/pkg/describe describeHorizontalPodAutoscalerV2 (v1.36).
pub(super) fn describe(out: &mut Description, autoscaler: &Object) {
    let (spec, status) = (autoscaler.spec(), autoscaler.status());
    let target = spec.field("scaleTargetRef");
    let (kind, name) = (target.field("kind").text(), target.field("name").text());
    out.field(0, "Name", autoscaler.name());
    out.field(0, "Namespace", autoscaler.namespace());
    out.labels("Labels", autoscaler.metadata().field("labels"));
    out.annotations("Annotations", autoscaler.metadata().field("annotations"));
    let created = autoscaler.metadata().field("creationTimestamp").as_text();
    out.field(0, "CreationTimestamp", rfc1123z(created));
    out.field(0, "Reference", format_args!("{kind}/{name}"));
    out.field(0, "Metrics", "( current / target )");
    let measured = status.field("currentMetrics").list();
    for (index, metric) in spec.field("metrics").items().enumerate() {
        describe_metric(out, metric, measured.get(index).map_or(Cursor::NULL, Cursor::new));
    }
    let min = spec.field("minReplicas").as_number();
    let min = min.map_or_else(|| "<unset>".to_owned(), |min| min.to_string());
    out.field(0, "Min replicas", min);
    out.field(0, "Max replicas", spec.field("maxReplicas").number());
    if let Some(behavior) = spec.field("behavior").if_set() {
        out.line(0, "Behavior:");
        describe_direction(out, "Scale Up", behavior.field("scaleUp"));
        describe_direction(out, "Scale Down", behavior.field("scaleDown"));
    }
    let count = |field: &str| status.field(field).number();
    let (current, desired) = (count("currentReplicas"), count("desiredReplicas"));
    out.field(
        0,
        &format!("{kind} pods"),
        format_args!("{current} current / {desired} desired"),
    );
    let conditions = status.field("conditions");
    if !conditions.is_empty() {
        out.line(0, "Conditions:");
        out.line(1, "Type\tStatus\tReason\tMessage");
        out.line(1, "----\t------\t------\t-------");
        for condition in conditions.items() {
            let cells = ["type", "status", "reason", "message"].map(|it| condition.field(it).text());
            out.line(1, cells.join("\t"));
        }
    }
}

fn describe_metric(out: &mut Description, metric: Cursor<'_>, measured: Cursor<'_>) {
    let kind = metric.field("type").text();
    let Some(field) = metric_source(kind) else {
        return out.line(1, format_args!("<unknown metric type {}>", go::quote(kind)));
    };
    let (source, now) = (metric.field(field), measured.field(field).field("current"));
    let goal = |name: &str| source.field("target").field(name).as_text();
    let now = |name: &str| now.field(name).as_text().unwrap_or("<unknown>");
    let named = go::quote(source.field("metric").field("name").text());
    let average = goal("averageValue");
    let by_value = |title: String| match average {
        Some(average) => format!("{title}(target average value):\t{} / {average}", now("averageValue")),
        None => format!(
            "{title}(target value):\t{} / {}",
            now("value"),
            goal("value").unwrap_or("<nil>")
        ),
    };
    let line = match field {
        "external" => by_value(format!("{named} ")),
        "pods" => format!(
            "{named} on pods:\t{} / {}",
            now("averageValue"),
            average.unwrap_or("<nil>")
        ),
        "object" => {
            let described = source.field("describedObject");
            let (kind, name) = (described.field("kind").text(), described.field("name").text());
            by_value(format!("{named} on {kind}/{name} "))
        }
        _ => {
            let mut title = format!("resource {}", source.field("name").text());
            if field == "containerResource" {
                title = format!("{title} of container \"{}\"", source.field("container").text());
            }
            if let Some(average) = average {
                format!("{title} on pods:\t{} / {average}", now("averageValue"))
            } else {
                let wanted = source.field("target").field("averageUtilization").as_number();
                let wanted = wanted.map_or_else(|| "<auto>".to_owned(), |it| format!("{it}%"));
                let used = measured
                    .field(field)
                    .field("current")
                    .field("averageUtilization")
                    .as_number();
                let used = used.map_or_else(
                    || "<unknown>".to_owned(),
                    |it| format!("{it}% ({})", now("averageValue")),
                );
                format!("{title} on pods  (as a percentage of request):\t{used} / {wanted}")
            }
        }
    };
    out.line(1, line);
}

/// Models: printDirectionBehavior.
fn describe_direction(out: &mut Description, title: &str, rules: Cursor<'_>) {
    if !rules.is_set() {
        return;
    }
    out.line(1, format_args!("{title}:"));
    if let Some(window) = rules.field("stabilizationWindowSeconds").as_number() {
        out.line(2, format_args!("Stabilization Window: {window} seconds"));
    }
    let policies = rules.field("policies");
    if policies.is_empty() {
        return;
    }
    let chosen = rules.field("selectPolicy").as_text().unwrap_or("Max");
    out.line(2, format_args!("Select Policy: {chosen}"));
    out.line(2, "Policies:");
    for policy in policies.items() {
        let kind = policy.field("type").text();
        let (value, period) = (policy.field("value").number(), policy.field("periodSeconds").number());
        out.line(
            3,
            format_args!("- Type: {kind}\tValue: {value}\tPeriod: {period} seconds"),
        );
    }
}
