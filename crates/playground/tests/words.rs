//! What the page says of names without address, of objects without a part in traffic, and of workloads.
#![allow(missing_docs)]

use playground::{Micros, ObjectKey, Scenario, Session, why_no_address};

const AT: Micros = Micros::from_seconds(30);

fn session(text: &str) -> Session {
    Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    })
}

fn service(name: &str, spec: &str) -> String {
    format!("apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n---\n")
}

fn pod(name: &str, more: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{app: {name}}}{more}}}\n\
         spec: {{containers: [{{name: a, image: nicolaka/netshoot, command: [sleep, infinity]}}]}}\n---\n"
    )
}

/// Why the name of the first Service of a text has no address.
fn why(text: &str) -> Option<String> {
    let session = session(text);
    let world = session.world(AT);
    let own = world.services.iter().find(|it| *it.key.name != *"kubernetes");
    own.and_then(why_no_address)
}

#[test]
fn a_service_without_address_is_not_called_absent() {
    let headless = service("es", "clusterIP: None, selector: {app: es}, ports: [{port: 80}]");
    assert_eq!(
        why(&headless).as_deref(),
        Some("es is headless and selects no pod, so its name has no address.")
    );
    let mut waiting = session(&format!("{headless}{}", pod("es", "")));
    waiting.perform(AT, "kubectl get pods");
    let unready = playground::Act::Ready {
        namespace: "default".to_owned(),
        pod: "es".to_owned(),
        ready: false,
    };
    waiting.act(AT, unready);
    let key = ObjectKey::new("default", "es");
    let now = waiting.world(AT).service(&key).and_then(why_no_address);
    assert_eq!(
        now.as_deref(),
        Some("es is headless and none of its pods is ready, so its name has no address.")
    );
    assert_eq!(
        why(&service("by-ip", "type: ExternalName, externalName: 192.168.1.50")).as_deref(),
        Some(
            "by-ip has the externalName 192.168.1.50, an address, but it is looked up as a name, which nobody has. A Service \
             without selector and an EndpointSlice lead to an address."
        )
    );
    assert_eq!(
        why(&service("alias", "type: ExternalName, externalName: shop.example.org")).as_deref(),
        Some(
            "alias stands for shop.example.org, and of the names outside the cluster only db.example.com is known here."
        )
    );
    assert_eq!(
        why(&service(
            "alias",
            "type: ExternalName, externalName: no.default.svc.cluster.local"
        ))
        .as_deref(),
        Some("alias stands for no.default.svc.cluster.local, and the cluster's DNS knows no such name.")
    );
    assert_eq!(
        why(&service("alias", "type: ExternalName, externalName: db.example.com")),
        None
    );
    assert_eq!(why(&service("web", "selector: {app: web}, ports: [{port: 80}]")), None);
}

#[test]
fn the_terminal_says_why_a_name_is_not_found() {
    let text = [
        service("es", "clusterIP: None, selector: {app: es}, ports: [{port: 80}]"),
        service("by-ip", "type: ExternalName, externalName: 192.168.1.50"),
        service("web", "selector: {app: client}, ports: [{port: 80}]"),
        pod("client", ""),
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: blue}\n---\n".to_owned(),
        pod("other", ", namespace: blue"),
    ]
    .concat();
    let mut session = session(&text);
    let mut said = |command: &str| -> String {
        let (output, _) = session.perform(AT, command);
        session.plain_words(AT, &output).join("\n")
    };
    let es = "es is headless and selects no pod, so its name has no address.";
    assert_eq!(said("kubectl exec client -- curl -sS es"), es);
    assert_eq!(said("kubectl exec client -- nslookup es"), es);
    assert_eq!(said("kubectl exec client -- curl -sS es.default.svc.cluster.local"), es);
    assert!(said("kubectl exec client -- curl -sS by-ip").starts_with("by-ip has the externalName 192.168.1.50"));
    assert_eq!(
        said("kubectl exec -n blue other -- curl -sS web"),
        "Service web is in namespace default: from another namespace its name is web.default."
    );
    assert!(
        said("kubectl exec client -- curl -sS web-0.web").starts_with("Service web gives no ready pod the name web-0:")
    );
    assert!(said("kubectl exec client -- curl -sS google.com").starts_with("The world outside is left out here"));
    assert!(said("kubectl exec client -- nslookup nobody").starts_with("The cluster's DNS knows no such name"));
    assert_eq!(said("kubectl exec client -- nslookup web"), "");
}

#[test]
fn objects_without_a_part_in_traffic_are_named() {
    let text = [
        service("web", "selector: {app: web}, ports: [{port: 80}]"),
        pod("web", ""),
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: blue}\n---\n".to_owned(),
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n---\n".to_owned(),
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: robot, namespace: blue}\n---\n".to_owned(),
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: reader}\nrules: []\n".to_owned(),
    ]
    .concat();
    let mut session = session(&text);
    assert_eq!(
        *session.bystanders(AT),
        [
            "ConfigMap settings",
            "ServiceAccount robot in blue",
            "ClusterRole reader"
        ]
    );
    session.perform(AT, "kubectl create secret generic key --from-literal=a=b");
    assert!(session.bystanders(AT).contains(&"Secret key".to_owned()));
    assert!(self::session(&pod("web", "")).bystanders(AT).is_empty());
}

#[test]
fn each_kind_that_makes_pods_is_their_workload() {
    let template = "template: {metadata: {labels: {app: a}}, spec: {restartPolicy: Always, containers: [{name: a, image: nginx}]}}";
    let selector = "selector: {matchLabels: {app: a}}";
    let job = template.replace("Always", "Never");
    for (kind, version, spec, replicas) in [
        ("Deployment", "apps/v1", format!("{selector}, {template}"), Some(1)),
        ("ReplicaSet", "apps/v1", format!("{selector}, {template}"), Some(1)),
        (
            "StatefulSet",
            "apps/v1",
            format!("serviceName: a, {selector}, {template}"),
            Some(1),
        ),
        ("DaemonSet", "apps/v1", format!("{selector}, {template}"), None),
        (
            "ReplicationController",
            "v1",
            format!("selector: {{app: a}}, {template}"),
            Some(1),
        ),
        ("Job", "batch/v1", job.clone(), None),
    ] {
        let text = format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\nspec: {{{spec}}}\n");
        let session = session(&text);
        let pods: Vec<ObjectKey> = session.world(AT).pods.iter().map(|pod| pod.key.clone()).collect();
        let workload = pods.first().and_then(|pod| session.workload(AT, pod));
        let found = workload.map(|it| (it.word(), it.key.name.to_string(), it.replicas));
        assert_eq!(
            found,
            Some((kind.to_lowercase().leak() as &str, "a".to_owned(), replicas)),
            "{kind}"
        );
    }
}
