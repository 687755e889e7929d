//! The playground without a browser.
//!
//! `replay` fills in what recorded sessions print, `names` what names answer in them, `rules` what kube-proxy writes on a node,
//! `route` where requests go; `run` plays manifests and tells of each request.

mod run;

use serde_json::Value;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;

const USAGE: &str = "usage: playground-cli replay|names|rules|route < CASES.jsonl\n       playground-cli run [--seed N] [--seconds N] [--json] FILE…";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let result = match words.next().as_deref() {
        Some("replay") => each_case(playground::replay),
        Some("names") => each_case(playground::names),
        Some("rules") => each_case(playground::rules),
        Some("route") => each_case(playground::route),
        Some("run") => play(words),
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let _ = writeln!(io::stderr(), "{message}");
            ExitCode::FAILURE
        }
    }
}

/// Plays each case of JSON lines and writes it as a line.
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
    let options = run::Options::read(words)?;
    let read = |file: &String| match std::fs::read_to_string(file) {
        Ok(text) => Ok((file.clone(), text)),
        Err(error) => Err(format!("{file}: {error}")),
    };
    let files = options.files.iter().map(read).collect::<Result<Vec<_>, _>>()?;
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
