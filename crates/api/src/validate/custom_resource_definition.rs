use crate::at::At;
use crate::{Finding, format};

/// Models: apiextensions-apiserver/pkg/apis/apiextensions/validation validateCustomResourceDefinitionSpec (v1.36).
/// Differs: schemas, conversions and printer columns are not judged.
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
    errors
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
