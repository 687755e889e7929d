//! The scenarios without a scenario document, of which the gallery lists some; links and drafts know the others.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lesson {
    pub title: &'static str,
    /// One sentence for the gallery.
    pub about: &'static str,
    /// YAML.
    pub text: &'static str,
    /// The Service to describe first, as `NAMESPACE/NAME`.
    pub service: &'static str,
}

pub const SEED: u64 = 7;

/// The first one opens unless a link or a draft does.
pub const ALL: [Lesson; 7] = [
    Lesson {
        title: "ClusterIP: three tiers, one name",
        about: "Front ends ask one Service, which spreads requests over three pods.",
        text: include_str!("../scenarios/three-tiers.yaml"),
        service: "default/back-end",
    },
    Lesson {
        title: "A selector that matches no pod",
        about: "One label is wrong by a dash: no endpoints, every request refused.",
        text: include_str!("../scenarios/wrong-selector.yaml"),
        service: "default/shop",
    },
    Lesson {
        title: "A target port that nothing listens on",
        about: "There are endpoints, yet every request is refused.",
        text: include_str!("../scenarios/wrong-target-port.yaml"),
        service: "default/web",
    },
    Lesson {
        title: "Ready and not ready",
        about: "A pod that is not ready gets no requests. Click it to change that.",
        text: include_str!("../scenarios/not-ready.yaml"),
        service: "default/api",
    },
    Lesson {
        title: "A Deployment behind a Service",
        about: "Delete a pod: another takes its place under a new address.",
        text: include_str!("../scenarios/deployment.yaml"),
        service: "default/hello",
    },
    Lesson {
        title: "Ports by name",
        about: "The Service names the port; each pod says which number that is.",
        text: include_str!("../scenarios/named-port.yaml"),
        service: "default/catalog",
    },
    Lesson {
        title: "NodePort: access from outside",
        about: "A laptop reaches the pods by a port of the node.",
        text: include_str!("../scenarios/node-port.yaml"),
        service: "default/site",
    },
];

/// The first scenario with one client only, which keeps its connection open.
#[cfg(test)]
pub fn kept_open() -> playground::Scenario {
    let flow = playground::FlowSpec {
        from: "pod/default/front-end-1".to_owned(),
        to: "default/back-end".to_owned(),
        port: 80,
        millihertz: 2_000,
        keep_alive: true,
        ..playground::FlowSpec::default()
    };
    playground::Scenario {
        traffic: playground::Traffic::Chosen(vec![flow]),
        ..ALL[0].scenario()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::played::Played;
    use playground::Severity;

    #[test]
    fn every_scenario_is_taken_by_a_cluster_without_complaint() {
        for lesson in &ALL {
            let session = Played::new(lesson.scenario());
            let complaints: Vec<_> = session
                .diagnostics()
                .iter()
                .filter(|diagnostic| diagnostic.severity != Severity::Advice)
                .collect();
            assert!(complaints.is_empty(), "{}: {complaints:?}", lesson.title);
            let named = session.services(playground::Micros::ZERO);
            assert!(
                named
                    .iter()
                    .any(|key| format!("{}/{}", key.namespace, key.name) == lesson.service)
            );
        }
    }
}
