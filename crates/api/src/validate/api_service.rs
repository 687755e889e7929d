use crate::at::At;
use crate::validate::webhook::port;
use crate::{Finding, base64, format};

/// Models: kube-aggregator/pkg/apis/apiregistration/validation ValidateAPIService (v1.36), without its metadata.
pub fn validate(service: &At) -> Vec<Finding> {
    let spec = service.field("spec");
    let [group, version] = ["group", "version"].map(|it| spec.field(it));
    let mut errors = Vec::new();
    let name = service.field("metadata").field("name");
    let required = format!("{}.{}", version.text(), group.text());
    if !name.text().is_empty() && format::path_segment_name(name.text()).is_empty() && name.text() != required {
        errors.push(name.invalid(format!("must be `spec.version+\".\"+spec.group`: \"{required}\"")));
    }
    if group.text().is_empty() {
        if version.text() != "v1" {
            errors.push(group.required("only v1 may have an empty group and it better be legacy kube"));
        }
    } else {
        errors.extend(group.invalid_each(format::dns1123_subdomain(group.text())));
    }
    errors.extend(version.invalid_each(format::dns1035_label(version.text())));
    for (field, most) in [("groupPriorityMinimum", 20_000), ("versionPriority", 1_000)] {
        let priority = spec.field(field);
        if !(1..=most).contains(&priority.number()) {
            let words = format!("must be positive and less than {most}");
            errors.push(Finding::invalid(priority.path.clone(), priority.number(), words));
        }
    }
    errors.extend(backend(&spec));
    errors
}

fn backend(spec: &At) -> Vec<Finding> {
    let [service, bundle, insecure] = ["service", "caBundle", "insecureSkipTLSVerify"].map(|it| spec.field(it));
    let mut errors = Vec::new();
    if !service.is_set() {
        if !bundle.text().is_empty() {
            let bytes = base64::decode(bundle.text()).map_or(0, |it| it.len());
            let words = "local APIServices may not have a caBundle";
            errors.push(Finding::invalid(bundle.path.clone(), format!("{bytes} bytes"), words));
        }
        if insecure.flag() {
            errors.push(insecure.invalid("local APIServices may not have insecureSkipTLSVerify"));
        }
        return errors;
    }
    for field in ["namespace", "name"] {
        let field = service.field(field);
        if field.text().is_empty() {
            errors.push(field.required(""));
        }
    }
    errors.extend(port(&service.field("port")));
    if insecure.flag() && !bundle.text().is_empty() {
        errors.push(insecure.invalid("may not be true if caBundle is present"));
    }
    errors
}

/// Models: ValidateAPIServiceStatus.
pub fn status(status: &At) -> Vec<Finding> {
    let statuses = status.field("conditions").items().map(|it| it.field("status"));
    let known = ["True", "False", "Unknown"];
    let foreign = statuses.filter(|it| !known.contains(&it.text()));
    foreign.map(|it| it.not_supported(&known)).collect()
}
