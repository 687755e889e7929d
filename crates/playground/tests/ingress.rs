//! An Ingress in the text: who serves it, where its requests go, and what the page says of that.
#![allow(missing_docs, clippy::unwrap_used)]

use playground::{
    Act, FlowSpec, Hop, Micros, Outcome, Request, Scenario, Session, TimedAct, Traffic, offers, share, target_word,
};

const CLASS: &str = "---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: k8s.io/ingress-nginx}
";

const WEB: &str = "---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: w, image: nginx}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
";

fn ingress(class: &str, service: &str, port: &str) -> String {
    format!(
        "---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: shop}}
spec:
  {class}
  rules:
  - host: shop.example
    http:
      paths:
      - {{path: /api, pathType: Prefix, backend: {{service: {{name: {service}, port: {{{port}}}}}}}}}
"
    )
}

fn shop() -> String {
    format!(
        "{WEB}{CLASS}{}",
        ingress("ingressClassName: nginx", "web", "number: 80")
    )
}

fn session(text: &str) -> Session {
    Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    })
}

const AT: Micros = Micros::from_seconds(30);

/// What a command prints half a minute later.
fn prints(session: &Session, line: &str) -> String {
    let output = session.kubectl(AT, line);
    output.stdout + &output.stderr
}

fn requests(session: &mut Session) -> Vec<Request> {
    session.run(AT);
    session.requests(AT).to_vec()
}

#[test]
fn with_its_class_an_ingress_is_served_by_a_controller_that_is_built_in() {
    let session = session(&shop());
    assert!(session.diagnostics().is_empty(), "{:?}", session.diagnostics());
    let table = prints(&session, "kubectl get ingress");
    assert!(
        table.contains("shop   nginx   shop.example   192.168.49.2   80"),
        "{table}"
    );
    let told = prints(&session, "kubectl describe ingress shop");
    assert!(told.contains("/api   web:80 (10.244.0.2:80,10.244.0.3:80)"), "{told}");
    assert!(told.contains("nginx-ingress-controller  Scheduled for sync"), "{told}");
    let caveats = session.caveats(AT).join("\n");
    assert!(caveats.contains("the ingress controller is built in"), "{caveats}");
    assert!(caveats.contains("no name server knows shop.example"), "{caveats}");
}

#[test]
fn traffic_goes_from_outside_by_the_controller_to_the_pods() {
    let mut session = session(&shop());
    let flows = session.sending().to_vec();
    assert_eq!(
        flows.len(),
        1,
        "the Service is asked by the controller alone: {flows:?}"
    );
    assert_eq!((flows[0].from.as_str(), flows[0].to.as_str()), ("outside", "ingress"));
    assert_eq!(flows[0].host.as_deref(), Some("shop.example"));
    assert_eq!(flows[0].path.as_deref(), Some("/api"));
    let requests = requests(&mut session);
    assert!(requests.len() > 20);
    assert!(requests.iter().all(|request| request.outcome == Outcome::Answered));
    let through = requests[0].routed.as_ref().unwrap();
    assert_eq!(&*through.routing.rule.as_ref().unwrap().object.name, "shop");
    assert_eq!(through.upstream.as_ref().unwrap().words(), "web:80");
    assert_eq!(&*requests[0].service().name, "web");
}

