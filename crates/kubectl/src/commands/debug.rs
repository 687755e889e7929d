//! `debug`: an ephemeral container in a pod that runs.

use super::attached;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{CONTAINER, Flag, Flags, IMAGE, QUIET, STDIN, TTY, Takes};
use crate::surroundings::OpenedBy;
use crate::targets::containers::named;
use api::{Kind, Value};
use base::Stream;
use cluster::Object;
use serde_json::json;
use std::fmt::Write;

const ATTACH: Flag = Flag::new("attach", Takes::Bool, "Attach to the container once it runs.");
const ARGUMENTS_ONLY: Flag = Flag::new(
    "arguments-only",
    Takes::Bool,
    "Take the words behind -- as arguments, not as the command.",
);
const TARGET: Flag = Flag::new("target", Takes::Text, "The container whose processes are shared.");
const PROFILE: Flag = Flag::new(
    "profile",
    Takes::Text,
    "What the container may do: general, baseline, restricted, netadmin or sysadmin; nothing to be seen here.",
)
.default("'general'");
const COPY_TO: Flag = Flag::new(
    "copy-to",
    Takes::Text,
    "Make a copy of the pod with this name (not simulated).",
);

pub(crate) const FLAGS: Flags = &[&[
    IMAGE.takes(Takes::Text),
    CONTAINER,
    STDIN,
    TTY,
    QUIET,
    ATTACH,
    ARGUMENTS_ONLY,
    TARGET,
    PROFILE,
    COPY_TO,
]];

/// Models: kubectl/pkg/cmd/debug/debug.go Validate, visitPod, debugByEphemeralContainer (v1.36).
pub(crate) fn debug(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    debug_pod(run, args).map_err(|failure| vec![failure])
}

fn debug_pod(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Failure> {
    let (targets, words) = args.around_dash();
    let image = args.text("image").unwrap_or_default();
    if args.text("copy-to").is_some() {
        return Err(Failure::own(
            "debug --copy-to is not simulated: write the copy into the editor",
        ));
    }
    if image.is_empty() {
        return Err(Failure::own("you must specify --image when not using --copy-to."));
    }
    let Some(target) = targets.first() else {
        return Err(Failure::own("NAME or filename is required for debug"));
    };
    let quiet = args.is("quiet");
    if let Some(container) = args.text("target").filter(|_| !quiet) {
        let _ = writeln!(
            run.output.stdout,
            "Targeting container {}. If you don't see processes from this container it may be because the container runtime doesn't support this feature.",
            api::go::quote(container)
        );
    }
    if args.is("tty") && !args.is("stdin") {
        return Err(Failure::own("-i/--stdin is required for containers with -t/--tty=true"));
    }
    let pod = named(run, args, target)?;
    match pod.kind {
        Kind::Pod => {}
        Kind::Node => {
            return Err(Failure::own(
                "debug of a node is not simulated: ask from the node as a client of the stage",
            ));
        }
        kind => {
            return Err(Failure::own(format!(
                "\"{}, Kind={}\" not supported by debug",
                kind.api_version(),
                kind.name()
            )));
        }
    }
    let name = match args.text("container") {
        Some(name) => name.to_owned(),
        None => fresh_name(&pod),
    };
    if args.text("container").is_none() && !quiet {
        let _ = writeln!(run.output.stdout, "Defaulting debug container name to {name}.");
    }
    if run.around.before.is_none() {
        let container = container(args, &name, image, words);
        run.cluster
            .add_ephemeral_container(pod.namespace(), pod.name(), &container)?;
    }
    let attaches = args.is("attach") || args.text("attach").is_none() && args.is("stdin");
    if !attaches {
        return Ok(());
    }
    let now = run.cluster.get(Kind::Pod, pod.namespace(), pod.name())?;
    let by = OpenedBy::Attach {
        quiet,
        tty: args.is("tty"),
        ephemeral: true,
    };
    attached::follow(run, args, &now, &name, by);
    Ok(())
}

fn container(args: &Args, name: &str, image: &str, words: &[String]) -> Value {
    let mut container = json!({
        "name": name, "image": image, "resources": {}, "terminationMessagePolicy": "File",
        "securityContext": {"capabilities": {"add": ["SYS_PTRACE"]}},
    });
    if !words.is_empty() {
        container[if args.is("arguments-only") { "args" } else { "command" }] = words.into();
    }
    for flag in ["stdin", "tty"] {
        if args.is(flag) {
            container[flag] = true.into();
        }
    }
    if let Some(target) = args.text("target") {
        container["targetContainerName"] = target.into();
    }
    container
}

/// `debugger-` and five letters, which follow from the pod.
fn fresh_name(pod: &Object) -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let count = pod.spec().field("ephemeralContainers").items().count() as u64;
    let stream = Stream::new(count, &["debugger", pod.uid()]);
    let letter = |place: u64| {
        let drawn = stream.at(place, LETTERS.len() as u64);
        let letter = usize::try_from(drawn).ok().and_then(|drawn| LETTERS.get(drawn));
        letter.copied().map_or('x', char::from)
    };
    format!("debugger-{}", (0..5).map(letter).collect::<String>())
}
