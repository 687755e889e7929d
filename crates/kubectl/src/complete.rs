//! What Tab can offer on an unfinished command line.

use crate::commands::create_generators;
use crate::dispatch;
use crate::line::args::{Args, find};
use crate::line::flags::{Flag, Flags, GLOBAL, Takes, Values};
use crate::line::words::{is_kubectl, last_word, split};
use api::{Kind, Path, Segment, fields_at};
use cluster::Cluster;
use std::collections::BTreeSet;

/// What completes the end of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Completion {
    /// The byte of the line at which the offers begin.
    pub from: usize,
    /// The offers in order; each begins with what is written.
    pub offers: Vec<Offer>,
}

/// A word that Tab offers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Offer {
    pub word: String,
    /// Another name of the same thing: a short name, a letter.
    pub note: String,
    /// Whether the word goes on, as behind `jsonpath=`.
    pub open: bool,
}

impl Offer {
    fn word(word: impl Into<String>) -> Self {
        let word = word.into();
        Self {
            open: word.ends_with(['=', '/', '.']),
            word,
            note: String::new(),
        }
    }
}

/// The completions of a line that begins with `kubectl` or `k`; `files` are the names that `-f` knows.
///
/// Nothing is offered within quotes.
pub fn complete(cluster: &Cluster, files: &[&str], line: &str) -> Completion {
    let (from, written) = last_word(line);
    if written.contains(['\'', '"', '\\']) {
        return Completion::default();
    }
    let before = split(line.get(..from).unwrap_or_default());
    let words = match before.split_first() {
        Some((first, rest)) if is_kubectl(first) => rest,
        Some(_) => return Completion::default(),
        None => return fitting(from, written, vec![Offer::word("kubectl")]),
    };
    let Some((name, rest)) = words.split_first() else {
        let names = dispatch::names().map(Offer::word).collect();
        return fitting(from, written, names);
    };
    let Some(flags) = dispatch::flags(name, rest) else {
        return Completion::default();
    };
    let (args, open) = Args::read_unfinished(flags, rest);
    let line = UnfinishedLine {
        cluster,
        files,
        command: name,
        flags,
        words: args.words.iter().map(String::as_str).collect(),
        args: &args,
    };
    match open {
        Some(flag) => line.value(flag, from, written),
        None => line.complete(from, written),
    }
}

/// The offers that begin with what is written.
fn fitting(from: usize, written: &str, mut offers: Vec<Offer>) -> Completion {
    offers.retain(|offer| offer.word.starts_with(written));
    Completion { from, offers }
}

/// A command line without its last word.
struct UnfinishedLine<'a> {
    cluster: &'a Cluster,
    files: &'a [&'a str],
    command: &'a str,
    flags: Flags,
    args: &'a Args,
    words: Vec<&'a str>,
}

