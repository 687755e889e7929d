//! `-o yaml`: values as kubectl writes them.

mod quoting;

pub(super) use quoting::is_ambiguous;

use api::Value;
use api::go::number_text;

/// A text may be broken behind this column.
const BEST_WIDTH: usize = 80;
/// The indentation of a level; lists within maps have none.
const INDENT: usize = 2;
/// The longest key, in bytes, that needs no question mark.
const LONGEST_SIMPLE_KEY: usize = 128;

/// A value as a YAML document, keys sorted.
///
/// Models: sigs.k8s.io/yaml Marshal, and the emitter of go.yaml.in/yaml/v2 behind it (v1.36).
pub(crate) fn yaml(value: &Value) -> String {
    let mut emitter = Emitter::default();
    match value {
        Value::Object(_) | Value::Array(_) if !is_empty(value) => emitter.block(value, 0),
        scalar => emitter.scalar(scalar, INDENT, false),
    }
    emitter.end_line();
    emitter.text
}

#[derive(Default)]
struct Emitter {
    text: String,
    column: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

impl Emitter {
    fn put(&mut self, c: char) {
        self.text.push(c);
        self.column = if c == '\n' { 0 } else { self.column + 1 };
    }

    fn write(&mut self, text: &str) {
        text.chars().for_each(|c| self.put(c));
    }

    fn end_line(&mut self) {
        if self.column > 0 {
            self.put('\n');
        }
    }

    /// Fills the line with blanks up to a column.
    fn indent(&mut self, to: usize) {
        while self.column < to {
            self.put(' ');
        }
    }

    /// Writes a map or list that is not empty; its first line may have begun.
    fn block(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    self.indent(indent);
                    self.entry(key, value, indent);
                    self.end_line();
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.indent(indent);
                    self.put('-');
                    self.item(item, indent);
                    self.end_line();
                }
            }
            _ => {}
        }
    }

    fn entry(&mut self, key: &str, value: &Value, indent: usize) {
        if key.len() > LONGEST_SIMPLE_KEY || key.contains('\n') {
            self.put('?');
            self.put(' ');
            self.string(key, indent + INDENT, false);
            self.end_line();
            self.indent(indent);
            self.put(':');
            self.item(value, indent);
            return;
        }
        self.string(key, indent + INDENT, true);
        self.put(':');
        if is_empty(value) {
            self.put(' ');
            self.scalar(value, indent + INDENT, false);
            return;
        }
        self.put('\n');
        let is_list = value.is_array();
        self.block(value, if is_list { indent } else { indent + INDENT });
    }

    /// Writes the value behind `-` or `:`.
    fn item(&mut self, value: &Value, indent: usize) {
        self.put(' ');
        if is_empty(value) {
            self.scalar(value, indent + INDENT, false);
        } else {
            self.block(value, indent + INDENT);
        }
    }

    fn scalar(&mut self, value: &Value, indent: usize, is_key: bool) {
        match value {
            Value::Null => self.write("null"),
            Value::Bool(flag) => self.write(if *flag { "true" } else { "false" }),
            Value::Number(number) => self.write(&number_text(number)),
            Value::Array(_) => self.write("[]"),
            Value::Object(_) => self.write("{}"),
            Value::String(text) => self.string(text, indent, is_key),
        }
    }

    fn string(&mut self, text: &str, indent: usize, is_key: bool) {
        match style(text, is_key) {
            Style::Plain => self.folded(text, indent, !is_key),
            Style::Single => self.single_quoted(text, indent, !is_key),
            Style::Double => self.double_quoted(text, indent, !is_key),
            Style::Literal => self.literal(text, indent),
        }
    }

    /// Writes text whose single blanks become line breaks when the line is full.
    fn folded(&mut self, text: &str, indent: usize, may_break: bool) {
        let mut after_blank = false;
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            let breaks = c == ' '
                && may_break
                && !after_blank
                && self.column > BEST_WIDTH
                && rest.peek().is_some_and(|next| *next != ' ');
            if breaks {
                self.put('\n');
                self.indent(indent);
            } else {
                self.put(c);
            }
            after_blank = c == ' ';
        }
    }

    fn single_quoted(&mut self, text: &str, indent: usize, may_break: bool) {
        self.put('\'');
        let blanks = text.len() - text.trim_start_matches(' ').len();
        // A blank that opens the text is never a break.
        let (opening, rest) = text.split_at(blanks.min(1));
        self.write(opening);
        self.folded(&rest.replace('\'', "''"), indent, may_break);
        self.put('\'');
    }

    fn double_quoted(&mut self, text: &str, indent: usize, may_break: bool) {
        self.put('"');
        let mut after_blank = false;
        let mut rest = text.chars().peekable();
        let mut is_first = true;
        while let Some(c) = rest.next() {
            if c == ' ' {
                let breaks =
                    may_break && !after_blank && self.column > BEST_WIDTH && !is_first && rest.peek().is_some();
                if breaks {
                    self.put('\n');
                    self.indent(indent);
                    if rest.peek() == Some(&' ') {
                        self.put('\\');
                    }
                } else {
                    self.put(c);
                }
            } else if is_printable(c) && !matches!(c, '"' | '\\' | '\u{feff}') && !is_break(c) {
                self.put(c);
            } else {
                self.write(&escape(c));
            }
            after_blank = c == ' ';
            is_first = false;
        }
        self.put('"');
    }

    fn literal(&mut self, text: &str, indent: usize) {
        self.put('|');
        if text.starts_with(|c| c == ' ' || is_break(c)) {
            self.write("2");
        }
        let mut last = text.chars().rev();
        match (last.next().is_some_and(is_break), last.next()) {
            (false, _) => self.put('-'),
            (true, None) => self.put('+'),
            (true, Some(c)) if is_break(c) => self.put('+'),
            (true, Some(_)) => {}
        }
        self.put('\n');
        for line in text.split_inclusive(is_break) {
            if !line.starts_with(is_break) {
                self.indent(indent);
            }
            self.write(line);
            if line.ends_with(is_break) {
                self.column = 0;
            }
        }
    }
}

