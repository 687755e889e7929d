//! Paths of the API server: `get --raw`, `kubectl proxy`, and files and pods that `cp` and `debug` make.

use playground::{Micros, Scenario, Session, View};

const TEXT: &str = r#"
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: http, port: 80 }, { name: admin, port: 81 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { containers: [{ name: c, image: nginx, ports: [{ containerPort: 80 }], readinessProbe: { httpGet: { port: 80 } } }] }
---
apiVersion: v1
kind: Pod
metadata: { name: bare }
spec: { containers: [{ name: c, image: "gcr.io/google-samples/hello-app:1.0" }] }
"#;

fn second(second: u64) -> Micros {
    Micros::from_seconds(second)
}

fn session() -> Session {
    Session::new(Scenario {
        text: TEXT.to_owned(),
        ..Scenario::default()
    })
}

fn said(session: &mut Session, line: &str) -> String {
    let output = session.perform(second(30), line).0;
    output.stdout + &output.stderr
}

#[test]
fn raw_paths_are_answered() {
    let mut session = session();
    let pods = said(&mut session, "kubectl get --raw /api/v1/namespaces/default/pods");
    assert!(
        pods.starts_with("{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"")
            && pods.contains("\"items\":[{\"metadata\":{\"name\":\"bare\","),
        "{pods}"
    );
    let chosen = said(
        &mut session,
        "kubectl get --raw '/api/v1/pods?labelSelector=app=web' | grep -o '\"name\":\"web\"'",
    );
    assert_eq!(chosen, "\"name\":\"web\"\n");
    let service = said(
        &mut session,
        "kubectl get --raw /api/v1/namespaces/default/services/web",
    );
    assert!(
        service.starts_with("{\"kind\":\"Service\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"web\""),
        "{service}"
    );
    assert!(
        said(
            &mut session,
            "kubectl get --raw /api/v1/namespaces/default/services/web:80/proxy/"
        )
        .contains("Welcome to nginx!")
    );
    assert_eq!(
        said(
            &mut session,
            "kubectl get --raw /api/v1/namespaces/default/services/web:81/proxy/"
        ),
        "Error from server (ServiceUnavailable): error trying to reach service: dial tcp 10.244.0.2:81: connect: connection refused\n"
    );
    assert_eq!(
        said(
            &mut session,
            "kubectl get --raw /api/v1/namespaces/default/services/web:82/proxy/"
        ),
        "Error from server (ServiceUnavailable): no service port 82 found for service \"web\"\n"
    );
    assert_eq!(
        said(&mut session, "kubectl get --raw /apis/apps/v2/deployments"),
        "Error from server (NotFound): the server could not find the requested resource\n"
    );
}

#[test]
fn proxy_leads_to_the_api_server_and_past_kube_proxy() {
    let mut session = session();
    assert!(said(&mut session, "curl -sS localhost:8001/version").contains("Could not connect"));
    let output = session.perform(second(30), "kubectl proxy").0;
    assert_eq!(output.stdout, "Starting to serve on 127.0.0.1:8001\n");
    assert!(output.goes_on_behind());
    let pods = said(&mut session, "curl -s localhost:8001/api/v1/namespaces/default/pods");
    assert!(
        pods.starts_with("{\n  \"kind\": \"PodList\",\n  \"apiVersion\": \"v1\",\n"),
        "{pods}"
    );
    let page = said(
        &mut session,
        "curl -s http://localhost:8001/api/v1/namespaces/default/services/web:80/proxy/",
    );
    assert!(page.contains("Welcome to nginx!"), "{page}");
    let none = said(
        &mut session,
        "curl -s localhost:8001/api/v1/namespaces/default/pods/nope",
    );
    assert!(none.contains("\"message\": \"pods \\\"nope\\\" not found\""), "{none}");
    assert!(session.stop_forwarding());
    assert!(said(&mut session, "curl -sS localhost:8001/version").contains("Could not connect"));
    let background =
        "kubectl proxy --port=8080 & sleep 1; curl -s -o /dev/null -w '%{http_code}' localhost:8080/healthz";
    session.perform(second(40), background);
    let output = session.kubectl_since(second(40), second(42), background);
    assert_eq!(output.stdout, "Starting to serve on 127.0.0.1:8080\n200", "{output:?}");
}

#[test]
fn files_are_copied_into_pods_and_out() {
    let mut session = session();
    assert_eq!(said(&mut session, "echo hello > a.txt; kubectl cp a.txt web:/tmp"), "");
    assert_eq!(said(&mut session, "kubectl exec web -- cat /tmp/a.txt"), "hello\n");
    assert_eq!(said(&mut session, "kubectl cp ./a.txt default/web:/tmp/b.txt -c c"), "");
    assert_eq!(said(&mut session, "kubectl exec web -- ls /tmp"), "a.txt\nb.txt\n");
    assert_eq!(
        said(&mut session, "kubectl cp web:/etc/hostname name; cat name"),
        "tar: Removing leading `/' from member names\nweb\n"
    );
    assert_eq!(
        said(&mut session, "kubectl cp nope web:/tmp"),
        "error: nope doesn't exist in local filesystem\n"
    );
    assert!(
        said(&mut session, "kubectl cp a.txt bare:/tmp").contains("exec: \"tar\": executable file not found in $PATH")
    );
    assert_eq!(
        said(&mut session, "kubectl cp a.txt b.txt"),
        "error: one of src or dest must be a remote file specification\n"
    );
    assert_eq!(
        said(&mut session, "kubectl cp a.txt"),
        "error: source and destination are required\n"
    );
}

#[test]
fn debug_copies_a_pod() {
    let mut session = session();
    let line = "kubectl debug web --copy-to=web-debug --image=busybox -c shell -- sleep 1d";
    assert_eq!(said(&mut session, line), "");
    let at = |session: &Session, line: &str| session.kubectl(second(40), line).stdout;
    assert_eq!(
        at(
            &session,
            "get pod web-debug -o jsonpath='{.spec.containers[*].name} {.spec.containers[0].readinessProbe} {.metadata.labels} {.spec.shareProcessNamespace}'"
        ),
        "c shell   true"
    );
    assert_eq!(
        at(&session, "get pod web-debug --no-headers"),
        "web-debug   2/2   Running   0     10s\n"
    );
    let line = "kubectl debug web --copy-to=web-alpine --set-image='*=httpd:alpine'";
    assert_eq!(said(&mut session, line), "");
    assert_eq!(
        at(
            &session,
            "get pod web-alpine -o jsonpath='{.spec.containers[*].image} {.metadata.labels.app}'"
        ),
        "httpd:alpine web"
    );
    let again = Session::new(session.scenario(View::default()));
    assert_eq!(
        at(&again, "get pods -o name"),
        "pod/bare\npod/web\npod/web-alpine\npod/web-debug\n"
    );
}

#[test]
fn debug_opens_a_shell_on_a_node() {
    let mut session = session();
    let output = session
        .perform(second(30), "kubectl debug node/minikube -it --image=busybox")
        .0;
    assert!(
        output
            .stdout
            .starts_with("Creating debugging pod node-debugger-minikube-"),
        "{output:?}"
    );
    let later = session.kubectl_since(
        second(30),
        second(35),
        "kubectl debug node/minikube -it --image=busybox",
    );
    assert!(later.waits_until.is_none() && session.is_in_shell(), "{later:?}");
    assert_eq!(session.perform(second(36), "hostname").0.stdout, "minikube\n");
    session.perform(second(36), "exit");
    let line = "get pods -o jsonpath='{.items[?(@.spec.hostPID==true)].spec.nodeName}'";
    assert_eq!(session.kubectl(second(40), line).stdout, "minikube");
}

#[test]
fn what_is_applied_or_created_can_be_edited_first() {
    let mut session = session();
    let (output, _) = session.perform(second(30), "kubectl create --edit -f services.yaml");
    let edit = output.edit.unwrap_or_else(|| panic!("no editor: {}", output.stderr));
    let text = edit
        .text
        .replace("name: web\n", "name: web2\n")
        .replace("name: bare\n", "name: bare2\n");
    let (output, act) = session.save(second(31), "kubectl create --edit -f services.yaml", &edit, &text);
    assert_eq!(
        output.stdout + &output.stderr,
        "service/web2 created\npod/web2 created\npod/bare2 created\n"
    );
    assert!(act.is_some());
    assert_eq!(
        session.kubectl(second(40), "get svc web2 -o name").stdout,
        "service/web2\n"
    );
    said(
        &mut session,
        "kubectl apply -f - <<EOF\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: app }\ndata: { a: one }\nEOF",
    );
    let line = "kubectl apply edit-last-applied configmap/app";
    let output = session.perform(second(50), line).0;
    let edit = output.edit.unwrap_or_else(|| panic!("no editor: {}", output.stderr));
    assert!(
        edit.text
            .starts_with("# Please edit the 'last-applied-configuration' annotations below.\n"),
        "{}",
        edit.text
    );
    let text = edit.text.replace("a: one", "a: two");
    let output = session.save(second(51), line, &edit, &text).0;
    assert_eq!(output.stdout + &output.stderr, "configmap/app edited\n");
    let line = "apply view-last-applied configmap app";
    assert!(session.kubectl(second(60), line).stdout.contains("a: two"));
}

#[test]
fn certificates_are_approved() {
    let mut session = session();
    let csr = "apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: { name: me }\nspec: { request: LS0tLS1CRUdJTg==, signerName: kubernetes.io/kube-apiserver-client, usages: [client auth] }";
    let made = said(&mut session, &format!("kubectl create -f - <<EOF\n{csr}\nEOF"));
    if made.contains("created") {
        let line = "kubectl certificate approve me";
        assert_eq!(
            said(&mut session, line),
            "certificatesigningrequest.certificates.k8s.io/me approved\n"
        );
        let line = "kubectl get csr me -o jsonpath='{.status.conditions[*].reason}'";
        assert_eq!(said(&mut session, line), "KubectlApprove");
        assert_eq!(
            said(&mut session, "kubectl certificate deny me"),
            "error: certificate signing request \"me\" is already Approved\n"
        );
    }
    assert_eq!(
        said(&mut session, "kubectl certificate approve nope"),
        "Error from server (NotFound): certificatesigningrequests.certificates.k8s.io \"nope\" not found\n"
    );
}