impl UnfinishedLine<'_> {
    fn complete(&self, from: usize, written: &str) -> Completion {
        if self.args.dash.is_some() {
            return fitting(from, written, self.programs());
        }
        if let (true, Some((name, value))) = (written.starts_with("--"), written.split_once('=')) {
            let long = name.trim_start_matches('-');
            return find(self.flags, |flag| flag.name == long).map_or_else(Completion::default, |flag| {
                self.value(flag, from + name.len() + 1, value)
            });
        }
        if written.starts_with('-') {
            return fitting(from, written, self.flag_names());
        }
        self.argument(from, written)
    }

    fn flag_names(&self) -> Vec<Offer> {
        let offer = |flag: &Flag| {
            let open = matches!(flag.takes, Takes::Optional(_));
            Offer {
                word: format!("--{}{}", flag.name, if open { "=" } else { "" }),
                note: flag.short.map(|letter| format!("-{letter}")).unwrap_or_default(),
                open,
            }
        };
        let own = self.flags.iter().copied().flatten();
        let all: BTreeSet<Offer> = own.chain(GLOBAL).map(offer).collect();
        all.into_iter().collect()
    }

    /// The possible values of a flag.
    fn value(&self, flag: &Flag, from: usize, written: &str) -> Completion {
        let offers = match flag.values {
            Values::None => Vec::new(),
            Values::Words(words) => words.iter().copied().map(Offer::word).collect(),
            Values::Namespaces => self.names(Kind::Namespace),
            Values::Files => {
                let files = self.files.iter().copied().chain(["-"]);
                files.map(Offer::word).collect()
            }
            Values::Labels => self.labels(),
            Values::Containers => self.containers(),
            Values::Objects => return self.kind_and_name(from, written),
        };
        fitting(from, written, offers)
    }

    /// The possible next words that are no flags.
    fn argument(&self, from: usize, written: &str) -> Completion {
        let kinds = |kinds: &[Kind]| self.kinds_or_names(kinds, self.words.as_slice(), from, written);
        let verbs = |verbs: &[&str]| fitting(from, written, verbs.iter().copied().map(Offer::word).collect());
        match (self.command, self.words.as_slice()) {
            ("get" | "describe" | "delete" | "label" | "annotate" | "patch" | "wait", _) => kinds(&Kind::ALL),
            ("edit", words) => self.kinds_or_names(&Kind::ALL, words, from, written),
            ("scale", _) => kinds(&[
                Kind::Deployment,
                Kind::ReplicaSet,
                Kind::StatefulSet,
                Kind::ReplicationController,
            ]),
            ("expose", _) => kinds(&[
                Kind::Pod,
                Kind::Service,
                Kind::Deployment,
                Kind::ReplicaSet,
                Kind::ReplicationController,
            ]),
            ("explain", []) if !written.contains('.') => fitting(from, written, kind_words(&Kind::ALL, written)),
            ("explain", []) => fields(from, written),
            ("port-forward", []) if written.contains('/') => self.kind_and_name(from, written),
            ("port-forward", []) => {
                let services = self.names(Kind::Service).into_iter();
                let services = services.map(|offer| Offer::word(format!("svc/{}", offer.word)));
                let pods = self.names(Kind::Pod).into_iter();
                fitting(from, written, pods.chain(services).collect())
            }
            ("logs" | "exec" | "attach" | "debug", []) => fitting(from, written, self.names(Kind::Pod)),
            ("create", []) => verbs(&create_generators::subcommands("create")),
            ("create", ["secret"]) => verbs(&create_generators::subcommands("create secret")),
            ("create", ["service" | "svc"]) => verbs(&["clusterip", "externalname", "loadbalancer", "nodeport"]),
            ("set", []) => verbs(&["env", "image", "resources", "selector", "serviceaccount", "subject"]),
            ("apply", []) => verbs(&["edit-last-applied", "set-last-applied", "view-last-applied"]),
            ("apply", [_, rest @ ..]) => self.kinds_or_names(&Kind::ALL, rest, from, written),
            ("config", []) => verbs(&[
                "current-context",
                "get-clusters",
                "get-contexts",
                "get-users",
                "use-context",
                "view",
            ]),
            ("cordon" | "uncordon" | "drain", _) => fitting(from, written, self.names(Kind::Node)),
            ("taint", _) => kinds(&[Kind::Node]),
            ("rollout", []) => verbs(&["history", "pause", "restart", "resume", "status", "undo"]),
            ("set" | "rollout", [_, rest @ ..]) => self.kinds_or_names(
                &[Kind::DaemonSet, Kind::Deployment, Kind::StatefulSet],
                rest,
                from,
                written,
            ),
            ("auth", []) => verbs(&["can-i", "reconcile", "whoami"]),
            ("top", []) => verbs(&["node", "pod"]),
            ("help", []) => fitting(from, written, dispatch::names().map(Offer::word).collect()),
            _ => Completion::default(),
        }
    }

    /// `svc,po`, `svc NAME` or `svc/NAME`.
    fn kinds_or_names(&self, kinds: &[Kind], words: &[&str], from: usize, written: &str) -> Completion {
        if written.contains('/') {
            return self.kind_and_name(from, written);
        }
        let Some((first, taken)) = words.split_first() else {
            let start = written.rfind(',').map_or(0, |comma| comma + 1);
            let last = written.get(start..).unwrap_or_default();
            return fitting(from + start, last, kind_words(kinds, last));
        };
        if first.contains('/') {
            return Completion::default();
        }
        let mut offers: Vec<Offer> = first
            .split(',')
            .filter_map(Kind::of_word)
            .flat_map(|kind| self.names(kind))
            .collect();
        offers.retain(|offer| !taken.contains(&offer.word.as_str()));
        fitting(from, written, offers)
    }

    /// `svc/NAME`: kinds before the slash, names behind it.
    fn kind_and_name(&self, from: usize, written: &str) -> Completion {
        let Some((word, name)) = written.split_once('/') else {
            let with_slash = |offer: Offer| Offer::word(format!("{}/", offer.word));
            let kinds = Kind::ALL.map(|kind| Offer::word(kind.singular()));
            let offers: BTreeSet<Offer> = kinds.into_iter().map(with_slash).collect();
            return fitting(from, written, offers.into_iter().collect());
        };
        let names = Kind::of_word(word).map(|kind| self.names(kind)).unwrap_or_default();
        fitting(from + word.len() + 1, name, names)
    }

    fn names(&self, kind: Kind) -> Vec<Offer> {
        let namespace = kind.namespaced().then_some(self.args.namespace());
        let objects = self.cluster.list(kind, namespace);
        objects.iter().map(|object| Offer::word(object.name())).collect()
    }

    /// The labels of all objects of the kinds that the line names.
    fn labels(&self) -> Vec<Offer> {
        let words = self.words.iter().flat_map(|word| word.split(','));
        let kinds: Vec<Kind> = words.filter_map(Kind::of_word).collect();
        let objects = kinds.into_iter().flat_map(|kind| {
            let namespace = kind.namespaced().then_some(self.args.namespace());
            self.cluster.list(kind, namespace)
        });
        let all: BTreeSet<String> = objects
            .flat_map(|object| {
                let pairs: Vec<String> = object.labels().map(|(key, value)| format!("{key}={value}")).collect();
                pairs
            })
            .collect();
        all.into_iter()
            .map(|word| Offer {
                open: false,
                ..Offer::word(word)
            })
            .collect()
    }

    /// The containers of the named pod.
    fn containers(&self) -> Vec<Offer> {
        let pod = self
            .words
            .first()
            .map(|word| word.strip_prefix("pod/").unwrap_or(word))
            .and_then(|name| self.cluster.find(Kind::Pod, self.args.namespace(), name));
        let Some(pod) = pod else { return Vec::new() };
        let containers = pod.spec().field("containers").list().iter();
        containers
            .filter_map(|container| container["name"].as_str())
            .map(Offer::word)
            .collect()
    }

    /// Programs for `exec`, then Services to ask.
    fn programs(&self) -> Vec<Offer> {
        if self.words.len() < 2 {
            let programs = [
                "cat /etc/resolv.conf",
                "curl",
                "env",
                "hostname",
                "nslookup",
                "sh",
                "wget",
            ];
            return programs.into_iter().map(Offer::word).collect();
        }
        self.names(Kind::Service)
    }
}

