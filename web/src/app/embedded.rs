//! The page with `?embed`: a view, a row below it, and what the page around is told.

use super::App;
use crate::components::{Glyph, Icon, ToastBar};
use crate::frame::{self, Around};
use crate::host::{self, EventListener};
use crate::messages::FrameEvent;
use crate::say;
use crate::state::{Action, FrameUi, FrameView, Pane};
use playground::{Judgement, share};
use std::rc::Rc;
use yew::prelude::*;

/// The least and the most that a frame asks for, in pixels.
const LEAST: f64 = 160.0;
const MOST: f64 = 960.0;
/// The height of a map, if it needs no more, by its width; and its bounds.
const MAP_RATIO: f64 = 0.56;
const MAP: (f64, f64) = (260.0, 520.0);
/// Lines of text that a frame asks room for.
const LINES: (usize, usize) = (6, 36);
const TERMINAL_LINES: (usize, usize) = (12, 24);
/// From this width on the text stands beside the stage.
const BESIDE: f64 = 720.0;

/// The page around this one, and what it was told.
pub(super) struct Told {
    around: Rc<Around>,
    opened: Option<u32>,
    playing: Option<bool>,
    failure: Option<String>,
    judged: Option<Rc<Vec<Judgement>>>,
    solved: bool,
    /// The tallest that the map of this opening was at this width.
    map: (Option<u32>, f64, f64),
    _listeners: Vec<EventListener>,
}

impl Told {
    /// `None` where no page is around, or none that embeds.
    pub(super) fn begin(context: &Context<App>, embed: bool) -> Option<Self> {
        let around = Around::find().filter(|_| embed)?;
        let listeners = around.listen(
            context.link().callback(Action::Host),
            context.link().callback(|()| Action::Moved),
        );
        Some(Self {
            around,
            opened: None,
            playing: None,
            failure: None,
            judged: None,
            solved: false,
            map: (None, 0.0, 0.0),
            _listeners: listeners,
        })
    }

    fn tell(&self, event: &FrameEvent) {
        self.around.tell(event);
    }
}

impl App {
    /// Tells the page around what is new since the last time.
    pub(super) fn tell_around(&mut self) {
        let Some(mut told) = self.told.take() else { return };
        let (generation, _) = self.live.revision();
        let is_ready = self.live.session.borrow().is_ready();
        if is_ready && told.opened.replace(generation) != Some(generation) {
            told.tell(&FrameEvent::Ready);
        }
        let playing = self.live.playing();
        if is_ready && told.playing.replace(playing) != Some(playing) {
            told.tell(&FrameEvent::Playing(playing));
        }
        let failure = self
            .state
            .toast
            .as_ref()
            .filter(|toast| toast.bad)
            .map(|toast| toast.text.clone());
        if let Some(words) = failure.clone().filter(|_| failure != told.failure) {
            told.tell(&FrameEvent::Error(words));
        }
        told.failure = failure;
        self.tell_exercise(&mut told);
        // Until a text is read, the page says what is wrong with the one before.
        if self.live.has_read_all()
            && let Some(height) = self.wanted_height(&mut told)
        {
            told.around.tell_height(height);
        }
        self.told = Some(told);
    }

    fn tell_exercise(&self, told: &mut Told) {
        let exercise = &self.state.exercise;
        let judged = exercise.judged.as_ref().map(|(_, judged)| judged.clone());
        let is_new = |judged: &Rc<Vec<Judgement>>| told.judged.as_ref().is_none_or(|known| !Rc::ptr_eq(known, judged));
        if let Some(judged) = judged.as_ref().filter(|judged| is_new(judged)) {
            let checks = judged
                .iter()
                .map(|judgement| (judgement.say.clone(), judgement.passes()));
            told.tell(&FrameEvent::Checked(checks.collect()));
        }
        told.judged = judged;
        if exercise.solved && !told.solved {
            let (hints, solution) = (exercise.hints, exercise.before.is_some());
            told.tell(&FrameEvent::Completed { hints, solution });
        }
        told.solved = exercise.solved;
    }

    /// The height that shows the view whole, in pixels; it follows from its width and content, not from its height.
    fn wanted_height(&self, told: &mut Told) -> Option<u32> {
        let (width, height) = frame::size(".app")?;
        let (_, pane) = frame::size(".frame-view")?;
        let view = self.state.frame.view;
        let map = || {
            let (least, most) = MAP;
            let usual = (width * MAP_RATIO).clamp(least, most);
            let cut_off = frame::size(".stage-ground").zip(frame::size(".stage"));
            cut_off
                .filter(|((_, ground), (_, seen))| *ground > seen + 1.0)
                .map_or(usual, |((_, ground), _)| ground.max(usual))
        };
        let map = if view.has_stage() {
            let (generation, _) = self.live.revision();
            let tallest = if (told.map.0, told.map.1) == (Some(generation), width) {
                told.map.2
            } else {
                0.0
            };
            let map = map().max(tallest);
            told.map = (Some(generation), width, map);
            map
        } else {
            0.0
        };
        let beside = self.text_height(view);
        let inside = if width >= BESIDE { map.max(beside) } else { map + beside };
        let wanted = (height - pane + inside).clamp(LEAST, MOST).ceil();
        // Between 160 and 960.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Some(wanted as u32)
    }

