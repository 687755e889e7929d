//! What an API server of v1.36.2 said of these objects, word for word.
#![allow(missing_docs)]

use api::{DecodeError, Kind, Value};
use serde_json::json;

/// What is said of a new object: each objection, or each warning.
fn said(kind: Kind, object: &Value) -> Vec<String> {
    let mut value = match api::decode(kind, object) {
        Ok(value) => value,
        Err(error @ (DecodeError::Strict(_) | DecodeError::Mismatch(_))) => return vec![error.to_string()],
    };
    api::default(kind, &mut value);
    if value["metadata"]["namespace"].is_null() && kind.namespaced() {
        value["metadata"]["namespace"] = "default".into();
    }
    let errors = api::validate_create(kind, &value);
    let found = if errors.is_empty() {
        api::warnings_on_create(kind, &value)
    } else {
        errors
    };
    found.iter().map(ToString::to_string).collect()
}

fn pod(spec: &Value) -> Value {
    let mut pod = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
        "spec": {"containers": [{"name": "c", "image": "nginx"}]},
    });
    for (field, value) in spec.as_object().into_iter().flatten() {
        pod["spec"][field] = value.clone();
    }
    pod
}

#[test]
fn a_projected_token_holds_an_hour_unless_the_volume_says_it() {
    let sources = json!([
        {"serviceAccountToken": {"path": "token"}},
        {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": {"fieldPath": "metadata.namespace"}}]}},
    ]);
    let volumes = json!([{"name": "v", "projected": {"sources": sources}}]);
    let object = pod(&json!({"serviceAccountName": "default", "volumes": volumes}));
    assert_eq!(said(Kind::Pod, &object), Vec::<String>::new());
    let mut value = api::decode(Kind::Pod, &object).unwrap_or_default();
    api::default(Kind::Pod, &mut value);
    let sources = &value["spec"]["volumes"][0]["projected"]["sources"];
    assert_eq!(sources[0]["serviceAccountToken"]["expirationSeconds"], 3600);
    assert_eq!(sources[1]["downwardAPI"]["items"][0]["fieldRef"]["apiVersion"], "v1");
}

#[test]
fn variables_from_files_need_a_volume_that_begins_empty() {
    let container = |volume: &str| {
        let from = json!({"fileKeyRef": {"volumeName": volume, "path": "a", "key": "K"}});
        json!([{"name": "c", "image": "nginx", "env": [{"name": "K", "valueFrom": from}]}])
    };
    let volumes = json!([{"name": "v", "emptyDir": {}}, {"name": "w", "hostPath": {"path": "/a"}}]);
    let of = |volume: &str| {
        said(
            Kind::Pod,
            &pod(&json!({"containers": container(volume), "volumes": volumes})),
        )
    };
    let at = "spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName";
    assert_eq!(of("v"), Vec::<String>::new());
    assert_eq!(
        of("w"),
        [format!(
            "{at}: Invalid value: \"w\": referenced volume must be of type emptyDir"
        )]
    );
    assert_eq!(of("gone"), [format!("{at}: Not found: \"gone\"")]);
}

#[test]
fn a_controller_revision_holds_an_object() {
    let revision = |data: Value, number: i64| {
        json!({
            "apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": {"name": "r"},
            "data": data, "revision": number,
        })
    };
    let of = |data, number| said(Kind::ControllerRevision, &revision(data, number));
    assert_eq!(of(json!({"a": 1}), 1), Vec::<String>::new());
    assert_eq!(of(Value::Null, 1), ["data: Required value: data is mandatory"]);
    assert_eq!(
        of(json!(5), 1),
        ["data: Required value: data must be a valid JSON object"]
    );
    assert_eq!(
        of(json!({}), -1),
        ["revision: Invalid value: -1: must be greater than or equal to 0"]
    );
}

#[test]
fn budgets_have_names_that_fit_a_path_and_any_finalizer() {
    let budget = |name: &str| {
        json!({
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": name, "finalizers": ["mine"]},
            "spec": {"minAvailable": 1},
        })
    };
    assert_eq!(said(Kind::PodDisruptionBudget, &budget("a")), Vec::<String>::new());
    assert_eq!(
        said(Kind::PodDisruptionBudget, &budget("a/b")),
        ["metadata.name: Invalid value: \"a/b\": may not contain '/'"]
    );
}

#[test]
fn old_ways_of_volumes_are_warned_of() {
    let annotations = json!({"volume.beta.kubernetes.io/storage-class": "fast"});
    let old = "metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use \"storageClassName\" attribute instead";
    let claim = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "c", "annotations": annotations},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    });
    assert_eq!(said(Kind::PersistentVolumeClaim, &claim), [old]);
    let volume = json!({
        "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "v"},
        "spec": {
            "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"},
            "glusterfs": {"endpoints": "e", "path": "p"}, "persistentVolumeReclaimPolicy": "Recycle",
        },
    });
    assert_eq!(
        said(Kind::PersistentVolume, &volume),
        [
            "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.",
            "spec.glusterfs: deprecated in v1.25, non-functional in v1.26+",
        ]
    );
    let driver = json!({
        "apiVersion": "storage.k8s.io/v1", "kind": "CSIDriver", "metadata": {"name": "a.example.com"},
        "spec": {"tokenRequests": [{"audience": "a"}]},
    });
    assert_eq!(
        said(Kind::CSIDriver, &driver),
        [
            "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes"
        ]
    );
}

