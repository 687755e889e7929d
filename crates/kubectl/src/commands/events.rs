//! `events`.

use crate::context::CommandContext;
use crate::discovery::Mapper;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{ALL_NAMESPACES, CHUNK_SIZE, FOR, Flag, Flags, NO_HEADERS, PRINT, Takes, Values, WATCH};
use crate::line::resources::Resource;
use crate::output::format::Format;
use crate::output::objects::written_typed;
use crate::print;
use api::Kind;
use cluster::Object;
use serde_json::json;
use std::rc::Rc;

const TYPES: Flag = Flag::new(
    "types",
    Takes::List,
    "Print only events of these types: Normal, Warning.",
)
.values(Values::Words(&["Normal", "Warning"]));

pub(crate) const FLAGS: Flags = &[
    &[
        ALL_NAMESPACES,
        FOR.takes(Takes::Text).values(Values::Objects),
        TYPES,
        WATCH,
        NO_HEADERS,
        CHUNK_SIZE,
    ],
    PRINT,
];

/// Models: kubectl/pkg/cmd/events/events.go Run (v1.36).
pub(crate) fn events(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    list(run, args).map_err(|failure| vec![failure])
}

fn list(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Failure> {
    let about = args
        .text("for")
        .filter(|about| !about.is_empty())
        .map(|target| about(run.mapper(), target))
        .transpose()?;
    let format = Format::of_change(args)?;
    let types: Vec<&str> = args.all("types").iter().flat_map(|types| types.split(',')).collect();
    let is_type = |word: &&str| {
        ["Normal", "Warning"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    };
    if !types.iter().all(is_type) {
        return Err(Failure::own("valid --types are Normal or Warning"));
    }
    let all = args.is("all-namespaces");
    let mut events = run.cluster.list(Kind::Event, (!all).then(|| args.namespace()));
    events.retain(|event| {
        let kind = event.field("type").text();
        let wanted = types.is_empty() || types.iter().any(|word| word.eq_ignore_ascii_case(kind));
        wanted && about.as_ref().is_none_or(|about| about.fits(event))
    });
    if args.is("watch") {
        run.output.waits_until = Some(i64::MAX);
    } else if events.is_empty() {
        let words = if all {
            "No events found.\n".to_owned()
        } else {
            format!("No events found in {} namespace.\n", args.namespace())
        };
        run.output.stderr.push_str(&words);
        return Ok(());
    }
    if events.is_empty() {
        return Ok(());
    }
    let text = match format {
        None => print::events(run.cluster, &events, all, args.is("no-headers")),
        // The printer of names takes no lists; what a printer says of that is dropped.
        Some(format) => written_typed(run, args, &format, &event_list(&events)).unwrap_or_default(),
    };
    run.output.stdout.push_str(&text);
    Ok(())
}

fn event_list(events: &[Rc<Object>]) -> api::Value {
    let items: Vec<_> = events.iter().map(|event| &*event.value).collect();
    json!({"apiVersion": "v1", "items": items, "kind": "EventList", "metadata": {}})
}

/// The object of `--for`.
struct About {
    /// `None` if the cluster here stores no such objects.
    kind: Option<Kind>,
    /// Empty if any object is meant.
    name: String,
}

/// Models: kubectl/pkg/cmd/events/events.go decodeResourceTypeName (v1.36).
fn about(mapper: Mapper<'_>, target: &str) -> Result<About, Failure> {
    let parts: Vec<&str> = target.split('/').collect();
    let (word, name) = match parts.as_slice() {
        [_] => return Err(Failure::own("--for must be in resource/name form")),
        [word, name] => (*word, *name),
        _ => {
            return Err(Failure::own(
                "arguments in resource/name form may not have more than one slash",
            ));
        }
    };
    let resource = Resource::of(mapper, &word.to_lowercase()).map_err(|failure| match failure {
        Failure::Own(message) => Failure::Verbatim(message),
        other => other,
    })?;
    let kind = match resource {
        Resource::Kept(kind) => Some(kind),
        Resource::Other(_) => None,
    };
    Ok(About {
        kind,
        name: name.to_owned(),
    })
}

impl About {
    fn fits(&self, event: &Object) -> bool {
        let of = |field| event.field("involvedObject").field(field).as_text();
        self.name.is_empty()
            || of("name") == Some(&self.name)
                && self
                    .kind
                    .is_some_and(|kind| of("kind") == Some(kind.name()) && of("apiVersion") == Some(kind.api_version()))
    }
}
