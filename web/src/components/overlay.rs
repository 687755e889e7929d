//! The menu of scenarios and the dialogs.

use super::{Glyph, Icon};
use crate::scenarios::{self, Lesson};
use crate::state::{Action, Overlay};
use web_sys::{Element, HtmlDialogElement, HtmlElement};
use yew::prelude::*;

const KEYS: [(&str, &str); 21] = [
    ("Space", "play or pause"),
    ("→ ←", "next event, previous event"),
    ("⇧→ ⇧←", "next change or failure, previous one"),
    ("Home End", "beginning, latest moment"),
    (
        "+ − 0",
        "zoom in, zoom out, show the whole map; also Ctrl with the wheel",
    ),
    ("arrows", "on the map: move from station to station"),
    ("Enter", "on a station: show what it is and what you can do with it"),
    ("R", "make the pod not ready, or ready"),
    ("Del", "delete the pod"),
    ("L", "edit the pod's labels"),
    ("W", "make the pod slow, or normal again"),
    ("S B", "send one request from the station, or fifty"),
    ("[ ]", "one replica fewer, one more"),
    ("Ctrl Z", "outside the editor and the terminal: undo the last action"),
    ("F8", "in the editor: next problem"),
    ("Tab", "in the terminal: complete the command"),
    ("↑ ↓", "in the terminal: earlier command, later command"),
    (
        "Ctrl C D L",
        "in the terminal: cancel the line, end the input, clear the screen",
    ),
    ("Esc, then Tab", "leave the editor or the terminal"),
    ("Esc", "close what is open, then clear the selection"),
    ("?", "this list"),
];

#[derive(Properties, PartialEq)]
pub struct Props {
    pub overlay: Overlay,
    /// Without the fragment.
    pub address: AttrValue,
    /// Whether there is an earlier scenario to go back to.
    pub earlier: bool,
    /// The current one.
    pub lesson: Option<&'static Lesson>,
    pub dispatch: Callback<Action>,
}

#[component]
pub fn Overlays(props: &Props) -> Html {
    match &props.overlay {
        Overlay::Scenarios => {
            html! { <Menu lesson={props.lesson} earlier={props.earlier} dispatch={props.dispatch.clone()} /> }
        }
        Overlay::Embed(fragment) => {
            let snippet = snippet(&props.address, fragment);
            let copy = {
                let (dispatch, snippet) = (props.dispatch.clone(), snippet.clone());
                move |_| dispatch.emit(Action::CopySnippet(snippet.clone()))
            };
            html! {
                <Dialog title="Embed the stage in a page" dispatch={props.dispatch.clone()}>
                    <p>{ "The frame shows the stage and its playback as they are now. It loads nothing from other sites and only needs permission to run scripts." }</p>
                    <textarea class="snippet" readonly=true rows="5" aria-label="Snippet" value={snippet} onfocus={select_all} />
                    <button class="primary" type="button" onclick={copy}>{ "Copy snippet" }</button>
                </Dialog>
            }
        }
        Overlay::Link(fragment) => html! {
            <Dialog title="Copy the link" dispatch={props.dispatch.clone()}>
                <p>{ "The browser does not let this page copy. Please copy the link by hand." }</p>
                <input class="link" readonly=true aria-label="Link" value={format!("{}#{fragment}", props.address)} onfocus={select_all} />
            </Dialog>
        },
        Overlay::Help => html! {
            <Dialog title="Keys" dispatch={props.dispatch.clone()}>
                <dl class="keys">
                    { for KEYS.iter().map(|(key, words)| html! { <div><dt><kbd>{ *key }</kbd></dt><dd>{ *words }</dd></div> }) }
                </dl>
                <p class="help-truth">{ "Everything runs in this page: a small simulated cluster of Kubernetes v1.36 with its own DNS. Each hop takes 420 ms, so that you can follow it; on a real node it takes microseconds. Nothing you type leaves your machine." }</p>
            </Dialog>
        },
    }
}

fn snippet(address: &str, fragment: &str) -> String {
    format!(
        "<iframe src=\"{address}?embed&amp;view=stage#{fragment}\"\n  title=\"Requests through a Kubernetes Service\" width=\"640\" height=\"400\"\n  style=\"border:0\" sandbox=\"allow-scripts\"></iframe>"
    )
}

