//! What is selected: the one thing the stage, the inspector and the outputs point at together.

use playground::{Client, ObjectKey};

/// Something on the stage or in the log that can be selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// A pod.
    Pod(ObjectKey),
    /// A Service.
    Service(ObjectKey),
    /// Somebody who sends requests.
    Client(Client),
    /// A node, by its name.
    Node(String),
    /// A request, by its number.
    Request(u64),
}

impl Selection {
    /// A word for it that is unique on the stage: `pod/NAMESPACE/NAME`, `service/NAMESPACE/NAME`, `node/NAME`, `outside`, `request/NUMBER`.
    ///
    /// The stage puts it on the button of each station as `data-station`; the inspector finds its place beside the station by it.
    pub fn station(&self) -> String {
        match self {
            Self::Pod(key) | Self::Client(Client::Pod(key)) => format!("pod/{}/{}", key.namespace, key.name),
            Self::Service(key) => format!("service/{}/{}", key.namespace, key.name),
            Self::Node(name) | Self::Client(Client::Node(name)) => format!("node/{name}"),
            Self::Client(Client::Outside) => "outside".to_owned(),
            Self::Request(number) => format!("request/{number}"),
        }
    }

    /// What such a word means; `node/NAME` is the node, not a process that sends from there.
    pub fn read(word: &str) -> Option<Self> {
        let (kind, rest) = word.split_once('/').unwrap_or((word, ""));
        let key = || {
            let (namespace, name) = rest.split_once('/')?;
            Some(ObjectKey::new(namespace, name))
        };
        match kind {
            "pod" => Some(Self::Pod(key()?)),
            "service" => Some(Self::Service(key()?)),
            "node" => Some(Self::Node(rest.to_owned())),
            "outside" => Some(Self::Client(Client::Outside)),
            "request" => Some(Self::Request(rest.parse().ok()?)),
            _ => None,
        }
    }

    /// The pod it is, if it is one.
    pub fn pod(&self) -> Option<&ObjectKey> {
        match self {
            Self::Pod(key) | Self::Client(Client::Pod(key)) => Some(key),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_means_what_it_was_made_of() {
        let key = ObjectKey::new("shop", "web");
        let all = [
            Selection::Pod(key.clone()),
            Selection::Service(key),
            Selection::Node("minikube".to_owned()),
            Selection::Client(Client::Outside),
            Selection::Request(7),
        ];
        for selection in all {
            assert_eq!(Selection::read(&selection.station()), Some(selection));
        }
        assert_eq!(Selection::read("pod/web"), None);
    }
}
