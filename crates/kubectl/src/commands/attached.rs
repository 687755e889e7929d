//! What `run -i` and `attach` share: the wait for a pod, the output of its program, the words at the end.

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::duration::Span;
use crate::line::resources::{self, Resource};
use crate::surroundings::{Call, Ended, OpenedBy, OpenedShell, Output};
use api::Kind;
use cluster::Object;
use std::rc::Rc;

/// The default time to wait for a pod.
const PATIENCE: Span = Span::from_seconds(60);
/// What kubectl prints when it attaches.
const GREETING: &str = "All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\nIf you don't see a command prompt, try pressing enter.\n";

/// Whether `run` attaches to its pod.
pub(super) fn is_asked(args: &Args) -> bool {
    args.is("attach") || args.text("attach").is_none() && args.is("stdin")
}

/// The pod's program as `run -i` shows it, from the beginning of the command on.
///
/// Models: kubectl/pkg/cmd/run/run.go Run, handleAttachPod (v1.36).
pub(super) fn follow_run(run: &mut CommandContext<'_>, args: &Args, name: &str) -> Result<(), Failure> {
    let mut removes = vec![format!("pod/{name}")];
    if args.is("expose") {
        removes.push(format!("service/{name}"));
    }
    let restart = args.text("restart").unwrap_or_default();
    let by = OpenedBy::Run {
        removes: if args.is("rm") { removes } else { Vec::new() },
        reports: ["Never", "OnFailure"].contains(&restart) && !args.is("leave-stdin-open"),
        quiet: args.is("quiet"),
        tty: args.is("tty"),
    };
    let namespace = args.namespace();
    let pod = resources::lookup(run.cluster, Resource::Kept(Kind::Pod), namespace, name)?;
    if pod.status().field("phase") == "Pending" {
        let patience = args.span("pod-running-timeout").unwrap_or(PATIENCE).whole_seconds();
        if run.elapsed() < patience {
            run.waits(patience);
            return Ok(());
        }
        remove(&mut run.output, namespace, &by);
        return Err(Failure::own("timed out waiting for the condition"));
    }
    let first = pod.spec().field("containers").items().next();
    let container = first
        .map(|first| first.field("name").text().to_owned())
        .unwrap_or_default();
    follow(run, args, &pod, &container, by);
    Ok(())
}

/// Shows what the program of a container prints, or opens the shell that it is.
pub(super) fn follow(run: &mut CommandContext<'_>, args: &Args, pod: &Rc<Object>, container: &str, by: OpenedBy) {
    let words = run.cluster.words_of(pod, container);
    let began = started(pod, container).unwrap_or_else(|| run.cluster.now());
    let stdin = args.is("stdin").then_some(run.around.stdin);
    let call = Call {
        pod,
        container,
        words: &words,
        stdin,
        tty: args.is("tty"),
        began,
    };
    let opened = OpenedShell {
        namespace: pod.namespace().to_owned(),
        pod: pod.name().to_owned(),
        container: container.to_owned(),
        words: words.clone(),
        by,
    };
    let greets = !args.is("quiet");
    match run.around.containers.exec(run.cluster, &call) {
        Some(ended) if ended.opens => {
            if greets {
                run.output.stderr.push_str(GREETING);
            }
            run.output.opens = Some(opened);
        }
        Some(ended) => program(run, &opened, &ended, began, greets),
        // A server: what it logs, for ever.
        None => {
            if greets {
                run.output.stderr.push_str(GREETING);
            }
            for line in run.around.containers.logs(run.cluster, pod, container) {
                run.output.stdout.extend([line.text.as_str(), "\n"]);
            }
            run.waits(i64::MAX);
        }
    }
}

