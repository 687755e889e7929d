//! The stage with its card and notices, and the playback below it.

use super::App;
use super::timeline::length;
use crate::components::{Inspector, Playback};
use crate::say;
use crate::stage::Stage;
use crate::state::Action;
use yew::prelude::*;

/// So many bystanders are listed on hover.
const SHOWN: usize = 20;

impl App {
    pub(super) fn stage(&self) -> Html {
        let state = &self.state;
        let on_select = self.dispatch.reform(|selection| Action::Select(Some(selection)));
        let card = self.card().map(|card| {
            html! { <Inspector {card} narrow={state.narrow && !state.embed} dispatch={self.dispatch.clone()} /> }
        });
        html! {
            <section class="stage-frame" id="stage" aria-label={say::stage()}>
                <div class="stage-pane">
                <Stage live={self.live.clone()} revision={self.live.revision()} replies={self.live.session.borrow().replies()} selected={state.selection.clone()} pointed={state.pointed.as_ref().or(state.cursor.as_ref()).cloned()}
                    points={self.points()} told={self.caption()} only={self.only_request()} reduced={state.reduced} theme={state.shown_theme()} zoom={self.ports.zoom.clone()} {on_select} on_point={self.dispatch.reform(Action::Point)}
                    on_action={self.dispatch.reform(|(selection, action)| Action::Map(selection, action))}
                    on_scale={self.dispatch.reform(|(workload, replicas)| Action::Scale(workload, replicas))}
                    on_zoom={self.dispatch.reform(Action::Zoomed)} />
                if self.live.session.borrow().is_ready() { { self.empty_stage() } } else { <div class="stage-still">{ self.still.clone() }</div> }
                { card.unwrap_or_default() }
                </div>
                { self.unserved() }
                { self.caveats() }
                { self.bystanders() }
                { self.next_line() }
                if self.stale() {
                    <p class="stage-stale">{ say::stage_stale() }</p>
                }
            </section>
        }
    }

    /// How requests on the stage differ from those of a real cluster.
    pub(super) fn caveats(&self) -> Html {
        let session = self.live.session.borrow();
        let caveats = session.caveats(self.live.at());
        let Some(first) = caveats.first() else {
            return Html::default();
        };
        if caveats.len() == 1 {
            return html! { <p class="caveats" role="note">{ say::stage_differs(&say::translated(first)) }</p> };
        }
        html! {
            <details class="caveats">
                <summary>{ say::stage_differs_in(caveats.len()) }</summary>
                <ul>{ for caveats.iter().map(|caveat| html! { <li>{ &*say::translated(caveat) }</li> }) }</ul>
            </details>
        }
    }

    /// The objects that nothing on the stage stands for.
    fn bystanders(&self) -> Html {
        let bystanders = self.live.session.borrow().bystanders(self.live.at());
        let words = match bystanders.len() {
            0 => return Html::default(),
            count => say::stage_bystanders(count),
        };
        html! {
            <details class="caveats bystanders" title={bystanders.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("\n")}>
                <summary>{ words }</summary>
                <ul>{ for bystanders.iter().map(|name| html! { <li>{ name }</li> }) }</ul>
            </details>
        }
    }

    /// A hint in the middle of a stage on which nothing is.
    pub(super) fn empty_stage(&self) -> Html {
        let session = self.live.session.borrow();
        if !session.world(self.live.at()).pods.is_empty() || self.has_own_service() {
            return Html::default();
        }
        html! { <p class="stage-empty">{ say::stage_empty() }</p> }
    }

    /// A hint below pods that no Service leads to.
    pub(super) fn unserved(&self) -> Html {
        let session = self.live.session.borrow();
        if session.world(self.live.at()).pods.is_empty() || self.has_own_service() {
            return Html::default();
        }
        html! { <p class="caveats stage-unserved" role="note">{ say::stage_no_service() }</p> }
    }

    /// Whether there is a Service that the cluster did not bring.
    fn has_own_service(&self) -> bool {
        let session = self.live.session.borrow();
        let mut services = session.world(self.live.at()).services.iter();
        services.any(|service| *service.key.name != *"kubernetes")
    }

    pub(super) fn playback(&self, tail: Html) -> Html {
        let live = &self.live;
        let length = length(live.reached());
        let marks = self.timeline.borrow_mut().marks(live);
        html! {
            <Playback live={live.clone()} playing={live.playing()} speed={if self.state.first_story.is_off() { live.speed() } else { 100 }} {length} {marks} zoom={self.state.zoom} dispatch={self.dispatch.clone()}>
                { tail }
            </Playback>
        }
    }
}
