use crate::{Leg, Micros, Outcome, Pace, Road};

/// What becomes of a request, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Its end answers.
    Answered,
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
            Self::NoEndpoints => Outcome::RefusedNoEndpoints,
            Self::NoSuchPort => Outcome::RefusedNoPort,
            Self::NothingOnNode | Self::NotListening => Outcome::RefusedNotListening,
            Self::LostAtService | Self::LostAtBackend => Outcome::TimedOut,
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
            Self::Answered | Self::Closed => &[
                Road::ToService,
                Road::ToBackend,
                Road::AtBackend,
                Road::FromBackend,
                Road::FromService,
            ],
        }
    }

    /// How long it takes until the client knows.
    pub fn span(self, pace: Pace) -> Micros {
        self.roads()
            .iter()
            .fold(Micros::ZERO, |span, road| span + pace.of(*road))
    }

    /// Its road from a moment on.
    pub fn legs(self, sent: Micros, pace: Pace) -> Vec<Leg> {
        let mut from = sent;
        let leg = |road: &Road| {
            let leg = Leg {
                road: *road,
                from,
                to: from + pace.of(*road),
            };
            from = leg.to;
            leg
        };
        self.roads().iter().map(leg).collect()
    }
}

impl Pace {
    fn of(self, road: Road) -> Micros {
        match road {
            Road::AtBackend => self.work,
            Road::LostAtService | Road::LostAtBackend => self.patience,
            _ => self.hop,
        }
    }

    /// The longest that a request can take.
    pub(super) fn longest(self) -> Micros {
        let whole = Fate::Answered.span(self);
        whole.max(Fate::LostAtBackend.span(self))
    }
}
