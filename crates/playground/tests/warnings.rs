//! Each warning of the API server is marked at its own field, in a Pod and in the template of a Deployment.
#![allow(missing_docs)]

use playground::{Scenario, Session, Severity};

/// A warning: its code, what stands where `«»` does is marked.
struct Warning {
    code: &'static str,
    /// Lines of the metadata of a pod.
    metadata: &'static str,
    /// Lines of the spec of a pod.
    spec: &'static str,
}

const CONTAINER: &str = "containers:\n  - name: a\n    image: a\n";

const OF_PODS: &[Warning] = &[
    Warning {
        code: "node-label-deprecated",
        metadata: "",
        spec: "nodeSelector:\n  kubernetes.io/arch: amd64\n  «beta.kubernetes.io/os»: linux\n",
    },
    Warning {
        code: "node-label-deprecated",
        metadata: "",
        spec: "affinity:\n  nodeAffinity:\n    requiredDuringSchedulingIgnoredDuringExecution:\n      nodeSelectorTerms:\n        - matchExpressions:\n            - key: «beta.kubernetes.io/arch»\n              operator: Exists\n",
    },
    Warning {
        code: "node-label-deprecated",
        metadata: "",
        spec: "topologySpreadConstraints:\n  - maxSkew: 1\n    topologyKey: «failure-domain.beta.kubernetes.io/zone»\n    whenUnsatisfiable: DoNotSchedule\n    labelSelector: {}\n",
    },
    Warning {
        code: "node-label-value",
        metadata: "",
        spec: "affinity:\n  nodeAffinity:\n    preferredDuringSchedulingIgnoredDuringExecution:\n      - weight: 1\n        preference:\n          matchExpressions:\n            - key: a\n              operator: In\n              values:\n                - b\n                - «c d»\n",
    },
    Warning {
        code: "selector-null",
        metadata: "",
        spec: "topologySpreadConstraints:\n  - maxSkew: 1\n    topologyKey: zone\n    whenUnsatisfiable: DoNotSchedule\n    «labelSelector»: null\n",
    },
    Warning {
        code: "selector-null",
        metadata: "",
        spec: "affinity:\n  podAntiAffinity:\n    requiredDuringSchedulingIgnoredDuringExecution:\n      - topologyKey: zone\n        labelSelector: {}\n      - topologyKey: zone\n        «labelSelector»: null\n",
    },
    Warning {
        code: "annotation-deprecated",
        metadata: "annotations:\n  a: b\n  «scheduler.alpha.kubernetes.io/critical-pod»: c\n",
        spec: "",
    },
    Warning {
        code: "annotation-deprecated",
        metadata: "annotations:\n  a: b\n  «security.alpha.kubernetes.io/sysctls»: c\n",
        spec: "",
    },
    Warning {
        code: "annotation-deprecated",
        metadata: "annotations:\n  a: b\n  «security.alpha.kubernetes.io/unsafe-sysctls»: c\n",
        spec: "",
    },
    Warning {
        code: "annotation-deprecated",
        metadata: "annotations:\n  a: b\n  «seccomp.security.alpha.kubernetes.io/pod»: unconfined\n",
        spec: "",
    },
    Warning {
        code: "annotation-deprecated",
        metadata: "annotations:\n  a: b\n  «container.seccomp.security.alpha.kubernetes.io/a»: unconfined\n",
        spec: "",
    },
    Warning {
        code: "annotation-deprecated",
        metadata: "annotations:\n  a: b\n  «container.apparmor.security.beta.kubernetes.io/a»: unconfined\n",
        spec: "",
    },
    Warning {
        code: "volume-deprecated",
        metadata: "",
        spec: "volumes:\n  - name: a\n    emptyDir: {}\n  - name: b\n    «gitRepo»:\n      repository: c\n",
    },
    Warning {
        code: "volume-deprecated",
        metadata: "",
        spec: "volumes:\n  - name: b\n    «storageos»:\n      volumeName: c\n",
    },
    Warning {
        code: "volume-paths-overlap",
        metadata: "",
        spec: "volumes:\n  - name: a\n    configMap:\n      name: a\n      items:\n        - key: a\n          path: p\n        - key: b\n          path: «p/q»\n",
    },
    Warning {
        code: "projected-empty",
        metadata: "",
        spec: "volumes:\n  - name: a\n    projected:\n      sources:\n        - secret:\n            name: a\n        - «{}»\n",
    },
    Warning {
        code: "bytes-fractional",
        metadata: "",
        spec: "volumes:\n  - name: a\n    ephemeral:\n      volumeClaimTemplate:\n        spec:\n          accessModes: [ReadWriteOnce]\n          resources:\n            requests:\n              storage: «1500m»\n",
    },
    Warning {
        code: "bytes-fractional",
        metadata: "",
        spec: "containers:\n  - name: a\n    image: a\n    resources:\n      limits:\n        cpu: 100m\n        memory: «100m»\n",
    },
    Warning {
        code: "host-alias-twice",
        metadata: "",
        spec: "hostAliases:\n  - ip: 10.0.0.1\n    hostnames: [a]\n  - ip: «10.0.0.1»\n    hostnames: [b]\n",
    },
    Warning {
        code: "pull-secret-twice",
        metadata: "",
        spec: "imagePullSecrets:\n  - name: a\n  - name: «a»\n",
    },
    Warning {
        code: "pull-secret-unnamed",
        metadata: "",
        spec: "imagePullSecrets:\n  - name: a\n  - name: «\"\"»\n",
    },
    Warning {
        code: "variable-hidden",
        metadata: "",
        spec: "containers:\n  - name: a\n    image: a\n    env:\n      - name: A\n        value: b\n      - «name: A\n        value: c»\n",
    },
    Warning {
        code: "host-ip-without-port",
        metadata: "",
        spec: "containers:\n  - name: a\n    image: a\n    ports:\n      - containerPort: 79\n      - «containerPort: 80\n        hostIP: 10.0.0.1»\n",
    },
    Warning {
        code: "container-port-twice",
        metadata: "",
        spec: "containers:\n  - name: a\n    image: a\n    ports:\n      - containerPort: 80\n      - «containerPort: 80»\n",
    },
    Warning {
        code: "pod-port-name-twice",
        metadata: "",
        spec: "containers:\n  - name: a\n    image: a\n    ports:\n      - name: web\n        containerPort: 80\n  - name: b\n    image: a\n    ports:\n      - «name: web\n        containerPort: 81»\n",
    },
    Warning {
        code: "address-not-canonical",
        metadata: "",
        spec: "dnsConfig:\n  nameservers:\n    - 10.0.0.1\n    - «FD00::1»\n",
    },
    Warning {
        code: "address-not-canonical",
        metadata: "",
        spec: "hostAliases:\n  - ip: «FD00::1»\n    hostnames: [a]\n",
    },
];

