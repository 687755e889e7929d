//! How requests end, and the properties of each outcome.
//!
//! A new outcome is a variant and its row in [`Outcome::facts`], the fate that leads to it (`simulation/fate.rs`), its word in
//! `crates/wasm/src/types.d.ts` and its sentences (`web/src/outcomes.rs`). The compiler and a test find missing places.

use cluster::AnswerKind;

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// A pod answered.
    Answered,
    /// A pod answered that it failed: see [`crate::Request::status`].
    Failed,
    /// Rejected by the rule of a Service without ready endpoints: the client knows at once.
    RefusedNoEndpoints,
    /// Rejected by a rule: the Service has no such port.
    RefusedNoPort,
    /// Reset by the pod or node: nothing listens on the port.
    RefusedNotListening,
    /// Nothing came back.
    TimedOut,
    /// The pod ended while it worked on the answer: the connection was closed.
    Closed,
    /// The pod closed the connection without an answer.
    EmptyReply,
    /// The Service's name is not known.
    NameNotFound,
    /// The ingress controller answered that the client should ask elsewhere: see [`crate::Request::status`].
    Redirected,
    /// The ingress controller answered itself that it failed: see [`crate::Request::status`].
    Gateway,
}

/// Groups of outcomes that the log and the stage show alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeClass {
    Answered,
    Refused,
    /// The request reached the endpoint, but failed there.
    Broken,
    Lost,
    Unknown,
}

/// What decided how a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecidedBy {
    Rule,
    Endpoint,
    /// The client gave up.
    Patience,
    Resolver,
    /// The ingress controller.
    Controller,
}

struct Facts {
    word: &'static str,
    api_word: &'static str,
    class: OutcomeClass,
    decided_by: DecidedBy,
    breaks: bool,
}

impl Outcome {
    pub const ALL: [Self; 11] = [
        Self::Answered,
        Self::Failed,
        Self::RefusedNoEndpoints,
        Self::RefusedNoPort,
        Self::RefusedNotListening,
        Self::TimedOut,
        Self::Closed,
        Self::EmptyReply,
        Self::NameNotFound,
        Self::Redirected,
        Self::Gateway,
    ];

    const fn facts(self) -> Facts {
        use DecidedBy::{Controller, Endpoint, Patience, Resolver, Rule};
        use OutcomeClass::{Answered, Broken, Lost, Refused, Unknown};
        let (word, api_word, class, decided_by, breaks) = match self {
            Self::Answered => ("answered", "answered", Answered, Endpoint, false),
            Self::Failed => ("failed", "failed", Broken, Endpoint, false),
            Self::RefusedNoEndpoints => ("refused", "refusedNoEndpoints", Refused, Rule, false),
            Self::RefusedNoPort => ("refused", "refusedNoPort", Refused, Rule, false),
            Self::RefusedNotListening => ("refused", "refusedNotListening", Refused, Endpoint, false),
            Self::TimedOut => ("timed out", "timedOut", Lost, Patience, false),
            Self::Closed => ("closed", "closed", Broken, Endpoint, true),
            Self::EmptyReply => ("empty reply", "emptyReply", Broken, Endpoint, true),
            Self::NameNotFound => ("name not found", "nameNotFound", Unknown, Resolver, false),
            Self::Redirected => ("redirected", "redirected", Answered, Controller, false),
            Self::Gateway => ("failed", "failedAtIngress", Broken, Controller, false),
        };
        Facts {
            word,
            api_word,
            class,
            decided_by,
            breaks,
        }
    }

    /// The word in the log, on the stage and in scenario files.
    pub const fn word(self) -> &'static str {
        self.facts().word
    }

    /// The word in the JavaScript API.
    pub const fn api_word(self) -> &'static str {
        self.facts().api_word
    }

    pub const fn class(self) -> OutcomeClass {
        self.facts().class
    }

    pub const fn decided_by(self) -> DecidedBy {
        self.facts().decided_by
    }

    pub const fn is_failure(self) -> bool {
        !matches!(self, Self::Answered | Self::Redirected)
    }

    /// Whether the client got a response, even one that says it failed.
    pub const fn has_response(self) -> bool {
        matches!(self, Self::Answered | Self::Failed | Self::Redirected | Self::Gateway)
    }

    /// Whether the connection was made and then ended without a response.
    pub const fn breaks(self) -> bool {
        self.facts().breaks
    }
}

impl From<AnswerKind> for Outcome {
    fn from(kind: AnswerKind) -> Self {
        match kind {
            AnswerKind::Success => Self::Answered,
            AnswerKind::Status(_) => Self::Failed,
            AnswerKind::Closes => Self::EmptyReply,
            AnswerKind::Never => Self::TimedOut,
        }
    }
}
