//! Programs that read lines and print lines: `grep`, `head`, `wc` and their kin, as BusyBox has them.

use crate::options::{self, Given, Known, Wrong};
use crate::output::ProgramOutput;
use crate::pattern::Pattern;
use base::Order;
use std::fmt::Write;

/// The content of a file, by its path.
pub(crate) type Files<'a> = &'a dyn Fn(&str) -> Option<String>;

pub(crate) const NAMES: [&str; 14] = [
    "cat", "grep", "egrep", "fgrep", "head", "tail", "wc", "sort", "uniq", "cut", "tr", "seq", "awk", "sed",
];

/// Runs a tool; `None` if there is none of that name.
pub(crate) fn run(words: &[String], input: &str, files: Files<'_>) -> Option<ProgramOutput> {
    let (name, words) = words.split_first()?;
    Some(match name.as_str() {
        "cat" => cat(words, input, files),
        "grep" | "egrep" | "fgrep" => grep(name, words, input, files),
        "head" | "tail" => part(name, words, input, files),
        "wc" => count(words, input, files),
        "sort" => sort(words, input, files),
        "uniq" => unique(words, input, files),
        "cut" => cut(words, input, files),
        "tr" => translate(words, input),
        "seq" => sequence(words),
        "awk" => columns(words, input, files),
        "sed" => substitute(words, input, files),
        _ => return None,
    })
}

/// The texts of the named files, or the input; complaints about files that are not there.
struct Read {
    texts: Vec<(String, String)>,
    ended: ProgramOutput,
}

fn read(name: &str, paths: &[String], input: &str, files: Files<'_>) -> Read {
    let mut read = Read {
        texts: Vec::new(),
        ended: ProgramOutput::default(),
    };
    if paths.is_empty() {
        read.texts.push((String::new(), input.to_owned()));
    }
    for path in paths {
        let text = if path == "-" {
            Some(input.to_owned())
        } else {
            files(path)
        };
        if let Some(text) = text {
            read.texts.push((path.clone(), text));
        } else {
            let _ = writeln!(read.ended.stderr, "{name}: {path}: No such file or directory");
            read.ended.exit = 1;
        }
    }
    read
}

/// The options, or what the tool says of a wrong one.
fn options_of(name: &str, known: &[Known], words: &[String]) -> Result<(Vec<Given>, Vec<String>), ProgramOutput> {
    options::read(known, words).map_err(|wrong| {
        let words = match wrong {
            Wrong::Unknown(option) => format!("{name}: unrecognized option: {}\n", option.trim_start_matches('-')),
            Wrong::NeedsValue(option) => {
                format!(
                    "{name}: option requires an argument: {}\n",
                    option.trim_start_matches('-')
                )
            }
        };
        ProgramOutput::failed(1, words)
    })
}

fn cat(words: &[String], input: &str, files: Files<'_>) -> ProgramOutput {
    let paths: Vec<String> = words
        .iter()
        .filter(|word| *word == "-" || !word.starts_with('-'))
        .cloned()
        .collect();
    let mut read = read("cat", &paths, input, files);
    for (_, text) in &read.texts {
        read.ended.stdout.push_str(text);
    }
    read.ended
}

const GREP: &[Known] = &[
    (Some('i'), "ignore-case", false),
    (Some('v'), "invert-match", false),
    (Some('c'), "count", false),
    (Some('o'), "only-matching", false),
    (Some('n'), "line-number", false),
    (Some('q'), "quiet", false),
    (Some('E'), "extended-regexp", false),
    (Some('F'), "fixed-strings", false),
    (Some('w'), "word-regexp", false),
    (Some('e'), "regexp", true),
    (Some('m'), "max-count", true),
    (Some('A'), "after-context", true),
    (Some('B'), "before-context", true),
    (None, "color", false),
];

