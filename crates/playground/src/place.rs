use network::Key;
use std::ops::Range;
use yaml::{Node, Step};

/// Where the text speaks of a field of an object, from its key to the end of its value, in bytes; none where it does not,
/// as of pods that a Deployment makes.
pub fn place(text: &str, kind: &str, key: &Key, path: &[&str]) -> Option<Range<usize>> {
    let documents = yaml::parse(text);
    let node = documents
        .iter()
        .filter_map(|document| document.content.as_ref().ok())
        .find(|node| is(node, kind, key))?;
    let steps = || path.iter().map(|name| Step::Name(name));
    let head = node.locate(steps(), true);
    // Where the path leads beyond what is written, the place is that of a key on its way.
    if text.get(head.clone())?.trim_matches(['"', '\'']) != *path.last()? {
        return None;
    }
    let whole = head.start..node.locate(steps(), false).end.max(head.end);
    let written = text.get(whole.clone())?.trim_end().len();
    Some(whole.start..whole.start + written)
}

fn is(node: &Node, kind: &str, key: &Key) -> bool {
    let value = yaml::resolve(node);
    let word = |pointer: &str| value.pointer(pointer).and_then(serde_json::Value::as_str);
    word("/kind") == Some(kind)
        && word("/metadata/name") == Some(&key.name)
        && word("/metadata/namespace").unwrap_or("default") == key.namespace
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_is_found_in_its_own_document() {
        let text = "kind: Pod\nmetadata:\n  name: web\n---\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: web\n  type: ClusterIP\n";
        let key = Key {
            namespace: "default".to_owned(),
            name: "web".to_owned(),
        };
        let found = place(text, "Service", &key, &["spec", "selector"]);
        assert_eq!(found.and_then(|range| text.get(range)), Some("selector:\n    app: web"));
        let other = Key {
            namespace: "shop".to_owned(),
            ..key
        };
        assert_eq!(place(text, "Service", &other, &["spec", "selector"]), None);
        assert_eq!(
            place(
                text,
                "Service",
                &Key {
                    namespace: "default".to_owned(),
                    ..other
                },
                &["spec", "ports"]
            ),
            None
        );
    }
}
