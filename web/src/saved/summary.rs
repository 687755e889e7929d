//! What a text is about, in a line.

use crate::say;

/// How many objects are named.
const NAMED: usize = 3;

/// The kinds and names of a text's first objects, and how many more there are.
pub fn summary(text: &str) -> String {
    let mut objects = text.split("\n---").filter_map(object);
    let mut words: Vec<String> = objects.by_ref().take(NAMED).collect();
    if words.is_empty() {
        let first = text
            .lines()
            .map(str::trim)
            .find(|line| !line.is_empty() && *line != "---");
        return first.unwrap_or(say::summary_empty()).chars().take(80).collect();
    }
    match objects.count() {
        0 => {}
        more => words.push(say::summary_more(&more)),
    }
    words.join(", ")
}

/// `Service back-end`, read from the lines alone: it may be no YAML yet.
fn object(document: &str) -> Option<String> {
    let kind = document.lines().find_map(|line| line.strip_prefix("kind:"))?.trim();
    if kind.is_empty() {
        return None;
    }
    let below = document.split("metadata:").nth(1).unwrap_or_default();
    let name = below.split("name:").nth(1).unwrap_or_default();
    let name = name.split(['\n', ',', '}']).next().unwrap_or_default().trim();
    let name: String = name.chars().take(40).collect();
    Some(if name.is_empty() {
        kind.chars().take(40).collect()
    } else {
        format!("{} {name}", kind.chars().take(40).collect::<String>())
    })
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn a_text_is_told_by_its_objects() {
        for (text, words) in [
            ("", "an empty text"),
            ("\n# a thought\n", "# a thought"),
            (
                "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n",
                "Service web",
            ),
            (
                "kind: Pod\nmetadata: {name: a, labels: {b: c}}\n---\nkind: Service\n",
                "Pod a, Service",
            ),
            (
                "kind: A\nmetadata: {name: a}\n---\nkind: B\n---\nkind: C\n---\nkind: D\n---\nkind: E\n",
                "A a, B, C, 2 more",
            ),
        ] {
            assert_eq!(summary(text), words);
        }
    }
}
