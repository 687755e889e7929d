//! `minikube tunnel`: gives Services of type LoadBalancer their own cluster IP as the address of a load balancer, and leads the
//! machine outside there.

use crate::cluster::Cluster;
use crate::store::{Object, Tools, set};
use api::Kind;
use api::view::Service;
use serde_json::json;
use std::rc::Rc;

/// Writes the addresses; true if anything changed.
///
/// Models: minikube pkg/minikube/tunnel/loadbalancer_patcher.go PatchServices (1.37).
/// Differs: the addresses are written at once, where a tunnel looks every five seconds.
pub(crate) fn publish(tools: &mut Tools) -> bool {
    if !tools.has_tunnel {
        return false;
    }
    let without: Vec<Rc<Object>> = tools
        .store
        .all(Kind::Service)
        .filter(|it| lacks_address(it))
        .cloned()
        .collect();
    for service in &without {
        let address = Service::of(&service.value).cluster_ip().to_owned();
        let mut value = service.value.clone();
        let ingress = json!({"ingress": [{"ip": address, "ipMode": "VIP"}]});
        set(&mut value, &["status", "loadBalancer"], ingress);
        tools.replace(service, value);
    }
    !without.is_empty()
}

fn lacks_address(service: &Object) -> bool {
    let view = Service::of(&service.value);
    view.is_load_balancer() && view.ingress().len() == 0 && !view.cluster_ip().is_empty()
}

/// Whether a Service has its address from a tunnel.
fn is_tunnelled(service: &Object) -> bool {
    let view = Service::of(&service.value);
    let own = view.cluster_ip();
    view.is_load_balancer() && view.ingress().any(|ingress| ingress.ip() == own)
}

impl Cluster {
    /// Whether a tunnel is open from the machine outside.
    pub fn has_tunnel(&self) -> bool {
        self.tools.has_tunnel
    }

    /// Opens or closes the tunnel; closed, it takes the addresses back.
    pub fn set_tunnel(&mut self, open: bool) {
        self.tools.has_tunnel = open;
        if open {
            return;
        }
        let services = self.tools.store.all(Kind::Service);
        let given: Vec<Rc<Object>> = services.filter(|it| is_tunnelled(it)).cloned().collect();
        for service in given {
            let mut value = service.value.clone();
            set(&mut value, &["status", "loadBalancer"], json!({}));
            self.tools.replace(&service, value);
        }
    }
}
