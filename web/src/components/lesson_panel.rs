//! The panel of a scenario document: its story, steps, predictions, checks and hints.

use super::{Glyph, Icon};
use crate::gallery;
use crate::prose::prose;
use crate::say;
use crate::state::{Action, Exercise, LessonAction};
use playground::{Judgement, Lesson, lesson::Prediction};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
#[allow(clippy::struct_excessive_bools, reason = "facts that do not exclude one another")]
pub struct Props {
    pub lesson: Rc<Lesson>,
    pub exercise: Exercise,
    /// The step that has been reached, counted from 1.
    pub step: usize,
    /// Whether the session changed since the checks were judged.
    pub stale: bool,
    pub judging: bool,
    pub folded: bool,
    /// Whether the panel can be folded.
    pub folds: bool,
    pub dispatch: Callback<Action>,
}

#[component]
pub fn LessonPanel(props: &Props) -> Html {
    let lesson = &props.lesson;
    let body = || {
        html! {
            <div class="lesson-body" id="lesson-body" tabindex="0" role="group" aria-label={say::lesson()}>
                <p class="lesson-story">{ prose(&lesson.story) }</p>
                { props.steps() }
                { props.prediction() }
                { props.checks() }
                { props.ending() }
                { props.hints() }
            </div>
        }
    };
    html! {
        <section class={classes!("lesson", props.folded.then_some("folded"))} aria-labelledby="lesson-title">
            <div class="lesson-head">
                <h2 id="lesson-title" class="lesson-title">{ prose(&lesson.title) }</h2>
                if props.exercise.solved { <span class="gallery-solved">{ say::lesson_solved_mark() }</span> }
                if props.folds {
                    <button class="quiet lesson-fold" type="button" aria-expanded={(!props.folded).to_string()}
                        aria-label={if props.folded { say::lesson_show() } else { say::lesson_fold() }}
                        onclick={props.on(LessonAction::Fold)}><Icon of={Glyph::Down} /></button>
                }
            </div>
            if !props.folded { { body() } }
        </section>
    }
}

impl Props {
    fn on(&self, action: LessonAction) -> Callback<MouseEvent> {
        self.dispatch.reform(move |_: MouseEvent| Action::Lesson(action))
    }

    fn button(&self, words: &str, action: LessonAction) -> Html {
        html! { <button class="action" type="button" onclick={self.on(action)}>{ words.to_owned() }</button> }
    }

    fn plain(&self, words: &'static str, action: Action) -> Html {
        html! { <button class="action" type="button" onclick={self.dispatch.reform(move |_: MouseEvent| action.clone())}>{ words }</button> }
    }

    /// A button that keeps the focus where it has nothing to do.
    fn way(&self, words: &'static str, action: LessonAction, leads: bool) -> Html {
        let onclick = if leads { self.on(action) } else { Callback::noop() };
        html! { <button class="action" type="button" aria-disabled={(!leads).then_some("true")} {onclick}>{ words }</button> }
    }

    fn steps(&self) -> Html {
        let steps = &self.lesson.steps;
        if steps.is_empty() {
            return Html::default();
        }
        let (at, count) = (self.step.min(steps.len()), steps.len());
        let step = at.checked_sub(1).and_then(|place| steps.get(place));
        html! {
            <section class="lesson-part" aria-label={say::lesson_steps()}>
                <div class="lesson-said" aria-live="polite">
                    if let Some(step) = step {
                        if !step.title.is_empty() { <h3 class="lesson-heading">{ prose(&step.title) }</h3> }
                        <p>{ prose(&step.say) }</p>
                    }
                </div>
                <div class="lesson-ways">
                    { self.way(say::lesson_back(), LessonAction::Step(at.saturating_sub(1)), at > 0) }
                    { self.way(say::lesson_next(), LessonAction::Step(at + 1), at < count) }
                    <span class="lesson-count">{ if at == 0 { say::lesson_step_count(&count) } else { say::lesson_at(&at, &count) } }</span>
                </div>
            </section>
        }
    }

    fn prediction(&self) -> Html {
        let predictions = &self.lesson.predictions;
        let place = self.exercise.question.min(predictions.len().saturating_sub(1));
        let Some(prediction) = predictions.get(place) else {
            return Html::default();
        };
        let chosen = self.exercise.answers.get(&place).copied();
        let count = predictions.len();
        let count = (count > 1).then(|| say::lesson_question(&(place + 1), &count));
        html! {
            <section class="lesson-part" aria-label={say::lesson_prediction()}>
                if let Some(count) = count { <p class="lesson-count">{ count }</p> }
                <Question key={place} prediction={prediction.clone()} {chosen} dispatch={self.dispatch.clone()} />
                <div class="lesson-ways">
                    if place > 0 { { self.button(say::lesson_question_before(), LessonAction::Question(place - 1)) } }
                    if chosen.is_some() && place + 1 < predictions.len() { { self.button(say::lesson_question_next(), LessonAction::Question(place + 1)) } }
                </div>
            </section>
        }
    }

