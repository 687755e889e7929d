//! Kinds without a description of their own in kubectl: field by field.

use super::description::Description;
use api::{Value, go};
use cluster::Object;

/// Fields that are printed first, or never.
const SKIPPED: [&str; 5] = [
    ".metadata.managedFields",
    ".metadata.name",
    ".metadata.namespace",
    ".metadata.labels",
    ".metadata.annotations",
];
const ACRONYMS: [&str; 4] = ["API", "URL", "UID", "GUID"];

/// Models: kubectl/pkg/describe genericDescriber.Describe (v1.36).
pub(super) fn describe(out: &mut Description, object: &Object) {
    out.name_and_namespace(&object.value);
    out.labels_and_annotations(&object.value);
    describe_fields(out, 0, &object.value, "");
}

/// Models: kubectl/pkg/describe printUnstructuredContent (v1.36).
fn describe_fields(out: &mut Description, level: usize, content: &Value, prefix: &str) {
    for (field, value) in content.as_object().into_iter().flatten() {
        let path = format!("{prefix}.{field}");
        if SKIPPED.contains(&path.as_str()) {
            continue;
        }
        let label = label_for(field);
        match value {
            Value::Object(_) => {
                out.line(level, format_args!("{label}:"));
                describe_fields(out, level + 1, value, &path);
            }
            Value::Array(children) => {
                out.line(level, format_args!("{label}:"));
                for child in children {
                    if child.is_object() {
                        describe_fields(out, level + 1, child, &path);
                    } else {
                        out.line(level + 1, scalar(child));
                    }
                }
            }
            value => out.field(level, &label, scalar(value)),
        }
    }
}

/// A value in Go's `%v`.
fn scalar(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => go::number(number),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(scalar).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Bool(_) | Value::Object(_) => value.to_string(),
    }
}

/// The title of a field: `firstTimestamp` becomes `First Timestamp`, `apiVersion` `API Version`.
///
/// Models: kubectl/pkg/describe smartLabelFor (v1.36).
fn label_for(field: &str) -> String {
    if !field.chars().all(|c| c.is_alphabetic() || c == '-') {
        return field.to_owned();
    }
    let mut labels = Vec::new();
    let mut words = words(field).into_iter().peekable();
    while let Some(mut word) = words.next() {
        let is_acronym = word.len() >= 2 && !word.contains(char::is_lowercase);
        if is_acronym && let Some(next) = words.next_if(|next| next.starts_with(char::is_uppercase)) {
            word.push_str(&next);
        }
        let upper = word.to_uppercase();
        if ACRONYMS.contains(&upper.as_str()) {
            labels.push(upper);
        } else if word.to_lowercase() == word {
            labels.push(title(&word));
        } else {
            labels.push(word);
        }
    }
    labels.join(" ")
}

fn title(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}

/// The humps of a camel-case name; of several capitals the last begins the next hump.
///
/// Models: github.com/fatih/camelcase Split.
fn words(field: &str) -> Vec<String> {
    let class = |c: char| {
        if c.is_lowercase() {
            0
        } else {
            u8::from(!c.is_uppercase()) + 1
        }
    };
    let chars: Vec<char> = field.chars().collect();
    let mut runs: Vec<Vec<char>> = chars
        .chunk_by(|a, b| class(*a) == class(*b))
        .map(<[char]>::to_vec)
        .collect();
    for place in 1..runs.len() {
        let (before, after) = runs.split_at_mut(place);
        if let (Some(before), Some(after)) = (before.last_mut(), after.first_mut())
            && before.first().is_some_and(|c| c.is_uppercase())
            && after.first().is_some_and(|c| c.is_lowercase())
            && let Some(capital) = before.pop()
        {
            after.insert(0, capital);
        }
    }
    let runs = runs.into_iter().filter(|run| !run.is_empty());
    runs.map(String::from_iter).collect()
}

#[cfg(test)]
mod tests {
    use super::label_for;

    #[test]
    fn a_field_is_told_in_words() {
        let cases = [
            ("firstTimestamp", "First Timestamp"),
            ("apiVersion", "API Version"),
            ("uid", "UID"),
            ("kind", "Kind"),
            ("respectPDBs", "Respect PDBs"),
            ("clusterIPs", "Cluster I Ps"),
            ("HTTPSProxy", "HTTPSProxy"),
            ("podIP", "Pod IP"),
            ("f:name", "f:name"),
        ];
        for (field, words) in cases {
            assert_eq!(label_for(field), words);
        }
    }
}