    /// The height of the text in the view, in pixels.
    fn text_height(&self, view: FrameView) -> f64 {
        let rows = |count: usize, (least, most): (usize, usize), around: f64| {
            let lines = u32::try_from(count.clamp(least, most)).unwrap_or_default();
            frame::rem() * (f64::from(lines) * 1.5 + around)
        };
        match view {
            FrameView::Stage => 0.0,
            FrameView::Editor | FrameView::Split | FrameView::Exercise => {
                let text = self.live.session.borrow().text().lines().count();
                let height = |selector| frame::size(selector).map_or(0.0, |(_, height)| height);
                let lesson = height(".lesson-head") + frame::whole_height(".lesson-body").unwrap_or(0.0);
                rows(text + 1, LINES, 0.75) + height(".problems") + lesson
            }
            FrameView::Describe => frame::size(".output").map_or(0.0, |(_, height)| height),
            FrameView::Terminal => {
                let lines = |text: &str| text.lines().count();
                let entries = self.state.terminal.entries.iter();
                let printed: usize = entries
                    .map(|entry| 2 + lines(&entry.output.stdout) + lines(&entry.output.stderr))
                    .sum();
                rows(printed + 3, TERMINAL_LINES, 1.25)
            }
        }
    }

    /// The view, and what stands around it.
    pub(super) fn embedded(&self) -> Html {
        let frame = &self.state.frame;
        let class = classes!(
            "app",
            "embedded",
            format!("view-{}", frame.view.word()),
            format!("ui-{}", frame.ui.word()),
            frame.readonly.then_some("readonly"),
        );
        let row = match frame.ui {
            FrameUi::None => self.way_out(),
            FrameUi::Full => self.playback(self.way_out()),
            FrameUi::Mini if frame.view.has_stage() => self.playback(self.way_out()),
            FrameUi::Mini => html! { <div class="frame-row">{ self.status() }{ self.way_out() }</div> },
        };
        html! {
            <div key={self.state.language.code()} {class}>
                <main class="desk">
                    <h1 class="unseen">{ "Service Playground" }</h1>
                    <div class="frame-view">{ self.frame_view() }</div>
                    { row }
                </main>
                { self.summary() }
                <ToastBar toast={self.state.toast.clone()} dispatch={self.dispatch.clone()} />
                { self.overlay() }
            </div>
        }
    }

    fn frame_view(&self) -> Html {
        match self.state.frame.view {
            FrameView::Stage => self.stage(),
            FrameView::Editor => self.frame_pane(say::pane_text(), Pane::Yaml),
            FrameView::Describe => self.frame_pane(say::pane_printed(), Pane::Describe),
            FrameView::Terminal => self.frame_pane(say::pane_terminal(), Pane::Terminal),
            FrameView::Split => html! { <>{ self.frame_pane(say::pane_text(), Pane::Yaml) }{ self.stage() }</> },
            FrameView::Exercise => html! {
                <>
                    <div class="exercise">{ self.lesson_panel(true) }{ self.frame_pane(say::pane_text(), Pane::Yaml) }</div>
                    { self.stage() }
                </>
            },
        }
    }

    /// A pane, with tabs to its neighbours where there is room for them.
    fn frame_pane(&self, label: &'static str, pane: Pane) -> Html {
        if self.state.frame.ui == FrameUi::Full && pane.group().len() > 1 {
            let open = pane.group().iter().copied().find(|pane| self.state.open.contains(pane));
            let tail = if pane == Pane::Yaml || self.state.narrow {
                Html::default()
            } else {
                self.chooser()
            };
            return self.pane_group("", label, pane.group(), open.unwrap_or(pane), tail);
        }
        html! {
            <section class="pane" aria-label={label}>
                <div class={format!("panel panel-{}", pane.word())}>{ self.inside(pane) }</div>
            </section>
        }
    }

    /// The same scenario in a window of its own, or where the frame may open none its link.
    fn way_out(&self) -> Html {
        let fragment = share::encode(&self.state.scenario(&self.live));
        if self.state.frame.is_closed {
            let onclick = self.dispatch.reform(|_: MouseEvent| Action::CopyLink);
            return html! {
                <button class="out" type="button" {onclick}><span>{ say::frame_copy_link() }</span><Icon of={Glyph::Link} /></button>
            };
        }
        let href = format!("{}#{fragment}", host::address());
        let onclick = {
            let (href, dispatch) = (href.clone(), self.dispatch.clone());
            move |event: MouseEvent| {
                if event.ctrl_key() || event.meta_key() || event.shift_key() {
                    return;
                }
                event.prevent_default();
                if !frame::open(&href) {
                    dispatch.emit(Action::NoWayOut);
                }
            }
        };
        html! {
            <a class="out" {href} target="_blank" rel="noopener" {onclick}>
                <span>{ say::frame_open() }</span><Icon of={Glyph::Out} />
            </a>
        }
    }
}
