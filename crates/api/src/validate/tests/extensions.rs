//! Kinds that extend or configure the cluster.

use super::{check, check_change, kept};
use crate::{Kind, validate_create};
use expect_test::expect;
use serde_json::json;

#[test]
fn webhooks_say_where_they_are_and_what_they_see() {
    let hook = json!({
        "name": "a.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"],
        "clientConfig": {"service": {"name": "hook", "namespace": "default"}},
        "rules": [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}],
    });
    let configuration = json!({"metadata": {"name": "hooks"}, "webhooks": [hook, hook]});
    let kept = kept(Kind::ValidatingWebhookConfiguration, &configuration);
    let defaulted = &kept["webhooks"][0];
    assert_eq!(defaulted["clientConfig"]["service"]["port"], 443);
    assert_eq!(defaulted["rules"][0]["scope"], "*");
    check(
        Kind::ValidatingWebhookConfiguration,
        &configuration,
        &expect![[r#"webhooks[1].name: Duplicate value: "a.example.com""#]],
    );
    check(
        Kind::MutatingWebhookConfiguration,
        &json!({"metadata": {"name": "hooks"}, "webhooks": [
            {"name": "a", "clientConfig": {}, "timeoutSeconds": 60, "rules": [{
                "operations": ["create"], "apiGroups": ["*", "apps"], "apiVersions": [""], "scope": "None",
                "resources": ["*", "pods", "pods/*", "pods/status"],
            }]},
            {"name": "b.example.com", "clientConfig": {"url": "http://u@/?a#b"}, "sideEffects": "Some",
             "failurePolicy": "Never", "admissionReviewVersions": ["v9", "v9"],
             "matchConditions": [{"name": "", "expression": " "}]},
            {"name": "c.example.com", "clientConfig": {"service": {"name": "c", "namespace": "", "path": "a//B"}},
             "sideEffects": "None", "admissionReviewVersions": ["v1"], "reinvocationPolicy": "Twice"},
        ]}),
        &expect![[r#"

            * webhooks[0].name: Invalid value: "a": should be a domain with at least three segments separated by dots
            * webhooks[0].rules[0].operations[0]: Unsupported value: "create": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"
            * webhooks[0].rules[0].apiGroups: Invalid value: ["*","apps"]: if '*' is present, must not specify other API groups
            * webhooks[0].rules[0].apiVersions[0]: Required value
            * webhooks[0].rules[0].resources[3]: Invalid value: "pods/status": if 'pods/*' is present, must not specify pods/status
            * webhooks[0].rules[0].resources: Invalid value: ["*","pods","pods/*","pods/status"]: if '*' is present, must not specify other resources without subresources
            * webhooks[0].rules[0].scope: Unsupported value: "None": supported values: "*", "Cluster", "Namespaced"
            * webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun
            * webhooks[0].timeoutSeconds: Invalid value: 60: the timeout value must be between 1 and 30 seconds
            * webhooks[0].clientConfig: Required value: exactly one of url or service is required
            * webhooks[0].admissionReviewVersions: Required value: must specify one of v1, v1beta1
            * webhooks[1].failurePolicy: Unsupported value: "Never": supported values: "Fail", "Ignore"
            * webhooks[1].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"
            * webhooks[1].clientConfig.url: Invalid value: "http": 'https' is the only allowed URL scheme; desired format: https://host[/path]
            * webhooks[1].clientConfig.url: Invalid value: "": host must be specified; desired format: https://host[/path]
            * webhooks[1].clientConfig.url: Invalid value: "u": user information is not permitted in the URL
            * webhooks[1].clientConfig.url: Invalid value: "b": fragments are not permitted in the URL
            * webhooks[1].clientConfig.url: Invalid value: "a": query parameters are not permitted in the URL
            * webhooks[1].matchConditions[0].expression: Required value
            * webhooks[1].matchConditions[0].name: Required value
            * webhooks[1].admissionReviewVersions[1]: Invalid value: "v9": duplicate version
            * webhooks[1].admissionReviewVersions: Invalid value: ["v9","v9"]: must include at least one of v1, v1beta1
            * webhooks[2].reinvocationPolicy: Unsupported value: "Twice": supported values: "IfNeeded", "Never"
            * webhooks[2].clientConfig.service.name: Required value
            * webhooks[2].clientConfig.service.path: Invalid value: "a//B": must start with a '/'
            * webhooks[2].clientConfig.service.path: Invalid value: "a//B": segment[0] may not be empty
            * webhooks[2].clientConfig.service.path: Invalid value: "a//B": segment[1] may not be empty
            * webhooks[2].clientConfig.service.path: Invalid value: "a//B": segment[2]: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"#]],
    );
}

#[test]
fn policies_match_something_and_say_what_they_ask() {
    let rule =
        json!({"operations": ["CREATE"], "apiGroups": ["apps"], "apiVersions": ["v1"], "resources": ["deployments"]});
    check(
        Kind::ValidatingAdmissionPolicy,
        &json!({"metadata": {"name": "limit"}, "spec": {
            "matchConstraints": {"resourceRules": [rule]},
            "validations": [{"expression": "object.spec.replicas <= 5"}],
        }}),
        &expect![""],
    );
    check(
        Kind::ValidatingAdmissionPolicy,
        &json!({"metadata": {"name": "limit"}, "spec": {
            "failurePolicy": "Maybe", "paramKind": {"apiVersion": "a/b/c", "kind": "1"},
            "variables": [{"name": "in", "expression": ""}],
            "validations": [{"expression": " ", "message": "a\nb", "reason": "Because"}],
            "auditAnnotations": [{"key": "a b", "valueExpression": ""}],
        }}),
        &expect![[r#"

            * spec.failurePolicy: Unsupported value: "Maybe": supported values: "Fail", "Ignore"
            * spec.paramKind.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c
            * spec.paramKind.kind: Invalid value: "1": may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')
            * spec.matchConstraints: Required value
            * spec.variables[0].name: Invalid value: "in": must be a valid CEL identifier
            * spec.variables[0].expression: Required value: expression is not specified
            * spec.validations[0].expression: Required value: expression is not specified
            * spec.validations[0].message: Invalid value: "a\nb": must not contain line breaks
            * spec.validations[0].reason: Unsupported value: "Because": supported values: "Forbidden", "Invalid", "RequestEntityTooLarge"
            * spec.auditAnnotations[0].key: Invalid value: "limit/a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')
            * spec.auditAnnotations[0].valueExpression: Required value: valueExpression is not specified"#]],
    );
    check(
        Kind::MutatingAdmissionPolicy,
        &json!({"metadata": {"name": "side"}, "spec": {
            "matchConstraints": {"resourceRules": [{
                "operations": ["DELETE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"],
            }]},
            "mutations": [{"patchType": "JSONPatch", "applyConfiguration": {"expression": "Object{}"}}],
        }}),
        &expect![[r#"

            * spec.matchConstraints.resourceRules.operations: Unsupported value: "DELETE": supported values: "*", "CONNECT", "CREATE", "UPDATE"
            * spec.mutations[0].jsonPatch: Required value: must be specified when patchType is JSONPatch
            * spec.mutations[0].applyConfiguration: Invalid value: "{applyConfiguration}": must not be specified when patchType is JSONPatch
            * spec.reinvocationPolicy: Required value"#]],
    );
    check(
        Kind::ValidatingAdmissionPolicyBinding,
        &json!({"metadata": {"name": "b"}, "spec": {
            "validationActions": ["Deny", "Warn", "Deny"],
            "paramRef": {"name": "a", "selector": {}},
        }}),
        &expect![[r#"

            * spec.policyName: Required value
            * spec.paramRef.name: Forbidden: name and selector are mutually exclusive
            * spec.paramRef.selector: Forbidden: name and selector are mutually exclusive
            * spec.paramRef.parameterNotFoundAction: Required value
            * spec.validationActions[2]: Duplicate value: "Deny"
            * spec.validationActions: Invalid value: ["Deny","Warn","Deny"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)"#]],
    );
}

#[test]
fn an_api_service_is_named_after_its_version() {
    check(
        Kind::APIService,
        &json!({"metadata": {"name": "wrong"}, "spec": {
            "group": "metrics.k8s.io", "version": "v1beta1", "groupPriorityMinimum": 100, "versionPriority": 2000,
            "service": {"name": "metrics-server"}, "insecureSkipTLSVerify": true, "caBundle": "YQ==",
        }}),
        &expect![[r#"

            * metadata.name: Invalid value: "wrong": must be `spec.version+"."+spec.group`: "v1beta1.metrics.k8s.io"
            * spec.versionPriority: Invalid value: 2000: must be positive and less than 1000
            * spec.service.namespace: Required value
            * spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present"#]],
    );
}

#[test]
fn flow_control_counts() {
    check(
        Kind::FlowSchema,
        &json!({"metadata": {"name": "a"}, "spec": {
            "matchingPrecedence": 1, "distinguisherMethod": {"type": "ByName"}, "priorityLevelConfiguration": {"name": ""},
            "rules": [{"subjects": [{"kind": "User", "group": {"name": "a"}}]}, {
                "subjects": [], "resourceRules": [{"verbs": ["fly"], "apiGroups": [], "resources": ["*", "pods"]}],
                "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["/a*"]}],
            }],
        }}),
        &expect![[r#"

            * spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1
            * spec.distinguisherMethod.type: Unsupported value: {"Type":"ByName"}: supported values: "ByNamespace", "ByUser"
            * spec.priorityLevelConfiguration.name: Required value: must reference a priority level
            * spec.rules[0].subjects[0].user: Required value: user is required when subject kind is 'User'
            * spec.rules[0].subjects[0].group: Forbidden: group is forbidden when subject kind is not 'Group'
            * spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty
            * spec.rules[1].subjects: Required value: subjects must contain at least one value
            * spec.rules[1].resourceRules[0].verbs: Unsupported value: ["fly"]: supported values: "create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"
            * spec.rules[1].resourceRules[0].apiGroups: Required value: resource rules must supply at least one api group
            * spec.rules[1].resourceRules[0].resources: Invalid value: ["*","pods"]: if '*' is present, must not specify other resources
            * spec.rules[1].resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace
            * spec.rules[1].nonResourceRules[0].nonResourceURLs[0]: Invalid value: "/a*": wildcard can only do suffix matching"#]],
    );
    check(
        Kind::PriorityLevelConfiguration,
        &json!({"metadata": {"name": "a"}, "spec": {"type": "Limited", "limited": {
            "lendablePercent": 200,
            "limitResponse": {"type": "Queue", "queuing": {"queues": 10_000, "handSize": 8}},
        }}}),
        &expect![[r#"

            * spec.limited.limitResponse.queuing.handSize: Invalid value: 8: required entropy bits of deckSize 10000 and handSize 8 should not be greater than 60
            * spec.limited.lendablePercent: Invalid value: 200: must be between 0 and 100, inclusive"#]],
    );
}

#[test]
fn drivers_keep_what_they_began_with() {
    let driver = |spec| json!({"metadata": {"name": "csi.example.com"}, "spec": spec});
    check(
        Kind::CSIDriver,
        &driver(json!({
            "fsGroupPolicy": "All", "volumeLifecycleModes": ["Brief"],
            "tokenRequests": [{"audience": "a", "expirationSeconds": 10}, {"audience": "a"}],
        })),
        &expect![[r#"

            * spec.fsGroupPolicy: Unsupported value: "All": supported values: "File", "None", "ReadWriteOnceWithFSType"
            * spec.tokenRequests[0].expirationSeconds: Invalid value: 10: may not specify a duration less than 10 minutes
            * spec.tokenRequests[1].audience: Duplicate value: "a"
            * spec.volumeLifecycleModes: Unsupported value: "Brief": supported values: "Persistent", "Ephemeral""#]],
    );
    check_change(
        Kind::CSIDriver,
        &driver(json!({"attachRequired": false})),
        &driver(json!({})),
        &expect!["spec.attachedRequired: Invalid value: false: field is immutable"],
    );
    let node = |id: &str| {
        json!({"metadata": {"name": "node-1"}, "spec": {"drivers": [
            {"name": "csi.example.com", "nodeID": id, "topologyKeys": ["zone"]},
        ]}})
    };
    check_change(
        Kind::CSINode,
        &node("b"),
        &node("a"),
        &expect![[
            r#"spec.drivers: Invalid value: {"Name":"csi.example.com","NodeID":"b","TopologyKeys":["zone"],"Allocatable":null}: field is immutable"#
        ]],
    );
    let attachment = |node: &str| {
        json!({"metadata": {"name": "a"}, "spec": {
            "attacher": "csi.example.com", "nodeName": node, "source": {"persistentVolumeName": "pv"},
        }})
    };
    check_change(
        Kind::VolumeAttachment,
        &attachment("b"),
        &attachment("a"),
        &expect![[
            r#"spec: Invalid value: {"Attacher":"csi.example.com","Source":{"PersistentVolumeName":"pv","InlineVolumeSpec":null},"NodeName":"b"}: field is immutable"#
        ]],
    );
    let class = |iops: &str| json!({"metadata": {"name": "gold"}, "driverName": "csi.example.com", "parameters": {"iops": iops}});
    check_change(
        Kind::VolumeAttributesClass,
        &class("2"),
        &class("1"),
        &expect!["parameters: Forbidden: updates to parameters are forbidden."],
    );
}

#[test]
fn addresses_and_ranges_of_services_are_canonical() {
    check(
        Kind::IPAddress,
        &json!({"metadata": {"name": "fd00::0"}, "spec": {"parentRef": {"resource": "services", "name": "a/b"}}}),
        &expect![[r#"

            * metadata.name: Invalid value: "fd00::0": must be in canonical form ("fd00::")
            * spec.parentRef.name: Invalid value: "a/b": may not contain '/'"#]],
    );
    let range = |cidrs| json!({"metadata": {"name": "more"}, "spec": {"cidrs": cidrs}});
    check(
        Kind::ServiceCIDR,
        &range(json!(["10.200.0.1/24", "10.201.0.0/24"])),
        &expect![[r#"

            * spec.cidrs[0]: Invalid value: "10.200.0.1/24": must not have bits set beyond the prefix length
            * spec.cidrs: Invalid value: ["10.200.0.1/24","10.201.0.0/24"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"#]],
    );
    check(
        Kind::ServiceCIDR,
        &range(json!(["10.200.0.0/24", "fd01::/112", "fd02::/112"])),
        &expect![[
            r#"spec.cidrs: Invalid value: {"CIDRs":["10.200.0.0/24","fd01::/112","fd02::/112"]}: may only hold up to 2 values"#
        ]],
    );
    check_change(
        Kind::ServiceCIDR,
        &range(json!(["10.200.0.0/24", "fd01::/112"])),
        &range(json!(["10.200.0.0/24"])),
        &expect![""],
    );
    check_change(
        Kind::ServiceCIDR,
        &range(json!(["10.201.0.0/24"])),
        &range(json!(["10.200.0.0/24"])),
        &expect![[r#"spec.cidrs[0]: Invalid value: "10.201.0.0/24": field is immutable"#]],
    );
}

#[test]
fn a_certificate_is_asked_for_by_a_known_signer() {
    check(
        Kind::CertificateSigningRequest,
        &json!({"metadata": {"name": "john"}, "spec": {
            "request": "Zm9v", "signerName": "john/Doe", "usages": ["client auth", "client auth", "dancing"],
            "expirationSeconds": 60,
        }}),
        &expect![[r#"

            * spec.request: Invalid value: "Zm9v": PEM block type must be CERTIFICATE REQUEST
            * spec.usages[2]: Unsupported value: "dancing": supported values: "any", "cert sign", "client auth", "code signing", "content commitment", "crl sign", "data encipherment", "decipher only", "digital signature", "email protection", "encipher only", "ipsec end system", "ipsec tunnel", "ipsec user", "key agreement", "key encipherment", "microsoft sgc", "netscape sgc", "ocsp signing", "s/mime", "server auth", "signing", "timestamping"
            * spec.usages[1]: Duplicate value: "client auth"
            * spec.signerName: Invalid value: "john": should be a domain with at least two segments separated by dots
            * spec.signerName: Invalid value: "Doe": validating label "Doe": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
            * spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 600 seconds (10 minutes)"#]],
    );
}

#[test]
fn claims_of_devices_name_what_they_want() {
    let claim = |requests| {
        json!({
            "metadata": {"name": "gpu", "namespace": "default"},
            "spec": {"devices": {"requests": requests, "constraints": [{"requests": ["gpu/small"], "matchAttribute": "a"}]}},
        })
    };
    check(
        Kind::ResourceClaim,
        &claim(json!([
            {"name": "gpu", "exactly": {"deviceClassName": "", "allocationMode": "All", "count": 2}},
            {"name": "gpu"},
        ])),
        &expect![[r#"

            * spec.devices.requests[0].exactly.deviceClassName: Required value
            * spec.devices.requests[0].exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'
            * spec.devices.requests[1]: Required value: exactly one of `exactly` or `firstAvailable` is required
            * spec.devices.requests[1]: Duplicate value: "gpu"
            * spec.devices.constraints[0].requests[0]: Invalid value: "gpu/small": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'
            * spec.devices.constraints[0].matchAttribute: Invalid value: "a": a fully qualified name must be a domain and a name separated by a slash"#]],
    );
    check_change(
        Kind::ResourceClaim,
        &claim(json!([])),
        &claim(json!([{"name": "gpu", "exactly": {"deviceClassName": "gpu.example.com"}}])),
        &expect![[
            r#"spec: Invalid value: {"Devices":{"Requests":[],"Constraints":[{"Requests":["gpu/small"],"MatchAttribute":"a","DistinctAttribute":null}],"Config":null}}: field is immutable"#
        ]],
    );
    check(
        Kind::ResourceSlice,
        &json!({"metadata": {"name": "a"}, "spec": {
            "driver": "gpu.example.com", "allNodes": true, "nodeName": "node-1",
            "pool": {"name": "a", "generation": 0, "resourceSliceCount": 1},
            "devices": [{"name": "a"}, {"name": "a"}],
        }}),
        &expect![[r#"

            * spec: Invalid value: "{`nodeName`, `allNodes`}": exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required, but multiple fields are set
            * spec.devices[1]: Duplicate value: "a""#]],
    );
    let template = json!({
        "metadata": {"name": "gpu", "namespace": "default"},
        "spec": {"spec": {"devices": {"requests": [{"name": "gpu", "exactly": {"deviceClassName": "gpu"}}]}}},
    });
    assert!(
        validate_create(
            Kind::ResourceClaimTemplate,
            &kept(Kind::ResourceClaimTemplate, &template)
        )
        .is_empty()
    );
}
