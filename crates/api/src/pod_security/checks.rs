//! The checks of the levels baseline and restricted.
//!
//! Models: staging/src/k8s.io/pod-security-admission/policy/check_*.go (v1.36), in the order of their names.

use crate::at::At;
use crate::go;
use crate::pod_security::pod::{Blamed, Pod, named, plural, quoted};
use crate::pod_security::{Level, Objection, Standard, Version};
use std::collections::BTreeSet;

/// The last version that changed a check.
const NEWEST: i64 = 35;
const NEVER: i64 = i64::MAX;

struct Check {
    level: Level,
    /// The first version that has it.
    since: i64,
    /// The version from which on another one takes its place at the level restricted.
    replaced: i64,
    run: fn(&Pod<'_>) -> Option<Objection>,
}

const fn baseline(since: i64, replaced: i64, run: fn(&Pod<'_>) -> Option<Objection>) -> Check {
    Check {
        level: Level::Baseline,
        since,
        replaced,
        run,
    }
}

const fn restricted(since: i64, run: fn(&Pod<'_>) -> Option<Objection>) -> Check {
    Check {
        level: Level::Restricted,
        since,
        replaced: NEVER,
        run,
    }
}

static CHECKS: [Check; 19] = [
    baseline(0, NEVER, app_armor),
    baseline(0, 22, added_capabilities),
    baseline(0, NEVER, host_namespaces),
    baseline(0, 0, host_paths),
    baseline(0, NEVER, host_ports),
    baseline(34, NEVER, probe_hosts),
    baseline(0, NEVER, privileged),
    baseline(0, 35, proc_mount_of_host_users),
    baseline(0, NEVER, se_linux),
    baseline(0, 19, seccomp_if_set),
    baseline(0, NEVER, sysctls),
    baseline(0, NEVER, host_process),
    restricted(8, escalation),
    restricted(22, capabilities),
    restricted(35, proc_mount),
    restricted(0, volume_types),
    restricted(0, non_root),
    restricted(23, user_zero),
    restricted(19, seccomp),
];

/// What the checks of a standard object to.
pub(super) fn objections(pod: &At<'_>, standard: Standard) -> Vec<Objection> {
    let minor = match standard.version {
        Version::Minor(minor) => minor.min(NEWEST),
        Version::Latest => NEWEST,
    };
    let pod = Pod::new(pod, minor);
    let counts = |check: &&Check| {
        let is_replaced = standard.level == Level::Restricted && minor >= check.replaced;
        check.level <= standard.level && minor >= check.since && !is_replaced
    };
    CHECKS.iter().filter(counts).filter_map(|it| (it.run)(&pod)).collect()
}

fn sorted<'a>(values: &BTreeSet<&'a str>) -> Vec<&'a str> {
    values.iter().copied().collect()
}

fn app_armor(pod: &Pod<'_>) -> Option<Objection> {
    const BETA: &str = "container.apparmor.security.beta.kubernetes.io/";
    let mut types = BTreeSet::new();
    let mut blamed = pod.blame_contexts(&mut |context| {
        let profile = context.field("appArmorProfile");
        let kind = profile.field("type");
        let is_bad = profile.is_set() && !["RuntimeDefault", "Localhost"].contains(&kind.text());
        is_bad.then(|| {
            types.insert(kind.text());
            kind
        })
    });
    let annotations = pod.metadata.field("annotations");
    let is_allowed =
        |profile: &str| profile.is_empty() || profile == "runtime/default" || profile.starts_with("localhost/");
    let forbidden = annotations
        .entries()
        .filter(|(key, profile)| key.starts_with(BETA) && !is_allowed(profile));
    let mut noted = Vec::new();
    for (key, profile) in forbidden {
        noted.push(format!("{key}={}", go::quote(profile)));
        blamed.at.get_or_insert(annotations.key(key).path);
    }
    noted.sort_unstable();
    let mut setters = blamed.parts();
    if !noted.is_empty() {
        setters.push(plural("annotation", noted.len()));
    }
    let mut values = sorted(&types);
    values.extend(noted.iter().map(String::as_str));
    let reason = match values.len() {
        1 => "forbidden AppArmor profile",
        _ => "forbidden AppArmor profiles",
    };
    blamed.objection(reason, |_| {
        let setters = setters.join(" and ");
        format!("{setters} must not set AppArmor profile type to {}", quoted(&values))
    })
}

/// Blames containers that add capabilities beyond these.
fn adding<'a>(pod: &Pod<'a>, allowed: &[&str]) -> (Blamed<'a>, BTreeSet<&'a str>) {
    let mut forbidden = BTreeSet::new();
    let blamed = pod.blame(&mut |container| {
        let added = container.field("securityContext").field("capabilities").field("add");
        let before = added.texts().into_iter().filter(|it| !allowed.contains(it));
        let beyond: Vec<&str> = before.collect();
        forbidden.extend(beyond.iter().copied());
        (!beyond.is_empty()).then_some(added)
    });
    (blamed, forbidden)
}