/// The plural of each kind, or its short name if only that begins with what is written.
fn kind_words(kinds: &[Kind], written: &str) -> Vec<Offer> {
    let offer = |kind: &Kind| {
        let short = kind.short_names().first().copied().unwrap_or_default();
        let by_short = !kind.plural().starts_with(written) && short.starts_with(written);
        Offer {
            word: if by_short { short } else { kind.plural() }.to_owned(),
            note: if by_short { kind.plural() } else { short }.to_owned(),
            open: false,
        }
    };
    let all: BTreeSet<Offer> = kinds.iter().map(offer).collect();
    let mut offers: Vec<Offer> = all.into_iter().collect();
    if kinds.len() == Kind::ALL.len() {
        offers.insert(0, Offer::word("all"));
    }
    offers
}

/// `service.spec.ports`: the fields of the schema below it.
fn fields(from: usize, written: &str) -> Completion {
    let mut steps: Vec<&str> = written.split('.').collect();
    let last = steps.pop().unwrap_or_default();
    let Some((kind, path)) = steps
        .split_first()
        .and_then(|(kind, path)| Some((Kind::of_word(kind)?, path)))
    else {
        return Completion::default();
    };
    let offers = fields_below(kind, path).into_iter().map(Offer::word).collect();
    fitting(from + written.len() - last.len(), last, offers)
}

