//! Sentences of an author, in which text between backticks is code.

use crate::say;
use yew::prelude::*;

pub fn prose(words: &str) -> Html {
    let part = |(place, part): (usize, &str)| {
        if place % 2 == 1 {
            html! { <code>{ part }</code> }
        } else {
            html! { { part } }
        }
    };
    html! { <>{ for say::translated(words.trim()).split('`').enumerate().map(part) }</> }
}
