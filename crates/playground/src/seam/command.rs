use super::{Question, json};
use crate::containers::Visit;
use crate::scenario::{Act, IpFamily, NetworkPolicies, Proxy, Scenario, TimedAct, Traffic};
use kubectl::Edit;
use network::Micros;
use serde::{Deserialize, Serialize};

/// What a reader is asked to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// Counts commands; the update has the same.
    pub number: u64,
    /// The moment of the playhead.
    pub at: Micros,
    /// What to do.
    pub task: Task,
    /// The requests that had reached pods by then. A task that asks for them without getting them is not done
    /// ([`Done::WantsVisits`](super::Done)).
    pub visits: Option<Vec<Visit>>,
    /// What to answer as well once the task is done: see [`Mirror::shown`](super::Mirror::shown).
    pub shown: Vec<Question>,
}

/// What a reader can do: what [`Session`](crate::Session) offers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Task {
    /// Open another scenario.
    Open(#[serde(with = "json")] Scenario),
    /// Read the text.
    Text(String),
    /// Perform an act.
    Act(#[serde(with = "json")] Act),
    /// Take an act back.
    TakeBack(#[serde(with = "json")] TimedAct),
    /// Take the last act back.
    Undo,
    /// Send these flows.
    Traffic(#[serde(with = "json")] Traffic),
    /// Restart with another seed.
    Seed(u64),
    /// Restart with so many nodes.
    Nodes(usize),
    /// Restart with another mode of kube-proxy.
    Proxy(Proxy),
    /// Restart with another network plugin.
    NetworkPolicies(NetworkPolicies),
    /// Restart with other families of addresses.
    IpFamilies(Vec<IpFamily>),
    /// Perform a command line of the terminal.
    Perform(String),
    /// Run a command line again that began at a moment and waits.
    Since(Micros, String),
    /// Run a command line again with what was saved in the editor that it opened.
    Save {
        /// The command line.
        line: String,
        /// What it opened.
        edit: Edit,
        /// What was saved.
        text: String,
    },
    /// Restart with another version of kubectl: `1.30`.
    KubectlVersion(String),
    /// Restart at a step of the scenario document, without what was done by hand.
    Step(usize),
    /// Hold the session against the checks of its scenario document.
    Judge,
    /// End what `kubectl port-forward` does in the background.
    StopForwarding,
    /// Tell what time brings until a moment.
    Bring(Micros),
    /// Tell what completes a command line.
    Complete(String),
    /// Answer these, each at its moment.
    Ask(Vec<(Micros, Question)>),
    /// Do nothing, when all before it is done.
    Pass,
}

impl Task {
    /// Whether it can change the session.
    pub fn changes_session(&self) -> bool {
        !matches!(
            self,
            Self::Bring(_) | Self::Complete(_) | Self::Ask(_) | Self::Judge | Self::Pass
        )
    }

    /// Whether it makes this earlier task, which nobody has begun, needless.
    pub fn replaces(&self, earlier: &Self) -> bool {
        matches!(
            (self, earlier),
            (Self::Text(_), Self::Text(_))
                | (Self::Bring(_), Self::Bring(_))
                | (
                    Self::Open(_),
                    Self::Text(_) | Self::Bring(_) | Self::Ask(_) | Self::Judge
                )
        )
    }
}
