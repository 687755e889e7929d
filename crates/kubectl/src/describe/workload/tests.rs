#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use crate::describe::tests::{check, cluster, create, workload};
use api::Kind;
use cluster::Cluster;
use expect_test::expect;
use serde_json::json;

/// A Deployment of two pods, seven seconds old.
fn rolled_out() -> Cluster {
    let mut cluster = cluster(1);
    create(&mut cluster, Kind::Deployment, &workload("Deployment", &json!({})));
    cluster.set_now(7);
    cluster
}

#[test]
fn a_deployment_shows_its_replica_sets_and_events() {
    let cluster = rolled_out();
    check(
        &cluster,
        Kind::Deployment,
        "web",
        &expect![[r#"
        Name:                   web
        Namespace:              default
        CreationTimestamp:      Mon, 05 Jan 2026 09:00:00 +0000
        Labels:                 <none>
        Annotations:            deployment.kubernetes.io/revision: 1
        Selector:               app=web
        Replicas:               2 desired | 2 updated | 2 total | 2 available | 0 unavailable
        StrategyType:           RollingUpdate
        MinReadySeconds:        0
        RollingUpdateStrategy:  25% max unavailable, 25% max surge
        Pod Template:
          Labels:  app=web
          Containers:
           web:
            Image:         nginx
            Port:          80/TCP
            Host Port:     0/TCP
            Environment:   <none>
            Mounts:        <none>
          Volumes:         <none>
          Node-Selectors:  <none>
          Tolerations:     <none>
        Conditions:
          Type           Status  Reason
          ----           ------  ------
          Available      True    MinimumReplicasAvailable
          Progressing    True    NewReplicaSetAvailable
        OldReplicaSets:  <none>
        NewReplicaSet:   web-6znzhfwxw8 (2/2 replicas created)
        Events:
          Type    Reason             Age   From                   Message
          ----    ------             ----  ----                   -------
          Normal  ScalingReplicaSet  7s    deployment-controller  Scaled up replica set web-6znzhfwxw8 from 0 to 2
    "#]],
    );
}

#[test]
fn a_replica_set_shows_its_controller_pods_and_events() {
    let cluster = rolled_out();
    check(
        &cluster,
        Kind::ReplicaSet,
        "web",
        &expect![[r#"
        Name:           web-6znzhfwxw8
        Namespace:      default
        Selector:       app=web,pod-template-hash=6znzhfwxw8
        Labels:         app=web
                        pod-template-hash=6znzhfwxw8
        Annotations:    deployment.kubernetes.io/desired-replicas: 2
                        deployment.kubernetes.io/max-replicas: 3
                        deployment.kubernetes.io/revision: 1
        Controlled By:  Deployment/web
        Replicas:       2 current / 2 desired
        Pods Status:    2 Running / 0 Waiting / 0 Succeeded / 0 Failed
        Pod Template:
          Labels:  app=web
                   pod-template-hash=6znzhfwxw8
          Containers:
           web:
            Image:         nginx
            Port:          80/TCP
            Host Port:     0/TCP
            Environment:   <none>
            Mounts:        <none>
          Volumes:         <none>
          Node-Selectors:  <none>
          Tolerations:     <none>
        Events:
          Type    Reason            Age   From                   Message
          ----    ------            ----  ----                   -------
          Normal  SuccessfulCreate  7s    replicaset-controller  Created pod: web-6znzhfwxw8-schhl
          Normal  SuccessfulCreate  7s    replicaset-controller  Created pod: web-6znzhfwxw8-fc6w5
    "#]],
    );
}

#[test]
fn a_stateful_set_shows_its_claims_and_pods() {
    let mut cluster = cluster(1);
    let claims = json!([{
        "metadata": {"name": "data", "labels": {"tier": "db", "use": "data"}},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }]);
    let spec = json!({"serviceName": "web", "volumeClaimTemplates": claims});
    create(&mut cluster, Kind::StatefulSet, &workload("StatefulSet", &spec));
    check(
        &cluster,
        Kind::StatefulSet,
        "web",
        &expect![[r#"
        Name:               web
        Namespace:          default
        CreationTimestamp:  Mon, 05 Jan 2026 09:00:00 +0000
        Selector:           app=web
        Labels:             <none>
        Annotations:        <none>
        Replicas:           2 desired | 2 total
        Update Strategy:    RollingUpdate
          Partition:        0
        Pods Status:        2 Running / 0 Waiting / 0 Succeeded / 0 Failed
        Pod Template:
          Labels:  app=web
          Containers:
           web:
            Image:         nginx
            Port:          80/TCP
            Host Port:     0/TCP
            Environment:   <none>
            Mounts:        <none>
          Volumes:         <none>
          Node-Selectors:  <none>
          Tolerations:     <none>
        Volume Claims:
          Name:          data
          StorageClass:  
          Labels:        tier=db
                         use=data
          Annotations:   <none>
          Capacity:      1Gi
          Access Modes:  [ReadWriteOnce]
        Events:
          Type    Reason            Age   From                    Message
          ----    ------            ----  ----                    -------
          Normal  SuccessfulCreate  0s    statefulset-controller  create Claim data-web-0 Pod web-0 in StatefulSet web success
          Normal  SuccessfulCreate  0s    statefulset-controller  Create Pod web-0 in StatefulSet web successful
          Normal  SuccessfulCreate  0s    statefulset-controller  create Claim data-web-1 Pod web-1 in StatefulSet web success
          Normal  SuccessfulCreate  0s    statefulset-controller  Create Pod web-1 in StatefulSet web successful
    "#]],
    );
}
