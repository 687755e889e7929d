use super::pace::Pace;
use crate::{AnswerKind, Hop, Leg, Micros, Outcome, Reply};

/// How and where a request ends: finer than [`Outcome`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Answered,
    /// The endpoint answers with this HTTP error status.
    Failed(u16),
    /// The endpoint closes the connection without an answer.
    EmptyReply,
    /// The endpoint has not answered when the client gives up.
    Unanswered,
    /// A rule rejects it: the Service port has no endpoint.
    NoEndpoints,
    /// A rule rejects it: the Service has no such port.
    NoSuchPort,
    /// It reached a node where nothing listens.
    NothingOnNode,
    /// It reached its endpoint, where nothing listens.
    NotListening,
    /// It is lost before an endpoint was chosen: a rule dropped it, or nothing has the address.
    LostAtService,
    /// It is lost between rule and endpoint.
    LostAtBackend,
    /// Nothing listens where a forwarded port leads: the kubelet closes the stream, and kubectl the connection.
    NoForward,
    /// The pod refuses the API server, which answers 503.
    NoProxy,
    /// Nothing comes back to the API server from the pod: it answers 503.
    LostProxy,
    /// The endpoint is gone before it has answered.
    Closed,
    NameNotFound,
    /// Policies keep the client from the cluster's DNS.
    NoDns,
    /// Policies of the client's pod drop it.
    DeniedOut,
    /// Policies of the endpoint's pod drop it.
    DeniedIn,
    /// The ingress controller sends the client elsewhere.
    Redirected(u16),
    /// The ingress controller answers with this error status, and asks no endpoint.
    OwnAnswer(u16),
    /// The endpoint refuses the ingress controller, which answers 502.
    BadGateway,
    /// The endpoint closes the connection to the ingress controller, which answers 502.
    CutUpstream,
    /// Nothing comes back to the ingress controller, which answers 504.
    LostUpstream,
    /// The endpoint does not answer the ingress controller, which answers 504.
    SlowUpstream,
}

impl Fate {
    pub fn outcome(self) -> Outcome {
        match self {
            Self::Answered => Outcome::Answered,
            Self::Failed(_) => Outcome::Failed,
            Self::EmptyReply | Self::NoForward => Outcome::EmptyReply,
            Self::NoEndpoints => Outcome::RefusedNoEndpoints,
            Self::NoSuchPort => Outcome::RefusedNoPort,
            Self::NothingOnNode | Self::NotListening => Outcome::RefusedNotListening,
            Self::LostAtService
            | Self::LostAtBackend
            | Self::Unanswered
            | Self::NoDns
            | Self::DeniedOut
            | Self::DeniedIn => Outcome::TimedOut,
            Self::Closed => Outcome::Closed,
            Self::NameNotFound => Outcome::NameNotFound,
            Self::Redirected(_) => Outcome::Redirected,
            Self::OwnAnswer(_)
            | Self::BadGateway
            | Self::CutUpstream
            | Self::LostUpstream
            | Self::SlowUpstream
            | Self::NoProxy
            | Self::LostProxy => Outcome::Gateway,
        }
    }

    /// Whether it was forwarded to an endpoint.
    pub fn has_backend(self) -> bool {
        !matches!(
            self,
            Self::NoEndpoints
                | Self::NoSuchPort
                | Self::NothingOnNode
                | Self::LostAtService
                | Self::NameNotFound
                | Self::NoDns
                | Self::DeniedOut
                | Self::Redirected(_)
                | Self::OwnAnswer(_)
        )
    }

