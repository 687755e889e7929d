//! What the API server accepts with a warning: the words after `Warning: `.

mod pod;
mod service;
mod volume;

use crate::at::At;
use crate::trail::Trail;
use crate::{Finding, Kind, Rule, Value, format, ip, quantity};

/// Warnings about a new object.
///
/// Models: each kind's registry strategy WarningsOnCreate (v1.36).
pub fn warnings_on_create(kind: Kind, object: &Value) -> Vec<Finding> {
    let object = At::root(object);
    match kind {
        Kind::Service => service::warnings(&object),
        Kind::Pod => pod::named(&object),
        Kind::DaemonSet => pod::template(&object),
        Kind::CronJob => {
            let mut warnings = name_of_pods(&object, "Pod names and hostnames");
            warnings.extend(pod::template(&object.field("spec").field("jobTemplate")));
            warnings
        }
        Kind::Deployment | Kind::ReplicaSet | Kind::ReplicationController | Kind::Job => {
            let mut warnings = name_of_pods(&object, "Pod names and hostnames");
            warnings.extend(pod::template(&object));
            warnings
        }
        Kind::StatefulSet => {
            let mut warnings = pod::template(&object);
            let claims = object.field("spec").field("volumeClaimTemplates");
            warnings.extend(claims.items().flat_map(|it| claim(&it.path, &it.field("spec"))));
            warnings.extend(kept_revisions(&object));
            warnings
        }
        Kind::Endpoints => endpoints(&object),
        Kind::EndpointSlice => {
            let domain_names = object.field("addressType").text() == "FQDN";
            let shown = At::root(object.value).field("spec").field("addressType").path;
            let words = (Rule::DomainNamesDeprecated, "FQDN endpoints are deprecated");
            let deprecated = || Finding::warning(shown, words).placed(object.field("addressType").path);
            let mut warnings: Vec<Finding> = domain_names.then(deprecated).into_iter().collect();
            warnings.extend(slice(&object));
            warnings
        }
        Kind::Node => node(&object),
        Kind::Ingress => ingress(&object).into_iter().collect(),
        Kind::PersistentVolume => volume::persistent(&object),
        Kind::PersistentVolumeClaim => {
            let annotations = object.field("metadata").field("annotations");
            let mut warnings: Vec<Finding> = volume::old_class(&annotations).into_iter().collect();
            let spec = object.field("spec");
            warnings.extend(claim(&spec.path, &spec));
            warnings
        }
        Kind::CSIDriver => logged_tokens(&object).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Models: pkg/registry/storage/csidriver/strategy.go WarningsOnCreate (v1.36).
fn logged_tokens(driver: &At) -> Option<Finding> {
    let spec = driver.field("spec");
    let apart = spec.field("serviceAccountTokenInSecrets");
    let words = "is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes";
    let is_told = !spec.field("tokenRequests").is_empty() && !apart.is_set();
    is_told.then(|| Finding::subject(apart.path, words).placed(spec.field("tokenRequests").path))
}

/// Warnings about a changed object; about its template only if the change made a new generation.
///
/// Models: each kind's registry strategy WarningsOnUpdate (v1.36).
pub fn warnings_on_update(kind: Kind, new: &Value, old: &Value) -> Vec<Finding> {
    let (object, before) = (At::root(new), At::root(old));
    let generation = |object: &At| object.field("metadata").field("generation").number();
    let template = |object: &At| {
        if generation(object) == generation(&before) {
            return Vec::new();
        }
        pod::template(object)
    };
    match kind {
        Kind::Service => service::warnings(&object),
        Kind::Deployment | Kind::ReplicaSet | Kind::DaemonSet | Kind::ReplicationController | Kind::Job => {
            template(&object)
        }
        Kind::CronJob => cron_job(&object, generation(&object) != generation(&before)),
        Kind::StatefulSet => {
            let mut warnings = template(&object);
            let claims = object.field("spec").field("volumeClaimTemplates");
            // Kubernetes names the field in another case here than it is written.
            let said = claims
                .items()
                .flat_map(|it| claim(&it.path.field("Spec"), &it.field("spec")));
            warnings.extend(said);
            warnings.extend(kept_revisions(&object));
            warnings
        }
        Kind::Endpoints => endpoints(&object),
        Kind::EndpointSlice => slice(&object),
        Kind::Node => node(&object),
        _ => Vec::new(),
    }
}

/// Warnings about a changed status.
///
/// Models: each kind's registry status strategy WarningsOnUpdate (v1.36), which names the point and not its address.
pub fn warnings_on_status_update(kind: Kind, new: &Value) -> Vec<Finding> {
    if !matches!(kind, Kind::Service | Kind::Ingress) {
        return Vec::new();
    }
    let points = At::root(new).field("status").field("loadBalancer").field("ingress");
    let given = points.items().filter(|it| !it.field("ip").text().is_empty());
    given
        .flat_map(|it| ip::warnings(&it.path, it.field("ip").text()))
        .collect()
}

fn name_of_pods(object: &At, used_in: &str) -> Vec<Finding> {
    let name = object.field("metadata").field("name");
    let forms = format::dns1123_label(name.text());
    if forms.is_empty() {
        return Vec::new();
    }
    let words = format!(
        "this is used in {used_in}, which can result in surprising behavior; a DNS label is recommended: [{}]",
        format::words(&forms, " ")
    );
    vec![Finding::warning(name.path, (Rule::PodNameNotLabel, words))]
}

/// Models: pkg/registry/batch/cronjob/strategy.go WarningsOnUpdate (v1.36), which says `spec` twice.
fn cron_job(object: &At, is_new: bool) -> Vec<Finding> {
    let mut warnings = Vec::new();
    if is_new {
        warnings.extend(pod::template(&object.field("spec").field("jobTemplate")));
    }
    let schedule = object.field("spec").field("schedule");
    if schedule.text().contains("TZ") {
        let words = "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details";
        warnings.push(Finding::message(schedule.path, words));
    }
    warnings
}

fn kept_revisions(set: &At) -> Option<Finding> {
    let limit = set.field("spec").field("revisionHistoryLimit");
    let words = "a negative value retains all historical revisions; a value >= 0 is recommended";
    (limit.number() < 0).then(|| Finding::warning(limit.path, (Rule::HistoryNegative, words)))
}

/// Models: pkg/api/persistentvolumeclaim GetWarningsForPersistentVolumeClaimSpec.
fn claim(shown: &Trail, spec: &At) -> Vec<Finding> {
    let resources = At {
        value: spec.field("resources").value,
        path: shown.field("resources"),
    };
    let amounts = ["requests", "limits"].map(|list| resources.field(list).key("storage"));
    let found = amounts.iter().filter_map(fraction);
    found.map(|it| it.moved(shown, &spec.path)).collect()
}

/// A warning about an amount that is not a whole number of bytes.
fn fraction(amount: &At) -> Option<Finding> {
    let canonical = quantity::canonical(amount.value).ok()?;
    // Amounts are looked at in thousandths, rounded up.
    let thousandths = quantity::nanos(&canonical)?.div_euclid(1_000_000);
    let exact = quantity::nanos(&canonical)?.rem_euclid(1_000_000) == 0;
    let thousandths = if exact { thousandths } else { thousandths + 1 };
    (thousandths % 1000 != 0).then(|| {
        let quoted = crate::go::quote(&canonical);
        let words = format!("fractional byte value {quoted} is invalid, must be an integer");
        Finding::warning(&amount.path, (Rule::BytesFractional, words))
    })
}

/// Models: endpointsWarnings.
fn endpoints(endpoints: &At) -> Vec<Finding> {
    let addresses = |subset: At| {
        let lists = [subset.field("addresses"), subset.field("notReadyAddresses")];
        let ips = lists.iter().flat_map(At::items).map(|it| it.field("ip"));
        ips.flat_map(|it| ip::warnings(&it.path, it.text())).collect::<Vec<_>>()
    };
    let words = "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice";
    let deprecated = Finding::message(endpoints.field("kind").path, (Rule::EndpointsDeprecated, words));
    let mut warnings = vec![deprecated];
    warnings.extend(endpoints.field("subsets").items().flat_map(addresses));
    warnings
}

/// Models: warnOnBadIPs.
fn slice(slice: &At) -> Vec<Finding> {
    let addresses = slice.field("endpoints").items();
    let addresses = addresses.flat_map(|it| it.field("addresses").items().collect::<Vec<_>>());
    addresses.flat_map(|it| ip::warnings(&it.path, it.text())).collect()
}

/// Models: nodeWarnings.
fn node(node: &At) -> Vec<Finding> {
    let spec = node.field("spec");
    let mut warnings = Vec::new();
    let external = spec.field("externalID");
    if !external.text().is_empty() {
        let words = "this field is deprecated, and is unused by Kubernetes";
        warnings.push(Finding::warning(external.path, (Rule::ExternalIdDeprecated, words)));
    }
    let ranges = spec.field("podCIDRs").items();
    warnings.extend(ranges.flat_map(|it| ip::range_warnings(&it.path, it.text())));
    warnings
}

fn ingress(ingress: &At) -> Option<Finding> {
    let annotation = "kubernetes.io/ingress.class";
    let annotated = ingress.field("metadata").field("annotations").key(annotation);
    (annotated.is_set() && !ingress.field("spec").field("ingressClassName").is_set()).then(|| {
        let words = format!("annotation \"{annotation}\" is deprecated, please use 'spec.ingressClassName' instead");
        Finding::message(annotated.path, (Rule::IngressClassDeprecated, words))
    })
}

#[cfg(test)]
mod tests;
