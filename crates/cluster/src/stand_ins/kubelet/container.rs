//! Containers as a pod's status tells of them.

use crate::time::{second, timestamp};
use api::view::Pod;
use api::{Cursor, Fields, Value};
use serde_json::json;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Runs to its end before the next one starts.
    Init,
    /// An init container that goes on running beside the others.
    Sidecar,
    Main,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Waiting { reason: String, message: String },
    Running { since: i64 },
    Ended(End),
}

/// How a run of a container ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) code: i64,
    /// `Completed`, `Error`, `StartError`, ….
    pub(crate) reason: String,
    pub(crate) message: String,
    pub(crate) from: i64,
    pub(crate) to: i64,
    id: String,
}

/// A container of a pod: what is written of it, and what it does.
pub(crate) struct Container<'a> {
    pub(crate) spec: Cursor<'a>,
    pub(crate) role: Role,
    pub(crate) state: State,
    pub(crate) last: Option<End>,
    pub(crate) restarts: i64,
    pub(crate) ready: bool,
    pub(crate) started: bool,
    id: String,
    /// The image that runs.
    image: String,
}

/// Init containers first, then the main ones, each as the status tells of it.
pub(crate) fn containers(pod: &Value) -> Vec<Container<'_>> {
    let status = pod.status();
    let view = Pod::of(pod);
    let inits = view.spec.field("initContainers").items().map(|spec| {
        let role = if spec.field("restartPolicy") == "Always" {
            Role::Sidecar
        } else {
            Role::Init
        };
        (spec, role, status.field("initContainerStatuses"))
    });
    let mains = view.spec.field("containers").items();
    let mains = mains.map(|spec| (spec, Role::Main, status.field("containerStatuses")));
    let both = inits.chain(mains);
    both.map(|(spec, role, all)| match all.find("name", spec.field("name").text()) {
        Some(known) => Container::of_status(spec, role, known),
        None => Container::new(spec, role),
    })
    .collect()
}

impl<'a> Container<'a> {
    fn new(spec: Cursor<'a>, role: Role) -> Self {
        Self {
            spec,
            role,
            state: State::Waiting {
                reason: String::new(),
                message: String::new(),
            },
            last: None,
            restarts: 0,
            ready: false,
            started: false,
            id: String::new(),
            image: String::new(),
        }
    }

    fn of_status(spec: Cursor<'a>, role: Role, known: Cursor<'_>) -> Self {
        let state = known.field("state");
        let text = |cursor: Cursor<'_>, name: &str| cursor.field(name).text().to_owned();
        let waiting = state.field("waiting");
        Self {
            state: if let Some(running) = state.field("running").if_set() {
                State::Running {
                    since: moment(running.field("startedAt")),
                }
            } else if let Some(ended) = state.field("terminated").if_set() {
                State::Ended(End::of_status(ended))
            } else {
                State::Waiting {
                    reason: text(waiting, "reason"),
                    message: text(waiting, "message"),
                }
            },
            last: known
                .field("lastState")
                .field("terminated")
                .if_set()
                .map(End::of_status),
            restarts: known.field("restartCount").number(),
            ready: known.field("ready").flag(),
            started: known.field("started").flag(),
            id: text(known, "containerID"),
            image: text(known, "image"),
            ..Self::new(spec, role)
        }
    }

    pub(crate) fn name(&self) -> &'a str {
        self.spec.field("name").text()
    }

    pub(crate) fn is_running(&self) -> bool {
        matches!(self.state, State::Running { .. })
    }

    pub(crate) fn running_since(&self) -> Option<i64> {
        match self.state {
            State::Running { since } => Some(since),
            _ => None,
        }
    }

    /// Whether it was never started.
    pub(crate) fn is_new(&self) -> bool {
        matches!(self.state, State::Waiting { .. }) && self.last.is_none()
    }

    /// How it ended last, running again or not.
    pub(crate) fn end(&self) -> Option<&End> {
        match &self.state {
            State::Ended(end) => Some(end),
            _ => self.last.as_ref(),
        }
    }

    /// Whether an init container has done its work.
    pub(crate) fn is_done(&self) -> bool {
        matches!(&self.state, State::Ended(end) if end.code == 0)
    }

    /// Whether its image was changed while it ran.
    pub(crate) fn is_outdated(&self) -> bool {
        self.is_running() && self.image != full_name(self.spec.field("image").text())
    }

    pub(crate) fn start(&mut self, now: i64, pod: &str) {
        if let State::Ended(end) = &self.state {
            self.last = Some(end.clone());
        }
        if self.last.is_some() {
            self.restarts += 1;
        }
        self.image = full_name(self.spec.field("image").text());
        let words = [pod, self.name(), &self.restarts.to_string()];
        self.id = format!("containerd://{}", digest(&words));
        self.state = State::Running { since: now };
        (self.ready, self.started) = (false, false);
    }

    /// Goes on with a run that began at `since` and whose container waited meanwhile.
    pub(crate) fn go_on(&mut self, since: i64, pod: &str) {
        if !self.is_running() {
            let words = [pod, self.name(), &self.restarts.to_string()];
            self.id = format!("containerd://{}", digest(&words));
            self.state = State::Running { since };
        }
    }

    pub(crate) fn wait(&mut self, reason: &str, message: String) {
        if let State::Ended(end) = &self.state {
            self.last = Some(end.clone());
        }
        self.state = State::Waiting {
            reason: reason.to_owned(),
            message,
        };
        (self.ready, self.started) = (false, false);
    }

    /// Ends its run, which began at `from`.
    pub(crate) fn finish(&mut self, code: i64, from: i64, to: i64) {
        let reason = if code == 0 { "Completed" } else { "Error" };
        self.fail(code, reason, String::new(), (from, to));
    }

    pub(crate) fn fail(&mut self, code: i64, reason: &str, message: String, (from, to): (i64, i64)) {
        self.state = State::Ended(End {
            code,
            reason: reason.to_owned(),
            message,
            from,
            to,
            id: self.id.clone(),
        });
        (self.ready, self.started) = (self.role == Role::Init && code == 0, false);
    }

    /// Ends a container that does not run in a pod that is over.
    pub(crate) fn end_unseen(&mut self) {
        if !matches!(self.state, State::Waiting { .. }) {
            return;
        }
        self.state = State::Ended(self.last.take().unwrap_or_else(|| End {
            code: 137,
            reason: "ContainerStatusUnknown".to_owned(),
            message: "The container could not be located when the pod was terminated".to_owned(),
            from: 0,
            to: 0,
            id: String::new(),
        }));
        (self.ready, self.started) = (false, false);
    }

    pub(crate) fn status(&self) -> Value {
        let image = self.spec.field("image").text();
        let (shown, id) = if self.image.is_empty() {
            (image.to_owned(), String::new())
        } else {
            (self.image.clone(), image_id(&self.image))
        };
        let mut status = json!({
            "image": shown, "imageID": id, "lastState": {}, "name": self.name(), "ready": self.ready,
            "restartCount": self.restarts, "started": self.started,
        });
        let mounts: Vec<Value> = self.spec.field("volumeMounts").items().map(mounted).collect();
        if !mounts.is_empty() {
            status["volumeMounts"] = mounts.into();
        }
        if !self.id.is_empty() {
            status["containerID"] = self.id.as_str().into();
        }
        if let Some(last) = &self.last {
            status["lastState"] = json!({"terminated": last.status()});
        }
        status["state"] = match &self.state {
            State::Running { since } => json!({"running": {"startedAt": timestamp(*since)}}),
            State::Ended(end) => json!({"terminated": end.status()}),
            State::Waiting { reason, message } if message.is_empty() => json!({"waiting": {"reason": reason}}),
            State::Waiting { reason, message } => json!({"waiting": {"message": message, "reason": reason}}),
        };
        status
    }
}

