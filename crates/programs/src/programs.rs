//! The programs by their names.

use crate::busybox_nslookup::{busybox_nslookup, old_busybox_nslookup};
use crate::container::Container;
use crate::network_client::NetworkClient;
use crate::nslookup::nslookup;
use crate::output::ProgramOutput;
use crate::shell::{absolute, echoed};
use crate::{curl, dig, env, nc, ping, sleep, tools, wget};
use cluster::{Cluster, LookupProgram, Object, lookup_program};
use network::dns::{Ask, ResolvConf, hostname as hostname_of};
use std::collections::BTreeMap;
use std::fmt::Write;

const NAMES: [&str; 20] = [
    "curl", "wget", "nslookup", "dig", "ping", "nc", "true", "false", "echo", "sleep", "hostname", "env", "printenv",
    "cat", "ls", "date", "whoami", "id", "uname", "clear",
];

/// Programs that images have and this crate has not.
const NOT_HERE: [&str; 42] = [
    "ps",
    "top",
    "htop",
    "netstat",
    "ss",
    "ip",
    "ifconfig",
    "route",
    "traceroute",
    "tracepath",
    "tcpdump",
    "telnet",
    "apt",
    "apt-get",
    "apk",
    "yum",
    "dnf",
    "vi",
    "vim",
    "nano",
    "less",
    "more",
    "find",
    "mkdir",
    "cp",
    "mv",
    "chmod",
    "chown",
    "kill",
    "killall",
    "df",
    "du",
    "free",
    "mount",
    "host",
    "openssl",
    "redis-cli",
    "mysql",
    "psql",
    "mongosh",
    "python",
    "python3",
];

/// Whether a program has that name.
pub fn is_program(name: &str) -> bool {
    let name = base_name(name);
    NAMES.contains(&name) || tools::NAMES.contains(&name)
}

/// The words that complete a line in a shell.
pub fn shell_words() -> impl Iterator<Item = &'static str> {
    NAMES.into_iter().chain(tools::NAMES)
}

fn base_name(program: &str) -> &str {
    ["/bin/", "/usr/bin/", "/usr/local/bin/", "/sbin/", "/usr/sbin/"]
        .iter()
        .find_map(|directory| program.strip_prefix(directory))
        .unwrap_or(program)
}

/// Runs a program in a container of a pod, with its standard input and directory; `None` if no program has that name.
pub(crate) fn run(
    container: &Container<'_>,
    (cluster, pod): (&Cluster, &Object),
    words: &[String],
    (input, directory): (&str, &str),
    client: &NetworkClient<'_>,
) -> Option<ProgramOutput> {
    let (program, rest) = words.split_first()?;
    Some(match base_name(program) {
        "hostname" => hostname(pod, rest),
        "env" | "printenv" => printenv(&env::variables(cluster, pod, container.name), words),
        "ls" => list(container, directory, rest),
        "nslookup" => {
            let conf = ResolvConf::of_pod(pod, cluster.networks().dns());
            look_up(container, rest, input, &conf, client)
        }
        _ => {
            let conf = ResolvConf::of_pod(pod, cluster.networks().dns());
            return anywhere(cluster, &conf, words, input, client, &|path| {
                container.read(&absolute(directory, path))
            });
        }
    })
}

/// Runs a program on the machine outside the cluster, which has these files; `None` if no program has that name.
pub fn of_laptop(
    cluster: &Cluster,
    words: &[String],
    input: &str,
    client: &NetworkClient<'_>,
    files: &dyn Fn(&str) -> Option<String>,
) -> Option<ProgramOutput> {
    anywhere(cluster, &ResolvConf::of_node(), words, input, client, files)
}

