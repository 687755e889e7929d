//! `nslookup` of BusyBox, which images based on it or on Alpine have.
//!
//! It takes the search domains for names without a dot alone, asks for all of them at once, and fails if one of the
//! names does not exist.
//!
//! Models: BusyBox networking/nslookup.c (1.35), compared with what that program printed.

use crate::bind::reverse;
use crate::output::ProgramOutput;
use network::dns::{Ask, DnsMessage, DnsRecord, Question, RecordData, RecordType, ResolvConf, ResponseCode};
use std::fmt::Write;
use std::net::{IpAddr, SocketAddr};

const USAGE: &str = "\
Usage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]

Query DNS about HOST

QUERY_TYPE: soa,ns,a,aaaa,cname,mx,txt,ptr,srv,any
";
const BANNER: &str = "BusyBox v1.37.0 multi-call binary.\n\n";
const TYPES: [(&str, RecordType); 10] = [
    ("soa", RecordType::Soa),
    ("ns", RecordType::Ns),
    ("a", RecordType::A),
    ("aaaa", RecordType::Aaaa),
    ("cname", RecordType::Cname),
    ("mx", RecordType::Mx),
    ("txt", RecordType::Txt),
    ("srv", RecordType::Srv),
    ("ptr", RecordType::Ptr),
    ("any", RecordType::Any),
];
/// Seconds after which it gives up on a name server.
const PATIENCE: i64 = 5;

/// What the arguments ask for.
struct Request {
    queries: Vec<Question>,
    servers: Vec<IpAddr>,
    port: u16,
    debug: bool,
}

/// Runs `nslookup` of BusyBox 1.29 and later.
///
/// Differs: replies come in the order of the questions, which on a network they need not.
pub(crate) fn busybox_nslookup(words: &[String], conf: &ResolvConf, ask: Ask<'_>) -> ProgramOutput {
    match request(words, conf) {
        Ok(request) => look_up(&request, ask),
        Err(stderr) => ProgramOutput::failed(1, stderr),
    }
}

fn usage() -> String {
    format!("{BANNER}{USAGE}")
}

/// Models: nslookup.c nslookup_main.
fn request(words: &[String], conf: &ResolvConf) -> Result<Request, String> {
    let (mut types, mut port, mut debug) = (Vec::new(), 53, false);
    let mut rest = words;
    while let [word, others @ ..] = rest
        && let Some(option) = word.strip_prefix('-')
    {
        rest = others;
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let is = |full: &str| !name.is_empty() && full.starts_with(name);
        if is("type") || is("querytype") {
            types.push(record_type(value)?);
        } else if is("port") {
            port = value
                .parse()
                .map_err(|_| format!("nslookup: invalid number '{value}'\n"))?;
        } else if is("debug") {
            debug = true;
        } else if !is("retry") && !is("timeout") {
            return Err(usage());
        }
    }
    let (host, servers) = match rest {
        [host] => (host, conf.nameservers.clone()),
        [host, server] => {
            let address = server
                .parse()
                .map_err(|_| format!("nslookup: bad address '{server}'\n"))?;
            (host, vec![address])
        }
        _ => return Err(usage()),
    };
    // A server that is named keeps resolv.conf from being read, and with it the search domains.
    let search: &[String] = if rest.len() == 1 { &conf.search } else { &[] };
    let queries = match host.parse::<IpAddr>() {
        Ok(address) if types.is_empty() => vec![question(&reverse(address), RecordType::Ptr)],
        _ => {
            let types = if types.is_empty() {
                vec![RecordType::A, RecordType::Aaaa]
            } else {
                in_order(&types)
            };
            let each = types.into_iter();
            each.flat_map(|kind| searched(host, kind, search)).collect()
        }
    };
    Ok(Request {
        queries,
        servers,
        port,
        debug,
    })
}

fn record_type(value: &str) -> Result<RecordType, String> {
    let found = TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(value));
    found
        .map(|(_, kind)| *kind)
        .ok_or_else(|| format!("nslookup: invalid query type \"{value}\"\n"))
}

/// Types are asked for in the table's order, each once.
fn in_order(types: &[RecordType]) -> Vec<RecordType> {
    TYPES
        .iter()
        .map(|(_, kind)| *kind)
        .filter(|kind| types.contains(kind))
        .collect()
}

/// Models: nslookup.c add_query_with_search.
fn searched(host: &str, kind: RecordType, search: &[String]) -> Vec<Question> {
    if kind == RecordType::Ptr || search.is_empty() || host.contains('.') {
        return vec![question(host, kind)];
    }
    search
        .iter()
        .map(|domain| question(&format!("{host}.{domain}"), kind))
        .collect()
}

fn question(name: &str, kind: RecordType) -> Question {
    let name = name.strip_suffix('.').unwrap_or(name);
    Question {
        name: format!("{name}."),
        kind,
    }
}

