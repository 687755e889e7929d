mod admission;
mod autoscaler;
mod configuration;
mod fields;
mod networking;
mod rbac;
mod volumes;
mod workloads;

use crate::aggregate::{aggregate, is_pod_level};
use crate::view::{AFFINITY_SECONDS, Service, ServiceType};
use crate::{Fields, Kind, Value};
use fields::{given, list, put, remove, set, set_null, set_zero};
use serde_json::json;

/// Fills in absent fields in place. The cluster allocates addresses and node ports.
///
/// Models: pkg/apis/core/v1, apps/v1 and discovery/v1 defaults.go (v1.36).
pub fn default(kind: Kind, object: &mut Value) {
    match kind {
        Kind::Service => service(object),
        Kind::Pod => {
            pod_spec(&mut object["spec"]);
            default_templated_pod(&mut object["spec"]);
        }
        Kind::Deployment => deployment(&mut object["spec"]),
        Kind::ReplicaSet => {
            set(&mut object["spec"], "replicas", json!(1));
            pod_spec(&mut object["spec"]["template"]["spec"]);
        }
        Kind::StatefulSet => stateful_set(&mut object["spec"]),
        Kind::Namespace => namespace(object),
        Kind::Node => {
            let capacity = object["status"]["capacity"].clone();
            if capacity.is_object() {
                set(&mut object["status"], "allocatable", capacity);
            }
        }
        Kind::DaemonSet => {
            workloads::daemon_set(&mut object["spec"]);
            pod_spec(&mut object["spec"]["template"]["spec"]);
        }
        Kind::ReplicationController => {
            workloads::replication_controller(object);
            if let Some(template) = given(&mut object["spec"], "template") {
                pod_spec(&mut template["spec"]);
            }
        }
        Kind::Job => {
            workloads::job(object);
            pod_spec(&mut object["spec"]["template"]["spec"]);
        }
        Kind::CronJob => {
            workloads::cron_job(&mut object["spec"]);
            pod_spec(&mut object["spec"]["jobTemplate"]["spec"]["template"]["spec"]);
        }
        Kind::MutatingWebhookConfiguration | Kind::ValidatingWebhookConfiguration => admission::webhooks(kind, object),
        Kind::MutatingAdmissionPolicy | Kind::ValidatingAdmissionPolicy => admission::policy(object),
        Kind::MutatingAdmissionPolicyBinding | Kind::ValidatingAdmissionPolicyBinding => admission::binding(object),
        Kind::APIService => admission::api_service(object),
        Kind::CSIDriver => volumes::driver(object),
        Kind::FlowSchema => admission::flow_schema(object),
        Kind::PriorityLevelConfiguration => admission::priority_level(object),
        Kind::ResourceClaim => admission::device_claim(&mut object["spec"]),
        Kind::ResourceClaimTemplate => admission::device_claim(&mut object["spec"]["spec"]),
        Kind::HorizontalPodAutoscaler => autoscaler::autoscaler(object),
        Kind::IngressClass => networking::ingress_class(object),
        Kind::LimitRange => configuration::limit_range(object),
        Kind::NetworkPolicy => networking::policy(object),
        Kind::PersistentVolume => volumes::volume(object),
        Kind::PersistentVolumeClaim => volumes::claim(object),
        Kind::PodTemplate => pod_spec(&mut object["template"]["spec"]),
        Kind::PriorityClass => configuration::priority_class(object),
        Kind::RoleBinding | Kind::ClusterRoleBinding => rbac::binding(object),
        Kind::CustomResourceDefinition => crate::custom::default_definition(object),
        Kind::Secret => configuration::secret(object),
        Kind::StorageClass => volumes::class(object),
        Kind::Endpoints => {
            for subset in list(object, "subsets") {
                protocols(subset);
            }
        }
        Kind::EndpointSlice => {
            for port in list(object, "ports") {
                set_null(port, "name", json!(""));
                set(port, "protocol", json!("TCP"));
            }
        }
        _ => {}
    }
}

fn protocols(owner: &mut Value) {
    for port in list(owner, "ports") {
        set(port, "protocol", json!("TCP"));
    }
}

