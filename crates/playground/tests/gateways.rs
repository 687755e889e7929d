//! Gateways in the text: who serves them, where their requests go, and what their statuses say.
#![allow(missing_docs, clippy::unwrap_used)]

use playground::{Micros, Outcome, Request, Scenario, Session, Traffic, View, offers, share, target_word};

/// A definition of the Gateway API, shortened.
fn definition(kind: &str, plural: &str, scope: &str, version: &str) -> String {
    format!(
        "---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: {plural}.gateway.networking.k8s.io
  annotations: {{api-approved.kubernetes.io: https://github.com/kubernetes-sigs/gateway-api/pull/2997}}
spec:
  group: gateway.networking.k8s.io
  scope: {scope}
  names: {{kind: {kind}, plural: {plural}, singular: {}}}
  versions:
  - name: {version}
    served: true
    storage: true
    subresources: {{status: {{}}}}
    schema: {{openAPIV3Schema: {{type: object, x-kubernetes-preserve-unknown-fields: true}}}}
",
        kind.to_lowercase()
    )
}

fn definitions() -> String {
    [
        definition("GatewayClass", "gatewayclasses", "Cluster", "v1"),
        definition("Gateway", "gateways", "Namespaced", "v1"),
        definition("HTTPRoute", "httproutes", "Namespaced", "v1"),
        definition("ReferenceGrant", "referencegrants", "Namespaced", "v1beta1"),
    ]
    .concat()
}

const CLASS: &str = "---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: eg}
spec: {controllerName: gateway.envoyproxy.io/gatewayclass-controller}
";

const GATEWAY: &str = "---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: door}
spec:
  gatewayClassName: eg
  listeners:
  - {name: http, protocol: HTTP, port: 80, hostname: '*.shop.example'}
";

fn app(name: &str, namespace: &str, replicas: usize) -> String {
    format!(
        "---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: c, image: nginx}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: {namespace}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}
"
    )
}

/// A route of `www.shop.example` at the Gateway, with these rules as a list of flow mappings.
fn route(rules: &str) -> String {
    format!(
        "---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: shop}}
spec:
  parentRefs: [{{name: door}}]
  hostnames: [www.shop.example]
  rules: {rules}
"
    )
}

fn to(name: &str) -> String {
    format!("backendRefs: [{{name: {name}, port: 80}}]")
}

fn shop(rules: &str) -> String {
    let apps = [app("web", "default", 2), app("api", "default", 2)].concat();
    [&definitions(), CLASS, GATEWAY, &apps, &route(rules)].concat()
}

fn session(text: &str) -> Session {
    let session = Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    });
    let is_advice = |it: &playground::Diagnostic| it.severity == playground::Severity::Advice;
    assert!(
        session.diagnostics().iter().all(is_advice),
        "{:?}",
        session.diagnostics()
    );
    session
}

const AT: Micros = Micros::from_seconds(30);
const HOST: &str = "-H 'Host: www.shop.example'";

fn prints(text: &str, line: &str) -> String {
    let output = session(text).kubectl(AT, line);
    output.stdout + &output.stderr
}

fn typed(text: &str, line: &str) -> String {
    let (output, _) = session(text).perform(AT, line);
    output.stdout + &output.stderr
}

/// The status line of an answer to curl.
fn status(text: &str, options: &str, path: &str) -> String {
    let said = typed(text, &format!("curl -si {options} http://203.0.113.101{path}"));
    said.lines().next().unwrap_or_default().to_owned()
}

fn requests(session: &mut Session) -> Vec<Request> {
    session.run(AT);
    session.requests(AT).to_vec()
}

/// The reason of a route's condition at its first parent.
fn condition(text: &str, kind: &str) -> String {
    let path = format!("{{.status.parents[0].conditions[?(@.type==\"{kind}\")].reason}}");
    prints(text, &format!("kubectl get httproute shop -o jsonpath='{path}'"))
}

#[test]
fn a_gateway_of_a_class_carries_requests_by_host_and_path() {
    let text = shop(&format!(
        "[{{matches: [{{path: {{value: /api}}}}], {}}}, {{{}}}]",
        to("api"),
        to("web")
    ));
    let mut session = session(&text);
    let (_, targets) = offers(session.world(AT));
    assert_eq!(target_word(&targets[0].service), "gateway/default/door");
    let flows = session.sending().to_vec();
    assert!(flows.iter().all(|flow| flow.to == "gateway/default/door"), "{flows:?}");
    assert_eq!(flows.len(), 2);
    let chosen = Scenario {
        traffic: Traffic::Chosen(flows),
        ..session.scenario(View::default())
    };
    assert_eq!(share::decode(&share::encode(&chosen)).unwrap(), chosen);
    let requests = requests(&mut session);
    assert!(requests.len() > 20);
    assert!(requests.iter().all(|request| request.outcome == Outcome::Answered));
    for request in &requests {
        let path = &request.target.web.as_ref().unwrap().path;
        let service = if path == "/api" { "api" } else { "web" };
        assert_eq!(&*request.service().name, service, "{path}");
    }
    let caveats = session.caveats(AT).join("\n");
    assert!(
        caveats.contains("stands for gateway.envoyproxy.io/gatewayclass-controller"),
        "{caveats}"
    );
}

