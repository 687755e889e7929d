//! Descriptions of structs and fields, and enumerated values.

use api::schema::{Field, Type, bare};

/// Lines `STRUCT: words` and `STRUCT.FIELD: words`.
const WORDS: &str = include_str!("words.txt");

/// Fields that are always written but not required.
pub(super) const OPTIONAL: &[(&str, &str)] = &[
    ("ContainerImage", "names"),
    ("EndpointSlice", "endpoints"),
    ("EndpointSlice", "ports"),
    ("Event", "reportingComponent"),
    ("Event", "reportingInstance"),
    ("GRPCAction", "service"),
    ("NodeRuntimeHandler", "name"),
    ("ProjectedVolumeSource", "sources"),
    ("StatefulSetOrdinals", "start"),
    ("StatefulSetSpec", "serviceName"),
    ("TypedLocalObjectReference", "apiGroup"),
    ("TypedObjectReference", "apiGroup"),
];

/// Required fields that are left out when empty.
pub(super) const REQUIRED: &[(&str, &str)] = &[
    ("ContainerRestartRule", "action"),
    ("ContainerRestartRuleOnExitCodes", "operator"),
    ("ImageVolumeStatus", "imageRef"),
    ("PodCertificateProjection", "keyType"),
    ("PodCertificateProjection", "signerName"),
];

/// Text fields whose allowed values the API lists.
///
/// Models: the types marked `+enum` in staging/src/k8s.io/api (v1.36).
const ALLOWED: &[(&str, &[&str])] = &[
    ("AddressType", &["FQDN", "IPv4", "IPv6"]),
    ("AppArmorProfileType", &["Localhost", "RuntimeDefault", "Unconfined"]),
    ("AzureDataDiskCachingMode", &["None", "ReadOnly", "ReadWrite"]),
    ("AzureDataDiskKind", &["Dedicated", "Managed", "Shared"]),
    (
        "DNSPolicy",
        &["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"],
    ),
    ("DeploymentStrategyType", &["Recreate", "RollingUpdate"]),
    (
        "HostPathType",
        &[
            "",
            "BlockDevice",
            "CharDevice",
            "Directory",
            "DirectoryOrCreate",
            "File",
            "FileOrCreate",
            "Socket",
        ],
    ),
    (
        "IPFamilyPolicy",
        &["PreferDualStack", "RequireDualStack", "SingleStack"],
    ),
    ("MountPropagationMode", &["Bidirectional", "HostToContainer", "None"]),
    ("NamespacePhase", &["Active", "Terminating"]),
    ("NodeInclusionPolicy", &["Honor", "Ignore"]),
    ("NodePhase", &["Pending", "Running", "Terminated"]),
    (
        "NodeSelectorOperator",
        &["DoesNotExist", "Exists", "Gt", "In", "Lt", "NotIn"],
    ),
    ("PathType", &["Exact", "ImplementationSpecific", "Prefix"]),
    (
        "PersistentVolumeClaimModifyVolumeStatus",
        &["InProgress", "Infeasible", "Pending"],
    ),
    ("PersistentVolumeClaimPhase", &["Bound", "Lost", "Pending"]),
    ("PersistentVolumeMode", &["Block", "Filesystem"]),
    ("PodFSGroupChangePolicy", &["Always", "OnRootMismatch"]),
    ("PodManagementPolicyType", &["OrderedReady", "Parallel"]),
    ("PodPhase", &["Failed", "Pending", "Running", "Succeeded", "Unknown"]),
    ("PodQOSClass", &["BestEffort", "Burstable", "Guaranteed"]),
    ("PreemptionPolicy", &["Never", "PreemptLowerPriority"]),
    ("ProcMountType", &["Default", "Unmasked"]),
    ("Protocol", &["SCTP", "TCP", "UDP"]),
    ("PullPolicy", &["Always", "IfNotPresent", "Never"]),
    ("RestartPolicy", &["Always", "Never", "OnFailure"]),
    ("SeccompProfileType", &["Localhost", "RuntimeDefault", "Unconfined"]),
    ("ServiceAffinity", &["ClientIP", "None"]),
    ("ServiceExternalTrafficPolicy", &["Cluster", "Local"]),
    ("ServiceInternalTrafficPolicy", &["Cluster", "Local"]),
    (
        "ServiceType",
        &["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"],
    ),
    (
        "Signal",
        &[
            "SIGABRT",
            "SIGALRM",
            "SIGBUS",
            "SIGCHLD",
            "SIGCLD",
            "SIGCONT",
            "SIGFPE",
            "SIGHUP",
            "SIGILL",
            "SIGINT",
            "SIGIO",
            "SIGIOT",
            "SIGKILL",
            "SIGPIPE",
            "SIGPOLL",
            "SIGPROF",
            "SIGPWR",
            "SIGQUIT",
            "SIGRTMAX",
            "SIGRTMAX-1",
            "SIGRTMAX-10",
            "SIGRTMAX-11",
            "SIGRTMAX-12",
            "SIGRTMAX-13",
            "SIGRTMAX-14",
            "SIGRTMAX-2",
            "SIGRTMAX-3",
            "SIGRTMAX-4",
            "SIGRTMAX-5",
            "SIGRTMAX-6",
            "SIGRTMAX-7",
            "SIGRTMAX-8",
            "SIGRTMAX-9",
            "SIGRTMIN",
            "SIGRTMIN+1",
            "SIGRTMIN+10",
            "SIGRTMIN+11",
            "SIGRTMIN+12",
            "SIGRTMIN+13",
            "SIGRTMIN+14",
            "SIGRTMIN+15",
            "SIGRTMIN+2",
            "SIGRTMIN+3",
            "SIGRTMIN+4",
            "SIGRTMIN+5",
            "SIGRTMIN+6",
            "SIGRTMIN+7",
            "SIGRTMIN+8",
            "SIGRTMIN+9",
            "SIGSEGV",
            "SIGSTKFLT",
            "SIGSTOP",
            "SIGSYS",
            "SIGTERM",
            "SIGTRAP",
            "SIGTSTP",
            "SIGTTIN",
            "SIGTTOU",
            "SIGURG",
            "SIGUSR1",
            "SIGUSR2",
            "SIGVTALRM",
            "SIGWINCH",
            "SIGXCPU",
            "SIGXFSZ",
        ],
    ),
    ("StatefulSetUpdateStrategyType", &["OnDelete", "RollingUpdate"]),
    ("SupplementalGroupsPolicy", &["Merge", "Strict"]),
    ("TaintEffect", &["NoExecute", "NoSchedule", "PreferNoSchedule"]),
    ("TerminationMessagePolicy", &["FallbackToLogsOnError", "File"]),
    ("TolerationOperator", &["Equal", "Exists", "Gt", "Lt"]),
    ("URIScheme", &["HTTP", "HTTPS"]),
    ("UnsatisfiableConstraintAction", &["DoNotSchedule", "ScheduleAnyway"]),
];

