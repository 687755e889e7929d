use crate::{check, codes, diagnostics, mended};
use expect_test::expect;
use playground::{Micros, Scenario, Session};

const POD: &str = "apiVersion: v1
kind: Pod
metadata:
  name: web-7dfcdc95dd-x2v4k
  labels:
    app: web
  ownerReferences:
  - apiVersion: apps/v1
    kind: ReplicaSet
    name: web-7dfcdc95dd
    uid: 0d0d1111-2222-3333-4444-555555555555
    controller: true
spec:
  containers:
  - name: web
    image: nginx
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
";

#[test]
fn a_pod_whose_owner_is_not_here() {
    check(
        POD,
        &expect![[r#"
            7 «ownerReferences» owner: its owner, ReplicaSet web-7dfcdc95dd, is not here: the garbage collector removes web-7dfcdc95dd-x2v4k
                An object with ownerReferences lives as long as one of its owners.
                [Leave ownerReferences out]
            23 «selector» no-pods: no endpoints: no pod has app=web
                web-7dfcdc95dd-x2v4k has these labels in the text, but its owner is not here, so it is removed at once.
        "#]],
    );
}

#[test]
fn a_node_that_is_not_here() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  nodeName: gke-7\n  containers:\n  - name: web\n    image: nginx\n";
    check(
        text,
        &expect![[r#"
            5 «gke-7» node-name: there is no node gke-7, so nobody starts the pod
                A pod with nodeName skips the scheduler. Nodes here: minikube; without nodeName the scheduler chooses one.
                [Leave nodeName out]
        "#]],
    );
    let node = "---\napiVersion: v1\nkind: Node\nmetadata:\n  name: gke-7\n";
    check(
        &format!("{text}{node}"),
        &expect![[r#"
            5 «gke-7» node-name: no kubelet runs on gke-7, so nobody starts the pod
                A pod with nodeName skips the scheduler. Nodes here: minikube; without nodeName the scheduler chooses one.
                [Leave nodeName out]
            13 «gke-7» node-name: no kubelet runs on gke-7: pods do not start there
                A Node object alone is no machine. How many nodes run here is chosen beside the requests.
        "#]],
    );
    check(&text.replace("gke-7", "minikube"), &expect![[r#""#]]);
}

const SHOP: &str = "apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: nginx}]}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template: {metadata: {labels: {app: db}}, spec: {containers: [{name: pg, image: postgres}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: client, image: nginx}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: once, image: nginx}]}}}
";

fn session(text: &str, nodes: usize) -> Session {
    Session::new(Scenario {
        text: text.to_owned(),
        nodes,
        seed: nodes as u64,
        ..Scenario::default()
    })
}

/// What another cluster prints of the shop.
fn printed(command: &str) -> String {
    session(SHOP, 3).kubectl(Micros::from_seconds(60), command).stdout
}

/// Pods and endpoints by name, without random ends of names and addresses.
fn shape(text: &str) -> Vec<String> {
    let session = session(text, 1);
    let world = session.world(Micros::ZERO);
    let mut shape: Vec<String> = world
        .pods
        .iter()
        .map(|pod| pod.labels.get("app").cloned().unwrap_or_default())
        .collect();
    for service in &world.services {
        let endpoints: usize = service.ports.iter().map(|port| port.endpoints.len()).sum();
        shape.push(format!("{} {endpoints}", service.key.name));
    }
    shape.sort();
    shape
}

/// Plays the fix of a printed text.
fn dropped(text: &str) -> String {
    let diagnostics = diagnostics(text);
    let fixes = diagnostics.iter().flat_map(|it| &it.fixes);
    let mut fixes = fixes.filter(|fix| fix.label == "Drop what the cluster fills in");
    fixes.next().map_or_else(String::new, |fix| mended(text, fix))
}

#[test]
fn what_a_cluster_printed_becomes_that_cluster() {
    for command in [
        "kubectl get all -o yaml",
        "kubectl get all -o json",
        "kubectl get svc,endpointslices,endpoints,deploy,sts,jobs,rs,pods,cm,sa -o yaml",
        "kubectl get pods,rs,deploy,sts,jobs,svc,nodes -o yaml",
    ] {
        let text = printed(command);
        assert!(codes(&text).contains(&"printed"), "{command}: {:?}", codes(&text));
        let better = dropped(&text);
        assert_eq!(
            codes(&better),
            Vec::<&str>::new(),
            "{command}\n{better}\n{:#?}",
            diagnostics(&better)
        );
        assert_eq!(shape(&better), shape(SHOP), "{command}\n{better}");
    }
}

#[test]
fn what_a_cluster_printed_of_one_object() {
    let text = printed("kubectl get service web -o yaml");
    check(
        &text,
        &expect![[r#"
        8 «uid» printed: a cluster printed this object, with what it fills in itself
            uid, resourceVersion, status and addresses are chosen anew by the cluster that gets the objects, and what controllers made is made again.
            [Drop what the cluster fills in]   name: web
          namespace: default
        spec:
          internalTrafficPolicy: Cluster
          ipFamilies:
          - IPv4
          ipFamilyPolicy: SingleStack
          ports:
          - port: 80
            protocol: TCP
            targetPort: 80
          selector:
            app: web
          sessionAffinity: None
          type: ClusterIP
        21 «selector» no-pods: no endpoints: no pod has app=web
            A Service sends requests to the pods that have all labels of its selector.
    "#]],
    );
    assert_eq!(
        codes(&dropped(&printed("kubectl get pod client -o yaml"))),
        Vec::<&str>::new()
    );
}

#[test]
fn an_address_of_another_cluster_is_left_out() {
    let text = printed("kubectl get service web -o yaml");
    let address = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("clusterIP: "))
        .unwrap_or_default();
    check(
        &text.replace(address, "172.20.10.5"),
        &expect![[r#"
        8 «uid» printed: a cluster printed this object, with what it fills in itself
            uid, resourceVersion, status and addresses are chosen anew by the cluster that gets the objects, and what controllers made is made again.
            [Drop what the cluster fills in]   name: web
          namespace: default
        spec:
          internalTrafficPolicy: Cluster
          ipFamilies:
          - IPv4
          ipFamilyPolicy: SingleStack
          ports:
          - port: 80
            protocol: TCP
            targetPort: 80
          selector:
            app: web
          sessionAffinity: None
          type: ClusterIP
        12 «172.20.10.5» cluster-ip-range: spec.clusterIPs: Invalid value: ["172.20.10.5"]: failed to allocate IP 172.20.10.5: the provided network does not match the current range
            Cluster IPs come from the cluster's range, 10.96.0.0/12 and for IPv6 fd00:10:96::/108 unless it is set up otherwise. Without clusterIP the cluster picks a free one.
            [Leave it out: a free one is taken]
    "#]],
    );
}

#[test]
fn pods_printed_beside_the_deployment_above_their_replica_set_are_made_again() {
    let printed = printed("kubectl get deployments,pods,services -l app!=db -o yaml");
    assert!(
        printed.contains("kind: Deployment")
            && printed.contains("kind: Pod")
            && !printed.contains("\n  kind: ReplicaSet\n")
    );
    assert_eq!(
        shape(&dropped(&printed)),
        shape(&dropped(&self::printed(
            "kubectl get deployments,replicasets,pods,services -l app!=db -o yaml"
        )))
    );
}

#[test]
fn a_namespace_that_is_not_here_is_created_first() {
    let text =
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  ports:\n  - port: 80\n";
    check(
        text,
        &expect![[r#"
        5 «shop» namespace-missing: namespaces "shop" not found
            There is no such namespace: create it before the objects in it.
            [Create Namespace shop first] apiVersion: v1
        kind: Namespace
        metadata:
          name: shop
        ---
    "#]],
    );
    let later = format!("{text}---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n");
    let fixes: usize = diagnostics(&later).iter().map(|it| it.fixes.len()).sum();
    assert_eq!(fixes, 0, "a second document of it would be refused");
}

#[test]
fn a_service_account_is_named_by_two_fields() {
    let text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  containers:\n  - name: web\n    image: nginx\n  serviceAccount: builder\n  serviceAccountName: builder\n";
    check(
        text,
        &expect![[r#"
        15 «builder» service-account-unknown: pods "web" is forbidden: error looking up service account shop/builder: serviceaccount "builder" not found
            The namespace has no such ServiceAccount yet: put its document before that of the Pod, or leave serviceAccountName out.
            [Create ServiceAccount builder first] apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: builder
          namespace: shop
        ---
            [Leave it out]
    "#]],
    );
}
