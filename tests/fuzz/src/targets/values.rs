//! The values of single fields, and the words of a line: each is read by all that read such values.

use api::ip::{Cidr, sloppy, sloppy_range};
use api::{Value, base64, cron::Schedule, format, go, quantity, time};

pub fn seeds() -> Vec<String> {
    let values = [
        "100m",
        "1.5Gi",
        "-1e3",
        "0.5",
        "10Ki",
        "1E",
        "10.96.0.10",
        "fd00:10:96::a",
        "010.1.2.3",
        "::ffff:1.2.3.4",
        "10.244.0.0/16",
        "fd00::/64",
        "0.0.0.0/0",
        "*/15 * * * *",
        "0 0 29 2 *",
        "5,10-20/3 1 * jan-mar mon",
        "@every 1h30m",
        "TZ=Etc/UTC 0 0 * * *",
        "2026-01-05T09:00:00Z",
        "2024-02-29T23:59:60.5+05:30",
        "aGVsbG8=",
        "YQ==",
        "back-end",
        "a.b-c.d",
        "example.com/role",
        "http",
        "25%",
        "MY_VAR",
        "-42",
        "9223372036854775807",
        "kubectl get pods -l 'app in (a,b)'",
        "echo \"a\\\"b\" c\\ d",
    ];
    values.map(ToOwned::to_owned).to_vec()
}

pub fn run(input: &[u8]) {
    let text = &*String::from_utf8_lossy(input);
    amounts(text);
    addresses(text);
    moments(text);
    names(text);
    written(input, text);
}

/// The canonical form says the same, and is canonical.
fn amounts(text: &str) {
    if let Ok(canonical) = quantity::canonical(&Value::from(text)) {
        assert_eq!(
            quantity::canonical(&Value::from(&*canonical)).ok(),
            Some(canonical.clone())
        );
        assert_eq!(quantity::nanos(&canonical), quantity::nanos(text.trim()), "{canonical}");
        assert_eq!(quantity::sum(&canonical, "0"), Some(canonical));
    }
    if let Ok(number) = go::atoi(text) {
        assert_eq!(go::atoi(&number.to_string()), Ok(number));
    }
}

/// What is an address for the standard library is the same one here; a range holds what it is written with.
fn addresses(text: &str) {
    let read = sloppy(text);
    let strict = text.parse::<std::net::IpAddr>().ok();
    assert!(strict.is_none() || strict == read, "{read:?}");
    assert!(read.is_none_or(|address| sloppy(&address.to_string()) == read));
    let Some((address, bits)) = sloppy_range(text) else {
        return;
    };
    let range = Cidr::new(address, bits);
    let (first, last) = range.ends();
    assert!(range.contains(address) && range.contains(last), "{range:?}");
    assert!(first <= address && address <= last, "{range:?}");
    assert_eq!(
        (range.place(first), range.part(range.bits(), 0)),
        (Some(0), Some(range))
    );
}

/// A schedule goes forward; a time is written as it is read.
fn moments(text: &str) {
    if let Ok(schedule) = Schedule::parse(text)
        && let Some(first) = schedule.next(1_767_603_600)
    {
        assert!(first >= 1_767_603_600);
        assert!(schedule.next(first).is_none_or(|second| second >= first));
    }
    for micro in [false, true] {
        if let Ok(written) = time::parse(text, micro) {
            assert_eq!(time::parse(&written, micro), Ok(written.clone()));
        }
    }
}

/// Narrower kinds of names are wider ones too, and as short as they say.
fn names(text: &str) {
    let is = |wrong: Vec<api::Detail>| wrong.is_empty();
    let label = is(format::dns1123_label(text));
    assert!(!is(format::dns1035_label(text)) || label);
    assert!(!label || text.len() <= 63 && is(format::dns1123_subdomain(text)) && is(format::label_value(text)));
    assert!(
        !is(format::dns1123_subdomain(text))
            || is(format::wildcard_dns1123_subdomain(&format!("*.{text}")))
            || text.len() > 251
    );
    assert!(!is(format::port_name(text)) || (1..=15).contains(&text.len()) && label);
    assert!(!is(format::label_value(text)) || text.len() <= 63);
    assert!(!is(format::env_var_name(text)) || !text.contains(['=', '\0']));
    let _ = (
        is(format::label_key(text)),
        is(format::percent(text)),
        is(format::config_map_key(text)),
    );
    let _ = (
        is(format::http_header_name(text)),
        is(format::path_segment_name(text)),
        format::is_sysctl(text),
    );
}

/// What is encoded or quoted reads the same.
fn written(bytes: &[u8], text: &str) {
    assert_eq!(base64::decode(&base64::encode(bytes)).as_deref(), Ok(bytes));
    if let Ok(decoded) = base64::decode(text) {
        assert_eq!(base64::decode(&base64::encode(&decoded)), Ok(decoded));
    }
    let quoted = go::quote(text);
    assert!(quoted.len() >= 2 && !quoted.contains('\n'), "{quoted}");
    let words = kubectl::split(text);
    let line: Vec<String> = words
        .iter()
        .map(|word| format!("'{}'", word.replace('\'', "'\\''")))
        .collect();
    assert_eq!(kubectl::split(&line.join(" ")), words);
}
