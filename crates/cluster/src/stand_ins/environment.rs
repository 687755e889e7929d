//! The environment variables of a container, and what they are taken from.

mod services;

use crate::store::{Object, ObjectKey, Store};
use api::quantity::nanos;
use api::{Cursor, Kind, base64};
use services::Links;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The environment variables of a container; later ones replace those of the same name.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    /// The Services that give it others, which few programs look at and each pod has many of.
    links: Option<Links>,
}

impl Environment {
    /// All of a container's variables; or kubelet's words for what is not there.
    ///
    /// Models: pkg/kubelet/kubelet_pods.go makeEnvironmentVariables (v1.36).
    pub(crate) fn complete(store: &Store, pod: &Object, container: Cursor<'_>) -> Result<Self, String> {
        Self {
            variables: BTreeMap::new(),
            links: Some(Links::of(store, pod)),
        }
        .with_own(store, pod, container)
    }

    /// The same without those of Services, by which no program of ours decides what to do.
    pub(crate) fn own(store: &Store, pod: &Object, container: Cursor<'_>) -> Result<Self, String> {
        Self::default().with_own(store, pod, container)
    }

    fn with_own(self, store: &Store, pod: &Object, container: Cursor<'_>) -> Result<Self, String> {
        let mut all = self;
        for source in container.field("envFrom").items() {
            all.add_all(store, pod, source)?;
        }
        for variable in container.field("env").items() {
            let value = all.value(store, pod, container, variable)?;
            if let Some(value) = value {
                all.variables.insert(variable.field("name").text().to_owned(), value);
            }
        }
        Ok(all)
    }

    /// What the container itself says.
    pub(crate) fn written(container: Cursor<'_>) -> Self {
        let mut all = Self::default();
        for variable in container.field("env").items() {
            if let Some(value) = variable.field("value").as_text() {
                let value = all.expanded(value);
                all.variables.insert(variable.field("name").text().to_owned(), value);
            }
        }
        all
    }

    pub fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        let own = self.variables.get(name).map(|value| Cow::Borrowed(value.as_str()));
        own.or_else(|| Some(Cow::Owned(self.links.as_ref()?.variable(name)?)))
    }

    /// All variables, in order of name.
    pub fn all(&self) -> BTreeMap<String, String> {
        let mut all = self.links.as_ref().map(Links::variables).unwrap_or_default();
        all.extend(self.variables.clone());
        all
    }

    /// A text with each `$(NAME)` of a known variable replaced; `$$` is one dollar.
    ///
    /// Models: third_party/forked/golang/expansion Expand (v1.36).
    pub(crate) fn expanded(&self, text: &str) -> String {
        let mut all = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            all.push_str(before);
            let name = after.strip_prefix('(').and_then(|inner| inner.split_once(')'));
            rest = match (after.strip_prefix('$'), name) {
                (Some(after), _) => {
                    all.push('$');
                    after
                }
                (None, name) => {
                    let known = name.and_then(|(name, after)| Some((self.get(name)?, after)));
                    let (text, after) = known.unwrap_or((Cow::Borrowed("$"), after));
                    all.push_str(&text);
                    after
                }
            };
        }
        all + rest
    }

    /// The variables of an `envFrom`.
    fn add_all(&mut self, store: &Store, pod: &Object, source: Cursor<'_>) -> Result<(), String> {
        let prefix = source.field("prefix").text();
        for (field, kind) in SOURCES.map(|(field, _, kind)| (field, kind)) {
            let Some(reference) = source.field(field).if_set() else {
                continue;
            };
            let (name, optional) = (reference.field("name").text(), reference.field("optional").flag());
            let Some(object) = store.get(kind, &ObjectKey::new(pod.namespace(), name)) else {
                if optional {
                    continue;
                }
                return Err(absent(kind, name));
            };
            for (key, _) in object.field("data").entries() {
                if let Some(value) = value_of(object, key) {
                    self.variables.insert(format!("{prefix}{key}"), value);
                }
            }
        }
        Ok(())
    }

    /// The value of an `env`; `None` if it is optional and not there.
    fn value(
        &self,
        store: &Store,
        pod: &Object,
        container: Cursor<'_>,
        variable: Cursor<'_>,
    ) -> Result<Option<String>, String> {
        let from = variable.field("valueFrom");
        if !from.is_set() {
            return Ok(Some(self.expanded(variable.field("value").text())));
        }
        if let Some(path) = from.field("fieldRef").field("fieldPath").as_text() {
            return Ok(Some(field(pod, path)));
        }
        if let Some(resource) = from.field("resourceFieldRef").if_set() {
            return Ok(Some(amount(store, pod, container, resource)));
        }
        for (_, field, kind) in SOURCES {
            let Some(reference) = from.field(field).if_set() else {
                continue;
            };
            let (name, key) = (reference.field("name").text(), reference.field("key").text());
            let object = store.get(kind, &ObjectKey::new(pod.namespace(), name));
            let found = object.map(|object| value_of(object, key));
            return match found {
                Some(Some(value)) => Ok(Some(value)),
                _ if reference.field("optional").flag() => Ok(None),
                None => Err(absent(kind, name)),
                Some(None) => Err(format!(
                    "couldn't find key {key} in {} {}/{name}",
                    kind.name(),
                    pod.namespace()
                )),
            };
        }
        Ok(None)
    }
}

