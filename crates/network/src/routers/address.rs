//! Where routers are asked, and for what.

/// The ports that nginx serves, without and with TLS.
pub const HTTP: u16 = 80;
pub const HTTPS: u16 = 443;

/// What a client asks a web server for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct WebAddress {
    /// The `Host` header.
    pub host: String,
    pub path: String,
    pub tls: bool,
    /// Empty for `GET`.
    pub method: String,
    /// The other headers.
    pub headers: Vec<(String, String)>,
}

impl WebAddress {
    /// As a browser shows it, without its scheme.
    pub fn words(&self) -> String {
        let host = if self.host.is_empty() { "any host" } else { &self.host };
        let path = if self.path == "/" { "" } else { &self.path };
        format!("{host}{path}")
    }
}

/// A port that a router listens on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RouterPort {
    pub port: u16,
    pub tls: bool,
}