/// The fields at a path without list indices.
fn fields_below(kind: Kind, path: &[&str]) -> Vec<&'static str> {
    let plain = path.iter().fold(Path::root(), |path, name| path.field(name));
    let in_lists = plain
        .segments()
        .iter()
        .fold(Path::root(), |path, segment| match segment {
            Segment::Field(name) => {
                let next = path.field(name);
                if fields_at(kind, &next).is_empty() {
                    next.index(0)
                } else {
                    next
                }
            }
            _ => path,
        });
    fields_at(kind, &in_lists)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cluster::Config;
    use serde_json::json;

    fn cluster() -> Cluster {
        let mut cluster = Cluster::new(&Config {
            nodes: 1,
            seed: 0,
            ..Config::default()
        });
        let pod = |name: &str, namespace: &str| {
            json!({"apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": name, "namespace": namespace, "labels": {"app": "web"}},
                "spec": {"containers": [{"name": "main", "image": "nginx"}]}})
        };
        let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}});
        for manifest in [
            namespace,
            pod("web-1", "default"),
            pod("web-2", "default"),
            pod("till-1", "shop"),
        ] {
            assert!(crate::admit(&mut cluster, &manifest, "services.yaml").is_ok());
        }
        cluster.settle();
        cluster
    }

    fn offers(line: &str) -> Vec<String> {
        let completion = complete(&cluster(), &["services.yaml"], line);
        completion.offers.into_iter().map(|offer| offer.word).collect()
    }

    #[test]
    fn commands_follow_kubectl() {
        assert_eq!(offers("ku"), ["kubectl"]);
        assert_eq!(offers("kubectl cordon m"), ["minikube"]);
        assert_eq!(offers("kubectl taint node m"), ["minikube"]);
        assert_eq!(offers("kubectl de"), ["debug", "delete", "describe"]);
        assert!(offers("ls ").is_empty());
    }

    #[test]
    fn kinds_are_offered_by_their_plural_and_by_a_short_name_that_is_begun() {
        assert_eq!(offers("kubectl get services"), ["services"]);
        assert_eq!(offers("kubectl get se")[..2], ["secrets", "serviceaccounts"]);
        assert_eq!(offers("kubectl get sv"), ["svc"]);
        assert_eq!(offers("kubectl get pods,no"), ["nodes"]);
        let services = complete(&cluster(), &[], "kubectl get services");
        assert_eq!(services.offers.first().map(|offer| offer.note.as_str()), Some("svc"));
    }

    #[test]
    fn names_are_those_of_the_namespace() {
        assert_eq!(offers("kubectl delete pod we"), ["web-1", "web-2"]);
        assert_eq!(offers("kubectl delete pod web-1 "), ["web-2"]);
        assert_eq!(offers("kubectl -n shop get pods "), Vec::<String>::new());
        assert_eq!(offers("kubectl get pods -n shop "), ["till-1"]);
        assert_eq!(offers("kubectl get --namespace=shop po/"), ["till-1"]);
        assert_eq!(offers("kubectl get pods -n s"), ["shop"]);
    }

    #[test]
    fn flags_and_their_values() {
        assert_eq!(
            offers("kubectl get pods --show"),
            ["--show-kind", "--show-labels", "--show-managed-fields"]
        );
        assert_eq!(offers("kubectl get pods -o w"), ["wide"]);
        assert_eq!(offers("kubectl get pods --output=j"), ["json", "jsonpath="]);
        assert_eq!(offers("kubectl apply -f "), ["services.yaml", "-"]);
        assert_eq!(offers("kubectl delete pod web-1 --dry-run=s"), ["server"]);
        assert_eq!(offers("kubectl get pods -l "), ["app=web"]);
    }

    #[test]
    fn fields_of_explain_lead_through_lists() {
        let words = |line| {
            fields(0, line)
                .offers
                .into_iter()
                .map(|offer| offer.word)
                .collect::<Vec<_>>()
        };
        assert_eq!(words("svc.spec.ports.target"), ["targetPort"]);
        assert_eq!(words("pods.spec.containers.ports.containerP"), ["containerPort"]);
    }

    #[test]
    fn nothing_is_offered_within_quotes() {
        assert!(offers("kubectl get pods -o 'js").is_empty());
    }
}