/// Whole texts.
const OF_OTHERS: &[(&str, &str)] = &[
    (
        "pod-name-not-label",
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: «a.b»\nspec:\n  containers:\n    - name: a\n      image: a\n",
    ),
    (
        "pod-name-not-label",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: «a.b»\nspec:\n  selector:\n    matchLabels:\n      a: b\n  template:\n    metadata:\n      labels:\n        a: b\n    spec:\n      containers:\n        - name: a\n          image: a\n",
    ),
    (
        "grace-negative",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  selector:\n    matchLabels:\n      a: b\n  template:\n    metadata:\n      labels:\n        a: b\n    spec:\n      terminationGracePeriodSeconds: «-1»\n      containers:\n        - name: a\n          image: a\n",
    ),
    (
        "history-negative",
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: a\nspec:\n  serviceName: a\n  revisionHistoryLimit: «-1»\n  selector:\n    matchLabels:\n      a: b\n  template:\n    metadata:\n      labels:\n        a: b\n    spec:\n      containers:\n        - name: a\n          image: a\n",
    ),
    (
        "bytes-fractional",
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: a\nspec:\n  serviceName: a\n  selector:\n    matchLabels:\n      a: b\n  template:\n    metadata:\n      labels:\n        a: b\n    spec:\n      containers:\n        - name: a\n          image: a\n  volumeClaimTemplates:\n    - metadata:\n        name: a\n      spec:\n        accessModes: [ReadWriteOnce]\n        resources:\n          requests:\n            storage: «1500m»\n",
    ),
    (
        "topology-hints-deprecated",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  annotations:\n    «service.kubernetes.io/topology-aware-hints»: Auto\nspec:\n  ports:\n    - port: 80\n",
    ),
    (
        "headless-ignored",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  clusterIP: None\n  sessionAffinity: «ClientIP»\n  ports:\n    - port: 80\n",
    ),
    (
        "headless-ignored",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  clusterIP: None\n  loadBalancerIP: «10.0.0.1»\n  ports:\n    - port: 80\n",
    ),
    (
        "headless-ignored",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  clusterIP: None\n  externalIPs: «[203.0.113.7]»\n  ports:\n    - port: 80\n",
    ),
    (
        "external-ips-deprecated",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  externalIPs: «[203.0.113.7]»\n  ports:\n    - port: 80\n",
    ),
    (
        "external-ips-ignored",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  type: ExternalName\n  externalName: b\n  externalIPs: «[203.0.113.7]»\n",
    ),
    (
        "external-name-ignored",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  externalName: «b»\n  ports:\n    - port: 80\n",
    ),
    (
        "prefer-close-deprecated",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  trafficDistribution: «PreferClose»\n  ports:\n    - port: 80\n",
    ),
    (
        "address-not-standard",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  type: LoadBalancer\n  loadBalancerIP: «010.0.0.1»\n  ports:\n    - port: 80\n",
    ),
    (
        "address-not-canonical",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  type: LoadBalancer\n  loadBalancerSourceRanges:\n    - 10.0.0.0/8\n    - «FD00::/8»\n  ports:\n    - port: 80\n",
    ),
    (
        "address-not-canonical",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  clusterIP: «FD00:10:96::77»\n  ipFamilies: [IPv6]\n  ports:\n    - port: 80\n",
    ),
    (
        "endpoints-deprecated",
        "apiVersion: v1\nkind: «Endpoints»\nmetadata:\n  name: a\nsubsets: []\n",
    ),
    (
        "domain-names-deprecated",
        "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata:\n  name: a\naddressType: «FQDN»\nendpoints:\n  - addresses: [db.example.com]\n",
    ),
    (
        "address-not-canonical",
        "apiVersion: v1\nkind: Endpoints\nmetadata:\n  name: a\nsubsets:\n  - addresses:\n      - ip: «FD00::1»\n",
    ),
    (
        "external-id-deprecated",
        "apiVersion: v1\nkind: Node\nmetadata:\n  name: a\nspec:\n  externalID: «b»\n",
    ),
    (
        "ingress-class-deprecated",
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: a\n  annotations:\n    «kubernetes.io/ingress.class»: b\nspec:\n  defaultBackend:\n    service:\n      name: a\n      port:\n        number: 80\n",
    ),
];

