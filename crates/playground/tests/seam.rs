//! A page whose reader works elsewhere shows what a session shows.
#![allow(clippy::expect_used, reason = "a test says what it expects")]

use playground::seam::{Command, Done, Mirror, Task, Update, from_bytes, handle, to_bytes};
use playground::{AHEAD, Act, Micros, Reader, Scenario, Session};

const TEXT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx, ports: [{containerPort: 80, name: http}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}], type: NodePort}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shut}
spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchExpressions: [{key: a, operator: In, values: [b]}]}}]}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations: {nginx.ingress.kubernetes.io/rewrite-target: /$1, nginx.ingress.kubernetes.io/use-regex: 'true'}
spec:
  ingressClassName: nginx
  rules: [{host: a.test, http: {paths: [{path: '/x/(.*)', pathType: ImplementationSpecific, backend: {service: {name: web, port: {number: 80}}}}]}}]
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: k8s.io/ingress-nginx}
---
apiVersion: v1
kind: Pod
metadata: {name: ends, annotations: {playground/answers: '30% 500; 1s..2s'}}
spec: {containers: [{name: ends, image: busybox, command: [sh, -c, 'sleep 3; exit 1']}]}
";

/// A page and its reader, which know of one another by bytes alone.
struct Apart {
    mirror: Mirror,
    reader: Reader,
    number: u64,
}

impl Apart {
    fn new() -> Self {
        Self {
            mirror: Mirror::default(),
            reader: Reader::new(Scenario::default()),
            number: 0,
        }
    }

    fn send(&mut self, at: Micros, task: Task) -> Done {
        self.number += 1;
        let mut command = Command {
            number: self.number,
            at,
            task,
            visits: None,
            shown: Vec::new(),
        };
        if command.task.changes_session() {
            command.shown = self.mirror.shown();
        }
        loop {
            let sent = from_bytes(&to_bytes(&command)).expect("a command of this program");
            assert_eq!(sent, command);
            let update = to_bytes(&handle(&mut self.reader, sent));
            let mut update: Update = from_bytes(&update).expect("an update of this program");
            self.mirror.receive(&mut update);
            let questions = self.mirror.take_questions();
            assert!(questions.is_empty(), "nobody asked: {questions:?}");
            if !matches!(update.done, Done::WantsVisits) {
                return update.done;
            }
            command.visits = Some(self.mirror.visits(at));
        }
    }

    /// What a question is answered, once it has been sent.
    fn ask<T>(&mut self, question: impl Fn(&Mirror) -> Option<T>) -> Option<T> {
        assert!(question(&self.mirror).is_none(), "it cannot be known yet");
        let questions = self.mirror.take_questions();
        let Done::Replies(replies) = self.send(Micros::ZERO, Task::Ask(questions.clone())) else {
            panic!("questions have answers")
        };
        self.mirror.answered(questions, replies);
        question(&self.mirror)
    }
}

fn scenario(text: &str) -> Scenario {
    Scenario {
        text: text.to_owned(),
        seed: 7,
        nodes: 2,
        ..Scenario::default()
    }
}

fn by(until: Micros, moments: impl Iterator<Item = Micros>) -> Vec<Micros> {
    moments.filter(|at| *at <= until).collect()
}

fn assert_same(apart: &Apart, session: &Session, until: Micros) {
    let mirror = &apart.mirror;
    assert_eq!(by(until, mirror.changes()), by(until, session.changes()));
    for at in std::iter::once(Micros::ZERO)
        .chain(by(until, session.changes()))
        .chain([until])
    {
        assert_eq!(mirror.world(at), session.world(at));
        assert_eq!(mirror.caveats(at), session.caveats(at));
        assert_eq!(mirror.cause(at), session.cause(at));
    }
    let sent = |requests: playground::Requests<'_>| requests.iter().cloned().collect::<Vec<_>>();
    assert_eq!(sent(mirror.requests(until)), sent(session.requests(until)));
    assert!(!session.requests(until).is_empty());
    assert_eq!(mirror.diagnostics(), session.diagnostics());
    assert_eq!(mirror.text_status(), session.text_status());
    assert_eq!(mirror.sending(), session.sending());
    assert_eq!(
        mirror.scenario(playground::View::default()),
        session.scenario(playground::View::default())
    );
}

