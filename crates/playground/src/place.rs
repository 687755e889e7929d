use crate::documents::{Placed, TextObject, described};
use network::ObjectKey;
use std::ops::Range;
use yaml::Step;

/// The range of a field of an object, from its key to the end of its value, in bytes; `None` if the text does not have it,
/// as for pods of a Deployment.
pub fn place(text: &str, documents: &[Placed], kind: &str, key: &ObjectKey, path: &[&str]) -> Option<Range<usize>> {
    let mut objects = described(documents).into_iter();
    let TextObject { origin, node, .. } = objects.find(|it| it.kind == kind && it.key == *key)?;
    let text = text.get(origin..)?;
    let steps = || path.iter().map(|name| Step::Name(name));
    let head = node.locate(steps(), true);
    // Where the path leads beyond what is written, the place is that of a key on its way.
    if text.get(head.clone())?.trim_matches(['"', '\'']) != *path.last()? {
        return None;
    }
    let whole = head.start..node.locate(steps(), false).end.max(head.end);
    let written = text.get(whole.clone())?.trim_end().len();
    Some(origin + whole.start..origin + whole.start + written)
}

/// Kind and key of the object that the text describes at that byte.
pub fn object_at(documents: &[Placed], byte: usize) -> Option<(&str, ObjectKey)> {
    let found = described(documents).into_iter().find(|it| {
        let whole = it.value_at(&[]);
        (whole.start..=whole.end).contains(&byte)
    })?;
    Some((found.kind, found.key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::Documents;

    #[test]
    fn a_selector_is_found_in_its_own_document() {
        let text = "kind: Pod\nmetadata:\n  name: web\n---\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: web\n  type: ClusterIP\n";
        let key = ObjectKey::new("default", "web");
        let documents = Documents::default().read(text);
        let place = |key: &ObjectKey, path: &[&str]| place(text, &documents, "Service", key, path);
        let found = place(&key, &["spec", "selector"]);
        assert_eq!(found.and_then(|range| text.get(range)), Some("selector:\n    app: web"));
        let other = ObjectKey::new("shop", "web");
        assert_eq!(place(&other, &["spec", "selector"]), None);
        assert_eq!(place(&key, &["spec", "ports"]), None);
    }

    #[test]
    fn a_place_of_the_text_is_one_of_its_object() {
        let text = "kind: Pod\nmetadata:\n  name: web\n---\nkind: Service\nmetadata:\n  name: shop\n";
        let documents = Documents::default().read(text);
        let at = |byte| object_at(&documents, byte).map(|(kind, key)| format!("{kind} {}", key.name));
        assert_eq!(at(12).as_deref(), Some("Pod web"));
        assert_eq!(text.find("shop").and_then(at).as_deref(), Some("Service shop"));
        assert_eq!(at(text.len() + 9), None);
    }
}
