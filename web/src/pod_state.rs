//! The state of a pod as the page shows it: one word and one look for the map, the card, the text and the sentences.

use crate::say;
use playground::{Micros, Pod, PodStage};

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
    /// Its containers have yet to start.
    Starting,
    /// Its init containers have yet to do their work.
    Initializing,
    /// A program in it ends over and over.
    Crashing,
    /// It refers to a ConfigMap or a Secret that is not there.
    LacksConfig,
    /// Its programs have done their work.
    Completed,
    Failed,
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
        } else if let Some(state) = Self::of_stage(pod.stage) {
            state
        } else if !pod.ready {
            Self::NotReady
        } else if pod.answering.longest().is_some_and(|longest| longest >= SLOW) {
            Self::Slow
        } else {
            Self::Ready
        }
    }

    /// What keeps a pod from running; `None` if nothing does.
    const fn of_stage(stage: PodStage) -> Option<Self> {
        match stage {
            PodStage::Runs => None,
            PodStage::Starts => Some(Self::Starting),
            PodStage::Initializes => Some(Self::Initializing),
            PodStage::Crashes => Some(Self::Crashing),
            PodStage::LacksConfig => Some(Self::LacksConfig),
            PodStage::Succeeded => Some(Self::Completed),
            PodStage::Failed => Some(Self::Failed),
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Ready => say::pod_ready(),
            Self::Slow => say::pod_slow(),
            Self::NotReady => say::pod_unready(),
            Self::Terminating => say::pod_terminating(),
            Self::Unscheduled => say::pod_unscheduled(),
            Self::Starting => say::pod_starting(),
            Self::Initializing => say::pod_initializing(),
            Self::Crashing => say::pod_crashing(),
            Self::LacksConfig => say::pod_unconfigured(),
            Self::Completed => say::pod_completed(),
            Self::Failed => say::pod_failed(),
        }
    }

    pub const fn look(self) -> RingLook {
        match self {
            Self::Ready => RingLook::Solid,
            Self::Slow => RingLook::Clock,
            Self::NotReady
            | Self::Unscheduled
            | Self::Starting
            | Self::Initializing
            | Self::Crashing
            | Self::LacksConfig => RingLook::Dashed,
            Self::Terminating | Self::Completed | Self::Failed => RingLook::Fading,
        }
    }

    /// Whether its condition Ready is true and it stays.
    pub const fn is_ready(self) -> bool {
        match self {
            Self::Ready | Self::Slow => true,
            Self::NotReady
            | Self::Terminating
            | Self::Unscheduled
            | Self::Starting
            | Self::Initializing
            | Self::Crashing
            | Self::LacksConfig
            | Self::Completed
            | Self::Failed => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::played::Played;
    use crate::scenarios;
    use playground::Act;

    fn after(command: &str) -> PodState {
        let mut session = Played::new(scenarios::ALL[0].scenario());
        let at = Micros::from_seconds(1);
        session.act(at, Act::Kubectl(command.to_owned()));
        let world = session.world(at);
        let pod = world.pods.iter().find(|pod| *pod.key.name == *"back-end-1");
        pod.map_or(PodState::Unscheduled, |pod| PodState::of(pod))
    }

    fn of_container(container: &str) -> &'static str {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  restartPolicy: OnFailure\n  containers:\n  - {container}\n"
        );
        let session = Played::new(playground::Scenario {
            text,
            ..playground::Scenario::default()
        });
        let world = session.world(Micros::ZERO);
        world.pods.first().map_or("", |pod| PodState::of(pod).word())
    }

    #[test]
    fn a_pod_says_what_keeps_it_from_running() {
        assert_eq!(of_container("{name: web, image: nginx}"), "ready");
        assert_eq!(
            of_container("{name: web, image: busybox, command: ['false']}"),
            "crashing"
        );
        assert_eq!(
            of_container("{name: web, image: busybox, command: ['true']}"),
            "completed"
        );
        assert_eq!(
            of_container("{name: web, image: nginx, envFrom: [{configMapRef: {name: gone}}]}"),
            "lacks its configuration"
        );
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
