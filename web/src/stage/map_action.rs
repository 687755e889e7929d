//! What can be done by hand to something on the map.

/// What can be done by hand to something on the map; each has a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapAction {
    /// Delete the pod.
    Delete,
    /// Make it ready, or not.
    ToggleReady,
    /// Change its labels.
    Relabel,
    /// Make it slow to answer, or as quick as it was.
    Slow,
    /// Send one request from there.
    SendOne,
    /// Send many at once from there.
    SendBurst,
    /// One replica more of what made the pod, or of what is behind the Service.
    More,
    /// One replica less.
    Fewer,
}

impl MapAction {
    /// What a key means on a station that has the focus.
    pub fn of(key: &str) -> Option<Self> {
        Some(match key {
            "Delete" | "Backspace" => Self::Delete,
            "r" => Self::ToggleReady,
            "l" => Self::Relabel,
            "w" => Self::Slow,
            "s" => Self::SendOne,
            "b" => Self::SendBurst,
            "]" => Self::More,
            "[" => Self::Fewer,
            _ => return None,
        })
    }
}
