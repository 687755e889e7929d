//! What published manifests hold, each reduced: kinds, images and refusals as a cluster has them.
#![allow(missing_docs)]

use playground::{Micros, ObjectKey, Scenario, Session};

const AT: Micros = Micros::from_seconds(60);

fn session(text: &str) -> Session {
    Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    })
}

/// The errors of a text.
fn errors(text: &str) -> Vec<String> {
    let session = session(text);
    let told = session.diagnostics().iter().filter(|it| it.severity.is_error());
    told.map(|it| it.message.clone()).collect()
}

fn print(session: &mut Session, command: &str) -> String {
    let (output, _) = session.perform(AT, command);
    output.stdout + &output.stderr
}

/// Whether a pod of this container is reached at a port, a minute after its start.
fn listens(container: &str, port: u16) -> bool {
    let text =
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{{name: c, {container}}}]}}\n");
    let session = session(&text);
    let world = session.world(AT);
    let pod = world.pod(&ObjectKey::new("default", "p"));
    pod.is_some_and(|pod| pod.listeners.iter().any(|it| it.port == port && !it.loopback_only))
}

/// Images of published applications, and the ports that their manifests send to.
const IMAGES: &[(&str, &[u16])] = &[
    ("nginx", &[80]),
    ("httpd", &[80]),
    ("registry.k8s.io/nginx-slim:0.8", &[80]),
    ("bitnami/nginx", &[8080]),
    ("redis", &[6379]),
    ("mysql:8, env: [{name: MYSQL_ROOT_PASSWORD, value: a}]", &[3306]),
    ("mongo:5", &[27017]),
    ("rabbitmq:3-management", &[5672, 15672]),
    ("gcr.io/google-samples/hello-app:1.0", &[8080]),
    ("gcr.io/google-samples/kubernetes-bootcamp:v1", &[8080]),
    ("gcr.io/google-samples/gb-frontend:v5", &[80]),
    (
        "stefanprodan/podinfo, command: [./podinfo, --port=9898, --grpc-port=9999]",
        &[9898, 9999],
    ),
    ("docker.io/istio/examples-bookinfo-productpage-v1:1.20.0", &[9080]),
    ("docker.io/istio/examples-bookinfo-details-v1:1.20.0", &[9080]),
    ("docker.io/istio/examples-bookinfo-reviews-v3:1.20.0", &[9080]),
    ("weaveworksdemos/front-end:0.3.12", &[8079]),
    ("weaveworksdemos/catalogue:0.3.5", &[80]),
    ("weaveworksdemos/catalogue-db:0.3.0", &[3306]),
    ("weaveworksdemos/user-db:0.4.0", &[27017]),
    ("grafana/grafana", &[3000]),
    ("prom/prometheus", &[9090]),
    ("kodekloud/webapp-color", &[8080]),
    ("jaegertracing/jaeger:2.0.0", &[16686, 4317, 4318]),
    ("traefik/whoami", &[80]),
    ("kicbase/echo-server:1.0", &[8080]),
    ("registry.k8s.io/e2e-test-images/agnhost:2.39, args: [netexec]", &[8080]),
    ("vllm/vllm-openai, args: ['--port=8000']", &[8000]),
    ("redis, args: [redis-server, '--port', '6380']", &[6380]),
    ("me/own, ports: [{containerPort: 7070}]", &[7070]),
];

#[test]
fn published_images_are_reached_where_their_manifests_send() {
    let each = IMAGES
        .iter()
        .flat_map(|(image, ports)| ports.iter().map(move |port| (*image, *port)));
    let silent: Vec<_> = each
        .filter(|(image, port)| !listens(&format!("image: {image}"), *port))
        .collect();
    assert_eq!(silent, []);
}

#[test]
fn what_does_not_listen_does_not() {
    for (container, port) in [
        ("image: bitnami/nginx", 80),
        ("image: nginx, ports: [{containerPort: 8080}]", 8080),
        ("image: nginx, args: [sleep, '3600']", 80),
        (
            "image: curlimages/curl, command: [sleep, '3600'], ports: [{containerPort: 4321}]",
            4321,
        ),
        ("image: me/own", 80),
    ] {
        assert!(!listens(container, port), "{container} at {port}");
    }
}

