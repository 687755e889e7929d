//! The columns of roles, admission, certificates, flow control, drivers and devices.
//!
//! Models: pkg/printers/internalversion/printers.go printRoleBinding, printValidatingWebhook, … (v1.36).

use super::column::{AGE, Column, NAME, column, none_if_empty, wide};
use crate::print::{age, inline};
use api::Cursor;
use cluster::Object;

pub(super) const BINDING: &[Column] = &[
    NAME,
    column("ROLE", |_, it| {
        let role = it.field("roleRef");
        format!("{}/{}", role.field("kind").text(), role.field("name").text())
    }),
    AGE,
    wide("USERS", |_, it| subjects(it, "User")),
    wide("GROUPS", |_, it| subjects(it, "Group")),
    wide("SERVICEACCOUNTS", |_, it| subjects(it, "ServiceAccount")),
];

fn subjects(binding: &Object, kind: &str) -> String {
    let chosen = { binding.field("subjects").items() }.filter(|it| it.field("kind").text() == kind);
    let names: Vec<_> = chosen
        .map(|it| match kind {
            "ServiceAccount" => format!("{}/{}", it.field("namespace").text(), it.field("name").text()),
            _ => it.field("name").text().to_owned(),
        })
        .collect();
    names.join(", ")
}

pub(super) const WEBHOOKS: &[Column] = &[NAME, column("WEBHOOKS", |_, it| length(it.field("webhooks"))), AGE];

pub(super) const VALIDATING_POLICY: &[Column] = &[
    NAME,
    column("VALIDATIONS", |_, it| length(it.field("spec").field("validations"))),
    column("PARAMKIND", |_, it| parameter_kind(it)),
    AGE,
];

pub(super) const MUTATING_POLICY: &[Column] = &[
    NAME,
    column("MUTATIONS", |_, it| length(it.field("spec").field("mutations"))),
    column("PARAMKIND", |_, it| parameter_kind(it)),
    AGE,
];

pub(super) const POLICY_BINDING: &[Column] = &[
    NAME,
    column("POLICYNAME", |_, it| text(it.field("spec"), "policyName")),
    column("PARAMREF", |_, it| parameter(it.field("spec").field("paramRef"))),
    AGE,
];

fn parameter_kind(policy: &Object) -> String {
    match policy.field("spec").field("paramKind").if_set() {
        None => "<unset>".to_owned(),
        Some(kind) => format!("{}/{}", kind.field("apiVersion").text(), kind.field("kind").text()),
    }
}

fn parameter(reference: Cursor<'_>) -> String {
    let (namespace, name) = (reference.field("namespace").text(), reference.field("name").text());
    let selector = reference.field("selector");
    match (namespace, name) {
        (_, "") if selector.is_set() => inline::selector(selector.value),
        (_, "") => "<unset>".to_owned(),
        ("", name) => format!("*/{name}"),
        (namespace, name) => format!("{namespace}/{name}"),
    }
}

/// Models: printCertificateSigningRequest, extractCSRStatus.
pub(super) const CERTIFICATE_REQUEST: &[Column] = &[
    NAME,
    AGE,
    column("SIGNERNAME", |_, it| {
        none_if_empty(text(it.field("spec"), "signerName"))
    }),
    column("REQUESTOR", |_, it| text(it.field("spec"), "username")),
    column("REQUESTEDDURATION", |_, it| {
        let seconds = it.field("spec").field("expirationSeconds").as_number();
        seconds.map_or_else(|| "<none>".to_owned(), age::human)
    }),
    column("CONDITION", |_, it| inline::certificate_status(it.field("status"))),
];

pub(super) const FLOW_SCHEMA: &[Column] = &[
    NAME,
    column("PRIORITYLEVEL", |_, it| {
        text(it.field("spec").field("priorityLevelConfiguration"), "name")
    }),
    column("MATCHINGPRECEDENCE", |_, it| {
        it.field("spec").field("matchingPrecedence").number().to_string()
    }),
    column("DISTINGUISHERMETHOD", |_, it| {
        none_if_empty(text(it.field("spec").field("distinguisherMethod"), "type"))
    }),
    AGE,
    column("MISSINGPL", |_, it| {
        let dangling = it.field("status").field("conditions").find("type", "Dangling");
        dangling.map_or_else(|| "?".to_owned(), |it| text(it, "status"))
    }),
];

pub(super) const PRIORITY_LEVEL: &[Column] = &[
    NAME,
    column("TYPE", |_, it| text(it.field("spec"), "type")),
    column("NOMINALCONCURRENCYSHARES", |_, it| {
        number(it.field("spec").field("limited"), "nominalConcurrencyShares")
    }),
    column("QUEUES", |_, it| queuing(it, "queues")),
    column("HANDSIZE", |_, it| queuing(it, "handSize")),
    column("QUEUELENGTHLIMIT", |_, it| queuing(it, "queueLengthLimit")),
    AGE,
];