/// Whether it fits on the line of its key.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => true,
    }
}

/// Models: stringv of encode.go and yaml_emitter_select_scalar_style.
fn style(text: &str, is_key: bool) -> Style {
    let traits = Traits::of(text);
    if text.contains('\n') {
        let literal = !is_key && !traits.trailing_space && !traits.special;
        return if literal { Style::Literal } else { Style::Double };
    }
    if !quoting::is_plain(text) {
        return Style::Double;
    }
    if traits.is_plain {
        return Style::Plain;
    }
    if traits.break_space || traits.special {
        Style::Double
    } else {
        Style::Single
    }
}

#[expect(clippy::struct_excessive_bools, reason = "each is a finding of its own")]
struct Traits {
    is_plain: bool,
    trailing_space: bool,
    break_space: bool,
    /// Characters that need double quotes.
    special: bool,
}

impl Traits {
    /// Models: yaml_emitter_analyze_scalar.
    fn of(text: &str) -> Self {
        let mut is_plain = !text.starts_with("---") && !text.starts_with("...");
        let (mut break_space, mut special) = (false, false);
        let mut previous = None;
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            let before_blank = rest.peek().is_none_or(|next| matches!(next, ' ' | '\t'));
            let after_blank = previous.is_none_or(|c| matches!(c, ' ' | '\t') || is_break(c));
            let indicates = match (previous, c) {
                (
                    None,
                    '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`',
                ) => true,
                (None, '?' | '-') | (_, ':') => before_blank,
                (Some(_), '#') => after_blank,
                _ => false,
            };
            is_plain &= !indicates;
            special |= !is_printable(c) || is_break(c) && previous == Some(' ');
            break_space |= c == ' ' && previous.is_some_and(is_break);
            is_plain &= !is_break(c);
            previous = Some(c);
        }
        let trailing_space = text.ends_with(' ');
        Self {
            is_plain: is_plain && !special && !trailing_space && !text.starts_with(' '),
            trailing_space,
            break_space,
            special,
        }
    }
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Models: is_printable of yamlprivateh.go, which knows no character beyond the first 65,536.
fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

fn escape(c: char) -> String {
    let short = match c {
        '\0' => "\\0",
        '\u{7}' => "\\a",
        '\u{8}' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\u{b}' => "\\v",
        '\u{c}' => "\\f",
        '\r' => "\\r",
        '\u{1b}' => "\\e",
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{85}' => "\\N",
        '\u{a0}' => "\\_",
        '\u{2028}' => "\\L",
        '\u{2029}' => "\\P",
        _ => return numbered(u32::from(c)),
    };
    short.to_owned()
}

fn numbered(code: u32) -> String {
    match code {
        ..0x100 => format!("\\x{code:02X}"),
        0x100..0x1_0000 => format!("\\u{code:04X}"),
        _ => format!("\\U{code:08X}"),
    }
}

#[cfg(test)]
mod tests {
    use super::yaml;
    use expect_test::{Expect, expect};
    use proptest::prelude::{Strategy, any, prop};
    use proptest::{prop_oneof, proptest};
    use serde_json::{Value, json};

