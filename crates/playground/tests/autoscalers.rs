//! Autoscalers on a cluster without metrics.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use playground::replay;
use serde_json::{Value, json};

const TEXT: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  minReplicas: 2
  maxReplicas: 4
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]
";

/// What each of some lines prints; `sleep N` lets seconds pass.
fn said(text: &str, lines: &[&str]) -> Vec<String> {
    let step = |line: &&str| match line.strip_prefix("sleep ") {
        // Waiting for what never comes takes as long as it may.
        Some(seconds) => json!({"run": format!("kubectl wait --for=delete namespace/default --timeout={seconds}s")}),
        None => json!({"run": format!("kubectl {line}")}),
    };
    let create = json!({"run": "kubectl create -f -", "stdin": text});
    let steps: Vec<Value> = std::iter::once(create).chain(lines.iter().map(step)).collect();
    let played = replay(&json!({"name": "hpa", "steps": steps})).unwrap();
    let steps = played["steps"].as_array().unwrap().iter().skip(1);
    steps
        .map(|it| it["stdout"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn an_autoscaler_keeps_its_bounds_and_reports_that_there_are_no_metrics() {
    let reasons = "get hpa web -o jsonpath='{range .status.conditions[*]}{.type}={.status}:{.reason}{\"\\n\"}{end}'";
    let replicas = "get deploy web -o jsonpath={.spec.replicas}";
    let all = said(
        TEXT,
        &[
            replicas,
            "sleep 20",
            replicas,
            reasons,
            "sleep 20",
            reasons,
            "describe hpa web",
            "get hpa",
        ],
    );
    assert_eq!((all[0].as_str(), all[2].as_str()), ("1", "2"));
    assert_eq!(all[3], "AbleToScale=True:SucceededRescale\n");
    assert_eq!(
        all[5],
        "AbleToScale=True:SucceededGetScale\nScalingActive=False:FailedGetResourceMetric\n"
    );
    let described = &all[6];
    for words in [
        "New size: 2; reason: Current number of replicas below Spec.MinReplicas",
        "the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)",
        "invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: failed to get cpu utilization: unable to get metrics",
    ] {
        assert!(described.contains(words), "{described}");
    }
    assert!(
        all[7].contains("cpu: <unknown>/80%   2         4         2"),
        "{}",
        all[7]
    );
}

#[test]
fn a_target_that_is_scaled_out_of_bounds_is_brought_back() {
    let replicas = "get deploy web -o jsonpath={.spec.replicas}";
    let all = said(
        TEXT,
        &[
            "sleep 40",
            "scale deploy web --replicas=9",
            replicas,
            "sleep 20",
            replicas,
        ],
    );
    assert_eq!((all[2].as_str(), all[4].as_str()), ("9", "4"));
}

#[test]
fn an_autoscaler_without_its_target_says_so() {
    let text = TEXT.split("---").nth(1).unwrap();
    let all = said(text, &["sleep 20", "describe hpa web"]);
    assert!(
        all[1].contains(
            "the HPA controller was unable to get the target's current scale: deployments.apps \"web\" not found"
        ),
        "{}",
        all[1]
    );
    assert!(all[1].contains("Warning  FailedGetScale"), "{}", all[1]);
}
