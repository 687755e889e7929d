//! What kubectl and the server refuse, in their words and in their order; compared with kubectl v1.36.2.

mod session;

use session::{fails, ok, session, session_with};

#[test]
fn what_create_cannot_do_is_said_before_anything_is_made() {
    session(&[
        fails(
            "kubectl create deployment web --image=nginx -o bogus",
            "",
            "error: unable to match a printer suitable for the output format \"bogus\", allowed formats are: go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml\n",
        ),
        fails(
            "kubectl create deployment web --image=nginx --validate=bogus",
            "",
            "error: invalid - validate option \"bogus\"; must be one of: strict (or true), warn, ignore (or false)\n",
        ),
        ok(
            "kubectl create deployment web --image=nginx -o name",
            "deployment.apps/web\n",
            "",
        ),
        fails(
            "kubectl create role web --verb=get --resource=bogus",
            "",
            "the server doesn't have a resource type \"bogus\"\n",
        ),
        fails(
            "kubectl create role web --verb=get --resource=deployments.bogus",
            "",
            "the server doesn't have a resource type \"deployments\" in group \"bogus\"\n",
        ),
        fails(
            "kubectl create clusterrole web --aggregation-rule=a",
            "",
            "error: invalid argument \"a\" for \"--aggregation-rule\" flag: malformed pair, expect string=string\nSee 'kubectl create clusterrole --help' for usage.\n",
        ),
        fails(
            "kubectl create pdb web --selector=a,,b --max-unavailable=1",
            "",
            "error: couldn't parse the selector string \"a,,b\": found ',', expected: identifier after ','\n",
        ),
        ok(
            "kubectl create pdb web --selector='a in (b,c),!d,e=f' --max-unavailable=1 -o jsonpath='{.spec.selector}'",
            r#"{"matchExpressions":[{"key":"a","operator":"In","values":["b","c"]},{"key":"d","operator":"DoesNotExist"}],"matchLabels":{"e":"f"}}"#,
            "",
        ),
        fails(
            "kubectl create configmap web --from-literal='\"a\"=b'",
            "",
            "error: \"\\\"a\\\"\" is not a valid key name for a ConfigMap: a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')\n",
        ),
        fails(
            "kubectl create --filename=",
            "",
            "error: must specify one of -f and -k\n",
        ),
    ]);
}

#[test]
fn run_takes_overrides_of_three_kinds() {
    let labels =
        "-o jsonpath='{.metadata.labels} {.spec.containers[0].env} {.spec.containers[0].image}' --dry-run=client";
    let strategic = format!(
        "kubectl run web --image=nginx --override-type=strategic --overrides='{{\"spec\":{{\"containers\":[{{\"name\":\"web\",\"env\":[{{\"name\":\"A\",\"value\":\"1\"}}]}}]}}}}' {labels}"
    );
    let json = format!(
        "kubectl run web --image=nginx --override-type=json --overrides='[{{\"op\":\"add\",\"path\":\"/metadata/labels/x\",\"value\":\"y\"}}]' {labels}"
    );
    session(&[
        ok(
            strategic.leak(),
            r#"{"run":"web"} [{"name":"A","value":"1"}] nginx"#,
            "",
        ),
        ok(json.leak(), r#"{"run":"web","x":"y"}  nginx"#, ""),
        fails(
            "kubectl run web --image=nginx --override-type=bogus --overrides='{}'",
            "",
            "error: invalid override type: bogus\n",
        ),
        fails(
            "kubectl run web --image=nginx --env=1A=1",
            "",
            "error: invalid env: 1A=1\n",
        ),
    ]);
}

#[test]
fn labels_of_a_version_are_of_one_object() {
    let refused = "error: --resource-version may only be used with a single resource\n";
    session(&[
        ok("kubectl create service clusterip a --tcp=80", "service/a created\n", ""),
        ok("kubectl create service clusterip b --tcp=80", "service/b created\n", ""),
        fails("kubectl label svc a b x=y --resource-version=1", "", refused),
        fails("kubectl annotate svc --all x=y --resource-version=1", "", refused),
        fails("kubectl label svc/a svc/b x=y --resource-version=1", "", refused),
        fails(
            "kubectl label --local svc a x=y",
            "",
            "error: can only use local files by -f pod.yaml or --filename=pod.json when --local=true is set\n",
        ),
    ]);
}

#[test]
fn pods_of_a_deployment_can_be_labelled() {
    session(&[
        ok(
            "kubectl create deployment web --image=nginx",
            "deployment.apps/web created\n",
            "",
        ),
        ok(
            "kubectl label pods --all x=y -o jsonpath='{.spec.enableServiceLinks} {.metadata.labels.x}'",
            "true y",
            "",
        ),
    ]);
}

#[test]
fn patches_leave_identity_alone() {
    session(&[
        ok("kubectl create service clusterip a --tcp=80", "service/a created\n", ""),
        fails(
            "kubectl patch svc a -p '{\"metadata\":null}'",
            "",
            "Error from server (BadRequest): the name of the object (a based on URL) was undeterminable: name must be provided\n",
        ),
        fails(
            "kubectl patch svc a -p '{\"metadata\":{\"uid\":\"b\"}}'",
            "",
            "The Service \"a\" is invalid: metadata.uid: Invalid value: \"b\": field is immutable\n",
        ),
        ok(
            "kubectl patch svc a --type=json -p '[{\"op\":\"replace\",\"path\":\"spec/x\",\"value\":4}]'",
            "service/a patched (no change)\n",
            "Warning: unknown field \"x\"\n",
        ),
        ok(
            "kubectl create deployment web --image=nginx",
            "deployment.apps/web created\n",
            "",
        ),
        fails(
            "kubectl patch deploy web --subresource=scale -p '{\"spec\":{\"replicas\":-1}}'",
            "",
            "The Scale \"web\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0\n",
        ),
        ok(
            "kubectl patch deploy web --subresource=scale -p '{\"spec\":{\"replicas\":2}}' -o jsonpath='{.kind} {.spec} {.status.selector}'",
            "Scale {\"replicas\":2} app=web",
            "",
        ),
        ok(
            "kubectl autoscale deploy web --max=3",
            "horizontalpodautoscaler.autoscaling/web autoscaled\n",
            "",
        ),
        fails(
            "kubectl autoscale deploy web --max=3",
            "",
            "error: failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: empty input\n",
        ),
        fails(
            "kubectl autoscale deploy web --max=3 --cpu=50%",
            "",
            "Error from server (AlreadyExists): horizontalpodautoscalers.autoscaling \"web\" already exists\n",
        ),
    ]);
}

const LIST: &str = r#"{"apiVersion": "v1", "kind": "List", "items": [
    {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one"}},
    {"apiVersion": "v1", "kind": "Foo", "metadata": {"name": "two"}}]}"#;
