//! A button over each station, Service and node. Arrow keys move from one to the nearest.

use super::MapAction;
use super::geometry::{Point, Rect};
use super::scene::{Grid, Scene, Symbol, Who};
use crate::say;
use crate::selection::Selection;
use base::Order;
use playground::{Client, ObjectKey};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// A button over something on the map.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spot {
    /// `None` for something that only has a description.
    pub(super) selection: Option<Selection>,
    pub(super) area: Rect,
    described: String,
    /// Whether the button has the shape of a text.
    flat: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Left,
    Right,
    Up,
    Down,
}

impl Direction {
    pub(super) fn of(key: &str) -> Option<Self> {
        Some(match key {
            "ArrowLeft" => Self::Left,
            "ArrowRight" => Self::Right,
            "ArrowUp" => Self::Up,
            "ArrowDown" => Self::Down,
            _ => return None,
        })
    }

    /// The distance ahead and the distance aside.
    fn split(self, from: Point, to: Point) -> (f64, f64) {
        let (x, y) = (to.x - from.x, to.y - from.y);
        match self {
            Self::Left => (-x, y.abs()),
            Self::Right => (x, y.abs()),
            Self::Up => (-y, x.abs()),
            Self::Down => (y, x.abs()),
        }
    }
}

impl Spot {
    pub(super) fn middle(&self) -> Point {
        Point::new(self.area.x + self.area.w / 2.0, self.area.y + self.area.h / 2.0)
    }

