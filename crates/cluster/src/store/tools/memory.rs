//! What kubelets and ingress controllers remember between two looks.

use super::Tools;
use crate::stand_ins::kubelet::memory::PodMemory;
use crate::store::key::ObjectKey;
use crate::store::object::Object;
use std::rc::Rc;

impl Tools {
    /// What the kubelet remembers of a pod.
    pub(crate) fn life(&self, pod: &ObjectKey, uid: &str) -> PodMemory {
        let known = self.lives.get(pod).filter(|known| known.uid == uid);
        known.map_or_else(
            || PodMemory {
                uid: uid.to_owned(),
                ..PodMemory::default()
            },
            |known| PodMemory::clone(known),
        )
    }

    pub(crate) fn remember_life(&mut self, pod: &ObjectKey, memory: PodMemory) {
        if memory.is_empty() {
            self.lives.remove(pod);
        } else {
            self.lives.insert(pod.clone(), Rc::new(memory));
        }
    }

    pub(crate) fn lives(&self) -> impl Iterator<Item = (&ObjectKey, &PodMemory)> {
        self.lives.iter().map(|(key, memory)| (key, &**memory))
    }

    /// Notes that an ingress controller takes up this state of an Ingress; false if it did before.
    pub(crate) fn take_up(&mut self, ingress: &Object) -> bool {
        let version = ingress.metadata().field("resourceVersion").text();
        let known = self.taken_up.get(&ingress.key);
        let is_new = known.is_none_or(|known| known != version);
        if is_new {
            self.taken_up.edit().insert(ingress.key.clone(), version.to_owned());
        }
        is_new
    }
}
