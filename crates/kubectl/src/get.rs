//! `kubectl get` and its formats.

use crate::command::Run;
use crate::failure::Failure;
use crate::flags::{
    ALL_NAMESPACES, ALLOW_MISSING_TEMPLATE_KEYS, Args, CHUNK_SIZE, FIELD_SELECTOR, FILENAME, Flag, KUSTOMIZE,
    NO_HEADERS, OUTPUT, RAW, RECURSIVE, SELECTOR, SHOW_MANAGED_FIELDS, SUBRESOURCE, TEMPLATE, Takes, WATCH,
};
use crate::manifests;
use crate::print::{self, JsonPathOptions, TableOptions};
use crate::resources::{self, Asked, Default, Resource};
use crate::{standing, watch};
use api::{Kind, Value};
use cluster::Object;
use std::rc::Rc;

pub(crate) const FLAGS: &[Flag] = &[
    OUTPUT,
    SELECTOR,
    FIELD_SELECTOR,
    FILENAME,
    ALL_NAMESPACES,
    ("show-labels", None, Takes::Bool),
    ("label-columns", Some('L'), Takes::List),
    NO_HEADERS,
    ("sort-by", None, Takes::Text),
    ("show-kind", None, Takes::Bool),
    ("ignore-not-found", None, Takes::Bool),
    WATCH,
    ("watch-only", None, Takes::Bool),
    ("output-watch-events", None, Takes::Bool),
    CHUNK_SIZE,
    ("server-print", None, Takes::Bool),
    SHOW_MANAGED_FIELDS,
    TEMPLATE,
    ALLOW_MISSING_TEMPLATE_KEYS,
    RAW,
    RECURSIVE,
    KUSTOMIZE,
    SUBRESOURCE,
];

const FORMATS: &str = "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml";

/// How objects are printed.
#[derive(Debug)]
pub(crate) enum Format {
    Table { wide: bool },
    Yaml,
    Kyaml,
    Json,
    Name,
    JsonPath { template: String, as_json: bool },
    Columns(String),
    GoTemplate(String),
}

/// The formats in which changes can be told of.
const TOLD: &str =
    "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml";

impl Format {
    /// What `-o` asks for of a command that has words of its own; none where these are wanted.
    pub(crate) fn told(args: &Args) -> Result<Option<Self>, Failure> {
        let given = |flag| args.text(flag).is_some_and(|text| !text.is_empty());
        if given("output") || given("template") {
            Self::read(args, TOLD).map(Some)
        } else {
            Ok(None)
        }
    }

    /// What `-o` and `--template` ask for.
    ///
    /// Models: cli-runtime/pkg/genericclioptions ToPrinter of each kind of flags (v1.36).
    pub(crate) fn read(args: &Args, allowed: &str) -> Result<Self, Failure> {
        let output = args.text("output").unwrap_or_default();
        let flag = args.text("template").filter(|template| !template.is_empty());
        let output = if output.is_empty() && flag.is_some() {
            "go-template"
        } else {
            output
        };
        let takes_template = output.starts_with("custom-columns")
            || output.starts_with("go-template")
            || output.starts_with("jsonpath")
            || output.starts_with("template");
        let (name, inline) = output
            .split_once('=')
            .filter(|_| takes_template)
            .map_or((output, None), |(name, rest)| (name, Some(rest)));
        let template = || {
            let given = flag.or(inline).filter(|template| !template.is_empty());
            given
                .map(str::to_owned)
                .ok_or_else(|| Failure::own("template format specified but no template given"))
        };
        let lower = name.to_lowercase();
        let name = match lower.as_str() {
            "yaml" | "kyaml" | "json" | "name" => lower.as_str(),
            _ => name,
        };
        match name {
            "" => Ok(Self::Table { wide: false }),
            "wide" if allowed == FORMATS => Ok(Self::Table { wide: true }),
            "yaml" => Ok(Self::Yaml),
            "kyaml" => Ok(Self::Kyaml),
            "json" => Ok(Self::Json),
            "name" => Ok(Self::Name),
            "jsonpath" | "jsonpath-as-json" => {
                let template = template()?;
                let parsed = print::JsonPath::parse(&template);
                parsed.map_err(|why| Failure::own(format!("error parsing jsonpath {template}, {why}")))?;
                Ok(Self::JsonPath {
                    template,
                    as_json: name == "jsonpath-as-json",
                })
            }
            "go-template" | "template" => template().map(Self::GoTemplate),
            "custom-columns" if allowed == FORMATS => {
                let spec = inline.unwrap_or_default();
                print::custom_columns(spec, &[], true).map_err(Failure::own)?;
                Ok(Self::Columns(spec.to_owned()))
            }
            "go-template-file" | "jsonpath-file" | "templatefile" => {
                let file = template()?;
                Err(Failure::own(format!(
                    "error reading --template {file}, open {file}: no such file or directory"
                )))
            }
            "custom-columns-file" if allowed == FORMATS => Err(Failure::own(match inline.unwrap_or_default() {
                "" => "custom-columns format specified but no custom columns given".to_owned(),
                file => format!("error reading template {file}, open {file}: no such file or directory"),
            })),
            _ => Err(Failure::own(format!(
                "unable to match a printer suitable for the output format {}, allowed formats are: {allowed}",
                api::go::quote(output)
            ))),
        }
    }
}

