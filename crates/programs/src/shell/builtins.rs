//! What a shell does itself.

use super::run::{Run, Stop};
use super::tokens::is_name;
use crate::{sleep, tools};
use std::fmt::Write;

const NAMES: [&str; 30] = [
    "which", "alias", "unalias", "local", "shift", ":", "true", "false", "cd", "pwd", "echo", "printf", "exit",
    "return", "break", "continue", "export", "unset", "set", "test", "[", "[[", "read", "sleep", "type", "command",
    "exec", "sh", "bash", "ash",
];

/// Programs that write and delete files; they belong to the shell here, which knows the files.
const FILES: [&str; 3] = ["rm", "tee", "touch"];

pub(crate) fn changes_files(name: &str) -> bool {
    FILES.contains(&name)
}

pub(super) fn is_builtin(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Runs a builtin and returns its exit code; `None` if the word names none.
pub(super) fn run(run: &mut Run<'_>, words: &[String]) -> Option<i32> {
    let (name, rest) = words.split_first()?;
    let first = rest.first().map(String::as_str);
    let number = |otherwise: i32| first.and_then(|word| word.parse().ok()).unwrap_or(otherwise);
    Some(match name.as_str() {
        "false" => 1,
        "cd" => change(run, first.unwrap_or("/")),
        "pwd" => {
            let line = format!("{}\n", run.shell.directory);
            run.print(&line);
            0
        }
        "echo" => {
            let text = echoed(rest);
            run.print(&text);
            0
        }
        "printf" => {
            let text = printed(rest);
            run.print(&text);
            0
        }
        "return" if run.calls > 0 => {
            run.stop = Some(Stop::Return);
            number(run.shell.status)
        }
        "exit" | "return" => {
            let status = number(run.shell.status);
            run.stop = Some(Stop::Exit);
            run.shell.left = true;
            status
        }
        "break" => {
            run.stop = Some(Stop::Break(usize::try_from(number(1)).unwrap_or(1).max(1)));
            0
        }
        "continue" => {
            run.stop = Some(Stop::Continue(usize::try_from(number(1)).unwrap_or(1).max(1)));
            0
        }
        "export" => {
            for (name, value) in rest.iter().filter_map(|word| word.split_once('=')) {
                run.shell.set(name, value);
            }
            0
        }
        "unset" => {
            for name in rest {
                run.shell.variables.remove(name);
            }
            0
        }
        "alias" => alias(run, rest),
        "unalias" => {
            run.shell.aliases.retain(|name, _| !rest.contains(name));
            0
        }
        "local" => local(run, rest),
        "shift" => {
            let count = usize::try_from(number(1)).unwrap_or(0).min(run.shell.parameters.len());
            run.shell.parameters.drain(..count);
            0
        }
        name @ ("rm" | "tee" | "touch") => change_files(run, name, rest),
        "sed" if rest.iter().any(|word| word == "-i") => edit(run, rest),
        "test" => i32::from(!holds(run, rest)),
        "[" | "[[" => bracket(run, name, rest),
        "read" => read(run, rest),
        "sleep" => sleeping(run, rest),
        "type" | "command" | "which" => located(run, name, rest),
        "exec" if !rest.is_empty() => {
            run.run_words(rest);
            if run.stop.is_none() {
                run.stop = Some(Stop::Exit);
                run.shell.left = true;
            }
            run.shell.status
        }
        ":" | "true" | "set" | "exec" => 0,
        "sh" | "bash" | "ash" if run.has_program(name) => nested(run, rest),
        _ => return None,
    })
}

/// `alias`, `alias NAME=COMMAND`, `alias NAME`.
fn alias(run: &mut Run<'_>, words: &[String]) -> i32 {
    let mut status = 0;
    let shown = |name: &str, text: &str| format!("alias {name}={}\n", super::quote(text));
    if words.is_empty() {
        let all: Vec<String> = run.shell.aliases.iter().map(|(name, text)| shown(name, text)).collect();
        run.print(&all.concat());
    }
    for word in words {
        match (word.split_once('='), run.shell.aliases.get(word)) {
            (Some((name, text)), _) => {
                run.shell.aliases.insert(name.to_owned(), text.to_owned());
            }
            (None, Some(text)) => {
                let line = shown(word, text);
                run.print(&line);
            }
            (None, None) => {
                let words = run.shell.dialect.complaint(&format!("alias: {word}: not found"));
                run.complain(&words);
                status = 1;
            }
        }
    }
    status
}

/// `local NAME[=VALUE]…`: until the function ends.
fn local(run: &mut Run<'_>, words: &[String]) -> i32 {
    if run.calls == 0 {
        let words = run.shell.dialect.complaint("local: can only be used in a function");
        run.complain(&words);
        return 1;
    }
    for word in words {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        let before = run.shell.variables.get(name).cloned();
        run.locals.push((name.to_owned(), before));
        run.shell.set(name, value);
    }
    0
}

/// `sed -i`: the last word names the file.
fn edit(run: &mut Run<'_>, words: &[String]) -> i32 {
    let words: Vec<String> = words.iter().filter(|word| *word != "-i").cloned().collect();
    let Some((path, script)) = words.split_last() else {
        return 1;
    };
    let Some(text) = run.reads_file(path) else {
        run.complain(&format!("sed: {path}: No such file or directory\n"));
        return 1;
    };
    let line: Vec<String> = std::iter::once("sed".to_owned())
        .chain(script.iter().cloned())
        .collect();
    let ended = tools::run(&line, &text, &|_| None).unwrap_or_default();
    run.complain(&ended.stderr);
    if ended.exit != 0 {
        return ended.exit;
    }
    if let Err(why) = run.writes_file(path, &ended.stdout) {
        run.complain(&format!("sed: {path}: {why}\n"));
        return 1;
    }
    0
}

/// `rm`, `tee` and `touch`.
fn change_files(run: &mut Run<'_>, name: &str, words: &[String]) -> i32 {
    let (options, paths): (Vec<&String>, Vec<&String>) = words.iter().partition(|word| word.starts_with('-'));
    let is = |letter: char| options.iter().any(|option| option.contains(letter));
    let text = if name == "tee" { run.take_input() } else { String::new() };
    run.print(&text);
    let mut status = 0;
    for path in paths {
        let known = run.reads_file(path);
        let done = match name {
            "rm" if is('f') || known.is_some() => {
                run.removes_file(path);
                Ok(())
            }
            "rm" => Err("No such file or directory"),
            "tee" => {
                let before = known.filter(|_| is('a')).unwrap_or_default();
                run.writes_file(path, &(before + &text))
            }
            _ => run.writes_file(path, &known.unwrap_or_default()),
        };
        if let Err(why) = done {
            run.complain(&format!("{name}: {path}: {why}\n"));
            status = 1;
        }
    }
    status
}

fn change(run: &mut Run<'_>, to: &str) -> i32 {
    let path = run.shell.path(if to == "~" { "/" } else { to });
    if path == "/" || run.is_directory(&path) {
        run.shell.directory = path;
        return 0;
    }
    let words = run
        .shell
        .dialect
        .complaint(&format!("cd: can't cd to {to}: No such file or directory"));
    run.complain(&words);
    2
}

/// The text of `echo`: without the end of the line with `-n`, with escapes with `-e`.
pub(crate) fn echoed(words: &[String]) -> String {
    let (mut ends, mut escapes, mut from) = (true, false, 0);
    for word in words {
        match word.as_str() {
            "-n" => ends = false,
            "-e" => escapes = true,
            "-ne" | "-en" => (ends, escapes) = (false, true),
            _ => break,
        }
        from += 1;
    }
    let text = words.get(from..).unwrap_or_default().join(" ");
    let text = if escapes { unescaped(&text) } else { text };
    if ends { text + "\n" } else { text }
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some('\\') | None => out.push('\\'),
                Some(other) => out.extend(['\\', other]),
            },
            (c, false) => out.push(c),
        }
    }
    out
}

