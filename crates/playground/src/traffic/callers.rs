//! Which pods are set up to ask which Services.

use super::auto::pods_behind;
use cluster::{Cluster, Object};
use network::{ObjectKey, PodStage, Service, World};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The number of pods that are looked at.
const PODS: usize = 1_000;

/// Which pods are set up to ask which Services, as far as their text and images tell.
#[derive(Default)]
pub struct Callers {
    /// The workloads that ask a Service, each as its pods.
    of: BTreeMap<ObjectKey, Vec<Rc<Vec<ObjectKey>>>>,
    /// The pods that ask any Service.
    asking: BTreeSet<ObjectKey>,
}

impl Callers {
    pub fn of(world: &World, cluster: &Cluster) -> Self {
        let services: BTreeSet<&ObjectKey> = world.services.iter().map(|service| &service.key).collect();
        let mut callers = Self::default();
        for pods in workloads(world, cluster).into_values() {
            let Some((first, pod)) = pods.first() else { continue };
            let asked: BTreeSet<ObjectKey> = cluster
                .peers(pod)
                .iter()
                .filter_map(|host| service_of(host, &first.namespace, &services))
                .collect();
            let pods: Rc<Vec<ObjectKey>> = Rc::new(pods.into_iter().map(|(key, _)| key).collect());
            if !asked.is_empty() {
                callers.asking.extend(pods.iter().cloned());
            }
            for service in asked {
                callers.of.entry(service).or_default().push(Rc::clone(&pods));
            }
        }
        callers
    }

    /// At most `count` pods that ask a Service and are not behind it, of each workload one before a second of any.
    pub fn clients(&self, service: &Service, count: usize) -> Vec<ObjectKey> {
        let behind: BTreeSet<&ObjectKey> = pods_behind(service).collect();
        let workloads = self.of.get(&service.key).map(Vec::as_slice).unwrap_or_default();
        let most = workloads.iter().map(|pods| pods.len()).max().unwrap_or(0);
        let by_turns = (0..most.min(count)).flat_map(|turn| workloads.iter().filter_map(move |pods| pods.get(turn)));
        by_turns
            .filter(|pod| !behind.contains(pod))
            .take(count)
            .cloned()
            .collect()
    }

    /// Whether nobody is known to ask a Service while its own pods ask others.
    pub fn is_entrance(&self, service: &Service) -> bool {
        !self.of.contains_key(&service.key) && pods_behind(service).any(|pod| self.asking.contains(pod))
    }
}

/// Pods that run, by what made them.
fn workloads<'a>(world: &World, cluster: &'a Cluster) -> BTreeMap<String, Vec<(ObjectKey, &'a Object)>> {
    let mut all = BTreeMap::<_, Vec<_>>::new();
    let running = world
        .pods
        .iter()
        .filter(|pod| !matches!(pod.stage, PodStage::Succeeded | PodStage::Failed));
    for pod in running.take(PODS) {
        let ObjectKey { namespace, name } = &pod.key;
        if let Some(object) = cluster.find(api::Kind::Pod, namespace, name) {
            let maker = object
                .controller_uid()
                .map_or_else(|| format!("{namespace}/{name}"), str::to_owned);
            all.entry(maker).or_default().push((pod.key.clone(), &**object));
        }
    }
    all
}

/// The Service that a host names to a pod of a namespace: `web`, `web.shop`, `web.shop.svc`, `web-0.web`.
fn service_of(host: &str, namespace: &str, services: &BTreeSet<&ObjectKey>) -> Option<ObjectKey> {
    let mut labels = host.split('.');
    let (first, second, third) = (labels.next()?, labels.next(), labels.next());
    let is_there = |key: &ObjectKey| services.contains(key);
    let Some(second) = second else {
        return Some(ObjectKey::new(namespace, first)).filter(is_there);
    };
    let whole = ObjectKey::new(second, first);
    let of_pod = ObjectKey::new(third.filter(|label| *label != "svc").unwrap_or(namespace), second);
    [whole, of_pod].into_iter().find(is_there)
}
