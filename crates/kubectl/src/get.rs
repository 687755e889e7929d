//! `kubectl get` and its formats.

use crate::command::Run;
use crate::failure::Failure;
use crate::flags::{ALL_NAMESPACES, Args, FIELD_SELECTOR, FILENAME, Flag, OUTPUT, SELECTOR, Takes};
use crate::jsonpath;
use crate::print::{self, TableOptions};
use crate::resources::{self, Asked, Default, Resource};
use crate::tabs::Tabs;
use api::{Kind, Value};
use cluster::Object;
use serde_json::json;
use std::rc::Rc;

pub(crate) const FLAGS: &[Flag] = &[
    OUTPUT,
    SELECTOR,
    FIELD_SELECTOR,
    FILENAME,
    ALL_NAMESPACES,
    ("show-labels", None, Takes::Bool),
    ("label-columns", Some('L'), Takes::List),
    ("no-headers", None, Takes::Bool),
    ("sort-by", None, Takes::Text),
    ("show-kind", None, Takes::Bool),
    ("ignore-not-found", None, Takes::Bool),
    ("watch", Some('w'), Takes::Bool),
    ("watch-only", None, Takes::Bool),
    ("output-watch-events", None, Takes::Bool),
    ("chunk-size", None, Takes::Number),
    ("server-print", None, Takes::Bool),
    ("show-managed-fields", None, Takes::Bool),
    ("template", None, Takes::Text),
    ("allow-missing-template-keys", None, Takes::Bool),
    ("raw", None, Takes::Text),
    ("recursive", Some('R'), Takes::Bool),
    ("kustomize", Some('k'), Takes::Text),
    ("subresource", None, Takes::Text),
];

const FORMATS: &str = "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml";

/// How objects are printed.
#[derive(Debug)]
pub(crate) enum Format {
    Table { wide: bool },
    Yaml,
    Json,
    Name,
    JsonPath(jsonpath::Template),
    Columns(Vec<(String, jsonpath::Template)>),
}

impl Format {
    /// Models: cli-runtime/pkg/genericclioptions ToPrinter of each kind of flags (v1.36).
    pub(crate) fn read(output: &str, allowed: &str) -> Result<Self, Failure> {
        let (name, template) = output
            .split_once('=')
            .map_or((output, None), |(name, rest)| (name, Some(rest)));
        match name {
            "" => Ok(Self::Table { wide: false }),
            "wide" => Ok(Self::Table { wide: true }),
            "yaml" | "kyaml" => Ok(Self::Yaml),
            "json" => Ok(Self::Json),
            "name" => Ok(Self::Name),
            "jsonpath" => {
                let template =
                    template.ok_or_else(|| Failure::own("template format specified but no template given"))?;
                let parse = jsonpath::Template::parse(template);
                parse
                    .map(Self::JsonPath)
                    .map_err(|why| Failure::own(format!("error parsing jsonpath {template}, {why}")))
            }
            "custom-columns" => {
                let spec = template.filter(|spec| !spec.is_empty());
                let spec =
                    spec.ok_or_else(|| Failure::own("custom-columns format specified but no custom columns given"))?;
                custom_columns(spec).map(Self::Columns)
            }
            _ => Err(Failure::own(format!(
                "unable to match a printer suitable for the output format {}, allowed formats are: {allowed}",
                api::go::quote(output)
            ))),
        }
    }
}

fn custom_columns(spec: &str) -> Result<Vec<(String, jsonpath::Template)>, Failure> {
    let column = |part: &str| {
        let Some((name, path)) = part.split_once(':') else {
            return Err(Failure::own(format!(
                "unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>"
            )));
        };
        let path = path.trim_start_matches('{').trim_end_matches('}');
        let path = if path.starts_with('.') || path.is_empty() {
            path.to_owned()
        } else {
            format!(".{path}")
        };
        let template = jsonpath::Template::parse(&format!("{{{path}}}")).map_err(Failure::own)?;
        Ok((name.to_owned(), template))
    };
    spec.split(',').map(column).collect()
}

/// Models: kubectl/pkg/cmd/get/get.go Run (v1.36).
pub(crate) fn get(run: &mut Run<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let one = |failure: Failure| vec![failure];
    if let Some(path) = args.text("raw") {
        let _ = path;
        let message = "the server could not find the requested resource".to_owned();
        return Err(one(cluster::Status::plain(404, "NotFound", message).into()));
    }
    if args.words.is_empty() && args.all("filename").is_empty() {
        run.output.stderr.push_str("You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete list of supported resources.\n\n");
        return Err(one(Failure::own(
            "Required resource not specified.\nUse \"kubectl explain <resource>\" for a detailed description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples",
        )));
    }
    let format = Format::read(args.text("output").unwrap_or_default(), FORMATS).map_err(one)?;
    if !args.all("filename").is_empty() {
        if !args.words.is_empty() {
            let words =
                "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well";
            return Err(one(Failure::own(words)));
        }
        return get_files(run, args, &format);
    }
    let asked = resources::read(args, &args.words, Default::All).map_err(one)?;
    if args.is("all-namespaces") && matches!(asked, Asked::Names(_)) {
        return Err(one(Failure::own(
            "a resource cannot be retrieved by name across all namespaces",
        )));
    }
    warn_of_short_names(run, &args.words);
    warn(run, &asked);
    let mut found = resources::find(run.cluster, args, &asked);
    if args.is("ignore-not-found") {
        found
            .failures
            .retain(|failure| !matches!(failure, Failure::Server(status) if status.reason == "NotFound"));
    }
    sort(&mut found.objects, args);
    let several = match &asked {
        Asked::Kinds(kinds) => kinds.len() > 1,
        Asked::Names(names) => names
            .iter()
            .any(|(kind, _)| Some(kind) != names.first().map(|(kind, _)| kind)),
    };
    let single = matches!(&asked, Asked::Names(names) if names.len() == 1);
    if single && found.objects.is_empty() {
        return if found.failures.is_empty() {
            Ok(())
        } else {
            Err(found.failures)
        };
    }
    show(run, args, &format, &found.objects, several, single);
    if found.objects.is_empty() && found.failures.is_empty() && matches!(format, Format::Table { .. }) {
        nothing(run, args, &asked);
    }
    if found.failures.is_empty() {
        Ok(())
    } else {
        Err(found.failures)
    }
}

