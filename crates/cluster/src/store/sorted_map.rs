use std::rc::Rc;

/// A sorted map in short pieces: clones share all of them, and a change copies the one it falls in.
///
/// So what a cluster costs that differs from another in a few objects does not grow with all its objects.
#[derive(Debug)]
pub(crate) struct SortedMap<K, V> {
    pieces: Rc<Vec<Piece<K, V>>>,
    len: usize,
}

/// Never empty; all keys are less than those of the next piece.
type Piece<K, V> = Rc<Vec<(K, V)>>;

/// Most entries of a piece.
const MOST: usize = 64;

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        Self {
            pieces: Rc::default(),
            len: 0,
        }
    }
}

impl<K, V> Clone for SortedMap<K, V> {
    fn clone(&self) -> Self {
        Self {
            pieces: self.pieces.clone(),
            len: self.len,
        }
    }
}

/// Two are equal only if they share their content, which is quick to tell.
impl<K, V> PartialEq for SortedMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.pieces, &other.pieces)
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.pieces.iter().flat_map(|piece| piece.iter()).map(pair)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// The entries whose keys are not less than this one.
    pub(crate) fn from<'a>(&'a self, key: &K) -> impl Iterator<Item = (&'a K, &'a V)> + use<'a, K, V> {
        let (number, place) = self.find(key).unwrap_or_else(|place| place);
        let first = self.pieces.get(number).and_then(|piece| piece.get(place..));
        let rest = self.pieces.get(number + 1..).unwrap_or_default();
        first
            .into_iter()
            .flatten()
            .chain(rest.iter().flat_map(|piece| piece.iter()))
            .map(pair)
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        let (number, place) = self.find(key).ok()?;
        Some(&self.pieces.get(number)?.get(place)?.1)
    }

    pub(crate) fn contains(&self, key: &K) -> bool {
        self.find(key).is_ok()
    }

    /// The piece of a key and its place there, or where it belongs.
    fn find(&self, key: &K) -> Result<(usize, usize), (usize, usize)> {
        let begins_by = |piece: &Piece<K, V>| piece.first().is_some_and(|(first, _)| first <= key);
        let number = self.pieces.partition_point(begins_by).saturating_sub(1);
        let Some(piece) = self.pieces.get(number) else {
            return Err((number, 0));
        };
        match piece.binary_search_by(|(known, _)| known.cmp(key)) {
            Ok(place) => Ok((number, place)),
            Err(place) => Err((number, place)),
        }
    }
}

impl<K: Ord + Clone, V: Clone> SortedMap<K, V> {
    fn piece(&mut self, number: usize) -> Option<&mut Vec<(K, V)>> {
        Rc::make_mut(&mut self.pieces).get_mut(number).map(Rc::make_mut)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let (number, place) = self.find(key).ok()?;
        Some(&mut self.piece(number)?.get_mut(place)?.1)
    }

    /// Changes the value of a key, a default one if there is none.
    pub(crate) fn update<R>(&mut self, key: K, change: impl FnOnce(&mut V) -> R) -> R
    where
        V: Default,
    {
        if let Some(known) = self.get_mut(&key) {
            return change(known);
        }
        let mut value = V::default();
        let result = change(&mut value);
        self.insert(key, value);
        result
    }

    /// Returns the value that was there.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            Ok((number, place)) => {
                let known = self.piece(number)?.get_mut(place)?;
                Some(std::mem::replace(&mut known.1, value))
            }
            Err((number, place)) => {
                self.add(number, place, (key, value));
                None
            }
        }
    }

    fn add(&mut self, number: usize, place: usize, entry: (K, V)) {
        self.len += 1;
        let last = self.pieces.len().saturating_sub(1);
        let pieces = Rc::make_mut(&mut self.pieces);
        let Some(piece) = pieces.get_mut(number).map(Rc::make_mut) else {
            return pieces.push(Rc::new(vec![entry]));
        };
        // What comes in order fills one piece after the other.
        if piece.len() >= MOST && place == piece.len() && number == last {
            return pieces.push(Rc::new(vec![entry]));
        }
        piece.insert(place, entry);
        if piece.len() > MOST {
            let later = piece.split_off(MOST / 2);
            pieces.insert(number + 1, Rc::new(later));
        }
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let (number, place) = self.find(key).ok()?;
        self.len -= 1;
        let piece = self.piece(number)?;
        let (_, value) = piece.remove(place);
        if piece.is_empty() {
            Rc::make_mut(&mut self.pieces).remove(number);
        }
        Some(value)
    }
}

fn pair<K, V>((key, value): &(K, V)) -> (&K, &V) {
    (key, value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn it_does_what_a_map_does() {
        let (mut map, mut model) = (SortedMap::default(), BTreeMap::new());
        let mut number = 7;
        for step in 0..20_000_u64 {
            number = base::mix(number);
            let key = number % 700;
            if (number >> 32).is_multiple_of(4) {
                assert_eq!(map.remove(&key), model.remove(&key));
            } else {
                assert_eq!(map.insert(key, step), model.insert(key, step));
            }
            assert_eq!((map.len(), map.get(&key)), (model.len(), model.get(&key)));
        }
        assert!(map.iter().eq(model.iter()));
        for key in 0..701 {
            assert!(map.from(&key).eq(model.range(key..)));
        }
    }

    #[test]
    fn a_clone_keeps_its_content_and_most_pieces() {
        let mut map = SortedMap::default();
        for key in 0..10_000 {
            map.insert(key, key);
        }
        let before = map.clone();
        *map.get_mut(&5_000).unwrap() = 0;
        assert_eq!((before.get(&5_000), map.get(&5_000)), (Some(&5_000), Some(&0)));
        let shared = |(one, other): &(&Rc<_>, &Rc<_>)| Rc::ptr_eq(one, other);
        let shared = before.pieces.iter().zip(map.pieces.iter()).filter(shared).count();
        assert_eq!(shared + 1, before.pieces.len());
    }
}
