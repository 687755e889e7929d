//! What kubectl prints, letter for letter.

use crate::outputs::Printed;
use std::rc::Rc;
use yew::prelude::*;

/// Properties of an output.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Commands and what they print.
    pub printed: Rc<Vec<Printed>>,
    /// An address to light up: the selected pod's.
    pub lit: Option<AttrValue>,
    /// Lines with this in them are lit as a whole.
    #[prop_or_default]
    pub fired: Option<AttrValue>,
    /// A plain sentence where kubectl's words alone would leave a learner puzzled.
    #[prop_or_default]
    pub note: Option<AttrValue>,
    /// What stands above.
    #[prop_or_default]
    pub children: Html,
}

/// An output.
#[component]
pub fn Output(props: &Props) -> Html {
    let one = |printed: &Printed| {
        html! {
            <div class="printed">
                <p class="command"><span class="prompt" aria-hidden="true">{ "$ " }</span>{ words(&printed.line) }</p>
                <pre class="screen" tabindex="0" role="region" aria-label={printed.line.clone()}>{ lines(&printed.text, props) }</pre>
            </div>
        }
    };
    html! {
        <div class="output">
            { props.children.clone() }
            if let Some(note) = &props.note { <p class="note">{ note }</p> }
            { for props.printed.iter().map(one) }
        </div>
    }
}

/// A command, broken between its words only: a name is never torn at a hyphen.
fn words(line: &str) -> Html {
    let word = |word: &str| html! { <><span class="word">{ word.to_owned() }</span>{ " " }</> };
    line.split(' ').map(word).collect()
}

/// The text; where whole lines may be lit, line by line.
fn lines(text: &str, props: &Props) -> Html {
    let Some(fired) = props.fired.as_deref().filter(|fired| !fired.is_empty()) else {
        return lit(text, props.lit.as_deref());
    };
    let one = |line: &str| {
        let class = contains(line, fired).then_some("fired");
        html! { <span {class}>{ line.to_owned() }{ "\n" }</span> }
    };
    text.lines().map(one).collect()
}

/// Whether the words stand there whole: an address does not stand in a longer one.
fn contains(line: &str, words: &str) -> bool {
    let goes_on = |rest: &str| rest.starts_with(|next: char| next.is_ascii_digit());
    line.split_once(words).is_some_and(|(_, rest)| !goes_on(rest))
}

/// The text with each whole occurrence of the address marked.
fn lit(text: &str, address: Option<&str>) -> Html {
    let Some(address) = address.filter(|address| !address.is_empty()) else {
        return html! { { text } };
    };
    let mut rest = text;
    let mut parts = Vec::new();
    while let Some((before, after)) = rest.split_once(address) {
        parts.push(html! { { before } });
        if after.starts_with(|next: char| next.is_ascii_digit()) {
            parts.push(html! { { address } });
        } else {
            parts.push(html! { <mark>{ address }</mark> });
        }
        rest = after;
    }
    parts.push(html! { { rest } });
    parts.into_iter().collect()
}
