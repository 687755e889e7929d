use crate::store::key::ObjectKey;
use crate::store::shared::Shared;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Keys by namespace and `label=value`.
#[derive(Clone, Default)]
pub(crate) struct LabelIndex(Shared<BTreeMap<Rc<str>, Pairs>>);

type Pairs = BTreeMap<Rc<str>, BTreeSet<ObjectKey>>;

impl LabelIndex {
    pub(crate) fn insert(&mut self, key: &ObjectKey, pairs: impl Iterator<Item = Rc<str>>) {
        let mut pairs = pairs.peekable();
        if pairs.peek().is_none() {
            return;
        }
        let namespace = self.0.edit().entry(key.namespace.clone()).or_default();
        for pair in pairs {
            namespace.entry(pair).or_default().insert(key.clone());
        }
    }

    pub(crate) fn remove(&mut self, key: &ObjectKey, pairs: impl Iterator<Item = Rc<str>>) {
        let mut pairs = pairs.peekable();
        if pairs.peek().is_none() {
            return;
        }
        let Some(namespace) = self.0.edit().get_mut(&key.namespace) else {
            return;
        };
        for pair in pairs {
            if let Some(keys) = namespace.get_mut(&*pair) {
                keys.remove(key);
            }
        }
    }

    pub(crate) fn get(&self, namespace: &str, pair: &str) -> impl Iterator<Item = &ObjectKey> {
        let pairs = self.0.get(namespace);
        pairs.and_then(|pairs| pairs.get(pair)).into_iter().flatten()
    }
}
