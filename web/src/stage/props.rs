//! The properties of the stage.

use super::camera::Zoom;
use super::map_action::MapAction;
use super::room::Caption;
use super::view::StageOptions;
use crate::live::{Live, SessionRevision};
use crate::port::Port;
use crate::selection::Selection;
use crate::theme::Theme;
use playground::Workload;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties)]
pub struct Props {
    pub live: Rc<Live>,
    pub revision: SessionRevision,
    /// Counts answers to questions, such as which workload a pod belongs to.
    pub replies: u64,
    pub selected: Option<Selection>,
    /// What the pointer or the editor's cursor is on, anywhere on the page.
    pub pointed: Option<Selection>,
    /// What a step of a scenario document points at.
    pub points: Vec<Selection>,
    /// What the first story tells now.
    pub told: Option<Caption>,
    /// The only request that is shown, as long as the first story lasts.
    pub only: Option<u64>,
    /// Whether the reader prefers less motion.
    pub reduced: bool,
    pub theme: Theme,
    /// Receives zooms from the rest of the page.
    pub zoom: Port<Zoom>,
    pub on_select: Callback<Selection>,
    /// Called with what the pointer or the focus is on.
    pub on_point: Callback<Option<Selection>>,
    pub on_action: Callback<(Selection, MapAction)>,
    /// Called with a new number of replicas.
    pub on_scale: Callback<(Workload, i64)>,
    /// Called with the zoom in percent whenever it changed.
    pub on_zoom: Callback<u32>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.live, &other.live)
            && self.revision == other.revision
            && self.replies == other.replies
            && self.selected == other.selected
            && self.pointed == other.pointed
            && self.points == other.points
            && (&self.told, self.only) == (&other.told, other.only)
            && (self.reduced, self.theme) == (other.reduced, other.theme)
    }
}

impl Props {
    pub(super) fn options(&self) -> StageOptions {
        StageOptions {
            selected: self.selected.clone(),
            pointed: self.pointed.clone(),
            points: self.points.clone(),
            only: self.only,
            reduced: self.reduced,
            theme: self.theme,
        }
    }
}
