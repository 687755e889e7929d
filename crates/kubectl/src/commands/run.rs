//! `run`: a pod, and a Service with `--expose`.

use super::attached;
use super::generated::{atoi, generated, is_variable_name, labels, overridden, report_generated, send};
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{
    ALLOW_MISSING_TEMPLATE_KEYS, DRY_RUN, ENV, FIELD_MANAGER, FILENAME, Flag, Flags, IMAGE, LABELS, OUTPUT,
    OVERRIDE_TYPE, OVERRIDES, POD_RUNNING_TIMEOUT, PORT, QUIET, RECORD, SAVE_CONFIG, SHOW_MANAGED_FIELDS, STDIN,
    TEMPLATE, TTY, Takes, Values,
};
use api::{Kind, Value};
use serde_json::json;

const RESTART: Flag = Flag::new(
    "restart",
    Takes::Text,
    "The pod's restart policy: Always, OnFailure or Never.",
)
.default("'Always'")
.values(Values::Words(&["Always", "Never", "OnFailure"]));
const COMMAND: Flag = Flag::new(
    "command",
    Takes::Bool,
    "Take the words behind -- as the command, not as its arguments.",
);
const EXPOSE: Flag = Flag::new("expose", Takes::Bool, "Make a Service for the pod too; needs --port.");
const ANNOTATIONS: Flag = Flag::new("annotations", Takes::List, "Annotations of the pod.");
const IMAGE_PULL_POLICY: Flag = Flag::new(
    "image-pull-policy",
    Takes::Text,
    "When the image is pulled; nothing to be seen here.",
);
const RM: Flag = Flag::new("rm", Takes::Bool, "Delete the pod when its program has ended.");
const ATTACH: Flag = Flag::new("attach", Takes::Bool, "Attach to the pod once it runs.");
const LEAVE_STDIN_OPEN: Flag = Flag::new(
    "leave-stdin-open",
    Takes::Bool,
    "With -i, keep standard input open when the first attached terminal leaves.",
);
const PRIVILEGED: Flag = Flag::new(
    "privileged",
    Takes::Bool,
    "Run the container privileged; nothing to be seen here.",
);

pub(crate) const FLAGS: Flags = &[&[
    RECORD,
    OUTPUT,
    DRY_RUN,
    FILENAME,
    IMAGE.takes(Takes::Text),
    LABELS.short('l'),
    PORT.takes(Takes::Text),
    ENV,
    RESTART,
    COMMAND,
    EXPOSE,
    ANNOTATIONS,
    IMAGE_PULL_POLICY,
    RM,
    STDIN,
    TTY,
    ATTACH,
    LEAVE_STDIN_OPEN,
    POD_RUNNING_TIMEOUT,
    QUIET,
    OVERRIDES,
    OVERRIDE_TYPE,
    FIELD_MANAGER,
    TEMPLATE,
    ALLOW_MISSING_TEMPLATE_KEYS,
    SHOW_MANAGED_FIELDS,
    PRIVILEGED,
    SAVE_CONFIG,
]];

/// Models: kubectl/pkg/cmd/run/run.go Run (v1.36).
pub(crate) fn run(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    run_pod(run, args).map_err(|failure| vec![failure])
}

