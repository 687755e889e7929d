//! DNS names in recorded sessions.

use crate::replay::replay_with;
use cluster::Cluster;
use kubectl::split;
use network::dns::{self, DnsRecord, Nameserver, Question, ResolvConf};
use programs::ProgramOutput;
use serde_json::{Map, Value};

/// Plays a case as [`crate::replay`] does and fills in the answers: `status`, `answer`, `authority` and `additional`
/// of each `query` step, `stdout`, `stderr` and `exit` of each `nslookup` or `dig` step.
pub fn names(case: &Value) -> Result<Value, serde_json::Error> {
    replay_with(case, |cluster, step| {
        let text = |field: &str| step.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        let filled = if step.contains_key("query") {
            query(cluster, &text("query"), &text("type"))
        } else if step.contains_key("nslookup") {
            nslookup(cluster, &text("nslookup"), &text("stdin"), &text("namespace"))
        } else if step.contains_key("dig") {
            dig(cluster, &text("dig"), &text("namespace"))
        } else {
            return;
        };
        step.extend(filled);
    })
}

fn query(cluster: &Cluster, name: &str, kind: &str) -> Map<String, Value> {
    let Ok(kind) = kind.parse() else {
        return Map::new();
    };
    let message = Nameserver::new(cluster).answer(&Question {
        name: name.to_owned(),
        kind,
    });
    let all = |records: &[DnsRecord], write: fn(&DnsRecord) -> String| records.iter().map(write).collect();
    let whole: fn(&DnsRecord) -> String = ToString::to_string;
    // Of the authority alone the data is not part of the recording: the serial follows from when it was made.
    let without_data: fn(&DnsRecord) -> String = |record| format!("{} {} {}", record.name, record.ttl, record.kind());
    [
        ("status", message.status.to_string().into()),
        ("answer", all(&message.answer, whole)),
        ("authority", all(&message.authority, without_data)),
        ("additional", all(&message.additional, whole)),
    ]
    .map(|(field, value)| (field.to_owned(), value))
    .into_iter()
    .collect()
}

fn nslookup(cluster: &Cluster, words: &str, stdin: &str, namespace: &str) -> Map<String, Value> {
    let (server, conf) = (
        Nameserver::new(cluster),
        ResolvConf::cluster_first(namespace, cluster.networks().dns()),
    );
    let ask: dns::Ask<'_> = &mut |place, question| server.ask(place, question);
    printed(programs::nslookup(&split(words), stdin, &conf, ask))
}

fn dig(cluster: &Cluster, words: &str, namespace: &str) -> Map<String, Value> {
    let (server, conf) = (
        Nameserver::new(cluster),
        ResolvConf::cluster_first(namespace, cluster.networks().dns()),
    );
    let ask: dns::Ask<'_> = &mut |place, question| server.ask(place, question);
    printed(programs::dig(&split(words), cluster::unix(cluster.now()), &conf, ask))
}

fn printed(output: ProgramOutput) -> Map<String, Value> {
    [
        ("stdout", output.stdout.into()),
        ("stderr", output.stderr.into()),
        ("exit", output.exit.into()),
    ]
    .map(|(field, value)| (field.to_owned(), value))
    .into_iter()
    .collect()
}
