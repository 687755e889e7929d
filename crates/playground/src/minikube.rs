//! `minikube`, as far as it leads to Services.

use crate::laptop::failed;
use api::Kind;
use api::view::Service;
use cluster::{Cluster, Object};
use programs::ProgramOutput;

/// Runs a subcommand.
pub(crate) fn run(cluster: &Cluster, words: &[String]) -> ProgramOutput {
    let (flags, words): (Vec<&String>, Vec<&String>) = words.iter().partition(|word| word.starts_with('-'));
    let flag = |name: &str| {
        flags
            .iter()
            .any(|flag| flag.trim_start_matches('-').split('=').next() == Some(name))
    };
    match words.as_slice() {
        [] => failed(0, format!("{SHORT}\n")),
        [one] if *one == "ip" => printed(format!("{}\n", node(cluster).unwrap_or_default())),
        [one] if *one == "status" => printed(
            "minikube\ntype: Control Plane\nhost: Running\nkubelet: Running\napiserver: Running\nkubeconfig: Configured\n\n"
                .to_owned(),
        ),
        [one, two] if *one == "service" && *two == "list" => list(cluster),
        [one, name, ..] if *one == "service" => {
            let namespace = namespace(&flags, &words).unwrap_or("default");
            service(cluster, namespace, name, flag("url"))
        }
        [one] if *one == "service" => failed(
            64,
            "❌  Exiting due to MK_USAGE: You must specify service name(s) or --all flag\n".to_owned(),
        ),
        [one, ..] => failed(64, format!("minikube {one} is not simulated: {SHORT}\n")),
    }
}

const SHORT: &str =
    "Of minikube there are here: service NAME [--url], service list, tunnel, ip, status, addons enable|disable ingress";

/// What enabling or disabling an addon changes.
pub(crate) struct AddonChange {
    /// The command of kubectl that does it.
    pub(crate) kubectl: &'static [&'static str],
    /// The standard input of that command.
    pub(crate) manifest: &'static str,
    /// What minikube prints.
    pub(crate) says: &'static str,
}

/// The class that the addon ingress brings.
const INGRESS_CLASS: &str = r#"apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: nginx
  labels:
    app.kubernetes.io/component: controller
    app.kubernetes.io/instance: ingress-nginx
    app.kubernetes.io/name: ingress-nginx
  annotations:
    ingressclass.kubernetes.io/is-default-class: "true"
spec:
  controller: k8s.io/ingress-nginx
"#;

/// `addons enable|disable ingress`.
///
/// Differs: the addon brings the controller's pods, too; here the controller is built in as soon as its class is there.
pub(crate) fn addon(words: &[String]) -> Option<AddonChange> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["addons", "enable", "ingress"] => Some(AddonChange {
            kubectl: &["kubectl", "apply", "-f", "-"],
            manifest: INGRESS_CLASS,
            says: "🔎  Verifying ingress addon...\n🌟  The 'ingress' addon is enabled\n",
        }),
        ["addons", "disable", "ingress"] => Some(AddonChange {
            kubectl: &["kubectl", "delete", "ingressclass", "nginx"],
            manifest: "",
            says: "🌑  \"The 'ingress' addon is disabled\n",
        }),
        _ => None,
    }
}

/// `tunnel`, which opens it, and `tunnel --cleanup`, which closes it.
pub(crate) fn tunnel(words: &[String]) -> Option<bool> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["tunnel"] => Some(true),
        ["tunnel", "--cleanup" | "-c" | "--cleanup=true"] => Some(false),
        _ => None,
    }
}

/// What `minikube tunnel` prints; it goes on in the background.
pub(crate) fn tunnel_status(cluster: &Cluster) -> ProgramOutput {
    if !cluster.has_tunnel() {
        return ProgramOutput::default();
    }
    let services = cluster.list(Kind::Service, None);
    let served = services
        .iter()
        .filter(|service| Service::of(&service.value).is_load_balancer());
    let names: Vec<&str> = served.map(|service| service.name()).collect();
    let node = node(cluster).unwrap_or_default();
    let range = cluster.networks().service_cidrs().next();
    let range = range.map(|range| range.to_string()).unwrap_or_default();
    ProgramOutput {
        stdout: format!(
            "Status:\t\n\tmachine: minikube\n\tpid: 4242\n\troute: {range} -> {node}\n\tminikube: Running\n\tservices: [{}]\n    errors: \n\t\tminikube: no errors\n\t\trouter: no errors\n\t\tloadbalancer emulator: no errors\n",
            names.join(", ")
        ),
        stderr: "it goes on in the background here: \"minikube tunnel --cleanup\" closes it\n".to_owned(),
        ..ProgramOutput::default()
    }
}