#[test]
fn a_mirror_fed_by_bytes_shows_what_the_session_shows() {
    let mut session = Session::new(scenario(TEXT));
    let mut apart = Apart::new();
    apart.mirror.open(scenario(TEXT));
    apart.send(Micros::ZERO, Task::Open(scenario(TEXT)));
    let seconds = Micros::from_seconds;
    let run = |apart: &mut Apart, session: &mut Session, until: Micros| {
        session.run(until);
        apart.send(until, Task::Bring(until + AHEAD));
        apart.mirror.run(until);
    };
    run(&mut apart, &mut session, seconds(4));
    session.run(seconds(4) + AHEAD);
    assert_same(&apart, &session, seconds(4));

    let act = Act::Kubectl("kubectl scale deploy web --replicas=5".to_owned());
    session.act(seconds(4), act.clone());
    apart.send(seconds(4), Task::Act(act));
    let wrong = TEXT.replace("port: 80,", "port: 80x,");
    session.set_text(seconds(5), wrong.clone());
    apart.mirror.set_text(wrong.clone());
    apart.send(seconds(5), Task::Text(wrong));
    run(&mut apart, &mut session, seconds(9));
    assert_same(&apart, &session, seconds(9));
    assert!(!apart.mirror.diagnostics().is_empty());

    session.undo();
    apart.send(seconds(9), Task::Undo);
    let right = TEXT.replace("replicas: 3", "replicas: 1");
    session.set_text(seconds(6), right.clone());
    apart.mirror.set_text(right.clone());
    apart.send(seconds(6), Task::Text(right));
    run(&mut apart, &mut session, seconds(12));
    assert_same(&apart, &session, seconds(12));
    let traced = session
        .requests(seconds(12))
        .last()
        .map(|last| last.number)
        .unwrap_or_default();
    assert_eq!(apart.mirror.trace(traced), session.trace(traced));
}

#[test]
fn a_pod_that_worlds_share_crosses_once_and_is_shared_again() {
    let mut apart = Apart::new();
    apart.mirror.open(scenario(TEXT));
    apart.send(Micros::ZERO, Task::Open(scenario(TEXT)));
    let act = Act::Kubectl("kubectl scale deploy web --replicas=40".to_owned());
    apart.send(Micros::from_seconds(4), Task::Act(act));
    let mirror = &apart.mirror;
    let worlds: Vec<_> = mirror.changes().map(|at| mirror.world(at).clone()).collect();
    let all = worlds.iter().flat_map(|world| &world.pods);
    let apart: std::collections::BTreeSet<_> = all.clone().map(std::rc::Rc::as_ptr).collect();
    assert!(apart.len() * 2 < all.count(), "{} pods", apart.len());
}

#[test]
fn logs_know_the_requests_of_the_page_and_nothing_is_done_twice() {
    let own = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\nspec: {containers: [{name: web, image: nginx}]}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n";
    let mut session = Session::new(scenario(own));
    let mut apart = Apart::new();
    apart.send(Micros::ZERO, Task::Open(scenario(own)));
    let at = Micros::from_seconds(6);
    session.run(at);
    apart.mirror.run(at);
    let line = "kubectl logs web; kubectl label pod web a=b";
    let Done::Printed { output, act, .. } = apart.send(at, Task::Perform(line.to_owned())) else {
        panic!("a command prints")
    };
    let (same, done) = session.perform(at, line);
    assert_eq!((*output, act), (same.clone(), done));
    assert!(same.stdout.contains("GET /"), "{}", same.stdout);
    assert_eq!(apart.mirror.acts(), session.acts());
    assert_eq!(apart.mirror.acts().len(), 1);
}

#[test]
fn what_a_page_does_not_know_it_asks_and_shows_the_answer_before_until_then() {
    let mut apart = Apart::new();
    apart.mirror.open(scenario(TEXT));
    apart.send(Micros::ZERO, Task::Open(scenario(TEXT)));
    let session = Session::new(scenario(TEXT));
    let pods = "kubectl get pods";
    let at = Micros::ZERO;
    let printed = apart.ask(|mirror| mirror.kubectl(at, pods));
    assert_eq!(printed, Some(session.kubectl(at, pods)));
    let later = Micros::from_seconds(1);
    assert_eq!(apart.mirror.kubectl(later, pods), printed, "the answer before counts");
    let still_later = Micros::from_seconds(2);
    assert_eq!(apart.mirror.kubectl(still_later, pods), printed, "it still counts");
    let questions = apart.mirror.take_questions();
    let moments: Vec<Micros> = questions.iter().map(|(at, _)| *at).collect();
    assert_eq!(moments, [still_later], "asked once, about the last moment");
    let pod = session.world(at).pods.first().expect("pods run").key.clone();
    let workload = apart.ask(|mirror| mirror.workload(at, &pod));
    assert_eq!(workload, session.workload(at, &pod));
    let key = playground::ObjectKey::new("default", "web");
    let place = apart.ask(|mirror| mirror.place("Service", &key, &["spec", "selector"]));
    assert_eq!(place, session.place("Service", &key, &["spec", "selector"]));
    assert!(place.is_some());
}

