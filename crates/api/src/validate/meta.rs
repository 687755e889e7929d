use crate::at::At;
use crate::validate::service_addresses;
use crate::{Detail, Finding, Kind, Rule, Value, format, go};
use base::Order;

const ANNOTATION_BYTES: usize = 256 * 1024;
const IMMUTABLE: (Rule, &str) = (Rule::Immutable, "field is immutable");

/// Models: apimachinery/pkg/api/validation ValidateObjectMeta (v1.36).
pub fn create(kind: Kind, meta: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let generate_name = meta.field("generateName");
    if !generate_name.text().is_empty() {
        errors.extend(generate_name.invalid_each(name_form(kind, &without_trailing_dash(generate_name.text()))));
    }
    let name = meta.field("name");
    if name.text().is_empty() {
        errors.push(name.required((Rule::NameMissing, "name or generateName is required")));
    } else {
        errors.extend(name.invalid_each(name_form(kind, name.text())));
    }
    let namespace = meta.field("namespace");
    if !kind.namespaced() {
        if !namespace.text().is_empty() {
            errors.push(namespace.forbidden("not allowed on this type"));
        }
    } else if namespace.text().is_empty() {
        errors.push(namespace.required(""));
    } else {
        errors.extend(namespace.invalid_each(format::dns1123_label(namespace.text())));
    }
    let generation = meta.field("generation");
    if generation.number() < 0 {
        errors.push(generation.invalid((Rule::NotNegative, "must be greater than or equal to 0")));
    }
    errors.extend(labels(&meta.field("labels")));
    errors.extend(annotations(&meta.field("annotations")));
    errors.extend(owner_references(&meta.field("ownerReferences")));
    errors.extend(finalizers(&meta.field("finalizers")));
    if knows_finalizers(kind) {
        errors.extend(unqualified_finalizers(&meta.field("finalizers")));
    }
    errors
}

/// Whether a kind takes no finalizers but Kubernetes' own and those with a domain: the validation of some knows no
/// more than that of any object.
///
/// Models: which ValidateObjectMeta each kind's validation calls (v1.36).
fn knows_finalizers(kind: Kind) -> bool {
    !kind.is_custom()
        && !matches!(
            kind,
            Kind::MutatingAdmissionPolicy
                | Kind::MutatingAdmissionPolicyBinding
                | Kind::MutatingWebhookConfiguration
                | Kind::ValidatingAdmissionPolicy
                | Kind::ValidatingAdmissionPolicyBinding
                | Kind::ValidatingWebhookConfiguration
                | Kind::Lease
                | Kind::CustomResourceDefinition
                | Kind::APIService
                | Kind::PodDisruptionBudget
        )
}

/// Models: apiserver/pkg/registry/rest validateCommonFields, pkg/apis/core/validation ValidateObjectMetaUpdate (v1.36).
pub fn update(new: &At, old: &At) -> Vec<Finding> {
    let mut errors = labels(&new.field("labels"));
    errors.extend(annotations(&new.field("annotations")));
    errors.extend(owner_references(&new.field("ownerReferences")));
    errors.extend(finalizers(&new.field("finalizers")));
    if old.field("deletionTimestamp").is_set() {
        errors.extend(new_finalizers(&new.field("finalizers"), &old.field("finalizers")));
    }
    if new.field("generation").number() < old.field("generation").number() {
        errors.push(new.field("generation").invalid("must not be decremented"));
    }
    let fixed = [
        "name",
        "namespace",
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
    ];
    for field in fixed {
        let (new, old) = (new.field(field), old.field(field));
        if new.value != old.value {
            errors.push(new.invalid(IMMUTABLE));
        }
    }
    errors.extend(unqualified_finalizers(&new.field("finalizers")));
    errors
}

fn name_form(kind: Kind, name: &str) -> Vec<Detail> {
    match kind {
        Kind::Service | Kind::Namespace | Kind::StatefulSet => format::dns1123_label(name),
        Kind::APIService
        | Kind::Event
        | Kind::Role
        | Kind::ClusterRole
        | Kind::RoleBinding
        | Kind::ClusterRoleBinding
        | Kind::CertificateSigningRequest
        | Kind::PodDisruptionBudget => format::path_segment_name(name),
        Kind::IPAddress => service_addresses::name_form(name),
        _ => format::dns1123_subdomain(name),
    }
}

/// Models: maskTrailingDash.
fn without_trailing_dash(name: &str) -> String {
    match name.strip_suffix('-') {
        Some(rest) if !rest.is_empty() => {
            let mut shorter = rest.to_owned();
            shorter.pop();
            shorter.push('a');
            shorter
        }
        _ => name.to_owned(),
    }
}

/// Models: apimachinery/pkg/apis/meta/v1/validation ValidateLabels (v1.36).
pub fn labels(labels: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    for (key, value) in labels.entries() {
        let key_errors = format::label_key(key)
            .into_iter()
            .map(|it| Finding::invalid(labels.path.clone(), key, it).placed(labels.path.key(key)));
        errors.extend(key_errors);
        let value_errors = format::label_value(value).into_iter();
        let invalid = |it| Finding::invalid(labels.path.clone(), value, it).placed(labels.path.key(key));
        errors.extend(value_errors.map(invalid));
    }
    errors
}

