use crate::at::At;
use crate::validate::definition_schema;
use crate::{Finding, Segment, Value, format};
use base::Order;

/// Models: apiextensions-apiserver/pkg/apis/apiextensions/validation validateCustomResourceDefinitionSpec (v1.36).
/// Differs: of a conversion by webhook only that it names its client.
pub fn create(definition: &At) -> Vec<Finding> {
    let spec = definition.field("spec");
    let [group, scope, names, versions] = ["group", "scope", "names", "versions"].map(|it| spec.field(it));
    let mut errors = Vec::new();
    let name = definition.field("metadata").field("name");
    if name.text() != format!("{}.{}", names.field("plural").text(), group.text()) {
        errors.push(name.invalid("must be spec.names.plural+\".\"+spec.group"));
    }
    let forms = format::dns1123_subdomain(group.text());
    if group.text().is_empty() {
        errors.push(group.required(""));
    } else if !forms.is_empty() {
        errors.push(group.invalid(format::words(&forms, ",")));
    } else if !group.text().contains('.') {
        errors.push(group.invalid("should be a domain with at least one dot"));
    }
    errors.extend(scope.one_of(&["Cluster", "Namespaced"]));
    for version in versions.items() {
        let schema = version.field("schema").field("openAPIV3Schema");
        if !schema.is_set() {
            errors.push(schema.required(""));
        }
    }
    let is_hoisted = is_same(&versions, "schema");
    let (hoisted, of_each): (Vec<_>, Vec<_>) = OF_VERSIONS.iter().partition(|(field, _)| is_same(&versions, field));
    for version in versions.items() {
        errors.extend(label(&version.field("name")));
        if !is_hoisted {
            errors.extend(of_schema(&version, false));
        }
        errors.extend(of_each.iter().flat_map(|(_, rule)| rule(&version)));
    }
    let mut known: Vec<&str> = versions.items().map(|it| it.field("name").text()).collect();
    known.order();
    if known.windows(2).any(|pair| pair.first() == pair.last()) {
        errors.push(versions.invalid("must contain unique version names"));
    }
    let stored = versions.items().filter(|it| it.field("storage").flag()).count();
    if stored != 1 {
        errors.push(versions.invalid("must have exactly one version marked as storage version"));
    }
    for field in ["plural", "singular", "kind", "listKind"] {
        let field = names.field(field);
        if field.text().is_empty() {
            errors.push(field.required(""));
        }
    }
    errors.extend(of_names(&names));
    if is_hoisted {
        errors.extend(versions.items().next().into_iter().flat_map(|it| of_schema(&it, true)));
    }
    for (_, rule) in hoisted {
        for mut error in versions.items().next().into_iter().flat_map(|it| rule(&it)) {
            let spec = std::iter::once(Segment::Field("spec".to_owned()));
            error.shown = spec.chain(error.shown.segments().iter().skip(3).cloned()).collect();
            errors.push(error);
        }
    }
    errors.extend(conversion(&spec.field("conversion")));
    if stored == 0 {
        let shown = definition.field("status").field("storedVersions").path;
        let words = "must have at least one stored version";
        errors.push(Finding::invalid(shown, Value::Null, words).placed(&versions.path));
    }
    errors.extend(approval(definition));
    if spec.field("preserveUnknownFields").flag() {
        errors.push(spec.field("preserveUnknownFields").invalid(
            "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead",
        ));
    }
    errors
}

/// Whether all versions say the same in a field: then Kubernetes keeps it, and names it, as the definition's.
///
/// Models: apis/apiextensions/v1/conversion.go Convert_v1_CustomResourceDefinitionSpec_To_apiextensions (v1.36).
fn is_same(versions: &At, field: &'static str) -> bool {
    let mut all = versions.items().map(|it| it.field(field).value);
    let first = all.next();
    all.all(|it| Some(it) == first)
}