/// Models: kubectl/pkg/cmd/get/get.go Run (v1.36).
pub(crate) fn get(run: &mut Run<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let one = |failure: Failure| vec![failure];
    if let Some(path) = args.text("raw").filter(|path| !path.is_empty()) {
        return raw(run, args, path).map_err(one);
    }
    if let Some(output) = args
        .text("output")
        .filter(|output| !["", "wide"].contains(output) && args.is("show-labels"))
    {
        return Err(one(Failure::own(format!(
            "--show-labels option cannot be used with {output} printer"
        ))));
    }
    watch::check(run, args).map_err(one)?;
    if args.words.is_empty() && !manifests::are_named(args) {
        run.output.stderr.push_str("You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete list of supported resources.\n\n");
        return Err(one(Failure::own(
            "Required resource not specified.\nUse \"kubectl explain <resource>\" for a detailed description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples",
        )));
    }
    if manifests::are_named(args) {
        if !args.words.is_empty() {
            return Err(one(Failure::own(manifests::AND_WORDS)));
        }
        return get_files(run, args);
    }
    let asked = resources::read(args, &args.words, Default::All).map_err(one)?;
    warn_of_short_names(run, &args.words);
    run.warn_of_all(&asked);
    if standing::is_asked(&asked) {
        let format = Format::read(args, FORMATS).map_err(one)?;
        return standing::get(run, args, &asked, &format);
    }
    if watch::is_asked(args) {
        let format = Format::read(args, FORMATS).map_err(one)?;
        return watch::watch(run, args, &asked, &format);
    }
    let mut found = resources::find(run.cluster, args, &asked);
    if args.is("ignore-not-found") {
        found
            .failures
            .retain(|failure| !matches!(failure, Failure::Server(status) if status.reason == "NotFound"));
    }
    let several = match &asked {
        Asked::Kinds(kinds) => kinds.len() > 1,
        Asked::Names(_) => found
            .objects
            .iter()
            .any(|object| Some(object.kind) != found.objects.first().map(|first| first.kind)),
    };
    let single = matches!(&asked, Asked::Names(names) if names.len() == 1);
    if single && found.objects.is_empty() {
        return if found.failures.is_empty() {
            Ok(())
        } else {
            Err(found.failures)
        };
    }
    let format = Format::read(args, FORMATS).map_err(one)?;
    sort(&mut found.objects, args, &format, &asked).map_err(one)?;
    if let Err(failure) = show(run, args, &format, &found.objects, several, single) {
        found.failures.push(failure);
    }
    if found.objects.is_empty() && found.failures.is_empty() && matches!(format, Format::Table { .. }) {
        nothing(run, args, &asked.resources());
    }
    if found.failures.is_empty() {
        Ok(())
    } else {
        Err(found.failures)
    }
}

