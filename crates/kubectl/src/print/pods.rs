//! Cells of a pod that depend on its containers.

use crate::print::age::since;
use api::{Cursor, Fields, Value};
use cluster::{Cluster, Object};

/// Ready containers of all containers.
pub(super) fn ready(pod: &Object) -> String {
    let state = State::of(pod);
    format!("{}/{}", state.ready, state.containers)
}

/// The phase, or the reason that keeps the pod from it.
pub(super) fn status(pod: &Object) -> String {
    State::of(pod).reason
}

/// How often containers restarted, and when last.
pub(super) fn restarts(cluster: &Cluster, pod: &Object) -> String {
    let state = State::of(pod);
    match state.last_restart {
        Some(moment) if state.restarts != 0 => {
            format!("{} ({} ago)", state.restarts, since(cluster, Some(moment)))
        }
        _ => state.restarts.to_string(),
    }
}

/// Readiness gates that are true, of all.
pub(super) fn readiness_gates(pod: &Object) -> String {
    let gates = pod.spec().field("readinessGates").list();
    if gates.is_empty() {
        return "<none>".to_owned();
    }
    let conditions = pod.status().field("conditions").list();
    let holds = |gate: &&Value| {
        let of_gate = |condition: &&Value| condition.field("type") == gate.field("conditionType");
        conditions
            .iter()
            .find(of_gate)
            .is_some_and(|condition| condition.field("status") == "True")
    };
    format!("{}/{}", gates.iter().filter(holds).count(), gates.len())
}

struct State<'a> {
    reason: String,
    ready: usize,
    containers: usize,
    restarts: i64,
    last_restart: Option<&'a str>,
}

impl<'a> State<'a> {
    /// Models: pkg/printers/internalversion/printers.go printPod (v1.36).
    fn of(pod: &'a Object) -> Self {
        let phase = pod.status().field("phase").text();
        let own_reason = pod
            .status()
            .field("reason")
            .as_text()
            .filter(|reason| !reason.is_empty());
        let gated = pod.status().field("conditions").list().iter().any(|condition| {
            condition.field("type") == "PodScheduled" && condition.field("reason") == "SchedulingGated"
        });
        let mut state = Self {
            reason: if gated {
                "SchedulingGated"
            } else {
                own_reason.unwrap_or(phase)
            }
            .to_owned(),
            ready: 0,
            containers: pod.spec().field("containers").list().len(),
            restarts: 0,
            last_restart: None,
        };
        let sidecars = state.add_init_containers(pod);
        if !sidecars.initializing || has_condition(pod, "Initialized") {
            state.restarts = sidecars.restarts;
            state.last_restart = sidecars.last_restart;
            state.add_containers(pod);
        }
        if pod.is_terminating() {
            if own_reason == Some("NodeLost") {
                "Unknown".clone_into(&mut state.reason);
            } else if !matches!(phase, "Succeeded" | "Failed") {
                "Terminating".clone_into(&mut state.reason);
            }
        }
        state
    }

    fn add_init_containers(&mut self, pod: &'a Object) -> Sidecars<'a> {
        let specs = pod.spec().field("initContainers").list();
        self.containers += specs.iter().filter(|spec| restarts_always(spec)).count();
        let mut sidecars = Sidecars::default();
        for (index, container) in pod.status().field("initContainerStatuses").list().iter().enumerate() {
            let spec = specs.iter().find(|spec| spec.field("name") == container.field("name"));
            let is_sidecar = spec.is_some_and(restarts_always);
            let restarts = container.field("restartCount").number();
            self.restarts += restarts;
            self.last_restart = self.last_restart.max(last_end(container));
            if is_sidecar {
                sidecars.restarts += restarts;
                sidecars.last_restart = sidecars.last_restart.max(last_end(container));
            }
            let ended = terminated(container);
            if ended.is_some_and(|ended| exit_code(ended) == 0) {
                continue;
            }
            if is_sidecar && container.field("started").flag() {
                self.ready += usize::from(container.field("ready").flag());
                continue;
            }
            self.reason = match (ended, waiting_reason(container)) {
                (Some(ended), _) => format!("Init:{}", end_reason(ended)),
                (None, Some(reason)) if reason != "PodInitializing" => format!("Init:{reason}"),
                _ => format!("Init:{index}/{}", specs.len()),
            };
            sidecars.initializing = true;
            break;
        }
        sidecars
    }

    fn add_containers(&mut self, pod: &'a Object) {
        let mut is_running = false;
        let mut error = None;
        for container in pod.status().field("containerStatuses").list().iter().rev() {
            self.restarts += container.field("restartCount").number();
            self.last_restart = self.last_restart.max(last_end(container));
            if let Some(reason) = waiting_reason(container) {
                reason.clone_into(&mut self.reason);
            } else if let Some(ended) = terminated(container) {
                self.reason = end_reason(ended);
                if exit_code(ended) != 0 {
                    error = Some(self.reason.clone());
                }
            } else if container.field("ready").flag() && container.field("state").field("running").is_set() {
                is_running = true;
                self.ready += 1;
            }
        }
        if self.reason == "Completed" {
            match error {
                _ if is_running && pod.is_ready() => "Running".clone_into(&mut self.reason),
                Some(error) => self.reason = error,
                None if is_running => "NotReady".clone_into(&mut self.reason),
                None => {}
            }
        }
    }
}

#[derive(Default)]
struct Sidecars<'a> {
    initializing: bool,
    restarts: i64,
    last_restart: Option<&'a str>,
}

fn has_condition(pod: &Object, name: &str) -> bool {
    let conditions = pod.status().field("conditions").list();
    conditions
        .iter()
        .any(|condition| condition.field("type") == name && condition.field("status") == "True")
}

fn restarts_always(container: &Value) -> bool {
    container.field("restartPolicy") == "Always"
}

fn last_end(container: &Value) -> Option<&str> {
    container
        .field("lastState")
        .field("terminated")
        .field("finishedAt")
        .as_text()
}

fn terminated(container: &Value) -> Option<Cursor<'_>> {
    container.field("state").field("terminated").if_set()
}

fn waiting_reason(container: &Value) -> Option<&str> {
    container
        .field("state")
        .field("waiting")
        .field("reason")
        .as_text()
        .filter(|reason| !reason.is_empty())
}

fn exit_code(ended: Cursor<'_>) -> i64 {
    ended.field("exitCode").number()
}

fn end_reason(ended: Cursor<'_>) -> String {
    let reason = ended.field("reason").as_text().filter(|reason| !reason.is_empty());
    let signal = ended.field("signal").as_number().filter(|signal| *signal != 0);
    match (reason, signal) {
        (Some(reason), _) => reason.to_owned(),
        (None, Some(signal)) => format!("Signal:{signal}"),
        (None, None) => format!("ExitCode:{}", exit_code(ended)),
    }
}