const OF_ONE_KIND: &str = r#"{"apiVersion": "v1", "kind": "ConfigMapList", "items": [{"metadata": {"name": "three"}}, {"metadata": {"name": "four"}}]}"#;
const SEVERAL: &str =
    "apiVersion: v1\nkind: Bogus\nmetadata: {name: b}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n";

#[test]
fn lists_and_documents_fail_in_kubectls_order() {
    let files = [
        ("list.json", LIST),
        ("kind.json", OF_ONE_KIND),
        ("several.yaml", SEVERAL),
    ];
    let unknown = "resource mapping not found for name: \"b\" namespace: \"\" from \"several.yaml\": no matches for kind \"Bogus\" in version \"v1\"\nensure CRDs are installed first\n";
    let exists =
        "Error from server (AlreadyExists): error when creating \"several.yaml\": configmaps \"one\" already exists\n";
    session_with(
        &files,
        &[
            fails(
                "kubectl create -f list.json",
                "configmap/one created\n",
                "unable to recognize no matches for kind \"Foo\" in version \"v1\"\n",
            ),
            ok(
                "kubectl apply -f kind.json",
                "configmap/three created\nconfigmap/four created\n",
                "",
            ),
            fails(
                "kubectl create -f several.yaml",
                "",
                format!("{exists}{unknown}").leak(),
            ),
            ok(
                "kubectl create -f kind.json --dry-run=client -o yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: three\n  namespace: default\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: four\n  namespace: default\n",
                "",
            ),
        ],
    );
}

#[test]
fn a_load_balancer_keeps_node_ports_that_it_would_not_get() {
    session(&[
        ok(
            "kubectl create service loadbalancer a --tcp=80 -o jsonpath='{.spec.ports[0].port}'",
            "80",
            "",
        ),
        ok(
            "kubectl patch svc a -p '{\"spec\":{\"ports\":[{\"port\":80,\"nodePort\":30123}]}}' -o name",
            "service/a\n",
            "",
        ),
        ok(
            "kubectl patch svc a -p '{\"spec\":{\"allocateLoadBalancerNodePorts\":false}}' -o jsonpath='{.spec.ports[0].nodePort}'",
            "30123",
            "",
        ),
    ]);
}

#[test]
fn a_patch_gives_a_secret_bytes_in_base64() {
    session(&[
        ok(
            "kubectl create secret generic s --from-literal=a=b",
            "secret/s created\n",
            "",
        ),
        fails(
            "kubectl patch secret s -p '{\"data\":{\"c\":\"not base64\"}}'",
            "",
            "The request is invalid: patch: Invalid value: \"map[data:map[c:not base64]]\": error decoding from json: illegal base64 data at input byte 3\n",
        ),
    ]);
}

