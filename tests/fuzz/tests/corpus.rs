//! Each kept input of each target, each that once failed, and so many new ones by a fixed seed.
#![allow(missing_docs)]

use playground_fuzz::{Fuzzer, TARGETS};

fn fuzz(name: &str) {
    let target = TARGETS.iter().find(|it| it.name == name);
    let target = target.unwrap_or_else(|| panic!("{name} is a target"));
    let mut fuzzer = Fuzzer::new(target, 1, Vec::new());
    fuzzer.run(target.tests);
    let finds: Vec<_> = fuzzer.progress.finds.values().collect();
    assert!(finds.is_empty(), "{finds:#?}");
}

macro_rules! targets {
    ($($name:ident),*) => {
        $(#[test]
        fn $name() {
            fuzz(stringify!($name));
        })*

        #[test]
        fn no_target_is_missing() {
            let tested = [$(stringify!($name)),*];
            assert!(TARGETS.iter().all(|it| tested.contains(&it.name)));
        }
    };
}

targets!(
    text, values, decode, lines, templates, share, scenario, rules, names, simulator, edits, policies, probes
);
