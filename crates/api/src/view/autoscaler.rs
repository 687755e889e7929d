/// The types of an autoscaler's metrics, each with the field that describes it.
pub const METRIC_SOURCES: [(&str, &str); 5] = [
    ("ContainerResource", "containerResource"),
    ("External", "external"),
    ("Object", "object"),
    ("Pods", "pods"),
    ("Resource", "resource"),
];

/// The field that describes a metric of a type; `None` if there is no such type.
pub fn metric_source(kind: &str) -> Option<&'static str> {
    let known = METRIC_SOURCES.iter().find(|(name, _)| *name == kind);
    known.map(|(_, field)| *field)
}
