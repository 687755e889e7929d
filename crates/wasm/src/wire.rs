//! The values that cross the boundary, as `types.d.ts` describes them: twins of the core's types, which may change freely.

use playground::{
    Client, Diagnostic, Fix, FlowSpec, IpFamily, LineIndex, Micros, NetworkPolicies, ObjectKey, Proxy, Request,
    Requests, Session, Severity, TextStatus, Unit, World,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Options {
    pub text: String,
    pub seed: u64,
    pub nodes: usize,
    pub proxy: Proxy,
    #[serde(rename = "networkPolicies")]
    pub network_policies: NetworkPolicies,
    #[serde(rename = "ipFamilies")]
    pub ip_families: Vec<IpFamily>,
}

#[derive(Serialize)]
pub struct Applied {
    standing: &'static str,
    objects: usize,
    errors: usize,
    diagnostics: Vec<DiagnosticTwin>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notices: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DiagnosticTwin {
    severity: &'static str,
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    meaning: Option<String>,
    document: usize,
    from: Position,
    to: Position,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixTwin>,
    fixes: Vec<FixTwin>,
}

#[derive(Serialize)]
struct FixTwin {
    label: String,
    from: Position,
    to: Position,
    replacement: String,
}

#[derive(Serialize)]
struct Position {
    offset: usize,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
pub struct Output {
    stdout: String,
    stderr: String,
    exit: i32,
}

#[derive(Serialize)]
pub struct Checked {
    passed: bool,
    faults: Vec<FaultTwin>,
}

#[derive(Serialize)]
struct FaultTwin {
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    message: String,
}

#[derive(Serialize)]
pub struct JudgementTwin<'a> {
    say: &'a str,
    passed: bool,
    faults: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    port_name: String,
    service_port: u16,
    address: IpAddr,
    port: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pod: Option<String>,
    ready: bool,
    serving: bool,
    terminating: bool,
}

#[derive(Serialize)]
pub struct Simulated {
    from: f64,
    to: f64,
    requests: Vec<RequestTwin>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AtOnce {
    from: String,
    service: String,
    port: u16,
    #[serde(default)]
    at: Option<String>,
    #[serde(default)]
    keep_alive: bool,
    #[serde(default)]
    host: Option<String>,
    #[serde(default)]
    path: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    sent: u64,
    outcomes: BTreeMap<&'static str, u64>,
    shares: Vec<Share>,
    is_sticky: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency: Option<Latency>,
}

#[derive(Serialize)]
struct Share {
    endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pod: Option<String>,
    got: u64,
    expected: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency: Option<Latency>,
}

#[derive(Serialize)]
struct Latency {
    p50: f64,
    p90: f64,
    p99: f64,
    longest: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestTwin {
    number: u64,
    client: String,
    service: String,
    service_port: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    ingress: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dialled: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pod: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<usize>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    policies: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    sent: f64,
    done: f64,
}

impl Applied {
    pub fn of(session: &Session) -> Self {
        let (standing, objects, errors) = match session.text_status() {
            TextStatus::Applied { objects } => ("applied", objects, 0),
            TextStatus::Partial { objects, errors } => ("partial", objects, errors),
            TextStatus::LastGood { errors } => ("lastGood", 0, errors),
        };
        let lines = LineIndex::new(session.text());
        let twin = |diagnostic: &Diagnostic| DiagnosticTwin::of(diagnostic, &lines);
        Self {
            standing,
            objects,
            errors,
            diagnostics: session.diagnostics().iter().map(twin).collect(),
            notices: session.notices().to_vec(),
        }
    }
}

impl DiagnosticTwin {
    fn of(diagnostic: &Diagnostic, lines: &LineIndex<'_>) -> Self {
        let (from, to) = positions(lines, &diagnostic.range);
        Self {
            severity: severity(diagnostic.severity),
            code: diagnostic.code.word(),
            message: diagnostic.message.clone(),
            meaning: diagnostic.meaning.clone(),
            document: diagnostic.document,
            from,
            to,
            fix: diagnostic.fixes.first().map(|fix| FixTwin::of(fix, lines)),
            fixes: diagnostic.fixes.iter().map(|fix| FixTwin::of(fix, lines)).collect(),
        }
    }
}

impl FixTwin {
    fn of(fix: &Fix, lines: &LineIndex<'_>) -> Self {
        let (from, to) = positions(lines, &fix.range);
        Self {
            label: fix.label.clone(),
            from,
            to,
            replacement: fix.replacement.clone(),
        }
    }
}

/// The positions of a range's ends.
fn positions(lines: &LineIndex<'_>, range: &Range<usize>) -> (Position, Position) {
    let position = |byte| Position {
        offset: lines.utf16(byte),
        line: lines.line(byte),
        column: lines.column(byte, Unit::Utf16) + 1,
    };
    (position(range.start), position(range.end))
}

impl Output {
    pub fn of(output: playground::Output) -> Self {
        Self {
            stdout: output.stdout,
            stderr: output.stderr,
            exit: output.exit,
        }
    }
}

impl Checked {
    /// Of what does not hold, or why the file cannot be read.
    pub fn of(checked: Result<Vec<String>, String>) -> Self {
        let faults: Vec<FaultTwin> = match checked {
            Ok(faults) => faults.into_iter().map(FaultTwin::of).collect(),
            Err(message) => vec![FaultTwin { line: None, message }],
        };
        Self {
            passed: faults.is_empty(),
            faults,
        }
    }
}

impl FaultTwin {
    /// Of `LINE: sentence`.
    fn of(fault: String) -> Self {
        let parts = fault.split_once(": ");
        let placed = parts.and_then(|(line, message)| Some((line.parse().ok()?, message.to_owned())));
        match placed {
            Some((line, message)) => Self {
                line: Some(line),
                message,
            },
            None => Self {
                line: None,
                message: fault,
            },
        }
    }
}

pub fn judgements(judged: &[playground::Judgement]) -> Vec<JudgementTwin<'_>> {
    judged.iter().map(JudgementTwin::of).collect()
}

impl<'a> JudgementTwin<'a> {
    fn of(judgement: &'a playground::Judgement) -> Self {
        Self {
            say: &judgement.say,
            passed: judgement.passes(),
            faults: &judgement.plain,
        }
    }
}

/// The endpoints of a Service, in the order of its ports and slices.
pub fn endpoints(world: &World, service: &ObjectKey) -> Vec<Endpoint> {
    let ports = world.service(service).into_iter().flat_map(|service| &service.ports);
    ports
        .flat_map(|port| {
            port.endpoints.iter().map(|endpoint| Endpoint {
                port_name: port.name.clone(),
                service_port: port.port,
                address: endpoint.ip,
                port: endpoint.port,
                pod: endpoint.pod.as_ref().map(name),
                ready: endpoint.ready,
                serving: endpoint.serving,
                terminating: endpoint.terminating,
            })
        })
        .collect()
}

impl Simulated {
    /// The requests sent from `from` on and before `to`.
    pub fn of(requests: Requests<'_>, from: Micros, to: Micros) -> Self {
        let sent = requests.since(from).iter().filter(|request| request.sent < to);
        Self {
            from: millis(from),
            to: millis(to),
            requests: sent.map(RequestTwin::of).collect(),
        }
    }
}

impl RequestTwin {
    fn of(request: &Request) -> Self {
        let backend = request.backend.as_ref();
        let denial = request.route.denial.as_ref();
        Self {
            number: request.number,
            client: client(&request.client),
            service: if request.target.is_forwarded() {
                request.target.words()
            } else {
                name(request.service())
            },
            ingress: request.routed.as_ref().map(|it| it.address.words()),
            service_port: request.target.port,
            dialled: request.dialled.map(|dialled| SocketAddr::from(dialled).to_string()),
            endpoint: backend.map(|backend| SocketAddr::new(backend.ip, backend.port).to_string()),
            pod: backend.and_then(|backend| backend.pod.as_ref()).map(name),
            of: backend.map(|backend| backend.of),
            outcome: request.outcome.api_word(),
            policies: denial.map_or_else(Vec::new, |denial| denial.policies.iter().map(name).collect()),
            status: request.status,
            sent: millis(request.sent),
            done: millis(request.done),
        }
    }
}

impl AtOnce {
    pub fn spec(self) -> FlowSpec {
        let to = if self.service.contains('/') || self.service == "ingress" {
            self.service
        } else {
            format!("default/{}", self.service)
        };
        FlowSpec {
            from: self.from,
            to,
            port: self.port,
            at: self.at,
            keep_alive: self.keep_alive,
            host: self.host,
            path: self.path,
            ..FlowSpec::default()
        }
    }
}

impl Tally {
    pub fn of(tally: &playground::RequestCounts) -> Self {
        let outcomes = tally.outcomes.iter();
        Self {
            sent: tally.sent,
            outcomes: outcomes.map(|(ended, count)| (ended.api_word(), *count)).collect(),
            shares: tally.shares.iter().map(Share::of).collect(),
            is_sticky: tally.is_sticky,
            latency: tally.latency.as_ref().map(Latency::of),
        }
    }
}

impl Share {
    fn of(share: &playground::Share) -> Self {
        Self {
            endpoint: SocketAddr::new(share.backend.ip, share.backend.port).to_string(),
            pod: share.backend.pod.as_ref().map(name),
            got: share.got,
            expected: share.expected,
            latency: share.latency.as_ref().map(Latency::of),
        }
    }
}

impl Latency {
    fn of(latency: &playground::Latency) -> Self {
        Self {
            p50: millis(latency.p50),
            p90: millis(latency.p90),
            p99: millis(latency.p99),
            longest: millis(latency.longest),
        }
    }
}

/// Milliseconds, as JavaScript counts time; exact for 285 years.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53 microseconds")]
pub fn millis(moment: Micros) -> f64 {
    moment.0 as f64 / 1_000.0
}

/// So many seconds; zero if the number is not positive.
pub fn micros(seconds: f64) -> Micros {
    Micros(whole(seconds * 1_000_000.0))
}

/// The whole part of a number; 0 if it is not positive.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast of a float saturates, and a whole number is meant"
)]
pub fn whole(number: f64) -> u64 {
    number as u64
}

fn name(key: &ObjectKey) -> String {
    format!("{}/{}", key.namespace, key.name)
}

fn client(client: &Client) -> String {
    match client {
        Client::Pod(key) => format!("pod/{}", name(key)),
        Client::Node(node) => format!("node/{node}"),
        Client::Outside => "outside".to_owned(),
    }
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Syntax => "syntax",
        Severity::Decode => "decode",
        Severity::Refused => "refused",
        Severity::Warning => "warning",
        Severity::Advice => "advice",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn places_are_counted_in_utf_16_from_the_line_and_from_the_text() {
        let at = |text: &str, byte| {
            let Position { offset, line, column } = positions(&LineIndex::new(text), &(byte..byte)).0;
            (offset, line, column)
        };
        let text = "a: \u{1f600}\nbc: d";
        assert_eq!(at(text, 0), (0, 1, 1));
        assert_eq!(at(text, 7), (5, 1, 6));
        assert_eq!(at(text, 8), (6, 2, 1));
        assert_eq!(at(text, 13), (11, 2, 6));
        assert_eq!(at(text, 99), (11, 2, 6));
        assert_eq!(at("a\n", 2), (2, 2, 1));
        assert_eq!(at("", 0), (0, 1, 1));
    }

    #[test]
    fn a_fault_has_the_line_that_it_is_about() {
        let value = |checked| serde_json::to_value(Checked::of(checked)).unwrap_or_default();
        let faults = value(Ok(vec![
            "3: no: never".to_owned(),
            "the text passes unsolved".to_owned(),
        ]));
        assert_eq!(faults["passed"], false);
        assert_eq!(
            faults["faults"][0],
            serde_json::json!({ "line": 3, "message": "no: never" })
        );
        assert_eq!(
            faults["faults"][1],
            serde_json::json!({ "message": "the text passes unsolved" })
        );
        assert_eq!(value(Err("no YAML".to_owned()))["passed"], false);
        assert_eq!(
            value(Ok(Vec::new())),
            serde_json::json!({ "passed": true, "faults": [] })
        );
    }

    #[test]
    fn the_declarations_list_every_outcome() {
        let types = include_str!("types.d.ts");
        let (_, outcomes) = types.split_once("export type Outcome =").unwrap_or_default();
        let (outcomes, _) = outcomes.split_once(';').unwrap_or_default();
        let listed: Vec<&str> = outcomes.split('"').skip(1).step_by(2).collect();
        assert_eq!(listed, playground::Outcome::ALL.map(playground::Outcome::api_word));
    }

    /// A long run with several flows, acts, an edit and commands; `tests/wasm/api.test.mjs` plays it in WebAssembly and computes
    /// the same hash.
    #[test]
    fn a_long_run_gives_the_requests_it_always_gave() {
        let golden: Value = serde_json::from_str(include_str!("../../../tests/wasm/golden.json")).unwrap_or_default();
        let steps = golden["steps"].as_array().cloned().unwrap_or_default();
        let (count, hash) = played(golden["link"].as_str().unwrap_or_default(), &steps);
        assert_eq!(
            (Some(count), Some(format!("{hash:016x}").as_str())),
            (golden["requests"].as_u64(), golden["hash"].as_str())
        );
    }

    /// `tests/wasm/generated.jsonl` holds links with commands that nobody would write; with `GENERATED=write` their hashes are
    /// written anew.
    #[test]
    fn generated_links_and_commands_give_what_they_give_in_webassembly() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/wasm/generated.jsonl");
        let cases = std::fs::read_to_string(file).unwrap_or_default();
        let mut written = String::new();
        for line in cases.lines() {
            let mut case: Value = serde_json::from_str(line).unwrap_or_default();
            let steps = case["steps"].as_array().cloned().unwrap_or_default();
            let (_, hash) = played(case["link"].as_str().unwrap_or_default(), &steps);
            case["hash"] = format!("{hash:016x}").into();
            written += &(case.to_string() + "\n");
        }
        assert!(written.lines().count() >= 30);
        if std::env::var_os("GENERATED").is_some() {
            assert!(std::fs::write(file, &written).is_ok());
        } else {
            assert_eq!(written, cases);
        }
    }

    /// How many requests a link with these steps leads to, and a hash of all that is said of them and by commands.
    fn played(link: &str, steps: &[Value]) -> (u64, u64) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut session = Session::new(playground::share::decode(link).unwrap_or_default());
        let (mut now, mut count, mut hash) = (Micros::ZERO, 0, 0xcbf2_9ce4_8422_2325_u64);
        let mut note = |words: &str| {
            for byte in words.bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        };
        for step in steps {
            if let Some([old, new]) = step["replace"].as_array().map(Vec::as_slice) {
                let edited = session.text().replacen(&text(old), &text(new), 1);
                session.set_text(now, edited);
            } else if let Some(line) = step["kubectl"].as_str() {
                let (output, _) = session.perform(now, line);
                if step["says"] == true {
                    note(&output.stdout);
                    note(&output.stderr);
                }
            } else {
                let from = now;
                now = from + micros(step["simulate"].as_f64().unwrap_or_default());
                session.run(now);
                for request in Simulated::of(session.requests(now), from, now).requests {
                    count += 1;
                    note(&as_javascript_writes(serde_json::to_value(request).unwrap_or_default()));
                }
            }
        }
        (count, hash)
    }

    /// JSON with sorted keys, in which whole numbers have no point.
    fn as_javascript_writes(mut request: Value) -> String {
        for value in request
            .as_object_mut()
            .into_iter()
            .flat_map(|fields| fields.values_mut())
        {
            if let Some(number) = value.as_f64().filter(|number| number.fract() == 0.0) {
                *value = whole(number).into();
            }
        }
        request.to_string()
    }
}
