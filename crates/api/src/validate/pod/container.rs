use crate::at::At;
use crate::validate::pod::volume::Volumes;
use crate::validate::pod::{env, paths, probe, resources, security};
use crate::validate::service::protocol;
use crate::{Finding, Rule, format};

const FOR_SIDECARS: &str = "may not be set for init containers without restartPolicy=Always";

/// What the rules for containers need of the pod.
pub struct Pod<'a, 'b> {
    pub spec: &'b At<'a>,
    pub volumes: &'b Volumes<'a>,
    pub claims: &'b [&'a str],
    pub host_users: bool,
}

/// Models: pkg/apis/core/validation validateContainers (v1.36).
pub fn regular(list: &At, pod: &Pod) -> Vec<Finding> {
    if list.is_empty() {
        return vec![list.required((Rule::ContainersMissing, ""))];
    }
    let mut errors = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for container in list.items() {
        errors.extend(common(&container, pod));
        let name = container.field("name");
        if names.contains(&name.text()) {
            errors.push(name.duplicate().ruled(Rule::ContainerNameTaken));
        }
        names.push(name.text());
        errors.extend(probe::all(&container, pod.spec));
        errors.extend(restart_policy(&container));
    }
    errors.extend(host_port_conflicts(list.items()));
    errors
}

/// Models: validateInitContainers.
pub fn init(pod: &Pod) -> Vec<Finding> {
    let mut errors = Vec::new();
    let regular = pod.spec.field("containers");
    let mut names: Vec<&str> = regular.items().map(|it| it.field("name").text()).collect();
    for container in pod.spec.field("initContainers").items() {
        errors.extend(common(&container, pod));
        errors.extend(restart_policy(&container));
        let name = container.field("name");
        if names.contains(&name.text()) {
            errors.push(name.duplicate().ruled(Rule::ContainerNameTaken));
        } else if !name.text().is_empty() {
            names.push(name.text());
        }
        errors.extend(host_port_conflicts(std::iter::once(container.clone())));
        if container.field("restartPolicy").text() == "Always" {
            errors.extend(probe::all(&container, pod.spec));
            continue;
        }
        let fields = ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"];
        let given = fields.map(|it| container.field(it));
        errors.extend(
            given
                .iter()
                .filter(|it| it.is_set())
                .map(|it| it.forbidden(FOR_SIDECARS)),
        );
        let policies = container.field("resizePolicy");
        let restarts = policies.items().map(|it| it.field("restartPolicy"));
        let words = "must not be set to 'RestartContainer' for non-sidecar initContainers";
        errors.extend(
            restarts
                .filter(|it| it.text() == "RestartContainer")
                .map(|it| it.invalid(words)),
        );
    }
    errors
}

/// Models: validateContainerRestartPolicy.
fn restart_policy(container: &At) -> Vec<Finding> {
    const MAX_RULES: usize = 20;
    const MAX_CODES: usize = 255;
    let (policy, rules) = (container.field("restartPolicy"), container.field("restartPolicyRules"));
    let mut errors = Vec::new();
    if policy.is_set() {
        errors.extend(policy.one_of_if_set(&["Always", "Never", "OnFailure"]));
    } else if !rules.is_empty() {
        errors.push(policy.required("must specify restartPolicy when restart rules are used"));
    }
    if rules.len() > MAX_RULES {
        errors.push(Finding::too_many(rules.path.clone(), rules.len(), MAX_RULES));
    }
    for rule in rules.items() {
        let (action, codes) = (rule.field("action"), rule.field("exitCodes"));
        let actions = ["Restart", "RestartAllContainers"];
        if !actions.contains(&action.text()) {
            errors.push(Finding::not_supported(action.path.clone(), action.text(), &actions));
        }
        let operator = codes.field("operator");
        if !codes.is_set() {
            errors.push(codes.required("must be specified"));
        } else if !["In", "NotIn"].contains(&operator.text()) {
            errors.push(Finding::not_supported(
                operator.path.clone(),
                operator.text(),
                &["In", "NotIn"],
            ));
        }
        let values = codes.field("values");
        if values.len() > MAX_CODES {
            errors.push(Finding::too_many(values.path.clone(), values.len(), MAX_CODES));
        }
    }
    errors
}