/// An object of each kind that files of the corpus hold.
const KINDS: &[&str] = &[
    "{apiVersion: v1, kind: ServiceAccount, metadata: {name: a}}",
    "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: b}}",
    "{apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: {a: b}}",
    "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: a}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}",
    "{apiVersion: v1, kind: PersistentVolume, metadata: {name: a}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /tmp}}}",
    "{apiVersion: v1, kind: ReplicationController, metadata: {name: a}, spec: {selector: {a: b}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: nginx}]}}}}",
    "{apiVersion: v1, kind: ResourceQuota, metadata: {name: a}, spec: {hard: {pods: '10'}}}",
    "{apiVersion: v1, kind: LimitRange, metadata: {name: a}, spec: {limits: [{type: Container, default: {cpu: 100m}}]}}",
    "{apiVersion: v1, kind: PodTemplate, metadata: {name: a}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: nginx}]}}}",
    "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: a}, rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]}",
    "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: a}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}, subjects: [{kind: ServiceAccount, name: a, namespace: default}]}",
    "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: a}, rules: []}",
    "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: a}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: a}}",
    "{apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: busybox}]}}}}",
    "{apiVersion: batch/v1, kind: CronJob, metadata: {name: a}, spec: {schedule: '* * * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: busybox}]}}}}}}",
    "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: a}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: nginx}]}}}}",
    "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a}, spec: {podSelector: {}}}",
    "{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: a}, spec: {controller: k8s.io/ingress-nginx}}",
    "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: a}, provisioner: kubernetes.io/no-provisioner}",
    "{apiVersion: storage.k8s.io/v1, kind: CSIDriver, metadata: {name: a}, spec: {attachRequired: false}}",
    "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: a}, spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}}}",
    "{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {name: a}, spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}}}",
    "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: a}, spec: {minAvailable: 1, selector: {matchLabels: {a: b}}}}",
    "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: a}, value: 5}",
    "{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: v1.a.example.com}, spec: {group: a.example.com, version: v1, groupPriorityMinimum: 100, versionPriority: 100, service: {name: a, namespace: default}}}",
    "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: a}, webhooks: []}",
    "{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {name: a}, webhooks: []}",
    "{apiVersion: resource.k8s.io/v1, kind: ResourceClaimTemplate, metadata: {name: a}, spec: {spec: {devices: {requests: [{name: a, exactly: {deviceClassName: a}}]}}}}",
    "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: widgets.example.com}, spec: {group: example.com, scope: Namespaced, names: {plural: widgets, singular: widget, kind: Widget}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}}",
];

#[test]
fn kinds_that_every_cluster_serves_are_created_and_found() {
    for manifest in KINDS {
        // A pod holds no ConfigMap, so it is created as it is.
        assert_eq!(errors(manifest), Vec::<String>::new(), "{manifest}");
        let word = |field: &str| {
            manifest
                .split_once(field)
                .and_then(|(_, rest)| rest.split([',', '}']).next())
                .unwrap_or_default()
        };
        let (kind, name) = (word("kind: ").to_lowercase(), word("metadata: {name: "));
        let found = print(&mut session(manifest), &format!("kubectl get {kind} {name} -o name"));
        assert!(found.trim_end().ends_with(&format!("/{name}")), "{manifest}: {found}");
    }
}

#[test]
fn what_lists_kinds_does_not_contradict_itself() {
    let mut session = session(KINDS[1]);
    assert!(print(&mut session, "kubectl api-resources").contains("configmaps"));
    assert!(print(&mut session, "kubectl get cm").contains("kube-root-ca.crt"));
    assert_eq!(print(&mut session, "kubectl auth can-i create cm"), "yes\n");
    assert!(print(&mut session, "kubectl describe cm a").contains("Name:         a"));
    assert!(print(&mut session, "kubectl explain configmap").contains("KIND:       ConfigMap"));
    assert_eq!(print(&mut session, "kubectl create cm b"), "configmap/b created\n");
    assert_eq!(
        print(&mut session, "kubectl delete cm b"),
        "configmap \"b\" deleted from default namespace\n"
    );
}

#[test]
fn kinds_of_others_and_of_the_past_are_refused() {
    for (version, kind) in [
        ("extensions/v1beta1", "Deployment"),
        ("extensions/v1beta1", "Ingress"),
        ("apps/v1beta1", "Deployment"),
        ("apps/v1beta2", "StatefulSet"),
        ("rbac.authorization.k8s.io/v1beta1", "Role"),
        ("storage.k8s.io/v1beta1", "StorageClass"),
        ("serving.knative.dev/v1", "Service"),
        ("networking.istio.io/v1alpha3", "Gateway"),
        ("monitoring.coreos.com/v1", "ServiceMonitor"),
        ("argoproj.io/v1alpha1", "Application"),
    ] {
        let text = format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\nspec: {{}}\n");
        let session = session(&text);
        let told = session.diagnostics().first();
        assert!(
            told.is_some_and(|it| it.message.contains("no matches for kind")),
            "{version} {kind}"
        );
        let is_foreign = version
            .split('/')
            .next()
            .and_then(|group| group.rsplit_once('.'))
            .is_some_and(|(owner, domain)| domain == "dev" || domain == "io" && !owner.ends_with("k8s"));
        let fixes = told.map_or(0, |it| it.fixes.len());
        assert!(
            !is_foreign || fixes == 0,
            "a kind of others becomes nothing else: {version} {kind}"
        );
    }
}