#[test]
fn a_workload_has_a_scale() {
    session(&[
        ok(
            "kubectl create deployment web --image=nginx --replicas=2",
            "deployment.apps/web created\n",
            "",
        ),
        ok(
            "kubectl create deployment none --image=nginx --replicas=0",
            "deployment.apps/none created\n",
            "",
        ),
        ok(
            "kubectl get deploy web none --subresource=scale",
            "NAME   DESIRED   AVAILABLE   AGE\nweb    2         2           0s\nnone   0         0           0s\n",
            "",
        ),
        ok(
            "kubectl get deploy web none --subresource=scale --show-kind --no-headers --show-labels",
            "deployment.apps/web    2     2     0s    <none>\ndeployment.apps/none   0     0     0s    <none>\n",
            "",
        ),
        ok(
            "kubectl get deploy web --subresource=scale -o name",
            "scale.autoscaling/web\n",
            "",
        ),
        ok(
            "kubectl get deploy web --subresource=scale -o yaml",
            "apiVersion: autoscaling/v1\nkind: Scale\nmetadata:\n  creationTimestamp: \"2026-01-05T09:00:00Z\"\n  name: web\n  namespace: default\n  resourceVersion: \"37\"\n  uid: 7178ffa7-e3b8-4d0c-9aa0-bf8d9d155996\nspec:\n  replicas: 2\nstatus:\n  replicas: 2\n  selector: app=web\n",
            "",
        ),
        ok(
            "kubectl get deploy none --subresource=scale -o jsonpath='{.spec} {.status.replicas}'",
            "{} 0",
            "",
        ),
        ok(
            "kubectl get --raw /apis/apps/v1/namespaces/default/deployments/none/scale",
            concat!(
                r#"{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"none","namespace":"default","#,
                r#""uid":"8894d85b-69c6-45df-9f2d-5e57e69478c3","resourceVersion":"41","#,
                r#""creationTimestamp":"2026-01-05T09:00:00Z"},"spec":{},"status":{"replicas":0,"selector":"app=none"}}"#,
                "\n"
            ),
            "",
        ),
        fails(
            "kubectl get --raw /api/v1/namespaces/default/services/kubernetes/scale",
            "",
            "Error from server (NotFound): the server could not find the requested resource\n",
        ),
    ]);
}

const APPLIED_ONCE: &str = r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one", "annotations":
    {"kubectl.kubernetes.io/last-applied-configuration": "old", "a": "b"}}, "data": {"c": "d"}}"#;

#[test]
fn create_writes_an_annotation_of_what_was_applied_anew() {
    session_with(
        &[("one.json", APPLIED_ONCE)],
        &[
            ok("kubectl create -f one.json", "configmap/one created\n", ""),
            ok(
                "kubectl apply view-last-applied cm one -o json",
                "{\n  \"apiVersion\": \"v1\",\n  \"data\": {\n    \"c\": \"d\"\n  },\n  \"kind\": \"ConfigMap\",\n  \"metadata\": {\n    \"annotations\": {\n      \"a\": \"b\"\n    },\n    \"name\": \"one\",\n    \"namespace\": \"default\"\n  }\n}\n",
                "",
            ),
        ],
    );
}

#[test]
fn the_server_tells_who_manages_fields() {
    session(&[
        ok(
            "kubectl create configmap one --from-literal=a=b",
            "configmap/one created\n",
            "",
        ),
        ok(
            "kubectl get --raw /api/v1/namespaces/default/configmaps/one",
            concat!(
                r#"{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"one","namespace":"default","#,
                r#""uid":"c9ab89d6-9757-4b03-8406-0384dee39d1c","resourceVersion":"22","creationTimestamp":"2026-01-05T09:00:00Z","#,
                r#""managedFields":[{"manager":"kubectl-create","operation":"Update","apiVersion":"v1","time":"2026-01-05T09:00:00Z","#,
                r#""fieldsType":"FieldsV1","fieldsV1":{"f:data":{".":{},"f:a":{}}}}]},"data":{"a":"b"}}"#,
                "\n"
            ),
            "",
        ),
        ok(
            "kubectl get --raw '/api/v1/namespaces/default/configmaps?labelSelector=a'",
            "{\"kind\":\"ConfigMapList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"22\"},\"items\":[]}\n",
            "",
        ),
    ]);
}

const SUSPENDED: &str = r#"{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "job"}, "spec": {"suspend": true,
    "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "job", "image": "nginx"}]}}}}"#;

#[test]
fn of_a_suspended_job_resources_and_place_may_change() {
    session_with(
        &[("job.json", SUSPENDED)],
        &[
            ok("kubectl create -f job.json", "job.batch/job created\n", ""),
            ok(
                "kubectl set resources job job --limits=cpu=1",
                "job.batch/job resource requirements updated\n",
                "",
            ),
            ok(
                "kubectl patch job job -p '{\"spec\":{\"template\":{\"spec\":{\"affinity\":{\"nodeAffinity\":{}}}}}}'",
                "job.batch/job patched\n",
                "",
            ),
            // The words go on with the whole spec.
            ok(
                "kubectl set env job job A=b --dry-run=client",
                "job.batch/job env updated (dry run)\n",
                "",
            ),
            ok(
                "kubectl patch job job -p '{\"spec\":{\"suspend\":false}}'",
                "job.batch/job patched\n",
                "",
            ),
        ],
    );
}

#[test]
fn an_order_of_items_names_those_of_the_patch() {
    session(&[
        ok("kubectl create service clusterip a --tcp=80", "service/a created\n", ""),
        fails(
            "kubectl patch svc a -p '{\"spec\":{\"ports\":[{\"port\":81},{\"port\":82}],\"$setElementOrder/ports\":[{\"port\":82},{\"port\":81}]}}'",
            "",
            "Error from server: The order in patch list:\n[map[port:81] map[port:82]]\n doesn't match $setElementOrder list:\n[map[port:82] map[port:81]]\n",
        ),
        fails(
            "kubectl patch svc a -p '{\"spec\":{\"ports\":[{\"port\":81}],\"$setElementOrder/ports\":\"x\"}}'",
            "",
            "Error from server: expected a []interface {}, but received a string\n",
        ),
        fails(
            "kubectl patch svc a -p '{\"spec\":{\"ports\":[{\"port\":81}],\"$setElementOrder/ports\":[{\"name\":\"x\"}]}}'",
            "",
            "Error from server: map: map[name:x] does not contain declared merge key: port\n",
        ),
        fails(
            "kubectl patch svc a -p '{\"spec\":{\"$retainKeys\":[\"type\"],\"ports\":[]}}'",
            "",
            "Error from server (BadRequest): invalid patch format of retainKeys\n",
        ),
    ]);
}

