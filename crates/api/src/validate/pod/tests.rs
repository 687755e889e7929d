use crate::{Kind, Value, decode, default, findings_text, validate_create, validate_update};
use expect_test::{Expect, expect};
use serde_json::json;

fn check(spec: &Value, expected: &Expect) {
    let object = json!({"metadata": {"name": "a", "namespace": "default"}, "spec": spec});
    let mut pod = decode(Kind::Pod, &object).unwrap();
    default(Kind::Pod, &mut pod);
    expected.assert_eq(&findings_text(&validate_create(Kind::Pod, &pod)));
}

#[test]
fn containers_are_named_and_have_an_image() {
    check(&json!({}), &expect!["spec.containers: Required value"]);
    check(
        &json!({"containers": [{"name": "x"}]}),
        &expect!["spec.containers[0].image: Required value"],
    );
    check(
        &json!({"containers": [{"name": "x", "image": "nginx"}, {"name": "x", "image": "nginx"}]}),
        &expect![[r#"spec.containers[1].name: Duplicate value: "x""#]],
    );
}

#[test]
fn container_ports_are_checked() {
    let with = |ports: &Value| json!({"containers": [{"name": "x", "image": "nginx", "ports": ports}]});
    check(&with(&json!([{"containerPort": 80}])), &expect![""]);
    check(
        &with(&json!([{}])),
        &expect!["spec.containers[0].ports[0].containerPort: Required value"],
    );
    check(
        &with(&json!([{"containerPort": 80, "name": "a_b", "protocol": "http"}])),
        &expect![[r#"

        * spec.containers[0].ports[0].name: Invalid value: "a_b": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)
        * spec.containers[0].ports[0].protocol: Unsupported value: "http": supported values: "SCTP", "TCP", "UDP""#]],
    );
}

#[test]
fn policies_probes_mounts_and_resources_are_checked() {
    check(
        &json!({"restartPolicy": "Sometimes", "containers": [{"name": "x", "image": "nginx",
        "readinessProbe": {}, "livenessProbe": {"httpGet": {"port": 0}, "successThreshold": 2},
        "volumeMounts": [{"name": "v", "mountPath": "/v"}],
        "resources": {"requests": {"cpu": "2", "disk": "1"}, "limits": {"cpu": "1"}}}]}),
        &expect![[r#"

            * spec.containers[0].volumeMounts[0].name: Not found: "v"
            * spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1
            * spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource type or fully qualified
            * spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource for containers
            * spec.containers[0].livenessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive
            * spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1
            * spec.containers[0].readinessProbe: Required value: must specify a handler type
            * spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never""#]],
    );
}

fn with(container: &Value) -> Value {
    let mut whole = json!({"name": "x", "image": "nginx"});
    for (name, value) in container.as_object().into_iter().flatten() {
        whole[name] = value.clone();
    }
    json!({"containers": [whole]})
}

#[test]
fn environment_comes_from_what_there_is() {
    check(
        &with(&json!({"env": [
            {"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
            {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['a b']"}}},
            {"name": "C", "valueFrom": {"fieldRef": {"fieldPath": "spec.foo"}}},
            {"name": "D", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "a/b"}}},
            {"name": "E", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "3"}}},
        ], "envFrom": [{}, {"secretRef": {"name": "S"}}]})),
        &expect![[r#"

            * spec.containers[0].env[1].valueFrom.fieldRef: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')
            * spec.containers[0].env[2].valueFrom.fieldRef.fieldPath: Invalid value: "spec.foo": error converting fieldPath: field label not supported: spec.foo
            * spec.containers[0].env[3].valueFrom.configMapKeyRef.key: Invalid value: "a/b": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')
            * spec.containers[0].env[4].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor's values 1m and 1 are supported with the cpu resource
            * spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`
            * spec.containers[0].envFrom[1].secretRef.name: Invalid value: "S": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"#]],
    );
}

#[test]
fn contexts_and_hooks_are_checked() {
    check(
        &with(&json!({
            "securityContext": {"runAsUser": -1, "privileged": true, "allowPrivilegeEscalation": false,
                "seccompProfile": {"type": "Localhost"}},
            "lifecycle": {"preStop": {"sleep": {"seconds": 100}}},
            "livenessProbe": {"httpGet": {"port": 80, "httpHeaders": [{"name": "a b", "value": "c"}]}},
        })),
        &expect![[r#"

            * spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive
            * spec.containers[0].securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost
            * spec.containers[0].securityContext: Invalid value: {"Capabilities":null,"Privileged":true,"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":-1,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":{"Type":"Localhost","LocalhostProfile":null},"AppArmorProfile":null}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true
            * spec.containers[0].lifecycle.preStop.sleep: Invalid value: 100: must be non-negative and less than terminationGracePeriodSeconds (30)
            * spec.containers[0].livenessProbe.httpGet.httpHeaders: Invalid value: "a b": a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')"#]],
    );
}

#[test]
fn where_a_pod_may_run_is_checked() {
    let spread = json!({"maxSkew": 0, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway", "minDomains": 2});
    let mut spec = with(&json!({}));
    spec["topologySpreadConstraints"] = json!([spread, spread]);
    spec["affinity"] = json!({
        "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
            {"matchExpressions": [{"key": "a", "operator": "In"}]}]}},
        "podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
            {"weight": 0, "podAffinityTerm": {"topologyKey": ""}}]},
    });
    check(
        &spec,
        &expect![[r#"

        * spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'
        * spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: must be in the range 1-100
        * spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.topologyKey: Required value: can not be empty
        * spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.topologyKey: Invalid value: "": name part must be non-empty
        * spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.topologyKey: Invalid value: "": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')
        * spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero
        * spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{zone, ScheduleAnyway}"
        * spec.topologySpreadConstraints[0].minDomains: Invalid value: 2: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway
        * spec.topologySpreadConstraints[1].maxSkew: Invalid value: 0: must be greater than zero
        * spec.topologySpreadConstraints[1].minDomains: Invalid value: 2: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway"#]],
    );
}

#[test]
fn files_of_volumes_and_names_are_checked() {
    let mut spec = with(&json!({"volumeMounts": [{"name": "c", "mountPath": "/c", "subPath": "../x"}]}));
    spec["volumes"] = json!([
        {"name": "a", "configMap": {"name": "c", "defaultMode": 1000, "items": [{"key": "", "path": "../b"}]}},
        {"name": "b", "projected": {"sources": [{"secret": {}, "configMap": {"name": "c"}}]}},
        {"name": "c", "emptyDir": {}},
    ]);
    spec["dnsPolicy"] = json!("None");
    spec["hostAliases"] = json!([{"ip": "x", "hostnames": ["A"]}]);
    check(
        &spec,
        &expect![[r#"

        * spec.volumes[0].configMap.defaultMode: Invalid value: 1000: must be a number between 0 and 0777 (octal), both inclusive
        * spec.volumes[0].configMap.items[0].key: Required value
        * spec.volumes[0].configMap.items[0].path: Invalid value: "../b": must not contain '..'
        * spec.volumes[1].projected.sources[0].secret.name: Required value
        * spec.volumes[1].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source
        * spec.containers[0].volumeMounts.subPath: Invalid value: "../x": must not contain '..'
        * spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None
        * spec.hostAliases[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)
        * spec.hostAliases[0].hostnames[0]: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"#]],
    );
}

fn pod(spec: &Value) -> Value {
    let object = json!({"metadata": {"name": "a", "namespace": "default"}, "spec": spec});
    let mut pod = decode(Kind::Pod, &object).unwrap();
    default(Kind::Pod, &mut pod);
    pod
}

#[test]
fn a_forbidden_change_is_shown() {
    let old = pod(&json!({"containers": [{"name": "back-end", "image": "nginx", "ports": [{"containerPort": 80}]}]}));
    let new = |container: &Value| pod(&json!({"containers": [container]}));
    let said = |new: &Value| findings_text(&validate_update(Kind::Pod, new, &old));
    let other_image = new(&json!({"name": "back-end", "image": "redis", "ports": [{"containerPort": 80}]}));
    assert_eq!(said(&other_image), "", "an image may change");
    let other_port = new(&json!({"name": "back-end", "image": "nginx", "ports": [{"containerPort": 81}]}));
    expect![[r#"
        spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)
        @@ -12,7 +12,7 @@
             {
              "Name": "",
              "HostPort": 0,
        -     "ContainerPort": 80,
        +     "ContainerPort": 81,
              "Protocol": "TCP",
              "HostIP": ""
             }
    "#]].assert_eq(&said(&other_port));
    let variable = new(
        &json!({"name": "back-end", "image": "nginx", "ports": [{"containerPort": 80}], "env": [{"name": "A", "value": "b"}]}),
    );
    expect![[r#"
        spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)
        @@ -18,7 +18,13 @@
             }
            ],
            "EnvFrom": null,
        -   "Env": null,
        +   "Env": [
        +    {
        +     "Name": "A",
        +     "Value": "b",
        +     "ValueFrom": null
        +    }
        +   ],
            "Resources": {
             "Limits": null,
             "Requests": null,
    "#]].assert_eq(&said(&variable));
}

/// A container, what else is in the spec, and what is said of the pod.
type Refused = (Value, Value, &'static [&'static str]);

#[test]
fn claims_whole_pods_and_the_outside_world_are_checked() {
    let two = json!({"resources": {"requests": {"memory": "200Mi"}, "limits": {"memory": "400Mi"}}});
    let cases: [Refused; 10] = [
        (
            json!({"resources": {"limits": {"cpu": "1", "hugepages-2Mi": "3Mi"}}}),
            json!({}),
            &[
                r#"spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi"#,
                r#"spec.containers[0].resources.requests[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi"#,
            ],
        ),
        (
            json!({"resources": {"claims": [{"name": "gpu"}, {"name": "gpu"}, {"name": "disk"}]}}),
            json!({"resourceClaims": [{"name": "gpu", "resourceClaimName": "a"}, {"name": "nic"}]}),
            &[
                r#"spec.resourceClaims[1]: Invalid value: {"Name":"nic","ResourceClaimName":null,"ResourceClaimTemplateName":null}: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"#,
                r#"spec.containers[0].resources.claims[1]: Duplicate value: "gpu""#,
                r#"spec.containers[0].resources.claims[2]: Not found: "disk": must be one of the names in pod.spec.resourceClaims: gpu, nic"#,
            ],
        ),
        (
            two.clone(),
            json!({"resources": {"requests": {"memory": "100Mi", "disk": "1"}, "limits": {"memory": "300Mi"}}}),
            &[
                r#"spec.resources.requests[disk]: Invalid value: "disk": must be a standard resource type or fully qualified"#,
                r#"spec.resources.requests[memory]: Invalid value: "100Mi": must be greater than or equal to aggregate container requests of 200Mi"#,
                r#"spec.resources.containers[0][memory].limits: Invalid value: "400Mi": must be less than or equal to pod limits of 300Mi"#,
            ],
        ),
        (
            json!({}),
            json!({"resources": {"limits": {"storage": "1Gi"}}}),
            &[
                r#"spec.resources.limits[storage]: Unsupported value: "storage": supported values: "cpu", "hugepages-", "memory""#,
            ],
        ),
        (
            json!({}),
            json!({"volumes": [
                {"name": "scratch", "ephemeral": {"volumeClaimTemplate": {"metadata": {"name": "x"}, "spec": {}}}},
                {"name": "claim", "persistentVolumeClaim": {"claimName": "a-scratch"}}]}),
            &[
                "spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set",
                "spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Required value: at least 1 access mode is required",
                "spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value",
                r#"spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: "a-scratch": must not reference a PVC that gets created for an ephemeral volume"#,
            ],
        ),
        (
            json!({}),
            json!({"volumes": [{"name": "disk", "iscsi": {"targetPortal": "10.0.0.1", "iqn": "iqn.2015-02.example.com:a;ls", "lun": 256, "chapAuthSession": true}}]}),
            &[
                r#"spec.volumes[0].iscsi.iqn: Invalid value: "iqn.2015-02.example.com:a;ls": must be valid format"#,
                "spec.volumes[0].iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive",
                "spec.volumes[0].iscsi.secretRef: Required value",
            ],
        ),
        (
            json!({}),
            json!({"volumes": [{"name": "disk", "azureDisk": {"diskName": "a", "diskURI": "b", "kind": "Managed"}}]}),
            &[
                r#"spec.volumes[0].azureDisk.diskURI: Unsupported value: "b": supported values: "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}""#,
            ],
        ),
        (
            json!({}),
            json!({"volumes": [{"name": "token", "projected": {"sources": [{"serviceAccountToken": {"path": "t", "expirationSeconds": 600}}]}}]}),
            &[
                "spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when serviceAccountName is not set",
            ],
        ),
        (
            json!({}),
            json!({"topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule",
                "labelSelector": {"matchLabels": {"app": "a"}, "matchExpressions": [{"key": "app", "operator": "Exists"}]}, "matchLabelKeys": ["app"]}]}),
            &[
                r#"spec.topologySpreadConstraints[0][0]: Invalid value: "app": exists in both matchLabelKeys and labelSelector"#,
            ],
        ),
        (
            json!({"restartPolicyRules": [{"action": "RestartPod", "exitCodes": {"operator": "In", "values": [1]}}]}),
            json!({}),
            &[
                "spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used",
                r#"spec.containers[0].restartPolicyRules[0].action: Unsupported value: "RestartPod": supported values: "Restart", "RestartAllContainers""#,
            ],
        ),
    ];
    for (container, rest, expected) in cases {
        let mut spec = with(&container);
        for (name, value) in rest.as_object().into_iter().flatten() {
            spec[name] = value.clone();
        }
        let errors = validate_create(Kind::Pod, &pod(&spec));
        let said: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(said, expected, "{spec}");
    }
}

#[test]
fn annotations_that_mean_something_are_checked() {
    let with = |annotations: &Value, context: &Value| {
        let object = json!({
            "metadata": {"name": "a", "namespace": "default", "annotations": annotations},
            "spec": {"containers": [{"name": "x", "image": "nginx", "securityContext": context}]},
        });
        let mut pod = decode(Kind::Pod, &object).unwrap();
        default(Kind::Pod, &mut pod);
        pod
    };
    let said =
        |annotations: &Value, context: &Value| findings_text(&validate_create(Kind::Pod, &with(annotations, context)));
    let profile = json!({"seccompProfile": {"type": "RuntimeDefault"}});
    expect![[r#"

        * metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "+1": must be a 32bit integer
        * metadata.annotations.container.seccomp.security.alpha.kubernetes.io/x: Invalid value: "none": must be a valid seccomp profile
        * metadata.annotations[container.apparmor.security.beta.kubernetes.io/y]: Invalid value: "y": container not found
        * spec.containers[0].securityContext.seccompProfile.type: Forbidden: seccomp type in annotation and field must match"#]]
    .assert_eq(&said(
        &json!({
            "controller.kubernetes.io/pod-deletion-cost": "+1",
            "container.seccomp.security.alpha.kubernetes.io/x": "none",
            "container.apparmor.security.beta.kubernetes.io/y": "unconfined",
        }),
        &profile,
    ));
    let old = with(&json!({}), &json!({}));
    let new = with(&json!({"kubernetes.io/config.mirror": "a"}), &json!({}));
    expect![[r#"

        * metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "a": must set spec.nodeName if mirror pod annotation is set
        * metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not add mirror pod annotation"#]]
    .assert_eq(&findings_text(&validate_update(Kind::Pod, &new, &old)));
}

#[test]
fn what_a_pod_is_given_as_a_whole_is_filled_in() {
    let limited = json!({"limits": {"cpu": "1", "memory": "1Gi"}});
    let mut spec = with(&json!({"resources": {"requests": {"cpu": "100m"}}}));
    spec["resources"] = limited;
    let kept = pod(&spec);
    assert_eq!(
        kept["spec"]["resources"],
        json!({"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "100m", "memory": "1Gi"}}),
    );
}
