//! Every fix that is offered cures what it is offered for.
#![allow(missing_docs)]

use playground::{Diagnostic, Scenario, Session};

const SERVICE: &str = "apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: 80
";

const POD: &str = "---
apiVersion: v1
kind: Pod
metadata:
  name: web-1
  labels:
    app: web
spec:
  containers:
    - name: web
      image: nginx
      ports:
        - name: http
          containerPort: 80
";

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx
";

fn diagnostics(text: &str) -> Vec<Diagnostic> {
    let session = Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    });
    session.diagnostics().to_vec()
}

/// The text with a good manifest's words changed.
fn with(from: &str, to: &str) -> String {
    let whole = format!("{SERVICE}{POD}");
    assert!(whole.contains(from), "{from:?} is not in the manifest");
    whole.replacen(from, to, 1)
}

/// Asserts that the text offers these fixes, and that each cures the fault it is offered for and makes no other.
#[track_caller]
fn cures(text: &str, labels: &[&str]) {
    let before = diagnostics(text);
    let fixes = before.iter().flat_map(|diagnostic| diagnostic.fixes.iter());
    let offered: Vec<&str> = fixes.map(|fix| fix.label.as_str()).collect();
    assert_eq!(offered, labels, "offered for\n{text}\n{before:#?}");
    for diagnostic in &before {
        for fix in &diagnostic.fixes {
            let mut mended = text.to_owned();
            mended.replace_range(fix.range.clone(), &fix.replacement);
            let after = diagnostics(&mended);
            let messages = |all: &[Diagnostic]| all.iter().map(|one| one.message.clone()).collect::<Vec<_>>();
            assert!(
                !messages(&after).contains(&diagnostic.message),
                "{} does not cure {:?} in\n{mended}",
                fix.label,
                diagnostic.message
            );
            assert!(
                after.len() < before.len(),
                "{} leaves {:#?} in\n{mended}",
                fix.label,
                messages(&after)
            );
        }
    }
}

#[test]
fn a_good_manifest_needs_none() {
    cures(&format!("{SERVICE}{POD}"), &[]);
    cures(DEPLOYMENT, &[]);
}

#[test]
fn a_service_without_a_selector_is_left_alone() {
    cures(&with("  selector:\n    app: web\n", ""), &[]);
}

#[test]
fn misspelt_fields() {
    cures(&with("targetPort:", "targetport:"), &["Change to targetPort"]);
    cures(&with("selector:", "selectors:"), &["Change to selector"]);
}

#[test]
fn fields_indented_wrongly() {
    cures(
        &with(
            "    - port: 80\n      targetPort: 80\n",
            "    - port: 80\n  targetPort: 80\n",
        ),
        &["Move below ports"],
    );
    cures(
        &with("  selector:\n    app: web\n  ports", "  ports").replacen("spec:", "selector:\n  app: web\nspec:", 1),
        &["Move below spec"],
    );
    cures(
        &with("      image: nginx\n", "      image: nginx\n  hostname: b\n").replacen(
            "  hostname: b\n",
            "      hostname: b\n",
            1,
        ),
        &["Move below spec"],
    );
    cures(
        &DEPLOYMENT
            .replacen("  replicas: 2\n", "", 1)
            .replacen("spec:", "replicas: 2 # two\nspec:", 1),
        &["Move below spec"],
    );
}

#[test]
fn values_of_another_type() {
    cures(&with("port: 80\n", "port: \"80\"\n"), &["Take the quotes away"]);
    cures(
        &with("    app: web\n  ports", "    app: yes\n  ports").replace("    app: web", "    app: \"yes\""),
        &["Put quotes around it"],
    );
    cures(
        &with("    app: web\n  ports", "    app: 1\n  ports").replace("    app: web", "    app: \"1\""),
        &["Put quotes around it"],
    );
    cures(
        &DEPLOYMENT.replace("replicas: 2", "replicas: \"2\""),
        &["Take the quotes away"],
    );
}

