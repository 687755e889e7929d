//! `debug`: an ephemeral container in a pod that runs, a copy of a pod, or a pod on a node.

use super::attached;
use crate::commands::generated::random_letters;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{CONTAINER, ENV, Flag, Flags, IMAGE, QUIET, STDIN, TTY, Takes};
use crate::surroundings::OpenedBy;
use crate::targets::containers::named;
use api::{Fields, Kind, Value};
use cluster::{Deletion, Object, RequestOptions};
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
    "What the container may do: general, baseline, restricted, netadmin or sysadmin.",
)
.default("'general'");
const COPY_TO: Flag = Flag::new("copy-to", Takes::Text, "Make a copy of the pod with this name.");
const SET_IMAGE: Flag = Flag::new(
    "set-image",
    Takes::List,
    "Images of the copy's containers: NAME=IMAGE, or *=IMAGE for all.",
);
const SHARE_PROCESSES: Flag = Flag::new(
    "share-processes",
    Takes::Bool,
    "Let the copy's containers see each other's processes.",
)
.default("true");
const SAME_NODE: Flag = Flag::new("same-node", Takes::Bool, "Put the copy on the pod's node.");
const REPLACE: Flag = Flag::new("replace", Takes::Bool, "Delete the pod that is copied.");
const PULL_POLICY: Flag = Flag::new(
    "image-pull-policy",
    Takes::Text,
    "When the image is pulled: Always, IfNotPresent or Never.",
);
const KEEP: &[Flag] = &[
    Flag::new("keep-annotations", Takes::Bool, "Copy the annotations, too."),
    Flag::new("keep-init-containers", Takes::Bool, "Copy the init containers, too.").default("true"),
    Flag::new(
        "keep-labels",
        Takes::Bool,
        "Copy the labels, too: Services then choose the copy.",
    ),
    Flag::new("keep-liveness", Takes::Bool, "Copy the liveness probes, too."),
    Flag::new("keep-readiness", Takes::Bool, "Copy the readiness probes, too."),
    Flag::new("keep-startup", Takes::Bool, "Copy the startup probes, too."),
];

pub(crate) const FLAGS: Flags = &[
    &[
        IMAGE.takes(Takes::Text),
        CONTAINER,
        ENV,
        STDIN,
        TTY,
        QUIET,
        ATTACH,
        ARGUMENTS_ONLY,
        TARGET,
        PROFILE,
        COPY_TO,
        SET_IMAGE,
        SHARE_PROCESSES,
        SAME_NODE,
        REPLACE,
        PULL_POLICY,
    ],
    KEEP,
];

const PROFILES: [&str; 6] = ["legacy", "general", "baseline", "restricted", "netadmin", "sysadmin"];

/// Models: kubectl/pkg/cmd/debug/debug.go Run (v1.36).
pub(crate) fn debug(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    debug_one(run, args).map_err(|failure| vec![failure])
}

