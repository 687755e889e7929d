use crate::check;
use expect_test::expect;
use playground::{ObjectKey, Scenario, Session};

const LIST: &str = "apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Service
  metadata: {name: web}
  spec: {selector: {app: wep}, ports: [{port: 80}]}
- apiVersion: v1
  kind: Pod
  metadata: {name: web, labels: {app: web}}
  spec: {containers: [{name: web, image: nginx}]}
";

#[test]
fn items_of_a_list_are_objects_of_the_text() {
    check(
        LIST,
        &expect![[r#"
        7 «wep» no-pods: no endpoints: no pod has app=wep
            web differs in one label: its app is web, not wep.
            [Change to web] web
            [Change web to wep] wep
    "#]],
    );
}

#[test]
fn items_of_a_list_have_their_place() {
    let session = Session::new(Scenario {
        text: LIST.to_owned(),
        ..Scenario::default()
    });
    let web = ObjectKey::new("default", "web");
    let place = session.place("Service", &web, &["spec", "selector"]);
    assert_eq!(
        place.map(|it| &LIST[it]),
        Some("selector: {app: wep}"),
        "a Service in a list"
    );
    let image = LIST.find("nginx").unwrap_or_default();
    assert_eq!(session.object_at(image), Some(("Pod", web)));
}
