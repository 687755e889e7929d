//! Links: whatever one holds, what was opened is given back by the link that is made of it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use playground::share;

pub fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    opened(&text);
    for codec in ["d", "D1"] {
        opened(&format!("#v1.{codec}.{text}"));
        opened(&format!("v1.{codec}.{}", URL_SAFE_NO_PAD.encode(input)));
    }
    // As JSON that is deflated well.
    let head = text.lines().next().unwrap_or_default();
    for json in [head, &text] {
        let deflated = miniz_oxide::deflate::compress_to_vec(json.as_bytes(), 1);
        opened(&format!("v1.d.{}", URL_SAFE_NO_PAD.encode(&deflated)));
        opened(&format!("v1.D1.{}", URL_SAFE_NO_PAD.encode(deflated)));
    }
}

fn opened(link: &str) {
    match share::decode(link) {
        Ok(scenario) => {
            let again = share::decode(&share::encode(&scenario));
            assert_eq!(again.as_ref(), Ok(&scenario));
            let _ = (scenario.networks(), scenario.wrong_zone(), scenario.kubectl_version());
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
