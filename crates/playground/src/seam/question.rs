use crate::reader::Reader;
use crate::workload::Workload;
use kubectl::{ForwardedPort, Output};
use network::{Client, Micros, ObjectKey};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What a page asks about the cluster or the text, and shows as soon as it is answered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Question {
    /// What a kubectl command prints; what it changes is discarded.
    Kubectl(String),
    /// What `nslookup` prints for a name in a pod.
    Nslookup(ObjectKey, String),
    /// Which names the resolver of a client tries, and the answers.
    Tries(Client, String),
    /// The objects that have no part in traffic.
    Bystanders,
    /// How a pod answers, by its annotation.
    Answers(ObjectKey),
    /// The workload that a pod belongs to.
    Workload(ObjectKey),
    /// The forwarded ports whose pods live.
    Forwards,
    /// Where a field of an object stands in the text.
    Place(String, ObjectKey, Vec<String>),
    /// The object that the text describes at a byte.
    ObjectAt(usize),
}

/// The answer to a [`Question`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// To [`Question::Kubectl`].
    Printed(Box<Output>),
    /// To [`Question::Nslookup`] and [`Question::Answers`].
    Text(Option<String>),
    /// To [`Question::Tries`]: a line for each.
    Tries(Option<Vec<String>>),
    /// To [`Question::Bystanders`].
    Names(Vec<String>),
    /// To [`Question::Workload`].
    Workload(Option<Workload>),
    /// To [`Question::Forwards`].
    Forwards(Vec<ForwardedPort>),
    /// To [`Question::Place`].
    Place(Option<Range<usize>>),
    /// To [`Question::ObjectAt`].
    Object(Option<(String, ObjectKey)>),
}

impl Question {
    /// Answers it at a moment.
    pub fn answer(&self, reader: &Reader, at: Micros) -> Reply {
        match self {
            Self::Kubectl(line) => Reply::Printed(Box::new(reader.kubectl(at, line, &Vec::new))),
            Self::Nslookup(pod, name) => Reply::Text(reader.nslookup(at, pod, name)),
            Self::Tries(client, name) => Reply::Tries(reader.tries(at, client, name)),
            Self::Bystanders => Reply::Names(reader.bystanders(at).to_vec()),
            Self::Answers(pod) => Reply::Text(reader.answers(at, pod)),
            Self::Workload(pod) => Reply::Workload(reader.workload(at, pod)),
            Self::Forwards => Reply::Forwards(reader.forwards(at)),
            Self::Place(kind, key, path) => {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                Reply::Place(reader.place(kind, key, &path))
            }
            Self::ObjectAt(byte) => {
                let found = reader.object_at(*byte);
                Reply::Object(found.map(|(kind, key)| (kind.to_owned(), key)))
            }
        }
    }

    /// Whether it is about the text alone, whatever the moment.
    pub(super) fn is_of_text(&self) -> bool {
        matches!(self, Self::Place(..) | Self::ObjectAt(_))
    }

    /// Whether the answer can be another one in the next second, though nothing happened.
    pub(super) fn is_of_second(&self) -> bool {
        matches!(self, Self::Kubectl(_) | Self::Nslookup(..) | Self::Tries(..))
    }
}