    /// `at_hand`: whether it is the one that Tab reaches.
    fn button(self, props: &SpotsProps, at_hand: bool) -> Html {
        let area = self.area;
        let place = format!(
            "left:{:.1}px;top:{:.1}px;width:{:.1}px;height:{:.1}px",
            area.x, area.y, area.w, area.h
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
        let onkeydown = {
            let (on_action, selection) = (props.on_action.clone(), selection.clone());
            Callback::from(move |event: KeyboardEvent| {
                let with_others = event.ctrl_key() || event.meta_key() || event.alt_key();
                if let Some(action) = MapAction::of(&event.key()).filter(|_| !with_others) {
                    event.prevent_default();
                    on_action.emit((selection.clone(), action));
                }
            })
        };
        let reached = {
            let (on_focus, station) = (props.on_focus.clone(), station.clone());
            Callback::from(move |_: FocusEvent| on_focus.emit(station.clone()))
        };
        let point = |to: Option<Selection>| {
            let on_point = props.on_point.clone();
            Callback::from(move |_: PointerEvent| on_point.emit(to.clone()))
        };
        let (enters, leaves) = (point(Some(selection)), point(None));
        let class = classes!("stage-spot", self.flat.then_some("flat"));
        // A node that sends requests has two: its station, and the name of its district.
        let key = format!("{station}{}", if self.flat { " flat" } else { "" });
        html! {
            <button {key} type="button" {class} style={place} data-station={station}
                tabindex={if at_hand { "0" } else { "-1" }} aria-label={self.described.clone()} aria-pressed={pressed.to_string()}
                title={self.described} {onclick} {onkeydown} onfocus={reached} onpointerenter={enters} onpointerleave={leaves}></button>
        }
    }
}

/// All buttons in reading order. The grains of a grid share one.
pub(super) fn spots(scene: &Scene) -> Vec<Spot> {
    /// Half the smallest size for touch.
    const REACH: f64 = 13.0;
    let around = |at: Point, w: f64, h: f64| Rect::new(at.x - w, at.y - h, w * 2.0, h * 2.0);
    let stations = scene
        .stations
        .iter()
        .filter(|(_, station)| station.mark != Symbol::Grain);
    let mut spots: Vec<Spot> = stations
        .map(|(who, station)| {
            let reach = (station.radius + 5.0).max(REACH);
            Spot {
                selection: selection(who),
                area: around(station.at, reach, reach),
                described: station.described.clone(),
                flat: false,
            }
        })
        .collect();
    spots.extend(scene.interchanges.iter().map(|(key, interchange)| Spot {
        selection: Some(Selection::Service(key.clone())),
        area: around(interchange.at, interchange.half.w + 5.0, interchange.half.h + 5.0),
        described: interchange.described.clone(),
        flat: false,
    }));
    spots.extend(scene.aside.iter().map(|aside| {
        let (left, right) = (aside.at.x - 10.0, aside.label.rect.right() + 6.0);
        Spot {
            selection: Some(Selection::Service(ObjectKey::new("default", "kubernetes"))),
            area: Rect::new(left, aside.at.y - REACH, right - left, REACH * 2.0),
            described: aside.described.clone(),
            flat: true,
        }
    }));
    spots.extend(scene.resolver.iter().map(|resolver| Spot {
        selection: None,
        area: Rect::new(resolver.at.x - 10.0, resolver.at.y - 10.0, 20.0, 20.0),
        described: resolver.described.clone(),
        flat: true,
    }));
    spots.extend(scene.districts.iter().filter_map(|district| {
        let (name, first, last) = (
            district.node.as_ref()?,
            district.labels.first()?,
            district.labels.last()?,
        );
        let words: Vec<&str> = district.labels.iter().map(|label| label.text.as_str()).collect();
        let area = Rect {
            w: last.rect.right() - first.rect.x,
            ..first.rect
        };
        Some(Spot {
            selection: Some(Selection::Node(name.clone())),
            area: area.grown(5.0),
            described: words.join(", "),
            flat: true,
        })
    }));
    spots.order_by(|one, other| {
        let (one, other) = (one.middle(), other.middle());
        one.x.total_cmp(&other.x).then(one.y.total_cmp(&other.y))
    });
    spots
}

/// The station that Tab reaches: the last focused one, else the selected one, else the first.
pub(super) fn at_hand(spots: &[Spot], focused: &str, selected: Option<&Selection>) -> Option<String> {
    let names = || {
        spots
            .iter()
            .filter_map(|spot| spot.selection.as_ref().map(Selection::station))
    };
    let selected = selected.map(Selection::station);
    names()
        .find(|name| name == focused)
        .or_else(|| names().find(|name| Some(name) == selected.as_ref()))
        .or_else(|| names().next())
}

/// The nearest one ahead; distance aside counts double.
pub(super) fn neighbour(spots: &[Spot], from: &str, direction: Direction) -> Option<Selection> {
    let known = |spot: &&Spot| spot.selection.is_some();
    let start = spots
        .iter()
        .find(|spot| {
            spot.selection
                .as_ref()
                .is_some_and(|selection| selection.station() == from)
        })?
        .middle();
    let way = |spot: &Spot| {
        let (ahead, aside) = direction.split(start, spot.middle());
        (ahead > 1.0).then_some(ahead + 2.0 * aside)
    };
    spots
        .iter()
        .filter(known)
        .filter_map(|spot| Some((way(spot)?, spot)))
        .min_by(|one, other| one.0.total_cmp(&other.0))
        .and_then(|(_, spot)| spot.selection.clone())
}

pub(super) fn focus(within: &Element, station: &str) {
    let Ok(all) = within.query_selector_all("[data-station]") else {
        return;
    };
    let buttons = (0..all.length()).filter_map(|index| all.get(index)?.dyn_into::<HtmlElement>().ok());
    for button in buttons {
        if button.get_attribute("data-station").as_deref() == Some(station) {
            let _ = button.focus();
        }
    }
}

/// What buttons do, and what they depend on.
#[derive(Clone, Properties)]
pub(super) struct SpotsProps {
    pub(super) scene: Rc<Scene>,
    pub(super) selected: Option<Selection>,
    /// The station that had the focus last.
    pub(super) focused: String,
    pub(super) on_focus: Callback<String>,
    pub(super) on_select: Callback<Selection>,
    pub(super) on_point: Callback<Option<Selection>>,
    pub(super) on_action: Callback<(Selection, MapAction)>,
}

/// The same callbacks go to the same places.
impl PartialEq for SpotsProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.scene, &other.scene) && (&self.selected, &self.focused) == (&other.selected, &other.focused)
    }
}

/// The buttons over the stations, in reading order. They stay as they are while only what is pointed at changes: there may be
/// thousands.
#[component]
pub(super) fn Spots(props: &SpotsProps) -> Html {
    let all = spots(&props.scene);
    let at_hand = at_hand(&all, &props.focused, props.selected.as_ref());
    let button = |spot: Spot| {
        let is_at_hand = spot.selection.as_ref().map(Selection::station) == at_hand;
        spot.button(props, is_at_hand)
    };
    html! {
        // A list of its own, so that its length never moves what follows.
        <div class="stage-spots" role="group" aria-label={say::map_stations()}>{ for all.into_iter().map(button) }</div>
    }
}

