//! `kubectl explain`: the fields of a kind.
//!
//! The layout is kubectl's, the types are the API's, the descriptions are ours.
//! Models: kubectl/pkg/cmd/explain/explain.go, explain/v2/templates/plaintext.tmpl (v1.36).

mod custom;
mod words;

use crate::client::KubectlVersion;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{Flag, Flags, OUTPUT, RECURSIVE, Takes};
use crate::line::resources::Resource;
use crate::print;
use api::Kind;
use api::schema::{Field, Omit, Type, bare, lookup};
use cluster::Cluster;
use std::fmt::Write;
use words::{allowed, described, wrap};

const API_VERSION: Flag = Flag::new(
    "api-version",
    Takes::Text,
    "Explain the kind of this group and version.",
);

pub(crate) const FLAGS: Flags = &[&[OUTPUT, RECURSIVE, API_VERSION]];

/// How many enumerated values are listed beside a field.
const MOST_ALLOWED: usize = 4;

pub(crate) fn explain(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    print_page(run, args).map_err(|failure| vec![failure])
}

fn print_page(run: &mut CommandContext<'_>, args: &Args) -> Result<(), Failure> {
    let word = match args.words.as_slice() {
        [] => {
            return Err(Failure::own(
                "You must specify the type of resource to explain. Use \"kubectl api-resources\" for a complete list of supported resources.\n",
            ));
        }
        [word] => word,
        _ => return Err(Failure::own("We accept only this format: explain RESOURCE\n")),
    };
    let version = args.text("api-version").filter(|version| !version.is_empty());
    let (kind, fields) = parse(run, word, version.is_some())?;
    if let Some(version) = version {
        check_version(run.cluster, kind, version)?;
    }
    let shown_version = version.and_then(|it| it.rsplit('/').next()).unwrap_or(kind.version());
    match args.text("output") {
        None | Some("plaintext" | "plaintext-openapiv2") => {}
        Some(other) => return Err(Failure::own(format!("unrecognized format: {other}"))),
    }
    let group = kind.group();
    if !group.is_empty() {
        let _ = writeln!(run.output.stdout, "GROUP:      {group}");
    }
    let _ = writeln!(
        run.output.stdout,
        "KIND:       {}\nVERSION:    {}\n",
        kind.name(),
        shown_version
    );
    let is_of_schema = kind.is_custom() && fields.first().is_none_or(|first| first != "metadata");
    let text = if is_of_schema {
        custom::describe(run.cluster, (kind, shown_version), &fields, args.is("recursive"))
    } else {
        describe(type_in(kind, version), &fields, args.is("recursive"))
    };
    let missing = || {
        format!(
            "field {} does not exist",
            api::go::quote(fields.last().map_or("", String::as_str))
        )
    };
    run.output
        .stdout
        .push_str(&text.ok_or_else(|| Failure::own(missing()))?);
    Ok(())
}

/// The kind that a path begins with, and the fields behind it.
///
/// Models: kubectl/pkg/explain/explain.go SplitAndParseResourceRequest(WithMatchingPrefix) (v1.36).
fn parse(run: &mut CommandContext<'_>, path: &str, of_version: bool) -> Result<(Kind, Vec<String>), Failure> {
    let steps = steps(path)?;
    let (first, behind) = steps.split_first().unzip();
    let Some(Some(word)) = first else {
        return Err(Failure::own("invalid jsonpath syntax, first node must be field node"));
    };
    let kind = kind(run, word)?;
    let grouped = kind.qualified_resource();
    let fields = match path.strip_prefix(&grouped).filter(|_| !of_version) {
        Some("") => return Ok((kind, Vec::new())),
        Some(rest) => fields(self::steps(rest)?.get(1..).unwrap_or_default()),
        None => fields(behind.unwrap_or_default()),
    };
    let which = if of_version {
        "all nodes must be field nodes"
    } else {
        "first node must be field node"
    };
    let fields = fields.ok_or_else(|| Failure::own(format!("invalid jsonpath syntax, {which}")))?;
    Ok((kind, fields))
}

fn steps(path: &str) -> Result<Vec<Option<String>>, Failure> {
    let trimmed = path.strip_suffix('.').unwrap_or(path);
    print::field_steps(trimmed).map_err(Failure::own)
}

