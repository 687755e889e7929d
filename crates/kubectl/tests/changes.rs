//! What commands that change objects say, to the letter.

mod session;

use session::{Row, fails, ok, session};

const DEPLOYMENT: Row = ok(
    "kubectl create deployment web --image=nginx",
    "deployment.apps/web created\n",
    "",
);
const SERVICE: Row = ok(
    "kubectl create service clusterip web --tcp=80",
    "service/web created\n",
    "",
);

#[test]
fn scale_minds_what_it_is_told_to_find() {
    let two = "kubectl create deployment api --image=nginx";
    session(&[
        DEPLOYMENT,
        ok(two, "deployment.apps/api created\n", ""),
        fails(
            "kubectl scale deploy web --replicas=2 --resource-version=0",
            "",
            "error: Expected resource version to be 0, was 34\n",
        ),
        fails(
            "kubectl scale deploy web --replicas=2 --current-replicas=5",
            "",
            "error: Expected replicas to be 5, was 1\n",
        ),
        fails(
            "kubectl scale deploy web --replicas=2 --current-replicas=-2",
            "",
            "error: The --current-replicas must specify an integer of -1 or greater\n",
        ),
        fails(
            "kubectl scale deploy web api --replicas=2 --resource-version=1",
            "",
            "error: cannot use --resource-version with multiple resources\n",
        ),
        fails(
            "kubectl scale deploy -l app=none --replicas=2",
            "",
            "error: no objects passed to scale\n",
        ),
        fails(
            "kubectl scale -f - --replicas=2",
            "",
            "error: no objects passed to scale\n",
        ),
        ok(
            "kubectl scale deploy web --replicas=2 --dry-run=client",
            "deployment.apps/web scaled (dry run)\n",
            "",
        ),
        ok(
            "kubectl scale deploy web --replicas=2",
            "deployment.apps/web scaled\n",
            "",
        ),
    ]);
}

#[test]
fn annotate_says_what_it_will_not_overwrite() {
    session(&[
        SERVICE,
        ok(
            "kubectl annotate svc web a=b kubernetes.io/change-cause=x",
            "service/web annotated\n",
            "",
        ),
        fails(
            "kubectl annotate svc web a=c",
            "",
            "error: --overwrite is false but found the following declared annotation(s): 'a' already has a value (b)\n",
        ),
        ok(
            "kubectl annotate svc web kubernetes.io/change-cause=y",
            "service/web annotated\n",
            "",
        ),
        fails(
            "kubectl annotate svc web a=b a- c=d c-",
            "",
            "error: can not both modify and remove the following annotation(s) in the same command: a, c\n",
        ),
        ok("kubectl label svc web a=b", "service/web labeled\n", ""),
        fails(
            "kubectl label svc web a=c",
            "",
            "error: 'a' already has a value (b), and --overwrite is false\n",
        ),
    ]);
}

#[test]
fn a_closed_node_takes_no_pods_until_it_is_open_again() {
    let phases = "kubectl get pods -o jsonpath={.items[*].status.phase}";
    let run = ok("kubectl run p --image=nginx", "pod/p created\n", "");
    session(&[
        ok("kubectl cordon minikube", "node/minikube cordoned\n", ""),
        run,
        ok(phases, "Pending", ""),
        ok(
            "kubectl taint node minikube a=b:NoSchedule",
            "node/minikube tainted\n",
            "",
        ),
        ok("kubectl uncordon minikube", "node/minikube uncordoned\n", ""),
        ok(phases, "Pending", ""),
        ok("kubectl taint node minikube a-", "node/minikube untainted\n", ""),
        ok(phases, "Running", ""),
        ok(
            "kubectl taint node minikube a=b:NoExecute",
            "node/minikube tainted\n",
            "",
        ),
        ok(phases, "Running", ""),
    ]);
}

