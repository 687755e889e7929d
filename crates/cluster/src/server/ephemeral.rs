//! The subresource `ephemeralcontainers` of pods: what `kubectl debug` adds to a pod that runs.

use crate::cluster::Cluster;
use crate::server::admission;
use crate::server::requests::Admitted;
use crate::server::status::Status;
use crate::store::set;
use crate::time::timestamp;
use api::{Fields, Finding, Kind, Path, Value};
use serde_json::json;

impl Cluster {
    /// Adds an ephemeral container to a pod; its kubelet starts it at once.
    ///
    /// Models: pkg/registry/core/pod/strategy.go podEphemeralContainersStrategy; pkg/apis/core/validation
    /// validateEphemeralContainers (v1.36), of which names that are taken and targets that are not there.
    pub fn add_ephemeral_container(
        &mut self,
        namespace: &str,
        name: &str,
        container: &Value,
    ) -> Result<Admitted, Status> {
        let pod = self.get(Kind::Pod, namespace, name)?;
        let mut value = pod.value.clone();
        let mut all = value.spec().field("ephemeralContainers").list().to_vec();
        let place = all.len();
        all.push(container.clone());
        set(&mut value, &["spec", "ephemeralContainers"], all.into());
        let errors = faults(&value, place);
        if !errors.is_empty() {
            return Err(Status::invalid(Kind::Pod, name, &errors));
        }
        api::default(Kind::Pod, &mut value);
        let warnings = admission::validate(&self.tools.store, Kind::Pod, namespace, &value, Some(&pod.value))
            .map_err(|refusal| refusal.status(Kind::Pod, name))?;
        if value.status().field("phase") == "Running" {
            let image = container.field("image").value;
            let status = json!({
                "containerID": "containerd://0", "image": image, "imageID": image, "lastState": {},
                "name": container.field("name").value, "ready": false, "restartCount": 0,
                "state": {"running": {"startedAt": timestamp(self.now())}},
            });
            let mut statuses = value.status().field("ephemeralContainerStatuses").list().to_vec();
            statuses.push(status);
            set(&mut value, &["status", "ephemeralContainerStatuses"], statuses.into());
        }
        let object = self.tools.write(Kind::Pod, pod.key.clone(), value);
        Ok(Admitted { object, warnings })
    }
}

fn faults(pod: &Value, place: usize) -> Vec<Finding> {
    let list = pod.spec().field("ephemeralContainers");
    let Some(added) = list.items().nth(place) else {
        return Vec::new();
    };
    let at = |field| {
        Path::root()
            .field("spec")
            .field("ephemeralContainers")
            .index(place)
            .field(field)
    };
    let is_named = |list: &'static str, most: usize, name: &str| {
        let mut items = pod.spec().field(list).items().take(most);
        items.any(|it| it.field("name") == name)
    };
    let mut errors = Vec::new();
    let name = added.field("name").text();
    let most = [
        ("containers", usize::MAX),
        ("initContainers", usize::MAX),
        ("ephemeralContainers", place),
    ];
    if most.into_iter().any(|(list, most)| is_named(list, most, name)) {
        errors.push(Finding::duplicate(at("name"), name));
    }
    let target = added.field("targetContainerName");
    if target.is_set() && !is_named("containers", usize::MAX, target.text()) {
        errors.push(Finding::not_found(at("targetContainerName"), target.text()));
    }
    errors
}
