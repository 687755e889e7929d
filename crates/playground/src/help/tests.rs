use super::{SENTENCES, of, printed};
use crate::{Micros, Scenario, Session};

/// What is said of a text, in plain sentences.
fn meanings(text: &str) -> Vec<String> {
    let session = Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    });
    let diagnostics = session.diagnostics().iter();
    diagnostics.filter_map(|it| it.meaning.clone()).collect()
}

fn object(kind: &str, spec: &str) -> String {
    let group = if kind == "Deployment" { "apps/" } else { "" };
    format!("apiVersion: {group}v1\nkind: {kind}\nmetadata: {{name: a}}\nspec: {spec}\n")
}

/// Specs that are refused or warned of, and how the sentence begins that says why.
const SPECS: &[(&str, &str, &str)] = &[
    ("Service", "{}", "A Service needs a port"),
    (
        "Service",
        "{ports: [{port: 1, name: a}, {port: 2}]}",
        "A Service with several ports",
    ),
    (
        "Service",
        "{ports: [{port: 1, name: a}, {port: 2, name: a}]}",
        "Two ports of the Service have this name",
    ),
    (
        "Service",
        "{ports: [{port: 1, name: A}]}",
        "The name of a Service's port",
    ),
    ("Service", "{ports: [{port: 70000}]}", "port is the number"),
    ("Service", "{ports: [{port: 80, protocol: http}]}", "protocol is TCP"),
    (
        "Service",
        "{ports: [{port: 80, targetPort: 70000}]}",
        "targetPort is where the container listens",
    ),
    (
        "Service",
        "{ports: [{port: 80, targetPort: '80'}]}",
        "A targetPort that is text is the name of a container's port: write",
    ),
    (
        "Service",
        "{ports: [{port: 80, targetPort: a_b}]}",
        "A targetPort that is text is the name of a container's port: at most",
    ),
    ("Service", "{ports: [{port: 80, appProtocol: 'a b'}]}", "appProtocol is"),
    (
        "Service",
        "{ports: [{port: 80, name: a}, {port: 80, name: b}]}",
        "Two ports of the Service have the same number",
    ),
    (
        "Service",
        "{ports: [{port: 80, nodePort: 30080}]}",
        "A Service of type ClusterIP has no node ports",
    ),
    (
        "Service",
        "{type: NodePort, ports: [{name: a, port: 80, nodePort: 80}]}",
        "Node ports come from",
    ),
    ("Service", "{type: Nodeport, ports: [{port: 80}]}", "type is ClusterIP"),
    (
        "Service",
        "{type: NodePort, clusterIP: None, ports: [{port: 80}]}",
        "A headless Service, which",
    ),
    (
        "Service",
        "{type: ExternalName, externalName: a, ipFamilyPolicy: SingleStack}",
        "A Service of type ExternalName is a name",
    ),
    (
        "Service",
        "{type: ExternalName}",
        "A Service of type ExternalName needs",
    ),
    (
        "Service",
        "{type: ExternalName, externalName: 'http://a'}",
        "externalName is a DNS name",
    ),
    (
        "Service",
        "{sessionAffinity: clientip, ports: [{port: 80}]}",
        "sessionAffinity is",
    ),
    (
        "Service",
        "{sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}}, ports: [{port: 80}]}",
        "timeoutSeconds is from 1",
    ),
    (
        "Service",
        "{clusterIP: None, clusterIPs: [None, 10.96.0.9], ports: [{port: 80}]}",
        "None makes the Service headless",
    ),
    (
        "Service",
        "{clusterIP: none, ports: [{port: 80}]}",
        "A cluster IP is an address",
    ),
    (
        "Service",
        "{clusterIP: 10.96.1.1, clusterIPs: [10.96.1.1, 10.96.1.2], ports: [{port: 80}]}",
        "A Service has at most two",
    ),
    (
        "Service",
        "{clusterIP: 10.96.1.1, ipFamilies: [IPv6], ports: [{port: 80}]}",
        "Cluster IPs stand in the order",
    ),
    (
        "Service",
        "{clusterIP: 10.96.1.1, clusterIPs: [10.96.1.2], ports: [{port: 80}]}",
        "clusterIP and the first of clusterIPs are the same: make",
    ),
    (
        "Service",
        "{clusterIPs: [10.96.1.2], ports: [{port: 80}]}",
        "clusterIP and the first of clusterIPs are the same: give",
    ),
    (
        "Service",
        "{ipFamilies: [ipv4], ports: [{port: 80}]}",
        "ipFamilies names IPv4",
    ),
    (
        "Service",
        "{ipFamilies: [IPv4, IPv4], ports: [{port: 80}]}",
        "ipFamilies names each",
    ),
    (
        "Service",
        "{ipFamilyPolicy: Dual, ports: [{port: 80}]}",
        "ipFamilyPolicy is",
    ),
    (
        "Service",
        "{ipFamilies: [IPv4, IPv6], ports: [{port: 80}]}",
        "Two families go with",
    ),
    (
        "Service",
        "{clusterIP: 10.96.01.1, ports: [{port: 80}]}",
        "Write the numbers of an address",
    ),
    (
        "Service",
        "{externalIPs: ['::ffff:1.2.3.4'], ports: [{port: 80}]}",
        "Write this address as IPv4",
    ),
    (
        "Service",
        "{externalIPs: [0.0.0.0], ports: [{port: 80}]}",
        "This is nobody's",
    ),
    (
        "Service",
        "{externalIPs: [127.0.0.1], ports: [{port: 80}]}",
        "Addresses of this range",
    ),
    (
        "Service",
        "{externalIPs: [a], ports: [{port: 80}]}",
        "externalIPs are addresses",
    ),
    (
        "Service",
        "{externalIPs: [203.0.113.7], ports: [{port: 80}]}",
        "externalIPs work here",
    ),
    (
        "Service",
        "{type: LoadBalancer, loadBalancerSourceRanges: [1.2.3.4], ports: [{port: 80}]}",
        "A range is",
    ),
    (
        "Service",
        "{type: LoadBalancer, loadBalancerSourceRanges: [1.2.3.4/8], ports: [{port: 80}]}",
        "The address goes on",
    ),
    (
        "Service",
        "{loadBalancerClass: a, ports: [{port: 80}]}",
        "This field belongs to load balancers",
    ),
    (
        "Service",
        "{type: LoadBalancer, loadBalancerClass: 'a b', ports: [{port: 80}]}",
        "loadBalancerClass is a name",
    ),
    (
        "Service",
        "{type: NodePort, externalTrafficPolicy: local, ports: [{port: 80}]}",
        "externalTrafficPolicy is Cluster",
    ),
    (
        "Service",
        "{externalTrafficPolicy: Local, ports: [{port: 80}]}",
        "externalTrafficPolicy is about",
    ),
    (
        "Service",
        "{healthCheckNodePort: 30000, ports: [{port: 80}]}",
        "healthCheckNodePort goes with",
    ),
    (
        "Service",
        "{internalTrafficPolicy: local, ports: [{port: 80}]}",
        "internalTrafficPolicy is",
    ),
    (
        "Service",
        "{trafficDistribution: Close, ports: [{port: 80}]}",
        "trafficDistribution is",
    ),
    (
        "Service",
        "{trafficDistribution: PreferClose, ports: [{port: 80}]}",
        "PreferSameZone is the new name",
    ),
    (
        "Service",
        "{clusterIP: 10.96.0.1, ports: [{port: 80}]}",
        "Another Service has this cluster IP",
    ),
    (
        "Service",
        "{clusterIP: 10.1.0.1, ports: [{port: 80}]}",
        "Cluster IPs come from",
    ),
    (
        "Service",
        "{clusterIP: None, sessionAffinity: ClientIP, ports: [{port: 80}]}",
        "A headless Service has no address",
    ),
    (
        "Service",
        "{externalName: a, ports: [{port: 80}]}",
        "externalName works with",
    ),
    (
        "Service",
        "{type: ExternalName, externalName: a, externalIPs: [203.0.113.7]}",
        "A Service of type ExternalName is a name in DNS alone, so",
    ),
    (
        "Service",
        "{selector: {'a b': c}, ports: [{port: 80}]}",
        "A key is a name",
    ),
    (
        "Service",
        "{selector: {a: 'b c'}, ports: [{port: 80}]}",
        "The value of a label",
    ),
    (
        "Service",
        "{selector: {a: true}, ports: [{port: 80}]}",
        "A text is wanted here. YAML reads",
    ),
    (
        "Service",
        "{selector: {a: 1}, ports: [{port: 80}]}",
        "A text is wanted here, and YAML reads this as a number",
    ),
    ("Service", "{selector: [a], ports: [{port: 80}]}", "Pairs are wanted"),
    ("Service", "{ports: [{port: '80'}]}", "A number is wanted here, without"),
    ("Service", "{ports: [{port: 80.5}]}", "A whole number"),
    ("Service", "{ports: [{port: yes}]}", "A number is wanted here; YAML"),
    ("Service", "{ports: {port: 80}}", "A list is wanted"),
    ("Service", "{ports: [{port: 80, protocol: 6}]}", "One of a few words"),
    ("Service", "[a]", "One value or map"),
    ("Service", "a", "Fields are wanted"),
    ("Service", "{type: {a: b}}", "A single value"),
    ("Service", "{publishNotReadyAddresses: 1}", "true or false is wanted"),
    ("Service", "{prots: []}", "No such field"),
    ("Pod", "{}", "A Pod needs a container"),
    ("Pod", "{containers: [{image: a}]}", "Each container needs a name"),
    ("Pod", "{containers: [{name: a}]}", "Each container needs an image"),
    (
        "Pod",
        "{containers: [{name: a, image: a}, {name: a, image: a}]}",
        "Two containers",
    ),
    ("Pod", "{containers: [{name: a.b, image: a}]}", "No dots"),
    (
        "Pod",
        "{containers: [{name: A, image: a}]}",
        "Such a name holds small letters, digits and dashes only",
    ),
    (
        "Pod",
        "{containers: [{name: a, image: a, ports: [{name: http}]}]}",
        "containerPort is",
    ),
    (
        "Pod",
        "{containers: [{name: a, image: a, ports: [{containerPort: 80, name: a_b}]}]}",
        "The name of a container's port",
    ),
    (
        "Pod",
        "{containers: [{name: a, image: a, ports: [{containerPort: 70000}]}]}",
        "Ports are numbers",
    ),
    (
        "Pod",
        "{containers: [{name: a, image: a, ports: [{containerPort: 1, name: a}, {containerPort: 2, name: a}]}]}",
        "Two ports of the container",
    ),
    (
        "Pod",
        "{containers: [{name: a, image: a, imagePullPolicy: always}]}",
        "imagePullPolicy is",
    ),
    (
        "Pod",
        "{containers: [{name: a, image: a, readinessProbe: {}}]}",
        "A probe says",
    ),
    (
        "Pod",
        "{containers: [{name: a, image: a, lifecycle: {preStop: {}}}]}",
        "What is done at this moment",
    ),
    (
        "Pod",
        "{containers: [{name: a, image: a, livenessProbe: {successThreshold: 2, exec: {command: [a]}}}]}",
        "One success",
    ),
    (
        "Pod",
        "{containers: [{name: a, image: a, readinessProbe: {tcpSocket: {port: 1}, exec: {command: [a]}}}]}",
        "There is one way",
    ),
    (
        "Pod",
        "{containers: [{name: a, image: a, env: [{value: a}]}]}",
        "Each environment variable",
    ),
    (
        "Pod",
        "{containers: [{name: a, image: a, volumeMounts: [{name: v, mountPath: /v}]}]}",
        "The Pod has no volume",
    ),
    (
        "Pod",
        "{containers: [{name: a, image: a, volumeMounts: [{name: v}]}], volumes: [{name: v, emptyDir: {}}]}",
        "mountPath is",
    ),
    (
        "Pod",
        "{containers: [{name: a, image: a, resources: {limits: {cpu: 1}, requests: {cpu: 2}}}]}",
        "A container may not ask",
    ),
    (
        "Pod",
        "{containers: [{name: a, image: a, resources: {limits: {disk: 1}}}]}",
        "Resources are cpu",
    ),
    (
        "Pod",
        "{containers: [{name: a, image: a, resources: {limits: {cpu: one}}}]}",
        "An amount is",
    ),
    (
        "Pod",
        "{restartPolicy: always, containers: [{name: a, image: a}]}",
        "restartPolicy is Always",
    ),
    (
        "Pod",
        "{priorityClassName: high, containers: [{name: a, image: a}]}",
        "The cluster has no such PriorityClass",
    ),
    (
        "Pod",
        "{runtimeClassName: kata, containers: [{name: a, image: a}]}",
        "The cluster has no such RuntimeClass",
    ),
    (
        "Deployment",
        "{template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}",
        "A selector is needed",
    ),
    (
        "Deployment",
        "{selector: {}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}",
        "An empty selector",
    ),
    (
        "Deployment",
        "{selector: {matchLabels: {a: c}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}",
        "The pods this makes",
    ),
    (
        "Deployment",
        "{replicas: -1, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}",
        "A number below 0",
    ),
    (
        "Deployment",
        "{selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}",
        "The pods of a Deployment",
    ),
    (
        "Deployment",
        "{strategy: {type: Rolling}, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}",
        "The type of a strategy",
    ),
    (
        "Deployment",
        "{strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}",
        "With no pod more",
    ),
];

