//! Clusters of two families of addresses, and of one: what nodes, pods, Services and slices have, and which requests are answered.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use playground::{Family, FlowSpec, IpFamily, Micros, Outcome, Proxy, Scenario, Session, Traffic, share};

const APPS: &str = "
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, ipFamilyPolicy: PreferDualStack, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}
---
apiVersion: v1
kind: Service
metadata: {name: bare}
spec: {clusterIP: None, ipFamilyPolicy: PreferDualStack, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec:
  containers:
  - name: client
    image: curlimages/curl
    command: [sleep, infinity]
    env: [{name: IPS, valueFrom: {fieldRef: {fieldPath: status.podIPs}}}]
";

const BOTH: [IpFamily; 2] = [IpFamily::V4, IpFamily::V6];
const PROXIES: [Proxy; 3] = [Proxy::Iptables, Proxy::Nftables, Proxy::Ipvs];

fn scenario(families: &[IpFamily], text: &str) -> Scenario {
    Scenario {
        text: text.to_owned(),
        nodes: 2,
        ip_families: families.to_vec(),
        ..Scenario::default()
    }
}

fn session(families: &[IpFamily]) -> Session {
    Session::new(scenario(families, APPS))
}

fn at(seconds: u64) -> Micros {
    Micros::from_seconds(seconds)
}

/// What a command prints, in either stream.
fn run(session: &mut Session, line: &str) -> String {
    let (output, _) = session.perform(at(10), line);
    output.stdout + &output.stderr
}

fn path(session: &mut Session, of: &str, path: &str) -> String {
    let line = format!("kubectl get {of} -o jsonpath='{{{path}}}'");
    session.perform(at(10), &line).0.stdout
}

fn errors(session: &Session) -> Vec<String> {
    let errors = session.diagnostics().iter().filter(|it| it.severity.is_error());
    errors.map(|it| it.message.clone()).collect()
}

#[test]
fn nodes_and_pods_have_addresses_of_both_families() {
    let mut session = session(&BOTH);
    assert_eq!(
        path(&mut session, "node node-2", ".spec.podCIDR}{.spec.podCIDRs"),
        "10.244.1.0/24[\"10.244.1.0/24\",\"fd00:10:244:1::/64\"]"
    );
    assert_eq!(
        path(&mut session, "node node-2", ".status.addresses[*].address"),
        "192.168.49.3 fd00:192:168:49::3 node-2"
    );
    let described = run(&mut session, "kubectl describe node node-2");
    assert!(described.contains("PodCIDR:                      10.244.1.0/24\nPodCIDRs:                     10.244.1.0/24,fd00:10:244:1::/64\n"), "{described}");
    let ips = path(
        &mut session,
        "pod web",
        ".status.podIP} {.status.podIPs[*].ip} {.status.hostIPs[*].ip",
    );
    assert_eq!(
        ips,
        "10.244.0.2 10.244.0.2 fd00:10:244::2 192.168.49.2 fd00:192:168:49::2"
    );
    let described = run(&mut session, "kubectl describe pod web");
    assert!(
        described.contains("IPs:\n  IP:  10.244.0.2\n  IP:  fd00:10:244::2\n"),
        "{described}"
    );
    assert_eq!(
        run(&mut session, "kubectl exec client -- printenv IPS"),
        "10.244.1.2,fd00:10:244:1::2\n"
    );
}

#[test]
fn a_service_has_addresses_and_slices_of_both_families() {
    let mut session = session(&BOTH);
    let described = run(&mut session, "kubectl describe service web");
    assert!(
        described.contains("IP Family Policy:         PreferDualStack\nIP Families:              IPv4,IPv6\n"),
        "{described}"
    );
    let ips = path(&mut session, "service web", ".spec.clusterIPs[*]");
    let (v4, v6) = ips.split_once(' ').unwrap();
    assert!(
        described.contains(&format!(
            "IP:                       {v4}\nIPs:                      {v4},{v6}\n"
        )),
        "{described}"
    );
    assert!(v4.starts_with("10.") && v6.starts_with("fd00:10:96::"), "{ips}");
    let slices = path(
        &mut session,
        "endpointslices -l kubernetes.io/service-name=web",
        ".items[*].addressType} {.items[*].endpoints[0].addresses[0]",
    );
    assert_eq!(slices, "IPv4 IPv6 10.244.0.2 fd00:10:244::2");
    assert_eq!(
        path(&mut session, "endpoints web", ".subsets[*].addresses[*].ip"),
        "10.244.0.2"
    );
    assert_eq!(
        run(&mut session, "kubectl get servicecidr --no-headers")
            .split_whitespace()
            .nth(1),
        Some("10.96.0.0/12,fd00:10:96::/108")
    );
    let kubernetes = path(
        &mut session,
        "service kubernetes",
        ".spec.ipFamilyPolicy}{.spec.ipFamilies",
    );
    assert_eq!(kubernetes, "SingleStack[\"IPv4\"]");
}

#[test]
fn a_client_reaches_a_service_over_both_families() {
    for proxy in PROXIES {
        let mut session = Session::new(Scenario {
            proxy,
            ..scenario(&BOTH, APPS)
        });
        let v6 = path(&mut session, "service web", ".spec.clusterIPs[1]");
        let mut asks = |line: &str, wanted: &str| {
            let said = run(&mut session, line);
            assert!(said.contains(wanted), "{proxy:?}: {line}: {said}");
        };
        let curl = |options: &str| {
            format!(
                "kubectl exec client -- curl -sS -m 3 -o /dev/null -w %{{remote_ip}},%{{local_ip}},%{{http_code}} {options}"
            )
        };
        asks(&curl("-6 web"), &format!("{v6},fd00:10:244:1::2,200"));
        asks(&curl("-4 web"), ",10.244.1.2,200");
        asks(&curl("web"), ",10.244.1.2,200");
        asks(&curl(&format!("http://[{v6}]")), &format!("{v6},fd00:10:244:1::2,200"));
        asks(&curl("-6 bare"), "fd00:10:244::2,fd00:10:244:1::2,200");
        asks(&curl("http://[fd00:10:244::2]"), "fd00:10:244::2,fd00:10:244:1::2,200");
        asks(
            "kubectl exec client -- ping -c 1 fd00:10:244::2",
            "64 bytes from fd00:10:244::2",
        );
        for node in ["192.168.49.2", "[fd00:192:168:49::2]", "[fd00:192:168:49::3]"] {
            asks(&format!("curl -sS -m 3 http://{node}:30080"), "Welcome to nginx!");
        }
        asks("curl -sS -m 3 http://[fd00:192:168:49::2]:30081", "Could not connect");
    }
}

#[test]
fn names_have_addresses_of_both_families() {
    let mut session = session(&BOTH);
    let v6 = path(&mut session, "service web", ".spec.clusterIPs[1]");
    let all = run(
        &mut session,
        "kubectl run ask --rm -it --restart=Never --image=busybox -- nslookup web.default.svc.cluster.local",
    );
    assert!(
        all.contains(&format!("Address: {v6}\n")) && all.contains("Address: 10."),
        "{all}"
    );
    let bare = run(
        &mut session,
        "kubectl exec client -- nslookup bare.default.svc.cluster.local",
    );
    assert!(bare.contains("fd00:10:244::2") && bare.contains("10.244.0.2"), "{bare}");
}

#[test]
fn requests_of_the_stage_go_by_the_rules_of_their_family() {
    for proxy in PROXIES {
        let mut probe = Session::new(Scenario {
            proxy,
            ..scenario(&BOTH, APPS)
        });
        let v6 = path(&mut probe, "service web", ".spec.clusterIPs[1]");
        let flow = |at: Option<String>| FlowSpec {
            from: "pod/default/client".to_owned(),
            to: "default/web".to_owned(),
            port: 80,
            millihertz: 1_000,
            at,
            ..FlowSpec::default()
        };
        let mut session = Session::new(Scenario {
            proxy,
            traffic: Traffic::Chosen(vec![flow(None), flow(Some(v6.clone()))]),
            ..scenario(&BOTH, APPS)
        });
        session.run(at(10));
        let requests = session.requests(at(10));
        let requests = requests.since(at(3));
        let backends: std::collections::BTreeSet<String> = requests
            .iter()
            .map(|request| {
                assert_eq!(request.outcome, Outcome::Answered, "{proxy:?}: {request:?}");
                request.backend.as_ref().unwrap().address().to_string()
            })
            .collect();
        let backends: Vec<&str> = backends.iter().map(String::as_str).collect();
        assert_eq!(backends, ["10.244.0.2:80", "[fd00:10:244::2]:80"], "{proxy:?}");
        let rules = session.plane(at(5)).rules("node-2", Family::V6).unwrap().to_string();
        assert!(rules.contains(&v6) && rules.contains("fd00:10:244::2"), "{rules}");
        assert!(!rules.contains("10.244."), "{rules}");
        let world = session.world(at(5));
        let web = world
            .services
            .iter()
            .find(|service| &*service.key.name == "web")
            .unwrap();
        assert_eq!(web.ports[0].endpoints.len(), 1, "a pod is one endpoint on the map");
    }
}

#[test]
fn a_cluster_of_one_family_refuses_to_require_two() {
    let require = APPS.replacen("PreferDualStack", "RequireDualStack", 1);
    let session = Session::new(scenario(&[IpFamily::V4], &require));
    assert_eq!(
        errors(&session),
        [
            "spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": this cluster is not configured for dual-stack services"
        ]
    );
    let named = APPS.replacen("ipFamilyPolicy: PreferDualStack", "ipFamilies: [IPv6]", 1);
    let session = Session::new(scenario(&[IpFamily::V4], &named));
    assert_eq!(
        errors(&session),
        ["spec.ipFamilies[0]: Invalid value: \"IPv6\": not configured on this cluster"]
    );
    let asked = APPS.replacen("ipFamilyPolicy: PreferDualStack", "clusterIP: 'fd00:10:96::77'", 1);
    let session = Session::new(scenario(&[IpFamily::V4], &asked));
    assert_eq!(
        errors(&session),
        ["spec.clusterIPs[0]: Invalid value: [\"fd00:10:96::77\"]: IPv6 is not configured on this cluster"]
    );
    let mut session = self::session(&[IpFamily::V4]);
    let families = path(&mut session, "service web", ".spec.ipFamilyPolicy}{.spec.ipFamilies");
    assert_eq!(families, "PreferDualStack[\"IPv4\"]");
    // Who writes endpoints by hand may write those of any family.
    let line = "kubectl create service clusterip none --clusterip=None --tcp=80";
    assert_eq!(run(&mut session, line), "service/none created\n");
}

#[test]
fn a_cluster_of_ipv6_alone_lives() {
    for families in [&[IpFamily::V6][..], &[IpFamily::V6, IpFamily::V4]] {
        let mut session = session(families);
        assert_eq!(errors(&session), Vec::<String>::new());
        let first = path(&mut session, "service web", ".spec.ipFamilies[0]} {.spec.clusterIP");
        assert!(first.starts_with("IPv6 fd00:10:96::"), "{first}");
        assert_eq!(path(&mut session, "pod web", ".status.podIP"), "fd00:10:244::2");
        assert_eq!(
            path(&mut session, "endpoints web", ".subsets[*].addresses[*].ip"),
            "fd00:10:244::2"
        );
        let kubernetes = path(
            &mut session,
            "endpointslices kubernetes",
            ".addressType} {.endpoints[*].addresses[*]",
        );
        assert_eq!(kubernetes, "IPv6 fd00:192:168:49::2");
        assert_eq!(
            path(&mut session, "service kubernetes", ".spec.clusterIP"),
            "fd00:10:96::1"
        );
        let conf = run(&mut session, "kubectl exec client -- cat /etc/resolv.conf");
        assert!(conf.contains("nameserver fd00:10:96::a\n"), "{conf}");
        for line in [
            "kubectl exec client -- curl -sS -m 3 web",
            "kubectl exec client -- wget -qO- bare",
            "curl -sS -m 3 http://[fd00:192:168:49::2]:30080",
        ] {
            let said = run(&mut session, line);
            assert!(said.contains("Welcome to nginx!"), "{families:?}: {line}: {said}");
        }
        let refused = run(
            &mut session,
            "kubectl exec client -- curl -ksS -m 3 -o /dev/null -w %{http_code} https://kubernetes",
        );
        assert_eq!(refused, "403");
    }
}

#[test]
fn the_families_travel_in_links_and_documents() {
    let wanted = scenario(&BOTH, APPS);
    assert_eq!(share::decode(&share::encode(&wanted)), Ok(wanted));
    let document = |cluster: &str| {
        let head =
            format!("apiVersion: playground/v1\nkind: Scenario\ntitle: a\ncluster: {{nodes: 2, {cluster}}}\n---");
        Session::new(scenario(&[], &(head + APPS)))
    };
    let ranges = "serviceCIDR: '10.43.0.0/16,fd00:10:43::/112', podCIDR: '10.42.0.0/16,fd00:42::/56'";
    for cluster in ["ipFamilies: [IPv4, IPv6]", ranges] {
        let mut session = document(cluster);
        assert_eq!(errors(&session), Vec::<String>::new(), "{cluster}");
        let said = run(&mut session, "kubectl exec client -- curl -6 -sS -m 3 web");
        assert!(said.contains("Welcome to nginx!"), "{cluster}: {said}");
    }
    let mut session = document(ranges);
    let ips = path(&mut session, "pod client", ".status.podIPs[*].ip");
    assert_eq!(ips, "10.42.1.2 fd00:42:0:1::2");
    let ips = path(&mut session, "service web", ".spec.clusterIPs[*]");
    assert!(ips.starts_with("10.43.") && ips.contains(" fd00:10:43::"), "{ips}");
    let session = document("ipFamilies: [IPv5]");
    assert!(
        errors(&session)[0].contains("unknown variant `IPv5`, expected `IPv4` or `IPv6`"),
        "{:?}",
        errors(&session)
    );
    let session = document("podCIDR: 10.42.0.0/24");
    assert_eq!(
        errors(&session),
        ["podCIDR: \"10.42.0.0/24\" has fewer ranges of 24 bits than there are nodes: 2"]
    );
}

#[test]
fn a_range_of_pods_is_cut_for_the_nodes() {
    for proxy in PROXIES {
        let mut session = Session::new(Scenario {
            proxy,
            pod_cidr: Some("10.42.0.0/16".to_owned()),
            ..scenario(&[], APPS)
        });
        assert_eq!(
            path(&mut session, "node", ".items[*].spec.podCIDR"),
            "10.42.0.0/24 10.42.1.0/24"
        );
        assert_eq!(path(&mut session, "pod client", ".status.podIPs[*].ip"), "10.42.1.2");
        let said = run(&mut session, "kubectl exec client -- curl -sS -m 3 web");
        assert!(said.contains("Welcome to nginx!"), "{said}");
        let rules = session.plane(at(5)).rules("node-1", Family::V4).unwrap().to_string();
        assert!(rules.contains("10.42.0.0/16") || proxy == Proxy::Ipvs, "{rules}");
        assert!(!rules.contains("10.244."), "{rules}");
    }
}

#[test]
fn nodes_are_in_the_zones_that_are_named() {
    let zones = |zones: Option<&[&str]>| {
        let zones = zones.map(|zones| zones.iter().map(|zone| (*zone).to_owned()).collect());
        let mut session = Session::new(Scenario {
            zones,
            nodes: 3,
            ..scenario(&[], APPS)
        });
        (
            path(
                &mut session,
                "node",
                ".items[*].metadata.labels.topology\\.kubernetes\\.io/zone",
            ),
            session.notices().to_vec(),
        )
    };
    assert_eq!(zones(None).0, "zone-a zone-b zone-c");
    assert_eq!(zones(Some(&["east", "east", "west"])).0, "east east west");
    assert_eq!(zones(Some(&["east", "west"])).0, "east west east");
    assert_eq!(zones(Some(&[])).0, "");
    let (left, notices) = zones(Some(&["no zone"]));
    assert_eq!(left, "zone-a zone-b zone-c");
    assert!(
        notices[0].starts_with("zones: \"no zone\": a valid label must"),
        "{notices:?}"
    );
}

#[test]
fn requests_stay_in_the_zone_that_is_named() {
    let pod = |name: &str, node: &str, image: &str| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{app: {name}, role: {image}}}}}\nspec: {{nodeName: {node}, containers: [{{name: a, image: {image}}}]}}\n"
        )
    };
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {trafficDistribution: PreferSameZone, selector: {role: nginx}, ports: [{port: 80}]}\n";
    let answers = |zones: &[&str]| {
        let text = service.to_owned() + &pod("near", "node-1", "nginx") + &pod("far", "node-2", "nginx");
        let session = Session::new(Scenario {
            zones: Some(zones.iter().map(|it| (*it).to_owned()).collect()),
            nodes: 3,
            ..scenario(&[], &text)
        });
        let rules = session.plane(at(5)).rules("node-3", Family::V4).unwrap().to_string();
        ["10.244.0.2", "10.244.1.2"].map(|ip| rules.contains(ip))
    };
    assert_eq!(answers(&["east", "west", "east"]), [true, false]);
    assert_eq!(answers(&["east", "west"]), [true, false]);
    assert_eq!(answers(&["east", "west", "west"]), [false, true]);
    assert_eq!(answers(&["east"]), [true, true]);
    assert_eq!(answers(&[]), [true, true]);
}
