//! Recorded and replayed text, made comparable: what two clusters cannot agree on becomes a placeholder, everything else stays.

use fancy_regex::{Captures, Regex};
use std::sync::LazyLock;

/// The letters of Kubernetes' random suffixes.
const RANDOM: &str = "[bcdfghjklmnpqrstvwxz2456789]";
const ADDRESS: &str = r"(?:\d{1,3}(?:\.\d{1,3}){3}|\[?[0-9a-f]*:[0-9a-f:]+\]?)(?::\d+)?";
const AGE: &str = r"(?:\d+[smhdy]){1,2}";

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of this file")
}

/// What must be the same, and whether tables are laid out as kubectl lays them out.
#[derive(Debug, PartialEq, Eq)]
pub struct Canonical {
    /// The masked text.
    pub text: String,
    /// Whether each column is as wide as its widest cell plus three and at least six.
    pub laid_out: bool,
}

/// Standard output or error of a command, canonical; `given` is all that the case's input named.
pub fn canon(text: &str, run: &str, given: &str, is_stdout: bool) -> Canonical {
    if is_stdout && is_table(run) {
        table(text, given)
    } else {
        Canonical {
            text: prose(text, given),
            laid_out: true,
        }
    }
}

/// Inner runs of blanks may differ in length where a masked word stands before them; indentation counts.
pub fn loose(text: &str) -> String {
    static RUNS: LazyLock<Regex> = LazyLock::new(|| pattern(r" {2,}"));
    let line = |line: &str| {
        let indent = line.len() - line.trim_start_matches(' ').len();
        " ".repeat(indent) + &RUNS.replace_all(line.trim(), "  ")
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn is_table(run: &str) -> bool {
    static TABLE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^kubectl (get|events)\b"));
    static OTHER: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#"(?:-o|--output)[ =]?['"]?(yaml|json|name|go-template)"#));
    TABLE.is_match(run).unwrap_or(false) && !OTHER.is_match(run).unwrap_or(false)
}

/// A rule: what differs from cluster to cluster, what stands for it, and whether a text of the input stays.
struct Rule {
    pattern: Regex,
    placeholder: &'static str,
    keeps_given: bool,
}

/// In order, each with its reason.
static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let rule = |text: &str, placeholder, keeps_given| Rule {
        pattern: pattern(text),
        placeholder,
        keeps_given,
    };
    vec![
        // Uids are random.
        rule(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "<uid>", false),
        rule(r#"(?m)(?<=uid: )\S+?(?=,?$)|(?<=uid": )\S+?(?=,?$)"#, "<uid>", false),
        // Versions count all writes of a control plane, its own leases included.
        rule(
            r#"(?m)(?:(?<=resourceVersion: )|(?<=resourceVersion": )|(?<=Resource Version:    ))"?\d+"?(?=,?$)"#,
            "<rv>",
            false,
        ),
        // Moments are those of the recording.
        rule(r#""?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"?"#, "<time>", false),
        rule(
            r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+\d{4}",
            "<time>",
            false,
        ),
        rule(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC", "<time>", false),
        rule(r#""?<time>"?"#, "<time>", false),
        // Template hashes follow from Go's dump of a struct; names end in them or in random letters.
        rule(
            r#"(?<=pod-template-hash[=:])[a-z0-9]+|(?<=pod-template-hash: )[a-z0-9]+|(?<=pod-template-hash": ")[a-z0-9]+"#,
            "<hash>",
            false,
        ),
        rule(&format!(r"-{RANDOM}{{8,10}}-{RANDOM}{{5}}\b"), "-<hash>-<rand>", false),
        rule(&format!(r"(?<=[a-z0-9])-{RANDOM}{{8,10}}\b"), "-<hash>", true),
        rule(&format!(r"(?<=[a-z0-9])-{RANDOM}{{5}}\b"), "-<rand>", true),
        // Cluster addresses and node ports are drawn at random unless the input names them; the first address is fixed.
        rule(
            r"\b10\.(?:9[6-9]|10\d|11[01])\.\d+\.\d+\b(?<!\b10\.96\.0\.1)",
            "<cluster-ip>",
            true,
        ),
        rule(r"\bfd00:10:96::[0-9a-f:]+", "<cluster-ip6>", true),
        rule(r"(?<!-)\b3[0-2]\d{3}\b(?!-\d)", "<node-port>", true),
    ]
});

fn mask(text: &str, given: &str) -> String {
    let masked = RULES.iter().fold(text.to_owned(), |text, rule| {
        let replace = |found: &Captures<'_>| {
            let word = found.get(0).map_or("", |found| found.as_str());
            if rule.keeps_given && given.contains(word) {
                word.to_owned()
            } else {
                rule.placeholder.to_owned()
            }
        };
        rule.pattern.replace_all(&text, replace).into_owned()
    });
    endpoints_sorted(&masked)
}

/// The order of endpoints is not defined, nor which of them are shown before `+ N more...`.
fn endpoints_sorted(text: &str) -> String {
    static LIST: LazyLock<Regex> =
        LazyLock::new(|| pattern(&format!(r"({ADDRESS}(?:,{ADDRESS})+)( \+ \d+ more\.\.\.)?")));
    let sorted = |found: &Captures<'_>| {
        let mut shown: Vec<&str> = found.get(1).map_or("", |list| list.as_str()).split(',').collect();
        let Some(more) = found.get(2) else {
            shown.sort_unstable();
            return shown.join(",");
        };
        let count = shown.len();
        let mut ports: Vec<&str> = shown
            .iter()
            .map(|address| address.rsplit(':').next().unwrap_or_default())
            .collect();
        ports.sort_unstable();
        ports.dedup();
        // Without ports the addresses themselves would stand here: which ones are shown is not defined either.
        let ports = if ports.iter().any(|port| port.contains('.')) {
            Vec::new()
        } else {
            ports
        };
        format!("<{count} endpoints {ports:?}>{}", more.as_str())
    };
    LIST.replace_all(text, sorted).into_owned()
}

/// A table's rows of cells by the places of its header's words, or none when the lines are no table.
fn cells(lines: &[&str]) -> Option<Vec<Vec<String>>> {
    static HEADER: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[A-Z][A-Z0-9()/ -]*[A-Z0-9)]$"));
    static GAPS: LazyLock<Regex> = LazyLock::new(|| pattern(r" {2,}(?=\S)"));
    let header = lines.first()?.trim_end();
    if !HEADER.is_match(header).unwrap_or(false) {
        return None;
    }
    let mut starts = vec![0];
    starts.extend(GAPS.find_iter(header).flatten().map(|gap| gap.end()));
    let cut = |line: &&str| -> Vec<String> {
        let chars: Vec<char> = line.chars().collect();
        let ends = starts.iter().skip(1).copied().chain([usize::MAX]);
        let part = |(from, to): (&usize, usize)| chars.iter().take(to).skip(*from).collect::<String>();
        starts.iter().zip(ends).map(part).collect()
    };
    let rows: Vec<Vec<String>> = lines.iter().map(cut).collect();
    let torn = rows.iter().any(|row| {
        let (_, inner) = row.split_last().expect("a header has a word");
        inner.iter().any(|cell| !cell.trim().is_empty() && !cell.ends_with(' '))
    });
    let trimmed = |row: Vec<String>| row.iter().map(|cell| cell.trim().to_owned()).collect();
    (!torn).then(|| rows.into_iter().map(trimmed).collect())
}

fn laid_out(rows: &[Vec<String>]) -> Vec<String> {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count() + 3).max().unwrap_or(0).max(6)
    };
    let line = |row: &Vec<String>| {
        let last = row.len().saturating_sub(1);
        let cell = |(at, cell): (usize, &String)| {
            if at == last {
                cell.clone()
            } else {
                format!("{cell:<w$}", w = width(at))
            }
        };
        row.iter().enumerate().map(cell).collect()
    };
    rows.iter().map(line).collect()
}