    fn checks(&self) -> Html {
        let checks = &self.lesson.checks;
        if checks.is_empty() {
            return Html::default();
        }
        let judged = self.exercise.judged.as_ref().map(|(_, judged)| judged.clone());
        let row = |(place, check): (usize, &playground::lesson::LessonCheck)| {
            let judgement = judged.as_ref().and_then(|judged| judged.get(place));
            verdict(&check.say, judgement)
        };
        let says = match (&judged, self.judging) {
            (_, true) => say::lesson_checking(),
            (None, _) => "",
            (Some(_), _) if self.exercise.solved => say::lesson_solved(),
            (Some(_), _) if self.stale => say::lesson_stale(),
            (Some(_), _) => say::lesson_unsolved(),
        };
        html! {
            <section class="lesson-part" aria-label={say::lesson_asked()}>
                <h3 class="lesson-heading">{ say::lesson_solved_when() }</h3>
                <ul class="lesson-checks">{ for checks.iter().enumerate().map(row) }</ul>
                <div class="lesson-ways">
                    { self.button(say::lesson_check(), LessonAction::Check) }
                    <p class="lesson-count" role="status">{ says }</p>
                </div>
            </section>
        }
    }

    fn hints(&self) -> Html {
        let hints = &self.lesson.hints;
        let (read, count) = (self.exercise.hints.min(hints.len()), hints.len());
        if count == 0 && self.lesson.solution.is_empty() {
            return Html::default();
        }
        let holds_back = self.lesson.is_exercise() && !self.exercise.solved && read < count;
        let is_put = self.exercise.before.is_some();
        html! {
            <section class="lesson-part" aria-label={say::lesson_hints()}>
                <ol class="lesson-hints" aria-live="polite">{ for hints.iter().take(read).map(|hint| html! { <li>{ prose(hint) }</li> }) }</ol>
                <div class="lesson-ways">
                    if read < count { { self.button(if read == 0 { say::lesson_hint() } else { say::lesson_hint_more() }, LessonAction::Hint) } }
                    if read == count && !self.lesson.solution.is_empty() && !is_put { { self.button(say::lesson_solve(), LessonAction::Solve) } }
                    if is_put { { self.button(say::lesson_unsolve(), LessonAction::Unsolve) } }
                    if count > 0 { <span class="lesson-count">{ say::lesson_hints_read(&read, &count) }</span> }
                </div>
                if holds_back { <p class="lesson-count">{ say::lesson_advice_waits() }</p> }
            </section>
        }
    }

    fn ending(&self) -> Html {
        if !self.exercise.solved {
            return Html::default();
        }
        let name = self
            .exercise
            .name
            .or_else(|| gallery::name_by_title(&self.lesson.title));
        let next = name.and_then(gallery::after);
        html! {
            <section class="lesson-part lesson-end" aria-label={say::lesson_ending()}>
                if !self.lesson.cause.is_empty() { <p><strong>{ say::lesson_cause() }</strong>{ " " }{ prose(&self.lesson.cause) }</p> }
                { self.plain(say::lesson_compare(), Action::Compare(0)) }
                if let Some(next) = next { { self.button(&say::lesson_next_one(&say::translated(&next.title)), LessonAction::Next) } }
            </section>
        }
    }
}

/// What a check asks for, and what it came to.
fn verdict(say: &str, judgement: Option<&Judgement>) -> Html {
    let (class, word) = match judgement.map(Judgement::passes) {
        None => ("open", ""),
        Some(true) => ("passes", say::lesson_holds()),
        Some(false) => ("fails", say::lesson_not_yet()),
    };
    let faults = judgement.into_iter().flat_map(|it| &it.plain);
    html! {
        <li class={classes!("verdict", class)}>
            <span class="verdict-mark" aria-hidden="true"></span>
            <div><span class="unseen">{ word }{ " " }</span>{ prose(say) }{ for faults.map(|fault| html! { <p class="verdict-fault">{ prose(fault) }</p> }) }</div>
        </li>
    }
}

#[derive(Properties, PartialEq)]
struct QuestionProps {
    prediction: Prediction,
    /// The place of the answer that was given.
    chosen: Option<usize>,
    dispatch: Callback<Action>,
}

#[component]
fn Question(props: &QuestionProps) -> Html {
    let picked = use_state(|| None::<usize>);
    let prediction = &props.prediction;
    let onchange = {
        let picked = picked.setter();
        move |event: Event| {
            let field: HtmlInputElement = event.target_unchecked_into();
            picked.set(field.value().parse().ok());
        }
    };
    let is_answered = props.chosen.is_some();
    let shown = props.chosen.or(*picked);
    let option = |(place, answer): (usize, &String)| {
        let is_right = *answer == prediction.right;
        let class =
            (is_answered && (is_right || shown == Some(place))).then_some(if is_right { "sure" } else { "missed" });
        html! {
            <label class={classes!("answer", class)}>
                <input type="radio" name="prediction" value={place.to_string()} checked={shown == Some(place)} disabled={is_answered}
                    onchange={onchange.clone()} />
                <span>{ prose(answer) }if is_answered && is_right { <span class="answer-word">{ say::lesson_right_mark() }</span> }</span>
            </label>
        }
    };
    let answer = picked.filter(|_| !is_answered).map(|place| {
        let onclick = props
            .dispatch
            .reform(move |_: MouseEvent| Action::Lesson(LessonAction::Answer(place)));
        html! { <button class="action" type="button" {onclick}>{ say::lesson_answer() }</button> }
    });
    let verdict = props.chosen.map(|place| {
        let is_right = prediction.answers.get(place) == Some(&prediction.right);
        html! { <p><strong>{ if is_right { say::lesson_right() } else { say::lesson_wrong() } }</strong>{ " " }{ prose(&prediction.because) }</p> }
    });
    html! {
        <>
            <fieldset class="question">
                <legend>{ prose(&prediction.ask) }</legend>
                { for prediction.answers.iter().enumerate().map(option) }
            </fieldset>
            { answer.unwrap_or_default() }
            <div aria-live="polite">{ verdict.unwrap_or_default() }</div>
        </>
    }
}
