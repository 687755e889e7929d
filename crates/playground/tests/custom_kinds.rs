//! Objects of custom kinds: what the schema of their definition keeps, fills in and refuses, and how they are printed.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use playground::replay;
use serde_json::json;

const DEFINITION: &str = r#"
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets, singular: widget, shortNames: [wd], categories: [all]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    additionalPrinterColumns:
    - {name: Size, type: integer, jsonPath: .spec.size}
    - {name: Colour, type: string, jsonPath: .spec.colour}
    - {name: Host, type: string, jsonPath: .spec.host, priority: 1}
    - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
    schema:
      openAPIV3Schema:
        description: A widget.
        type: object
        required: [spec]
        properties:
          spec:
            description: What is wanted.
            type: object
            required: [size]
            properties:
              size: {type: integer, minimum: 1, maximum: 9, description: How large it is.}
              colour: {type: string, enum: [red, green], default: red}
              host: {type: string, pattern: '^[a-z.]+$', maxLength: 12}
              port: {x-kubernetes-int-or-string: true}
              ports:
                type: array
                maxItems: 2
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items: {type: object, properties: {name: {type: string}, number: {type: integer, default: 80}}}
              labels: {type: object, additionalProperties: {type: string}}
              free: {type: object, x-kubernetes-preserve-unknown-fields: true}
          status:
            type: object
            properties: {ready: {type: boolean}}
"#;

/// What the last of some lines printed on a cluster with the definition; `-` reads the text.
fn said(lines: &[(&str, &str)]) -> String {
    let step = |(line, text): &(&str, &str)| json!({"run": format!("kubectl {line}"), "stdin": text});
    let steps: Vec<_> = std::iter::once(&("create -f -", DEFINITION))
        .chain(lines)
        .map(step)
        .collect();
    let played = replay(&json!({"name": "custom", "steps": steps})).unwrap();
    let last = played["steps"].as_array().and_then(|it| it.last()).unwrap();
    let text = |field: &str| last[field].as_str().unwrap_or_default();
    text("stdout").to_owned() + text("stderr")
}

fn widget(spec: &str) -> String {
    format!("apiVersion: example.com/v1\nkind: Widget\nmetadata: {{name: a}}\nspec: {spec}\n")
}

fn created(spec: &str) -> String {
    said(&[("create -f -", &widget(spec))])
}

#[test]
fn what_the_schema_does_not_know_is_refused_or_dropped() {
    assert_eq!(created("{size: 1}"), "widget.example.com/a created\n");
    assert_eq!(
        created("{size: 1, sise: 2, ports: [{nam: x}]}"),
        "Error from server (BadRequest): error when creating \"STDIN\": Widget in version \"v1\" cannot be handled as a Widget: strict decoding error: unknown field \"spec.ports[0].nam\", unknown field \"spec.sise\"\n"
    );
    let text = widget("{size: 1, sise: 2, free: {any: [1]}, labels: {a: b}}");
    let kept = said(&[
        ("create --validate=false -f -", &text),
        ("get widget a -o jsonpath={.spec}", ""),
    ]);
    assert_eq!(
        kept,
        r#"{"colour":"red","free":{"any":[1]},"labels":{"a":"b"},"size":1}"#
    );
}

