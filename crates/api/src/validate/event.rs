use crate::at::At;
use crate::trail::Trail;
use crate::validate::{meta, pod::print};
use crate::{Finding, FindingKind, FoundValue, Kind, Rule, format};

/// The fields of an event in the server's internal form, their names in `events.k8s.io`, and their structs.
const FIXED: [(&str, &str, Option<&str>); 13] = [
    ("involvedObject", "regarding", Some("ObjectReference")),
    ("reason", "reason", None),
    ("message", "note", None),
    ("source", "deprecatedSource", Some("EventSource")),
    ("firstTimestamp", "deprecatedFirstTimestamp", None),
    ("lastTimestamp", "deprecatedLastTimestamp", None),
    ("count", "deprecatedCount", None),
    ("type", "type", None),
    ("eventTime", "eventTime", None),
    ("action", "action", None),
    ("related", "related", Some("*ObjectReference")),
    ("reportingController", "reportingController", None),
    ("reportingInstance", "reportingInstance", None),
];

/// Models: pkg/apis/core/validation ValidateEventCreate (v1.36). Of an event of v1, metadata are looked at only where
/// nothing else is wrong.
pub fn create(kind: Kind, event: &At) -> Vec<Finding> {
    let metadata = event.field("metadata");
    let mut errors = legacy(kind, event);
    if kind == Kind::Event {
        if errors.is_empty() {
            errors.extend(meta::create(kind, &metadata));
        }
        return errors;
    }
    errors.extend(meta::create(kind, &metadata));
    errors.extend(series(event));
    let time = event.field("eventTime");
    if !time.is_set() {
        errors.push(time.required(""));
    }
    let kind = event.field("type");
    if !["Normal", "Warning"].contains(&kind.text()) {
        let words = format!("has invalid value: {}", kind.text());
        errors.push(Finding::invalid(kind.path, "", words));
    }
    let unset = |name: &'static str, is_set: bool| {
        is_set.then(|| Finding::invalid(Trail::default().field(name), "", "needs to be unset"))
    };
    errors.extend(unset(
        "firstTimestamp",
        event.field("deprecatedFirstTimestamp").is_set(),
    ));
    errors.extend(unset("lastTimestamp", event.field("deprecatedLastTimestamp").is_set()));
    errors.extend(unset("count", event.field("deprecatedCount").number() != 0));
    let source = event.field("deprecatedSource");
    let parts = ["component", "host"].map(|it| source.field(it).text());
    errors.extend(unset("source", parts.iter().any(|it| !it.is_empty())));
    errors
}

/// Models: ValidateEventUpdate, but for its metadata.
pub fn update(kind: Kind, event: &At, old: &At) -> Vec<Finding> {
    let mut errors = legacy(kind, event);
    if kind == Kind::Event {
        return errors;
    }
    if event.field("series").value != old.field("series").value {
        errors.extend(series(event));
    }
    for (name, own, of) in FIXED {
        let (new, old) = (event.field(own), old.field(own));
        if new.value == old.value {
            continue;
        }
        let path = Trail::default().field(name);
        let value = match of {
            Some(of) => FoundValue::Printed(print::compact(of, new.value)),
            None if new.is_set() || name.ends_with("ime") || name.ends_with("stamp") => {
                FoundValue::Json(new.value.clone())
            }
            None if name == "count" => FoundValue::Json(0.into()),
            None => FoundValue::Json("".into()),
        };
        let detail = (Rule::Immutable, "field is immutable");
        errors.push(Finding::new(FindingKind::Invalid, path, value, detail).placed(new.path));
    }
    errors
}

/// Models: validateV1EventSeries.
fn series(event: &At) -> Vec<Finding> {
    let series = event.field("series");
    let mut errors = Vec::new();
    if !series.is_set() {
        return errors;
    }
    let (count, seen) = (series.field("count"), series.field("lastObservedTime"));
    if count.number() < 2 {
        errors.push(Finding::invalid(count.path, "", "should be at least 2"));
    }
    if !seen.is_set() {
        errors.push(seen.required(""));
    }
    errors
}

/// Models: legacyValidateEvent, which names all as the server's own form does.
fn legacy(kind: Kind, event: &At) -> Vec<Finding> {
    let old = kind == Kind::Event;
    let named = |own: &'static str, name: &'static str| At {
        value: event.field(if old { name } else { own }).value,
        path: Trail::default().field(name),
    };
    let involved = named("regarding", "involvedObject").field("namespace");
    let namespace = event.field("metadata").field("namespace");
    let mut errors = Vec::new();
    let new = event.field("eventTime").is_set();
    let fits = match (involved.text(), namespace.text()) {
        ("", "" | "default") => true,
        ("", "kube-system") => new,
        ("", _) => false,
        (involved, namespace) => new || involved == namespace,
    };
    if !fits {
        let words = "does not match event.namespace";
        errors.push(Finding::invalid(involved.path.clone(), involved.text(), words));
    }
    if new {
        let controller = named(
            "reportingController",
            if old {
                "reportingComponent"
            } else {
                "reportingController"
            },
        );
        if controller.text().is_empty() {
            errors.push(controller.required(""));
        }
        let forms = format::label_key(controller.text()).into_iter();
        errors.extend(forms.map(|it| Finding::invalid(controller.path.clone(), controller.text(), it)));
        for (own, name, most) in [
            ("reportingInstance", "reportingInstance", 128),
            ("action", "action", 128),
            ("reason", "reason", 128),
            ("note", "message", 1024),
        ] {
            let field = named(own, name);
            if field.text().is_empty() && name != "message" {
                errors.push(field.required(""));
            }
            if field.text().len() > most {
                let words = format!("can have at most {most} characters");
                errors.push(Finding::invalid(field.path, "", words));
            }
        }
    }
    let forms = format::dns1123_subdomain(namespace.text()).into_iter();
    let path = Trail::default().field("namespace");
    errors.extend(forms.map(|it| Finding::invalid(path.clone(), namespace.text(), it)));
    errors
}
