//! The environment variables of a container.

use cluster::{Cluster, Object};
use network::dns::hostname;
use std::collections::BTreeMap;

/// In order of name; those of the image first.
pub(crate) fn variables(cluster: &Cluster, pod: &Object, container: &str) -> BTreeMap<String, String> {
    let image = [
        ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
        ("HOME", "/root"),
    ];
    let mut variables: BTreeMap<String, String> = image
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    variables.insert("HOSTNAME".to_owned(), hostname(pod));
    if let Some(Ok(own)) = cluster.environment(pod, container) {
        variables.extend(own.all());
    }
    variables
}
