//! Prints messages as `dig` does.

use super::{Dig, Received};
use crate::bind::by_name_and_type;
use network::dns::{DnsMessage, DnsRecord, Question};

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The columns of TTL, class, type and data.
struct Columns {
    ttl: usize,
    class: usize,
    kind: usize,
    data: usize,
}

impl Dig<'_> {
    /// Models: dig.c printmessage.
    pub(super) fn print(&mut self, greeting: &str, question: &Question, message: &DnsMessage) {
        if self.options.short {
            for record in by_name_and_type(&message.answer) {
                self.client.line(&record.data.to_string());
            }
            return;
        }
        if self.options.command {
            self.client.stdout += greeting;
        }
        if self.options.comments {
            self.print_header(question, message);
            self.client.line("");
            self.print_options(question);
        }
        self.print_question(question);
        for (show, title, records) in [
            (self.options.answer, "ANSWER", &message.answer),
            (self.options.authority, "AUTHORITY", &message.authority),
            (self.options.additional, "ADDITIONAL", &message.additional),
        ] {
            if show {
                self.print_section(title, records);
            }
        }
    }

    fn print_header(&mut self, question: &Question, message: &DnsMessage) {
        self.client.line(";; Got answer:");
        let name = question.name.to_ascii_lowercase();
        if name == "local." || name.ends_with(".local.") {
            self.client.line(
                ";; WARNING: .local is reserved for Multicast DNS\n;; You are currently testing what happens when an mDNS query is leaked to DNS",
            );
        }
        let id = draw(&question.to_string(), self.now) & 0xffff;
        let status = message.status;
        self.client
            .line(&format!(";; ->>HEADER<<- opcode: QUERY, status: {status}, id: {id}"));
        let aa = if message.authoritative { " aa" } else { "" };
        let rd = if self.options.recurse { " rd" } else { "" };
        let counts = [message.answer.len(), message.authority.len(), message.additional.len()];
        let [answer, authority, additional] = counts;
        let additional = additional + usize::from(self.options.edns);
        self.client.line(&format!(
            ";; flags: qr{aa}{rd}; QUERY: 1, ANSWER: {answer}, AUTHORITY: {authority}, ADDITIONAL: {additional}"
        ));
        if self.options.recurse {
            self.client.line(";; WARNING: recursion requested but not available");
        }
    }

    /// The OPT record; CoreDNS returns the cookie unchanged.
    fn print_options(&mut self, question: &Question) {
        if !self.options.edns {
            return;
        }
        let buffer = self.options.buffer;
        let flags = if self.options.dnssec { " do" } else { "" };
        self.client.line(&format!(
            ";; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:{flags}; udp: {buffer}"
        ));
        if self.options.cookie {
            let cookie = draw(&question.to_string(), !self.now);
            self.client.line(&format!("; COOKIE: {cookie:016x} (echoed)"));
        }
    }

    fn print_question(&mut self, question: &Question) {
        if !self.options.question {
            return;
        }
        let columns = self.columns();
        let mut row = PrintedRow::new(&question.name);
        row.cell(columns.class, "IN");
        row.cell(columns.kind, question.kind.as_str());
        self.print_rows("QUESTION", &[format!(";{}", row.text)]);
    }

    fn print_section(&mut self, title: &str, records: &[DnsRecord]) {
        if records.is_empty() {
            return;
        }
        let columns = self.columns();
        let row = |record: &DnsRecord| {
            let mut row = PrintedRow::new(&record.name);
            if self.options.ttl {
                row.cell(columns.ttl, &record.ttl.to_string());
            }
            if self.options.class {
                row.cell(columns.class, "IN");
            }
            row.cell(columns.kind, record.kind().as_str());
            row.cell(columns.data, &record.data.to_string());
            row.text
        };
        let rows: Vec<String> = by_name_and_type(records).into_iter().map(row).collect();
        self.print_rows(title, &rows);
    }

    fn print_rows(&mut self, title: &str, rows: &[String]) {
        if self.options.comments {
            self.client.line(&format!(";; {title} SECTION:"));
        }
        for row in rows {
            self.client.line(row);
        }
        if self.options.comments {
            self.client.line("");
        }
    }

    fn columns(&self) -> Columns {
        let (class, kind, data) = match (self.options.ttl, self.options.class) {
            (true, true) => (32, 40, 48),
            (false, false) => (24, 24, 32),
            _ => (24, 32, 40),
        };
        Columns {
            ttl: 24,
            class,
            kind,
            data,
        }
    }

    /// Models: dig.c received.
    pub(super) fn print_statistics(&mut self, received: &Received, tcp: bool) {
        if self.options.short || !self.options.statistics {
            return;
        }
        let server = &received.server;
        let (address, port, called) = (server.address, self.client.port, &server.called);
        let transport = if tcp { "TCP" } else { "UDP" };
        let lines = format!(
            ";; Query time: 0 msec\n;; SERVER: {address}#{port}({called}) ({transport})\n;; WHEN: {}\n;; MSG SIZE  rcvd: {}\n",
            moment(self.now),
            received.length
        );
        self.client.line(&lines);
    }
}

/// A line under construction, and its current column.
struct PrintedRow {
    text: String,
    column: usize,
}

impl PrintedRow {
    fn new(name: &str) -> Self {
        Self {
            text: name.to_owned(),
            column: name.len(),
        }
    }

    /// Writes a word at a column, after tabs and spaces, at least one.
    ///
    /// Models: lib/dns/masterdump.c indent.
    fn cell(&mut self, column: usize, word: &str) {
        const TAB: usize = 8;
        let to = column.max(self.column + 1);
        let tabs = to / TAB - self.column / TAB;
        self.text += &"\t".repeat(tabs);
        let from = if tabs > 0 { to / TAB * TAB } else { self.column };
        self.text += &" ".repeat(to - from);
        self.text += word;
        self.column = to + word.len();
    }
}

/// A pseudorandom number from question and time, in place of a random one.
fn draw(text: &str, now: i64) -> u64 {
    base::long_hash(text.bytes().chain(now.to_le_bytes()))
}

/// As `date` prints a moment.
fn moment(unix: i64) -> String {
    let (days, second) = (unix.div_euclid(86_400), unix.rem_euclid(86_400));
    let (year, month, day) = api::time::civil_from_days(days);
    let of = |names: &[&'static str], at: i64| usize::try_from(at).ok().and_then(|at| names.get(at).copied());
    let weekday = of(&DAYS, days.rem_euclid(7)).unwrap_or_default();
    let month = of(&MONTHS, month - 1).unwrap_or_default();
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{weekday} {month} {day:02} {hour:02}:{minute:02}:{second:02} UTC {year}")
}