#[test]
fn what_stands_in_every_cluster_is_listed_and_no_more_is_made_up() {
    session(&[
        ok("kubectl get sa -o name", "serviceaccount/default\n", ""),
        fails(
            "kubectl get sa nope",
            "",
            "Error from server (NotFound): serviceaccounts \"nope\" not found\n",
        ),
        ok(
            "kubectl get svc,cm -o name",
            "service/kubernetes\nconfigmap/kube-root-ca.crt\n",
            "",
        ),
        ok("kubectl get storageclasses", "", "No resources found\n"),
        ok(
            "kubectl get sa -o jsonpath='{.items[*].metadata.namespace} {.items[*].kind}'",
            "default ServiceAccount",
            "",
        ),
        ok(
            "kubectl get clusterroles,lease -A -o name",
            "lease.coordination.k8s.io/minikube\n",
            "Note: the clusterroles.rbac.authorization.k8s.io that a cluster holds by itself are not simulated.\n",
        ),
        fails(
            "kubectl get clusterrole view",
            "",
            "error: get of clusterroles.rbac.authorization.k8s.io is not simulated: the cluster here knows their names at most\n",
        ),
        ok(
            "kubectl get ipaddresses",
            "NAME        PARENTREF\n10.96.0.1   services/default/kubernetes\n",
            "",
        ),
        ok("kubectl config current-context", "minikube\n", ""),
    ]);
}

#[test]
fn rows_of_built_in_objects_are_printed_as_any_others() {
    session(&[
        ok(
            "kubectl get cm -L app",
            "NAME               DATA   AGE     APP\nkube-root-ca.crt   1      4m43s   \n",
            "",
        ),
        ok(
            "kubectl get priorityclasses --sort-by=.metadata.name -o wide --no-headers",
            "system-cluster-critical   2000000000   false   4m43s   PreemptLowerPriority\nsystem-node-critical      2000001000   false   4m43s   PreemptLowerPriority\n",
            "",
        ),
        ok(
            "kubectl get priorityclasses --sort-by=.value -o name",
            "priorityclass.scheduling.k8s.io/system-cluster-critical\npriorityclass.scheduling.k8s.io/system-node-critical\n",
            "",
        ),
        ok(
            "kubectl get cm -A --sort-by={.metadata.namespace} -l !app --no-headers -o name",
            "configmap/kube-root-ca.crt\nconfigmap/kube-root-ca.crt\nconfigmap/kube-root-ca.crt\nconfigmap/kube-apiserver-legacy-service-account-token-tracking\nconfigmap/kube-root-ca.crt\n",
            "",
        ),
        ok(
            "kubectl get sa -l app",
            "",
            "No resources found in default namespace.\n",
        ),
        ok(
            "kubectl get sa -A --field-selector=metadata.namespace=kube-system --no-headers",
            "kube-system   default   4m43s\n",
            "",
        ),
        ok(
            "kubectl get ipaddresses --show-labels",
            "NAME        PARENTREF                     LABELS\n10.96.0.1   services/default/kubernetes   ipaddress.kubernetes.io/ip-family=IPv4,ipaddress.kubernetes.io/managed-by=ipallocator.k8s.io\n",
            "",
        ),
        ok(
            "kubectl delete sa,cm --all",
            "serviceaccount \"default\" deleted from default namespace\nconfigmap \"kube-root-ca.crt\" deleted from default namespace\n",
            "",
        ),
        ok(
            "kubectl get sa,cm -o name",
            "serviceaccount/default\nconfigmap/kube-root-ca.crt\n",
            "",
        ),
    ]);
}

#[test]
fn standard_input_stays_open_where_run_is_told_so() {
    const LINE: &str = "kubectl run sh --image=busybox -i --attach=false --dry-run=client -o \"jsonpath={.spec.containers[0].stdin} {.spec.containers[0].stdinOnce}\"";
    const LEFT_OPEN: &str = "kubectl run sh --image=busybox -i --leave-stdin-open --attach=false --dry-run=client -o \"jsonpath={.spec.containers[0].stdin} {.spec.containers[0].stdinOnce}\"";
    session(&[ok(LINE, "true true", ""), ok(LEFT_OPEN, "true ", "")]);
}

