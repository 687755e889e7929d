//! Plain words that a YAML reader might not read as text.

/// Whether go-yaml writes a word without quotes: it reads it as text, and YAML 1.1 not as a base-60 number.
///
/// Models: go.yaml.in/yaml/v2 encode.go stringv (v1.36).
pub(super) fn is_plain(text: &str) -> bool {
    yaml::is_text(text) && !is_base_60(text)
}

/// Models: sigs.k8s.io/yaml/kyaml isTypeAmbiguous.
pub(in crate::print) fn is_ambiguous(text: &str) -> bool {
    const WORDS: [&str; 21] = [
        "", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "t", "f", "inf", "+inf", "-inf",
        "infinity", "nan", ".inf", "-.inf", ".nan",
    ];
    let lower = text.to_ascii_lowercase();
    WORDS.contains(&lower.as_str())
        || matches!(lower.as_str(), "+.inf" | "+infinity" | "-infinity")
        || yaml::is_number(&text.replace('_', ""))
        || is_base_60(text)
        || yaml::is_timestamp(text)
}

/// `12:30`, `-1:59.5`.
fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut parts = unsigned.split(':');
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let first = parts.next().unwrap_or_default();
    if !(digits(first) && first.starts_with(|c: char| c.is_ascii_digit())) {
        return false;
    }
    let mut rest: Vec<&str> = parts.collect();
    let Some(last) = rest.last_mut() else {
        return false;
    };
    if let Some((whole, fraction)) = last.split_once('.') {
        if !digits(fraction) {
            return false;
        }
        *last = whole;
    }
    rest.into_iter().all(is_below_60)
}

fn is_below_60(part: &str) -> bool {
    match part.as_bytes() {
        [one] => one.is_ascii_digit(),
        [ten, one] => (b'0'..=b'5').contains(ten) && one.is_ascii_digit(),
        _ => false,
    }
}