fn run_pod(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Failure> {
    let Some(image) = args.text("image") else {
        return Err(Failure::own("required flag(s) \"image\" not set"));
    };
    let Some((name, rest)) = args.words.split_first().filter(|_| args.dash != Some(0)) else {
        return Err(Failure::usage("NAME is required for run", "kubectl run"));
    };
    check(args, image)?;
    if run.around.before.is_some() {
        return attached::follow_run(run, args, name);
    }
    let value = overridden(args, Kind::Pod, pod(args, name, image, rest)?)?;
    let pod = send(run, args, generated(args, Kind::Pod, name, value), Failure::from)?;
    if args.is("expose") {
        let value = service(args, name)?;
        let service = send(run, args, generated(args, Kind::Service, name, value), Failure::from)?;
        if !attached::is_asked(args) {
            report_generated(run, args, &service, "created")?;
        }
        if args.text("output") == Some("yaml") {
            run.output.stdout.push_str("---\n");
        }
    }
    if attached::is_asked(args) {
        // What follows happens when the pod runs.
        run.waits(i64::MAX);
        return Ok(());
    }
    report_generated(run, args, &pod, "created")
}

/// Checks flags before anything is written.
fn check(args: &Args, image: &str) -> Result<(), Failure> {
    let usage = |message: &str| Err(Failure::usage(message, "kubectl run"));
    if image.is_empty() {
        return Err(Failure::own("--image is required"));
    }
    if !is_reference(image) {
        let quoted = api::go::quote(image);
        return Err(Failure::own(format!(
            "Invalid image name {quoted}: invalid reference format"
        )));
    }
    let interactive = args.is("stdin");
    if args.is("tty") && !interactive {
        return usage("-i/--stdin is required for containers with -t/--tty=true");
    }
    if args.is("expose") && args.text("port").is_none_or(str::is_empty) {
        return usage("--port must be set when exposing a service");
    }
    let restart = args.text("restart").unwrap_or_default();
    if !["", "Always", "OnFailure", "Never"].contains(&restart) {
        return usage(&format!("invalid restart policy: {restart}"));
    }
    let attached = attached::is_asked(args);
    if args.is("rm") && !attached {
        return usage("--rm should only be used for attached containers");
    }
    if attached && args.text("dry-run").is_some_and(|dry| dry != "none") {
        return usage(
            "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
        );
    }
    let pull = args.text("image-pull-policy").unwrap_or_default();
    if !["", "Always", "IfNotPresent", "Never"].contains(&pull) {
        return usage(&format!("invalid image pull policy: {pull}"));
    }
    Ok(())
}

/// Models: kubectl/pkg/generate/versioned/run.go BasicPod.Generate (v1.36).
fn pod(args: &Args, name: &str, image: &str, rest: &[String]) -> Result<Value, Failure> {
    let variables = args.all("env").iter().map(|pair| variable(pair));
    let variables = variables.collect::<Result<Vec<_>, _>>()?;
    let annotations = annotations(args.all("annotations"))?;
    let labels = match args.text("labels").filter(|text| !text.is_empty()) {
        Some(text) => labels(text)?,
        None => json!({"run": name}),
    };
    let mut container = json!({"image": image, "name": name, "resources": {}});
    if !rest.is_empty() {
        container[if args.is("command") { "command" } else { "args" }] = rest.into();
    }
    if !variables.is_empty() {
        container["env"] = variables.into();
    }
    if let Some(policy) = args.text("image-pull-policy").filter(|policy| !policy.is_empty()) {
        container["imagePullPolicy"] = policy.into();
    }
    if let Some(port) = args.text("port").filter(|port| !port.is_empty()) {
        container["ports"] = json!([{"containerPort": atoi(port)?}]);
    }
    if args.is("privileged") {
        container["securityContext"] = json!({"privileged": true});
    }
    for flag in ["stdin", "tty"] {
        if args.is(flag) {
            container[flag] = true.into();
        }
    }
    if args.is("stdin") && !args.is("leave-stdin-open") {
        container["stdinOnce"] = true.into();
    }
    let mut metadata = json!({"labels": labels, "name": name});
    if annotations
        .as_object()
        .is_some_and(|annotations| !annotations.is_empty())
    {
        metadata["annotations"] = annotations;
    }
    let restart = args
        .text("restart")
        .filter(|policy| !policy.is_empty())
        .unwrap_or("Always");
    Ok(json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": metadata,
        "spec": {"containers": [container], "dnsPolicy": "ClusterFirst", "restartPolicy": restart},
        "status": {},
    }))
}

/// The Service of `--expose`.
fn service(args: &Args, name: &str) -> Result<Value, Failure> {
    let own = args.text("labels").filter(|text| !text.is_empty());
    let selector = match own {
        Some(text) => labels(text)?,
        None => json!({"run": name}),
    };
    let port = atoi(args.text("port").unwrap_or_default())?;
    let mut metadata = json!({"name": name});
    if own.is_some() {
        metadata["labels"] = selector.clone();
    }
    Ok(json!({
        "apiVersion": "v1", "kind": "Service", "metadata": metadata,
        "spec": {"ports": [{"port": port, "protocol": "TCP", "targetPort": port}], "selector": selector},
        "status": {"loadBalancer": {}},
    }))
}

