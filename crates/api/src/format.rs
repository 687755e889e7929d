//! Formats of names and values. Each function returns what is wrong, in Kubernetes' words.
//!
//! Models: apimachinery/pkg/util/validation and pkg/api/validate/content (v1.36).

use crate::{Detail, Rule};

const LABEL: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const KEY: &str = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

fn expression(message: &str, expression: &str, examples: &[&str]) -> String {
    let examples: Vec<String> = examples.iter().map(|it| format!("'{it}', ")).collect();
    format!(
        "{message} (e.g. {}regex used for validation is '{expression}')",
        examples.join(" or ")
    )
}

fn max_length(length: usize) -> String {
    format!("must be no more than {length} characters")
}

/// Joins several details into one, with the rule of the first.
pub(crate) fn joined(details: &[Detail]) -> Detail {
    Detail {
        rule: details.first().and_then(|it| it.rule),
        words: words(details, ";"),
    }
}

pub fn words(details: &[Detail], separator: &str) -> String {
    let words: Vec<&str> = details.iter().map(|it| it.words.as_str()).collect();
    words.join(separator)
}

fn detail(rule: Rule, words: impl Into<String>) -> Detail {
    (rule, words.into()).into()
}

/// The message `must be between 1 and 65535, inclusive`.
pub fn between(low: i64, high: i64) -> String {
    format!("must be between {low} and {high}, inclusive")
}

/// Models: pkg/api/validate/content MaxLenError: newer forms count bytes and say so.
fn too_many_bytes(value: &str, length: usize) -> Option<Detail> {
    (value.len() > length).then(|| detail(Rule::NameLength, format!("must be no more than {length} bytes")))
}

fn too_long(value: &str, length: usize) -> Option<Detail> {
    (value.len() > length).then(|| detail(Rule::NameLength, max_length(length)))
}

fn is_label(value: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = value.as_bytes();
    bytes.iter().all(|b| inner(*b) || *b == b'-')
        && bytes.first().is_some_and(|b| inner(*b))
        && bytes.last().is_some_and(|b| inner(*b))
}

fn is_subdomain(value: &str) -> bool {
    value.split('.').all(is_label)
}

/// Models: IsDNS1123Label.
pub fn dns1123_label(value: &str) -> Vec<Detail> {
    let form = if is_label(value) {
        None
    } else if is_subdomain(value) {
        Some(detail(Rule::NameDots, "must not contain dots"))
    } else {
        let message = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
        Some(detail(
            Rule::NameLabel,
            expression(message, LABEL, &["my-name", "123-abc"]),
        ))
    };
    too_long(value, 63).into_iter().chain(form).collect()
}

/// Models: IsDNS1035Label.
pub fn dns1035_label(value: &str) -> Vec<Detail> {
    let message = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
    let fits = is_label(value) && value.starts_with(|it: char| it.is_ascii_lowercase());
    let form = || expression(message, "[a-z]([-a-z0-9]*[a-z0-9])?", &["my-name", "abc-123"]).into();
    too_long(value, 63).into_iter().chain((!fits).then(form)).collect()
}

/// Models: IsDNS1123Subdomain.
pub fn dns1123_subdomain(value: &str) -> Vec<Detail> {
    too_long(value, 253).into_iter().chain(subdomain_form(value)).collect()
}

/// Models: IsWildcardDNS1123Subdomain.
pub fn wildcard_dns1123_subdomain(value: &str) -> Vec<Detail> {
    let message = "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must \
                   consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
    let fits = value.strip_prefix("*.").is_some_and(is_subdomain);
    let form = || expression(message, &format!("\\*\\.{LABEL}(\\.{LABEL})*"), &["*.example.com"]).into();
    too_long(value, 253).into_iter().chain((!fits).then(form)).collect()
}

/// Models: IsPathSegmentName.
pub fn path_segment_name(name: &str) -> Vec<Detail> {
    if [".", ".."].contains(&name) {
        return vec![format!("may not be '{name}'").into()];
    }
    let wrong = ["/", "%"].into_iter().filter(|it| name.contains(it));
    wrong.map(|it| format!("may not contain '{it}'").into()).collect()
}

fn subdomain_form(value: &str) -> Option<Detail> {
    let message = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
    let form = || expression(message, &format!("{LABEL}(\\.{LABEL})*"), &["example.com"]);
    (!is_subdomain(value)).then(|| detail(Rule::NameSubdomain, form()))
}

fn is_key_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes
        .iter()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        && bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
}

/// Models: IsLabelKey, IsQualifiedName.
pub fn label_key(value: &str) -> Vec<Detail> {
    let message = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
    let form = || expression(message, KEY, &["MyName", "my.name", "123-abc"]);
    let mut parts = value.split('/');
    let mut errors = Vec::new();
    let name = match (parts.next(), parts.next(), parts.next()) {
        (Some(name), None, None) => name,
        (Some(""), Some(name), None) => {
            errors.push(detail(Rule::LabelKey, "prefix part must be non-empty"));
            name
        }
        (Some(prefix), Some(name), None) => {
            let forms = too_many_bytes(prefix, 253).into_iter().chain(subdomain_form(prefix));
            errors.extend(forms.map(|it| detail(Rule::LabelKey, format!("prefix part {it}"))));
            name
        }
        _ => {
            let more = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            return vec![detail(Rule::LabelKey, format!("a valid label key {} {more}", form()))];
        }
    };
    if name.is_empty() {
        errors.push(detail(Rule::LabelKey, "name part must be non-empty"));
    } else if let Some(error) = too_many_bytes(name, 63) {
        errors.push(detail(Rule::LabelKey, format!("name part {error}")));
    }
    if !is_key_name(name) {
        errors.push(detail(Rule::LabelKey, format!("name part {}", form())));
    }
    errors
}