/// Models: SetDefaults_Service.
fn service(object: &mut Value) {
    let spec = &mut object["spec"];
    set(spec, "sessionAffinity", json!("None"));
    match spec.field("sessionAffinity").text() {
        "None" => remove(spec, "sessionAffinityConfig"),
        "ClientIP" if spec["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"].is_null() => {
            put(
                spec,
                "sessionAffinityConfig",
                json!({"clientIP": {"timeoutSeconds": AFFINITY_SECONDS}}),
            );
        }
        _ => {}
    }
    set(spec, "type", json!("ClusterIP"));
    protocols(spec);
    for port in list(spec, "ports") {
        let target = port.get("targetPort");
        if target.is_none_or(|it| it.is_null() || *it == json!(0) || *it == json!("")) {
            let number = port.get("port").cloned().unwrap_or(json!(0));
            put(port, "targetPort", number);
        }
    }
    let kind = Service::of_spec(spec).known_type();
    if Service::of_spec(spec).is_externally_accessible() {
        set(spec, "externalTrafficPolicy", json!("Cluster"));
    }
    if kind.is_some_and(|kind| kind != ServiceType::ExternalName) {
        set_null(spec, "internalTrafficPolicy", json!("Cluster"));
    }
    if kind == Some(ServiceType::LoadBalancer) {
        set_null(spec, "allocateLoadBalancerNodePorts", json!(true));
        if let Some(balancer) = object.pointer_mut("/status/loadBalancer") {
            for point in list(balancer, "ingress") {
                if !point.field("ip").text().is_empty() {
                    set_null(point, "ipMode", json!("VIP"));
                }
            }
        }
    }
}

/// Fills in the spec of a pod what its template lacks.
///
/// Models: SetDefaults_Pod (v1.36).
pub fn default_templated_pod(spec: &mut Value) {
    let host_network = spec["hostNetwork"] == json!(true);
    for field in ["containers", "initContainers"] {
        for container in list(spec, field) {
            requests_from_limits(container);
            if host_network {
                for port in list(container, "ports") {
                    let number = port.get("containerPort").and_then(Value::as_i64);
                    if let Some(number) = number.filter(|number| *number != 0) {
                        set_zero(port, "hostPort", number);
                    }
                }
            }
        }
    }
    whole(spec);
    set_null(spec, "enableServiceLinks", json!(true));
}

fn requests_from_limits(container: &mut Value) {
    let Some(Value::Object(limits)) = container.pointer("/resources/limits").cloned() else {
        return;
    };
    let requests = &mut container["resources"]["requests"];
    for (name, amount) in limits {
        set_null(requests, &name, amount);
    }
}

/// Models: SetDefaults_PodSpec and those of what is in it, and the two names of the service account, which the API
/// server keeps as one.
fn pod_spec(spec: &mut Value) {
    let account = match (
        spec.field("serviceAccountName").text(),
        spec.field("serviceAccount").text(),
    ) {
        ("", old) => old.to_owned(),
        (name, _) => name.to_owned(),
    };
    if !account.is_empty() {
        put(spec, "serviceAccountName", json!(account));
        put(spec, "serviceAccount", json!(account));
    }
    set(spec, "dnsPolicy", json!("ClusterFirst"));
    set(spec, "restartPolicy", json!("Always"));
    set_null(spec, "securityContext", json!({}));
    set_null(spec, "terminationGracePeriodSeconds", json!(30));
    set(spec, "schedulerName", json!("default-scheduler"));
    for field in ["containers", "initContainers", "ephemeralContainers"] {
        list(spec, field).for_each(container);
    }
    list(spec, "volumes").for_each(volume);
}

