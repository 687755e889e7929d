//! The panes that tabs open.

use crate::say;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pane {
    /// The scenario document, on a narrow page.
    Lesson,
    Yaml,
    Traffic,
    Describe,
    Get,
    Slices,
    /// The rules of kube-proxy.
    Rules,
    /// The DNS look-up of a client.
    Names,
    Requests,
    Share,
    /// The text twin of the stage.
    Text,
    Terminal,
}

impl Pane {
    /// In the order of a narrow page without a scenario document.
    pub const PLAIN: &'static [Self] = {
        let [_, plain @ ..] = &Self::ALL;
        plain
    };
    /// In the order of a narrow page.
    pub const ALL: [Self; 12] = [
        Self::Lesson,
        Self::Yaml,
        Self::Terminal,
        Self::Describe,
        Self::Requests,
        Self::Share,
        Self::Text,
        Self::Get,
        Self::Slices,
        Self::Rules,
        Self::Names,
        Self::Traffic,
    ];

    /// As in links and element ids.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lesson => "lesson",
            Self::Yaml => "yaml",
            Self::Traffic => "traffic",
            Self::Describe => "describe",
            Self::Get => "get",
            Self::Slices => "slices",
            Self::Rules => "rules",
            Self::Names => "dns",
            Self::Requests => "requests",
            Self::Share => "share",
            Self::Text => "text",
            Self::Terminal => "terminal",
        }
    }

    /// The label of its tab.
    pub fn label(self) -> &'static str {
        match self {
            Self::Yaml => "services.yaml",
            Self::Slices => say::tab_slices(),
            Self::Share => say::tab_share(),
            Self::Text => say::tab_text(),
            Self::Names => "DNS",
            Self::Terminal => "kubectl",
            Self::Lesson => say::tab_lesson(),
            Self::Traffic => say::tab_traffic(),
            Self::Rules => say::tab_rules(),
            Self::Requests => say::tab_requests(),
            Self::Describe | Self::Get => self.word(),
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pane| pane.word() == word)
    }

    /// The tabs it shares a row with on a wide page.
    pub const fn group(self) -> &'static [Self] {
        match self {
            Self::Lesson => &[Self::Lesson],
            Self::Yaml | Self::Traffic => &[Self::Yaml, Self::Traffic],
            Self::Describe | Self::Get | Self::Slices | Self::Rules | Self::Names => {
                &[Self::Describe, Self::Get, Self::Slices, Self::Rules, Self::Names]
            }
            Self::Requests | Self::Share | Self::Text => &[Self::Requests, Self::Share, Self::Text],
            Self::Terminal => &[Self::Terminal],
        }
    }
}