#[test]
fn admission_judges_the_pods_of_controllers() {
    for field in ["priorityClassName: gone", "runtimeClassName: gone"] {
        let text = format!(
            "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: pc}}, spec: {{selector: {{matchLabels: {{app: pc}}}}, template: {{metadata: {{labels: {{app: pc}}}}, spec: {{{field}, containers: [{{name: a, image: nginx}}]}}}}}}}}"
        );
        let mut session = session(&text);
        assert!(session.world(AT).pods.is_empty(), "{field}");
        assert!(
            print(&mut session, "kubectl get events").contains("FailedCreate"),
            "{field}"
        );
    }
}

#[test]
fn services_of_daemon_sets_and_replication_controllers_have_endpoints() {
    let service =
        "---\n{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {a: b}, ports: [{port: 80}]}}\n";
    for manifest in KINDS
        .iter()
        .filter(|it| it.contains("DaemonSet") || it.contains("ReplicationController"))
    {
        let session = session(&format!("{manifest}\n{service}"));
        let web = session.world(AT).service(&ObjectKey::new("default", "web"));
        let ready = web
            .and_then(|web| web.ports.first())
            .map(|port| port.endpoints.iter().filter(|it| it.ready).count());
        assert_eq!(ready, Some(1), "{manifest}");
    }
}

#[test]
fn claims_of_a_stateful_set_are_made() {
    let set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  serviceName: db\n  replicas: 2\n  selector: {matchLabels: {a: b}}\n  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: nginx}]}}\n  volumeClaimTemplates:\n  - {metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}\n";
    let mut session = session(set);
    let claims = print(&mut session, "kubectl get pvc -o name");
    assert_eq!(
        claims,
        "persistentvolumeclaim/data-db-0\npersistentvolumeclaim/data-db-1\n"
    );
    assert!(print(&mut session, "kubectl get clusterroles,pods").contains("pod/db-0"));
}

#[test]
fn kubernetes_basics_is_played() {
    let mut session = session("");
    print(
        &mut session,
        "kubectl create deployment kubernetes-bootcamp --image=gcr.io/google-samples/kubernetes-bootcamp:v1",
    );
    print(
        &mut session,
        "kubectl expose deployment/kubernetes-bootcamp --type=NodePort --port 8080",
    );
    let later = Micros::from_seconds(120);
    let (output, _) = session.perform(
        later,
        "kubectl get endpointslices -o jsonpath='{.items[*].endpoints[*].conditions.ready}'",
    );
    assert!(output.stdout.contains("true"), "{}{}", output.stdout, output.stderr);
}

/// Pods that a cluster does not run, or ends, and what `kubectl get pods` says of them.
const PODS_THAT_DO_NOT_RUN: &[(&str, &str)] = &[
    (
        "nodeSelector: {disk: ssd}, containers: [{name: c, image: nginx}]",
        "0/1 Pending",
    ),
    (
        "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: In, values: [ssd]}]}]}}}, containers: [{name: c, image: nginx}]",
        "0/1 Pending",
    ),
    (
        "containers: [{name: c, image: nginx, resources: {limits: {nvidia.com/gpu: 1}}}]",
        "0/1 Pending",
    ),
    (
        "containers: [{name: c, image: nginx, resources: {requests: {cpu: '200'}}}]",
        "0/1 Pending",
    ),
    (
        "containers: [{name: c, image: nginx, resources: {requests: {memory: 900Gi}}}]",
        "0/1 Pending",
    ),
    (
        "schedulerName: mine, containers: [{name: c, image: nginx}]",
        "0/1 Pending",
    ),
    (
        "volumes: [{name: v, persistentVolumeClaim: {claimName: gone}}], containers: [{name: c, image: nginx}]",
        "0/1 Pending",
    ),
    ("nodeName: gone, containers: [{name: c, image: nginx}]", "0/1 Pending"),
    (
        "schedulingGates: [{name: a.com/b}], containers: [{name: c, image: nginx}]",
        "0/1 SchedulingGated",
    ),
    (
        "containers: [{name: c, image: nginx, envFrom: [{configMapRef: {name: gone}}]}]",
        "0/1 CreateContainerConfigError",
    ),
    ("containers: [{name: c, image: busybox}]", "0/1 CrashLoopBackOff"),
    (
        "restartPolicy: Never, containers: [{name: c, image: busybox, command: [echo, hi]}]",
        "0/1 Completed",
    ),
    (
        "containers: [{name: c, image: nginx, readinessProbe: {httpGet: {path: /, port: 8080}}}]",
        "0/1 Running",
    ),
    (
        "containers: [{name: c, image: nginx, readinessProbe: {exec: {command: [cat, /nope]}}}]",
        "0/1 Running",
    ),
    (
        "initContainers: [{name: i, image: busybox, command: [sh, -c, 'until nslookup db; do sleep 2; done']}], containers: [{name: c, image: nginx}]",
        "0/1 Init:0/1",
    ),
];