/// Models: SetDefaults_Container, SetDefaults_Probe, SetDefaults_HTTPGetAction.
fn container(container: &mut Value) {
    let policy = pull_policy(container.field("image").text());
    set(container, "imagePullPolicy", json!(policy));
    set(container, "terminationMessagePath", json!("/dev/termination-log"));
    set(container, "terminationMessagePolicy", json!("File"));
    protocols(container);
    for field in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if let Some(probe) = given(container, field) {
            for (field, value) in [
                ("timeoutSeconds", 1),
                ("periodSeconds", 10),
                ("successThreshold", 1),
                ("failureThreshold", 3),
            ] {
                set_zero(probe, field, value);
            }
            handler(probe);
            if let Some(grpc) = given(probe, "grpc") {
                set_null(grpc, "service", json!(""));
            }
        }
    }
    if let Some(lifecycle) = given(container, "lifecycle") {
        for hook in ["postStart", "preStop"] {
            given(lifecycle, hook).into_iter().for_each(handler);
        }
    }
    for variable in list(container, "env") {
        if let Some(reference) = variable.pointer_mut("/valueFrom/fieldRef").filter(|it| !it.is_null()) {
            set(reference, "apiVersion", json!("v1"));
        }
    }
}

fn handler(owner: &mut Value) {
    if let Some(get) = given(owner, "httpGet") {
        set(get, "path", json!("/"));
        set(get, "scheme", json!("HTTP"));
    }
}

fn pull_policy(image: &str) -> &'static str {
    if has_latest_tag(image) {
        "Always"
    } else {
        "IfNotPresent"
    }
}

/// Whether the image has the tag `latest` or no tag. A digest without a tag does not count as latest.
fn has_latest_tag(image: &str) -> bool {
    let (name, digest) = image
        .split_once('@')
        .map_or((image, None), |(name, digest)| (name, Some(digest)));
    match name.rsplit('/').next().and_then(|last| last.split_once(':')) {
        Some((_, tag)) => tag == "latest",
        None => digest.is_none() && !image.is_empty(),
    }
}

/// How long a projected token holds unless the volume says it.
///
/// Models: SetDefaults_ServiceAccountTokenProjection.
const TOKEN_SECONDS: i64 = 60 * 60;

/// The items of a volume that name fields of the pod.
///
/// Models: SetDefaults_ObjectFieldSelector.
fn fields_of_pod(source: &mut Value) {
    for item in list(source, "items") {
        if let Some(reference) = given(item, "fieldRef") {
            set(reference, "apiVersion", json!("v1"));
        }
    }
}

/// Models: SetDefaults_Volume and those of its sources.
fn volume(volume: &mut Value) {
    let is_bare = volume
        .as_object()
        .is_some_and(|fields| fields.iter().all(|(name, value)| name == "name" || value.is_null()));
    if is_bare {
        put(volume, "emptyDir", json!({}));
    }
    for source in ["secret", "configMap", "downwardAPI", "projected"] {
        if let Some(source) = given(volume, source) {
            set_null(source, "defaultMode", json!(420));
            fields_of_pod(source);
            for projection in list(source, "sources") {
                if let Some(token) = given(projection, "serviceAccountToken") {
                    set_null(token, "expirationSeconds", json!(TOKEN_SECONDS));
                }
                if let Some(fields) = given(projection, "downwardAPI") {
                    fields_of_pod(fields);
                }
            }
        }
    }
    storage(volume);
    if let Some(claim) = volume
        .pointer_mut("/ephemeral/volumeClaimTemplate/spec")
        .filter(|it| it.is_object())
    {
        set_null(claim, "volumeMode", json!("Filesystem"));
    }
    if let Some(image) = given(volume, "image") {
        let policy = pull_policy(image.field("reference").text());
        set(image, "pullPolicy", json!(policy));
    }
    if let Some(host_path) = given(volume, "hostPath") {
        set_null(host_path, "type", json!(""));
    }
}

/// Models: SetDefaults_ISCSIVolumeSource, SetDefaults_AzureDiskVolumeSource, SetDefaults_RBDVolumeSource,
/// SetDefaults_ScaleIOVolumeSource.
fn storage(volume: &mut Value) {
    let defaults: [(&str, &[(&str, Value)]); 4] = [
        ("iscsi", &[("iscsiInterface", json!("default"))]),
        (
            "azureDisk",
            &[
                ("cachingMode", json!("ReadWrite")),
                ("kind", json!("Shared")),
                ("fsType", json!("ext4")),
                ("readOnly", json!(false)),
            ],
        ),
        (
            "rbd",
            &[
                ("pool", json!("rbd")),
                ("user", json!("admin")),
                ("keyring", json!("/etc/ceph/keyring")),
            ],
        ),
        (
            "scaleIO",
            &[("storageMode", json!("ThinProvisioned")), ("fsType", json!("xfs"))],
        ),
    ];
    for (source, fields) in defaults {
        if let Some(source) = given(volume, source) {
            for (field, value) in fields {
                set(source, field, value.clone());
            }
        }
    }
}

