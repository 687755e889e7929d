//! The row under the stage: play, pause, step, scrub, speed, zoom.
//!
//! What moves with the playhead is written to the document directly, without rendering.

use super::{Glyph, Icon, Pick, number_options};
use crate::live::{Live, SPEEDS, Subscription};
use crate::say;
use crate::stage::Zoom;
use crate::state::{Action, Overlay};
use playground::{Micros, Pace};
use std::rc::Rc;
use web_sys::{Element, HtmlElement, HtmlInputElement};
use yew::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineMark {
    /// In thousandths of the length.
    pub place: u32,
    pub at: Micros,
    pub kind: MarkKind,
    pub words: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkKind {
    Failure,
    Change,
    /// Before it, not all is kept.
    Forgotten,
}

#[derive(Properties)]
pub struct Props {
    pub live: Rc<Live>,
    pub playing: bool,
    /// In percent.
    pub speed: u32,
    pub length: Micros,
    /// At most one for each place, in order.
    pub marks: Rc<Vec<TimelineMark>>,
    /// The zoom of the map, in percent.
    pub zoom: u32,
    pub dispatch: Callback<Action>,
    /// At the end of the row.
    #[prop_or_default]
    pub children: Html,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.live, &other.live)
            && (self.playing, self.speed, self.length) == (other.playing, other.speed, other.length)
            && self.marks == other.marks
            && self.zoom == other.zoom
            && self.dispatch == other.dispatch
            && self.children == other.children
    }
}

pub struct Playback {
    moving: Moving,
    /// The place of the mark under the pointer.
    hovered: Option<u32>,
    _subscription: Option<Subscription>,
}

/// What moves with the playhead.
#[derive(Clone, Default)]
struct Moving {
    range: NodeRef,
    /// The part of the rail before the playhead.
    played: NodeRef,
    clock: NodeRef,
}

pub enum Hover {
    /// In thousandths.
    Over(u32),
    Off,
}

impl Component for Playback {
    type Message = Hover;
    type Properties = Props;

    fn create(context: &Context<Self>) -> Self {
        let moving = Moving::default();
        let moved = moving.clone();
        let subscription = context.props().live.subscribe(Rc::new(move |at| moved.write(at)));
        Self {
            moving,
            hovered: None,
            _subscription: Some(subscription),
        }
    }

    fn update(&mut self, context: &Context<Self>, hover: Hover) -> bool {
        let hovered = match hover {
            Hover::Off => None,
            Hover::Over(place) => nearest(&context.props().marks, place).map(|mark| mark.place),
        };
        std::mem::replace(&mut self.hovered, hovered) != hovered
    }

    fn rendered(&mut self, context: &Context<Self>, _: bool) {
        self.moving.write(context.props().live.at());
    }

    fn view(&self, context: &Context<Self>) -> Html {
        let props = context.props();
        let on = |action: Action| {
            let dispatch = props.dispatch.clone();
            move |_: MouseEvent| dispatch.emit(action.clone())
        };
        let (word, glyph) = if props.playing {
            (say::pause(), Glyph::Pause)
        } else {
            (say::play(), Glyph::Play)
        };
        html! {
            <div class="playback" role="group" aria-label={say::playback()}>
                <button class="play" type="button" aria-label={word} title={say::play_title(&word)} onclick={on(Action::TogglePlay)}>
                    <Icon of={glyph} />
                </button>
                <button class="quiet step" type="button" aria-label={say::step_back()} title={say::step_back_title()} onclick={on(Action::StepBack)}>
                    <Icon of={Glyph::Back} />
                </button>
                <button class="quiet step" type="button" aria-label={say::step()} title={say::step_title()} onclick={on(Action::Step)}>
                    <Icon of={Glyph::Step} />
                </button>
                { self.scrubber(context) }
                <output class="clock" style={format!("width:{}ch", digits(props.length))} aria-live="off"><span ref={&self.moving.clock} class="clock-time"></span></output>
                { speed(props) }
                { zoom(props) }
                <button class="pace" type="button" aria-haspopup="dialog" title={pace()} onclick={on(Action::Open(Overlay::Help))}>{ say::slow_motion() }</button>
                { props.children.clone() }
            </div>
        }
    }
}