/// The programs that are the same everywhere.
fn anywhere(
    cluster: &Cluster,
    conf: &ResolvConf,
    words: &[String],
    input: &str,
    client: &NetworkClient<'_>,
    files: tools::Files<'_>,
) -> Option<ProgramOutput> {
    let (program, rest) = words.split_first()?;
    let name = base_name(program);
    Some(match name {
        "curl" => curl::run(cluster, client, rest),
        "wget" => wget::run(cluster, client, rest),
        "nslookup" => nslookup(rest, input, conf, &mut |server, question| client.ask(server, question)),
        "dig" => {
            let now = cluster::unix(cluster.now());
            dig::dig(rest, now, conf, &mut |server, question| client.ask(server, question))
        }
        "ping" => ping::run(client, rest),
        "nc" => nc::run(client, rest),
        "true" | "clear" => ProgramOutput::default(),
        "false" => ProgramOutput::failed(1, ""),
        "echo" => ProgramOutput::printed(echoed(rest)),
        "sleep" => sleep::run(rest),
        "date" => date(cluster.now(), rest),
        "whoami" => ProgramOutput::printed("root\n"),
        "id" => ProgramOutput::printed("uid=0(root) gid=0(root) groups=0(root)\n"),
        "uname" => ProgramOutput::printed("Linux\n"),
        _ if NOT_HERE.contains(&name) => ProgramOutput::failed(
            126,
            format!("{name} is not simulated: there are curl, wget, nslookup, dig, ping, nc, and what reads lines\n"),
        ),
        _ => {
            let words: Vec<String> = std::iter::once(name.to_owned()).chain(rest.iter().cloned()).collect();
            return tools::run(&words, input, files);
        }
    })
}

/// `nslookup` as the container's image has it.
fn look_up(
    container: &Container<'_>,
    words: &[String],
    input: &str,
    conf: &ResolvConf,
    client: &NetworkClient<'_>,
) -> ProgramOutput {
    let ask: Ask<'_> = &mut |server, question| client.ask(server, question);
    match lookup_program(container.image()) {
        LookupProgram::Bind => nslookup(words, input, conf, ask),
        LookupProgram::BusyBox => busybox_nslookup(words, conf, ask),
        LookupProgram::OldBusyBox => old_busybox_nslookup(words, conf, &|host| client.addresses(host), ask),
    }
}

fn hostname(pod: &Object, words: &[String]) -> ProgramOutput {
    match words.first().map(String::as_str) {
        Some("-i" | "-I") => ProgramOutput::printed(format!("{}\n", pod.status().field("podIP").text())),
        _ => ProgramOutput::printed(format!("{}\n", hostname_of(pod))),
    }
}

pub(crate) fn printenv(variables: &BTreeMap<String, String>, words: &[String]) -> ProgramOutput {
    let words = words.get(1..).unwrap_or_default();
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

fn list(container: &Container<'_>, directory: &str, words: &[String]) -> ProgramOutput {
    let mut paths: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !word.starts_with('-'))
        .collect();
    if paths.is_empty() {
        paths.push(".");
    }
    let mut ended = ProgramOutput::default();
    for path in paths {
        let Some(entries) = container.entries(&absolute(directory, path)) else {
            let _ = writeln!(
                ended.stderr,
                "ls {path} is not simulated: only directories that every image has are known"
            );
            ended.exit = 1;
            continue;
        };
        for entry in entries {
            let _ = writeln!(ended.stdout, "{entry}");
        }
    }
    ended
}

/// `date`, with `%` formats of numbers.
fn date(now: i64, words: &[String]) -> ProgramOutput {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let text = cluster::timestamp(now);
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    let month = part(5..7)
        .parse::<usize>()
        .ok()
        .and_then(|month| MONTHS.get(month.checked_sub(1)?));
    // Virtual second 0 is nine o'clock on a Monday.
    let day = usize::try_from((now + 9 * 3600).div_euclid(86_400).rem_euclid(7)).ok();
    let day = day.and_then(|day| DAYS.get(day)).copied().unwrap_or_default();
    let month = month.copied().unwrap_or_default();
    let format = words.iter().find_map(|word| word.strip_prefix('+'));
    let Some(format) = format else {
        let of_month = part(8..10).trim_start_matches('0');
        return ProgramOutput::printed(format!(
            "{day} {month} {of_month:>2} {} UTC {}\n",
            part(11..19),
            part(0..4)
        ));
    };
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        match (c, c == '%') {
            (_, true) => match chars.next() {
                Some('s') => out.push_str(&cluster::unix(now).to_string()),
                Some('T') => out.push_str(part(11..19)),
                Some('F') => out.push_str(part(0..10)),
                Some('H') => out.push_str(part(11..13)),
                Some('M') => out.push_str(part(14..16)),
                Some('S') => out.push_str(part(17..19)),
                Some('Y') => out.push_str(part(0..4)),
                Some('m') => out.push_str(part(5..7)),
                Some('d') => out.push_str(part(8..10)),
                Some(other) => out.extend(['%', other]),
                None => out.push('%'),
            },
            (c, false) => out.push(c),
        }
    }
    out.push('\n');
    ProgramOutput::printed(out)
}