    fn hops(self) -> &'static [Hop] {
        match self {
            Self::NameNotFound => &[Hop::Resolving],
            Self::NoDns | Self::DeniedOut => &[Hop::LostAtClient],
            Self::NoEndpoints | Self::NoSuchPort | Self::NothingOnNode | Self::Redirected(_) | Self::OwnAnswer(_) => {
                &[Hop::ToService, Hop::FromService]
            }
            Self::LostAtService => &[Hop::ToService, Hop::LostAtService],
            Self::LostAtBackend | Self::DeniedIn => &[Hop::ToService, Hop::ToBackend, Hop::LostAtBackend],
            Self::LostUpstream | Self::LostProxy => {
                &[Hop::ToService, Hop::ToBackend, Hop::LostAtBackend, Hop::FromService]
            }
            Self::NotListening | Self::NoForward | Self::BadGateway | Self::NoProxy => {
                &[Hop::ToService, Hop::ToBackend, Hop::FromBackend, Hop::FromService]
            }
            Self::Unanswered => &[Hop::ToService, Hop::ToBackend, Hop::AtBackend],
            Self::Answered
            | Self::Failed(_)
            | Self::EmptyReply
            | Self::Closed
            | Self::CutUpstream
            | Self::SlowUpstream => &[
                Hop::ToService,
                Hop::ToBackend,
                Hop::AtBackend,
                Hop::FromBackend,
                Hop::FromService,
            ],
        }
    }

    /// The fate of a request that reached a pod, and how long the pod handles it.
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

    /// The fate of a request that the ingress controller sent on, seen by its client.
    pub fn through_ingress(self) -> Self {
        match self {
            Self::NotListening | Self::NothingOnNode | Self::NoEndpoints | Self::NoSuchPort => Self::BadGateway,
            Self::LostAtService | Self::LostAtBackend | Self::DeniedOut | Self::DeniedIn => Self::LostUpstream,
            Self::Closed | Self::EmptyReply => Self::CutUpstream,
            Self::Unanswered => Self::SlowUpstream,
            other => other,
        }
    }

    /// The fate of a request through a forwarded port, seen by its client.
    pub fn through_forward(self) -> Self {
        match self {
            Self::NotListening | Self::LostAtBackend => Self::NoForward,
            other => other,
        }
    }

    /// The fate of a request that the API server sent on, seen by its client.
    pub fn through_api_server(self) -> Self {
        match self {
            Self::NotListening | Self::Closed | Self::EmptyReply => Self::NoProxy,
            Self::LostAtBackend | Self::DeniedIn | Self::Unanswered => Self::LostProxy,
            other => other,
        }
    }

    /// Whether the connection stays open.
    pub fn leaves_open(self) -> bool {
        matches!(self, Self::Answered | Self::Failed(_))
    }

    /// The HTTP error status.
    pub fn status(self) -> Option<u16> {
        match self {
            Self::Failed(status) | Self::Redirected(status) | Self::OwnAnswer(status) => Some(status),
            Self::BadGateway | Self::CutUpstream => Some(502),
            Self::LostUpstream | Self::SlowUpstream => Some(504),
            Self::NoProxy | Self::LostProxy => Some(503),
            _ => None,
        }
    }

    /// The time until the client knows, if the endpoint handles it for `work`.
    pub fn span(self, pace: Pace, work: Micros) -> Micros {
        let hops = self.hops().iter();
        hops.fold(Micros::ZERO, |span, hop| span + pace.of(*hop, work))
    }

    /// Its legs from `sent` on, if the endpoint handles it for `work`; `by_controller` if it goes by a pod of the ingress
    /// controller.
    pub fn legs(self, sent: Micros, pace: Pace, work: Micros, by_controller: bool) -> Vec<Leg> {
        let mut from = sent;
        let leg = |hop: Hop| {
            let leg = Leg {
                hop,
                from,
                to: from + pace.of(hop, work),
            };
            from = leg.to;
            leg
        };
        let hops = self.hops().iter().flat_map(|hop| match hop {
            Hop::ToService if by_controller => vec![Hop::ToService, Hop::ToController],
            Hop::FromService if by_controller => vec![Hop::FromController, Hop::FromService],
            hop => vec![*hop],
        });
        hops.map(leg).collect()
    }
}

impl Pace {
    fn of(self, hop: Hop, work: Micros) -> Micros {
        match hop {
            Hop::AtBackend => work,
            Hop::LostAtClient | Hop::LostAtService | Hop::LostAtBackend => self.patience,
            _ => self.hop,
        }
    }

    /// The longest that a request can take: there and back by the pod of an ingress controller, with a pod that works until the
    /// client gives up.
    pub const fn longest(self) -> Micros {
        let work = if self.work.0 > self.patience.0 {
            self.work
        } else {
            self.patience
        };
        Micros(6 * self.hop.0 + work.0)
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
            Fate::NoDns,
            Fate::DeniedIn,
        ];
        for pace in [Pace::WATCHED, Pace::UNSTRETCHED, Pace::INSTANT] {
            assert!(ends.iter().all(|fate| fate.span(pace, pace.patience) <= pace.longest()));
        }
    }
}