impl Playback {
    fn scrubber(&self, context: &Context<Self>) -> Html {
        let props = context.props();
        let to = |action: fn(&HtmlInputElement) -> Action| {
            let dispatch = props.dispatch.clone();
            move |event: web_sys::Event| {
                use wasm_bindgen::JsCast;
                if let Some(range) = event
                    .target()
                    .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
                {
                    dispatch.emit(action(&range));
                }
            }
        };
        let seek = to(|range| Action::Seek(millis(range.value_as_number())));
        let oninput = move |event: InputEvent| seek(event.into());
        let start = to(|_| Action::ScrubStart);
        let onpointerdown = move |event: PointerEvent| start(event.into());
        let end = to(|_| Action::ScrubEnd);
        let onpointerup = move |event: PointerEvent| end(event.into());
        let cancel = to(|_| Action::ScrubEnd);
        let onpointercancel = move |event: PointerEvent| cancel(event.into());
        let dispatch = props.dispatch.clone();
        let onkeydown = move |event: KeyboardEvent| {
            let action = match event.key().as_str() {
                "ArrowRight" if event.shift_key() => Action::NextMark,
                "ArrowLeft" if event.shift_key() => Action::PreviousMark,
                "ArrowRight" => Action::Step,
                "ArrowLeft" => Action::StepBack,
                "Home" => Action::Start,
                "End" => Action::End,
                " " => Action::TogglePlay,
                _ => return,
            };
            event.prevent_default();
            dispatch.emit(action);
        };
        let mark = |mark: &TimelineMark| {
            let class = match mark.kind {
                MarkKind::Failure => "tick failure",
                MarkKind::Change => "tick change",
                MarkKind::Forgotten => "tick forgotten",
            };
            html! { <span {class} style={left(mark.place)}></span> }
        };
        let onpointermove = context.link().batch_callback(|event: PointerEvent| {
            let element: Element = event.target_unchecked_into();
            let area = element.get_bounding_client_rect();
            let share = (f64::from(event.client_x()) - area.left() - THUMB) / (area.width() - 2.0 * THUMB).max(1.0);
            Some(Hover::Over(thousandths(share)))
        });
        let onpointerleave = context.link().callback(|_: PointerEvent| Hover::Off);
        let tip = self
            .hovered
            .and_then(|place| props.marks.iter().find(|mark| mark.place == place));
        html! {
            <div class="scrubber">
                <div class="scrubber-rail" aria-hidden="true"><div ref={&self.moving.played} class="scrubber-played"></div></div>
                <div class="scrubber-ticks" aria-hidden="true">{ for props.marks.iter().map(mark) }</div>
                <input ref={&self.moving.range} class="scrubber-range" type="range" min="0" max={(props.length.0 / 1_000).to_string()} step="1"
                    aria-label={say::playback_time()} {oninput} {onpointerdown} {onpointerup} {onpointercancel} {onkeydown} {onpointermove} {onpointerleave} />
                if let Some(mark) = tip {
                    <div class={classes!("scrubber-tip", (mark.place > 500).then_some("from-right"))} style={left(mark.place)} aria-hidden="true">
                        <span class="scrubber-tip-time">{ say::with_own_decimal(&mark.at) }</span>{ &mark.words }
                    </div>
                }
            </div>
        }
    }
}

/// Half the width of the scrubber's thumb, in pixels: the input extends so far beyond the rail.
const THUMB: f64 = 10.0;

fn left(place: u32) -> String {
    format!("left:{:.1}%", f64::from(place) / 10.0)
}

/// From a share (0 to 1) to thousandths.
fn thousandths(share: f64) -> u32 {
    // Between 0 and 1,000.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let place = (share.clamp(0.0, 1.0) * 1_000.0).round() as u32;
    place
}

/// The mark near a place, if any.
fn nearest(marks: &[TimelineMark], place: u32) -> Option<&TimelineMark> {
    /// In thousandths.
    const NEAR: u32 = 12;
    let away = |mark: &&TimelineMark| mark.place.abs_diff(place);
    marks.iter().filter(|mark| away(mark) <= NEAR).min_by_key(away)
}

/// Buttons to zoom out, show the whole map, and zoom in.
fn zoom(props: &Props) -> Html {
    let button = |label: &'static str, key: &str, glyph: Glyph, zoom: Zoom| {
        let dispatch = props.dispatch.clone();
        html! {
            <button class="quiet" type="button" aria-label={label} title={format!("{label} ({key})")}
                onclick={move |_| dispatch.emit(Action::Zoom(zoom))}><Icon of={glyph} /></button>
        }
    };
    html! {
        <div class={classes!("zoom", (props.zoom != 100).then_some("zoomed"))} role="group" aria-label={say::zoom_percent(&props.zoom)}>
            { button(say::zoom_out(), "\u{2212}", Glyph::Minus, Zoom::Out) }
            { button(say::zoom_fit(), "0", Glyph::Fit, Zoom::Fit) }
            { button(say::zoom_in(), "+", Glyph::Plus, Zoom::In) }
        </div>
    }
}

/// How many characters the longest moment of that timeline has: of the clock's width nothing else depends on what it shows.
fn digits(length: Micros) -> usize {
    length.to_string().len()
}

fn pace() -> String {
    let millis = Pace::WATCHED.hop.0 / 1_000;
    say::playback_pace(&millis)
}

fn speed(props: &Props) -> Html {
    let dispatch = props.dispatch.clone();
    let on_pick = move |word: String| {
        if let Ok(percent) = word.parse() {
            dispatch.emit(Action::Speed(percent));
        }
    };
    let says = |percent: u32| say::with_own_decimal(&format_args!("{}×", f64::from(percent) / 100.0));
    let options = number_options(&SPEEDS, props.speed, says);
    html! { <Pick class="speed" label={say::playback_speed()} {options} chosen={props.speed.to_string()} {on_pick} /> }
}

/// From the value of the range input.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn millis(number: f64) -> Micros {
    Micros::from_millis(if number.is_finite() { number.max(0.0) as u64 } else { 0 })
}

impl Moving {
    /// Shows the moment: in the range in whole milliseconds, which a float holds exactly.
    #[allow(clippy::cast_precision_loss)]
    fn write(&self, at: Micros) {
        let time = say::with_own_decimal(&at);
        if let Some(clock) = self.clock.cast::<Element>() {
            clock.set_text_content(Some(&time));
        }
        let Some(range) = self.range.cast::<HtmlInputElement>() else {
            return;
        };
        let millis = (at.0 / 1_000) as f64;
        range.set_value_as_number(millis);
        let length: f64 = range.max().parse().unwrap_or(1.0);
        if let Some(played) = self.played.cast::<HtmlElement>() {
            let share = millis / length.max(1.0);
            let _ = played.style().set_property("transform", &format!("scaleX({share:.5})"));
        }
        if at.0 % 1_000_000 < 20_000 || range.get_attribute("aria-valuetext").is_none() {
            let _ = range.set_attribute("aria-valuetext", &time);
        }
    }
}
