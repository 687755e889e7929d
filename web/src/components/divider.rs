//! A border between panes, movable by pointer and arrow keys.

use crate::host;
use crate::say;
use crate::state::{Action, Divider};
use web_sys::Element;
use yew::prelude::*;

const STEP: f64 = 2.0;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub which: Divider,
    pub percent: f64,
    pub dispatch: Callback<Action>,
}

#[component]
pub fn DividerHandle(props: &Props) -> Html {
    let Props {
        which,
        percent,
        dispatch,
    } = props;
    let (which, percent) = (*which, *percent);
    let (class, label, lies) = match which {
        Divider::Editor => ("divider divider-editor", say::divider_editor(), false),
        Divider::Output => ("divider divider-output", say::divider_outputs(), true),
        Divider::Log => ("divider divider-log", say::divider_log(), false),
        Divider::Terminal => ("divider divider-terminal", say::divider_terminal(), true),
    };
    let onpointerdown = |event: PointerEvent| {
        event.prevent_default();
        let element: Element = event.target_unchecked_into();
        let _ = element.set_pointer_capture(event.pointer_id());
    };
    let onpointermove = {
        let dispatch = dispatch.clone();
        move |event: PointerEvent| {
            let element: Element = event.target_unchecked_into();
            if !element.has_pointer_capture(event.pointer_id()) {
                return;
            }
            if let Some(percent) = host::percent_of_parent(&element, event.client_x(), event.client_y(), lies) {
                let percent = if which == Divider::Log {
                    100.0 - percent
                } else {
                    percent
                };
                dispatch.emit(Action::Divide(which, percent));
            }
        }
    };
    let onkeydown = {
        let dispatch = dispatch.clone();
        move |event: KeyboardEvent| {
            let grow = match (event.key().as_str(), which) {
                ("ArrowRight", Divider::Editor)
                | ("ArrowLeft", Divider::Log)
                | ("ArrowUp", Divider::Output | Divider::Terminal) => STEP,
                ("ArrowLeft", Divider::Editor)
                | ("ArrowRight", Divider::Log)
                | ("ArrowDown", Divider::Output | Divider::Terminal) => -STEP,
                _ => return,
            };
            event.prevent_default();
            dispatch.emit(Action::Divide(which, percent + grow));
        }
    };
    html! {
        <div {class} role="separator" tabindex="0" aria-label={label} aria-valuenow={format!("{percent:.0}")} aria-valuemin="16"
            aria-valuemax="72" aria-orientation={if lies { "horizontal" } else { "vertical" }} {onpointerdown} {onpointermove} {onkeydown}>
        </div>
    }
}