/// Models: ValidateAnnotations: keys in any case, all of it within 256 kB.
pub fn annotations(annotations: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mut bytes = 0;
    for (key, value) in annotations.entries() {
        let key_errors = format::label_key(&key.to_lowercase()).into_iter();
        let invalid = |it| Finding::invalid(annotations.path.clone(), key, it).placed(annotations.path.key(key));
        errors.extend(key_errors.map(invalid));
        bytes += key.len() + value.len();
    }
    if bytes > ANNOTATION_BYTES {
        errors.push(Finding::too_long(annotations.path.clone(), ANNOTATION_BYTES));
    }
    errors
}

fn owner_references(references: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mut controller: Option<String> = None;
    for (index, item) in references.items().enumerate() {
        let before = errors.len();
        // The path in the message is that of the list: Kubernetes does not say which reference it means.
        let reference = At {
            value: item.value,
            path: references.path.clone(),
        };
        let api_version = reference.field("apiVersion");
        let is_group_version = api_version.text().matches('/').count() < 2;
        if !is_group_version || api_version.text().rsplit('/').next().unwrap_or_default().is_empty() {
            errors.push(Finding::invalid(
                api_version.path.clone(),
                api_version.text(),
                "version must not be empty",
            ));
        }
        for field in ["kind", "name", "uid"] {
            let field = reference.field(field);
            if field.text().is_empty() {
                errors.push(Finding::invalid(field.path.clone(), field.text(), "must not be empty"));
            }
        }
        if api_version.text() == "v1" && reference.field("kind").text() == "Event" {
            errors.push(reference.invalid("/v1, Kind=Event is disallowed from being an owner"));
        }
        if reference.field("controller").flag() {
            let name = format!("{}/{}", reference.field("kind").text(), reference.field("name").text());
            match &controller {
                Some(first) => errors.push(Finding::invalid_struct(
                    references.path.clone(),
                    printed(references),
                    format!(
                        "Only one reference can have Controller set to true. Found \"true\" in references for {first} and {name}"
                    ),
                )),
                None => controller = Some(name),
            }
        }
        let place = references.path.index(index);
        for finding in errors.iter_mut().skip(before) {
            finding.move_to(&(&references.path).into(), &(&place).into());
        }
    }
    errors
}

/// References as Go prints them: their fields as they are declared.
fn printed(references: &At) -> String {
    let one = |reference: &At| {
        let texts = ["apiVersion", "kind", "name", "uid"].map(|name| (name, reference.field(name).text().into()));
        let flags = ["controller", "blockOwnerDeletion"].map(|name| (name, reference.field(name).value.clone()));
        let given = flags.into_iter().filter(|(_, value): &(&str, Value)| !value.is_null());
        let fields: Vec<String> = texts
            .into_iter()
            .chain(given)
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        format!("{{{}}}", fields.join(","))
    };
    let items: Vec<String> = references.items().map(|item| one(&item)).collect();
    format!("[{}]", items.join(","))
}

fn finalizers(finalizers: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let names = finalizers.texts();
    for (index, name) in names.iter().enumerate() {
        let place = finalizers.path.index(index);
        let forms = format::label_key(name).into_iter();
        errors.extend(forms.map(|it| Finding::invalid(finalizers.path.clone(), *name, it).placed(&place)));
    }
    if names.contains(&"orphan") && names.contains(&"foregroundDeletion") {
        errors.push(finalizers.invalid("finalizer orphan and foregroundDeletion cannot be both set"));
    }
    errors
}

/// Models: pkg/apis/core/validation validateKubeFinalizerName (v1.36).
fn unqualified_finalizers(finalizers: &At) -> Vec<Finding> {
    let standard = ["kubernetes", "orphan", "foregroundDeletion"];
    let unknown = finalizers
        .items()
        .filter(|it| !it.text().contains('/') && !standard.contains(&it.text()));
    unknown
        .map(|it| it.invalid("name is neither a standard finalizer name nor is it fully qualified"))
        .collect()
}

/// Models: pkg/apis/core/validation ValidateNamespace, its finalizers, all at their list.
pub fn namespace_finalizers(finalizers: &At) -> Vec<Finding> {
    let standard = ["kubernetes", "orphan", "foregroundDeletion"];
    let mut errors = Vec::new();
    for name in finalizers.texts() {
        let mut forms = format::label_key(name);
        if !name.contains('/') && !standard.contains(&name) {
            forms.push("name is neither a standard finalizer name nor is it fully qualified".into());
        }
        let forms = forms.into_iter();
        errors.extend(forms.map(|it| Finding::invalid(finalizers.path.clone(), name, it)));
    }
    errors
}

/// Models: pkg/apis/core/validation ValidateNamespaceStatusUpdate.
pub fn namespace_phase(namespace: &At) -> Option<Finding> {
    let going = namespace.field("metadata").field("deletionTimestamp").is_set();
    let phase = namespace.field("status").field("phase").text();
    let (wanted, whether) = if going {
        ("Terminating", "not empty")
    } else {
        ("Active", "empty")
    };
    // Kubernetes names the field in another case here than it is written.
    let path = namespace.field("status").path.field("Phase");
    (phase != wanted).then(|| {
        let words = format!("may only be '{wanted}' if `deletionTimestamp` is {whether}");
        Finding::invalid(path, phase, words).placed(namespace.field("status").field("phase").path)
    })
}

fn new_finalizers(new: &At, old: &At) -> Option<Finding> {
    let known = old.texts();
    let mut extra: Vec<String> = new
        .texts()
        .into_iter()
        .filter(|it| !known.contains(it))
        .map(go::quote)
        .collect();
    extra.order();
    (!extra.is_empty()).then(|| {
        new.forbidden(format!(
            "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
            extra.join(", ")
        ))
    })
}
