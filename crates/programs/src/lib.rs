//! Programs that run in pods. Each prints what it prints on Linux.
//!
//! Every container has the same programs, whatever its image. Its files are those that the kubelet writes.
//!
//! May import: base, api, cluster, network.
//! Invariant: a program's output follows from its arguments, the cluster and the random number of its [`NetworkClient`].

mod bind;
mod curl;
mod dig;
mod env;
mod files;
mod nc;
mod network_client;
mod nslookup;
mod options;
mod output;
mod ping;
mod server;
mod url;
mod wget;

pub use dig::dig;
pub use network_client::{NetworkClient, Reached};
pub use nslookup::nslookup;
pub use output::ProgramOutput;

use cluster::{Cluster, Object};
use network::dns::{ResolvConf, hostname as hostname_of};
use std::fmt::Write;

/// Runs a program in a container of a pod; `None` if no program has that name.
pub fn run(
    cluster: &Cluster,
    pod: &Object,
    container: &str,
    words: &[String],
    client: &NetworkClient<'_>,
) -> Option<ProgramOutput> {
    let (program, words) = words.split_first()?;
    let name = ["/bin/", "/usr/bin/"]
        .iter()
        .find_map(|directory| program.strip_prefix(directory))
        .unwrap_or(program);
    Some(match name {
        "curl" => curl::run(cluster, client, words),
        "wget" => wget::run(cluster, client, words),
        "nslookup" => nslookup(words, "", &ResolvConf::of_pod(pod), &mut |server, question| {
            client.ask(server, question)
        }),
        "dig" => {
            let now = cluster::unix(cluster.now());
            dig(words, now, &ResolvConf::of_pod(pod), &mut |server, question| {
                client.ask(server, question)
            })
        }
        "ping" => ping::run(client, words),
        "nc" => nc::run(client, words),
        "true" => ProgramOutput::default(),
        "false" => ProgramOutput::failed(1, ""),
        "echo" => ProgramOutput::printed(words.join(" ") + "\n"),
        "sleep" => sleep(words),
        "hostname" => hostname(pod, words),
        "env" | "printenv" => printenv(cluster, pod, container, words),
        "cat" => cat(pod, words),
        _ => return None,
    })
}

fn sleep(words: &[String]) -> ProgramOutput {
    let Some(word) = words.first() else {
        return ProgramOutput::failed(1, "sleep: missing operand\nTry 'sleep --help' for more information.\n");
    };
    match word.trim_end_matches('s').parse::<u32>() {
        Ok(seconds) => ProgramOutput {
            seconds: seconds.into(),
            ..ProgramOutput::default()
        },
        Err(_) => ProgramOutput::failed(
            1,
            format!("sleep: invalid time interval '{word}'\nTry 'sleep --help' for more information.\n"),
        ),
    }
}

fn hostname(pod: &Object, words: &[String]) -> ProgramOutput {
    match words.first().map(String::as_str) {
        Some("-i" | "-I") => ProgramOutput::printed(format!("{}\n", pod.status().field("podIP").text())),
        _ => ProgramOutput::printed(format!("{}\n", hostname_of(pod))),
    }
}

fn printenv(cluster: &Cluster, pod: &Object, container: &str, words: &[String]) -> ProgramOutput {
    let variables = env::variables(cluster, pod, container);
    if words.is_empty() {
        let words = variables.iter().flat_map(|(name, value)| [name, "=", value, "\n"]);
        return ProgramOutput::printed(words.collect::<String>());
    }
    let mut ended = ProgramOutput::default();
    for word in words {
        match variables.get(word) {
            Some(value) => ended.stdout.extend([value.as_str(), "\n"]),
            None => ended.exit = 1,
        }
    }
    ended
}

fn cat(pod: &Object, words: &[String]) -> ProgramOutput {
    let mut ended = ProgramOutput::default();
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