/// Joins a program that runs already: only what it prints from now on is seen.
pub(super) fn join(run: &mut CommandContext<'_>, args: &Args, pod: &Rc<Object>, container: &str, by: OpenedBy) {
    if !args.is("quiet") {
        run.output.stderr.push_str(GREETING);
    }
    let words = run.cluster.words_of(pod, container);
    let call = Call {
        pod,
        container,
        words: &words,
        stdin: args.is("stdin").then_some(run.around.stdin),
        tty: args.is("tty"),
        began: run.before().now(),
    };
    if call.tty && run.around.containers.opens(run.cluster, &call) {
        run.output.opens = Some(OpenedShell {
            namespace: pod.namespace().to_owned(),
            pod: pod.name().to_owned(),
            container: container.to_owned(),
            words: words.clone(),
            by,
        });
        return;
    }
    let began = run.before().now();
    for line in run.around.containers.logs(run.cluster, pod, container) {
        if line.at > began {
            run.output.stdout.extend([line.text.as_str(), "\n"]);
        }
    }
    run.waits(i64::MAX);
}

fn program(run: &mut CommandContext<'_>, opened: &OpenedShell, ended: &Ended, began: i64, greets: bool) {
    // Who ends at once has ended before kubectl attaches, which then prints the log.
    let is_quick = ended.seconds == 0 && !ended.goes_on;
    if greets && !is_quick {
        run.output.stderr.push_str(GREETING);
    }
    let waits = ended.goes_on || run.cluster.now() < began.saturating_add(ended.seconds);
    if waits {
        run.output.waits_until = Some(began.saturating_add(ended.seconds));
        run.output.only_time = true;
        if !ended.goes_on {
            return;
        }
    }
    // A container's log has one stream.
    run.output.stdout.push_str(&ended.stdout);
    run.output.stdout.push_str(&ended.stderr);
    if !waits {
        let end = end(opened, ended.exit, is_quick);
        run.output.stdout.push_str(&end.stdout);
        run.output.stderr.push_str(&end.stderr);
        run.output.exit = end.exit;
        run.output.then = end.then;
    }
}

/// What kubectl prints when the shell that it opened is left with an exit code.
pub fn shell_ended(opened: &OpenedShell, status: i32) -> Output {
    end(opened, status, false)
}

fn end(opened: &OpenedShell, status: i32, is_quick: bool) -> Output {
    let OpenedShell {
        namespace,
        pod,
        container,
        by,
        ..
    } = opened;
    let mut output = Output::default();
    if *by == OpenedBy::Exec {
        output.exit = status;
        if status != 0 {
            output.stderr = format!("command terminated with exit code {status}\n");
        }
        return output;
    }
    let (OpenedBy::Run { quiet, tty, .. } | OpenedBy::Attach { quiet, tty, .. }) = by else {
        return output;
    };
    if *tty && !quiet && !is_quick {
        let attach = format!("kubectl attach {pod} -c {container} -n {namespace} -i -t");
        output.stdout = if matches!(by, OpenedBy::Attach { ephemeral: true, .. }) {
            format!(
                "Session ended, the ephemeral container will not be restarted but may be reattached using '{attach}' if it is still running\n"
            )
        } else {
            format!("Session ended, resume using '{attach}' command\n")
        };
    }
    remove(&mut output, namespace, by);
    if status != 0 && matches!(by, OpenedBy::Run { reports: true, .. }) {
        output.stderr = format!("pod {namespace}/{pod} terminated (Error)\n");
        output.exit = status;
    }
    output
}

/// `--rm`: says what is deleted, and has it deleted as the command ends.
fn remove(output: &mut Output, namespace: &str, by: &OpenedBy) {
    let OpenedBy::Run { removes, quiet, .. } = by else {
        return;
    };
    if removes.is_empty() {
        return;
    }
    for (kind, name) in removes.iter().filter_map(|it| it.split_once('/')).filter(|_| !quiet) {
        let line = format!("{kind} \"{name}\" deleted from {namespace} namespace\n");
        output.stdout.push_str(&line);
    }
    output.then = Some(format!("kubectl delete {} -n {namespace}", removes.join(" ")));
}

/// The virtual second at which a container began.
fn started(pod: &Object, container: &str) -> Option<i64> {
    let lists = [
        "containerStatuses",
        "ephemeralContainerStatuses",
        "initContainerStatuses",
    ];
    let mut all = lists.iter().flat_map(|list| pod.status().field(list).items());
    let state = all.find(|it| it.field("name") == container)?.field("state");
    let states = ["running", "terminated"];
    let moment = states
        .iter()
        .find_map(|word| state.field(word).field("startedAt").as_text())?;
    cluster::second(moment)
}
