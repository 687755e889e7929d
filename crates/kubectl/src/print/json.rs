//! `-o json`: values as Go's encoding/json writes them.

use api::Value;

/// A value as a JSON document, indented by four blanks.
pub(crate) fn json(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, 0);
    text.push('\n');
    text
}

fn write(text: &mut String, value: &Value, level: usize) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            text.push('{');
            for (index, (key, value)) in map.iter().enumerate() {
                next_line(text, index > 0, level + 1);
                text.push_str(&api::go::json(&Value::from(key.as_str())));
                text.push_str(": ");
                write(text, value, level + 1);
            }
            next_line(text, false, level);
            text.push('}');
        }
        Value::Array(items) if !items.is_empty() => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                next_line(text, index > 0, level + 1);
                write(text, item, level + 1);
            }
            next_line(text, false, level);
            text.push(']');
        }
        Value::Number(number) => text.push_str(&api::go::number(number)),
        value => text.push_str(&api::go::json(value)),
    }
}

fn next_line(text: &mut String, after_another: bool, level: usize) {
    if after_another {
        text.push(',');
    }
    text.push('\n');
    text.extend(std::iter::repeat_n("    ", level));
}

#[cfg(test)]
mod tests {
    use super::json;
    use expect_test::expect;

    #[test]
    fn values_are_indented_and_markup_is_escaped() {
        let value = serde_json::json!({"a": [1, {"b": "<x> & y"}], "c": {}, "d": []});
        expect![[r#"
            {
                "a": [
                    1,
                    {
                        "b": "\u003cx\u003e \u0026 y"
                    }
                ],
                "c": {},
                "d": []
            }
        "#]]
        .assert_eq(&json(&value));
    }
}
