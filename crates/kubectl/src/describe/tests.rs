#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use super::{Events, describe};
use crate::client::KubectlVersion;
use api::Kind;
use cluster::{Cluster, Config, Propagation, RequestOptions};
use expect_test::{Expect, expect};
use serde_json::{Value, json};

fn cluster(nodes: usize) -> Cluster {
    Cluster::new(&Config {
        nodes,
        seed: 0,
        ..Config::default()
    })
}

fn create(cluster: &mut Cluster, kind: Kind, value: &Value) {
    let created = cluster.create(kind, "default", value, RequestOptions::default());
    assert!(created.is_ok(), "{created:?}");
    cluster.settle();
}

fn pod(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "web", "image": "nginx", "ports": [{"containerPort": 80}]}]},
    })
}

fn service(spec: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec})
}

/// Checks the description of the first object of a kind with this name or prefix.
fn check(cluster: &Cluster, kind: Kind, name: &str, expected: &Expect) {
    let objects = cluster.list(kind, None);
    let object = objects.iter().find(|object| object.name().starts_with(name));
    let text = object.map(|object| describe(cluster, object, Events::Shown, KubectlVersion::NEWEST));
    expected.assert_eq(text.as_deref().unwrap_or("nothing of that name"));
}

/// Checks the lines of a description from one that begins with a text up to another; empty texts mean its ends.
fn check_part(cluster: &Cluster, kind: Kind, name: &str, (from, to): (&str, &str), expected: &Expect) {
    let object = cluster
        .get(kind, if kind == Kind::Node { "" } else { "default" }, name)
        .unwrap();
    let text = describe(cluster, &object, Events::Shown, KubectlVersion::NEWEST);
    let begins = |line: &&str, with: &str| line.trim_start().starts_with(with);
    let lines = text.lines().skip_while(|line| !begins(line, from));
    let lines: Vec<&str> = lines.take_while(|line| to.is_empty() || !begins(line, to)).collect();
    let indent = lines.first().map_or(0, |line| line.len() - line.trim_start().len());
    let shown = lines.iter().map(|line| line.get(indent..).unwrap_or_default());
    expected.assert_eq(&shown.fold(String::new(), |part, line| part + line + "\n"));
}