/// Models: kubectl/pkg/rawhttp RawGet, kubectl/pkg/cmd/get/get.go Validate (v1.36).
/// Differs: of the server's own texts it knows those on health alone.
fn raw(run: &mut Run<'_>, args: &Args, path: &str) -> Result<(), Failure> {
    if !args.words.is_empty() {
        return Err(Failure::own("arguments may not be passed when --raw is specified"));
    }
    if args.text("output").is_some_and(|output| !output.is_empty()) {
        return Err(Failure::own("--raw and --output are mutually exclusive"));
    }
    if !path.starts_with('/') {
        let quoted = api::go::quote(path);
        return Err(Failure::own(format!(
            "--raw must be a valid URL path: parse {quoted}: invalid URI for request"
        )));
    }
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let kind = |plural: &str| Kind::ALL.into_iter().find(|kind| kind.plural() == plural);
    let named = match parts.as_slice() {
        ["healthz" | "livez" | "readyz"] => {
            run.output.stdout.push_str("ok");
            return Ok(());
        }
        ["api", "v1", "namespaces", namespace, plural, name]
        | ["apis", _, "v1", "namespaces", namespace, plural, name] => Some((kind(plural), *namespace, *name)),
        ["api", "v1", plural, name] => Some((kind(plural), "", *name)),
        _ => None,
    };
    if let Some((Some(kind), namespace, name)) = named {
        run.cluster.get(kind, namespace, name)?;
        return Err(Failure::own(format!(
            "--raw is not simulated for objects: use \"kubectl get {} {name} -o json\"",
            kind.plural()
        )));
    }
    let message = "the server could not find the requested resource".to_owned();
    Err(cluster::Status::plain(404, "NotFound", message).into())
}

