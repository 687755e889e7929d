//! Many requests at once, prepared for a chart.

use crate::outcome_word::outcome_word;
use crate::requests::client;
use crate::say;
use playground::{FlowSpec, Latency, Micros, RequestCounts, read_client};

/// The most endpoints that get a bar of their own.
const MOST: usize = 200;

/// What became of many requests that one flow sent at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct AtOnceResult {
    pub flow: FlowSpec,
    pub at: Micros,
    pub tally: RequestCounts,
}

#[derive(Clone, Debug, PartialEq)]
pub struct AtOnceRow {
    /// The pod's name, or the address of an endpoint without a pod.
    pub name: String,
    pub got: u64,
    /// In percent of all requests.
    pub share: f64,
    /// The share expected from the rules, in percent.
    pub expected: f64,
    pub latency: Option<Latency>,
}

impl AtOnceResult {
    pub fn words(&self) -> String {
        say::many_words(&grouped(self.tally.sent), &flow_words(&self.flow), &self.at)
    }

    /// In the order of addresses.
    pub fn rows(&self) -> Vec<AtOnceRow> {
        let percent = |part: u64| 100.0 * whole(part) / whole(self.tally.sent.max(1));
        let shares = self.tally.shares.iter().take(MOST);
        shares
            .map(|share| AtOnceRow {
                name: match &share.backend.pod {
                    Some(key) => key.name.to_string(),
                    None => share.backend.ip.to_string(),
                },
                got: share.got,
                share: percent(share.got),
                expected: percent(share.expected),
                latency: share.latency,
            })
            .collect()
    }

    /// The number of endpoints without a bar.
    pub fn untold(&self) -> usize {
        self.tally.shares.len().saturating_sub(MOST)
    }

    pub fn outcomes(&self) -> Vec<(&'static str, u64)> {
        let mut words: Vec<(&'static str, u64)> = Vec::new();
        for (outcome, count) in &self.tally.outcomes {
            match words.iter_mut().find(|(word, _)| *word == outcome_word(*outcome)) {
                Some((_, known)) => *known += count,
                None => words.push((outcome_word(*outcome), *count)),
            }
        }
        words
    }
}

pub fn flow_words(flow: &FlowSpec) -> String {
    let from = read_client(&flow.from).map_or_else(|| flow.from.clone(), |from| client(&from));
    if crate::ingress::is_for_router(flow) {
        return format!("{from} → {}", crate::ingress::flow_words(flow));
    }
    let to = flow.to.strip_prefix("default/").unwrap_or(&flow.to);
    format!("{from} → {to}:{}", flow.port)
}

/// With the sign of the page's language between thousands.
pub fn grouped(number: u64) -> String {
    say::in_own_digits(&playground::grouped(number))
}

/// A duration with one unit and few digits.
pub fn span(micros: Micros) -> String {
    match micros.0 {
        few @ 0..=999 => format!("{few} µs"),
        some @ 1_000..=999_999 => say::with_own_decimal(&format_args!("{:.1} ms", whole(some) / 1_000.0)),
        many => say::with_own_decimal(&format_args!("{:.2} s", whole(many) / 1_000_000.0)),
    }
}

/// At most a million requests or an hour, which a float holds exactly.
#[allow(clippy::cast_precision_loss)]
pub fn whole(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::played::Played;
    use crate::scenarios;

    #[test]
    fn what_each_pod_got_is_told_beside_what_is_likely() {
        let session = Played::new(scenarios::ALL[0].scenario());
        let flow = FlowSpec {
            from: "pod/default/front-end-1".to_owned(),
            to: "default/back-end".to_owned(),
            port: 80,
            millihertz: 1_000,
            ..FlowSpec::default()
        };
        let at = Micros::from_seconds(1);
        let tally = session.tally(at, &flow, 3_000).unwrap_or_default();
        let told = AtOnceResult { flow, at, tally };
        assert_eq!(told.words(), "3,000 requests front-end-1 → back-end:80 at 00:01.000");
        let rows = told.rows();
        assert_eq!(rows.len(), 3);
        assert_eq!(rows.iter().map(|row| row.got).sum::<u64>(), 3_000);
        assert!(
            rows.iter()
                .all(|row| (row.expected - 33.3).abs() < 0.1 && (row.share - 33.3).abs() < 5.0),
            "{rows:?}"
        );
        assert_eq!(told.outcomes(), [("answered", 3_000)]);
    }

    #[test]
    fn figures_are_read_at_a_glance() {
        assert_eq!(
            [7, 1_000, 1_000_000].map(grouped),
            ["7", "1,000", "1,000,000"].map(str::to_owned)
        );
        let spans = [400, 12_300, 2_000_000].map(|micros| span(Micros(micros)));
        assert_eq!(spans, ["400 µs", "12.3 ms", "2.00 s"]);
    }
}
