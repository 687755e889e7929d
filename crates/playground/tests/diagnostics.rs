//! What somebody who mistypes is told, and where.
#![allow(missing_docs)]

use expect_test::{Expect, expect};
use playground::{Scenario, Session};
use std::fmt::Write as _;

/// Each diagnostic as `LINE «marked text» severity: message`, what it means, and the text its fix makes of the marked one.
fn check(text: &str, expected: &Expect) {
    let session = Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    });
    let mut said = String::new();
    for diagnostic in session.diagnostics() {
        let line = text[..diagnostic.range.start].matches('\n').count() + 1;
        let marked = &text[diagnostic.range.clone()];
        let _ = writeln!(
            said,
            "{line} «{marked}» {:?}: {}",
            diagnostic.severity, diagnostic.message
        );
        if let Some(meaning) = &diagnostic.meaning {
            let _ = writeln!(said, "    {meaning}");
        }
        for fix in &diagnostic.fixes {
            let _ = writeln!(said, "    [{}] {}", fix.label, fix.replacement);
        }
    }
    expected.assert_eq(&said);
}

const SERVICE: &str = "apiVersion: v1
kind: Service
metadata:
  name: back-end
spec:
  ports:
    - port: 80
      targetPort: 80
  selector:
    app: myapp
    type: back-end
";

const POD: &str = "---
apiVersion: v1
kind: Pod
metadata:
  name: back-end-1
  labels:
    app: myapp
    type: back-end
spec:
  containers:
    - name: web
      image: nginx
";