#[test]
fn lists_and_single_values() {
    cures(
        &with(
            "    - port: 80\n      targetPort: 80\n",
            "    port: 80\n    targetPort: 80\n",
        ),
        &["Put a dash before it"],
    );
    cures(
        &with("    app: web\n  ports", "    - app: web\n  ports"),
        &["Take it out of the list"],
    );
    cures(
        &with("    app: web\n  ports", "    matchLabels:\n      app: web\n  ports"),
        &["Take the labels out of matchLabels"],
    );
}

#[test]
fn kinds_and_versions() {
    cures(&with("kind: Service", "kind: service"), &["Change to Service"]);
    cures(&DEPLOYMENT.replace("apps/v1", "v1"), &["Change to apps/v1"]);
    cures(&with("apiVersion: v1\n", "apiVersion: apps/v1\n"), &["Change to v1"]);
    cures(
        &with("apiVersion: v1\nkind: Service", "kind: Service"),
        &["Begin with apiVersion: v1"],
    );
}

#[test]
fn values_that_are_not_allowed() {
    cures(
        &with("spec:\n  selector", "spec:\n  type: clusterip\n  selector"),
        &["Change to ClusterIP"],
    );
    cures(
        &with("    - port: 80\n", "    - port: 80\n      protocol: tcp\n"),
        &["Change to TCP"],
    );
    cures(
        &with("spec:\n  selector", "spec:\n  type: NodePort\n  selector").replacen(
            "    - port: 80\n",
            "    - port: 80\n      nodePort: 80\n",
            1,
        ),
        &["Change to 30080", "Leave it out: a free one is taken"],
    );
    cures(
        &with("  name: web\nspec", "  name: My_Web\nspec"),
        &["Change to my-web"],
    );
}

#[test]
fn protocols_and_quoted_ports() {
    for word in ["HTTP", "http", "HTTPS"] {
        let port = format!("    - port: 80\n      protocol: {word}\n");
        cures(&with("    - port: 80\n", &port), &["Change to TCP"]);
    }
    cures(&with("targetPort: 80", "targetPort: \"80\""), &["Take the quotes away"]);
}

#[test]
fn fields_that_have_no_effect_or_no_place() {
    cures(
        &with("spec:\n  selector", "spec:\n  externalName: a\n  selector"),
        &["Leave it out"],
    );
    cures(
        &with(
            "spec:\n  selector",
            "spec:\n  clusterIP: None\n  sessionAffinity: ClientIP\n  selector",
        ),
        &["Leave it out"],
    );
    cures(
        &with("spec:\n  selector", "spec:\n  loadBalancerClass: a\n  selector"),
        &["Leave it out"],
    );
    cures(
        &with("spec:\n  containers", "spec:\n  priorityClassName: high\n  containers"),
        &["Leave it out"],
    );
    cures(
        &DEPLOYMENT.replace("      containers", "      restartPolicy: Never\n      containers"),
        &["Leave it out"],
    );
}

#[test]
fn old_names() {
    cures(
        &with(
            "spec:\n  selector",
            "spec:\n  trafficDistribution: PreferClose\n  selector",
        ),
        &["Change to PreferSameZone"],
    );
    cures(
        &with(
            "  name: web\nspec",
            "  name: web\n  annotations:\n    service.kubernetes.io/topology-aware-hints: Auto\nspec",
        ),
        &["Change to its new name"],
    );
    cures(
        &with(
            "spec:\n  containers",
            "spec:\n  nodeSelector:\n    beta.kubernetes.io/os: linux\n  containers",
        ),
        &["Change to kubernetes.io/os"],
    );
    cures(
        &with("apiVersion: v1\nkind: Service", "apiVersion: \"\"\nkind: Service"),
        &["Change to v1"],
    );
}

#[test]
fn an_item_of_a_list() {
    let indented: Vec<String> = with("targetPort:", "targetport:")
        .lines()
        .take_while(|line| *line != "---")
        .map(|line| format!("    {line}\n"))
        .collect();
    let list = format!("apiVersion: v1\nkind: List\nitems:\n  -{}", &indented.concat()[3..]);
    cures(&format!("{list}{POD}"), &["Change to targetPort"]);
}