#[test]
fn what_no_route_matches_gets_404_and_what_no_backend_answers_500_or_503() {
    let text = shop(&format!(
        "[{{matches: [{{path: {{value: /api}}}}], {}}}, {{matches: [{{path: {{value: /none}}}}], {}}}, {{matches: [{{path: {{value: /empty}}}}], {}}}]",
        to("api"),
        to("nobody"),
        to("idle")
    ));
    let text = text + &app("idle", "default", 0);
    // The pods' nginx has no such page, and unlike the Gateway says so in a body.
    assert_eq!(status(&text, HOST, "/api"), "HTTP/1.1 404 Not Found");
    assert!(typed(&text, &format!("curl -s {HOST} http://203.0.113.101/api")).contains("<center>nginx/"));
    assert_eq!(typed(&text, &format!("curl -s {HOST} http://203.0.113.101/other")), "");
    assert_eq!(status(&text, HOST, "/other"), "HTTP/1.1 404 Not Found");
    assert_eq!(
        status(&text, "-H 'Host: other.example'", "/api"),
        "HTTP/1.1 404 Not Found"
    );
    assert_eq!(status(&text, HOST, "/none"), "HTTP/1.1 500 Internal Server Error");
    assert_eq!(status(&text, HOST, "/empty"), "HTTP/1.1 503 Service Unavailable");
    assert_eq!(condition(&text, "Accepted"), "Accepted");
    assert_eq!(condition(&text, "ResolvedRefs"), "BackendNotFound");
    let statuses: Vec<Option<u16>> = requests(&mut session(&text)).iter().map(|it| it.status).collect();
    assert!(
        statuses.contains(&Some(500)) && statuses.contains(&Some(503)),
        "{statuses:?}"
    );
}

