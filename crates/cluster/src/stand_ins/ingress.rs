//! The ingress controller: ingress-nginx, as pods of the cluster run it, or built in where only its class is there.
//!
//! Its rules are those of ingress-nginx 1.15; no other controller is played.

use crate::stand_ins::setting::Kubelet;
use crate::store::{Object, ObjectKey, Store, Tools, set};
use api::{Cursor, Kind, Value};
use base::Order;
use serde_json::json;
use std::collections::BTreeMap;
use std::rc::Rc;

/// `spec.controller` of the classes that ingress-nginx serves.
const CONTROLLER: &str = "k8s.io/ingress-nginx";
/// Who reports its events.
const COMPONENT: &str = "nginx-ingress-controller";

/// The ingress controller that runs in a cluster.
#[derive(Clone, Debug)]
pub struct IngressController {
    /// Its running pods, in order of name; `None` if it is built in: a process of the first node, as minikube's addon runs it
    /// there by host ports.
    pub pods: Option<Vec<Rc<Object>>>,
    /// What its pods are made from, whether they run or not; `None` if it is built in.
    pub template: Option<ControllerTemplate>,
    /// `--controller-class`.
    controller: String,
    /// `--ingress-class`: what the annotation of old says.
    annotation: String,
    /// `--watch-ingress-without-class`.
    without_class: bool,
    /// `--publish-service`.
    publish_service: Option<(String, String)>,
    /// `--publish-status-address`.
    publish_address: Option<String>,
}

/// What Services find the controller's pods by.
#[derive(Clone, Debug)]
pub struct ControllerTemplate {
    pub namespace: String,
    pub labels: BTreeMap<String, String>,
    /// The ports of its container that have a name.
    pub ports: Vec<(String, u16)>,
}

/// The recorded clusters have no ingress controller.
pub(crate) fn controller(tools: &Tools) -> Option<IngressController> {
    let store = &tools.store;
    let is_asked_for = [Kind::IngressClass, Kind::Ingress].map(|kind| store.all(kind).next().is_some());
    if tools.kubelet() == Kubelet::Recorded || !is_asked_for.contains(&true) {
        return None;
    }
    if let Some(written) = written(store) {
        let pods = store.all(Kind::Pod).filter(|pod| {
            container(pod.spec()).is_some() && pod.pod_ip().is_some() && pod.is_ready() && !pod.is_terminating()
        });
        return Some(IngressController {
            pods: Some(pods.cloned().collect()),
            ..IngressController::by_arguments(&written)
        });
    }
    let mut classes = store.all(Kind::IngressClass);
    let is_wanted = classes.any(|class| class.spec().field("controller") == CONTROLLER);
    is_wanted.then(IngressController::built_in)
}

/// The object that describes the pods of ingress-nginx.
fn written(store: &Store) -> Option<Rc<Object>> {
    let workloads = [Kind::Deployment, Kind::DaemonSet, Kind::StatefulSet];
    let template = |it: &&Rc<Object>| container(it.spec().field("template").spec()).is_some();
    let mut workloads = workloads.iter().flat_map(|kind| store.all(*kind));
    let workload = workloads.find(template);
    let bare = || store.all(Kind::Pod).find(|pod| container(pod.spec()).is_some());
    workload.or_else(bare).cloned()
}

/// The container of a pod that runs ingress-nginx.
fn container(pod: Cursor<'_>) -> Option<Cursor<'_>> {
    let is_controller = |it: &Cursor<'_>| {
        let image = it.field("image").text();
        let name = image.split('@').next().unwrap_or_default();
        let name = match name.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => name,
            _ => name,
        };
        name.ends_with("ingress-nginx/controller") || name.ends_with("/nginx-ingress-controller")
    };
    pod.field("containers").items().find(is_controller)
}

impl IngressController {
    /// As minikube's addon starts it.
    fn built_in() -> Self {
        Self {
            pods: None,
            template: None,
            controller: CONTROLLER.to_owned(),
            annotation: "nginx".to_owned(),
            without_class: true,
            publish_service: None,
            publish_address: None,
        }
    }

