use crate::at::At;
use crate::validate::config_map::{MAX_BYTES, immutable, key_form};
use crate::{Finding, Rule, Value, base64};

const ACCOUNT: &str = "kubernetes.io/service-account.name";

/// Models: pkg/apis/core/validation ValidateSecret (v1.36), without its metadata.
pub fn create(secret: &At) -> Vec<Finding> {
    let data = secret.field("data");
    let mut errors: Vec<Finding> = data.entries().flat_map(|(key, _)| key_form(&data, key)).collect();
    let sizes = data
        .entries()
        .map(|(_, text)| base64::decode(text).map_or(0, |it| it.len()));
    if sizes.sum::<usize>() > MAX_BYTES {
        errors.push(Finding::too_long(data.path.clone(), MAX_BYTES));
    }
    let lacks = |key: &str| !data.key(key).is_set();
    let missing = |key: &str| data.key(key).required("");
    match secret.field("type").text() {
        "kubernetes.io/service-account-token" => {
            let account = secret.field("metadata").field("annotations").key(ACCOUNT);
            if account.text().is_empty() {
                errors.push(account.required(""));
            }
        }
        "kubernetes.io/dockercfg" => errors.extend(docker_config(&data, ".dockercfg")),
        "kubernetes.io/dockerconfigjson" => errors.extend(docker_config(&data, ".dockerconfigjson")),
        "kubernetes.io/basic-auth" if lacks("username") && lacks("password") => {
            errors.extend(["username", "password"].map(missing));
        }
        "kubernetes.io/ssh-auth" if data.key("ssh-privatekey").text().is_empty() => {
            errors.push(missing("ssh-privatekey"));
        }
        "kubernetes.io/tls" => {
            let keys = ["tls.crt", "tls.key"].into_iter().filter(|key| lacks(key));
            errors.extend(keys.map(missing));
        }
        _ => {}
    }
    errors
}

/// Models: ValidateSecretUpdate.
pub fn update(new: &At, old: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let kind = new.field("type");
    if kind.value != old.field("type").value {
        errors.push(kind.invalid((Rule::Immutable, "field is immutable")));
    }
    errors.extend(immutable(new, old, &["data"]));
    errors.extend(create(new));
    errors
}

/// The configuration must be there, and must be a JSON object.
fn docker_config(data: &At, key: &str) -> Option<Finding> {
    let config = data.key(key);
    if !config.is_set() {
        return Some(config.required(""));
    }
    let bytes = base64::decode(config.text()).unwrap_or_default();
    let why = why_no_object(&bytes)?;
    Some(Finding::invalid(config.path, "<secret contents redacted>", why))
}

/// Why bytes are no JSON object, in Go's words.
///
/// Models: Go's encoding/json scanner.go, decode.go Unmarshal.
/// Differs: of what goes wrong behind the first character, only that it ends too early is told apart.
fn why_no_object(bytes: &[u8]) -> Option<String> {
    let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let Some(first) = bytes.iter().find(|byte| !blank(byte)) else {
        return Some("unexpected end of JSON input".to_owned());
    };
    match serde_json::from_slice::<Value>(bytes) {
        Ok(Value::Object(_) | Value::Null) => None,
        Ok(other) => {
            let found = match other {
                Value::Array(_) => "array",
                Value::String(_) => "string",
                Value::Bool(_) => "bool",
                _ => "number",
            };
            let words = format!("json: cannot unmarshal {found} into Go value of type map[string]interface {{}}");
            Some(words)
        }
        Err(error) if error.is_eof() => Some("unexpected end of JSON input".to_owned()),
        Err(_) if !matches!(first, b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {
            let letter = char::from(*first);
            Some(format!("invalid character '{letter}' looking for beginning of value"))
        }
        Err(error) => {
            let wrong = bytes.get(error.column().saturating_sub(1)).copied().unwrap_or(b' ');
            let letter = char::from(wrong);
            Some(format!(
                "invalid character '{letter}' looking for beginning of object key string"
            ))
        }
    }
}
