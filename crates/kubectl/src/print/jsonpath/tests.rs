use super::{JsonPathOptions, jsonpath};
use api::Value;
use expect_test::{Expect, expect};
use serde_json::json;

fn services() -> Value {
    let service = |name: &str, of_type: &str, ports: Value| json!({"metadata": {"name": name, "labels": {"app.kubernetes.io/name": name}}, "spec": {"type": of_type, "ports": ports}});
    json!({"kind": "List", "items": [
        service("back-end", "ClusterIP", json!([{"port": 80, "name": "http"}, {"port": 443, "name": "tls"}])),
        service("front-end", "NodePort", json!([{"port": 80, "nodePort": 30008}])),
        service("kubernetes", "ClusterIP", json!([{"port": 443}])),
    ]})
}

fn check(template: &str, expected: &Expect) {
    let text = jsonpath(template, &services(), JsonPathOptions::default());
    expected.assert_eq(&text.unwrap_or_else(|error| format!("error: {error}")));
}

#[test]
fn fields_wildcards_and_indexes_pick_values() {
    check("{.items[*].metadata.name}", &expect![["back-end front-end kubernetes"]]);
    check("{.items[-1].metadata.name}", &expect![["kubernetes"]]);
    check("{.items[0:2].metadata.name}", &expect![["back-end front-end"]]);
    check("{.items[::2].metadata.name}", &expect![["back-end kubernetes"]]);
    check("{.items[0,2].metadata.name}", &expect![["back-end kubernetes"]]);
    check("{.items[0]['metadata'].name}", &expect![["back-end"]]);
    check(
        "{.items[0].metadata.labels.app\\.kubernetes\\.io/name}",
        &expect![["back-end"]],
    );
    check(
        "{$.kind}: {.items[1].spec.ports}",
        &expect![[r#"List: [{"nodePort":30008,"port":80}]"#]],
    );
    check("{..nodePort}", &expect![["30008"]]);
    check(
        "{.items[*]['metadata.name', 'spec.type']}",
        &expect!["back-end front-end kubernetes ClusterIP NodePort ClusterIP"],
    );
    check("{.none}", &expect![[""]]);
    check("plain", &expect![["plain"]]);
}

#[test]
fn filters_keep_what_holds() {
    check(
        r#"{.items[?(@.spec.type=="NodePort")].metadata.name}"#,
        &expect!["front-end"],
    );
    check(
        "{.items[?(@.spec.type!='NodePort')].metadata.name}",
        &expect!["back-end kubernetes"],
    );
    check("{.items[*].spec.ports[?(@.port>80)].port}", &expect!["443 443"]);
    check("{.items[*].spec.ports[?(@.nodePort)].nodePort}", &expect!["30008"]);
    check(
        "{.items[?(@.spec.type==NodePort)].metadata.name}",
        &expect![[r#"
        error: error executing jsonpath "{.items[?(@.spec.type==NodePort)].metadata.name}": Error executing template: unrecognized identifier NodePort. Printing more information for debugging the template:
        	template was:
        		{.items[?(@.spec.type==NodePort)].metadata.name}
        	object given to jsonpath engine was:
        		map[string]interface {}{"items":[]interface {}{map[string]interface {}{"metadata":map[string]interface {}{"labels":map[string]interface {}{"app.kubernetes.io/name":"back-end"}, "name":"back-end"}, "spec":map[string]interface {}{"ports":[]interface {}{map[string]interface {}{"name":"http", "port":80}, map[string]interface {}{"name":"tls", "port":443}}, "type":"ClusterIP"}}, map[string]interface {}{"metadata":map[string]interface {}{"labels":map[string]interface {}{"app.kubernetes.io/name":"front-end"}, "name":"front-end"}, "spec":map[string]interface {}{"ports":[]interface {}{map[string]interface {}{"nodePort":30008, "port":80}}, "type":"NodePort"}}, map[string]interface {}{"metadata":map[string]interface {}{"labels":map[string]interface {}{"app.kubernetes.io/name":"kubernetes"}, "name":"kubernetes"}, "spec":map[string]interface {}{"ports":[]interface {}{map[string]interface {}{"port":443}}, "type":"ClusterIP"}}}, "kind":"List"}


    "#]],
    );
    check(
        "{.items[*].spec.ports[?(@.port=='80')].port}",
        &expect![[r#"
        error: error executing jsonpath "{.items[*].spec.ports[?(@.port=='80')].port}": Error executing template: incompatible types for comparison. Printing more information for debugging the template:
        	template was:
        		{.items[*].spec.ports[?(@.port=='80')].port}
        	object given to jsonpath engine was:
        		map[string]interface {}{"items":[]interface {}{map[string]interface {}{"metadata":map[string]interface {}{"labels":map[string]interface {}{"app.kubernetes.io/name":"back-end"}, "name":"back-end"}, "spec":map[string]interface {}{"ports":[]interface {}{map[string]interface {}{"name":"http", "port":80}, map[string]interface {}{"name":"tls", "port":443}}, "type":"ClusterIP"}}, map[string]interface {}{"metadata":map[string]interface {}{"labels":map[string]interface {}{"app.kubernetes.io/name":"front-end"}, "name":"front-end"}, "spec":map[string]interface {}{"ports":[]interface {}{map[string]interface {}{"nodePort":30008, "port":80}}, "type":"NodePort"}}, map[string]interface {}{"metadata":map[string]interface {}{"labels":map[string]interface {}{"app.kubernetes.io/name":"kubernetes"}, "name":"kubernetes"}, "spec":map[string]interface {}{"ports":[]interface {}{map[string]interface {}{"port":443}}, "type":"ClusterIP"}}}, "kind":"List"}


    "#]],
    );
}

#[test]
fn ranges_repeat_what_is_within() {
    check(
        r#"{range .items[*]}{.metadata.name}{":"}{range .spec.ports[*]}{" "}{.port}{end}{"\n"}{end}done"#,
        &expect![[r"
            back-end: 80 443
            front-end: 80
            kubernetes: 443
            done"]],
    );
    check("{range .none[*]}{.a}{end}after", &expect!["after"]);
    check(
        "{end}",
        &expect![[r#"
        error: error executing jsonpath "{end}": Error executing template: not in range, nothing to end. Printing more information for debugging the template:
        	template was:
        		{end}
        	object given to jsonpath engine was:
        		map[string]interface {}{"items":[]interface {}{map[string]interface {}{"metadata":map[string]interface {}{"labels":map[string]interface {}{"app.kubernetes.io/name":"back-end"}, "name":"back-end"}, "spec":map[string]interface {}{"ports":[]interface {}{map[string]interface {}{"name":"http", "port":80}, map[string]interface {}{"name":"tls", "port":443}}, "type":"ClusterIP"}}, map[string]interface {}{"metadata":map[string]interface {}{"labels":map[string]interface {}{"app.kubernetes.io/name":"front-end"}, "name":"front-end"}, "spec":map[string]interface {}{"ports":[]interface {}{map[string]interface {}{"nodePort":30008, "port":80}}, "type":"NodePort"}}, map[string]interface {}{"metadata":map[string]interface {}{"labels":map[string]interface {}{"app.kubernetes.io/name":"kubernetes"}, "name":"kubernetes"}, "spec":map[string]interface {}{"ports":[]interface {}{map[string]interface {}{"port":443}}, "type":"ClusterIP"}}}, "kind":"List"}


    "#]],
    );
}

#[test]
fn what_is_wrong_is_said() {
    check(
        "{.spec",
        &expect!["error: error parsing jsonpath {.spec, unclosed action"],
    );
    check(
        "{.items[}",
        &expect!["error: error parsing jsonpath {.items[}, unterminated array"],
    );
    check(
        "{.items[a]}",
        &expect!["error: error parsing jsonpath {.items[a]}, invalid array index a"],
    );
    check(
        "{.items[?(@.a==1}",
        &expect!["error: error parsing jsonpath {.items[?(@.a==1}, unterminated filter"],
    );
    check(
        "{\"a}",
        &expect![[r#"error: error parsing jsonpath {"a}, unterminated quoted string"#]],
    );
    check(
        "{(}",
        &expect!["error: error parsing jsonpath {(}, unrecognized character in action: U+0028 '('"],
    );
    check(
        "{nothing}",
        &expect![[r#"
        error: error executing jsonpath "{nothing}": Error executing template: unrecognized identifier nothing. Printing more information for debugging the template:
        	template was:
        		{nothing}
        	object given to jsonpath engine was:
        		map[string]interface {}{"items":[]interface {}{map[string]interface {}{"metadata":map[string]interface {}{"labels":map[string]interface {}{"app.kubernetes.io/name":"back-end"}, "name":"back-end"}, "spec":map[string]interface {}{"ports":[]interface {}{map[string]interface {}{"name":"http", "port":80}, map[string]interface {}{"name":"tls", "port":443}}, "type":"ClusterIP"}}, map[string]interface {}{"metadata":map[string]interface {}{"labels":map[string]interface {}{"app.kubernetes.io/name":"front-end"}, "name":"front-end"}, "spec":map[string]interface {}{"ports":[]interface {}{map[string]interface {}{"nodePort":30008, "port":80}}, "type":"NodePort"}}, map[string]interface {}{"metadata":map[string]interface {}{"labels":map[string]interface {}{"app.kubernetes.io/name":"kubernetes"}, "name":"kubernetes"}, "spec":map[string]interface {}{"ports":[]interface {}{map[string]interface {}{"port":443}}, "type":"ClusterIP"}}}, "kind":"List"}


    "#]],
    );
    check("{...a}", &expect![[""]]);
}

#[test]
fn an_index_too_high_shows_the_object() {
    let text = jsonpath(
        "{.a[5]}",
        &json!({"a": [1, "x", null, 0.5]}),
        JsonPathOptions::default(),
    );
    expect![[r#"
        error: error executing jsonpath "{.a[5]}": Error executing template: array index out of bounds: index 5, length 4. Printing more information for debugging the template:
        	template was:
        		{.a[5]}
        	object given to jsonpath engine was:
        		map[string]interface {}{"a":[]interface {}{1, "x", interface {}(nil), 0.5}}


    "#]].assert_eq(&text.unwrap_or_else(|error| format!("error: {error}")));
}

#[test]
fn missing_keys_may_be_errors() {
    let options = JsonPathOptions {
        allow_missing_keys: false,
        as_json: false,
    };
    let text = jsonpath("{.a.b}", &json!({"a": {}}), options);
    assert!(text.is_err_and(|error| error.contains("b is not found")));
}

proptest::proptest! {
    #[test]
    fn any_template_is_answered(template in "(\\{|\\}|\\[|\\]|\\(|\\)|\\.\\.|range |end|items|[.*?@$='\",:0-9a-z é\\\\-])*") {
        let _ = jsonpath(&template, &services(), JsonPathOptions::default());
        let _ = jsonpath(&format!("{{{template}}}"), &services(), JsonPathOptions::default());
    }
}

#[test]
fn what_multiplies_is_stopped() {
    for template in [
        "{..*".to_owned() + &"..*".repeat(500) + "}",
        "{[?(".repeat(1000),
        "{range .items[*]}".repeat(1000),
        "{$}".repeat(50_000),
        "{..*}".repeat(20_000),
    ] {
        assert!(
            jsonpath(&template, &services(), JsonPathOptions::default()).is_err(),
            "{template}"
        );
    }
}

#[test]
fn results_can_be_a_json_list() {
    let options = JsonPathOptions {
        allow_missing_keys: true,
        as_json: true,
    };
    let text = jsonpath("{.items[*].metadata.name}", &services(), options);
    expect![[r#"
        [
            "back-end",
            "front-end",
            "kubernetes"
        ]
    "#]]
    .assert_eq(&text.unwrap_or_default());
}
