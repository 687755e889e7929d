//! The life of a pod in virtual time: its containers start in order, end, wait and start again, as its kubelet sees to it.
//!
//! Ordinary servers start within the second in which their pod is scheduled; a real one takes a few.

use super::backoff;
use super::container::{Container, Role, State, containers};
use super::events::{Told, pulls};
use super::memory::{PodMemory, Stop};
use super::phase::phase;
use super::programs::{Ending, Programs};
use crate::store::Object;
use api::Cursor;

/// More steps than that in one second would run in circles.
const MOST_STEPS: usize = 1_000;

/// A pod while its kubelet looks after it.
pub(crate) struct Life<'a> {
    pub(super) pod: &'a Object,
    pub(super) containers: Vec<Container<'a>>,
    pub(super) memory: PodMemory,
    pub(super) now: i64,
    /// When to look again.
    pub(super) next: Option<i64>,
    pub(super) told: Vec<Told>,
    pub(super) programs: &'a Programs<'a>,
}

impl<'a> Life<'a> {
    pub(crate) fn new(pod: &'a Object, memory: PodMemory, now: i64, programs: &'a Programs<'a>) -> Self {
        Self {
            containers: containers(&pod.value),
            pod,
            memory,
            now,
            next: None,
            told: Vec::new(),
            programs,
        }
    }

    /// Lets the containers start and end until the next thing to happen lies ahead.
    pub(crate) fn go_on(&mut self) {
        if let Some(starts) = self.memory.starts.take_if(|starts| *starts > self.now) {
            return self.prepare(starts);
        }
        self.memory.starts = None;
        for _ in 0..MOST_STEPS {
            self.next = None;
            (self.memory.waits_for_service, self.memory.waits_for_config) = (false, false);
            self.end_programs();
            if self.is_late() {
                break;
            }
            let changed = self.start_next();
            self.await_servers();
            if !changed && !self.ask_probes() {
                break;
            }
        }
    }

    /// Has the containers wait until they can start.
    fn prepare(&mut self, starts: i64) {
        let reason = self.starting();
        for container in self.containers.iter_mut().filter(|it| it.is_new()) {
            container.wait(reason, String::new());
        }
        self.memory.starts = Some(starts);
        self.wake_at(starts);
    }