fn indented(lines: &str, depth: usize) -> String {
    let indent = |line: &str| format!("{}{line}\n", " ".repeat(depth));
    lines.lines().map(indent).collect::<Vec<_>>().concat()
}

impl Warning {
    fn spec(&self) -> String {
        if self.spec.starts_with("containers:") {
            self.spec.to_owned()
        } else {
            format!("{}{CONTAINER}", self.spec)
        }
    }

    fn in_pod(&self) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n{}spec:\n{}",
            indented(self.metadata, 2),
            indented(&self.spec(), 2)
        )
    }

    fn in_deployment(&self) -> String {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  selector:\n    matchLabels:\n      a: b\n  template:\n    metadata:\n      labels:\n        a: b\n{}    spec:\n{}",
            indented(self.metadata, 6),
            indented(&self.spec(), 6)
        )
    }
}

/// What is wrong with the warnings about a text that marks the range of its warning; empty if nothing is.
fn astray(code: &str, marked: &str) -> String {
    let parts: Vec<&str> = marked.split(['«', '»']).collect();
    let text = parts.concat();
    let (start, end) = (parts[0].len(), parts[0].len() + parts[1].len());
    let session = Session::new(Scenario {
        text: text.clone(),
        ..Scenario::default()
    });
    let all = session.diagnostics();
    let errors = all.iter().filter(|it| it.severity.is_error()).count();
    let found = all.iter().any(|it| {
        it.severity == Severity::Warning && it.code.word() == code && it.range == (start..end) && it.meaning.is_some()
    });
    if found && errors == 0 {
        return String::new();
    }
    let told: Vec<String> = all
        .iter()
        .map(|it| format!("{} «{}» {}", it.code.word(), &text[it.range.clone()], it.message))
        .collect();
    format!("{code} in\n{marked}found: {told:#?}\n")
}

#[test]
fn each_warning_of_a_pod_is_marked_at_its_field() {
    let wrong: String = OF_PODS.iter().map(|it| astray(it.code, &it.in_pod())).collect();
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn each_warning_of_a_template_is_marked_at_its_field() {
    let wrong: String = OF_PODS.iter().map(|it| astray(it.code, &it.in_deployment())).collect();
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn each_other_warning_is_marked_at_its_field() {
    let wrong: String = OF_OTHERS.iter().map(|(code, marked)| astray(code, marked)).collect();
    assert!(wrong.is_empty(), "{wrong}");
}
