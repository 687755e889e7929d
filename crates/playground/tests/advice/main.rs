//! What the playground advises, where, and what its fixes make of the text.
#![allow(missing_docs)]

mod dumps;
mod lists;
mod names;
mod ports;
mod templates;

use expect_test::Expect;
use playground::{Diagnostic, Scenario, Session, Severity};
use std::fmt::Write as _;

fn diagnostics(text: &str) -> Vec<Diagnostic> {
    let session = Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    });
    session.diagnostics().to_vec()
}

fn mended(text: &str, fix: &playground::Fix) -> String {
    let mut mended = text.to_owned();
    mended.replace_range(fix.range.clone(), &fix.replacement);
    mended
}

/// Each diagnostic as `LINE «marked text» code: message`, its meaning and its fixes. Each fix is played: what it is offered for
/// must be gone, and no error may come.
#[track_caller]
fn check(text: &str, expected: &Expect) {
    let before = diagnostics(text);
    let mut said = String::new();
    for diagnostic in &before {
        let line = text[..diagnostic.range.start].matches('\n').count() + 1;
        let marked = &text[diagnostic.range.clone()];
        let _ = writeln!(
            said,
            "{line} «{marked}» {}: {}",
            diagnostic.code.word(),
            diagnostic.message
        );
        if let Some(meaning) = &diagnostic.meaning {
            let _ = writeln!(said, "    {meaning}");
        }
        for fix in &diagnostic.fixes {
            let _ = writeln!(said, "    [{}] {}", fix.label, fix.replacement.trim_end());
        }
    }
    let lines: Vec<&str> = said.lines().map(str::trim_end).collect();
    expected.assert_eq(&(lines.join("\n") + if lines.is_empty() { "" } else { "\n" }));
    for diagnostic in &before {
        for fix in &diagnostic.fixes {
            assert_cures(text, &before, diagnostic, fix);
        }
    }
}

#[track_caller]
fn assert_cures(text: &str, before: &[Diagnostic], cured: &Diagnostic, fix: &playground::Fix) {
    let mended = mended(text, fix);
    let after = diagnostics(&mended);
    let errors = |all: &[Diagnostic]| all.iter().filter(|it| it.severity < Severity::Warning).count();
    let same = |it: &&Diagnostic| (it.code, &it.message) == (cured.code, &cured.message);
    let left = after.iter().filter(same).count();
    let were = before.iter().filter(same).count();
    assert!(left < were, "{} does not cure it in\n{mended}\n{after:#?}", fix.label);
    assert!(
        errors(&after) <= errors(before),
        "{} breaks\n{mended}\n{after:#?}",
        fix.label
    );
}

/// The codes of all diagnostics.
fn codes(text: &str) -> Vec<&'static str> {
    diagnostics(text).iter().map(|it| it.code.word()).collect()
}
