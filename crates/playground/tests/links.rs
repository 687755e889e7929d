//! Links that were given out open for ever: each file of `tests/links` holds one and, below it, what it stands for.
#![allow(clippy::unwrap_used, missing_docs)]

use playground::{Scenario, share};
use std::path::Path;

#[test]
fn every_link_ever_given_out_opens() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/links");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let content = std::fs::read_to_string(&file).unwrap();
        let (link, scenario) = content.split_once('\n').unwrap();
        let expected: Scenario = serde_json::from_str(scenario).unwrap();
        assert_eq!(share::decode(link), Ok(expected), "{}", file.display());
    }
}
