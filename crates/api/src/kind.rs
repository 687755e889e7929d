use crate::discovery::{Served, served};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};

/// A kind of object that the cluster keeps, in the order of discovery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    // v1
    ConfigMap,
    Endpoints,
    Event,
    LimitRange,
    Namespace,
    Node,
    PersistentVolumeClaim,
    PersistentVolume,
    Pod,
    PodTemplate,
    ReplicationController,
    ResourceQuota,
    Secret,
    ServiceAccount,
    Service,
    // admissionregistration.k8s.io/v1
    MutatingAdmissionPolicy,
    MutatingAdmissionPolicyBinding,
    MutatingWebhookConfiguration,
    ValidatingAdmissionPolicy,
    ValidatingAdmissionPolicyBinding,
    ValidatingWebhookConfiguration,
    // apiextensions.k8s.io/v1
    CustomResourceDefinition,
    // apiregistration.k8s.io/v1
    APIService,
    // apps/v1
    ControllerRevision,
    DaemonSet,
    Deployment,
    ReplicaSet,
    StatefulSet,
    // autoscaling/v2
    HorizontalPodAutoscaler,
    // batch/v1
    CronJob,
    Job,
    // certificates.k8s.io/v1
    CertificateSigningRequest,
    // coordination.k8s.io/v1
    Lease,
    // discovery.k8s.io/v1
    EndpointSlice,
    /// events.k8s.io/v1 Event: another form of the same objects as [`Self::Event`].
    EventsEvent,
    // flowcontrol.apiserver.k8s.io/v1
    FlowSchema,
    PriorityLevelConfiguration,
    // networking.k8s.io/v1
    IngressClass,
    Ingress,
    IPAddress,
    NetworkPolicy,
    ServiceCIDR,
    // node.k8s.io/v1
    RuntimeClass,
    // policy/v1
    PodDisruptionBudget,
    // rbac.authorization.k8s.io/v1
    ClusterRoleBinding,
    ClusterRole,
    RoleBinding,
    Role,
    // resource.k8s.io/v1
    DeviceClass,
    ResourceClaim,
    ResourceClaimTemplate,
    ResourceSlice,
    // scheduling.k8s.io/v1
    PriorityClass,
    // storage.k8s.io/v1
    CSIDriver,
    CSINode,
    CSIStorageCapacity,
    StorageClass,
    VolumeAttachment,
    VolumeAttributesClass,
    /// A kind that a CustomResourceDefinition defines.
    Custom(&'static Served),
}

/// Rows of discovery that can be created and listed; the cluster keeps their objects.
fn kept() -> &'static [&'static Served] {
    static KEPT: OnceLock<Vec<&'static Served>> = OnceLock::new();
    KEPT.get_or_init(|| {
        let is_kept = |it: &&Served| it.verbs.contains(&"create") && it.verbs.contains(&"list");
        served().iter().filter(is_kept).collect()
    })
}

impl Kind {
    /// All built-in kinds.
    pub const ALL: [Self; 59] = [
        Self::ConfigMap,
        Self::Endpoints,
        Self::Event,
        Self::LimitRange,
        Self::Namespace,
        Self::Node,
        Self::PersistentVolumeClaim,
        Self::PersistentVolume,
        Self::Pod,
        Self::PodTemplate,
        Self::ReplicationController,
        Self::ResourceQuota,
        Self::Secret,
        Self::ServiceAccount,
        Self::Service,
        Self::MutatingAdmissionPolicy,
        Self::MutatingAdmissionPolicyBinding,
        Self::MutatingWebhookConfiguration,
        Self::ValidatingAdmissionPolicy,
        Self::ValidatingAdmissionPolicyBinding,
        Self::ValidatingWebhookConfiguration,
        Self::CustomResourceDefinition,
        Self::APIService,
        Self::ControllerRevision,
        Self::DaemonSet,
        Self::Deployment,
        Self::ReplicaSet,
        Self::StatefulSet,
        Self::HorizontalPodAutoscaler,
        Self::CronJob,
        Self::Job,
        Self::CertificateSigningRequest,
        Self::Lease,
        Self::EndpointSlice,
        Self::EventsEvent,
        Self::FlowSchema,
        Self::PriorityLevelConfiguration,
        Self::IngressClass,
        Self::Ingress,
        Self::IPAddress,
        Self::NetworkPolicy,
        Self::ServiceCIDR,
        Self::RuntimeClass,
        Self::PodDisruptionBudget,
        Self::ClusterRoleBinding,
        Self::ClusterRole,
        Self::RoleBinding,
        Self::Role,
        Self::DeviceClass,
        Self::ResourceClaim,
        Self::ResourceClaimTemplate,
        Self::ResourceSlice,
        Self::PriorityClass,
        Self::CSIDriver,
        Self::CSINode,
        Self::CSIStorageCapacity,
        Self::StorageClass,
        Self::VolumeAttachment,
        Self::VolumeAttributesClass,
    ];

