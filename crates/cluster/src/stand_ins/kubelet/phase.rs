//! The phase of a pod, from what its containers do.

use super::container::{Container, Role};

/// Models: pkg/kubelet/kubelet_pods.go getPhase (v1.36).
pub(crate) fn phase(containers: &[Container<'_>], restarts: impl Fn(&Container<'_>, i64) -> bool) -> &'static str {
    let of = |role| containers.iter().filter(move |it| it.role == role);
    let failed = |it: &&Container<'_>| it.end().filter(|_| !it.is_running()).is_some_and(|end| end.code != 0);
    if of(Role::Init)
        .filter(failed)
        .any(|it| !restarts(it, it.end().map_or(0, |end| end.code)))
    {
        return "Failed";
    }
    let is_initialized = of(Role::Main).any(|it| !it.is_new());
    let waits = |it: &Container<'_>| it.is_running() || it.is_new();
    if of(Role::Init).any(waits) {
        return "Pending";
    }
    let is_starting = |it: &Container<'_>| it.is_new() || it.is_running() && !it.started;
    if !is_initialized && of(Role::Sidecar).any(is_starting) {
        return "Pending";
    }
    if of(Role::Main)
        .chain(of(Role::Sidecar))
        .any(super::container::Container::is_new)
    {
        return "Pending";
    }
    if of(Role::Main).chain(of(Role::Sidecar)).any(Container::is_running) {
        return "Running";
    }
    let ends: Vec<_> = of(Role::Main).filter_map(|it| Some((it, it.end()?.code))).collect();
    if ends.is_empty() {
        return "Pending";
    }
    if ends.iter().any(|(it, code)| restarts(it, *code)) {
        return "Running";
    }
    if ends.iter().all(|(_, code)| *code == 0) {
        "Succeeded"
    } else {
        "Failed"
    }
}
