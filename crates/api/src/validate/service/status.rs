use crate::at::At;
use crate::trail::Trail;
use crate::validate::service::kind;
use crate::view::ServiceType;
use crate::{Finding, format, ip};

/// Models: pkg/apis/core/validation ValidateLoadBalancerStatus (v1.36).
pub fn status(new: &At, old: &At) -> Vec<Finding> {
    let ingress = new.field("status").field("loadBalancer").field("ingress");
    let mut errors = Vec::new();
    if kind(&new.field("spec")) != Some(ServiceType::LoadBalancer) && !ingress.is_empty() {
        let path = Trail::default().field("status").field("loadBalancer").field("ingress");
        errors.push(Finding::forbidden(
            path,
            "may only be used when `spec.type` is 'LoadBalancer'",
        ));
        return errors;
    }
    let before = old.field("status").field("loadBalancer").field("ingress");
    let accepted: Vec<&str> = before.items().map(|it| it.field("ip").text()).collect();
    for point in ingress.items() {
        let (address, mode, hostname) = (point.field("ip"), point.field("ipMode"), point.field("hostname"));
        if !address.text().is_empty() {
            errors.extend(ip::validate(&address.path, address.text(), &accepted));
        }
        if mode.is_set() && address.text().is_empty() {
            errors.push(mode.forbidden("may not be specified when `ip` is not set"));
        } else if !mode.is_set() && !address.text().is_empty() {
            errors.push(mode.required("must be specified when `ip` is set"));
        } else {
            errors.extend(mode.one_of_if_set(&["Proxy", "VIP"]));
        }
        if !hostname.text().is_empty() {
            errors.extend(hostname.invalid_each(format::dns1123_subdomain(hostname.text())));
            if ip::sloppy(hostname.text()).is_some() {
                errors.push(hostname.invalid("must be a DNS name, not an IP address"));
            }
        }
    }
    errors
}
