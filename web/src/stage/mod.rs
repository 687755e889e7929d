//! The stage: a map of clients, Services and pods, and the requests on their way.
//!
//! [`layout`] sets the map from a world and [`dots`] says where requests are: both pure. [`paint`] draws them, [`show`] keeps the
//! picture true to the session, and the component lays a button over each station, so that the map can be walked by keyboard.

mod dots;
mod geometry;
mod glide;
mod layout;
mod paint;
mod plan;
mod scene;
mod shares;
mod show;
#[cfg(test)]
mod tests;

use crate::live::{Live, Subscription};
use crate::selection::Selection;
use crate::theme::Theme;
use geometry::Point;
use playground::Client;
use scene::{Grid, Mark, Scene, Size, Who};
use show::{Show, Wishes};
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;
use web_sys::{HtmlCanvasElement, HtmlElement, ResizeObserver};
use yew::prelude::*;

/// Properties of the stage.
#[derive(Properties)]
pub struct Props {
    /// The session and the playhead.
    pub live: Rc<Live>,
    /// Counts the changes of the session.
    pub revision: u64,
    /// What is selected.
    pub selected: Option<Selection>,
    /// Whether the reader wants less motion.
    pub reduced: bool,
    /// The theme in force.
    pub theme: Theme,
    /// Called with what was picked.
    pub on_select: Callback<Selection>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.live, &other.live)
            && self.revision == other.revision
            && self.selected == other.selected
            && (self.reduced, self.theme) == (other.reduced, other.theme)
    }
}

impl Props {
    fn wishes(&self) -> Wishes {
        Wishes {
            selected: self.selected.clone(),
            reduced: self.reduced,
            theme: self.theme,
        }
    }
}

/// The stage.
#[component]
pub fn Stage(props: &Props) -> Html {
    let view = use_node_ref();
    let canvas = use_node_ref();
    let scene = use_state(Rc::<Scene>::default);
    let running = use_mut_ref(|| None::<Rc<Running>>);
    {
        let (view, canvas, scene, running) = (view.clone(), canvas.clone(), scene.setter(), running.clone());
        let (live, wishes) = (props.live.clone(), props.wishes());
        use_effect_with((), move |()| {
            let on_scene = Callback::from(move |new: Rc<Scene>| scene.set(new));
            let started = view.cast::<HtmlElement>().zip(canvas.cast::<HtmlCanvasElement>());
            let run = started.and_then(|(view, canvas)| Running::start(&live, &view, canvas, wishes, on_scene));
            running.replace(run);
            move || drop(running.replace(None))
        });
    }
    {
        let running = running.clone();
        use_effect_with((props.revision, props.wishes()), move |(_, wishes)| {
            if let Some(run) = running.borrow().as_ref() {
                run.show.borrow_mut().wish(wishes.clone());
                run.paint();
            }
        });
    }
    let onscroll = {
        let running = running.clone();
        Callback::from(move |event: Event| {
            if let (Some(run), Some(view)) = (running.borrow().as_ref(), event.target_dyn_into::<HtmlElement>()) {
                run.scrolled(&view);
            }
        })
    };
    let onclick = pick_grain(&scene, &props.on_select);
    let ground = format!("width:{:.1}px;height:{:.1}px", scene.size.w, scene.size.h);
    html! {
            <div class="stage" ref={view} {onscroll}>
                <div class="stage-ground" style={ground} {onclick}>
                    <canvas class="stage-canvas" ref={canvas} aria-hidden="true"></canvas>
                    // A list of its own, so that its length never moves the canvas.
                    <div class="stage-spots">{ for spots(&scene).into_iter().map(|spot| spot.button(props)) }</div>
                    <div class="stage-grids">{ for scene.grids.iter().map(|grid| grid_button(grid, props)) }</div>
                </div>
            </div>
    }
}

/// What is to be picked at a place on the map.
struct Spot {
    selection: Option<Selection>,
    at: Point,
    half: Size,
    described: String,
}

