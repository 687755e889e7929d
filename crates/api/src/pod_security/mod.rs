//! Pod Security Standards: the policy that the labels of a namespace choose, and what it objects to in a pod.
//!
//! Models: staging/src/k8s.io/pod-security-admission/{api/helpers.go, policy/registry.go} (v1.36).

mod checks;
mod pod;

use crate::at::At;
use crate::trail::Trail;
use crate::{Finding, Kind, Path, Rule, Value};
use std::fmt;

const PREFIX: &str = "pod-security.kubernetes.io/";
const ENFORCE: &str = "pod-security.kubernetes.io/enforce";
const ENFORCE_VERSION: &str = "pod-security.kubernetes.io/enforce-version";
const AUDIT: &str = "pod-security.kubernetes.io/audit";
const AUDIT_VERSION: &str = "pod-security.kubernetes.io/audit-version";
const WARN: &str = "pod-security.kubernetes.io/warn";
const WARN_VERSION: &str = "pod-security.kubernetes.io/warn-version";

/// How strict a policy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Privileged,
    Baseline,
    Restricted,
}

/// Whose checks count: those of Kubernetes v1.N, or today's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    Minor(i64),
    Latest,
}

/// A level of a version, which prints as `restricted:latest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standard {
    pub level: Level,
    pub version: Version,
}

impl fmt::Display for Standard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Privileged => "privileged",
            Level::Baseline => "baseline",
            Level::Restricted => "restricted",
        };
        match self.version {
            Version::Minor(minor) => write!(f, "{level}:v1.{minor}"),
            Version::Latest => write!(f, "{level}:latest"),
        }
    }
}

/// What a namespace asks of its pods.
///
/// Differs: what is audited goes to a log that nobody here reads, so only its labels are checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub enforce: Standard,
    pub warn: Standard,
    /// What is wrong with the labels; the strictest standard is enforced in place of one that cannot be read.
    pub errors: Vec<Finding>,
}

impl Policy {
    /// Models: PolicyToEvaluate, with the defaults of the admission plugin.
    pub fn of_namespace(namespace: &Value) -> Self {
        let privileged = Standard {
            level: Level::Privileged,
            version: Version::Latest,
        };
        let mut policy = Self {
            enforce: privileged,
            warn: privileged,
            errors: Vec::new(),
        };
        let labels = At::root(namespace).field("metadata").field("labels");
        if !labels.entries().any(|(key, _)| key.starts_with(PREFIX)) {
            return policy;
        }
        let errors = &mut policy.errors;
        let enforced = level(&labels.key(ENFORCE), errors);
        let enforced_version = version(&labels.key(ENFORCE_VERSION), errors);
        level(&labels.key(AUDIT), errors);
        version(&labels.key(AUDIT_VERSION), errors);
        let warned = level(&labels.key(WARN), errors);
        let warned_version = version(&labels.key(WARN_VERSION), errors);

        let version = |read: Reading<Version>| read.value().unwrap_or(Version::Latest);
        policy.enforce = Standard {
            level: match enforced {
                Reading::Absent => Level::Privileged,
                Reading::Unreadable => Level::Restricted,
                Reading::Read(level) => level,
            },
            version: version(enforced_version),
        };
        policy.warn = Standard {
            level: warned.value().unwrap_or(Level::Privileged),
            version: version(warned_version),
        };
        if let (Reading::Absent, Reading::Read(level)) = (warned, enforced) {
            policy.warn.level = level;
            if warned_version == Reading::Absent && level > Level::Privileged {
                policy.warn.version = policy.enforce.version;
            }
        }
        policy
    }

    /// Whether no pod is refused or warned of.
    pub fn is_privileged(&self) -> bool {
        self.enforce.level == Level::Privileged && self.warn.level == Level::Privileged
    }
}

/// What a label says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading<T> {
    Absent,
    Unreadable,
    Read(T),
}

impl<T> Reading<T> {
    fn value(self) -> Option<T> {
        match self {
            Self::Read(value) => Some(value),
            _ => None,
        }
    }
}

/// Models: ParseLevel.
fn level(label: &At, errors: &mut Vec<Finding>) -> Reading<Level> {
    if !label.is_set() {
        return Reading::Absent;
    }
    match label.text() {
        "privileged" => Reading::Read(Level::Privileged),
        "baseline" => Reading::Read(Level::Baseline),
        "restricted" => Reading::Read(Level::Restricted),
        _ => {
            let words = "must be one of privileged, baseline, restricted";
            errors.push(label.invalid((Rule::PodSecurityLevel, words)));
            Reading::Unreadable
        }
    }
}

/// Models: ParseVersion.
fn version(label: &At, errors: &mut Vec<Finding>) -> Reading<Version> {
    if !label.is_set() {
        return Reading::Absent;
    }
    if label.text() == "latest" {
        return Reading::Read(Version::Latest);
    }
    let digits = label.text().strip_prefix("v1.");
    let digits =
        digits.filter(|it| it.bytes().all(|byte| byte.is_ascii_digit()) && (*it == "0" || !it.starts_with('0')));
    if let Some(minor) = digits.and_then(|it| it.parse().ok()) {
        return Reading::Read(Version::Minor(minor));
    }
    errors.push(label.invalid((Rule::PodSecurityVersion, "must be \"latest\" or \"v1.x\"")));
    Reading::Unreadable
}

/// What a standard objects to in a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Each objection with its details.
    pub words: String,
    /// Each objection without its details.
    pub reasons: String,
    /// The field of the object that the first objection is about.
    pub at: Path,
}

/// What a standard objects to in a pod, or in the pods that an object makes; `None` also for kinds that make none.
///
/// Models: AggregateCheckResults; DefaultPodSpecExtractor (v1.36).
pub fn violation(kind: Kind, object: &Value, standard: Standard) -> Option<Violation> {
    if standard.level == Level::Privileged {
        return None;
    }
    let root = At::root(object);
    let pod = match kind {
        Kind::Pod => root,
        Kind::PodTemplate => root.field("template"),
        Kind::CronJob => root.field("spec").field("jobTemplate").field("spec").field("template"),
        _ if makes_pods(kind) => root.field("spec").field("template"),
        _ => return None,
    };
    let objections = checks::objections(&pod, standard);
    let first = Path::from(&objections.first()?.at);
    let joined = |words: &dyn Fn(&Objection) -> String| objections.iter().map(words).collect::<Vec<_>>().join(", ");
    Some(Violation {
        words: joined(&|it| format!("{} ({})", it.reason, it.detail)),
        reasons: joined(&|it| it.reason.to_owned()),
        at: first,
    })
}

/// Whether an object of this kind holds a template of pods.
pub fn makes_pods(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::PodTemplate
            | Kind::ReplicationController
            | Kind::ReplicaSet
            | Kind::Deployment
            | Kind::StatefulSet
            | Kind::DaemonSet
            | Kind::Job
            | Kind::CronJob
    )
}

/// What one check objects to.
struct Objection {
    reason: &'static str,
    detail: String,
    at: Trail,
}

#[cfg(test)]
mod tests;
