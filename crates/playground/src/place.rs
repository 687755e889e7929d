use network::Key;
use serde_json::Value;
use std::ops::Range;
use yaml::{Node, Step};

/// A document of the text, and the object it says it is.
#[derive(Clone, Debug)]
pub struct Written {
    kind: String,
    key: Key,
    /// Its content with places.
    pub node: Node,
}

impl Written {
    /// A document whose content resolves to that value.
    pub fn new(node: Node, value: &Value) -> Self {
        let word = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
        Self {
            kind: word("/kind").unwrap_or_default().to_owned(),
            key: Key {
                namespace: word("/metadata/namespace").unwrap_or("default").to_owned(),
                name: word("/metadata/name").unwrap_or_default().to_owned(),
            },
            node,
        }
    }
}

/// Where the text speaks of a field of an object, from its key to the end of its value, in bytes; none where it does not,
/// as of pods that a Deployment makes.
pub fn place(text: &str, documents: &[Written], kind: &str, key: &Key, path: &[&str]) -> Option<Range<usize>> {
    let Written { node, .. } = documents
        .iter()
        .find(|written| written.kind == kind && written.key == *key)?;
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
        let documents: Vec<Written> = yaml::parse(text)
            .into_iter()
            .filter_map(|document| document.content.ok())
            .map(|node| Written::new(node.clone(), &yaml::resolve(&node)))
            .collect();
        let place = |key: &Key, path: &[&str]| place(text, &documents, "Service", key, path);
        let found = place(&key, &["spec", "selector"]);
        assert_eq!(found.and_then(|range| text.get(range)), Some("selector:\n    app: web"));
        let other = Key {
            namespace: "shop".to_owned(),
            ..key
        };
        assert_eq!(place(&other, &["spec", "selector"]), None);
        assert_eq!(
            place(
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