    /// The kind with this `apiVersion` and `kind`, both case-sensitive.
    pub fn of(api_version: &str, kind: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|it| it.name() == kind && it.is_served_in(api_version))
    }

    /// Whether the API server accepts objects of this kind in that version.
    pub fn is_served_in(self, api_version: &str) -> bool {
        self.api_version() == api_version || self.older_version() == Some(api_version)
    }

    /// A served version other than the preferred one.
    pub fn older_version(self) -> Option<&'static str> {
        (self == Self::HorizontalPodAutoscaler).then_some("autoscaling/v1")
    }

    /// The kind with this name in any group, as owner references name it.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// The kind that a word in a kubectl command means: plural, singular or short name, in any case, alone or with the
    /// group (`deployments.apps`) or version and group (`deployments.v1.apps`).
    ///
    /// Models: kubectl's shortcut expander and apimachinery's DefaultRESTMapper ResourcesFor (v1.36).
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.is_meant(word))
    }

    /// Whether a word in a kubectl command means this kind.
    pub fn is_meant(self, word: &str) -> bool {
        let word = word.to_ascii_lowercase();
        let (resource, group) = match word.split_once('.') {
            Some((resource, group)) => (resource, Some(group)),
            None => (word.as_str(), None),
        };
        let it = self.served();
        let named = it.plural == resource || it.singular == resource || it.short.contains(&resource);
        let group_fits = match group {
            None => true,
            Some(group) => {
                let (version, rest) = group.split_once('.').unwrap_or((group, ""));
                let own = it.group();
                let is_older = || {
                    self.older_version()
                        .is_some_and(|older| older == format!("{own}/{version}"))
                };
                (group == own && !own.is_empty()) || rest == own && (version == it.version() || is_older())
            }
        };
        named && group_fits
    }

    /// The `kind` field of its objects: `EndpointSlice`.
    pub fn name(self) -> &'static str {
        self.served().kind
    }

    /// The API group; empty for the core group.
    pub fn group(self) -> &'static str {
        self.served().group()
    }

    /// The version without the group: `v1`, `v2`.
    pub fn version(self) -> &'static str {
        self.served().version()
    }

    /// The `apiVersion` field of its objects: `v1`, `apps/v1`.
    pub fn api_version(self) -> &'static str {
        self.served().api_version
    }

    /// The plural resource name: `endpointslices`.
    pub fn plural(self) -> &'static str {
        self.served().plural
    }

    /// The singular resource name: `endpointslice`.
    pub fn singular(self) -> &'static str {
        &self.served().singular
    }

    /// Short names, such as `svc`.
    pub fn short_names(self) -> &'static [&'static str] {
        &self.served().short
    }

    /// The plural with its group, as in `NotFound` errors: `services`, `deployments.apps`.
    pub fn qualified_resource(self) -> String {
        with_group(self.plural(), self.group())
    }

    /// The singular with its group, as in kubectl's success lines: `service`, `deployment.apps`.
    pub fn resource_name(self) -> String {
        with_group(self.singular(), self.group())
    }

    /// The kind with its group, as in refusals: `Service`, `Deployment.apps`.
    pub fn qualified_kind(self) -> String {
        with_group(self.name(), self.group())
    }

    pub fn namespaced(self) -> bool {
        self.served().namespaced
    }

    /// Whether `kubectl get CATEGORY` shows it, such as `get all`.
    pub fn is_in(self, category: &str) -> bool {
        self.served().categories.contains(&category)
    }

    /// The name of its struct in [`crate::schema`].
    pub fn go_type(self) -> &'static str {
        match self {
            Self::EventsEvent => "events.Event",
            Self::HorizontalPodAutoscaler => "v2.HorizontalPodAutoscaler",
            Self::ResourceClaim => "resource.ResourceClaim",
            Self::Custom(_) => "CustomObject",
            _ => self.name(),
        }
    }

    fn served(self) -> &'static Served {
        match self {
            Self::Custom(served) => served,
            known => kept()[known.place()],
        }
    }

    /// Its index in [`Self::ALL`].
    const fn place(self) -> usize {
        match self {
            Self::ConfigMap => 0,
            Self::Endpoints => 1,
            Self::Event => 2,
            Self::LimitRange => 3,
            Self::Namespace => 4,
            Self::Node => 5,
            Self::PersistentVolumeClaim => 6,
            Self::PersistentVolume => 7,
            Self::Pod => 8,
            Self::PodTemplate => 9,
            Self::ReplicationController => 10,
            Self::ResourceQuota => 11,
            Self::Secret => 12,
            Self::ServiceAccount => 13,
            Self::Service => 14,
            Self::MutatingAdmissionPolicy => 15,
            Self::MutatingAdmissionPolicyBinding => 16,
            Self::MutatingWebhookConfiguration => 17,
            Self::ValidatingAdmissionPolicy => 18,
            Self::ValidatingAdmissionPolicyBinding => 19,
            Self::ValidatingWebhookConfiguration => 20,
            Self::CustomResourceDefinition => 21,
            Self::APIService => 22,
            Self::ControllerRevision => 23,
            Self::DaemonSet => 24,
            Self::Deployment => 25,
            Self::ReplicaSet => 26,
            Self::StatefulSet => 27,
            Self::HorizontalPodAutoscaler => 28,
            Self::CronJob => 29,
            Self::Job => 30,
            Self::CertificateSigningRequest => 31,
            Self::Lease => 32,
            Self::EndpointSlice => 33,
            Self::EventsEvent => 34,
            Self::FlowSchema => 35,
            Self::PriorityLevelConfiguration => 36,
            Self::IngressClass => 37,
            Self::Ingress => 38,
            Self::IPAddress => 39,
            Self::NetworkPolicy => 40,
            Self::ServiceCIDR => 41,
            Self::RuntimeClass => 42,
            Self::PodDisruptionBudget => 43,
            Self::ClusterRoleBinding => 44,
            Self::ClusterRole => 45,
            Self::RoleBinding => 46,
            Self::Role => 47,
            Self::DeviceClass => 48,
            Self::ResourceClaim => 49,
            Self::ResourceClaimTemplate => 50,
            Self::ResourceSlice => 51,
            Self::PriorityClass => 52,
            Self::CSIDriver => 53,
            Self::CSINode => 54,
            Self::CSIStorageCapacity => 55,
            Self::StorageClass => 56,
            Self::VolumeAttachment => 57,
            Self::VolumeAttributesClass => 58,
            Self::Custom(_) => usize::MAX,
        }
    }

    /// The kind for a row of a CustomResourceDefinition. Equal rows give equal kinds.
    ///
    /// Each row is leaked once, so that [`Kind`] stays `Copy`.
    pub fn custom(served: &Served) -> Self {
        static KNOWN: Mutex<BTreeSet<&'static Served>> = Mutex::new(BTreeSet::new());
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let row = known.get(served).copied();
        Self::Custom(row.unwrap_or_else(|| {
            let row: &'static Served = Box::leak(Box::new(served.clone()));
            known.insert(row);
            row
        }))
    }

    pub const fn is_custom(self) -> bool {
        matches!(self, Self::Custom(_))
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
    fn each_kind_has_its_own_row_of_discovery() {
        for kind in Kind::ALL {
            let variant = format!("{kind:?}");
            assert_eq!(
                kind.name(),
                variant
                    .strip_prefix("Events")
                    .filter(|it| *it == "Event")
                    .unwrap_or(&variant)
            );
            assert_eq!(Kind::of(kind.api_version(), kind.name()), Some(kind));
        }
        assert_eq!(kept().len(), Kind::ALL.len());
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