fn not_added(names: &str, forbidden: &BTreeSet<&str>) -> String {
    let forbidden = quoted(&sorted(forbidden));
    format!("{names} must not include {forbidden} in securityContext.capabilities.add")
}

fn added_capabilities(pod: &Pod<'_>) -> Option<Objection> {
    const DEFAULT: [&str; 13] = [
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    ];
    let (blamed, forbidden) = adding(pod, &DEFAULT);
    blamed.objection("non-default capabilities", |names| not_added(names, &forbidden))
}

fn capabilities(pod: &Pod<'_>) -> Option<Objection> {
    if pod.is_for_windows() {
        return None;
    }
    let keeping = pod.blame(&mut |container| {
        let dropped = container.field("securityContext").field("capabilities").field("drop");
        (!dropped.texts().contains(&"ALL")).then_some(dropped)
    });
    let (adding, forbidden) = adding(pod, &["NET_BIND_SERVICE"]);
    let mut details = Vec::new();
    if !keeping.containers.is_empty() {
        let names = keeping.names();
        details.push(format!("{names} must set securityContext.capabilities.drop=[\"ALL\"]"));
    }
    if !adding.containers.is_empty() {
        details.push(not_added(&adding.names(), &forbidden));
    }
    let first = if keeping.at.is_some() { keeping } else { adding };
    first.objection("unrestricted capabilities", |_| details.join("; "))
}

