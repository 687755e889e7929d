use crate::at::At;
use crate::validate::service::number_or_name;
use crate::{Finding, Rule, Value, format};

const NOT_NEGATIVE: (Rule, &str) = (Rule::NotNegative, "must be greater than or equal to 0");
const ONE_HANDLER: (Rule, &str) = (Rule::HandlersTooMany, "may not specify more than 1 handler type");

/// Hooks and probes of a container.
///
/// Models: pkg/apis/core/validation validateLifecycle, validateLivenessProbe, validateReadinessProbe,
/// validateStartupProbe (v1.36).
pub fn all(container: &At, pod: &At) -> Vec<Finding> {
    let mut errors = lifecycle(&container.field("lifecycle"), pod);
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
        let probe = container.field(name);
        if !probe.is_set() {
            continue;
        }
        errors.extend(common(&probe, pod));
        let (grace, success) = (
            probe.field("terminationGracePeriodSeconds"),
            probe.field("successThreshold"),
        );
        if name == "readinessProbe" {
            if grace.is_set() {
                errors.push(grace.invalid("must not be set for readinessProbes"));
            }
        } else if success.number() != 1 {
            errors.push(success.invalid((Rule::ProbeSuccesses, "must be 1")));
        }
    }
    errors
}

/// Models: validateProbe.
fn common(probe: &At, pod: &At) -> Vec<Finding> {
    let mut errors = handler(probe, pod, Rule::ProbeHandlerMissing);
    let numbers = [
        "initialDelaySeconds",
        "timeoutSeconds",
        "periodSeconds",
        "successThreshold",
        "failureThreshold",
    ];
    let negative = numbers.iter().map(|it| probe.field(it)).filter(|it| it.number() < 0);
    errors.extend(negative.map(|it| it.invalid(NOT_NEGATIVE)));
    let grace = probe.field("terminationGracePeriodSeconds");
    if grace.is_set() && grace.number() <= 0 {
        errors.push(grace.invalid("must be greater than 0"));
    }
    errors
}

fn lifecycle(lifecycle: &At, pod: &At) -> Vec<Finding> {
    let hooks = ["postStart", "preStop"].map(|it| lifecycle.field(it));
    let given = hooks.iter().filter(|it| it.is_set());
    given
        .flat_map(|hook| handler(hook, pod, Rule::HookHandlerMissing))
        .collect()
}

/// Models: validateHandler.
fn handler(owner: &At, pod: &At, missing: Rule) -> Vec<Finding> {
    let kinds = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"].map(|name| (name, owner.field(name)));
    let mut given = kinds.iter().filter(|(_, it)| it.is_set());
    let Some((name, first)) = given.next() else {
        return vec![owner.required((missing, "must specify a handler type"))];
    };
    let mut errors = match *name {
        "exec" if first.field("command").is_empty() => vec![first.field("command").required("")],
        "httpGet" => http_get(first),
        "tcpSocket" | "grpc" => number_or_name(&first.field("port")),
        "sleep" => sleep(first, pod).into_iter().collect(),
        _ => Vec::new(),
    };
    errors.extend(given.map(|(_, it)| it.forbidden(ONE_HANDLER)));
    errors
}

fn http_get(get: &At) -> Vec<Finding> {
    let path = get.field("path");
    let mut errors = Vec::new();
    if path.text().is_empty() {
        errors.push(path.required(""));
    }
    errors.extend(number_or_name(&get.field("port")));
    errors.extend(get.field("scheme").one_of_if_set(&["HTTP", "HTTPS"]));
    let headers = get.field("httpHeaders");
    for name in headers.items().map(|it| it.field("name")) {
        let forms = format::http_header_name(name.text()).into_iter();
        errors.extend(forms.map(|it| Finding::invalid(headers.path.clone(), name.text(), it).placed(&name.path)));
    }
    errors
}

/// Models: validateSleepAction.
fn sleep(sleep: &At, pod: &At) -> Option<Finding> {
    let grace = pod.field("terminationGracePeriodSeconds");
    let seconds = sleep.field("seconds").number();
    let fits = !grace.is_set() || (0..=grace.number()).contains(&seconds);
    (!fits).then(|| {
        let words = format!(
            "must be non-negative and less than terminationGracePeriodSeconds ({})",
            grace.number()
        );
        Finding::invalid(sleep.path.clone(), Value::from(seconds), words)
    })
}