#[test]
fn pods_that_a_cluster_does_not_run_do_not_run() {
    for (spec, expected) in PODS_THAT_DO_NOT_RUN {
        let text = format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{{spec}}}\n");
        let row = print(&mut session(&text), "kubectl get pods --no-headers");
        let words: Vec<&str> = row.split_whitespace().skip(1).take(2).collect();
        assert_eq!(words.join(" "), *expected, "{spec}");
    }
}

#[test]
fn pods_that_name_what_is_not_there_are_refused() {
    for (field, words) in [
        (
            "serviceAccountName: gone",
            "error looking up service account default/gone: serviceaccount \"gone\" not found",
        ),
        ("priorityClassName: gone", "no PriorityClass with name gone was found"),
        (
            "runtimeClassName: gone",
            "pod rejected: RuntimeClass \"gone\" not found",
        ),
    ] {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{{field}, containers: [{{name: c, image: nginx}}]}}\n"
        );
        let told = errors(&text);
        assert!(told.iter().any(|it| it.contains(words)), "{field}: {told:?}");
    }
}

#[test]
fn a_deployment_that_mounts_a_token_by_itself_is_taken() {
    let text = "apiVersion: apps/v1
kind: Deployment
metadata: {name: operator}
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      automountServiceAccountToken: false
      containers: [{name: c, image: nginx, volumeMounts: [{name: token, mountPath: /var/run/secrets/kubernetes.io/serviceaccount}]}]
      volumes: [{name: token, projected: {sources: [{serviceAccountToken: {path: token}}]}}]
";
    assert_eq!(errors(text), Vec::<String>::new());
    let printed = print(
        &mut session(text),
        "kubectl get pods -o jsonpath='{.items[0].spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds}'",
    );
    assert_eq!(printed, "3600");
}

#[test]
fn a_refusal_names_the_version_that_was_sent() {
    for version in ["v1", "v2"] {
        let command = format!(
            "kubectl create -f - <<'END'\napiVersion: autoscaling/{version}\nkind: HorizontalPodAutoscaler\nmetadata: {{name: a}}\nspec: {{maxReplicas: 3, gone: 1, scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: a}}}}\nEND\n"
        );
        let told = print(&mut session(""), &command);
        let words = format!(
            "HorizontalPodAutoscaler in version \"{version}\" cannot be handled as a HorizontalPodAutoscaler: strict decoding error: unknown field \"spec.gone\""
        );
        assert!(told.contains(&words), "{told}");
    }
}

#[test]
fn what_a_claim_is_filled_from_stands_in_both_its_fields() {
    let claim = |fields: &str| {
        format!(
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: a}}\nspec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}, {fields}}}\n"
        )
    };
    let sources = "kubectl get pvc a -o jsonpath='{.spec.dataSource.name} {.spec.dataSourceRef.name}'";
    for (fields, expected) in [
        ("dataSource: {kind: PersistentVolumeClaim, name: b}", "b b"),
        ("dataSourceRef: {apiGroup: example.com, kind: Book, name: b}", "b b"),
        // What the old field does not know is dropped without a word.
        ("dataSource: {apiGroup: Example_Com, kind: Book, name: b}", " "),
    ] {
        let text = claim(fields);
        assert_eq!(errors(&text), Vec::<String>::new(), "{fields}");
        assert_eq!(print(&mut session(&text), sources), expected, "{fields}");
    }
}
