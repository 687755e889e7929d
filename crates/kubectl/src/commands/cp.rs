//! `cp`: copies files and directories from the machine outside into a container, or back.

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{CONTAINER, Flag, Flags, Takes};
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
    let pod = run.cluster.get(Kind::Pod, end.namespace, end.pod)?;
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

/// Models: kubectl/pkg/cmd/cp/cp.go copyToPod, makeTar (v1.36).
fn copy_to(run: &mut CommandContext<'_>, args: &Args, from: &str, to: &End<'_>) -> Result<(), Failure> {
    let Some(files) = local_files(run, clean(from)) else {
        return Err(Failure::own(format!("{from} doesn't exist in local filesystem")));
    };
    let (pod, container) = container(run, args, to)?;
    let place = |path| Place {
        pod: &pod,
        container: &container,
        path,
    };
    let containers = run.around.containers;
    // A directory takes what is copied under its own name.
    let into = to.path.trim_end_matches('/');
    let joined = format!("{into}/{}", base(from));
    let is_directory = containers.files(run.cluster, &place(to.path)).is_some();
    let target = if is_directory { joined.as_str() } else { into };
    let (directory, name) = target.rsplit_once('/').unwrap_or((".", target));
    let directory = if directory.is_empty() { "/" } else { directory };
    let named = |(path, text): (String, String)| {
        let path = if path.is_empty() {
            name.to_owned()
        } else {
            format!("{name}/{path}")
        };
        (path, text)
    };
    let files: Vec<(String, String)> = files.into_iter().map(named).collect();
    containers
        .unpack(run.cluster, &place(directory), &files)
        .map_err(|why| {
            let _ = writeln!(run.output.stderr, "tar: {directory}: {why}");
            Failure::Verbatim("command terminated with exit code 1".to_owned())
        })
}

/// A file, whose path is empty, or the files of a directory by their paths from there.
fn local_files(run: &CommandContext<'_>, name: &str) -> Option<Vec<(String, String)>> {
    if let Some(text) = run.around.files.get(name) {
        return Some(vec![(String::new(), text.clone())]);
    }
    let prefix = if name.is_empty() {
        String::new()
    } else {
        format!("{name}/")
    };
    let inside = |(path, text): (&String, &String)| Some((path.strip_prefix(&prefix)?.to_owned(), text.clone()));
    let files: Vec<(String, String)> = run.around.files.iter().filter_map(inside).collect();
    (!files.is_empty()).then_some(files)
}

/// Models: kubectl/pkg/cmd/cp/cp.go copyFromPod, untarAll (v1.36).
fn copy_from(run: &mut CommandContext<'_>, args: &Args, from: &End<'_>, to: &str) -> Result<(), Failure> {
    let (pod, container) = container(run, args, from)?;
    let place = Place {
        pod: &pod,
        container: &container,
        path: from.path,
    };
    let containers = run.around.containers;
    let file = containers
        .read(run.cluster, &place)
        .map(|text| vec![(String::new(), text)]);
    let Some(files) = file.or_else(|| containers.files(run.cluster, &place)) else {
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
    let name = clean(to);
    // The current directory, or one that is there, takes a file under its own name; a directory puts what it holds there.
    let is_directory =
        name.is_empty() || local_files(run, name).is_some_and(|known| known.iter().all(|it| !it.0.is_empty()));
    for (path, text) in files {
        let within = if path.is_empty() && is_directory {
            base(from.path)
        } else {
            &path
        };
        let parts = [name, within].into_iter().filter(|part| !part.is_empty());
        run.output.files.push((parts.collect::<Vec<_>>().join("/"), text));
    }
    Ok(())
}

fn base(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

/// A path from the one directory in which commands of the machine outside run.
fn clean(path: &str) -> &str {
    let path = path.strip_prefix("./").unwrap_or(path).trim_start_matches('/');
    if path == "." { "" } else { path.trim_end_matches('/') }
}
