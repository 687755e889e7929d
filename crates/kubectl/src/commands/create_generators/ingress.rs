//! `create ingress`.

use super::generator::{EACH, Generator, Make, create};
use crate::commands::generated::Explain;
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::flags::{Flag, PRINT, Takes};
use api::{Kind, Value};
use serde_json::json;

pub(super) const GENERATORS: &[Generator] = &[Generator {
    path: "create ingress",
    names: &["ingress", "ing"],
    flags: &[&[CLASS, RULE, DEFAULT_BACKEND, ANNOTATION], EACH, PRINT],
    make: Make::Named(ingress),
}];

const CLASS: Flag = Flag::new("class", Takes::Text, "The class of the ingress.");
const RULE: Flag = Flag::new(
    "rule",
    Takes::List,
    "A rule: host/path=service:port[,tls[=secret]]; a path that ends with '*' is a prefix.",
);
const DEFAULT_BACKEND: Flag = Flag::new("default-backend", Takes::Text, "The Service for all else: name:port.");
const ANNOTATION: Flag = Flag::new("annotation", Takes::List, "An annotation: key=value.");

/// Models: kubectl/pkg/cmd/create/create_ingress.go Validate, createIngress (v1.36).
fn ingress(run: &mut CommandContext<'_>, args: &Args, name: &str) -> Result<(), Failure> {
    let (rules, default) = (args.all("rule"), args.text("default-backend").unwrap_or_default());
    if default.is_empty() && rules.is_empty() {
        return Err(Failure::own(
            "not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)",
        ));
    }
    if let Some(wrong) = rules.iter().find(|rule| Rule::read(rule).is_none()) {
        return Err(Failure::own(format!(
            "rule {wrong} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]"
        )));
    }
    let mut metadata = json!({"name": name});
    for annotation in args.all("annotation") {
        let Some((key, value)) = annotation.split_once('=') else {
            return Err(Failure::own(format!(
                "annotation {annotation} is invalid and should be in format key=[value]"
            )));
        };
        metadata["annotations"][key] = value.into();
    }
    let mut spec = json!({});
    if let Some(class) = args.text("class").filter(|class| !class.is_empty()) {
        spec["ingressClassName"] = class.into();
    }
    if !default.is_empty() {
        let parts: Vec<&str> = default.split(':').collect();
        let [service, port] = parts.as_slice() else {
            return Err(Failure::own(
                "default-backend should be in format servicename:serviceport",
            ));
        };
        spec["defaultBackend"] = backend(service, port);
    }
    let rules: Vec<Rule<'_>> = rules.iter().filter_map(|rule| Rule::read(rule)).collect();
    if let Some(secrets) = tls(&rules) {
        spec["tls"] = secrets;
    }
    if !rules.is_empty() {
        spec["rules"] = by_host(&rules);
    }
    let value = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec,
        "status": {"loadBalancer": {}},
    });
    let explain: Explain = |status| Failure::own(format!("failed to create ingress: {}", status.message));
    create(run, args, (Kind::Ingress, name), value, explain)
}

struct Rule<'a> {
    host: &'a str,
    path: &'a str,
    service: &'a str,
    port: &'a str,
    /// The secret, empty if none is named.
    tls: Option<&'a str>,
}

impl<'a> Rule<'a> {
    /// Models: ruleRegex, which says nothing of what follows.
    fn read(text: &'a str) -> Option<Self> {
        let (rule, tls) = match text.split_once(',') {
            Some((rule, tls)) => (rule, Some(tls)),
            None => (text, None),
        };
        let (host, rest) = rule.split_once('/')?;
        let (path, backend) = rest.split_once('=')?;
        let (service, port) = backend.split_once(':')?;
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let port = port.split(|c| !word(c)).next().unwrap_or_default();
        let host_fits = host.chars().all(|c| word(c) || c == '*' || c == '.');
        let fits = host_fits && !service.is_empty() && service.chars().all(word) && !port.is_empty();
        fits.then_some(Self {
            host,
            path,
            service,
            port,
            tls: tls.map(|tls| tls.split_once('=').map_or("", |(_, secret)| secret)),
        })
    }
}

/// Models: buildIngressBackendSvc, parseServiceBackendPort.
fn backend(service: &str, port: &str) -> Value {
    let port = match port.parse::<i32>() {
        Ok(number) => json!({"number": number}),
        Err(_) => json!({"name": port}),
    };
    json!({"service": {"name": service, "port": port}})
}

/// Models: buildIngressRules, buildHTTPIngressPath.
fn by_host(rules: &[Rule<'_>]) -> Value {
    let mut hosts: Vec<(&str, Vec<Value>)> = Vec::new();
    for rule in rules {
        let path = format!("/{}", rule.path);
        let (path, kind) = match path.strip_suffix('*') {
            Some(prefix) => (prefix, "Prefix"),
            None => (path.as_str(), "Exact"),
        };
        let path = json!({"backend": backend(rule.service, rule.port), "path": path, "pathType": kind});
        match hosts.iter_mut().find(|(host, _)| *host == rule.host) {
            Some((_, paths)) => paths.push(path),
            None => hosts.push((rule.host, vec![path])),
        }
    }
    let entry = |(host, paths): (&str, Vec<Value>)| {
        let mut entry = json!({"http": {"paths": paths}});
        if !host.is_empty() {
            entry["host"] = host.into();
        }
        entry
    };
    hosts.into_iter().map(entry).collect()
}

/// Models: buildTLSRules: each host once, the hosts of a secret together.
fn tls(rules: &[Rule<'_>]) -> Option<Value> {
    let (mut seen, mut entries) = (Vec::new(), Vec::<(&str, Vec<&str>)>::new());
    for rule in rules {
        let Some(secret) = rule.tls.filter(|_| !seen.contains(&rule.host)) else {
            continue;
        };
        seen.push(rule.host);
        match entries.iter_mut().find(|(known, _)| *known == secret) {
            Some((_, hosts)) => hosts.push(rule.host),
            None if secret.is_empty() && rule.host.is_empty() => {}
            None if rule.host.is_empty() => entries.push((secret, Vec::new())),
            None => entries.push((secret, vec![rule.host])),
        }
    }
    let entry = |(secret, hosts): &(&str, Vec<&str>)| {
        let mut entry = json!({});
        if !hosts.is_empty() {
            entry["hosts"] = json!(hosts);
        }
        if !secret.is_empty() {
            entry["secretName"] = (*secret).into();
        }
        entry
    };
    (!entries.is_empty()).then(|| entries.iter().map(entry).collect())
}
