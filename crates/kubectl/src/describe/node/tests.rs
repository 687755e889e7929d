#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use crate::describe::tests::{check_part, cluster, create, pod};
use api::Kind;
use cluster::Cluster;
use expect_test::expect;
use serde_json::json;

/// A node with two pods, one of which requests resources.
fn busy_node() -> Cluster {
    let mut cluster = cluster(1);
    let mut big = pod("web-1");
    big["spec"]["containers"][0]["resources"] = json!({
        "requests": {"cpu": "250m", "memory": "64Mi"}, "limits": {"cpu": "500m", "memory": "1Gi"},
    });
    big["spec"]["initContainers"] = json!([{
        "name": "first", "image": "busybox", "resources": {"requests": {"cpu": "1"}},
    }]);
    create(&mut cluster, Kind::Pod, &big);
    create(&mut cluster, Kind::Pod, &pod("web-2"));
    cluster
}

#[test]
fn a_node_shows_its_lease_and_conditions() {
    let cluster = busy_node();
    check_part(
        &cluster,
        Kind::Node,
        "minikube",
        ("", "Addresses:"),
        &expect![[r#"
        Name:               minikube
        Roles:              <none>
        Labels:             kubernetes.io/arch=amd64
                            kubernetes.io/hostname=minikube
                            kubernetes.io/os=linux
        Annotations:        node.alpha.kubernetes.io/ttl: 0
        CreationTimestamp:  Mon, 05 Jan 2026 08:55:17 +0000
        Taints:             <none>
        Unschedulable:      false
        Lease:
          HolderIdentity:  minikube
          AcquireTime:     <unset>
          RenewTime:       Mon, 05 Jan 2026 08:59:57 +0000
        Conditions:
          Type    Status  LastHeartbeatTime                 LastTransitionTime                Reason         Message
          ----    ------  -----------------                 ------------------                ------         -------
          Ready   True    Mon, 05 Jan 2026 08:55:17 +0000   Mon, 05 Jan 2026 08:55:17 +0000   KubeletReady   kubelet is posting ready status
    "#]],
    );
}

#[test]
fn a_node_shows_its_addresses_capacity_and_system() {
    let cluster = busy_node();
    check_part(
        &cluster,
        Kind::Node,
        "minikube",
        ("Addresses:", "Non-terminated Pods:"),
        &expect![[r#"
        Addresses:
          InternalIP:  192.168.49.2
          Hostname:    minikube
        Capacity:
          cpu:     4
          memory:  8Gi
          pods:    110
        Allocatable:
          cpu:     4
          memory:  8Gi
          pods:    110
        System Info:
          Machine ID:                 
          System UUID:                
          Boot ID:                    
          Kernel Version:             6.8.0
          OS Image:                   Debian GNU/Linux 12 (bookworm)
          Operating System:           linux
          Architecture:               amd64
          Container Runtime Version:  containerd://2.1.0
          Kubelet Version:            v1.36.2
        PodCIDR:                      10.244.0.0/24
        PodCIDRs:                     10.244.0.0/24
    "#]],
    );
}

#[test]
fn a_node_sums_up_what_its_pods_ask_for() {
    let cluster = busy_node();
    check_part(
        &cluster,
        Kind::Node,
        "minikube",
        ("Non-terminated Pods:", ""),
        &expect![[r#"
        Non-terminated Pods:          (2 in total)
          Namespace                   Name     CPU Requests  CPU Limits  Memory Requests  Memory Limits  Age
          ---------                   ----     ------------  ----------  ---------------  -------------  ---
          default                     web-1    1 (25%)       500m (12%)  64Mi (0%)        1Gi (12%)      0s
          default                     web-2    0 (0%)        0 (0%)      0 (0%)           0 (0%)         0s
        Allocated resources:
          (Total limits may be over 100 percent, i.e., overcommitted.)
          Resource           Requests   Limits
          --------           --------   ------
          cpu                1 (25%)    500m (12%)
          memory             64Mi (0%)  1Gi (12%)
          ephemeral-storage  0 (0%)     0 (0%)
        Events:              <none>
    "#]],
    );
}
