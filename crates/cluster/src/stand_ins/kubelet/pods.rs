//! Writes down what becomes of pods: their status, events, timers, and that they are gone.

use super::conditions::conditions;
use super::container::{Container, Role, containers};
use super::events::Told;
use super::life::Life;
use super::memory::PodMemory;
use super::programs::{self, Programs};
use crate::controllers::garbage;
use crate::controllers::workload::is_rolled_out;
use crate::memo::kubelet_cache::{PodPlace, Start, StartCache};
use crate::stand_ins::missing::unmounted;
use crate::store::{EventSource, Object, ObjectKey, Tools, next_state, set};
use crate::time::timestamp;
use api::view::Pod;
use api::{Kind, Value};
use serde_json::json;
use std::rc::Rc;

/// What a while in a pod's life came to.
struct Lived {
    status: Value,
    told: Vec<Told>,
    next: Option<i64>,
    memory: PodMemory,
    /// The containers that run but do not listen yet.
    silent: Vec<Box<str>>,
    /// Whether it was deleted, and has ended.
    is_gone: bool,
}

/// How many seconds the containers of a pod take to start that replaces another in a rollout.
///
/// Differs: those of all other pods start at once, so that what is typed shows at once.
const STARTING: i64 = 1;

/// Runs a pod at the place that the scheduler chose.
pub(crate) fn start(tools: &mut Tools, pod: &Rc<Object>, place: PodPlace) {
    let starts = is_rolled_out(&tools.store, pod).then(|| tools.now() + STARTING);
    let start = Start {
        place,
        now: tools.now(),
        ready: tools.told_ready(&pod.key).unwrap_or(true),
    };
    if starts.is_none()
        && let Some(known) = tools.starts.find(pod, &start)
    {
        start_again(tools, pod, &known);
        return;
    }
    tools.asks_services |= programs::ask(pod);
    if let Some(unmounted) = unmounted(&tools.store, pod) {
        return hold_back(tools, pod, &start.place, &unmounted.message);
    }
    let placed = Object::new(Kind::Pod, pod.key.clone(), placed(tools, pod, &start.place), pod.order);
    let mut memory = tools.life(&pod.key, pod.uid());
    memory.starts = starts;
    let lived = live(tools, &placed, memory);
    let mut value = Value::from(placed.value);
    set(&mut value, &["status"], lived.status);
    // Being bound to a node does not count up the generation.
    let started = tools.write(Kind::Pod, pod.key.clone(), value);
    let mut events = Vec::new();
    if pod.node().is_none() {
        events.extend(tell_scheduled(tools, &started));
    }
    for event in &lived.told {
        events.extend(event.record(tools, &started, Some(events.len())));
    }
    note(tools, &started, lived.next, lived.memory.clone(), lived.silent.clone());
    let reads_others = programs::reads_others(pod);
    if !reads_others {
        // A second look in the same second would find what the first one found.
        tools.queue.forget(Kind::Pod, &pod.key);
    }
    if starts.is_none() && !reads_others {
        tools.starts.keep(StartCache {
            pod: pod.clone(),
            start,
            started,
            events,
            next: lived.next,
            memory: lived.memory,
            silent: lived.silent,
        });
    }
}

/// Starts a pod as it started in another cluster.
fn start_again(tools: &mut Tools, pod: &Rc<Object>, known: &StartCache) {
    let started = tools.write_cached(&known.started);
    let mut events = Vec::with_capacity(known.events.len());
    for event in &known.events {
        events.push(tools.event_again(&started, event));
    }
    note(tools, &started, known.next, known.memory.clone(), known.silent.clone());
    tools.queue.forget(Kind::Pod, &pod.key);
    let same = |(one, other): (&Rc<Object>, &Rc<Object>)| Rc::ptr_eq(one, other);
    if !Rc::ptr_eq(&started, &known.started) || !events.iter().zip(&known.events).all(same) {
        tools.starts.keep(StartCache {
            pod: pod.clone(),
            start: known.start.clone(),
            started,
            events,
            next: known.next,
            memory: known.memory.clone(),
            silent: known.silent.clone(),
        });
    }
}

