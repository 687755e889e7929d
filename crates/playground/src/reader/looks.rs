//! What is found in the cluster of a moment without changing it.

use super::Reader;
use crate::lost_port::lost_port;
use crate::snapshot::Snapshot;
use crate::workload::Workload;
use crate::{bystander, no_address, plain_words, workload};
use api::Kind;
use kubectl::Output;
use network::dns::{NameResult, Nameserver, Resolution, Resolver};
use network::{Client, Micros, ObjectKey, dns};
use std::rc::Rc;

impl Reader {
    /// A pod's annotation [`cluster::ANSWERS`]: how it answers requests.
    pub fn answers(&self, at: Micros, pod: &ObjectKey) -> Option<String> {
        let cluster = &self.epoch(at).snapshot.cluster;
        let pod = cluster.find(Kind::Pod, &pod.namespace, &pod.name)?;
        pod.annotation(cluster::ANSWERS).map(str::to_owned)
    }

    /// The workload that a pod belongs to.
    pub fn workload(&self, at: Micros, pod: &ObjectKey) -> Option<Workload> {
        workload::of_pod(&self.epoch(at).snapshot.cluster, pod)
    }

    /// How a client resolves a name at that moment: each name that its resolver tries, with the answer. `None` if the pod is
    /// not there.
    pub fn resolve(&self, at: Micros, client: &Client, name: &str) -> Option<Resolution> {
        let cluster = &self.epoch(at).snapshot.cluster;
        let resolver = match client {
            Client::Pod(pod) => {
                let pod = cluster.find(Kind::Pod, &pod.namespace, &pod.name)?;
                Resolver::of_pod(pod, cluster.networks().dns())
            }
            Client::Node(_) | Client::Outside => Resolver::of_node(),
        };
        let server = Nameserver::new(cluster);
        Some(resolver.resolve(name, &mut |place, question| server.ask(place, question)))
    }

    /// The names that a client's resolver tries for a name, each with the answer, as `web.default.svc.cluster.local. → 10.96.0.5`.
    pub fn tries(&self, at: Micros, client: &Client, name: &str) -> Option<Vec<String>> {
        let told = |tried: &dns::Try| {
            let addresses: Vec<String> = tried.addresses().iter().map(ToString::to_string).collect();
            let answer = match tried.result() {
                NameResult::Found => addresses.join(", "),
                NameResult::NoAddress => "no address".to_owned(),
                NameResult::NoSuchName => "no such name (NXDOMAIN)".to_owned(),
                NameResult::Refused => "refused".to_owned(),
                NameResult::Unreachable(_) => "no answer".to_owned(),
            };
            format!("{} → {answer}", tried.name)
        };
        Some(self.resolve(at, client, name)?.tries.iter().map(told).collect())
    }

    /// What `nslookup` prints for a name in a pod, whether or not its image has the program. `None` if the pod is
    /// not there.
    pub fn nslookup(&self, at: Micros, pod: &ObjectKey, name: &str) -> Option<String> {
        let cluster = &self.epoch(at).snapshot.cluster;
        let pod = cluster.find(Kind::Pod, &pod.namespace, &pod.name)?;
        let resolver = Resolver::of_pod(pod, cluster.networks().dns());
        let server = Nameserver::new(cluster);
        let ask: dns::Ask<'_> = &mut |place, question| server.ask(place, question);
        let printed = programs::nslookup(&[name.to_owned()], "", &resolver.conf, ask);
        Some(printed.stdout + &printed.stderr)
    }

    /// Plain sentences for what a command printed at that moment: of a name without address why it has none, else [`plain_words`].
    pub fn plain_words(&self, at: Micros, output: &Output) -> Vec<String> {
        let mut lines = output.stderr.lines().chain(output.stdout.lines());
        let asked = lines.find_map(no_address::unresolved);
        if let Some(asked) = asked {
            let why = if output.outside {
                Some(no_address::why_not_found_outside(asked).to_owned())
            } else {
                no_address::why_not_found(&self.epoch(at).snapshot.world, asked)
            };
            return vec![why.unwrap_or_else(|| no_address::NO_SUCH_NAME.to_owned())];
        }
        let cluster = &self.epoch(at).snapshot.cluster;
        let lost = output.stdout.lines().filter_map(|line| lost_port(cluster, line));
        lost.chain(plain_words(output).into_iter().map(str::to_owned)).collect()
    }

    /// The objects at that moment that somebody made and that have no part in traffic, as `ConfigMap settings`.
    pub fn bystanders(&self, at: Micros) -> Rc<[String]> {
        let Snapshot {
            cluster, bystanders, ..
        } = &*self.epoch(at).snapshot;
        bystanders
            .get_or_init(|| bystander::bystanders(cluster, &self.fresh).into())
            .clone()
    }
}