fn host_namespaces(pod: &Pod<'_>) -> Option<Objection> {
    let shared: Vec<(&str, At<'_>)> = ["hostNetwork", "hostPID", "hostIPC"]
        .into_iter()
        .map(|name| (name, pod.spec.field(name)))
        .filter(|(_, it)| it.flag())
        .collect();
    let at = shared.first()?.1.path.clone();
    let shared: Vec<String> = shared.iter().map(|(name, _)| format!("{name}=true")).collect();
    Some(Objection {
        reason: "host namespaces",
        detail: shared.join(", "),
        at,
    })
}

/// The volumes of which something holds, with their names.
fn volumes<'a>(pod: &Pod<'a>, holds: &mut dyn FnMut(&At<'a>) -> bool) -> (Vec<&'a str>, Option<At<'a>>) {
    let found: Vec<At<'a>> = pod.spec.field("volumes").items().filter(|it| holds(it)).collect();
    let names = found.iter().map(|it| it.field("name").text()).collect();
    (names, found.into_iter().next())
}

fn host_paths(pod: &Pod<'_>) -> Option<Objection> {
    let (names, first) = volumes(pod, &mut |volume| volume.field("hostPath").is_set());
    Some(Objection {
        reason: "hostPath volumes",
        detail: named("volume", &names),
        at: first?.field("hostPath").path,
    })
}

fn volume_types(pod: &Pod<'_>) -> Option<Objection> {
    const ALLOWED: [&str; 9] = [
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    ];
    let mut types = BTreeSet::new();
    let (names, first) = volumes(pod, &mut |volume| {
        let sources = volume.value.as_object().into_iter().flatten();
        let mut sources = sources.filter(|(name, source)| *name != "name" && !source.is_null());
        let source = sources.next().map_or("unknown", |(name, _)| name.as_str());
        !ALLOWED.contains(&source) && {
            types.insert(source);
            true
        }
    });
    let use_them = if names.len() == 1 { "uses" } else { "use" };
    let types = sorted(&types);
    let types = named("restricted volume type", &types);
    Some(Objection {
        reason: "restricted volume types",
        detail: format!("{} {use_them} {types}", named("volume", &names)),
        at: first?.path,
    })
}

fn uses(blamed: &Blamed<'_>) -> &'static str {
    if blamed.containers.len() == 1 { "uses" } else { "use" }
}

fn host_ports(pod: &Pod<'_>) -> Option<Objection> {
    let mut numbers = BTreeSet::new();
    let blamed = pod.blame(&mut |container| {
        let ports = container.field("ports").items().map(|it| it.field("hostPort"));
        let taken: Vec<At<'_>> = ports.filter(|it| it.number() != 0).collect();
        numbers.extend(taken.iter().map(|it| it.number().to_string()));
        taken.into_iter().next()
    });
    blamed.objection("hostPort", |names| {
        let title = plural("hostPort", numbers.len());
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        format!("{names} {} {title} {}", uses(&blamed), numbers.join(", "))
    })
}

fn probe_hosts(pod: &Pod<'_>) -> Option<Objection> {
    let mut hosts = BTreeSet::new();
    let mut blamed = pod.blame(&mut |container| {
        let probes = ["livenessProbe", "readinessProbe", "startupProbe"].map(|it| container.field(it));
        let hooks = ["postStart", "preStop"].map(|it| container.field("lifecycle").field(it));
        let handlers = probes.iter().chain(&hooks);
        let asked = handlers.flat_map(|it| ["httpGet", "tcpSocket"].map(|way| it.field(way).field("host")));
        let asked: Vec<At<'_>> = asked.filter(|it| !it.text().is_empty()).collect();
        hosts.extend(asked.iter().map(At::text));
        asked.into_iter().next()
    });
    blamed.containers.sort_unstable();
    blamed.containers.dedup();
    blamed.objection("probe or lifecycle host", |names| {
        let hosts = named("probe or lifecycle host", &sorted(&hosts));
        format!("{names} {} {hosts}", uses(&blamed))
    })
}

fn privileged(pod: &Pod<'_>) -> Option<Objection> {
    let blamed = pod.blame(&mut |container| {
        let privileged = container.field("securityContext").field("privileged");
        privileged.flag().then_some(privileged)
    });
    blamed.objection("privileged", |names| {
        format!("{names} must not set securityContext.privileged=true")
    })
}

fn proc_mount_of_host_users(pod: &Pod<'_>) -> Option<Objection> {
    if pod.has_own_users() { None } else { proc_mount(pod) }
}

fn proc_mount(pod: &Pod<'_>) -> Option<Objection> {
    let mut types = BTreeSet::new();
    let blamed = pod.blame(&mut |container| {
        let mount = container.field("securityContext").field("procMount");
        (mount.is_set() && mount.text() != "Default").then(|| {
            types.insert(mount.text());
            mount
        })
    });
    blamed.objection("procMount", |names| {
        let types = quoted(&sorted(&types));
        format!("{names} must not set securityContext.procMount to {types}")
    })
}

fn se_linux(pod: &Pod<'_>) -> Option<Objection> {
    const TYPES: [&str; 4] = ["", "container_t", "container_init_t", "container_kvm_t"];
    let (mut types, mut has_user, mut has_role) = (BTreeSet::new(), false, false);
    let blamed = pod.blame_contexts(&mut |context| {
        let options = context.field("seLinuxOptions");
        let [kind, user, role] = ["type", "user", "role"].map(|it| options.field(it));
        let is_engine = pod.minor >= 31 && kind.text() == "container_engine_t";
        let is_bad = !TYPES.contains(&kind.text()) && !is_engine;
        if is_bad {
            types.insert(kind.text());
        }
        has_user |= !user.text().is_empty();
        has_role |= !role.text().is_empty();
        let first = [
            (kind, is_bad),
            (user.clone(), !user.text().is_empty()),
            (role.clone(), !role.text().is_empty()),
        ];
        first.into_iter().find(|(_, is_bad)| *is_bad).map(|(at, _)| at)
    });
    blamed.objection("seLinuxOptions", |names| {
        let mut faults = Vec::new();
        if !types.is_empty() {
            faults.push(named("type", &sorted(&types)));
        }
        faults.extend(has_user.then(|| "user may not be set".to_owned()));
        faults.extend(has_role.then(|| "role may not be set".to_owned()));
        let faults = faults.join("; ");
        format!("{names} set forbidden securityContext.seLinuxOptions: {faults}")
    })
}

const SECCOMP: &str = "seccompProfile";

/// Blames who sets another profile than the runtime's or the node's own.
fn setting_seccomp<'a>(pod: &Pod<'a>) -> (Blamed<'a>, BTreeSet<&'a str>) {
    let mut types = BTreeSet::new();
    let blamed = pod.blame_contexts(&mut |context| {
        let profile = context.field(SECCOMP);
        let kind = profile.field("type");
        (profile.is_set() && !is_seccomp(&kind)).then(|| {
            types.insert(kind.text());
            kind
        })
    });
    (blamed, types)
}

fn is_seccomp(kind: &At<'_>) -> bool {
    ["Localhost", "RuntimeDefault"].contains(&kind.text())
}

fn bad_seccomp(pod: &Pod<'_>) -> Option<Objection> {
    let (blamed, types) = setting_seccomp(pod);
    blamed.objection(SECCOMP, |names| {
        let types = quoted(&sorted(&types));
        format!("{names} must not set securityContext.{SECCOMP}.type to {types}")
    })
}

fn seccomp_if_set(pod: &Pod<'_>) -> Option<Objection> {
    if pod.minor >= 19 {
        bad_seccomp(pod)
    } else {
        annotated_seccomp(pod)
    }
}

fn seccomp(pod: &Pod<'_>) -> Option<Objection> {
    if pod.is_for_windows() {
        return None;
    }
    let bad = bad_seccomp(pod);
    if bad.is_some() {
        return bad;
    }
    let silent = pod.blame_silent(SECCOMP, At::is_set);
    silent.objection(SECCOMP, |names| {
        format!("pod or {names} must set securityContext.{SECCOMP}.type to \"RuntimeDefault\" or \"Localhost\"")
    })
}

/// What annotations said before there was a field.
fn annotated_seccomp(pod: &Pod<'_>) -> Option<Objection> {
    let annotations = pod.metadata.field("annotations");
    let of_containers = pod.containers.iter().map(|it| {
        let name = it.field("name").text();
        format!("container.seccomp.security.alpha.kubernetes.io/{name}")
    });
    let keys = std::iter::once("seccomp.security.alpha.kubernetes.io/pod".to_owned()).chain(of_containers);
    let (mut forbidden, mut first) = (BTreeSet::new(), None);
    for key in keys {
        let profile = annotations.key(&key);
        let is_allowed =
            ["runtime/default", "docker/default"].contains(&profile.text()) || profile.text().starts_with("localhost/");
        if profile.is_set() && !is_allowed {
            forbidden.insert(format!("{key}={}", go::quote(profile.text())));
            first.get_or_insert(profile.path);
        }
    }
    let title = plural("annotation", forbidden.len());
    let forbidden: Vec<String> = forbidden.into_iter().collect();
    Some(Objection {
        reason: SECCOMP,
        detail: format!("forbidden {title} {}", forbidden.join(", ")),
        at: first?,
    })
}

fn sysctls(pod: &Pod<'_>) -> Option<Objection> {
    const SAFE: [(i64, &str); 12] = [
        (0, "kernel.shm_rmid_forced"),
        (0, "net.ipv4.ip_local_port_range"),
        (0, "net.ipv4.tcp_syncookies"),
        (0, "net.ipv4.ping_group_range"),
        (0, "net.ipv4.ip_unprivileged_port_start"),
        (27, "net.ipv4.ip_local_reserved_ports"),
        (29, "net.ipv4.tcp_keepalive_time"),
        (29, "net.ipv4.tcp_fin_timeout"),
        (29, "net.ipv4.tcp_keepalive_intvl"),
        (29, "net.ipv4.tcp_keepalive_probes"),
        (32, "net.ipv4.tcp_rmem"),
        (32, "net.ipv4.tcp_wmem"),
    ];
    let is_safe = |name: &str| SAFE.iter().any(|(since, safe)| *safe == name && pod.minor >= *since);
    let set = pod.spec.field("securityContext").field("sysctls");
    let names = set.items().map(|it| it.field("name"));
    let forbidden: Vec<At<'_>> = names.filter(|it| !is_safe(it.text())).collect();
    let at = forbidden.first()?.path.clone();
    let names: Vec<&str> = forbidden.iter().map(At::text).collect();
    Some(Objection {
        reason: "forbidden sysctls",
        detail: names.join(", "),
        at,
    })
}

fn host_process(pod: &Pod<'_>) -> Option<Objection> {
    let blamed = pod.blame_contexts(&mut |context| {
        let of_host = context.field("windowsOptions").field("hostProcess");
        of_host.flag().then_some(of_host)
    });
    blamed.objection("hostProcess", |names| {
        format!("{names} must not set securityContext.windowsOptions.hostProcess=true")
    })
}

fn escalation(pod: &Pod<'_>) -> Option<Objection> {
    if pod.is_for_windows() {
        return None;
    }
    let blamed = pod.blame(&mut |container| {
        let escalation = container.field("securityContext").field("allowPrivilegeEscalation");
        (!escalation.is_set() || escalation.flag()).then_some(escalation)
    });
    blamed.objection("allowPrivilegeEscalation != false", |names| {
        format!("{names} must set securityContext.allowPrivilegeEscalation=false")
    })
}

fn non_root(pod: &Pod<'_>) -> Option<Objection> {
    const FIELD: &str = "runAsNonRoot";
    const REASON: &str = "runAsNonRoot != true";
    if pod.has_own_users() {
        return None;
    }
    let setting = pod.blame_contexts(&mut |context| {
        let non_root = context.field(FIELD);
        (non_root.is_set() && !non_root.flag()).then_some(non_root)
    });
    let bad = setting.objection(REASON, |names| {
        format!("{names} must not set securityContext.{FIELD}=false")
    });
    if bad.is_some() {
        return bad;
    }
    let silent = pod.blame_silent(FIELD, At::flag);
    silent.objection(REASON, |names| {
        format!("pod or {names} must set securityContext.{FIELD}=true")
    })
}

fn user_zero(pod: &Pod<'_>) -> Option<Objection> {
    if pod.has_own_users() {
        return None;
    }
    let blamed = pod.blame_contexts(&mut |context| {
        let user = context.field("runAsUser");
        (user.is_set() && user.number() == 0).then_some(user)
    });
    blamed.objection("runAsUser=0", |names| format!("{names} must not set runAsUser=0"))
}
