//! What is wrong with the text, in a list under it: also for who can't hover.

use crate::state::Action;
use playground::{Diagnostic, Severity};
use std::rc::Rc;
use yew::prelude::*;

/// How many are listed.
const LISTED: usize = 20;

/// Properties of the list.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is to be told, each with its line.
    pub problems: Rc<Vec<(usize, Diagnostic)>>,
    /// What was done.
    pub dispatch: Callback<Action>,
}

/// The list; nothing where nothing is wrong.
#[component]
pub fn Problems(props: &Props) -> Html {
    if props.problems.is_empty() {
        return Html::default();
    }
    let one = |(line, diagnostic): &(usize, Diagnostic)| {
        let class = match diagnostic.severity {
            severity if severity.is_error() => "error",
            Severity::Warning => "warning",
            _ => "advice",
        };
        let place = diagnostic.range.start;
        let dispatch = props.dispatch.clone();
        let reveal = move |_| dispatch.emit(Action::Reveal(place));
        let fixes = diagnostic.fixes.iter().cloned().map(|fix| {
            let dispatch = props.dispatch.clone();
            let label = fix.label.clone();
            let mend = move |_| dispatch.emit(Action::ApplyFix(fix.clone()));
            html! { <button class="fix" type="button" onclick={mend}>{ label }</button> }
        });
        html! {
            <li class={classes!("problem", class)}>
                <button class="problem-line" type="button" onclick={reveal}>{ format!("line {line}") }</button>
                <div class="problem-words">
                    <code class="said">{ &diagnostic.message }</code>
                    if let Some(meaning) = &diagnostic.meaning { <p class="meaning">{ meaning }</p> }
                    if !diagnostic.fixes.is_empty() { <p class="fixes">{ for fixes }</p> }
                </div>
            </li>
        }
    };
    html! {
        <ul class="problems" aria-label="Problems in services.yaml" tabindex="0">
            { for props.problems.iter().take(LISTED).map(one) }
            if props.problems.len() > LISTED { <li class="problem more">{ format!("and {} more", props.problems.len() - LISTED) }</li> }
        </ul>
    }
}
