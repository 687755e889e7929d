//! The stage: a map of clients, Services and pods, and the requests on their way.
//!
//! Pure: [`plan`] and [`layout`] compute a [`scene`] from a world, [`course`] and [`dots`] the positions of requests on it.
//! Impure: [`paint`] draws them, [`view`] keeps the picture in step with the session, [`runner`] connects it to the browser, and the
//! component lays a button over each station ([`spots`]), so that the map can be used by keyboard.

mod arrival;
mod barriers;
mod camera;
mod caption;
mod course;
mod dots;
mod drawing;
mod focus;
mod forward_way;
mod forwards;
mod geometry;
mod gestures;
mod glide;
mod handles;
mod highlight;
mod history;
mod layout;
mod look_up;
mod map_action;
mod pace;
mod paint;
pub mod picture;
mod plan;
mod props;
mod room;
mod runner;
mod scene;
mod shares;
mod spots;
mod tag;
#[cfg(test)]
mod tests;
mod tubes;
mod view;

pub use camera::Zoom;
pub use map_action::MapAction;
pub use paint::{Palette, Sheet, token};
pub use room::Caption;
pub use tag::short as short_rule;
pub use tubes::connections;

use crate::selection::Selection;
use caption::CaptionView;
use props::Props;
use runner::{Callbacks, StageRunner};
use scene::Scene;
use spots::{Direction, Grids, Spots, SpotsProps};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlCanvasElement, HtmlElement};
use yew::prelude::*;

#[component]
pub fn Stage(props: &Props) -> Html {
    let view = use_node_ref();
    let canvas = use_node_ref();
    let scene = use_state(Rc::<Scene>::default);
    let focused = use_state(String::new);
    let running = use_mut_ref(|| None::<Rc<StageRunner>>);
    {
        let (view, canvas, scene, running) = (view.clone(), canvas.clone(), scene.setter(), running.clone());
        let (live, options, zoom) = (props.live.clone(), props.options(), props.on_zoom.clone());
        use_effect_with((), move |()| {
            let scene = Callback::from(move |new: Rc<Scene>| scene.set(new));
            let started = view.cast::<HtmlElement>().zip(canvas.cast::<HtmlCanvasElement>());
            let run = started.and_then(|(view, canvas)| {
                StageRunner::start(&live, &view, canvas, options, Callbacks { scene, zoom })
            });
            running.replace(run);
            move || drop(running.replace(None))
        });
    }
    {
        let running = running.clone();
        use_effect_with((props.revision, props.options()), move |(revision, options)| {
            if let Some(run) = running.borrow().as_ref() {
                run.stage.borrow_mut().set_rendered(*revision);
                run.stage.borrow_mut().set_options(options.clone());
                run.paint();
            }
        });
    }
    {
        let running = running.clone();
        use_effect_with(props.zoom.clone(), move |port| {
            port.connect(Callback::from(move |zoom| {
                if let Some(run) = running.borrow().as_ref() {
                    run.zoom(zoom);
                }
            }));
        });
    }
    let on_focus = {
        let (scene, focused, running) = (scene.clone(), focused.setter(), running.clone());
        Callback::from(move |station: String| {
            let spots = spots::spots(&scene);
            let spot = spots
                .iter()
                .find(|spot| spot.selection.as_ref().map(Selection::station).as_deref() == Some(&station));
            if let (Some(run), Some(spot)) = (running.borrow().as_ref(), spot) {
                run.reveal(spot.middle());
            }
            focused.set(station);
        })
    };
    let onkeydown = keys(&scene, &running);
    let onclick = pick(&scene, &running, &props.on_select);
    let ground = format!("width:{:.1}px;height:{:.1}px", scene.size.w, scene.size.h);
    let spots = SpotsProps {
        scene: (*scene).clone(),
        selected: props.selected.clone(),
        focused: (*focused).clone(),
        on_focus,
        on_select: props.on_select.clone(),
        on_point: props.on_point.clone(),
        on_action: props.on_action.clone(),
    };
    html! {
        <div class="stage" ref={view} {onkeydown}>
            <canvas class="stage-canvas" ref={canvas} aria-hidden="true"></canvas>
            <div class="stage-ground" style={ground} {onclick}>
                <Spots ..spots.clone() />
                <div class="stage-handles">{ for handles::handles(&scene, props) }</div>
                <Grids ..spots />
            </div>
            if let Some(caption) = props.told.clone() {
                <CaptionView {caption} scene={(*scene).clone()} running={running.clone()} />
            }
        </div>
    }
}

/// A click beside the stations selects the request or the grain at that point.
fn pick(
    scene: &Rc<Scene>,
    running: &Rc<std::cell::RefCell<Option<Rc<StageRunner>>>>,
    on_select: &Callback<Selection>,
) -> Callback<MouseEvent> {
    let grain = spots::pick_grain(scene, on_select);
    let (running, on_select) = (running.clone(), on_select.clone());
    Callback::from(move |event: MouseEvent| {
        let request = running.borrow().as_ref().and_then(|run| run.request_at(&event));
        match request {
            Some(number) => on_select.emit(Selection::Request(number)),
            None => grain.emit(event),
        }
    })
}

/// Arrow keys move to the next station; + − 0 zoom.
fn keys(scene: &Rc<Scene>, running: &Rc<std::cell::RefCell<Option<Rc<StageRunner>>>>) -> Callback<KeyboardEvent> {
    let (scene, running) = (scene.clone(), running.clone());
    Callback::from(move |event: KeyboardEvent| {
        if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let zoom = match event.key().as_str() {
            "+" | "=" => Some(Zoom::In),
            "-" | "\u{2212}" => Some(Zoom::Out),
            "0" => Some(Zoom::Fit),
            _ => None,
        };
        if let (Some(zoom), Some(run)) = (zoom, running.borrow().as_ref()) {
            event.prevent_default();
            run.zoom(zoom);
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let here = target.as_ref().and_then(|target| target.get_attribute("data-station"));
        if let (Some(direction), Some(here)) = (Direction::of(&event.key()), here) {
            event.prevent_default();
            let next = spots::neighbour(&spots::spots(&scene), &here, direction);
            let map = target.and_then(|target| target.parent_element());
            if let (Some(next), Some(map)) = (next, map) {
                spots::focus(&map, &next.station());
            }
        }
    })
}
