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
    /// What kube-proxy wrote for the Service.
    Rules,
    /// How a client finds the Service by its name.
    Names,
    /// The log.
    Requests,
    /// The share of each pod.
    Share,
    /// The stage in words.
    Text,
    /// Where kubectl commands are typed.
    Terminal,
}

impl Pane {
    /// All, as a narrow page lines them up.
    pub const ALL: [Self; 11] = [
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

    /// The word for it in links and in the document's ids.
    pub const fn word(self) -> &'static str {
        match self {
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

    /// What its tab says.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Yaml => "services.yaml",
            Self::Slices => "endpoint slices",
            Self::Share => "spread",
            Self::Text => "text view",
            Self::Names => "DNS",
            Self::Terminal => "kubectl",
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
            Self::Describe | Self::Get | Self::Slices | Self::Rules | Self::Names => {
                &[Self::Describe, Self::Get, Self::Slices, Self::Rules, Self::Names]
            }
            Self::Requests | Self::Share | Self::Text => &[Self::Requests, Self::Share, Self::Text],
            Self::Terminal => &[Self::Terminal],
        }
    }
}
