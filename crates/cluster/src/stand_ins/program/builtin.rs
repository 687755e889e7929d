//! Small programs, and what is known of others: whether they end.

use super::code;
use super::state::{Flow, Shell};
use super::words::assignment;
use crate::stand_ins::listening::{base, server, serves_nothing};
use crate::time::timestamp;
use std::borrow::Cow;

/// Runs a program that is known through and through; `None` if it is another.
pub(super) fn run(shell: &mut Shell<'_>, name: &str, arguments: &[String]) -> Option<Flow> {
    let first = arguments.first().map_or("", String::as_str);
    match name {
        "true" | ":" => {}
        "false" | "read" => shell.status = 1,
        "echo" => echo(shell, arguments),
        "printf" => printf(shell, arguments),
        "date" => {
            let now = date(shell.around.started + shell.clock, first);
            shell.print(&format!("{now}\n"));
        }
        "hostname" => shell.print(&format!("{}\n", shell.around.hostname)),
        "pwd" => shell.print("/\n"),
        "whoami" => shell.print("root\n"),
        "env" | "printenv" => environment(shell, first),
        "seq" => seq(shell, arguments),
        "expr" => {
            let sum = super::arithmetic::sum(shell, &arguments.join(" "));
            shell.print(&format!("{sum}\n"));
        }
        "test" | "[" | "[[" => shell.status = i64::from(!test(shell, arguments)),
        "let" => {
            if let Some((name, sum)) = assignment(first) {
                let sum = super::arithmetic::sum(shell, sum);
                shell.variables.insert(name.to_owned(), sum.to_string());
            }
        }
        "export" | "local" | "declare" | "readonly" => {
            for (name, value) in arguments.iter().filter_map(|word| assignment(word)) {
                shell.variables.insert(name.to_owned(), value.to_owned());
            }
        }
        "touch" => {
            for file in arguments {
                shell.files.entry(file.clone()).or_default();
            }
        }
        "rm" => {
            for file in arguments {
                shell.files.remove(file);
            }
        }
        "cat" => return Some(cat(shell, arguments)),
        "sleep" => return Some(sleep(shell, arguments)),
        "perl" | "python" | "python3" | "node" | "ruby" | "php" => {
            let says = |word: &&String| ["-c", "-e", "-r", "--eval", "-wle", "-le", "-ne"].contains(&word.as_str());
            let code = arguments.iter().skip_while(|word| !says(word)).nth(1)?;
            return Some(code::run(shell, code));
        }
        _ => return None,
    }
    Some(Flow::Next)
}

fn echo(shell: &mut Shell<'_>, arguments: &[String]) {
    let is_option = |word: &&String| ["-n", "-e", "-ne", "-en", "-E"].contains(&word.as_str());
    let options = arguments.iter().take_while(is_option).count();
    let (options, words) = arguments.split_at_checked(options).unwrap_or((&[], arguments));
    let text = words.join(" ");
    let has = |letter: char| options.iter().any(|option| option.contains(letter));
    let text = if has('e') { unescaped(&text) } else { text };
    shell.print(&text);
    if !has('n') {
        shell.print("\n");
    }
}

fn unescaped(text: &str) -> String {
    text.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\")
}

fn printf(shell: &mut Shell<'_>, arguments: &[String]) {
    let Some((format, mut values)) = arguments.split_first() else {
        return;
    };
    loop {
        let mut rest = unescaped(format);
        let had = values.len();
        while let Some((before, after)) = rest.split_once('%') {
            shell.print(before);
            let end = after.find(|letter: char| letter.is_ascii_alphabetic() || letter == '%');
            let letter = end.and_then(|end| after.get(end..)?.chars().next());
            match letter {
                Some('%') | None => shell.print("%"),
                Some(_) => {
                    let (value, others) = values
                        .split_first()
                        .map_or(("", values), |(first, rest)| (first.as_str(), rest));
                    values = others;
                    shell.print(value);
                }
            }
            rest = after
                .get(end.map_or(after.len(), |end| end + 1)..)
                .unwrap_or_default()
                .to_owned();
        }
        shell.print(&rest);
        if values.is_empty() || values.len() == had {
            return;
        }
    }
}

