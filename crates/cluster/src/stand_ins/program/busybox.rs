//! Images with BusyBox, and which `nslookup` they have.

/// Images whose only shell is BusyBox', beside those whose tag says `alpine`.
const BUSYBOX: [&str; 24] = [
    "busybox",
    "alpine",
    "curlimages/curl",
    "radial/busyboxplus",
    "yauritux/busybox-curl",
    "stefanprodan/podinfo",
    "ghcr.io/stefanprodan/podinfo",
    "gcr.io/kuar-demo/kuard-amd64",
    "gcr.io/google-containers/busybox",
    "registry.k8s.io/busybox",
    "k8s.gcr.io/busybox",
    "registry.k8s.io/e2e-test-images/busybox",
    "registry.k8s.io/e2e-test-images/agnhost",
    "praqma/network-multitool",
    "wbitt/network-multitool",
    "nicolaka/netshoot",
    "infoblox/dnstools",
    "giantswarm/tiny-tools",
    "registry",
    "traefik",
    "prom/prometheus",
    "docker",
    "haproxytech/haproxy-alpine",
    "ealen/echo-server",
];

/// Of those, the ones that have BIND's tools, and with them its `nslookup`.
const WITH_BIND: [&str; 6] = [
    "registry.k8s.io/e2e-test-images/agnhost",
    "praqma/network-multitool",
    "wbitt/network-multitool",
    "nicolaka/netshoot",
    "infoblox/dnstools",
    "giantswarm/tiny-tools",
];

/// An image that stays at BusyBox 1.22: https://kubernetes.io/docs/tutorials/services/connect-applications-service/ prints what its
/// `nslookup` does.
const OLD: &str = "radial/busyboxplus";

/// Which program answers to `nslookup`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupProgram {
    Bind,
    /// From 1.29 on.
    BusyBox,
    OldBusyBox,
}

/// Which `nslookup` an image has; BIND's where it has none.
pub fn lookup_program(image: &str) -> LookupProgram {
    let (repository, tag) = image_parts(image);
    if !is_busybox(image) || WITH_BIND.contains(&repository) {
        return LookupProgram::Bind;
    }
    let is_image_of_busybox = repository.rsplit('/').next() == Some("busybox");
    let version = tag.strip_prefix("1.").map(|rest| rest.split(['.', '-']).next());
    let minor = version.flatten().and_then(|minor| minor.parse::<u32>().ok());
    if repository == OLD || is_image_of_busybox && minor.is_some_and(|minor| minor <= LAST_OLD_LOOKUP) {
        return LookupProgram::OldBusyBox;
    }
    LookupProgram::BusyBox
}

/// The minor version of the last BusyBox 1.x whose `nslookup` asked by the C library.
const LAST_OLD_LOOKUP: u32 = 28;

/// Whether an image has BusyBox for its usual programs.
pub fn is_busybox(image: &str) -> bool {
    let (repository, tag) = image_parts(image);
    tag.contains("alpine") || tag.contains("debug") || BUSYBOX.contains(&repository)
}

/// The name without Docker Hub's prefixes, and the tag.
pub fn image_parts(image: &str) -> (&str, &str) {
    let image = image.split('@').next().unwrap_or_default();
    let slash = image.rfind('/').map_or(0, |at| at + 1);
    let colon = image.get(slash..).and_then(|last| last.find(':')).map(|at| slash + at);
    let (repository, tag) = match colon {
        Some(at) => (
            image.get(..at).unwrap_or_default(),
            image.get(at + 1..).unwrap_or_default(),
        ),
        None => (image, ""),
    };
    let short = ["docker.io/library/", "docker.io/", "index.docker.io/"]
        .iter()
        .find_map(|prefix| repository.strip_prefix(prefix));
    (short.unwrap_or(repository), tag)
}

#[cfg(test)]
mod tests {
    use super::{LookupProgram, lookup_program};

    #[test]
    fn images_have_the_nslookup_that_they_ship() {
        for image in [
            "busybox",
            "busybox:1.36",
            "nginx:1.27-alpine",
            "alpine:3.20",
            "curlimages/curl",
        ] {
            assert_eq!(lookup_program(image), LookupProgram::BusyBox, "{image}");
        }
        for image in [
            "busybox:1.28",
            "docker.io/library/busybox:1.28.4",
            "registry.k8s.io/busybox:1.27-musl",
            "radial/busyboxplus:curl",
        ] {
            assert_eq!(lookup_program(image), LookupProgram::OldBusyBox, "{image}");
        }
        for image in [
            "nginx",
            "nicolaka/netshoot",
            "registry.k8s.io/e2e-test-images/agnhost:2.53",
        ] {
            assert_eq!(lookup_program(image), LookupProgram::Bind, "{image}");
        }
    }
}
