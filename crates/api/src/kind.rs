/// A kind of object the cluster keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// v1 Namespace.
    Namespace,
    /// v1 Node.
    Node,
    /// v1 Pod.
    Pod,
    /// v1 Service.
    Service,
    /// v1 Endpoints.
    Endpoints,
    /// discovery.k8s.io/v1 EndpointSlice.
    EndpointSlice,
    /// apps/v1 Deployment.
    Deployment,
    /// apps/v1 ReplicaSet.
    ReplicaSet,
    /// apps/v1 StatefulSet.
    StatefulSet,
    /// v1 Event.
    Event,
    /// networking.k8s.io/v1 Ingress.
    Ingress,
}

/// What a kind is called.
struct Names {
    kind: Kind,
    group: &'static str,
    name: &'static str,
    plural: &'static str,
    short: &'static [&'static str],
}

const ALL: &[Names] = &[
    Names {
        kind: Kind::Namespace,
        group: "",
        name: "Namespace",
        plural: "namespaces",
        short: &["ns"],
    },
    Names {
        kind: Kind::Node,
        group: "",
        name: "Node",
        plural: "nodes",
        short: &["no"],
    },
    Names {
        kind: Kind::Pod,
        group: "",
        name: "Pod",
        plural: "pods",
        short: &["po"],
    },
    Names {
        kind: Kind::Service,
        group: "",
        name: "Service",
        plural: "services",
        short: &["svc"],
    },
    Names {
        kind: Kind::Endpoints,
        group: "",
        name: "Endpoints",
        plural: "endpoints",
        short: &["ep"],
    },
    Names {
        kind: Kind::EndpointSlice,
        group: "discovery.k8s.io",
        name: "EndpointSlice",
        plural: "endpointslices",
        short: &[],
    },
    Names {
        kind: Kind::Deployment,
        group: "apps",
        name: "Deployment",
        plural: "deployments",
        short: &["deploy"],
    },
    Names {
        kind: Kind::ReplicaSet,
        group: "apps",
        name: "ReplicaSet",
        plural: "replicasets",
        short: &["rs"],
    },
    Names {
        kind: Kind::StatefulSet,
        group: "apps",
        name: "StatefulSet",
        plural: "statefulsets",
        short: &["sts"],
    },
    Names {
        kind: Kind::Event,
        group: "",
        name: "Event",
        plural: "events",
        short: &["ev"],
    },
    Names {
        kind: Kind::Ingress,
        group: "networking.k8s.io",
        name: "Ingress",
        plural: "ingresses",
        short: &["ing"],
    },
];

impl Kind {
    /// The kind an object says it is of.
    pub fn of(api_version: &str, kind: &str) -> Option<Self> {
        ALL.iter()
            .find(|names| names.name == kind && version(names.group) == api_version)
            .map(|names| names.kind)
    }

    /// The kind of that name in any of the groups, as owner references name it.
    pub fn of_name(name: &str) -> Option<Self> {
        ALL.iter().find(|names| names.name == name).map(|names| names.kind)
    }

    /// The kind a word on kubectl's command line means: `svc`, `service`, `services`, `deployments.apps`.
    pub fn of_word(word: &str) -> Option<Self> {
        let (resource, group) = word
            .split_once('.')
            .map_or((word, None), |(resource, group)| (resource, Some(group)));
        let named = |names: &&Names| {
            let called =
                names.plural == resource || names.name.to_lowercase() == resource || names.short.contains(&resource);
            called && group.is_none_or(|group| group == names.group || group == format!("v1.{}", names.group))
        };
        ALL.iter().find(named).map(|names| names.kind)
    }

    /// The API group, empty for the core one.
    pub fn group(self) -> &'static str {
        self.names().group
    }

    /// `apiVersion` of its objects.
    pub fn api_version(self) -> String {
        version(self.group())
    }

    /// `kind` of its objects, and the name of their Go type.
    pub fn name(self) -> &'static str {
        self.names().name
    }

    /// Its resource: `services`.
    pub fn plural(self) -> &'static str {
        self.names().plural
    }

    /// Its resource with its group, as errors name it: `services`, `deployments.apps`.
    pub fn qualified_resource(self) -> String {
        self.qualified(self.plural())
    }

    /// Its name with its group, as errors name it: `Service`, `Deployment.apps`.
    pub fn qualified_kind(self) -> String {
        self.qualified(self.name())
    }

    fn qualified(self, word: &str) -> String {
        if self.group().is_empty() {
            word.to_owned()
        } else {
            format!("{word}.{}", self.group())
        }
    }

    /// How kubectl names one: `service`, `deployment.apps`.
    pub fn resource_name(self) -> String {
        self.qualified(&self.name().to_lowercase())
    }

    /// Whether its objects live in a namespace.
    pub fn namespaced(self) -> bool {
        !matches!(self, Self::Namespace | Self::Node)
    }

    fn names(self) -> &'static Names {
        ALL.iter().find(|names| names.kind == self).unwrap_or(&ALL[0])
    }
}

fn version(group: &str) -> String {
    if group.is_empty() {
        "v1".to_owned()
    } else {
        format!("{group}/v1")
    }
}
