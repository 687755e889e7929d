//! Files that a web server finds in its root: in a ConfigMap that it mounts, or written by containers of its pod.

use crate::stand_ins::environment::Environment;
use crate::stand_ins::program::moment;
use crate::store::{Object, ObjectKey, Store};
use api::{Cursor, Kind};

pub(super) enum Found {
    File(String),
    /// Its root is a volume without the file.
    Nothing,
    /// Its root or its configuration is a volume whose files are not known.
    Unknown,
}

/// Where these servers look for files, and where for their configuration.
const ROOTS: [(&str, &str, &str); 2] = [
    ("nginx", "/usr/share/nginx/html", "/etc/nginx"),
    ("httpd", "/usr/local/apache2/htdocs", "/usr/local/apache2/conf"),
];

/// Programs are followed so long for the files they write.
const LONG: i64 = 3_600;

/// `None` where the server serves what is in its image.
pub(super) fn found(store: &Store, pod: &Object, container: Cursor<'_>, key: &str, path: &str) -> Option<Found> {
    let server = |(name, ..): &&(&str, &str, &str)| key.contains(name) && !key.starts_with("nginxdemos");
    let (_, root, configuration) = ROOTS.iter().find(server)?;
    let mounts = || container.field("volumeMounts").items();
    if mounts().any(|mount| mount.field("mountPath").text().starts_with(configuration)) {
        return Some(Found::Unknown);
    }
    let name = match path.trim_start_matches('/') {
        "" => "index.html",
        name => name,
    };
    let wanted = format!("{root}/{name}");
    if let Some(text) = written(store, pod, container, &wanted) {
        return Some(Found::File(text));
    }
    let mount = mounts().find(|mount| {
        let at = mount.field("mountPath").text().trim_end_matches('/');
        at == *root || at == wanted
    })?;
    let volume = pod.spec().field("volumes").find("name", mount.field("name").text())?;
    let sub = mount.field("subPath").text();
    let file = if sub.is_empty() { name } else { sub };
    if let Some(reference) = volume.field("configMap").if_set() {
        let key = ObjectKey::new(pod.namespace(), reference.field("name").text());
        let map = store.get(Kind::ConfigMap, &key)?;
        let items = reference.field("items");
        let item = items.items().find(|item| item.field("path") == file);
        let data = item.map_or(file, |item| item.field("key").text());
        let text = map
            .field("data")
            .field(data)
            .as_text()
            .filter(|_| item.is_some() || items.is_empty());
        return Some(text.map_or(Found::Nothing, |text| Found::File(text.to_owned())));
    }
    let is_new = volume.field("emptyDir").is_set() || volume.field("persistentVolumeClaim").is_set();
    let lists = ["initContainers", "containers"];
    let others = lists.into_iter().flat_map(|list| pod.spec().field(list).items());
    let others = others.filter(|other| other.field("name") != container.field("name").text());
    let mut is_shared = false;
    for other in others {
        let Some(at) = other.field("volumeMounts").find("name", mount.field("name").text()) else {
            continue;
        };
        is_shared = true;
        let directory = at.field("mountPath").text().trim_end_matches('/');
        if let Some(text) = written(store, pod, other, &format!("{directory}/{file}")) {
            return Some(Found::File(text));
        }
    }
    // Another container may have put there what is not known.
    Some(if is_new && !is_shared {
        Found::Nothing
    } else {
        Found::Unknown
    })
}

/// What a container's script writes into a file.
fn written(store: &Store, pod: &Object, container: Cursor<'_>, file: &str) -> Option<String> {
    if container.field("command").is_empty() && container.field("args").is_empty() {
        return None;
    }
    let environment = Environment::own(store, pod, container).unwrap_or_default();
    let mut files = moment(store, pod, container, &environment, (0, LONG)).files;
    files.remove(file)
}