#[test]
fn a_flex_volume_may_stand_beside_another_source() {
    let volume = json!({
        "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "v"},
        "spec": {
            "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"},
            "flexVolume": {"driver": "a/b"}, "nfs": {"server": "s", "path": "/a"},
        },
    });
    assert_eq!(said(Kind::PersistentVolume, &volume), Vec::<String>::new());
}

#[test]
fn a_volume_with_attributes_needs_a_driver() {
    let volume = json!({
        "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "v"},
        "spec": {
            "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, "volumeAttributesClassName": "",
            "nfs": {"server": "s", "path": "/a"}, "cephfs": {"monitors": ["m"]},
        },
    });
    assert_eq!(
        said(Kind::PersistentVolume, &volume),
        [
            "spec.cephFS: Forbidden: may not specify more than 1 volume type",
            "spec.volumeAttributesClassName: Required value: an empty string is disallowed",
            "spec.csi: Required value: has to be specified when using volumeAttributesClassName",
        ]
    );
}

/// A definition of one version.
fn definition(version: &Value) -> Value {
    let schema = json!({"type": "object", "properties": {
        "spec": {"type": "object", "properties": {"a": {"type": "string"}}},
    }});
    let mut definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "foos.example.com"},
        "spec": {
            "group": "example.com", "scope": "Namespaced",
            "names": {"plural": "foos", "singular": "foo", "kind": "Foo", "listKind": "FooList"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}}],
        },
    });
    for (field, value) in version.as_object().into_iter().flatten() {
        definition["spec"]["versions"][0][field] = value.clone();
    }
    definition
}

#[test]
fn what_versions_of_a_definition_say_is_judged() {
    let of = |version: &Value| said(Kind::CustomResourceDefinition, &definition(version));
    let cases = [
        (json!({"selectableFields": [{"jsonPath": ".spec.a"}]}), vec![]),
        (
            json!({"selectableFields": [{"jsonPath": ".spec.gone"}]}),
            vec![
                "spec.selectableFields[0].jsonPath: Invalid value: \".spec.gone\": is an invalid path: does not refer to a valid field",
            ],
        ),
        (
            json!({"subresources": {"scale": {"specReplicasPath": ".status.a"}}}),
            vec![
                "spec.subresources.scale.specReplicasPath: Invalid value: \".status.a\": should be a json path under .spec",
                "spec.subresources.scale.statusReplicasPath: Required value",
            ],
        ),
        (
            json!({"additionalPrinterColumns": [{"name": "A", "type": "string", "jsonPath": "-x"}]}),
            vec![
                "spec.additionalPrinterColumns[0].JSONPath: Invalid value: \"-x\": must be a simple json path starting with .",
            ],
        ),
        (
            json!({"storage": false}),
            vec![
                "spec.versions: Invalid value: null: must have exactly one version marked as storage version",
                "status.storedVersions: Invalid value: null: must have at least one stored version",
            ],
        ),
    ];
    for (version, expected) in cases {
        let said = of(&version);
        let is_stored = version["storage"].is_null();
        let said: Vec<&str> = said
            .iter()
            .map(String::as_str)
            .filter(|it| is_stored || !it.starts_with("spec.versions: "))
            .collect();
        let expected: Vec<&str> = { expected.into_iter() }
            .filter(|it| is_stored || !it.starts_with("spec.versions: "))
            .collect();
        assert_eq!(said, expected, "{version}");
    }
}

#[test]
fn a_schema_says_one_thing_of_other_keys() {
    let schema = json!({"openAPIV3Schema": {"type": "object", "properties": {"spec": {
        "type": "object", "additionalProperties": false, "properties": {"a": {"type": "array", "uniqueItems": true, "items": {"type": "string"}}},
    }}}});
    let said = said(Kind::CustomResourceDefinition, &definition(&json!({"schema": schema})));
    let at = "spec.validation.openAPIV3Schema.properties[spec]";
    assert_eq!(
        said,
        [
            format!("{at}.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive"),
            format!(
                "{at}.properties[a].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
            ),
        ]
    );
}

#[test]
fn unknown_fields_below_keys_are_named_with_dots() {
    let schema =
        json!({"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "notThere": 1}}}});
    assert_eq!(
        said(Kind::CustomResourceDefinition, &definition(&json!({"schema": schema}))),
        ["strict decoding error: unknown field \"spec.versions[0].schema.openAPIV3Schema.properties.spec.notThere\""]
    );
}

#[test]
fn the_claim_of_a_template_has_no_name() {
    let template = json!({
        "apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaimTemplate", "metadata": {"name": "t"},
        "spec": {
            "metadata": {"name": "a", "labels": {"a": "b"}},
            "spec": {"devices": {"requests": [{"name": "g", "exactly": {"deviceClassName": "c"}}]}},
        },
    });
    assert_eq!(
        said(Kind::ResourceClaimTemplate, &template),
        ["spec.metadata.name: Forbidden: cannot be set"]
    );
}