/// Models: nslookup.c send_queries.
fn look_up(request: &Request, ask: Ask<'_>) -> ProgramOutput {
    let mut output = ProgramOutput::default();
    for server in &request.servers {
        let place = SocketAddr::new(*server, request.port);
        let mut missing = Vec::new();
        let mut replies = 0;
        for (number, query) in request.queries.iter().enumerate() {
            let Ok(message) = ask(place, query) else {
                missing.push(bare(&query.name));
                continue;
            };
            if replies == 0 {
                let _ = write!(output.stdout, "Server:\t\t{server}\nAddress:\t{place}\n\n");
            }
            replies += 1;
            if request.debug {
                let _ = writeln!(output.stdout, "Query #{number} completed in 0ms:");
            }
            reply(&mut output, query, &message, request.debug);
        }
        if replies == 0 {
            output.seconds += PATIENCE;
            continue;
        }
        for name in &missing {
            let _ = writeln!(output.stdout, "*** Can't find {name}: No answer");
        }
        if !missing.is_empty() {
            output.seconds += PATIENCE;
            output.stdout.push('\n');
        }
        return output;
    }
    output
        .stdout
        .push_str(";; connection timed out; no servers could be reached\n\n");
    output.exit = 1;
    output
}

/// Models: nslookup.c parse_reply.
fn reply(output: &mut ProgramOutput, query: &Question, message: &DnsMessage, debug: bool) {
    if message.status == ResponseCode::NoError {
        if !message.authoritative {
            output.stdout.push_str("Non-authoritative answer:\n");
        } else if debug {
            output.stdout.push_str("authoritative answer:\n");
        }
        for record in &message.answer {
            output.stdout.push_str(&printed(record));
        }
    } else {
        let _ = writeln!(
            output.stdout,
            "** server can't find {}: {}",
            bare(&query.name),
            message.status
        );
        output.exit = 1;
    }
    output.stdout.push('\n');
}

fn printed(record: &DnsRecord) -> String {
    let name = bare(&record.name);
    match &record.data {
        RecordData::Address(address) => format!("Name:\t{name}\nAddress: {address}\n"),
        RecordData::Cname(target) => format!("{name}\tcanonical name = {}\n", bare(target)),
        RecordData::Ns(target) => format!("{name}\tnameserver = {}\n", bare(target)),
        RecordData::Ptr(target) => format!("{name}\tname = {}\n", bare(target)),
        RecordData::Txt(text) => format!("{name}\ttext = {text}\n"),
        RecordData::Srv {
            priority,
            weight,
            port,
            target,
        } => {
            format!("{name}\tservice = {priority} {weight} {port} {}\n", bare(target))
        }
        RecordData::Soa {
            ns,
            mailbox,
            serial,
            refresh,
            retry,
            expire,
            minimum,
        } => format!(
            "{name}\n\torigin = {}\n\tmail addr = {}\n\tserial = {serial}\n\trefresh = {refresh}\n\tretry = {retry}\n\texpire = {expire}\n\tminimum = {minimum}\n",
            bare(ns),
            bare(mailbox),
        ),
    }
}

fn bare(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// Runs `nslookup` of BusyBox up to 1.28, which resolves as every program does.
///
/// Models: BusyBox networking/nslookup.c (1.28) server_print, print_host.
pub(crate) fn old_busybox_nslookup(
    words: &[String],
    conf: &ResolvConf,
    resolve: &dyn Fn(&str) -> Vec<IpAddr>,
    ask: Ask<'_>,
) -> ProgramOutput {
    let Some(server) = conf.nameservers.first() else {
        return ProgramOutput::failed(1, usage());
    };
    let [host] = words else {
        return ProgramOutput::failed(1, usage());
    };
    let place = SocketAddr::new(*server, 53);
    let mut name_of = |address: IpAddr| -> String {
        let answer = ask(place, &question(&reverse(address), RecordType::Ptr));
        let records = answer.map(|message| message.answer).unwrap_or_default();
        let name = records.into_iter().find_map(|record| match record.data {
            RecordData::Ptr(name) => Some(format!(" {}", bare(&name))),
            _ => None,
        });
        name.unwrap_or_default()
    };
    let mut stdout = format!("Server:    {server}\nAddress 1: {server}{}\n\n", name_of(*server));
    let addresses = resolve(host);
    if addresses.is_empty() {
        let stderr = format!("nslookup: can't resolve '{host}'\n");
        return ProgramOutput {
            stdout,
            ..ProgramOutput::failed(1, stderr)
        };
    }
    let _ = writeln!(stdout, "Name:      {host}");
    for (index, address) in addresses.into_iter().enumerate() {
        let _ = writeln!(stdout, "Address {}: {address}{}", index + 1, name_of(address));
    }
    ProgramOutput::printed(stdout)
}

#[cfg(test)]
mod tests;
