//! A sentence on the map.

use super::geometry::Point;
use super::room::{Caption, LEAST_HIDDEN, Room};
use super::runner::StageRunner;
use super::scene::{Scene, Size};
use crate::prose::prose;
use std::rc::Rc;
use web_sys::HtmlElement;
use yew::prelude::*;

#[derive(Properties)]
pub(super) struct Props {
    pub caption: Caption,
    /// Changes when the map does.
    pub scene: Rc<Scene>,
    pub running: Rc<std::cell::RefCell<Option<Rc<StageRunner>>>>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        self.caption == other.caption && Rc::ptr_eq(&self.scene, &other.scene)
    }
}

/// The sentence, where there is room for it.
#[component]
pub(super) fn CaptionView(props: &Props) -> Html {
    let node = use_node_ref();
    {
        let (node, running) = (node.clone(), props.running.clone());
        let depends = (props.caption.clone(), Rc::as_ptr(&props.scene).addr());
        use_effect_with(depends, move |(caption, _)| {
            let running = running.borrow().clone();
            if let (Some(element), Some(running)) = (node.cast::<HtmlElement>(), running) {
                settle(&element, &running.room(caption));
            }
        });
    }
    // The page says it to readers who do not see the map.
    html! { <p class="stage-caption" ref={node} aria-hidden="true">{ prose(&props.caption.words) }</p> }
}

/// Tries a few widths, and puts the sentence where it costs least.
fn settle(element: &HtmlElement, room: &Room) {
    /// In rem.
    const WIDTHS: [u32; 4] = [17, 14, 11, 9];
    let style = element.style();
    let mut best = (0, Point::default(), f64::INFINITY);
    for rem in WIDTHS {
        let _ = style.set_property("max-width", &format!("{rem}rem"));
        let size = Size {
            w: f64::from(element.offset_width()),
            h: f64::from(element.offset_height()),
        };
        let (at, cost) = room.place(size);
        // A narrower one has to be worth its lines.
        if cost + 20.0 < best.2 {
            best = (rem, at, cost);
        }
    }
    let (rem, at, cost) = best;
    // Rather below the map than over its names.
    let hides = cost >= LEAST_HIDDEN;
    if let Ok(Some(frame)) = element.closest(".stage-frame") {
        let _ = frame.class_list().toggle_with_force("told-below", hides);
    }
    let _ = style.set_property("max-width", &format!("{rem}rem"));
    let _ = style.set_property("transform", &format!("translate({:.0}px,{:.0}px)", at.x, at.y));
    let _ = element.class_list().add_1("settled");
}
