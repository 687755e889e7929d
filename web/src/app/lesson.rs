//! The panel of the scenario document: beside the editor, or as a tab of its own.

use super::App;
use crate::components::LessonPanel;
use crate::selection::Selection;
use crate::state::points;
use std::ops::Range;
use yew::prelude::*;

impl App {
    pub(super) fn lesson_panel(&self, folds: bool) -> Html {
        let Some(lesson) = self.state.lesson(&self.live) else {
            return Html::default();
        };
        let exercise = self.state.exercise.clone();
        let session = self.live.session.borrow();
        let stale = exercise
            .judged
            .as_ref()
            .is_some_and(|(revision, _)| *revision != session.revision());
        html! {
            <LessonPanel {lesson} {exercise} step={session.step()} {stale} judging={self.state.is_judging()} {folds}
                folded={folds && self.state.lesson_folded} dispatch={self.dispatch.clone()} />
        }
    }

    /// What the step of the scenario document points at.
    pub(super) fn points(&self) -> Vec<Selection> {
        let session = self.live.session.borrow();
        let lesson = session.lesson().filter(|_| session.step() > 0);
        lesson.map(|lesson| points(lesson, session.step())).unwrap_or_default()
    }

    /// The lines of the manifests that the step lights.
    pub(super) fn step_lines(&self) -> Option<Vec<Range<usize>>> {
        let session = self.live.session.borrow();
        let place = session.step().checked_sub(1)?;
        let step = session.lesson()?.steps.get(place)?;
        let text = session.text();
        let head =
            playground::lesson::document(text).and_then(|document| Some(text.find(document)? + document.len()))?;
        let mut start = 0;
        let mut lit = Vec::new();
        for line in text.split_inclusive('\n') {
            let end = start + line.len();
            if start >= head && step.lines.iter().any(|words| line.contains(words.as_str())) {
                lit.push(start..start + line.trim_end().len());
            }
            start = end;
        }
        (!lit.is_empty()).then_some(lit)
    }
}
