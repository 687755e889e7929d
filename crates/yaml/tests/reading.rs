//! What kubectl makes of text.

use expect_test::{Expect, expect};
use proptest::prelude::*;
use yaml::{LineIndex, Step, Unit, notes, parse, resolve};

fn check(text: &str, expected: &Expect) {
    let said: Vec<String> = parse(text)
        .iter()
        .map(|document| match &document.content {
            Ok(node) => resolve(node).to_string(),
            Err(error) => format!(
                "{} @ {:?}",
                error.as_kubectl(),
                text.get(document.origin..)
                    .and_then(|text| text.get(error.span.clone()))
                    .unwrap_or("?")
            ),
        })
        .collect();
    expected.assert_eq(&said.join("\n"));
}

#[test]
fn plain_words_are_read_by_yaml_1_1() {
    check(
        "[yes, On, n, ~, 0777, 0o120, 0x50, 0b11, 8_0, 08, 80.0, 8e1, 1.10, .5, 1e400]",
        &expect![[r#"[true,true,false,null,511,80,80,3,80,8,80,80,1.1,0.5,"1e400"]"#]],
    );
    check(
        "[12:30, 2001-01-02, 2001-1-2 3:4:5, 1.2.3, 0o9, '80', \"yes\", yEs, +1, 18446744073709551615]",
        &expect![[
            r#"["12:30","2001-01-02","2001-1-2 3:4:5","1.2.3","0o9","80","yes","yEs",1,1.8446744073709552e+19]"#
        ]],
    );
    check(
        "{1: a, true: b, 1.10: c, ~x: d}",
        &expect![[r#"{"1":"a","1.1":"c","true":"b","~x":"d"}"#]],
    );
    check(
        "[!!str 80, !!int '80', !!float 80, !own 80]",
        &expect![[r#"["80",80,80,"80"]"#]],
    );
    check(
        "a: !!int b",
        &expect![[r#"error converting YAML to JSON: yaml: cannot decode !!str `b` as a !!int @ "!!int b""#]],
    );
    check(
        "a: .inf",
        &expect![[r#"error converting YAML to JSON: json: unsupported value: +Inf @ ".inf""#]],
    );
}

#[test]
fn keys_are_single_values() {
    check(
        "port: {{ port }}",
        &expect![[
            r#"error converting YAML to JSON: yaml: invalid map key: map[interface {}]interface {}{"port":interface {}(nil)} @ "{ port }""#
        ]],
    );
    check(
        "? [a, 1]\n: b",
        &expect![[r#"error converting YAML to JSON: yaml: invalid map key: []interface {}{"a", 1} @ "[a, 1]""#]],
    );
    check(
        "~: b",
        &expect![[
            r#"error converting YAML to JSON: unsupported map key of type: %!s(<nil>), key: <nil>, value: "b" @ "~""#
        ]],
    );
}

#[test]
fn the_last_of_equal_keys_wins_and_merges_overwrite() {
    check("a: 1\na: 2", &expect![[r#"{"a":2}"#]]);
    check(
        "b: &b {x: 1, z: 2}\nc: {<<: *b, x: 3}\nd: {x: 3, <<: *b}",
        &expect![[r#"{"b":{"x":1,"z":2},"c":{"x":3,"z":2},"d":{"x":1,"z":2}}"#]],
    );
    check("a: {<<: [{x: 1}, {x: 2, z: 2}]}", &expect![[r#"{"a":{"x":1,"z":2}}"#]]);
    check(
        "a: {<<: 1}",
        &expect![[
            r#"error converting YAML to JSON: yaml: map merge requires map or sequence of maps as the value @ "1""#
        ]],
    );
}

#[test]
fn errors_have_libyaml_words_and_go_yaml_lines() {
    check(
        "a: b\nspec:\n  c: d\n   e:\n",
        &expect![[
            r#"error converting YAML to JSON: yaml: line 4: mapping values are not allowed in this context @ ":""#
        ]],
    );
    check(
        "a: \"b\nc: d\n",
        &expect![[r#"error converting YAML to JSON: yaml: line 3: found unexpected end of stream @ """#]],
    );
    check(
        "a: b\nc: [d\ne: f\n",
        &expect![[r#"error converting YAML to JSON: yaml: line 2: did not find expected ',' or ']' @ ": f""#]],
    );
    check(
        "a: b\nc: *nope\n",
        &expect![[r#"error converting YAML to JSON: yaml: unknown anchor 'nope' referenced @ "*nope""#]],
    );
    check(
        "a:\n\tb: c\n",
        &expect![[
            r#"error converting YAML to JSON: yaml: line 2: found character that cannot start any token @ "\tb: c""#
        ]],
    );
    check(
        "a: b: c\n",
        &expect![[r#"error converting YAML to JSON: yaml: mapping values are not allowed in this context @ ": c""#]],
    );
    check(
        "--- a\nb: c\n",
        &expect![[r#"
        invalid Yaml document separator: a @ "--- a"
        {"b":"c"}"#]],
    );
}

#[test]
fn quoted_text_may_go_on_at_any_column() {
    check("a:\n  b: \"c\n d\n\ne\"\n", &expect![[r#"{"a":{"b":"c d\ne"}}"#]]);
    check(
        "a: 'it''s\n  b'\nc: \"x\\\n   y\\t\\u00e9\\'\"",
        &expect![[r#"{"a":"it's b","c":"xy\té'"}"#]],
    );
    check(
        "a: \"\\/\"",
        &expect![[r#"error converting YAML to JSON: yaml: found unknown escape character @ "\\/\"""#]],
    );
    check(
        "a: \"\\x4\"",
        &expect![[r#"error converting YAML to JSON: yaml: did not find expected hexdecimal number @ "4\"""#]],
    );
    check(
        "a: \"b\n--- \n",
        &expect![[r#"error converting YAML to JSON: yaml: line 2: found unexpected end of stream @ """#]],
    );
}

#[test]
fn block_text_is_chomped_and_indented() {
    check(
        "a: |\n  b\n   c\n\n\nd: >-\n  e\n  f\n\n  g\n",
        &expect![[r#"{"a":"b\n c\n","d":"e f\ng"}"#]],
    );
    check("a: |+2 #c\n    b\n\n", &expect![[r#"{"a":"  b\n\n"}"#]]);
    check(
        "a: |0\n  b\n",
        &expect![[r#"error converting YAML to JSON: yaml: found an indentation indicator equal to 0 @ "0""#]],
    );
    check(
        "a: |\n  b\n\tc\n",
        &expect![[
            r#"error converting YAML to JSON: yaml: line 3: found a tab character where an indentation space is expected @ "\tc""#
        ]],
    );
}

#[test]
fn anchors_stand_for_their_node() {
    check(
        "a: &x {b: 1}\nc: *x\n&y d: *y\n",
        &expect![[r#"{"a":{"b":1},"c":{"b":1},"d":"d"}"#]],
    );
    check(
        "a: &x [*x]",
        &expect![[r#"error converting YAML to JSON: yaml: anchor 'x' value contains itself @ "*x]""#]],
    );
    let lines = ["a", "b", "c", "d", "e", "f", "g"].windows(2).map(|names| match names {
        [before, name] => format!("{name}: &{name} [{}]\n", vec![format!("*{before}"); 9].join(",")),
        _ => String::new(),
    });
    let text: String = ["a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned()]
        .into_iter()
        .chain(lines)
        .collect();
    assert!(
        matches!(&parse(&text)[0].content, Err(error) if error.message == "yaml: document contains excessive aliasing")
    );
}

#[test]
fn tags_force_a_type() {
    check(
        "[!!binary aGVsbG8=, !<tag:yaml.org,2002:int> '80', ! 80, !!timestamp 2001-01-01]",
        &expect![[r#"["hello",80,"80","2001-01-01"]"#]],
    );
    check(
        "a: !!binary b",
        &expect![[
            r#"error converting YAML to JSON: yaml: !!binary value contains invalid base64 data @ "!!binary b""#
        ]],
    );
    check(
        "a: !e!b c",
        &expect![[r#"error converting YAML to JSON: yaml: found undefined tag handle @ "!e!b c""#]],
    );
    check(
        "%TAG !e! tag:yaml.org,2002:\n---\na: !e!str 80",
        &expect![[r#"
        error converting YAML to JSON: yaml: line 1: did not find expected <document start> @ ""
        error converting YAML to JSON: yaml: found undefined tag handle @ "!e!str 80""#]],
    );
    check(
        "%YAML 1.2\n---\na: 1",
        &expect![[r#"
        error converting YAML to JSON: yaml: found incompatible YAML document @ "%YAML 1.2"
        {"a":1}"#]],
    );
}

#[test]
fn braces_may_hold_odd_words() {
    check(
        "[a:, -, {b}, ? c, d: e, \"f\":g]",
        &expect![[r#"["a:","-",{"b":null},{"c":null},{"d":"e"},{"f":"g"}]"#]],
    );
    check("[a, ]\n", &expect![[r#"["a"]"#]]);
    check(
        "[a,, b]\n",
        &expect![[r#"error converting YAML to JSON: yaml: did not find expected node content @ ", b]""#]],
    );
    check(
        "{a: [b}",
        &expect![[r#"json: offset 2: invalid character 'a' looking for beginning of object key string @ "a""#]],
    );
}

#[test]
fn what_cannot_be_read_is_told_first() {
    check(
        "a: \u{1}b\nc: [",
        &expect![[r#"error converting YAML to JSON: yaml: control characters are not allowed @ "\u{1}b""#]],
    );
    check(
        "a: .inf",
        &expect![[r#"error converting YAML to JSON: json: unsupported value: +Inf @ ".inf""#]],
    );
    check(
        "{.inf: a, 123456789.5: b}",
        &expect![[r#"{".inf":"a","1.2345679e+08":"b"}"#]],
    );
    check(
        "18446744073709551615: a",
        &expect![[
            r#"error converting YAML to JSON: unsupported map key of type: uint64, key: 0xffffffffffffffff, value: "a" @ "18446744073709551615""#
        ]],
    );
}

#[test]
fn documents_are_split_by_lines_of_dashes() {
    check("", &expect![""]);
    check("---\n# nothing\n---\n\n", &expect![""]);
    check(
        "---\na: 1\n--- # two\nb: 2\n...\n[\n---\nc: 3",
        &expect![[r#"
        {"a":1}
        {"b":2}
        {"c":3}"#]],
    );
    check(
        "\u{feff}a: 1\r\n---\r\nb: 2\r\n",
        &expect![[r#"
        {"a":1}
        {"b":2}"#]],
    );
    check(
        "a: [\n---\nb: 2\n",
        &expect![[r#"
        error converting YAML to JSON: yaml: line 1: did not find expected node content @ ""
        {"b":2}"#]],
    );
}

#[test]
fn json_is_read_as_json_first() {
    check(
        "{\"a\": \"\\u00e9\\ud83d\\ude80\\/\"}{\"b\": 80.0}",
        &expect![[r#"
        {"a":"é🚀/"}
        {"b":80}"#]],
    );
    check("{a: b}\n", &expect![[r#"{"a":"b"}"#]]);
    check("{\"a\": 1", &expect![[r#"unexpected EOF @ "1""#]]);
    check(
        "{\"a\": 1}x",
        &expect![[r#"
        {"a":1}
        json: offset 9: invalid character 'x' looking for beginning of value @ "x""#]],
    );
    check(
        "{\"a\": 1}{\"b\": 2}x",
        &expect![[r#"
        {"a":1}
        {"b":2}
        invalid character 'x' looking for beginning of value @ "x""#]],
    );
    check(
        "{\"a\": \"\u{1}\"}",
        &expect![[r#"json: offset 8: invalid character '\x01' in string literal @ "\u{1}""#]],
    );
    check(
        "a: 1\n--- b\n",
        &expect![[r#"invalid Yaml document separator: b @ "--- b""#]],
    );
    check("{\"a\": }", &expect![[r#"{"a":null}"#]]);
    check(
        "{\"a\" 1}",
        &expect![[r#"json: offset 6: invalid character '1' after object key @ "1""#]],
    );
    check(
        "{\"a\": 1}\n---\nb: 2\n",
        &expect![[r#"
        {"a":1}
        {"b":2}"#]],
    );
}

#[test]
fn every_field_has_its_place() {
    let text = "apiVersion: v1\nspec:\n  ports:\n  - port: 80\n    name: a\n  selector:\n";
    let documents = parse(text);
    let node = documents[0].content.as_ref().unwrap();
    let at = |steps: &[Step<'_>], key| text.get(node.locate(steps.iter().copied(), key)).unwrap();
    let port = [
        Step::Name("spec"),
        Step::Name("ports"),
        Step::Index(0),
        Step::Name("port"),
    ];
    assert_eq!((at(&port, false), at(&port, true)), ("80", "port"));
    assert_eq!(at(&[Step::Name("spec"), Step::Name("selector")], false), "selector");
    assert_eq!(at(&[Step::Name("metadata"), Step::Name("name")], true), "apiVersion");
}

#[test]
fn block_text_stands_where_its_lines_begin() {
    let text = "text: | # so\n\n  a: b\n  c\nend: |\n";
    let documents = parse(text);
    let node = documents[0].content.as_ref().unwrap();
    let at = |name| text.get(node.locate([Step::Name(name)], false)).unwrap();
    assert_eq!((at("text"), at("end")), ("a: b\n  c\n", "end"));
}

#[test]
fn words_that_became_something_else_are_noted() {
    let documents = parse("a: yes\nb: 'no'\nc: 0777\nd: true\ne: 80\n");
    let said: Vec<String> = notes(documents[0].content.as_ref().unwrap())
        .iter()
        .map(|note| format!("{} became {}", note.written, note.became))
        .collect();
    assert_eq!(said, ["yes became true", "0777 became 511"]);
}

#[test]
fn columns_count_what_is_asked_for() {
    let text = "a\né🚀b\n";
    let index = LineIndex::new(text);
    for (byte, line, bytes, units, all) in [
        (0, 1, 0, 0, 0),
        (2, 2, 0, 0, 2),
        (8, 2, 6, 3, 5),
        (9, 2, 7, 4, 6),
        (10, 3, 0, 0, 7),
    ] {
        assert_eq!(index.line(byte), line, "{byte}");
        assert_eq!(index.column(byte, Unit::Byte), bytes, "{byte}");
        assert_eq!(index.column(byte, Unit::Utf16), units, "{byte}");
        assert_eq!(index.utf16(byte), all, "{byte}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_failing(text in any::<String>()) {
        prop_assert!(parse(&text).iter().all(|document| document.span.end <= text.len()));
    }

    #[test]
    fn any_soup_of_yaml_is_read_without_failing(text in "([a-z]|[-:{}\\[\\],&*!|>'\"#%@`\n\t ]|---\n|\\.\\.\\.\n|é){0,60}") {
        for document in parse(&text) {
            let span = match &document.content {
                Ok(node) => { let _ = resolve(node); node.locate([Step::Name("a")], true) }
                Err(error) => error.span.clone(),
            };
            prop_assert!(text.get(document.origin..).and_then(|text| text.get(span)).is_some());
        }
    }
}
