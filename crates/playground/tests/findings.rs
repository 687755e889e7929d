//! A finding is explained by its rule and marked at its own field, whatever words stand in the text.
#![allow(missing_docs)]

use playground::{Code, Diagnostic, Scenario, Session, Severity};

fn diagnostics(text: &str) -> Vec<Diagnostic> {
    let session = Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    });
    session.diagnostics().to_vec()
}

/// The codes of what is found in a text, its marked ranges, and the labels of the fixes; advice aside.
fn found(text: &str) -> Vec<(&'static str, String, Vec<String>)> {
    let found = diagnostics(text).into_iter();
    let found = found.filter(|it| it.severity != Severity::Advice);
    found
        .map(|it| {
            let labels = it.fixes.into_iter().map(|fix| fix.label);
            (it.code.word(), text[it.range].to_owned(), labels.collect())
        })
        .collect()
}

fn one(code: &'static str, marked: &str, labels: &[&str]) -> Vec<(&'static str, String, Vec<String>)> {
    let labels = labels.iter().map(|it| (*it).to_owned()).collect();
    vec![(code, marked.to_owned(), labels)]
}

fn service(spec: &str) -> String {
    format!("apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n{spec}  ports:\n    - port: 80\n")
}

#[test]
fn a_value_that_holds_the_words_of_another_message_is_explained_rightly() {
    assert_eq!(
        found(&service(
            "  type: ExternalName\n  externalName: \"may not change once set\"\n"
        )),
        one(
            "external-name-form",
            "\"may not change once set\"",
            &["Change to may-not-change-once-set"]
        )
    );
    assert_eq!(
        found(&service("  type: \"cannot unmarshal\"\n")),
        one("service-type", "\"cannot unmarshal\"", &[])
    );
    assert_eq!(
        found(&service("").replace("name: web", "name: \"unknown field\"")),
        one("name-label", "\"unknown field\"", &["Change to unknown-field"])
    );
    assert_eq!(
        found(&service("  type: \"unknown field\"\n")),
        one("service-type", "\"unknown field\"", &[])
    );
    assert_eq!(
        found("a: *already-exists\n"),
        one("anchor-unknown", "*already-exists", &[])
    );
}

#[test]
fn an_item_of_the_source_ranges_is_marked_where_it_stands() {
    let ranges = "  type: LoadBalancer\n  loadBalancerSourceRanges:\n    - 10.0.0.0/8\n    - 10.0.0.0\n";
    assert_eq!(found(&service(ranges)), one("range-form", "10.0.0.0", &[]));
    let shown = diagnostics(&service(ranges)).remove(0).message;
    assert!(shown.starts_with("spec.LoadBalancerSourceRanges[1]: "), "{shown}");
    let (_, marked, _) = found(&service("  loadBalancerSourceRanges: [10.0.0.0/8]\n")).remove(0);
    assert_eq!(marked, "[10.0.0.0/8]");
}

#[test]
fn a_cluster_ip_is_marked_where_it_is_written() {
    assert_eq!(
        found(&service("  clusterIP: none\n")),
        one("cluster-ip-form", "none", &[])
    );
    assert_eq!(
        found(&service("  clusterIP: 10.96.0.1\n")),
        one("cluster-ip-taken", "10.96.0.1", &["Leave it out: a free one is taken"])
    );
    assert_eq!(
        found(&service("  clusterIPs: [10.96.0.77]\n")),
        one("cluster-ip-missing", "[10.96.0.77]", &[])
    );
}

#[test]
fn a_label_is_marked_by_itself() {
    assert_eq!(
        found(&service("  selector:\n    app: web\n    tier: back end\n")),
        one("label-value", "back end", &[])
    );
    assert_eq!(
        found(&service("  selector:\n    app: web\n    a b: c\n")),
        one("label-key", "a b", &[])
    );
    let template = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  selector:\n    matchLabels:\n      a: b\n  template:\n    metadata:\n      labels:\n        a: b\n        c: d e\n    spec:\n      containers:\n        - name: a\n          image: a\n";
    assert_eq!(found(template), one("label-value", "d e", &[]));
}

#[test]
fn http_is_a_protocol_over_tcp() {
    for word in ["HTTP", "http", "HTTPS", "tcp", "tpc"] {
        let text = service("").replace("port: 80", &format!("port: 80\n      protocol: {word}"));
        assert_eq!(found(&text), one("protocol", word, &["Change to TCP"]));
    }
    let text = service("").replace("port: 80", "port: 80\n      protocol: sctp");
    assert_eq!(found(&text), one("protocol", "sctp", &["Change to SCTP"]));
}

#[test]
fn a_quoted_target_port_loses_its_quotes() {
    let text = service("").replace("port: 80", "port: 80\n      targetPort: \"8080\"");
    assert_eq!(
        found(&text),
        one("target-port-quoted", "\"8080\"", &["Take the quotes away"])
    );
}

#[test]
fn an_item_of_a_list_gets_the_advice_and_meanings_of_a_document() {
    let service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: wbe\n  ports:\n    - port: 80\n";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web-1\n  labels:\n    app: web\n  annotations:\n    playground/answers: fast\nspec:\n  containers:\n    - name: web\n      image: nginx\n      imagePullPolicy: Allways\n";
    let pod_good = pod.replace("Allways", "Always");
    let item = |text: &str| {
        let indented: Vec<String> = text.lines().map(|line| format!("    {line}\n")).collect();
        format!("  -{}", &indented.concat()[3..])
    };
    for pod in [pod, &pod_good] {
        let alone = format!("{service}---\n{pod}");
        let listed = format!("apiVersion: v1\nkind: List\nitems:\n{}{}", item(service), item(pod));
        let told = |text: &str| {
            let each = diagnostics(text).into_iter().map(|it| {
                let fixes: Vec<(String, String)> =
                    it.fixes.into_iter().map(|fix| (fix.label, fix.replacement)).collect();
                (it.code.word(), text[it.range].to_owned(), it.meaning, fixes)
            });
            each.collect::<Vec<_>>()
        };
        assert!(!told(&alone).is_empty());
        assert_eq!(told(&listed), told(&alone), "{listed}");
    }
}

#[test]
fn each_diagnostic_has_a_code() {
    let codes = |text: &str| found_codes(&diagnostics(text));
    assert_eq!(codes("a: b: c\n"), ["second-colon"]);
    assert_eq!(codes("a: b\n"), ["type-missing"]);
    assert_eq!(codes(&service("  selector:\n    a: b\n")), ["no-pods"]);
    assert_eq!(codes(&"a".repeat(1_000_001)), ["limit"]);
}

fn found_codes(diagnostics: &[Diagnostic]) -> Vec<&'static str> {
    diagnostics.iter().map(|it| Code::word(it.code)).collect()
}
