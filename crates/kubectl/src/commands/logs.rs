//! `logs`.

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::duration::Span;
use crate::line::flags::{CONTAINER, Flag, Flags, POD_RUNNING_TIMEOUT, PREFIX, SELECTOR, Takes};
use crate::line::resources::{self, Resource};
use crate::surroundings::LogLine;
use crate::targets::containers::{choose_for_logs, in_order_of_start, named, pods_of};
use api::Kind;
use cluster::{Object, Reason, Status, timestamp};
use std::rc::Rc;

const ALL_CONTAINERS: Flag = Flag::new(
    "all-containers",
    Takes::Bool,
    "Print the logs of all containers of the pods.",
);
const ALL_PODS: Flag = Flag::new(
    "all-pods",
    Takes::Bool,
    "Print the logs of all pods, each line with where it comes from.",
);
const FOLLOW: Flag = Flag::new("follow", Takes::Bool, "Go on printing as more comes.").short('f');
const PREVIOUS: Flag = Flag::new(
    "previous",
    Takes::Bool,
    "Print the logs of the container before it was restarted; no container is here.",
)
.short('p');
const TAIL: Flag = Flag::new(
    "tail",
    Takes::Long,
    "How many of the last lines are printed; all where -1, and 10 where a selector chooses.",
)
.default("-1");
const SINCE: Flag = Flag::new(
    "since",
    Takes::Duration,
    "Print only what is newer than this span, such as 5s or 2m.",
);
const SINCE_TIME: Flag = Flag::new(
    "since-time",
    Takes::Text,
    "Print only what is newer than this moment, RFC 3339.",
);
const LIMIT_BYTES: Flag = Flag::new("limit-bytes", Takes::Long, "How many bytes are printed at most.");
const TIMESTAMPS: Flag = Flag::new("timestamps", Takes::Bool, "Print before each line when it was printed.");
const IGNORE_ERRORS: Flag = Flag::new(
    "ignore-errors",
    Takes::Bool,
    "Go on where the logs of one cannot be read.",
);
const MAX_LOG_REQUESTS: Flag = Flag::new(
    "max-log-requests",
    Takes::Number,
    "How many logs are followed at once at most.",
)
.default("5");
const INSECURE_SKIP_TLS_VERIFY_BACKEND: Flag = Flag::new(
    "insecure-skip-tls-verify-backend",
    Takes::Bool,
    "Do not check the kubelet's certificate; nothing to be seen here.",
);

pub(crate) const FLAGS: Flags = &[&[
    SELECTOR,
    ALL_CONTAINERS,
    ALL_PODS,
    CONTAINER,
    FOLLOW,
    PREVIOUS,
    TAIL,
    SINCE,
    SINCE_TIME,
    LIMIT_BYTES,
    TIMESTAMPS,
    PREFIX,
    IGNORE_ERRORS,
    MAX_LOG_REQUESTS,
    POD_RUNNING_TIMEOUT,
    INSECURE_SKIP_TLS_VERIFY_BACKEND,
]];

const USAGE: &str = "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command";

/// The default time to wait for a pod.
const PATIENCE: Span = Span::from_seconds(20);
/// The default number of lines of each pod that a selector chooses.
const SELECTED_TAIL: i64 = 10;
/// The default number of logs to follow at once.
const MOST_FOLLOWED: i64 = 5;

/// Which lines are printed, and how.
struct Shown {
    since: Option<i64>,
    tail: Option<usize>,
    bytes: Option<usize>,
    timestamps: bool,
    prefix: bool,
}

/// Models: kubectl/pkg/cmd/logs/logs.go Complete, Validate, RunLogsContext (v1.36).
pub(crate) fn logs(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    print(run, args).map_err(|failure| vec![failure])
}

