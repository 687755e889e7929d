//! The search list.

use super::domain::{Illegal, TypedName};
use network::dns::{RecordType, ResolvConf};

/// A name to look up.
#[derive(Clone, Debug)]
pub(crate) struct Lookup {
    /// As typed.
    pub(crate) text: String,
    pub(crate) kind: RecordType,
    stage: Stage,
    pub(crate) tcp: bool,
}

/// The progress of a search.
#[derive(Clone, Copy, Debug)]
enum Stage {
    New,
    AsItIs {
        /// Whether the domains of the list follow.
        search_follows: bool,
    },
    Below {
        /// An index in the list.
        domain: usize,
        tried_as_it_is: bool,
    },
}

impl Lookup {
    pub(crate) fn new(text: &str, kind: RecordType) -> Self {
        Self {
            text: text.to_owned(),
            kind,
            stage: Stage::New,
            tcp: false,
        }
    }

    /// The AAAA lookup that follows an A lookup, for the end of its CNAME chain.
    pub(crate) fn for_aaaa(&self, name: &str) -> Self {
        let search_follows = matches!(self.stage, Stage::AsItIs { search_follows: true });
        Self {
            text: name.to_owned(),
            kind: RecordType::Aaaa,
            stage: Stage::AsItIs { search_follows },
            tcp: self.tcp,
        }
    }

    /// Whether it looks up the name without a domain.
    pub(crate) fn is_as_it_is(&self) -> bool {
        matches!(self.stage, Stage::AsItIs { .. })
    }

    /// Whether the search continues if this name does not exist.
    pub(crate) fn is_part_of_search(&self) -> bool {
        !matches!(self.stage, Stage::AsItIs { search_follows: false })
    }
}

/// The domains to try for a name, and their order.
#[derive(Clone, Debug)]
pub(crate) struct SearchList {
    pub(crate) on: bool,
    pub(crate) domains: Vec<String>,
    /// The number of dots from which a name is first tried as it is.
    pub(crate) ndots: usize,
}

/// Why a name cannot be looked up.
pub(crate) enum Unfit {
    /// It is too long below its domain.
    TooLong,
    /// This text is not a name, alone or below a domain.
    Illegal {
        text: String,
        why: &'static str,
        alone: bool,
    },
}

impl SearchList {
    pub(crate) fn of(conf: &ResolvConf) -> Self {
        Self {
            on: true,
            domains: conf.search.clone(),
            ndots: conf.ndots(),
        }
    }

    /// Starts a new search with the name as it is or with the first domain of the list.
    ///
    /// Models: dighost.c setup_lookup.
    pub(crate) fn begin(&self, lookup: &mut Lookup) {
        if !matches!(lookup.stage, Stage::New) {
            return;
        }
        let many_dots = lookup.text.matches('.').count() >= self.ndots;
        lookup.stage = if many_dots || !self.on {
            Stage::AsItIs {
                search_follows: self.on,
            }
        } else {
            self.at(0, false)
        };
    }

    fn at(&self, domain: usize, tried_as_it_is: bool) -> Stage {
        if domain < self.domains.len() {
            Stage::Below { domain, tried_as_it_is }
        } else {
            Stage::AsItIs { search_follows: false }
        }
    }

    /// The fully qualified name to ask for.
    pub(crate) fn whole_name(&self, lookup: &Lookup) -> Result<String, Unfit> {
        let illegal = |text: &str, alone| {
            let text = text.to_owned();
            move |why: Illegal| Unfit::Illegal {
                text,
                why: why.words(),
                alone,
            }
        };
        let domain = match lookup.stage {
            Stage::Below { domain, .. } => self.domains.get(domain),
            Stage::New | Stage::AsItIs { .. } => None,
        };
        let typed = TypedName::read(&lookup.text).map_err(illegal(&lookup.text, domain.is_none()))?;
        let Some(domain) = domain else {
            return Ok(typed.whole().question());
        };
        let domain = TypedName::read(domain).map_err(illegal(domain, false))?;
        Ok(typed.below(&domain).map_err(|_| Unfit::TooLong)?.question())
    }

    /// The next lookup if a name does not exist.
    ///
    /// Models: dighost.c next_origin.
    pub(crate) fn next(&self, lookup: &Lookup) -> Option<Lookup> {
        let is_whole = |typed: TypedName| typed.absolute || typed.count() > self.ndots;
        if !self.on || TypedName::read(&lookup.text).is_ok_and(is_whole) {
            return None;
        }
        let stage = match lookup.stage {
            Stage::New | Stage::AsItIs { search_follows: false } => return None,
            Stage::AsItIs { search_follows: true } => self.at(0, true),
            Stage::Below { domain, tried_as_it_is } => match self.at(domain + 1, tried_as_it_is) {
                Stage::AsItIs { .. } if tried_as_it_is => return None,
                stage => stage,
            },
        };
        Some(Lookup {
            stage,
            ..lookup.clone()
        })
    }
}
