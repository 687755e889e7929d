//! `get`.

use crate::commands::watch;
use crate::commands::{builtin_objects, builtin_rows, raw};
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{
    ALL_NAMESPACES, CHUNK_SIZE, FIELD_SELECTOR, FILES, Flag, Flags, IGNORE_NOT_FOUND, NO_HEADERS, OUTPUT, PRINT, RAW,
    SELECTOR, SORT_BY, SUBRESOURCE, Takes, Values, WATCH,
};
use crate::line::resources::{self, BareKind, ResourceArgs};
use crate::output::format::{ALL_FORMATS, Format};
use crate::output::objects::show;
use crate::output::scale;
use crate::print;
use crate::targets::manifests;
use crate::targets::{done, nothing, one, warn_of_all, warn_of_short_names};
use api::Value;
use cluster::{Cluster, Object, Reason, Status};
use serde_json::json;
use std::rc::Rc;

/// `-o` of `get`, which has more formats than other commands.
const FORMAT: Flag = OUTPUT.values(Values::Words(&[
    "custom-columns=",
    "go-template=",
    "json",
    "jsonpath=",
    "kyaml",
    "name",
    "wide",
    "yaml",
]));
const SHOW_LABELS: Flag = Flag::new("show-labels", Takes::Bool, "Print all labels as the last column.");
const LABEL_COLUMNS: Flag =
    Flag::new("label-columns", Takes::List, "Labels that get a column of their own.").short('L');
const SHOW_KIND: Flag = Flag::new("show-kind", Takes::Bool, "Print the kind before each name.");
const WATCH_ONLY: Flag = Flag::new("watch-only", Takes::Bool, "Print only what changes from now on.");
const OUTPUT_WATCH_EVENTS: Flag = Flag::new("output-watch-events", Takes::Bool, "Print what kind of change each is.");
const SERVER_PRINT: Flag = Flag::new("server-print", Takes::Bool, "Let the server lay out the table.").default("true");

pub(crate) const FLAGS: Flags = &[
    &[
        FORMAT,
        SELECTOR,
        FIELD_SELECTOR,
        ALL_NAMESPACES,
        SHOW_LABELS,
        LABEL_COLUMNS,
        NO_HEADERS,
        SORT_BY,
        SHOW_KIND,
        IGNORE_NOT_FOUND,
        WATCH,
        WATCH_ONLY,
        OUTPUT_WATCH_EVENTS,
        CHUNK_SIZE,
        SERVER_PRINT,
        RAW,
        SUBRESOURCE,
    ],
    FILES,
    PRINT,
];

/// Models: kubectl/pkg/cmd/get/get.go Run (v1.36).
pub(crate) fn get(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    if let Some(path) = args.text("raw").filter(|path| !path.is_empty()) {
        return raw::get(run, args, path).map_err(one);
    }
    check(run, args).map_err(one)?;
    if manifests::are_named(args) {
        return get_files(run, args);
    }
    let asked = resources::read(run.mapper(), args, &args.words, BareKind::All).map_err(one)?;
    warn_of_short_names(run, &args.words);
    warn_of_all(run, &asked);
    if builtin_rows::is_asked(&asked) {
        let format = Format::read(args, ALL_FORMATS).map_err(one)?;
        return builtin_rows::get(run, args, &asked, &format);
    }
    if watch::is_asked(args) {
        let format = Format::read(args, ALL_FORMATS).map_err(one)?;
        return watch::watch(run, args, &asked, &format);
    }
    get_stored(run, args, &asked)
}