/// What `date` prints of a virtual second.
fn date(second: i64, format: &str) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let text = timestamp(second);
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    let month = part(5, 7)
        .parse::<usize>()
        .ok()
        .and_then(|month| MONTHS.get(month.checked_sub(1)?));
    let month = *month.unwrap_or(&"");
    // Virtual second 0 is nine o'clock on a Monday.
    let day = usize::try_from((second + 9 * 3600).div_euclid(86_400).rem_euclid(7)).ok();
    let weekday = *day.and_then(|day| DAYS.get(day)).unwrap_or(&"");
    let (year, time, day) = (part(0, 4), part(11, 19), part(8, 10));
    let day_padded = format!("{:>2}", day.trim_start_matches('0'));
    let Some(format) = format.strip_prefix('+') else {
        return format!("{weekday} {month} {day_padded} {time} UTC {year}");
    };
    let mut all = String::new();
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            all.push(letter);
            continue;
        }
        match letters.next() {
            Some('s') => all.push_str(&crate::time::unix(second).to_string()),
            Some('Y') => all.push_str(year),
            Some('m') => all.push_str(part(5, 7)),
            Some('d') => all.push_str(day),
            Some('H') => all.push_str(part(11, 13)),
            Some('M') => all.push_str(part(14, 16)),
            Some('S') => all.push_str(part(17, 19)),
            Some('F') => all.push_str(part(0, 10)),
            Some('T') => all.push_str(time),
            Some('a') => all.push_str(weekday),
            Some('b') => all.push_str(month),
            Some('e') => all.push_str(&day_padded),
            Some('Z') => all.push_str("UTC"),
            Some('N') => all.push_str("000000000"),
            other => all.extend(other),
        }
    }
    all
}

fn environment(shell: &mut Shell<'_>, name: &str) {
    if name.is_empty() {
        let mut all = shell.around.environment.all();
        all.extend(shell.variables.clone());
        let all = all.iter().flat_map(|(name, value)| [name, "=", value, "\n"]);
        let all: String = all.collect();
        shell.print(&all);
    } else {
        match shell.variable(name).map(Cow::into_owned) {
            Some(value) => shell.print(&format!("{value}\n")),
            None => shell.status = 1,
        }
    }
}

fn seq(shell: &mut Shell<'_>, arguments: &[String]) {
    let mut numbers = arguments.iter().filter_map(|word| word.parse::<i64>().ok());
    let all = [numbers.next(), numbers.next(), numbers.next()];
    let (from, step, to) = match all {
        [Some(to), None, _] => (1, 1, to),
        [Some(from), Some(to), None] => (from, 1, to),
        [Some(from), Some(step), Some(to)] => (from, step.max(1), to),
        _ => return,
    };
    let mut number = from;
    while number <= to.min(from.saturating_add(10_000)) {
        shell.print(&format!("{number}\n"));
        number += step;
    }
}

fn test(shell: &Shell<'_>, arguments: &[String]) -> bool {
    let words: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|word| !["]", "]]"].contains(word))
        .collect();
    let number = |word: &str| word.parse::<i64>().unwrap_or_default();
    match *words.as_slice() {
        ["!", ref rest @ ..] => {
            let rest: Vec<String> = rest.iter().map(|word| (*word).to_owned()).collect();
            !test(shell, &rest)
        }
        [first] => !first.is_empty(),
        ["-z", word] => word.is_empty(),
        ["-n", word] => !word.is_empty(),
        ["-f" | "-e" | "-r" | "-w" | "-x", file] => shell.files.contains_key(file),
        ["-s", file] => shell.files.get(file).is_some_and(|content| !content.is_empty()),
        [first, "=" | "==", second] => first == second,
        [first, "!=", second] => first != second,
        [first, "-eq", second] => number(first) == number(second),
        [first, "-ne", second] => number(first) != number(second),
        [first, "-lt" | "<", second] => number(first) < number(second),
        [first, "-le", second] => number(first) <= number(second),
        [first, "-gt" | ">", second] => number(first) > number(second),
        [first, "-ge", second] => number(first) >= number(second),
        _ => false,
    }
}

