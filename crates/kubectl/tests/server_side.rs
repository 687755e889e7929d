//! `apply --server-side`: who manages which fields, and what follows.

mod session;

use session::{fails, ok, session_with};

const THREE: &str =
    r#"{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": 3}}"#;
const NONE: &str =
    r#"{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "labels": {"a": "b"}}}"#;
const MAP: &str =
    r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "conf"}, "data": {"a": "1", "b": "2"}}"#;
const LESS: &str = r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "conf"}, "data": {"a": "1"}}"#;
const OTHER: &str =
    r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "conf"}, "data": {"a": "x", "b": "y"}}"#;
const TWICE: &str = r#"{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80, "name": "a"}, {"port": 80, "name": "b", "protocol": "TCP"}]}}"#;
const FILES: &[(&str, &str)] = &[
    ("twice.json", TWICE),
    ("three.json", THREE),
    ("none.json", NONE),
    ("map.json", MAP),
    ("less.json", LESS),
    ("other.json", OTHER),
];

macro_rules! advice {
    () => {
        "Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
"
    };
}

const CREATED: session::Row = ok(
    "kubectl create deployment web --image=nginx",
    "deployment.apps/web created\n",
    "",
);
const APPLIED: &str = "deployment.apps/web serverside-applied\n";
const MAP_APPLIED: &str = "configmap/conf serverside-applied\n";
const DATA: &str = "kubectl get cm conf -o jsonpath={.data}";

#[test]
fn a_field_of_somebody_else_is_a_conflict_until_it_is_forced() {
    session_with(
        FILES,
        &[
            CREATED,
            fails(
                "kubectl apply --server-side -f three.json",
                "",
                concat!(
                    "error: Apply failed with 1 conflict: conflict with \"kubectl-create\" using apps/v1: .spec.replicas\n",
                    advice!()
                ),
            ),
            ok(
                "kubectl apply --server-side -f three.json --force-conflicts",
                APPLIED,
                "",
            ),
            ok("kubectl get deploy web -o jsonpath={.spec.replicas}", "3", ""),
            // The field is the applier's now, and goes with it; the API server sets the default again.
            ok("kubectl apply --server-side -f none.json", APPLIED, ""),
            ok("kubectl get deploy web -o jsonpath={.spec.replicas}", "1", ""),
            ok(
                "kubectl scale deploy web --replicas=2",
                "deployment.apps/web scaled\n",
                "",
            ),
            fails(
                "kubectl apply --server-side -f three.json",
                "",
                concat!(
                    "error: Apply failed with 1 conflict: conflict with \"kubectl\" with subresource \"scale\" using apps/v1: .spec.replicas\n",
                    advice!()
                ),
            ),
        ],
    );
}

#[test]
fn two_appliers_conflict_by_name_and_own_in_common_what_they_agree_on() {
    session_with(
        FILES,
        &[
            ok(
                "kubectl apply --server-side -f map.json --field-manager=one",
                MAP_APPLIED,
                "",
            ),
            ok(
                "kubectl apply --server-side -f map.json --field-manager=two",
                MAP_APPLIED,
                "",
            ),
            fails(
                "kubectl apply --server-side -f other.json --field-manager=three",
                "",
                concat!(
                    "error: Apply failed with 4 conflicts: conflicts with \"one\":\n- .data.a\n- .data.b\nconflicts with \"two\":\n- .data.a\n- .data.b\n",
                    advice!()
                ),
            ),
            ok(
                "kubectl apply --server-side -f less.json --field-manager=one",
                MAP_APPLIED,
                "",
            ),
            ok(DATA, "{\"a\":\"1\",\"b\":\"2\"}", ""),
            ok(
                "kubectl apply --server-side -f less.json --field-manager=two",
                MAP_APPLIED,
                "",
            ),
            ok(DATA, "{\"a\":\"1\"}", ""),
            ok(
                "kubectl get cm conf -o jsonpath={.metadata.managedFields[*].manager}",
                "one two",
                "",
            ),
        ],
    );
}

#[test]
fn what_was_applied_on_the_clients_side_goes_over_to_the_server() {
    session_with(
        FILES,
        &[
            ok("kubectl apply -f map.json", "configmap/conf created\n", ""),
            ok("kubectl apply --server-side -f less.json", MAP_APPLIED, ""),
            ok(DATA, "{\"a\":\"1\"}", ""),
            ok(
                "kubectl get cm conf -o go-template='{{range .metadata.managedFields}}{{.manager}} {{.operation}}\n{{end}}'",
                "kubectl Apply\nkubectl-last-applied Apply\n",
                "",
            ),
            ok(
                "kubectl apply view-last-applied cm conf -o json",
                "{\n  \"apiVersion\": \"v1\",\n  \"data\": {\n    \"a\": \"1\"\n  },\n  \"kind\": \"ConfigMap\",\n  \"metadata\": {\n    \"name\": \"conf\",\n    \"namespace\": \"default\"\n  }\n}\n",
                "",
            ),
        ],
    );
}

