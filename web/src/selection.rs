//! What is selected: the one thing the stage, the inspector and the outputs point at together.

use playground::{Client, Key};

/// Something on the stage or in the log that can be selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// A pod.
    Pod(Key),
    /// A Service.
    Service(Key),
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

    /// The pod it is, if it is one.
    pub fn pod(&self) -> Option<&Key> {
        match self {
            Self::Pod(key) | Self::Client(Client::Pod(key)) => Some(key),
            _ => None,
        }
    }
}