#[test]
fn defaults_are_filled_in_where_their_parent_is() {
    let text = widget("{size: 1, ports: [{name: x}], host: null}");
    let kept = said(&[("create -f -", &text), ("get widget a -o jsonpath={.spec}", "")]);
    assert_eq!(kept, r#"{"colour":"red","ports":[{"name":"x","number":80}],"size":1}"#);
}

#[test]
fn what_the_schema_does_not_allow_is_refused_in_its_words() {
    let invalid = |spec: &str, words: &str| {
        assert_eq!(created(spec), format!("The Widget \"a\" is invalid: {words}\n"));
    };
    invalid("{}", "spec.size: Required value");
    invalid(
        "{size: big}",
        "spec.size: Invalid value: \"string\": spec.size in body must be of type integer: \"string\"",
    );
    invalid(
        "{size: 0}",
        "spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1",
    );
    invalid(
        "{size: 10}",
        "spec.size: Invalid value: 10: spec.size in body should be less than or equal to 9",
    );
    invalid(
        "{size: 1, colour: blue}",
        "spec.colour: Unsupported value: \"blue\": supported values: \"red\", \"green\"",
    );
    invalid(
        "{size: 1, host: UP}",
        "spec.host: Invalid value: \"UP\": spec.host in body should match '^[a-z.]+$'",
    );
    invalid(
        "{size: 1, host: aaaaaaaaaaaaa}",
        "spec.host: Too long: may not be more than 12 bytes",
    );
    invalid(
        "{size: 1, labels: {a: 1}}",
        "spec.labels.a: Invalid value: \"integer\": spec.labels.a in body must be of type string: \"integer\"",
    );
    invalid(
        "{size: 1, port: true}",
        "spec.port: Invalid value: \"boolean\": spec.port in body must be of type integer,string: \"boolean\"",
    );
    invalid(
        "{size: 1, ports: [{name: a}, {name: b}, {name: c}]}",
        "spec.ports: Too many: 3: must have at most 2 items",
    );
    invalid(
        "{size: 1, ports: [{name: a}, {name: a}]}",
        "spec.ports[1]: Duplicate value: {\"name\":\"a\"}",
    );
    let both = created("{size: 0, colour: blue}");
    assert!(both.starts_with("The Widget \"a\" is invalid: \n* spec."), "{both}");
}

#[test]
fn columns_are_those_of_the_definition() {
    let text = widget("{size: 3, host: web}");
    let get = |line: &str| said(&[("create -f -", &text), (line, "")]);
    assert_eq!(
        get("get widgets"),
        "NAME   SIZE   COLOUR   AGE\na      3      red      1s\n"
    );
    assert_eq!(
        get("get wd -o wide"),
        "NAME   SIZE   COLOUR   HOST   AGE\na      3      red      web    1s\n"
    );
    let all = get("get all");
    assert!(all.contains("widget.example.com/a   3      red      1s"), "{all}");
}

#[test]
fn the_status_is_a_request_of_its_own() {
    let text = format!("{}status: {{ready: true}}\n", widget("{size: 1}"));
    let status = |lines: &[(&str, &str)]| {
        let lines: Vec<_> = lines
            .iter()
            .copied()
            .chain([("get widget a -o jsonpath={.status}", "")])
            .collect();
        said(&lines)
    };
    assert_eq!(status(&[("create -f -", &text)]), "");
    let patch = "patch widget a --type=merge --subresource=status -p '{\"status\":{\"ready\":true}}'";
    assert_eq!(status(&[("create -f -", &text), (patch, "")]), "{\"ready\":true}");
    let wrong = "patch widget a --type=merge --subresource=status -p '{\"status\":{\"ready\":1}}'";
    let refused = said(&[("create -f -", &text), (wrong, "")]);
    assert_eq!(
        refused,
        "The Widget \"a\" is invalid: status.ready: Invalid value: \"integer\": status.ready in body must be of type boolean: \"integer\"\n"
    );
    let generation = |patch: &str| {
        said(&[
            ("create -f -", &text),
            (patch, ""),
            ("get widget a -o jsonpath={.metadata.generation}", ""),
        ])
    };
    assert_eq!(generation(patch), "1");
    assert_eq!(
        generation("patch widget a --type=merge -p '{\"spec\":{\"size\":2}}'"),
        "2"
    );
}

/// What the creation of a definition with these changes says.
fn defined(changes: &[(&str, &str)]) -> String {
    let text = changes.iter().fold(DEFINITION.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    let steps = [json!({"run": "kubectl create -f -", "stdin": text})];
    let played = replay(&json!({"name": "define", "steps": steps})).unwrap();
    let text = |field: &str| played["steps"][0][field].as_str().unwrap_or_default();
    text("stdout").to_owned() + text("stderr")
}

#[test]
fn a_definition_must_be_structural_and_well_named() {
    let invalid = |changes: &[(&str, &str)], words: &str| {
        let expected = format!("The CustomResourceDefinition \"widgets.example.com\" is invalid: {words}\n");
        assert_eq!(defined(changes), expected);
    };
    let schema = "spec.validation.openAPIV3Schema";
    invalid(
        &[("colour: {type: string, enum", "colour: {enum")],
        &format!(
            "{schema}.properties[spec].properties[colour].type: Required value: must not be empty for specified object fields"
        ),
    );
    invalid(
        &[(
            "description: A widget.\n        type: object",
            "description: A widget.\n        type: string",
        )],
        &format!("{schema}.type: Invalid value: \"string\": must be object at the root"),
    );
    invalid(
        &[("host: {type: string", "host: {type: text")],
        &format!(
            "{schema}.properties[spec].properties[host].type: Unsupported value: \"text\": supported values: \"array\", \"boolean\", \"integer\", \"number\", \"object\", \"string\""
        ),
    );
    invalid(
        &[(
            "items: {type: object, properties: {name: {type: string}, number: {type: integer, default: 80}}}",
            "minItems: 0",
        )],
        &format!("{schema}.properties[spec].properties[ports].items: Required value: must be specified"),
    );
    invalid(
        &[(
            "port: {x-kubernetes-int-or-string: true}",
            "port: {type: string, oneOf: [{type: string}]}",
        )],
        &format!("{schema}.properties[spec].properties[port].oneOf[0].type: Forbidden: must be empty to be structural"),
    );
    invalid(
        &[("pattern: '^[a-z.]+$'", "pattern: '^([a-z.+$'")],
        &format!(
            "{schema}.properties[spec].properties[host].pattern: Invalid value: \"^([a-z.+$\": must be a valid regular expression, but isn't: error parsing regexp: missing closing ]: `[a-z.+$`"
        ),
    );
    invalid(
        &[(
            "required: [size]",
            "required: [size]\n            x-kubernetes-validations: [{rule: ' '}]",
        )],
        &format!("{schema}.properties[spec].x-kubernetes-validations[0].rule: Required value: rule is not specified"),
    );
    invalid(
        &[("type: date", "type: time")],
        "spec.additionalPrinterColumns[3].type: Invalid value: \"time\": must be one of boolean,date,integer,number,string",
    );
    invalid(
        &[("shortNames: [wd]", "shortNames: [Wd]")],
        "spec.names.shortNames[0]: Invalid value: \"Wd\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
    );
    let protected = defined(&[("example.com", "example.k8s.io")]);
    assert!(protected.contains("metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation \"api-approved.kubernetes.io\", see https://github.com/kubernetes/enhancements/pull/1111"), "{protected}");
}

#[test]
fn explain_tells_what_the_schema_says() {
    let page = said(&[("explain widget.spec", "")]);
    let expected = "GROUP:      example.com
KIND:       Widget
VERSION:    v1

FIELD: spec <Object>


DESCRIPTION:
    What is wanted.
    
FIELDS:
  colour\t<string>
  enum: red, green
    <no description>

  free\t<Object>
    <no description>

  host\t<string>
    <no description>

  labels\t<map[string]string>
    <no description>

  port\t<Object>
    <no description>

  ports\t<[]Object>
    <no description>

  size\t<integer> -required-
    How large it is.


";
    assert_eq!(page, expected);
    let root = said(&[("explain widget", "")]);
    assert!(
        root.contains("DESCRIPTION:\n    A widget.\n    \nFIELDS:\n  apiVersion\t<string>\n"),
        "{root}"
    );
    assert!(
        root.contains("\n  spec\t<Object> -required-\n    What is wanted.\n\n  status\t<Object>\n"),
        "{root}"
    );
    let ports = said(&[("explain widget.spec.ports --recursive", "")]);
    assert!(
        ports.contains(
            "FIELD: ports <[]Object>\n\n\nDESCRIPTION:\n    <empty>\nFIELDS:\n  name\t<string>\n  number\t<integer>\n"
        ),
        "{ports}"
    );
    assert!(said(&[("explain widget.spec.nope", "")]).contains("field \"nope\" does not exist"));
}

#[test]
fn each_served_version_has_its_own_fields() {
    let definition = DEFINITION.replace(
        "  versions:\n",
        "  versions:\n  - name: v1beta1\n    served: true\n    storage: false\n    additionalPrinterColumns: [{name: Old, type: string, jsonPath: .spec.colour}]\n    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}, old: {type: string}, colour: {type: string}}}}}}\n",
    );
    let old = "{apiVersion: example.com/v1beta1, kind: Widget, metadata: {name: a}, spec: {size: 3, old: x}}";
    let lines = [
        ("create -f -", definition.as_str()),
        ("create -f -", old),
        (
            "get widgets.v1beta1.example.com a -o jsonpath='{.apiVersion} {.spec}'",
            "",
        ),
        ("get widgets a -o jsonpath='{.apiVersion} {.spec}'", ""),
        ("get widgets.v1beta1.example.com", ""),
        ("api-versions", ""),
        ("get widgets.v2.example.com", ""),
    ];
    let steps: Vec<_> = { lines.iter() }
        .map(|(line, text)| json!({"run": format!("kubectl {line}"), "stdin": text}))
        .collect();
    let played = replay(&json!({"name": "versions", "steps": steps})).unwrap();
    let said = |step: usize| {
        let text = |field: &str| played["steps"][step][field].as_str().unwrap_or_default();
        text("stdout").to_owned() + text("stderr")
    };
    assert_eq!(said(1), "widget.example.com/a created\n");
    // The stored version knows no `old`, and sets a colour only for what is written in it.
    assert_eq!(said(2), "example.com/v1beta1 {\"size\":3}");
    assert_eq!(said(3), "example.com/v1 {\"colour\":\"red\",\"size\":3}");
    assert_eq!(said(4), "NAME   OLD\na      \n");
    assert!(said(5).contains("example.com/v1\nexample.com/v1beta1\n"));
    assert_eq!(said(6), "error: the server doesn't have a resource type \"widgets\"\n");
}

#[test]
fn kubectl_remembers_a_kind_whose_definition_is_gone_until_it_misses_one() {
    let gone = |verb: &str| format!("the server could not find the requested resource ({verb} widgets.example.com");
    let after = |line: &str, text: &str| said(&[("get wd", ""), ("delete crd widgets.example.com", ""), (line, text)]);
    let listed = format!(
        "Error from server (NotFound): Unable to list \"example.com/v1, Resource=widgets\": {})\n",
        gone("get")
    );
    assert_eq!(after("get widgets", ""), listed);
    assert_eq!(after("get wd", ""), listed);
    assert_eq!(
        after("get widgets a", ""),
        format!("Error from server (NotFound): {} a)\n", gone("get"))
    );
    assert_eq!(
        after("delete widget a", ""),
        format!("Error from server (NotFound): {} a)\n", gone("delete"))
    );
    assert_eq!(
        after("create -f -", &widget("{size: 1}")),
        format!(
            "Error from server (NotFound): error when creating \"STDIN\": {})\n",
            gone("post")
        )
    );
    assert_eq!(
        after("explain widgets", ""),
        "error: couldn't find resource for \"example.com/v1, Resource=widgets\"\n"
    );
    let unknown = "error: the server doesn't have a resource type \"widgets\"\n";
    let missed = |line| {
        said(&[
            ("get wd", ""),
            ("delete crd widgets.example.com", ""),
            (line, ""),
            ("get widgets", ""),
        ])
    };
    assert_eq!(missed("get nonsense"), unknown);
    assert_eq!(missed("api-resources"), unknown);
    assert_eq!(missed("get pods"), listed);
}

#[test]
fn kubectl_forgets_after_six_hours() {
    let step = |line: &str| json!({"run": line, "stdin": DEFINITION});
    let steps = [
        step("kubectl create -f -"),
        step("kubectl get wd"),
        step("kubectl delete crd widgets.example.com"),
        json!({"wait": 6 * 60 * 60 + 1}),
        step("kubectl get widgets"),
    ];
    let played = replay(&json!({"name": "custom", "steps": steps})).unwrap();
    assert_eq!(
        played["steps"][4]["stderr"],
        "error: the server doesn't have a resource type \"widgets\"\n"
    );
}

#[test]
fn the_recorded_clusters_publish_what_openshifts_control_plane_does() {
    assert_eq!(
        said(&[(
            "get cm openshift-service-ca.crt -o jsonpath={.data}{.metadata.annotations}",
            ""
        )]),
        "{\"service-ca.crt\":\"\"}{\"service.beta.openshift.io/inject-cabundle\":\"true\"}"
    );
    let deleted = said(&[("delete cm openshift-service-ca.crt", ""), ("get cm -o name", "")]);
    assert_eq!(
        deleted,
        "configmap/kube-root-ca.crt\nconfigmap/openshift-service-ca.crt\n"
    );
}
