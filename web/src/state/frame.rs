//! How the page is shown in a frame of another page: the words of the address behind `?embed`.

use crate::live::SPEEDS;
use crate::say;
use playground::Scenario;

/// What the frame shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FrameView {
    #[default]
    Stage,
    Editor,
    Describe,
    Terminal,
    /// The text beside the stage.
    Split,
    /// What a scenario document asks of the learner, beside the stage.
    Exercise,
}

impl FrameView {
    pub const ALL: [Self; 6] = [
        Self::Stage,
        Self::Editor,
        Self::Describe,
        Self::Terminal,
        Self::Split,
        Self::Exercise,
    ];

    /// As in `view=`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Editor => "editor",
            Self::Describe => "describe",
            Self::Terminal => "terminal",
            Self::Split => "split",
            Self::Exercise => "exercise",
        }
    }

    /// Whether the stage is part of it.
    pub const fn has_stage(self) -> bool {
        matches!(self, Self::Stage | Self::Split | Self::Exercise)
    }
}

/// How much stands around the view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FrameUi {
    /// Also tabs and zoom.
    Full,
    /// One row below the view: play, time, the way out.
    #[default]
    Mini,
    /// The way out alone, in the corner.
    None,
}

impl FrameUi {
    pub const ALL: [Self; 3] = [Self::Full, Self::Mini, Self::None];

    /// As in `ui=`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Mini => "mini",
            Self::None => "none",
        }
    }
}

/// What the address says of the frame.
#[allow(clippy::struct_excessive_bools, reason = "independent words of an address")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    pub view: FrameView,
    pub ui: FrameUi,
    /// Whether the reader can change neither the text nor the cluster.
    pub readonly: bool,
    /// Whether the first story is told.
    pub story: bool,
    /// Whether everything is written large.
    pub present: bool,
    /// Whether to play; as the link says if absent.
    pub autoplay: Option<bool>,
    /// In percent; as the link says if absent.
    pub speed: Option<u32>,
    /// Whether the frame turned out not to be allowed to open a window.
    pub is_closed: bool,
}

impl Frame {
    /// Reads the query of an address, and says which words of it mean nothing.
    pub fn read(query: &str) -> (Self, Vec<String>) {
        let mut frame = Self::default();
        let mut unknown = Vec::new();
        let words = query.trim_start_matches('?').split('&').filter(|word| !word.is_empty());
        for word in words {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            if frame.take(name, value).is_none() {
                unknown.push(say::frame_word(&word));
            }
        }
        (frame, unknown)
    }

    fn take(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            // `index.html` found the language before; what is not spoken here is said in English.
            "embed" | "lang" => {}
            "view" => self.view = FrameView::ALL.into_iter().find(|view| view.word() == value)?,
            "ui" => self.ui = FrameUi::ALL.into_iter().find(|ui| ui.word() == value)?,
            "theme" => return matches!(value, "auto" | "light" | "dark").then_some(()),
            "readonly" => self.readonly = switch(value)?,
            "story" => self.story = switch(value)?,
            "present" => self.present = switch(value)?,
            "autoplay" => self.autoplay = Some(switch(value)?),
            "speed" => self.speed = Some(percent(value)?),
            _ => return None,
        }
        Some(())
    }

    /// What the address says goes before what the link says.
    pub(super) fn apply(&self, scenario: &mut Scenario) {
        if let Some(autoplay) = self.autoplay {
            scenario.view.paused = !autoplay;
        }
        if let Some(speed) = self.speed {
            scenario.view.speed = speed;
        }
    }
}

fn switch(value: &str) -> Option<bool> {
    match value {
        "" | "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

fn percent(value: &str) -> Option<u32> {
    let [slowest, .., fastest] = SPEEDS;
    let speed: f64 = value.parse().ok()?;
    let percent = (speed * 100.0).round();
    // Between bounds that an integer holds.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    (f64::from(slowest)..=f64::from(fastest))
        .contains(&percent)
        .then_some(percent as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_the_frame_shows() {
        let (frame, unknown) =
            Frame::read("?embed&view=split&ui=none&theme=auto&readonly&autoplay=0&speed=0.5&story&present=1");
        let expected = Frame {
            view: FrameView::Split,
            ui: FrameUi::None,
            readonly: true,
            story: true,
            present: true,
            autoplay: Some(false),
            speed: Some(50),
            is_closed: false,
        };
        assert_eq!((frame, unknown), (expected, Vec::new()));
    }

    #[test]
    fn words_that_mean_nothing_are_said_and_change_nothing() {
        let (frame, unknown) = Frame::read("?embed&view=map&speed=0&utm_source=mail&readonly=perhaps");
        assert_eq!(frame, Frame::default());
        assert_eq!(unknown.len(), 4);
        assert!(unknown.iter().any(|words| words.contains("\"view=map\"")));
    }

    #[test]
    fn the_address_goes_before_the_link() {
        let (frame, _) = Frame::read("?embed&autoplay=1&speed=2");
        let mut scenario = Scenario::default();
        scenario.view.paused = true;
        frame.apply(&mut scenario);
        assert_eq!((scenario.view.paused, scenario.view.speed), (false, 200));
    }
}
