use crate::{AnswerKind, Hop, Leg, Micros, Outcome, Pace, Reply};

/// What becomes of a request, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Its end answers.
    Answered,
    /// Its end answers with that HTTP status, which says that it failed.
    Failed(u16),
    /// Its end closes the connection without an answer.
    EmptyReply,
    /// Its end has not answered when the client gives up.
    Unanswered,
    /// A rule rejects it: the Service port has no endpoints.
    NoEndpoints,
    /// A rule rejects it: the Service has no such port.
    NoSuchPort,
    /// It came to a node itself, where nothing listens.
    NothingOnNode,
    /// It came to its endpoint, where nothing listens.
    NotListening,
    /// It is lost before an endpoint was chosen: dropped by a rule, or on the way to an address that nobody has.
    LostAtService,
    /// It is lost on the way to its endpoint.
    LostAtBackend,
    /// Its end is gone before it has answered.
    Closed,
    /// The Service's name has no address.
    NameNotFound,
}

impl Fate {
    pub fn outcome(self) -> Outcome {
        match self {
            Self::Answered => Outcome::Answered,
            Self::Failed(_) => Outcome::Failed,
            Self::EmptyReply => Outcome::EmptyReply,
            Self::NoEndpoints => Outcome::RefusedNoEndpoints,
            Self::NoSuchPort => Outcome::RefusedNoPort,
            Self::NothingOnNode | Self::NotListening => Outcome::RefusedNotListening,
            Self::LostAtService | Self::LostAtBackend | Self::Unanswered => Outcome::TimedOut,
            Self::Closed => Outcome::Closed,
            Self::NameNotFound => Outcome::NameNotFound,
        }
    }

    /// Whether it was sent on to an endpoint.
    pub fn has_backend(self) -> bool {
        !matches!(
            self,
            Self::NoEndpoints | Self::NoSuchPort | Self::NothingOnNode | Self::LostAtService | Self::NameNotFound
        )
    }

    /// The hops it makes, in order.
    fn hops(self) -> &'static [Hop] {
        match self {
            Self::NameNotFound => &[Hop::Resolving],
            Self::NoEndpoints | Self::NoSuchPort | Self::NothingOnNode => &[Hop::ToService, Hop::FromService],
            Self::LostAtService => &[Hop::ToService, Hop::LostAtService],
            Self::LostAtBackend => &[Hop::ToService, Hop::ToBackend, Hop::LostAtBackend],
            Self::NotListening => &[Hop::ToService, Hop::ToBackend, Hop::FromBackend, Hop::FromService],
            Self::Unanswered => &[Hop::ToService, Hop::ToBackend, Hop::AtBackend],
            Self::Answered | Self::Failed(_) | Self::EmptyReply | Self::Closed => &[
                Hop::ToService,
                Hop::ToBackend,
                Hop::AtBackend,
                Hop::FromBackend,
                Hop::FromService,
            ],
        }
    }

    /// What comes of a request that reached a pod, and how long the pod works on it.
    pub fn by(reply: Reply, pace: Pace) -> (Self, Micros) {
        let after = reply.after.unwrap_or(pace.work);
        let fate = match reply.kind {
            AnswerKind::Never => Self::Unanswered,
            _ if after > pace.patience.max(pace.work) => Self::Unanswered,
            AnswerKind::Success => Self::Answered,
            AnswerKind::Status(status) => Self::Failed(status),
            AnswerKind::Closes => Self::EmptyReply,
        };
        let work = if fate == Self::Unanswered { pace.patience } else { after };
        (fate, work)
    }

    /// Whether a connection lives on after it.
    pub fn leaves_open(self) -> bool {
        matches!(self, Self::Answered | Self::Failed(_))
    }

    /// The HTTP status that says it failed.
    pub fn status(self) -> Option<u16> {
        match self {
            Self::Failed(status) => Some(status),
            _ => None,
        }
    }

    /// How long it takes until the client knows, where its end works so long.
    pub fn span(self, pace: Pace, work: Micros) -> Micros {
        let hops = self.hops().iter();
        hops.fold(Micros::ZERO, |span, hop| span + pace.of(*hop, work))
    }

    /// Its legs from a moment on, where its end works so long.
    pub fn legs(self, sent: Micros, pace: Pace, work: Micros) -> Vec<Leg> {
        let mut from = sent;
        let leg = |hop: &Hop| {
            let leg = Leg {
                hop: *hop,
                from,
                to: from + pace.of(*hop, work),
            };
            from = leg.to;
            leg
        };
        self.hops().iter().map(leg).collect()
    }
}

impl Pace {
    fn of(self, hop: Hop, work: Micros) -> Micros {
        match hop {
            Hop::AtBackend => work,
            Hop::LostAtService | Hop::LostAtBackend => self.patience,
            _ => self.hop,
        }
    }

    /// The longest that a request can take: a pod that works until the client gives up, and the way back.
    pub const fn longest(self) -> Micros {
        let work = if self.work.0 > self.patience.0 {
            self.work
        } else {
            self.patience
        };
        Micros(4 * self.hop.0 + work.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_request_takes_longer_than_the_longest() {
        let ends = [
            Fate::Answered,
            Fate::Unanswered,
            Fate::NotListening,
            Fate::LostAtService,
            Fate::LostAtBackend,
            Fate::NameNotFound,
        ];
        for pace in [Pace::WATCHED, Pace::UNSTRETCHED, Pace::INSTANT] {
            assert!(ends.iter().all(|fate| fate.span(pace, pace.patience) <= pace.longest()));
        }
    }
}