/// Models: IsLabelValue.
pub fn label_value(value: &str) -> Vec<Detail> {
    let message = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
    let fits = value.is_empty() || is_key_name(value);
    let form = || expression(message, &format!("({KEY})?"), &["MyValue", "my_value", "12345"]);
    let form = (!fits).then(|| detail(Rule::LabelValue, form()));
    too_many_bytes(value, 63).into_iter().chain(form).collect()
}

/// Models: IsValidPortNum.
pub fn port_number(port: i64) -> Vec<Detail> {
    if (1..=65_535).contains(&port) {
        Vec::new()
    } else {
        vec![detail(Rule::PortRange, between(1, 65_535))]
    }
}

/// Models: IsValidPortName.
pub fn port_name(name: &str) -> Vec<Detail> {
    let mut errors = Vec::new();
    let mut add = |wrong: bool, words: &str| {
        if wrong {
            errors.push(detail(Rule::PortName, words));
        }
    };
    add(name.len() > 15, &max_length(15));
    let in_set = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    add(
        name.is_empty() || !name.bytes().all(in_set),
        "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
    );
    add(
        !name.bytes().any(|b| b.is_ascii_lowercase()),
        "must contain at least one letter (a-z)",
    );
    add(name.contains("--"), "must not contain consecutive hyphens");
    add(
        name.starts_with('-') || name.ends_with('-'),
        "must not begin or end with a hyphen",
    );
    errors
}
/// Models: IsValidPercent.
pub fn percent(value: &str) -> Vec<Detail> {
    let fits = value
        .strip_suffix('%')
        .is_some_and(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit()));
    if fits {
        return Vec::new();
    }
    let message = "a valid percent string must be a numeric string followed by an ending '%'";
    vec![detail(
        Rule::PercentForm,
        expression(message, "[0-9]+%", &["1%", "93%"]),
    )]
}

/// Models: IsRelaxedEnvVarName.
pub fn env_var_name(name: &str) -> Vec<Detail> {
    let mut errors = Vec::new();
    if name.is_empty() {
        errors.push(detail(
            Rule::VariableName,
            "environment variable name must be non-empty",
        ));
    }
    if !name.chars().all(|c| (c == ' ' || c.is_ascii_graphic()) && c != '=') {
        let words = "a valid environment variable name must consist only of printable ASCII characters other than '='";
        errors.push(detail(Rule::VariableName, words));
    }
    errors
}

/// Models: `IsDNS1123SubdomainWithUnderscore`.
pub fn dns1123_subdomain_with_underscore(value: &str) -> Vec<Detail> {
    let message = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character";
    let label = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let fits = |part: &str| {
        let part = part.strip_prefix('_').unwrap_or(part).as_bytes();
        part.iter().all(|b| inner(*b) || matches!(b, b'-' | b'_'))
            && part.first().is_some_and(|b| inner(*b))
            && part.last().is_some_and(|b| inner(*b))
    };
    let form = || expression(message, &format!("{label}(\\.{label})*"), &["example.com"]);
    let form = (!value.split('.').all(fits)).then(|| detail(Rule::NameUnderscore, form()));
    too_long(value, 253).into_iter().chain(form).collect()
}

/// Models: `IsConfigMapKey`.
pub fn config_map_key(key: &str) -> Vec<Detail> {
    let fits = !key.is_empty()
        && key
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    let message = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
    let mut errors: Vec<Detail> = too_long(key, 253).into_iter().collect();
    if !fits {
        let examples = ["key.name", "KEY_NAME", "key-name"];
        errors.push(expression(message, "[-._a-zA-Z0-9]+", &examples).into());
    }
    match key {
        "." => errors.push("must not be '.'".into()),
        ".." => errors.push("must not be '..'".into()),
        key if key.starts_with("..") => errors.push("must not start with '..'".into()),
        _ => {}
    }
    errors
}

/// Models: `IsHTTPHeaderName`.
pub fn http_header_name(name: &str) -> Vec<Detail> {
    let fits = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if fits {
        return Vec::new();
    }
    let message = "a valid HTTP header must consist of alphanumeric characters or '-'";
    vec![expression(message, "[-A-Za-z0-9]+", &["X-Header-Name"]).into()]
}

/// Models: `IsValidUserID`, `IsValidGroupID`.
pub fn id(id: i64) -> Vec<Detail> {
    let most = i64::from(i32::MAX);
    if (0..=most).contains(&id) {
        Vec::new()
    } else {
        vec![between(0, most).into()]
    }
}

/// Models: `IsValidSysctlName`.
pub fn is_sysctl(name: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let fits = |part: &str| {
        let part = part.as_bytes();
        part.iter().all(|b| inner(*b) || matches!(b, b'-' | b'_'))
            && part.first().is_some_and(|b| inner(*b))
            && part.last().is_some_and(|b| inner(*b))
    };
    name.len() <= 253 && name.split(['.', '/']).all(fits)
}
