//! The tour: the article's own session, in the form of its time, step by step.

use expect_test::expect;
use playground::{Act, Lesson, Micros, Scenario, Session, View, lesson, share};
use std::collections::BTreeSet;

const TOUR: &str = include_str!("../../../web/scenarios/gallery/clusterip-tour.yaml");

/// The step that creates the Service.
const CREATE: usize = 11;
/// The step that sends requests at once.
const AT_RANDOM: usize = 13;

fn open(step: usize) -> Session {
    Session::new(Scenario {
        text: TOUR.to_owned(),
        view: View {
            step,
            ..View::default()
        },
        ..Scenario::default()
    })
}

fn tour() -> Lesson {
    lesson::of_text(TOUR).and_then(Result::ok).unwrap_or_default()
}

/// The command lines of a session and what they printed, as its terminal shows them.
fn printed(session: &Session) -> Vec<String> {
    let done = session.acts().iter().zip(session.said());
    done.filter_map(|(act, output)| match &act.act {
        Act::Kubectl(line) => Some(format!("$ {line}\n{}{}", output.stdout, output.stderr).replace('\r', "")),
        _ => None,
    })
    .collect()
}

fn output_of(session: &Session, line: &str) -> String {
    let line = format!("$ {line}\n");
    let all = printed(session).into_iter();
    all.filter_map(|it| it.strip_prefix(&line).map(str::to_owned)).collect()
}

