//! What the page gives the stage, and what the stage tells the page.

use super::camera::Zoom;
use super::map_action::MapAction;
use super::view::StageOptions;
use crate::live::{Live, SessionRevision};
use crate::port::Port;
use crate::selection::Selection;
use crate::theme::Theme;
use playground::Workload;
use std::rc::Rc;
use yew::prelude::*;

/// Properties of the stage.
#[derive(Properties)]
pub struct Props {
    /// The session and the playhead.
    pub live: Rc<Live>,
    /// Counts the changes of the session.
    pub revision: SessionRevision,
    pub selected: Option<Selection>,
    /// What the pointer or the cursor is on, here or elsewhere on the page.
    pub pointed: Option<Selection>,
    /// Whether the reader prefers less motion.
    pub reduced: bool,
    pub theme: Theme,
    /// Takes zooms asked for elsewhere on the page.
    pub zoom: Port<Zoom>,
    /// Called with what was picked.
    pub on_select: Callback<Selection>,
    /// Called with what the pointer or the focus is on, and with nothing when it is on nothing.
    pub on_point: Callback<Option<Selection>>,
    /// Called with what is to be done to something on the map.
    pub on_action: Callback<(Selection, MapAction)>,
    /// Called with what is to have so many replicas.
    pub on_scale: Callback<(Workload, i64)>,
    /// Called with the zoom, in percent, when it changed.
    pub on_zoom: Callback<u32>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.live, &other.live)
            && self.revision == other.revision
            && self.selected == other.selected
            && self.pointed == other.pointed
            && (self.reduced, self.theme) == (other.reduced, other.theme)
    }
}

impl Props {
    pub(super) fn wishes(&self) -> StageOptions {
        StageOptions {
            selected: self.selected.clone(),
            pointed: self.pointed.clone(),
            reduced: self.reduced,
            theme: self.theme,
        }
    }
}
