//! The files that a container finds where it mounts ConfigMaps and Secrets.

use crate::stand_ins::environment::value_of;
use crate::store::{ObjectKey, Store};
use api::{Cursor, Kind};

/// The mounted files of a container, and the directories that mounts replace.
#[derive(Default)]
pub(crate) struct MountedFiles {
    files: Vec<(String, String)>,
    directories: Vec<String>,
}

impl MountedFiles {
    /// What a container of a pod with this spec mounts.
    pub(crate) fn of(store: &Store, namespace: &str, spec: Cursor<'_>, container: Cursor<'_>) -> Self {
        let mut all = Self::default();
        for mount in container.field("volumeMounts").items() {
            let volume = spec.field("volumes").find("name", mount.field("name").text());
            let Some(volume) = volume else { continue };
            let at = mount.field("mountPath").text().trim_end_matches('/');
            let part = mount.field("subPath").text();
            if part.is_empty() {
                all.directories.push(at.to_owned());
            }
            for (path, text) in volume_files(store, namespace, volume) {
                if part.is_empty() {
                    all.files.push((format!("{at}/{path}"), text));
                } else if path == part {
                    all.files.push((at.to_owned(), text));
                }
            }
        }
        all
    }

    /// The text of a file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        let found = self.files.iter().find(|(name, _)| name == path);
        found.map(|(_, text)| text.as_str())
    }

    /// The files that lie in a directory itself, each with its path.
    pub(crate) fn within<'a>(&'a self, directory: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> + 'a {
        let lies_in = move |path: &str| path.rsplit_once('/').is_some_and(|(folder, _)| folder == directory);
        let files = self.files.iter().filter(move |(path, _)| lies_in(path));
        files.map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Whether a mount hides what the image has in a directory.
    pub(crate) fn hides(&self, directory: &str) -> bool {
        let covers = |root: &String| {
            let rest = directory.strip_prefix(root.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.directories.iter().any(covers)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// The files of a volume, each with its path in there.
fn volume_files(store: &Store, namespace: &str, volume: Cursor<'_>) -> Vec<(String, String)> {
    let own = source_files(store, namespace, volume, "secretName");
    let projected = volume.field("projected").field("sources").items();
    let parts = projected.flat_map(|source| source_files(store, namespace, source, "name"));
    own.into_iter().chain(parts).collect()
}

fn source_files(store: &Store, namespace: &str, source: Cursor<'_>, secret_name: &str) -> Vec<(String, String)> {
    let kinds = [
        ("configMap", "name", Kind::ConfigMap),
        ("secret", secret_name, Kind::Secret),
    ];
    let mut files = Vec::new();
    for (field, name, kind) in kinds {
        let reference = source.field(field);
        let Some(object) = store.get(kind, &ObjectKey::new(namespace, reference.field(name).text())) else {
            continue;
        };
        let items = reference.field("items");
        if items.is_empty() {
            let keys = object.field("data").entries().map(|(key, _)| key);
            files.extend(keys.filter_map(|key| Some((key.to_owned(), value_of(object, key)?))));
        } else {
            files.extend(items.items().filter_map(|item| {
                let text = value_of(object, item.field("key").text())?;
                Some((item.field("path").text().to_owned(), text))
            }));
        }
    }
    files
}