/// The value of `-n`, which stands behind the name.
fn namespace<'a>(flags: &[&'a String], words: &[&'a String]) -> Option<&'a str> {
    let joined = flags
        .iter()
        .find_map(|flag| flag.strip_prefix("--namespace=").or_else(|| flag.strip_prefix("-n=")));
    let apart = flags.iter().any(|flag| ["-n", "--namespace"].contains(&flag.as_str()));
    joined.or_else(|| words.get(2).filter(|_| apart).map(|word| word.as_str()))
}

fn printed(stdout: String) -> ProgramOutput {
    ProgramOutput {
        stdout,
        ..ProgramOutput::default()
    }
}

/// The address of the first node.
fn node(cluster: &Cluster) -> Option<String> {
    let node = cluster.by_creation(Kind::Node).into_iter().next()?;
    let addresses = node
        .status()
        .field("addresses")
        .items()
        .find(|it| it.field("type") == "InternalIP")?;
    Some(addresses.field("address").text().to_owned())
}

/// The address of each node port of a Service.
fn urls(cluster: &Cluster, service: &Object) -> Vec<(String, String)> {
    let node = node(cluster).unwrap_or_default();
    let view = Service::of(&service.value);
    let ports = view.ports().filter_map(|port| {
        let node_port = port.node_port().filter(|number| *number > 0)?;
        let name = if port.name().is_empty() {
            port.port().to_string()
        } else {
            format!("{}/{}", port.name(), port.port())
        };
        Some((name, format!("http://{node}:{node_port}")))
    });
    ports.collect()
}

fn service(cluster: &Cluster, namespace: &str, name: &str, url: bool) -> ProgramOutput {
    let Some(service) = cluster.find(Kind::Service, namespace, name) else {
        return failed(
            115,
            format!(
                "❌  Exiting due to SVC_NOT_FOUND: Service '{name}' was not found in '{namespace}' namespace.\nYou may select another namespace by using 'minikube service {name} -n <namespace>'. Or list out all the services using 'minikube service list'\n"
            ),
        );
    };
    let urls = urls(cluster, service);
    if urls.is_empty() {
        let words = format!("service {namespace}/{name} has no node port");
        return failed(
            119,
            format!(
                "😿  {words}\n❗  Services [{namespace}/{name}] have type \"ClusterIP\" not meant to be exposed, however for local development minikube allows you to access this !\na tunnel to it is not simulated: use \"kubectl port-forward\"\n"
            ),
        );
    }
    if url {
        return printed(urls.iter().flat_map(|(_, url)| [url.as_str(), "\n"]).collect());
    }
    let rows: Vec<[String; 4]> = urls
        .into_iter()
        .map(|(port, url)| [namespace.to_owned(), name.to_owned(), port, url])
        .collect();
    let opened = rows.first().map(|row| row[3].clone()).unwrap_or_default();
    printed(format!(
        "{}🎉  Opening service {namespace}/{name} in default browser...\nno browser is simulated here: curl {opened}\n",
        table(&rows)
    ))
}

fn list(cluster: &Cluster) -> ProgramOutput {
    let mut rows = Vec::new();
    for service in cluster.list(Kind::Service, None) {
        let (namespace, name) = (service.namespace().to_owned(), service.name().to_owned());
        let urls = urls(cluster, &service);
        if urls.is_empty() {
            rows.push([
                namespace.clone(),
                name.clone(),
                "No node port".to_owned(),
                String::new(),
            ]);
        }
        for (port, url) in urls {
            rows.push([namespace.clone(), name.clone(), port, url]);
        }
    }
    printed(table(&rows))
}

/// A table as minikube draws it.
fn table(rows: &[[String; 4]]) -> String {
    let heads = ["NAMESPACE", "NAME", "TARGET PORT", "URL"];
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(String::as_str);
        let heads = heads.get(column).copied();
        cells.chain(heads).map(|text| text.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let rule = |left: char, between: char, right: char| {
        let parts: Vec<String> = widths.iter().map(|width| "─".repeat(width + 2)).collect();
        format!("{left}{}{right}\n", parts.join(&between.to_string()))
    };
    let line = |cells: &[&str]| {
        let parts: Vec<String> = cells
            .iter()
            .zip(&widths)
            .map(|(text, width)| format!(" {text:<width$} "))
            .collect();
        format!("│{}│\n", parts.join("│"))
    };
    let centred = |cells: &[&str]| {
        let parts: Vec<String> = cells
            .iter()
            .zip(&widths)
            .map(|(text, width)| format!(" {text:^width$} "))
            .collect();
        format!("│{}│\n", parts.join("│"))
    };
    let mut text = rule('┌', '┬', '┐') + &centred(&heads) + &rule('├', '┼', '┤');
    for row in rows {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        text.push_str(&line(&cells));
    }
    text + &rule('└', '┴', '┘')
}