#[test]
fn what_the_page_shows_is_answered_with_the_next_text() {
    let mut apart = Apart::new();
    apart.send(Micros::ZERO, Task::Open(scenario(TEXT)));
    let at = Micros::ZERO;
    let line = "kubectl describe service web";
    apart.ask(|mirror| mirror.kubectl(at, line));
    let key = playground::ObjectKey::new("default", "web");
    apart.ask(|mirror| mirror.place("Service", &key, &["spec", "ports"]));
    for selector in ["wep", "weq"] {
        let text = TEXT.replace(
            "selector: {app: web}, ports",
            &format!("selector: {{app: {selector}}}, ports"),
        );
        apart.mirror.set_text(text.clone());
        apart.send(at, Task::Text(text.clone()));
        let session = Session::new(scenario(&text));
        let printed = apart.mirror.kubectl(at, line);
        assert!(
            printed.as_ref().is_some_and(|it| it.stdout.contains(selector)),
            "{printed:?}"
        );
        let place = apart.mirror.place("Service", &key, &["spec", "ports"]);
        assert_eq!(place, session.place("Service", &key, &["spec", "ports"]));
        assert!(place.is_some());
        assert!(apart.mirror.take_questions().is_empty(), "all is known");
    }
}

#[test]
fn what_nobody_shows_any_more_is_not_answered() {
    let mut apart = Apart::new();
    apart.send(Micros::ZERO, Task::Open(scenario(TEXT)));
    apart.ask(|mirror| mirror.kubectl(Micros::ZERO, "kubectl get pods"));
    assert_eq!(apart.mirror.shown().len(), 1);
    for _ in 0..9 {
        apart.send(Micros::ZERO, Task::Pass);
    }
    assert!(apart.mirror.shown().is_empty());
}

const EXERCISE: &str = "\
apiVersion: playground/v1
kind: Scenario
title: Two names
steps:
- { say: A pod goes., run: [kubectl delete pod web] }
checks:
- { say: Requests are answered., from: pod/client, to: 'web:80', by: [web] }
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: wep}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: client, image: curlimages/curl, command: [sleep, infinity]}]}
";

#[test]
fn a_scenario_document_is_known_judged_and_stepped_through() {
    let mut apart = Apart::new();
    apart.send(Micros::ZERO, Task::Open(scenario(EXERCISE)));
    assert_eq!(
        apart.mirror.lesson().map(|lesson| lesson.title.as_str()),
        Some("Two names")
    );
    let at = Micros::from_seconds(2);
    let judge = |apart: &mut Apart| match apart.send(at, Task::Judge) {
        Done::Judged(judged) => judged,
        other => panic!("{other:?}"),
    };
    let plain = judge(&mut apart)[0].plain.clone();
    assert_eq!(
        plain,
        [
            "Requests from `client` to `web:80`: refused.",
            "No answer comes from `web`."
        ]
    );
    apart.send(at, Task::Text(EXERCISE.replace("app: wep", "app: web")));
    assert!(judge(&mut apart)[0].passes());
    apart.send(at, Task::Step(1));
    assert_eq!((apart.mirror.step(), apart.mirror.acts().len()), (1, 1));
    assert!(!judge(&mut apart)[0].passes(), "the pod is gone");
    apart.send(at, Task::KubectlVersion("1.30".to_owned()));
    assert_eq!(apart.mirror.kubectl_version(), "1.30");
    apart.send(at, Task::Text("kind: List".to_owned()));
    assert!(apart.mirror.lesson().is_none());
}

#[test]
fn an_edit_tells_what_time_brings_for_a_minute_however_far_it_was_known() {
    let crashes = TEXT.replace(
        "name: web, image: nginx,",
        "name: web, image: busybox, command: [sh, -c, 'sleep 20; exit 1'],",
    );
    let mut apart = Apart::new();
    apart.send(Micros::ZERO, Task::Open(scenario(&crashes)));
    let at = Micros::from_seconds(600);
    apart.send(at, Task::Bring(Micros::from_seconds(36_000)));
    let known = apart.mirror.changes().count();
    apart.send(at, Task::Text(crashes.replace("port: 80,", "port: 81,")));
    assert_eq!(apart.mirror.brought(), at + AHEAD);
    let told_again = apart.mirror.changes().filter(|moment| *moment >= at).count();
    assert!(told_again < 10 && known > 50, "{told_again} of {known}");
    apart.send(at, Task::Bring(Micros::from_seconds(36_000)));
    assert!(apart.mirror.changes().filter(|moment| *moment >= at).count() > 50);
}
