use crate::store::object::Object;
use crate::store::tables::ObjectTable;
use api::Cursor;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What selectors chose of the pods of one moment; clones of a store share it, as most of them have the same pods.
#[derive(Clone, Default)]
pub(crate) struct Selections(Rc<RefCell<Known>>);

#[derive(Default)]
struct Known {
    /// The pods that there were.
    pods: Option<ObjectTable>,
    /// What was chosen of them, by namespace and requirements.
    chosen: BTreeMap<Vec<Box<str>>, Rc<[Rc<Object>]>>,
}

impl Selections {
    pub(crate) fn get_or_select(
        &self,
        pods: Option<&ObjectTable>,
        namespace: &str,
        selector: Cursor<'_>,
        select: impl FnOnce() -> Rc<[Rc<Object>]>,
    ) -> Rc<[Rc<Object>]> {
        let requirements = selector.text_entries().flat_map(|(key, value)| [key, value]);
        let wanted: Vec<Box<str>> = [namespace].into_iter().chain(requirements).map(Box::from).collect();
        let mut known = self.0.borrow_mut();
        if known.pods.as_ref() != pods {
            *known = Known {
                pods: pods.cloned(),
                chosen: BTreeMap::new(),
            };
        }
        known.chosen.entry(wanted).or_insert_with(select).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ObjectKey;
    use api::Kind;
    use serde_json::json;
    use std::cell::Cell;

    #[test]
    fn a_selector_is_applied_once_to_the_same_pods() {
        let (web, db) = (json!({"app": "web"}), json!({"app": "db"}));
        let (selections, count) = (Selections::default(), Cell::new(0));
        let look = |pods: &ObjectTable, namespace: &str, selector| {
            let select = || {
                count.set(count.get() + 1);
                Rc::default()
            };
            selections.get_or_select(Some(pods), namespace, Cursor::new(selector), select);
            count.get()
        };
        let mut pods = ObjectTable::default();
        assert_eq!([1, 1], [(); 2].map(|()| look(&pods, "shop", &web)));
        assert_eq!([2, 3], [look(&pods, "shop", &db), look(&pods, "other", &web)]);
        let key = ObjectKey::new("shop", "web");
        let pod = Object::new(Kind::Pod, key.clone(), json!({}), 0);
        pods.insert(key, Rc::new(pod));
        assert_eq!([4, 4], [(); 2].map(|()| look(&pods, "shop", &web)));
    }
}
