//! `create job` and `create cronjob`.

use super::generator::{EACH, Generator, Make, create, exactly_one};
use crate::commands::generated::Explain;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{Flag, Flags, IMAGE, PRINT, Takes};
use crate::line::resources::{self, BareKind};
use crate::targets::registered;
use api::{Kind, Value};
use cluster::Object;
use serde_json::json;

const FROM: Flag = Flag::new(
    "from",
    Takes::Text,
    "The cron job to take the template of: cronjob/NAME.",
);
const SCHEDULE: Flag = Flag::new(
    "schedule",
    Takes::Text,
    "When to run, in the form of cron: '*/5 * * * *'.",
);
const RESTART: Flag = Flag::new(
    "restart",
    Takes::Text,
    "The restart policy of the pods: OnFailure, Never.",
);

const JOB_FLAGS: Flags = &[&[IMAGE, FROM], EACH, PRINT];
const CRON_JOB_FLAGS: Flags = &[&[IMAGE, SCHEDULE, RESTART], EACH, PRINT];

pub(super) const GENERATORS: &[Generator] = &[
    Generator {
        path: "create job",
        names: &["job"],
        flags: JOB_FLAGS,
        make: Make::OfWords(|run, args, names, command| {
            create_job(run, args, exactly_one(names, "create job")?, command)
        }),
    },
    Generator {
        path: "create cronjob",
        names: &["cronjob", "cj"],
        flags: CRON_JOB_FLAGS,
        make: Make::OfWords(|run, args, names, command| {
            required_of_cron_job(args)?;
            create_cron_job(run, args, exactly_one(names, "create cronjob")?, command)
        }),
    },
];

/// Models: kubectl/pkg/cmd/create/create_job.go (v1.36).
fn create_job(run: &mut CommandContext<'_>, args: &Args, name: &str, command: &[String]) -> Result<(), Failure> {
    let given = |flag: &str| args.text(flag).filter(|text| !text.is_empty());
    let (spec, metadata) = match (given("image"), given("from")) {
        (Some(image), None) => (
            json!({"template": template(name, image, command, "Never")}),
            json!({"name": name}),
        ),
        (None, Some(_)) if !command.is_empty() => return Err(Failure::own("cannot specify --from and command")),
        (None, Some(from)) => {
            let cron_job = source(run, args, from)?;
            let spec = cron_job.spec().field("jobTemplate").spec().value.clone();
            (spec, metadata_from(&cron_job, name))
        }
        _ => return Err(Failure::own("either --image or --from must be specified")),
    };
    let value = json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec, "status": {}});
    let explain: Explain = |status| Failure::own(format!("failed to create job: {}", status.message));
    create(run, args, (Kind::Job, name), value, explain)
}

/// The cron job that `--from` names.
fn source(run: &CommandContext<'_>, args: &Args, from: &str) -> Result<std::rc::Rc<Object>, Failure> {
    let asked = resources::read(run.mapper(), args, &[from.to_owned()], BareKind::None)?;
    let mut found = registered(resources::find(run.cluster, args, &asked));
    if let Some(failure) = found.failures.pop() {
        return Err(failure);
    }
    match found.objects.as_slice() {
        [object] if object.kind == Kind::CronJob => Ok(object.clone()),
        [object] => Err(Failure::own(format!("unknown object type *v1.{}", object.kind.name()))),
        _ => Err(Failure::own("from must be an existing cronjob")),
    }
}

/// Models: createJobFromCronJob.
fn metadata_from(cron_job: &Object, name: &str) -> Value {
    let template = cron_job.spec().field("jobTemplate").metadata();
    let mut annotations = json!({"cronjob.kubernetes.io/instantiate": "manual"});
    for (key, text) in template.field("annotations").text_entries() {
        annotations[key] = text.into();
    }
    let mut metadata = json!({
        "annotations": annotations, "name": name,
        "ownerReferences": [{
            "apiVersion": "batch/v1", "controller": true, "kind": "CronJob", "name": cron_job.name(),
            "uid": cron_job.uid(),
        }],
    });
    if template.field("labels").value.is_object() {
        metadata["labels"] = template.field("labels").value.clone();
    }
    metadata
}

/// Models: kubectl/pkg/cmd/create/create_cronjob.go (v1.36).
fn create_cron_job(run: &mut CommandContext<'_>, args: &Args, name: &str, command: &[String]) -> Result<(), Failure> {
    let text = |flag: &str| args.text(flag).unwrap_or_default();
    let restart = match text("restart") {
        "" => "OnFailure",
        policy => policy,
    };
    let value = json!({
        "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name},
        "spec": {
            "jobTemplate": {
                "metadata": {"name": name},
                "spec": {"template": template(name, text("image"), command, restart)},
            },
            "schedule": text("schedule"),
        },
        "status": {},
    });
    let explain: Explain = |status| Failure::own(format!("failed to create cronjob: {}", status.message));
    create(run, args, (Kind::CronJob, name), value, explain)
}

/// The flags that must be given, as cobra says it.
fn required_of_cron_job(args: &Args) -> Result<(), Failure> {
    let missing: Vec<String> = ["image", "schedule"]
        .into_iter()
        .filter(|flag| args.text(flag).is_none())
        .map(api::go::quote)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::own(format!("required flag(s) {} not set", missing.join(", "))))
}

fn template(name: &str, image: &str, command: &[String], restart: &str) -> Value {
    let mut container = json!({"image": image, "name": name, "resources": {}});
    if !command.is_empty() {
        container["command"] = command.into();
    }
    json!({"metadata": {}, "spec": {"containers": [container], "restartPolicy": restart}})
}