fn grep(name: &str, words: &[String], input: &str, files: Files<'_>) -> ProgramOutput {
    let (given, mut paths) = match options_of("grep", GREP, words) {
        Ok(read) => read,
        Err(ended) => return ended,
    };
    let is = |option| options::last(&given, option).is_some();
    let amount = |option| options::last(&given, option).and_then(|text| text.parse::<usize>().ok());
    let text = match options::last(&given, "regexp") {
        Some(text) => text.to_owned(),
        None if paths.is_empty() => {
            return ProgramOutput::failed(
                2,
                "Usage: grep [-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...\n",
            );
        }
        None => paths.remove(0),
    };
    let pattern = if is("fixed-strings") || name == "fgrep" {
        Some(Pattern::fixed(&text, is("ignore-case")))
    } else {
        Pattern::read(&text, is("extended-regexp") || name == "egrep", is("ignore-case"))
    };
    let Some(pattern) = pattern else {
        return ProgramOutput::failed(2, format!("grep: bad regex '{text}'\n"));
    };
    let several = paths.len() > 1;
    let mut read = read("grep", &paths, input, files);
    let mut found = false;
    for (path, text) in &read.texts {
        let lines: Vec<&str> = text.lines().collect();
        let hits = lines.iter().enumerate().filter(|(_, line)| {
            let matched = if is("word-regexp") {
                has_word(&pattern, line)
            } else {
                pattern.is_in(line)
            };
            matched != is("invert-match")
        });
        let hits: Vec<usize> = hits
            .map(|(place, _)| place)
            .take(amount("max-count").unwrap_or(usize::MAX))
            .collect();
        found |= !hits.is_empty();
        if is("quiet") {
            continue;
        }
        let front = if several { format!("{path}:") } else { String::new() };
        if is("count") {
            let _ = writeln!(read.ended.stdout, "{front}{}", hits.len());
            continue;
        }
        let (after, before) = (
            amount("after-context").unwrap_or(0),
            amount("before-context").unwrap_or(0),
        );
        let near = |place: usize| {
            hits.iter()
                .any(|hit| (hit.saturating_sub(before)..=hit + after).contains(&place))
        };
        for (place, line) in lines.iter().enumerate().filter(|(place, _)| near(*place)) {
            let hit = hits.contains(&place);
            if is("only-matching") {
                let chars: Vec<char> = line.chars().collect();
                let mut from = 0;
                while let Some((start, end)) = pattern.find(&chars, from).filter(|_| hit) {
                    if end > start {
                        let matched: String = chars.iter().take(end).skip(start).collect();
                        let _ = writeln!(read.ended.stdout, "{front}{matched}");
                    }
                    from = end.max(start + 1);
                }
                continue;
            }
            let mark = if hit { ':' } else { '-' };
            let number = if is("line-number") {
                format!("{}{mark}", place + 1)
            } else {
                String::new()
            };
            let _ = writeln!(read.ended.stdout, "{front}{number}{line}");
        }
    }
    if read.ended.exit == 0 {
        read.ended.exit = i32::from(!found);
    } else {
        read.ended.exit = 2;
    }
    read.ended
}

/// Whether a match stands between characters that belong to no word.
fn has_word(pattern: &Pattern, line: &str) -> bool {
    let chars: Vec<char> = line.chars().collect();
    let in_word = |place: Option<&char>| place.is_some_and(|c| c.is_alphanumeric() || *c == '_');
    let mut from = 0;
    while let Some((start, end)) = pattern.find(&chars, from) {
        let before = start.checked_sub(1).and_then(|place| chars.get(place));
        if !in_word(before) && !in_word(chars.get(end)) {
            return true;
        }
        from = start + 1;
    }
    false
}

/// `head` and `tail`.
fn part(name: &str, words: &[String], input: &str, files: Files<'_>) -> ProgramOutput {
    const OPTIONS: &[Known] = &[
        (Some('n'), "lines", true),
        (Some('c'), "bytes", true),
        (Some('f'), "follow", false),
    ];
    // `-5` is `-n 5`.
    let short = |word: &String| match word.strip_prefix('-') {
        Some(number) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => format!("-n{number}"),
        _ => word.clone(),
    };
    let words: Vec<String> = words.iter().map(short).collect();
    let (given, paths) = match options_of(name, OPTIONS, &words) {
        Ok(read) => read,
        Err(ended) => return ended,
    };
    let mut read = read(name, &paths, input, files);
    let from_start = options::last(&given, "lines").and_then(|text| text.strip_prefix('+')?.parse::<usize>().ok());
    let number =
        |option| options::last(&given, option).and_then(|text| text.trim_start_matches('-').parse::<usize>().ok());
    for (_, text) in &read.texts {
        if let Some(bytes) = number("bytes") {
            let chars = text.chars();
            let kept: String = if name == "head" {
                chars.take(bytes).collect()
            } else {
                let all = text.chars().count();
                chars.skip(all.saturating_sub(bytes)).collect()
            };
            read.ended.stdout.push_str(&kept);
            continue;
        }
        let lines: Vec<&str> = text.lines().collect();
        let many = number("lines").unwrap_or(10);
        let kept = match (name, from_start) {
            ("head", _) => lines.get(..many.min(lines.len())),
            (_, Some(first)) => lines.get(first.saturating_sub(1).min(lines.len())..),
            _ => lines.get(lines.len().saturating_sub(many)..),
        };
        for line in kept.unwrap_or_default() {
            let _ = writeln!(read.ended.stdout, "{line}");
        }
    }
    read.ended
}

