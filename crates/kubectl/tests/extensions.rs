//! Kinds that extend or configure the cluster, as their users meet them.

mod session;

use session::{Row, fails, ok, session_with};

const fn created(line: &'static str, what: &'static str) -> Row {
    ok(line, what, "")
}

#[test]
fn services_take_addresses_of_a_range_that_is_added_and_hold_it() {
    session_with(
        &[
            (
                "range.yaml",
                "{apiVersion: networking.k8s.io/v1, kind: ServiceCIDR, metadata: {name: more}, spec: {cidrs: [10.200.0.0/24]}}",
            ),
            (
                "web.yaml",
                "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: 10.200.0.7, ports: [{port: 80}]}}",
            ),
        ],
        &[
            fails(
                "kubectl create -f web.yaml",
                "",
                "The Service \"web\" is invalid: spec.clusterIPs: Invalid value: [\"10.200.0.7\"]: failed to allocate IP 10.200.0.7: the provided network does not match the current range\n",
            ),
            created(
                "kubectl create -f range.yaml",
                "servicecidr.networking.k8s.io/more created\n",
            ),
            created("kubectl create -f web.yaml", "service/web created\n"),
            created(
                "kubectl get ipaddresses",
                "NAME         PARENTREF\n10.200.0.7   services/default/web\n10.96.0.1    services/default/kubernetes\n",
            ),
            created(
                "kubectl delete servicecidr more --wait=false",
                "servicecidr.networking.k8s.io \"more\" deleted\n",
            ),
            created(
                "kubectl get servicecidr more -o jsonpath='{.status.conditions[0].reason}'",
                "Terminating",
            ),
            created(
                "kubectl delete service web",
                "service \"web\" deleted from default namespace\n",
            ),
            created(
                "kubectl get servicecidr -o name",
                "servicecidr.networking.k8s.io/kubernetes\n",
            ),
            created(
                "kubectl describe servicecidr kubernetes",
                "Name:         kubernetes\nLabels:       <none>\nAnnotations:  <none>\nCIDRs:        10.96.0.0/12, fd00:10:96::/108\nStatus:\nConditions:\n  Type   Status  LastTransitionTime               Reason  Message\n  ----   ------  ------------------               ------  -------\n  Ready  True    Mon, 05 Jan 2026 08:55:17 +0000          Kubernetes default Service CIDR is ready\nEvents:  <none>\n",
            ),
            created(
                "kubectl describe ipaddress 10.96.0.1",
                "Name:         10.96.0.1\nLabels:       ipaddress.kubernetes.io/ip-family=IPv4\n              ipaddress.kubernetes.io/managed-by=ipallocator.k8s.io\nAnnotations:  <none>\nParent Reference:\n  Group:      \n  Resource:   services\n  Namespace:  default\n  Name:       kubernetes\nEvents:       <none>\n",
            ),
        ],
    );
}

/// John, of dev and ops, who would answer at john.example.com and 10.0.0.1.
const REQUEST: &str = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlJQkdUQ0J3UUlCQURBck1Rd3dDZ1lEVlFRS0RBTmtaWFl4RERBS0JnTlZCQW9NQTI5d2N6RU5NQXNHQTFVRQpBd3dFYW05b2JqQlpNQk1HQnlxR1NNNDlBZ0VHQ0NxR1NNNDlBd0VIQTBJQUJDaWM5aEpvdkFZZmt2OFQwdk43CjlFK2JRWnhvV3B6NE4wUWE2TjF3WUE2R0xSUWhVemJ1eDNiS2dmSGxhMTdEdTZtOXhkYkpZL0xoeGNVLzBrRU0KZnlxZ05EQXlCZ2txaGtpRzl3MEJDUTR4SlRBak1DRUdBMVVkRVFRYU1CaUNFR3B2YUc0dVpYaGhiWEJzWlM1agpiMjJIQkFvQUFBRXdDZ1lJS29aSXpqMEVBd0lEUndBd1JBSWdRNnhiMTRuWElIYyt2YmlaMCtWckxHVUtsdVYyCkpmTTR4aTZKYzZSekxyY0NJQWIvWW52eElybFVyNE01cUNJQUxRY2Z4ZDNWZi9GUWdmYkJmYW1Ucmo0dwotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K";

