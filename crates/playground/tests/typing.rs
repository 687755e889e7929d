//! What is shown never depends on how the text was typed.

use playground::{Act, Diagnostic, Micros, Scenario, Session, TextStatus, World};
use proptest::prelude::*;

const DOCUMENTS: [&str; 9] = [
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: shop\nspec:\n  selector:\n    app: shop\n  ports:\n    - port: 80\n",
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: door\nspec:\n  type: NodePort\n  selector:\n    app: shop\n  ports:\n    - port: 80\n      targetPort: http\n",
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: shop-1\n  labels:\n    app: shop\nspec:\n  containers:\n    - name: shop\n      image: nginx\n",
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: shop-2\n  labels:\n    app: shop\nspec:\n  containers:\n    - name: shop\n      image: nginx\n      ports:\n        - name: http\n          containerPort: 80\n",
    "apiVersion: v1\nkind: Pod\nmetadata:\n  generateName: stray-\n  labels:\n    on: yes\nspec:\n  containers:\n    - name: stray\n      image: redis\n",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\nspec:\n  replicas: 3\n  selector:\n    matchLabels:\n      app: shop\n  template:\n    metadata:\n      labels:\n        app: shop\n    spec:\n      containers:\n        - name: shop\n          image: nginx\n",
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: fixed\nspec:\n  clusterIP: 10.96.0.77\n  ports:\n    - port: 443\n      nodePort: 30080\n",
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: owned\n  ownerReferences: [{apiVersion: v1, kind: Pod, name: shop-1, uid: x}]\nspec:\n  selector:\n    app: shop\n  ports:\n    - port: 80\n",
    "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: blue\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: sky\n  namespace: blue\nspec:\n  containers:\n    - name: sky\n      image: nginx\n",
];

/// A change of the list of documents.
#[derive(Clone, Debug)]
enum Edit {
    Insert(usize, usize),
    Remove(usize),
    Swap(usize, usize),
    /// A word of a document becomes another.
    Replace(usize, &'static str, &'static str),
    /// A character is put in, or taken out.
    Type(usize, usize, char),
    Delete(usize, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let place = || 0..12_usize;
    let words = prop::sample::select(vec![
        ("app: shop", "app: store"),
        ("app: store", "app: shop"),
        ("port: 80", "port: 81"),
        ("port: 81", "prot: 80"),
        ("prot: 80", "port: 80"),
        ("ClusterIP", "NodePort"),
        ("shop-1", "shop-2"),
        ("nginx", "redis"),
        ("replicas: 3", "replicas: 2"),
        ("10.96.0.77", "None"),
        ("ownerReferences: [", "finalizers: [x/y] #"),
        ("name: blue", "name: green"),
    ]);
    prop_oneof![
        3 => (place(), 0..DOCUMENTS.len()).prop_map(|(at, which)| Edit::Insert(at, which)),
        1 => place().prop_map(Edit::Remove),
        1 => (place(), place()).prop_map(|(a, b)| Edit::Swap(a, b)),
        4 => (place(), words).prop_map(|(at, (from, to))| Edit::Replace(at, from, to)),
        1 => (place(), 0..80_usize, prop::sample::select(vec!['x', ':', ' ', '\n', '"', '{'])).prop_map(|(at, byte, c)| Edit::Type(at, byte, c)),
        1 => (place(), 0..80_usize).prop_map(|(at, byte)| Edit::Delete(at, byte)),
    ]
}

fn change(documents: &mut Vec<String>, edit: &Edit) {
    let count = documents.len();
    let within = |at: usize| at % count.max(1);
    match *edit {
        Edit::Insert(at, which) => documents.insert(at % (count + 1), DOCUMENTS[which].to_owned()),
        _ if count == 0 => {}
        Edit::Remove(at) => drop(documents.remove(within(at))),
        Edit::Swap(a, b) => documents.swap(within(a), within(b)),
        Edit::Replace(at, from, to) => documents[within(at)] = documents[within(at)].replace(from, to),
        Edit::Type(at, byte, c) => {
            let document = &mut documents[within(at)];
            document.insert(byte % (document.len() + 1), c);
        }
        Edit::Delete(at, byte) if !documents[within(at)].is_empty() => {
            let document = &mut documents[within(at)];
            document.remove(byte % document.len());
        }
        Edit::Delete(..) => {}
    }
}

/// All that can be seen of a session.
fn seen(session: &Session) -> (Vec<Diagnostic>, TextStatus, Vec<String>, World) {
    let kinds = "nodes,namespaces,services,endpoints,endpointslices,pods,deployments,replicasets,statefulsets,events";
    let print = |line: String| session.kubectl(Micros::ZERO, &line).stdout;
    (
        session.diagnostics().to_vec(),
        session.text_status(),
        vec![
            print(format!("kubectl get {kinds} -A -o yaml")),
            print("kubectl describe services".to_owned()),
        ],
        World::clone(session.world(Micros::ZERO)),
    )
}

fn scenario(documents: &[String]) -> Scenario {
    Scenario {
        text: documents.join("---\n"),
        seed: 7,
        nodes: 2,
        ..Scenario::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_text_shows_the_same_however_it_was_typed(edits in prop::collection::vec(edit(), 1..20)) {
        let mut documents: Vec<String> = DOCUMENTS[..4].iter().map(ToString::to_string).collect();
        let mut typed = Session::new(scenario(&documents));
        for edit in &edits {
            change(&mut documents, edit);
            let scenario = scenario(&documents);
            typed.set_text(Micros::ZERO, scenario.text.clone());
            let fresh = Session::new(scenario);
            if matches!(typed.text_status(), TextStatus::Applied { .. }) {
                prop_assert_eq!(seen(&typed), seen(&fresh));
            } else {
                prop_assert_eq!(typed.diagnostics(), fresh.diagnostics());
            }
        }
    }

    #[test]
    fn acts_do_the_same_in_whatever_order_they_were_done(moments in prop::collection::vec((0..6_u64, 0..4_usize), 1..8)) {
        let documents: Vec<String> = DOCUMENTS.iter().map(ToString::to_string).collect();
        let acts = ["kubectl scale deployment shop --replicas=5", "kubectl delete pod shop-1", "kubectl label pod shop-2 app=store --overwrite", "kubectl delete service door"];
        let mut played = Session::new(scenario(&documents));
        for (second, act) in &moments {
            played.act(Micros::from_seconds(*second), Act::Kubectl(acts[*act].to_owned()));
        }
        played.undo();
        let fresh = Session::new(Scenario { acts: played.acts().to_vec(), ..scenario(&documents) });
        for second in 0..7 {
            let at = Micros::from_seconds(second);
            prop_assert_eq!(played.world(at), fresh.world(at));
            let print = |session: &Session| session.kubectl(at, "kubectl get pods,events,services -o yaml").stdout;
            prop_assert_eq!(print(&played), print(&fresh));
        }
    }
}
