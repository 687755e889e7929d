use crate::at::At;
use crate::validate::pod::paths;
use crate::{Finding, Rule, format, quantity};

const POD_FIELDS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
/// All fields of the downward API, wherever each may be used.
const KNOWN_FIELDS: [&str; 14] = [
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.serviceAccountName",
    "spec.schedulerName",
    "status.phase",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
const RESOURCES: [&str; 6] = [
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];
const BYTE_DIVISORS: [&str; 13] = [
    "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei",
];

/// Models: pkg/apis/core/validation ValidateEnv (v1.36).
pub fn variables(variables: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    for variable in variables.items() {
        let name = variable.field("name");
        if name.text().is_empty() {
            errors.push(name.required((Rule::VariableUnnamed, "")));
        } else {
            errors.extend(name.invalid_each(format::env_var_name(name.text())));
        }
        errors.extend(value_from(&variable));
    }
    errors
}

/// Models: validateEnvVarValueFrom.
fn value_from(variable: &At) -> Vec<Finding> {
    let from = variable.field("valueFrom");
    if !from.is_set() {
        return Vec::new();
    }
    let kinds = [
        "fieldRef",
        "resourceFieldRef",
        "configMapKeyRef",
        "secretKeyRef",
        "fileKeyRef",
    ];
    let mut errors = Vec::new();
    let mut sources = 0;
    for (name, source) in kinds.map(|name| (name, from.field(name))) {
        if !source.is_set() {
            continue;
        }
        sources += 1;
        errors.extend(match name {
            "fieldRef" => field_reference(&source, &POD_FIELDS),
            "resourceFieldRef" => resource_reference(&source, false),
            "configMapKeyRef" | "secretKeyRef" => key_reference(&source),
            _ => file_key_reference(&source),
        });
    }
    let detail = match sources {
        0 => (
            Rule::VariableSources,
            "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`",
        ),
        _ if !variable.field("value").text().is_empty() => (
            Rule::VariableValueTwice,
            "may not be specified when `value` is not empty",
        ),
        1 => return errors,
        _ => (
            Rule::SourcesTooMany,
            "may not have more than one field specified at a time",
        ),
    };
    errors.push(Finding::invalid(from.path.clone(), "", detail));
    errors
}

/// Models: validateObjectFieldSelector, pkg/apis/core/pods ConvertDownwardAPIFieldLabel.
pub fn field_reference(reference: &At, supported: &[&str]) -> Vec<Finding> {
    let (version, path) = (reference.field("apiVersion"), reference.field("fieldPath"));
    if let Some(missing) = [&version, &path].into_iter().find(|it| it.text().is_empty()) {
        return vec![missing.required("")];
    }
    let unconverted = |why: String| vec![path.invalid(format!("error converting fieldPath: {why}"))];
    if version.text() != "v1" {
        return unconverted(format!("unsupported pod version: {}", version.text()));
    }
    if let Some((map, key)) = subscripted(path.text()) {
        let forms = match map {
            "metadata.annotations" => format::label_key(&key.to_lowercase()),
            "metadata.labels" => format::label_key(key),
            _ => return unconverted(format!("field label does not support subscript: {}", path.text())),
        };
        let shown = if map == "metadata.annotations" {
            key.to_lowercase()
        } else {
            key.to_owned()
        };
        let invalid = |words| Finding::invalid(reference.path.clone(), shown.as_str(), words);
        return forms.into_iter().map(invalid).collect();
    }
    let field = match path.text() {
        "spec.host" => "spec.nodeName",
        other => other,
    };
    if !KNOWN_FIELDS.contains(&field) {
        return unconverted(format!("field label not supported: {field}"));
    }
    if supported.contains(&field) {
        return Vec::new();
    }
    vec![Finding::not_supported(path.path.clone(), field, supported)]
}

/// `metadata.labels['key']`.
///
/// Models: pkg/fieldpath SplitMaybeSubscriptedPath.
fn subscripted(path: &str) -> Option<(&str, &str)> {
    let (map, key) = path.strip_suffix("']")?.split_once("['")?;
    (!map.is_empty()).then_some((map, key))
}

/// Models: validateContainerResourceFieldSelector.
pub fn resource_reference(reference: &At, in_volume: bool) -> Vec<Finding> {
    let (container, resource) = (reference.field("containerName"), reference.field("resource"));
    let huge = ["limits.hugepages-", "requests.hugepages-"]
        .iter()
        .any(|prefix| resource.text().starts_with(prefix));
    let mut errors = Vec::new();
    if in_volume && container.text().is_empty() {
        errors.push(container.required(""));
    } else if resource.text().is_empty() {
        errors.push(resource.required(""));
    } else if !RESOURCES.contains(&resource.text()) && !huge {
        errors.push(resource.not_supported(&RESOURCES));
    }
    errors.extend(divisor(reference, huge));
    errors
}

/// Models: validateContainerResourceDivisor.
fn divisor(reference: &At, huge: bool) -> Option<Finding> {
    let (resource, divisor) = (reference.field("resource").text(), reference.field("divisor"));
    if quantity::nanos(divisor.text()).is_none_or(|it| it == 0) {
        return None;
    }
    let bytes = "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the";
    let (allowed, words) = match resource {
        "limits.cpu" | "requests.cpu" => (
            &["1m", "1"][..],
            "only divisor's values 1m and 1 are supported with the cpu resource".to_owned(),
        ),
        "limits.memory" | "requests.memory" => (&BYTE_DIVISORS[..], format!("{bytes} memory resource")),
        "limits.ephemeral-storage" | "requests.ephemeral-storage" => {
            (&BYTE_DIVISORS[..], format!("{bytes} local ephemeral storage resource"))
        }
        _ if huge => (&BYTE_DIVISORS[..], format!("{bytes} hugepages resource")),
        _ => return None,
    };
    (!allowed.contains(&divisor.text())).then(|| Finding::invalid(divisor.path.clone(), resource, words))
}

/// Models: validateConfigMapKeySelector, validateSecretKeySelector.
fn key_reference(reference: &At) -> Vec<Finding> {
    let (name, key) = (reference.field("name"), reference.field("key"));
    let forms = format::dns1123_subdomain(name.text()).into_iter();
    let mut errors: Vec<Finding> = forms
        .map(|it| Finding::invalid(name.path.clone(), name.text(), it))
        .collect();
    if key.text().is_empty() {
        errors.push(key.required(""));
    } else {
        errors.extend(key.invalid_each(format::config_map_key(key.text())));
    }
    errors
}

/// Models: validateFileKeySelector.
fn file_key_reference(reference: &At) -> Vec<Finding> {
    let [key, volume, path] = ["key", "volumeName", "path"].map(|name| reference.field(name));
    let mut errors = Vec::new();
    for (field, forms) in [
        (&key, format::env_var_name(key.text())),
        (&volume, format::dns1123_label(volume.text())),
    ] {
        if field.text().is_empty() {
            errors.push(field.required(""));
        } else {
            errors.extend(field.invalid_each(forms));
        }
    }
    if path.text().is_empty() {
        errors.push(path.required(""));
    } else {
        errors.extend(paths::no_backsteps(&path.path, path.text()));
    }
    errors
}

/// Files of variables lie in volumes that begin empty.
///
/// Models: validateFileKeyRefVolumes.
pub fn file_volumes(spec: &At, container: &At) -> Vec<Finding> {
    let volumes = spec.field("volumes");
    let names = container.field("env").items();
    let names = names.map(|it| it.field("valueFrom").field("fileKeyRef"));
    let names = names.filter(At::is_set).map(|it| it.field("volumeName"));
    let wrong = names.filter_map(
        |name| match volumes.items().find(|it| it.field("name").text() == name.text()) {
            None => Some(Finding::not_found(name.path.clone(), name.text())),
            Some(volume) if !volume.field("emptyDir").is_set() => {
                Some(name.invalid("referenced volume must be of type emptyDir"))
            }
            Some(_) => None,
        },
    );
    wrong.collect()
}

/// Models: ValidateEnvFrom.
pub fn sources(sources: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    for source in sources.items() {
        let prefix = source.field("prefix");
        if !prefix.text().is_empty() {
            errors.extend(prefix.invalid_each(format::env_var_name(prefix.text())));
        }
        let references = ["configMapRef", "secretRef"].map(|name| source.field(name));
        let given: Vec<&At> = references.iter().filter(|it| it.is_set()).collect();
        for name in given.iter().map(|it| it.field("name")) {
            if name.text().is_empty() {
                errors.push(name.required(""));
            } else {
                errors.extend(name.invalid_each(format::dns1123_subdomain(name.text())));
            }
        }
        let detail = match given.len() {
            0 => (
                Rule::VariableSources,
                "must specify one of: `configMapRef` or `secretRef`",
            ),
            1 => continue,
            _ => (
                Rule::SourcesTooMany,
                "may not have more than one field specified at a time",
            ),
        };
        errors.push(Finding::invalid(sources.path.clone(), "", detail).placed(&source.path));
    }
    errors
}
