//! The output formats of `kubectl get`.

pub(crate) mod age;
mod columns;
mod compare;
mod custom_columns;
mod events;
mod go_template;
pub(crate) mod inline;
mod json;
mod jsonpath;
mod kyaml;
mod pods;
mod sort;
mod table;
mod tabwriter;
pub(crate) mod volumes;
mod yaml;

use api::{Kind, Value};
use cluster::Object;
use std::rc::Rc;

pub(crate) use custom_columns::{custom_columns, relaxed as relaxed_path};
pub(crate) use events::events;
pub(crate) use go_template::go_template;
pub(crate) use json::{json, list_json, struct_json, struct_line, typed_json, typed_line, typed_line_within};
pub(crate) use jsonpath::{JsonPath, JsonPathOptions, field_steps, jsonpath};
pub(crate) use kyaml::kyaml;
pub(crate) use sort::sort_by;
pub(crate) use table::{TableOptions, headers, row, rows, table, titles};
pub(crate) use tabwriter::{align, lay_out};
pub(crate) use yaml::yaml;

/// Several objects as one list for `-o yaml` and `-o json`.
pub(crate) fn list(objects: &[Rc<Object>]) -> Value {
    let items: Vec<_> = objects.iter().map(|object| object.value.clone()).collect();
    serde_json::json!({"apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""}})
}

/// `-o name`: `deployment.apps/web`.
pub(crate) fn name(kind: Kind, name: &str) -> String {
    format!("{}/{name}", kind.resource_name())
}
