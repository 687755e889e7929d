//! Printed output, letter for letter.

use crate::mentions::{Mentions, SEARCHED};
use crate::outputs::Printout;
use crate::selection::Selection;
use crate::state::Action;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub printed: Rc<Vec<Printout>>,
    /// The objects that words of the output mention.
    pub things: Rc<Mentions>,
    /// Words that mention this are highlighted.
    pub lit: Option<Selection>,
    /// Lines equal to one of these are highlighted as a whole.
    #[prop_or_default]
    pub fired: Rc<Vec<String>>,
    /// Whether lines that mention [`Self::lit`] are highlighted as a whole.
    #[prop_or_default]
    pub by_line: bool,
    /// An explanation above the output.
    #[prop_or_default]
    pub note: Option<AttrValue>,
    /// Above the output.
    #[prop_or_default]
    pub children: Html,
    pub dispatch: Callback<Action>,
}

#[component]
pub fn Output(props: &Props) -> Html {
    let one = |printed: &Printout| {
        html! {
            <div class="printed">
                <p class="command"><span class="prompt" aria-hidden="true">{ "$ " }</span>{ words(&printed.line) }</p>
                <pre class="screen" tabindex="0" role="region" aria-label={printed.line.clone()}>{ lines(&printed.text, props) }</pre>
            </div>
        }
    };
    let point = props.dispatch.reform(Action::Point);
    let onpointerover = {
        let point = point.clone();
        move |event: PointerEvent| point.emit(pointed_at(&event))
    };
    let onpointerleave = move |_: PointerEvent| point.emit(None);
    let dispatch = props.dispatch.clone();
    let onclick = move |event: MouseEvent| {
        // A Service would be described in place of what is read here.
        let thing = pointed_at(&event).filter(|thing| !matches!(thing, Selection::Service(_)));
        if let Some(thing) = thing {
            dispatch.emit(Action::Select(Some(thing)));
        }
    };
    html! {
        <div class="output" {onpointerover} {onpointerleave} {onclick}>
            { props.children.clone() }
            if let Some(note) = &props.note { <p class="note">{ note }</p> }
            { for props.printed.iter().map(one) }
        </div>
    }
}

/// The object that the word under the pointer mentions.
fn pointed_at(event: &web_sys::Event) -> Option<Selection> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let word = target.closest("[data-thing]").ok()??;
    Selection::read(&word.get_attribute("data-thing")?)
}

/// Breaks lines between words only, so that names with hyphens stay whole.
fn words(line: &str) -> Html {
    let word = |word: &str| html! { <><span class="word">{ word.to_owned() }</span>{ " " }</> };
    line.split(' ').map(word).collect()
}

/// The text, with mentions marked.
fn lines(text: &str, props: &Props) -> Html {
    let all = text.split_inclusive('\n').enumerate();
    all.map(|(index, text)| {
        if index < SEARCHED {
            line(text, props)
        } else {
            html! { { text } }
        }
    })
    .collect()
}

fn line(text: &str, props: &Props) -> Html {
    let parts = props.things.parts(text);
    let speaks = |thing: Option<&Selection>| thing.is_some() && thing == props.lit.as_ref();
    let has_fired = props.fired.iter().any(|fired| text.trim_end() == fired)
        || (props.by_line && parts.iter().any(|(_, thing)| speaks(*thing)));
    let part = |(text, thing): &(&str, Option<&Selection>)| match thing {
        None => html! { { *text } },
        Some(known) if speaks(*thing) && !has_fired => {
            html! { <mark class="thing" data-thing={known.station()}>{ *text }</mark> }
        }
        Some(known) => html! { <span class="thing" data-thing={known.station()}>{ *text }</span> },
    };
    let words: Html = parts.iter().map(part).collect();
    if has_fired {
        html! { <span class="fired">{ words }</span> }
    } else {
        words
    }
}
