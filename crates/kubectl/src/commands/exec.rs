//! `exec`: runs a program in a container.

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{CONTAINER, FILENAME, Flags, POD_RUNNING_TIMEOUT, QUIET, STDIN, TTY};
use crate::line::resources::{self, Resource};
use crate::surroundings::{Call, OpenedBy, OpenedShell};
use crate::targets::containers::{awaited_pod, choose, is_running, named};
use crate::targets::manifests;
use cluster::{Object, Status};
use std::rc::Rc;

pub(crate) const FLAGS: Flags = &[&[FILENAME, CONTAINER, STDIN, TTY, QUIET, POD_RUNNING_TIMEOUT]];

/// Models: kubectl/pkg/cmd/exec/exec.go Complete, Validate, Run (v1.36).
pub(crate) fn exec(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    execute(run, args).map_err(|failure| vec![failure])
}

fn execute(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Failure> {
    let (words, command) = args.around_dash();
    let named_by_file = manifests::are_named(args);
    if args.dash.is_none() && (words.len() > 1 || (named_by_file && !words.is_empty())) {
        let words = "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead";
        return Err(Failure::usage(words, "kubectl exec"));
    }
    if words.is_empty() && !named_by_file {
        return Err(Failure::own("pod, type/name or --filename must be specified"));
    }
    if command.is_empty() {
        return Err(Failure::own("you must specify at least one command for the container"));
    }
    let object = object(run, args, words)?;
    let Some(pod) = awaited_pod(run, args, &object)? else {
        return Ok(());
    };
    if let Some(phase @ ("Succeeded" | "Failed")) = pod.status().field("phase").as_text() {
        return Err(Failure::own(format!(
            "cannot exec into a container in a completed pod; current phase is {phase}"
        )));
    }
    let container = choose(run, &pod, args.text("container"), args.is("quiet"))?;
    if pod.spec().field("nodeName").as_text().is_none() {
        let words = format!("pod {} does not have a host assigned", pod.name());
        return Err(Status::bad_request(words).into());
    }
    check_running(&pod, &container)?;
    start(run, args, &pod, &container, command)
}

/// Fails with the kubelet's words, as the API server passes them on, unless a container runs.
///
/// Models: pkg/kubelet/kubelet_pods.go GetExec (v1.36).
pub(super) fn check_running(pod: &Object, container: &str) -> Result<(), Failure> {
    if is_running(pod, container) {
        return Ok(());
    }
    Err(Failure::own(format!(
        "Internal error occurred: unable to upgrade connection: container not found ({})",
        api::go::quote(container)
    )))
}

fn object(run: &CommandContext<'_>, args: &Args, words: &[String]) -> Result<Rc<Object>, Failure> {
    if let Some(word) = words.first() {
        return named(run, args, word);
    }
    let mut objects = Vec::new();
    for document in run.documents(args) {
        let it = document?;
        objects.push(resources::lookup(
            run.before(),
            Resource::Kept(it.kind),
            &it.namespace,
            &it.name,
        )?);
    }
    match objects.as_slice() {
        [one] => Ok(one.clone()),
        _ => Err(Failure::own("cannot exec into multiple objects at a time")),
    }
}

/// Runs the program in the cluster of the command's beginning; its output appears when it ends, that of a script as it goes.
fn start(
    run: &mut CommandContext<'_>,
    args: &Args,
    pod: &Object,
    container: &str,
    words: &[String],
) -> Result<(), Failure> {
    let (stdin, tty) = (args.is("stdin").then_some(run.around.stdin), args.is("tty"));
    let began = run.before().now();
    let call = Call {
        pod,
        container,
        words,
        stdin,
        tty,
        began,
    };
    let Some(ended) = run.around.containers.exec(run.before(), &call) else {
        return Err(no_such_program(pod, words));
    };
    if ended.opens {
        run.output.opens = Some(OpenedShell {
            namespace: pod.namespace().to_owned(),
            pod: pod.name().to_owned(),
            container: container.to_owned(),
            words: words.to_vec(),
            by: OpenedBy::Exec,
        });
        return Ok(());
    }
    if ended.goes_on || run.elapsed() < ended.seconds {
        run.waits(ended.seconds);
        run.output.only_time = true;
        if !ended.goes_on {
            return Ok(());
        }
    }
    // A terminal has one stream.
    run.output.stdout.push_str(&ended.stdout);
    if tty {
        run.output.stdout.push_str(&ended.stderr);
    } else {
        run.output.stderr.push_str(&ended.stderr);
    }
    if !ended.goes_on && ended.exit != 0 {
        let words = format!("command terminated with exit code {}\n", ended.exit);
        run.output.stderr.push_str(&words);
        run.output.exit = ended.exit;
    }
    Ok(())
}

/// The message of containerd 2.1 and runc, as the kubelet and the API server pass it on; the id follows from the pod.
pub(super) fn no_such_program(pod: &Object, words: &[String]) -> Failure {
    let program = words.first().map(String::as_str).unwrap_or_default();
    let why = if program.contains('/') {
        format!("stat {program}: no such file or directory")
    } else {
        "executable file not found in $PATH".to_owned()
    };
    let attempt = pod.uid().replace('-', "").repeat(2);
    Failure::own(format!(
        "Internal error occurred: error executing command in container: failed to exec in container: failed to start exec \"{attempt}\": OCI runtime exec failed: exec failed: unable to start container process: exec: {}: {why}",
        api::go::quote(program)
    ))
}