/// `printf`, with `%s`, `%d` and `%%`; the format is used again while words are left.
fn printed(words: &[String]) -> String {
    let Some((format, words)) = words.split_first() else {
        return String::new();
    };
    let format = unescaped(format);
    let mut words = words.iter();
    let mut text = String::new();
    loop {
        let mut taken = false;
        let mut rest = format.as_str();
        while let Some(at) = rest.find('%') {
            text.push_str(rest.get(..at).unwrap_or_default());
            rest = rest.get(at + 1..).unwrap_or_default();
            match rest.chars().next() {
                Some('s' | 'd' | 'i') => {
                    taken = true;
                    text.push_str(words.next().map(String::as_str).unwrap_or_default());
                }
                Some(other) => text.push(other),
                None => text.push('%'),
            }
            rest = rest
                .get(rest.chars().next().map_or(0, char::len_utf8)..)
                .unwrap_or_default();
        }
        text.push_str(rest);
        if !taken || words.len() == 0 {
            return text;
        }
    }
}

fn bracket(run: &mut Run<'_>, name: &str, rest: &[String]) -> i32 {
    let close = if name == "[" { "]" } else { "]]" };
    match rest.split_last() {
        Some((last, inside)) if last == close => i32::from(!holds(run, inside)),
        _ => {
            let words = run.shell.dialect.complaint(&format!("{name}: missing {close}"));
            run.complain(&words);
            2
        }
    }
}