#[test]
fn ports_without_a_name_of_their_own() {
    let two = "    - port: 80\n      name: a\n    - port: 443\n      targetPort: 80\n";
    cures(&with("    - port: 80\n      targetPort: 80\n", two), &["Name it https"]);
    let same = "    - port: 80\n      name: web-http\n    - port: 81\n      targetPort: 80\n      name: web-http\n";
    cures(
        &with("    - port: 80\n      targetPort: 80\n", same),
        &["Change to web-http-2"],
    );
}

#[test]
fn names_that_are_taken() {
    let twice = format!("{SERVICE}{POD}{}", POD.replace("    app: web", "    app: other"));
    cures(&twice, &["Change to web-1-2", "Leave this object out"]);
}

#[test]
fn tabs() {
    cures(&with("  name: web\nspec", "\tname: web\nspec"), &["Indent with spaces"]);
}

#[test]
fn labels_that_differ() {
    cures(
        &with("    app: web\n  ports", "    app: wbe\n  ports"),
        &["Change to web", "Change web-1 to wbe"],
    );
    cures(
        &with("    app: web\n  ports", "    apps: web\n  ports"),
        &["Change to app"],
    );
}

#[test]
fn namespaces_that_differ() {
    let namespace = "---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n---\n";
    let pod = POD.replacen("metadata:\n", "metadata:\n  namespace: shop\n", 1);
    cures(&format!("{namespace}{SERVICE}{pod}"), &["Move the Service to shop"]);
}

#[test]
fn ports_that_no_pod_names() {
    cures(&with("targetPort: 80", "targetPort: htpp"), &["Change to http"]);
}

#[test]
fn a_dash_missing_among_the_items_of_a_list() {
    cures(
        &with(
            "      targetPort: 80\n",
            "      targetPort: 80\n      name: a\n    port: 81\n    name: b\n    targetPort: 80\n",
        ),
        &["Put a dash before it"],
    );
}

#[test]
fn lines_that_stand_off_their_neighbours() {
    cures(
        &with("  name: web\nspec", "  labels: {}\n   name: web\nspec"),
        &["Indent it as its neighbours"],
    );
    cures(&with("  ports:\n", " ports:\n"), &["Indent it as its neighbours"]);
    cures(
        &with("      targetPort", "       targetPort"),
        &["Indent it as its neighbours"],
    );
    cures(
        &with("      targetPort", "     targetPort"),
        &["Indent it as its neighbours"],
    );
    cures(
        &with("  selector:\n", "   selector:\n"),
        &["Indent it as its neighbours"],
    );
}

#[test]
fn a_blank_missing_behind_a_colon() {
    cures(
        &with("  name: web\nspec", "  name:web\n  labels: {}\nspec"),
        &["Put a space after the colon"],
    );
    cures(&with("kind: Service", "kind:Service"), &["Put a space after the colon"]);
}

#[test]
fn a_quotation_that_is_not_closed() {
    cures(&with("    app: web\n", "    app: \"web\n"), &["Close the quotation"]);
}

#[test]
fn a_text_that_no_known_change_makes_yaml_of_is_left_alone() {
    let text = with("    app: web\n", "    app: [web\n");
    assert!(diagnostics(&text).iter().all(|diagnostic| diagnostic.fixes.is_empty()));
}

#[test]
fn pods_that_a_deployment_makes() {
    let named = DEPLOYMENT.replace(
        "          image: nginx\n",
        "          image: nginx\n          ports:\n            - name: http\n              containerPort: 80\n",
    );
    let service = SERVICE.replace("targetPort: 80", "targetPort: htpp");
    cures(&format!("{service}---\n{named}"), &["Change to http"]);
    // The deployment's selector asks for the label app: it is the Service that has to change.
    let astray = SERVICE.replace("    app: web\n", "    app: wbe\n");
    cures(&format!("{astray}---\n{DEPLOYMENT}"), &["Change to web"]);
    let tiered = DEPLOYMENT.replace(
        "        app: web\n    spec",
        "        app: web\n        tier: back\n    spec",
    );
    let other = SERVICE.replace("    app: web\n", "    app: web\n    tier: bakc\n");
    cures(
        &format!("{other}---\n{tiered}"),
        &["Change to back", "Change deployment web to bakc"],
    );
}
