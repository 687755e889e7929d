//! libyaml's scanner and parser judge the text, as they do in go-yaml.

use crate::SyntaxError;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::ops::Range;

/// Problems that libyaml's parser finds rather than its scanner: go-yaml counts their line from 0.
const PARSER_PROBLEMS: [&str; 5] = [
    "did not find expected",
    "found duplicate %",
    "found incompatible YAML document",
    "found undefined tag handle",
    "unexpected end of stream",
];
/// Problems of the encoding, for which no line is known.
const READER_PROBLEMS: [&str; 4] = [
    "control characters are not allowed",
    "invalid leading UTF-8",
    "invalid trailing UTF-8",
    "invalid Unicode",
];

/// Whether go-yaml reads the first document of the text.
pub fn check(chunk: &str) -> Result<(), SyntaxError> {
    // kubectl reads by lines, and ends the last one itself.
    let ended;
    let lines = if chunk.ends_with('\n') {
        chunk
    } else {
        ended = format!("{chunk}\n");
        &ended
    };
    let Some(document) = serde_yaml::Deserializer::from_str(lines).next() else {
        return Ok(());
    };
    IgnoredAny::deserialize(document)
        .map(|_| ())
        .map_err(|error| explain(chunk, &error))
}

/// Models: go.yaml.in/yaml/v2 parser.fail and parser.alias (v1.36).
fn explain(chunk: &str, error: &serde_yaml::Error) -> SyntaxError {
    let words = error.to_string();
    let problem = words
        .split(" at line ")
        .next()
        .unwrap_or(&words)
        .split(" at position ")
        .next()
        .unwrap_or(&words);
    let problem = problem.split(", while ").next().unwrap_or(problem);
    let (line, index) = error.location().map_or((1, 0), |place| (place.line(), place.index()));
    let starts = |list: &[&str]| list.iter().any(|it| problem.starts_with(it));
    let (message, span) = if problem == "unknown anchor" {
        let span = anchor(chunk, index);
        let name = chunk.get(span.clone()).unwrap_or_default().trim_start_matches('*');
        (format!("yaml: unknown anchor '{name}' referenced"), span)
    } else {
        let span = to_line_end(chunk, index);
        let counted = if line == 1 {
            0
        } else if starts(&PARSER_PROBLEMS) {
            line - 1
        } else {
            line
        };
        let place = if counted == 0 || starts(&READER_PROBLEMS) {
            String::new()
        } else {
            format!("line {counted}: ")
        };
        (format!("yaml: {place}{problem}"), span)
    };
    SyntaxError {
        message,
        span,
        converting: true,
    }
}

fn anchor(chunk: &str, index: usize) -> Range<usize> {
    let start = floor(chunk, index);
    let rest = chunk.get(start..).unwrap_or_default();
    let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '*');
    start..start + rest.find(|c: char| !name(c)).unwrap_or(rest.len())
}

/// From byte `index` of the text to the end of its line.
pub fn to_line_end(chunk: &str, index: usize) -> Range<usize> {
    let start = floor(chunk, index);
    let rest = chunk.get(start..).unwrap_or_default();
    let to_end = rest.find(['\n', '\r']).unwrap_or(rest.len());
    let length = to_end.max(rest.chars().next().map_or(0, char::len_utf8));
    start..start + length
}

fn floor(text: &str, index: usize) -> usize {
    let mut index = index.min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}
