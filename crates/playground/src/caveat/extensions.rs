//! What extends a cluster and has no part here: webhooks, expressions, other API servers, signers, drivers.

use api::{Kind, Value};
use cluster::{Cluster, Object};

/// The rules of a definition that are expressions.
const RULES: &str = "x-kubernetes-validations";
const HOOKS: [Kind; 2] = [Kind::MutatingWebhookConfiguration, Kind::ValidatingWebhookConfiguration];
const POLICIES: [Kind; 2] = [Kind::MutatingAdmissionPolicy, Kind::ValidatingAdmissionPolicy];

/// A sentence for each object that asks for what nobody carries out.
pub(super) fn of_extensions(cluster: &Cluster) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut say = |kind: Kind, what: fn(&Object) -> Option<&'static str>| {
        if cluster.has_any(kind) {
            let objects = cluster.list(kind, None);
            let said = objects
                .iter()
                .filter_map(|it| Some(format!("{}: {}", it.name(), what(it)?)));
            sentences.extend(said);
        }
    };
    for kind in HOOKS {
        say(kind, |_| {
            Some("webhooks are not asked here: they refuse nothing and change nothing")
        });
    }
    for kind in POLICIES {
        say(kind, |_| {
            Some("its expressions (CEL) are not evaluated here: it refuses nothing and changes nothing")
        });
    }
    say(Kind::CustomResourceDefinition, of_definition);
    say(Kind::APIService, |service| {
        let is_remote = service.field("spec").field("service").is_set();
        is_remote.then_some("the API server behind it is taken to answer, and serves no kinds here")
    });
    say(Kind::CertificateSigningRequest, |_| {
        Some("nobody approves or signs requests for certificates here")
    });
    for kind in [Kind::DeviceClass, Kind::ResourceClaim] {
        say(kind, |_| Some("no driver offers devices here: claims stay pending"));
    }
    sentences
}

fn of_definition(definition: &Object) -> Option<&'static str> {
    let spec = definition.field("spec");
    if spec.field("conversion").field("strategy") == "Webhook" {
        return Some("its webhook for conversion is not asked here: versions differ in nothing but apiVersion");
    }
    let mut versions = spec.field("versions").items();
    let has_rules = versions.any(|it| has_rules(it.field("schema").value));
    has_rules.then_some(
        "the rules of its schema that are expressions (CEL, x-kubernetes-validations) are not evaluated here",
    )
}

fn has_rules(schema: &Value) -> bool {
    match schema {
        Value::Object(fields) => fields.contains_key(RULES) || fields.values().any(has_rules),
        Value::Array(items) => items.iter().any(has_rules),
        _ => false,
    }
}
