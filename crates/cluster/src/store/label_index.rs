use crate::store::key::ObjectKey;
use crate::store::sorted_map::SortedMap;
use std::rc::Rc;

/// Keys by namespace and `label=value`.
#[derive(Clone, Default)]
pub(crate) struct LabelIndex(SortedMap<Place, ()>);

/// Namespace, pair and name.
type Place = (Rc<str>, Rc<str>, Rc<str>);

impl LabelIndex {
    pub(crate) fn insert(&mut self, key: &ObjectKey, pairs: impl Iterator<Item = Rc<str>>) {
        for pair in pairs {
            self.0.insert((key.namespace.clone(), pair, key.name.clone()), ());
        }
    }

    pub(crate) fn remove(&mut self, key: &ObjectKey, pairs: impl Iterator<Item = Rc<str>>) {
        for pair in pairs {
            self.0.remove(&(key.namespace.clone(), pair, key.name.clone()));
        }
    }

    pub(crate) fn get(&self, namespace: &str, pair: &str) -> impl Iterator<Item = ObjectKey> {
        let from = (namespace.into(), pair.into(), "".into());
        let places = self.0.from(&from).map(|(place, ())| place);
        places
            .take_while(|(of, known, _)| (&**of, &**known) == (namespace, pair))
            .map(|(namespace, _, name)| ObjectKey {
                namespace: namespace.clone(),
                name: name.clone(),
            })
    }
}
