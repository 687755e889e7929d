use crate::Micros;
use base::{Stream, below};
use cluster::{Answer, AnswerKind, Object};

/// How a pod answers requests, by its annotation.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Answering {
    ways: Vec<Answer>,
}

/// How a pod answers one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    pub kind: AnswerKind,
    /// The delay; `None` if the pod does not set one.
    pub after: Option<Micros>,
}

impl Answering {
    /// Reads the pod's annotation; an annotation that cannot be read counts as absent.
    pub fn of(pod: &Object) -> Self {
        Self {
            ways: cluster::answers(pod),
        }
    }

    /// Whether the pod has no annotation that changes its answers.
    pub fn is_usual(&self) -> bool {
        self.ways.is_empty()
    }

    /// The longest that an answer may take; `None` if it does not say.
    pub fn longest(&self) -> Option<Micros> {
        let spans = self.ways.iter().filter_map(|way| way.after);
        spans.map(|(_, most)| Micros(most)).max()
    }

    /// The answer to a request, chosen by a uniform random number.
    ///
    /// Answers with a percentage come first, up to 100 % in total; the others share the rest.
    pub fn reply(&self, draw: u64) -> Reply {
        let (said, open): (Vec<&Answer>, Vec<&Answer>) = self.ways.iter().partition(|way| way.percent.is_some());
        let mut left = below(draw, 100);
        for way in said {
            let percent = u64::from(way.percent.unwrap_or(0));
            if left < percent {
                return Reply::of(way, draw);
            }
            left -= percent;
        }
        let place = below(Stream::next(draw), open.len() as u64);
        let way = usize::try_from(place).ok().and_then(|place| open.get(place));
        way.map_or_else(Reply::default, |way| Reply::of(way, draw))
    }
}

impl Reply {
    fn of(way: &Answer, draw: u64) -> Self {
        let between = |(least, most): (u64, u64)| Micros(least + below(Stream::next(!draw), most - least + 1));
        Self {
            kind: way.kind,
            after: way.after.map(between),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(ways: Vec<Answer>, kind: AnswerKind) -> usize {
        let answering = Answering { ways };
        let draws = Stream::new(7, &["test"]);
        let replies = (0..10_000).map(|number| answering.reply(draws.number(number)));
        replies.filter(|reply| reply.kind == kind).count()
    }

    #[test]
    fn a_way_is_taken_as_often_as_it_says() {
        let way = |percent, kind| Answer {
            percent,
            kind,
            after: None,
        };
        let some = count(
            vec![way(None, AnswerKind::Success), way(Some(10), AnswerKind::Closes)],
            AnswerKind::Closes,
        );
        assert!((900..1_100).contains(&some), "{some}");
        assert_eq!(
            count(vec![way(None, AnswerKind::Status(500))], AnswerKind::Status(500)),
            10_000
        );
        let rest = count(vec![way(Some(30), AnswerKind::Never)], AnswerKind::Success);
        assert!((6_800..7_200).contains(&rest), "{rest}");
    }

    #[test]
    fn spans_are_within_their_bounds() {
        let ways = vec![Answer {
            percent: None,
            kind: AnswerKind::Success,
            after: Some((10, 12)),
        }];
        let answering = Answering { ways };
        let draws = Stream::new(7, &["test"]);
        let mut seen: Vec<Option<Micros>> = (0..100)
            .map(|number| answering.reply(draws.number(number)).after)
            .collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, [10, 11, 12].map(|span| Some(Micros(span))));
    }
}
