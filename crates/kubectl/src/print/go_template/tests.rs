use super::go_template;
use expect_test::{Expect, expect};
use serde_json::json;

fn check(template: &str, expected: &Expect) {
    let value = json!({"kind": "List", "items": [
        {"metadata": {"name": "back-end", "labels": {"app": "myapp", "tier": "back"}}, "spec": {"ports": [{"port": 80}, {"port": 443, "name": "tls"}], "type": "ClusterIP"}},
        {"metadata": {"name": "front-end"}, "spec": {"ports": [{"port": 8080, "nodePort": 30008}], "type": "NodePort"}},
    ]});
    expected.assert_eq(&match go_template(template, &value, true) {
        Ok(text) => text,
        Err(error) => format!("{}error: {}", error.stdout, error.message),
    });
}

#[test]
fn ranges_walk_lists_and_maps() {
    check(
        "{{range .items}}{{.metadata.name}}:{{range .spec.ports}} {{.port}}{{end}}\n{{end}}",
        &expect![[r"
            back-end: 80 443
            front-end: 8080
        "]],
    );
    check(
        "{{range $i, $it := .items}}{{$i}}={{$it.metadata.name}} {{end}}{{$.kind}}",
        &expect!["0=back-end 1=front-end List"],
    );
    check(
        "{{range $k, $v := (index .items 0).metadata.labels}}{{$k}}={{$v}},{{end}}",
        &expect!["app=myapp,tier=back,"],
    );
    check("{{range .none}}x{{else}}nothing{{end}}", &expect!["nothing"]);
    check(
        "{{range .items}}{{if eq .spec.type \"NodePort\"}}{{break}}{{end}}{{.metadata.name}}{{end}}",
        &expect!["back-end"],
    );
}

#[test]
fn conditions_choose() {
    check(
        "{{range .items}}{{if .metadata.labels}}{{len .metadata.labels}} labels{{else if eq .spec.type \"NodePort\"}}a node port{{else}}?{{end}};{{end}}",
        &expect!["2 labels;a node port;"],
    );
    check(
        "{{with index .items 1}}{{.spec.type}}{{end}}{{with .nope}}x{{else}} none{{end}}",
        &expect!["NodePort none"],
    );
    check(
        "{{if and .kind (not .nope)}}yes{{end}} {{or .nope \"default\"}} {{ne .kind \"Pod\"}}",
        &expect!["yes default true"],
    );
}

#[test]
fn values_are_formatted() {
    check(
        "{{.nope}} {{(index .items 0).metadata.labels}} {{(index .items 0).spec.ports}}",
        &expect!["<no value> map[app:myapp tier:back] [map[port:80] map[name:tls port:443]]"],
    );
    check(
        "{{printf \"%-10s|%5v|%q|%d|%s\" .kind 1 .kind 7}}",
        &expect![[r#"List      |    1|"List"|7|%!s(MISSING)"#]],
    );
    check(
        "{{.kind | printf \"%s!\" | println}}{{print 1 2 \"a\" 3}}",
        &expect![[r"
            List!
            1 2a3"]],
    );
    check("{{$x := 1}}{{$x = 2}}{{$x}}{{/* a comment */}}", &expect!["2"]);
    check("a  {{- \" b \" -}}  c", &expect!["a b c"]);
    check(
        "{{printf \"%d\" (index .items 0).spec.ports}}",
        &expect![
            "[map[%!d(string=port):%!d(float64=80)] map[%!d(string=name):%!d(string=tls) %!d(string=port):%!d(float64=443)]]"
        ],
    );
}

#[test]
fn templates_that_cannot_be_read_say_why() {
    check(
        "{{.kind",
        &expect!["error: error parsing template {{.kind, template: output:1: unclosed action"],
    );
    check(
        "{{if .kind}}",
        &expect!["error: error parsing template {{if .kind}}, template: output:1: unexpected EOF"],
    );
    check(
        "{{end}}",
        &expect!["error: error parsing template {{end}}, template: output:1: unexpected {{end}}"],
    );
    check(
        "\n{{nope .kind}}",
        &expect![[r#"
        error: error parsing template 
        {{nope .kind}}, template: output:2: function "nope" not defined"#]],
    );
    check(
        "{{$x}}",
        &expect![[r#"error: error parsing template {{$x}}, template: output:1: undefined variable "$x""#]],
    );
    check(
        "{{if}}{{end}}",
        &expect!["error: error parsing template {{if}}{{end}}, template: output:1: missing value for if"],
    );
    check(
        "{{.a | }}",
        &expect!["error: error parsing template {{.a | }}, template: output:1: missing value for command"],
    );
    check(
        "{{\"a}}",
        &expect![[r#"error: error parsing template {{"a}}, template: output:1: unterminated quoted string"#]],
    );
    check(
        "{{#}}",
        &expect!["error: error parsing template {{#}}, template: output:1: unexpected \"#\" in command"],
    );
    check(
        "{{.a#}}",
        &expect!["error: error parsing template {{.a#}}, template: output:1: unexpected \"#\" in operand"],
    );
    check(
        "{{(.a}}",
        &expect!["error: error parsing template {{(.a}}, template: output:1: unclosed left paren"],
    );
    check(
        "{{.a)}}",
        &expect!["error: error parsing template {{.a)}}, template: output:1: unexpected right paren"],
    );
    check(
        "{{template \"x\"}}",
        &expect![[
            r#"error: error parsing template {{template "x"}}, template: output:1: the playground's templates have no {{template}}"#
        ]],
    );
}

#[test]
fn templates_that_fail_show_the_object() {
    let template = "{{.kind}} {{.a.b}}";
    let failed = go_template(template, &json!({"kind": "Service"}), true);
    let error = failed.err().unwrap_or_else(|| super::TemplateError {
        stdout: String::new(),
        message: String::new(),
    });
    expect![[r#"
        Service Error executing template: template: output:1:14: executing "output" at <.a.b>: nil pointer evaluating interface {}.b. Printing more information for debugging the template:
        	template was:
        		{{.kind}} {{.a.b}}
        	raw data was:
        		{"kind":"Service"}
        	object given to template engine was:
        		map[kind:Service]

    "#]].assert_eq(&error.stdout);
    expect![[r#"error executing template "{{.kind}} {{.a.b}}": template: output:1:14: executing "output" at <.a.b>: nil pointer evaluating interface {}.b"#]].assert_eq(&error.message);
}

#[test]
fn numbers_of_objects_are_floats() {
    let message = |template| go_template(template, &json!({"port": 80}), true).map_err(|error| error.message);
    expect![[r#"error executing template "{{eq .port 80}}": template: output:1:2: executing "output" at <eq .port 80>: error calling eq: incompatible types for comparison"#]].assert_eq(&message("{{eq .port 80}}").err().unwrap_or_default());
    expect![[r#"error executing template "{{.port.x}}": template: output:1:7: executing "output" at <.port.x>: can't evaluate field x in type interface {}"#]].assert_eq(&message("{{.port.x}}").err().unwrap_or_default());
    expect![[r#"error executing template "{{len .port}}": template: output:1:2: executing "output" at <len .port>: error calling len: len of type float64"#]].assert_eq(&message("{{len .port}}").err().unwrap_or_default());
    expect![[r#"error executing template "{{range .port}}{{end}}": template: output:1:8: executing "output" at <.port>: range can't iterate over 80"#]].assert_eq(&message("{{range .port}}{{end}}").err().unwrap_or_default());
    assert_eq!(message("{{if eq .port 80.0}}same{{end}}").as_deref(), Ok("same"));
    assert_eq!(message("{{printf \"%.0f\" .port}}").as_deref(), Ok("80"));
}

#[test]
fn secrets_are_decoded() {
    let message = |template: &str| {
        go_template(template, &json!({"data": {"a": "YmNk"}, "kind": "Secret"}), true).map_err(|error| {
            error
                .message
                .split_once(" at ")
                .map_or_else(String::new, |(_, end)| end.to_owned())
        })
    };
    assert_eq!(message("{{.data.a | base64decode}}").as_deref(), Ok("bcd"));
    assert_eq!(message("{{base64decode .data.a}}").as_deref(), Ok("bcd"));
    for (template, said) in [
        (
            "{{\"x%\" | base64decode}}",
            "<base64decode>: error calling base64decode: base64 decode failed: illegal base64 data at input byte 1",
        ),
        (
            "{{base64decode .data.a .data.a}}",
            "<base64decode>: wrong number of args for base64decode: want 1 got 2",
        ),
        (
            "{{base64decode .data}}",
            "<.data>: wrong type for value; expected string; got map[string]interface {}",
        ),
        (
            "{{.nope | base64decode}}",
            "<base64decode>: invalid value; expected string",
        ),
    ] {
        assert_eq!(message(template).err().as_deref(), Some(said), "{template}");
    }
}

#[test]
fn missing_keys_may_be_errors() {
    let failed = go_template("{{.nope}}", &json!({}), false);
    assert!(failed.is_err_and(|error| error.message.ends_with("at <.nope>: map has no entry for key \"nope\"")));
}

proptest::proptest! {
    #[test]
    fn any_template_is_answered(template in "(\\{\\{-? ?|-?\\}\\}|if |range |end|else|with |eq |printf |items|len |\\$x ?:= ?|/\\*|\\*/|[.|()$='\",:%0-9a-z é\\\\`-])*") {
        let _ = go_template(&template, &json!({"items": [{"a": 1}]}), true);
        let _ = go_template(&format!("{{{{{template}}}}}"), &json!({"items": [{"a": 1}]}), true);
    }
}

#[test]
fn what_multiplies_is_stopped() {
    let items = json!({"items": vec![1; 20]});
    let ranges = "{{range $.items}}".repeat(50) + &"{{end}}".repeat(50);
    for template in [
        "{{".to_owned() + &"(".repeat(10_000),
        "{{if .items}}".repeat(10_000),
        ranges,
        "{{range $i := 1000000000}}x{{end}}".to_owned(),
        "{{range 1000000000}}{{end}}".to_owned(),
        format!("{{{{range 400000}}}}{}{{{{end}}}}", "x".repeat(1_000)),
        "{{$x := \"ab\"}}{{range 60}}{{$x = printf \"%s%s\" $x $x}}{{end}}".to_owned(),
    ] {
        let failed = go_template(&template, &items, true).err();
        assert!(
            failed.is_some_and(|error| error.stdout.len() < 10_000_000),
            "{template:.40}"
        );
    }
}
