//! The text twin: tables of objects, and sentences of events.

use super::time;
use crate::announcer::Announcement;
use crate::say;
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
        let standing = if row.listed {
            say::twin_listed()
        } else {
            say::twin_unlisted()
        };
        html! {
            <tr key={row.opened_by.to_string()}><th scope="row">{ &row.from }</th><td>{ &row.to }</td><td>{ &row.with }</td>
                <td>{ say::twin_request(&row.opened_by) }</td><td>{ standing }</td></tr>
        }
    };
    html! {
        <div class="twin">
            <h2 class="twin-title">{ say::what_happens() }</h2>
            if props.lines.is_empty() {
                <p class="empty">{ say::twin_empty() }</p>
            }
            <ol class="twin-lines" tabindex="0">
                { for props.lines.iter().rev().map(|line| html! {
                    <li key={line.number}><span class="twin-time">{ time(line.at.0) }</span><span>{ &line.words }</span></li>
                }) }
            </ol>
            if !props.twin.services.is_empty() {
                <table class="twin-table">
                    <caption class="twin-title">{ "Services" }</caption>
                    <thead><tr><th scope="col">{ say::twin_name() }</th><th scope="col">{ say::twin_type() }</th><th scope="col">{ say::twin_reached() }</th>
                        <th scope="col">{ say::twin_asked_by() }</th><th scope="col">{ say::twin_leads_to() }</th></tr></thead>
                    <tbody>{ for props.twin.services.iter().map(service) }</tbody>
                </table>
            }
            if !props.twin.connections.is_empty() {
                <table class="twin-table">
                    <caption class="twin-title">{ say::twin_connections() }</caption>
                    <thead><tr><th scope="col">{ say::log_from() }</th><th scope="col">{ say::log_to() }</th><th scope="col">{ say::twin_stays() }</th>
                        <th scope="col">{ say::twin_opened() }</th><th scope="col">{ say::twin_in_slices() }</th></tr></thead>
                    <tbody>{ for props.twin.connections.iter().map(connection) }</tbody>
                </table>
            }
            { for props.twin.forwards.iter().map(|words| html! { <p class="twin-title">{ words }</p> }) }
            if !props.twin.pods.is_empty() {
                <table class="twin-table">
                    <caption class="twin-title">{ "Pods" }</caption>
                    <thead><tr><th scope="col">{ say::twin_name() }</th><th scope="col">{ say::twin_address() }</th><th scope="col">{ "node" }</th>
                        <th scope="col">{ say::twin_state() }</th><th scope="col">{ say::twin_endpoint_of() }</th></tr></thead>
                    <tbody>{ for props.twin.pods.iter().map(pod) }</tbody>
                </table>
            }
        </div>
    }
}
