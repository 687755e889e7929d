//! Objects in the format that `-o` asks for.

use super::format::Format;
use super::older;
use super::scale;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::print::{self, JsonPathOptions, TableOptions};
use api::Value;
use cluster::{Cluster, Object};
use std::rc::Rc;

/// Prints objects in a format.
pub(crate) fn show(
    run: &mut CommandContext<'_>,
    args: &Args,
    format: &Format,
    objects: &[Rc<Object>],
    several: bool,
    single: bool,
) -> Result<(), Failure> {
    let text = match format {
        Format::Table { wide } => tables(run, args, objects, *wide, several),
        Format::Name => objects
            .iter()
            .fold(String::new(), |text, object| text + &name(object) + "\n"),
        Format::Columns(spec) => {
            let values: Vec<Value> = objects
                .iter()
                .map(|object| shown(run.cluster, args, format, object))
                .collect();
            let values: Vec<&Value> = values.iter().collect();
            print::custom_columns(spec, &values, args.is("no-headers")).map_err(Failure::own)?
        }
        format => written(run, args, format, &whole(run.cluster, args, format, objects, single))?,
    };
    run.output.stdout.push_str(&text);
    Ok(())
}

fn name(object: &Object) -> String {
    if scale::is_scale(object) {
        return scale::name(object.name());
    }
    print::name(object.kind, object.name())
}

/// As [`written`], for a value that kubectl holds as a Go struct.
pub(crate) fn written_typed(
    run: &mut CommandContext<'_>,
    args: &Args,
    format: &Format,
    value: &Value,
) -> Result<String, Failure> {
    match format {
        Format::Json => Ok(print::typed_json(value)),
        format => written(run, args, format, value),
    }
}

/// A value in a format that prints any value; empty for tables, names and custom columns.
pub(crate) fn written(
    run: &mut CommandContext<'_>,
    args: &Args,
    format: &Format,
    value: &Value,
) -> Result<String, Failure> {
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

/// The object itself, or a list of several.
fn whole(cluster: &Cluster, args: &Args, format: &Format, objects: &[Rc<Object>], single: bool) -> Value {
    match objects {
        [one] if single => shown(cluster, args, format, one),
        several => {
            let mut list = print::list(several);
            list["items"] = several
                .iter()
                .map(|object| shown(cluster, args, format, object))
                .collect();
            list
        }
    }
}

/// An object with who manages its fields: templates always see that, JSON and YAML only if `--show-managed-fields` is set.
///
/// Models: cli-runtime/pkg/genericclioptions/json_yaml_flags.go, cli-runtime/pkg/printers/managedfields.go (v1.36).
fn shown(cluster: &Cluster, args: &Args, format: &Format, object: &Object) -> Value {
    if scale::is_scale(object) {
        return (*object.value).clone();
    }
    let is_asked = match format {
        Format::Yaml | Format::Kyaml | Format::Json => args.is("show-managed-fields"),
        Format::Columns(spec) => spec.contains("managedFields"),
        Format::JsonPath { .. } | Format::GoTemplate(_) => true,
        Format::Table { .. } | Format::Name => false,
    };
    let value = if is_asked {
        Cluster::with_managed_fields(object)
    } else {
        object.value.clone()
    };
    older::in_version(cluster, args, object.kind, value)
}

/// A table for each kind, separated by blank lines.
fn tables(run: &CommandContext<'_>, args: &Args, objects: &[Rc<Object>], wide: bool, several: bool) -> String {
    let mut text = String::new();
    for group in objects.chunk_by(|a, b| a.kind == b.kind) {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&table(run, args, group, wide, several));
    }
    text
}

pub(crate) fn table(
    run: &CommandContext<'_>,
    args: &Args,
    objects: &[Rc<Object>],
    wide: bool,
    several: bool,
) -> String {
    let Some(kind) = objects.first().map(|object| object.kind) else {
        return String::new();
    };
    let options = table_options(args, kind.namespaced(), wide, several);
    let version = older::version_asked(run.cluster, args, kind).filter(|_| kind.is_custom());
    let options = TableOptions {
        version: version.map(str::to_owned),
        of_scales: objects.first().is_some_and(|object| scale::is_scale(object)),
        ..options
    };
    print::table(run.cluster, kind, objects, &options)
}

/// The columns that the flags ask for.
pub(crate) fn table_options(args: &Args, namespaced: bool, wide: bool, several: bool) -> TableOptions {
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
        with_namespace: args.is("all-namespaces") && namespaced,
        version: None,
        of_scales: false,
    }
}
