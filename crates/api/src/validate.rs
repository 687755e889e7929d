use crate::{Kind, Path, Value};
use std::fmt;

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Which field.
    pub path: Path,
    /// In which way.
    pub kind: FieldErrorKind,
    /// The rest of the sentence; may be empty.
    pub detail: String,
}

/// In which way a field is wrong.
///
/// Models: apimachinery/pkg/util/validation/field ErrorType (v1.36).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldErrorKind {
    /// It is missing.
    Required,
    /// Its value breaks a rule.
    Invalid(Value),
    /// Its value is not one of a few.
    NotSupported(Value),
    /// Its value stands elsewhere already.
    Duplicate(Value),
    /// It may not be set.
    Forbidden,
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, kind, detail } = self;
        match kind {
            FieldErrorKind::Required => write!(f, "{path}: Required value")?,
            FieldErrorKind::Forbidden => write!(f, "{path}: Forbidden")?,
            FieldErrorKind::Invalid(value) => write!(f, "{path}: Invalid value: {value}")?,
            FieldErrorKind::NotSupported(value) => write!(f, "{path}: Unsupported value: {value}")?,
            FieldErrorKind::Duplicate(value) => write!(f, "{path}: Duplicate value: {value}")?,
        }
        if detail.is_empty() {
            Ok(())
        } else {
            write!(f, ": {detail}")
        }
    }
}

/// What forbids the object to be created; empty when nothing does.
pub fn validate_create(kind: Kind, object: &Value) -> Vec<FieldError> {
    let mut errors = Errors(Vec::new());
    let root = Path::root();
    errors.name(kind, &root.field("metadata"), &object["metadata"]);
    let spec = root.field("spec");
    match kind {
        Kind::Service => errors.service(&spec, &object["spec"]),
        Kind::Pod => errors.pod(&spec, &object["spec"]),
        Kind::Deployment | Kind::ReplicaSet => errors.workload(&spec, &object["spec"]),
        _ => {}
    }
    errors.0
}

struct Errors(Vec<FieldError>);

impl Errors {
    fn add(&mut self, path: &Path, kind: FieldErrorKind, detail: impl Into<String>) {
        self.0.push(FieldError {
            path: path.clone(),
            kind,
            detail: detail.into(),
        });
    }

    fn name(&mut self, kind: Kind, path: &Path, metadata: &Value) {
        let name = metadata["name"].as_str().unwrap_or_default();
        if name.is_empty() && metadata["generateName"].is_null() {
            self.add(
                &path.field("name"),
                FieldErrorKind::Required,
                "name or generateName is required",
            );
        } else if kind == Kind::Service && !is_label(name) {
            let detail = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
            self.add(&path.field("name"), FieldErrorKind::Invalid(name.into()), detail);
        }
    }

    fn service(&mut self, path: &Path, spec: &Value) {
        let ports = spec["ports"].as_array().map_or(&[][..], Vec::as_slice);
        let needs_ports = spec["type"] != "ExternalName" && spec["clusterIP"] != "None";
        if ports.is_empty() && needs_ports {
            self.add(&path.field("ports"), FieldErrorKind::Required, "");
        }
        for (index, port) in ports.iter().enumerate() {
            let path = path.field("ports").index(index);
            if ports.len() > 1 && port["name"].as_str().unwrap_or_default().is_empty() {
                self.add(&path.field("name"), FieldErrorKind::Required, "");
            }
            self.port(&path.field("port"), &port["port"]);
            if port["targetPort"].is_number() {
                self.port(&path.field("targetPort"), &port["targetPort"]);
            }
        }
    }

    fn port(&mut self, path: &Path, value: &Value) {
        let number = value.as_i64().unwrap_or_default();
        if !(1..=65_535).contains(&number) {
            self.add(
                path,
                FieldErrorKind::Invalid(number.into()),
                "must be between 1 and 65535, inclusive",
            );
        }
    }

    fn pod(&mut self, path: &Path, spec: &Value) {
        let containers = spec["containers"].as_array().map_or(&[][..], Vec::as_slice);
        if containers.is_empty() {
            self.add(&path.field("containers"), FieldErrorKind::Required, "");
        }
        for (index, container) in containers.iter().enumerate() {
            let path = path.field("containers").index(index);
            for field in ["name", "image"] {
                if container[field].as_str().unwrap_or_default().is_empty() {
                    self.add(&path.field(field), FieldErrorKind::Required, "");
                }
            }
        }
    }

    fn workload(&mut self, path: &Path, spec: &Value) {
        if spec["selector"].is_null() {
            self.add(&path.field("selector"), FieldErrorKind::Required, "");
        }
        let template = &path.field("template");
        let labels = &spec["template"]["metadata"]["labels"];
        let matched = spec["selector"]["matchLabels"]
            .as_object()
            .into_iter()
            .flatten()
            .all(|(key, value)| labels[key] == *value);
        if !matched {
            let value = if labels.is_null() {
                serde_json::json!({})
            } else {
                labels.clone()
            };
            self.add(
                &template.field("metadata").field("labels"),
                FieldErrorKind::Invalid(value),
                "`selector` does not match template `labels`",
            );
        }
        self.pod(&template.field("spec"), &spec["template"]["spec"]);
    }
}

fn is_label(name: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !name.is_empty() && name.len() <= 63 && name.chars().all(inner) && !name.starts_with('-') && !name.ends_with('-')
}

/// What forbids the change; empty when nothing does.
pub fn validate_update(kind: Kind, new: &Value, _old: &Value) -> Vec<FieldError> {
    validate_create(kind, new)
}