fn get_files(run: &mut Run<'_>, args: &Args, format: &Format) -> Result<(), Vec<Failure>> {
    let mut failures = Vec::new();
    let mut objects = Vec::new();
    for document in run.documents(args) {
        match document.and_then(|document| {
            resources::lookup(
                run.cluster,
                Resource::Kept(document.kind),
                &document.namespace,
                &document.name,
            )
        }) {
            Ok(object) => objects.push(object),
            Err(failure) => failures.push(failure),
        }
    }
    let several = objects
        .iter()
        .any(|object| Some(object.kind) != objects.first().map(|first| first.kind));
    let single = objects.len() == 1;
    show(run, args, format, &objects, several, single);
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

/// What the API server warns of when it reads a deprecated kind.
fn warn(run: &mut Run<'_>, asked: &Asked) {
    let kinds: Vec<Resource> = match asked {
        Asked::Kinds(kinds) => kinds.clone(),
        Asked::Names(names) => names.iter().map(|(kind, _)| *kind).collect(),
    };
    for kind in kinds {
        if let Resource::Kept(kind) = kind {
            run.warn_of(kind);
        }
    }
}

fn warn_of_short_names(run: &mut Run<'_>, words: &[String]) {
    if words
        .first()
        .is_some_and(|types| types.split(',').any(|word| word == "ev"))
    {
        run.warn("short name \"ev\" could also match lower priority resource events.events.k8s.io");
    }
}

fn nothing(run: &mut Run<'_>, args: &Args, asked: &Asked) {
    if args.is("ignore-not-found") {
        return;
    }
    let namespaced = match asked {
        Asked::Kinds(kinds) => kinds.iter().all(|kind| kind.namespaced()),
        Asked::Names(_) => return,
    };
    let text = if namespaced && !args.is("all-namespaces") {
        format!("No resources found in {} namespace.\n", args.namespace())
    } else {
        "No resources found\n".to_owned()
    };
    run.output.stderr.push_str(&text);
}

fn sort(objects: &mut [Rc<Object>], args: &Args) {
    let Some(path) = args.text("sort-by").filter(|path| !path.is_empty()) else {
        return;
    };
    let path = path
        .trim_start_matches('{')
        .trim_end_matches('}')
        .trim_start_matches('.');
    let Ok(template) = jsonpath::Template::parse(&format!("{{.{path}}}")) else {
        return;
    };
    let key = |object: &Rc<Object>| template.values(&object.value).first().map(|value| (*value).clone());
    objects.sort_by(|a, b| match (key(a), key(b)) {
        (Some(a), Some(b)) => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => a.as_str().cmp(&b.as_str()),
        },
        (a, b) => a.is_some().cmp(&b.is_some()),
    });
}

/// Prints objects in a format.
pub(crate) fn show(
    run: &mut Run<'_>,
    args: &Args,
    format: &Format,
    objects: &[Rc<Object>],
    several: bool,
    single: bool,
) {
    let text = match format {
        Format::Table { wide } => tables(run, args, objects, *wide, several),
        Format::Yaml => print::yaml(&whole(objects, single)),
        Format::Json => print::json(&whole(objects, single)),
        Format::Name => objects.iter().fold(String::new(), |text, object| {
            text + &object.kind.resource_name()
                + "/"
                + object.name()
                + "
"
        }),
        Format::JsonPath(template) => template.print(&whole(objects, single)),
        Format::Columns(columns) => columns_text(columns, objects, args.is("no-headers")),
    };
    run.output.stdout.push_str(&text);
}

/// An object, or the list of several.
fn whole(objects: &[Rc<Object>], single: bool) -> Value {
    match objects {
        [one] if single => one.value.clone(),
        several => json!({
            "apiVersion": "v1", "items": several.iter().map(|object| object.value.clone()).collect::<Vec<_>>(),
            "kind": "List", "metadata": {"resourceVersion": ""},
        }),
    }
}

fn columns_text(columns: &[(String, jsonpath::Template)], objects: &[Rc<Object>], no_headers: bool) -> String {
    let mut tabs = Tabs::table();
    let line = |cells: Vec<String>| cells.join("\t") + "\n";
    if !no_headers {
        tabs.write(&line(columns.iter().map(|(name, _)| name.clone()).collect()));
    }
    for object in objects {
        let cell = |(_, template): &(String, jsonpath::Template)| {
            let values = template.values(&object.value);
            let texts: Vec<String> = values.iter().map(|value| jsonpath::go_text(value)).collect();
            if texts.is_empty() {
                "<none>".to_owned()
            } else {
                texts.join(",")
            }
        };
        tabs.write(&line(columns.iter().map(cell).collect()));
    }
    tabs.finish()
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

fn table(run: &Run<'_>, args: &Args, objects: &[Rc<Object>], wide: bool, several: bool) -> String {
    let Some(kind) = objects.first().map(|object| object.kind) else {
        return String::new();
    };
    let options = TableOptions {
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
    };
    print::table(run.cluster, kind, objects, &options)
}

/// Kinds whose reading is warned of.
pub(crate) fn deprecation(kind: Kind) -> Option<&'static str> {
    (kind == Kind::Endpoints).then_some("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice")
}