#[test]
fn a_certificate_request_says_who_asks_for_what() {
    let request = format!(
        "{{apiVersion: certificates.k8s.io/v1, kind: CertificateSigningRequest, metadata: {{name: john}}, spec: {{request: {REQUEST},          signerName: kubernetes.io/kube-apiserver-client, usages: [client auth], expirationSeconds: 86400}}}}"
    );
    session_with(
        &[("john.yaml", request.as_str())],
        &[
            created(
                "kubectl create -f john.yaml",
                "certificatesigningrequest.certificates.k8s.io/john created\n",
            ),
            created(
                "kubectl get csr",
                "NAME   AGE   SIGNERNAME                            REQUESTOR       REQUESTEDDURATION   CONDITION\njohn   0s    kubernetes.io/kube-apiserver-client   minikube-user   24h                 Pending\n",
            ),
            created(
                "kubectl describe csr john",
                "Name:                john\nLabels:              <none>\nAnnotations:         <none>\nCreationTimestamp:   Mon, 05 Jan 2026 09:00:00 +0000\nRequesting User:     minikube-user\nSigner:              kubernetes.io/kube-apiserver-client\nRequested Duration:  24h\nStatus:              Pending\nSubject:\n  Common Name:    john\n  Serial Number:  \n  Organization:   dev\n                  ops\nSubject Alternative Names:\n         DNS Names:     john.example.com\n         IP Addresses:  10.0.0.1\nEvents:  <none>\n",
            ),
            created(
                "kubectl certificate approve john",
                "certificatesigningrequest.certificates.k8s.io/john approved\n",
            ),
            created(
                "kubectl get csr john --no-headers",
                "john   0s    kubernetes.io/kube-apiserver-client   minikube-user   24h   Approved\n",
            ),
            created(
                "kubectl certificate approve john",
                "certificatesigningrequest.certificates.k8s.io/john approved\n",
            ),
            fails(
                "kubectl certificate deny john",
                "",
                "error: certificate signing request \"john\" is already Approved\n",
            ),
            fails(
                "kubectl patch csr john --subresource=status --type=merge -p '{\"status\":{\"conditions\":[]}}'",
                "",
                "The CertificateSigningRequest \"john\" is invalid: status.conditions: Forbidden: updates may not remove a condition of type \"Approved\"\n",
            ),
        ],
    );
}

#[test]
fn an_api_service_waits_for_its_service_and_a_flow_schema_for_its_level() {
    session_with(
        &[
            (
                "served.yaml",
                "{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: v1.example.com}, spec: {group: example.com, version: v1, groupPriorityMinimum: 100, versionPriority: 100, service: {name: api, namespace: default}}}",
            ),
            (
                "schema.yaml",
                "{apiVersion: flowcontrol.apiserver.k8s.io/v1, kind: FlowSchema, metadata: {name: quick}, spec: {priorityLevelConfiguration: {name: slow}}}",
            ),
            (
                "level.yaml",
                "{apiVersion: flowcontrol.apiserver.k8s.io/v1, kind: PriorityLevelConfiguration, metadata: {name: slow}, spec: {type: Limited, limited: {limitResponse: {type: Queue, queuing: {}}}}}",
            ),
        ],
        &[
            created(
                "kubectl create -f served.yaml",
                "apiservice.apiregistration.k8s.io/v1.example.com created\n",
            ),
            created(
                "kubectl get apiservice v1.example.com --no-headers",
                "v1.example.com   default/api   False (ServiceNotFound)   0s\n",
            ),
            created(
                "kubectl create service clusterip api --tcp=443",
                "service/api created\n",
            ),
            created(
                "kubectl get apiservice v1.example.com --no-headers",
                "v1.example.com   default/api   False (MissingEndpoints)   0s\n",
            ),
            created(
                "kubectl create -f schema.yaml",
                "flowschema.flowcontrol.apiserver.k8s.io/quick created\n",
            ),
            created(
                "kubectl get flowschema quick --no-headers",
                "quick   slow   1000   <none>   0s    True\n",
            ),
            created(
                "kubectl create -f level.yaml",
                "prioritylevelconfiguration.flowcontrol.apiserver.k8s.io/slow created\n",
            ),
            created(
                "kubectl get flowschema quick --no-headers",
                "quick   slow   1000   <none>   0s    False\n",
            ),
            created(
                "kubectl get prioritylevelconfiguration slow --no-headers",
                "slow   Limited   30    64    8     50    0s\n",
            ),
        ],
    );
}