#[test]
fn a_flag_in_front_of_the_command_is_the_commands_own_or_takes_the_next_word() {
    session(&[
        ok("kubectl -o name get svc kubernetes", "service/kubernetes\n", ""),
        ok("kubectl --output name get svc kubernetes", "service/kubernetes\n", ""),
        fails(
            "kubectl -A get svc",
            "",
            "Error: flags cannot be placed before plugin name: -A\n",
        ),
        fails(
            "kubectl --foo get svc",
            "",
            "Error: flags cannot be placed before plugin name: --foo\n",
        ),
        fails(
            "kubectl --foo=a get svc",
            "",
            "error: unknown flag: --foo\nSee 'kubectl get --help' for usage.\n",
        ),
        fails(
            "kubectl -x",
            "",
            "error: unknown shorthand flag: 'x' in -x\nSee 'kubectl --help' for usage.\n",
        ),
        ok(
            "kubectl create --save-config deployment web --image=nginx",
            "deployment.apps/web created\n",
            "",
        ),
        ok(
            "kubectl -n kube-system create deployment web --image=nginx",
            "deployment.apps/web created\n",
            "",
        ),
        ok(
            "kubectl create service -n kube-system clusterip web --tcp 80",
            "service/web created\n",
            "",
        ),
        ok(
            "kubectl create deployment -o name api --image nginx --replicas 2",
            "deployment.apps/api\n",
            "",
        ),
    ]);
}

#[test]
fn commands_about_nodes_look_for_what_is_named_first() {
    session(&[
        fails(
            "kubectl cordon pod/x",
            "",
            "Error from server (NotFound): pods \"x\" not found\n",
        ),
        fails(
            "kubectl cordon svc/kubernetes",
            "",
            "error: expected resource of type node, got \"/v1, Resource=services\"\n",
        ),
        fails(
            "kubectl cordon svc/kubernetes node/x",
            "",
            "error: you may only specify a single resource type\n",
        ),
        fails(
            "kubectl drain nope --pod-selector=a,,b",
            "",
            "error: --pod-selector=<pod_selector> must be a valid label selector\n",
        ),
    ]);
}

const ELSEWHERE: &str =
    r#"{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "nope"}}"#;

#[test]
fn what_is_absent_is_named_as_the_command_asks_for_it() {
    let missing = "Error from server (NotFound): the server could not find the requested resource\n";
    session_with(
        &[("web.json", ELSEWHERE)],
        &[
            fails(
                "kubectl describe -f web.json",
                "",
                "Error from server (NotFound): deployments.apps \"web\" not found\n",
            ),
            fails(
                "kubectl get -f web.json",
                "",
                "Error from server (NotFound): namespaces \"nope\" not found\n",
            ),
            fails("kubectl patch cm nope --subresource=status -p '{}'", "", missing),
            fails("kubectl get cm nope --subresource=status", "", missing),
            fails(
                "kubectl get deploy nope --subresource=scale",
                "",
                "Error from server (NotFound): deployments.apps \"nope\" not found\n",
            ),
        ],
    );
}

#[test]
fn a_shell_outside_brings_nothing() {
    session(&[
        fails(
            "kubectl completion",
            "",
            "error: Shell not specified.\nSee 'kubectl completion -h' for help and examples\n",
        ),
        fails(
            "kubectl completion foo",
            "",
            "error: Unsupported shell type \"foo\".\nSee 'kubectl completion -h' for help and examples\n",
        ),
        fails(
            "kubectl completion bash zsh",
            "",
            "error: Too many arguments. Expected only the shell type.\nSee 'kubectl completion -h' for help and examples\n",
        ),
        fails(
            "kubectl plugin foo",
            "",
            "error: unknown command \"foo\"\nSee 'kubectl plugin -h' for help and examples\n",
        ),
        fails(
            "kubectl plugin list",
            "",
            "error: unable to find any kubectl plugins in your PATH\n",
        ),
        fails(
            "kubectl config set a",
            "Set the namespace of a context.\n\nExamples:\n  # Ask in kube-system\n  kubectl config set contexts.minikube.namespace kube-system\n\nOptions:\n    --set-raw-bytes=false:\n\tTake bytes as they are written.\n\nUsage:\n  kubectl config set PROPERTY_NAME PROPERTY_VALUE [options]\n\nUse \"kubectl options\" for a list of global command-line options (applies to all commands).\n",
            "error: Unexpected args: [a]\n",
        ),
        fails(
            "kubectl config set a b",
            "",
            "error: unable to parse a after [] at api.Config\n",
        ),
        fails(
            "kubectl config set contexts.minikube.namespace ''",
            "",
            "error: you cannot use set to unset a property\n",
        ),
        ok(
            "kubectl config set contexts.minikube.namespace a",
            "Property \"contexts.minikube.namespace\" set.\n",
            "",
        ),
        ok(
            "kubectl config unset contexts.minikube.namespace",
            "Property \"contexts.minikube.namespace\" unset.\n",
            "",
        ),
        fails(
            "kubectl config unset",
            "Forget the namespace of a context.\n\nExamples:\n  # Ask in default again\n  kubectl config unset contexts.minikube.namespace\n\nUsage:\n  kubectl config unset PROPERTY_NAME [options]\n\nUse \"kubectl options\" for a list of global command-line options (applies to all commands).\n",
            "error: Unexpected args: []\n",
        ),
        fails(
            "kubectl config use-context ''",
            "",
            "error: empty context names are not allowed\n",
        ),
        fails(
            "kubectl config get-contexts -o foo",
            "",
            "error: --output foo is not available in kubectl config get-contexts; resetting to default output format\n",
        ),
    ]);
}

