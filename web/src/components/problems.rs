//! The diagnostics of the text as a list below it, also for readers who cannot hover.

use crate::say;
use crate::state::Action;
use playground::{Diagnostic, Severity};
use std::rc::Rc;
use yew::prelude::*;

const LISTED: usize = 20;

#[derive(Properties, PartialEq)]
pub struct Props {
    /// With line numbers.
    pub problems: Rc<Vec<(usize, Diagnostic)>>,
    pub dispatch: Callback<Action>,
}

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
            let apply = move |_| dispatch.emit(Action::ApplyFix(fix.clone()));
            html! { <button class="fix" type="button" onclick={apply}>{ &*say::translated(&label) }</button> }
        });
        html! {
            <li class={classes!("problem", class)}>
                <button class="problem-line" type="button" onclick={reveal}>{ say::problem_line(&line) }</button>
                <div class="problem-words">
                    <code class="said">{ &*say::translated(&diagnostic.message) }</code>
                    if let Some(meaning) = &diagnostic.meaning { <p class="meaning">{ &*say::translated(meaning) }</p> }
                    if !diagnostic.fixes.is_empty() { <p class="fixes">{ for fixes }</p> }
                </div>
            </li>
        }
    };
    html! {
        <ul class="problems" aria-label={say::problems()} tabindex="0">
            { for props.problems.iter().take(LISTED).map(one) }
            if props.problems.len() > LISTED { <li class="problem more">{ say::and_more(&(props.problems.len() - LISTED)) }</li> }
        </ul>
    }
}