/// A pod bound to a node, with its addresses.
fn placed(tools: &Tools, pod: &Object, place: &PodPlace) -> Value {
    let mut value = pod.value.clone();
    set(&mut value, &["spec", "nodeName"], (*place.node).into());
    place.write_addresses(&mut value);
    if !pod.status().field("startTime").is_set() {
        set(&mut value, &["status", "startTime"], timestamp(tools.now()).into());
    }
    value
}

/// Binds a pod to its node, where its containers wait for a volume.
fn hold_back(tools: &mut Tools, pod: &Rc<Object>, place: &PodPlace, why: &str) {
    let mut value = pod.value.clone();
    set(&mut value, &["spec", "nodeName"], (*place.node).into());
    set(&mut value, &["status", "phase"], "Pending".into());
    place.write_hosts(&mut value);
    if !pod.status().field("startTime").is_set() {
        set(&mut value, &["status", "startTime"], timestamp(tools.now()).into());
    }
    let mut containers = containers(&pod.value);
    let has_inits = containers.iter().any(|it| it.role != Role::Main);
    let reason = if has_inits {
        "PodInitializing"
    } else {
        "ContainerCreating"
    };
    for container in &mut containers {
        container.wait(reason, String::new());
    }
    let told = conditions(&pod.value, &containers, "Pending", false, tools.now());
    set(&mut value, &["status", "conditions"], told.into());
    if let Some(status) = value.get_mut("status") {
        write_containers(status, &containers);
    }
    let mut memory = tools.life(&pod.key, pod.uid());
    memory.waits_for_config = true;
    let stored = match next_state(pod, value) {
        Some(value) => tools.write(Kind::Pod, pod.key.clone(), value),
        None => return,
    };
    if pod.node().is_none() {
        tell_scheduled(tools, &stored);
    }
    Told::of_pod("FailedMount", why.to_owned()).record(tools, &stored, None);
    note(tools, &stored, None, memory, Vec::new());
}

/// Has the pods looked at again that wait for a ConfigMap or a Secret.
pub(crate) fn wake_for_config(tools: &mut Tools, namespace: &str) {
    wake(tools, |key, memory| {
        memory.waits_for_config && *key.namespace == *namespace
    });
}

/// Has the pods looked at again whose programs wait for a Service.
pub(crate) fn wake_for_service(tools: &mut Tools) {
    wake(tools, |_, memory| memory.waits_for_service);
}

fn wake(tools: &mut Tools, waits: impl Fn(&ObjectKey, &PodMemory) -> bool) {
    let waiting = tools.lives().filter(|(key, memory)| waits(key, memory));
    for key in waiting.map(|(key, _)| key.clone()).collect::<Vec<_>>() {
        tools.queue.add(Kind::Pod, key);
    }
}

/// Models: pkg/scheduler/schedule_one.go bindingCycle (v1.36).
fn tell_scheduled(tools: &mut Tools, pod: &Object) -> Option<Rc<Object>> {
    let node = pod.node().unwrap_or_default();
    let message = format!("Successfully assigned {}/{} to {node}", pod.namespace(), pod.name());
    let source = EventSource {
        component: "default-scheduler",
        host: "",
        path: "",
        first: Some(0),
    };
    tools.event_from("Normal", pod, &source, "Scheduled", &message)
}

