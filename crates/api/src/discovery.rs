//! Resources that the API server serves, including those of which this cluster keeps no objects.

use std::sync::OnceLock;

/// A served resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Served {
    /// The resource name, such as `configmaps`.
    pub plural: &'static str,
    /// Short names, such as `cm`.
    pub short: Vec<&'static str>,
    /// Group and version, such as `apps/v1`; only the version for the core group.
    pub api_version: &'static str,
    pub namespaced: bool,
    pub kind: &'static str,
    /// The kind in lower case, as kubectl names a single object: `configmap`.
    pub singular: String,
    /// Supported verbs in alphabetical order.
    pub verbs: Vec<&'static str>,
    /// Categories that contain it, such as `all`.
    pub categories: Vec<&'static str>,
}

/// Verbs of most resources.
const VERBS: &str = "create,delete,deletecollection,get,list,patch,update,watch";

/// Verbs of a custom resource, in alphabetical order.
pub(crate) fn all_verbs() -> Vec<&'static str> {
    VERBS.split(',').collect()
}

/// All resources, in the order of discovery.
///
/// Models: apimachinery/pkg/apis/meta/v1 APIResourceList, as a v1.36 server fills it.
pub fn served() -> &'static [Served] {
    static SERVED: OnceLock<Vec<Served>> = OnceLock::new();
    SERVED.get_or_init(|| include_str!("discovery.txt").lines().filter_map(read).collect())
}

fn read(line: &'static str) -> Option<Served> {
    let mut words = line.split(' ').filter(|_| !line.starts_with('#'));
    let list = |text: &'static str| match text {
        "-" => Vec::new(),
        "*" => VERBS.split(',').collect(),
        text => text.split(',').collect(),
    };
    let (plural, short, api_version) = (words.next()?, words.next()?, words.next()?);
    let (namespaced, kind) = (words.next()? == "true", words.next()?);
    Some(Served {
        plural,
        short: list(short),
        api_version,
        namespaced,
        kind,
        singular: kind.to_lowercase(),
        verbs: list(words.next()?),
        categories: list(words.next()?),
    })
}

impl Served {
    /// The API group; empty for the core group.
    pub fn group(&self) -> &'static str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    pub fn version(&self) -> &'static str {
        self.api_version
            .split_once('/')
            .map_or(self.api_version, |(_, version)| version)
    }

    /// The resource name with its group: `deployments.apps`, `configmaps`.
    pub fn qualified(&self) -> String {
        match self.group() {
            "" => self.plural.to_owned(),
            group => format!("{}.{group}", self.plural),
        }
    }

    /// The singular name with its group: `deployment.apps`, `configmap`.
    pub fn qualified_singular(&self) -> String {
        let kind = &self.singular;
        match self.group() {
            "" => kind.clone(),
            group => format!("{kind}.{group}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    #[test]
    fn what_the_cluster_keeps_is_served() {
        for kind in Kind::ALL {
            let found = served()
                .iter()
                .find(|it| it.plural == kind.plural() && it.api_version == kind.api_version());
            let told = found.map(|it| (it.kind, it.namespaced, it.short.clone()));
            assert_eq!(
                told,
                Some((kind.name(), kind.namespaced(), kind.short_names().to_vec()))
            );
        }
    }
}