#[test]
fn the_letter_l_of_expose_means_labels() {
    const LINE: &str = "kubectl expose deploy web --port=80 -l tier=front --dry-run=client -o jsonpath={.metadata.labels}{.spec.selector}";
    session(&[DEPLOYMENT, ok(LINE, "{\"tier\":\"front\"}{\"app\":\"web\"}", "")]);
}

#[test]
fn what_is_not_done_is_said_plainly() {
    session(&[
        DEPLOYMENT,
        SERVICE,
        fails(
            "kubectl rollout nope",
            "",
            "error: unknown command \"nope\"\nSee 'kubectl rollout -h' for help and examples\n",
        ),
        ok("kubectl rollout pause deploy web", "deployment.apps/web paused\n", ""),
        fails(
            "kubectl rollout restart deploy web",
            "",
            "error: deployments.apps \"web\" can't restart paused deployment (run rollout resume first)\n",
        ),
        fails(
            "kubectl expose deploy web --port=80 --external-ip=203.0.113.5",
            "",
            "Warning: spec.externalIPs is deprecated and may no longer be implemented in some clusters\nError from server (AlreadyExists): services \"web\" already exists\n",
        ),
        fails(
            "kubectl expose ep web --port=80",
            "",
            "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\nerror: cannot expose a Endpoints\n",
        ),
    ]);
}

#[test]
fn deletions_are_refused_warned_of_and_rehearsed() {
    const IMMEDIATE: &str = "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n";
    session(&[
        ok("kubectl create ns shop", "namespace/shop created\n", ""),
        fails(
            "kubectl delete ns shop --cascade=nope",
            "",
            "error: invalid cascade value (nope). Must be \"background\", \"foreground\", or \"orphan\"\n",
        ),
        fails(
            "kubectl delete ns shop --now --grace-period=1",
            "",
            "error: --now and --grace-period cannot be specified together\n",
        ),
        fails(
            "kubectl delete ns shop --force --grace-period=1",
            "",
            "error: --force and --grace-period greater than 0 cannot be specified together\n",
        ),
        fails(
            "kubectl delete svc --all --field-selector=metadata.name=x",
            "",
            "error: setting 'all' parameter but found a non empty selector. \n",
        ),
        ok(
            "kubectl delete svc nobody --dry-run=client",
            "service \"nobody\" deleted from default namespace (dry run)\n",
            "",
        ),
        ok(
            "kubectl delete ns shop --force",
            "namespace \"shop\" force deleted\n",
            IMMEDIATE,
        ),
    ]);
}

#[test]
fn the_server_warns_again_with_each_new_generation() {
    const OLD_LABEL: &str = "Warning: spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use \"kubernetes.io/os\" instead\n";
    const EXTERNAL: &str =
        "Warning: spec.externalIPs is deprecated and may no longer be implemented in some clusters\n";
    session(&[
        DEPLOYMENT,
        ok(
            r#"kubectl patch deployment web -p '{"spec":{"template":{"spec":{"nodeSelector":{"beta.kubernetes.io/os":"linux"}}}}}'"#,
            "deployment.apps/web patched\n",
            OLD_LABEL,
        ),
        ok(
            "kubectl scale deployment web --replicas=2",
            "deployment.apps/web scaled\n",
            OLD_LABEL,
        ),
        ok("kubectl label deployment web a=b", "deployment.apps/web labeled\n", ""),
        ok(
            "kubectl annotate deployment web a=b",
            "deployment.apps/web annotated\n",
            OLD_LABEL,
        ),
        ok("kubectl create -f svc.json", "service/file created\n", ""),
        ok(
            r#"kubectl patch service file -p '{"spec":{"externalIPs":["1.2.3.4"]}}'"#,
            "service/file patched\n",
            EXTERNAL,
        ),
        ok("kubectl label service file a=b", "service/file labeled\n", EXTERNAL),
    ]);
}