#[test]
fn explain_takes_fields_alone() {
    let first = "error: invalid jsonpath syntax, first node must be field node\n";
    session(&[
        fails("kubectl explain .spec", "", first),
        fails("kubectl explain svc..spec", "", first),
        fails("kubectl explain svc.spec[0]", "", first),
        fails(
            "kubectl explain svc..spec --api-version=v1",
            "",
            "error: invalid jsonpath syntax, all nodes must be field nodes\n",
        ),
        fails(
            "kubectl explain ''",
            "",
            "error: a resource must be present, got: /, Resource=\n",
        ),
        fails(
            "kubectl explain svc --api-version=a/b/c",
            "",
            "error: unexpected GroupVersion string: a/b/c\n",
        ),
        ok(
            "kubectl explain hpa.spec.targetCPUUtilizationPercentage --api-version=autoscaling/v1",
            "GROUP:      autoscaling\nKIND:       HorizontalPodAutoscaler\nVERSION:    v1\n\nFIELD: targetCPUUtilizationPercentage <integer>\n\n\nDESCRIPTION:\n    How much of the requested processor the pods should use on average.\n    \n\n",
            "",
        ),
        fails(
            "kubectl explain hpa.spec.metrics --api-version=autoscaling/v1",
            "GROUP:      autoscaling\nKIND:       HorizontalPodAutoscaler\nVERSION:    v1\n\n",
            "error: field \"metrics\" does not exist\n",
        ),
    ]);
}

#[test]
fn flags_of_logs_are_weighed_when_the_pod_is_known() {
    session(&[
        fails(
            "kubectl logs nope --tail=-5",
            "",
            "error: error from server (NotFound): pods \"nope\" not found in namespace \"default\"\n",
        ),
        ok("kubectl run web --image=nginx", "pod/web created\n", ""),
        fails(
            "kubectl logs web --tail=-5",
            "",
            "error: --tail must be greater than or equal to -1\n",
        ),
        fails(
            "kubectl logs web -c web web",
            "",
            "error: only one of -c or an inline [CONTAINER] arg is allowed\n",
        ),
        ok("kubectl run api --image=nginx", "pod/api created\n", ""),
        fails(
            "kubectl get pods --watch --sort-by=.foo.bar",
            "",
            "warning: --watch requested, --sort-by will be ignored for watch events received\nerror: unable to output the provided object: couldn't find any field with path \"{.foo.bar}\" in the list of objects\n",
        ),
        ok(
            "kubectl get pods --watch-only --sort-by=.foo.bar",
            "",
            "warning: --watch-only requested, --sort-by will be ignored\n",
        ),
    ]);
}

#[test]
fn resources_of_the_api_are_printed_as_a_list() {
    session(&[
        ok(
            "kubectl api-resources --api-group=discovery.k8s.io -o yaml",
            "apiVersion: v1\ngroupVersion: \"\"\nkind: APIResourceList\nresources:\n- group: discovery.k8s.io\n  kind: EndpointSlice\n  name: endpointslices\n  namespaced: true\n  singularName: endpointslice\n  storageVersionHash: qgS0xkrxYAI=\n  verbs:\n  - create\n  - delete\n  - deletecollection\n  - get\n  - list\n  - patch\n  - update\n  - watch\n  version: v1\n",
            "",
        ),
        ok(
            "kubectl api-resources --api-group=nope -o json",
            "{\n    \"kind\": \"APIResourceList\",\n    \"apiVersion\": \"v1\",\n    \"groupVersion\": \"\",\n    \"resources\": null\n}\n",
            "",
        ),
    ]);
}

