//! A handle beside the heading of a group sets the number of replicas, by dragging or by arrow keys.

use super::props::Props;
use super::scene::{Heading, Scene};
use crate::say;
use base::Order;
use playground::Workload;
use std::collections::BTreeSet;
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};
use yew::prelude::*;

/// Dragging so many pixels adds one replica.
const STEP: f64 = 18.0;
/// The most replicas that a handle sets.
const MOST: i64 = 200;
/// So many headings may have a handle, those at the top of a large map: each asks which workload its first pod belongs to. Cards set
/// replicas as well.
const MOST_HEADINGS: usize = 200;

pub(super) fn handles(scene: &Scene, props: &Props) -> Vec<Html> {
    let session = props.live.session.borrow();
    let at = props.live.at();
    // On several nodes a workload has several headings.
    let mut known = BTreeSet::new();
    let found = with_handles(scene).into_iter().filter_map(|heading| {
        let workload = session.workload(at, heading.first.as_ref()?)?;
        let now = workload.replicas?;
        if !known.insert((workload.kind, workload.key.clone())) {
            return None;
        }
        let (rule, long) = heading.rule;
        let style = format!(
            "left:{:.1}px;top:{:.1}px",
            rule.x + long + 8.0 * scene.scale,
            heading.label.rect.y - 2.0
        );
        let key = format!("{} {}/{}", workload.word(), workload.key.namespace, workload.key.name);
        let on_scale = props.on_scale.clone();
        Some(html! { <Handle {key} {workload} {now} {style} {on_scale} /> })
    });
    found.collect()
}

fn with_handles(scene: &Scene) -> Vec<&Heading> {
    let mut headings: Vec<&Heading> = scene.headings.iter().collect();
    if headings.len() > MOST_HEADINGS {
        headings.order_by(|one, other| one.label.rect.y.total_cmp(&other.label.rect.y));
        headings.truncate(MOST_HEADINGS);
    }
    headings
}

#[derive(Properties, PartialEq)]
struct HandleProps {
    workload: Workload,
    /// How many replicas it has.
    now: i64,
    style: String,
    on_scale: Callback<(Workload, i64)>,
}

#[component]
fn Handle(props: &HandleProps) -> Html {
    // Where it was taken hold of, and how many replicas that would now be.
    let held = use_state(|| None::<(i32, i64)>);
    let workload = props.workload.clone();
    let now = props.now;
    let wanted = held.map_or(now, |(_, wanted)| wanted);
    let onpointerdown = {
        let held = held.clone();
        move |event: PointerEvent| {
            let handle = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let handle = handle.and_then(|target| target.closest("[role=spinbutton]").ok().flatten());
            if let Some(handle) = handle {
                let _ = handle.set_pointer_capture(event.pointer_id());
            }
            held.set(Some((event.client_y(), now)));
        }
    };
    let onpointermove = {
        let held = held.clone();
        move |event: PointerEvent| {
            if let Some((from, _)) = *held {
                let pulled = f64::from(event.client_y() - from) / STEP;
                // At most the height of a screen.
                #[allow(clippy::cast_possible_truncation)]
                let more = pulled.clamp(-1_000.0, 1_000.0).round() as i64;
                held.set(Some((from, (now + more).clamp(0, MOST.max(now)))));
            }
        }
    };
    let scale = {
        let (on_scale, workload) = (props.on_scale.clone(), workload.clone());
        move |wanted: i64| on_scale.emit((workload.clone(), wanted))
    };
    let onpointerup = {
        let (held, scale) = (held.clone(), scale.clone());
        move |_: PointerEvent| {
            if let Some((_, wanted)) = *held {
                held.set(None);
                if wanted != now {
                    scale(wanted);
                }
            }
        }
    };
    let onpointercancel = {
        let held = held.clone();
        move |_: PointerEvent| held.set(None)
    };
    let onkeydown = move |event: KeyboardEvent| {
        let wanted = match event.key().as_str() {
            "ArrowUp" | "ArrowRight" | "]" => now + 1,
            "ArrowDown" | "ArrowLeft" | "[" => now - 1,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if wanted >= 0 {
            scale(wanted);
        }
    };
    let class = classes!("stage-handle", held.is_some().then_some("held"));
    html! {
        <div {class} style={props.style.clone()} role="spinbutton" tabindex="0"
            aria-label={say::inspector_replicas(&workload.word(), &workload.key.name)} aria-valuenow={wanted.to_string()} aria-valuemin="0"
            title={say::handle_pull(&workload.key.name)}
            {onpointerdown} {onpointermove} {onpointerup} {onpointercancel} {onkeydown}>
            <span class="stage-handle-grip" aria-hidden="true"></span>{ format!("×{wanted}") }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::geometry::{Point, Rect};
    use crate::stage::scene::{Face, MapLabel, Tone};

    #[test]
    fn on_a_large_map_the_groups_at_the_top_of_each_column_have_handles() {
        let heading = |x: f64, row: u32| Heading {
            rule: (Point::default(), 80.0),
            line: None,
            first: None,
            label: MapLabel {
                text: "app=web".to_owned(),
                face: Face::Address,
                tone: Tone::Soft,
                rect: Rect::new(x, f64::from(row) * 20.0, 80.0, 16.0),
            },
        };
        let column = |x| (0..300).map(move |row| heading(x, row));
        let scene = Scene {
            headings: column(0.0).chain(column(300.0)).collect(),
            ..Scene::default()
        };
        let with_handles = with_handles(&scene);
        let at_left = with_handles.iter().filter(|heading| heading.label.rect.x < 1.0);
        assert_eq!((at_left.count(), with_handles.len()), (100, 200));
    }
}
