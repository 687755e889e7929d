//! How a request ended, in a word or two.

use crate::say;
use playground::Outcome;

/// An outcome in a word or two, in the language of the page.
pub fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Answered => say::outcome_answered(),
        Outcome::Failed | Outcome::Gateway => say::outcome_failed(),
        Outcome::RefusedNoEndpoints | Outcome::RefusedNoPort | Outcome::RefusedNotListening => say::outcome_refused(),
        Outcome::TimedOut => say::outcome_timed_out(),
        Outcome::Closed => say::outcome_closed(),
        Outcome::EmptyReply => say::outcome_empty(),
        Outcome::NameNotFound => say::outcome_no_name(),
        Outcome::Redirected => say::outcome_redirected(),
    }
}
