//! The content of the output panes: what kubectl prints, and a sentence of ours where that alone would puzzle a learner.

use crate::hops::PacketSummary;
use crate::say;
use crate::selection::Selection;
use crate::state::Pane;
use playground::NodeRules;
use playground::seam::Mirror;
use playground::{Candidate, Client, Family, Micros, ObjectKey, Proxy, Service, ServiceType, World, read_client};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printout {
    pub line: String,
    /// Standard output, then standard error.
    pub text: String,
}

/// The commands of an output pane with what they print: about `service`, looked up by `client`, with the rules of `node` or of the
/// first node. Empty for other panes.
pub fn printed(
    session: &Mirror,
    at: Micros,
    pane: Pane,
    service: Option<&ObjectKey>,
    client: Option<&ObjectKey>,
    node: Option<&str>,
) -> Vec<Printout> {
    if pane == Pane::Rules {
        return service
            .map(|service| rules(session, at, service, node))
            .unwrap_or_default();
    }
    if pane == Pane::Names {
        let asked = service.zip(client);
        return asked
            .and_then(|(service, pod)| names(session, at, service, pod))
            .into_iter()
            .collect();
    }
    let everywhere = all_namespaces(session.world(at));
    let lines = match pane {
        Pane::Describe => service.map(describe_line).into_iter().collect(),
        Pane::Get => vec![
            format!("kubectl get svc{everywhere}"),
            format!("kubectl get pods -o wide{everywhere}"),
        ],
        Pane::Slices => vec![format!("kubectl get endpointslices{everywhere}")],
        Pane::Yaml
        | Pane::Traffic
        | Pane::Requests
        | Pane::Share
        | Pane::Text
        | Pane::Terminal
        | Pane::Rules
        | Pane::Names
        | Pane::Lesson => Vec::new(),
    };
    let run = |line: String| {
        let output = session.kubectl(at, &line)?;
        Some(Printout {
            line,
            text: output.stdout + &output.stderr,
        })
    };
    lines.into_iter().filter_map(run).collect()
}

/// The rules of one node that name the Service, for each family of its addresses. Other nodes differ only by traffic policies.
fn rules(session: &Mirror, at: Micros, service: &ObjectKey, node: Option<&str>) -> Vec<Printout> {
    let world = session.world(at);
    let of_service = world
        .service(service)
        .map(|it| it.cluster_ips.as_slice())
        .unwrap_or_default();
    let families = of_service.iter().map(|ip| Family::of(*ip));
    let has_rules = |family: &Family| world.networks.pod_families.has(*family);
    let mut families: Vec<Family> = families.filter(has_rules).collect();
    if families.is_empty() {
        families.push(world.networks.pod_families.primary());
    }
    let of_family = |family| family_rules(session, at, service, node, family);
    families.into_iter().map(of_family).collect()
}

fn family_rules(session: &Mirror, at: Micros, service: &ObjectKey, node: Option<&str>, family: Family) -> Printout {
    let name = format!("{}/{}", service.namespace, service.name);
    let nodes = &session.world(at).nodes;
    let chosen = nodes.iter().find(|known| Some(known.name.as_str()) == node);
    let node = chosen.or(nodes.first());
    let program = node.and_then(|node| session.plane(at).rules(&node.name, family));
    if let Some(NodeRules::Ipvs(table)) = program {
        return Printout {
            line: "ipvsadm -Ln".to_owned(),
            text: table.about(service),
        };
    }
    let all = program.map(ToString::to_string).unwrap_or_default();
    let naming: Vec<&str> = all.lines().filter(|rule| rule.contains(&name)).collect();
    let all = match (session.proxy(), family) {
        (Proxy::Nftables, Family::V4) => "nft list table ip kube-proxy",
        (Proxy::Nftables, Family::V6) => "nft list table ip6 kube-proxy",
        (_, Family::V4) => "iptables-save",
        (_, Family::V6) => "ip6tables-save",
    };
    let place = node.filter(|_| nodes.len() > 1);
    let place = place.map_or_else(String::new, |node| format!("   # on {}", node.name));
    Printout {
        line: format!("{all} | grep {name}{place}"),
        text: naming.join("\n"),
    }
}

/// The node whose rules are shown: the one that chose the endpoint of the selected request, the selected node, or the node of
/// the selected pod.
pub fn ruling_node(
    session: &Mirror,
    at: Micros,
    looked_at: Option<&Selection>,
    packet: Option<&PacketSummary>,
) -> Option<String> {
    match looked_at? {
        Selection::Request(_) => Some(packet?.decided.as_ref()?.0.clone()),
        Selection::Node(name) | Selection::Client(Client::Node(name)) => Some(name.clone()),
        other => session.world(at).pod(other.pod()?)?.node.clone(),
    }
}

