use crate::at::At;
use crate::validate::pod::{paths, print};
use crate::{Finding, format};

const SECCOMP: &str = "must be set when seccomp type is Localhost";
const APP_ARMOR: &str = "must be set when AppArmor type is Localhost";
const PROFILES: [&str; 3] = ["Localhost", "RuntimeDefault", "Unconfined"];

/// Models: pkg/apis/core/validation ValidateSecurityContext (v1.36), privileged containers being allowed.
pub fn container(context: &At, host_users: bool) -> Vec<Finding> {
    if !context.is_set() {
        return Vec::new();
    }
    let mut errors = ids(context, &["runAsUser", "runAsGroup"]);
    let mount = context.field("procMount");
    errors.extend(mount.one_of_if_set(&["Default", "Unmasked"]));
    if host_users && mount.text() == "Unmasked" {
        errors.push(mount.invalid("`hostUsers` must be false to use `Unmasked`"));
    }
    errors.extend(seccomp(&context.field("seccompProfile")));
    let escalation = context.field("allowPrivilegeEscalation");
    if escalation.is_set() && !escalation.flag() {
        errors.extend(escalates(context));
    }
    errors.extend(windows(&context.field("windowsOptions")));
    errors.extend(app_armor(&context.field("appArmorProfile")));
    errors
}

/// Settings that gain privileges which the context denies.
fn escalates(context: &At) -> Vec<Finding> {
    let invalid = |words: &str| {
        let printed = print::compact("SecurityContext", context.value);
        Finding::invalid_struct(context.path.clone(), printed, words)
    };
    let mut errors = Vec::new();
    if context.field("privileged").flag() {
        errors.push(invalid(
            "cannot set `allowPrivilegeEscalation` to false and `privileged` to true",
        ));
    }
    let added = context.field("capabilities").field("add").texts();
    let admin = added.iter().filter(|it| **it == "CAP_SYS_ADMIN");
    errors.extend(
        admin.map(|_| invalid("cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN")),
    );
    errors
}

/// Models: validatePodSpecSecurityContext.
pub fn pod(spec: &At) -> Vec<Finding> {
    let context = spec.field("securityContext");
    if !context.is_set() {
        return Vec::new();
    }
    let mut errors = ids(&context, &["fsGroup", "runAsUser", "runAsGroup"]);
    let groups = context.field("supplementalGroups");
    errors.extend(groups.items().flat_map(|it| it.invalid_each(format::id(it.number()))));
    if spec.field("shareProcessNamespace").flag() && spec.field("hostPID").flag() {
        errors.push(Finding::invalid(
            context.field("shareProcessNamespace").path,
            true,
            "ShareProcessNamespace and HostPID cannot both be enabled",
        ));
    }
    errors.extend(sysctls(&context.field("sysctls")));
    errors.extend(
        context
            .field("fsGroupChangePolicy")
            .one_of_if_set(&["Always", "OnRootMismatch"]),
    );
    errors.extend(seccomp(&context.field("seccompProfile")));
    errors.extend(windows(&context.field("windowsOptions")));
    errors.extend(app_armor(&context.field("appArmorProfile")));
    errors.extend(
        context
            .field("supplementalGroupsPolicy")
            .one_of_if_set(&["Merge", "Strict"]),
    );
    errors.extend(context.field("seLinuxChangePolicy").one_of_if_set(&["Recursive"]));
    errors
}