    fn check(value: &Value, expected: &Expect) {
        expected.assert_eq(&yaml(value));
    }

    #[test]
    fn lists_stand_below_their_key_and_maps_are_indented() {
        check(
            &json!({"spec": {"ports": [{"port": 80, "targetPort": "http"}, {"port": 443}], "none": [], "nothing": {}},
                "nested": [[1, 2], [{"a": null}]], "flag": true}),
            &expect![[r"
                flag: true
                nested:
                - - 1
                  - 2
                - - a: null
                spec:
                  none: []
                  nothing: {}
                  ports:
                  - port: 80
                    targetPort: http
                  - port: 443
            "]],
        );
    }

    /// Checks how each text of a list is written.
    fn check_texts(cases: &[(&str, &str)]) {
        for (text, written) in cases {
            assert_eq!(yaml(&json!([text])), format!("- {written}\n"), "{text}");
        }
    }

    #[test]
    fn words_that_mean_numbers_are_quoted() {
        for word in ["80", "0x1f", "08", "1_000", ".5", "1e3", "12:30", "0o17", "+1"] {
            check_texts(&[(word, &format!("\"{word}\""))]);
        }
        check_texts(&[("1.2.3", "1.2.3"), ("10.96.0.1", "10.96.0.1"), ("fd00::1", "fd00::1")]);
    }

    #[test]
    fn words_that_mean_flags_nulls_and_dates_are_quoted() {
        for word in ["", "yes", "n", "null", "~", "2026-01-05T09:00:00Z", "2026-1-5"] {
            check_texts(&[(word, &format!("\"{word}\""))]);
        }
        check_texts(&[("None", "None"), ("<<", "<<"), ("=", "=")]);
    }

    #[test]
    fn text_with_indicators_is_quoted() {
        check_texts(&[
            ("a: b", "'a: b'"),
            ("a:", "'a:'"),
            ("- a", "'- a'"),
            ("-a", "-a"),
            ("-", "'-'"),
            ("#a", "'#a'"),
            ("a #b", "'a #b'"),
            ("a#b", "a#b"),
            ("@x", "'@x'"),
            ("---", "'---'"),
            ("!important", "'!important'"),
            ("*", "'*'"),
        ]);
    }

    #[test]
    fn quotes_blanks_and_special_characters_are_protected() {
        check_texts(&[
            ("it's", "it's"),
            ("'", "''''"),
            ("\"", "'\"'"),
            (" a", "' a'"),
            ("a ", "'a '"),
            ("a\tb", "\"a\\tb\""),
            ("\u{1f680}", "\"\\U0001F680\""),
            ("münchen", "münchen"),
        ]);
    }

    #[test]
    fn several_lines_become_a_block() {
        check(
            &json!({"a": "one\ntwo\n", "b": "one\n\n two", "c": "one\n\n", "d": " one\n", "e": "one \ntwo", "f": ["x\ny\n"], "g": "\n"}),
            &expect![[r#"
                a: |
                  one
                  two
                b: |-
                  one

                   two
                c: |+
                  one

                d: |2
                   one
                e: "one \ntwo"
                f:
                - |
                  x
                  y
                g: |2+

            "#]],
        );
    }

    #[test]
    fn long_text_goes_on_in_the_next_line() {
        check(
            &json!({"message": "Deployment has minimum availability. ".repeat(4).trim(),
                "quoted": "error: ".to_owned() + &"a word ".repeat(14)}),
            &expect![[r"
                message: Deployment has minimum availability. Deployment has minimum availability.
                  Deployment has minimum availability. Deployment has minimum availability.
                quoted: 'error: a word a word a word a word a word a word a word a word a word a word
                  a word a word a word a word '
            "]],
        );
    }

    fn values() -> impl Strategy<Value = Value> {
        let text = prop_oneof!["[ -~\\n\\t]{0,20}", "\\PC{0,8}", "[0-9:._xobe+-]{0,6}", "(a+ ){0,60}"];
        let leaf = prop_oneof![
            proptest::strategy::Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            text.clone().prop_map(Value::from),
        ];
        // As a key a line separator is printed as go-yaml prints it, which nobody reads back.
        let key = "[a-z0-9/.-]{1,9}|[\\PC&&[^\\x{2028}\\x{2029}]]{1,6}";
        leaf.prop_recursive(4, 24, 5, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(key, inner, 0..5).prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_as_what_it_was(value in values()) {
            let text = yaml(&value);
            let read: Value = serde_yaml::from_str(&text).map_err(|error| {
                proptest::test_runner::TestCaseError::fail(format!("{error}: {text}"))
            })?;
            assert_eq!(read, value, "{text}");
        }
    }
}
