use api::{Fields, Value};

/// A pod's quality of service class, from its requests and limits.
///
/// Models: pkg/apis/core/v1/helper/qos/qos.go ComputePodQOS (v1.36).
pub(crate) fn qos_class(pod: &Value) -> &'static str {
    let whole = pod.spec().field("resources");
    let owners: Vec<&Value> = if whole.is_set() {
        vec![whole.value]
    } else {
        let lists = ["containers", "initContainers"];
        lists
            .iter()
            .flat_map(|it| pod.spec().field(it).list())
            .map(|container| container.field("resources").value)
            .collect()
    };
    let amount = |resources: &Value, part: &str, name: &str| {
        let text = resources.field(part).field(name).as_text();
        text.and_then(api::quantity::nanos).filter(|it| *it > 0)
    };
    let mut parts = owners.iter().map(|resources| {
        ["cpu", "memory"].map(|name| (amount(resources, "requests", name), amount(resources, "limits", name)))
    });
    let amounts: Vec<_> = parts.by_ref().flatten().collect();
    if amounts.iter().all(|it| *it == (None, None)) {
        return "BestEffort";
    }
    let asked = |of: usize| -> i128 { amounts.iter().skip(of).step_by(2).filter_map(|it| it.0).sum() };
    let allowed = |of: usize| -> i128 { amounts.iter().skip(of).step_by(2).filter_map(|it| it.1).sum() };
    let limited = amounts.iter().all(|(_, limit)| limit.is_some());
    let equal = [0, 1].into_iter().all(|of| asked(of) == allowed(of));
    if limited && equal { "Guaranteed" } else { "Burstable" }
}