fn get_files(run: &mut Run<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let resources::Found { objects, mut failures } = run.objects_of_files(args);
    let several = objects
        .iter()
        .any(|object| Some(object.kind) != objects.first().map(|first| first.kind));
    let single = objects.len() == 1;
    let shown = Format::read(args, FORMATS).and_then(|format| show(run, args, &format, &objects, several, single));
    failures.extend(shown.err());
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

/// Models: cli-runtime/pkg/resource/builder.go, client-go/restmapper/shortcut.go warnAmbiguous (v1.36).
pub(crate) fn warn_of_short_names(run: &mut Run<'_>, words: &[String]) {
    if words
        .first()
        .is_some_and(|types| types.split(',').any(|word| word == "ev"))
    {
        run.warn("short name \"ev\" could also match lower priority resource events.events.k8s.io");
    }
}

/// What kubectl says where nothing is found.
pub(crate) fn nothing(run: &mut Run<'_>, args: &Args, asked: &[Resource]) {
    if args.is("ignore-not-found") {
        return;
    }
    let namespaced = asked.iter().all(|kind| kind.namespaced());
    let text = if namespaced && !args.is("all-namespaces") {
        format!("No resources found in {} namespace.\n", args.namespace())
    } else {
        "No resources found\n".to_owned()
    };
    run.output.stderr.push_str(&text);
}

/// Rows are sorted within the table they came in: a table for each kind, or for each name.
/// A table of several rows that cannot be sorted is left out, and nothing is said of it.
///
/// Models: kubectl/pkg/cmd/get/get.go Run, which drops what its printers say, sorter.go SortingPrinter (v1.36).
fn sort(objects: &mut Vec<Rc<Object>>, args: &Args, format: &Format, asked: &Asked) -> Result<(), Failure> {
    let Some(path) = args.text("sort-by").filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let by_name = matches!(asked, Asked::Names(_));
    if !matches!(format, Format::Table { .. }) {
        let is_list = !by_name || objects.len() > 1;
        let sorted = if is_list { print::sort_by(path, objects) } else { Ok(()) };
        return sorted.map_err(|why| Failure::own(why.strip_prefix("sorting error: ").unwrap_or(&why)));
    }
    let mut sorted = Vec::new();
    for table in objects.chunk_by(|a, b| a.kind == b.kind && !by_name) {
        let mut table = table.to_vec();
        if table.len() < 2 || print::sort_by(path, &mut table).is_ok() {
            sorted.extend(table);
        }
    }
    *objects = sorted;
    Ok(())
}

/// Prints objects in a format.
pub(crate) fn show(
    run: &mut Run<'_>,
    args: &Args,
    format: &Format,
    objects: &[Rc<Object>],
    several: bool,
    single: bool,
) -> Result<(), Failure> {
    let text = match format {
        Format::Table { wide } => tables(run, args, objects, *wide, several),
        Format::Name => objects.iter().fold(String::new(), |text, object| {
            text + &print::name(object.kind, object.name()) + "\n"
        }),
        Format::Columns(spec) => {
            let values: Vec<&Value> = objects.iter().map(|object| &object.value).collect();
            print::custom_columns(spec, &values, args.is("no-headers")).map_err(Failure::own)?
        }
        format => written(run, args, format, &whole(objects, single))?,
    };
    run.output.stdout.push_str(&text);
    Ok(())
}

/// A value that kubectl holds as a Go struct, in a format that takes any; nothing in one that takes objects alone.
pub(crate) fn written_typed(run: &mut Run<'_>, args: &Args, format: &Format, value: &Value) -> Result<String, Failure> {
    match format {
        Format::Json => Ok(print::typed_json(value)),
        format => written(run, args, format, value),
    }
}

/// A value in a format that takes any; nothing in one that takes objects alone.
pub(crate) fn written(run: &mut Run<'_>, args: &Args, format: &Format, value: &Value) -> Result<String, Failure> {
    let missing_is_nothing = args.text("allow-missing-template-keys") != Some("false");
    Ok(match format {
        Format::Yaml => print::yaml(value),
        Format::Kyaml => print::kyaml(value),
        Format::Json => print::json(value),
        Format::JsonPath { template, as_json } => {
            let options = JsonPathOptions {
                allow_missing_keys: missing_is_nothing,
                as_json: *as_json,
            };
            print::jsonpath(template, value, options).map_err(Failure::own)?
        }
        Format::GoTemplate(template) => {
            let printed = print::go_template(template, value, missing_is_nothing);
            printed.map_err(|error| {
                run.output.stdout.push_str(&error.stdout);
                Failure::own(error.message)
            })?
        }
        Format::Table { .. } | Format::Name | Format::Columns(_) => String::new(),
    })
}

/// An object, or the list of several.
fn whole(objects: &[Rc<Object>], single: bool) -> Value {
    match objects {
        [one] if single => one.value.clone(),
        several => print::list(several),
    }
}

/// A table for each kind, with blank lines between.
fn tables(run: &Run<'_>, args: &Args, objects: &[Rc<Object>], wide: bool, several: bool) -> String {
    let mut text = String::new();
    for group in objects.chunk_by(|a, b| a.kind == b.kind) {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&table(run, args, group, wide, several));
    }
    text
}

pub(crate) fn table(run: &Run<'_>, args: &Args, objects: &[Rc<Object>], wide: bool, several: bool) -> String {
    let Some(kind) = objects.first().map(|object| object.kind) else {
        return String::new();
    };
    let options = table_options(args, kind, wide, several);
    print::table(run.cluster, kind, objects, &options)
}

/// The columns a command asks for.
pub(crate) fn table_options(args: &Args, kind: Kind, wide: bool, several: bool) -> TableOptions {
    TableOptions {
        wide,
        no_headers: args.is("no-headers"),
        show_labels: args.is("show-labels"),
        label_columns: args
            .all("label-columns")
            .iter()
            .flat_map(|names| names.split(','))
            .map(str::to_owned)
            .collect(),
        show_kind: several || args.is("show-kind"),
        with_namespace: args.is("all-namespaces") && kind.namespaced(),
    }
}

/// Kinds whose reading is warned of.
pub(crate) fn deprecation(kind: Kind) -> Option<&'static str> {
    (kind == Kind::Endpoints).then_some("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice")
}
