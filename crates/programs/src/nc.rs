//! `nc` of OpenBSD, with the options that test whether a port is open.

use crate::network_client::{NetworkClient, Reached};
use crate::options::{self, Known, Wrong};
use crate::output::ProgramOutput;
use network::Protocol;

const OPTIONS: &[Known] = &[
    (Some('z'), "zero", false),
    (Some('v'), "verbose", false),
    (Some('u'), "udp", false),
    (Some('n'), "numeric", false),
    (Some('w'), "wait", true),
];

/// How long a kernel tries to connect by default, in seconds.
const PATIENCE: i64 = 131;

pub(crate) fn run(client: &NetworkClient<'_>, words: &[String]) -> ProgramOutput {
    const USAGE: &str = "usage: nc [-nuvz] [-w timeout] [destination] [port]\n";
    let (given, words) = match options::read(OPTIONS, words) {
        Ok(read) => read,
        Err(Wrong::Unknown(option)) => {
            let letter = option.trim_start_matches('-');
            return ProgramOutput::failed(1, format!("nc: invalid option -- '{letter}'\n{USAGE}"));
        }
        Err(Wrong::NeedsValue(option)) => {
            let letter = option.trim_start_matches('-');
            return ProgramOutput::failed(1, format!("nc: option requires an argument -- '{letter}'\n{USAGE}"));
        }
    };
    let is = |name| options::last(&given, name).is_some();
    let [host, port] = words.as_slice() else {
        return ProgramOutput::failed(1, USAGE);
    };
    let Ok(number) = port.parse::<u16>() else {
        return ProgramOutput::failed(1, format!("nc: port number invalid: {port}\n"));
    };
    if !is("zero") {
        return ProgramOutput::failed(1, "nc: only -z is simulated here: it tells whether a port is open\n");
    }
    let Some(address) = client.first(host) else {
        return ProgramOutput::failed(
            1,
            format!("nc: getaddrinfo for host \"{host}\" port {port}: Name or service not known\n"),
        );
    };
    let (protocol, word) = if is("udp") {
        (Protocol::Udp, "udp")
    } else {
        (Protocol::Tcp, "tcp")
    };
    let say = |exit, words: String, seconds| ProgramOutput {
        stdout: String::new(),
        stderr: if is("verbose") { words } else { String::new() },
        exit,
        seconds,
        ..ProgramOutput::default()
    };
    let refused = |why: &str, seconds| {
        say(
            1,
            format!("nc: connect to {host} ({address}) port {port} ({word}) failed: {why}\n"),
            seconds,
        )
    };
    match client.connect(address, number, protocol) {
        Reached::Refused => refused("Connection refused", 0),
        // No datagram is answered by a port that is open, nor by one that nobody has.
        Reached::Silence if protocol == Protocol::Tcp => {
            match options::last(&given, "wait").and_then(options::seconds) {
                Some(limit) => refused("Operation now in progress", limit),
                None => refused("Connection timed out", PATIENCE),
            }
        }
        _ => say(
            0,
            format!("Connection to {host} ({address}) {port} port [{word}/*] succeeded!\n"),
            0,
        ),
    }
}