fn debug_one(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Failure> {
    let (targets, words) = args.around_dash();
    if !PROFILES.contains(&profile(args)) {
        return Err(Failure::own(format!("unknown profile: {}", profile(args))));
    }
    check(args, targets, words)?;
    if let Some(container) = args.text("target").filter(|_| !args.is("quiet")) {
        let _ = writeln!(
            run.output.stdout,
            "Targeting container {}. If you don't see processes from this container it may be because the container runtime doesn't support this feature.",
            api::go::quote(container)
        );
    }
    if args.is("tty") && !args.is("stdin") {
        return Err(Failure::own("-i/--stdin is required for containers with -t/--tty=true"));
    }
    for target in targets {
        let object = named(run, args, target)?;
        match (object.kind, args.text("copy-to")) {
            (Kind::Pod, Some(to)) if !to.is_empty() => copy(run, args, &object, to, words)?,
            (Kind::Pod, _) => beside(run, args, &object, words)?,
            (Kind::Node, _) => on_node(run, args, &object, words)?,
            (kind, _) => {
                return Err(Failure::own(format!(
                    "\"{}, Kind={}\" not supported by debug",
                    kind.api_version(),
                    kind.name()
                )));
            }
        }
    }
    Ok(())
}

fn profile(args: &Args) -> &str {
    args.text("profile").unwrap_or("general")
}

/// Models: kubectl/pkg/cmd/debug/debug.go Validate (v1.36).
fn check(args: &Args, targets: &[String], words: &[String]) -> Result<(), Failure> {
    let is_given = |flag: &str| args.text(flag).is_some_and(|text| !text.is_empty());
    let images = !args.all("set-image").is_empty();
    let wrong = if args.is("attach") && !is_given("image") && !is_given("container") {
        "you must specify --container or create a new container using --image in order to attach."
    } else if is_given("copy-to") {
        if !is_given("image") && !images && words.is_empty() {
            "you must specify --image, --set-image or command arguments."
        } else if !words.is_empty() && !is_given("container") && !is_given("image") {
            "you must specify an existing container or a new image when specifying args."
        } else if is_given("target") {
            "--target is incompatible with --copy-to. Use --share-processes instead."
        } else {
            ""
        }
    } else if args.is("replace") {
        "--replace may only be used with --copy-to."
    } else if args.is("same-node") {
        "--same-node may only be used with --copy-to."
    } else if images {
        "--set-image may only be used with --copy-to."
    } else if !is_given("image") {
        "you must specify --image when not using --copy-to."
    } else {
        ""
    };
    if !wrong.is_empty() {
        return Err(Failure::own(wrong));
    }
    if targets.is_empty() {
        return Err(Failure::own("NAME or filename is required for debug"));
    }
    match args.text("image-pull-policy").unwrap_or_default() {
        "" | "Always" | "IfNotPresent" | "Never" => Ok(()),
        other => Err(Failure::own(format!("invalid image pull policy: {other}"))),
    }
}

/// An ephemeral container in the pod.
///
/// Models: kubectl/pkg/cmd/debug/debug.go debugByEphemeralContainer (v1.36).
fn beside(run: &mut CommandContext<'_>, args: &Args, pod: &Object, words: &[String]) -> Result<(), Failure> {
    let name = container_name(run, args, pod);
    if run.around.before.is_none() {
        let mut container = json!({"name": name, "resources": {}, "terminationMessagePolicy": "File"});
        fill(&mut container, args, words);
        allow(&mut container, args);
        if let Some(target) = args.text("target") {
            container["targetContainerName"] = target.into();
        }
        let admitted = run
            .cluster
            .add_ephemeral_container(pod.namespace(), pod.name(), &container)?;
        run.warn_all(&admitted.warnings);
    }
    attach(run, args, (pod.namespace(), pod.name()), &name, true)
}

/// A copy of the pod, with another container or with one that is changed.
///
/// Models: kubectl/pkg/cmd/debug/debug.go debugByCopy, generatePodCopyWithDebugContainer; profiles.go Apply (v1.36).
fn copy(run: &mut CommandContext<'_>, args: &Args, pod: &Object, to: &str, words: &[String]) -> Result<(), Failure> {
    let mut value = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": to, "namespace": pod.namespace()}, "spec": pod.spec().value,
    });
    for (field, flag) in [("labels", "keep-labels"), ("annotations", "keep-annotations")] {
        let kept = pod.metadata().field(field).value;
        if (args.is(flag) || !args.all("set-image").is_empty() && args.text("image").is_none()) && kept.is_object() {
            value["metadata"][field] = kept.clone();
        }
    }
    let given = args.text("container").filter(|name| !name.is_empty());
    let only_images = given.is_none() && args.text("image").is_none();
    let Some(spec) = value["spec"].as_object_mut() else {
        return Ok(());
    };
    spec.remove("ephemeralContainers");
    if !args.is("same-node") {
        spec.remove("nodeName");
    }
    if args.text("share-processes").is_some() {
        spec.insert("shareProcessNamespace".to_owned(), args.is("share-processes").into());
    } else if !only_images && profile(args) != "legacy" {
        spec.entry("shareProcessNamespace").or_insert(true.into());
    }
    if args.text("keep-init-containers") == Some("false") && !only_images {
        spec.remove("initContainers");
    }
    let Some(containers) = spec.get_mut("containers").and_then(Value::as_array_mut) else {
        return Ok(());
    };
    for container in containers.iter_mut() {
        set_image(container, args);
        if !only_images {
            without_probes(container, args);
        }
    }
    let mut name = String::new();
    if !only_images {
        let is_known = given.is_some_and(|given| containers.iter().any(|it| it.field("name") == given));
        if !is_known && args.text("image").is_none() {
            return Err(Failure::own("you must specify image when creating new container"));
        }
        name = container_name(run, args, pod);
        if !is_known {
            containers.push(json!({"name": name, "terminationMessagePolicy": "File"}));
        }
        if let Some(container) = containers.iter_mut().find(|it| it.field("name") == name.as_str()) {
            fill(container, args, words);
            allow(container, args);
        }
    }
    if run.around.before.is_none() {
        let created = run
            .cluster
            .create(Kind::Pod, pod.namespace(), &value, RequestOptions::default())?;
        run.warn_all(&created.warnings);
        if args.is("replace") {
            let deletion = Deletion {
                grace_period: Some(0),
                ..Deletion::default()
            };
            run.cluster.delete(Kind::Pod, pod.namespace(), pod.name(), deletion)?;
        }
    }
    if name.is_empty() {
        return Ok(());
    }
    attach(run, args, (pod.namespace(), to), &name, false)
}