fn ids(context: &At, names: &[&'static str]) -> Vec<Finding> {
    let given = names.iter().map(|name| context.field(name)).filter(At::is_set);
    given.flat_map(|it| it.invalid_each(format::id(it.number()))).collect()
}

/// Models: validateSysctls.
fn sysctls(sysctls: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for name in sysctls.items().map(|it| it.field("name")) {
        if name.text().is_empty() {
            errors.push(name.required(""));
        } else if !format::is_sysctl(name.text()) {
            errors.push(name.invalid(
                "must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$",
            ));
        } else if names.contains(&name.text()) {
            errors.push(name.duplicate());
        }
        names.push(name.text());
    }
    errors
}

/// Models: validateSeccompProfileField.
fn seccomp(profile: &At) -> Vec<Finding> {
    if !profile.is_set() {
        return Vec::new();
    }
    let (kind, local) = (profile.field("type"), profile.field("localhostProfile"));
    let mut errors: Vec<Finding> = kind_of(&kind, "type is required when seccompProfile is set")
        .into_iter()
        .collect();
    match (kind.text() == "Localhost", local.is_set()) {
        (true, false) => errors.push(local.required(SECCOMP)),
        (true, true) => errors.extend(paths::descending(&local.path, local.text())),
        (false, true) => {
            let printed = print::compact("SeccompProfile", profile.value);
            let words = "can only be set when seccomp type is Localhost";
            errors.push(Finding::invalid_struct(local.path, printed, words));
        }
        (false, false) => {}
    }
    errors
}

fn kind_of(kind: &At, missing: &str) -> Option<Finding> {
    match kind.text() {
        "" => Some(kind.required(missing)),
        _ => kind.one_of_if_set(&PROFILES),
    }
}

/// Models: ValidateAppArmorProfileField.
fn app_armor(profile: &At) -> Vec<Finding> {
    const MAX_BYTES: usize = 4095;
    if !profile.is_set() {
        return Vec::new();
    }
    let (kind, local) = (profile.field("type"), profile.field("localhostProfile"));
    let mut errors = Vec::new();
    match kind.text() {
        "Localhost" if !local.is_set() => errors.push(local.required(APP_ARMOR)),
        "Localhost" => {
            if local.text().trim() != local.text() {
                errors.push(local.invalid("must not be padded with whitespace"));
            } else if local.text().is_empty() {
                errors.push(local.required(APP_ARMOR));
            }
            if local.text().len() > MAX_BYTES {
                errors.push(Finding::too_long(local.path.clone(), MAX_BYTES));
            }
        }
        "RuntimeDefault" | "Unconfined" => {
            if local.is_set() {
                errors.push(local.invalid("can only be set when AppArmor type is Localhost"));
            }
        }
        _ => errors.extend(kind_of(&kind, "type is required when appArmorProfile is set")),
    }
    errors
}

/// Models: validateWindowsSecurityContextOptions, as far as names can be empty or wrong.
fn windows(options: &At) -> Vec<Finding> {
    let name = options.field("gmsaCredentialSpecName");
    let mut errors = Vec::new();
    if name.is_set() {
        errors.extend(name.invalid_each(format::dns1123_subdomain(name.text())));
    }
    for (name, words) in [
        ("gmsaCredentialSpec", "gmsaCredentialSpec cannot be an empty string"),
        ("runAsUserName", "runAsUserName cannot be an empty string"),
    ] {
        let field = options.field(name);
        if field.is_set() && field.text().is_empty() {
            errors.push(field.invalid(words));
        }
    }
    errors
}

fn own_host_process<'a>(owner: &At<'a>) -> At<'a> {
    let options = owner.field("securityContext").field("windowsOptions");
    options.field("hostProcess")
}

/// Models: validateWindowsHostProcessPod.
pub fn host_process(spec: &At, containers: &[At]) -> Vec<Finding> {
    let by_pod = own_host_process(spec);
    let mut errors = Vec::new();
    let mut count = 0;
    for own in containers.iter().map(own_host_process) {
        if by_pod.is_set() && own.is_set() && by_pod.flag() != own.flag() {
            errors.push(own.invalid(format!(
                "pod hostProcess value must be identical if both are specified, was {}",
                by_pod.flag()
            )));
        }
        count += usize::from(own.flag() || (!own.is_set() && by_pod.flag()));
    }
    if count > 0 && count != containers.len() {
        let words = "If pod contains any hostProcess containers then all containers must be HostProcess containers";
        errors.push(Finding::invalid(spec.path.clone(), "", words));
    }
    let network = spec.field("hostNetwork");
    if count > 0 && !network.flag() {
        let words = "hostNetwork must be true if pod contains any hostProcess containers";
        errors.push(Finding::invalid(network.path, false, words));
    }
    errors
}
