//! Where elements are on the screen.

use crate::card_position::CardArea;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

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
    let (x, y) = crate::card_position::place((size.width(), size.height()), room, chosen, &others);
    let style = card.style();
    let _ = style.set_property("left", &format!("{x:.0}px"));
    let _ = style.set_property("top", &format!("{y:.0}px"));
}