fn table(text: &str, given: &str) -> Canonical {
    static WHOLE_AGE: LazyLock<Regex> = LazyLock::new(|| pattern(&format!("^{AGE}$")));
    static LOOSE_AGE: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"(?:(?<= )|^){AGE}(?=\s|$)")));
    let (mut out, mut good) = (Vec::new(), true);
    for block in text.trim_matches('\n').split("\n\n") {
        let lines: Vec<&str> = block.split('\n').collect();
        let Some(rows) = cells(&lines) else {
            let line = |line: &&str| loose(LOOSE_AGE.replace_all(&mask(line, given), "<age>").trim_end());
            out.extend(lines.iter().map(line));
            out.push(String::new());
            continue;
        };
        good &= laid_out(&rows) == lines;
        let header = rows.first().cloned().unwrap_or_default();
        let is_age: Vec<bool> = header
            .iter()
            .map(|name| ["AGE", "LAST SEEN", "DURATION"].contains(&name.as_str()))
            .collect();
        let cell = |(age, cell): (&bool, &String)| {
            if *age && WHOLE_AGE.is_match(cell).unwrap_or(false) {
                "<age>".to_owned()
            } else {
                mask(cell, given)
            }
        };
        let masked: Vec<String> = rows
            .iter()
            .map(|row| is_age.iter().zip(row).map(cell).collect::<Vec<_>>().join(" | "))
            .collect();
        out.extend(random_rows_sorted(
            &masked,
            header.iter().any(|name| name == "LAST SEEN"),
        ));
        out.push(String::new());
    }
    Canonical {
        text: out.join("\n").trim_matches('\n').to_owned(),
        laid_out: good,
    }
}