fn count(words: &[String], input: &str, files: Files<'_>) -> ProgramOutput {
    const OPTIONS: &[Known] = &[
        (Some('l'), "lines", false),
        (Some('w'), "words", false),
        (Some('c'), "bytes", false),
        (Some('m'), "chars", false),
    ];
    let (given, paths) = match options_of("wc", OPTIONS, words) {
        Ok(read) => read,
        Err(ended) => return ended,
    };
    let mut read = read("wc", &paths, input, files);
    for (path, text) in &read.texts {
        let all = [
            ("lines", text.matches('\n').count()),
            ("words", text.split_whitespace().count()),
            ("chars", text.chars().count()),
            ("bytes", text.len()),
        ];
        let wanted = |option: &str| {
            if given.is_empty() {
                option != "chars"
            } else {
                options::last(&given, option).is_some()
            }
        };
        let numbers: Vec<usize> = all
            .into_iter()
            .filter(|(option, _)| wanted(option))
            .map(|(_, number)| number)
            .collect();
        let columns: Vec<String> = match numbers.as_slice() {
            [one] => vec![one.to_string()],
            several => several.iter().map(|number| format!("{number:>9}")).collect(),
        };
        let behind = if path.is_empty() {
            String::new()
        } else {
            format!(" {path}")
        };
        let _ = writeln!(read.ended.stdout, "{}{behind}", columns.join(""));
    }
    read.ended
}

fn lines_of(read: &Read) -> Vec<String> {
    read.texts
        .iter()
        .flat_map(|(_, text)| text.lines().map(str::to_owned))
        .collect()
}

fn sort(words: &[String], input: &str, files: Files<'_>) -> ProgramOutput {
    const OPTIONS: &[Known] = &[
        (Some('r'), "reverse", false),
        (Some('n'), "numeric-sort", false),
        (Some('u'), "unique", false),
        (Some('k'), "key", true),
        (Some('t'), "field-separator", true),
    ];
    let (given, paths) = match options_of("sort", OPTIONS, words) {
        Ok(read) => read,
        Err(ended) => return ended,
    };
    let is = |option| options::last(&given, option).is_some();
    let mut read = read("sort", &paths, input, files);
    let column = options::last(&given, "key").and_then(|key| {
        let digits = key.find(|c: char| !c.is_ascii_digit()).unwrap_or(key.len());
        key.get(..digits)?.parse::<usize>().ok()?.checked_sub(1)
    });
    let key = |line: &String| -> String {
        match column {
            Some(column) => line.split_whitespace().nth(column).unwrap_or_default().to_owned(),
            None => line.clone(),
        }
    };
    let number = |text: &str| -> i64 {
        let text = text.trim_start();
        let end = text
            .find(|c: char| !c.is_ascii_digit() && c != '-')
            .unwrap_or(text.len());
        text.get(..end).and_then(|digits| digits.parse().ok()).unwrap_or(0)
    };
    let mut lines: Vec<((i64, String), String)> = lines_of(&read)
        .into_iter()
        .map(|line| {
            let key = key(&line);
            let first = if is("numeric-sort") { number(&key) } else { 0 };
            ((first, key), line)
        })
        .collect();
    lines.order();
    if is("reverse") {
        lines.reverse();
    }
    if is("unique") {
        lines.dedup_by(|one, other| one.0 == other.0);
    }
    for (_, line) in lines {
        let _ = writeln!(read.ended.stdout, "{line}");
    }
    read.ended
}

fn unique(words: &[String], input: &str, files: Files<'_>) -> ProgramOutput {
    const OPTIONS: &[Known] = &[
        (Some('c'), "count", false),
        (Some('d'), "repeated", false),
        (Some('u'), "unique", false),
    ];
    let (given, paths) = match options_of("uniq", OPTIONS, words) {
        Ok(read) => read,
        Err(ended) => return ended,
    };
    let is = |option| options::last(&given, option).is_some();
    let mut read = read("uniq", &paths, input, files);
    let mut runs: Vec<(usize, String)> = Vec::new();
    for line in lines_of(&read) {
        match runs.last_mut() {
            Some((count, last)) if *last == line => *count += 1,
            _ => runs.push((1, line)),
        }
    }
    for (count, line) in runs {
        if is("repeated") && count < 2 || is("unique") && count > 1 {
            continue;
        }
        let _ = if is("count") {
            writeln!(read.ended.stdout, "{count:>7} {line}")
        } else {
            writeln!(read.ended.stdout, "{line}")
        };
    }
    read.ended
}