    /// Models: ingress-nginx pkg/flags/flags.go ParseFlags (1.15).
    fn by_arguments(written: &Object) -> Self {
        let template = match written.kind {
            Kind::Pod => Cursor::new(&written.value),
            _ => written.spec().field("template"),
        };
        let pod = template.spec();
        let words = container(pod).into_iter().flat_map(|it| {
            let (command, args) = (it.field("command").texts(), it.field("args").texts());
            command.chain(args)
        });
        let words: Vec<String> = words
            .map(|word| word.replace("$(POD_NAMESPACE)", written.namespace()))
            .collect();
        let flag = |name: &str| {
            let value = |word: &String| {
                word.trim_start_matches('-')
                    .strip_prefix(name)?
                    .strip_prefix('=')
                    .map(str::to_owned)
            };
            words.iter().rev().find_map(value)
        };
        let service = flag("publish-service");
        Self {
            pods: None,
            template: Some(ControllerTemplate::of(written.namespace(), template)),
            controller: flag("controller-class").unwrap_or_else(|| CONTROLLER.to_owned()),
            annotation: flag("ingress-class").unwrap_or_else(|| "nginx".to_owned()),
            without_class: flag("watch-ingress-without-class").is_some_and(|value| value == "true"),
            publish_service: service.and_then(|name| {
                let (namespace, name) = name.split_once('/')?;
                Some((namespace.to_owned(), name.to_owned()))
            }),
            publish_address: flag("publish-status-address"),
        }
    }

    pub fn is_built_in(&self) -> bool {
        self.pods.is_none()
    }

    /// Models: ingress-nginx internal/ingress/controller/store GetIngressClass (1.15).
    pub(crate) fn serves(&self, store: &Store, ingress: &Object) -> bool {
        if let Some(class) = ingress.spec().field("ingressClassName").as_text() {
            let class = store.find(Kind::IngressClass, "", class);
            return class.is_some_and(|class| class.spec().field("controller") == self.controller.as_str());
        }
        match ingress.annotation("kubernetes.io/ingress.class") {
            Some(class) => class == self.annotation,
            None => self.without_class,
        }
    }

    /// The addresses that it writes into the status of what it serves.
    ///
    /// Models: ingress-nginx internal/ingress/status runningAddresses, statusAddressFromService (1.15).
    fn addresses(&self, store: &Store) -> Vec<Value> {
        if let Some(addresses) = &self.publish_address {
            return sorted(addresses.split(',').map(str::trim).map(point).collect());
        }
        if let Some((namespace, name)) = &self.publish_service {
            let service = store.find(Kind::Service, namespace, name);
            return sorted(service.map(|service| of_service(service)).unwrap_or_default());
        }
        let node_of = |pod: &Rc<Object>| store.find(Kind::Node, "", pod.node()?);
        let nodes: Vec<&Rc<Object>> = match &self.pods {
            None => store.all(Kind::Node).take(1).collect(),
            Some(pods) => pods.iter().filter_map(node_of).collect(),
        };
        let internal = |node: &Rc<Object>| {
            let mut addresses = node.status().field("addresses").items();
            let found = addresses.find(|it| it.field("type") == "InternalIP")?;
            Some(point(found.field("address").text()))
        };
        sorted(nodes.into_iter().filter_map(internal).collect())
    }
}

impl ControllerTemplate {
    fn of(namespace: &str, template: Cursor<'_>) -> Self {
        let labels = template.field("metadata").field("labels").entries();
        let ports = container(template.spec()).into_iter();
        let port = |port: Cursor<'_>| {
            let number = u16::try_from(port.field("containerPort").number()).ok()?;
            Some((port.field("name").as_text()?.to_owned(), number))
        };
        Self {
            namespace: namespace.to_owned(),
            labels: labels
                .map(|(name, value)| (name.to_owned(), value.text().to_owned()))
                .collect(),
            ports: ports
                .flat_map(|it| it.field("ports").items())
                .filter_map(port)
                .collect(),
        }
    }

    /// Whether a Service with that selector finds the pods.
    pub fn is_selected(&self, namespace: &str, selector: &BTreeMap<String, String>) -> bool {
        let has = |(name, value): (&String, &String)| self.labels.get(name) == Some(value);
        *namespace == self.namespace && !selector.is_empty() && selector.iter().all(has)
    }

    /// The port that `targetPort` means.
    pub fn port(&self, target: &str) -> Option<u16> {
        let named = || {
            self.ports
                .iter()
                .find(|(name, _)| name == target)
                .map(|(_, port)| *port)
        };
        target.parse().ok().or_else(named)
    }
}

