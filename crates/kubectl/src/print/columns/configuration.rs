//! The columns of configuration, limits, classes and ranges.
//!
//! Models: pkg/printers/internalversion/printers.go printSecret, printConfigMap, printResourceQuota, ... (v1.36).

use super::column::{AGE, Column, NAME, column, of_template};
use crate::print::inline;
use cluster::Object;

pub(super) const CONFIG_MAP: &[Column] = &[
    NAME,
    column("DATA", |_, it| (size(it, "data") + size(it, "binaryData")).to_string()),
    AGE,
];

pub(super) const IP_ADDRESS: &[Column] = &[NAME, column("PARENTREF", |_, it| parent(it))];

pub(super) const LEASE: &[Column] = &[
    NAME,
    column("HOLDER", |_, it| it.spec().field("holderIdentity").text().to_owned()),
    AGE,
];

pub(super) const POD_TEMPLATE: &[Column] = &[
    NAME,
    column("CONTAINERS", |_, it| of_template(it.field("template"), "name")),
    column("IMAGES", |_, it| of_template(it.field("template"), "image")),
    column("POD LABELS", |_, it| {
        inline::labels(it.field("template").metadata().field("labels").value)
    }),
];

pub(super) const PRIORITY_CLASS: &[Column] = &[
    NAME,
    column("VALUE", |_, it| it.field("value").number().to_string()),
    column("GLOBAL-DEFAULT", |_, it| it.field("globalDefault").flag().to_string()),
    AGE,
    column("PREEMPTIONPOLICY", |_, it| {
        it.field("preemptionPolicy").text().to_owned()
    }),
];

pub(super) const RESOURCE_QUOTA: &[Column] = &[
    NAME,
    column("REQUEST", |_, it| usage(it, false)),
    column("LIMIT", |_, it| usage(it, true)),
    AGE,
];

pub(super) const RUNTIME_CLASS: &[Column] = &[
    NAME,
    column("HANDLER", |_, it| it.field("handler").text().to_owned()),
    AGE,
];

pub(super) const SECRET: &[Column] = &[
    NAME,
    column("TYPE", |_, it| it.field("type").text().to_owned()),
    column("DATA", |_, it| size(it, "data").to_string()),
    AGE,
];

pub(super) const SERVICE_CIDR: &[Column] = &[
    NAME,
    column("CIDRS", |_, it| {
        let cidrs: Vec<_> = it.spec().field("cidrs").texts().collect();
        cidrs.join(",")
    }),
    AGE,
];

fn size(object: &Object, field: &str) -> usize {
    object.field(field).entries().count()
}

/// Models: printIPAddress.
fn parent(address: &Object) -> String {
    let parent = address.spec().field("parentRef");
    if !parent.is_set() {
        return "<none>".to_owned();
    }
    let text = |name: &str| parent.field(name).text();
    let mut words = text("resource").to_lowercase();
    for (separator, part) in [('.', text("group")), ('/', text("namespace"))] {
        if !part.is_empty() {
            words = format!("{words}{separator}{part}");
        }
    }
    format!("{words}/{}", text("name"))
}

/// What is used of each hard limit: of those that are named `limits.…`, or of all others.
fn usage(quota: &Object, of_limits: bool) -> String {
    let status = quota.status();
    let chosen = { status.field("hard").text_entries() }.filter(|(name, _)| name.starts_with("limits.") == of_limits);
    let texts: Vec<_> = chosen
        .map(|(name, hard)| {
            let used = status.field("used").field(name).as_text().unwrap_or("0");
            format!("{name}: {used}/{hard}")
        })
        .collect();
    texts.join(", ")
}
