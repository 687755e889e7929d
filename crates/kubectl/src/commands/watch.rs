//! `get --watch`: the objects, then their changes.

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::resources::{self, Resource, ResourceArgs};
use crate::output::format::Format;
use crate::output::objects::{table_options, written};
use crate::print;
use api::Kind;
use base::Order;
use cluster::Object;
use std::rc::Rc;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WatchEvent {
    Added,
    Modified,
    Deleted,
}

impl WatchEvent {
    fn word(self) -> &'static str {
        match self {
            Self::Added => "ADDED",
            Self::Modified => "MODIFIED",
            Self::Deleted => "DELETED",
        }
    }
}

/// Whether a command watches.
pub(crate) fn is_asked(args: &Args) -> bool {
    args.is("watch") || args.is("watch-only")
}

/// Checks flags before anything is looked up.
///
/// Models: kubectl/pkg/cmd/get/get.go Complete, Validate (v1.36).
pub(crate) fn check(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Failure> {
    if args.is("output-watch-events") && !is_asked(args) {
        return Err(Failure::own(
            "--output-watch-events option can only be used with --watch or --watch-only",
        ));
    }
    if sort_path(args).is_some() && is_asked(args) {
        let words = if args.is("watch") {
            "warning: --watch requested, --sort-by will be ignored for watch events received\n"
        } else {
            "warning: --watch-only requested, --sort-by will be ignored\n"
        };
        run.output.stderr.push_str(words);
    }
    Ok(())
}

/// Models: kubectl/pkg/cmd/get/get.go watch (v1.36).
///
/// Differs: of an object that changes several times only the last change is printed.
pub(crate) fn watch(
    run: &mut CommandContext<'_>,
    args: &Args,
    asked: &ResourceArgs,
    format: &Format,
) -> Result<(), Vec<Failure>> {
    let one = |words: &str| vec![Failure::own(words)];
    let mut kinds = asked.resources();
    kinds.dedup();
    let [Resource::Kept(kind)] = kinds.as_slice() else {
        return match kinds.as_slice() {
            [_] => Ok(()),
            _ => Err(one("you may only specify a single resource type")),
        };
    };
    let found = resources::find(run.before(), args, asked);
    if !found.failures.is_empty() {
        let forgiven = args.is("ignore-not-found");
        return if forgiven { Ok(()) } else { Err(found.failures) };
    }
    let now = resources::find(run.cluster, args, asked).objects;
    let changes = changes(&found.objects, &now);
    let mut first = if args.is("watch-only") {
        Vec::new()
    } else {
        found.objects
    };
    if let (Format::Table { .. }, Some(path)) = (format, sort_path(args)) {
        sort(path, &mut first).map_err(|failure| vec![failure])?;
    }
    let text = match format {
        Format::Table { wide } => table(run, args, *kind, &first, &changes, *wide),
        format => each(run, args, format, &first, &changes).map_err(|failure| vec![failure])?,
    };
    run.output.stdout.push_str(&text);
    if matches!(asked, ResourceArgs::Names(names) if names.len() > 1) {
        return Err(one(
            "you may only watch a single resource or type of resource at a time",
        ));
    }
    let seconds = deadline(args);
    if run.elapsed() < seconds {
        run.waits(seconds);
    }
    Ok(())
}

/// Sorts the rows that are there already.
///
/// Models: kubectl/pkg/cmd/get/sorter.go SortingPrinter, as watch prints the first table (v1.36).
fn sort(path: &str, first: &mut Vec<Rc<Object>>) -> Result<(), Failure> {
    if first.len() < 2 {
        return Ok(());
    }
    print::sort_by(path, first, |object| &object.value)
        .map_err(|why| Failure::own(format!("unable to output the provided object: {why}")))
}

fn sort_path(args: &Args) -> Option<&str> {
    args.text("sort-by").filter(|path| !path.is_empty())
}

/// The seconds after which the server ends the watch.
fn deadline(args: &Args) -> i64 {
    let asked = args
        .span("request-timeout")
        .map(crate::line::duration::Span::whole_seconds);
    let seconds = asked.or_else(|| args.number("request-timeout"));
    seconds.filter(|seconds| *seconds > 0).unwrap_or(i64::MAX)
}

/// The changes between two moments, in order; deletions first.
fn changes(before: &[Rc<Object>], now: &[Rc<Object>]) -> Vec<(WatchEvent, Rc<Object>)> {
    let among = |objects: &[Rc<Object>], uid: &str| objects.iter().find(|object| object.uid() == uid).cloned();
    let gone = before.iter().filter(|object| among(now, object.uid()).is_none());
    let mut changes: Vec<_> = gone.map(|object| (WatchEvent::Deleted, object.clone())).collect();
    let mut rest: Vec<_> = now
        .iter()
        .filter_map(|object| match among(before, object.uid()) {
            None => Some((WatchEvent::Added, object.clone())),
            Some(old) => (old.value != object.value).then(|| (WatchEvent::Modified, object.clone())),
        })
        .collect();
    let version = |object: &Object| {
        object
            .metadata()
            .field("resourceVersion")
            .as_text()
            .and_then(|text| text.parse().ok())
    };
    rest.order_by_key(|(_, object)| version(object).unwrap_or(0_u64));
    changes.extend(rest);
    changes
}

fn table(
    run: &CommandContext<'_>,
    args: &Args,
    kind: Kind,
    first: &[Rc<Object>],
    changes: &[(WatchEvent, Rc<Object>)],
    wide: bool,
) -> String {
    let options = table_options(args, kind.namespaced(), wide, false);
    let told = args.is("output-watch-events");
    let mut lines = Vec::new();
    let mut put = |cluster, change: WatchEvent, objects: &[Rc<Object>]| {
        for row in print::rows(cluster, kind, objects, &options) {
            let event = told.then(|| change.word().to_owned());
            lines.push(event.into_iter().chain(row).collect());
        }
    };
    put(run.before(), WatchEvent::Added, first);
    for (change, object) in changes {
        put(run.cluster, *change, std::slice::from_ref(object));
    }
    if !lines.is_empty() && !options.no_headers {
        let event = told.then(|| "EVENT".to_owned());
        let titles = print::headers(run.cluster, kind, &options);
        lines.insert(0, event.into_iter().chain(titles).collect::<Vec<String>>());
    }
    print::lay_out(&lines)
}

/// Prints objects one by one, because a list never ends.
fn each(
    run: &mut CommandContext<'_>,
    args: &Args,
    format: &Format,
    first: &[Rc<Object>],
    changes: &[(WatchEvent, Rc<Object>)],
) -> Result<String, Failure> {
    let mut texts = Vec::new();
    for object in first.iter().chain(changes.iter().map(|(_, object)| object)) {
        texts.push(match format {
            Format::Name => print::name(object.kind, object.name()) + "\n",
            Format::Columns(spec) => {
                let without = args.is("no-headers") || !texts.is_empty();
                print::custom_columns(spec, &[&object.value], without).map_err(Failure::own)?
            }
            format => written(run, args, format, &object.value)?,
        });
    }
    let between = if matches!(format, Format::Yaml) { "---\n" } else { "" };
    Ok(texts.join(between))
}