/// Whole texts.
const TEXTS: &[(&str, &str)] = &[
    ("a:\n\tb: c\n", "A tab or a special character"),
    ("a: b: c\n", "A second colon"),
    ("a: b\n  c\n d\ne\n", "A key has no colon"),
    ("- a\nb: c\n", "This line stands among"),
    ("a: b\n- c\n", "A line here is indented"),
    ("%YAML 1.1\na: b\n", "A document behind"),
    ("a: [b, , c]\n", "A value is wanted"),
    ("a: !b!c d\n", "Text that begins with !"),
    ("a: - b\n", "An item of a list cannot begin"),
    ("a: b\n c: d\n  e\n", "A second colon"),
    ("a: [b\nc: d\n", "A list in brackets"),
    ("a: {b: c\nd: e\n", "A map in braces"),
    ("a: \"b\n", "A quote is opened"),
    ("a:\n  - b\n  c: d\n", "This line stands among"),
    ("a: \"\\q\"\n", "A backslash between"),
    ("a: *b\n", "An alias, which begins with *"),
    ("a: *\n", "Behind & and *"),
    ("a: | b\n", "Nothing but a comment"),
    ("%a\n", "A line that begins with %"),
    ("a: {{ .b }}\n", "A list or a map stands where a key"),
    ("a: .inf\n", "JSON, which kubectl sends"),
    ("--- a\n", "A line that begins with ---"),
    ("{\"a\": \"b\" \"c\"}\n", "What begins with a brace"),
    ("kind: Service\n", "Each document begins with apiVersion: v1"),
    ("a: b\n", "Each document begins with apiVersion and kind"),
    ("hello\n", "A document is a map"),
    (
        "apiVersion: v1\nkind: service\nmetadata: {name: a}\n",
        "Kinds are written",
    ),
    (
        "apiVersion: v1\nkind: Deployment\nmetadata: {name: a}\n",
        "A cluster knows no such kind",
    ),
    (
        "apiVersion: a/b/c\nkind: Service\nmetadata: {name: a}\n",
        "apiVersion is a version",
    ),
    (
        "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: b}\nspec: {ports: [{port: 80}]}\n",
        "No such namespace",
    ),
    (
        "apiVersion: v1\nkind: Service\nmetadata: {name: kubernetes}\nspec: {ports: [{port: 80}]}\n",
        "An object of this kind and name",
    ),
    (
        "apiVersion: v1\nkind: Service\nmetadata: {name: A}\nspec: {ports: [{port: 80}]}\n",
        "Such a name holds small letters, digits and dashes only",
    ),
    ("apiVersion: v1\nkind: Namespace\nmetadata: {name: a.b}\n", "No dots"),
    (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: A}\nspec: {containers: [{name: a, image: a}]}\n",
        "Such a name holds small letters, digits, dashes and dots only",
    ),
    (
        "apiVersion: v1\nkind: Pod\nmetadata: {labels: {a: b}}\nspec: {containers: [{name: a, image: a}]}\n",
        "Each object needs a name",
    ),
];

