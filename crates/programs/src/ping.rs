//! `ping` of iputils.

use crate::network_client::{NetworkClient, Reached};
use crate::options::{self, Known, Wrong};
use crate::output::ProgramOutput;
use std::fmt::Write;

const OPTIONS: &[Known] = &[
    (Some('c'), "count", true),
    (Some('W'), "timeout", true),
    (Some('w'), "deadline", true),
    (Some('i'), "interval", true),
    (Some('4'), "ipv4", false),
    (Some('n'), "numeric", false),
    (Some('q'), "quiet", false),
];

/// The limit of `-c`.
const MOST_PINGS: i64 = 1_000;

pub(crate) fn run(client: &NetworkClient<'_>, words: &[String]) -> ProgramOutput {
    let (given, hosts) = match options::read(OPTIONS, words) {
        Ok(read) => read,
        Err(Wrong::Unknown(option)) => {
            let letter = option.trim_start_matches('-');
            return ProgramOutput::failed(2, format!("ping: invalid option -- '{letter}'\n"));
        }
        Err(Wrong::NeedsValue(option)) => {
            let letter = option.trim_start_matches('-');
            return ProgramOutput::failed(2, format!("ping: option requires an argument -- '{letter}'\n"));
        }
    };
    let Some(host) = hosts.last() else {
        return ProgramOutput::failed(1, "ping: usage error: Destination address required\n");
    };
    let Some(address) = client.first(host) else {
        return ProgramOutput::failed(2, format!("ping: {host}: Name or service not known\n"));
    };
    let Some(count) = options::last(&given, "count").and_then(options::seconds) else {
        return ProgramOutput::failed(
            2,
            "ping: without -c it never ends, and here it would print nothing: give a count\n",
        );
    };
    let count = count.clamp(1, MOST_PINGS);
    let reached = client.echo(address);
    let unanswered = matches!(reached, Reached::Silence | Reached::Refused);
    let mut stdout = if address.is_ipv4() {
        format!("PING {host} ({address}) 56(84) bytes of data.\n")
    } else {
        format!("PING {host}({address}) 56 data bytes\n")
    };
    for number in 1..=count {
        match reached {
            Reached::Silence => {}
            Reached::Refused => {
                let _ = writeln!(stdout, "From {address} icmp_seq={number} Destination Port Unreachable");
            }
            _ => {
                let _ = writeln!(
                    stdout,
                    "64 bytes from {address}: icmp_seq={number} ttl=64 time=0.100 ms"
                );
            }
        }
    }
    let (received, loss) = if unanswered { (0, 100) } else { (count, 0) };
    let errors = if reached == Reached::Refused {
        format!("+{count} errors, ")
    } else {
        String::new()
    };
    let millis = (count - 1) * 1000;
    let _ = writeln!(
        stdout,
        "\n--- {host} ping statistics ---\n{count} packets transmitted, {received} received, {errors}{loss}% packet loss, time {millis}ms"
    );
    stdout.push_str(if unanswered {
        "\n"
    } else {
        "rtt min/avg/max/mdev = 0.100/0.100/0.100/0.000 ms\n"
    });
    let waits = options::last(&given, "timeout")
        .and_then(options::seconds)
        .unwrap_or(10);
    ProgramOutput {
        stdout,
        stderr: String::new(),
        exit: i32::from(unanswered),
        seconds: count - 1 + if reached == Reached::Silence { waits } else { 0 },
        ..ProgramOutput::default()
    }
}
