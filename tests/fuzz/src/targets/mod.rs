//! What is fuzzed: each target runs one input, and panics where something does not hold.

mod decode;
mod lines;
mod names;
mod policies;
mod probes;
mod rules;
mod scenario;
mod seeds;
mod share;
mod simulator;
mod templates;
mod text;
mod values;

pub use simulator::case;

/// One thing that is fuzzed.
pub struct Target {
    pub name: &'static str,
    /// Whether inputs are text; else bytes that stand for choices.
    pub is_text: bool,
    /// The longest input in bytes.
    pub longest: usize,
    /// How many new inputs the ordinary tests run.
    pub tests: usize,
    /// What the project has that is such an input.
    pub seeds: fn() -> Vec<String>,
    /// Words that such inputs often hold.
    pub words: fn() -> Vec<String>,
    pub run: fn(&[u8]),
}

fn none() -> Vec<String> {
    Vec::new()
}

const fn text(name: &'static str, longest: usize, tests: usize, run: fn(&[u8])) -> Target {
    Target {
        name,
        is_text: true,
        longest,
        tests,
        seeds: none,
        words: none,
        run,
    }
}

const fn choices(name: &'static str, longest: usize, tests: usize, run: fn(&[u8])) -> Target {
    Target {
        is_text: false,
        ..text(name, longest, tests, run)
    }
}

/// All targets.
pub const TARGETS: [Target; 13] = [
    Target {
        seeds: seeds::texts,
        words: seeds::words,
        ..text("text", 4_096, 2_000, text::run)
    },
    Target {
        seeds: values::seeds,
        ..text("values", 64, 5_000, values::run)
    },
    choices("decode", 512, 300, decode::run),
    Target {
        seeds: seeds::lines,
        words: seeds::line_words,
        ..text("lines", 1_024, 600, lines::run)
    },
    Target {
        seeds: seeds::templates,
        words: seeds::template_words,
        ..text("templates", 512, 1_000, templates::run)
    },
    Target {
        seeds: seeds::links,
        words: seeds::scenario_words,
        ..text("share", 2_048, 1_000, share::run)
    },
    Target {
        seeds: seeds::scenarios,
        words: seeds::scenario_words,
        ..text("scenario", 4_096, 100, scenario::run)
    },
    choices("rules", 256, 60, rules::run),
    Target {
        seeds: seeds::names,
        words: seeds::name_words,
        ..text("names", 256, 2_000, names::run)
    },
    choices("simulator", 256, 40, simulator::run),
    choices("edits", 256, 30, simulator::edits),
    choices("policies", 256, 150, policies::run),
    choices("probes", 256, 40, probes::run),
];
