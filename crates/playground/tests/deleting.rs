//! `kubectl delete` waits until what it deletes is gone.

use playground::{Act, Micros, Scenario, Session};

const KEPT: &str = "
apiVersion: v1
kind: ConfigMap
metadata:
  name: kept
  finalizers: [example.com/keep]
";

fn session() -> Session {
    Session::new(Scenario {
        text: KEPT.to_owned(),
        ..Scenario::default()
    })
}

fn second(second: u64) -> Micros {
    Micros::from_seconds(second)
}

const DELETED: &str = "configmap \"kept\" deleted from default namespace\n";

#[test]
fn a_deletion_waits_for_finalizers() {
    let mut session = session();
    let line = "kubectl delete configmap kept";
    let (first, act) = session.perform(second(1), line);
    assert_eq!((first.stdout.as_str(), first.exit), (DELETED, 0));
    assert!(first.waits_until.is_some() && act.is_some());
    let freed = "kubectl patch configmap kept -p '{\"metadata\":{\"finalizers\":null}}'";
    session.act(second(4), Act::Kubectl(freed.to_owned()));
    let early = session.kubectl_since(second(1), second(3), line);
    assert!(early.waits_until.is_some());
    let then = session.kubectl_since(second(1), second(5), line);
    assert_eq!((then.stdout.as_str(), then.waits_until, then.exit), (DELETED, None, 0));
}

#[test]
fn a_deletion_gives_up_when_its_time_is_over() {
    let mut session = session();
    let line = "kubectl delete configmap kept --timeout=5s";
    assert_eq!(session.perform(second(1), line).0.waits_until, Some(6));
    let late = session.kubectl_since(second(1), second(6), line);
    assert_eq!(
        (late.stdout.as_str(), late.stderr.as_str(), late.exit),
        (
            DELETED,
            "error: timed out waiting for the condition on configmaps/kept\n",
            1
        )
    );
}

#[test]
fn a_deletion_does_not_wait_where_it_is_told_so() {
    let output = session()
        .perform(second(1), "kubectl delete configmap kept --wait=false")
        .0;
    assert_eq!((output.stdout.as_str(), output.waits_until), (DELETED, None));
}

#[test]
fn what_goes_at_once_is_not_waited_for() {
    let mut session = session();
    session.perform(second(1), "kubectl create deployment web --image=nginx --replicas=2");
    let output = session
        .perform(second(2), "kubectl delete deployment web --cascade=foreground")
        .0;
    let words = "deployment.apps \"web\" deleted from default namespace\n";
    assert_eq!((output.stdout.as_str(), output.exit), (words, 0));
}

#[test]
fn a_deletion_asks_first_where_it_is_told_so() {
    let asked =
        "You are about to delete the following 1 resource(s):\nconfigmap/kept\nDo you want to continue? (y/N): ";
    let mut session = session();
    let output = session.perform(second(1), "kubectl delete configmap kept -i").0;
    assert_eq!(output.stdout, format!("{asked}deletion is cancelled\n"));
    let output = session
        .perform(second(2), "echo y | kubectl delete configmap kept -i --wait=false")
        .0;
    assert_eq!(output.stdout, format!("{asked}{DELETED}"));
}

const SLEEPER: &str = "kubectl run idle --image=busybox -- sleep 3600";

#[test]
fn a_deletion_waits_for_a_program_that_does_not_heed_the_signal_to_end() {
    let mut session = session();
    session.perform(second(1), SLEEPER);
    let line = "kubectl delete pod idle";
    let first = session.perform(second(5), line).0;
    let words = "pod \"idle\" deleted from default namespace\n";
    assert_eq!((first.stdout.as_str(), first.waits_until), (words, Some(i64::MAX)));
    assert!(session.kubectl_since(second(5), second(30), line).waits_until.is_some());
    let then = session.kubectl_since(second(5), second(40), line);
    assert_eq!((then.stdout.as_str(), then.waits_until), (words, None));
}

#[test]
fn a_forced_deletion_and_one_with_less_grace_do_not_wait_so_long() {
    let mut session = session();
    session.perform(second(1), SLEEPER);
    let now = session.perform(second(5), "kubectl delete pod idle --now").0;
    assert!(now.waits_until.is_some());
    let then = session.kubectl_since(second(5), second(8), "kubectl delete pod idle --now");
    assert_eq!(then.waits_until, None);
    session.perform(second(10), SLEEPER);
    let forced = session.perform(second(15), "kubectl delete pod idle --force").0;
    let words = "pod \"idle\" force deleted from default namespace\n";
    assert_eq!((forced.stdout.as_str(), forced.waits_until), (words, None));
}

#[test]
fn a_drained_node_is_waited_for() {
    let mut session = session();
    session.perform(second(1), SLEEPER);
    let line = "kubectl drain minikube --force";
    let first = session.perform(second(5), line).0;
    let begun = "node/minikube cordoned\nevicting pod default/idle\n";
    assert_eq!((first.stdout.as_str(), first.waits_until), (begun, Some(i64::MAX)));
    let then = session.kubectl_since(second(5), second(40), line);
    assert_eq!(
        (then.stdout, then.waits_until),
        (format!("{begun}pod/idle evicted\nnode/minikube drained\n"), None)
    );
}
