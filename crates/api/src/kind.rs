use std::fmt;

/// A kind of object the cluster keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// v1 Pod.
    Pod,
    /// v1 Service.
    Service,
    /// apps/v1 Deployment.
    Deployment,
    /// apps/v1 ReplicaSet.
    ReplicaSet,
    /// apps/v1 StatefulSet.
    StatefulSet,
    /// v1 Namespace.
    Namespace,
    /// v1 Node.
    Node,
    /// v1 Endpoints.
    Endpoints,
    /// discovery.k8s.io/v1 EndpointSlice.
    EndpointSlice,
    /// v1 Event.
    Event,
    /// events.k8s.io/v1 Event: the same objects in another dress.
    EventsEvent,
    /// networking.k8s.io/v1 Ingress.
    Ingress,
    /// apps/v1 ControllerRevision.
    ControllerRevision,
}

/// What discovery says of a kind.
struct Resource {
    kind: Kind,
    name: &'static str,
    group: &'static str,
    plural: &'static str,
    singular: &'static str,
    short: &'static [&'static str],
    namespaced: bool,
    in_all: bool,
}

const fn resource(
    kind: Kind,
    name: &'static str,
    group: &'static str,
    plural: &'static str,
    singular: &'static str,
    short: &'static [&'static str],
) -> Resource {
    let namespaced = !matches!(kind, Kind::Namespace | Kind::Node);
    let in_all = matches!(
        kind,
        Kind::Pod | Kind::Service | Kind::Deployment | Kind::ReplicaSet | Kind::StatefulSet
    );
    Resource {
        kind,
        name,
        group,
        plural,
        singular,
        short,
        namespaced,
        in_all,
    }
}

const APPS: &str = "apps";
const RESOURCES: [Resource; 13] = [
    resource(Kind::Pod, "Pod", "", "pods", "pod", &["po"]),
    resource(Kind::Service, "Service", "", "services", "service", &["svc"]),
    resource(
        Kind::Deployment,
        "Deployment",
        APPS,
        "deployments",
        "deployment",
        &["deploy"],
    ),
    resource(
        Kind::ReplicaSet,
        "ReplicaSet",
        APPS,
        "replicasets",
        "replicaset",
        &["rs"],
    ),
    resource(
        Kind::StatefulSet,
        "StatefulSet",
        APPS,
        "statefulsets",
        "statefulset",
        &["sts"],
    ),
    resource(Kind::Namespace, "Namespace", "", "namespaces", "namespace", &["ns"]),
    resource(Kind::Node, "Node", "", "nodes", "node", &["no"]),
    resource(Kind::Endpoints, "Endpoints", "", "endpoints", "endpoints", &["ep"]),
    resource(
        Kind::EndpointSlice,
        "EndpointSlice",
        "discovery.k8s.io",
        "endpointslices",
        "endpointslice",
        &[],
    ),
    resource(Kind::Event, "Event", "", "events", "event", &["ev"]),
    resource(Kind::EventsEvent, "Event", "events.k8s.io", "events", "event", &["ev"]),
    resource(
        Kind::Ingress,
        "Ingress",
        "networking.k8s.io",
        "ingresses",
        "ingress",
        &["ing"],
    ),
    resource(
        Kind::ControllerRevision,
        "ControllerRevision",
        APPS,
        "controllerrevisions",
        "controllerrevision",
        &[],
    ),
];

