#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use crate::describe::tests::{check, check_part, cluster, create, full_pod, pod};
use crate::describe::{Events, KubectlVersion, describe};
use api::Kind;
use cluster::Propagation;
use expect_test::expect;

#[test]
fn a_pod_shows_its_containers_conditions_and_tolerations() {
    let mut cluster = cluster(1);
    create(&mut cluster, Kind::Pod, &pod("web-1"));
    check(
        &cluster,
        Kind::Pod,
        "web-1",
        &expect![[r#"
        Name:         web-1
        Namespace:    default
        Priority:     0
        Node:         minikube/192.168.49.2
        Start Time:   Mon, 05 Jan 2026 09:00:00 +0000
        Labels:       app=web
        Annotations:  <none>
        Status:       Running
        IP:           10.244.0.2
        IPs:
          IP:  10.244.0.2
        Containers:
          web:
            Container ID:   containerd://0
            Image:          nginx
            Image ID:       nginx
            Port:           80/TCP
            Host Port:      0/TCP
            State:          Running
              Started:      Mon, 05 Jan 2026 09:00:00 +0000
            Ready:          True
            Restart Count:  0
            Environment:    <none>
            Mounts:         <none>
        Conditions:
          Type                        Status
          PodReadyToStartContainers   True 
          Initialized                 True 
          Ready                       True 
          ContainersReady             True 
          PodScheduled                True 
        Volumes:                      <none>
        QoS Class:                    BestEffort
        Node-Selectors:               <none>
        Tolerations:                  node.kubernetes.io/not-ready:NoExecute op=Exists for 300s
                                      node.kubernetes.io/unreachable:NoExecute op=Exists for 300s
        Events:                       <none>
    "#]],
    );
}

#[test]
fn tolerations_are_sorted_by_key() {
    let cluster = full_pod();
    check_part(
        &cluster,
        Kind::Pod,
        "web-1",
        ("QoS Class:", ""),
        &expect![[r#"
        QoS Class:       Burstable
        Node-Selectors:  disk=ssd
        Tolerations:     op=Exists
                         dedicated=web:NoSchedule
        Events:          <none>
    "#]],
    );
}

#[test]
fn a_pod_on_its_way_out_says_since_when() {
    let mut cluster = cluster(1);
    create(&mut cluster, Kind::Pod, &pod("web-1"));
    cluster.hold("default", "web-1", true);
    let deleted = cluster.delete(Kind::Pod, "default", "web-1", Propagation::Background.into());
    assert!(deleted.is_ok());
    cluster.settle();
    cluster.set_now(100);
    let pod = cluster.get(Kind::Pod, "default", "web-1").unwrap();
    let text = describe(&cluster, &pod, Events::Hidden, KubectlVersion::NEWEST);
    let lines: Vec<_> = text.lines().skip(7).take(2).collect();
    assert_eq!(
        lines,
        [
            "Status:                    Terminating (lasts 70s)",
            "Termination Grace Period:  30s"
        ]
    );
}
