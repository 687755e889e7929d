//! The panes that tabs open.

/// A pane that a tab opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pane {
    /// The editor.
    Yaml,
    /// Who asks whom.
    Traffic,
    /// `kubectl describe service`.
    Describe,
    /// `kubectl get`.
    Get,
    /// `kubectl get endpointslices`.
    Slices,
    /// The log.
    Requests,
    /// The share of each pod.
    Share,
}

impl Pane {
    /// All, as a narrow page lines them up.
    pub const ALL: [Self; 7] = [
        Self::Yaml,
        Self::Describe,
        Self::Requests,
        Self::Share,
        Self::Get,
        Self::Slices,
        Self::Traffic,
    ];

    /// The word for it in links and in the document's ids.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Traffic => "traffic",
            Self::Describe => "describe",
            Self::Get => "get",
            Self::Slices => "slices",
            Self::Requests => "requests",
            Self::Share => "share",
        }
    }

    /// What its tab says.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Yaml => "services.yaml",
            Self::Slices => "endpoint slices",
            _ => self.word(),
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pane| pane.word() == word)
    }

    /// The group of tabs it belongs to on a wide page.
    pub const fn group(self) -> &'static [Self] {
        match self {
            Self::Yaml | Self::Traffic => &[Self::Yaml, Self::Traffic],
            Self::Describe | Self::Get | Self::Slices => &[Self::Describe, Self::Get, Self::Slices],
            Self::Requests | Self::Share => &[Self::Requests, Self::Share],
        }
    }
}