/// Models: validateContainerCommon.
fn common(container: &At, pod: &Pod) -> Vec<Finding> {
    let mut errors = Vec::new();
    let name = container.field("name");
    if name.text().is_empty() {
        errors.push(name.required((Rule::ContainerUnnamed, "")));
    } else {
        errors.extend(name.invalid_each(format::dns1123_label(name.text())));
    }
    let image = container.field("image");
    if image.text().is_empty() {
        errors.push(image.required((Rule::ImageMissing, "")));
    }
    let policies = ["File", "FallbackToLogsOnError"];
    errors.extend(container.field("terminationMessagePolicy").one_of(&policies));
    errors.extend(ports(&container.field("ports")));
    errors.extend(env::variables(&container.field("env")));
    errors.extend(env::sources(&container.field("envFrom")));
    errors.extend(mounts(container, pod.volumes));
    errors.extend(devices(container, pod.volumes));
    errors.extend(pull_policy(&container.field("imagePullPolicy")));
    errors.extend(resources::requirements(&container.field("resources"), pod.claims));
    errors.extend(resize_policies(&container.field("resizePolicy"), pod.spec));
    errors.extend(security::container(&container.field("securityContext"), pod.host_users));
    errors
}

pub fn pull_policy(policy: &At) -> Option<Finding> {
    let finding = policy.one_of(&["Always", "IfNotPresent", "Never"])?;
    Some(finding.ruled(Rule::ImagePullPolicy))
}

fn ports(ports: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for port in ports.items() {
        let name = port.field("name");
        if !name.text().is_empty() {
            let forms = format::port_name(name.text());
            if !forms.is_empty() {
                errors.extend(name.invalid_each(forms));
            } else if names.contains(&name.text()) {
                errors.push(name.duplicate().ruled(Rule::ContainerPortNameTaken));
            } else {
                names.push(name.text());
            }
        }
        let (number, host) = (port.field("containerPort"), port.field("hostPort"));
        if number.number() == 0 {
            errors.push(number.required((Rule::ContainerPortMissing, "")));
        } else {
            errors.extend(number.invalid_each(format::port_number(number.number())));
        }
        if host.number() != 0 {
            errors.extend(host.invalid_each(format::port_number(host.number())));
        }
        errors.extend(protocol(&port.field("protocol")));
    }
    errors
}

/// Models: ValidateVolumeMounts, which names some fields at their list.
fn mounts(container: &At, volumes: &Volumes) -> Vec<Finding> {
    let mounts = container.field("volumeMounts");
    let devices = container.field("volumeDevices");
    let known = |field: &'static str, value: &str| devices.items().any(|it| it.field(field).text() == value);
    let mut errors = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for mount in mounts.items() {
        let (name, path) = (mount.field("name"), mount.field("mountPath"));
        if name.text().is_empty() {
            errors.push(name.required((Rule::MountUnnamed, "")));
        }
        if !volumes.contains_key(name.text()) {
            errors.push(Finding::not_found(name.path.clone(), name.text()).ruled(Rule::MountVolumeMissing));
        }
        if path.text().is_empty() {
            errors.push(path.required((Rule::MountPathMissing, "")));
        }
        if seen.contains(&path.text()) {
            let detail = (Rule::MountPathTaken, "must be unique");
            errors.push(Finding::invalid(path.path.clone(), path.text(), detail));
        }
        seen.push(path.text());
        if known("name", name.text()) {
            errors.push(name.invalid("must not already exist in volumeDevices"));
        }
        if known("devicePath", path.text()) {
            errors.push(path.invalid("must not already exist as a path in volumeDevices"));
        }
        errors.extend(sub_paths(&mounts, &mount));
        errors.extend(propagation(&mounts, &mount, container));
        errors.extend(recursive_read_only(&mounts, &mount));
    }
    errors
}

fn sub_paths(mounts: &At, mount: &At) -> Vec<Finding> {
    let (path, expression) = (mount.field("subPath"), mount.field("subPathExpr"));
    let mut errors = Vec::new();
    if !path.text().is_empty() {
        errors.extend(paths::descending(&mounts.path.field("subPath"), path.text()));
    }
    if !expression.text().is_empty() {
        if !path.text().is_empty() {
            errors.push(expression.invalid("subPathExpr and subPath are mutually exclusive"));
        }
        errors.extend(paths::descending(&mounts.path.field("subPathExpr"), expression.text()));
    }
    errors
}

/// Models: validateMountPropagation.
fn propagation(mounts: &At, mount: &At, container: &At) -> Vec<Finding> {
    let given = mount.field("mountPropagation");
    let mode = At {
        value: given.value,
        path: mounts.path.field("mountPropagation"),
    };
    let modes = ["Bidirectional", "HostToContainer", "None"];
    let mut errors: Vec<Finding> = mode.one_of_if_set(&modes).into_iter().collect();
    let privileged = container.field("securityContext").field("privileged").flag();
    if mode.text() == "Bidirectional" && !privileged {
        let words = "Bidirectional mount propagation is available only to privileged containers";
        errors.push(mode.forbidden(words));
    }
    errors
}