/// Rows are ordered by names; random ones are sorted among their own places.
fn random_rows_sorted(rows: &[String], events: bool) -> Vec<String> {
    let mut rows = rows.to_vec();
    let is_random = |row: &String| {
        let first = row.split(" | ").next().unwrap_or_default();
        row.contains("-<rand>") || row.contains("-<hash>") || events && first.contains('.')
    };
    let places: Vec<usize> = (1..rows.len())
        .filter(|at| rows.get(*at).is_some_and(is_random))
        .collect();
    let mut sorted: Vec<String> = places.iter().filter_map(|at| rows.get(*at).cloned()).collect();
    sorted.sort();
    for (at, row) in places.into_iter().zip(sorted) {
        if let Some(place) = rows.get_mut(at) {
            *place = row;
        }
    }
    rows
}

fn prose(text: &str, given: &str) -> String {
    // Events end in a table whose widths depend on ages.
    static EVENT_AGE: LazyLock<Regex> =
        LazyLock::new(|| pattern(&format!(r"(?<= ){AGE}(?= |$)( \(x\d+ over {AGE}\))?")));
    static INNER_AGE: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"{AGE}\)")));
    static RUNS: LazyLock<Regex> = LazyLock::new(|| pattern(r" {2,}"));
    static RULER: LazyLock<Regex> = LazyLock::new(|| pattern(r"-{4,}"));
    // The pods of a node end with their age.
    static NODE_POD: LazyLock<Regex> = LazyLock::new(|| pattern(r"^  \S+ +\S+ +.*\d+%\) .*"));
    static LAST_AGE: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"{AGE}$")));
    let masked = mask(text, given);
    let mut events = false;
    let mut lines = Vec::new();
    for line in masked.trim_matches('\n').split('\n') {
        events = line.starts_with("Events:") || events && line.starts_with(' ');
        lines.push(if events {
            let age = |found: &Captures<'_>| {
                let over = found.get(1).map_or("", |over| over.as_str());
                format!("<age>{}", INNER_AGE.replace_all(over, "<age>)"))
            };
            let line = EVENT_AGE.replace_all(line, age);
            RUNS.replace_all(&RULER.replace_all(&line, "----"), "  ")
                .trim_end()
                .to_owned()
        } else if NODE_POD.is_match(line).unwrap_or(false) {
            LAST_AGE.replace_all(line, "<age>").into_owned()
        } else {
            line.to_owned()
        });
    }
    // The order of endpoints is not defined.
    let lines = blocks_sorted(&lines, &pattern(r"^ *- [Aa]ddresses:"));
    blocks_sorted(&lines, &pattern(r#"^\["[0-9a-f.:]+"\]"#)).join("\n")
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Sorts neighbouring blocks that begin with a line of that shape and go on while indented deeper.
fn blocks_sorted(lines: &[String], start: &Regex) -> Vec<String> {
    let starts = |line: &String| start.is_match(line).unwrap_or(false);
    let (mut out, mut blocks): (Vec<String>, Vec<Vec<String>>) = (Vec::new(), Vec::new());
    let mut level = 0;
    for line in lines {
        let continues = !blocks.is_empty() && line.starts_with(&" ".repeat(level + 1));
        if starts(line) && (blocks.is_empty() || indent(line) == level) {
            level = indent(line);
            blocks.push(vec![line.clone()]);
        } else if let (true, Some(block)) = (continues, blocks.last_mut()) {
            block.push(line.clone());
        } else {
            blocks.sort();
            out.extend(blocks.drain(..).flatten());
            out.push(line.clone());
        }
    }
    blocks.sort();
    out.extend(blocks.into_iter().flatten());
    out
}
