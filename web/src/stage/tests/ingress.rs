//! An ingress controller on the map: its rules between it and the pods that it sends to.

use super::*;
use crate::played::Played;
use crate::stage::history::asks;

const CLASS: &str = "---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: k8s.io/ingress-nginx}
";

const CONTROLLER: &str = "---
apiVersion: v1
kind: Namespace
metadata: {name: ingress-nginx}
---
apiVersion: v1
kind: Service
metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
spec:
  type: NodePort
  selector: {app.kubernetes.io/name: ingress-nginx}
  ports: [{name: http, port: 80}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
spec:
  selector: {matchLabels: {app.kubernetes.io/name: ingress-nginx}}
  template:
    metadata: {labels: {app.kubernetes.io/name: ingress-nginx}}
    spec:
      containers:
      - name: controller
        image: registry.k8s.io/ingress-nginx/controller:v1.15.1
        args: [/nginx-ingress-controller, --ingress-class=nginx]
        ports: [{containerPort: 80, name: http}]
        readinessProbe: {httpGet: {path: /healthz, port: 10254}, initialDelaySeconds: 10}
";

fn app(name: &str) -> String {
    format!(
        "---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: c, image: nginx}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}
"
    )
}

fn rules(of: &[(&str, &str, &str)]) -> String {
    let rule = |(host, path, service): &(&str, &str, &str)| {
        format!(
            "  - {{host: {host}, http: {{paths: [{{path: {path}, pathType: Prefix, backend: {{service: {{name: {service}, port: {{number: 80}}}}}}}}]}}}}\n"
        )
    };
    let rules: String = of.iter().map(rule).collect();
    format!(
        "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: shop}}\nspec:\n  ingressClassName: nginx\n  rules:\n{rules}"
    )
}

fn shop(controller: &str) -> String {
    let rules = rules(&[
        ("shop.example", "/", "web"),
        ("shop.example", "/api", "api"),
        ("admin.shop.example", "/", "admin"),
    ]);
    format!("{controller}{CLASS}{}{}{}{rules}", app("web"), app("api"), app("admin"))
}

/// The map at a second, on a stage of that size.
fn map(text: &str, second: u64, (w, h): (f64, f64), focus: Option<&ObjectKey>) -> Scene {
    let mut session = Played::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    });
    let at = Micros::from_seconds(second);
    session.run(at);
    let world = session.world(at);
    let view = Viewport {
        text: 1.0,
        size: Size { w, h },
        measure: &measure,
        focus,
    };
    layout(
        world,
        &asks(session.sending(), world),
        &view,
        &mut LayoutMemory::default(),
    )
}

fn x(scene: &Scene, service: &ObjectKey) -> f64 {
    scene.interchanges[service].at.x
}

fn x_of_pods(scene: &Scene, name: &str) -> f64 {
    let is_it = |who: &Who| matches!(who, Who::Pod(key) if key.name.starts_with(name));
    let mut found = scene.stations.iter().filter(|(who, _)| is_it(who));
    found.next().unwrap().1.at.x
}

#[test]
fn rules_stand_between_the_controller_and_the_pods_whether_it_runs_or_not() {
    let rules = playground::Router::ingress_key();
    let front = ObjectKey::new("ingress-nginx", "ingress-nginx-controller");
    for second in [2, 40] {
        let scene = map(&shop(CONTROLLER), second, SIZES[4], None);
        assert!(x(&scene, &front) < x_of_pods(&scene, "ingress-nginx-controller"));
        assert!(x_of_pods(&scene, "ingress-nginx-controller") < x(&scene, &rules));
        for app in ["web", "api", "admin"] {
            assert!(x(&scene, &rules) <= x(&scene, &key(app)), "{app} at {second} s");
            assert!(x(&scene, &key(app)) < x_of_pods(&scene, app), "{app} at {second} s");
        }
    }
}

#[test]
fn maps_with_rules_are_clean_at_every_size() {
    let (rules, front) = (
        playground::Router::ingress_key(),
        ObjectKey::new("ingress-nginx", "ingress-nginx-controller"),
    );
    for (controller, asked) in [("", &rules), (CONTROLLER, &front)] {
        for size in SIZES {
            let focus = Some(asked).filter(|_| size.0 < 480.0);
            let scene = map(&shop(controller), 40, size, focus);
            assert_eq!(faults(&scene), Vec::<String>::new(), "at {size:?}");
        }
    }
}

#[test]
fn on_a_phone_the_heading_names_the_services_behind_the_rules() {
    let scene = map(&shop(""), 2, SIZES[2], Some(&playground::Router::ingress_key()));
    let headings: Vec<&str> = scene
        .headings
        .iter()
        .map(|heading| heading.label.text.as_str())
        .collect();
    assert_eq!(headings, ["admin, web, api"]);
}
