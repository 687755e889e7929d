use crate::compare::Variant;
use crate::saved::SavedTextRow;
use std::rc::Rc;

#[derive(Clone, Debug, PartialEq)]
pub enum Overlay {
    /// The gallery of scenarios.
    Scenarios,
    /// The saved texts.
    Texts(Vec<SavedTextRow>),
    /// How to embed the stage in another page, with the fragment of the link.
    Embed(String),
    /// The fragment of a link that the browser did not let us copy, shown to be copied by hand.
    Link(String),
    /// The keyboard shortcuts.
    Help,
    /// This scenario beside another one.
    Compare(Comparison),
}

/// What a scenario can be compared with, and what it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    pub variants: Rc<Vec<Variant>>,
    pub chosen: usize,
}
