//! A column, and the cells that many kinds have.

use crate::print::age::since;
use api::{Cursor, Fields, Value};
use cluster::{Cluster, Object};

/// A column of a kind's table.
pub(in crate::print) struct Column {
    pub(in crate::print) header: &'static str,
    /// Only in `-o wide`.
    pub(in crate::print) wide: bool,
    pub(in crate::print) is_name: bool,
    pub(in crate::print) cell: fn(&Cluster, &Object) -> String,
}

pub(in crate::print) const fn column(header: &'static str, cell: fn(&Cluster, &Object) -> String) -> Column {
    Column {
        header,
        wide: false,
        is_name: false,
        cell,
    }
}

pub(in crate::print) const fn wide(header: &'static str, cell: fn(&Cluster, &Object) -> String) -> Column {
    Column {
        wide: true,
        ..column(header, cell)
    }
}

pub(in crate::print) const NAME: Column = Column {
    is_name: true,
    ..column("NAME", |_, object| object.name().to_owned())
};
pub(in crate::print) const AGE: Column = column("AGE", age);
pub(in crate::print) const CONTAINERS: Column = wide("CONTAINERS", |_, object| of_containers(object, "name"));
pub(in crate::print) const IMAGES: Column = wide("IMAGES", |_, object| of_containers(object, "image"));

pub(in crate::print) fn age(cluster: &Cluster, object: &Object) -> String {
    since(cluster, object.metadata().field("creationTimestamp").as_text())
}

pub(in crate::print) fn none_if_empty(text: String) -> String {
    if text.is_empty() { "<none>".to_owned() } else { text }
}

pub(in crate::print) fn or_none(value: &Value) -> String {
    none_if_empty(value.as_str().unwrap_or_default().to_owned())
}

pub(in crate::print) fn of_containers(object: &Object, field: &str) -> String {
    of_template(object.spec().field("template"), field)
}

/// A field of each container of a pod template.
pub(in crate::print) fn of_template(template: Cursor<'_>, field: &str) -> String {
    let containers = template.spec().field("containers").list().iter();
    let texts: Vec<_> = containers.map(|container| container.field(field).text()).collect();
    texts.join(",")
}

/// The columns of kinds that have none of their own.
pub(in crate::print) const DEFAULT: &[Column] = &[NAME, AGE];

/// The columns of kinds for which the API server has no printer.
///
/// Models: apiserver/pkg/registry/rest/table.go ConvertToTable (v1.36).
pub(in crate::print) const WITHOUT_PRINTER: &[Column] = &[
    NAME,
    column("CREATED AT", |_, object| {
        object.metadata().field("creationTimestamp").text().to_owned()
    }),
];