/// Looks after a pod that has changed, or whose time has come.
pub(crate) fn sync(tools: &mut Tools, key: &ObjectKey) {
    let Some(pod) = tools.store.get(Kind::Pod, key).cloned() else {
        return;
    };
    if pod.node().is_none() || pod.is_over() || pod.is_terminating() && tools.is_held(key) {
        return;
    }
    if pod.pod_ip().is_none() {
        if pod.is_terminating() {
            garbage::finish(tools, &pod);
        }
        return;
    }
    let memory = tools.life(key, pod.uid());
    let lived = live(tools, &pod, memory);
    let stored = if pod.status() == &lived.status {
        pod
    } else {
        let mut value = pod.value.clone();
        set(&mut value, &["status"], lived.status);
        tools.replace(&pod, value)
    };
    for event in &lived.told {
        event.record(tools, &stored, None);
    }
    note(tools, &stored, lived.next, lived.memory, lived.silent);
    if lived.is_gone {
        finish(tools, &stored);
    }
}

/// Removes a pod that has ended; one that finalizers keep says what it came to.
fn finish(tools: &mut Tools, pod: &Rc<Object>) {
    garbage::finish(tools, pod);
    let Some(kept) = tools.store.get(Kind::Pod, &pod.key).cloned() else {
        return;
    };
    let statuses = kept.status().field("containerStatuses").items();
    let ended_well = |status: api::Cursor<'_>| status.path("state.terminated.exitCode").as_number() == Some(0);
    let phase = if { statuses }.all(ended_well) {
        "Succeeded"
    } else {
        "Failed"
    };
    let mut value = kept.value.clone();
    set(&mut value, &["status", "phase"], phase.into());
    tools.replace(&kept, value);
}

fn note(tools: &mut Tools, pod: &Object, next: Option<i64>, memory: PodMemory, silent: Vec<Box<str>>) {
    tools.remember_life(&pod.key, memory);
    if tools.store.set_silent(&pod.key, silent) {
        wake_for_service(tools);
    }
    tools.queue.stop_timer(Kind::Pod, &pod.key);
    if let Some(next) = next {
        tools.queue.set_timer(Kind::Pod, pod.key.clone(), next);
    }
}

fn live(tools: &Tools, pod: &Object, memory: PodMemory) -> Lived {
    let view = Pod::of(&pod.value);
    let programs = Programs::new(
        &tools.store,
        pod,
        view.containers().len() + view.init_containers().len(),
    );
    let now = tools.now();
    let mut life = Life::new(pod, memory, now, &programs);
    let is_ending = pod.is_terminating();
    let is_gone = if is_ending {
        life.end() <= now
    } else {
        life.go_on();
        false
    };
    if let Some(ready) = tools.told_ready(&pod.key) {
        for container in life.containers.iter_mut().filter(|it| it.role != Role::Init) {
            container.ready = ready && container.is_running();
        }
    }
    let phase = if is_ending {
        pod.status().field("phase").text()
    } else {
        life.phase()
    };
    let before = pod.status();
    let mut status = if before.value.is_object() {
        before.value.clone()
    } else {
        json!({})
    };
    set(&mut status, &["phase"], phase.into());
    let told = conditions(&pod.value, &life.containers, phase, true, now);
    set(&mut status, &["conditions"], told.into());
    let generation = pod.metadata().field("generation").value.clone();
    set(&mut status, &["observedGeneration"], generation);
    write_containers(&mut status, &life.containers);
    if let Some((reason, message)) = life.failure().filter(|_| !is_ending) {
        set(&mut status, &["reason"], reason.into());
        set(&mut status, &["message"], message.into());
    }
    let silent = life.silent();
    Lived {
        status,
        told: life.told,
        next: life.next,
        silent,
        memory: life.memory,
        is_gone,
    }
}

fn write_containers(status: &mut Value, containers: &[Container<'_>]) {
    for (field, is_main) in [("initContainerStatuses", false), ("containerStatuses", true)] {
        let of_list = containers.iter().filter(|it| (it.role == Role::Main) == is_main);
        let statuses: Vec<Value> = of_list.map(Container::status).collect();
        if !statuses.is_empty() {
            set(status, &[field], statuses.into());
        }
    }
}