impl Spot {
    fn button(self, props: &Props) -> Html {
        let place = format!(
            "left:{:.1}px;top:{:.1}px;width:{:.1}px;height:{:.1}px",
            self.at.x - self.half.w,
            self.at.y - self.half.h,
            self.half.w * 2.0,
            self.half.h * 2.0
        );
        let Some(selection) = self.selection else {
            return html! {
                <span key={self.described.clone()} class="stage-spot" style={place} role="img" aria-label={self.described}></span>
            };
        };
        let station = selection.station();
        let pressed = props
            .selected
            .as_ref()
            .is_some_and(|selected| selected.station() == station);
        let onclick = {
            let (on_select, selection) = (props.on_select.clone(), selection.clone());
            Callback::from(move |event: MouseEvent| {
                event.stop_propagation();
                on_select.emit(selection.clone());
            })
        };
        html! {
            <button key={station.clone()} type="button" class="stage-spot" style={place} data-station={station}
                aria-label={self.described.clone()} aria-pressed={pressed.to_string()} title={self.described} {onclick}></button>
        }
    }
}

/// Everything that has a button of its own; grains of a grid share one.
fn spots(scene: &Scene) -> Vec<Spot> {
    /// The least a finger meets, halved.
    const REACH: f64 = 13.0;
    let mut spots: Vec<Spot> = scene
        .stations
        .iter()
        .filter(|(_, station)| station.mark != Mark::Grain)
        .map(|(who, station)| {
            let reach = (station.radius + 5.0).max(REACH);
            Spot {
                selection: selection(who),
                at: station.at,
                half: Size { w: reach, h: reach },
                described: station.described.clone(),
            }
        })
        .collect();
    spots.extend(scene.interchanges.iter().map(|(key, interchange)| Spot {
        selection: Some(Selection::Service(key.clone())),
        at: interchange.at,
        half: Size {
            w: interchange.half.w + 5.0,
            h: interchange.half.h + 5.0,
        },
        described: interchange.described.clone(),
    }));
    spots.extend(scene.aside.iter().map(|aside| {
        let right = aside.label.rect.right() + 6.0;
        let left = aside.at.x - 10.0;
        Spot {
            selection: Some(Selection::Service(playground::Key {
                namespace: "default".to_owned(),
                name: "kubernetes".to_owned(),
            })),
            at: Point::new(f64::midpoint(left, right), aside.at.y),
            half: Size {
                w: (right - left) / 2.0,
                h: REACH,
            },
            described: aside.described.clone(),
        }
    }));
    // From left to right and top to bottom, as it is read.
    spots.sort_by(|one, other| one.at.x.total_cmp(&other.at.x).then(one.at.y.total_cmp(&other.at.y)));
    spots
}

/// One button for a grid: arrow keys walk its pods, row by row. Clicks go through it to the grains.
fn grid_button(grid: &Grid, props: &Props) -> Html {
    let rect = &grid.rect;
    let place = format!(
        "left:{:.1}px;top:{:.1}px;width:{:.1}px;height:{:.1}px",
        rect.x, rect.y, rect.w, rect.h
    );
    let chosen = props.selected.as_ref().and_then(who);
    let at = grid.members.iter().position(|member| chosen.as_ref() == Some(member));
    let pick = {
        let (members, on_select) = (grid.members.clone(), props.on_select.clone());
        move |index: usize| {
            if let Some(selection) = members.get(index).and_then(selection) {
                on_select.emit(selection);
            }
        }
    };
    let onclick = {
        let pick = pick.clone();
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            pick(at.unwrap_or(0));
        })
    };
    let across = grid.across;
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        let next = match (event.key().as_str(), at) {
            ("ArrowRight" | "ArrowDown", None) => Some(0),
            ("ArrowRight", Some(at)) => Some(at + 1),
            ("ArrowLeft", Some(at)) => at.checked_sub(1),
            ("ArrowDown", Some(at)) => Some(at + across),
            ("ArrowUp", Some(at)) => at.checked_sub(across),
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(next) = next {
            pick(next);
        }
    });
    html! {
        <button type="button" class="stage-grid" style={place} aria-label={grid.described.clone()} {onclick} {onkeydown}></button>
    }
}

/// A click into a grid picks the grain under it.
fn pick_grain(scene: &Rc<Scene>, on_select: &Callback<Selection>) -> Callback<MouseEvent> {
    let (scene, on_select) = (scene.clone(), on_select.clone());
    Callback::from(move |event: MouseEvent| {
        let Some(ground) = event
            .current_target()
            .and_then(|target| target.dyn_into::<HtmlElement>().ok())
        else {
            return;
        };
        let area = ground.get_bounding_client_rect();
        let at = Point::new(
            f64::from(event.client_x()) - area.left(),
            f64::from(event.client_y()) - area.top(),
        );
        let grains = scene.stations.iter().filter(|(_, station)| station.mark == Mark::Grain);
        let nearest = grains.min_by(|one, other| one.1.at.distance(at).total_cmp(&other.1.at.distance(at)));
        if let Some((who, station)) = nearest
            && station.at.distance(at) <= station.radius * 2.0 + 2.0
            && let Some(selection) = selection(who)
        {
            on_select.emit(selection);
        }
    })
}

