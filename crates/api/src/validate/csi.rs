//! What storage drivers say of themselves: CSIDriver, CSINode, CSIStorageCapacity, VolumeAttachment.

use crate::at::At;
use crate::validate::pod::print;
use crate::validate::pod::volume::csi_driver;
use crate::validate::selector;
use crate::{Finding, Rule, Value, format};

const MIN_TOKEN_SECONDS: i64 = 600;
const MAX_TOKEN_SECONDS: i64 = 1 << 32;
const MAX_NODE_ID: usize = 256;
const MIN_UPDATE_SECONDS: i64 = 10;
const IMMUTABLE: (Rule, &str) = (Rule::Immutable, "field is immutable");

/// Models: pkg/apis/storage/validation validateCSIDriverSpec (v1.36); what it requires has defaults.
pub fn driver(driver: &At) -> Vec<Finding> {
    let spec = driver.field("spec");
    let mut errors = Vec::new();
    let groups = ["File", "None", "ReadWriteOnceWithFSType"];
    errors.extend(spec.field("fsGroupPolicy").one_of_if_set(&groups));
    let tokens = spec.field("tokenRequests");
    errors.extend(token_requests(&tokens));
    let modes = spec.field("volumeLifecycleModes");
    for mode in modes.items() {
        let known = ["Persistent", "Ephemeral"];
        if !known.contains(&mode.text()) {
            let finding = Finding::not_supported(modes.path.clone(), mode.text(), &known);
            errors.push(finding.placed(mode.path));
        }
    }
    let period = spec.field("nodeAllocatableUpdatePeriodSeconds");
    if period.is_set() && period.number() < MIN_UPDATE_SECONDS {
        errors.push(period.invalid("must be greater than or equal to 10 seconds"));
    }
    let secrets = spec.field("serviceAccountTokenInSecrets");
    if secrets.is_set() && tokens.is_empty() {
        errors.push(secrets.invalid("serviceAccountTokenInSecrets is set but no tokenRequests are specified"));
    }
    errors
}

/// Models: validateTokenRequests.
fn token_requests(requests: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mut audiences = Vec::new();
    for request in requests.items() {
        let (audience, seconds) = (request.field("audience"), request.field("expirationSeconds"));
        if audiences.contains(&audience.text()) {
            errors.push(Finding::duplicate(audience.path.clone(), audience.text()));
            continue;
        }
        audiences.push(audience.text());
        if !seconds.is_set() {
            continue;
        }
        if seconds.number() < MIN_TOKEN_SECONDS {
            errors.push(seconds.invalid("may not specify a duration less than 10 minutes"));
        }
        if seconds.number() > MAX_TOKEN_SECONDS {
            errors.push(seconds.invalid("may not specify a duration larger than 2^32 seconds"));
        }
    }
    errors
}

/// Models: ValidateCSIDriverUpdate, which names a field that there is not.
pub fn driver_update(new: &At, old: &At) -> Vec<Finding> {
    let mut errors = driver(new);
    let (new, old) = (new.field("spec"), old.field("spec"));
    for (field, shown) in [
        ("attachRequired", "attachedRequired"),
        ("volumeLifecycleModes", "volumeLifecycleModes"),
    ] {
        let (now, then) = (new.field(field), old.field(field));
        if now.value != then.value {
            let finding = Finding::invalid(new.field(shown).path, now.value.clone(), IMMUTABLE);
            errors.push(finding.placed(now.path));
        }
    }
    errors
}

/// Models: validateCSINodeDrivers.
pub fn node(node: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mut names = Vec::new();
    for driver in node.field("spec").field("drivers").items() {
        let [name, id] = ["name", "nodeID"].map(|it| driver.field(it));
        errors.extend(csi_driver(&name));
        if id.text().is_empty() {
            errors.push(id.required(""));
        }
        if id.text().len() > MAX_NODE_ID {
            errors.push(id.invalid(format!("must be {MAX_NODE_ID} characters or less")));
        }
        errors.extend(non_negative(&driver.field("allocatable").field("count")));
        if names.contains(&name.text()) {
            errors.push(name.duplicate());
        }
        names.push(name.text());
        errors.extend(topology_keys(&driver));
    }
    errors
}

