//! Two scenarios side by side: the second has a session of its own, whose playhead follows the first.

use super::App;
use super::beside::Beside;
use super::timeline::length;
use crate::compare::{Compared, compared};
use crate::components::{Dialog, Pick, Playback, playback::TimelineMark};
use crate::live::Live;
use crate::port::Port;
use crate::say;
use crate::selection::Selection;
use crate::stage::{MapAction, Stage, Zoom};
use crate::state::{Action, Overlay};
use crate::{host, reader_worker};
use playground::Workload;
use std::rc::Rc;
use yew::prelude::*;

impl App {
    /// Opens the second scenario, or another one, or none.
    pub(super) fn follow_comparison(&mut self) {
        let Some(Overlay::Compare(wanted)) = &self.state.overlay else {
            self.beside = None;
            return;
        };
        if self.beside.as_ref().is_some_and(|beside| beside.of == *wanted) {
            return;
        }
        let Some(variant) = wanted.variants.get(wanted.chosen) else {
            return;
        };
        let live = reader_worker::live();
        live.on_heard(super::heard(&self.live, self.dispatch.clone()));
        host::ask_soon(&live);
        live.open(variant.scenario.clone());
        let follower = live.clone();
        let follows = self.live.subscribe(Rc::new(move |at| follower.seek(at)));
        self.beside = Some(Beside {
            live,
            of: wanted.clone(),
            zooms: Default::default(),
            _follows: follows,
        });
    }

    pub(super) fn comparison(&self) -> Html {
        let Some(beside) = &self.beside else {
            return Html::default();
        };
        let options = beside.of.variants.iter().enumerate();
        let options: Vec<(String, String)> = options
            .map(|(place, it)| (place.to_string(), it.label.clone()))
            .collect();
        let dispatch = self.dispatch.clone();
        let on_pick = move |word: String| {
            if let Ok(place) = word.parse() {
                dispatch.emit(Action::Compare(place));
            }
        };
        let marks: Rc<Vec<TimelineMark>> = self.timeline.borrow_mut().marks(&self.live);
        let [here, there] = &beside.zooms;
        html! {
            <Dialog title={say::compare_title()} class="dialog-compare" dispatch={self.dispatch.clone()}>
                <div class="compared-maps">
                    <figure><figcaption>{ say::compare_now() }</figcaption>{ self.map_of(&self.live, here) }</figure>
                    <figure>
                        <figcaption><Pick label={say::compare_beside_label()} {options} chosen={beside.of.chosen.to_string()} {on_pick} /></figcaption>
                        { self.map_of(&beside.live, there) }
                    </figure>
                </div>
                <Playback live={self.live.clone()} playing={self.live.playing()} speed={self.live.speed()} length={length(self.live.reached())}
                    {marks} zoom={100} dispatch={self.dispatch.clone()} />
                { self.compared_rows(&beside.live) }
                <button class="action" type="button" onclick={self.dispatch.reform(|_: MouseEvent| Action::CopyLink)}>{ say::compare_copy_link() }</button>
            </Dialog>
        }
    }

    fn map_of(&self, live: &Rc<Live>, zoom: &Port<Zoom>) -> Html {
        let state = &self.state;
        let replies = live.session.borrow().replies();
        html! {
            <div class="compared-map">
                <Stage live={live.clone()} revision={live.revision()} {replies} selected={None::<Selection>} pointed={state.pointed.clone()} points={Vec::new()}
                    told={None} only={None} reduced={state.reduced} theme={state.shown_theme()} zoom={zoom.clone()} on_select={Callback::<Selection>::noop()}
                    on_point={self.dispatch.reform(Action::Point)} on_action={Callback::<(Selection, MapAction)>::noop()}
                    on_scale={Callback::<(Workload, i64)>::noop()} on_zoom={Callback::<u32>::noop()} />
            </div>
        }
    }

    fn compared_rows(&self, other: &Live) -> Html {
        let (one, two) = (self.live.session.borrow(), other.session.borrow());
        if !two.is_ready() {
            return html! { <p class="compared-none">{ say::compare_reading() }</p> };
        }
        let rows = compared([&one, &two], self.live.at());
        if rows.is_empty() {
            return html! { <p class="compared-none">{ say::compare_none() }</p> };
        }
        let differ = rows.iter().filter(|row| row.differs).count();
        let caption = match differ {
            0 => say::compare_same().to_owned(),
            count => say::compare_differ(count),
        };
        html! {
            <div class="compared-rows" tabindex="0" role="group" aria-label={say::compare_ends()}>
                <table>
                    <caption>{ caption }</caption>
                    <thead><tr><th scope="col">{ say::compare_requests() }</th><th scope="col">{ say::compare_now() }</th><th scope="col">{ say::compare_beside() }</th></tr></thead>
                    <tbody>{ for rows.iter().map(row) }</tbody>
                </table>
            </div>
        }
    }
}

fn row(row: &Compared) -> Html {
    let cell = |words: &str| html! { <td>{ if words.is_empty() { say::compare_no_end() } else { words } }</td> };
    html! {
        <tr class={row.differs.then_some("differs")}>
            <th scope="row">{ format!("{} → {}", row.from, row.to) }if row.differs { <span class="unseen">{ say::compare_differs_mark() }</span> }</th>
            { cell(&row.ends[0]) }{ cell(&row.ends[1]) }
        </tr>
    }
}