#[test]
fn a_cluster_holds_flow_schemas_and_priority_levels_by_itself() {
    session(&[
        ok(
            "kubectl get flowschemas probes system-nodes",
            "NAME           PRIORITYLEVEL   MATCHINGPRECEDENCE   DISTINGUISHERMETHOD   AGE     MISSINGPL\nprobes         exempt          2                    <none>                4m43s   False\nsystem-nodes   system          500                  ByUser                4m43s   False\n",
            "",
        ),
        ok(
            "kubectl get prioritylevelconfigurations",
            "NAME              TYPE      NOMINALCONCURRENCYSHARES   QUEUES   HANDSIZE   QUEUELENGTHLIMIT   AGE\ncatch-all         Limited   5                          <none>   <none>     <none>             4m43s\nexempt            Exempt    <none>                     <none>   <none>     <none>             4m43s\nglobal-default    Limited   20                         128      6          50                 4m43s\nleader-election   Limited   10                         16       4          50                 4m43s\nnode-high         Limited   40                         64       6          50                 4m43s\nsystem            Limited   30                         64       6          50                 4m43s\nworkload-high     Limited   40                         128      6          50                 4m43s\nworkload-low      Limited   100                        128      6          50                 4m43s\n",
            "",
        ),
        ok(
            "kubectl get apiservices v1. v2.autoscaling",
            "NAME             SERVICE   AVAILABLE   AGE\nv1.              Local     True        4m43s\nv2.autoscaling   Local     True        4m43s\n",
            "",
        ),
        fails(
            "kubectl get flowschema nope",
            "",
            "Error from server (NotFound): flowschemas.flowcontrol.apiserver.k8s.io \"nope\" not found\n",
        ),
    ]);
}

#[test]
fn what_roles_grant_to_another_user_is_listed() {
    session(&[
        ok(
            "kubectl create role reader --verb=get,list --resource=pods,deployments.apps",
            "role.rbac.authorization.k8s.io/reader created\n",
            "",
        ),
        ok(
            "kubectl create rolebinding reads --role=reader --serviceaccount=default:bot",
            "rolebinding.rbac.authorization.k8s.io/reads created\n",
            "",
        ),
        ok(
            "kubectl auth can-i --list --as=system:serviceaccount:default:bot",
            "Resources                                       Non-Resource URLs                      Resource Names   Verbs\nselfsubjectreviews.authentication.k8s.io        []                                     []               [create]\nselfsubjectaccessreviews.authorization.k8s.io   []                                     []               [create]\nselfsubjectrulesreviews.authorization.k8s.io    []                                     []               [create]\npods                                            []                                     []               [get list]\ndeployments.apps                                []                                     []               [get list]\n                                                [/.well-known/openid-configuration/]   []               [get]\n                                                [/.well-known/openid-configuration]    []               [get]\n                                                [/api/*]                               []               [get]\n                                                [/api]                                 []               [get]\n                                                [/apis/*]                              []               [get]\n                                                [/apis]                                []               [get]\n                                                [/healthz]                             []               [get]\n                                                [/healthz]                             []               [get]\n                                                [/livez]                               []               [get]\n                                                [/livez]                               []               [get]\n                                                [/openapi/*]                           []               [get]\n                                                [/openapi]                             []               [get]\n                                                [/openid/v1/jwks/]                     []               [get]\n                                                [/openid/v1/jwks]                      []               [get]\n                                                [/readyz]                              []               [get]\n                                                [/readyz]                              []               [get]\n                                                [/version/]                            []               [get]\n                                                [/version/]                            []               [get]\n                                                [/version]                             []               [get]\n                                                [/version]                             []               [get]\n",
            "",
        ),
        ok(
            "kubectl auth can-i --list --as=system:anonymous --no-headers",
            "      [/healthz]    []    [get]\n      [/livez]      []    [get]\n      [/readyz]     []    [get]\n      [/version/]   []    [get]\n      [/version]    []    [get]\n",
            "",
        ),
    ]);
}

#[test]
fn numbers_of_flags_are_read_in_their_base() {
    session(&[
        ok(
            "kubectl create deployment web --image=nginx --replicas=0x2 -o jsonpath={.spec.replicas}",
            "2",
            "",
        ),
        fails(
            "kubectl create deployment api --image=nginx --replicas=08",
            "",
            "error: invalid argument \"08\" for \"-r, --replicas\" flag: strconv.ParseInt: parsing \"08\": invalid syntax\nSee 'kubectl create deployment --help' for usage.\n",
        ),
    ]);
}

#[test]
fn a_number_of_replicas_beyond_32_bits_is_refused_by_the_server() {
    session(&[
        ok(
            "kubectl create deployment web --image=nginx",
            "deployment.apps/web created\n",
            "",
        ),
        fails(
            "kubectl scale deploy web --replicas=3000000000",
            "",
            "The request is invalid: patch: Invalid value: \"{\\\"apiVersion\\\":\\\"autoscaling/v1\\\",\\\"kind\\\":\\\"Scale\\\",\\\"metadata\\\":{\\\"name\\\":\\\"web\\\",\\\"namespace\\\":\\\"default\\\",\\\"uid\\\":\\\"7178ffa7-e3b8-4d0c-9aa0-bf8d9d155996\\\",\\\"resourceVersion\\\":\\\"34\\\",\\\"creationTimestamp\\\":\\\"2026-01-05T09:00:00Z\\\"},\\\"spec\\\":{\\\"replicas\\\":3000000000},\\\"status\\\":{\\\"replicas\\\":1,\\\"selector\\\":\\\"app=web\\\"}}\": json: cannot unmarshal number 3000000000 into Go struct field ScaleSpec.spec.replicas of type int32\n",
        ),
        fails(
            "kubectl scale deploy web --replicas=3000000000 --current-replicas=1",
            "",
            "The Scale \"web\" is invalid: spec.replicas: Invalid value: -1294967296: must be greater than or equal to 0\n",
        ),
        fails(
            "kubectl scale deploy web --replicas=99999999999999999999",
            "",
            "error: invalid argument \"99999999999999999999\" for \"--replicas\" flag: strconv.ParseInt: parsing \"99999999999999999999\": value out of range\nSee 'kubectl scale --help' for usage.\n",
        ),
        ok(
            "kubectl scale deploy web --replicas=3000000000 --dry-run=client -o jsonpath='{.spec.replicas}'",
            "3000000000",
            "",
        ),
    ]);
}

