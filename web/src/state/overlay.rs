#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// The gallery of scenarios.
    Scenarios,
    /// How to embed the stage in another page, with the fragment of the link.
    Embed(String),
    /// The fragment of a link that the browser did not let us copy, shown to be copied by hand.
    Link(String),
    /// The keyboard shortcuts.
    Help,
}
