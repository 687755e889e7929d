//! ConfigMaps, Secrets, ServiceAccounts and PriorityClasses.
//!
//! Models: kubectl/pkg/describe ConfigMapDescriber, describeSecret, describeServiceAccount, describePriorityClass (v1.36).

use super::description::Description;
use crate::print::inline;
use api::{Fields, base64};
use cluster::Object;

pub(super) fn describe_config_map(out: &mut Description, map: &Object) {
    out.name_and_namespace(&map.value);
    out.labels_and_annotations(&map.value);
    out.line(0, "\nData\n====");
    for (key, text) in map.field("data").text_entries() {
        out.line(0, format_args!("{key}:\n----\n{text}\n"));
    }
    out.line(0, "\nBinaryData\n====");
    for (key, text) in map.field("binaryData").text_entries() {
        out.line(0, format_args!("{key}: {} bytes", bytes(text).len()));
    }
    out.line(0, "");
}

pub(super) fn describe_secret(out: &mut Description, secret: &Object) {
    out.name_and_namespace(&secret.value);
    out.labels_and_annotations(&secret.value);
    let kind = secret.field("type").text();
    out.line(0, format_args!("\nType:\t{kind}\n\nData\n===="));
    for (key, text) in secret.field("data").text_entries() {
        let bytes = bytes(text);
        if key == "token" && kind == "kubernetes.io/service-account-token" {
            out.field(0, key, String::from_utf8_lossy(&bytes));
        } else {
            out.field(0, key, format_args!("{} bytes", bytes.len()));
        }
    }
}

fn bytes(text: &str) -> Vec<u8> {
    base64::decode(text).unwrap_or_default()
}

pub(super) fn describe_service_account(out: &mut Description, account: &Object) {
    out.name_and_namespace(&account.value);
    out.labels_and_annotations(&account.value);
    let secrets = account.field("imagePullSecrets").list().iter();
    let names: Vec<&str> = secrets.map(|it| it.field("name").text()).collect();
    let mut title = "Image pull secrets:";
    if names.is_empty() {
        out.line(0, format_args!("{title}\t<none>"));
    }
    for name in names {
        out.line(0, format_args!("{title}\t{name}"));
        title = "                   ";
    }
}

pub(super) fn describe_priority_class(out: &mut Description, class: &Object) {
    out.field(0, "Name", class.name());
    out.field(0, "Value", class.field("value").number());
    out.field(0, "GlobalDefault", class.field("globalDefault").flag());
    out.field(0, "PreemptionPolicy", class.field("preemptionPolicy").text());
    out.field(0, "Description", class.field("description").text());
    let annotations = class.metadata().field("annotations").value;
    out.field(0, "Annotations", inline::labels(annotations));
}
