//! `cut` and `awk`.

use super::input::{Files, lines_of, options_of, read};
use crate::options::{self, Known};
use crate::output::ProgramOutput;
use crate::pattern::Pattern;
use std::fmt::Write;

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

pub(super) fn cut(words: &[String], input: &str, files: Files<'_>) -> ProgramOutput {
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

/// `awk '{print $1, $3}'`, with `-F`, behind a condition: `NR>1`, `NR==2`, `/text/`, `$3=="Running"`.
pub(super) fn columns(words: &[String], input: &str, files: Files<'_>) -> ProgramOutput {
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
    let (condition, action) = program.split_once('{').unwrap_or((&program, "print}"));
    let printed = Some(action.trim()).and_then(|inside| inside.strip_suffix('}'));
    let printed = printed.and_then(|inside| inside.trim().trim_end_matches(';').strip_prefix("print"));
    let parts: Option<Vec<Column>> = printed.map(str::trim).and_then(|list| {
        let list = if list.is_empty() { "$0" } else { list };
        list.split(',').map(|part| Column::read(part.trim())).collect()
    });
    let (Some(parts), Some(condition)) = (parts, Condition::read(condition.trim())) else {
        let words = "awk: of its programs only those like 'NR>1 {print $1, $2}' are simulated here\n";
        return ProgramOutput::failed(2, words);
    };
    let between = options::last(&given, "separator");
    let mut read = read("awk", &paths, input, files);
    for (place, line) in lines_of(&read).into_iter().enumerate() {
        let fields: Vec<&str> = match between {
            Some(between) => line.split(between).collect(),
            None => line.split_whitespace().collect(),
        };
        if !condition.holds(place + 1, &line, &fields) {
            continue;
        }
        let texts: Vec<&str> = parts.iter().map(|part| part.of(&line, &fields)).collect();
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

/// For which lines of `awk` something is printed.
enum Condition {
    Always,
    /// `/pattern/`, or its opposite.
    Matches(Pattern, bool),
    /// A comparison with a number or a text.
    Compares(Option<Column>, &'static str, String),
}

impl Condition {
    fn read(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::Always);
        }
        let (wanted, rest) = match text.strip_prefix('!') {
            Some(rest) => (false, rest),
            None => (true, text),
        };
        if let Some(inside) = rest.strip_prefix('/').and_then(|inside| inside.strip_suffix('/')) {
            return Some(Self::Matches(Pattern::read(inside, true, false)?, wanted));
        }
        let signs = ["==", "!=", ">=", "<=", ">", "<"];
        let (at, sign) = signs.into_iter().find_map(|sign| Some((text.find(sign)?, sign)))?;
        let (left, right) = (text.get(..at)?.trim(), text.get(at + sign.len()..)?.trim());
        let column = match left {
            "NR" => None,
            left => Some(Column::read(left)?),
        };
        Some(Self::Compares(column, sign, right.trim_matches('"').to_owned()))
    }

    fn holds(&self, number: usize, line: &str, fields: &[&str]) -> bool {
        let (column, sign, right) = match self {
            Self::Always => return true,
            Self::Matches(pattern, wanted) => return pattern.is_in(line) == *wanted,
            Self::Compares(column, sign, right) => (column, *sign, right),
        };
        let left = column
            .as_ref()
            .map_or_else(|| number.to_string(), |column| column.of(line, fields).to_owned());
        let order = match (left.parse::<f64>(), right.parse::<f64>()) {
            (Ok(left), Ok(right)) => left.total_cmp(&right),
            _ => left.cmp(right),
        };
        match sign {
            "==" => order.is_eq(),
            "!=" => order.is_ne(),
            ">=" => order.is_ge(),
            "<=" => order.is_le(),
            ">" => order.is_gt(),
            _ => order.is_lt(),
        }
    }
}

impl Column {
    fn of<'a>(&'a self, line: &'a str, fields: &[&'a str]) -> &'a str {
        match self {
            Self::Text(text) => text,
            Self::Line => line,
            Self::Last => fields.last().copied().unwrap_or_default(),
            Self::Field(place) => fields.get(*place).copied().unwrap_or_default(),
        }
    }

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