fn fields(steps: &[Option<String>]) -> Option<Vec<String>> {
    steps.iter().cloned().collect()
}

fn kind(run: &mut CommandContext<'_>, word: &str) -> Result<Kind, Failure> {
    if word.is_empty() {
        return Err(Failure::own("a resource must be present, got: /, Resource="));
    }
    let unknown = || {
        Failure::Verbatim(format!(
            "the server doesn't have a resource type {}",
            api::go::quote(word)
        ))
    };
    let resource = Resource::of(run.mapper(), word).map_err(|_| unknown())?;
    let kind = match resource {
        Resource::Kept(kind) if !run.cluster.has_kind(kind) => {
            let words = format!("couldn't find resource for \"{}\"", resource.with_version());
            return Err(Failure::own(words));
        }
        Resource::Kept(kind) => kind,
        Resource::Other(served) => {
            let named = served.qualified();
            return Err(Failure::own(format!("{named} are not kept here, nor explained")));
        }
    };
    if word == "ev" && run.around.version > KubectlVersion::V1_28 {
        run.warn("short name \"ev\" could also match lower priority resource events.events.k8s.io");
    }
    Ok(kind)
}

/// Models: kubectl/pkg/explain/v2/explain.go printModelDescriptionWithGenerator (v1.36).
fn check_version(cluster: &Cluster, kind: Kind, version: &str) -> Result<(), Failure> {
    let of_group = version.split_once('/').filter(|(group, _)| *group == kind.group());
    let is_custom = of_group.is_some_and(|(_, version)| cluster.custom_versions(kind).contains(&version));
    if kind.is_served_in(version) || is_custom {
        return Ok(());
    }
    if version.matches('/').count() > 1 {
        return Err(Failure::own(format!("unexpected GroupVersion string: {version}")));
    }
    let plural = kind.plural();
    let served = Kind::ALL.iter().any(|kind| kind.api_version() == version);
    Err(Failure::own(if served {
        let group = if version.contains('/') {
            version.to_owned()
        } else {
            format!("/{version}")
        };
        format!("GVR ({group}, Resource={plural}) not found in OpenAPI schema")
    } else {
        let group = if version.contains('/') {
            version.to_owned()
        } else {
            format!("/{version}")
        };
        format!("couldn't find resource for \"{group}, Resource={plural}\"")
    }))
}

/// A type in the schema, and the key of its description.
struct SchemaPlace {
    ty: Type,
    words: Vec<&'static str>,
}

/// The struct of a kind in a version.
fn type_in(kind: Kind, version: Option<&str>) -> &'static str {
    if version.is_some() && version == kind.older_version() {
        return kind.name();
    }
    kind.go_type()
}

/// The page of a kind or of a field; `None` if there is no such field.
fn describe(of: &'static str, path: &[String], recursive: bool) -> Option<String> {
    let mut place = SchemaPlace {
        ty: Type::Struct(of),
        words: Vec::new(),
    };
    let mut head = String::new();
    for (depth, name) in path.iter().enumerate() {
        let (owner, field) = within(&place.ty, name)?;
        if depth + 1 == path.len() {
            head = field_head(field);
        }
        place = SchemaPlace {
            words: described(owner, field).into_iter().collect(),
            ty: field.ty.clone(),
        };
    }
    let mut text = head;
    text.push_str("DESCRIPTION:\n");
    let about = place.words.into_iter().chain(about_type(&place.ty));
    let about: Vec<String> = about.flat_map(|words| wrap(words, 76)).collect();
    let about = if about.is_empty() {
        vec!["<empty>".to_owned()]
    } else {
        about
    };
    for line in about {
        let _ = writeln!(text, "    {line}");
    }
    text.push_str("    \n");
    let fields = list(&place.ty, 1, recursive);
    if !fields.is_empty() {
        text.push_str("FIELDS:\n");
        text.push_str(&fields);
    }
    text.push('\n');
    Some(text)
}