fn point(address: &str) -> Value {
    match address.parse::<std::net::IpAddr>() {
        Ok(_) => json!({"ip": address}),
        Err(_) => json!({"hostname": address}),
    }
}

fn of_service(service: &Object) -> Vec<Value> {
    let spec = service.spec();
    let external = spec.field("externalIPs").texts().map(point);
    match spec.field("type").text() {
        "ExternalName" => vec![json!({"hostname": spec.field("externalName").text()})],
        "NodePort" if !spec.field("externalIPs").is_empty() => external.collect(),
        "LoadBalancer" => {
            let given = service.status().field("loadBalancer").field("ingress").items();
            let given = given.map(|it| {
                let both = ["hostname", "ip"].map(|name| (name.to_owned(), Value::from(it.field(name).text())));
                both.into_iter().filter(|(_, value)| value != "").collect()
            });
            given.chain(external).collect()
        }
        _ => vec![point(spec.field("clusterIP").text())],
    }
}

fn sorted(mut points: Vec<Value>) -> Vec<Value> {
    points.order_by_key(|it| {
        (
            it["hostname"].as_str().map(str::to_owned),
            it["ip"].as_str().map(str::to_owned),
        )
    });
    points.dedup();
    points
}

/// Writes the certificate that `kube-webhook-certgen create` makes, which the pods of the controller mount.
///
/// Differs: nothing is drawn for it, since no webhook is asked.
fn make_certificates(tools: &mut Tools) -> bool {
    let made: Vec<ObjectKey> = tools.store.all(Kind::Job).filter_map(|job| certificate(job)).collect();
    let mut changed = false;
    for key in made {
        if tools.store.get(Kind::Secret, &key).is_none() {
            let word = api::base64::encode(b"made by kube-webhook-certgen");
            let data = json!({"ca": word, "cert": word, "key": word});
            let value = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {}, "type": "Opaque", "data": data});
            tools.insert(Kind::Secret, key, value);
            changed = true;
        }
    }
    changed
}

/// The Secret that a Job has made.
fn certificate(job: &Object) -> Option<ObjectKey> {
    let ran = |field: &str| job.status().field(field).number() > 0;
    let mut containers = job.spec().field("template").spec().field("containers").items();
    let container = containers.find(|it| it.field("image").text().contains("kube-webhook-certgen"))?;
    let mut args = container.field("args").texts();
    let name = |arg: &str| {
        arg.trim_start_matches('-')
            .strip_prefix("secret-name=")
            .map(str::to_owned)
    };
    let creates = args.clone().next() == Some("create") && (ran("active") || ran("succeeded"));
    let name = args.find_map(name).filter(|_| creates)?;
    Some(ObjectKey::new(job.namespace(), &name))
}

/// Reports what the controller takes up, and writes its addresses; true if anything changed.
///
/// Models: ingress-nginx internal/ingress/controller/store New (its event handlers), internal/ingress/status updateStatus (1.15).
/// Differs: the addresses are written at once, where a controller may take a minute.
pub(crate) fn publish(tools: &mut Tools) -> bool {
    let Some(controller) = controller(tools) else {
        return false;
    };
    if controller.pods.is_some() && make_certificates(tools) {
        return true;
    }
    if controller.pods.as_ref().is_some_and(Vec::is_empty) {
        return false;
    }
    let ingresses = tools.store.all(Kind::Ingress);
    let served: Vec<Rc<Object>> = ingresses
        .filter(|ingress| controller.serves(&tools.store, ingress))
        .cloned()
        .collect();
    let addresses = controller.addresses(&tools.store);
    let mut changed = false;
    for ingress in served {
        if tools.take_up(&ingress) {
            tools.event(&ingress, COMPONENT, "Sync", "Scheduled for sync");
            changed = true;
        }
        if ingress.status().field("loadBalancer").field("ingress").list() != addresses {
            let mut value = ingress.value.clone();
            set(&mut value, &["status", "loadBalancer"], json!({"ingress": addresses}));
            if addresses.is_empty() {
                set(&mut value, &["status", "loadBalancer"], json!({}));
            }
            changed |= !Rc::ptr_eq(&tools.replace(&ingress, value), &ingress);
        }
    }
    changed
}
