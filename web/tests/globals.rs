//! Only a few files reach for the browser's globals, so that all others can be tested natively and moved elsewhere.
#![allow(clippy::expect_used, reason = "a test says what it expects")]

mod sources;

use sources::sources;
use std::path::Path;

/// The browser around the page, what the app asks of it, CodeMirror, the reader's worker, and drawing.
const MAY: [&str; 7] = [
    "host.rs",
    "host/",
    "frame.rs",
    "effect.rs",
    "editor.rs",
    "reader_worker.rs",
    "stage/paint/",
];

/// How code gets at a global: everything else is reached from one of these.
const GLOBALS: [&str; 7] = [
    "web_sys::window",
    "host::window",
    "js_sys::global",
    "local_storage",
    "owner_document",
    "extern \"C\"",
    "js_sys::eval",
];

#[test]
fn only_host_effect_editor_and_painting_reach_for_globals() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for file in sources(&root) {
        let name = file.strip_prefix(&root).expect("it lies in src").display().to_string();
        if MAY.iter().any(|may| name.starts_with(may)) {
            continue;
        }
        let text = std::fs::read_to_string(&file).expect("a source can be read");
        let uses = GLOBALS.iter().filter(|global| text.contains(**global));
        found.extend(uses.map(|global| format!("{name} uses {global}")));
    }
    assert!(
        found.is_empty(),
        "{}: add a function to host and call that",
        found.join(", ")
    );
}
