//! `-o kyaml`: YAML with braces and quotes.

use super::yaml::is_ambiguous;
use api::Value;

/// A value as a KYAML document with its header.
///
/// Models: sigs.k8s.io/yaml/kyaml (v1.36).
pub(crate) fn kyaml(value: &Value) -> String {
    let mut text = "---\n".to_owned();
    write(&mut text, value, 0);
    text.push('\n');
    text
}

fn indent(text: &mut String, level: usize) {
    text.extend(std::iter::repeat_n("  ", level));
}

fn write(text: &mut String, value: &Value, level: usize) {
    match value {
        Value::Object(map) if map.is_empty() => text.push_str("{}"),
        Value::Array(items) if items.is_empty() => text.push_str("[]"),
        Value::Object(map) => {
            text.push_str("{\n");
            for (key, value) in map {
                indent(text, level + 1);
                if needs_quotes(key) {
                    quote(text, key, level + 2, false);
                } else {
                    text.push_str(key);
                }
                text.push_str(": ");
                write(text, value, level + 1);
                text.push_str(",\n");
            }
            indent(text, level);
            text.push('}');
        }
        Value::Array(items) if items.iter().all(|item| item.is_object() || item.is_array()) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index > 0 { ", " } else { "" });
                write(text, item, level);
            }
            text.push(']');
        }
        Value::Array(items) => {
            text.push_str("[\n");
            for item in items {
                indent(text, level + 1);
                write(text, item, level + 1);
                text.push_str(",\n");
            }
            indent(text, level);
            text.push(']');
        }
        Value::String(string) => quote(text, string, level + 1, true),
        Value::Number(number) => text.push_str(&api::go::number(number)),
        Value::Bool(_) | Value::Null => text.push_str(&value.to_string()),
    }
}

fn needs_quotes(key: &str) -> bool {
    let count = key.chars().count();
    let allowed = |(at, c): (usize, char)| {
        c.is_alphanumeric() || c == '_' || at > 0 && at + 1 < count && matches!(c, '-' | '.' | '/')
    };
    is_ambiguous(key) || !key.chars().enumerate().all(allowed)
}

/// Text of several lines, continued with backslashes at the given level.
fn quote(text: &mut String, string: &str, level: usize, folds: bool) {
    let is_folded = folds && string.contains('\n');
    text.push('"');
    if is_folded {
        text.push_str("\\\n");
    }
    for c in string.chars() {
        if text.ends_with('\n') {
            indent(text, level);
            text.push(if c.is_whitespace() && c != '\n' { '\\' } else { ' ' });
        }
        match c {
            '\n' if folds => text.push_str("\\n\\\n"),
            '\t' if folds => text.push('\t'),
            '\0' => text.push_str("\\0"),
            '\u{1b}' => text.push_str("\\e"),
            '\u{85}' => text.push_str("\\N"),
            '\u{a0}' => text.push_str("\\_"),
            '\u{2028}' => text.push_str("\\L"),
            '\u{2029}' => text.push_str("\\P"),
            c => {
                let quoted = api::go::quote(&c.to_string());
                text.push_str(quoted.trim_start_matches('"').strip_suffix('"').unwrap_or_default());
            }
        }
    }
    if is_folded {
        if !text.ends_with('\n') {
            text.push_str("\\\n");
        }
        indent(text, level);
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::kyaml;
    use expect_test::expect;
    use serde_json::{Value, json};

    #[test]
    fn braces_are_cuddled_and_text_is_quoted() {
        let value = json!({"kind": "Service", "spec": {"ports": [{"port": 80, "name": "a\"b"}, {"port": 443}], "clusterIPs": ["10.0.0.1"],
            "selector": {"app.kubernetes.io/name": "web", "no": "", "-x": "y"}, "none": []}, "status": {}, "text": "one\n two\n"});
        let text = kyaml(&value);
        expect![[r#"
            ---
            {
              kind: "Service",
              spec: {
                clusterIPs: [
                  "10.0.0.1",
                ],
                none: [],
                ports: [{
                  name: "a\"b",
                  port: 80,
                }, {
                  port: 443,
                }],
                selector: {
                  "-x": "y",
                  app.kubernetes.io/name: "web",
                  "no": "",
                },
              },
              status: {},
              text: "\
                 one\n\
                \ two\n\
                ",
            }
        "#]]
        .assert_eq(&text);
        assert_eq!(serde_yaml::from_str::<Value>(&text).ok(), Some(value));
    }
}