#[test]
fn a_list_without_items_is_taken_for_an_object() {
    let (list, pods) = (
        "apiVersion: v1\nkind: List\n",
        "apiVersion: apps/v1\nkind: DeploymentList\n",
    );
    let unknown = "apiVersion: v1\nkind: BogusList\nmetadata: {name: a}\n";
    session_with(
        &[("list.yaml", list), ("deployments.yaml", pods), ("bogus.yaml", unknown)],
        &[
            fails(
                "kubectl create -f list.yaml",
                "",
                "Error from server (NotFound): error when creating \"list.yaml\": the server could not find the requested resource\n",
            ),
            fails(
                "kubectl apply -f list.yaml",
                "",
                "error: error when retrieving current configuration of:\nResource: \"/v1, Resource=lists\", GroupVersionKind: \"/v1, Kind=List\"\nName: \"\", Namespace: \"\"\nfrom server for: \"list.yaml\": resource name may not be empty\n",
            ),
            fails(
                "kubectl apply -f deployments.yaml",
                "",
                "error: error when retrieving current configuration of:\nResource: \"apps/v1, Resource=deploymentlists\", GroupVersionKind: \"apps/v1, Kind=DeploymentList\"\nName: \"\", Namespace: \"default\"\nfrom server for: \"deployments.yaml\": resource name may not be empty\n",
            ),
            fails(
                "kubectl create -f bogus.yaml",
                "",
                "error: resource mapping not found for name: \"a\" namespace: \"\" from \"bogus.yaml\": no matches for kind \"BogusList\" in version \"v1\"\nensure CRDs are installed first\n",
            ),
        ],
    );
}

const CONFIG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {a: '1'}\n";
const CONFIG_ANEW: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {a: '2'}\n";

