//! How far a learner has come with a scenario document, and what there is to do with one.

use playground::Judgement;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// How far the learner has come with the scenario document of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exercise {
    /// The name in the gallery, if it comes from there.
    pub name: Option<&'static str>,
    /// The prediction that is asked or looked back at.
    pub question: usize,
    /// The answer chosen to each prediction, by their places.
    pub answers: BTreeMap<usize, usize>,
    /// How many hints have been read.
    pub hints: usize,
    /// What the checks came to, and the session's count of changes then.
    pub judged: Option<(u64, Rc<Vec<Judgement>>)>,
    /// Whether all is done that there is to do.
    pub solved: bool,
    /// The text before the solution was put in its place.
    pub before: Option<Rc<str>>,
}

/// What the learner can do with a scenario document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LessonAction {
    /// Fold the panel on a wide page, or unfold it.
    Fold,
    /// Go to the step of this number; 0 is before the first.
    Step(usize),
    /// Look at this prediction.
    Question(usize),
    /// Answer the prediction that is looked at.
    Answer(usize),
    Check,
    /// Read one hint more.
    Hint,
    /// Put the solution in place.
    Solve,
    /// Put the learner's own text back in place of the solution.
    Unsolve,
    /// Open the next scenario of the gallery.
    Next,
}

/// Names of the gallery's scenarios that the learner has solved.
pub type Solved = BTreeSet<String>;
