//! The programs of a container, each printing what it does on Linux.

use super::wire::Wire;
use super::{curl, environment, files, probes, wget};
use cluster::{Cluster, Object};
use kubectl::{Call, Ended};
use network::dns::hostname as hostname_of;
use std::fmt::Write;

/// Runs a program; none where there is none of that name.
pub(super) fn run(cluster: &Cluster, call: &Call<'_>, wire: &Wire<'_>) -> Option<Ended> {
    let (program, words) = call.words.split_first()?;
    let name = ["/bin/", "/usr/bin/"]
        .iter()
        .find_map(|directory| program.strip_prefix(directory))
        .unwrap_or(program);
    Some(match name {
        "curl" => curl::run(cluster, wire, words),
        "wget" => wget::run(cluster, wire, words),
        "nslookup" => probes::nslookup(call.pod, wire, words),
        "dig" => probes::dig(cluster, call.pod, wire, words),
        "ping" => probes::ping(wire, words),
        "nc" => probes::nc(wire, words),
        "true" => Ended::default(),
        "false" => failed(1, ""),
        "echo" => said(words.join(" ") + "\n"),
        "sleep" => sleep(words),
        "hostname" => hostname(call.pod, words),
        "env" | "printenv" => printenv(cluster, call, words),
        "cat" => cat(call.pod, words),
        _ => return None,
    })
}

pub(super) fn said(stdout: impl Into<String>) -> Ended {
    Ended {
        stdout: stdout.into(),
        ..Ended::default()
    }
}

pub(super) fn failed(exit: i32, stderr: impl Into<String>) -> Ended {
    Ended {
        stderr: stderr.into(),
        exit,
        ..Ended::default()
    }
}

fn sleep(words: &[String]) -> Ended {
    let Some(word) = words.first() else {
        return failed(1, "sleep: missing operand\nTry 'sleep --help' for more information.\n");
    };
    match word.trim_end_matches('s').parse::<u32>() {
        Ok(seconds) => Ended {
            seconds: seconds.into(),
            ..Ended::default()
        },
        Err(_) => failed(
            1,
            format!("sleep: invalid time interval '{word}'\nTry 'sleep --help' for more information.\n"),
        ),
    }
}

fn hostname(pod: &Object, words: &[String]) -> Ended {
    match words.first().map(String::as_str) {
        Some("-i" | "-I") => said(format!("{}\n", pod.text(&["status", "podIP"]).unwrap_or_default())),
        _ => said(format!("{}\n", hostname_of(pod))),
    }
}

fn printenv(cluster: &Cluster, call: &Call<'_>, words: &[String]) -> Ended {
    let variables = environment::variables(cluster, call.pod, call.container);
    if words.is_empty() {
        let words = variables.iter().flat_map(|(name, value)| [name, "=", value, "\n"]);
        return said(words.collect::<String>());
    }
    let mut ended = Ended::default();
    for word in words {
        match variables.get(word) {
            Some(value) => ended.stdout.extend([value.as_str(), "\n"]),
            None => ended.exit = 1,
        }
    }
    ended
}

fn cat(pod: &Object, words: &[String]) -> Ended {
    let mut ended = Ended::default();
    for path in words {
        if let Some(text) = files::read(pod, path) {
            ended.stdout.push_str(&text);
        } else {
            let _ = writeln!(ended.stderr, "cat: {path}: No such file or directory");
            ended.exit = 1;
        }
    }
    ended
}
