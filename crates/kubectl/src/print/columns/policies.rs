//! The columns of autoscalers, budgets, network policies and classes of ingresses.
//!
//! Models: pkg/printers/internalversion/printers.go printHorizontalPodAutoscaler, printPodDisruptionBudget,
//! printNetworkPolicy, printIngressClass (v1.36).

use super::column::{AGE, Column, NAME, column, none_if_empty};
use crate::print::inline;
use api::Cursor;
use api::view::metric_source;
use cluster::Object;

const SHOWN_METRICS: usize = 2;

pub(super) const HORIZONTAL_POD_AUTOSCALER: &[Column] = &[
    NAME,
    column("REFERENCE", |_, it| {
        let target = it.spec().field("scaleTargetRef");
        format!("{}/{}", target.field("kind").text(), target.field("name").text())
    }),
    column("TARGETS", |_, it| metrics(it)),
    column("MINPODS", |_, it| {
        let min = it.spec().field("minReplicas").as_number();
        min.map_or_else(|| "<unset>".to_owned(), |min| min.to_string())
    }),
    column("MAXPODS", |_, it| it.spec().field("maxReplicas").number().to_string()),
    column("REPLICAS", |_, it| {
        it.status().field("currentReplicas").number().to_string()
    }),
    AGE,
];

pub(super) const POD_DISRUPTION_BUDGET: &[Column] = &[
    NAME,
    column("MIN AVAILABLE", |_, it| amount(it, "minAvailable")),
    column("MAX UNAVAILABLE", |_, it| amount(it, "maxUnavailable")),
    column("ALLOWED DISRUPTIONS", |_, it| {
        it.status().field("disruptionsAllowed").number().to_string()
    }),
    AGE,
];

pub(super) const NETWORK_POLICY: &[Column] = &[
    NAME,
    column("POD-SELECTOR", |_, it| {
        none_if_empty(inline::selector(it.spec().field("podSelector").value))
    }),
    AGE,
];

pub(super) const INGRESS_CLASS: &[Column] = &[
    Column {
        is_name: true,
        ..column("NAME", |_, it| {
            let is_default = it.annotation("ingressclass.kubernetes.io/is-default-class") == Some("true");
            format!("{}{}", it.name(), if is_default { " (default)" } else { "" })
        })
    },
    column("CONTROLLER", |_, it| it.spec().field("controller").text().to_owned()),
    column("PARAMETERS", |_, it| {
        let parameters = it.spec().field("parameters");
        if !parameters.is_set() {
            return "<none>".to_owned();
        }
        let group = parameters.field("apiGroup").as_text();
        let group = group.map_or_else(String::new, |it| format!(".{it}"));
        let text = |field: &str| parameters.field(field).text();
        format!("{}{group}/{}", text("kind"), text("name"))
    }),
    AGE,
];

fn amount(budget: &Object, field: &str) -> String {
    let amount = budget.spec().field(field);
    match amount.as_text() {
        Some(text) => text.to_owned(),
        None => amount.as_number().map_or_else(|| "N/A".to_owned(), |it| it.to_string()),
    }
}

/// Models: formatHPAMetrics.
fn metrics(autoscaler: &Object) -> String {
    let list = autoscaler.spec().field("metrics").items();
    let count = list.len();
    let measured = autoscaler.status().field("currentMetrics").list();
    let texts: Vec<_> = list
        .enumerate()
        .take(SHOWN_METRICS)
        .map(|(index, metric)| metric_text(metric, measured.get(index).map(Cursor::new)))
        .collect();
    match (count, count.checked_sub(SHOWN_METRICS)) {
        (0, _) => "<none>".to_owned(),
        (_, None | Some(0)) => texts.join(", "),
        (_, Some(more)) => format!("{} + {more} more...", texts.join(", ")),
    }
}

fn metric_text(metric: Cursor<'_>, measured: Option<Cursor<'_>>) -> String {
    let Some(field) = metric_source(metric.field("type").text()) else {
        return "<unknown type>".to_owned();
    };
    let source = metric.field(field);
    let (target, now) = (
        source.field("target"),
        measured.map(|it| it.field(field).field("current")),
    );
    let now = |name: &str| {
        now.and_then(|it| it.field(name).as_text())
            .unwrap_or("<unknown>")
            .to_owned()
    };
    let average = target.field("averageValue").as_text();
    match (field, average) {
        ("resource" | "containerResource", Some(average)) => {
            format!("{}: {}/{average}", source.field("name").text(), now("averageValue"))
        }
        ("resource" | "containerResource", None) => {
            let current =
                measured.and_then(|it| it.field(field).field("current").field("averageUtilization").as_number());
            let current = current.map_or_else(|| "<unknown>".to_owned(), |it| format!("{it}%"));
            let wanted = target.field("averageUtilization").as_number();
            let wanted = wanted.map_or_else(|| "<auto>".to_owned(), |it| format!("{it}%"));
            format!("{}: {current}/{wanted}", source.field("name").text())
        }
        ("pods", Some(average)) => format!("{}/{average}", now("averageValue")),
        (_, Some(average)) => format!("{}/{average} (avg)", now("averageValue")),
        _ => format!(
            "{}/{}",
            now("value"),
            target.field("value").as_text().unwrap_or("<nil>")
        ),
    }
}