#[test]
fn each_command_prints_what_it_printed_in_the_article_s_time() {
    let expected = expect![[r#"
        $ kubectl get pods -o wide
        NAME          READY   STATUS    RESTARTS   AGE   IP            NODE       NOMINATED NODE   READINESS GATES
        back-end-1    1/1     Running   0          0s    10.244.0.5    minikube   <none>           <none>
        back-end-2    1/1     Running   0          0s    10.244.0.6    minikube   <none>           <none>
        back-end-3    1/1     Running   0          0s    10.244.0.7    minikube   <none>           <none>
        front-end-1   1/1     Running   0          0s    10.244.0.2    minikube   <none>           <none>
        front-end-2   1/1     Running   0          0s    10.244.0.3    minikube   <none>           <none>
        front-end-3   1/1     Running   0          0s    10.244.0.4    minikube   <none>           <none>
        mysql-1       1/1     Running   0          0s    10.244.0.11   minikube   <none>           <none>
        redis-1       1/1     Running   0          0s    10.244.0.8    minikube   <none>           <none>
        redis-2       1/1     Running   0          0s    10.244.0.9    minikube   <none>           <none>
        redis-3       1/1     Running   0          0s    10.244.0.10   minikube   <none>           <none>

        $ kubectl exec front-end-1 -- curl -sI -m 2 10.244.0.6
        HTTP/1.1 200 OK
        Server: nginx/1.29.4
        Date: Mon, 05 Jan 2026 09:00:06 GMT
        Content-Type: text/html
        Content-Length: 615
        Connection: keep-alive
        Accept-Ranges: bytes


        $ kubectl delete pod back-end-2
        pod "back-end-2" deleted from default namespace

        $ kubectl exec front-end-1 -- curl -m 2 10.244.0.6
        curl: (28) Connection timed out after 2000 milliseconds
        command terminated with exit code 28

        $ kubectl run back-end-2 --image=nginx --labels=app=myapp,type=back-end --port=80
        pod/back-end-2 created

        $ kubectl wait --for=condition=Ready pod/back-end-2
        pod/back-end-2 condition met

        $ kubectl get pod back-end-2 -o wide
        NAME         READY   STATUS    RESTARTS   AGE   IP            NODE       NOMINATED NODE   READINESS GATES
        back-end-2   1/1     Running   0          2s    10.244.0.12   minikube   <none>           <none>

        $ kubectl exec front-end-1 -- curl -m 2 10.244.0.6
        curl: (28) Connection timed out after 2000 milliseconds
        command terminated with exit code 28

        $ kubectl get pods -l app=myapp,type=back-end
        NAME         READY   STATUS    RESTARTS   AGE
        back-end-1   1/1     Running   0          28s
        back-end-2   1/1     Running   0          8s
        back-end-3   1/1     Running   0          28s

        $ kubectl get svc
        NAME         TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE
        kubernetes   ClusterIP   10.43.0.1    <none>        443/TCP   5m17s

        $ kubectl describe service kubernetes
        Name:              kubernetes
        Namespace:         default
        Labels:            component=apiserver
                           provider=kubernetes
        Annotations:       <none>
        Selector:          <none>
        Type:              ClusterIP
        IP Family Policy:  SingleStack
        IP Families:       IPv4
        IP:                10.43.0.1
        IPs:               10.43.0.1
        Port:              https  443/TCP
        TargetPort:        6443/TCP
        Endpoints:         192.40.199.6:6443
        Session Affinity:  None
        Events:            <none>

        $ cat ./minikube/service/clusterip-service-definition.yaml
        apiVersion: v1
        kind: Service
        metadata:
          name: back-end
        spec:
          type: ClusterIP
          ports:
            - targetPort: 80
              port: 80
          selector:
            app: myapp
            type: back-end

        $ grep -n ClusterIP ./minikube/service/clusterip-service-definition.yaml
        6:  type: ClusterIP

        $ grep -n -i port ./minikube/service/clusterip-service-definition.yaml
        7:  ports:
        8:    - targetPort: 80
        9:      port: 80

        $ grep -n -A 2 selector ./minikube/service/clusterip-service-definition.yaml
        10:  selector:
        11-    app: myapp
        12-    type: back-end

        $ kubectl create -f ./minikube/service/clusterip-service-definition.yaml
        service/back-end created

        $ kubectl get svc
        NAME         TYPE        CLUSTER-IP     EXTERNAL-IP   PORT(S)   AGE
        back-end     ClusterIP   10.43.18.172   <none>        80/TCP    1s
        kubernetes   ClusterIP   10.43.0.1      <none>        443/TCP   5m48s

        $ kubectl describe service back-end
        Name:              back-end
        Namespace:         default
        Labels:            <none>
        Annotations:       <none>
        Selector:          app=myapp,type=back-end
        Type:              ClusterIP
        IP Family Policy:  SingleStack
        IP Families:       IPv4
        IP:                10.43.18.172
        IPs:               10.43.18.172
        Port:              <unset>  80/TCP
        TargetPort:        80/TCP
        Endpoints:         10.244.0.12:80,10.244.0.5:80,10.244.0.7:80
        Session Affinity:  None
        Events:            <none>

        $ kubectl exec front-end-1 -- nslookup back-end
        Server:		10.43.0.10
        Address:	10.43.0.10#53

        Name:	back-end.default.svc.cluster.local
        Address: 10.43.18.172


        $ kubectl exec front-end-1 -- curl -sI back-end
        HTTP/1.1 200 OK
        Server: nginx/1.29.4
        Date: Mon, 05 Jan 2026 09:01:13 GMT
        Content-Type: text/html
        Content-Length: 615
        Connection: keep-alive
        Accept-Ranges: bytes


        $ kubectl exec front-end-1 -- curl -sI 10.43.18.172
        HTTP/1.1 200 OK
        Server: nginx/1.29.4
        Date: Mon, 05 Jan 2026 09:01:14 GMT
        Content-Type: text/html
        Content-Length: 615
        Connection: keep-alive
        Accept-Ranges: bytes


        $ kubectl delete pod back-end-2
        pod "back-end-2" deleted from default namespace

        $ kubectl get endpoints back-end
        NAME       ENDPOINTS                     AGE
        back-end   10.244.0.5:80,10.244.0.7:80   25s

        $ kubectl exec front-end-1 -- curl -sI back-end
        HTTP/1.1 200 OK
        Server: nginx/1.29.4
        Date: Mon, 05 Jan 2026 09:01:30 GMT
        Content-Type: text/html
        Content-Length: 615
        Connection: keep-alive
        Accept-Ranges: bytes


        $ kubectl expose pod redis-1 --name=redis --port=6379
        service/redis exposed

        $ kubectl expose pod mysql-1 --name=mysql --port=3306
        service/mysql exposed

        $ kubectl exec back-end-1 -- nc -zv redis 6379
        Connection to redis (10.43.174.109) 6379 port [tcp/*] succeeded!

        $ kubectl exec back-end-1 -- nc -zv mysql 3306
        Connection to mysql (10.43.134.34) 3306 port [tcp/*] succeeded!

        $ kubectl create -f ./minikube/service/nodeport-service-definition.yaml
        service/myapp-service created

        $ kubectl get svc
        NAME            TYPE        CLUSTER-IP      EXTERNAL-IP   PORT(S)        AGE
        back-end        ClusterIP   10.43.18.172    <none>        80/TCP         41s
        kubernetes      ClusterIP   10.43.0.1       <none>        443/TCP        6m28s
        myapp-service   NodePort    10.43.254.224   <none>        80:30008/TCP   1s
        mysql           ClusterIP   10.43.134.34    <none>        3306/TCP       8s
        redis           ClusterIP   10.43.174.109   <none>        6379/TCP       9s

        $ curl -sI http://192.168.49.2:30008
        HTTP/1.1 200 OK
        Server: nginx/1.29.4
        Date: Mon, 05 Jan 2026 09:01:46 GMT
        Content-Type: text/html
        Content-Length: 615
        Connection: keep-alive
        Accept-Ranges: bytes

    "#]];
    expected.assert_eq(&printed(&open(tour().steps.len())).join("\n"));
}

#[test]
fn each_step_opens_by_its_link() {
    let all = printed(&open(tour().steps.len()));
    let mut behind = 0;
    let mut walked = open(0);
    for (step, number) in tour().steps.iter().zip(1..) {
        walked.set_step(number);
        let link = share::encode(&walked.scenario(View::default()));
        let opened = Session::new(share::decode(&link).unwrap_or_default());
        behind += step.run.len();
        assert_eq!(opened.step(), number);
        assert_eq!(printed(&opened), all[..behind], "step {number}");
        assert_eq!(printed(&walked), all[..behind], "step {number}");
        assert_eq!(opened.opening(), tour().moments()[number - 1]);
    }
}

#[test]
fn what_a_step_points_at_is_there_and_so_are_its_lines() {
    let manifests = lesson::manifests(TOUR);
    for (step, number) in tour().steps.iter().zip(1..) {
        let session = open(number);
        let at = tour().moments()[number - 1] + Micros::from_seconds(5);
        for target in step.point.iter().filter(|target| *target != "outside") {
            let found = session.kubectl(at, &format!("kubectl get {target}"));
            assert_eq!(found.exit, 0, "step {number}: {target}");
        }
        for words in &step.lines {
            assert!(manifests.contains(words.as_str()), "step {number}: {words}");
        }
    }
}

#[test]
fn every_step_says_two_or_three_sentences() {
    for step in tour().steps {
        let sentences = step.say.matches(". ").count() + 1;
        assert!((2..=3).contains(&sentences) && step.say.len() < 260, "{}", step.title);
        assert!(!step.title.is_empty());
    }
}

#[test]
fn the_address_of_the_dead_pod_fails_and_the_service_does_not() {
    let session = open(tour().steps.len());
    let by_pod = output_of(&session, "kubectl exec front-end-1 -- curl -m 2 10.244.0.6");
    assert_eq!(by_pod.matches("curl: (28)").count(), 2, "{by_pod}");
    for address in ["back-end", "10.43.18.172"] {
        let by_service = output_of(&session, &format!("kubectl exec front-end-1 -- curl -sI {address}"));
        assert!(by_service.starts_with("HTTP/1.1 200 OK"), "{by_service}");
    }
}

#[test]
fn requests_sent_at_once_reach_all_three_pods() {
    let mut session = open(AT_RANDOM);
    let until = tour().moments()[AT_RANDOM];
    session.run(until);
    let from = tour().moments()[AT_RANDOM - 1];
    let requests = session.requests(until);
    let at_once = requests.iter().filter(|request| request.sent >= from);
    let pods: BTreeSet<_> = at_once.map(|request| format!("{:?}", request.backend)).collect();
    assert_eq!(pods.len(), 3, "{pods:?}");
}

#[test]
fn before_it_is_created_no_request_goes_to_the_service() {
    let before = open(CREATE - 1);
    let at = before.opening() + Micros::from_seconds(2);
    let there: Vec<String> = before.services(at).iter().map(|key| key.name.to_string()).collect();
    assert!(!there.iter().any(|name| name == "back-end"), "{there:?}");
}
