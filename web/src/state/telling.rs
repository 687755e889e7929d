//! How far the page is with its first story, and what can be done with it.

use crate::first_story::FirstStory;
use std::rc::Rc;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstStoryAction {
    /// All that it needs is there.
    Begin,
    /// What it needs did not come in time: the page plays, and the story waits for the next visit.
    GiveUp,
    /// Tell it again, from this moment.
    Again,
    /// The next sentence, where nothing moves.
    Next,
    /// It is told, or the reader has had enough.
    End,
}

/// How far the page is with its first story.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum FirstStoryState {
    /// It is told, or is not to be told.
    #[default]
    Off,
    /// It is to be told once the scenario is there, and the part of the program that tells it.
    Waits {
        has_program: bool,
    },
    Tells(Rc<FirstStory>),
}

impl FirstStoryState {
    pub fn is_off(&self) -> bool {
        *self == Self::Off
    }

    pub fn story(&self) -> Option<&Rc<FirstStory>> {
        match self {
            Self::Tells(story) => Some(story),
            Self::Off | Self::Waits { .. } => None,
        }
    }
}