fn set_image(container: &mut Value, args: &Args) {
    let name = container.field("name").text().to_owned();
    let pairs = || {
        args.all("set-image")
            .iter()
            .flat_map(|list| list.split(','))
            .filter_map(|pair| pair.split_once('='))
    };
    let image = pairs()
        .find(|(to, _)| *to == name)
        .or_else(|| pairs().find(|(to, _)| *to == "*"));
    if let Some((_, image)) = image {
        container["image"] = image.into();
    }
}

fn without_probes(container: &mut Value, args: &Args) {
    let Some(fields) = container.as_object_mut() else {
        return;
    };
    for (field, flag) in [
        ("livenessProbe", "keep-liveness"),
        ("readinessProbe", "keep-readiness"),
        ("startupProbe", "keep-startup"),
    ] {
        if !args.is(flag) {
            fields.remove(field);
        }
    }
}

/// A pod in the namespaces of a node.
///
/// Models: kubectl/pkg/cmd/debug/debug.go visitNode, generateNodeDebugPod; profiles.go Apply (v1.36).
fn on_node(run: &mut CommandContext<'_>, args: &Args, node: &Object, words: &[String]) -> Result<(), Failure> {
    let container = args
        .text("container")
        .filter(|name| !name.is_empty())
        .unwrap_or("debugger")
        .to_owned();
    let count = run.before().list(Kind::Pod, Some(args.namespace())).len() as u64;
    let name = format!("node-debugger-{}-{}", node.name(), letters(count, node));
    if !args.is("quiet") {
        let _ = writeln!(
            run.output.stdout,
            "Creating debugging pod {name} with container {container} on node {}.",
            node.name()
        );
    }
    if run.around.before.is_none() {
        let mut debugger = json!({"name": container, "terminationMessagePolicy": "File"});
        fill(&mut debugger, args, words);
        if profile(args) != "general" {
            allow(&mut debugger, args);
        }
        let mut spec = json!({
            "nodeName": node.name(), "restartPolicy": "Never", "tolerations": [{"operator": "Exists"}],
        });
        if !["baseline", "restricted"].contains(&profile(args)) {
            for field in ["hostNetwork", "hostPID", "hostIPC"] {
                spec[field] = true.into();
            }
        }
        if ["legacy", "general", "sysadmin"].contains(&profile(args)) {
            spec["volumes"] = json!([{"name": "host-root", "hostPath": {"path": "/"}}]);
            debugger["volumeMounts"] = json!([{"mountPath": "/host", "name": "host-root"}]);
        }
        spec["containers"] = json!([debugger]);
        let labels = json!({"app.kubernetes.io/managed-by": "kubectl-debug"});
        let pod =
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": labels}, "spec": spec});
        let created = run
            .cluster
            .create(Kind::Pod, args.namespace(), &pod, RequestOptions::default())?;
        run.warn_all(&created.warnings);
    }
    attach(run, args, (args.namespace(), &name), &container, false)
}