#[test]
fn each_known_mistake_is_explained_by_its_own_sentence() {
    let specs = SPECS.iter().map(|(kind, spec, begin)| (object(kind, spec), *begin));
    let texts = TEXTS.iter().map(|(text, begin)| ((*text).to_owned(), *begin));
    let wrong: Vec<String> = specs
        .chain(texts)
        .filter_map(|(text, begin)| {
            let meanings = meanings(&text);
            let found = meanings.iter().any(|it| it.starts_with(begin));
            (!found).then(|| format!("{text}  wanted: {begin}\n  found: {meanings:?}\n"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

/// A sentence behind one that always fits first would never be read.
#[test]
fn no_sentence_stands_behind_one_that_is_too_general() {
    let hidden: Vec<&str> = SENTENCES
        .into_iter()
        .flatten()
        .filter(|(needles, sentence)| of(&needles.join(" ")) != Some(*sentence))
        .map(|(_, sentence)| *sentence)
        .collect();
    assert_eq!(hidden, Vec::<&str>::new());
}

#[test]
fn what_cannot_be_changed_is_said_to_stay() {
    let cluster_ip = r#"spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set"#;
    assert!(of(cluster_ip).is_some_and(|it| it.contains("delete it")));
    let selector = "spec.selector: Invalid value: {}: field is immutable";
    assert!(of(selector).is_some_and(|it| it.contains("delete the object")));
}

#[test]
fn an_unknown_message_is_not_explained() {
    assert_eq!(of("something else"), None);
}

/// Commands that fail, and how the sentence begins that says why.
const COMMANDS: &[(&str, &str)] = &[
    ("kubectl get svx", "A cluster keeps nothing of that kind"),
    ("kubectl gett pods", "There is no such command"),
    ("kubectl get pods --wid", "The command has no such flag"),
    ("kubectl get pods -Z", "The command has no such flag"),
    ("kubectl delete pod", "Say which"),
    ("kubectl apply", "Say what to read"),
    ("kubectl scale deployment web", "The command can do nothing"),
    ("kubectl apply -f other.yaml", "There is no such file here"),
    ("kubectl label service web tier=b", "It has another value already"),
    ("kubectl get pod nobody", "Nothing of this kind has that name"),
    ("kubectl get pods -n nowhere -l a", ""),
    (
        "kubectl exec client -- curl -s -S nobody",
        "The cluster's DNS knows no such name",
    ),
    ("kubectl exec client -- curl -s -S web", "Refused at once"),
    ("kubectl run client --image=nginx", "An object of this kind and name"),
    (
        "kubectl patch service web -p '{\"spec\":{\"clusterIP\":\"10.96.0.9\"}}'",
        "A Service keeps this",
    ),
];

#[test]
fn what_a_command_complains_of_is_said_plainly() {
    let mut session = Session::new(Scenario {
        text: "apiVersion: v1\nkind: Service\nmetadata: {name: web, labels: {tier: a}}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n\
               ---\napiVersion: v1\nkind: Pod\nmetadata: {name: client}\nspec: {containers: [{name: a, image: curlimages/curl}]}\n"
            .to_owned(),
        ..Scenario::default()
    });
    let mut wrong = Vec::new();
    for (command, begin) in COMMANDS {
        let (output, _) = session.perform(Micros::from_seconds(1), command);
        let said = printed(&output.stderr);
        let right = said
            .first()
            .map_or(begin.is_empty(), |it| !begin.is_empty() && it.starts_with(begin));
        if !right {
            wrong.push(format!("{command}\n  printed: {}\n  said: {said:?}", output.stderr));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn several_complaints_of_the_same_kind_are_explained_once() {
    let line = "Error from server (NotFound): pods \"a\" not found\n";
    assert_eq!(printed(&line.repeat(3)).len(), 1);
}