/// The pod whose look-up is shown: the selected one, else the first that asks the Service, else any with an address.
pub fn asking_pod(
    session: &Mirror,
    at: Micros,
    service: &ObjectKey,
    selected: Option<&ObjectKey>,
) -> Option<ObjectKey> {
    let world = session.world(at);
    let to = format!("{}/{}", service.namespace, service.name);
    let asking = session.sending().iter().filter(|flow| flow.to == to);
    let pods = asking.filter_map(|flow| match read_client(&flow.from)? {
        Client::Pod(pod) => Some(pod),
        Client::Node(_) | Client::Outside => None,
    });
    let runs = |pod: &ObjectKey| world.pod(pod).is_some_and(|pod| pod.ip.is_some());
    let any = world.pods.iter().map(|pod| pod.key.clone());
    selected.cloned().into_iter().chain(pods).chain(any).find(runs)
}

/// A sentence with the names that a pod's resolver tries for a Service, and the answers.
pub fn names_tried(session: &Mirror, at: Micros, service: &ObjectKey, pod: &ObjectKey) -> Option<String> {
    let name = service.name_from(&pod.namespace);
    let tries = session.tries(at, &Client::Pod(pod.clone()), &name)?;
    let tries: Vec<_> = tries.iter().map(|tried| say::translated(tried)).collect();
    Some(say::output_lookup(&pod.name, &name, &tries.join("; ")))
}

fn names(session: &Mirror, at: Micros, service: &ObjectKey, pod: &ObjectKey) -> Option<Printout> {
    let name = service.name_from(&pod.namespace);
    Some(Printout {
        text: session.nslookup(at, pod, &name)?,
        line: format!("nslookup {name}"),
    })
}

fn describe_line(service: &ObjectKey) -> String {
    let ObjectKey { namespace, name } = service;
    if **namespace == *"default" {
        format!("kubectl describe service {name}")
    } else {
        format!("kubectl describe service {name} -n {namespace}")
    }
}

fn all_namespaces(world: &World) -> &'static str {
    let services = world.services.iter().map(|service| &service.key);
    let pods = world.pods.iter().map(|pod| &pod.key);
    if services.chain(pods).all(|key| *key.namespace == *"default") {
        ""
    } else {
        " -A"
    }
}

/// The chosen Service while it exists, else the first that is not `kubernetes`, else the first.
pub fn described<'a>(services: &'a [ObjectKey], chosen: Option<&'a ObjectKey>) -> Option<&'a ObjectKey> {
    let own = |key: &&ObjectKey| *key.name != *"kubernetes";
    chosen
        .filter(|key| services.contains(key))
        .or_else(|| services.iter().find(own))
        .or_else(|| services.first())
}

