//! The admission plugin ServiceAccount: the account that a pod acts for, and the volume with its token.
//!
//! Models: plugin/pkg/admission/serviceaccount/admission.go (v1.36).
//! Differs: `kubernetes.io/enforce-mountable-secrets`, which is deprecated, is not looked at.

use crate::names;
use crate::store::{Object, Tools, set};
use api::{Cursor, Fields, Kind, Value};
use serde_json::json;
use std::rc::Rc;

const DEFAULT: &str = "default";
const VOLUME_PREFIX: &str = "kube-api-access-";
const MOUNT_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
/// Models: pkg/serviceaccount/claims.go WarnOnlyBoundTokenExpirationSeconds (v1.36).
const TOKEN_SECONDS: i64 = 3_607;

/// Whether this volume is the one with the token that admission adds.
pub(crate) fn is_token_volume(volume: Cursor<'_>) -> bool {
    volume.field("name").text().starts_with(VOLUME_PREFIX)
}

/// Gives a new pod its account and the account's token, or says that the account is not there.
pub(crate) fn admit(tools: &Tools, namespace: &str, name: &str, pod: &mut Value) -> Result<(), String> {
    let account_name = match pod.spec().field("serviceAccountName").text() {
        "" => DEFAULT.to_owned(),
        given => given.to_owned(),
    };
    let account = tools.store.find(Kind::ServiceAccount, namespace, &account_name);
    // The plugin waits for the account `default` of a new namespace.
    if account.is_none() && account_name != DEFAULT {
        return Err(format!(
            "error looking up service account {namespace}/{account_name}: serviceaccount {account_name:?} not found"
        ));
    }
    for field in ["serviceAccountName", "serviceAccount"] {
        set(pod, &["spec", field], account_name.as_str().into());
    }
    if mounts_token(account, pod.spec()) {
        mount_token(pod, || volume_name(tools, namespace, name));
    }
    let secrets = account.map(|account| account.field("imagePullSecrets").value.clone());
    if let Some(secrets) = secrets.filter(|_| pod.spec().field("imagePullSecrets").is_empty())
        && secrets.as_array().is_some_and(|secrets| !secrets.is_empty())
    {
        set(pod, &["spec", "imagePullSecrets"], secrets);
    }
    Ok(())
}

/// Whether an account gives a pod nothing but its token, so that the same pod is admitted alike wherever there is such an account.
pub(crate) fn admits_as_usual(tools: &Tools, namespace: &str, pod: Cursor<'_>) -> bool {
    let name = pod.field("serviceAccountName").as_text().unwrap_or(DEFAULT);
    match tools.store.find(Kind::ServiceAccount, namespace, name) {
        Some(account) => {
            let fields = ["automountServiceAccountToken", "imagePullSecrets"];
            fields.iter().all(|field| !account.field(field).is_set())
        }
        None => name == DEFAULT,
    }
}

fn mounts_token(account: Option<&Rc<Object>>, spec: Cursor<'_>) -> bool {
    let wish = |cursor: Cursor<'_>| cursor.field("automountServiceAccountToken").value.as_bool();
    let of_account = || account.and_then(|account| wish(Cursor::new(&account.value)));
    wish(spec).or_else(of_account).unwrap_or(true)
}

/// Differs: drawn from the pod's name and the moment, so that another pod does not change it.
fn volume_name(tools: &Tools, namespace: &str, name: &str) -> String {
    let words = [VOLUME_PREFIX, namespace, name, &tools.now().to_string()];
    let drawn = base::hash(tools.seed(), &words);
    format!("{VOLUME_PREFIX}{}", names::suffix(drawn, 5))
}

fn mount_token(pod: &mut Value, new_name: impl FnOnce() -> String) {
    let known = pod
        .spec()
        .field("volumes")
        .items()
        .find(|volume| is_token_volume(*volume));
    let known = known.map(|volume| volume.field("name").text().to_owned());
    let is_new = known.is_none();
    let name = known.unwrap_or_else(new_name);
    let mut is_needed = false;
    for list in ["initContainers", "containers"] {
        let containers = pod.get_mut("spec").and_then(|spec| spec.get_mut(list));
        for container in containers.and_then(Value::as_array_mut).into_iter().flatten() {
            let mut mounts = container.field("volumeMounts").items();
            if !mounts.any(|mount| mount.field("mountPath") == MOUNT_PATH) {
                let mount = json!({"mountPath": MOUNT_PATH, "name": name, "readOnly": true});
                push(container, "volumeMounts", mount);
                is_needed = true;
            }
        }
    }
    if let Some(spec) = pod.get_mut("spec").filter(|_| is_new && is_needed) {
        push(spec, "volumes", token_volume(&name));
    }
}

fn push(object: &mut Value, list: &str, item: Value) {
    match object.get_mut(list).and_then(Value::as_array_mut) {
        Some(items) => items.push(item),
        None => set(object, &[list], json!([item])),
    }
}

fn token_volume(name: &str) -> Value {
    json!({
        "name": name,
        "projected": {
            "defaultMode": 420,
            "sources": [
                {"serviceAccountToken": {"expirationSeconds": TOKEN_SECONDS, "path": "token"}},
                {"configMap": {"items": [{"key": "ca.crt", "path": "ca.crt"}], "name": "kube-root-ca.crt"}},
                {"downwardAPI": {"items": [
                    {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}, "path": "namespace"},
                ]}},
            ],
        },
    })
}

/// Removes the volume with the token and its mounts from the spec of a pod.
pub(crate) fn take_token_out(spec: &mut api::Map<String, Value>) {
    for list in ["initContainers", "containers"] {
        let containers = spec.get_mut(list).and_then(Value::as_array_mut);
        for container in containers.into_iter().flatten() {
            if let Some(container) = container.as_object_mut() {
                drop_token(container, "volumeMounts");
            }
        }
    }
    drop_token(spec, "volumes");
}

fn drop_token(object: &mut api::Map<String, Value>, list: &str) {
    let Some(items) = object.get_mut(list).and_then(Value::as_array_mut) else {
        return;
    };
    items.retain(|item| !is_token_volume(Cursor::new(item)));
    if items.is_empty() {
        object.remove(list);
    }
}
