//! What the output panes say: kubectl's words, and a plain sentence where they alone would leave a learner puzzled.

use crate::state::Pane;
use playground::{Candidate, Key, Micros, Service, ServiceType, Session, World};

/// A command and what it prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The command line.
    pub line: String,
    /// What it prints, errors last.
    pub text: String,
}

/// What an output pane shows at that moment; nothing for panes that are no output.
pub fn printed(session: &Session, at: Micros, pane: Pane, service: Option<&Key>) -> Vec<Printed> {
    let everywhere = all_namespaces(session.world(at));
    let lines = match pane {
        Pane::Describe => service.map(describe_line).into_iter().collect(),
        Pane::Get => vec![
            format!("kubectl get svc{everywhere}"),
            format!("kubectl get pods -o wide{everywhere}"),
        ],
        Pane::Slices => vec![format!("kubectl get endpointslices{everywhere}")],
        Pane::Yaml | Pane::Traffic | Pane::Requests | Pane::Share => Vec::new(),
    };
    let run = |line: String| {
        let output = session.kubectl(at, &line);
        Printed {
            line,
            text: output.stdout + &output.stderr,
        }
    };
    lines.into_iter().map(run).collect()
}

fn describe_line(service: &Key) -> String {
    let Key { namespace, name } = service;
    if namespace == "default" {
        format!("kubectl describe service {name}")
    } else {
        format!("kubectl describe service {name} -n {namespace}")
    }
}

fn all_namespaces(world: &World) -> &'static str {
    let services = world.services.iter().map(|service| &service.key);
    let pods = world.pods.iter().map(|pod| &pod.key);
    if services.chain(pods).all(|key| key.namespace == "default") {
        ""
    } else {
        " -A"
    }
}

/// The Service to describe: the chosen one while it exists, else the first of the learner's own, else the first.
pub fn described<'a>(services: &'a [Key], chosen: Option<&'a Key>) -> Option<&'a Key> {
    let own = |key: &&Key| key.name != "kubernetes";
    chosen
        .filter(|key| services.contains(key))
        .or_else(|| services.iter().find(own))
        .or_else(|| services.first())
}

/// Why requests to this Service find nobody, in a sentence or two; none while somebody would answer, or could.
pub fn why_empty(world: &World, service: &Service) -> Option<String> {
    if service.kind == ServiceType::ExternalName {
        return None;
    }
    let mut endpoints = service.ports.iter().flat_map(|port| &port.endpoints);
    if endpoints.any(|endpoint| endpoint.ready) {
        return None;
    }
    if service.selector.is_empty() {
        return Some("No endpoints: this Service has no selector, so nobody fills its endpoint slices.".to_owned());
    }
    let candidates = playground::candidates(world, service);
    let matching: Vec<_> = candidates.iter().filter(|pod| pod.missing.is_empty()).collect();
    if let [first, rest @ ..] = matching.as_slice() {
        let first = &first.pod.key.name;
        if let Some(named) = matching
            .iter()
            .find(|matched| matched.pod.ready)
            .and(service.ports.first())
        {
            return Some(format!("No endpoints: no ready pod names a port {}.", named.target));
        }
        return Some(match rest.len() {
            0 => format!("No ready endpoints: {first} matches the selector, but is not ready."),
            more => format!("No ready endpoints: {first} and {more} more match the selector, but none is ready."),
        });
    }
    let nobody = format!("No endpoints: no pod has {}.", playground::selector_words(service));
    let Some(Candidate { pod: nearest, missing }) = candidates.first() else {
        return Some(nobody);
    };
    let [(key, value)] = missing.as_slice() else {
        return Some(nobody);
    };
    let name = &nearest.key.name;
    Some(match nearest.labels.get(*key) {
        Some(has) => format!("{nobody} {name} comes nearest: it has {key}={has} instead of {key}={value}."),
        None => format!("{nobody} {name} comes nearest: it lacks {key}={value}."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use playground::Scenario;

    fn session(text: &str) -> Session {
        Session::new(Scenario {
            text: text.to_owned(),
            ..Scenario::default()
        })
    }

    fn why(text: &str) -> Option<String> {
        let session = session(text);
        let world = session.world(Micros::ZERO);
        let service = world.services.iter().find(|service| service.key.name != "kubernetes")?;
        why_empty(world, service)
    }

    const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata:\n  name: shop\nspec:\n  selector:\n    app: shop\n  ports:\n    - port: 80\n";

    fn pod(label: &str) -> String {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: shop-1\n  labels:\n    {label}\nspec:\n  containers:\n    - name: shop\n      image: nginx\n"
        )
    }

    #[test]
    fn an_empty_service_names_the_pod_that_comes_nearest() {
        assert_eq!(why(SERVICE).as_deref(), Some("No endpoints: no pod has app=shop."));
        assert_eq!(
            why(&format!("{SERVICE}{}", pod("app: store"))).as_deref(),
            Some("No endpoints: no pod has app=shop. shop-1 comes nearest: it has app=store instead of app=shop.")
        );
        assert_eq!(why(&format!("{SERVICE}{}", pod("app: shop"))), None);
    }

    #[test]
    fn a_port_that_no_pod_names_is_not_taken_for_a_pod_that_is_not_ready() {
        let named = SERVICE.replace("port: 80", "port: 80\n      targetPort: http");
        assert_eq!(
            why(&format!("{named}{}", pod("app: shop"))).as_deref(),
            Some("No endpoints: no ready pod names a port http.")
        );
    }

    #[test]
    fn commands_name_the_namespace_where_there_is_another() {
        let session = session(SERVICE);
        let lines = |pane, key: &Key| -> Vec<String> {
            printed(&session, Micros::ZERO, pane, Some(key))
                .into_iter()
                .map(|printed| printed.line)
                .collect()
        };
        let key = |namespace: &str| Key {
            namespace: namespace.to_owned(),
            name: "shop".to_owned(),
        };
        assert_eq!(
            lines(Pane::Describe, &key("default")),
            ["kubectl describe service shop"]
        );
        assert_eq!(
            lines(Pane::Describe, &key("blue")),
            ["kubectl describe service shop -n blue"]
        );
        assert_eq!(
            lines(Pane::Get, &key("default")),
            ["kubectl get svc", "kubectl get pods -o wide"]
        );
    }

    #[test]
    fn the_chosen_service_is_described_while_it_exists() {
        let session = session(SERVICE);
        let services = session.services(Micros::ZERO);
        let name = |chosen: Option<&Key>| described(&services, chosen).map(|key| key.name.clone());
        let own = Key {
            namespace: "default".to_owned(),
            name: "kubernetes".to_owned(),
        };
        assert_eq!(name(None).as_deref(), Some("shop"));
        assert_eq!(name(Some(&own)).as_deref(), Some("kubernetes"));
        let gone = Key {
            name: "gone".to_owned(),
            ..own
        };
        assert_eq!(name(Some(&gone)).as_deref(), Some("shop"));
    }
}
