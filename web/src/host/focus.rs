//! Focus and selection.

use super::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Whether the reader has selected text of the page, as for copying.
pub fn text_is_selected() -> bool {
    let selection = window().and_then(|window| window.get_selection().ok().flatten());
    selection.is_some_and(|selection| !selection.is_collapsed())
}

pub fn focus(id: &str) {
    let element = document().and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Focuses the element before or after `element` among those of an area that match a selector.
pub fn focus_neighbour(element: &Element, area: &str, selector: &str, step: i32) {
    let all = element.closest(area).ok().flatten();
    let Some(all) = all.and_then(|area| area.query_selector_all(selector).ok()) else {
        return;
    };
    let places = i32::try_from(all.length()).unwrap_or(i32::MAX);
    let own = (0..all.length()).find(|place| all.get(*place).is_some_and(|other| other == *element.unchecked_ref()));
    let next = own.and_then(|own| i32::try_from(own).ok()).map_or(0, |own| own + step);
    let next = u32::try_from(next.clamp(0, places - 1)).ok();
    if let Some(next) = next.and_then(|place| all.get(place)?.dyn_into::<HtmlElement>().ok()) {
        let _ = next.focus();
    }
}

/// Focuses the first input that matches a selector and selects its text.
pub fn focus_and_select(selector: &str) {
    let element = document().and_then(|document| document.query_selector(selector).ok().flatten());
    if let Some(input) = element.and_then(|element| element.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        let _ = input.focus();
        input.select();
    }
}
