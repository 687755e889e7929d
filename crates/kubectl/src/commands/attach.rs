//! `attach`: what a container prints from now on, or the shell that it runs.

use super::attached;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{CONTAINER, Flag, Flags, POD_RUNNING_TIMEOUT, QUIET, STDIN, TTY, Takes};
use crate::surroundings::OpenedBy;
use crate::targets::containers::{awaited_pod, choose, is_running, named};
use cluster::Object;

const DETACH_KEYS: Flag = Flag::new(
    "detach-keys",
    Takes::Text,
    "The keys that leave a container; nothing to be seen here.",
)
.default("'ctrl-p,ctrl-q'");

pub(crate) const FLAGS: Flags = &[&[CONTAINER, STDIN, TTY, QUIET, DETACH_KEYS, POD_RUNNING_TIMEOUT]];

/// Models: kubectl/pkg/cmd/attach/attach.go Validate, Run (v1.36).
pub(crate) fn attach(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    attach_to(run, args).map_err(|failure| vec![failure])
}

fn attach_to(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Failure> {
    let word = match args.words.as_slice() {
        [] => return Err(Failure::own("at least 1 argument is required for attach")),
        [one] => one.clone(),
        [kind, name] => format!("{kind}/{name}"),
        more => {
            return Err(Failure::own(format!(
                "expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw {}: [{}]",
                more.len(),
                more.join(" ")
            )));
        }
    };
    let object = named(run, args, &word)?;
    let Some(pod) = awaited_pod(run, args, &object)? else {
        return Ok(());
    };
    if let Some(phase @ ("Succeeded" | "Failed")) = pod.status().field("phase").as_text() {
        return Err(Failure::own(format!(
            "cannot attach a container in a completed pod; current phase is {phase}"
        )));
    }
    let container = choose(run, &pod, args.text("container"), args.is("quiet"))?;
    // Models: pkg/kubelet/kubelet_pods.go GetAttach (v1.36).
    if !is_running(&pod, &container) {
        return Err(Failure::own(format!(
            "Internal error occurred: unable to upgrade connection: container {container} not found in pod {}_{}",
            pod.name(),
            pod.namespace()
        )));
    }
    let tty = args.is("tty");
    if tty && !has_terminal(&pod, &container) && !args.is("quiet") {
        let words = format!("error: Unable to use a TTY - container {container} did not allocate one\n");
        run.output.stderr.push_str(&words);
    }
    let by = OpenedBy::Attach {
        quiet: args.is("quiet"),
        tty,
        ephemeral: false,
    };
    attached::join(run, args, &pod, &container, by);
    Ok(())
}

fn has_terminal(pod: &Object, container: &str) -> bool {
    let lists = ["containers", "ephemeralContainers", "initContainers"];
    let mut all = lists.iter().flat_map(|list| pod.spec().field(list).items());
    all.any(|it| it.field("name") == container && it.field("tty").value == &api::Value::Bool(true))
}
