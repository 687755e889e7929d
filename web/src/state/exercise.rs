//! What the learner does with a scenario document: steps, predictions, checks, hints, the solution.

use super::act_words::act_words;
use super::awaited::Then;
use super::shown::play_step;
use super::{AppState, Effect, LessonAction, Pane, playback, text};
use crate::gallery;
use crate::live::Live;
use crate::say;
use playground::seam::Task;
use playground::{Judgement, Lesson, Severity, TimedAct, lesson};
use std::rc::Rc;

impl AppState {
    /// The scenario document.
    pub fn lesson(&self, live: &Live) -> Option<Rc<Lesson>> {
        live.session.borrow().lesson().cloned()
    }

    /// Whether a check is being judged.
    pub fn is_judging(&self) -> bool {
        self.awaited.0.values().any(|then| matches!(then, Then::Judge))
    }

    /// Whether advice is held back, so that it does not give away what the learner is to find.
    pub fn holds_back(&self, lesson: &Lesson) -> bool {
        !self.exercise.solved && lesson.is_exercise() && self.exercise.hints < lesson.hints.len()
    }

    /// The name in the gallery; of an edited text, by its title.
    pub fn gallery_name(&self, lesson: &Lesson) -> Option<&'static str> {
        self.exercise.name.or_else(|| gallery::name_by_title(&lesson.title))
    }
}

/// Whether a diagnostic is advice, which an exercise holds back.
pub fn is_advice(severity: Severity) -> bool {
    severity == Severity::Advice
}

pub(super) fn act(state: &mut AppState, live: &Live, action: LessonAction) -> Vec<Effect> {
    let Some(lesson) = state.lesson(live) else {
        return Vec::new();
    };
    match action {
        LessonAction::Fold => state.lesson_folded = !state.lesson_folded,
        LessonAction::Step(number) => {
            let number = number.min(lesson.steps.len());
            state.have(live, Task::Step(number), Then::Step { number, is_new: true });
        }
        LessonAction::Question(number) => state.exercise.question = number,
        LessonAction::Answer(answer) => return self::answer(state, live, &lesson, answer),
        LessonAction::Check => state.have(live, Task::Judge, Then::Judge),
        LessonAction::Hint => state.exercise.hints = lesson.hints.len().min(state.exercise.hints + 1),
        LessonAction::Solve => return solve(state, live, &lesson),
        LessonAction::Unsolve => {
            let before = state.exercise.before.take();
            return before.map_or_else(Vec::new, |before| text::edit(state, live, before.to_string()));
        }
        LessonAction::Next => {
            let next = state.gallery_name(&lesson).and_then(gallery::after);
            return next.map_or_else(Vec::new, |next| text::open_gallery(state, live, next.name));
        }
    }
    Vec::new()
}

/// Keeps the answer, and has the map show how it is.
fn answer(state: &mut AppState, live: &Live, lesson: &Rc<Lesson>, answer: usize) -> Vec<Effect> {
    let question = state.exercise.question;
    let Some(prediction) = lesson.predictions.get(question) else {
        return Vec::new();
    };
    state.exercise.answers.insert(question, answer);
    let at = live.at();
    if let Some(send) = &prediction.send {
        let act = send.burst(at).act;
        let command = act_words(&act);
        let words = format!("{}.", command.trim_start_matches("# "));
        let done = TimedAct { at: at.0, act };
        state.have(live, Task::Act(done.act.clone()), Then::Turn { words, command, done });
    }
    for command in &prediction.run {
        let task = Task::Perform(command.clone());
        state.have(
            live,
            task,
            Then::Print {
                command: command.clone(),
                at,
            },
        );
    }
    live.pause_at(None);
    live.set_playing(true);
    finish(state, live, lesson)
}

/// On to the next step of the scenario document, or back; without steps, to the next event.
pub(super) fn turn(state: &mut AppState, live: &Live, onward: bool) -> Vec<Effect> {
    let session = live.session.borrow();
    let (steps, step) = (session.lesson().map_or(0, |lesson| lesson.steps.len()), session.step());
    drop(session);
    match (steps, onward) {
        (0, true) => playback::step(live),
        (0, false) => playback::step_back(live),
        (_, true) if step < steps => act(state, live, LessonAction::Step(step + 1)),
        (_, false) if step > 0 => act(state, live, LessonAction::Step(step - 1)),
        _ => Vec::new(),
    }
}

/// Puts the solution in place: an edit of the text, and commands.
fn solve(state: &mut AppState, live: &Live, lesson: &Lesson) -> Vec<Effect> {
    let before = live.session.borrow().text().to_owned();
    let (solved, commands) = if let Ok(changed) = lesson::change(&before, &lesson.solution) {
        changed
    } else {
        // The learner's text is too different: the solution is that of the author's.
        let own = state.gallery_name(lesson).and_then(gallery::scenario);
        let own = own.and_then(|it| lesson::change(&it.text, &lesson.solution).ok());
        if let Some(changed) = own {
            changed
        } else {
            state.complain(say::solution_unfit().to_owned());
            return Vec::new();
        }
    };
    let mut effects = Vec::new();
    if solved != before {
        state.exercise.before = Some(before.into());
        effects = text::edit(state, live, solved);
    }
    for command in commands {
        let then = Then::Print {
            command: command.clone(),
            at: live.at(),
        };
        state.have(live, Task::Perform(command), then);
    }
    effects
}

/// Keeps what the checks came to.
pub(super) fn judged(state: &mut AppState, live: &Live, judged: Vec<Judgement>) -> Vec<Effect> {
    let passes = !judged.is_empty() && judged.iter().all(Judgement::passes);
    let revision = live.session.borrow().revision();
    state.exercise.judged = Some((revision, Rc::new(judged)));
    match state.lesson(live) {
        Some(lesson) if passes => solved(state, &lesson),
        _ => Vec::new(),
    }
}

/// A scenario without checks is done with when every prediction is answered and every step seen.
fn finish(state: &mut AppState, live: &Live, lesson: &Lesson) -> Vec<Effect> {
    let is_done = lesson.checks.is_empty()
        && (0..lesson.predictions.len()).all(|place| state.exercise.answers.contains_key(&place))
        && live.session.borrow().step() >= lesson.steps.len();
    if is_done { solved(state, lesson) } else { Vec::new() }
}

fn solved(state: &mut AppState, lesson: &Lesson) -> Vec<Effect> {
    state.exercise.solved = true;
    let Some(name) = state.gallery_name(lesson) else {
        return Vec::new();
    };
    if !Rc::make_mut(&mut state.solved).insert(name.to_owned()) {
        return Vec::new();
    }
    vec![Effect::SaveSolved(state.solved.clone())]
}

/// Plays a step that was opened for its span.
pub(super) fn stepped(state: &mut AppState, live: &Live, number: usize, is_new: bool) -> Vec<Effect> {
    let Some(lesson) = state.lesson(live) else {
        return Vec::new();
    };
    play_step(live, &lesson, number);
    let tab = number
        .checked_sub(1)
        .and_then(|place| lesson.steps.get(place)?.tab.as_deref());
    if let Some(pane) = tab.and_then(Pane::from_word).filter(|_| !state.narrow) {
        state.show(pane);
    }
    let mut effects = finish(state, live, &lesson);
    effects.push(Effect::SaveDraft);
    if is_new {
        let text = live.session.borrow().text().to_owned();
        effects.push(match gallery::name_of(&text) {
            Some(name) => Effect::ShowFragment(gallery::fragment(name, number)),
            None => Effect::ShowFragment(playground::share::encode(&state.scenario(live))),
        });
    }
    live.touch();
    effects
}