#[allow(clippy::needless_pass_by_value, reason = "the shape of an event handler")]
fn select_all(event: FocusEvent) {
    let element: Element = event.target_unchecked_into();
    if let Ok(select) = js_sys::Reflect::get(&element, &"select".into()) {
        let select: js_sys::Function = select.into();
        let _ = select.call0(&element);
    }
}

#[derive(Properties, PartialEq)]
struct DialogProps {
    title: AttrValue,
    dispatch: Callback<Action>,
    children: Html,
}

#[component]
fn Dialog(props: &DialogProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                let _ = dialog.show_modal();
            }
        });
    }
    let dispatch = props.dispatch.clone();
    let on_close = move |_: Event| dispatch.emit(Action::Close);
    // Closed by itself, the dialog gives the focus back to where it came from.
    let close = {
        let node = node.clone();
        Callback::from(move |()| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        })
    };
    // The dialog fills its box: what is hit outside of that is the veil, and hits the dialog itself.
    let on_veil = {
        let (close, node) = (close.clone(), node.clone());
        move |event: MouseEvent| {
            if event
                .target()
                .is_some_and(|target| node.get().is_some_and(|node| *node == target))
            {
                close.emit(());
            }
        }
    };
    html! {
        <dialog class="dialog" ref={node} aria-labelledby="dialog-title" onclose={on_close} onclick={on_veil}>
            <div class="dialog-body">
                <div class="card-head">
                    <h2 id="dialog-title" class="dialog-title">{ &props.title }</h2>
                    <button class="quiet" type="button" aria-label="Close" onclick={close.reform(|_: MouseEvent| ())}><Icon of={Glyph::Close} /></button>
                </div>
                { props.children.clone() }
            </div>
        </dialog>
    }
}

#[derive(Properties, PartialEq)]
struct MenuProps {
    lesson: Option<&'static Lesson>,
    earlier: bool,
    dispatch: Callback<Action>,
}

#[component]
fn Menu(props: &MenuProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            let first = node
                .cast::<Element>()
                .and_then(|menu| menu.query_selector("[role=menuitem]").ok().flatten());
            focus(first);
            || crate::host::focus("scenario")
        });
    }
    let onkeydown = {
        let dispatch = props.dispatch.clone();
        move |event: KeyboardEvent| {
            let item: Element = event.target_unchecked_into();
            let item = item.closest("li").ok().flatten();
            let next = match event.key().as_str() {
                "ArrowDown" => item.and_then(|item| item.next_element_sibling()),
                "ArrowUp" => item.and_then(|item| item.previous_element_sibling()),
                "Home" => item.and_then(|item| item.parent_element()?.first_element_child()),
                "End" => item.and_then(|item| item.parent_element()?.last_element_child()),
                "Tab" => {
                    dispatch.emit(Action::Close);
                    None
                }
                _ => return,
            };
            event.prevent_default();
            focus(next.and_then(|item| item.first_element_child()));
        }
    };
    let item = |title: &str, about: &str, current: bool, action: Action| {
        let dispatch = props.dispatch.clone();
        html! {
            <li role="none">
                <button class="menu-item" role="menuitem" type="button" tabindex="-1" aria-current={current.then_some("true")}
                    onclick={move |_| dispatch.emit(action.clone())}>
                    <span class="menu-title">{ title.to_owned() }</span><span class="menu-about">{ about.to_owned() }</span>
                </button>
            </li>
        }
    };
    let lessons = scenarios::ALL.iter().map(|lesson| {
        let current = props.lesson.is_some_and(|current| std::ptr::eq(current, lesson));
        item(lesson.title, lesson.about, current, Action::Choose(lesson))
    });
    let close = {
        let dispatch = props.dispatch.clone();
        move |_| dispatch.emit(Action::Close)
    };
    html! {
        <>
            <div class="menu-veil" onclick={close}></div>
            <nav aria-label="Scenarios">
            <ul class="menu" role="menu" aria-label="Scenarios" ref={node} {onkeydown}>
                if props.earlier { { item("Your earlier text", "What you worked on before, with all your changes.", false, Action::Earlier) } }
                { for lessons }
            </ul>
            </nav>
        </>
    }
}

fn focus(element: Option<Element>) {
    use wasm_bindgen::JsCast;
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
