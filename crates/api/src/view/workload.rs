use super::condition;
use crate::{Cursor, Value};

/// How many pods a Deployment, ReplicaSet or StatefulSet wants.
///
/// Models: pkg/apis/apps/v1 SetDefaults_Deployment, SetDefaults_ReplicaSet, SetDefaults_StatefulSet (v1.36).
pub fn replicas(spec: Cursor<'_>) -> i64 {
    spec.field("replicas").as_number().unwrap_or(1)
}

/// A Deployment.
#[derive(Clone, Copy, Debug)]
pub struct Deployment<'a> {
    pub spec: Cursor<'a>,
    pub status: Cursor<'a>,
}

/// Models: pkg/apis/apps/v1 SetDefaults_Deployment (v1.36).
impl<'a> Deployment<'a> {
    pub fn of(object: &'a Value) -> Self {
        let object = Cursor::new(object);
        Self {
            spec: object.field("spec"),
            status: object.field("status"),
        }
    }

    pub fn replicas(self) -> i64 {
        replicas(self.spec)
    }

    pub fn is_paused(self) -> bool {
        self.spec.field("paused").flag()
    }

    /// Whether all old pods go before new ones come; the default is to replace them step by step.
    pub fn recreates(self) -> bool {
        self.spec.field("strategy").field("type") == "Recreate"
    }

    /// How many seconds a pod has to be ready before it counts as available.
    pub fn min_ready_seconds(self) -> i64 {
        self.spec.field("minReadySeconds").number()
    }

    /// How many old ReplicaSets are kept.
    pub fn revision_history_limit(self) -> i64 {
        self.spec.field("revisionHistoryLimit").as_number().unwrap_or(10)
    }

    /// After how many seconds without progress a rollout counts as failed.
    pub fn progress_deadline_seconds(self) -> i64 {
        self.spec.field("progressDeadlineSeconds").as_number().unwrap_or(600)
    }

    pub fn selector(self) -> Cursor<'a> {
        self.spec.field("selector")
    }

    pub fn template(self) -> Cursor<'a> {
        self.spec.field("template")
    }

    pub fn condition(self, name: &str) -> Option<Cursor<'a>> {
        condition(self.status, name)
    }
}
