//! What a session is set to: its scenario, seed, nodes, and the versions and modes of its cluster.

use super::Reader;
use crate::lesson::Lesson;
use crate::limits;
use crate::scenario::{IpFamily, NetworkPolicies, Proxy, Scenario, View};
use kubectl::KubectlVersion;
use network::Micros;
use std::rc::Rc;

impl Reader {
    /// A sentence for each part of the scenario that exceeded a limit and was cut.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// The playhead of the scenario, within the limits: where the page opens.
    pub fn opening(&self) -> Micros {
        Micros(self.scenario.view.at)
    }

    /// The scenario that a link carries, with this view.
    pub fn scenario(&self, view: View) -> Scenario {
        let step = self.scenario.view.step;
        let mut scenario = Scenario {
            view: View { step, ..view },
            ..self.scenario.clone()
        };
        if let Some(lesson) = &self.lesson {
            lesson.strip(&mut scenario, step);
        }
        scenario
    }

    /// The scenario document of the text; while it cannot be read, the last one that could.
    pub fn lesson(&self) -> Option<&Rc<Lesson>> {
        self.lesson.as_ref()
    }

    /// The number of the step that has been reached, counted from 1.
    pub fn step(&self) -> usize {
        self.scenario.view.step
    }

    /// Restarts the session at a step of its scenario document, without what was done by hand.
    pub fn set_step(&mut self, step: usize) {
        let text = self.scenario.text.clone();
        self.restart(|scenario| {
            *scenario = Scenario {
                text,
                view: View {
                    step,
                    ..View::default()
                },
                ..Scenario::default()
            };
        });
    }

    /// All random choices follow from it.
    pub fn seed(&self) -> u64 {
        self.scenario.seed
    }

    /// Restarts the session with another seed.
    pub fn set_seed(&mut self, seed: u64) {
        self.restart(|scenario| scenario.seed = seed);
    }

    /// Changes the scenario and plays it again from the beginning.
    pub(super) fn restart(&mut self, change: impl FnOnce(&mut Scenario)) {
        let mut scenario = self.scenario.clone();
        change(&mut scenario);
        let revision = self.revision;
        *self = Self::new(scenario);
        self.revision += revision + 1;
    }

    /// Number of nodes, from 1.
    pub fn nodes(&self) -> usize {
        self.scenario.nodes.max(1)
    }

    /// Restarts the session with another number of nodes, at most [`limits::NODES`].
    pub fn set_nodes(&mut self, nodes: usize) {
        self.restart(|scenario| scenario.nodes = nodes.clamp(1, limits::NODES));
    }

    /// The mode of kube-proxy.
    pub fn proxy(&self) -> Proxy {
        self.scenario.proxy
    }

    /// Restarts the session with another mode of kube-proxy.
    pub fn set_proxy(&mut self, proxy: Proxy) {
        self.restart(|scenario| scenario.proxy = proxy);
    }

    /// The version of kubectl.
    pub fn kubectl_version(&self) -> KubectlVersion {
        self.scenario.kubectl_version()
    }

    /// Restarts with another version of kubectl.
    pub fn set_kubectl_version(&mut self, version: KubectlVersion) {
        self.restart(|scenario| scenario.kubectl = (version != KubectlVersion::NEWEST).then(|| version.word()));
    }

    /// What the network plugin makes of network policies.
    pub fn network_policies(&self) -> NetworkPolicies {
        self.scenario.network_policies
    }

    /// The families of addresses that were chosen; none if they are those of a new cluster.
    pub fn ip_families(&self) -> &[IpFamily] {
        &self.scenario.ip_families
    }

    /// Restarts the session with a network plugin that enforces network policies, or with one that ignores them.
    pub fn set_network_policies(&mut self, policies: NetworkPolicies) {
        self.restart(|scenario| scenario.network_policies = policies);
    }

    /// Restarts the session with nodes, pods and Services of these families of addresses; with those of a new cluster for none.
    ///
    /// Ranges of addresses that were set go: they may have other families.
    pub fn set_ip_families(&mut self, families: Vec<IpFamily>) {
        self.restart(|scenario| {
            scenario.ip_families = families;
            if scenario.networks().is_err() {
                (scenario.service_cidr, scenario.pod_cidr, scenario.api_server) = (None, None, None);
            }
        });
    }
}