/// A field of a struct, of a list's items or of a map's values, with the struct's name.
fn within(ty: &Type, name: &str) -> Option<(&'static str, &'static Field)> {
    match ty {
        Type::Struct(owner) => lookup(owner)?.field(name).map(|field| (*owner, field)),
        Type::List(inner) | Type::Map(inner) | Type::Pointer(inner) => within(inner, name),
        _ => None,
    }
}

fn field_head(field: &Field) -> String {
    let mut head = format!("FIELD: {} <{}>\n", field.name, type_name(&field.ty));
    let allowed = allowed(&field.ty);
    if !allowed.is_empty() {
        head.push_str("ENUM:");
        for value in allowed {
            let _ = write!(head, "\n    {}", shown(value));
        }
    }
    head + "\n\n"
}

fn shown(value: &str) -> &str {
    if value.is_empty() { "\"\"" } else { value }
}

fn about_type(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Struct(name) => words::of_struct(name),
        Type::List(inner) | Type::Map(inner) | Type::Pointer(inner) => about_type(inner),
        Type::IntOrString => Some("A number or a text."),
        Type::Quantity => Some("An amount: a number with a unit, such as 100m, 64Mi or 2."),
        Type::Time | Type::MicroTime => Some("A moment, as RFC 3339 writes it."),
        _ => None,
    }
}

/// A type as the API's description names it.
fn type_name(ty: &Type) -> String {
    match ty {
        Type::String(_) | Type::Bytes | Type::Time | Type::MicroTime => "string".to_owned(),
        Type::Int32 | Type::Int64 => "integer".to_owned(),
        Type::Float64 => "number".to_owned(),
        Type::Bool => "boolean".to_owned(),
        Type::Quantity => "Quantity".to_owned(),
        Type::IntOrString => "IntOrString".to_owned(),
        Type::Any => "FieldsV1".to_owned(),
        Type::Struct(name) => bare(name).to_owned(),
        Type::List(inner) => format!("[]{}", type_name(inner)),
        Type::Map(inner) => format!("map[string]{}", type_name(inner)),
        Type::Pointer(inner) => type_name(inner),
    }
}

/// The fields of a type with descriptions, or all fields below without.
fn list(ty: &Type, level: usize, recursive: bool) -> String {
    let (owner, fields) = match ty {
        Type::Struct(name) => (*name, lookup(name)),
        Type::List(inner) | Type::Map(inner) | Type::Pointer(inner) => return list(inner, level, recursive),
        _ => return String::new(),
    };
    let fields = fields.into_iter().flat_map(api::schema::Struct::fields);
    fields.map(|field| listed(owner, field, level, recursive)).collect()
}

/// One of the fields that objects of every kind have.
fn own_field(kind: Kind, name: &str, level: usize, recursive: bool) -> String {
    let owner = kind.go_type();
    let field = lookup(owner).and_then(|it| it.field(name));
    field.map_or_else(String::new, |field| listed(owner, field, level, recursive))
}

fn listed(owner: &str, field: &Field, level: usize, recursive: bool) -> String {
    let indent = "  ".repeat(level);
    let mut text = format!("{indent}{}\t<{}>", field.name, type_name(&field.ty));
    if is_required(owner, field) {
        text.push_str(" -required-");
    }
    text.push_str(&allowed_beside(field, &indent));
    text.push('\n');
    if recursive {
        return text + &list(&field.ty, level + 1, recursive);
    }
    for line in wrap(described(owner, field).unwrap_or("<no description>"), 76) {
        let _ = writeln!(text, "{indent}  {line}");
    }
    text.push('\n');
    text
}

fn allowed_beside(field: &Field, indent: &str) -> String {
    let allowed = allowed(&field.ty);
    if allowed.is_empty() {
        return String::new();
    }
    let first: Vec<&str> = allowed.iter().take(MOST_ALLOWED).map(|value| shown(value)).collect();
    let more = if allowed.len() > MOST_ALLOWED { ", ...." } else { "" };
    format!("\n{indent}enum: {}{more}", first.join(", "))
}

/// Whether a field is required: one that is always written, with a few exceptions.
fn is_required(owner: &str, field: &Field) -> bool {
    let named = (bare(owner), field.name);
    match field.omit {
        Omit::Never => !words::OPTIONAL.contains(&named),
        Omit::Empty | Omit::Zero => words::REQUIRED.contains(&named),
    }
}