#[test]
fn a_policy_is_checked_and_a_driver_counts_its_changes() {
    session_with(
        &[
            (
                "policy.yaml",
                "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, metadata: {name: limit}, spec: {matchConstraints: {resourceRules: [{operations: [CREATE], apiGroups: [apps], apiVersions: [v1], resources: [deployments]}]}, validations: [{expression: object.spec.replicas <= 5}]}}",
            ),
            (
                "driver.yaml",
                "{apiVersion: storage.k8s.io/v1, kind: CSIDriver, metadata: {name: csi.example.com}, spec: {}}",
            ),
        ],
        &[
            created(
                "kubectl create -f policy.yaml",
                "validatingadmissionpolicy.admissionregistration.k8s.io/limit created\n",
            ),
            created(
                "kubectl get validatingadmissionpolicy limit -o jsonpath='{.status}'",
                "{\"observedGeneration\":1,\"typeChecking\":{}}",
            ),
            created(
                "kubectl create -f driver.yaml",
                "csidriver.storage.k8s.io/csi.example.com created\n",
            ),
            created(
                "kubectl get csidriver --no-headers",
                "csi.example.com   true   false   false   <unset>   false   Persistent   0s\n",
            ),
            created(
                "kubectl get csidriver csi.example.com -o jsonpath='{.metadata.generation}'",
                "",
            ),
            created(
                "kubectl patch csidriver csi.example.com --type merge -p '{\"spec\":{\"podInfoOnMount\":true}}'",
                "csidriver.storage.k8s.io/csi.example.com patched\n",
            ),
            created(
                "kubectl get csidriver csi.example.com -o jsonpath='{.metadata.generation}'",
                "1",
            ),
        ],
    );
}

/// Metrics in annotations, as v1 keeps them, become those of v2 and go back.
#[test]
fn an_autoscaler_of_v1_keeps_its_metrics_in_annotations() {
    let metrics = r#"[{"type":"Resource","resource":{"name":"memory","targetAverageUtilization":60}},{"type":"Pods","pods":{"metricName":"qps","targetAverageValue":"100"}},{"type":"Object","object":{"target":{"apiVersion":"v1","kind":"Service","name":"a"},"metricName":"hits","targetValue":"5"}},{"type":"External","external":{"metricName":"queue","metricSelector":{"matchLabels":{"a":"b"}},"targetAverageValue":"3"}}]"#;
    let autoscaler = format!(
        "{{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {{name: web, annotations: {{autoscaling.alpha.kubernetes.io/metrics: '{metrics}'}}}},          spec: {{maxReplicas: 3, scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}}}}}"
    );
    session_with(
        &[("web.yaml", autoscaler.as_str())],
        &[
            created(
                "kubectl create -f web.yaml",
                "horizontalpodautoscaler.autoscaling/web created\n",
            ),
            created(
                "kubectl get hpa web -o jsonpath='{.spec.metrics}'",
                "[{\"resource\":{\"name\":\"memory\",\"target\":{\"averageUtilization\":60,\"type\":\"Utilization\"}},\"type\":\"Resource\"},{\"pods\":{\"metric\":{\"name\":\"qps\"},\"target\":{\"averageValue\":\"100\",\"type\":\"AverageValue\"}},\"type\":\"Pods\"},{\"object\":{\"describedObject\":{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"name\":\"a\"},\"metric\":{\"name\":\"hits\"},\"target\":{\"type\":\"Value\",\"value\":\"5\"}},\"type\":\"Object\"},{\"external\":{\"metric\":{\"name\":\"queue\",\"selector\":{\"matchLabels\":{\"a\":\"b\"}}},\"target\":{\"averageValue\":\"3\",\"type\":\"AverageValue\"}},\"type\":\"External\"}]",
            ),
            created(
                r"kubectl get hpa.v1.autoscaling web -o jsonpath='{.metadata.annotations.autoscaling\.alpha\.kubernetes\.io/metrics}'",
                "[{\"type\":\"Resource\",\"resource\":{\"name\":\"memory\",\"targetAverageUtilization\":60}},{\"type\":\"Pods\",\"pods\":{\"metricName\":\"qps\",\"targetAverageValue\":\"100\"}},{\"type\":\"Object\",\"object\":{\"target\":{\"kind\":\"Service\",\"name\":\"a\",\"apiVersion\":\"v1\"},\"metricName\":\"hits\",\"targetValue\":\"5\"}},{\"type\":\"External\",\"external\":{\"metricName\":\"queue\",\"metricSelector\":{\"matchLabels\":{\"a\":\"b\"}},\"targetAverageValue\":\"3\"}}]",
            ),
        ],
    );
}

const CRON_TABS: &str = r#"{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
    "metadata": {"name": "crontabs.stable.example.com"}, "spec": {"group": "stable.example.com", "scope": "Namespaced",
    "names": {"plural": "crontabs", "singular": "crontab", "kind": "CronTab", "shortNames": ["ct"]},
    "versions": [{"name": "v1", "served": true, "storage": true,
        "subresources": {"status": {}, "scale": {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas",
            "labelSelectorPath": ".status.labelSelector"}},
        "schema": {"openAPIV3Schema": {"type": "object", "properties": {
            "spec": {"type": "object", "properties": {"cronSpec": {"type": "string"}, "replicas": {"type": "integer"},
                "free": {"type": "object"}, "ports": {"type": "array", "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["port"], "items": {"type": "object", "required": ["port"],
                        "properties": {"port": {"type": "integer"}}}}}},
            "status": {"type": "object", "properties": {"replicas": {"type": "integer"}, "labelSelector": {"type": "string"}}}}}}}]}}"#;
