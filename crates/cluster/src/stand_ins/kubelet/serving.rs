//! Servers that do not listen from their container's start: a script sleeps, or waits for somebody, before it starts them.

use super::life::Life;
use super::memory::LateServer;
use super::programs::{self, Serving};

impl Life<'_> {
    /// Notes which containers run but do not listen yet, and looks again when they do.
    pub(super) fn await_servers(&mut self) {
        for place in 0..self.containers.len() {
            let since = self
                .containers
                .get(place)
                .and_then(super::container::Container::running_since);
            let known = self.memory.servers.iter().position(|it| it.container == place);
            let known = known.map(|known| self.memory.servers.remove(known));
            let Some((container, since)) = self.containers.get(place).zip(since) else {
                continue;
            };
            let known = known.filter(|known| known.since == since);
            let listens = known.and_then(|known| known.from).filter(|from| *from <= self.now);
            let from = match listens {
                // Whatever it waited for may be gone again.
                Some(from) => Some(from),
                None => match self.programs.serving(place, container, since, self.now) {
                    Serving::AtOnce => continue,
                    Serving::At(second) => Some(second),
                    Serving::Awaits => None,
                },
            };
            match from {
                Some(from) if from > self.now => {
                    self.wake_at(from);
                    self.memory.waits_for_service |= programs::ask(self.pod);
                }
                Some(_) => {}
                None => self.memory.waits_for_service = true,
            }
            self.memory.servers.push(LateServer {
                container: place,
                since,
                from,
            });
        }
    }

    /// Whether a container runs but does not listen yet.
    pub(super) fn is_silent(&self, place: usize) -> bool {
        let mut servers = self.memory.servers.iter();
        servers.any(|it| it.container == place && it.from.is_none_or(|from| from > self.now))
    }

    /// The names of the containers that run but do not listen yet.
    pub(super) fn silent(&self) -> Vec<Box<str>> {
        let containers = self.containers.iter().enumerate();
        let silent = containers.filter(|(place, _)| self.is_silent(*place));
        silent.map(|(_, container)| container.name().into()).collect()
    }
}
