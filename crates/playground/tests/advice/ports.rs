use crate::check;
use expect_test::expect;

fn service(spec: &str) -> String {
    format!("apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n{spec}---\n")
}

fn deployment(name: &str, labels: &str, container: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\nspec:\n  selector:\n    matchLabels:\n      app: web\n  \
         template:\n    metadata:\n      labels: {{{labels}}}\n    spec:\n      containers:\n        - {container}\n---\n"
    )
}

const TO_8080: &str = "  selector:\n    app: web\n  ports:\n    - port: 80\n      targetPort: 8080\n";
const TO_80: &str = "  selector:\n    app: web\n  ports:\n    - port: 80\n";

#[test]
fn a_target_port_on_which_nobody_listens() {
    let web = deployment("web", "app: web", "{name: web, image: nginx}");
    check(
        &format!("{}{web}", service(TO_8080)),
        &expect![[r#"
        10 «8080» not-listening: no selected pod listens on 8080: requests are refused
            Deployment web listens on 80. targetPort is the port on which the program in the container listens.
            [Change to 80] 80
    "#]],
    );
}

#[test]
fn a_port_that_is_its_own_target() {
    let web = deployment("web", "app: web", "{name: web, image: redis}");
    check(
        &format!("{}{web}", service(TO_80)),
        &expect![[r#"
            9 «80» not-listening: no selected pod listens on 80: requests are refused
                Deployment web listens on 6379. targetPort is the port on which the program in the container listens.
                [Add targetPort: 6379] targetPort: 6379
        "#]],
    );
    let flow = "  selector: {app: web}\n  ports: [{port: 80}]\n";
    check(
        &format!("{}{web}", service(flow)),
        &expect![[r#"
            7 «80» not-listening: no selected pod listens on 80: requests are refused
                Deployment web listens on 6379. targetPort is the port on which the program in the container listens.
                [Add targetPort: 6379] targetPort: 6379,
        "#]],
    );
}

#[test]
fn a_named_target_port_whose_number_nobody_listens_on() {
    let named = TO_8080.replace("8080", "http");
    let container = "{name: web, image: nginx, ports: [{name: http, containerPort: 8080}]}";
    let web = deployment("web", "app: web", container);
    check(
        &format!("{}{web}", service(&named)),
        &expect![[r#"
        10 «http» not-listening: no selected pod listens on 8080: requests are refused
            Deployment web listens on 80. targetPort is the port on which the program in the container listens.
            [Change to 80] 80
    "#]],
    );
}

#[test]
fn a_program_that_listens_for_its_own_pod_alone() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}, annotations: {playground/listens: '127.0.0.1:8080'}}\n\
               spec: {containers: [{name: web, image: me/own}]}\n";
    check(
        &format!("{}{pod}", service(TO_8080)),
        &expect![[r#"
        10 «8080» not-listening: no selected pod listens on 8080: requests are refused
            Web listens on 127.0.0.1:8080: a program that listens on 127.0.0.1 is reached from its own pod alone; let it listen on 0.0.0.0.
    "#]],
    );
}

#[test]
fn an_image_that_nobody_knows() {
    let web = deployment("web", "app: web", "{name: web, image: me/own:1}");
    check(
        &format!("{}{web}", service(TO_8080)),
        &expect![[r#"
            10 «8080» not-listening: no selected pod listens on 8080: requests are refused
                The playground doesn't know the image of Deployment web and knows no port of it. targetPort is the port on which the program in the container listens.
                [Say it in playground/listens] annotations:
                    playground/listens: "8080"
            25 «me/own:1» listens: the playground doesn't know this image and guesses that it listens on nothing, as it declares no containerPort
                On a cluster the program alone decides where it listens. Say it in the annotation playground/listens of the pod, as in "8080".
        "#]],
    );
}

#[test]
fn a_headless_service_maps_no_ports() {
    let headless = format!("  clusterIP: None\n{}", TO_8080.replace("8080", "http"));
    let container = "{name: web, image: python, command: [python3, -m, http.server, '8000'], ports: [{name: http, containerPort: 8000}]}";
    let web = deployment("web", "app: web", container);
    check(
        &format!("{}{web}", service(&headless)),
        &expect![[r#"
        10 «80» headless-port: no selected pod listens on 80, and a headless Service maps no ports: requests are refused
            The name of a headless Service leads straight to its pods, so targetPort changes nothing: clients dial the pods' own port, which is 8000.
            [Change to 8000] 8000
    "#]],
    );
}

#[test]
fn a_headless_service_at_the_port_of_its_pods_is_left_in_peace() {
    let headless = format!("  clusterIP: None\n{TO_80}");
    let web = deployment("web", "app: web", "{name: web, image: nginx}");
    check(&format!("{}{web}", service(&headless)), &expect![[r#""#]]);
}

#[test]
fn pods_of_two_workloads_of_which_one_listens() {
    let web = deployment("web", "app: web, tier: front", "{name: web, image: nginx}");
    let worker = deployment(
        "worker",
        "app: web",
        "{name: worker, image: busybox, command: [sleep, '3600']}",
    );
    check(
        &format!("{}{web}{worker}", service(TO_80)),
        &expect![[r#"
            6 «selector» some-not-listening: this selects pods of Deployment worker too, which do not listen on 80: some requests are refused
                Deployment web listens on 80, Deployment worker listens on nothing. A Service sends to all pods that have its labels, whatever made them.
                [Add tier: front] tier: front
        "#]],
    );
}

#[test]
fn pods_of_two_workloads_that_both_listen_are_left_in_peace() {
    let web = deployment("web", "app: web", "{name: web, image: nginx}");
    let canary = deployment("canary", "app: web", "{name: web, image: httpd}");
    check(&format!("{}{web}{canary}", service(TO_80)), &expect![[r#""#]]);
}

#[test]
fn a_probe_of_a_port_on_which_nobody_listens() {
    for (probe, words) in [
        (
            "readinessProbe: {httpGet: {path: /, port: 8080}}",
            expect![[r#"
            24 «8080» probe-port: nothing in the pod listens on 8080
                The probe fails each time, and a pod that is not ready gets no requests from a Service: Deployment web listens on 80.
                [Change to 80] 80
        "#]],
        ),
        (
            "livenessProbe: {tcpSocket: {port: 8080}}",
            expect![[r#"
            24 «8080» probe-port: nothing in the pod listens on 8080
                The probe fails each time, and the container is restarted again and again: Deployment web listens on 80.
                [Change to 80] 80
        "#]],
        ),
        (
            "startupProbe: {httpGet: {port: htpp}}, ports: [{name: http, containerPort: 80}]",
            expect![[r#"
                24 «htpp» probe-port: the container has no port named htpp
                    The probe fails each time, and the container is restarted before it counts as started.
                    [Change to http] http
            "#]],
        ),
        (
            "readinessProbe: {httpGet: {port: http}}, ports: [{name: http, containerPort: 80}]",
            expect![[r#""#]],
        ),
        ("readinessProbe: {exec: {command: [cat, /ready]}}", expect![[r#""#]]),
    ] {
        let web = deployment("web", "app: web", &format!("{{name: web, image: nginx, {probe}}}"));
        check(&format!("{}{web}", service(TO_80)), &words);
    }
}

#[test]
fn a_service_of_ipv6_alone() {
    let six = format!("  ipFamilies: [IPv6]\n{TO_80}");
    let web = deployment("web", "app: web", "{name: web, image: nginx}");
    check(
        &format!("{}{web}", service(&six)),
        &expect![[r#"
        6 «IPv6» ip-family: no endpoints: this Service has IPv6 alone, and the pods have IPv4 addresses
            The endpoints of a Service are the addresses of its family that its pods have.
            [Change to IPv4] IPv4
    "#]],
    );
}

#[test]
fn a_port_from_a_config_map_is_listened_on() {
    let settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {PORT: '9000'}\n---\n";
    let container = "{name: web, image: me/own, envFrom: [{configMapRef: {name: settings}}]}";
    let web = deployment("web", "app: web", container);
    check(
        &format!("{settings}{}{web}", service(&TO_8080.replace("8080", "9000"))),
        &expect![[r#""#]],
    );
}
