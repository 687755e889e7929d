//! The state of a pod as the page shows it: one word and one look for the map, the card, the text and the sentences.

use playground::{Micros, Pod};

/// An answer that takes as long as this is slow.
const SLOW: Micros = Micros::from_seconds(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodState {
    Ready,
    /// Ready, but its annotation says that answers may take [`SLOW`] or longer.
    Slow,
    NotReady,
    /// Deleted, but there until its containers have ended.
    Terminating,
    /// On no node.
    Unscheduled,
}

/// How the ring of a pod is drawn (`stage/paint/map.rs`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RingLook {
    Solid,
    /// Solid, with a small clock beside it.
    Clock,
    Dashed,
    /// Thin, around a smaller ring.
    Fading,
}

impl PodState {
    pub fn of(pod: &Pod) -> Self {
        if pod.terminating {
            Self::Terminating
        } else if pod.node.is_none() {
            Self::Unscheduled
        } else if !pod.ready {
            Self::NotReady
        } else if pod.answering.longest().is_some_and(|longest| longest >= SLOW) {
            Self::Slow
        } else {
            Self::Ready
        }
    }

    pub const fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Slow => "slow",
            Self::NotReady => "not ready",
            Self::Terminating => "terminating",
            Self::Unscheduled => "not scheduled",
        }
    }

    pub const fn look(self) -> RingLook {
        match self {
            Self::Ready => RingLook::Solid,
            Self::Slow => RingLook::Clock,
            Self::NotReady | Self::Unscheduled => RingLook::Dashed,
            Self::Terminating => RingLook::Fading,
        }
    }

    /// Whether its condition Ready is true and it stays.
    pub const fn is_ready(self) -> bool {
        match self {
            Self::Ready | Self::Slow => true,
            Self::NotReady | Self::Terminating | Self::Unscheduled => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios;
    use playground::{Act, Session};

    fn after(command: &str) -> PodState {
        let mut session = Session::new(scenarios::ALL[0].scenario());
        let at = Micros::from_seconds(1);
        session.act(at, Act::Kubectl(command.to_owned()));
        let world = session.world(at);
        let pod = world.pods.iter().find(|pod| *pod.key.name == *"back-end-1");
        pod.map_or(PodState::Unscheduled, |pod| PodState::of(pod))
    }

    #[test]
    fn a_pod_is_slow_once_its_answers_may_take_a_second() {
        let answers = playground::ANSWERS;
        assert_eq!(after("kubectl get pods"), PodState::Ready);
        assert_eq!(
            after(&format!("kubectl annotate pod back-end-1 {answers}=2s")),
            PodState::Slow
        );
        assert_eq!(
            after(&format!("kubectl annotate pod back-end-1 {answers}=20ms")),
            PodState::Ready
        );
    }
}