#[test]
fn the_traffic_panel_offers_what_rules_are_for_and_links_keep_it() {
    let session = session(&shop());
    let (_, targets) = offers(session.world(AT));
    let first = &targets[0];
    assert_eq!(target_word(&first.service), "ingress");
    assert_eq!(first.web.as_ref().unwrap().words(), "shop.example/api");
    let flow = FlowSpec {
        from: "outside".to_owned(),
        to: "ingress".to_owned(),
        port: 80,
        millihertz: 1_000,
        host: Some("shop.example".to_owned()),
        path: Some("/nothing".to_owned()),
        ..FlowSpec::default()
    };
    let scenario = Scenario {
        text: shop(),
        traffic: Traffic::Chosen(vec![flow]),
        acts: vec![TimedAct {
            at: 1_000_000,
            act: Act::Send {
                from: "outside".to_owned(),
                to: "ingress".to_owned(),
                port: 80,
                count: 3,
                host: Some("other.example".to_owned()),
                path: None,
            },
        }],
        ..Scenario::default()
    };
    let shared = share::decode(&share::encode(&scenario)).unwrap();
    assert_eq!(shared, scenario);
    let mut session = Session::new(shared);
    let requests = requests(&mut session);
    assert!(
        requests
            .iter()
            .all(|it| (it.outcome, it.status) == (Outcome::Gateway, Some(404)))
    );
    assert!(requests.iter().any(|it| it.target.words() == "other.example"));
}

#[test]
fn pods_that_are_not_ready_leave_503() {
    let mut session = session(&shop());
    for pod in prints(&session, "kubectl get pods -o name").lines() {
        let pod = pod.trim_start_matches("pod/").to_owned();
        let act = Act::Ready {
            namespace: "default".to_owned(),
            pod,
            ready: false,
        };
        session.act(Micros::from_seconds(10), act);
    }
    let requests = requests(&mut session);
    let last = requests.last().unwrap();
    assert_eq!((last.outcome, last.status), (Outcome::Gateway, Some(503)));
    let hops: Vec<Hop> = last.legs.iter().map(|leg| leg.hop).collect();
    assert_eq!(hops, [Hop::ToService, Hop::FromService]);
}

fn advice(session: &Session) -> Vec<String> {
    let all = session.diagnostics().iter();
    all.map(|it| format!("{}: {}", it.code.word(), it.message)).collect()
}

/// The session after the first fix of its first diagnostic.
fn fixed(text: &str) -> Session {
    let before = session(text);
    let fix = before.diagnostics()[0].fixes[0].clone();
    let mut text = text.to_owned();
    text.replace_range(fix.range, &fix.replacement);
    session(&text)
}

#[test]
fn an_ingress_that_nobody_serves_says_so_and_gets_its_class() {
    for class in ["ingressClassName: nginx", "defaultBackend:"] {
        let text = format!("{WEB}{}", ingress(class, "web", "number: 80"));
        let alone = session(&text);
        assert!(
            advice(&alone)[0].starts_with("no-controller: nobody serves this Ingress"),
            "{:?}",
            advice(&alone)
        );
        assert!(alone.caveats(AT)[0].starts_with("nobody serves Ingress shop, so ADDRESS stays empty"));
        assert!(alone.sending().iter().all(|flow| flow.to != "ingress"));
        let table = prints(&alone, "kubectl get ingress");
        assert!(!table.contains("192.168"), "{table}");
        let served = fixed(&text);
        assert_eq!(advice(&served), Vec::<String>::new());
        assert!(prints(&served, "kubectl get ingress").contains("192.168.49.2"));
    }
    let other = CLASS.replace("k8s.io/ingress-nginx", "traefik.io/ingress-controller");
    let text = format!(
        "{WEB}{other}{}",
        ingress("ingressClassName: nginx", "web", "number: 80")
    );
    assert_eq!(
        advice(&session(&text)),
        ["no-controller: nobody here serves Ingresses of the class nginx"]
    );
}

#[test]
fn a_backend_that_is_not_there_is_marked_with_the_nearest() {
    let text = format!(
        "{WEB}{CLASS}{}",
        ingress("ingressClassName: nginx", "wev", "number: 80")
    );
    assert_eq!(
        advice(&session(&text)),
        ["no-backend: there is no Service wev in namespace default"]
    );
    assert_eq!(advice(&fixed(&text)), Vec::<String>::new());
    for (port, wanted) in [("number: 8080", "8080"), ("name: web", "web")] {
        let text = format!("{WEB}{CLASS}{}", ingress("ingressClassName: nginx", "web", port));
        assert_eq!(
            advice(&session(&text)),
            [format!("no-backend-port: Service web has no port {wanted}")]
        );
        assert_eq!(advice(&fixed(&text)), Vec::<String>::new());
        let answers: Vec<_> = requests(&mut session(&text)).iter().map(|it| it.status).collect();
        assert!(answers.iter().all(|status| *status == Some(503)), "{answers:?}");
    }
}

