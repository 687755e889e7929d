//! What a program waits for, or asks once.

use super::busybox::LookupProgram;
use crate::stand_ins::listening::listening_ports;
use crate::store::{Object, ObjectKey, Store};
use api::Kind;
use api::view::{EndpointPort, EndpointSlice, Service, label};

/// What somebody else has to have done before a program goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// The name has an address.
    Name { host: String },
    /// The name has an address as it is written, without a search domain.
    FullName { host: String },
    /// A server listens there.
    Answer { host: String, port: u16 },
}

impl Awaited {
    /// Whether it is so, as a container of this pod sees it.
    pub(crate) fn holds(&self, store: &Store, pod: &Object) -> bool {
        match self {
            Self::Name { host } => addressed(store, pod, host).is_some(),
            Self::FullName { host } => is_full(host) && addressed(store, pod, host).is_some(),
            Self::Answer { host, port } => answers(store, pod, host, *port),
        }
    }
}

/// BusyBox' `nslookup` takes an address as it is, too.
fn is_full(host: &str) -> bool {
    let name = host.trim_end_matches('.');
    name.ends_with(".svc.cluster.local") || name.parse::<std::net::IpAddr>().is_ok()
}

/// What a command asks: a name of a name server, or a server for an answer.
///
/// BusyBox' `nslookup` fails unless every name that it asks for exists: one without a dot in all search domains at once.
pub(super) fn asked(words: &[String], lookup: LookupProgram) -> Option<Awaited> {
    let (program, arguments) = words.split_first()?;
    let option = |names: &[&str]| -> Option<&str> {
        arguments.iter().enumerate().find_map(|(at, word)| {
            let joined = names.iter().find_map(|name| word.strip_prefix(*name));
            match joined {
                Some("") => arguments.get(at + 1).map(String::as_str),
                Some(value) => Some(value.trim_start_matches('=')),
                None => None,
            }
        })
    };
    let plain = || arguments.iter().filter(|word| !word.starts_with(['-', '+']));
    let port = |text: Option<&str>, usual: u16| text.and_then(|text| text.parse().ok()).unwrap_or(usual);
    let answer = |host: &str, port: u16| Awaited::Answer {
        host: host.to_owned(),
        port,
    };
    match program.rsplit('/').next()? {
        "nslookup" if lookup == LookupProgram::BusyBox => Some(Awaited::FullName {
            host: plain().next()?.clone(),
        }),
        "nslookup" | "host" => Some(name(plain().next()?)),
        "dig" => Some(name(plain().find(|word| !word.starts_with('@'))?)),
        "getent" => Some(name(plain().nth(1)?)),
        "ping" => Some(name(plain().next_back()?)),
        "nc" | "ncat" | "netcat" => {
            let last = plain().next_back()?;
            let host = plain().rev().nth(1)?;
            Some(answer(host, last.parse().ok()?))
        }
        "curl" | "wget" => {
            let is_address = |word: &&String| word.contains(['.', ':']) || word.contains("://");
            let address = plain().rev().find(is_address).or_else(|| plain().next_back())?;
            let (scheme, rest) = address.split_once("://").unwrap_or(("http", address));
            let authority = rest.split(['/', '?']).next()?;
            let (host, number) = authority.rsplit_once(':').unwrap_or((authority, ""));
            let usual = if scheme == "https" { 443 } else { 80 };
            Some(answer(host, port(Some(number), usual)))
        }
        "pg_isready" | "psql" | "createdb" => Some(answer(
            option(&["-h", "--host"])?,
            port(option(&["-p", "--port"]), 5432),
        )),
        "mysql" | "mysqladmin" | "mariadb" | "mariadb-admin" => Some(answer(
            option(&["-h", "--host"])?,
            port(option(&["-P", "--port"]), 3306),
        )),
        "redis-cli" => Some(answer(option(&["-h"])?, port(option(&["-p"]), 6379))),
        _ => None,
    }
}

fn name(host: &str) -> Awaited {
    Awaited::Name { host: host.to_owned() }
}