type VersionRule = (&'static str, fn(&At) -> Vec<Finding>);

/// What each version may say for itself.
const OF_VERSIONS: [VersionRule; 3] = [
    ("subresources", scale),
    ("additionalPrinterColumns", columns),
    ("selectableFields", selectable),
];

/// Models: ValidateCustomResourceDefinitionSubresources.
fn scale(version: &At) -> Vec<Finding> {
    let scale = version.field("subresources").field("scale");
    if !scale.is_set() {
        return Vec::new();
    }
    let paths: [(&'static str, bool, &[&str], &str); 3] = [
        (
            "specReplicasPath",
            true,
            &[".spec."],
            "should be a json path under .spec",
        ),
        (
            "statusReplicasPath",
            true,
            &[".status."],
            "should be a json path under .status",
        ),
        (
            "labelSelectorPath",
            false,
            &[".spec.", ".status."],
            "should be a json path under either .spec or .status",
        ),
    ];
    let each = paths.into_iter().filter_map(|(name, is_required, below, words)| {
        let path = scale.field(name);
        match path.text() {
            "" => is_required.then(|| path.required("")),
            text if !text.starts_with('.') => Some(path.invalid(SIMPLE_PATH)),
            text if !below.iter().any(|it| text.starts_with(it)) => Some(path.invalid(words)),
            _ => None,
        }
    });
    each.collect()
}

const SIMPLE_PATH: &str = "must be a simple json path starting with .";

/// Models: ValidateCustomResourceSelectableFields.
fn selectable(version: &At) -> Vec<Finding> {
    const MOST: usize = 8;
    let schema = version.field("schema").field("openAPIV3Schema");
    let fields = version.field("selectableFields");
    let (mut errors, mut seen) = (Vec::new(), Vec::new());
    for path in fields.items().map(|it| it.field("jsonPath")) {
        if path.text().is_empty() {
            errors.push(path.required(""));
            continue;
        }
        let names = path.text().strip_prefix('.').map(|it| it.split('.'));
        let found = names.and_then(|mut names| {
            names.try_fold(schema.clone(), |schema, name| {
                Some(schema.field("properties").key(name)).filter(At::is_set)
            })
        });
        let Some(found) = found else {
            errors.push(path.invalid("is an invalid path: does not refer to a valid field"));
            continue;
        };
        if path.text().starts_with(".metadata") {
            errors.push(path.invalid("must not point to fields in metadata"));
        }
        if !["string", "boolean", "integer"].contains(&found.field("type").text()) {
            errors.push(path.invalid(
                "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.",
            ));
        }
        if seen.contains(&path.text()) {
            errors.push(path.duplicate());
        } else {
            seen.push(path.text());
        }
    }
    if seen.len() > MOST {
        errors.push(Finding::too_many(fields.path.clone(), seen.len(), MOST));
    }
    errors
}

/// Models: validateCustomResourceConversion, whose field holds what `webhook` says.
fn conversion(conversion: &At) -> Vec<Finding> {
    if !conversion.is_set() {
        return Vec::new();
    }
    let (strategy, webhook) = (conversion.field("strategy"), conversion.field("webhook"));
    let mut errors: Vec<Finding> = strategy.one_of(&["None", "Webhook"]).into_iter().collect();
    let client = webhook.field("clientConfig");
    let shown = conversion.path.named("webhookClientConfig");
    if strategy.text() == "Webhook" {
        if !client.is_set() {
            let missing = Finding::required(shown, "required when strategy is set to Webhook");
            errors.push(missing.placed(&strategy.path));
        }
    } else if client.is_set() {
        let words = "should not be set when strategy is not set to Webhook";
        errors.push(Finding::forbidden(shown, words).placed(&client.path));
    }
    errors
}

fn columns(version: &At) -> Vec<Finding> {
    let columns = version.field("additionalPrinterColumns");
    columns.items().flat_map(|it| column(&it)).collect()
}

fn of_schema(version: &At, hoisted: bool) -> Vec<Finding> {
    let schema = version.field("schema").field("openAPIV3Schema");
    if schema.is_set() {
        definition_schema::validate(&schema, hoisted)
    } else {
        Vec::new()
    }
}

/// The objection to a name that is no label.
fn label(name: &At) -> Option<Finding> {
    named(name, name.text(), "")
}

/// The same for a name in mixed case.
fn mixed_label(name: &At) -> Option<Finding> {
    let prefix = "may have mixed case, but should otherwise match: ";
    named(name, &name.text().to_lowercase(), prefix)
}

fn named(name: &At, text: &str, prefix: &str) -> Option<Finding> {
    let errors = format::dns1035_label(text);
    let is_wrong = !text.is_empty() && !errors.is_empty();
    is_wrong.then(|| name.invalid(format!("{prefix}{}", format::words(&errors, ","))))
}

/// Models: ValidateCustomResourceDefinitionNames.
fn of_names(names: &At) -> Vec<Finding> {
    let [kind, list] = ["kind", "listKind"].map(|it| names.field(it));
    let mut errors: Vec<Finding> = ["plural", "singular"]
        .iter()
        .filter_map(|it| label(&names.field(it)))
        .collect();
    errors.extend([&kind, &list].into_iter().filter_map(mixed_label));
    errors.extend(names.field("shortNames").items().filter_map(|it| label(&it)));
    if !list.text().is_empty() && kind.text() == list.text() {
        errors.push(list.invalid("kind and listKind may not be the same"));
    }
    errors.extend(names.field("categories").items().filter_map(|it| label(&it)));
    errors
}

/// Models: ValidateCustomResourceColumnDefinition.
fn column(column: &At) -> Vec<Finding> {
    const TYPES: [&str; 5] = ["boolean", "date", "integer", "number", "string"];
    const FORMATS: [&str; 8] = [
        "byte",
        "date",
        "date-time",
        "double",
        "float",
        "int32",
        "int64",
        "password",
    ];
    let [name, ty, form, path] = ["name", "type", "format", "jsonPath"].map(|it| column.field(it));
    let mut errors = Vec::new();
    if name.text().is_empty() {
        errors.push(name.required(""));
    }
    let one_of = format!("must be one of {}", TYPES.join(","));
    if ty.text().is_empty() {
        errors.push(ty.required(one_of));
    } else if !TYPES.contains(&ty.text()) {
        errors.push(ty.invalid(one_of));
    }
    if !form.text().is_empty() && !FORMATS.contains(&form.text()) {
        errors.push(form.invalid(format!("must be one of {}", FORMATS.join(","))));
    }
    let wrong = match path.text() {
        "" => Some(path.required("")),
        text => (!text.starts_with('.')).then(|| path.invalid(SIMPLE_PATH)),
    };
    let shown = || column.path.field("JSONPath").into();
    errors.extend(wrong.map(|finding| Finding {
        shown: shown(),
        ..finding
    }));
    errors
}

/// Groups of Kubernetes' own need its approval.
///
/// Models: validateAPIApproval, apihelpers GetAPIApprovalState.
fn approval(definition: &At) -> Option<Finding> {
    const APPROVED: &str = "api-approved.kubernetes.io";
    let group = definition.field("spec").field("group").text();
    let is_protected = ["k8s.io", "kubernetes.io"]
        .iter()
        .any(|own| group == *own || group.strip_suffix(own).is_some_and(|rest| rest.ends_with('.')));
    let annotation = definition.field("metadata").field("annotations").key(APPROVED);
    let is_address = annotation
        .text()
        .split_once("://")
        .is_some_and(|(_, rest)| !rest.is_empty());
    if !is_protected || annotation.text().starts_with("unapproved") || is_address {
        return None;
    }
    let see = "see https://github.com/kubernetes/enhancements/pull/1111";
    Some(if annotation.text().is_empty() {
        annotation.required(format!(
            "protected groups must have approval annotation \"{APPROVED}\", {see}"
        ))
    } else {
        annotation.invalid(format!(
            "protected groups must have approval annotation \"{APPROVED}\" with either a URL or a reason starting with \"unapproved\", {see}"
        ))
    })
}

/// Models: validateCustomResourceDefinitionSpecUpdate: what is established stays.
pub fn update(new: &At, old: &At) -> Vec<Finding> {
    let mut errors = create(new);
    let [spec, before] = [new, old].map(|it| it.field("spec"));
    for field in ["group", "scope"] {
        let field_of = spec.field(field);
        if field_of.value != before.field(field).value {
            errors.push(field_of.invalid("field is immutable"));
        }
    }
    for field in ["kind", "plural"] {
        let field_of = spec.field("names").field(field);
        if field_of.value != before.field("names").field(field).value {
            errors.push(field_of.invalid("field is immutable"));
        }
    }
    errors
}
