//! The stage: a map of clients, Services and pods, and the requests on their way.

use crate::live::Live;
use crate::selection::Selection;
use crate::theme::Theme;
use std::rc::Rc;
use yew::prelude::*;

/// Properties of the stage.
#[derive(Properties)]
pub struct Props {
    /// The session and the playhead.
    pub live: Rc<Live>,
    /// Counts the changes of the session.
    pub revision: u64,
    /// What is selected.
    pub selected: Option<Selection>,
    /// Whether the cluster is that of an earlier text.
    pub stale: bool,
    /// Whether the reader wants less motion.
    pub reduced: bool,
    /// The theme in force.
    pub theme: Theme,
    /// Called with what was picked.
    pub on_select: Callback<Selection>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.live, &other.live)
            && self.revision == other.revision
            && self.selected == other.selected
            && (self.stale, self.reduced, self.theme) == (other.stale, other.reduced, other.theme)
    }
}

/// The stage.
#[component]
pub fn Stage(props: &Props) -> Html {
    html! { <canvas class="stage" data-theme={props.theme.word()}></canvas> }
}