/// Models: kubectl/pkg/cmd/run parseEnvs (v1.36).
fn variable(pair: &str) -> Result<Value, Failure> {
    match pair.split_once('=').filter(|(name, _)| is_variable_name(name)) {
        Some((name, value)) => Ok(json!({"name": name, "value": value})),
        None => Err(Failure::own(format!("invalid env: {pair}"))),
    }
}

/// Models: kubectl/pkg/cmd/util ParsePairs (v1.36).
fn annotations(pairs: &[String]) -> Result<Value, Failure> {
    let split = |pair: &'_ String| pair.split_once('=').is_some_and(|(key, _)| !key.is_empty());
    let wrong: Vec<&str> = pairs.iter().filter(|pair| !split(pair)).map(String::as_str).collect();
    if !wrong.is_empty() {
        return Err(Failure::own(format!(
            "invalid annotations format: {}",
            wrong.join(", ")
        )));
    }
    let mut annotations = json!({});
    for (key, value) in pairs.iter().filter_map(|pair| pair.split_once('=')) {
        annotations[key] = value.into();
    }
    Ok(annotations)
}

/// Whether a text is an image reference: `[HOST[:PORT]/]PATH[:TAG][@ALGORITHM:DIGEST]`.
///
/// Models: github.com/distribution/reference ReferenceRegexp (v0.6).
fn is_reference(text: &str) -> bool {
    let (text, digest) = text
        .split_once('@')
        .map_or((text, None), |(name, digest)| (name, Some(digest)));
    let is_digest = |digest: &str| {
        let (algorithm, hash) = digest.split_once(':').unwrap_or_default();
        let named = algorithm.split(['+', '.', '-', '_']).all(|part| {
            part.starts_with(|c: char| c.is_ascii_alphabetic()) && part.chars().all(|c| c.is_ascii_alphanumeric())
        });
        named && hash.len() >= 32 && hash.chars().all(|c| c.is_ascii_hexdigit())
    };
    let colon = text
        .rfind(':')
        .filter(|at| !text.get(*at..).unwrap_or_default().contains('/'));
    let (name, tag) = colon.map_or((text, None), |at| {
        (text.get(..at).unwrap_or_default(), text.get(at + 1..))
    });
    let is_tag = |tag: &str| {
        (1..=128).contains(&tag.len())
            && tag.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            && tag.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
    };
    let path = |path: &str| path.split('/').all(is_path_component);
    let with_host = |(host, rest): (&str, &str)| is_host(host) && path(rest);
    (path(name) || name.split_once('/').is_some_and(with_host))
        && tag.is_none_or(is_tag)
        && digest.is_none_or(is_digest)
}

/// Letters and digits, separated by `.`, `_`, `__` or dashes.
fn is_path_component(part: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let apart = |gap: &str| matches!(gap, "" | "." | "_" | "__") || gap.chars().all(|c| c == '-');
    part.starts_with(inner) && part.ends_with(inner) && part.split(inner).all(apart)
}

fn is_host(host: &str) -> bool {
    let (name, port) = host
        .split_once(':')
        .map_or((host, None), |(name, port)| (name, Some(port)));
    let inner = |c: char| c.is_ascii_alphanumeric();
    let is_label =
        |label: &str| label.starts_with(inner) && label.ends_with(inner) && label.chars().all(|c| inner(c) || c == '-');
    name.split('.').all(is_label)
        && port.is_none_or(|port| !port.is_empty() && port.bytes().all(|digit| digit.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::is_reference;

    #[test]
    fn images_are_told_from_other_words() {
        for image in [
            "nginx",
            "nginx:1.27",
            "a/b_c__d--e.f",
            "HOST/nginx:v_1",
            "localhost:5/x",
        ] {
            assert!(is_reference(image), "{image}");
        }
        for wrong in [
            "registry.io:5000/A",
            "NGINX",
            "nginx:1:2",
            " nginx",
            "nginx:",
            "nginx@sha256:abc",
            "a//b",
            "-nginx",
            "a_-b",
        ] {
            assert!(!is_reference(wrong), "{wrong}");
        }
        assert!(is_reference(&format!("nginx@sha256:{}", "a".repeat(64))));
    }
}
