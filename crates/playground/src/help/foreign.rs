//! Kinds of other projects: which project serves a group that no cluster serves by itself.

/// Groups whose kinds are files for a tool, not objects of a cluster, and the tool.
const FILES: &[(&str, &str)] = &[
    ("audit.k8s.io", "the API server"),
    ("kind.x-k8s.io", "kind"),
    ("kubeadm.k8s.io", "kubeadm"),
    ("kubelet.config.k8s.io", "the kubelet"),
    ("kubeproxy.config.k8s.io", "kube-proxy"),
    ("kubescheduler.config.k8s.io", "the scheduler"),
    ("kustomize.config.k8s.io", "kustomize"),
    ("config.k8s.io", "a component of the cluster"),
];

/// Groups, or the ends of their names, and the projects that define their kinds.
///
/// From the projects' own CustomResourceDefinitions, as published in November 2026.
const PROJECTS: &[(&str, &str)] = &[
    ("argoproj.io", "Argo"),
    ("cert-manager.io", "cert-manager"),
    ("cilium.io", "Cilium"),
    ("cloud.google.com", "Google Kubernetes Engine"),
    ("cluster.x-k8s.io", "Cluster API"),
    ("cnpg.io", "CloudNativePG"),
    ("consul.hashicorp.com", "Consul"),
    ("crd.projectcalico.org", "Calico"),
    ("crossplane.io", "Crossplane"),
    ("elbv2.k8s.aws", "the AWS Load Balancer Controller"),
    ("external-secrets.io", "External Secrets"),
    ("flagger.app", "Flagger"),
    ("gatekeeper.sh", "Gatekeeper"),
    ("gateway.networking.k8s.io", "the Gateway API"),
    ("gateway.networking.x-k8s.io", "the Gateway API"),
    ("getambassador.io", "Emissary"),
    ("helm.cattle.io", "k3s"),
    ("istio.io", "Istio"),
    ("jobset.x-k8s.io", "JobSet"),
    ("k8s.elastic.co", "Elastic's operator"),
    ("k8s.nginx.org", "the NGINX Ingress Controller"),
    ("karpenter.sh", "Karpenter"),
    ("keda.sh", "KEDA"),
    ("knative.dev", "Knative"),
    ("kubeflow.org", "Kubeflow"),
    ("kubevirt.io", "KubeVirt"),
    ("kueue.x-k8s.io", "Kueue"),
    ("kyverno.io", "Kyverno"),
    ("leaderworkerset.x-k8s.io", "LeaderWorkerSet"),
    ("linkerd.io", "Linkerd"),
    ("metallb.io", "MetalLB"),
    ("metrics.k8s.io", "metrics-server"),
    ("monitoring.coreos.com", "the Prometheus Operator"),
    ("networking.gke.io", "Google Kubernetes Engine"),
    ("openshift.io", "OpenShift"),
    ("opentelemetry.io", "OpenTelemetry's operator"),
    ("operators.coreos.com", "the Operator Lifecycle Manager"),
    ("projectcalico.org", "Calico"),
    ("projectcontour.io", "Contour"),
    ("rabbitmq.com", "RabbitMQ's operator"),
    ("ray.io", "KubeRay"),
    ("secrets.hashicorp.com", "the Vault Secrets Operator"),
    ("bitnami.com", "Sealed Secrets"),
    ("snapshot.storage.k8s.io", "the CSI snapshotter"),
    ("split.smi-spec.io", "a service mesh"),
    ("strimzi.io", "Strimzi"),
    ("tekton.dev", "Tekton"),
    ("toolkit.fluxcd.io", "Flux"),
    ("traefik.containo.us", "Traefik"),
    ("traefik.io", "Traefik"),
    ("velero.io", "Velero"),
    ("zalan.do", "Zalando's Postgres operator"),
];

/// Groups that clusters served once, and serve no longer.
const REMOVED: &[&str] = &["extensions"];

/// The group of an `apiVersion` that is no group of Kubernetes itself.
pub fn group(api_version: &str) -> Option<&str> {
    let (group, _) = api_version.split_once('/')?;
    let own = api::served().iter().any(|it| it.group() == group) || REMOVED.contains(&group);
    (!own && !group.is_empty()).then_some(group)
}

/// What to say of an object whose `apiVersion` is of another project; `None` if it is one of Kubernetes itself.
pub fn sentence(api_version: &str) -> Option<String> {
    let group = group(api_version)?;
    let of = |rows: &[(&str, &'static str)]| {
        let fits = |end: &str| group == end || group.strip_suffix(end).is_some_and(|rest| rest.ends_with('.'));
        rows.iter().find(|(end, _)| fits(end)).map(|(_, name)| *name)
    };
    if let Some(tool) = of(FILES) {
        return Some(format!(
            "This is a file for {tool}, no object of a cluster: it is left out, and the rest of the text lives."
        ));
    }
    Some(match of(PROJECTS) {
        Some(project) => format!(
            "This is a custom kind of {project}: a cluster knows it once {project} has brought its \
             CustomResourceDefinition. It is left out, and the rest of the text lives."
        ),
        None => format!(
            "This is a custom kind of the group {group}: a cluster knows it once its CustomResourceDefinition is there. \
             It is left out, and the rest of the text lives."
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_groups_of_others_are_foreign() {
        for own in [
            "v1",
            "apps/v1",
            "apps/v1beta1",
            "extensions/v1beta1",
            "networking.k8s.io/v1beta1",
        ] {
            assert_eq!(sentence(own), None, "{own}");
        }
        for (version, project) in [
            ("serving.knative.dev/v1", "Knative"),
            ("networking.istio.io/v1alpha3", "Istio"),
            ("gateway.networking.k8s.io/v1", "the Gateway API"),
            ("example.com/v1", "the group example.com"),
            ("kustomize.config.k8s.io/v1beta1", "kustomize"),
        ] {
            assert!(sentence(version).is_some_and(|it| it.contains(project)), "{version}");
        }
    }
}
