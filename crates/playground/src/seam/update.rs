use super::{Question, Reply, json};
use crate::diagnostic::Diagnostic;
use crate::lesson::{self, Judgement};
use crate::reader::{Reader, TextStatus};
use crate::run::Change;
use crate::scenario::{FlowSpec, IpFamily, NetworkPolicies, Proxy, Scenario, TimedAct, View};
use kubectl::{Completion, KubectlVersion, Output};
use network::Micros;
use serde::{Deserialize, Serialize};

/// What a reader tells after a command.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Update {
    /// The number of the command.
    pub number: u64,
    /// What became of the session, in order.
    pub changes: Vec<Change>,
    /// Where the playhead goes, if the session is played from another beginning.
    pub begins_at: Option<Micros>,
    /// What is new of the text and its surroundings; `None` where nothing can be.
    pub facts: Option<Box<Facts>>,
    /// What the command led to.
    pub done: Done,
    /// The answers to what it asked as well, with their moment.
    pub answers: Vec<(Micros, Question, Reply)>,
}

/// What a command led to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Done {
    /// Nothing to tell of.
    Quietly,
    /// A scenario was opened, or a step of it.
    Opened {
        /// A sentence for each part of it that exceeded a limit.
        notices: Vec<String>,
        /// What each of its acts printed.
        said: Vec<Output>,
    },
    /// Whether it was possible.
    Kept(bool),
    /// What each check of the scenario document comes to.
    Judged(Vec<Judgement>),
    /// The act that was taken back, if there was one.
    Undone(#[serde(with = "json")] Option<TimedAct>),
    /// A command line printed this.
    Printed {
        /// What it printed.
        output: Box<Output>,
        /// What that means, in plain sentences.
        plain: Vec<String>,
        /// The act that it became.
        #[serde(with = "json")]
        act: Option<TimedAct>,
        /// Whether it changed the session.
        changed: bool,
    },
    /// What completes the line.
    Completed(Completion),
    /// The answers to questions.
    Replies(Vec<Reply>),
    /// The command was not done: it asks for the requests that reached pods.
    WantsVisits,
}

/// What a page shows of a session beside its run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Facts {
    /// Counts changes.
    pub revision: u64,
    /// How the cluster relates to the text.
    pub status: TextStatus,
    /// By their place in the text.
    pub diagnostics: Vec<Diagnostic>,
    /// What a link carries, without the text.
    #[serde(with = "json")]
    pub scenario: Scenario,
    /// The first document of the text, if it may be a scenario document.
    pub document: Option<String>,
    /// The version of kubectl: `1.36`.
    pub kubectl: String,
    /// In order of time.
    #[serde(with = "json")]
    pub acts: Vec<TimedAct>,
    /// The flows of now, chosen or automatic.
    #[serde(with = "json")]
    pub sending: Vec<FlowSpec>,
    /// Whether they are chosen.
    pub is_chosen: bool,
    /// All random choices follow from it.
    pub seed: u64,
    /// How many there are.
    pub nodes: usize,
    /// The mode of kube-proxy.
    pub proxy: Proxy,
    /// What the network plugin makes of policies.
    pub policies: NetworkPolicies,
    /// The families of addresses that were chosen.
    pub ip_families: Vec<IpFamily>,
    /// What stands before the line that is typed next.
    pub prompt: String,
    /// Whether that line goes into the shell of a container.
    pub is_in_shell: bool,
    /// Whether `kubectl port-forward` leads anywhere at any moment.
    pub forwards: bool,
}

impl Facts {
    /// Of a session.
    pub fn of(reader: &Reader) -> Self {
        let scenario = Scenario {
            text: String::new(),
            ..reader.scenario(View::default())
        };
        Self {
            revision: reader.revision(),
            status: reader.text_status(),
            diagnostics: reader.diagnostics().to_vec(),
            scenario,
            document: lesson::document(reader.text()).map(str::to_owned),
            kubectl: reader.kubectl_version().word(),
            acts: reader.acts().to_vec(),
            sending: reader.sending().to_vec(),
            is_chosen: reader.traffic_is_chosen(),
            seed: reader.seed(),
            nodes: reader.nodes(),
            proxy: reader.proxy(),
            policies: reader.network_policies(),
            ip_families: reader.ip_families().to_vec(),
            prompt: reader.prompt(),
            is_in_shell: reader.is_in_shell(),
            forwards: reader.has_forwarded(),
        }
    }
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            revision: 0,
            status: TextStatus::Applied { objects: 0 },
            diagnostics: Vec::new(),
            scenario: Scenario::default(),
            document: None,
            kubectl: KubectlVersion::NEWEST.word(),
            acts: Vec::new(),
            sending: Vec::new(),
            is_chosen: false,
            seed: 0,
            nodes: 1,
            proxy: Proxy::default(),
            policies: NetworkPolicies::default(),
            ip_families: Vec::new(),
            prompt: "$".to_owned(),
            is_in_shell: false,
            forwards: false,
        }
    }
}
