//! Requests for certificates.

use crate::at::At;
use crate::{Finding, Value, base64, format};

const MIN_SECONDS: i64 = 600;
const LEGACY_SIGNER: &str = "kubernetes.io/legacy-unknown";
const DECIDED: [&str; 2] = ["Approved", "Denied"];
const MAX_DOMAIN: usize = 253;
const MAX_SIGNER: usize = MAX_DOMAIN + 1 + MAX_DOMAIN + 63 + 1;
const USAGES: [&str; 23] = [
    "any",
    "cert sign",
    "client auth",
    "code signing",
    "content commitment",
    "crl sign",
    "data encipherment",
    "decipher only",
    "digital signature",
    "email protection",
    "encipher only",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "key agreement",
    "key encipherment",
    "microsoft sgc",
    "netscape sgc",
    "ocsp signing",
    "s/mime",
    "server auth",
    "signing",
    "timestamping",
];

/// Models: pkg/apis/certificates/validation validateCertificateSigningRequest (v1.36), without its metadata.
/// Differs: of what is requested only the frame of the PEM block is judged, neither its content nor its signature.
pub fn create(request: &At) -> Vec<Finding> {
    let spec = request.field("spec");
    let [pem, usages, signer, seconds] =
        ["request", "usages", "signerName", "expirationSeconds"].map(|it| spec.field(it));
    let mut errors = Vec::new();
    let bytes = base64::decode(pem.text()).unwrap_or_default();
    if pem_block(&String::from_utf8_lossy(&bytes)).is_none_or(|(kind, _)| kind != "CERTIFICATE REQUEST") {
        let words = "PEM block type must be CERTIFICATE REQUEST";
        let found = if pem.is_set() { pem.value.clone() } else { Value::Null };
        errors.push(Finding::invalid(pem.path.clone(), found, words));
    }
    if usages.is_empty() {
        errors.push(usages.required(""));
    }
    errors.extend(usages.items().filter_map(|it| it.one_of_if_set(&USAGES)));
    let mut seen = Vec::new();
    for usage in usages.items() {
        if seen.contains(&usage.text()) {
            errors.push(usage.duplicate());
        }
        seen.push(usage.text());
    }
    if signer.text() == LEGACY_SIGNER {
        errors.push(signer.invalid("the legacy signerName is not allowed via this API version"));
    } else {
        errors.extend(signer_name(&signer));
    }
    if seconds.is_set() && seconds.number() < MIN_SECONDS {
        errors.push(seconds.invalid("may not specify a duration less than 600 seconds (10 minutes)"));
    }
    errors.extend(conditions(&request.field("status").field("conditions")));
    errors
}

/// The first PEM block of a text: its type and its content.
pub fn pem_block(text: &str) -> Option<(&str, String)> {
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (kind, rest) = rest.split_once("-----")?;
    let (content, _) = rest.split_once(&format!("-----END {kind}-----"))?;
    let content = content.split_whitespace().collect::<String>();
    base64::decode(&content).ok()?;
    Some((kind, content))
}

/// Models: pkg/apis/core/validation/names.go ValidateSignerName (v1.36).
fn signer_name(signer: &At) -> Vec<Finding> {
    let text = signer.text();
    if text.is_empty() {
        return vec![signer.required("")];
    }
    let Some((domain, path)) = text.split_once('/').filter(|(_, path)| !path.contains('/')) else {
        return vec![signer.invalid("must be a fully qualified domain and path of the form 'example.com/signer-name'")];
    };
    let part = |part: &str, words: String| Finding::invalid(signer.path.clone(), part, words);
    let labels = |of: &str, form: fn(&str) -> Vec<crate::Detail>| -> Vec<Finding> {
        let wrong = of.split('.').find(|it| !form(it).is_empty());
        let forms = wrong.map_or_else(Vec::new, form).into_iter();
        let label = wrong.unwrap_or_default();
        forms
            .map(|it| part(of, format!("validating label \"{label}\": {it}")))
            .collect()
    };
    let mut errors = Vec::new();
    if domain.len() > MAX_DOMAIN {
        errors.push(Finding::too_long(signer.path.clone(), MAX_DOMAIN));
    }
    errors.extend(labels(domain, format::dns1123_label));
    if !domain.contains('.') {
        let words = "should be a domain with at least two segments separated by dots";
        errors.push(part(domain, words.to_owned()));
    }
    errors.extend(labels(path, format::dns1123_subdomain));
    if text.len() > MAX_SIGNER {
        errors.push(Finding::too_long(signer.path.clone(), MAX_SIGNER));
    }
    errors
}

/// Models: validateConditions.
fn conditions(conditions: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for condition in conditions.items() {
        let (kind, status) = (condition.field("type"), condition.field("status"));
        if kind.text().is_empty() {
            errors.push(kind.required(""));
        }
        let is_final = DECIDED.contains(&kind.text()) || kind.text() == "Failed";
        let statuses: &[&str] = if is_final {
            &["True"]
        } else {
            &["False", "True", "Unknown"]
        };
        errors.extend(status.one_of(statuses));
        let other = DECIDED.iter().find(|it| **it != kind.text());
        if DECIDED.contains(&kind.text()) && other.is_some_and(|it| seen.contains(it)) {
            let words = "Approved and Denied conditions are mutually exclusive";
            errors.push(Finding::invalid(conditions.path.clone(), kind.text(), words));
        }
        if seen.contains(&kind.text()) {
            errors.push(kind.duplicate());
        }
        seen.push(kind.text());
    }
    errors
}

/// Only the subresource `approval` decides a request, and what is decided stays.
///
/// Models: validateCertificateSigningRequestUpdate, as the object and its status are updated.
pub fn update<'a>(new: &At<'a>, old: &At<'a>) -> Vec<Finding> {
    let mut errors = approval(new, old);
    let place = decisions(new);
    for kind in DECIDED {
        if count(new, kind) > count(old, kind) {
            errors.push(place.forbidden(format!("updates may not add a condition of type \"{kind}\"")));
        }
    }
    let certificate = |request: &At<'a>| request.field("status").field("certificate");
    let (now, then) = (certificate(new), certificate(old));
    if now.value != then.value && !then.text().is_empty() {
        errors.push(now.forbidden("updates may not modify existing certificate content"));
    }
    errors
}

/// Models: ValidateCertificateSigningRequestApprovalUpdate.
pub fn approval(new: &At<'_>, old: &At<'_>) -> Vec<Finding> {
    let mut errors = create(new);
    let place = decisions(new);
    for kind in ["Approved", "Denied", "Failed"] {
        if count(new, kind) < count(old, kind) {
            errors.push(place.forbidden(format!("updates may not remove a condition of type \"{kind}\"")));
        }
    }
    errors
}

fn decisions<'a>(request: &At<'a>) -> At<'a> {
    request.field("status").field("conditions")
}

fn count(request: &At<'_>, kind: &str) -> usize {
    let conditions = decisions(request);
    conditions.items().filter(|it| it.field("type").text() == kind).count()
}
