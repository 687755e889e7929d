//! What the API server serves, whether the cluster here keeps objects of it or not.

use std::sync::OnceLock;

/// A resource that is served.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Served {
    /// Its name, such as `configmaps`.
    pub plural: &'static str,
    /// Other names, such as `cm`.
    pub short: Vec<&'static str>,
    /// Group and version, such as `apps/v1`; without group only the version.
    pub api_version: &'static str,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// Its kind, such as `ConfigMap`.
    pub kind: &'static str,
    /// Its kind in lower case, as kubectl names one object: `configmap`.
    pub singular: String,
    /// What can be done with it, in the order of the alphabet.
    pub verbs: Vec<&'static str>,
    /// Sets of resources it belongs to, such as `all`.
    pub categories: Vec<&'static str>,
}

/// What can be done with most resources.
const VERBS: &str = "create,delete,deletecollection,get,list,patch,update,watch";

/// What can be done with a custom resource, in the same order.
pub(crate) fn all_verbs() -> Vec<&'static str> {
    VERBS.split(',').collect()
}

/// All resources, by group in the order of discovery.
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
    /// Its group; empty for the core.
    pub fn group(&self) -> &'static str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// Its version, such as `v1`.
    pub fn version(&self) -> &'static str {
        self.api_version
            .split_once('/')
            .map_or(self.api_version, |(_, version)| version)
    }

    /// Its name with its group: `deployments.apps`, `configmaps`.
    pub fn qualified(&self) -> String {
        match self.group() {
            "" => self.plural.to_owned(),
            group => format!("{}.{group}", self.plural),
        }
    }

    /// Its kind as one object is named: `deployment.apps`, `configmap`.
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
