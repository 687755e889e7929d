use crate::at::At;
use crate::validate::pod::annotations::MIRROR;
use crate::validate::pod::print;
use crate::{Finding, format};
use base::Order;

/// Models: pkg/apis/core/validation validatePodResourceClaims (v1.36).
pub fn validate(claims: &At, annotations: Option<&At>) -> Vec<Finding> {
    let is_static = annotations.is_some_and(|it| it.key(MIRROR).is_set());
    let mut errors = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for claim in claims.items() {
        if is_static {
            let path = crate::trail::Trail::default().field("");
            errors.push(Finding::forbidden(path, "static pods do not support resource claims"));
            continue;
        }
        let name = claim.field("name");
        if name.text().is_empty() {
            errors.push(name.required(""));
        } else if names.contains(&name.text()) {
            errors.push(name.duplicate());
        } else {
            errors.extend(name.invalid_each(format::dns1123_label(name.text())));
            names.push(name.text());
        }
        errors.extend(source(&claim));
    }
    errors
}

/// Models: validatePodResourceClaim.
fn source(claim: &At) -> Vec<Finding> {
    let sources = ["resourceClaimName", "resourceClaimTemplateName"].map(|it| claim.field(it));
    let given: Vec<&At> = sources.iter().filter(|it| it.is_set()).collect();
    let words = match given.len() {
        0 => Some("must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"),
        1 => None,
        _ => Some("at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"),
    };
    let printed = || print::compact("PodResourceClaim", claim.value);
    let mut errors: Vec<Finding> = words
        .map(|it| Finding::invalid_struct(claim.path.clone(), printed(), it))
        .into_iter()
        .collect();
    errors.extend(
        given
            .iter()
            .flat_map(|it| it.invalid_each(format::dns1123_subdomain(it.text()))),
    );
    errors
}

/// The claims that a container names.
///
/// Models: validateResourceClaimNames.
pub fn named(claims: &At, known: &[&str]) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for claim in claims.items() {
        let (name, request) = (claim.field("name").text(), claim.field("request"));
        if name.is_empty() {
            errors.push(claim.required(""));
            continue;
        }
        let duplicate = |key: &str| Finding::duplicate(claim.path.clone(), key);
        if seen.iter().any(|it| it == name) {
            errors.push(duplicate(name));
        } else {
            let mut key = name.to_owned();
            if !request.text().is_empty() {
                errors.extend(request.invalid_each(format::dns1123_label(request.text())));
                key = format!("{name}/{}", request.text());
            }
            if seen.contains(&key) {
                errors.push(duplicate(&key));
            } else if request.text().is_empty() {
                let parts = seen
                    .iter()
                    .filter(|it| it.split_once('/').is_some_and(|(of, _)| of == name));
                errors.extend(parts.map(|_| duplicate(name)));
            }
            seen.push(key);
        }
        if !known.contains(&name) {
            errors.push(unknown(&claim, name, known));
        }
    }
    errors
}

fn unknown(claim: &At, name: &str, known: &[&str]) -> Finding {
    let mut known = known.to_vec();
    known.order();
    known.dedup();
    let which = if known.is_empty() {
        " which is empty".to_owned()
    } else {
        format!(": {}", known.join(", "))
    };
    Finding {
        detail: format!("must be one of the names in pod.spec.resourceClaims{which}"),
        ..Finding::not_found(claim.path.clone(), name)
    }
}
