//! Many requests at once: the share of each endpoint beside the expected one, and how long answers took.

use super::Pick;
use crate::at_once::{AtOnceResult, AtOnceRow, flow_words, grouped, span, whole};
use crate::say;
use crate::state::Action;
use playground::{FlowSpec, Latency};
use std::rc::Rc;
use yew::prelude::*;

/// The numbers of requests to choose from.
const COUNTS: [u64; 3] = [1_000, 100_000, 1_000_000];

#[derive(Properties, PartialEq)]
pub struct Props {
    /// The flows to choose from.
    pub flows: Rc<Vec<FlowSpec>>,
    /// The index of the flow chosen at first.
    pub first: usize,
    /// The latest result.
    pub done: Option<Rc<AtOnceResult>>,
    pub dispatch: Callback<Action>,
}

#[component]
pub fn ManyAtOnce(props: &Props) -> Html {
    let chosen = use_state(|| None::<usize>);
    let place = chosen.filter(|place| *place < props.flows.len()).unwrap_or(props.first);
    let Some(flow) = props.flows.get(place).cloned() else {
        return Html::default();
    };
    let options = props.flows.iter().enumerate();
    let options: Vec<(String, String)> = options
        .map(|(place, flow)| (place.to_string(), flow_words(flow)))
        .collect();
    let on_pick = move |word: String| chosen.set(word.parse().ok());
    let run = |count: u64| {
        let (dispatch, flow) = (props.dispatch.clone(), flow.clone());
        html! {
            <button class="action" type="button" aria-label={say::many_send(&grouped(count))}
                onclick={move |_| dispatch.emit(Action::SendAtOnce(flow.clone(), count))}>{ grouped(count) }</button>
        }
    };
    html! {
        <section class="at-once" aria-label={say::many_title()}>
            <h2 class="spread-title">{ say::many_title() }<span class="spread-count">{ say::many_unseen() }</span></h2>
            <div class="at-once-ask">
                <Pick label={say::many_who()} {options} chosen={place.to_string()} {on_pick} />
                { for COUNTS.into_iter().map(run) }
            </div>
            <div role="status">{ props.done.as_ref().map(|done| result(done)).unwrap_or_default() }</div>
        </section>
    }
}

fn result(done: &AtOnceResult) -> Html {
    let rows = done.rows();
    let most = rows
        .iter()
        .map(|row| row.share.max(row.expected))
        .fold(0.0, f64::max)
        .max(0.1)
        * 1.12;
    let longest = rows
        .iter()
        .filter_map(|row| row.latency)
        .map(|latency| latency.p99.0 * 11 / 10)
        .max()
        .unwrap_or(1)
        .max(1);
    let untold = done.untold();
    let ended: Vec<String> = done
        .outcomes()
        .iter()
        .map(|(word, count)| format!("{} {word}", grouped(*count)))
        .collect();
    html! {
        <>
            <p class="at-once-words">{ done.words() }</p>
            <p class="at-once-ended">{ ended.join(", ") }</p>
            <ul class="bars">{ for rows.iter().map(|row| bar(row, most, longest)) }</ul>
            if untold > 0 { <p class="legend">{ say::many_more(&untold) }</p> }
            if done.tally.is_sticky {
                <p class="legend">{ say::many_sticky() }</p>
            }
            if let Some(latency) = done.tally.latency { <p class="at-once-ended">{ latency_words(latency) }</p> }
            <p class="legend"><span class="legend-tick" aria-hidden="true"></span>
                { say::many_legend() }</p>
        </>
    }
}

fn latency_words(latency: Latency) -> String {
    say::many_latency(
        &span(latency.p50),
        &span(latency.p90),
        &span(latency.p99),
        &span(latency.longest),
    )
}

fn bar(row: &AtOnceRow, most: f64, longest: u64) -> Html {
    let took = row.latency.map_or_else(String::new, |latency| {
        say::many_took(&span(latency.p50), &span(latency.p99))
    });
    let words = say::many_bar(
        &row.name,
        &grouped(row.got),
        &say::with_own_decimal(&format_args!("{:.1}", row.share)),
        &say::with_own_decimal(&format_args!("{:.1}", row.expected)),
        &took,
    );
    let lasting = row.latency.map(|latency| {
        let at = |micros: u64| 100.0 * whole(micros) / whole(longest);
        let (from, to) = (at(latency.p50.0), at(latency.p99.0));
        format!("left:{from:.2}%;width:max(5px,{:.2}%)", to - from)
    });
    html! {
        <li class="bar" key={row.name.clone()} aria-label={words}>
            <span class="bar-name" aria-hidden="true">{ &row.name }</span>
            <span class="bar-both" aria-hidden="true">
                <span class="bar-track">
                    <span class="bar-fill" style={format!("width:{:.2}%", 100.0 * row.share / most)}></span>
                    <span class="bar-tick" style={format!("left:{:.2}%", 100.0 * row.expected / most)}></span>
                </span>
                <span class="bar-span">{ lasting.map(|style| html! { <span class="bar-lasting" {style}></span> }).unwrap_or_default() }</span>
            </span>
            <span class="bar-share" aria-hidden="true">{ say::with_own_decimal(&format_args!("{:.1} %", row.share)) }</span>
            <span class="bar-got" aria-hidden="true">{ row.latency.map_or_else(String::new, |latency| span(latency.p50)) }</span>
        </li>
    }
}
