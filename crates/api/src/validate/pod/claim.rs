//! Claims of storage in the templates of Pods and StatefulSets.

use crate::at::At;
use crate::difflib::unified;
use crate::validate::pod::print;
use crate::validate::{meta, selector};
use crate::{Finding, Value, format, quantity};

const MODES: [&str; 4] = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
/// Fields that the metadata of a template may not have, with Kubernetes' names for them.
const OF_OBJECTS: [(&str, &str); 13] = [
    ("name", "name"),
    ("generateName", "generateName"),
    ("namespace", "namespace"),
    ("selfLink", "selfLink"),
    ("uid", "uID"),
    ("resourceVersion", "resourceVersion"),
    ("generation", "generation"),
    ("creationTimestamp", "creationTimestamp"),
    ("deletionTimestamp", "deletionTimestamp"),
    ("deletionGracePeriodSeconds", "deletionGracePeriodSeconds"),
    ("ownerReferences", "ownerReferences"),
    ("finalizers", "finalizers"),
    ("managedFields", "managedFields"),
];

/// Models: pkg/apis/core/validation ValidatePersistentVolumeClaimTemplate (v1.36).
pub fn template(template: &At) -> Vec<Finding> {
    let metadata = template.field("metadata");
    let mut errors = meta::annotations(&metadata.field("annotations"));
    errors.extend(meta::labels(&metadata.field("labels")));
    for (name, shown) in OF_OBJECTS {
        let field = metadata.field(name);
        if !field.is_empty() && field.value.as_i64() != Some(0) {
            errors.push(Finding::forbidden(metadata.path.field(shown), "cannot be set"));
        }
    }
    errors.extend(spec(&template.field("spec")));
    errors
}

/// Models: ValidatePersistentVolumeClaimSpec.
pub fn spec(spec: &At) -> Vec<Finding> {
    let modes = spec.field("accessModes");
    let mut errors = Vec::new();
    if modes.is_empty() {
        errors.push(modes.required("at least 1 access mode is required"));
    }
    errors.extend(selector::validate(&spec.field("selector")));
    errors.extend(self::modes(&modes));
    errors.extend(storage(spec));
    errors.extend(class(&spec.field("storageClassName")));
    errors.extend(spec.field("volumeMode").one_of_if_set(&["Block", "Filesystem"]));
    errors.extend(sources(spec));
    errors.extend(class(&spec.field("volumeAttributesClassName")));
    errors
}

/// Access modes that exist and go together.
pub fn modes(modes: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let given = modes.texts();
    let unknown = given.iter().filter(|it| !MODES.contains(it));
    errors.extend(unknown.map(|it| Finding::not_supported(modes.path.clone(), *it, &MODES)));
    let once = |mode: &&&str| **mode == "ReadWriteOncePod";
    let others = given.iter().filter(|it| MODES.contains(it) && !once(it)).count();
    if given.iter().any(|it| once(&it)) && others > 0 {
        errors.push(modes.forbidden("may not use ReadWriteOncePod with other access modes"));
    }
    errors
}

fn storage(spec: &At) -> Option<Finding> {
    let resources = spec.field("resources");
    let path = resources.path.key("storage");
    let amount = resources.field("requests").key("storage");
    if !amount.is_set() {
        return Some(Finding::required(path, ""));
    }
    let positive = quantity::nanos(amount.text()).is_some_and(|it| it > 0);
    (!positive).then(|| Finding::invalid(path, amount.text(), "must be greater than zero"))
}

fn class(name: &At) -> Vec<Finding> {
    if name.text().is_empty() {
        return Vec::new();
    }
    name.invalid_each(format::dns1123_subdomain(name.text()))
}

fn sources(spec: &At) -> Vec<Finding> {
    let (old, new) = (spec.field("dataSource"), spec.field("dataSourceRef"));
    let mut errors = Vec::new();
    errors.extend([&old, &new].into_iter().filter(|it| it.is_set()).flat_map(source));
    let namespace = new.field("namespace");
    if !namespace.text().is_empty() {
        errors.extend(namespace.invalid_each(format::dns1123_label(namespace.text())));
    }
    let differ = ["apiGroup", "kind", "name"]
        .iter()
        .any(|it| old.field(it).value != new.field(it).value);
    // Kubernetes prints the path itself as the value, which shows nothing.
    let refuse = |words| Finding::invalid_struct(spec.path.clone(), "{}".to_owned(), words);
    if old.is_set() && !namespace.text().is_empty() {
        errors.push(refuse("may not be specified when dataSourceRef.namespace is specified"));
    } else if old.is_set() && new.is_set() && differ {
        errors.push(refuse("must match dataSourceRef"));
    }
    errors
}

/// Models: validateDataSource, validateDataSourceRef.
fn source(source: &At) -> Vec<Finding> {
    let (name, kind, group) = (source.field("name"), source.field("kind"), source.field("apiGroup"));
    let mut errors = Vec::new();
    errors.extend(name.text().is_empty().then(|| name.required("")));
    errors.extend(kind.text().is_empty().then(|| kind.required("")));
    if group.text().is_empty() {
        if kind.text() != "PersistentVolumeClaim" {
            let words = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
            errors.push(Finding::invalid(source.path.clone(), kind.text(), words));
        }
    } else {
        errors.extend(group.invalid_each(format::dns1123_subdomain(group.text())));
    }
    errors
}

/// How two specs differ, as messages show it.
///
/// Models: apimachinery/pkg/util/diff Diff (v1.36).
pub fn difference(old: &Value, new: &Value) -> String {
    unified(
        &print::lines_of("PersistentVolumeClaimSpec", old),
        &print::lines_of("PersistentVolumeClaimSpec", new),
    )
}