fn queuing(level: &Object, field: &str) -> String {
    let response = level.field("spec").field("limited").field("limitResponse");
    number(response.field("queuing"), field)
}

fn number(owner: Cursor<'_>, field: &str) -> String {
    match owner.if_set() {
        None => "<none>".to_owned(),
        Some(owner) => owner.field(field).number().to_string(),
    }
}

pub(super) const CSI_NODE: &[Column] = &[
    NAME,
    column("DRIVERS", |_, it| length(it.field("spec").field("drivers"))),
    AGE,
];

pub(super) const CSI_DRIVER: &[Column] = &[
    NAME,
    column("ATTACHREQUIRED", |_, it| {
        let flag = it.field("spec").field("attachRequired").as_flag();
        flag.unwrap_or(true).to_string()
    }),
    column("PODINFOONMOUNT", |_, it| flag(it, "podInfoOnMount")),
    column("STORAGECAPACITY", |_, it| flag(it, "storageCapacity")),
    column("TOKENREQUESTS", |_, it| {
        let requests = it.field("spec").field("tokenRequests");
        let audiences: Vec<_> = requests.items().map(|it| it.field("audience").text()).collect();
        if requests.is_set() {
            audiences.join(",")
        } else {
            "<unset>".to_owned()
        }
    }),
    column("REQUIRESREPUBLISH", |_, it| flag(it, "requiresRepublish")),
    column("MODES", |_, it| {
        let modes: Vec<_> = it.field("spec").field("volumeLifecycleModes").texts().collect();
        none_if_empty(modes.join(","))
    }),
    AGE,
];

fn flag(driver: &Object, field: &str) -> String {
    driver.field("spec").field(field).flag().to_string()
}

pub(super) const CSI_STORAGE_CAPACITY: &[Column] = &[
    NAME,
    column("STORAGECLASSNAME", |_, it| {
        it.field("storageClassName").text().to_owned()
    }),
    column("CAPACITY", |_, it| {
        it.field("capacity").as_text().unwrap_or("<unset>").to_owned()
    }),
];

pub(super) const VOLUME_ATTACHMENT: &[Column] = &[
    NAME,
    column("ATTACHER", |_, it| text(it.field("spec"), "attacher")),
    column("PV", |_, it| {
        text(it.field("spec").field("source"), "persistentVolumeName")
    }),
    column("NODE", |_, it| text(it.field("spec"), "nodeName")),
    column("ATTACHED", |_, it| {
        it.field("status").field("attached").flag().to_string()
    }),
    AGE,
];

pub(super) const VOLUME_ATTRIBUTES_CLASS: &[Column] = &[
    NAME,
    column("DRIVERNAME", |_, it| it.field("driverName").text().to_owned()),
    AGE,
];

/// Models: printResourceClaim, resourceClaimState.
pub(super) const RESOURCE_CLAIM: &[Column] = &[
    NAME,
    column("STATE", |_, it| {
        let status = it.field("status");
        let allocated = status.field("allocation").is_set();
        let states = [
            (it.is_terminating(), "deleted"),
            (!allocated && !it.is_terminating(), "pending"),
            (allocated, "allocated"),
            (allocated && !status.field("reservedFor").is_empty(), "reserved"),
        ];
        let words: Vec<_> = { states.into_iter() }
            .filter_map(|(holds, word)| holds.then_some(word))
            .collect();
        words.join(",")
    }),
    AGE,
];

pub(super) const RESOURCE_SLICE: &[Column] = &[
    NAME,
    column("NODE", |_, it| text(it.field("spec"), "nodeName")),
    column("DRIVER", |_, it| text(it.field("spec"), "driver")),
    column("POOL", |_, it| text(it.field("spec").field("pool"), "name")),
    AGE,
];

/// Models: kube-aggregator/pkg/registry/apiservice/etcd/etcd.go ConvertToTable (v1.36).
pub(super) const API_SERVICE: &[Column] = &[
    NAME,
    column("SERVICE", |_, it| match it.field("spec").field("service").if_set() {
        None => "Local".to_owned(),
        Some(service) => format!("{}/{}", text(service, "namespace"), text(service, "name")),
    }),
    column("AVAILABLE", |_, it| {
        match it.field("status").field("conditions").find("type", "Available") {
            None => "Unknown".to_owned(),
            Some(condition) if text(condition, "status") == "True" || condition.field("reason").is_empty() => {
                text(condition, "status")
            }
            Some(condition) => format!("{} ({})", text(condition, "status"), text(condition, "reason")),
        }
    }),
    AGE,
];

fn length(list: Cursor<'_>) -> String {
    list.list().len().to_string()
}

fn text(owner: Cursor<'_>, field: &str) -> String {
    owner.field(field).text().to_owned()
}