#[test]
fn the_annotation_of_old_and_a_default_class_are_served_too() {
    let annotated = ingress("defaultBackend:", "web", "number: 80").replace(
        "{name: shop}",
        "{name: shop, annotations: {kubernetes.io/ingress.class: nginx}}",
    );
    let with_class = |class: &str| session(&format!("{WEB}{class}{annotated}"));
    assert!(prints(&with_class(CLASS), "kubectl get ingress").contains("192.168.49.2"));
    let default = CLASS.replace(
        "{name: nginx}",
        "{name: nginx, annotations: {ingressclass.kubernetes.io/is-default-class: \"true\"}}",
    );
    let text = format!("{WEB}{default}{}", ingress("defaultBackend:", "web", "number: 80"));
    let table = prints(&session(&text), "kubectl get ingress");
    assert!(table.contains("shop   nginx   shop.example   192.168.49.2"), "{table}");
}

#[test]
fn annotations_that_are_not_followed_are_said() {
    let text = shop().replace(
        "{name: shop}",
        "{name: shop, annotations: {nginx.ingress.kubernetes.io/canary: \"true\", nginx.ingress.kubernetes.io/use-regex: \"true\"}}",
    );
    let caveats = session(&text).caveats(AT).join("\n");
    assert!(
        caveats.contains("shop: the ingress controller here does not follow canary"),
        "{caveats}"
    );
}

fn typed(text: &str, line: &str) -> String {
    let (output, _) = session(text).perform(AT, line);
    output.stdout + &output.stderr
}

#[test]
fn curl_asks_the_controller_by_the_host_header_or_by_resolve() {
    let text = shop();
    let by_header = typed(&text, "curl -s -H 'Host: shop.example' http://192.168.49.2/api");
    // The pods' nginx has no such page, and unlike the controller says its version.
    let of_pod = "404 Not Found</h1></center>\r\n<hr><center>nginx/";
    assert!(by_header.contains(of_pod), "{by_header}");
    let by_resolve = typed(
        &text,
        "curl -s --resolve shop.example:80:192.168.49.2 http://shop.example/api",
    );
    assert!(by_resolve.contains(of_pod), "{by_resolve}");
    let unknown = typed(&text, "curl http://shop.example/api");
    assert!(
        unknown.contains("curl: (6) Could not resolve host: shop.example\n"),
        "{unknown}"
    );
    assert!(
        unknown.contains("`curl -H 'Host: shop.example' http://192.168.49.2/`"),
        "{unknown}"
    );
    assert!(unknown.contains("--resolve shop.example:80:192.168.49.2"), "{unknown}");
    let other = typed(&text, "curl -si http://192.168.49.2/api");
    assert!(other.starts_with("HTTP/1.1 404 Not Found\r\n"), "{other}");
    assert!(other.contains("<center>nginx</center>"), "{other}");
    let world = typed(&text, "curl https://kubernetes.io");
    assert!(world.contains("only the name db.example.com is known here"), "{world}");
}