/// Waits for the container, and attaches to it where that is asked for.
fn attach(
    run: &mut CommandContext<'_>,
    args: &Args,
    (namespace, pod): (&str, &str),
    container: &str,
    ephemeral: bool,
) -> Result<(), Failure> {
    let attaches = args.is("attach") || args.text("attach").is_none() && args.is("stdin");
    if !attaches {
        return Ok(());
    }
    let now = run.cluster.get(Kind::Pod, namespace, pod)?;
    if now.status().field("phase") == "Pending" {
        run.waits(i64::MAX);
        return Ok(());
    }
    let by = OpenedBy::Attach {
        quiet: args.is("quiet"),
        tty: args.is("tty"),
        ephemeral,
    };
    attached::follow(run, args, &now, container, by);
    Ok(())
}

/// Writes into a container what the flags say of it.
fn fill(container: &mut Value, args: &Args, words: &[String]) {
    let only_arguments = args.is("arguments-only");
    if !words.is_empty() {
        container[if only_arguments { "args" } else { "command" }] = words.into();
        if let Some(fields) = container.as_object_mut().filter(|_| !only_arguments) {
            fields.remove("args");
        }
    }
    for (field, flag) in [("image", "image"), ("imagePullPolicy", "image-pull-policy")] {
        if let Some(text) = args.text(flag).filter(|text| !text.is_empty()) {
            container[field] = text.into();
        }
    }
    let pairs = args.all("env").iter().flat_map(|list| list.split(','));
    let variables: Vec<Value> = pairs
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect();
    if !variables.is_empty() {
        container["env"] = variables.into();
    }
    for flag in ["stdin", "tty"] {
        if args.is(flag) {
            container[flag] = true.into();
        }
    }
}

/// Gives a container what its profile allows.
///
/// Models: kubectl/pkg/cmd/debug/profiles.go allowProcessTracing, allowNetadminCapability, setPrivileged, disallowRoot (v1.36).
fn allow(container: &mut Value, args: &Args) {
    container["securityContext"] = match profile(args) {
        "general" => json!({"capabilities": {"add": ["SYS_PTRACE"]}}),
        "netadmin" => json!({"capabilities": {"add": ["NET_ADMIN", "NET_RAW"]}}),
        "sysadmin" => json!({"privileged": true}),
        "restricted" => json!({
            "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}, "runAsNonRoot": true,
            "seccompProfile": {"type": "RuntimeDefault"},
        }),
        _ => return,
    };
}

/// The container that is asked for, or `debugger-` and five letters.
fn container_name(run: &mut CommandContext<'_>, args: &Args, pod: &Object) -> String {
    if let Some(name) = args.text("container").filter(|name| !name.is_empty()) {
        return name.to_owned();
    }
    let count = pod.spec().field("ephemeralContainers").items().count() as u64;
    let name = format!("debugger-{}", letters(count, pod));
    if !args.is("quiet") {
        let _ = writeln!(run.output.stdout, "Defaulting debug container name to {name}.");
    }
    name
}

/// Five letters, which follow from an object.
fn letters(count: u64, object: &Object) -> String {
    random_letters(count, &["debugger", object.uid()])
}
