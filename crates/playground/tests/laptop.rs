//! What is typed at the terminal's own prompt and is not kubectl alone: the machine outside the cluster.

use playground::{Act, Micros, Scenario, Session, shell};

const TEXT: &str = r#"
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: NodePort, selector: { app: web }, ports: [{ name: http, port: 80, targetPort: www, nodePort: 30080 }, { name: gone, port: 90 }] }
---
apiVersion: v1
kind: Service
metadata: { name: inner }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: bare }
spec: { ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web-1, labels: { app: web } }
spec: { containers: [{ name: c, image: nginx, ports: [{ name: www, containerPort: 80 }] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web-2, labels: { app: web } }
spec: { containers: [{ name: c, image: nginx, ports: [{ name: www, containerPort: 80 }] }] }
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

fn said(session: &mut Session, line: &str) -> (String, String, i32) {
    let output = session.perform(second(20), line).0;
    (output.stdout, output.stderr, output.exit)
}

#[test]
fn curl_asks_from_outside() {
    let mut session = session();
    let code = "-s -o /dev/null -w '%{http_code}'";
    let (stdout, ..) = said(&mut session, &format!("curl {code} $(minikube ip):30080"));
    assert_eq!(stdout, "200");
    let (_, stderr, exit) = said(&mut session, "curl -sS web");
    assert_eq!((stderr.as_str(), exit), ("curl: (6) Could not resolve host: web\n", 6));
    let address = said(&mut session, "kubectl get svc inner -o jsonpath='{.spec.clusterIP}'").0;
    let (_, _, exit) = said(&mut session, &format!("curl -s -m 2 {address}"));
    assert_eq!(exit, 0, "it waits");
    let line = format!("curl -sS -m 2 {address}");
    session.perform(second(30), &line);
    let output = session.kubectl_since(second(30), second(33), &line);
    assert_eq!(output.exit, 28, "no route leads to a cluster IP: {output:?}");
    let (_, stderr, exit) = said(&mut session, "curl -sS localhost:8080");
    assert!(
        stderr.starts_with("curl: (7) Failed to connect to localhost port 8080"),
        "{stderr}"
    );
    assert_eq!(exit, 7);
}

#[test]
fn minikube_leads_to_a_service() {
    let mut session = session();
    let (ip, ..) = said(&mut session, "minikube ip");
    let (url, _, exit) = said(&mut session, "minikube service web --url");
    assert_eq!(url.lines().next(), Some(format!("http://{}:30080", ip.trim()).as_str()));
    assert_eq!(url.lines().count(), 2, "each node port has a line");
    assert_eq!(exit, 0);
    let (stdout, ..) = said(&mut session, "minikube service web");
    assert!(stdout.contains("│ default   │ web  │ http/80     │ "), "{stdout}");
    let (code, ..) = said(
        &mut session,
        "curl -s -o /dev/null -w '%{http_code}' $(minikube service web --url | head -1)",
    );
    assert_eq!(code, "200");
    let (_, stderr, exit) = said(&mut session, "minikube service nope");
    assert!(
        stderr.contains("Service 'nope' was not found in 'default' namespace."),
        "{stderr}"
    );
    assert_ne!(exit, 0);
    assert!(
        said(&mut session, "minikube dashboard")
            .1
            .contains("minikube dashboard is not simulated: ")
    );
}

#[test]
fn a_line_is_a_line_of_a_shell() {
    let mut session = session();
    assert_eq!(said(&mut session, "kubectl get pods | grep -c web").0, "2\n");
    assert_eq!(
        said(&mut session, "kubectl get pods -o name | sort -r | head -1").0,
        "pod/web-2\n"
    );
    assert_eq!(
        said(
            &mut session,
            "for pod in $(kubectl get pods -o name); do echo $pod; done"
        )
        .0,
        "pod/web-1\npod/web-2\n"
    );
    assert_eq!(
        said(&mut session, "kubectl get pod nope 2>/dev/null || echo none").0,
        "none\n"
    );
    let (_, stderr, exit) = said(&mut session, "helm install x");
    assert!(stderr.contains("helm template"), "{stderr}");
    assert_eq!(exit, 127);
    assert!(
        said(&mut session, "frobnicate")
            .1
            .contains("frobnicate: command not found")
    );
    assert!(
        said(&mut session, "cat services.yaml | grep kind | wc -l")
            .0
            .contains('5')
    );
}

#[test]
fn a_line_that_changes_the_cluster_is_one_act() {
    let mut session = session();
    let line = "kubectl label pod web-1 tier=front && kubectl get pods -l tier=front -o name";
    let (output, act) = session.perform(second(20), line);
    assert_eq!(output.stdout, "pod/web-1 labeled\npod/web-1\n");
    assert_eq!(act.map(|act| act.act), Some(Act::Kubectl(line.to_owned())));
    assert_eq!(
        session
            .perform(second(21), "kubectl get pods -l tier=front -o name")
            .0
            .stdout,
        "pod/web-1\n"
    );
    let fed = "echo '{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"m\"}}' | kubectl apply -f -";
    assert_eq!(session.perform(second(22), fed).0.stdout, "configmap/m created\n");
    assert_eq!(shell::commands("for i in 1 2; do\ncurl web\ndone").len(), 1);
}

#[test]
fn a_forwarded_port_leads_to_one_pod() {
    let mut session = session();
    let line = "kubectl port-forward svc/web 8080:80";
    let output = session.perform(second(20), line).0;
    assert_eq!(
        output.stdout,
        "Forwarding from 127.0.0.1:8080 -> 80\nForwarding from [::1]:8080 -> 80\n"
    );
    assert_eq!(output.waits_until, Some(i64::MAX));
    let ask = "for i in 1 2 3 4 5 6; do curl -s -w '%{http_code}\\n' -o /dev/null localhost:8080; done | uniq -c";
    assert_eq!(session.perform(second(21), ask).0.stdout.trim(), "6 200");
    session.act(
        second(23),
        Act::Kubectl("kubectl delete pod web-1 web-2 --grace-period=0 --force".into()),
    );
    let output = session.kubectl_since(second(20), second(40), line);
    assert_eq!(
        (output.stderr.as_str(), output.exit),
        ("error: lost connection to pod\n", 1)
    );
    let output = session.perform(second(41), "curl -sS localhost:8080").0;
    assert_eq!(output.exit, 7);
}

#[test]
fn a_forwarded_port_nobody_listens_on_gives_an_empty_reply() {
    let mut session = session();
    session.perform(second(20), "kubectl port-forward pod/web-1 9000:81");
    let output = session.perform(second(21), "curl -sS localhost:9000").0;
    assert_eq!(
        (output.stderr.as_str(), output.exit),
        ("curl: (52) Empty reply from server\n", 52)
    );
    assert!(session.stop_forwarding());
    let output = session.perform(second(22), "curl -sS localhost:9000").0;
    assert_eq!(output.exit, 7);
}

#[test]
fn a_link_opens_with_what_is_forwarded() {
    let mut session = session();
    let (_, act) = session.perform(second(20), "kubectl port-forward svc/web 8080:80");
    assert!(act.is_some());
    assert!(session.forwards(second(19)).is_empty(), "not yet");
    let scenario = session.scenario(playground::View::default());
    let mut opened = playground::Session::new(scenario);
    assert_eq!(opened.forwards(second(21)), session.forwards(second(21)));
    let output = opened.perform(second(21), "curl -sS localhost:8080").0;
    assert_eq!(output.exit, 0, "{output:?}");
    assert!(opened.stop_forwarding());
    assert!(opened.acts().is_empty(), "nothing is left to share");
    assert!(opened.forwards(second(22)).is_empty());
}

#[test]
fn port_forward_fails_in_kubectls_words() {
    let mut session = session();
    for (line, words) in [
        (
            "svc/web 8080:81",
            "error: Service web does not have a service port 81\n",
        ),
        (
            "svc/web nope",
            "error: Service 'web' does not have a named port 'nope'\n",
        ),
        ("web-1 :nope", "error: Pod 'web-1' does not have a named port 'nope'\n"),
        (
            "svc/bare 80",
            "error: cannot attach to *v1.Service: invalid service 'bare': Service is defined without a selector\n",
        ),
        ("web-9 80", "Error from server (NotFound): pods \"web-9\" not found\n"),
        (
            "web-1 x:80",
            "error: error parsing local port 'x': strconv.ParseUint: parsing \"x\": invalid syntax\n",
        ),
    ] {
        assert_eq!(
            said(&mut session, &format!("kubectl port-forward {line}")).1,
            words,
            "{line}"
        );
    }
    let (stdout, ..) = said(&mut session, "kubectl port-forward svc/web http");
    assert!(stdout.starts_with("Forwarding from 127.0.0.1:80 -> 80\n"), "{stdout}");
    let (stdout, ..) = said(&mut session, "kubectl port-forward svc/web 8080:gone 8081:http");
    assert!(
        stdout.contains("127.0.0.1:8080 -> 90\n") && stdout.contains("127.0.0.1:8081 -> 80\n"),
        "{stdout}"
    );
}

#[test]
fn a_script_waits_in_virtual_time() {
    let mut session = session();
    let line = "for i in 1 2 3; do kubectl get pods -o name | wc -l; sleep 5; done";
    let output = session.perform(second(20), line).0;
    assert_eq!((output.stdout.as_str(), output.waits_until), ("2\n", Some(25)));
    session.act(
        second(23),
        Act::Kubectl("kubectl delete pod web-2 --grace-period=0 --force".into()),
    );
    let output = session.kubectl_since(second(20), second(36), line);
    assert_eq!((output.stdout.as_str(), output.waits_until), ("2\n1\n1\n", None));
    let late = "sleep 1; kubectl delete pod web-1";
    session.perform(second(40), late);
    let output = session.kubectl_since(second(40), second(42), late);
    assert!(output.stderr.starts_with("not done: "), "{output:?}");
}

#[test]
fn tab_knows_the_words_of_the_laptop_and_of_a_shell() {
    let mut session = session();
    let offers = |session: &Session, line: &str| -> Vec<String> {
        let completion = session.complete(second(20), line);
        completion
            .offers
            .into_iter()
            .map(|offer| line[..completion.from].to_owned() + &offer.word)
            .collect()
    };
    assert_eq!(offers(&session, "mini"), ["minikube"]);
    assert_eq!(offers(&session, "cu"), ["curl"]);
    assert_eq!(offers(&session, "minikube s"), ["minikube service", "minikube status"]);
    assert_eq!(offers(&session, "minikube service i"), ["minikube service inner"]);
    assert_eq!(offers(&session, "kubectl get pods | gr"), ["kubectl get pods | grep"]);
    assert_eq!(offers(&session, "true && kubectl desc"), ["true && kubectl describe"]);
    assert_eq!(
        offers(&session, "kubectl port-forward svc/we"),
        ["kubectl port-forward svc/web"]
    );
    assert_eq!(
        offers(&session, "kubectl exec -it web-1 -- s"),
        ["kubectl exec -it web-1 -- sh"]
    );
    session.perform(second(20), "kubectl exec -it web-1 -- sh");
    assert_eq!(offers(&session, "nsl"), ["nslookup"]);
    assert_eq!(offers(&session, "curl inn"), ["curl inner"]);
}

#[test]
fn names_of_the_world_are_said_to_be_left_out() {
    let mut session = session();
    for line in [
        "kubectl exec web-1 -- nslookup google.com",
        "kubectl exec web-1 -- curl -sS https://kubernetes.io",
        "kubectl exec web-1 -- wget -qO- example.org",
        "ping -c 1 google.com",
    ] {
        let output = session.perform(second(20), line).0;
        let words = session.plain_words(second(20), &output);
        assert!(
            words
                .iter()
                .any(|words| words.starts_with("The world outside is left out here")),
            "{line}: {words:?}"
        );
    }
    for (line, sentence) in [
        (
            "kubectl exec web-1 -- curl -sS nope",
            "The cluster's DNS knows no such name",
        ),
        ("curl -sS web", "Outside the cluster none of its names is known"),
    ] {
        let output = session.perform(second(20), line).0;
        let words = session.plain_words(second(20), &output);
        assert!(
            words.iter().any(|words| words.starts_with(sentence)),
            "{line}: {words:?}"
        );
    }
}

#[test]
fn a_tunnel_gives_load_balancers_an_address_that_leads_to_them() {
    let balanced = TEXT.to_owned()
        + "---\napiVersion: v1\nkind: Service\nmetadata: { name: front }\nspec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80 }] }\n";
    let mut session = Session::new(Scenario {
        text: balanced,
        ..Scenario::default()
    });
    let address = "kubectl get svc front -o jsonpath='{.status.loadBalancer.ingress[0].ip}'";
    assert_eq!(said(&mut session, address).0, "");
    let (output, act) = session.perform(second(21), "minikube tunnel");
    assert!(output.stdout.contains("services: [front]"), "{output:?}");
    assert!(act.is_some());
    let given = session.perform(second(22), address).0.stdout;
    let own = "kubectl get svc front -o jsonpath='{.spec.clusterIP}'";
    assert_eq!(given, session.perform(second(22), own).0.stdout);
    assert!(
        session
            .perform(second(22), "kubectl get svc front")
            .0
            .stdout
            .contains(&given)
    );
    let code = |session: &mut Session, at, address: &str| {
        let line = format!(
            "curl -s -m 1 -o /dev/null -w '%{http_code}' {address}",
            http_code = "{http_code}"
        );
        session.perform(second(at), &line);
        session.kubectl_since(second(at), second(at + 3), &line).stdout
    };
    assert_eq!(code(&mut session, 23, &given), "200");
    // One that is made later gets its address, too; a ClusterIP stays out of reach.
    session.perform(
        second(24),
        "kubectl expose pod web-1 --name=late --type=LoadBalancer --port=80",
    );
    let late = session.perform(second(26), &address.replace("front", "late")).0.stdout;
    assert!(late.starts_with("10."), "{late}");
    let inner = session
        .perform(second(26), "kubectl get svc inner -o jsonpath='{.spec.clusterIP}'")
        .0
        .stdout;
    assert_eq!(code(&mut session, 27, &inner), "000");
    session.perform(second(40), "minikube tunnel --cleanup");
    assert_eq!(session.perform(second(41), address).0.stdout, "");
}

/// The requests through forwarded ports by second 60.
fn forwarded(session: &mut Session) -> Vec<playground::Request> {
    session.run(second(60));
    let requests = session.requests(second(60)).to_vec();
    requests.into_iter().filter(|it| it.target.is_forwarded()).collect()
}

#[test]
fn a_request_through_a_forwarded_port_runs_on_the_map() {
    let mut session = Session::new(Scenario {
        text: TEXT.to_owned(),
        nodes: 2,
        ..Scenario::default()
    });
    session.perform(second(20), "kubectl port-forward pod/web-2 8080:80");
    session.run(second(25));
    session.perform(
        second(21),
        "curl -s localhost:8080 > a; curl -s localhost:8080 > b; curl -s 192.168.49.2:30080 > c",
    );
    let requests = forwarded(&mut session);
    assert_eq!(requests.len(), 2, "what goes by the node port is none");
    for request in &requests {
        assert_eq!(request.outcome, playground::Outcome::Answered);
        assert_eq!(request.target.words(), "localhost:8080");
        assert_eq!(request.backend.as_ref().unwrap().name(), "web-2");
        assert_eq!(request.sent.seconds(), 21);
        assert_eq!(request.route.rule, None, "no rule of kube-proxy decides");
        let trace = session.trace(request.number).unwrap();
        let places: Vec<String> = trace.places().iter().map(|place| format!("{place:?}")).collect();
        assert_eq!(places.len(), 4, "{places:?}");
        assert!(places[1].contains("node-1"), "the API server: {places:?}");
        assert!(
            places[2].contains("node-2"),
            "the kubelet of the pod's node: {places:?}"
        );
        assert!(places[3].contains("web-2"), "{places:?}");
    }
}

#[test]
fn a_forwarded_port_nobody_listens_on_closes_the_request_on_the_map() {
    let mut session = session();
    session.perform(second(20), "kubectl port-forward pod/web-1 9000:81");
    session.perform(second(21), "curl -sS localhost:9000");
    let requests = forwarded(&mut session);
    let ends: Vec<_> = requests.iter().map(|it| it.outcome).collect();
    assert_eq!(ends, [playground::Outcome::EmptyReply]);
}

#[test]
fn a_loop_that_waits_shows_each_forwarded_request_once() {
    let mut session = session();
    session.perform(second(20), "kubectl port-forward svc/web 8080:80");
    let line = "for i in 1 2 3; do curl -s localhost:8080 > a; sleep 2; done";
    let began = second(21);
    let mut output = session.perform(began, line).0;
    for at in 22..30 {
        if output.waits_until.is_some() {
            output = session.kubectl_since(began, second(at), line);
        }
    }
    let sent: Vec<u64> = forwarded(&mut session).iter().map(|it| it.sent.seconds()).collect();
    assert_eq!(sent, [21, 23, 25]);
}

#[test]
fn cp_copies_directories_both_ways() {
    let mut session = session();
    let copied = said(&mut session, "kubectl cp web-1:/etc ./conf");
    assert_eq!(
        (copied.0.as_str(), copied.1.as_str()),
        ("tar: Removing leading `/' from member names\n", "")
    );
    assert_eq!(said(&mut session, "ls conf").0, "hostname\nhosts\nresolv.conf\n");
    assert!(said(&mut session, "ls").0.contains("conf\n"));
    assert_eq!(said(&mut session, "cat conf/hostname").0, "web-1\n");
    assert_eq!(said(&mut session, "echo new > conf/more; cat conf/more").0, "new\n");
    assert_eq!(said(&mut session, "kubectl cp conf web-1:/tmp").1, "");
    assert_eq!(
        said(&mut session, "kubectl exec web-1 -- ls /tmp/conf").0,
        "hostname\nhosts\nmore\nresolv.conf\n"
    );
    assert_eq!(said(&mut session, "kubectl cp conf web-1:/tmp/other").1, "");
    assert_eq!(
        said(&mut session, "kubectl exec web-1 -- cat /tmp/other/more").0,
        "new\n"
    );
    assert_eq!(
        said(&mut session, "kubectl cp nope web-1:/tmp").1,
        "error: nope doesn't exist in local filesystem\n"
    );
    assert_eq!(
        said(&mut session, "kubectl cp conf web-1:/nope/deep").1,
        "tar: /nope: No such file or directory\ncommand terminated with exit code 1\n"
    );
}