#[test]
fn tls_redirects_and_has_a_certificate_that_nobody_vouches_for() {
    let text = shop().replace(
        "  rules:",
        "  tls: [{hosts: [shop.example], secretName: cert}]\n  rules:",
    );
    let plain = typed(&text, "curl -si -H 'Host: shop.example' http://192.168.49.2/api");
    assert!(plain.starts_with("HTTP/1.1 308 Permanent Redirect\r\n"), "{plain}");
    assert!(plain.contains("Location: https://shop.example/api"), "{plain}");
    let both = "--resolve shop.example:80:192.168.49.2 --resolve shop.example:443:192.168.49.2";
    let strict = typed(&text, &format!("curl -sSL {both} http://shop.example/api"));
    assert!(
        strict.contains("curl: (60) SSL certificate problem: self-signed certificate"),
        "{strict}"
    );
    let lax = typed(&text, &format!("curl -skL {both} http://shop.example/api"));
    assert!(lax.contains("<hr><center>nginx/"), "{lax}");
    let mut session = session(&text);
    assert_eq!(session.sending()[0].port, 443);
    assert!(
        requests(&mut session)
            .iter()
            .all(|request| request.outcome == Outcome::Answered)
    );
}

#[test]
fn a_pod_reaches_the_controller_too_and_sees_why_it_fails() {
    let closed = "---
apiVersion: v1
kind: Service
metadata: {name: closed}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 81}]}
";
    let text = format!(
        "{WEB}{closed}{CLASS}{}",
        ingress("ingressClassName: nginx", "closed", "number: 80")
    );
    let pod = "kubectl exec deploy/web -- ";
    let refused = typed(
        &text,
        &format!("{pod}curl -si -H 'Host: shop.example' http://192.168.49.2/api"),
    );
    assert!(refused.starts_with("HTTP/1.1 502 Bad Gateway"), "{refused}");
    let wget = typed(
        &text,
        &format!("{pod}wget -qO- --header 'Host: shop.example' http://192.168.49.2/api"),
    );
    assert!(
        wget.contains("wget: server returned error: HTTP/1.1 502 Bad Gateway"),
        "{wget}"
    );
    let none = text.replace(
        "{app: web}, ports: [{port: 80, targetPort: 81}]",
        "{app: none}, ports: [{port: 80}]",
    );
    let none = typed(
        &none,
        &format!("{pod}curl -s -H 'Host: shop.example' http://192.168.49.2/api"),
    );
    assert!(none.contains("503 Service Temporarily Unavailable"), "{none}");
    let slow = shop().replace(
        "metadata: {labels: {app: web}}",
        "metadata: {labels: {app: web}, annotations: {playground/answers: never}}",
    );
    let line = "curl -si -H 'Host: shop.example' http://192.168.49.2/api";
    let slow = session(&slow).kubectl_since(AT, Micros::from_seconds(95), line);
    assert!(slow.stdout.starts_with("HTTP/1.1 504 Gateway Time-out"), "{slow:?}");
}

#[test]
fn the_addon_of_minikube_brings_the_controller_and_takes_it_away() {
    let mut session = session(&format!("{WEB}{}", ingress("defaultBackend:", "web", "number: 80")));
    let (output, act) = session.perform(Micros::from_seconds(2), "minikube addons enable ingress");
    assert!(output.stdout.contains("The 'ingress' addon is enabled"), "{output:?}");
    assert!(act.is_some());
    assert!(prints(&session, "kubectl get ingress").contains("192.168.49.2"));
    session.perform(Micros::from_seconds(40), "minikube addons disable ingress");
    let later = session.kubectl(Micros::from_seconds(50), "kubectl get ingressclass");
    assert!(later.stderr.contains("No resources found"), "{later:?}");
}

/// ingress-nginx as its manifests for bare metal bring it, shortened.
const PASTED: &str = "---
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
  ports:
  - {name: http, port: 80, targetPort: http}
  - {name: https, port: 443, targetPort: https}