/// What stands behind a host.
enum Addressed<'a> {
    Service(&'a Object),
    Pod(&'a Object),
    /// The asking pod itself.
    Own,
}

/// Names of pods are those of headless Services: `db-0.db`.
fn addressed<'a>(store: &'a Store, pod: &Object, host: &str) -> Option<Addressed<'a>> {
    let host = host.trim_end_matches('.');
    if ["localhost", "127.0.0.1"].contains(&host) || pod.pod_ip() == Some(host) {
        return Some(Addressed::Own);
    }
    if host.parse::<std::net::IpAddr>().is_ok() {
        let of_service = |it: &&std::rc::Rc<Object>| Service::of(&it.value).cluster_ip() == host;
        let service = store.all(Kind::Service).find(of_service);
        let of_pod = |it: &&std::rc::Rc<Object>| it.pod_ip() == Some(host);
        return match service {
            Some(service) => Some(Addressed::Service(service)),
            None => store.all(Kind::Pod).find(of_pod).map(|pod| Addressed::Pod(pod)),
        };
    }
    let host = host.strip_suffix(".cluster.local").unwrap_or(host);
    let host = host.strip_suffix(".svc").unwrap_or(host);
    let service = |name: &str, namespace: &str| {
        let service = store.find(Kind::Service, namespace, name)?;
        let is_headless = Service::of(&service.value).cluster_ip() == "None";
        (!is_headless || slices(store, service).any(|slice| has_ready(&slice.value))).then_some(&**service)
    };
    let parts: Vec<&str> = host.split('.').collect();
    let found = match *parts.as_slice() {
        [name] => service(name, pod.namespace()),
        [name, namespace] => service(name, namespace),
        _ => None,
    };
    if let Some(found) = found {
        return Some(Addressed::Service(found));
    }
    let (name, subdomain, namespace) = match *parts.as_slice() {
        [name, subdomain] => (name, subdomain, pod.namespace()),
        [name, subdomain, namespace] => (name, subdomain, namespace),
        _ => return None,
    };
    store.find(Kind::Service, namespace, subdomain)?;
    let named = store.get(Kind::Pod, &ObjectKey::new(namespace, name))?;
    let is_there = named.pod_ip().is_some() && named.is_ready() && named.spec().field("subdomain") == subdomain;
    is_there.then(|| Addressed::Pod(named))
}

fn slices<'a>(store: &'a Store, service: &'a Object) -> impl Iterator<Item = &'a Object> {
    let all = store.of_namespace(Kind::EndpointSlice, service.namespace());
    all.map(|slice| &**slice)
        .filter(|slice| slice.label(label::SERVICE_NAME) == Some(service.name()))
}

fn has_ready(slice: &api::Value) -> bool {
    let ready = |endpoint: api::view::Endpoint<'_>| endpoint.is_ready();
    EndpointSlice::of(slice).endpoints().any(ready)
}

fn answers(store: &Store, pod: &Object, host: &str, port: u16) -> bool {
    let listens = |pod: &Object, port: u16, own: bool| {
        let mut ports = listening_ports(store, pod).into_iter();
        ports.any(|it| it.port == port && it.protocol == "TCP" && (own || !it.loopback_only))
    };
    match addressed(store, pod, host) {
        None => false,
        Some(Addressed::Own) => listens(pod, port, true),
        Some(Addressed::Pod(other)) => listens(other, port, false),
        Some(Addressed::Service(service)) => {
            let view = Service::of(&service.value);
            let is_headless = view.cluster_ip() == "None";
            let found = view.ports().find(|it| it.port() == i64::from(port));
            let name = found.as_ref().map(|port| port.name());
            slices(store, service).any(|slice| {
                let view = EndpointSlice::of(&slice.value);
                let target = view.ports().find(|it| Some(it.name()) == name);
                let number = target.and_then(EndpointPort::number);
                let target = if is_headless { Some(port) } else { number };
                view.endpoints().any(|endpoint| {
                    let behind = endpoint.pod().and_then(|(namespace, name)| {
                        store.find(Kind::Pod, namespace.unwrap_or(slice.namespace()), name)
                    });
                    endpoint.is_ready()
                        && target.is_some_and(|target| behind.is_none_or(|behind| listens(behind, target, false)))
                })
            })
        }
    }
}
