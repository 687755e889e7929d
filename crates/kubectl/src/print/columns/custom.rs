//! The columns of custom kinds, as their definitions list them.

use crate::print::age::since;
use crate::print::jsonpath::JsonPath;
use api::{Fields, Kind, Value};
use cluster::{Cluster, Object};

/// A column of `additionalPrinterColumns`.
pub(in crate::print) struct CustomColumn {
    pub(in crate::print) header: String,
    pub(in crate::print) wide: bool,
    ty: String,
    path: JsonPath,
}

/// The columns of a custom kind beside its name; none if a path of theirs cannot be read.
///
/// Models: apiextensions-apiserver/pkg/registry/customresource/tableconvertor New (v1.36), apiserver/helpers.go
/// GetColumnsForVersion: the age if the definition lists none.
pub(in crate::print) fn of(cluster: &Cluster, kind: Kind, version: Option<&str>) -> Vec<CustomColumn> {
    let name = format!("{}.{}", kind.plural(), kind.group());
    let definition = cluster.find(Kind::CustomResourceDefinition, "", &name);
    let versions = definition.map(|it| it.spec().field("versions").items());
    let mut versions = versions.into_iter().flatten();
    let version = versions.find(|it| it.field("name").text() == version.unwrap_or(kind.version()));
    let listed = version.map(|it| it.field("additionalPrinterColumns").list());
    let columns = match listed {
        Some(listed) if !listed.is_empty() => listed.iter().map(read).collect(),
        _ => age().map(|age| vec![age]),
    };
    columns.unwrap_or_default()
}

fn read(column: &Value) -> Option<CustomColumn> {
    let text = |field: &str| column.field(field).text().to_owned();
    Some(CustomColumn {
        header: text("name").to_uppercase(),
        wide: column.field("priority").number() != 0,
        ty: text("type"),
        path: JsonPath::parse(&format!("{{{}}}", text("jsonPath"))).ok()?,
    })
}

fn age() -> Option<CustomColumn> {
    Some(CustomColumn {
        header: "AGE".to_owned(),
        wide: false,
        ty: "date".to_owned(),
        path: JsonPath::parse("{.metadata.creationTimestamp}").ok()?,
    })
}

impl CustomColumn {
    /// Models: tableconvertor.go ConvertToTable, cellForJSONValue: what has another type than the column is left out.
    pub(in crate::print) fn cell(&self, cluster: &Cluster, object: &Object) -> String {
        let found = self.path.find(&object.value, true).unwrap_or_default();
        let Some(item) = found.first().and_then(|found| found.first()) else {
            return String::new();
        };
        let value = item.to_value();
        match (self.ty.as_str(), &value) {
            ("string", _) | ("number", Value::Number(_)) | ("boolean", Value::Bool(_)) => item.to_text(),
            ("integer", Value::Number(number)) => whole(number),
            ("date", Value::String(moment)) if cluster::second(moment).is_some() => since(cluster, Some(moment)),
            ("date", Value::String(_)) => "<invalid>".to_owned(),
            _ => String::new(),
        }
    }
}

/// A number without its fraction.
fn whole(number: &serde_json::Number) -> String {
    let text = number.to_string();
    text.split('.').next().unwrap_or_default().to_owned()
}
