//! What scheduler and kubelet tell of a pod.

use super::container::{Container, Role};
use crate::store::{EventSource, Object, Tools};
use std::rc::Rc;

/// An event about a pod, or about one of its containers.
pub(crate) struct Told {
    pub(crate) is_warning: bool,
    pub(crate) reason: &'static str,
    pub(crate) message: String,
    /// The field of the pod that it is about.
    pub(crate) path: String,
}

impl Told {
    pub(crate) fn normal(container: &Container<'_>, reason: &'static str, message: String) -> Self {
        Self {
            is_warning: false,
            reason,
            message,
            path: path(container),
        }
    }

    pub(crate) fn warning(container: &Container<'_>, reason: &'static str, message: String) -> Self {
        Self {
            is_warning: true,
            ..Self::normal(container, reason, message)
        }
    }

    pub(crate) fn of_pod(reason: &'static str, message: String) -> Self {
        Self {
            is_warning: true,
            reason,
            message,
            path: String::new(),
        }
    }

    /// Records it as the kubelet of the pod's node.
    ///
    /// Returns the event if there was none like it.
    pub(crate) fn record(&self, tools: &mut Tools, pod: &Object, first: Option<usize>) -> Option<Rc<Object>> {
        let source = EventSource {
            component: "kubelet",
            host: pod.node().unwrap_or_default(),
            path: &self.path,
            first,
        };
        let kind = if self.is_warning { "Warning" } else { "Normal" };
        tools.event_from(kind, pod, &source, self.reason, &self.message)
    }
}

/// Models: pkg/kubelet/container/ref.go fieldPath (v1.36).
fn path(container: &Container<'_>) -> String {
    let list = match container.role {
        Role::Main => "containers",
        Role::Init | Role::Sidecar => "initContainers",
    };
    format!("spec.{list}{{{}}}", container.name())
}

/// What is told of an image before its container starts.
///
/// Models: pkg/kubelet/images/image_manager.go EnsureImageExists (v1.36).
/// Differs: how long a pull takes and how large an image is, are drawn from its name.
pub(crate) fn pulls(container: &Container<'_>) -> Vec<Told> {
    let image = container.spec.field("image").text();
    if container.spec.field("imagePullPolicy") != "Always" {
        let message = format!("Container image \"{image}\" already present on machine and can be accessed by the pod");
        return vec![Told::normal(container, "Pulled", message)];
    }
    let drawn = base::hash(0, &["pull", image]);
    let (time, size) = (300 + drawn % 700, 4_000_000 + drawn / 1_000 % 90_000_000);
    vec![
        Told::normal(container, "Pulling", format!("Pulling image \"{image}\"")),
        Told::normal(
            container,
            "Pulled",
            format!(
                "Successfully pulled image \"{image}\" in {time}ms ({time}ms including waiting). Image size: {size} bytes."
            ),
        ),
    ]
}
