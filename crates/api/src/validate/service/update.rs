use crate::at::At;
use crate::validate::service::{ONCE, is_headless, kind, load_balancer_class, validate};
use crate::view::{Service, ServiceType};
use crate::{Finding, Rule, Value};

/// Models: pkg/apis/core/validation ValidateServiceUpdate (v1.36), without its metadata.
pub fn update(new: &At, old: &At) -> Vec<Finding> {
    let (spec, before) = (new.field("spec"), old.field("spec"));
    let mut errors = cluster_ips_change(&spec, &before);
    errors.extend(families_change(&spec, &before));
    errors.extend(load_balancer_class(&spec, Some(&before)));
    let health_check = spec.field("healthCheckNodePort");
    let kept = Service::of_spec(spec.value).needs_health_check() && Service::of_spec(before.value).needs_health_check();
    if kept && health_check.number() != before.field("healthCheckNodePort").number() {
        errors.push(health_check.forbidden((Rule::Immutable, "field is immutable")));
    }
    errors.extend(validate(new, Some(old)));
    errors
}
/// Models: validateUpgradeDowngradeClusterIPs.
fn cluster_ips_change(spec: &At, before: &At) -> Vec<Finding> {
    if [spec, before]
        .into_iter()
        .any(|it| kind(it) == Some(ServiceType::ExternalName))
        || (is_headless(spec) && is_headless(before))
    {
        return Vec::new();
    }
    let ips = spec.field("clusterIPs");
    let (new, old) = (ips.texts(), before.field("clusterIPs").texts());
    let error = |index: usize, detail: (Rule, &str)| Finding::invalid(ips.path.index(index), list(&new), detail);
    let mut errors = Vec::new();
    if new.len() == old.len() {
        let changed = (0..old.len()).filter(|index| new.get(*index) != old.get(*index));
        errors.extend(changed.map(|index| error(index, ONCE)));
        return errors;
    }
    if new.is_empty() {
        errors.push(error(0, (Rule::FieldFixed, "primary clusterIP can not be unset")));
    } else if !old.is_empty() && new.first() != old.first() {
        errors.push(error(0, ONCE));
    }
    if old.len() > new.len() && new.len() == 1 {
        errors.extend(single_stack(spec, "clusterIP"));
    }
    errors
}

/// Models: validateUpgradeDowngradeIPFamilies.
fn families_change(spec: &At, before: &At) -> Vec<Finding> {
    let skipped = [spec, before]
        .into_iter()
        .any(|it| kind(it) == Some(ServiceType::ExternalName) || is_headless(it));
    if skipped {
        return Vec::new();
    }
    let families = spec.field("ipFamilies");
    let ips = spec.field("clusterIPs").texts();
    let (new, old) = (families.texts(), before.field("ipFamilies").texts());
    let error = |value: &[&str], detail: (Rule, &str)| Finding::invalid(families.path.index(0), list(value), detail);
    let mut errors = Vec::new();
    if new.len() == old.len() {
        let changed = new.iter().zip(&old).filter(|(new, old)| new != old);
        errors.extend(changed.map(|_| error(&new, ONCE)));
        return errors;
    }
    let released = old.len() > new.len();
    if released && ips.is_empty() {
        errors.push(error(&new, (Rule::FieldFixed, "primary ipFamily can not be unset")));
    }
    if !new.is_empty() && !old.is_empty() && new.first() != old.first() {
        errors.push(error(&ips, ONCE));
    }
    if released && new.len() == 1 {
        errors.extend(single_stack(spec, "ipFamily"));
    }
    errors
}

fn single_stack(spec: &At, what: &str) -> Option<Finding> {
    let policy = spec.field("ipFamilyPolicy");
    let words = format!("must be set to 'SingleStack' when releasing the secondary {what}");
    (policy.text() != "SingleStack").then(|| policy.invalid((Rule::SecondaryReleased, words)))
}

/// A list as Go prints it: an empty one is null.
fn list(texts: &[&str]) -> Value {
    if texts.is_empty() {
        Value::Null
    } else {
        texts.iter().copied().collect()
    }
}