#[test]
fn a_service_shows_its_ports_and_endpoints() {
    let mut cluster = cluster(1);
    for name in ["web-1", "web-2", "web-3", "web-4", "web-5"] {
        create(&mut cluster, Kind::Pod, &pod(name));
    }
    let spec = json!({
        "type": "NodePort", "selector": {"app": "web"}, "clusterIP": "10.96.0.50",
        "ports": [{"port": 80, "nodePort": 30008}],
    });
    create(&mut cluster, Kind::Service, &service(&spec));
    check(
        &cluster,
        Kind::Service,
        "web",
        &expect![[r#"
        Name:                     web
        Namespace:                default
        Labels:                   <none>
        Annotations:              <none>
        Selector:                 app=web
        Type:                     NodePort
        IP Family Policy:         SingleStack
        IP Families:              IPv4
        IP:                       10.96.0.50
        IPs:                      10.96.0.50
        Port:                     <unset>  80/TCP
        TargetPort:               80/TCP
        NodePort:                 <unset>  30008/TCP
        Endpoints:                10.244.0.2:80,10.244.0.3:80,10.244.0.4:80 + 2 more...
        Session Affinity:         None
        External Traffic Policy:  Cluster
        Internal Traffic Policy:  Cluster
        Events:                   <none>
    "#]],
    );
    cluster.set_ready("default", "web-4", false);
    cluster.set_ready("default", "web-5", false);
    cluster.settle();
    check(
        &cluster,
        Kind::Endpoints,
        "web",
        &expect![[r#"
        Name:         web
        Namespace:    default
        Labels:       endpoints.kubernetes.io/managed-by=endpoint-controller
        Annotations:  <none>
        Subsets:
          Addresses:          10.244.0.2,10.244.0.3,10.244.0.4
          NotReadyAddresses:  10.244.0.5,10.244.0.6
          Ports:
            Name     Port  Protocol
            ----     ----  --------
            <unset>  80    TCP

        Events:  <none>
    "#]],
    );
}

#[test]
fn endpoints_that_are_not_ready_are_not_shown_but_end_the_list() {
    let mut cluster = cluster(1);
    let names = ["web-1", "web-2", "web-3", "web-4"];
    for name in names {
        create(&mut cluster, Kind::Pod, &pod(name));
    }
    let spec = json!({"selector": {"app": "web"}, "ports": [{"port": 80}]});
    create(&mut cluster, Kind::Service, &service(&spec));
    let mut shown = Vec::new();
    for name in names.iter().rev() {
        cluster.set_ready("default", name, false);
        cluster.settle();
        let service = cluster.get(Kind::Service, "default", "web").unwrap();
        let text = describe(&cluster, &service, Events::Hidden, KubectlVersion::NEWEST);
        let line = text.lines().find_map(|line| line.strip_prefix("Endpoints:"));
        shown.push(line.unwrap_or_default().trim().to_owned());
    }
    assert_eq!(
        shown,
        [
            "10.244.0.2:80,10.244.0.3:80,10.244.0.4:80 + 0 more...",
            "10.244.0.2:80,10.244.0.3:80",
            "10.244.0.2:80",
            ""
        ]
    );
}

#[test]
fn a_service_without_address_or_selector_says_so() {
    let mut cluster = cluster(1);
    let spec = json!({"type": "ExternalName", "externalName": "db.example.com"});
    create(&mut cluster, Kind::Service, &service(&spec));
    check(
        &cluster,
        Kind::Service,
        "web",
        &expect![[r#"
        Name:              web
        Namespace:         default
        Labels:            <none>
        Annotations:       <none>
        Selector:          <none>
        Type:              ExternalName
        IP Families:       <none>
        IP:                
        IPs:               <none>
        External Name:     db.example.com
        Session Affinity:  None
        Events:            <none>
    "#]],
    );
}

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
fn a_slice_lists_each_endpoint() {
    let mut cluster = cluster(2);
    create(&mut cluster, Kind::Pod, &pod("web-1"));
    let spec = json!({"selector": {"app": "web"}, "ports": [{"port": 80}]});
    create(&mut cluster, Kind::Service, &service(&spec));
    check(
        &cluster,
        Kind::EndpointSlice,
        "kubernetes",
        &expect![[r#"
        Name:         kubernetes
        Namespace:    default
        Labels:       kubernetes.io/service-name=kubernetes
        Annotations:  <none>
        AddressType:  IPv4
        Ports:
          Name   Port  Protocol
          ----   ----  --------
          https  6443  TCP
        Endpoints:
          - Addresses:  192.168.49.2
            Conditions:
              Ready:   true
            Hostname:  <unset>
            NodeName:  <unset>
            Zone:      <unset>
        Events:        <none>
    "#]],
    );
    check(
        &cluster,
        Kind::EndpointSlice,
        "web",
        &expect![[r#"
        Name:         web-6jsj6
        Namespace:    default
        Labels:       endpointslice.kubernetes.io/managed-by=endpointslice-controller.k8s.io
                      kubernetes.io/service-name=web
        Annotations:  endpoints.kubernetes.io/last-change-trigger-time: 2026-01-05T09:00:00Z
        AddressType:  IPv4
        Ports:
          Name     Port  Protocol
          ----     ----  --------
          <unset>  80    TCP
        Endpoints:
          - Addresses:  10.244.0.2
            Conditions:
              Ready:    true
            Hostname:   <unset>
            TargetRef:  Pod/web-1
            NodeName:   node-1
            Zone:       zone-a
        Events:         <none>
    "#]],
    );
}

fn workload(kind: &str, spec: &Value) -> Value {
    let mut object = json!({
        "apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "web"},
        "spec": {
            "replicas": 2, "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "web", "image": "nginx", "ports": [{"containerPort": 80}]}]},
            },
        },
    });
    for (field, value) in spec.as_object().into_iter().flatten() {
        object["spec"][field] = value.clone();
    }
    object
}

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

#[test]
fn a_namespace_says_that_nothing_limits_it() {
    check(
        &cluster(1),
        Kind::Namespace,
        "default",
        &expect![[r#"
        Name:         default
        Labels:       kubernetes.io/metadata.name=default
        Annotations:  <none>
        Status:       Active

        No resource quota.

        No LimitRange resource.
    "#]],
    );
}

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

#[test]
fn an_ingress_shows_the_endpoints_behind_its_paths() {
    let mut cluster = cluster(1);
    create(&mut cluster, Kind::Pod, &pod("web-1"));
    let spec = json!({"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80}]});
    create(&mut cluster, Kind::Service, &service(&spec));
    let path = |path: &str, name: &str| {
        json!({
            "path": path, "pathType": "Prefix",
            "backend": {"service": {"name": name, "port": {"number": 80}}},
        })
    };
    let ingress = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "entry"},
        "spec": {
            "tls": [{"hosts": ["example.com"], "secretName": "cert"}],
            "rules": [{"host": "example.com", "http": {"paths": [path("/", "web"), path("/api", "api")]}}],
        },
    });
    create(&mut cluster, Kind::Ingress, &ingress);
    check(
        &cluster,
        Kind::Ingress,
        "entry",
        &expect![[r#"
        Name:             entry
        Labels:           <none>
        Namespace:        default
        Address:          
        Ingress Class:    <none>
        Default backend:  <default>
        TLS:
          cert terminates example.com
        Rules:
          Host         Path  Backends
          ----         ----  --------
          example.com  
                       /      web:80 (10.244.0.2:80)
                       /api   api:80 (<error: services "api" not found>)
        Annotations:   <none>
        Events:        <none>
    "#]],
    );
}

#[test]
fn a_kind_without_words_of_its_own_is_told_field_by_field() {
    let mut cluster = cluster(1);
    create(&mut cluster, Kind::Deployment, &workload("Deployment", &json!({})));
    check(
        &cluster,
        Kind::Event,
        "web.",
        &expect![[r#"
            Name:             web.1887ca1be9b3a017
            Namespace:        default
            Labels:           <none>
            Annotations:      <none>
            API Version:      v1
            Count:            1
            Event Time:       <nil>
            First Timestamp:  2026-01-05T09:00:00Z
            Involved Object:
              API Version:       apps/v1
              Kind:              Deployment
              Name:              web
              Namespace:         default
              Resource Version:  22
              UID:               7178ffa7-e3b8-4d0c-9aa0-bf8d9d155996
            Kind:                Event
            Last Timestamp:      2026-01-05T09:00:00Z
            Message:             Scaled up replica set web-6znzhfwxw8 from 0 to 2
            Metadata:
              Creation Timestamp:  2026-01-05T09:00:00Z
              Resource Version:    24
              UID:                 77d9ca67-f613-471d-8c2e-5f6c1dc9c3aa
            Reason:                ScalingReplicaSet
            Reporting Component:   deployment-controller
            Reporting Instance:    
            Source:
              Component:  deployment-controller
            Type:         Normal
            Events:       <none>
        "#]],
    );
}

/// A pod whose container uses every field that a description shows.
fn full_pod() -> Cluster {
    let mut cluster = cluster(1);
    let mut full = pod("web-1");
    full["spec"]["nodeSelector"] = json!({"disk": "ssd"});
    full["spec"]["tolerations"] = json!([
        {"key": "dedicated", "operator": "Equal", "value": "web", "effect": "NoSchedule"}, {"operator": "Exists"},
    ]);
    full["spec"]["volumes"] = json!([
        {"name": "cache", "emptyDir": {}}, {"name": "conf", "configMap": {"name": "web"}},
        {"name": "host", "hostPath": {"path": "/var/log"}},
        {"name": "all", "projected": {"sources": [{"secret": {"name": "key"}}, {"downwardAPI": {}}]}},
        {"name": "disk", "fc": {"targetWWNs": ["a", "b"], "lun": 0}},
        {"name": "me", "downwardAPI": {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]}},
    ]);
    full["spec"]["containers"] = json!([{
        "name": "web", "image": "nginx", "command": ["sh", "-c", "echo a\necho b"], "args": ["-v"],
        "ports": [{"name": "http", "containerPort": 80}, {"containerPort": 53, "protocol": "UDP"}],
        "resources": {"requests": {"cpu": "0.1"}, "limits": {"cpu": "1500m", "memory": "128Mi"}},
        "livenessProbe": {"httpGet": {"path": "/healthz?x", "port": "http"}},
        "readinessProbe": {"exec": {"command": ["cat", "/ready"]}, "periodSeconds": 5},
        "startupProbe": {"tcpSocket": {"port": 80}},
        "envFrom": [{"configMapRef": {"name": "web"}}, {"prefix": "KEY_", "secretRef": {"name": "key", "optional": true}}],
        "env": [
            {"name": "PLAIN", "value": "two\nlines"},
            {"name": "NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            {"name": "ADDRESS", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
            {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
            {"name": "DISK", "valueFrom": {"resourceFieldRef": {"resource": "limits.ephemeral-storage"}}},
            {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "key", "key": "password"}}},
            {"name": "COLOR", "valueFrom": {"configMapKeyRef": {"name": "web", "key": "color", "optional": true}}},
        ],
        "volumeMounts": [
            {"name": "conf", "mountPath": "/etc/web", "readOnly": true, "subPath": "web.conf"},
            {"name": "cache", "mountPath": "/cache"},
        ],
    }]);
    create(&mut cluster, Kind::Pod, &full);
    cluster
}

#[test]
fn a_container_shows_its_ports_command_and_resources() {
    let cluster = full_pod();
    check_part(
        &cluster,
        Kind::Pod,
        "web-1",
        ("Containers:", "Liveness:"),
        &expect![[r#"
        Containers:
          web:
            Container ID:  containerd://0
            Image:         nginx
            Image ID:      nginx
            Ports:         80/TCP (http), 53/UDP
            Host Ports:    0/TCP (http), 0/UDP
            Command:
              sh
              -c
              echo a
              echo b
            Args:
              -v
            State:          Running
              Started:      Mon, 05 Jan 2026 09:00:00 +0000
            Ready:          True
            Restart Count:  0
            Limits:
              cpu:     1500m
              memory:  128Mi
            Requests:
              cpu:      100m
              memory:   128Mi
    "#]],
    );
}

#[test]
fn probes_take_a_line_each() {
    let cluster = full_pod();
    check_part(
        &cluster,
        Kind::Pod,
        "web-1",
        ("Liveness:", "Environment Variables"),
        &expect![[r#"
            Liveness:   http-get http://:http/healthz%3Fx delay=0s timeout=1s period=10s #success=1 #failure=3
            Readiness:  exec [cat /ready] delay=0s timeout=1s period=5s #success=1 #failure=3
            Startup:    tcp-socket :80 delay=0s timeout=1s period=10s #success=1 #failure=3
    "#]],
    );
}

#[test]
fn variables_show_where_their_values_come_from() {
    let cluster = full_pod();
    check_part(
        &cluster,
        Kind::Pod,
        "web-1",
        ("Environment Variables", "Mounts:"),
        &expect![[r#"
            Environment Variables from:
              web  ConfigMap                  Optional: false
              key  Secret with prefix 'KEY_'  Optional: true
            Environment:
              PLAIN:     two
                         lines
              NAME:      web-1 (v1:metadata.name)
              ADDRESS:    (v1:status.podIP)
              CPU:       2 (limits.cpu)
              DISK:      0 (limits.ephemeral-storage)
              PASSWORD:  <set to the key 'password' in secret 'key'>   Optional: false
              COLOR:     <set to the key 'color' of config map 'web'>  Optional: true
    "#]],
    );
}

#[test]
fn mounts_are_sorted_by_path() {
    let cluster = full_pod();
    check_part(
        &cluster,
        Kind::Pod,
        "web-1",
        ("Mounts:", "Conditions:"),
        &expect![[r#"
            Mounts:
              /cache from cache (rw)
              /etc/web from conf (ro,path="web.conf")
    "#]],
    );
}

#[test]
fn volumes_show_their_kind_and_its_fields() {
    let cluster = full_pod();
    check_part(
        &cluster,
        Kind::Pod,
        "web-1",
        ("Volumes:", "QoS Class:"),
        &expect![[r#"
        Volumes:
          cache:
            Type:       EmptyDir (a temporary directory that shares a pod's lifetime)
            Medium:     
            SizeLimit:  <unset>
          conf:
            Type:      ConfigMap (a volume populated by a ConfigMap)
            Name:      web
            Optional:  false
          host:
            Type:          HostPath (bare host directory volume)
            Path:          /var/log
            HostPathType:  
          all:
            Type:         Projected (a volume that contains injected data from multiple sources)
            SecretName:   key
            Optional:     false
            DownwardAPI:  true
          disk:
            Type:        FC (a Fibre Channel disk)
            TargetWWNs:  a, b
            LUN:         0
            FSType:      
            ReadOnly:    false
          me:
            Type:  DownwardAPI (a volume populated by information about the pod)
            Items:
              metadata.labels -> labels
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

#[test]
fn long_annotations_get_lines_of_their_own() {
    let mut cluster = cluster(1);
    let mut object = service(&json!({"ports": [{"port": 80}]}));
    object["metadata"]["annotations"] = json!({
        "a": "one\ntwo\n", "kubectl.kubernetes.io/last-applied-configuration": "{}", "z": "x".repeat(150),
    });
    create(&mut cluster, Kind::Service, &object);
    check(
        &cluster,
        Kind::Service,
        "web",
        &expect![[r#"
        Name:                     web
        Namespace:                default
        Labels:                   <none>
        Annotations:              a:
                                    one
                                    two
                                  z:
                                    xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
        Selector:                 <none>
        Type:                     ClusterIP
        IP Family Policy:         SingleStack
        IP Families:              IPv4
        IP:                       10.97.63.82
        IPs:                      10.97.63.82
        Port:                     <unset>  80/TCP
        TargetPort:               80/TCP
        Endpoints:                <none>
        Session Affinity:         None
        Internal Traffic Policy:  Cluster
        Events:                   <none>
    "#]],
    );
}
