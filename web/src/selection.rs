//! What is selected or pointed at, on the stage and in all panes.

use playground::{Client, ObjectKey};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    Pod(ObjectKey),
    Service(ObjectKey),
    Client(Client),
    /// By name.
    Node(String),
    /// By number.
    Request(u64),
}

impl Selection {
    /// A word that is unique on the stage: `pod/NAMESPACE/NAME`, `service/NAMESPACE/NAME`, `node/NAME`, `outside`, `request/NUMBER`.
    ///
    /// The button of each station has it as `data-station`.
    pub fn station(&self) -> String {
        match self {
            Self::Pod(key) | Self::Client(Client::Pod(key)) => format!("pod/{}/{}", key.namespace, key.name),
            Self::Service(key) => format!("service/{}/{}", key.namespace, key.name),
            Self::Node(name) | Self::Client(Client::Node(name)) => format!("node/{name}"),
            Self::Client(Client::Outside) => "outside".to_owned(),
            Self::Request(number) => format!("request/{number}"),
        }
    }

    /// The reverse of [`Self::station`]; `node/NAME` is the node, not a process that sends from it.
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

    /// `None` if it is not a pod.
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
