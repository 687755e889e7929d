//! Who asks whom where nobody has chosen it.
#![allow(missing_docs)]

use playground::{Scenario, Session};

fn service(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}\n---\n"
    )
}

fn pod(name: &str, container: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{app: {name}}}}}\nspec: {{containers: [{{name: c, {container}}}]}}\n---\n"
    )
}

/// Who asks whom, as `client > Service`.
fn asked(text: &str) -> Vec<String> {
    let session = Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    });
    let arrow = |from: &str, to: &str| {
        let short = |word: &str| word.rsplit('/').next().unwrap_or(word).to_owned();
        format!("{} > {}", short(from), short(to))
    };
    let mut all: Vec<_> = session
        .sending()
        .iter()
        .map(|flow| arrow(&flow.from, &flow.to))
        .collect();
    all.sort_unstable();
    all
}

#[test]
fn a_variable_with_an_address_tells_who_asks() {
    let text = ["cart", "redis", "web"].map(service).concat()
        + &pod("web", "image: shop/web, env: [{name: CART_ADDR, value: 'cart:80'}]")
        + &pod(
            "cart",
            "image: shop/cart, env: [{name: STORE, value: 'redis://redis/0'}]",
        )
        + &pod("redis", "image: redis");
    assert_eq!(asked(&text), ["cart > redis", "minikube > web", "web > cart"]);
}

#[test]
fn a_config_map_and_arguments_tell_it_too() {
    let text = ["api", "db"].map(service).concat()
        + "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {DB_HOST: db}\n---\n"
        + &pod("db", "image: redis")
        + &pod("api", "image: shop/api, envFrom: [{configMapRef: {name: settings}}]")
        + &pod(
            "load",
            "image: busybox, command: [sh, -c, 'while true; do wget -qO- api; sleep 1; done']",
        );
    assert_eq!(asked(&text), ["api > db", "load > api"]);
}

#[test]
fn an_image_that_is_known_tells_whom_it_asks() {
    let image = |name: &str, version: &str| {
        format!("image: 'registry.istio.io/release/examples-bookinfo-{name}-{version}:1.20.3'")
    };
    let text = ["details", "productpage", "ratings", "reviews"].map(service).concat()
        + &pod("details", &image("details", "v1"))
        + &pod("ratings", &image("ratings", "v1"))
        + &pod("reviews", &image("reviews", "v2"))
        + &pod("productpage", &image("productpage", "v1"));
    let expected = [
        "minikube > productpage",
        "productpage > details",
        "productpage > reviews",
        "reviews > ratings",
    ];
    assert_eq!(asked(&text), expected);
}

#[test]
fn a_user_or_a_database_named_as_a_service_is_no_address() {
    let text = ["wordpress", "mysql"].map(service).concat()
        + &pod(
            "mysql",
            "image: mysql, env: [{name: MYSQL_USER, value: wordpress}, {name: MYSQL_ALLOW_EMPTY_PASSWORD, value: 'yes'}]",
        )
        + &pod(
            "wordpress",
            "image: wordpress, env: [{name: WORDPRESS_DB_HOST, value: mysql}]",
        );
    assert_eq!(asked(&text), ["minikube > wordpress", "wordpress > mysql"]);
}

#[test]
fn of_several_workloads_each_asks_before_a_second_pod_of_one_does() {
    let deployment = |name: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec: {{replicas: 3, selector: {{matchLabels: {{app: {name}}}}}, template: {{metadata: {{labels: {{app: {name}}}}}, spec: {{containers: [{{name: c, image: shop/{name}, env: [{{name: DB_URL, value: 'http://db.default'}}]}}]}}}}}}\n---\n"
        )
    };
    let text = service("db") + &pod("db", "image: redis") + &["one", "two", "three"].map(deployment).concat();
    let mut clients: Vec<_> = asked(&text)
        .iter()
        .map(|arrow| arrow.split('-').next().unwrap_or_default().to_owned())
        .collect();
    clients.sort_unstable();
    assert_eq!(clients, ["one", "three", "two"]);
}