/// The allowed values of a field of a type; `None` if they are not listed.
pub(super) fn allowed(ty: &Type) -> &'static [&'static str] {
    let Type::String(Some(name)) = ty.target() else {
        return &[];
    };
    let listed = ALLOWED.iter().find(|(known, _)| known == name);
    listed.map_or(&[], |(_, values)| values)
}

pub(super) fn of_struct(name: &str) -> Option<&'static str> {
    find(bare(name), "")
}

pub(super) fn described(owner: &str, field: &Field) -> Option<&'static str> {
    let embedded = field.embedded.and_then(|owner| find(bare(owner), field.name));
    embedded.or_else(|| find(bare(owner), field.name))
}

fn find(owner: &str, field: &str) -> Option<&'static str> {
    let words = |line: &'static str| {
        let rest = line.strip_prefix(owner)?;
        let rest = if field.is_empty() {
            rest
        } else {
            rest.strip_prefix('.')?.strip_prefix(field)?
        };
        rest.strip_prefix(": ")
    };
    WORDS.lines().find_map(words)
}

/// Breaks text at blanks into lines of at most so many characters.
pub(super) fn wrap(words: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words.split(' ') {
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::schema::lookup;

    #[test]
    fn words_speak_of_fields_there_are_in_plain_lines() {
        for line in WORDS.lines() {
            let (name, words) = line.split_once(": ").unwrap_or_default();
            let (owner, field) = name.split_once('.').unwrap_or((name, ""));
            let grouped = [
                owner.to_owned(),
                format!("discovery.{owner}"),
                format!("events.{owner}"),
                format!("networking.{owner}"),
                format!("v2.{owner}"),
            ];
            let structs: Vec<_> = grouped.iter().filter_map(|name| lookup(name)).collect();
            assert!(!structs.is_empty(), "{line}");
            assert!(
                field.is_empty() || structs.iter().any(|it| it.field(field).is_some()),
                "{line}"
            );
            assert!(words.ends_with('.'), "{line}");
        }
    }

    #[test]
    fn every_field_of_services_and_slices_is_described() {
        for owner in [
            "ServiceSpec",
            "ServicePort",
            "EndpointSlice",
            "Endpoint",
            "EndpointConditions",
            "discovery.EndpointPort",
        ] {
            for field in lookup(owner).into_iter().flat_map(api::schema::Struct::fields) {
                assert!(described(owner, field).is_some(), "{owner}.{}", field.name);
            }
        }
    }
}