/// Models: kubectl/pkg/cmd/get/get.go Validate (v1.36).
fn check(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Failure> {
    let output = args.text("output").unwrap_or_default();
    if args.is("show-labels") && !["", "wide"].contains(&output) {
        return Err(Failure::own(format!(
            "--show-labels option cannot be used with {output} printer"
        )));
    }
    watch::check(run, args)?;
    match (args.words.is_empty(), manifests::are_named(args)) {
        (false, true) => Err(Failure::own(manifests::AND_WORDS)),
        (true, false) => {
            run.output.stderr.push_str("You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete list of supported resources.\n\n");
            Err(Failure::own(
                "Required resource not specified.\nUse \"kubectl explain <resource>\" for a detailed description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples",
            ))
        }
        _ => Ok(()),
    }
}

fn get_stored(run: &mut CommandContext<'_>, args: &Args, asked: &ResourceArgs) -> Result<(), Vec<Failure>> {
    let mut found = resources::find(run.cluster, args, asked);
    if shows_rows(args) {
        builtin_objects::add(run, args, asked, &mut found).map_err(one)?;
    }
    builtin_rows::correct_not_found("get", asked, &mut found.failures);
    show_part(run, args, asked, &mut found).map_err(one)?;
    if args.is("ignore-not-found") {
        found
            .failures
            .retain(|failure| !matches!(failure, Failure::Server(status) if status.reason == Reason::NotFound));
    }
    let several = match asked {
        ResourceArgs::Kinds(kinds) => kinds.len() > 1,
        ResourceArgs::Names(_) => are_of_several_kinds(&found.objects),
    };
    let single = matches!(asked, ResourceArgs::Names(names) if names.len() == 1);
    if single && found.objects.is_empty() {
        return done(found.failures);
    }
    let format = Format::read(args, ALL_FORMATS).map_err(one)?;
    sort(&mut found.objects, args, &format, asked).map_err(one)?;
    if let Err(failure) = show(run, args, &format, &found.objects, several, single) {
        found.failures.push(failure);
    }
    let noted = builtin_rows::note_unknown(run, args, asked, shows_rows(args));
    if found.objects.is_empty() && found.failures.is_empty() && !noted && matches!(format, Format::Table { .. }) {
        nothing(run, args, &asked.resources());
    }
    done(found.failures)
}

/// With `--subresource`, objects are asked for by name, and a scale is an object of its own.
///
/// Models: cli-runtime/pkg/resource/builder.go visitBySelector (v1.36).
fn show_part(
    run: &CommandContext<'_>,
    args: &Args,
    asked: &ResourceArgs,
    found: &mut resources::FoundObjects,
) -> Result<(), Failure> {
    let Some(part) = args.text("subresource").filter(|part| !part.is_empty()) else {
        return Ok(());
    };
    if matches!(asked, ResourceArgs::Kinds(kinds) if !kinds.is_empty()) {
        return Err(Failure::own(
            "subresource cannot be used when bulk resources are specified",
        ));
    }
    if part == "scale" {
        for object in std::mem::take(&mut found.objects) {
            match scale_of(run.cluster, &object) {
                Ok(scale) => found.objects.push(scale),
                Err(status) => found.failures.push(status.into()),
            }
        }
    }
    Ok(())
}

/// Whether tables or names alone are printed.
fn shows_rows(args: &Args) -> bool {
    matches!(Format::read(args, ALL_FORMATS), Ok(Format::Table { .. } | Format::Name))
}

fn scale_of(cluster: &Cluster, object: &Rc<Object>) -> Result<Rc<Object>, Status> {
    let mut shown = (**object).clone();
    shown.value = scale::of(object, &scale::paths(cluster, object.kind)?)?.into();
    Ok(Rc::new(shown))
}

fn are_of_several_kinds(objects: &[Rc<Object>]) -> bool {
    objects
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a.kind != b.kind))
}

fn get_files(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let resources::FoundObjects { objects, mut failures } = run.objects_of_files(args);
    let (several, single) = (are_of_several_kinds(&objects), objects.len() == 1);
    let shown = Format::read(args, ALL_FORMATS).and_then(|format| show(run, args, &format, &objects, several, single));
    failures.extend(shown.err());
    done(failures)
}

/// Several tables are sorted themselves before their rows are, by fields that tables hardly have.
/// Each has the same fields, so that their order stays.
///
/// Models: kubectl/pkg/cmd/get/sorter.go RuntimeSorter.Sort (v1.36).
fn sort_tables(objects: &[Rc<Object>], path: &str, asked: &ResourceArgs) -> Result<(), Failure> {
    let count = match asked {
        ResourceArgs::Kinds(kinds) => kinds.len(),
        ResourceArgs::Names(_) => objects.len(),
    };
    if count < 2 {
        return Ok(());
    }
    let table = json!({
        "apiVersion": "meta.k8s.io/v1", "columnDefinitions": [], "kind": "Table",
        "metadata": {"resourceVersion": ""}, "rows": [],
    });
    sort_objects(path, &mut vec![table; count], |table| table)
}

/// Models: kubectl/pkg/cmd/get/sorter.go SortObjects (v1.36).
fn sort_objects<T: Clone>(path: &str, objects: &mut Vec<T>, value: fn(&T) -> &Value) -> Result<(), Failure> {
    let path = print::relaxed_path(path).map_err(Failure::own)?;
    print::sort_by(&path, objects, value)
        .map_err(|why| Failure::own(why.strip_prefix("sorting error: ").unwrap_or(&why)))
}

/// Sorts rows within their table: a table for each kind, or for each name.
/// A table of several rows that cannot be sorted is left out without a message.
///
/// Models: kubectl/pkg/cmd/get/get.go Run, which drops what its printers say, sorter.go SortingPrinter (v1.36).
fn sort(objects: &mut Vec<Rc<Object>>, args: &Args, format: &Format, asked: &ResourceArgs) -> Result<(), Failure> {
    let Some(path) = args.text("sort-by").filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let by_name = matches!(asked, ResourceArgs::Names(_));
    if !matches!(format, Format::Table { .. }) {
        let is_list = !by_name || objects.len() > 1;
        return if is_list {
            sort_objects(path, objects, |object| &object.value)
        } else {
            Ok(())
        };
    }
    sort_tables(objects, path, asked)?;
    let mut sorted = Vec::new();
    for table in objects.chunk_by(|a, b| a.kind == b.kind && !by_name) {
        let mut table = table.to_vec();
        if table.len() < 2 || print::sort_by(path, &mut table, |object| &object.value).is_ok() {
            sorted.extend(table);
        }
    }
    *objects = sorted;
    Ok(())
}