/// Models: validateMountRecursiveReadOnly.
fn recursive_read_only(mounts: &At, mount: &At) -> Vec<Finding> {
    let given = mount.field("recursiveReadOnly");
    let mode = At {
        value: given.value,
        path: mounts.path.field("recursiveReadOnly"),
    };
    let modes = ["Disabled", "Enabled", "IfPossible"];
    let mut errors: Vec<Finding> = mode.one_of_if_set(&modes).into_iter().collect();
    if matches!(mode.text(), "Enabled" | "IfPossible") {
        if !mount.field("readOnly").flag() {
            errors.push(mode.forbidden("may only be specified when readOnly is true"));
        }
        if !matches!(mount.field("mountPropagation").text(), "" | "None") {
            errors.push(mode.forbidden("may only be specified when mountPropagation is None or not specified"));
        }
    }
    errors
}

/// Models: ValidateVolumeDevices.
fn devices(container: &At, volumes: &Volumes) -> Vec<Finding> {
    let mounts = container.field("volumeMounts");
    let mounted = |field: &'static str, value: &str| mounts.items().any(|it| it.field(field).text() == value);
    let mut errors = Vec::new();
    let (mut names, mut seen): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for device in container.field("volumeDevices").items() {
        let (name, path) = (device.field("name"), device.field("devicePath"));
        if name.text().is_empty() {
            errors.push(name.required(""));
        }
        if names.contains(&name.text()) {
            errors.push(name.invalid("must be unique"));
        }
        match volumes.get(name.text()) {
            None => errors.push(Finding::not_found(name.path.clone(), name.text())),
            Some(it) if it.field("persistentVolumeClaim").is_set() || it.field("ephemeral").is_set() => {}
            Some(_) => errors.push(
                name.invalid("can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"),
            ),
        }
        if path.text().is_empty() {
            errors.push(path.required(""));
        }
        if seen.contains(&path.text()) {
            errors.push(path.invalid("must be unique"));
        }
        if path.text().split('/').any(|it| it == "..") {
            errors.push(path.invalid("can not contain backsteps ('..')"));
        } else {
            seen.push(path.text());
        }
        if mounted("name", name.text()) {
            errors.push(name.invalid("must not already exist in volumeMounts"));
        }
        if mounted("mountPath", path.text()) {
            errors.push(path.invalid("must not already exist as a path in volumeMounts"));
        }
        names.extend(Some(name.text()).filter(|it| !it.is_empty()));
    }
    errors
}

/// Models: validateResizePolicy, which names all at their list.
fn resize_policies(policies: &At, spec: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    let never = spec.field("restartPolicy").text() == "Never";
    for policy in policies.items() {
        let (resource, restart) = (
            policy.field("resourceName").text(),
            policy.field("restartPolicy").text(),
        );
        if seen.contains(&resource) {
            errors.push(Finding::duplicate(policy.path.clone(), resource));
        }
        seen.push(resource);
        let mut check = |value: &str, supported: &[&str]| match value {
            "" => errors.push(policies.required("")),
            value if supported.contains(&value) => {}
            value => errors.push(Finding::not_supported(policies.path.clone(), value, supported)),
        };
        check(resource, &["cpu", "memory"]);
        check(restart, &["NotRequired", "RestartContainer"]);
        if never && restart != "NotRequired" {
            let words = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
            errors.push(Finding::invalid(policies.path.clone(), restart, words));
        }
    }
    errors
}

fn host_port_conflicts<'a>(containers: impl Iterator<Item = At<'a>>) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for port in containers.flat_map(|it| it.field("ports").items().collect::<Vec<_>>()) {
        let host = port.field("hostPort");
        if host.number() == 0 {
            continue;
        }
        let (protocol, address) = (port.field("protocol").text(), port.field("hostIP").text());
        let key = format!("{protocol}/{address}/{}", host.number());
        if seen.contains(&key) {
            errors.push(Finding::duplicate(host.path.clone(), key.as_str()));
        }
        seen.push(key);
    }
    errors
}

/// Models: validatePodHostNetworkDeps.
pub fn host_network_ports(spec: &At) -> Vec<Finding> {
    if !spec.field("hostNetwork").flag() {
        return Vec::new();
    }
    let containers = spec.field("containers");
    let ports = containers
        .items()
        .flat_map(|it| it.field("ports").items().collect::<Vec<_>>());
    let differing = ports.filter(|port| {
        let host = port.field("hostPort").number();
        host != 0 && host != port.field("containerPort").number()
    });
    let words = "must match `containerPort` when `hostNetwork` is true";
    differing.map(|port| port.field("hostPort").invalid(words)).collect()
}