const CRON_TAB: &str = r#"{"apiVersion": "stable.example.com/v1", "kind": "CronTab", "metadata": {"name": "a"},
    "spec": {"cronSpec": "* * * * */5", "replicas": 3}}"#;
const UNFIT_TAB: &str = r#"{"apiVersion": "stable.example.com/v1", "kind": "CronTab", "metadata": {"name": "a"},
    "spec": {"cronSpec": 5, "free": {"a": 1}, "other": 1, "ports": [{"port": 80, "x": 1}, {"port": 80}]}}"#;

#[test]
fn objects_of_a_custom_kind_are_scaled_where_their_definition_says() {
    session_with(
        &[("kind.json", CRON_TABS), ("tab.json", CRON_TAB)],
        &[
            created(
                "kubectl create -f kind.json",
                "customresourcedefinition.apiextensions.k8s.io/crontabs.stable.example.com created\n",
            ),
            created("kubectl create -f tab.json", "crontab.stable.example.com/a created\n"),
            created(
                "kubectl scale ct a --replicas=5",
                "crontab.stable.example.com/a scaled\n",
            ),
            created("kubectl get ct a -o jsonpath={.spec.replicas}", "5"),
            created(
                "kubectl get ct a --subresource=scale",
                "NAME   DESIRED   AVAILABLE   AGE\na      5         0           0s\n",
            ),
            created(
                "kubectl get ct a --subresource=scale -o jsonpath='{.kind} {.spec} {.status}'",
                r#"Scale {"replicas":5} {"replicas":0}"#,
            ),
            fails(
                "kubectl scale ct a --replicas=5 --current-replicas=2",
                "",
                "error: Expected replicas to be 2, was 5\n",
            ),
            created(
                "kubectl patch ct a --type=json -p '[{\"op\":\"remove\",\"path\":\"/spec/replicas\"}]'",
                "crontab.stable.example.com/a patched\n",
            ),
            fails(
                "kubectl get ct a --subresource=scale",
                "",
                "Error from server (InternalError): Internal error occurred: the spec replicas field \".spec.replicas\" does not exist\n",
            ),
        ],
    );
}

#[test]
fn objects_of_a_custom_kind_take_no_strategic_patches() {
    session_with(
        &[
            ("kind.json", CRON_TABS),
            ("tab.json", CRON_TAB),
            ("unfit.json", UNFIT_TAB),
        ],
        &[
            created(
                "kubectl create -f kind.json",
                "customresourcedefinition.apiextensions.k8s.io/crontabs.stable.example.com created\n",
            ),
            created("kubectl create -f tab.json", "crontab.stable.example.com/a created\n"),
            fails(
                "kubectl patch ct a -p '{\"spec\":{\"replicas\":4}}'",
                "",
                "Error from server (UnsupportedMediaType): the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml\n",
            ),
            fails(
                "kubectl patch ct a -p '{}' --dry-run=client",
                "",
                "error: strategic merge patch is not supported for stable.example.com/v1, Kind=CronTab locally, try --type merge\n",
            ),
            created(
                "kubectl patch ct a --type=merge -p '{\"spec\":{\"replicas\":4}}'",
                "crontab.stable.example.com/a patched\n",
            ),
            fails(
                "kubectl apply --server-side -f unfit.json",
                "",
                concat!(
                    "Error from server: failed to create typed patch object (default/a; stable.example.com/v1, Kind=CronTab): errors:\n",
                    "  .spec.cronSpec: expected string, got &value.valueUnstructured{Value:5}\n",
                    "  .spec.other: field not declared in schema\n"
                ),
            ),
        ],
    );
}

#[test]
fn commands_that_read_structs_know_no_custom_kinds() {
    let unknown = "error: no kind \"CronTab\" is registered for version \"stable.example.com/v1\" in scheme \"k8s.io/kubectl/pkg/scheme/scheme.go:28\"\n";
    session_with(
        &[("kind.json", CRON_TABS), ("tab.json", CRON_TAB)],
        &[
            created(
                "kubectl create -f kind.json",
                "customresourcedefinition.apiextensions.k8s.io/crontabs.stable.example.com created\n",
            ),
            created("kubectl create -f tab.json", "crontab.stable.example.com/a created\n"),
            fails("kubectl rollout restart ct/a", "", unknown),
            fails("kubectl rollout status ct/a", "", unknown),
            fails("kubectl logs ct/a", "", unknown),
            fails("kubectl expose ct a --port=80", "", unknown),
            fails("kubectl set image ct/a x=y", "", unknown),
            fails(
                "kubectl logs ct/b",
                "",
                "error: error from server (NotFound): crontabs.stable.example.com \"b\" not found in namespace \"default\"\n",
            ),
        ],
    );
}