impl End {
    fn of_status(ended: Cursor<'_>) -> Self {
        let text = |name: &str| ended.field(name).text().to_owned();
        Self {
            code: ended.field("exitCode").number(),
            reason: text("reason"),
            message: text("message"),
            from: moment(ended.field("startedAt")),
            to: moment(ended.field("finishedAt")),
            id: text("containerID"),
        }
    }

    fn status(&self) -> Value {
        let is_known = !self.id.is_empty();
        let moment = |second| {
            if is_known {
                timestamp(second).into()
            } else {
                Value::Null
            }
        };
        let mut status = json!({
            "exitCode": self.code, "finishedAt": moment(self.to), "reason": self.reason, "startedAt": moment(self.from),
        });
        if is_known {
            status["containerID"] = self.id.as_str().into();
        }
        if !self.message.is_empty() {
            status["message"] = self.message.as_str().into();
        }
        status
    }
}

/// Models: pkg/kubelet/kubelet_pods.go convertToAPIContainerStatuses (v1.36).
fn mounted(mount: Cursor<'_>) -> Value {
    let mut status = json!({"mountPath": mount.field("mountPath").value, "name": mount.field("name").value});
    if mount.field("readOnly").flag() {
        let recursive = mount.field("recursiveReadOnly").as_text().unwrap_or("Disabled");
        status["readOnly"] = true.into();
        status["recursiveReadOnly"] = if recursive == "Disabled" { "Disabled" } else { "Enabled" }.into();
    }
    status
}

fn moment(text: Cursor<'_>) -> i64 {
    second(text.text()).unwrap_or_default()
}

/// An image's name with the registry and the tag that it has by default.
///
/// Models: distribution/reference ParseNormalizedNamed, TagNameOnly.
fn full_name(image: &str) -> String {
    let (first, rest) = image.split_once('/').unwrap_or(("", image));
    let is_registry = first.contains(['.', ':']) || first == "localhost";
    let name = match (is_registry, first.is_empty()) {
        (true, _) => image.to_owned(),
        (false, true) => format!("docker.io/library/{rest}"),
        (false, false) => format!("docker.io/{image}"),
    };
    let last = name.rsplit('/').next().unwrap_or_default();
    if last.contains([':', '@']) {
        name
    } else {
        format!("{name}:latest")
    }
}

/// The reference of what was pulled; its digest is drawn.
fn image_id(image: &str) -> String {
    if image.contains('@') {
        return image.to_owned();
    }
    let last = image.rfind('/').map_or(0, |slash| slash + 1);
    let (folder, name) = image.split_at_checked(last).unwrap_or(("", image));
    let name = name.split(':').next().unwrap_or_default();
    format!("{folder}{name}@sha256:{}", digest(&[image]))
}

fn digest(words: &[&str]) -> String {
    let mut number = base::hash(0, words);
    let parts = [(); 4].map(|()| {
        let part = format!("{number:016x}");
        number = base::mix(number);
        part
    });
    parts.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_has_a_registry_and_a_tag() {
        assert_eq!(full_name("nginx"), "docker.io/library/nginx:latest");
        assert_eq!(full_name("bitnami/redis:7"), "docker.io/bitnami/redis:7");
        assert_eq!(full_name("ghcr.io/a/b"), "ghcr.io/a/b:latest");
        assert_eq!(full_name("localhost:5000/b"), "localhost:5000/b:latest");
        assert!(image_id("docker.io/library/nginx:1.29").starts_with("docker.io/library/nginx@sha256:"));
    }
}
