mod annotations;
pub mod claim;
mod claims;
mod container;
mod containers;
mod env;
mod naming;
pub mod paths;
pub mod print;
mod probe;
mod resources;
pub mod scheduling;
mod security;
mod storage;
mod update;
pub mod volume;

pub use update::update;

use crate::at::At;
use crate::finding::ruled;
use crate::validate::meta;
use crate::{Detail, Finding, Rule, Value, format};
use containers::containers;

/// Models: pkg/apis/core/validation ValidatePodCreate (v1.36), without its metadata.
pub fn create(pod: &At) -> Vec<Finding> {
    let (spec, annotations) = (&pod.field("spec"), pod.field("metadata").field("annotations"));
    let mut errors = whole(pod);
    let ephemeral = spec.field("ephemeralContainers");
    if !ephemeral.is_empty() {
        errors.push(ephemeral.forbidden("cannot be set on create"));
    }
    let node = spec.field("nodeName");
    if !node.text().is_empty() && !spec.field("schedulingGates").is_empty() {
        errors.push(node.forbidden("cannot be set until all schedulingGates have been cleared"));
    }
    errors.extend(annotations::match_fields(&annotations, spec));
    errors
}

/// Models: validatePodMetadataAndSpec, without what any object's metadata keep.
fn whole(pod: &At) -> Vec<Finding> {
    let (spec, metadata) = (pod.field("spec"), pod.field("metadata"));
    let mut errors = annotations::validate(&metadata.field("annotations"), &spec);
    errors.extend(validate(&spec, Some(&metadata)));
    if spec.field("serviceAccountName").text().is_empty() {
        let sources = spec
            .field("volumes")
            .items()
            .flat_map(|it| it.field("projected").field("sources").items().collect::<Vec<_>>());
        let tokens = sources.map(|it| it.field("serviceAccountToken"));
        let words = "must not be specified when serviceAccountName is not set";
        errors.extend(tokens.filter(At::is_set).map(|it| it.forbidden(words)));
    }
    errors.extend(untrimmed_images(&spec));
    errors
}

/// Models: validateContainersOnlyForPod.
fn untrimmed_images(spec: &At) -> Vec<Finding> {
    let lists = ["containers", "initContainers"].map(|it| spec.field(it));
    let containers = lists.iter().flat_map(At::items);
    containers
        .filter_map(|it| untrimmed_image(&it.field("image")))
        .collect()
}

fn untrimmed_image(image: &At) -> Option<Finding> {
    let trimmed = image.text().trim() == image.text();
    (!trimmed).then(|| image.invalid("must not have leading or trailing whitespace"))
}

/// What the template of a kind that keeps its pods running may not say.
///
/// Models: ValidatePodTemplateSpecForReplicaSet, ValidatePodTemplateSpecForRC, ValidateDaemonSetSpec, ValidateStatefulSetSpec.
pub fn kept_running(spec: &At, kind: &str) -> Vec<Finding> {
    let (policy, deadline) = (spec.field("restartPolicy"), spec.field("activeDeadlineSeconds"));
    let mut errors = Vec::new();
    if policy.text() != "Always" {
        errors.push(policy.not_supported(&["Always"]).ruled(Rule::RestartPolicyOfTemplate));
    }
    if deadline.is_set() {
        let words = format!("activeDeadlineSeconds in {kind} is not Supported");
        errors.push(deadline.forbidden(words));
    }
    errors
}

/// Models: ValidatePodTemplateSpec.
pub fn template(template: &At) -> Vec<Finding> {
    let metadata = At {
        value: template.field("metadata").value,
        path: template.path.clone(),
    };
    let annotations = metadata.field("annotations");
    let mut errors = meta::labels(&metadata.field("labels"));
    errors.extend(meta::annotations(&annotations));
    let spec = template.field("spec");
    errors.extend(annotations::validate(&annotations, &spec));
    errors.extend(validate(&spec, None));
    errors.extend(annotations::match_fields(&annotations, &spec));
    // Kubernetes leaves `metadata` out of these paths.
    let shown = ["labels", "annotations"].map(|it| (it, metadata.path.field(it)));
    for finding in &mut errors {
        for (name, shown) in &shown {
            let written = template.path.field("metadata").field(name);
            finding.move_to(&shown.into(), &written.into());
        }
    }
    let ephemeral = spec.field("ephemeralContainers");
    if !ephemeral.is_empty() {
        errors.push(ephemeral.forbidden("ephemeral containers not allowed in pod template"));
    }
    errors
}

