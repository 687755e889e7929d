//! `autoscale`.

use crate::client::KubectlVersion;
use crate::commands::generated::{generated, report_generated, send};
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{DRY_RUN, FIELD_MANAGER, FILENAME, Flag, Flags, PRINT, RECORD, RECURSIVE, SAVE_CONFIG, Takes};
use crate::output::dry_run::DryRun;
use crate::targets::{done, one, targets};
use api::{Kind, Value, quantity};
use serde_json::json;

const MIN: Flag = Flag::new("min", Takes::Number, "The least number of pods.").default("-1");
const MAX: Flag = Flag::new("max", Takes::Number, "The greatest number of pods; required.").default("-1");
const CPU_PERCENT: Flag = Flag::new(
    "cpu-percent",
    Takes::Number,
    "The target of CPU use, as a percentage of what pods request.",
)
.default("-1");
const CPU: Flag = Flag::new("cpu", Takes::Text, "The target of CPU use: 70%, or 500m for each pod.");
const MEMORY: Flag = Flag::new(
    "memory",
    Takes::Text,
    "The target of memory use: 60%, or 200Mi for each pod.",
);
const NAME: Flag = Flag::new(
    "name",
    Takes::Text,
    "The name of the autoscaler; that of the workload if empty.",
);

pub(crate) const FLAGS: Flags = &[
    &[
        RECORD,
        FILENAME,
        RECURSIVE,
        MIN,
        MAX,
        CPU_PERCENT,
        CPU,
        MEMORY,
        NAME,
        DRY_RUN,
        SAVE_CONFIG,
        FIELD_MANAGER,
    ],
    PRINT,
];

/// Models: kubectl/pkg/cmd/autoscale/autoscale.go Validate, Run (v1.36).
pub(crate) fn autoscale(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    if args.text("cpu-percent").is_some() {
        run.output.stderr.push_str(
            "Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).\n",
        );
    }
    let Some(max) = args.number("max") else {
        return Err(one(Failure::own("required flag(s) \"max\" not set")));
    };
    let min = args.number("min").unwrap_or(-1);
    let percent = args.number("cpu-percent").filter(|percent| *percent > 0);
    let text = |flag: &str| args.text(flag).unwrap_or_default();
    let refuse = |words: String| Err(one(Failure::own(words)));
    if max < 1 {
        return refuse(format!("--max=MAXPODS is required and must be at least 1, max: {max}"));
    }
    if max < min {
        return refuse(format!(
            "--max=MAXPODS must be larger or equal to --min=MINPODS, max: {max}, min: {min}"
        ));
    }
    if percent.is_some() && !text("cpu").is_empty() {
        return refuse("--cpu-percent and --cpu are mutually exclusive".to_owned());
    }
    let mut metrics = Vec::new();
    if let Some(percent) = percent {
        metrics.push(metric("cpu", &utilization(percent)));
    }
    for (resource, unit) in [("cpu", "m"), ("memory", "Mi")] {
        if !text(resource).is_empty() {
            let target = target(text(resource), resource, unit).map_err(one)?;
            metrics.push(metric(resource, &target));
        }
    }
    let dry = DryRun::read(args).map_err(one)?;
    let mut found = targets(run, args, &args.words)?;
    if found.objects.is_empty() && found.failures.is_empty() {
        return refuse("no objects passed to autoscale".to_owned());
    }
    for object in &found.objects {
        let kind = object.kind;
        if run.cluster.scale_paths(kind).is_none() {
            return refuse(format!(
                "cannot autoscale a {}: could not find scale subresource for {}/{}, Resource={} in discovery information",
                kind.name(),
                kind.group(),
                kind.version(),
                kind.plural()
            ));
        }
        let name = match text("name") {
            "" => object.name(),
            name => name,
        };
        let mut spec = json!({
            "maxReplicas": max,
            "scaleTargetRef": {"apiVersion": kind.api_version(), "kind": kind.name(), "name": object.name()},
        });
        if min > 0 {
            spec["minReplicas"] = min.into();
        }
        if !metrics.is_empty() {
            spec["metrics"] = metrics.clone().into();
        }
        let value = json!({
            "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": name}, "spec": spec,
            "status": {"currentMetrics": null, "desiredReplicas": 0},
        });
        let document = generated(args, Kind::HorizontalPodAutoscaler, name, value);
        match send(run, args, document, Failure::from) {
            Ok(object) => {
                let verb = if dry == DryRun::Client { "created" } else { "autoscaled" };
                report_generated(run, args, &object, verb).map_err(one)?;
            }
            Err(failure) => found.failures.push(fallen_back(args, failure)),
        }
    }
    done(found.failures)
}

/// What kubectl says where the server refuses: it tries again with the older version, which knows CPU percentages alone.
///
/// Models: kubectl/pkg/cmd/autoscale/autoscale.go Run, canCreateHPAV1 (v1.36).
fn fallen_back(args: &Args, failure: Failure) -> Failure {
    if args.version < KubectlVersion::NEWEST {
        return failure;
    }
    let text = |flag: &str| args.text(flag).unwrap_or_default();
    let why = match (text("cpu"), text("memory")) {
        ("", _) => "empty input",
        (cpu, "") if cpu.ends_with('%') => return failure,
        _ => "%!w(<nil>)",
    };
    Failure::own(format!(
        "failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: {why}"
    ))
}

fn metric(resource: &str, target: &Value) -> Value {
    json!({"type": "Resource", "resource": {"name": resource, "target": target}})
}

fn utilization(percent: i64) -> Value {
    json!({"type": "Utilization", "averageUtilization": percent})
}

/// Models: parseResourceInput.
fn target(text: &str, resource: &str, unit: &str) -> Result<Value, Failure> {
    let text = text.trim();
    if let Some(percent) = text.strip_suffix('%') {
        let number = percent.parse::<i32>().ok().filter(|percent| *percent >= 0);
        let number = number.ok_or_else(|| Failure::own(format!("invalid percentage value: {percent}")))?;
        return Ok(utilization(number.into()));
    }
    let amount = match text.parse::<f64>() {
        Ok(number) => format!("{number}{unit}"),
        Err(_) => text.to_owned(),
    };
    let amount = quantity::canonical(&Value::from(amount));
    let amount = amount.map_err(|_| Failure::own(format!("invalid resource {resource} value: {text}")))?;
    Ok(json!({"type": "AverageValue", "averageValue": amount}))
}
