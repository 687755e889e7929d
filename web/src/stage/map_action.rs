//! What a key or a control does to something on the map.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapAction {
    /// Delete the pod.
    Delete,
    ToggleReady,
    /// Edit its labels.
    Relabel,
    /// Toggle whether it is slow.
    Slow,
    SendOne,
    SendBurst,
    /// One replica more of the workload of the pod, or of the pods behind the Service.
    More,
    Fewer,
}

impl MapAction {
    /// By the key pressed on a focused station.
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