/// A button over each grid: there may be thousands.
#[component]
pub(super) fn Grids(props: &SpotsProps) -> Html {
    let batches = (0..props.scene.grids.len()).step_by(BATCH).map(|first| {
        let of = props.clone();
        html! { <GridBatch key={first} {first} {of} /> }
    });
    html! { <div class="stage-grids">{ for batches }</div> }
}

/// So many grids are compared at once: where an edit left them as they were, their buttons stay.
const BATCH: usize = 50;

#[derive(Properties)]
struct GridBatchProps {
    first: usize,
    of: SpotsProps,
}

impl GridBatchProps {
    fn grids(&self) -> &[Grid] {
        let rest = self.of.scene.grids.get(self.first..).unwrap_or_default();
        rest.get(..BATCH).unwrap_or(rest)
    }
}

impl PartialEq for GridBatchProps {
    fn eq(&self, other: &Self) -> bool {
        self.of.selected == other.of.selected && self.grids() == other.grids()
    }
}

#[component]
fn GridBatch(props: &GridBatchProps) -> Html {
    html! { <>{ for props.grids().iter().map(|grid| grid_button(grid, &props.of)) }</> }
}

/// One button for a grid: arrow keys move between its pods. Clicks pass through it to the grains.
fn grid_button(grid: &Grid, props: &SpotsProps) -> Html {
    let rect = &grid.rect;
    let place = format!(
        "left:{:.1}px;top:{:.1}px;width:{:.1}px;height:{:.1}px",
        rect.x, rect.y, rect.w, rect.h
    );
    let chosen = props.selected.as_ref().and_then(Who::of);
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
    let (on_action, members) = (props.on_action.clone(), grid.members.clone());
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        let next = match (Direction::of(&event.key()), at) {
            (Some(Direction::Right | Direction::Down), None) => Some(0),
            (Some(Direction::Right), Some(at)) => Some(at + 1),
            (Some(Direction::Left), Some(at)) => at.checked_sub(1),
            (Some(Direction::Down), Some(at)) => Some(at + across),
            (Some(Direction::Up), Some(at)) => at.checked_sub(across),
            _ => {
                let chosen = at.and_then(|at| members.get(at)).and_then(selection);
                if let Some((selection, action)) = chosen.zip(MapAction::of(&event.key())) {
                    event.prevent_default();
                    on_action.emit((selection, action));
                }
                return;
            }
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

/// A click into a grid selects the grain under it.
pub(super) fn pick_grain(scene: &Rc<Scene>, on_select: &Callback<Selection>) -> Callback<MouseEvent> {
    let (scene, on_select) = (scene.clone(), on_select.clone());
    Callback::from(move |event: MouseEvent| {
        let Some(ground) = event
            .current_target()
            .and_then(|target| target.dyn_into::<HtmlElement>().ok())
        else {
            return;
        };
        let area = ground.get_bounding_client_rect();
        // The ground is shown enlarged by the zoom.
        let zoom = area.width() / scene.size.w.max(1.0);
        let at = Point::new(
            (f64::from(event.client_x()) - area.left()) / zoom,
            (f64::from(event.client_y()) - area.top()) / zoom,
        );
        let grains = scene
            .stations
            .iter()
            .filter(|(_, station)| station.mark == Symbol::Grain);
        let nearest = grains.min_by(|one, other| one.1.at.distance(at).total_cmp(&other.1.at.distance(at)));
        if let Some((who, station)) = nearest
            && station.at.distance(at) <= station.radius * 2.0 + 2.0
            && let Some(selection) = selection(who)
        {
            on_select.emit(selection);
        }
    })
}

pub(super) fn selection(who: &Who) -> Option<Selection> {
    match who {
        Who::Pod(key) => Some(Selection::Pod(key.clone())),
        Who::Outside => Some(Selection::Client(Client::Outside)),
        Who::Process(node) => Some(Selection::Client(Client::Node(node.clone()))),
        Who::Address(_) | Who::Name(_) => None,
    }
}