/// The places of `1,3-5`, from 0.
fn places(list: &str) -> Vec<(usize, usize)> {
    let number = |text: &str| text.parse::<usize>().ok();
    list.split(',')
        .filter_map(|part| match part.split_once('-') {
            Some((from, to)) => Some((number(from).unwrap_or(1), number(to).unwrap_or(usize::MAX))),
            None => number(part).map(|one| (one, one)),
        })
        .collect()
}

fn cut(words: &[String], input: &str, files: Files<'_>) -> ProgramOutput {
    const OPTIONS: &[Known] = &[
        (Some('d'), "delimiter", true),
        (Some('f'), "fields", true),
        (Some('c'), "characters", true),
        (Some('s'), "only-delimited", false),
    ];
    let (given, paths) = match options_of("cut", OPTIONS, words) {
        Ok(read) => read,
        Err(ended) => return ended,
    };
    let between = options::last(&given, "delimiter").unwrap_or("\t");
    let (fields, characters) = (options::last(&given, "fields"), options::last(&given, "characters"));
    let Some(list) = fields.or(characters) else {
        return ProgramOutput::failed(1, "cut: expected a list of bytes, characters, or fields\n");
    };
    let wanted = places(list);
    let kept = |place: usize| wanted.iter().any(|(from, to)| (*from..=*to).contains(&(place + 1)));
    let mut read = read("cut", &paths, input, files);
    for line in lines_of(&read) {
        let line: String = if fields.is_some() {
            let parts = line.split(between).enumerate();
            let parts: Vec<&str> = parts.filter(|(place, _)| kept(*place)).map(|(_, part)| part).collect();
            let joined = parts.join(between);
            if line.contains(between) { joined } else { line }
        } else {
            line.chars()
                .enumerate()
                .filter(|(place, _)| kept(*place))
                .map(|(_, c)| c)
                .collect()
        };
        let _ = writeln!(read.ended.stdout, "{line}");
    }
    read.ended
}

/// The characters of `a-z\n`.
fn set(text: &str) -> Vec<char> {
    let text = text.replace("\\n", "\n").replace("\\t", "\t");
    let text = text
        .replace("[:upper:]", "A-Z")
        .replace("[:lower:]", "a-z")
        .replace("[:space:]", " \n\t");
    let chars: Vec<char> = text.chars().collect();
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        if let (Some('-'), Some(end)) = (chars.get(at + 1), chars.get(at + 2)) {
            all.extend(*c..=*end);
            at += 3;
        } else {
            all.push(*c);
            at += 1;
        }
    }
    all
}

fn translate(words: &[String], input: &str) -> ProgramOutput {
    let (flags, sets): (Vec<&String>, Vec<&String>) =
        words.iter().partition(|word| word.len() > 1 && word.starts_with('-'));
    let has = |letter| flags.iter().any(|flag| flag.contains(letter));
    let Some(from) = sets.first().map(|text| set(text)) else {
        return ProgramOutput::failed(1, "tr: missing operand\n");
    };
    if has('d') {
        return ProgramOutput::printed(input.chars().filter(|c| !from.contains(c)).collect::<String>());
    }
    let to = sets.get(1).map(|text| set(text)).unwrap_or_default();
    let mut out = String::new();
    for c in input.chars() {
        let place = from.iter().position(|one| *one == c);
        let changed = match place {
            Some(place) if !to.is_empty() => to.get(place).or(to.last()).copied().unwrap_or(c),
            _ => c,
        };
        if has('s') && place.is_some() && out.ends_with(changed) {
            continue;
        }
        out.push(changed);
    }
    ProgramOutput::printed(out)
}

/// The most numbers that `seq` prints.
const MOST_NUMBERS: usize = 10_000;

fn sequence(words: &[String]) -> ProgramOutput {
    let numbers: Vec<i64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let (first, step, last) = match numbers.as_slice() {
        [last] => (1, 1, *last),
        [first, last] => (*first, 1, *last),
        [first, step, last] if *step != 0 => (*first, *step, *last),
        _ => return ProgramOutput::failed(1, "seq: invalid number\n"),
    };
    let mut out = String::new();
    let mut now = first;
    for _ in 0..MOST_NUMBERS {
        if step > 0 && now > last || step < 0 && now < last {
            break;
        }
        let _ = writeln!(out, "{now}");
        now = now.saturating_add(step);
    }
    ProgramOutput::printed(out)
}

