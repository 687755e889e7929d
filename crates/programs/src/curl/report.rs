//! What is printed once a transfer has ended: messages, the progress meter, `-w`.

use super::{Transfer, TransferError};
use crate::options;
use crate::output::ProgramOutput;
use network::Micros;
use std::fmt::Write;

impl Transfer<'_> {
    /// Adds what this transfer prints.
    pub(super) fn finish(mut self, outcome: Result<(), TransferError>, ended: &mut ProgramOutput) {
        let silent = self.is("silent");
        if !silent && !self.is("no-progress-meter") && (outcome.is_ok() || self.remote.is_some()) {
            ended.stderr.push_str(&self.meter());
        }
        ended.stderr.push_str(&self.stderr);
        let failure = outcome.err();
        if let Some(TransferError { exit, words }) = &failure {
            ended.exit = *exit;
            if !silent || self.is("show-error") {
                let _ = writeln!(ended.stderr, "curl: ({exit}) {words}");
                ended.stderr.push_str(self.note.as_deref().unwrap_or_default());
            }
        }
        ended.seconds += self.seconds;
        if options::last(self.given, "output").is_none_or(|file| file == "-") {
            ended.stdout.push_str(&std::mem::take(&mut self.stdout));
        }
        if let Some(format) = options::last(self.given, "write-out") {
            ended.stdout.push_str(&self.write_out(format, failure.as_ref()));
        }
    }

    /// The total time: a millisecond more than the server took.
    fn took(&self) -> Micros {
        Micros(1_000) + self.worked
    }

    /// The progress meter.
    fn meter(&self) -> String {
        let took = self.took();
        let speed = self.size as u64 * 1_000_000 / took.0;
        let (size, seconds) = (self.size, took.seconds());
        let spent = match seconds {
            0 => "--:--:--".to_owned(),
            _ => format!("{:>2}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60),
        };
        let speed = if speed > 99_999 {
            format!("{}k", speed / 1024)
        } else {
            speed.to_string()
        };
        format!(
            "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n100 {size:>5}  100 {size:>5}    0     0  {speed:>5}      0 {spent} {spent} --:--:-- {speed:>5}\n"
        )
    }

    /// Models: curl src/tool_writeout.c.
    fn write_out(&self, format: &str, failure: Option<&TransferError>) -> String {
        let mut text = String::new();
        let mut rest = format;
        while let Some(at) = rest.find(['%', '\\']) {
            let (before, after) = rest.split_at(at);
            text.push_str(before);
            if let Some((name, behind)) = after.strip_prefix("%{").and_then(|after| after.split_once('}')) {
                text.push_str(&self.variable(name, failure));
                rest = behind;
                continue;
            }
            let mut chars = after.chars();
            let known = match (chars.next(), chars.next()) {
                (Some('\\'), Some('n')) => Some('\n'),
                (Some('\\'), Some('t')) => Some('\t'),
                (Some('\\'), Some('r')) => Some('\r'),
                (Some('%'), Some('%')) => Some('%'),
                _ => None,
            };
            if let Some(known) = known {
                text.push(known);
                rest = chars.as_str();
            } else {
                text.extend(after.chars().next());
                rest = after.get(1..).unwrap_or_default();
            }
        }
        text.push_str(rest);
        text
    }

    fn variable(&self, name: &str, failure: Option<&TransferError>) -> String {
        let written = |span: Micros| format!("{}.{:06}", span.seconds(), span.0 % 1_000_000);
        let time = |connected: bool| match (connected || failure.is_none(), self.remote) {
            (true, Some(_)) => "0.001000".to_owned(),
            _ if !connected => format!("{}.000000", self.seconds),
            _ => "0.000000".to_owned(),
        };
        let answered = || match self.status {
            0 => time(true),
            _ => written(self.took()),
        };
        match name {
            "http_code" | "response_code" => format!("{:03}", self.status),
            "time_total" if self.remote.is_some() => written(self.took()),
            "time_total" => time(false),
            "time_starttransfer" => answered(),
            "time_connect" | "time_namelookup" | "time_pretransfer" => time(true),
            "remote_ip" => self.remote.map(|(ip, _)| ip.to_string()).unwrap_or_default(),
            "remote_port" => self.remote.map_or(0, |(_, port)| port).to_string(),
            "local_ip" => self
                .remote
                .map(|(to, _)| self.client.own(to).to_owned())
                .unwrap_or_default(),
            "size_download" => self.size.to_string(),
            "num_connects" => u8::from(self.remote.is_some() && !self.is_reused).to_string(),
            "url_effective" if !self.written.contains("://") => {
                format!("http://{}/", self.written.trim_end_matches('/'))
            }
            "url" | "url_effective" => self.written.to_owned(),
            "exitcode" => failure.map_or(0, |failure| failure.exit).to_string(),
            "errormsg" => failure.map(|failure| failure.words.clone()).unwrap_or_default(),
            "http_version" => if self.status > 0 { "1.1" } else { "0" }.to_owned(),
            "scheme" => if self.written.starts_with("https") {
                "https"
            } else {
                "http"
            }
            .to_owned(),
            _ => String::new(),
        }
    }
}