#[test]
fn apply_without_overwriting_gives_up_where_the_object_was_changed() {
    session_with(
        &[("old.yaml", CONFIG), ("new.yaml", CONFIG_ANEW)],
        &[
            ok(
                "kubectl apply -f old.yaml --overwrite=false",
                "configmap/web created\n",
                "",
            ),
            ok(
                "kubectl apply -f old.yaml --overwrite=false",
                "configmap/web unchanged\n",
                "",
            ),
            fails(
                "kubectl apply -f new.yaml --overwrite=false",
                "",
                "warning: error calculating patch from openapi v3 spec: patch:\ndata:\n  a: \"2\"\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {\"apiVersion\":\"v1\",\"data\":{\"a\":\"2\"},\"kind\":\"ConfigMap\",\"metadata\":{\"annotations\":{},\"name\":\"web\",\"namespace\":\"default\"}}\n\nconflicts with changes made from original to current:\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {\"apiVersion\":\"v1\",\"data\":{\"a\":\"1\"},\"kind\":\"ConfigMap\",\"metadata\":{\"annotations\":{},\"name\":\"web\",\"namespace\":\"default\"}}\n  creationTimestamp: \"2026-01-05T09:00:00Z\"\n  managedFields:\n  - apiVersion: v1\n    fieldsType: FieldsV1\n    fieldsV1:\n      f:data:\n        .: {}\n        f:a: {}\n      f:metadata:\n        f:annotations:\n          .: {}\n          f:kubectl.kubernetes.io/last-applied-configuration: {}\n    manager: kubectl-client-side-apply\n    operation: Update\n    time: \"2026-01-05T09:00:00Z\"\n  resourceVersion: \"22\"\n  uid: 39396d1d-2ae9-45d6-bdc3-b609db08ddc3\n\n\nwarning: error calculating patch from openapi spec: patch:\ndata:\n  a: \"2\"\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {\"apiVersion\":\"v1\",\"data\":{\"a\":\"2\"},\"kind\":\"ConfigMap\",\"metadata\":{\"annotations\":{},\"name\":\"web\",\"namespace\":\"default\"}}\n\nconflicts with changes made from original to current:\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {\"apiVersion\":\"v1\",\"data\":{\"a\":\"1\"},\"kind\":\"ConfigMap\",\"metadata\":{\"annotations\":{},\"name\":\"web\",\"namespace\":\"default\"}}\n  creationTimestamp: \"2026-01-05T09:00:00Z\"\n  managedFields:\n  - apiVersion: v1\n    fieldsType: FieldsV1\n    fieldsV1:\n      f:data:\n        .: {}\n        f:a: {}\n      f:metadata:\n        f:annotations:\n          .: {}\n          f:kubectl.kubernetes.io/last-applied-configuration: {}\n    manager: kubectl-client-side-apply\n    operation: Update\n    time: \"2026-01-05T09:00:00Z\"\n  resourceVersion: \"22\"\n  uid: 39396d1d-2ae9-45d6-bdc3-b609db08ddc3\n\n\nerror: error when applying patch:\n\nto:\nResource: \"/v1, Resource=configmaps\", GroupVersionKind: \"/v1, Kind=ConfigMap\"\nName: \"web\", Namespace: \"default\"\nfor: \"new.yaml\": error when patching \"new.yaml\": creating patch with:\noriginal:\n{\"apiVersion\":\"v1\",\"data\":{\"a\":\"1\"},\"kind\":\"ConfigMap\",\"metadata\":{\"annotations\":{},\"name\":\"web\",\"namespace\":\"default\"}}\n\nmodified:\n{\"apiVersion\":\"v1\",\"data\":{\"a\":\"2\"},\"kind\":\"ConfigMap\",\"metadata\":{\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":\"{\\\"apiVersion\\\":\\\"v1\\\",\\\"data\\\":{\\\"a\\\":\\\"2\\\"},\\\"kind\\\":\\\"ConfigMap\\\",\\\"metadata\\\":{\\\"annotations\\\":{},\\\"name\\\":\\\"web\\\",\\\"namespace\\\":\\\"default\\\"}}\\n\"},\"name\":\"web\",\"namespace\":\"default\"}}\n\ncurrent:\n{\"apiVersion\":\"v1\",\"data\":{\"a\":\"1\"},\"kind\":\"ConfigMap\",\"metadata\":{\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":\"{\\\"apiVersion\\\":\\\"v1\\\",\\\"data\\\":{\\\"a\\\":\\\"1\\\"},\\\"kind\\\":\\\"ConfigMap\\\",\\\"metadata\\\":{\\\"annotations\\\":{},\\\"name\\\":\\\"web\\\",\\\"namespace\\\":\\\"default\\\"}}\\n\"},\"creationTimestamp\":\"2026-01-05T09:00:00Z\",\"managedFields\":[{\"apiVersion\":\"v1\",\"fieldsType\":\"FieldsV1\",\"fieldsV1\":{\"f:data\":{\".\":{},\"f:a\":{}},\"f:metadata\":{\"f:annotations\":{\".\":{},\"f:kubectl.kubernetes.io/last-applied-configuration\":{}}}},\"manager\":\"kubectl-client-side-apply\",\"operation\":\"Update\",\"time\":\"2026-01-05T09:00:00Z\"}],\"name\":\"web\",\"namespace\":\"default\",\"resourceVersion\":\"22\",\"uid\":\"39396d1d-2ae9-45d6-bdc3-b609db08ddc3\"}}\n\nfor: patch:\ndata:\n  a: \"2\"\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {\"apiVersion\":\"v1\",\"data\":{\"a\":\"2\"},\"kind\":\"ConfigMap\",\"metadata\":{\"annotations\":{},\"name\":\"web\",\"namespace\":\"default\"}}\n\nconflicts with changes made from original to current:\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {\"apiVersion\":\"v1\",\"data\":{\"a\":\"1\"},\"kind\":\"ConfigMap\",\"metadata\":{\"annotations\":{},\"name\":\"web\",\"namespace\":\"default\"}}\n  creationTimestamp: \"2026-01-05T09:00:00Z\"\n  managedFields:\n  - apiVersion: v1\n    fieldsType: FieldsV1\n    fieldsV1:\n      f:data:\n        .: {}\n        f:a: {}\n      f:metadata:\n        f:annotations:\n          .: {}\n          f:kubectl.kubernetes.io/last-applied-configuration: {}\n    manager: kubectl-client-side-apply\n    operation: Update\n    time: \"2026-01-05T09:00:00Z\"\n  resourceVersion: \"22\"\n  uid: 39396d1d-2ae9-45d6-bdc3-b609db08ddc3\n\n",
            ),
        ],
    );
}

const RECREATED: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  strategy: {type: Recreate}\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: nginx}]}\n";

#[test]
fn applied_members_of_a_union_take_the_place_of_defaults() {
    let rolling = RECREATED.replace("  strategy: {type: Recreate}\n", "");
    session_with(
        &[("old.yaml", &rolling), ("new.yaml", RECREATED)],
        &[
            ok("kubectl apply -f old.yaml", "deployment.apps/web created\n", ""),
            ok("kubectl apply -f new.yaml", "deployment.apps/web configured\n", ""),
            ok(
                "kubectl get deploy web -o jsonpath='{.spec.strategy}'",
                r#"{"type":"Recreate"}"#,
                "",
            ),
        ],
    );
}

#[test]
fn a_patch_that_is_no_json_is_refused_in_the_words_of_go() {
    session(&[
        ok("kubectl create service clusterip a --tcp=80", "service/a created\n", ""),
        fails(
            "kubectl patch svc a -p '{spec: {type: NodePort}}'",
            "",
            "Error from server (BadRequest): invalid character 's' looking for beginning of object key string\n",
        ),
        fails(
            "kubectl patch svc a -p '{\"spec\":{\"type\":\"NodePort\"}'",
            "",
            "Error from server (BadRequest): unexpected end of JSON input\n",
        ),
        fails(
            "kubectl patch svc a --type=merge -p '{\"spec\":{\"type\":NodePort}}'",
            "",
            "Error from server (BadRequest): error decoding patch: invalid character 'N' looking for beginning of value\n",
        ),
    ]);
}
