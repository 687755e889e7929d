//! Runs the scheduler, the kubelets and the controllers until nothing changes.

use crate::controllers::endpoints::Endpoints;
use crate::controllers::{
    api_extensions, autoscaler, cron_job, daemon_set, definitions, deployment, disruption, endpoints, garbage, job,
    kubernetes_service, namespace_defaults, namespaces, replica_set, resource_quotas, service_ranges, stateful_set,
    volumes,
};
use crate::stand_ins::gateways;
use crate::stand_ins::ingress;
use crate::stand_ins::kubelet;
use crate::stand_ins::nodes::Nodes;
use crate::stand_ins::tunnel;
use crate::store::{ObjectKey, Tools};
use api::Kind;
use base::Order;
use std::collections::BTreeSet;

/// Beyond this many rounds something would run in circles; no rollout of 10,000 pods comes near.
const MAX_ROUNDS: usize = 50_000;
/// How often the queued Services are looked at: what is written for a Service queues it once more.
const MAX_LOOKS: usize = 100;

/// Runs all of them; they look only at what changed.
pub(crate) fn settle(tools: &mut Tools, nodes: &mut Nodes, endpoints: &mut Endpoints) {
    for _ in 0..MAX_LOOKS {
        settle_pods(tools, nodes);
        let services = tools.queue.take_services();
        if services.is_empty() {
            if ingress::publish(tools) || gateways::publish(tools) || tunnel::publish(tools) {
                continue;
            }
            resource_quotas::reconcile(tools);
            api_extensions::judge_api_services(tools);
            service_ranges::release(tools);
            return;
        }
        for service in services {
            endpoints::reconcile(tools, endpoints, &service);
        }
    }
}

/// Runs all but the controllers of endpoints.
pub(crate) fn settle_pods(tools: &mut Tools, nodes: &mut Nodes) {
    kubernetes_service::create_if_due(tools);
    namespaces::empty_due(tools);
    for kind in [
        Kind::Pod,
        Kind::Job,
        Kind::CronJob,
        Kind::Deployment,
        Kind::ReplicaSet,
        Kind::ReplicationController,
        Kind::StatefulSet,
        Kind::DaemonSet,
        Kind::HorizontalPodAutoscaler,
    ] {
        tools.queue.wake_due(kind, tools.now());
    }
    tools.queue.add_awaiting();
    for _ in 0..MAX_ROUNDS {
        if tools.queue.has_doubted() {
            garbage::look_for_owners(tools);
            continue;
        }
        let mut changed: Vec<_> = tools.queue.take_changed().into_iter().collect();
        if !changed.is_empty() {
            // The scheduler takes pods in the order of their creation.
            changed.order_by_key(|(kind, key)| tools.store.get(*kind, key).map(|object| object.order));
            let mut orphaned = BTreeSet::new();
            for (kind, key) in changed {
                reconcile(tools, nodes, kind, &key);
                let pod = (kind == Kind::Pod).then(|| tools.store.get(kind, &key)).flatten();
                if pod.is_some_and(|pod| pod.controller_ref().is_none()) {
                    orphaned.insert(key.namespace);
                }
            }
            for namespace in orphaned {
                wake_adopters(tools, &namespace);
            }
        } else if !nodes.start_waiting(tools) {
            return;
        }
    }
}

fn reconcile(tools: &mut Tools, nodes: &mut Nodes, kind: Kind, key: &ObjectKey) {
    kubelet::wake_waiting(tools, kind, key);
    if autoscaler::scales(kind) {
        autoscaler::wake(tools, kind, key);
    }
    match kind {
        Kind::HorizontalPodAutoscaler => autoscaler::reconcile(tools, key),
        Kind::Deployment => deployment::reconcile(tools, key),
        Kind::ReplicaSet | Kind::ReplicationController => replica_set::reconcile(tools, kind, key),
        Kind::DaemonSet => daemon_set::reconcile(tools, key),
        Kind::Job => job::reconcile(tools, key),
        Kind::CronJob => cron_job::reconcile(tools, key),
        Kind::StatefulSet => stateful_set::reconcile(tools, key),
        Kind::FlowSchema | Kind::PriorityLevelConfiguration => api_extensions::judge_flow_schemas(tools),
        Kind::ServiceCIDR => service_ranges::reconcile(tools, key),
        Kind::ValidatingAdmissionPolicy => api_extensions::check_policy(tools, key),
        Kind::CustomResourceDefinition => definitions::reconcile(tools, key),
        Kind::Node => {
            nodes.observe(tools, key);
            daemon_set::wake_all(tools);
        }
        Kind::PersistentVolume => {
            volumes::reconcile_volume(tools, key);
            nodes.look_again();
        }
        Kind::PersistentVolumeClaim => {
            volumes::reconcile_claim(tools, key);
            nodes.look_again();
        }
        Kind::PodDisruptionBudget => disruption::reconcile(tools, key),
        Kind::Pod => {
            volumes::bind_claims_of(tools, key);
            let was_waiting = kubelet::is_waiting(tools, key);
            nodes.schedule(tools, key);
            if !was_waiting || !kubelet::has_just_started(tools, key) {
                kubelet::sync(tools, key);
            }
        }
        Kind::Namespace => namespace_defaults::reconcile(tools, &key.name),
        _ if namespace_defaults::concerns(kind, key) => namespace_defaults::reconcile(tools, &key.namespace),
        _ => {}
    }
}

/// Queues the workloads that may adopt the pods of a namespace that have no controller.
fn wake_adopters(tools: &mut Tools, namespace: &str) {
    for kind in [
        Kind::ReplicaSet,
        Kind::StatefulSet,
        Kind::ReplicationController,
        Kind::DaemonSet,
        Kind::Job,
    ] {
        let workloads = tools.store.of_namespace(kind, namespace);
        for workload in workloads {
            tools.queue.add(kind, workload.key.clone());
        }
    }
}
