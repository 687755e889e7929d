//! `cp`: copies a file from the machine outside into a container, or back.

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{CONTAINER, Flag, Flags, Takes};
use crate::line::resources::{self, Resource};
use crate::surroundings::Place;
use crate::targets::containers::choose;
use crate::targets::one;
use api::Kind;
use cluster::Object;
use std::fmt::Write;
use std::rc::Rc;

const NO_PRESERVE: Flag = Flag::new(
    "no-preserve",
    Takes::Bool,
    "Keep neither owner nor permissions; nothing to be seen here.",
);
const RETRIES: Flag = Flag::new(
    "retries",
    Takes::Number,
    "How often to try again; nothing to be seen here.",
);

pub(crate) const FLAGS: Flags = &[&[CONTAINER, NO_PRESERVE, RETRIES]];

/// One end of a copy: `[[NAMESPACE/]POD:]PATH`.
struct End<'a> {
    namespace: &'a str,
    pod: &'a str,
    path: &'a str,
}

/// Models: kubectl/pkg/cmd/cp/cp.go Validate, Run, copyToPod, copyFromPod (v1.36).
///
/// Differs: copies files, no directories.
pub(crate) fn cp(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    copy(run, args).map_err(one)
}

fn copy(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Failure> {
    let [from, to] = args.words.as_slice() else {
        return Err(Failure::own("source and destination are required"));
    };
    let (from, to) = (read(from, args)?, read(to, args)?);
    if !from.pod.is_empty() && !to.pod.is_empty() {
        return Err(Failure::own("one of src or dest must be a local file specification"));
    }
    if from.path.is_empty() || to.path.is_empty() {
        return Err(Failure::own("filepath can not be empty"));
    }
    if !from.pod.is_empty() {
        copy_from(run, args, &from, to.path)
    } else if !to.pod.is_empty() {
        copy_to(run, args, from.path, &to)
    } else {
        Err(Failure::own("one of src or dest must be a remote file specification"))
    }
}

fn read<'a>(word: &'a str, args: &'a Args) -> Result<End<'a>, Failure> {
    let wrong = "filespec must match the canonical format: [[namespace/]pod:]file/path";
    let Some((pod, path)) = word.split_once(':') else {
        return Ok(End {
            namespace: "",
            pod: "",
            path: word,
        });
    };
    let (namespace, pod) = pod.split_once('/').unwrap_or((args.namespace(), pod));
    if word.starts_with(':') || pod.contains('/') {
        return Err(Failure::own(wrong));
    }
    Ok(End { namespace, pod, path })
}

/// The pod and the container of an end; their image has to bring `tar`.
fn container(run: &mut CommandContext<'_>, args: &Args, end: &End<'_>) -> Result<(Rc<Object>, String), Failure> {
    let pod = resources::lookup(run.cluster, Resource::Kept(Kind::Pod), end.namespace, end.pod)?;
    if let Some(phase @ ("Succeeded" | "Failed")) = pod.status().field("phase").as_text() {
        return Err(Failure::own(format!(
            "cannot exec into a container in a completed pod; current phase is {phase}"
        )));
    }
    let container = choose(run, &pod, args.text("container"), false)?;
    super::exec::check_running(&pod, &container)?;
    let tar = Place {
        pod: &pod,
        container: &container,
        path: "tar",
    };
    if run.around.containers.has(run.cluster, &tar) {
        Ok((pod, container))
    } else {
        Err(super::exec::no_such_program(&pod, &["tar".to_owned()]))
    }
}

fn copy_to(run: &mut CommandContext<'_>, args: &Args, from: &str, to: &End<'_>) -> Result<(), Failure> {
    let Some(text) = run.around.files.get(clean(from)).cloned() else {
        return Err(Failure::own(format!("{from} doesn't exist in local filesystem")));
    };
    let (pod, container) = container(run, args, to)?;
    let inside = format!("{}/{}", to.path.trim_end_matches('/'), base(from));
    let place = |path| Place {
        pod: &pod,
        container: &container,
        path,
    };
    let containers = run.around.containers;
    // A directory takes the file under its own name.
    let written = containers.write(run.cluster, &place(&inside), &text);
    let written = written.or_else(|_| containers.write(run.cluster, &place(to.path), &text));
    written.map_err(|why| {
        let directory = to.path.rsplit_once('/').map_or(".", |(directory, _)| directory);
        let _ = writeln!(run.output.stderr, "tar: {directory}: {why}");
        Failure::Verbatim("command terminated with exit code 1".to_owned())
    })
}

fn copy_from(run: &mut CommandContext<'_>, args: &Args, from: &End<'_>, to: &str) -> Result<(), Failure> {
    let (pod, container) = container(run, args, from)?;
    let place = Place {
        pod: &pod,
        container: &container,
        path: from.path,
    };
    let Some(text) = run.around.containers.read(run.cluster, &place) else {
        let words = format!(
            "tar: {}: Cannot stat: No such file or directory\ntar: Exiting with failure status due to previous errors\n",
            from.path
        );
        run.output.stdout.push_str(&words);
        return Err(Failure::Verbatim("command terminated with exit code 2".to_owned()));
    };
    if from.path.starts_with('/') {
        run.output
            .stdout
            .push_str("tar: Removing leading `/' from member names\n");
    }
    let name = match clean(to) {
        "" => base(from.path),
        name => name,
    };
    run.output.files.push((name.to_owned(), text));
    Ok(())
}

fn base(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

/// A name of the one directory of the machine outside.
fn clean(path: &str) -> &str {
    let path = path.strip_prefix("./").unwrap_or(path).trim_start_matches('/');
    if path == "." { "" } else { path.trim_end_matches('/') }
}
