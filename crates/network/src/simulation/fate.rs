use crate::{How, Leg, Micros, Outcome, Pace, Reply, Road};

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

    /// The stretches of its road.
    fn roads(self) -> &'static [Road] {
        match self {
            Self::NameNotFound => &[Road::Resolving],
            Self::NoEndpoints | Self::NoSuchPort | Self::NothingOnNode => &[Road::ToService, Road::FromService],
            Self::LostAtService => &[Road::ToService, Road::LostAtService],
            Self::LostAtBackend => &[Road::ToService, Road::ToBackend, Road::LostAtBackend],
            Self::NotListening => &[Road::ToService, Road::ToBackend, Road::FromBackend, Road::FromService],
            Self::Unanswered => &[Road::ToService, Road::ToBackend, Road::AtBackend],
            Self::Answered | Self::Failed(_) | Self::EmptyReply | Self::Closed => &[
                Road::ToService,
                Road::ToBackend,
                Road::AtBackend,
                Road::FromBackend,
                Road::FromService,
            ],
        }
    }

    /// What comes of a request that reached a pod, and how long the pod works on it.
    pub fn by(reply: Reply, pace: Pace) -> (Self, Micros) {
        let after = reply.after.unwrap_or(pace.work);
        let fate = match reply.how {
            How::Never => Self::Unanswered,
            _ if after > pace.patience.max(pace.work) => Self::Unanswered,
            How::Well => Self::Answered,
            How::Status(status) => Self::Failed(status),
            How::Closes => Self::EmptyReply,
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
        let roads = self.roads().iter();
        roads.fold(Micros::ZERO, |span, road| span + pace.of(*road, work))
    }

    /// Its road from a moment on, where its end works so long.
    pub fn legs(self, sent: Micros, pace: Pace, work: Micros) -> Vec<Leg> {
        let mut from = sent;
        let leg = |road: &Road| {
            let leg = Leg {
                road: *road,
                from,
                to: from + pace.of(*road, work),
            };
            from = leg.to;
            leg
        };
        self.roads().iter().map(leg).collect()
    }
}

impl Pace {
    fn of(self, road: Road, work: Micros) -> Micros {
        match road {
            Road::AtBackend => work,
            Road::LostAtService | Road::LostAtBackend => self.patience,
            _ => self.hop,
        }
    }

    /// The longest that a request can take where no pod works longer.
    pub(super) fn longest(self, work: Micros) -> Micros {
        let whole = Fate::Answered.span(self, work.max(self.work));
        whole.max(Fate::LostAtBackend.span(self, work))
    }
}
