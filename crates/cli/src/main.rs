//! The playground without a browser.
//!
//! `replay` fills in what recorded sessions print, `names` how their names resolve, `rules` what kube-proxy writes on a node,
//! `route` where requests go. `run` runs manifests and prints each request, `kubectl` runs command lines, `check` checks the
//! expectations in scenario files.

mod lines;
mod run;

use serde_json::Value;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;

const USAGE: &str = "usage: playground-cli replay|names|rules|route < CASES.jsonl\n       playground-cli run [--seed N] [--seconds N] [--json] FILE…\n       playground-cli kubectl [--seed N] [--nodes N] [FILE…] < LINES\n       playground-cli check FILE…";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let result = match words.next().as_deref() {
        Some("replay") => each_case(playground::replay),
        Some("names") => each_case(playground::names),
        Some("rules") => each_case(playground::rules),
        Some("route") => each_case(playground::route),
        Some("run") => play(words),
        Some("kubectl") => return kubectl(words),
        Some("check") => check(words),
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => failure(&message),
    }
}

fn failure(message: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "{message}");
    ExitCode::FAILURE
}

/// Reads cases as JSON lines from standard input and prints each with its results.
fn each_case<E: std::fmt::Display>(play: impl Fn(&Value) -> Result<Value, E>) -> Result<(), String> {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line.map_err(|error| error.to_string())?;
        if line.trim().is_empty() {
            continue;
        }
        let case: Value = serde_json::from_str(&line).map_err(|error| error.to_string())?;
        let played = play(&case).map_err(|error| error.to_string())?;
        writeln!(output, "{played}").map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn play(words: impl Iterator<Item = String>) -> Result<(), String> {
    let options = run::RunOptions::read(words)?;
    let files = read(&options.files)?;
    let report = run::play(run::gather(&files, &options)?, &options);
    let (mut out, mut err) = (io::stdout().lock(), io::stderr().lock());
    write!(out, "{}", report.timeline)
        .and_then(|()| write!(err, "{}", report.complaints))
        .map_err(|error| error.to_string())?;
    if report.whole {
        Ok(())
    } else {
        Err("the text has errors".to_owned())
    }
}

/// Names and texts of files.
fn read(files: &[String]) -> Result<Vec<(String, String)>, String> {
    let read = |file: &String| match std::fs::read_to_string(file) {
        Ok(text) => Ok((file.clone(), text)),
        Err(error) => Err(format!("{file}: {error}")),
    };
    files.iter().map(read).collect()
}

/// Runs the command lines of standard input; returns the exit code of the last.
fn kubectl(words: impl Iterator<Item = String>) -> ExitCode {
    let run = || {
        let options = lines::KubectlOptions::read(words)?;
        let (mut terminal, refused) = lines::open(&read(&options.files)?, &options);
        for message in refused {
            writeln!(io::stderr(), "{message}").map_err(|error| error.to_string())?;
        }
        let text = io::read_to_string(io::stdin()).map_err(|error| error.to_string())?;
        let mut exit = 0;
        for line in lines::lines(&text) {
            let output = terminal.run(&line, "");
            exit = output.exit;
            write!(
                io::stdout(),
                "$ {}\n{}",
                line.lines().next().unwrap_or_default(),
                output.stdout
            )
            .and_then(|()| write!(io::stderr(), "{}", output.stderr))
            .map_err(|error| error.to_string())?;
        }
        Ok::<i32, String>(exit)
    };
    match run() {
        Ok(exit) => ExitCode::from(u8::try_from(exit).unwrap_or(1)),
        Err(message) => failure(&message),
    }
}

fn check(words: impl Iterator<Item = String>) -> Result<(), String> {
    let files: Vec<String> = words.collect();
    if files.is_empty() {
        return Err(USAGE.to_owned());
    }
    let mut wrong = Vec::new();
    for (name, text) in read(&files)? {
        match playground::check(&text) {
            Ok(faults) => wrong.extend(faults.into_iter().map(|fault| format!("{name}:{fault}"))),
            Err(error) => wrong.push(format!("{name}: {error}")),
        }
    }
    if wrong.is_empty() {
        return writeln!(io::stdout(), "all checks hold").map_err(|error| error.to_string());
    }
    Err(wrong.join("\n"))
}
