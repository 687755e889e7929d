//! Remembers one computed value per key.

/// The latest value, computed again only when its key changes.
pub(super) struct Memo<K, V>(pub(super) Option<(K, V)>);

impl<K: PartialEq, V: Clone> Memo<K, V> {
    pub(super) fn get(&mut self, key: K, make: impl FnOnce() -> V) -> V {
        match &self.0 {
            Some((known, value)) if *known == key => value.clone(),
            _ => {
                let value = make();
                self.0 = Some((key, value.clone()));
                value
            }
        }
    }
}
