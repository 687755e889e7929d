//! What each rule means and how to keep it, in plain words: one entry a rule holds the sentence, the fixes that are offered,
//! and the example that its test plays.

mod decoding;
mod fixes;
mod foreign;
mod names;
mod pod;
mod service;
mod syntax;
mod terminal;
#[cfg(test)]
mod tests;

pub use fixes::{Fault, nearest, syntax_fixes};
pub use terminal::plain_words;

use crate::diagnostic::Fix;
use api::Rule;
use yaml::SyntaxRule;

/// Help with a rule.
pub struct Entry<R: 'static> {
    rule: R,
    /// What the objection means, and what to do.
    pub sentence: &'static str,
    fixes: &'static [fn(&Fault<'_>) -> Option<Fix>],
    /// Other rules that the example breaks inevitably.
    #[cfg(test)]
    also: &'static [R],
    #[cfg(test)]
    example: Example,
}

impl Entry<Rule> {
    /// Changes of the text that would cure a finding, the likeliest first.
    pub fn fixes(&self, fault: &Fault<'_>) -> Vec<Fix> {
        let mut fixes: Vec<Fix> = self.fixes.iter().filter_map(|fix| fix(fault)).collect();
        fixes.dedup();
        fixes
    }
}

/// A text, or a command, that breaks a rule.
#[cfg(test)]
enum Example {
    /// The spec of a Service.
    Service(&'static str),
    /// The spec of a Pod.
    Pod(&'static str),
    /// The containers of a Pod but for name and image.
    Container(&'static str),
    /// The spec of a Deployment but for replicas, selector and template.
    Deployment(&'static str),
    /// A whole text.
    Text(&'static str),
    /// A text, and a command that is refused or warned of.
    Command(&'static str, &'static str),
}

/// Entries: the rule, the sentence, `fix` and a function if fixes are offered, the rules that the example breaks `also`, and the
/// example.
macro_rules! help {
    ($of:ident: $($rule:ident { $sentence:expr, $(fix: $fix:expr,)* $(also: [$($also:expr),*],)? example: $example:expr })*) => {
        pub(super) const ENTRIES: &[crate::help::Entry<$of>] = &[$(crate::help::Entry {
            rule: $of::$rule,
            sentence: $sentence,
            fixes: &[$($fix),*],
            #[cfg(test)]
            also: &[$($($also),*)?],
            #[cfg(test)]
            example: { use crate::help::Example::*; $example },
        },)*];
    };
}
use help;

/// The entry of each rule but [`Rule::Other`], by the rule's number. A rule without an entry, or with two, does not compile.
static RULES: [Option<&Entry<Rule>>; Rule::ALL.len()] = {
    let files = [decoding::ENTRIES, names::ENTRIES, service::ENTRIES, pod::ENTRIES];
    let mut found: [Option<&Entry<Rule>>; Rule::ALL.len()] = [None; Rule::ALL.len()];
    let mut file = 0;
    while file < files.len() {
        let mut index = 0;
        while index < files[file].len() {
            let entry = &files[file][index];
            assert!(found[entry.rule as usize].is_none(), "a rule has two entries");
            found[entry.rule as usize] = Some(entry);
            index += 1;
        }
        file += 1;
    }
    let mut rule = 0;
    while rule < found.len() {
        assert!(
            found[rule].is_some() != (rule == Rule::Other as usize),
            "a rule has no entry"
        );
        rule += 1;
    }
    found
};

/// The sentence for a finding: that of its rule, or what is to be said of a kind of another project.
pub fn sentence(fault: &Fault<'_>) -> Option<String> {
    if fault.written().is_some_and(is_template) {
        return Some(TEMPLATE.to_owned());
    }
    let foreign = || fault.api_version().and_then(foreign::sentence);
    let of_kind = (fault.finding.rule == Rule::KindUnknown).then(foreign).flatten();
    of_kind.or_else(|| Some(of_rule(fault.finding.rule)?.sentence.to_owned()))
}

/// The help with a rule.
pub fn of_rule(rule: Rule) -> Option<&'static Entry<Rule>> {
    RULES.get(rule as usize).copied().flatten()
}

/// All sentences of rules and of what commands print, for who says them in another language.
pub fn sentences() -> impl Iterator<Item = &'static str> {
    let of_rules = RULES.iter().flatten().map(|entry| entry.sentence);
    of_rules
        .chain(syntax::ENTRIES.iter().map(|entry| entry.sentence))
        .chain(terminal::sentences())
        .chain([TEMPLATE])
}

/// The sentence for a text that is not YAML.
pub fn of_syntax(rule: SyntaxRule, written: &str) -> Option<&'static str> {
    if is_template(written) {
        return Some(TEMPLATE);
    }
    let entry = syntax::ENTRIES.iter().find(|entry| entry.rule == rule)?;
    Some(entry.sentence)
}

const TEMPLATE: &str = "This is a template, not yet a manifest: {{ … }} is filled in by a tool such as Helm. \
                        Paste what the tool makes of it: helm template prints that.";

/// Whether a text holds actions of a template on one line: `{{ .Values.name }}`.
fn is_template(text: &str) -> bool {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let line = after.split('\n').next().unwrap_or_default();
        if line.contains("}}") {
            return true;
        }
        rest = after;
    }
    false
}
