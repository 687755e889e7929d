//! `ping`, `nc`, `nslookup` and `dig`.

use super::options::{self, Known, Wrong};
use super::programs::failed;
use super::wire::{Reached, Wire};
use cluster::{Cluster, Object};
use kubectl::Ended;
use network::Protocol;
use network::dns::{self, Printed, ResolvConf};
use std::fmt::Write;
use std::net::IpAddr;

/// Runs BIND's `nslookup`.
pub(super) fn nslookup(pod: &Object, wire: &Wire<'_>, words: &[String]) -> Ended {
    let conf = ResolvConf::of_pod(pod);
    printed(dns::nslookup(words, "", &conf, &mut |server, question| {
        wire.ask(server, question)
    }))
}

/// Runs BIND's `dig`.
pub(super) fn dig(cluster: &Cluster, pod: &Object, wire: &Wire<'_>, words: &[String]) -> Ended {
    let (conf, now) = (ResolvConf::of_pod(pod), cluster::unix(cluster.now()));
    printed(dns::dig(words, now, &conf, &mut |server, question| {
        wire.ask(server, question)
    }))
}

fn printed(Printed { stdout, stderr, exit }: Printed) -> Ended {
    Ended {
        stdout,
        stderr,
        exit,
        seconds: 0,
    }
}

const PING: &[Known] = &[
    (Some('c'), "count", true),
    (Some('W'), "timeout", true),
    (Some('w'), "deadline", true),
    (Some('i'), "interval", true),
    (Some('4'), "ipv4", false),
    (Some('n'), "numeric", false),
    (Some('q'), "quiet", false),
];

/// The most echo requests that are told of one by one.
const MOST_PINGS: i64 = 1_000;

/// Runs `ping` of iputils.
pub(super) fn ping(wire: &Wire<'_>, words: &[String]) -> Ended {
    let (given, hosts) = match options::read(PING, words) {
        Ok(read) => read,
        Err(Wrong::Unknown(option)) => {
            let letter = option.trim_start_matches('-');
            return failed(2, format!("ping: invalid option -- '{letter}'\n"));
        }
        Err(Wrong::NeedsValue(option)) => {
            let letter = option.trim_start_matches('-');
            return failed(2, format!("ping: option requires an argument -- '{letter}'\n"));
        }
    };
    let Some(host) = hosts.last() else {
        return failed(1, "ping: usage error: Destination address required\n");
    };
    let Some(address) = wire.addresses(host).into_iter().find(IpAddr::is_ipv4) else {
        return failed(2, format!("ping: {host}: Name or service not known\n"));
    };
    let Some(count) = options::last(&given, "count").and_then(options::seconds) else {
        return failed(
            2,
            "ping: without -c it never ends, and here it would print nothing: give a count\n",
        );
    };
    let count = count.clamp(1, MOST_PINGS);
    let reached = wire.echo(address);
    let unanswered = matches!(reached, Reached::Silence | Reached::Refused);
    let mut stdout = format!("PING {host} ({address}) 56(84) bytes of data.\n");
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
    Ended {
        stdout,
        stderr: String::new(),
        exit: i32::from(unanswered),
        seconds: count - 1 + if reached == Reached::Silence { waits } else { 0 },
    }
}

const NC: &[Known] = &[
    (Some('z'), "zero", false),
    (Some('v'), "verbose", false),
    (Some('u'), "udp", false),
    (Some('n'), "numeric", false),
    (Some('w'), "wait", true),
];

/// How long a kernel tries to connect when nobody says.
const PATIENCE: i64 = 131;

/// Runs OpenBSD's `nc`, as far as it tells whether a port is open.
pub(super) fn nc(wire: &Wire<'_>, words: &[String]) -> Ended {
    const USAGE: &str = "usage: nc [-nuvz] [-w timeout] [destination] [port]\n";
    let (given, words) = match options::read(NC, words) {
        Ok(read) => read,
        Err(Wrong::Unknown(option)) => {
            let letter = option.trim_start_matches('-');
            return failed(1, format!("nc: invalid option -- '{letter}'\n{USAGE}"));
        }
        Err(Wrong::NeedsValue(option)) => {
            let letter = option.trim_start_matches('-');
            return failed(1, format!("nc: option requires an argument -- '{letter}'\n{USAGE}"));
        }
    };
    let is = |name| options::last(&given, name).is_some();
    let [host, port] = words.as_slice() else {
        return failed(1, USAGE);
    };
    let Ok(number) = port.parse::<u16>() else {
        return failed(1, format!("nc: port number invalid: {port}\n"));
    };
    if !is("zero") {
        return failed(1, "nc: only -z is simulated here: it tells whether a port is open\n");
    }
    let Some(address) = wire.addresses(host).into_iter().find(IpAddr::is_ipv4) else {
        return failed(
            1,
            format!("nc: getaddrinfo for host \"{host}\" port {port}: Name or service not known\n"),
        );
    };
    let (protocol, word) = if is("udp") {
        (Protocol::Udp, "udp")
    } else {
        (Protocol::Tcp, "tcp")
    };
    let say = |exit, words: String, seconds| Ended {
        stdout: String::new(),
        stderr: if is("verbose") { words } else { String::new() },
        exit,
        seconds,
    };
    let failed = |why: &str, seconds| {
        say(
            1,
            format!("nc: connect to {host} ({address}) port {port} ({word}) failed: {why}\n"),
            seconds,
        )
    };
    match wire.connect(address, number, protocol) {
        Reached::Refused => failed("Connection refused", 0),
        // No datagram is answered by a port that is open, nor by one that nobody has.
        Reached::Silence if protocol == Protocol::Tcp => {
            match options::last(&given, "wait").and_then(options::seconds) {
                Some(limit) => failed("Operation now in progress", limit),
                None => failed("Connection timed out", PATIENCE),
            }
        }
        _ => say(
            0,
            format!("Connection to {host} ({address}) {port} port [{word}/*] succeeded!\n"),
            0,
        ),
    }
}
