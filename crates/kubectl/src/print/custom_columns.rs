//! `-o custom-columns`: a table of selected values.

use super::jsonpath::{Item, JsonPath};
use super::tabwriter::lay_out;
use api::Value;
use api::go;

/// The table of a specification such as `NAME:.metadata.name,IP:.spec.clusterIP`.
///
/// Models: kubectl/pkg/cmd/get/customcolumn.go (v1.36); the error is kubectl's, behind its `error: `.
pub(crate) fn custom_columns(spec: &str, objects: &[&Value], no_headers: bool) -> Result<String, String> {
    let columns = columns(spec)?;
    let mut rows = Vec::new();
    if !no_headers {
        rows.push(columns.iter().map(|(header, _)| (*header).to_owned()).collect());
    }
    for object in objects {
        rows.push(
            columns
                .iter()
                .map(|(_, path)| cell(path, object))
                .collect::<Result<_, _>>()?,
        );
    }
    Ok(lay_out(&rows))
}

fn columns(spec: &str) -> Result<Vec<(&str, JsonPath)>, String> {
    if spec.is_empty() {
        return Err("custom-columns format specified but no custom columns given".to_owned());
    }
    let parts = spec.split(',').map(|part| {
        let (header, path) = part
            .split_once(':')
            .ok_or_else(|| format!("unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>"))?;
        Ok((header, relaxed(path)?))
    });
    // All of it is looked at before any of its paths is read.
    let parts: Vec<_> = parts.collect::<Result<_, String>>()?;
    let parsed = parts
        .into_iter()
        .map(|(header, path)| Ok((header, JsonPath::parse(&path)?)));
    parsed.collect()
}

fn cell(path: &JsonPath, object: &Value) -> Result<String, String> {
    let found = path.find(object, true)?;
    let mut texts = Vec::new();
    if found.first().is_none_or(Vec::is_empty) {
        texts.push("<none>".to_owned());
    }
    texts.extend(found.into_iter().flatten().map(text));
    Ok(texts.join(","))
}

fn text(item: Item<'_>) -> String {
    go::text(&item.to_value()).replace('\u{1b}', "^[")
}

/// A path with or without braces and leading dot, as a template.
///
/// Models: RelaxedJSONPathExpression.
pub(crate) fn relaxed(path: &str) -> Result<String, String> {
    if path.is_empty() {
        return Ok(String::new());
    }
    let within = path
        .strip_prefix('{')
        .and_then(|path| path.strip_suffix('}'))
        .unwrap_or(path);
    let undotted = within
        .strip_prefix('.')
        .filter(|rest| !rest.is_empty())
        .unwrap_or(within);
    if undotted.is_empty() || undotted.contains(['{', '}']) {
        return Err(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"
                .to_owned(),
        );
    }
    Ok(format!("{{.{undotted}}}"))
}

#[cfg(test)]
mod tests {
    use super::custom_columns;
    use expect_test::{Expect, expect};
    use serde_json::json;

    fn check(spec: &str, expected: &Expect) {
        let web = json!({"metadata": {"name": "web"}, "spec": {"selector": {"app": "web", "tier": "front"}, "ports": [{"port": 80}, {"port": 443}]}});
        let bare = json!({"metadata": {"name": "kubernetes"}, "spec": {"clusterIP": "10.96.0.1"}});
        let text = custom_columns(spec, &[&web, &bare], false);
        expected.assert_eq(&text.unwrap_or_else(|error| format!("error: {error}")));
    }

    #[test]
    fn values_stand_below_their_header() {
        check(
            "NAME:.metadata.name,SELECTOR:{.spec.selector},P:spec.ports[*].port,IP:spec.clusterIP",
            &expect![[r"
                NAME         SELECTOR                  P        IP
                web          map[app:web tier:front]   80,443   <none>
                kubernetes   <none>                    <none>   10.96.0.1
            "]],
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        check(
            "",
            &expect!["error: custom-columns format specified but no custom columns given"],
        );
        check(
            "NAME",
            &expect!["error: unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>"],
        );
        check(
            "NAME:{{.a}}",
            &expect![
                "error: unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"
            ],
        );
        check("NAME:.a[", &expect!["error: unterminated array"]);
        check(
            "NAME:.metadata.name[0]",
            &expect!["error: string is not array or slice"],
        );
    }
}
