//! The fields of custom kinds, as the schemas of their definitions describe them.
//!
//! Models: kubectl/pkg/explain/v2/templates/plaintext.tmpl (v1.36).

use super::words::wrap;
use super::{MOST_ALLOWED, own_field, shown};
use api::{Cursor, Kind, Value};
use cluster::Cluster;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Fields that every object has whatever its schema says.
const OF_OBJECTS: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// The page of a custom kind or of a field; `None` if there is no such field.
pub(super) fn describe(
    cluster: &Cluster,
    (kind, version): (Kind, &str),
    path: &[String],
    recursive: bool,
) -> Option<String> {
    let name = format!("{}.{}", kind.plural(), kind.group());
    let definition = cluster.find(Kind::CustomResourceDefinition, "", &name)?;
    let root = Cursor::new(api::structural::schema(&definition.value, version).unwrap_or(&Value::Null));
    let mut schema = root;
    let mut head = String::new();
    for (depth, name) in path.iter().enumerate() {
        schema = within(schema, name)?;
        if depth + 1 == path.len() {
            head = field_head(schema, name);
        }
    }
    let mut about = Vec::new();
    descriptions(schema, &mut about);
    let mut text = head + "DESCRIPTION:\n";
    for line in about.iter().flat_map(|words| wrap(words, 76)) {
        let _ = writeln!(text, "    {line}");
    }
    text.push_str(if about.is_empty() { "    <empty>\n" } else { "    \n" });
    let fields = list(kind, schema, path.is_empty(), 1, recursive);
    if !fields.is_empty() {
        text.push_str("FIELDS:\n");
        text.push_str(&fields);
    }
    text.push('\n');
    Some(text)
}

/// A field of a schema, of a list's items, of a map's values, or of a part.
fn within<'a>(schema: Cursor<'a>, name: &str) -> Option<Cursor<'a>> {
    if let Some(found) = schema.field("properties").field(name).if_set() {
        return Some(found);
    }
    let behind = [schema.field("items"), additional(schema)];
    if let Some(inner) = behind.into_iter().find(|it| it.is_set()) {
        return within(inner, name);
    }
    schema.field("allOf").items().find_map(|part| within(part, name))
}

/// The schema of a map's values; null if there is none.
fn additional(schema: Cursor<'_>) -> Cursor<'_> {
    let additional = schema.field("additionalProperties");
    if additional.value.is_object() {
        additional
    } else {
        additional.field("")
    }
}

fn descriptions<'a>(schema: Cursor<'a>, about: &mut Vec<&'a str>) {
    let own = schema.field("description").text();
    about.extend(Some(own).filter(|own| !own.is_empty()));
    let parts = schema.field("allOf").items();
    for inner in parts.chain([schema.field("items"), additional(schema)]) {
        if inner.is_set() {
            descriptions(inner, about);
        }
    }
}

fn field_head(schema: Cursor<'_>, name: &str) -> String {
    let mut head = format!("FIELD: {name} <{}>\n", type_name(schema));
    let allowed = allowed(schema);
    if !allowed.is_empty() {
        head.push_str("ENUM:");
        for value in &allowed {
            let _ = write!(head, "\n    {}", shown(value));
        }
    }
    head + "\n\n"
}

fn allowed(schema: Cursor<'_>) -> Vec<String> {
    let all = schema.field("enum").list().iter();
    all.map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned))
        .collect()
}

fn type_name(schema: Cursor<'_>) -> String {
    if schema.field("items").is_set() {
        return format!("[]{}", type_name(schema.field("items")));
    }
    if additional(schema).is_set() {
        return format!("map[string]{}", type_name(additional(schema)));
    }
    match schema.field("type").text() {
        "" | "object" => "Object".to_owned(),
        other => other.to_owned(),
    }
}

/// The fields of a schema with descriptions, or all fields below without.
fn list(kind: Kind, schema: Cursor<'_>, is_root: bool, level: usize, recursive: bool) -> String {
    let properties = schema.field("properties");
    let own = properties.value.as_object().into_iter().flat_map(|it| it.keys());
    let mut names: BTreeSet<&str> = own.map(String::as_str).collect();
    if is_root {
        names.extend(OF_OBJECTS);
    }
    let mut text = String::new();
    for name in names {
        if is_root && OF_OBJECTS.contains(&name) {
            text.push_str(&own_field(kind, name, level, recursive));
            continue;
        }
        let field = properties.field(name);
        let indent = "  ".repeat(level);
        let _ = write!(text, "{indent}{name}\t<{}>", type_name(field));
        if schema.field("required").texts().any(|it| it == name) {
            text.push_str(" -required-");
        }
        let allowed = allowed(field);
        if !allowed.is_empty() {
            let first: Vec<&str> = { allowed.iter() }.take(MOST_ALLOWED).map(|it| shown(it)).collect();
            let more = if allowed.len() > MOST_ALLOWED { ", ...." } else { "" };
            let _ = write!(text, "\n{indent}enum: {}{more}", first.join(", "));
        }
        text.push('\n');
        if recursive {
            text.push_str(&list(kind, field, false, level + 1, recursive));
            continue;
        }
        let words = field.field("description").as_text().filter(|it| !it.is_empty());
        for line in wrap(words.unwrap_or("<no description>"), 76) {
            let _ = writeln!(text, "{indent}  {line}");
        }
        text.push('\n');
    }
    let parts = schema.field("allOf").items();
    for inner in parts.chain([schema.field("items"), additional(schema)]) {
        if inner.is_set() {
            text.push_str(&list(kind, inner, false, level, recursive));
        }
    }
    text
}