fn cat(shell: &mut Shell<'_>, arguments: &[String]) -> Flow {
    let files: Vec<&String> = arguments.iter().filter(|word| !word.starts_with('-')).collect();
    if files.is_empty() && shell.around.has_input {
        return Flow::Forever;
    }
    for file in files {
        match shell.files.get(file).cloned() {
            Some(content) => shell.print(&content),
            None if file == "/etc/hostname" => shell.print(&format!("{}\n", shell.around.hostname)),
            // What a volume or an image holds is not known.
            None if file.starts_with("/tmp/") => {
                shell.print(&format!("cat: can't open '{file}': No such file or directory\n"));
                shell.status = 1;
            }
            None => {}
        }
    }
    Flow::Next
}

fn sleep(shell: &mut Shell<'_>, arguments: &[String]) -> Flow {
    let word = arguments.first().map_or("", String::as_str);
    if ["infinity", "inf"].contains(&word) {
        return Flow::Forever;
    }
    if let Some(seconds) = seconds(word) {
        shell.clock = shell.clock.saturating_add(seconds);
    } else {
        shell.print(&format!("sleep: invalid number '{word}'\n"));
        shell.status = 1;
    }
    Flow::Next
}

/// The seconds of `30`, `0.5`, `5m` or `1d`; fractions count as a whole one.
pub(super) fn seconds(word: &str) -> Option<i64> {
    let unit = match word.chars().next_back()? {
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => 1,
    };
    let number = word.trim_end_matches(['s', 'm', 'h', 'd']);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let more = i64::from(fraction.bytes().any(|digit| digit != b'0'));
    whole.checked_add(more).filter(|all| *all >= 0)?.checked_mul(unit)
}

/// The exit code of a program that asks and gets no answer.
pub(super) fn unanswered(name: &str) -> i64 {
    match name {
        "curl" => 7,
        "dig" => 9,
        "getent" | "pg_isready" | "psql" => 2,
        _ => 1,
    }
}

/// What a program that is given no words says, and its exit code.
pub(super) fn needs_words(name: &str) -> Option<(i64, &'static str)> {
    match name {
        "curl" => Some((2, "curl: (2) no URL specified\n")),
        "wget" => Some((1, "wget: missing URL\n")),
        "ping" => Some((1, "ping: usage error: Destination address required\n")),
        _ => None,
    }
}

/// Whether a program ends by itself; `None` if it is not known.
pub(super) fn ends(words: &[String]) -> Option<bool> {
    let (program, arguments) = words.split_first()?;
    let name = base(program);
    let has = |option: &str| arguments.iter().any(|word| word == option);
    let first = arguments.first().map_or("", String::as_str);
    Some(match name {
        "tail" => !arguments
            .iter()
            .any(|word| word.starts_with('-') && word.to_lowercase().contains('f')),
        "pause" | "top" | "watch" | "yes" | "vmstat" | "nc" | "ncat" | "netcat" => false,
        "stress" | "stress-ng" => has("-t") || has("--timeout"),
        "ping" => has("-c"),
        "agnhost" if first == "pause" => false,
        "npm" | "yarn" | "pnpm" => !["start", "run", "exec", "dev", ""].contains(&first),
        "service" | "supervisord" => name == "service",
        // They go into the background unless they are told not to.
        "nginx" => has("-t") || has("-v") || has("-s") || !arguments.iter().any(|word| word.contains("daemon off")),
        "httpd" if has("-p") || has("-h") => !has("-f") && !has("-DFOREGROUND"),
        "apachectl" | "apache2ctl" => !has("-DFOREGROUND") && !has("FOREGROUND"),
        _ if has("--version") || has("--help") => true,
        _ if server(name, first) => false,
        _ if serves_nothing(name, first) => true,
        _ => return None,
    })
}