    /// Why a container waits that is being started.
    fn starting(&self) -> &'static str {
        if self.containers.iter().any(|it| it.role != Role::Main) {
            "PodInitializing"
        } else {
            "ContainerCreating"
        }
    }

    pub(super) fn wake_at(&mut self, second: i64) {
        self.next = Some(self.next.map_or(second, |next| next.min(second)));
    }

    pub(super) fn name(&self) -> String {
        let pod = self.pod;
        format!("{}_{}({})", pod.name(), pod.namespace(), pod.uid())
    }

    pub(crate) fn phase(&self) -> &'static str {
        if self.failure().is_some() {
            return "Failed";
        }
        phase(&self.containers, |container, code| self.restarts(container, code))
    }

    /// Whether a container that ended with this code is started again.
    ///
    /// Models: pkg/api/v1/pod/util.go ContainerShouldRestart (v1.36).
    fn restarts(&self, container: &Container<'_>, code: i64) -> bool {
        let rules = container.spec.field("restartPolicyRules").items();
        let fits = |rule: &Cursor<'_>| {
            let codes = rule.field("exitCodes");
            let among = codes
                .field("values")
                .list()
                .iter()
                .any(|value| value.as_i64() == Some(code));
            rule.field("action") == "Restart" && among == (codes.field("operator") == "In")
        };
        if { rules }.any(|rule| fits(&rule)) {
            return true;
        }
        let own = container.spec.field("restartPolicy").as_text();
        let policy = own.unwrap_or(self.pod.spec().field("restartPolicy").text());
        match (policy, container.role) {
            // An init container that did its work is done whatever the policy.
            (_, Role::Init) if code == 0 => false,
            ("Never", _) => false,
            ("OnFailure", _) => code != 0,
            _ => true,
        }
    }

    /// Ends the runs whose programs have ended, or that were stopped, by now.
    pub(super) fn end_programs(&mut self) {
        for place in 0..self.containers.len() {
            let Some(container) = self.containers.get_mut(place) else {
                continue;
            };
            let Some(since) = container.running_since() else {
                continue;
            };
            let stop = self.memory.stops.iter().find(|stop| stop.container == place);
            let stop = stop.map(|stop| (stop.at, stop.code));
            let own = match self.programs.end(place, container, since, self.now) {
                Ending::Never => None,
                Ending::At { second, code } => Some((second, code)),
                Ending::Awaits => {
                    self.memory.waits_for_service = true;
                    None
                }
            };
            let end = match (stop, own) {
                (Some(stop), Some(own)) => Some(stop.min(own)),
                (stop, own) => stop.or(own),
            };
            match end {
                Some((at, code)) if at <= self.now => {
                    container.finish(code, since, at);
                    self.memory.stops.retain(|stop| stop.container != place);
                }
                Some((at, _)) => self.wake_at(at),
                None => {}
            }
        }
    }

    /// Starts what can be started now; returns whether anything changed.
    ///
    /// Models: pkg/kubelet/kuberuntime/kuberuntime_container.go computeInitContainerActions,
    /// kuberuntime_manager.go computePodActions (v1.36).
    fn start_next(&mut self) -> bool {
        if matches!(self.phase(), "Succeeded" | "Failed") {
            return self.stop_all();
        }
        let mut changed = false;
        for place in 0..self.containers.len() {
            let Some(container) = self.containers.get(place) else {
                break;
            };
            if container.role == Role::Main {
                changed |= self.start_again(place);
                if self.is_hooked(place) {
                    break;
                }
                continue;
            }
            if container.role == Role::Init && container.is_done() {
                continue;
            }
            changed |= self.start_again(place);
            // What comes next waits for an init container's end, and for a sidecar's start.
            let goes_on = self.containers.get(place).is_some_and(|it| match it.role {
                Role::Init => it.is_done(),
                Role::Sidecar => it.started || self.has_main_started(),
                Role::Main => true,
            });
            if !goes_on {
                self.hold_back(place + 1);
                break;
            }
        }
        changed
    }

    fn has_main_started(&self) -> bool {
        self.containers.iter().any(|it| it.role == Role::Main && !it.is_new())
    }

    /// Has the containers from a place on wait for those before them.
    fn hold_back(&mut self, from: usize) {
        for container in self.containers.iter_mut().skip(from).filter(|it| it.is_new()) {
            container.wait("PodInitializing", String::new());
        }
    }

    /// Starts a container that was never started, or that ended and has waited long enough.
    fn start_again(&mut self, place: usize) -> bool {
        let Some(container) = self.containers.get(place) else {
            return false;
        };
        if container.is_outdated() {
            return self.replace(place);
        }
        match &container.state {
            State::Running { .. } => return false,
            State::Ended(end) => {
                if !self.restarts(container, end.code) {
                    return false;
                }
                let waited = container.last.as_ref().map(|before| end.from - before.to);
                let wait = backoff::wait(waited, end.to - end.from);
                if end.to + wait > self.now {
                    return self.back_off(place, wait);
                }
            }
            State::Waiting { reason, message } if reason == "CrashLoopBackOff" => {
                let since = container.last.as_ref().map_or(self.now, |last| last.to);
                let due = since + backoff::of_message(message);
                if due > self.now {
                    self.wake_at(due);
                    return false;
                }
            }
            State::Waiting { .. } => {}
        }
        self.start(place)
    }

    fn back_off(&mut self, place: usize, wait: i64) -> bool {
        let pod = self.name();
        let Some(container) = self.containers.get_mut(place) else {
            return false;
        };
        let name = container.name();
        container.wait("CrashLoopBackOff", backoff::message(wait, name, &pod));
        let message = format!("Back-off restarting failed container {name} in pod {pod}");
        self.told.push(Told::warning(container, "BackOff", message));
        true
    }

    fn start(&mut self, place: usize) -> bool {
        let uid = self.pod.uid();
        if let Some(hook) = self.memory.hooks.iter().find(|hook| hook.container == place) {
            let (began, ends) = (hook.began, hook.ends);
            if ends > self.now {
                self.wake_at(ends);
                return false;
            }
            self.memory.hooks.retain(|hook| hook.container != place);
            return self.started(place, began);
        }
        let (now, programs) = (self.now, self.programs);
        let Some(container) = self.containers.get_mut(place) else {
            return false;
        };
        if let Some(missing) = programs.missing(place, container.spec, now) {
            return self.report_missing(place, &missing);
        }
        self.told.extend(pulls(container));
        self.told
            .push(Told::normal(container, "Created", "Container created".to_owned()));
        container.start(now, uid);
        if let Some((why, code)) = programs.cannot_start(place, container.spec, now) {
            container.fail(code, "StartError", why.clone(), (now, now));
            self.told
                .push(Told::warning(container, "Failed", format!("Error: {why}")));
            return true;
        }
        self.told
            .push(Told::normal(container, "Started", "Container started".to_owned()));
        let has_hook = container.spec.field("lifecycle").field("postStart").is_set();
        if has_hook && self.await_hook(place, self.starting()) {
            return false;
        }
        self.started(place, now)
    }

    /// Goes on with a container that has started, now that the hook after its start is over.
    fn started(&mut self, place: usize, since: i64) -> bool {
        let uid = self.pod.uid();
        let Some(container) = self.containers.get_mut(place) else {
            return false;
        };
        let has_hook = container.spec.field("lifecycle").field("postStart").is_set();
        container.go_on(since, uid);
        if has_hook && self.kill_if_hook_failed(place) {
            return true;
        }
        let Some(container) = self.containers.get_mut(place) else {
            return false;
        };
        container.started = !container.spec.field("startupProbe").is_set();
        container.ready =
            container.started && container.role != Role::Init && !container.spec.field("readinessProbe").is_set();
        true
    }

    /// Says that a container cannot be made, as what it refers to is not there.
    fn report_missing(&mut self, place: usize, missing: &str) -> bool {
        const REASON: &str = "CreateContainerConfigError";
        self.memory.waits_for_config = true;
        let Some(container) = self.containers.get_mut(place) else {
            return false;
        };
        if matches!(&container.state, State::Waiting { reason, message } if reason == REASON && message == missing) {
            return false;
        }
        let pulled = pulls(container);
        self.told.extend(pulled);
        container.wait(REASON, missing.to_owned());
        self.told
            .push(Told::warning(container, "Failed", format!("Error: {missing}")));
        true
    }

    /// Stops a container whose image was changed, to start it anew.
    fn replace(&mut self, place: usize) -> bool {
        let Some(container) = self.containers.get(place) else {
            return false;
        };
        if self.memory.stops.iter().any(|stop| stop.container == place) {
            return false;
        }
        let message = format!("Container {} definition changed, will be restarted", container.name());
        self.stop(place, message, self.grace());
        true
    }

    /// Tells a container to stop, and notes when it will have.
    pub(super) fn stop(&mut self, place: usize, message: String, grace: i64) {
        let Some(container) = self.containers.get(place) else {
            return;
        };
        self.told.push(Told::normal(container, "Killing", message));
        let (at, code) = self.stop_after(place, grace);
        let at = self.now + at;
        self.memory.stops.push(Stop {
            container: place,
            at,
            code,
        });
        self.wake_at(at);
    }

    /// Stops the sidecars of a pod that is over.
    fn stop_all(&mut self) -> bool {
        let mut changed = false;
        for place in (0..self.containers.len()).rev() {
            let Some(container) = self.containers.get_mut(place) else {
                continue;
            };
            if let Some(since) = container.running_since() {
                let message = format!("Stopping container {}", container.name());
                self.told.push(Told::normal(container, "Killing", message));
                container.finish(0, since, self.now);
                changed = true;
            }
        }
        changed
    }

    /// The grace period of the pod.
    pub(super) fn grace(&self) -> i64 {
        api::view::Pod::of(&self.pod.value).grace_seconds()
    }
}
