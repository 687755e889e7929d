//! Which shells an image has.

use crate::shell::Dialect;
use cluster::{image_parts, is_busybox};

/// Images without a shell: they hold their program and little else. A name that ends in `/` stands for all below it.
///
/// From their Dockerfiles (`FROM scratch`, `FROM gcr.io/distroless/…`).
const WITHOUT: [&str; 31] = [
    "gcr.io/distroless/",
    "gcr.io/google-samples/hello-app",
    "us-docker.pkg.dev/google-samples/containers/gke/hello-app",
    "gcr.io/google-samples/microservices-demo/checkoutservice",
    "gcr.io/google-samples/microservices-demo/frontend",
    "gcr.io/google-samples/microservices-demo/productcatalogservice",
    "gcr.io/google-samples/microservices-demo/shippingservice",
    "us-central1-docker.pkg.dev/google-samples/microservices-demo/checkoutservice",
    "us-central1-docker.pkg.dev/google-samples/microservices-demo/frontend",
    "us-central1-docker.pkg.dev/google-samples/microservices-demo/productcatalogservice",
    "us-central1-docker.pkg.dev/google-samples/microservices-demo/shippingservice",
    "registry.k8s.io/pause",
    "k8s.gcr.io/pause",
    "registry.k8s.io/coredns/coredns",
    "coredns/coredns",
    "registry.k8s.io/metrics-server/metrics-server",
    "registry.k8s.io/kube-apiserver",
    "registry.k8s.io/kube-controller-manager",
    "registry.k8s.io/kube-scheduler",
    "registry.k8s.io/etcd",
    "registry.k8s.io/external-dns/external-dns",
    "registry.k8s.io/kube-state-metrics/kube-state-metrics",
    "quay.io/jetstack/",
    "hashicorp/http-echo",
    "traefik/whoami",
    "containous/whoami",
    "hello-world",
    "scratch",
    "jmalloc/echo-server",
    "nats",
    "cockroachdb/cockroach-operator",
];

/// Images with BusyBox that have bash, too.
const WITH_BASH: [&str; 5] = [
    "registry.k8s.io/e2e-test-images/agnhost",
    "praqma/network-multitool",
    "wbitt/network-multitool",
    "nicolaka/netshoot",
    "giantswarm/tiny-tools",
];

/// A row that ends in `/` stands for all below it.
fn is_row(row: &str, repository: &str) -> bool {
    repository == row || row.ends_with('/') && repository.starts_with(row)
}

/// The shell of an image by its name; `None` if it has none of that name.
pub(crate) fn shell(image: &str, program: &str) -> Option<Dialect> {
    let name = program.rsplit('/').next().unwrap_or_default();
    if !["sh", "bash", "ash"].contains(&name) {
        return None;
    }
    let (repository, tag) = image_parts(image);
    if WITHOUT.iter().any(|row| is_row(row, repository)) && !tag.contains("debug") && !tag.contains("alpine") {
        return None;
    }
    match (name, is_busybox(image)) {
        ("bash", true) => WITH_BASH
            .iter()
            .any(|row| is_row(row, repository))
            .then_some(Dialect::Bash),
        ("bash", false) => Some(Dialect::Bash),
        ("ash", false) => None,
        (_, true) => Some(Dialect::Ash),
        (_, false) => Some(Dialect::Dash),
    }
}

/// What a container of an image runs by default when it is no server: a shell that waits for input.
pub(crate) fn default_shell(image: &str) -> Option<&'static str> {
    match image_parts(image).0 {
        "busybox"
        | "alpine"
        | "radial/busyboxplus"
        | "yauritux/busybox-curl"
        | "infoblox/dnstools"
        | "giantswarm/tiny-tools"
        | "registry.k8s.io/busybox"
        | "k8s.gcr.io/busybox"
        | "registry.k8s.io/e2e-test-images/busybox" => Some("sh"),
        "ubuntu" | "debian" | "fedora" | "centos" | "rockylinux" | "almalinux" | "nicolaka/netshoot" => Some("bash"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Dialect, shell};

    #[test]
    fn images_have_the_shells_that_they_ship() {
        assert_eq!(shell("nginx", "sh"), Some(Dialect::Dash));
        assert_eq!(shell("nginx:1.27", "/bin/bash"), Some(Dialect::Bash));
        assert_eq!(shell("nginx:1.27-alpine", "bash"), None);
        assert_eq!(shell("docker.io/library/busybox:1.36", "/bin/sh"), Some(Dialect::Ash));
        assert_eq!(shell("gcr.io/google-samples/hello-app:1.0", "sh"), None);
        assert_eq!(shell("gcr.io/distroless/static", "sh"), None);
        assert_eq!(shell("gcr.io/distroless/base:debug", "sh"), Some(Dialect::Ash));
        assert_eq!(shell("registry:5000/team/web:2", "sh"), Some(Dialect::Dash));
    }
}