/// The fields of `envFrom` and of `valueFrom` that name an object of this kind.
const SOURCES: [(&str, &str, Kind); 2] = [
    ("configMapRef", "configMapKeyRef", Kind::ConfigMap),
    ("secretRef", "secretKeyRef", Kind::Secret),
];

/// Kubelet's words for an object that is not there.
pub(crate) fn absent(kind: Kind, name: &str) -> String {
    format!("{} {name:?} not found", kind.name().to_lowercase())
}

/// A value of a ConfigMap or Secret, as text.
pub(crate) fn value_of(object: &Object, key: &str) -> Option<String> {
    let value = object.field("data").field(key).as_text()?;
    Some(match object.kind {
        Kind::Secret => String::from_utf8_lossy(&base64::decode(value).ok()?).into_owned(),
        _ => value.to_owned(),
    })
}

/// Models: pkg/fieldpath ExtractFieldPathAsString, pkg/kubelet/kubelet_pods.go podFieldSelectorRuntimeValue (v1.36).
fn field(pod: &Object, path: &str) -> String {
    let key = |list: &str| path.strip_prefix(list)?.strip_prefix("['")?.strip_suffix("']");
    if let Some(name) = key("metadata.labels") {
        return pod.label(name).unwrap_or_default().to_owned();
    }
    if let Some(name) = key("metadata.annotations") {
        return pod.annotation(name).unwrap_or_default().to_owned();
    }
    let found = Cursor::new(&pod.value).path(path);
    let addresses = found.items().map(|it| it.field("ip").text());
    match (path, found.as_text()) {
        ("spec.serviceAccountName", None) => "default".to_owned(),
        (_, Some(text)) => text.to_owned(),
        (_, None) => addresses.collect::<Vec<_>>().join(","),
    }
}

/// A limit or request in units of the divisor, rounded up; a limit that is not set is what the node has.
///
/// Models: pkg/api/v1/resource ExtractContainerResourceValue, MergeContainerResourceLimits (v1.36).
fn amount(store: &Store, pod: &Object, container: Cursor<'_>, resource: Cursor<'_>) -> String {
    let name = resource.field("containerName").as_text();
    let own = name.and_then(|name| pod.spec().field("containers").find("name", name));
    let wanted = resource.field("resource").text();
    let (list, resource_name) = wanted.split_once('.').unwrap_or((wanted, ""));
    let written = own.unwrap_or(container).field("resources").field(list);
    let node = pod.node().and_then(|node| store.find(Kind::Node, "", node));
    let of_node = node.filter(|_| list == "limits");
    let of_node = of_node.map(|node| node.status().field("allocatable").field(resource_name).text());
    let amount = written.field(resource_name).as_text().or(of_node);
    let amount = amount.and_then(nanos).unwrap_or_default();
    let divisor = resource.field("divisor").as_text().and_then(nanos);
    let divisor = divisor.filter(|divisor| *divisor > 0).unwrap_or(1_000_000_000);
    (amount.saturating_add(divisor - 1) / divisor).to_string()
}