/// `awk '{print $1, $3}'`, with `-F`.
fn columns(words: &[String], input: &str, files: Files<'_>) -> ProgramOutput {
    const OPTIONS: &[Known] = &[(Some('F'), "separator", true)];
    let (given, mut paths) = match options_of("awk", OPTIONS, words) {
        Ok(read) => read,
        Err(ended) => return ended,
    };
    let program = if paths.is_empty() {
        String::new()
    } else {
        paths.remove(0)
    };
    let printed = program
        .trim()
        .strip_prefix('{')
        .and_then(|inside| inside.strip_suffix('}'));
    let printed = printed.and_then(|inside| inside.trim().trim_end_matches(';').strip_prefix("print"));
    let parts: Option<Vec<Column>> = printed.map(str::trim).and_then(|list| {
        let list = if list.is_empty() { "$0" } else { list };
        list.split(',').map(|part| Column::read(part.trim())).collect()
    });
    let Some(parts) = parts else {
        return ProgramOutput::failed(2, "awk: of its programs only '{print $1, $2}' is simulated here\n");
    };
    let between = options::last(&given, "separator");
    let mut read = read("awk", &paths, input, files);
    for line in lines_of(&read) {
        let fields: Vec<&str> = match between {
            Some(between) => line.split(between).collect(),
            None => line.split_whitespace().collect(),
        };
        let texts: Vec<&str> = parts
            .iter()
            .map(|part| match part {
                Column::Text(text) => text.as_str(),
                Column::Line => line.as_str(),
                Column::Last => fields.last().copied().unwrap_or_default(),
                Column::Field(place) => fields.get(*place).copied().unwrap_or_default(),
            })
            .collect();
        let _ = writeln!(read.ended.stdout, "{}", texts.join(" "));
    }
    read.ended
}

enum Column {
    Text(String),
    Line,
    Last,
    Field(usize),
}

impl Column {
    fn read(text: &str) -> Option<Self> {
        if let Some(text) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
            return Some(Self::Text(text.to_owned()));
        }
        match text.strip_prefix('$')? {
            "0" => Some(Self::Line),
            "NF" => Some(Self::Last),
            number => Some(Self::Field(number.parse::<usize>().ok()?.checked_sub(1)?)),
        }
    }
}

/// `sed 's/from/to/g'` and `sed -n 'Np'`.
fn substitute(words: &[String], input: &str, files: Files<'_>) -> ProgramOutput {
    const OPTIONS: &[Known] = &[
        (Some('E'), "regexp-extended", false),
        (Some('r'), "extended", false),
        (Some('n'), "quiet", false),
        (Some('e'), "expression", true),
    ];
    let (given, mut paths) = match options_of("sed", OPTIONS, words) {
        Ok(read) => read,
        Err(ended) => return ended,
    };
    let is = |option| options::last(&given, option).is_some();
    let script = match options::last(&given, "expression") {
        Some(script) => script.to_owned(),
        None if paths.is_empty() => String::new(),
        None => paths.remove(0),
    };
    let mut read = read("sed", &paths, input, files);
    let only = script
        .strip_suffix('p')
        .and_then(|number| number.parse::<usize>().ok())
        .filter(|_| is("quiet"));
    let mut chars = script.chars();
    let parts: Vec<&str> = match (chars.next(), chars.next()) {
        (Some('s'), Some(mark)) => script
            .get(1 + mark.len_utf8()..)
            .unwrap_or_default()
            .split(mark)
            .collect(),
        _ => Vec::new(),
    };
    let pattern = match parts.as_slice() {
        [from, _, _] => Pattern::read(from, is("regexp-extended") || is("extended"), false),
        _ => None,
    };
    if only.is_none() && pattern.is_none() {
        return ProgramOutput::failed(1, "sed: of its commands only s/FROM/TO/ and -n Np are simulated here\n");
    }
    for (place, line) in lines_of(&read).into_iter().enumerate() {
        match (&pattern, parts.as_slice()) {
            (Some(pattern), [_, to, flags]) => {
                let _ = writeln!(
                    read.ended.stdout,
                    "{}",
                    replaced(pattern, &line, to, flags.contains('g'))
                );
            }
            _ if only == Some(place + 1) => {
                let _ = writeln!(read.ended.stdout, "{line}");
            }
            _ => {}
        }
    }
    read.ended
}

fn replaced(pattern: &Pattern, line: &str, to: &str, all: bool) -> String {
    let chars: Vec<char> = line.chars().collect();
    let (mut out, mut from) = (String::new(), 0);
    while let Some((start, end)) = pattern.find(&chars, from) {
        out.extend(chars.iter().take(start).skip(from));
        out.push_str(to);
        if end == start {
            out.extend(chars.get(start));
        }
        from = end.max(start + 1);
        if !all || from > chars.len() {
            break;
        }
    }
    out.extend(chars.iter().skip(from));
    out
}