#[test]
fn managed_fields_are_shown_where_they_are_asked_for() {
    session_with(
        FILES,
        &[
            CREATED,
            ok(
                "kubectl get deploy web -o jsonpath={.metadata.managedFields[1]}",
                concat!(
                    r#"{"apiVersion":"apps/v1","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"#,
                    r#""f:spec":{"f:progressDeadlineSeconds":{},"f:replicas":{},"f:revisionHistoryLimit":{},"f:selector":{},"#,
                    r#""f:strategy":{"f:rollingUpdate":{".":{},"f:maxSurge":{},"f:maxUnavailable":{}},"f:type":{}},"#,
                    r#""f:template":{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"nginx\"}":"#,
                    r#"{".":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:resources":{},"f:terminationMessagePath":{},"#,
                    r#""f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:restartPolicy":{},"f:schedulerName":{},"#,
                    r#""f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}}},"#,
                    r#""manager":"kubectl-create","operation":"Update","time":"2026-01-05T09:00:00Z"}"#
                ),
                "",
            ),
            ok(
                "kubectl get deploy web -o jsonpath={.metadata.managedFields[*].subresource}",
                "status",
                "",
            ),
            ok("kubectl apply --server-side -f map.json", MAP_APPLIED, ""),
            ok(
                "kubectl get cm conf -o yaml --show-managed-fields -o go-template='{{.metadata.managedFields}}'",
                "[map[apiVersion:v1 fieldsType:FieldsV1 fieldsV1:map[f:data:map[f:a:map[] f:b:map[]]] manager:kubectl operation:Apply time:2026-01-05T09:00:00Z]]",
                "",
            ),
            ok("kubectl label cm conf x=y", "configmap/conf labeled\n", ""),
            ok(
                "kubectl get cm conf -o jsonpath={.metadata.managedFields[1].manager}{.metadata.managedFields[1].fieldsV1}",
                "kubectl-label{\"f:metadata\":{\"f:labels\":{\".\":{},\"f:x\":{}}}}",
                "",
            ),
        ],
    );
}

#[test]
fn flags_of_server_side_apply_are_checked() {
    session_with(
        FILES,
        &[
            fails(
                "kubectl apply -f map.json --force-conflicts",
                "",
                "error: --force-conflicts only works with --server-side\n",
            ),
            fails(
                "kubectl apply -f map.json --server-side --dry-run=client",
                "",
                "error: --dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)\n",
            ),
            ok(
                "kubectl apply -f map.json --server-side --dry-run=server",
                "configmap/conf serverside-applied (server dry run)\n",
                "",
            ),
            fails(
                "kubectl apply -f twice.json --server-side",
                "",
                "Error from server: failed to create typed patch object (default/web; /v1, Kind=Service): .spec.ports: duplicate entries for key [port=80,protocol=\"TCP\"]\n",
            ),
            fails(
                "kubectl get cm conf",
                "",
                "Error from server (NotFound): configmaps \"conf\" not found\n",
            ),
        ],
    );
}

const UNFIT: &str = r#"{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {
    "ports": [{"port": 80, "x": 1, "y": 2}, {"port": 81}], "selector": {"a": 1}, "sessionAffinityConfig": {"clientIP": 3},
    "externalIPs": {"a": "b"}, "z": 3}}"#;
const KEYLESS: &str = r#"{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {
    "replicas": "2", "template": {"spec": {"tolerations": [{"x": 1}], "hostNetwork": "yes", "containers": [{"image": "a"}]}}}}"#;

#[test]
fn fields_that_do_not_fit_are_named_by_the_keys_of_their_lists() {
    let service = [
        "Error from server: failed to create typed patch object (default/web; /v1, Kind=Service): errors:",
        r#"  .spec.externalIPs: expected list, got &{map[a:b]}"#,
        r#"  .spec.ports[port=80,protocol="TCP"].x: field not declared in schema"#,
        r#"  .spec.selector.a: expected string, got &value.valueUnstructured{Value:1}"#,
        r#"  .spec.sessionAffinityConfig.clientIP: expected map, got &{3}"#,
        "  .spec.z: field not declared in schema\n",
    ];
    let deployment = [
        "Error from server: failed to create typed patch object (default/web; apps/v1, Kind=Deployment): errors:",
        r#"  .spec.replicas: expected numeric (int or float), got string"#,
        r#"  .spec.template.spec.containers: element 0: associative list with keys has an element that omits all key fields ["name"] (and doesn't have default values for any key fields)"#,
        r#"  .spec.template.spec.hostNetwork: expected boolean, got &{yes}"#,
        "  .spec.template.spec.tolerations[0].x: field not declared in schema\n",
    ];
    session_with(
        &[("service.json", UNFIT), ("deployment.json", KEYLESS)],
        &[
            fails(
                "kubectl apply --server-side -f service.json",
                "",
                service.join("\n").leak(),
            ),
            fails(
                "kubectl apply --server-side -f deployment.json",
                "",
                deployment.join("\n").leak(),
            ),
        ],
    );
}
