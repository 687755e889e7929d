//! What the terminal's own prompt keeps between two lines: variables, functions, files, the namespace of the context.

use playground::{Act, Micros, Scenario, Session, View};

fn session() -> Session {
    Session::new(Scenario::default())
}

fn second(second: u64) -> Micros {
    Micros::from_seconds(second)
}

fn said(session: &mut Session, line: &str) -> String {
    let output = session.perform(second(20), line).0;
    output.stdout + &output.stderr
}

#[test]
fn variables_functions_and_aliases_last() {
    let mut session = session();
    assert_eq!(
        said(&mut session, "export NAME=web; alias k=kubectl kg='kubectl get'"),
        ""
    );
    assert_eq!(
        said(&mut session, "make() { kubectl create service clusterip $1 --tcp=80; }"),
        ""
    );
    assert_eq!(said(&mut session, "make $NAME"), "service/web created\n");
    assert_eq!(said(&mut session, "kg svc $NAME -o name"), "service/web\n");
    assert_eq!(said(&mut session, "k get svc web -o name"), "service/web\n");
    assert_eq!(said(&mut session, "history").lines().last(), Some("    6  history"));
    let acts = session.scenario(View::default()).acts;
    let act = acts.last().map(|act| act.act.clone());
    let line = "NAME='web'\nmake() { kubectl create service clusterip $1 --tcp=80; }\nmake $NAME";
    assert_eq!(
        act,
        Some(Act::Kubectl(line.to_owned())),
        "an act needs nothing that was typed before"
    );
    let again = Session::new(session.scenario(View::default()));
    assert_eq!(again.kubectl(second(30), "get svc web -o name").stdout, "service/web\n");
}

#[test]
fn files_are_written_and_read() {
    let mut session = session();
    let line = "kubectl create deployment web --image=nginx --dry-run=client -o yaml > web.yaml";
    assert_eq!(said(&mut session, line), "");
    assert_eq!(said(&mut session, "ls"), "services.yaml\nweb.yaml\n");
    assert_eq!(said(&mut session, "grep -c image web.yaml"), "1\n");
    assert_eq!(
        said(&mut session, "kubectl apply -f web.yaml"),
        "deployment.apps/web created\n"
    );
    let again = Session::new(session.scenario(View::default()));
    assert_eq!(
        again.kubectl(second(30), "get deploy -o name").stdout,
        "deployment.apps/web\n"
    );
    assert_eq!(
        said(
            &mut session,
            "echo '# more' >> web.yaml; tail -1 web.yaml; rm web.yaml; ls"
        ),
        "# more\nservices.yaml\n"
    );
    assert!(said(&mut session, "echo x > services.yaml").contains("it is the editor's text"));
}

#[test]
fn a_here_document_is_expanded_and_piped() {
    let mut session = session();
    let line = "NAME=web\ncat <<EOF | kubectl apply -f -\napiVersion: v1\nkind: Service\nmetadata:\n  name: $NAME\nspec:\n  ports: [{ port: 80 }]\nEOF";
    assert_eq!(said(&mut session, line), "service/web created\n");
}

#[test]
fn the_context_has_a_namespace() {
    let mut session = session();
    said(&mut session, "kubectl create namespace dev");
    let line = "kubectl config set-context --current --namespace=dev";
    assert_eq!(said(&mut session, line), "Context \"minikube\" modified.\n");
    assert_eq!(
        said(&mut session, "kubectl config view --minify -o jsonpath='{..namespace}'"),
        "dev"
    );
    assert_eq!(said(&mut session, "kubectl run web --image=nginx"), "pod/web created\n");
    assert_eq!(
        said(&mut session, "kubectl get pod web -o jsonpath='{.metadata.namespace}'"),
        "dev"
    );
    assert_eq!(
        said(&mut session, "kubectl get svc"),
        "No resources found in dev namespace.\n"
    );
    let pod = "apiVersion: v1\nkind: Service\nmetadata: { name: api }\nspec: { ports: [{ port: 80 }] }";
    assert_eq!(
        said(&mut session, &format!("kubectl apply -f - <<EOF\n{pod}\nEOF")),
        "service/api created\n"
    );
    let again = Session::new(session.scenario(View::default()));
    assert_eq!(
        again.kubectl(second(30), "get pod,svc -n dev -o name").stdout,
        "pod/web\nservice/api\n"
    );
    assert_eq!(
        again.kubectl(second(30), "get svc -o name").stdout,
        "service/kubernetes\n"
    );
}

#[test]
fn watch_shows_the_latest_moment() {
    let mut session = session();
    said(&mut session, "kubectl run web --image=nginx");
    let line = "watch -n 1 kubectl get pods";
    let output = session.perform(second(20), line).0;
    assert!(
        output.waits_until.is_some() && output.stdout.starts_with("Every 1.0s: kubectl get pods\n\nNAME"),
        "{output:?}"
    );
    let output = session.kubectl_since(second(20), second(50), line);
    assert!(output.stdout.contains("Running   0          30s"), "{}", output.stdout);
}
