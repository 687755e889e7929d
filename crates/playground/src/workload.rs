//! What makes a pod: a Deployment, a DaemonSet, a Job …

use api::view::replicas;
use api::{Kind, Value};
use cluster::{Cluster, Object};
use network::ObjectKey;
use serde::{Deserialize, Serialize};

/// The kinds that make pods.
const KINDS: [Kind; 7] = [
    Kind::ReplicaSet,
    Kind::Deployment,
    Kind::StatefulSet,
    Kind::DaemonSet,
    Kind::ReplicationController,
    Kind::Job,
    Kind::CronJob,
];

/// The object at the end of the chain of controllers above a pod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workload {
    /// Its kind.
    #[serde(with = "by_name")]
    pub kind: Kind,
    /// Namespace and name.
    pub key: ObjectKey,
    /// `spec.replicas`; `None` if its kind has none, as a DaemonSet.
    pub replicas: Option<i64>,
}

impl Workload {
    /// Its kind as a kubectl argument: `deployment`, `cronjob`.
    pub fn word(&self) -> &'static str {
        self.kind.singular()
    }

    /// The way from the object to the metadata of its pods.
    pub fn template_metadata(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::CronJob => &["spec", "jobTemplate", "spec", "template", "metadata"],
            _ => &["spec", "template", "metadata"],
        }
    }

    /// The command that scales it to so many pods.
    pub fn scale(&self, replicas: i64) -> String {
        let ObjectKey { namespace, name } = &self.key;
        format!(
            "kubectl scale {} {name} --replicas={replicas} -n {namespace}",
            self.word()
        )
    }
}

/// The workload at the end of the chain of controllers above a pod.
pub fn of_pod(cluster: &Cluster, pod: &ObjectKey) -> Option<Workload> {
    let pod = cluster.find(Kind::Pod, &pod.namespace, &pod.name)?;
    let first = owner(cluster, pod)?;
    let last = owner(cluster, first).unwrap_or(first);
    let has_replicas = !matches!(last.kind, Kind::DaemonSet | Kind::Job | Kind::CronJob);
    Some(Workload {
        kind: last.kind,
        key: last.key.clone(),
        replicas: has_replicas.then(|| replicas(last.spec())),
    })
}

/// The controller of an object, if it is one of those that make pods.
fn owner<'a>(cluster: &'a Cluster, owned: &Object) -> Option<&'a std::rc::Rc<Object>> {
    let reference = owned.controller()?;
    let field = |name: &str| reference.get(name).and_then(Value::as_str);
    let kind = named(field("kind")?)?;
    cluster.find(kind, owned.namespace(), field("name")?)
}

fn named(name: &str) -> Option<Kind> {
    KINDS.into_iter().find(|kind| kind.name() == name)
}

mod by_name {
    use super::{Kind, named};
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(kind: &Kind, serializer: S) -> Result<S::Ok, S::Error> {
        kind.name().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Kind, D::Error> {
        let name = String::deserialize(deserializer)?;
        named(&name).ok_or_else(|| D::Error::custom("no kind of workload"))
    }
}