/// The most words of a condition.
const MOST_WORDS: usize = 100;

/// `test`
fn holds(run: &mut Run<'_>, words: &[String]) -> bool {
    let texts: Vec<&str> = words.iter().map(String::as_str).collect();
    if texts.len() > MOST_WORDS {
        return false;
    }
    if let Some(place) = texts.iter().position(|word| ["-o", "||"].contains(word)) {
        return holds(run, words.get(..place).unwrap_or_default())
            || holds(run, words.get(place + 1..).unwrap_or_default());
    }
    if let Some(place) = texts.iter().position(|word| ["-a", "&&"].contains(word)) {
        return holds(run, words.get(..place).unwrap_or_default())
            && holds(run, words.get(place + 1..).unwrap_or_default());
    }
    let number = |text: &str| text.trim().parse::<i64>().unwrap_or(0);
    match texts.as_slice() {
        ["!", ..] => !holds(run, words.get(1..).unwrap_or_default()),
        [word] | ["-n", word] => !word.is_empty(),
        ["-z", word] => word.is_empty(),
        ["-f" | "-r" | "-s", path] => run.reads_file(path).is_some(),
        ["-d", path] => run.is_directory(&run.shell.path(path)),
        ["-e", path] => run.reads_file(path).is_some() || run.is_directory(&run.shell.path(path)),
        [left, "=" | "==", right] => left == right,
        [left, "!=", right] => left != right,
        [left, "-eq", right] => number(left) == number(right),
        [left, "-ne", right] => number(left) != number(right),
        [left, "-lt", right] => number(left) < number(right),
        [left, "-le", right] => number(left) <= number(right),
        [left, "-gt", right] => number(left) > number(right),
        [left, "-ge", right] => number(left) >= number(right),
        _ => false,
    }
}

/// `read NAME…`: the last name takes what is left.
fn read(run: &mut Run<'_>, words: &[String]) -> i32 {
    let names: Vec<&String> = words.iter().filter(|word| is_name(word)).collect();
    let Some(line) = run.read_line() else { return 1 };
    let mut rest = line.trim();
    for (place, name) in names.iter().enumerate() {
        if place + 1 == names.len() {
            run.shell.set(name, rest);
            break;
        }
        let (word, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        run.shell.set(name, word);
        rest = behind.trim_start();
    }
    0
}

fn sleeping(run: &mut Run<'_>, words: &[String]) -> i32 {
    let ended = sleep::run(words);
    run.complain(&ended.stderr);
    if let Some(millis) = words.first().and_then(|word| sleep::millis(word)) {
        run.sleeps(millis);
    }
    ended.exit
}

/// `type NAME` and `command -v NAME`; `command NAME …` runs it.
fn located(run: &mut Run<'_>, builtin: &str, words: &[String]) -> i32 {
    let names = match words.split_first() {
        Some((flag, names)) if flag == "-v" || flag == "-V" => names,
        _ if builtin != "command" => words,
        Some(_) => {
            run.run_words(words);
            return run.shell.status;
        }
        None => words,
    };
    let mut status = 0;
    for name in names {
        let mut line = String::new();
        let path = match (is_builtin(name), run.has_program(name)) {
            (true, _) if builtin != "which" => name.clone(),
            (_, true) => format!("/usr/bin/{name}"),
            _ => {
                status = if builtin == "which" { 1 } else { 127 };
                if builtin == "type" {
                    let words = run.shell.dialect.not_found(name);
                    run.complain(&words);
                }
                continue;
            }
        };
        let _ = match (builtin, is_builtin(name)) {
            ("type", true) => writeln!(line, "{name} is a shell builtin"),
            ("type", false) => writeln!(line, "{name} is {path}"),
            _ => writeln!(line, "{path}"),
        };
        run.print(&line);
    }
    status
}

fn nested(run: &mut Run<'_>, words: &[String]) -> i32 {
    let mut words = words
        .iter()
        .skip_while(|word| word.starts_with('-') && !word.contains('c'));
    match (words.next(), words.next()) {
        (Some(flag), Some(script)) if flag.starts_with('-') => run.nested(script),
        (Some(file), _) if !file.starts_with('-') => {
            let words = run
                .shell
                .dialect
                .complaint(&format!("can't open '{file}': No such file or directory"));
            run.complain(&words);
            2
        }
        _ => 0,
    }
}