fn non_negative(amount: &At) -> Option<Finding> {
    let is_negative = amount.number() < 0 || amount.text().starts_with('-');
    is_negative.then(|| amount.invalid((Rule::NotNegative, "must be greater than or equal to 0")))
}

/// Wrong keys are reported at their driver.
fn topology_keys(driver: &At) -> Vec<Finding> {
    let mut errors = Vec::new();
    let mut seen = Vec::new();
    for key in driver.field("topologyKeys").items() {
        let place = |finding: Finding| finding.placed(key.path.clone());
        if key.text().is_empty() {
            errors.push(place(driver.required("")));
        }
        if seen.contains(&key.text()) {
            errors.push(place(Finding::duplicate(driver.path.clone(), key.text())));
        }
        seen.push(key.text());
        let forms = format::label_key(key.text()).into_iter();
        errors.extend(forms.map(|it| place(Finding::invalid(driver.path.clone(), key.text(), it))));
    }
    errors
}

/// Models: ValidateCSINodeUpdate: of a driver only the number of volumes may change.
pub fn node_update<'a>(new: &At<'a>, old: &At<'a>) -> Vec<Finding> {
    let mut errors = node(new);
    let drivers = |node: &At<'a>| node.field("spec").field("drivers");
    for before in drivers(old).items() {
        for now in drivers(new).items() {
            let is_same = |field| now.field(field).value == before.field(field).value;
            if is_same("name") && !(is_same("nodeID") && is_same("topologyKeys")) {
                let mut printed = now.value.clone();
                printed["allocatable"] = Value::Null;
                let printed = print::compact("CSINodeDriver", &printed);
                let finding = Finding::invalid_struct(drivers(new).path, printed, IMMUTABLE);
                errors.push(finding.placed(now.path));
            }
        }
    }
    errors
}

/// Models: ValidateCSIStorageCapacity, without its metadata.
pub fn capacity(capacity: &At) -> Vec<Finding> {
    let class = capacity.field("storageClassName");
    let mut errors = selector::validate(&capacity.field("nodeTopology"));
    let forms = format::dns1123_subdomain(class.text()).into_iter();
    errors.extend(forms.map(|it| Finding::invalid(class.path.clone(), class.text(), it)));
    errors.extend(non_negative(&capacity.field("capacity")));
    errors
}

/// Models: ValidateCSIStorageCapacityUpdate.
pub fn capacity_update(new: &At, old: &At) -> Vec<Finding> {
    let fields = ["nodeTopology", "storageClassName"].into_iter();
    let changed = fields.filter(|it| new.field(it).value != old.field(it).value);
    changed.map(|it| new.field(it).invalid(IMMUTABLE)).collect()
}

/// Models: ValidateVolumeAttachment, without its metadata.
/// Differs: a volume within an attachment is not judged.
pub fn attachment(attachment: &At) -> Vec<Finding> {
    let spec = attachment.field("spec");
    let source = spec.field("source");
    let (volume, inline) = (source.field("persistentVolumeName"), source.field("inlineVolumeSpec"));
    let mut errors = csi_driver(&spec.field("attacher"));
    let exclusive = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
    match (volume.is_set(), inline.is_set()) {
        (false, false) => errors.push(source.required(exclusive)),
        (true, true) => errors.push(source.forbidden(exclusive)),
        (true, false) if volume.text().is_empty() => {
            errors.push(volume.required("must specify non empty persistentVolumeName"));
        }
        _ => {}
    }
    let node = spec.field("nodeName");
    let forms = format::dns1123_subdomain(node.text()).into_iter();
    errors.extend(forms.map(|it| Finding::invalid(node.path.clone(), node.text(), it)));
    if volume.is_set() {
        errors.extend(volume.invalid_each(format::dns1123_subdomain(volume.text())));
    }
    errors
}

/// Models: ValidateVolumeAttachmentUpdate.
pub fn attachment_update(new: &At, old: &At) -> Vec<Finding> {
    let mut errors = attachment(new);
    let spec = new.field("spec");
    if spec.value != old.field("spec").value {
        let printed = print::compact("VolumeAttachmentSpec", spec.value);
        errors.push(Finding::invalid_struct(spec.path, printed, IMMUTABLE));
    }
    errors
}
