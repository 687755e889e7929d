//! The Deployment, StatefulSet or ReplicaSet of a pod.

use api::{Kind, Value};
use cluster::{Cluster, Object};
use network::ObjectKey;

/// A Deployment, StatefulSet or ReplicaSet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// Its kind as a kubectl argument: `deployment`, `statefulset`, `replicaset`.
    pub kind: &'static str,
    /// Its kind.
    pub of: Kind,
    /// Namespace and name.
    pub key: ObjectKey,
    /// `spec.replicas`.
    pub replicas: i64,
}

impl Workload {
    /// The command that scales it to so many pods.
    pub fn scale(&self, replicas: i64) -> String {
        let ObjectKey { namespace, name } = &self.key;
        format!(
            "kubectl scale {} {name} --replicas={replicas} -n {namespace}",
            self.kind
        )
    }
}

/// The workload at the end of the chain of controllers above a pod.
pub fn of_pod(cluster: &Cluster, pod: &ObjectKey) -> Option<Workload> {
    let mut owned = cluster.find(Kind::Pod, &pod.namespace, &pod.name)?;
    let mut found = None;
    while let Some((kind, word, owner)) = owner(cluster, owned) {
        found = Some(Workload {
            kind: word,
            of: kind,
            key: ObjectKey::new(&pod.namespace, owner.name()),
            replicas: owner.spec().field("replicas").as_number()?,
        });
        if kind != Kind::ReplicaSet {
            break;
        }
        owned = owner;
    }
    found
}

fn owner<'a>(cluster: &'a Cluster, owned: &Object) -> Option<(Kind, &'static str, &'a std::rc::Rc<Object>)> {
    let reference = owned.controller()?;
    let field = |name: &str| reference.get(name).and_then(Value::as_str);
    let (kind, word) = match field("kind")? {
        "ReplicaSet" => (Kind::ReplicaSet, "replicaset"),
        "Deployment" => (Kind::Deployment, "deployment"),
        "StatefulSet" => (Kind::StatefulSet, "statefulset"),
        _ => return None,
    };
    Some((kind, word, cluster.find(kind, owned.namespace(), field("name")?)?))
}
