//! Each flag that kubectl's commands read by a literal name is a flag that some command declares.
//!
//! A misspelt name compiles, and reads as a flag that nobody gave.
#![allow(clippy::expect_used, reason = "a test says what it expects")]

use fancy_regex::Regex;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn flags_that_are_read_by_name_are_declared() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/kubectl/src"));
    let texts: Vec<(PathBuf, String)> = sources
        .into_iter()
        .map(|file| {
            let text = fs::read_to_string(&file).expect("a source file is text");
            (file, text)
        })
        .collect();
    let found = |pattern: &str, text: &str| -> Vec<String> {
        let pattern = Regex::new(pattern).expect("it is a pattern");
        let names = pattern.captures_iter(text).filter_map(Result::ok);
        names
            .filter_map(|found| Some(found.get(1)?.as_str().to_owned()))
            .collect()
    };
    let declared: BTreeSet<String> = texts
        .iter()
        .flat_map(|(_, text)| found(r#"(?:Flag::new|\bflag|\btext|\blist)\(\s*"([a-z0-9-]+)",\s"#, text))
        .collect();
    let read = r#"\bargs\s*\.(?:text|is|all|number|span)\(\s*"([a-z0-9-]+)"\s*\)"#;
    let mut reads = 0;
    let mut unknown = Vec::new();
    for (file, text) in &texts {
        for name in found(read, text) {
            reads += 1;
            if !declared.contains(&name) {
                unknown.push(format!("{}: --{name}", file.display()));
            }
        }
    }
    assert!(reads > 300, "only {reads} reads found: has their form changed?");
    assert!(unknown.is_empty(), "no command has these flags: {unknown:#?}");
}

fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).expect("the directory is there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}
