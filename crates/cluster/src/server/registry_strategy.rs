//! What each kind changes in an object that a client sends, before it is validated.

use crate::server::admission;
use crate::server::allocate;
use crate::server::status::Status;
use crate::store::{Object, has_generation, is_new_generation, remove, set};
use api::view::Service;
use api::{Fields, Kind, Value};
use serde_json::json;

/// The one who asks: the user of minikube's certificate.
pub const ADMIN: &str = "minikube-user";
pub const ADMIN_GROUPS: [&str; 2] = ["system:masters", "system:authenticated"];

/// Models: each kind's strategy.go PrepareForCreate (v1.36): clients do not write the status.
pub(crate) fn prepare_for_create(kind: Kind, value: &mut Value) {
    match kind {
        Kind::Service | Kind::Ingress => value["status"] = json!({"loadBalancer": {}}),
        Kind::Pod => {
            if value
                .spec()
                .field("terminationGracePeriodSeconds")
                .as_number()
                .is_some_and(|it| it < 0)
            {
                set(value, &["spec", "terminationGracePeriodSeconds"], 1.into());
            }
            value["status"] = json!({"phase": "Pending", "qosClass": crate::server::qos::qos_class(value)});
            if !value.spec().field("schedulingGates").list().is_empty() {
                value["status"]["conditions"] = json!([{
                    "lastProbeTime": null,
                    "lastTransitionTime": value.metadata().field("creationTimestamp").value,
                    "message": "Scheduling is blocked due to non-empty scheduling gates",
                    "reason": "SchedulingGated", "status": "False", "type": "PodScheduled",
                }]);
            }
        }
        Kind::ServiceAccount => name_secrets_only(value),
        Kind::HorizontalPodAutoscaler => value["status"] = json!({"currentMetrics": null, "desiredReplicas": 0}),
        Kind::PersistentVolume => {
            let now = value.metadata().field("creationTimestamp").value.clone();
            value["status"] = json!({"lastPhaseTransitionTime": now, "phase": "Pending"});
        }
        Kind::PersistentVolumeClaim => {
            value["status"] = json!({"phase": "Pending"});
            name_source_twice(value);
        }
        Kind::PodDisruptionBudget => {
            value["status"] =
                json!({"currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0});
        }
        Kind::CronJob
        | Kind::Deployment
        | Kind::FlowSchema
        | Kind::PriorityLevelConfiguration
        | Kind::ResourceClaim
        | Kind::ResourceQuota
        | Kind::ServiceCIDR
        | Kind::ValidatingAdmissionPolicy => value["status"] = json!({}),
        Kind::VolumeAttachment => value["status"] = json!({"attached": false}),
        Kind::APIService => {
            value["status"] = json!({});
            if !value.spec().field("service").is_set() {
                let now = value.metadata().field("creationTimestamp").value.clone();
                value["status"] = json!({"conditions": [{
                    "lastTransitionTime": now, "message": "Local APIServices are always available", "reason": "Local",
                    "status": "True", "type": "Available",
                }]});
            }
        }
        Kind::CertificateSigningRequest => {
            value["status"] = json!({});
            requested_by_admin(value);
        }
        Kind::ReplicaSet | Kind::ReplicationController => value["status"] = json!({"replicas": 0}),
        Kind::StatefulSet => value["status"] = json!({"availableReplicas": 0, "replicas": 0}),
        Kind::DaemonSet => {
            value["status"] = json!({
                "currentNumberScheduled": 0, "desiredNumberScheduled": 0, "numberMisscheduled": 0, "numberReady": 0,
            });
            set_template_generation(value, template_generation(value).max(1));
        }
        Kind::Job => {
            value["status"] = json!({});
            generate_selector(value);
        }
        Kind::CustomResourceDefinition => {
            let stored = { value.spec().field("versions").items() }.find(|it| it.field("storage").flag());
            let stored: Vec<_> = stored
                .map(|it| it.field("name").text().to_owned())
                .into_iter()
                .collect();
            value["status"] = json!({
                "acceptedNames": {"kind": "", "plural": ""}, "conditions": null, "storedVersions": stored,
            });
        }
        Kind::Namespace => {
            value["status"] = json!({"phase": "Active"});
            let mut finalizers = value.spec().field("finalizers").list().to_vec();
            if !finalizers.iter().any(|it| it == "kubernetes") {
                finalizers.push("kubernetes".into());
            }
            set(value, &["spec", "finalizers"], finalizers.into());
            let name = value["metadata"]["name"].clone();
            set(value, &["metadata", "labels", "kubernetes.io/metadata.name"], name);
        }
        _ => {}
    }
}

/// A claim names what it is filled from in an old and a new field: the old one knows claims and snapshots alone, the
/// new one nothing of other namespaces.
///
/// Models: pkg/api/persistentvolumeclaim/util.go DropDisabledFields, EnforceDataSourceBackwardsCompatibility,
/// NormalizeDataSources (v1.36).
fn name_source_twice(claim: &mut Value) {
    let spec = claim.spec();
    let source = spec.field("dataSource");
    let is_old = match source.field("apiGroup").text() {
        "" => source.field("kind") == "PersistentVolumeClaim",
        group => group == "snapshot.storage.k8s.io" && source.field("kind") == "VolumeSnapshot",
    };
    let is_elsewhere = !spec.field("dataSourceRef").field("namespace").text().is_empty();
    if !is_old {
        remove(claim, &["spec", "dataSource"]);
    }
    if is_elsewhere {
        remove(claim, &["spec", "dataSourceRef"]);
    }
    let spec = claim.spec();
    let [old, new] = ["dataSource", "dataSourceRef"].map(|field| spec.field(field).value.clone());
    if new.is_null() && !old.is_null() {
        set(claim, &["spec", "dataSourceRef"], old);
    } else if old.is_null() && !new.is_null() {
        set(claim, &["spec", "dataSource"], new);
    }
}

/// Whoever asks for a certificate is written down; here that is the cluster's admin.
///
/// Models: pkg/registry/certificates/certificates/strategy.go PrepareForCreate (v1.36).
fn requested_by_admin(request: &mut Value) {
    for field in ["uid", "extra"] {
        remove(request, &["spec", field]);
    }
    set(request, &["spec", "username"], ADMIN.into());
    set(request, &["spec", "groups"], json!(ADMIN_GROUPS));
}

/// A service account names the secrets it may mount, and says no more of them.
///
/// Models: pkg/registry/core/serviceaccount/strategy.go cleanSecretReferences (v1.36).
fn name_secrets_only(account: &mut Value) {
    let secrets = account.get_mut("secrets").and_then(Value::as_array_mut);
    for secret in secrets.into_iter().flatten().filter_map(Value::as_object_mut) {
        secret.retain(|field, _| field == "name");
    }
}

/// The annotation by which v1 keeps the number of a DaemonSet's template.
const TEMPLATE_GENERATION: &str = "deprecated.daemonset.template.generation";

/// Models: pkg/apis/apps/v1 Convert_v1_DaemonSet_To_apps_DaemonSet (v1.36).
pub(crate) fn template_generation(set: &Value) -> i64 {
    let annotations = set.field("metadata").field("annotations");
    annotations.field(TEMPLATE_GENERATION).text().parse().unwrap_or(0)
}

fn set_template_generation(set_: &mut Value, generation: i64) {
    let text = generation.to_string();
    set(set_, &["metadata", "annotations", TEMPLATE_GENERATION], text.into());
}

/// Gives a job the selector and the labels by which it knows its pods, unless it selects by hand.
///
/// Models: pkg/registry/batch/job/strategy.go generateSelector (v1.36).
fn generate_selector(job: &mut Value) {
    if job.field("spec").field("manualSelector").flag() {
        return;
    }
    let metadata = job.field("metadata");
    let [name, uid] = ["name", "uid"].map(|field| metadata.field(field).text().to_owned());
    for (key, text) in [
        ("job-name", &name),
        ("batch.kubernetes.io/job-name", &name),
        ("controller-uid", &uid),
        ("batch.kubernetes.io/controller-uid", &uid),
    ] {
        let labels = ["spec", "template", "metadata", "labels", key];
        let known = job.spec().field("template").metadata().field("labels").field(key);
        if known.as_text().is_none() {
            set(job, &labels, text.as_str().into());
        }
    }
    let chosen = ["spec", "selector", "matchLabels", "batch.kubernetes.io/controller-uid"];
    let known = job.spec().field("selector").field("matchLabels");
    if known.field("batch.kubernetes.io/controller-uid").as_text().is_none() {
        set(job, &chosen, uid.into());
    }
}

/// Whether a kind has the subresource `status`.
pub(crate) fn has_status(kind: Kind) -> bool {
    api::schema::lookup(kind.go_type()).is_some_and(|it| it.field("status").is_some())
}

/// Models: each kind's registry strategy AllowCreateOnUpdate (v1.36).
pub(crate) fn is_created_by_update(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Service
            | Kind::Endpoints
            | Kind::Event
            | Kind::EventsEvent
            | Kind::Lease
            | Kind::LimitRange
            | Kind::RuntimeClass
    )
}

/// An ExternalName Service has no internal traffic policy.
///
/// Models: pkg/registry/core/service/storage/storage.go defaultOnReadInternalTrafficPolicy (v1.36).
pub(crate) fn without_unread_fields(kind: Kind, service: &mut Value) {
    if kind == Kind::Service && Service::of(service).is_external_name() {
        remove(service, &["spec", "internalTrafficPolicy"]);
    }
    if kind == Kind::Job {
        // Defaults are set again by what is read: labels are those of the template, which has some by now.
        api::default(kind, service);
    }
}

/// Models: each kind's strategy.go PrepareForUpdate (v1.36): an update does not write the status.
pub(crate) fn prepare_for_update(kind: Kind, old: &Value, value: &mut Value) {
    if let Some(status) = old.get("status").filter(|_| !kind.is_custom()) {
        value["status"] = status.clone();
    }
    match kind {
        Kind::Service => allocate::drop_type_dependent_fields(value, old),
        Kind::ServiceAccount => name_secrets_only(value),
        Kind::CertificateSigningRequest => value["spec"] = old.field("spec").value.clone(),
        Kind::DaemonSet => {
            let template = |set: &Value| set.field("spec").field("template").value.clone();
            let more = i64::from(template(old) != template(value));
            set_template_generation(value, template_generation(old) + more);
        }
        Kind::Namespace => set(
            value,
            &["spec", "finalizers"],
            old.spec().field("finalizers").value.clone(),
        ),
        _ => {}
    }
}

/// A change of what an object wants is a new generation of it.
pub(crate) fn count_generation(kind: Kind, old: &Value, value: &mut Value) {
    // A driver is created without a generation, and counts its changes.
    let counts = has_generation(kind) || kind == Kind::CSIDriver;
    if counts && is_new_generation(kind, old, value) {
        let first = i64::from(kind != Kind::CSIDriver);
        let generation = old.metadata().field("generation").as_number().unwrap_or(first) + 1;
        set(value, &["metadata", "generation"], generation.into());
    }
}

/// Models: apiserver/pkg/registry/rest/update.go BeforeUpdate, and ValidateObjectMetaUpdate's tolerance of unset fields (v1.36).
pub(crate) fn keep_system_fields(kind: Kind, old: &Value, value: &mut Value) {
    for field in [
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
    ] {
        let before = old.metadata().field(field);
        let given = value.metadata().field(field);
        let client_may_err = field == "uid" && given.is_set();
        if client_may_err {
            continue;
        }
        if !before.is_set() && field.starts_with("deletion") {
            continue;
        }
        if before.is_set() {
            set(value, &["metadata", field], before.value.clone());
        } else {
            remove(value, &["metadata", field]);
        }
    }
    for field in ["selfLink", "managedFields"] {
        remove(value, &["metadata", field]);
    }
    if kind == Kind::Pod {
        keep_pod_fields(old, value);
    }
}

/// Fills in what admission filled into a pod's spec and the client left out; the node is not part of it.
///
/// Models: plugin/pkg/admission/priority/admission.go admitPod (v1.36), on update.
pub(crate) fn keep_pod_fields(old: &Value, value: &mut Value) {
    for field in ["priority", "preemptionPolicy"] {
        if !value.spec().field(field).is_set() && old.spec().field(field).is_set() {
            set(value, &["spec", field], old.spec().field(field).value.clone());
        }
    }
    admission::tolerate(value);
}

/// Models: apiserver/pkg/storage/errors.go NewInvalidObjError over Preconditions Check (v1.36), which names the place in
/// the store.
pub(crate) fn other_uid(kind: Kind, old: &Object, uid: &str) -> Status {
    let place = match kind {
        Kind::Service => "services/specs",
        Kind::Endpoints => "services/endpoints",
        Kind::Node => "minions",
        Kind::Ingress => "ingress",
        _ => kind.plural(),
    };
    let namespace = match old.namespace() {
        "" => String::new(),
        namespace => format!("{namespace}/"),
    };
    let name = old.name();
    let why = format!(
        "StorageError: invalid object, Code: 4, Key: /registry/{place}/{namespace}{name}, ResourceVersion: 0, \
         AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object meta: {}",
        old.uid()
    );
    Status::conflict(kind, name, &why)
}
