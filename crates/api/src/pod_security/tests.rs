use super::*;
use serde_json::json;

fn standard(level: Level, version: Version) -> Standard {
    Standard { level, version }
}

fn words(pod: &Value, level: Level, version: Version) -> String {
    violation(Kind::Pod, pod, standard(level, version)).map_or_else(String::new, |it| it.words)
}

#[test]
fn labels_choose_levels_and_versions() {
    let policy = |labels: Value| Policy::of_namespace(&json!({"metadata": {"labels": labels}}));
    assert!(policy(json!({"app": "web"})).is_privileged());

    let enforced = policy(json!({ENFORCE: "restricted", ENFORCE_VERSION: "v1.24"}));
    assert_eq!(enforced.enforce.to_string(), "restricted:v1.24");
    assert_eq!(enforced.warn, enforced.enforce, "who refuses warns as well");

    let laxer = policy(json!({ENFORCE: "restricted", WARN: "privileged"}));
    assert_eq!(laxer.warn.level, Level::Privileged);

    let wrong = policy(json!({ENFORCE: "strict", ENFORCE_VERSION: "1.24", AUDIT_VERSION: "v1.024", WARN: ""}));
    assert_eq!(wrong.enforce.to_string(), "restricted:latest");
    assert_eq!(wrong.warn.level, Level::Privileged);
    let errors: Vec<String> = wrong.errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        [
            "metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: \"strict\": must be one of privileged, baseline, restricted",
            "metadata.labels[pod-security.kubernetes.io/enforce-version]: Invalid value: \"1.24\": must be \"latest\" or \"v1.x\"",
            "metadata.labels[pod-security.kubernetes.io/audit-version]: Invalid value: \"v1.024\": must be \"latest\" or \"v1.x\"",
            "metadata.labels[pod-security.kubernetes.io/warn]: Invalid value: \"\": must be one of privileged, baseline, restricted",
        ]
    );
}

#[test]
fn older_versions_ask_less() {
    let pod =
        json!({"spec": {"containers": [{"name": "c", "securityContext": {"runAsNonRoot": true, "runAsUser": 0}}]}});
    let escalation =
        "allowPrivilegeEscalation != false (container \"c\" must set securityContext.allowPrivilegeEscalation=false)";
    let at = |minor| words(&pod, Level::Restricted, Version::Minor(minor));
    assert_eq!(at(7), "");
    assert_eq!(at(18), escalation);
    assert!(
        at(19).starts_with(escalation) && at(19).contains("seccompProfile"),
        "{}",
        at(19)
    );
    assert!(!at(21).contains("capabilities") && at(22).contains("unrestricted capabilities"));
    assert!(
        !at(22).contains("runAsUser=0") && at(23).contains("runAsUser=0 (container \"c\" must not set runAsUser=0)")
    );
    assert_eq!(at(99), words(&pod, Level::Restricted, Version::Latest));
}

#[test]
fn each_container_that_breaks_a_rule_is_named_and_the_first_is_where_to_look() {
    let add = |name: &str, added: Value| json!({"name": name, "securityContext": {"capabilities": {"add": added}}});
    let pod = json!({"spec": {
        "initContainers": [add("i", json!(["SYS_TIME"]))],
        "containers": [add("a", json!(["CHOWN"])), add("b", json!(["NET_ADMIN", "SYS_TIME"]))],
        "ephemeralContainers": [add("e", json!(["NET_RAW"]))],
    }});
    let found = violation(Kind::Pod, &pod, standard(Level::Baseline, Version::Latest)).unwrap();
    assert_eq!(
        found.words,
        "non-default capabilities (containers \"i\", \"b\", \"e\" must not include \"NET_ADMIN\", \"NET_RAW\", \"SYS_TIME\" in securityContext.capabilities.add)"
    );
    assert_eq!(found.reasons, "non-default capabilities");
    assert_eq!(
        found.at.to_string(),
        "spec.initContainers[0].securityContext.capabilities.add"
    );
}