fn selection(who: &Who) -> Option<Selection> {
    match who {
        Who::Pod(key) => Some(Selection::Pod(key.clone())),
        Who::Outside => Some(Selection::Client(Client::Outside)),
        Who::Process(node) => Some(Selection::Client(Client::Node(node.clone()))),
        Who::Address(_) => None,
    }
}

/// Whose station a selection is.
fn who(selection: &Selection) -> Option<Who> {
    match selection {
        Selection::Pod(key) => Some(Who::Pod(key.clone())),
        Selection::Client(client) => Some(Who::from(client)),
        Selection::Node(_) | Selection::Service(_) | Selection::Request(_) => None,
    }
}

type Frame = Closure<dyn FnMut(f64)>;

/// A show with all that keeps it going; ends when dropped.
struct Running {
    show: RefCell<Show>,
    live: Rc<Live>,
    frame: RefCell<Option<Frame>>,
    asked: std::cell::Cell<bool>,
    kept: RefCell<Option<Kept>>,
}

struct Kept {
    observer: ResizeObserver,
    _resized: Closure<dyn FnMut()>,
    _subscription: Subscription,
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

impl Running {
    fn start(
        live: &Rc<Live>,
        view: &HtmlElement,
        canvas: HtmlCanvasElement,
        wishes: Wishes,
        on_scene: Callback<Rc<Scene>>,
    ) -> Option<Rc<Self>> {
        let painter = paint::Painter::new(canvas)?;
        let running = Rc::new(Self {
            show: RefCell::new(Show::new(live.clone(), painter, wishes, on_scene)),
            live: live.clone(),
            frame: RefCell::new(None),
            asked: std::cell::Cell::new(false),
            kept: RefCell::new(None),
        });
        running.resized(view);
        let weak = Rc::downgrade(&running);
        running.frame.replace(Some(Closure::new(move |_| {
            with(&weak, |running| {
                running.asked.set(false);
                running.paint();
            });
        })));
        let weak = Rc::downgrade(&running);
        let subscription = live.subscribe(Rc::new(move |_| with(&weak, Self::paint)));
        let weak = Rc::downgrade(&running);
        let observed = view.clone();
        let resized = Closure::<dyn FnMut()>::new(move || with(&weak, |running| running.resized(&observed)));
        let sizes = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok()?;
        sizes.observe(view);
        running.kept.replace(Some(Kept {
            observer: sizes,
            _resized: resized,
            _subscription: subscription,
        }));
        running.await_fonts();
        Some(running)
    }

    /// Paints now; where the map glides, also in the next frame.
    fn paint(&self) {
        let Ok(mut show) = self.show.try_borrow_mut() else {
            return;
        };
        let more = show.paint(self.live.at());
        drop(show);
        if more && !self.live.playing() && !self.asked.replace(true) {
            let frame = self.frame.borrow();
            if let (Some(window), Some(frame)) = (web_sys::window(), frame.as_ref()) {
                let _ = window.request_animation_frame(frame.as_ref().unchecked_ref());
            }
        }
    }

    fn resized(&self, view: &HtmlElement) {
        let size = Size {
            w: f64::from(view.client_width()),
            h: f64::from(view.client_height()),
        };
        let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
        self.show.borrow_mut().resize(size, ratio);
        self.paint();
    }

    fn scrolled(&self, view: &HtmlElement) {
        let to = Point::new(f64::from(view.scroll_left()), f64::from(view.scroll_top()));
        self.show.borrow_mut().scroll(to);
        self.paint();
    }

    /// Measures anew when the page's own type has come.
    fn await_fonts(self: &Rc<Self>) {
        let Some(ready) = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| document.fonts().ready().ok())
        else {
            return;
        };
        let weak = Rc::downgrade(self);
        wasm_bindgen_futures::spawn_local(async move {
            if wasm_bindgen_futures::JsFuture::from(ready).await.is_ok() {
                with(&weak, |running| {
                    running.show.borrow_mut().fonts_came();
                    running.paint();
                });
            }
        });
    }
}

fn with(running: &Weak<Running>, act: impl FnOnce(&Running)) {
    if let Some(running) = running.upgrade() {
        act(&running);
    }
}
