//! The text twin: tables of objects, and sentences of events.

use super::time;
use crate::announcer::Announcement;
use crate::selection::Selection;
use crate::state::Action;
use crate::twin::{ConnectionRow, PodRow, ServiceRow, Twin};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub twin: Rc<Twin>,
    /// Oldest first.
    pub lines: Rc<Vec<Announcement>>,
    pub dispatch: Callback<Action>,
}

#[component]
pub fn StageText(props: &Props) -> Html {
    let service = |row: &ServiceRow| {
        html! {
            <tr key={row.name.clone()}><th scope="row">{ &row.name }</th><td>{ &row.kind }</td><td>{ &row.address }</td>
                <td>{ &row.asked_by }</td><td>{ &row.leads_to }</td></tr>
        }
    };
    let pod = |row: &PodRow| {
        let action = Action::Select(Some(Selection::Pod(row.key.clone())));
        let dispatch = props.dispatch.clone();
        let point = |to: Option<Selection>| {
            let dispatch = props.dispatch.clone();
            move |_: PointerEvent| dispatch.emit(Action::Point(to.clone()))
        };
        let (onpointerenter, onpointerleave) = (point(Some(Selection::Pod(row.key.clone()))), point(None));
        html! {
            <tr key={row.name.clone()} {onpointerenter} {onpointerleave}>
                <th scope="row"><button type="button" class="row-button" onclick={move |_| dispatch.emit(action.clone())}>{ &row.name }</button></th>
                <td class="mono">{ &row.ip }</td><td>{ &row.node }</td><td>{ row.state }</td><td>{ &row.behind }</td>
            </tr>
        }
    };
    let connection = |row: &ConnectionRow| {
        let standing = if row.listed { "listed" } else { "no longer listed" };
        html! {
            <tr key={row.opened_by.to_string()}><th scope="row">{ &row.from }</th><td>{ &row.to }</td><td>{ &row.with }</td>
                <td>{ format!("request {}", row.opened_by) }</td><td>{ standing }</td></tr>
        }
    };
    html! {
        <div class="twin">
            <h2 class="twin-title">{ "What happens" }</h2>
            if props.lines.is_empty() {
                <p class="empty">{ "Press → to step from event to event; while playing, a summary appears every five seconds." }</p>
            }
            <ol class="twin-lines" tabindex="0">
                { for props.lines.iter().rev().map(|line| html! {
                    <li key={line.number}><span class="twin-time">{ time(line.at.0) }</span><span>{ &line.words }</span></li>
                }) }
            </ol>
            if !props.twin.services.is_empty() {
                <table class="twin-table">
                    <caption class="twin-title">{ "Services" }</caption>
                    <thead><tr><th scope="col">{ "name" }</th><th scope="col">{ "type" }</th><th scope="col">{ "reached at" }</th>
                        <th scope="col">{ "asked by" }</th><th scope="col">{ "leads to" }</th></tr></thead>
                    <tbody>{ for props.twin.services.iter().map(service) }</tbody>
                </table>
            }
            if !props.twin.connections.is_empty() {
                <table class="twin-table">
                    <caption class="twin-title">{ "Open connections" }</caption>
                    <thead><tr><th scope="col">{ "from" }</th><th scope="col">{ "to" }</th><th scope="col">{ "stays with" }</th>
                        <th scope="col">{ "opened by" }</th><th scope="col">{ "in EndpointSlices" }</th></tr></thead>
                    <tbody>{ for props.twin.connections.iter().map(connection) }</tbody>
                </table>
            }
            { for props.twin.forwards.iter().map(|words| html! { <p class="twin-title">{ words }</p> }) }
            if !props.twin.pods.is_empty() {
                <table class="twin-table">
                    <caption class="twin-title">{ "Pods" }</caption>
                    <thead><tr><th scope="col">{ "name" }</th><th scope="col">{ "address" }</th><th scope="col">{ "node" }</th>
                        <th scope="col">{ "state" }</th><th scope="col">{ "endpoint of" }</th></tr></thead>
                    <tbody>{ for props.twin.pods.iter().map(pod) }</tbody>
                </table>
            }
        </div>
    }
}