#[test]
fn an_annotation_of_ours_that_means_nothing_is_told() {
    let annotated = POD.replace(
        "  labels:",
        "  annotations: { playground/answers: '20ms, fast' }\n  labels:",
    );
    check(
        &format!("{SERVICE}{annotated}"),
        &expect![[r#"
        17 «'20ms, fast'» Advice: playground/answers: "fast" means nothing, so the pod answers as usual
            Each part between commas says how often, what and after how long: `20ms`, `5% 1s-2s`, `10% 500`, `1% closes`, `never`.
    "#]],
    );
}

fn changed(from: &str, to: &str) -> String {
    format!("{SERVICE}{POD}").replacen(from, to, 1)
}

#[test]
fn a_good_text_is_left_in_peace() {
    check(&changed("", ""), &expect![""]);
}

#[test]
fn a_misspelt_field_is_marked_and_the_right_one_offered() {
    check(
        &changed("targetPort", "targetport"),
        &expect![[r#"
            8 «targetport» Decode: strict decoding error: unknown field "spec.ports[0].targetport"
                There is no such field here: names are exact and case-sensitive, and the API server refuses fields it does not know.
                [Change to targetPort] targetPort
        "#]],
    );
    check(
        &changed("selector", "selectors"),
        &expect![[r#"
            9 «selectors» Decode: strict decoding error: unknown field "spec.selectors"
                There is no such field here: names are exact and case-sensitive, and the API server refuses fields it does not know.
                [Change to selector] selector
        "#]],
    );
}

#[test]
fn a_value_of_a_wrong_type_is_marked() {
    check(
        &changed("port: 80", "port: \"80\""),
        &expect![[r#"
            7 «"80"» Decode: json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type int32
                This field takes a number, without quotes.
                [Take the quotes away] 80
        "#]],
    );
    check(
        &changed("app: myapp", "app: yes"),
        &expect![[r#"
            10 «yes» Decode: json: cannot unmarshal bool into Go struct field ServiceSpec.spec.selector of type string
                This field takes text. YAML reads yes, no, on, off, true and false as booleans: put quotes around it.
                [Put quotes around it] "yes"
        "#]],
    );
}

#[test]
fn what_the_cluster_refuses_is_marked_at_its_field() {
    check(
        &changed("port: 80", "port: 80000"),
        &expect![[r#"
            7 «80000» Refused: spec.ports[0].port: Invalid value: 80000: must be between 1 and 65535, inclusive
                port is the number at which clients reach the Service, from 1 to 65535, and is required.
        "#]],
    );
    check(
        &changed("port: 80", "nodePort: 80\n      port: 80"),
        &expect![[r#"
            7 «80» Refused: spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'
                A Service of type ClusterIP has no node ports: set type: NodePort, or leave nodePort out.
        "#]],
    );
    check(
        &changed("name: back-end", "name: Back_End"),
        &expect![[r#"
            4 «Back_End» Refused: metadata.name: Invalid value: "Back_End": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')
                This name holds only small letters, digits and dashes, and begins and ends with a letter or digit.
                [Change to back-end] back-end
        "#]],
    );
    check(
        &changed("  ports:\n    - port: 80\n      targetPort: 80\n", ""),
        &expect![[r#"
            5 «spec» Refused: spec.ports: Required value
                A Service needs a port, unless it is headless or of type ExternalName.
        "#]],
    );
}

#[test]
fn yaml_that_cannot_be_read_is_marked_at_its_line_and_hides_no_other_document() {
    check(
        &changed("  ports:", "\tports:"),
        &expect![[r#"
            6 «	ports:» Syntax: error converting YAML to JSON: yaml: line 6: found character that cannot start any token
                A tab or a special character stands where a value begins. YAML is indented with spaces only, and such text needs quotes.
                [Indent with spaces]   ports:

        "#]],
    );
    check(
        &changed("kind: Service", "kind Service"),
        &expect![[r#"
            3 «metadata:» Syntax: error converting YAML to JSON: yaml: line 3: could not find expected ':'
                A key has no colon and space after it: write key: value.
        "#]],
    );
}

#[test]
fn a_service_without_endpoints_is_told_which_label_differs() {
    check(
        &changed("app: myapp", "app: my-app"),
        &expect![[r#"
            10 «my-app» Advice: no endpoints: no pod has app=my-app,type=back-end
                back-end-1 differs in one label: its app is myapp, not my-app.
                [Change to myapp] myapp
                [Change back-end-1 to my-app] my-app
        "#]],
    );
    check(
        SERVICE,
        &expect![[r#"
        9 «selector» Advice: no endpoints: no pod has app=myapp,type=back-end
            A Service sends requests to the pods that have all labels of its selector.
    "#]],
    );
    check(
        &changed("targetPort: 80", "targetPort: http"),
        &expect![[r#"
        8 «http» Advice: no endpoints: no selected pod names a port http
            A targetPort that is a name is looked up among the names of the containers' ports, pod by pod.
    "#]],
    );
}

#[test]
fn an_unknown_kind_and_a_missing_version_are_told() {
    check(
        &changed("kind: Service", "kind: Servise"),
        &expect![[r#"
            2 «Servise» Decode: resource mapping not found for name: "back-end" namespace: "" from "services.yaml": no matches for kind "Servise" in version "v1"
            ensure CRDs are installed first
                The cluster serves no such kind in this apiVersion: v1 has Service and Pod, apps/v1 has Deployment; a custom kind needs its CustomResourceDefinition first.
                [Change to Service] Service
        "#]],
    );
    check(
        &changed("apiVersion: v1\n", ""),
        &expect![[r#"
            1 «kind» Decode: error validating "services.yaml": error validating data: apiVersion not set; if you choose to ignore these errors, turn validation off with --validate=false
                Each document begins with apiVersion: v1 for Services and Pods, apps/v1 for Deployments.
                [Begin with apiVersion: v1] apiVersion: v1

        "#]],
    );
}

#[test]
fn a_kind_in_lower_case_is_refused_as_the_server_does() {
    check(
        &changed("kind: Service", "kind: service"),
        &expect![[r#"
            2 «service» Decode: service in version "v1" cannot be handled as a Service: no kind "service" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"
                Kinds are written with their capital letters: Service, Pod, Deployment …
                [Change to Service] Service
        "#]],
    );
}

#[test]
fn an_empty_version_is_refused() {
    check(
        &changed("apiVersion: v1", "apiVersion: \"\""),
        &expect![[r#"
            1 «""» Decode: error when creating "services.yaml": the server could not find the requested resource
                apiVersion may not be empty: write v1 for Services and Pods, apps/v1 for Deployments.
                [Change to v1] v1
        "#]],
    );
}

#[test]
fn a_missing_namespace_is_refused_at_its_name() {
    check(
        &changed("  name: back-end\n", "  name: back-end\n  namespace: shop\n"),
        &expect![[r#"
            5 «shop» Refused: namespaces "shop" not found
                There is no such namespace: create it before the objects in it.
                [Create Namespace shop first] apiVersion: v1
            kind: Namespace
            metadata:
              name: shop
            ---

        "#]],
    );
}

#[test]
fn the_second_of_two_equal_objects_is_refused() {
    check(
        &format!("{POD}{POD}"),
        &expect![[r#"
            17 «back-end-1» Refused: pods "back-end-1" already exists
                An object of this kind and name exists already: give this one another name.
                [Change to back-end-1-2] back-end-1-2
                [Leave this object out] 
        "#]],
    );
}

#[test]
fn a_deployment_whose_template_lacks_its_labels_is_refused() {
    check(
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: wep
    spec:
      containers:
        - name: web
          image: nginx
",
        &expect![[r#"
            12 «app: wep» Refused: spec.template.metadata.labels: Invalid value: {"app":"wep"}: `selector` does not match template `labels`
                The selector would not choose these pods: the labels of the template must include those of the selector.
        "#]],
    );
}

#[test]
fn a_kind_of_another_project_is_named_and_never_turned_into_something_else() {
    let text = "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: hello}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n";
    let session = Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    });
    let refused = session.diagnostics().iter().find(|it| it.severity.is_error());
    let said = refused.map(|it| (it.meaning.clone().unwrap_or_default(), it.fixes.len()));
    let sentence = "This is a custom kind of Knative: a cluster knows it once Knative has brought its \
         CustomResourceDefinition. It is left out, and the rest of the text lives.";
    assert_eq!(said, Some((sentence.to_owned(), 0)));
    let known = Session::new(Scenario {
        text: "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a}\nrules: []\n".to_owned(),
        ..Scenario::default()
    });
    assert!(known.diagnostics().is_empty(), "{:?}", known.diagnostics());
}

#[test]
fn an_object_of_a_kind_that_the_text_defines_lives() {
    let text = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: routes.example.com}\n\
        spec:\n  group: example.com\n  scope: Namespaced\n  names: {kind: Route, plural: routes}\n  \
        versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]\n---\n\
        apiVersion: example.com/v1\nkind: Route\nmetadata: {name: a}\nspec: {to: web}\n";
    let mut session = Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    });
    assert!(session.diagnostics().is_empty(), "{:?}", session.diagnostics());
    session.set_text(
        playground::Micros::ZERO,
        text.replace("names: {kind: Route,", "names: {kind: Road,"),
    );
    let refused: Vec<_> = session.diagnostics().iter().map(|it| it.message.clone()).collect();
    assert!(
        refused.concat().contains("no matches for kind \"Route\""),
        "{refused:?}"
    );
}
