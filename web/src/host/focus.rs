//! Focus, selection and places of elements.

use super::browser::{document, window};
use crate::card_position::{self, CardArea};
use wasm_bindgen::prelude::*;
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

/// The position of a pointer in the parent of `element`, in percent from the left or from the bottom.
pub fn percent_of_parent(element: &Element, x: i32, y: i32, from_bottom: bool) -> Option<f64> {
    let area = element.parent_element()?.get_bounding_client_rect();
    Some(if from_bottom {
        100.0 * (area.bottom() - f64::from(y)) / area.height().max(1.0)
    } else {
        100.0 * (f64::from(x) - area.left()) / area.width().max(1.0)
    })
}

/// Places `card` near a station, where it hides as little of the other stations as possible.
pub fn place_beside(card: &HtmlElement, station: &str) {
    let Some(area) = card.parent_element() else { return };
    let bounds = area.get_bounding_client_rect();
    let inside = |element: &Element| {
        let place = element.get_bounding_client_rect();
        CardArea {
            x: place.left() - bounds.left(),
            y: place.top() - bounds.top(),
            width: place.width(),
            height: place.height(),
        }
    };
    let Ok(all) = area.query_selector_all("[data-station]") else {
        return;
    };
    let stations = (0..all.length()).filter_map(|index| all.get(index)?.dyn_into::<Element>().ok());
    let (mut chosen, mut others) = (None, Vec::new());
    for element in stations {
        others.push(inside(&element).with_words());
        if element.get_attribute("data-station").as_deref() == Some(station) {
            chosen = Some(inside(&element));
        }
    }
    let size = card.get_bounding_client_rect();
    let room = CardArea {
        x: 0.0,
        y: 0.0,
        width: bounds.width(),
        height: bounds.height(),
    };
    let (x, y) = card_position::place((size.width(), size.height()), room, chosen, &others);
    let style = card.style();
    let _ = style.set_property("left", &format!("{x:.0}px"));
    let _ = style.set_property("top", &format!("{y:.0}px"));
}