/// Why a Service has no ready endpoints; `None` if it has some or needs none.
pub fn why_empty(world: &World, service: &Service, at: Micros) -> Option<String> {
    if service.kind == ServiceType::ExternalName {
        return None;
    }
    let mut endpoints = service.ports.iter().flat_map(|port| &port.endpoints);
    if endpoints.any(|endpoint| endpoint.ready) {
        return None;
    }
    if service.selector.is_empty() {
        return Some(say::output_no_selector().to_owned());
    }
    let candidates = playground::candidates(world, service);
    let matching: Vec<_> = candidates.iter().filter(|pod| pod.missing.is_empty()).collect();
    if let [first, rest @ ..] = matching.as_slice() {
        let why = matching.iter().find_map(|it| playground::why_not_ready(it.pod, at));
        let why = why.map_or_else(String::new, |why| format!(": {}", say::translated(&why)));
        let first = &first.pod.key.name;
        if let Some(named) = matching
            .iter()
            .find(|matched| matched.pod.ready)
            .and(service.ports.first())
        {
            return Some(say::output_no_named(&named.target));
        }
        if service.cluster_ips.is_empty()
            && let Some(no_address) = playground::why_no_address(service)
        {
            let no_address = say::translated(&no_address);
            return Some(format!("{}{why}.", no_address.trim_end_matches('.')));
        }
        return Some(match rest.len() {
            0 => say::output_unready(&first, &why),
            more => say::output_all_unready(&first, &more, &why),
        });
    }
    let nobody = say::output_nobody(&say::translated(&playground::selector_words(service)));
    let Some(Candidate { pod: nearest, missing }) = candidates.first() else {
        return Some(nobody);
    };
    let [(key, value)] = missing.as_slice() else {
        return Some(nobody);
    };
    let name = &nearest.key.name;
    Some(match nearest.labels.get(*key) {
        Some(has) => say::output_closest(&nobody, &name, &key, &has, &value),
        None => say::output_closest_lacks(&nobody, &name, &key, &value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::played::Played;
    use playground::Scenario;

    fn session(text: &str) -> Played {
        Played::new(Scenario {
            text: text.to_owned(),
            ..Scenario::default()
        })
    }

    fn why(text: &str) -> Option<String> {
        why_at(text, Micros::ZERO)
    }

    /// Of what the cluster is at that moment.
    fn why_at(text: &str, at: Micros) -> Option<String> {
        let session = session(text);
        let world = session.world(at);
        let service = world
            .services
            .iter()
            .find(|service| *service.key.name != *"kubernetes")?;
        why_empty(world, service, at.max(Micros::from_seconds(2)))
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
            Some(
                "No endpoints: no pod has app=shop. shop-1 is the closest match: it has app=store instead of app=shop."
            )
        );
        assert_eq!(why(&format!("{SERVICE}{}", pod("app: shop"))), None);
    }

    #[test]
    fn a_pod_that_is_not_asked_yet_says_until_when() {
        let probed = pod("app: shop")
            + "      readinessProbe: {initialDelaySeconds: 10, periodSeconds: 4, httpGet: {port: 80}}\n";
        assert_eq!(
            why(&format!("{SERVICE}{probed}")).as_deref(),
            Some(
                "No ready endpoints: shop-1 matches the selector, but is not ready: the readiness probe of shop-1 first runs after 10 s, at 0:12."
            )
        );
    }

    #[test]
    fn a_headless_service_of_a_stateful_set_says_until_when_no_pod_is_ready() {
        let headless = SERVICE.replace("spec:\n", "spec:\n  clusterIP: None\n");
        let set = "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: shop}\nspec:\n  serviceName: shop\n  replicas: 3\n  \
                   selector: {matchLabels: {app: shop}}\n  template:\n    metadata: {labels: {app: shop}}\n    spec:\n      containers:\n      \
                   - name: shop\n        image: nginx\n        readinessProbe: {initialDelaySeconds: 15, exec: {command: [/ready-probe.sh]}}\n";
        assert_eq!(
            why(&format!("{headless}{set}")).as_deref(),
            Some(
                "shop is headless and none of its pods is ready, so its name has no address: the readiness probe of shop-0 first runs after 15 s, at 0:20."
            )
        );
        assert_eq!(why_at(&format!("{headless}{set}"), Micros::from_seconds(21)), None);
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
        let lines = |pane, key: &ObjectKey| -> Vec<String> {
            printed(&session, Micros::ZERO, pane, Some(key), None, None)
                .into_iter()
                .map(|printed| printed.line)
                .collect()
        };
        let key = |namespace: &str| ObjectKey::new(namespace, "shop");
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
        let name = |chosen: Option<&ObjectKey>| described(&services, chosen).map(|key| key.name.clone());
        let own = ObjectKey::new("default", "kubernetes");
        assert_eq!(name(None).as_deref(), Some("shop"));
        assert_eq!(name(Some(&own)).as_deref(), Some("kubernetes"));
        let gone = ObjectKey {
            name: "gone".into(),
            ..own
        };
        assert_eq!(name(Some(&gone)).as_deref(), Some("shop"));
    }

    #[test]
    fn rules_and_names_are_shown_of_the_service_and_who_asks_it() {
        let session = Played::new(crate::scenarios::ALL[0].scenario());
        let service = ObjectKey::new("default", "back-end");
        let at = Micros::ZERO;
        let client = asking_pod(&session, at, &service, None);
        assert_eq!(client.as_ref().map(|pod| &*pod.name), Some("front-end-1"));
        let of = |pane| printed(&session, at, pane, Some(&service), client.as_ref(), None).remove(0);
        let rules = of(Pane::Rules);
        assert_eq!(rules.line, "iptables-save | grep default/back-end");
        assert!(
            rules.text.lines().any(|rule| rule.contains("-d 10.111.52.100/32")),
            "{}",
            rules.text
        );
        assert!(rules.text.lines().all(|rule| rule.contains("default/back-end")));
        let names = of(Pane::Names);
        assert_eq!(names.line, "nslookup back-end");
        assert!(names.text.contains("10.111.52.100"), "{}", names.text);
        let tried = client
            .and_then(|pod| names_tried(&session, at, &service, &pod))
            .unwrap_or_default();
        assert!(
            tried.starts_with("front-end-1 asks for back-end: back-end.default.svc.cluster.local. → 10.111.52.100"),
            "{tried}"
        );
    }
}
