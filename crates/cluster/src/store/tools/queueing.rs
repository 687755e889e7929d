//! Who has to look again because an object changed.

use super::Tools;
use crate::store::key::ObjectKey;
use crate::store::object::Object;
use api::view::label;
use api::{Fields, Kind};

impl Tools {
    /// Whether nobody looks at the Endpoints of a Service with a selector when they are written.
    ///
    /// Models: pkg/controller/endpoint/endpoints_controller.go NewEndpointController (v1.36): it watches deletions alone.
    pub(super) fn is_left_alone(&self, object: &Object) -> bool {
        let service = (object.kind == Kind::Endpoints).then(|| self.store.get(Kind::Service, &object.key));
        let selector = service.flatten().map(|service| service.spec().field("selector"));
        selector.is_some_and(|selector| !selector.is_empty())
    }

    /// Queues the Services and the controller that have to look again because of this object.
    pub(super) fn enqueue_related(&mut self, object: &Object) {
        match object.kind {
            Kind::Pod => {
                for service in self.store.selecting(object) {
                    self.queue.add_service(service);
                }
                self.enqueue_of_pod(object);
            }
            Kind::Service | Kind::Endpoints => self.queue.add_service(object.key.clone()),
            Kind::EndpointSlice => {
                if let Some(service) = object.label(label::SERVICE_NAME) {
                    self.queue.add_service(ObjectKey::new(object.namespace(), service));
                }
            }
            _ => {}
        }
        if let Some(controller) = object.controller_ref()
            && let Some(kind) = controller.kind
        {
            if kind == Kind::Job {
                // Its controller gathers what happens to pods for a second.
                self.queue.wake_at(kind, &controller.key, self.now + 1);
            } else {
                self.queue.add(kind, controller.key.clone());
            }
        }
    }

    /// Queues the budgets that count a pod, and the claims that may go once it is gone.
    fn enqueue_of_pod(&mut self, pod: &Object) {
        let budgets = self.store.of_namespace(Kind::PodDisruptionBudget, pod.namespace());
        let counting = budgets.filter(|it| {
            let mut labels = it.spec().field("selector").field("matchLabels").text_entries();
            labels.all(|(key, value)| pod.label(key) == Some(value))
        });
        let claims = self.store.of_namespace(Kind::PersistentVolumeClaim, pod.namespace());
        let ending = claims.filter(|it| it.is_terminating());
        for (kind, key) in counting
            .chain(ending)
            .map(|it| (it.kind, it.key.clone()))
            .collect::<Vec<_>>()
        {
            self.queue.add(kind, key);
        }
    }

    /// Indexes the owners that an object names, unless its controller is the only one, and has them looked for.
    pub(super) fn note_owners(&mut self, object: &Object) {
        let references = object.metadata().field("ownerReferences").list();
        let only_controller = references.len() == 1 && object.controller_ref().is_some();
        if references.is_empty() || only_controller {
            return;
        }
        for uid in references.iter().filter_map(|it| it.field("uid").as_text()) {
            let dependents = self.store.dependents.edit().entry(uid.to_owned()).or_default();
            dependents.insert((object.kind, object.key.clone()));
        }
        self.queue.doubt_owners(object.kind, object.key.clone());
    }
}

/// Whether two states of an object concern the same Services and controllers.
pub(super) fn is_queued_alike(before: &Object, after: &Object) -> bool {
    before.facts().labels == after.facts().labels && before.controller_ref() == after.controller_ref()
}
