use crate::check;
use expect_test::expect;

const SET: &str = "apiVersion: v1
kind: Service
metadata: {name: db-svc}
spec: {clusterIP: None, selector: {app: database}, ports: [{port: 5432}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: database}
spec:
  serviceName: database
  selector: {matchLabels: {app: database}}
  template: {metadata: {labels: {app: database}}, spec: {containers: [{name: pg, image: postgres}]}}
";

#[test]
fn a_stateful_set_that_names_no_service() {
    check(
        SET,
        &expect![[r#"
        10 «database» service-name: there is no Service database, so the pods get no names of their own
            Service db-svc selects them: it would give each a name, such as database-0.db-svc.
            [Change to db-svc] db-svc
    "#]],
    );
}

#[test]
fn a_stateful_set_that_names_another_service() {
    let other = "---\napiVersion: v1\nkind: Service\nmetadata: {name: database}\nspec: {selector: {app: other}, ports: [{port: 80}]}\n---\n\
                 apiVersion: v1\nkind: Pod\nmetadata: {name: other, labels: {app: other}}\nspec: {containers: [{name: a, image: nginx}]}\n";
    check(
        &format!("{SET}{other}"),
        &expect![[r#"
        10 «database» service-name: Service database does not select these pods, so they get no names of their own
            Service db-svc selects them: it would give each a name, such as database-0.db-svc.
            [Change to db-svc] db-svc
    "#]],
    );
}

#[test]
fn a_stateful_set_without_any_service() {
    let alone = SET.split_once("---\n").map_or("", |(_, set)| set);
    check(
        alone,
        &expect![[r#"
        5 «database» service-name: there is no Service database, so the pods get no names of their own
            serviceName names the headless Service that selects the pods; it gives each a name, such as web-0.web.
    "#]],
    );
}

#[test]
fn a_stateful_set_whose_service_has_an_address_is_left_in_peace() {
    let set = SET
        .replace("serviceName: database", "serviceName: db-svc")
        .replace("clusterIP: None, ", "");
    check(&set, &expect![[r#""#]]);
}

#[test]
fn endpoints_whose_port_is_called_otherwise() {
    let service =
        "apiVersion: v1\nkind: Service\nmetadata: {name: search}\nspec: {ports: [{name: \"9200\", port: 9200}]}\n---\n";
    let slice = "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata:\n  name: search-1\n  labels: {kubernetes.io/service-name: search}\n\
                 addressType: IPv4\nendpoints:\n  - addresses: [198.51.100.7]\nports:\n  - port: 9200\n    name: rest\n";
    check(
        &format!("{service}{slice}"),
        &expect![[r#"
        16 «rest» endpoint-port-name: this port is called rest, the port of Service search is called 9200: they are matched by name
            Service search gets no endpoint from here, so requests to it are refused.
            [Change to "9200"] "9200"
    "#]],
    );
    check(
        &format!("{service}{}", slice.replace("    name: rest\n", "")),
        &expect![[r#"
            15 «9200» endpoint-port-name: this port has no name, the port of Service search is called 9200: they are matched by name
                Service search gets no endpoint from here, so requests to it are refused.
                [Add name: "9200"] name: "9200"
        "#]],
    );
    check(
        &format!("{service}{}", slice.replace("name: rest", "name: \"9200\"")),
        &expect![[r#""#]],
    );
    let endpoints = "apiVersion: v1\nkind: Endpoints\nmetadata: {name: search}\nsubsets: [{addresses: [{ip: 198.51.100.7}], ports: [{port: 9200}]}]\n";
    check(
        &format!("{service}{endpoints}"),
        &expect![[r#"
            7 «Endpoints» endpoints-deprecated: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice
                Endpoints still work, but kube-proxy reads EndpointSlices: write those.
            9 «9200» endpoint-port-name: this port has no name, the port of Service search is called 9200: they are matched by name
                Service search gets no endpoint from here, so requests to it are refused.
                [Add name: "9200"] name: "9200",
        "#]],
    );
}

#[test]
fn an_external_name_that_is_an_address() {
    let service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: byip\nspec:\n  type: ExternalName\n  externalName: 192.168.1.50\n  ports:\n    - port: 80\n";
    check(
        service,
        &expect![[r#"
        7 «192.168.1.50» external-name: 192.168.1.50 is an address, but externalName is looked up as a name, which nobody has
            A Service without selector and an EndpointSlice that holds the address lead there.
            [Lead there with an EndpointSlice]   ports:
            - port: 80
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          name: byip-1
          labels:
            kubernetes.io/service-name: byip
        addressType: IPv4
        endpoints:
          - addresses: [192.168.1.50]
        ports:
          - {port: 80}
    "#]],
    );
    let last = "apiVersion: v1\nkind: Service\nmetadata:\n  name: byip\nspec:\n  ports:\n    - port: 80\n      name: http\n  type: ExternalName\n  externalName: 192.168.1.50\n---\n";
    check(
        last,
        &expect![[r#"
            10 «192.168.1.50» external-name: 192.168.1.50 is an address, but externalName is looked up as a name, which nobody has
                A Service without selector and an EndpointSlice that holds the address lead there.
                [Lead there with an EndpointSlice] ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: byip-1
              labels:
                kubernetes.io/service-name: byip
            addressType: IPv4
            endpoints:
              - addresses: [192.168.1.50]
            ports:
              - {name: http, port: 80}
        "#]],
    );
}

#[test]
fn an_external_name_maps_no_ports() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: alias}\nspec: {type: ExternalName, externalName: db.example.com, ports: [{port: 80, targetPort: 8080}]}\n";
    check(
        service,
        &expect![[r#"
        4 «8080» external-name: a Service of type ExternalName maps no ports: db.example.com is asked at the port that a client dials
            DNS answers with another name and knows of no ports, so a client that dials 80 reaches db.example.com at 80.
            [Change port to 8080] 8080
    "#]],
    );
}

#[test]
fn a_short_name_that_busybox_does_not_find() {
    let waits = |image: &str, name: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  initContainers: [{{name: i, image: '{image}', command: [sh, -c, 'until nslookup {name}; do sleep 2; done']}}]\n  containers: [{{name: w, image: nginx}}]\n"
        )
    };
    check(
        &waits("busybox:1.36", "db"),
        &expect![[r#"
        5 «db» short-lookup: nslookup of BusyBox fails for db, even where the Service exists
            It asks for a name without a dot in all search domains at once and fails as soon as one of them lacks it; a name with a dot it asks for as it is. Only the full name succeeds; BusyBox up to 1.28, and programs that connect, find short names.
            [Change to db.default.svc.cluster.local] db.default.svc.cluster.local
    "#]],
    );
    check(&waits("busybox:1.28", "db"), &expect![[""]]);
    check(&waits("busybox", "db.default.svc.cluster.local"), &expect![[""]]);
}

const UNREAD: &str = "apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  ports:
  - port: 5432
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: db-1
addressType: IPv4
ports:
- port: 5432
endpoints:
- addresses: [198.51.100.7]
";

#[test]
fn a_slice_that_no_service_reads() {
    check(
        UNREAD,
        &expect![[r#"
        12 «db-1» no-service: no Service reads this slice: it has no label kubernetes.io/service-name
            A Service finds its slices by this label, whose value is its name, not by their names.
            [Add kubernetes.io/service-name: db] labels: {kubernetes.io/service-name: db}
    "#]],
    );
    let labelled = UNREAD.replace("  name: db-1\n", "  name: db-1\n  labels:\n    app: db\n");
    check(
        &labelled,
        &expect![[r#"
        13 «labels» no-service: no Service reads this slice: it has no label kubernetes.io/service-name
            A Service finds its slices by this label, whose value is its name, not by their names.
            [Add kubernetes.io/service-name: db] kubernetes.io/service-name: db
    "#]],
    );
    let misspelt = labelled.replace("    app: db\n", "    kubernetes.io/service-name: bd\n");
    check(
        &misspelt,
        &expect![[r#"
        14 «bd» no-service: nobody reads this slice: there is no Service bd in namespace default
            A Service finds its slices by the label kubernetes.io/service-name, in its own namespace.
            [Change to db] db
    "#]],
    );
    check(&misspelt.replace(": bd", ": db"), &expect![[r#""#]]);
}

#[test]
fn endpoints_that_are_called_otherwise_than_their_service() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {ports: [{port: 5432}]}\n---\napiVersion: v1\nkind: Endpoints\nmetadata:\n  name: database\nsubsets: [{addresses: [{ip: 198.51.100.7}], ports: [{port: 5432}]}]\n";
    check(
        text,
        &expect![[r#"
        7 «Endpoints» endpoints-deprecated: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice
            Endpoints still work, but kube-proxy reads EndpointSlices: write those.
        9 «database» no-service: nobody reads these Endpoints: there is no Service database
            Endpoints belong to the Service of the same name.
            [Change to db] db
    "#]],
    );
}

#[test]
fn a_name_too_many_before_the_port_of_endpoints() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {ports: [{port: 5432}]}\n---\napiVersion: v1\nkind: Endpoints\nmetadata: {name: db}\nsubsets:\n- addresses:\n  - ip: 198.51.100.7\n  ports:\n  - name: pg\n    port: 5432\n";
    check(
        text,
        &expect![[r#"
        7 «Endpoints» endpoints-deprecated: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice
            Endpoints still work, but kube-proxy reads EndpointSlices: write those.
        13 «pg» endpoint-port-name: this port is called pg, the port of Service db has no name: they are matched by name
            Service db gets no endpoint from here, so requests to it are refused.
            [Leave name out]
    "#]],
    );
}
