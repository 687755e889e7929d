use std::ops::Deref;
use std::rc::Rc;

/// A value that clones share until one of them changes it.
///
/// Two are equal only if they share their value, which is quick to tell: equal content alone does not count.
#[derive(Debug, Default)]
pub(crate) struct Shared<T>(Rc<T>);

impl<T: Clone> Shared<T> {
    pub(crate) fn edit(&mut self) -> &mut T {
        Rc::make_mut(&mut self.0)
    }
}

impl<T> From<T> for Shared<T> {
    fn from(value: T) -> Self {
        Self(Rc::new(value))
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