#[test]
fn headers_parameters_and_methods_decide_before_the_plain_path() {
    let canary = "{path: {value: /}, headers: [{name: X-Canary, value: 'yes'}]}, {path: {value: /}, queryParams: [{name: v, value: '2'}]}, {path: {value: /}, method: POST}";
    let text = shop(&format!("[{{{}}}, {{matches: [{canary}], {}}}]", to("web"), to("api")));
    let world = session(&text).world(AT).clone();
    let router = world.routers[0].clone();
    let goes = |method: &str, headers: &[(&str, &str)], path: &str| {
        let asked = playground::WebAddress {
            host: "www.shop.example".to_owned(),
            path: path.to_owned(),
            method: method.to_owned(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            ..Default::default()
        };
        let routing = router.route(&asked, 80, 0);
        router
            .upstream(routing.upstream().unwrap())
            .unwrap()
            .service
            .name
            .to_string()
    };
    assert_eq!(goes("", &[], "/"), "web");
    assert_eq!(goes("", &[("x-canary", "yes")], "/"), "api");
    assert_eq!(goes("", &[("x-canary", "no")], "/"), "web");
    assert_eq!(goes("", &[], "/a?v=2"), "api");
    assert_eq!(goes("POST", &[], "/"), "api");
    assert_eq!(goes("GET", &[], "/"), "web");
}

#[test]
fn filters_redirect_rewrite_and_change_headers() {
    let redirect = "{matches: [{path: {value: /old}}], filters: [{type: RequestRedirect, requestRedirect: {scheme: https, statusCode: 301, path: {type: ReplacePrefixMatch, replacePrefixMatch: /new}}}]}";
    let rewrite = format!(
        "{{matches: [{{path: {{value: /api}}}}], filters: [{{type: URLRewrite, urlRewrite: {{path: {{type: ReplacePrefixMatch, replacePrefixMatch: /}}}}}}, {{type: ResponseHeaderModifier, responseHeaderModifier: {{add: [{{name: X-By, value: door}}], remove: [Content-Type]}}}}], {}}}",
        to("api")
    );
    let text = shop(&format!("[{redirect}, {rewrite}]"));
    let moved = typed(&text, &format!("curl -si {HOST} http://203.0.113.101/old/a?b=c"));
    assert!(moved.starts_with("HTTP/1.1 301 Moved Permanently\r\n"), "{moved}");
    assert!(
        moved.contains("Location: https://www.shop.example/new/a?b=c\r\n"),
        "{moved}"
    );
    let page = typed(&text, &format!("curl -si {HOST} http://203.0.113.101/api"));
    assert!(page.contains("Welcome to nginx!"), "{page}");
    assert!(page.contains("X-By: door") && !page.contains("Content-Type"), "{page}");
}

#[test]
fn weights_share_requests_between_backends() {
    let text = shop("[{backendRefs: [{name: web, port: 80, weight: 9}, {name: api, port: 80, weight: 1}]}]");
    let session = session(&text);
    let flow = session.sending()[0].clone();
    let tally = session.tally(AT, &flow, 10_000).unwrap();
    let of = |app: &str| {
        let own = |share: &&playground::Share| share.backend.name().starts_with(app);
        tally.shares.iter().filter(own).map(|share| share.got).sum::<u64>()
    };
    assert!((8_800..9_200).contains(&of("web-")), "{}", of("web-"));
    assert!((800..1_200).contains(&of("api-")), "{}", of("api-"));
}

#[test]
fn without_its_class_nobody_serves_a_gateway_and_the_cause_is_said() {
    let text = shop(&format!("[{{{}}}]", to("web"))).replace(CLASS, "");
    let session = session(&text);
    let caveats = session.caveats(AT).join("\n");
    assert!(
        caveats.contains("nobody serves Gateway door, so no request goes by it: there is no GatewayClass eg"),
        "{caveats}"
    );
    assert!(session.sending().iter().all(|flow| !flow.to.starts_with("gateway/")));
    let status = prints(&text, "kubectl get gateway door -o jsonpath={.status}");
    assert_eq!(status, "");
}

#[test]
fn statuses_say_what_is_attached_and_what_is_wrong() {
    let text = shop(&format!("[{{{}}}]", to("web")));
    let get = |path: &str| prints(&text, &format!("kubectl get gateway door -o jsonpath='{path}'"));
    assert_eq!(get("{.status.addresses[0].value}"), "203.0.113.101");
    assert_eq!(get("{.status.conditions[*].type}"), "Accepted Programmed");
    assert_eq!(get("{.status.conditions[*].status}"), "True True");
    assert_eq!(get("{.status.listeners[0].attachedRoutes}"), "1");
    assert_eq!(get("{.metadata.generation}"), "1");
    let class = prints(
        &text,
        "kubectl get gatewayclass eg -o jsonpath={.status.conditions[0].reason}",
    );
    assert_eq!(class, "Accepted");
    let elsewhere = text.replace("hostnames: [www.shop.example]", "hostnames: [www.example]");
    assert_eq!(condition(&elsewhere, "Accepted"), "NoMatchingListenerHostname");
    let section = text.replace("[{name: door}]", "[{name: door, sectionName: https}]");
    assert_eq!(condition(&section, "Accepted"), "NoMatchingParent");
    let https = text.replace(
        "protocol: HTTP, port: 80",
        "protocol: HTTPS, port: 443, tls: {certificateRefs: [{name: cert}]}",
    );
    let caveats = session(&https).caveats(AT).join("\n");
    assert!(
        caveats.contains("listener http of Gateway door serves nobody: Secret default/cert does not exist"),
        "{caveats}"
    );
}

#[test]
fn routes_and_backends_of_other_namespaces_need_leave() {
    let space = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: team}\n";
    let rules = "[{backendRefs: [{name: far, namespace: team, port: 80}]}]";
    let text = space.to_owned() + &shop(rules) + &app("far", "team", 1);
    assert_eq!(status(&text, HOST, "/"), "HTTP/1.1 500 Internal Server Error");
    assert_eq!(condition(&text, "ResolvedRefs"), "RefNotPermitted");
    let grant = "---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: shop, namespace: team}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}]
  to: [{group: '', kind: Service}]
";
    let granted = text.clone() + grant;
    assert_eq!(status(&granted, HOST, "/"), "HTTP/1.1 200 OK");
    assert_eq!(condition(&granted, "ResolvedRefs"), "ResolvedRefs");
    let foreign = granted.replace("metadata: {name: shop}\n", "metadata: {name: shop, namespace: team}\n");
    let foreign = foreign.replace("[{name: door}]", "[{name: door, namespace: default}]");
    let said = |text: &str| {
        let path = "{.status.parents[0].conditions[0].reason}";
        prints(text, &format!("kubectl get httproute shop -n team -o jsonpath={path}"))
    };
    assert_eq!(said(&foreign), "NotAllowedByListeners");
    let open = foreign.replace(
        "'*.shop.example'}",
        "'*.shop.example', allowedRoutes: {namespaces: {from: All}}}",
    );
    assert_eq!(said(&open), "Accepted");
}
