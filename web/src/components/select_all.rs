//! A field whose text is there to be copied.

use web_sys::Element;
use yew::prelude::*;

/// Selects the whole text of a field that gets the focus.
#[allow(clippy::needless_pass_by_value, reason = "the shape of an event handler")]
pub(super) fn select_all(event: FocusEvent) {
    let element: Element = event.target_unchecked_into();
    if let Ok(select) = js_sys::Reflect::get(&element, &"select".into()) {
        let select: js_sys::Function = select.into();
        let _ = select.call0(&element);
    }
}