/// Fills in the resources of the pod as a whole, if it sets some of them.
///
/// Models: defaultHugePagePodLimits, defaultPodRequests.
fn whole(spec: &mut Value) {
    let is_given = |spec: &Value, list: &str| {
        let amounts = spec["resources"][list].as_object();
        amounts.is_some_and(|it| !it.is_empty())
    };
    if !is_given(spec, "limits") && !is_given(spec, "requests") {
        return;
    }
    let huge = |name: &str| name.starts_with("hugepages-");
    for (name, amount) in aggregate(spec, "limits").into_iter().filter(|(name, _)| huge(name)) {
        set_null(&mut spec["resources"]["limits"], &name, json!(amount));
    }
    if !is_given(spec, "limits") {
        return;
    }
    for (name, amount) in aggregate(spec, "requests") {
        if is_pod_level(&name) && !huge(&name) {
            set_null(&mut spec["resources"]["requests"], &name, json!(amount));
        }
    }
    let limits = spec["resources"]["limits"].as_object().cloned().unwrap_or_default();
    for (name, amount) in limits.into_iter().filter(|(name, _)| is_pod_level(name)) {
        set_null(&mut spec["resources"]["requests"], &name, amount);
    }
}

/// Models: SetDefaults_Deployment.
fn deployment(spec: &mut Value) {
    set_null(spec, "replicas", json!(1));
    let strategy = &mut spec["strategy"];
    set(strategy, "type", json!("RollingUpdate"));
    if strategy.field("type").text() == "RollingUpdate" {
        set_null(strategy, "rollingUpdate", json!({}));
        set_null(&mut strategy["rollingUpdate"], "maxUnavailable", json!("25%"));
        set_null(&mut strategy["rollingUpdate"], "maxSurge", json!("25%"));
    }
    set_null(spec, "revisionHistoryLimit", json!(10));
    set_null(spec, "progressDeadlineSeconds", json!(600));
    pod_spec(&mut spec["template"]["spec"]);
}

/// Models: SetDefaults_StatefulSet.
fn stateful_set(spec: &mut Value) {
    set(spec, "podManagementPolicy", json!("OrderedReady"));
    let strategy = &mut spec["updateStrategy"];
    if strategy.field("type").text().is_empty() {
        put(strategy, "type", json!("RollingUpdate"));
        set_null(strategy, "rollingUpdate", json!({}));
    }
    if strategy.field("type").text() == "RollingUpdate"
        && let Some(rolling) = given(strategy, "rollingUpdate")
    {
        set_null(rolling, "partition", json!(0));
    }
    let retention = &mut spec["persistentVolumeClaimRetentionPolicy"];
    set(retention, "whenDeleted", json!("Retain"));
    set(retention, "whenScaled", json!("Retain"));
    set_null(spec, "replicas", json!(1));
    set_null(spec, "revisionHistoryLimit", json!(10));
    for claim in list(spec, "volumeClaimTemplates") {
        // Models: pkg/apis/apps/v1/conversion.go Convert_apps_StatefulSetSpec_To_v1_StatefulSetSpec (v1.36).
        put(claim, "apiVersion", json!("v1"));
        put(claim, "kind", json!("PersistentVolumeClaim"));
        set_null(&mut claim["spec"], "volumeMode", json!("Filesystem"));
        set(&mut claim["status"], "phase", json!("Pending"));
    }
    pod_spec(&mut spec["template"]["spec"]);
}

/// Models: SetDefaults_Namespace, SetDefaults_NamespaceStatus, and the finalizer its strategy adds.
fn namespace(object: &mut Value) {
    let name = object["metadata"].field("name").text().to_owned();
    if !name.is_empty() {
        put(
            &mut object["metadata"]["labels"],
            "kubernetes.io/metadata.name",
            json!(name),
        );
    }
    set(&mut object["status"], "phase", json!("Active"));
}