impl Kind {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Pod,
        Self::Service,
        Self::Deployment,
        Self::ReplicaSet,
        Self::StatefulSet,
        Self::Namespace,
        Self::Node,
        Self::Endpoints,
        Self::EndpointSlice,
        Self::Event,
        Self::EventsEvent,
        Self::Ingress,
        Self::ControllerRevision,
    ];

    /// The kind of an object's `apiVersion` and `kind`, both to the letter.
    pub fn of(api_version: &str, kind: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|it| it.name() == kind && it.api_version() == api_version)
    }

    /// The kind of that name in any of the groups, as owner references name it.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// The kind a word of kubectl's means: plural, singular or short name, in any case, alone or followed by
    /// the group (`deployments.apps`) or version and group (`deployments.v1.apps`).
    ///
    /// Models: kubectl's shortcut expander and apimachinery's DefaultRESTMapper ResourcesFor (v1.36).
    pub fn of_word(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        let (resource, group) = match word.split_once('.') {
            Some((resource, group)) => (resource, Some(group)),
            None => (word.as_str(), None),
        };
        let fits = |it: &&Resource| {
            let named = it.plural == resource || it.singular == resource || it.short.contains(&resource);
            let group_fits = match group {
                None => true,
                Some("v1" | "v1.") => it.group.is_empty(),
                Some(group) => group.strip_prefix("v1.").unwrap_or(group) == it.group && !it.group.is_empty(),
            };
            named && group_fits
        };
        RESOURCES.iter().find(fits).map(|it| it.kind)
    }

    /// As objects name it: `EndpointSlice`.
    pub const fn name(self) -> &'static str {
        self.resource().name
    }

    /// The API group; empty for the core group.
    pub const fn group(self) -> &'static str {
        self.resource().group
    }

    /// The group's version: all are `v1`.
    pub const fn version(self) -> &'static str {
        "v1"
    }

    /// Group and version as objects carry them: `v1`, `apps/v1`.
    pub const fn api_version(self) -> &'static str {
        match self {
            Self::Deployment | Self::ReplicaSet | Self::StatefulSet | Self::ControllerRevision => "apps/v1",
            Self::EndpointSlice => "discovery.k8s.io/v1",
            Self::EventsEvent => "events.k8s.io/v1",
            Self::Ingress => "networking.k8s.io/v1",
            _ => "v1",
        }
    }

    /// The plural resource name: `endpointslices`.
    pub const fn plural(self) -> &'static str {
        self.resource().plural
    }

    /// The singular resource name: `endpointslice`.
    pub const fn singular(self) -> &'static str {
        self.resource().singular
    }

    /// The short names: `svc`.
    pub const fn short_names(self) -> &'static [&'static str] {
        self.resource().short
    }

    /// The plural with its group, as `NotFound` errors name it: `services`, `deployments.apps`.
    pub fn qualified_resource(self) -> String {
        with_group(self.plural(), self.group())
    }

    /// The singular with its group, as kubectl's success lines name it: `service`, `deployment.apps`.
    pub fn resource_name(self) -> String {
        with_group(self.singular(), self.group())
    }

    /// The name with its group, as refusals name it: `Service`, `Deployment.apps`.
    pub fn qualified_kind(self) -> String {
        with_group(self.name(), self.group())
    }

    /// Whether its objects live in a namespace.
    pub const fn namespaced(self) -> bool {
        self.resource().namespaced
    }

    /// Whether `kubectl get all` shows it.
    pub const fn in_all(self) -> bool {
        self.resource().in_all
    }

    /// The struct's name in [`crate::schema`].
    pub const fn go_type(self) -> &'static str {
        match self {
            Self::EventsEvent => "events.Event",
            _ => self.name(),
        }
    }

    const fn resource(self) -> &'static Resource {
        const TABLE: &[Resource; 13] = &RESOURCES;
        match self {
            Self::Pod => &TABLE[0],
            Self::Service => &TABLE[1],
            Self::Deployment => &TABLE[2],
            Self::ReplicaSet => &TABLE[3],
            Self::StatefulSet => &TABLE[4],
            Self::Namespace => &TABLE[5],
            Self::Node => &TABLE[6],
            Self::Endpoints => &TABLE[7],
            Self::EndpointSlice => &TABLE[8],
            Self::Event => &TABLE[9],
            Self::EventsEvent => &TABLE[10],
            Self::Ingress => &TABLE[11],
            Self::ControllerRevision => &TABLE[12],
        }
    }
}

fn with_group(resource: &str, group: &str) -> String {
    if group.is_empty() {
        resource.to_owned()
    } else {
        format!("{resource}.{group}")
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_kinds() {
        for kind in Kind::ALL {
            assert_eq!(kind.resource().kind, kind);
            assert_eq!(Kind::of(kind.api_version(), kind.name()), Some(kind));
        }
    }

    #[test]
    fn kubectl_words_find_their_kind() {
        for word in ["svc", "service", "services", "Services", "services.v1."] {
            assert_eq!(Kind::of_word(word), Some(Kind::Service), "{word}");
        }
        for word in ["deploy", "deployment.apps", "deployments.v1.apps"] {
            assert_eq!(Kind::of_word(word), Some(Kind::Deployment), "{word}");
        }
        assert_eq!(
            Kind::of_word("endpointslices.discovery.k8s.io"),
            Some(Kind::EndpointSlice)
        );
        assert_eq!(Kind::of_word("ev"), Some(Kind::Event));
        assert_eq!(Kind::of_word("events.events.k8s.io"), Some(Kind::EventsEvent));
        assert_eq!(Kind::of_word("nope"), None);
        assert_eq!(Kind::of_word("services.apps"), None);
    }
}