#[test]
fn configuration_is_created_from_words_and_files() {
    session(&[
        ok(
            "kubectl create configmap web --from-literal=mode=dark --from-file=svc.json -o jsonpath='{.data.mode}'",
            "dark",
            "",
        ),
        fails(
            "kubectl create cm web --from-literal=a=1 --from-literal=a=2",
            "",
            "error: cannot add key \"a\", another key by that name already exists in Data for ConfigMap \"web\"\n",
        ),
        fails(
            "kubectl create cm a --from-file=nope",
            "",
            "error: error reading nope: no such file or directory\n",
        ),
        ok(
            "kubectl create secret generic web --from-literal=password=s3cr3t -o jsonpath='{.data.password} {.type}'",
            "czNjcjN0 Opaque",
            "",
        ),
        fails(
            "kubectl create secret generic web",
            "",
            "error: failed to create secret secrets \"web\" already exists\n",
        ),
        fails(
            "kubectl create secret tls web --cert=a",
            "",
            "error: key and cert must be specified\n",
        ),
        ok("kubectl create quota q --hard=pods=3", "resourcequota/q created\n", ""),
        fails(
            "kubectl create quota q --hard=pods",
            "",
            "error: Invalid argument syntax pods, expected <resource>=<value>\n",
        ),
        ok(
            "kubectl create priorityclass high --value=1000",
            "priorityclass.scheduling.k8s.io/high created\n",
            "",
        ),
        ok(
            "kubectl get quota,pc --no-headers",
            "resourcequota/q   pods: 0/3         0s\n\npriorityclass.scheduling.k8s.io/high                      1000         false   0s      PreemptLowerPriority\npriorityclass.scheduling.k8s.io/system-cluster-critical   2000000000   false   4m43s   PreemptLowerPriority\npriorityclass.scheduling.k8s.io/system-node-critical      2000001000   false   4m43s   PreemptLowerPriority\n",
            "",
        ),
    ]);
}

#[test]
fn who_gets_an_object_of_no_namespace_is_told_of_the_namespace() {
    let told = "Error from server (NotFound): namespaces \"nope\" not found\n";
    session(&[
        fails("kubectl get svc web -n nope", "", told),
        fails("kubectl describe svc/web -n nope", "", told),
        fails("kubectl label svc web a=b -n nope", "", told),
        fails(
            "kubectl delete svc web -n nope",
            "",
            "Error from server (NotFound): services \"web\" not found\n",
        ),
        fails(
            "kubectl get svc web -n kube-system",
            "",
            "Error from server (NotFound): services \"web\" not found\n",
        ),
        ok("kubectl get svc -n nope", "", "No resources found in nope namespace.\n"),
    ]);
}

#[test]
fn several_tables_have_no_field_to_sort_by() {
    let missing = "error: couldn't find any field with path \"{.metadata.name}\" in the list of objects\n";
    session(&[
        fails("kubectl get svc,cm --sort-by=.metadata.name", "", missing),
        fails(
            "kubectl get ns default kube-system --sort-by=.metadata.name",
            "",
            missing,
        ),
        ok("kubectl get ns,svc --sort-by=.metadata.name -o name -l a=b", "", ""),
        fails(
            "kubectl get pv,pvc/data",
            "",
            "error: arguments in resource/name form must have a single resource and name\n",
        ),
        fails(
            "kubectl get svc -l 'a>x'",
            "",
            "Error from server (BadRequest): Unable to find \"/v1, Resource=services\" that match label selector \"a>x\", field selector \"\": unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer\n",
        ),
    ]);
}

#[test]
fn a_part_that_is_not_served_is_not_found() {
    let missing = "Error from server (NotFound): the server could not find the requested resource\n";
    session(&[
        SERVICE,
        fails("kubectl get svc web --subresource=scale", "", missing),
        fails("kubectl get svc web --subresource=nope", "", missing),
        ok("kubectl get svc web --subresource=status -o name", "service/web\n", ""),
        fails(
            "kubectl get svc --subresource=status",
            "",
            "error: subresource cannot be used when bulk resources are specified\n",
        ),
        ok(
            "kubectl get --raw /api",
            "{\"kind\":\"APIVersions\",\"versions\":[\"v1\"],\"serverAddressByClientCIDRs\":[{\"clientCIDR\":\"0.0.0.0/0\",\"serverAddress\":\"192.168.49.2:6443\"}]}\n",
            "",
        ),
    ]);
}
