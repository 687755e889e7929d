//! The log of requests and the chart of shares.

use super::{Glyph, Icon, time};
use crate::outcome_word::outcome_word;
use crate::requests::{LogRow, RequestDetails, Spread, SpreadBar};
use crate::say;
use crate::selection::Selection;
use crate::state::Action;
use playground::{Outcome, OutcomeClass};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct LogProps {
    /// Newest first.
    pub rows: Rc<Vec<LogRow>>,
    /// The details of the selected request.
    pub why: Option<RequestDetails>,
    /// What is no longer kept.
    pub forgotten: Option<String>,
    pub dispatch: Callback<Action>,
}

#[component]
pub fn Log(props: &LogProps) -> Html {
    if let Some(forgotten) = props.forgotten.as_ref().filter(|_| props.rows.is_empty()) {
        return html! { <p class="empty">{ forgotten }</p> };
    }
    if props.rows.is_empty() {
        return html! { <p class="empty">{ say::log_empty() }</p> };
    }
    let selected = props.why.as_ref().map(|why| why.number);
    let row = |row: &LogRow| {
        let number = row.number;
        let chosen = selected == Some(number);
        let dispatch = props.dispatch.clone();
        let onclick = move |_| {
            let selection = (!chosen).then_some(Selection::Request(number));
            dispatch.emit(Action::Select(selection));
        };
        let point = |to: Option<Selection>| {
            let dispatch = props.dispatch.clone();
            move |_: PointerEvent| dispatch.emit(Action::Point(to.clone()))
        };
        let (onpointerenter, onpointerleave) = (point(Some(Selection::Request(number))), point(None));
        html! {
            <tr key={number} class={classes!(chosen.then_some("chosen"))} {onclick} {onpointerenter} {onpointerleave}>
                <td class="number"><button class="row-button" type="button" aria-pressed={chosen.to_string()}
                    aria-label={say::log_details(&number)}>{ number }</button></td>
                <td title={row.from.clone()}>{ &row.from }</td>
                <td title={row.to.clone()}>{ &row.to }</td>
                <td class="outcome">{ outcome(row.outcome) }</td>
            </tr>
        }
    };
    // A number of more than four figures needs more room.
    let has_long = props.rows.iter().any(|row| row.number > 9_999);
    html! {
        <>
            <div class="log-rows">
                <table class={classes!("log", has_long.then_some("long"))}>
                    <thead><tr><th scope="col">{ "#" }</th><th scope="col">{ say::log_from() }</th><th scope="col">{ say::log_to() }</th>
                        <th scope="col" class="outcome">{ say::log_outcome() }</th></tr></thead>
                    <tbody>{ for props.rows.iter().map(row) }</tbody>
                </table>
                if let Some(forgotten) = &props.forgotten { <p class="log-forgotten">{ forgotten }</p> }
            </div>
            if let Some(why) = &props.why { { reason(why, &props.dispatch) } }
        </>
    }
}

fn reason(why: &RequestDetails, dispatch: &Callback<Action>) -> Html {
    let (dispatch, reveal) = (dispatch.clone(), dispatch.clone());
    html! {
        <div class="why" role="status">
            <div class="why-words">
                <p class="why-road"><strong>{ say::log_request(&why.number) }</strong>
                    { for why.road.iter().map(|place| html! { <span class="why-place">{ place }</span> }) }</p>
                <p>{ &why.reason }
                    if let Some((line, place, words)) = why.line {
                        { " " }<button type="button" class="why-line" onclick={move |_| reveal.emit(Action::Reveal(place))}>{ say::log_line(&words, &line) }</button>
                    }
                </p>
                <ol class="why-hops" aria-label={say::log_hops()}>
                    { for why.hops.iter().map(|(at, words)| html! { <li><span class="why-time">{ time(at.0) }</span><span>{ words }</span></li> }) }
                </ol>
            </div>
            <button class="quiet" type="button" aria-label={say::close()} onclick={move |_| dispatch.emit(Action::Select(None))}>
                <Icon of={Glyph::Close} />
            </button>
        </div>
    }
}

/// A word and a mark, as a state is never shown by colour alone.
fn outcome(outcome: Option<Outcome>) -> Html {
    let (class, word) = match outcome {
        None => ("way", say::under_way()),
        Some(outcome) => (
            match outcome.class() {
                OutcomeClass::Answered => "answered",
                OutcomeClass::Lost => "lost",
                OutcomeClass::Refused => "refused",
                OutcomeClass::Broken => "closed",
                OutcomeClass::Unknown => "unknown",
            },
            outcome_word(outcome),
        ),
    };
    html! { <span class={classes!("state", class)}><span class="state-mark" aria-hidden="true"></span>{ word }</span> }
}

#[derive(Properties, PartialEq)]
pub struct SharesProps {
    pub spreads: Rc<Vec<Spread>>,
}

#[component]
pub fn Shares(props: &SharesProps) -> Html {
    if props.spreads.is_empty() {
        return html! { <p class="empty">{ say::shares_empty() }</p> };
    }
    let bar = |bar: &SpreadBar| {
        let words = say::shares_bar(
            &bar.name,
            &bar.got,
            &format_args!("{:.0}", bar.share),
            &format_args!("{:.0}", bar.expected),
        );
        html! {
            <li class="bar" key={bar.name.clone()} aria-label={words}>
                <span class="bar-name" aria-hidden="true">{ &bar.name }</span>
                <span class="bar-track" aria-hidden="true">
                    <span class="bar-fill" style={format!("width:{:.2}%", bar.share)}></span>
                    <span class="bar-tick" style={format!("left:{:.2}%", bar.expected)}></span>
                </span>
                <span class="bar-share" aria-hidden="true">{ format!("{:.0} %", bar.share) }</span>
                <span class="bar-got" aria-hidden="true">{ bar.got }</span>
            </li>
        }
    };
    let spread = |spread: &Spread| {
        html! {
            <section class="spread" key={format!("{}/{}", spread.service.namespace, spread.service.name)}>
                <h2 class="spread-title">{ &spread.service.name }<span class="spread-count">{ say::shares_counted(spread.counted) }</span></h2>
                <ul class="bars">{ for spread.bars.iter().map(bar) }</ul>
            </section>
        }
    };
    html! {
        <div class="shares">
            { for props.spreads.iter().map(spread) }
            <p class="legend"><span class="legend-tick" aria-hidden="true"></span>
                { say::shares_legend() }</p>
        </div>
    }
}