/// `metadata` is `None` for a template.
///
/// Models: pkg/apis/core/validation ValidatePodSpec (v1.36).
fn validate(spec: &At, metadata: Option<&At>) -> Vec<Finding> {
    let mut errors = Vec::new();
    let grace = spec.field("terminationGracePeriodSeconds");
    if !grace.is_set() {
        errors.push(grace.required(""));
    }
    let volumes = volume::all(&spec.field("volumes"), metadata, &mut errors);
    let claims = spec.field("resourceClaims");
    let own = metadata.map(|it| it.field("annotations"));
    errors.extend(claims::validate(&claims, own.as_ref()));
    let claims: Vec<&str> = claims.items().map(|it| it.field("name").text()).collect();
    let users = spec.field("hostUsers");
    let pod = container::Pod {
        spec,
        volumes: &volumes,
        claims: &claims,
        host_users: !users.is_set() || users.flag(),
    };
    errors.extend(container::regular(&spec.field("containers"), &pod));
    errors.extend(container::init(&pod));
    errors.extend(resources::of_pod(spec, &claims));
    errors.extend(container::host_network_ports(spec));
    let policy = spec.field("restartPolicy").one_of(&["Always", "OnFailure", "Never"]);
    errors.extend(ruled(Rule::RestartPolicy, policy));
    let dns = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
    errors.extend(spec.field("dnsPolicy").one_of(&dns));
    errors.extend(meta::labels(&spec.field("nodeSelector")));
    errors.extend(security::pod(spec));
    errors.extend(scheduling::affinity(&spec.field("affinity")));
    errors.extend(naming::dns(spec));
    errors.extend(scheduling::readiness_gates(&spec.field("readinessGates")));
    errors.extend(scheduling::gates(&spec.field("schedulingGates")));
    errors.extend(scheduling::spread(&spec.field("topologySpreadConstraints")));
    errors.extend(security::host_process(spec, &containers(spec)));
    errors.extend(host_users(spec, pod.host_users));
    errors.extend(naming::override_of_host_name(spec));
    errors.extend(optional(&spec.field("serviceAccountName"), format::dns1123_subdomain));
    errors.extend(optional(&spec.field("nodeName"), format::dns1123_subdomain));
    let deadline = spec.field("activeDeadlineSeconds");
    if deadline.is_set() && !(1..=i64::from(i32::MAX)).contains(&deadline.number()) {
        errors.push(deadline.invalid(format::between(1, i32::MAX.into())));
    }
    errors.extend(optional(&spec.field("hostname"), format::dns1123_label));
    errors.extend(optional(&spec.field("subdomain"), format::dns1123_label));
    let tolerations = spec.field("tolerations");
    errors.extend(tolerations.items().flat_map(|it| scheduling::toleration(&it)));
    errors.extend(naming::host_aliases(&spec.field("hostAliases")));
    errors.extend(optional(&spec.field("priorityClassName"), format::dns1123_subdomain));
    let runtime = spec.field("runtimeClassName");
    if runtime.is_set() {
        errors.extend(runtime.invalid_each(format::dns1123_subdomain(runtime.text())));
    }
    let preemption = ["Never", "PreemptLowerPriority"];
    errors.extend(spec.field("preemptionPolicy").one_of_if_set(&preemption));
    errors.extend(resources::overhead(&spec.field("overhead")));
    errors.extend(operating_system(spec));
    errors.extend(containers(spec).iter().flat_map(|it| env::file_volumes(spec, it)));
    errors
}

/// Models: pkg/apis/node/validation validateOverhead (v1.36).
pub fn runtime_overhead(overhead: &At) -> Vec<Finding> {
    resources::requirements_of_limits(&overhead.field("podFixed"), overhead)
}

/// Models: validateHostUsers, whose fields have another case than they are written in.
fn host_users(spec: &At, host_users: bool) -> Vec<Finding> {
    let shared = [("hostPID", "HostPID"), ("hostIPC", "HostIPC")];
    let given = shared.iter().filter(|(name, _)| !host_users && spec.field(name).flag());
    given
        .map(|(name, shown)| {
            let finding = Finding::forbidden(spec.path.field(shown), "when `hostUsers` is false");
            finding.placed(spec.path.field(name))
        })
        .collect()
}

/// Models: validateOS, validateLinux.
fn operating_system(spec: &At) -> Vec<Finding> {
    const LINUX_ONLY: &str = "windows options cannot be set for a linux pod";
    let os = spec.field("os");
    let name = os.field("name");
    match name.text() {
        _ if !os.is_set() => Vec::new(),
        "" => vec![name.required("")],
        "linux" => {
            let all = std::iter::once(spec.clone()).chain(containers(spec));
            let options = all.map(|it| it.field("securityContext").field("windowsOptions"));
            options.filter(At::is_set).map(|it| it.forbidden(LINUX_ONLY)).collect()
        }
        "windows" => windows(spec),
        other => vec![Finding::not_supported(os.path, other, &["linux", "windows"])],
    }
}

/// Models: validateWindows.
fn windows(spec: &At) -> Vec<Finding> {
    let context = spec.field("securityContext");
    let mut errors = Vec::new();
    let mut refuse = |owner: &At, fields: &[&'static str]| {
        let given = fields.iter().map(|it| owner.field(it));
        let given = given.filter(|it| it.is_set() && it.value != &Value::Bool(false) && !is_empty_list(it));
        errors.extend(given.map(|it| it.forbidden("cannot be set for a windows pod")));
    };
    refuse(&context, &["appArmorProfile", "seLinuxOptions"]);
    refuse(spec, &["hostUsers", "hostPID", "hostIPC"]);
    refuse(
        &context,
        &["seccompProfile", "fsGroup", "fsGroupChangePolicy", "sysctls"],
    );
    refuse(spec, &["shareProcessNamespace"]);
    refuse(
        &context,
        &[
            "runAsUser",
            "runAsGroup",
            "supplementalGroups",
            "supplementalGroupsPolicy",
            "seLinuxChangePolicy",
        ],
    );
    let of_container = [
        "appArmorProfile",
        "seLinuxOptions",
        "seccompProfile",
        "capabilities",
        "readOnlyRootFilesystem",
        "privileged",
        "allowPrivilegeEscalation",
        "procMount",
        "runAsUser",
        "runAsGroup",
    ];
    for container in containers(spec) {
        refuse(&container.field("securityContext"), &of_container);
    }
    errors
}

fn is_empty_list(field: &At) -> bool {
    field.value.as_array().is_some_and(Vec::is_empty)
}

fn optional(field: &At, form: fn(&str) -> Vec<Detail>) -> Vec<Finding> {
    if field.text().is_empty() {
        Vec::new()
    } else {
        field.invalid_each(form(field.text()))
    }
}

#[cfg(test)]
mod tests;
