//! Commands from the app to a component that holds a browser object, such as the editor's view.

use std::cell::RefCell;
use std::rc::Rc;
use yew::Callback;

/// The component connects when it is created; what is sent before that is lost.
pub struct Port<T>(Rc<RefCell<Option<Callback<T>>>>);

impl<T: 'static> Port<T> {
    /// Takes the place of a component that connected before.
    pub fn connect(&self, react: Callback<T>) {
        self.0.replace(Some(react));
    }

    pub fn send(&self, command: T) {
        let react = self.0.borrow().clone();
        if let Some(react) = react {
            react.emit(command);
        }
    }
}

impl<T> Default for Port<T> {
    fn default() -> Self {
        Self(Rc::default())
    }
}

impl<T> Clone for Port<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> PartialEq for Port<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