---
apiVersion: v1
kind: Service
metadata: {name: ingress-nginx-controller-admission, namespace: ingress-nginx}
spec:
  selector: {app.kubernetes.io/name: ingress-nginx}
  ports:
  - {name: https-webhook, port: 443, targetPort: webhook}
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
        args: [/nginx-ingress-controller, --controller-class=k8s.io/ingress-nginx, --ingress-class=nginx]
        ports:
        - {containerPort: 80, name: http}
        - {containerPort: 443, name: https}
        - {containerPort: 8443, name: webhook}
        readinessProbe: {httpGet: {path: /healthz, port: 10254}}
        volumeMounts: [{mountPath: /usr/local/certificates/, name: webhook-cert, readOnly: true}]
      volumes:
      - name: webhook-cert
        secret: {secretName: ingress-nginx-admission, items: [{key: cert, path: cert}, {key: key, path: key}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: ingress-nginx-admission-create, namespace: ingress-nginx}
spec:
  template:
    spec:
      restartPolicy: OnFailure
      containers:
      - name: create
        image: registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.6.9
        args: [create, --namespace=ingress-nginx, --secret-name=ingress-nginx-admission]
";

#[test]
fn a_controller_that_is_pasted_runs_in_its_pods_behind_its_service() {
    let mut session = session(&format!("{PASTED}{}", shop()));
    let minute = Micros::from_seconds(60);
    session.run(Micros::from_seconds(75));
    let printed = |line: &str| {
        let output = session.kubectl(minute, line);
        output.stdout + &output.stderr
    };
    let pods = printed("kubectl get pods -n ingress-nginx");
    assert!(
        pods.lines()
            .any(|line| line.contains("controller") && line.contains("1/1     Running")),
        "{pods}"
    );
    let table = printed("kubectl get ingress");
    assert!(table.contains("192.168.49.2"), "{table}");
    assert!(!session.caveats(minute).join("\n").contains("built in"));
    let late: Vec<&Request> = session
        .requests(Micros::from_seconds(70))
        .since(minute)
        .iter()
        .collect();
    assert!(late.len() > 5);
    for request in late {
        assert_eq!(request.outcome, Outcome::Answered, "{request:?}");
        assert_eq!(&*request.target.service.name, "ingress-nginx-controller");
        assert!(request.routed.as_ref().unwrap().controller.is_some());
        assert_eq!(request.legs[1].hop, Hop::ToController);
    }
    let port =
        printed("kubectl get svc -n ingress-nginx ingress-nginx-controller -o jsonpath={.spec.ports[0].nodePort}");
    let (output, _) = session.perform(
        minute,
        &format!("curl -s -H 'Host: shop.example' http://192.168.49.2:{port}/api"),
    );
    // The pods' nginx has no such page, and unlike the controller says its version.
    assert!(
        output
            .stdout
            .contains("404 Not Found</h1></center>\r\n<hr><center>nginx/"),
        "{output:?}"
    );
}

#[test]
fn a_controller_that_is_pasted_is_asked_by_the_hosts_of_its_rules_alone_from_the_start() {
    let late = PASTED.replace("readinessProbe: {", "readinessProbe: {initialDelaySeconds: 10, ");
    let mut session = session(&format!("{late}{}", shop()));
    let flows = session.sending().to_vec();
    let targets: Vec<_> = flows
        .iter()
        .map(|flow| (flow.to.as_str(), flow.host.as_deref()))
        .collect();
    assert_eq!(
        targets,
        [("ingress", Some("shop.example"))],
        "neither its Service nor its webhook"
    );
    let requests = requests(&mut session);
    assert_eq!(
        requests[0].outcome,
        Outcome::RefusedNoEndpoints,
        "its pod is not ready yet"
    );
    assert_eq!(requests[requests.len() - 1].outcome, Outcome::Answered);
    assert_eq!(&*requests[0].target.service.name, "ingress-nginx-controller");
    assert!(requests.iter().all(|request| request.status != Some(404)));
}

#[test]
fn a_rewritten_path_is_what_the_pod_is_asked_for() {
    let text = shop().replace(
        "{name: shop}",
        "{name: shop, annotations: {nginx.ingress.kubernetes.io/rewrite-target: /}}",
    );
    let page = typed(&text, "curl -s -H 'Host: shop.example' http://192.168.49.2/api");
    assert!(page.contains("Welcome to nginx!"), "{page}");
}