fn print(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Failure> {
    check_words(args)?;
    let shown = shown(run, args)?;
    let Some(pods) = pods(run, args)? else { return Ok(()) };
    let mut streams = Vec::new();
    for pod in pods {
        for container in containers(run, args, &pod)? {
            streams.push((pod.clone(), container));
        }
    }
    let most = args.number("max-log-requests").unwrap_or(MOST_FOLLOWED);
    if args.is("follow") && streams.len() > 1 && i64::try_from(streams.len()).is_ok_and(|count| count > most) {
        return Err(Failure::own(format!(
            "you are attempting to follow {} log streams, but maximum allowed concurrency is {most}, use --max-log-requests to increase the limit",
            streams.len()
        )));
    }
    for (pod, container) in streams {
        let lines = if args.is("previous") {
            let earlier = run.around.containers.earlier_logs(run.cluster, &pod, &container);
            earlier.ok_or_else(|| {
                Failure::from(Status::bad_request(format!(
                    "previous terminated container \"{container}\" in pod \"{}\" not found",
                    pod.name()
                )))
            })?
        } else {
            run.around.containers.logs(run.cluster, &pod, &container)
        };
        let text = shown.text(&lines, &pod, &container);
        run.output.stdout.push_str(&text);
    }
    if args.is("follow") {
        run.output.waits_until = Some(i64::MAX);
    }
    Ok(())
}

fn check_words(args: &Args) -> Result<(), Failure> {
    let usage = |words: &str| Err(Failure::usage(words, "kubectl logs"));
    let selected = args.text("selector").is_some_and(|selector| !selector.is_empty());
    match args.words.len() {
        0 if !selected => return usage(USAGE),
        1 if selected => return usage("only a selector (-l) or a POD name is allowed"),
        3.. => return usage(USAGE),
        _ => {}
    }
    Ok(())
}

/// What is checked when the object is known.
///
/// Models: kubectl/pkg/cmd/logs/logs.go Validate (v1.36).
fn check_flags(args: &Args) -> Result<(), Failure> {
    let wrong = |words: String| Err(Failure::own(words));
    let since_time = args.text("since-time").is_some_and(|moment| !moment.is_empty());
    if since_time && args.span("since").is_some_and(|span| !span.is_zero()) {
        return wrong("at most one of `sinceTime` or `sinceSeconds` may be specified".to_owned());
    }
    if let (true, Some(name)) = (args.is("all-containers"), asked_container(args)) {
        return wrong(format!(
            "--all-containers=true should not be specified with container name {name}"
        ));
    }
    if args.text("container").is_some() && args.words.len() == 2 {
        return wrong("only one of -c or an inline [CONTAINER] arg is allowed".to_owned());
    }
    if args.number("limit-bytes").is_some_and(|bytes| bytes < 0) {
        return wrong("--limit-bytes must be greater than 0".to_owned());
    }
    if args.span("since").is_some_and(Span::is_negative) {
        return wrong("--since must be greater than 0".to_owned());
    }
    if args.number("tail").is_some_and(|lines| lines < -1) {
        return wrong("--tail must be greater than or equal to -1".to_owned());
    }
    Ok(())
}

fn asked_container(args: &Args) -> Option<&str> {
    let inline = args.words.get(1).map(String::as_str);
    inline
        .or_else(|| args.text("container"))
        .filter(|name| !name.is_empty())
}

fn shown(run: &CommandContext<'_>, args: &Args) -> Result<Shown, Failure> {
    let tail = match args.number("tail") {
        None if args.words.is_empty() => Some(SELECTED_TAIL),
        given => given.filter(|lines| *lines >= 0),
    };
    let moment = args.text("since-time").filter(|moment| !moment.is_empty());
    let since = match moment {
        Some(moment) => Some(cluster::second(moment).ok_or_else(|| {
            let quoted = api::go::quote(moment);
            Failure::own(format!(
                "parsing time {quoted} as \"2006-01-02T15:04:05Z07:00\": cannot parse {quoted} as \"2006\""
            ))
        })?),
        None => args
            .span("since")
            .filter(|span| !span.is_zero())
            .map(|span| run.cluster.now().saturating_sub(span.whole_seconds())),
    };
    Ok(Shown {
        since,
        tail: tail.and_then(|lines| usize::try_from(lines).ok()),
        bytes: args
            .number("limit-bytes")
            .filter(|bytes| *bytes > 0)
            .and_then(|bytes| usize::try_from(bytes).ok()),
        timestamps: args.is("timestamps"),
        prefix: args.is("prefix") || args.is("all-pods"),
    })
}

/// The pods whose logs are printed; empty while waiting for them.
fn pods(run: &mut CommandContext<'_>, args: &Args) -> Result<Option<Vec<Rc<Object>>>, Failure> {
    let Some(word) = args.words.first() else {
        let pods = resources::select(run.cluster, args, Resource::Kept(Kind::Pod))?;
        if pods.is_empty() {
            let line = format!("No resources found in {} namespace.\n", args.namespace());
            run.output.stderr.push_str(&line);
        }
        check_flags(args)?;
        return Ok(Some(pods));
    };
    let object = named(run, args, word).map_err(|failure| in_namespace(failure, args.namespace()))?;
    check_flags(args)?;
    let mut pods = pods_of(run.cluster, &object, "cannot get the logs from")?;
    if pods.is_empty() {
        let patience = args.span("pod-running-timeout").unwrap_or(PATIENCE).whole_seconds();
        if run.elapsed() < patience {
            run.waits(patience);
            return Ok(None);
        }
        return Err(Failure::own("timed out waiting for the condition"));
    }
    if let ([first, _, ..], false) = (pods.as_slice(), args.is("all-pods")) {
        let line = format!("Found {} pods, using pod/{}\n", pods.len(), first.name());
        run.output.stderr.push_str(&line);
        pods.truncate(1);
    }
    Ok(Some(pods))
}

fn in_namespace(failure: Failure, namespace: &str) -> Failure {
    match failure {
        Failure::Server(status) if status.reason == Reason::NotFound => Failure::own(format!(
            "error from server (NotFound): {} in namespace \"{namespace}\"",
            status.message
        )),
        other => other,
    }
}

fn containers(run: &mut CommandContext<'_>, args: &Args, pod: &Object) -> Result<Vec<String>, Failure> {
    if args.is("all-containers") {
        return Ok(in_order_of_start(pod));
    }
    choose_for_logs(run, pod, asked_container(args)).map(|name| vec![name])
}

impl Shown {
    fn text(&self, lines: &[LogLine], pod: &Object, container: &str) -> String {
        let recent = lines
            .iter()
            .filter(|line| self.since.is_none_or(|since| line.at >= since));
        let recent: Vec<&LogLine> = recent.collect();
        let skipped = self.tail.map_or(0, |tail| recent.len().saturating_sub(tail));
        let mut text = String::new();
        for line in recent.into_iter().skip(skipped) {
            if self.timestamps {
                let second = timestamp(line.at);
                text.push_str(second.trim_end_matches('Z'));
                text.push_str(".000000000Z ");
            }
            text.push_str(&line.text);
            text.push('\n');
        }
        let end = self.bytes.unwrap_or(text.len());
        text.truncate(
            (0..=end.min(text.len()))
                .rev()
                .find(|at| text.is_char_boundary(*at))
                .unwrap_or(0),
        );
        if !self.prefix {
            return text;
        }
        let prefix = format!("[pod/{}/{container}] ", pod.name());
        text.split_inclusive('\n')
            .flat_map(|line| [prefix.as_str(), line])
            .collect()
    }
}
