//! Commands of every day: variables from ConfigMaps, tokens, hashes, permissions, metrics that nobody has.

mod session;

use session::{fails, ok, session, session_with};

const MAP: session::Row = ok(
    "kubectl create configmap conf --from-literal=MODE=dark --from-literal=log-level=info",
    "configmap/conf created\n",
    "",
);
const WEB: session::Row = ok(
    "kubectl create deployment web --image=nginx",
    "deployment.apps/web created\n",
    "",
);

#[test]
fn variables_come_from_config_maps_and_secrets() {
    session(&[
        MAP,
        WEB,
        ok(
            "kubectl create secret generic key --from-literal=TOKEN=abc",
            "secret/key created\n",
            "",
        ),
        ok(
            "kubectl set env deploy/web --from=configmap/conf --prefix=APP_",
            "deployment.apps/web env updated\n",
            "Warning: key log-level transferred to LOG_LEVEL\n",
        ),
        ok(
            "kubectl set env deploy/web --from=secret/key --keys=TOKEN",
            "deployment.apps/web env updated\n",
            "",
        ),
        ok(
            "kubectl set env deploy/web --list",
            "# Deployment web, container nginx\n# APP_MODE from configmap conf, key MODE\n# APP_LOG_LEVEL from configmap conf, key log-level\n# TOKEN from secret key, key TOKEN\n",
            "",
        ),
        ok(
            "kubectl set env deploy/web --list --resolve",
            "# Deployment web, container nginx\nAPP_MODE=dark\nAPP_LOG_LEVEL=info\nTOKEN=abc\n",
            "",
        ),
        ok(
            "kubectl delete configmap conf",
            "configmap \"conf\" deleted from default namespace\n",
            "",
        ),
        ok(
            "kubectl set env deploy/web --list --resolve",
            "# Deployment web, container nginx\n# APP_MODE from configmap conf, key MODE\n# APP_LOG_LEVEL from configmap conf, key log-level\nTOKEN=abc\n",
            "error retrieving reference for APP_MODE, APP_LOG_LEVEL: configmaps \"conf\" not found\n",
        ),
        fails(
            "kubectl set env deploy/web --from=deploy/web",
            "",
            "error: unsupported resource specified in --from\n",
        ),
        fails(
            "kubectl set env deploy/web --from=cm/nope",
            "",
            "Error from server (NotFound): configmaps \"nope\" not found\n",
        ),
        fails(
            "kubectl set env deploy/web A=b --keys=a",
            "",
            "error: when specifying --keys, a configmap or secret must be provided with --from\n",
        ),
    ]);
}

#[test]
fn a_hash_of_the_content_is_appended_to_the_name() {
    session(&[
        ok(
            "kubectl create configmap test-config --from-literal=a=b --append-hash",
            "configmap/test-config-8kcd2mc66b created\n",
            "",
        ),
        ok(
            "kubectl create secret generic empty --append-hash -o name",
            "secret/empty-9299t6m7c4\n",
            "",
        ),
    ]);
}

#[test]
fn a_token_is_asked_for() {
    session(&[
        fails(
            "kubectl create token nope",
            "",
            "error: failed to create token: serviceaccounts \"nope\" not found\n",
        ),
        fails(
            "kubectl create token",
            "",
            "error: exactly one NAME is required, got 0\nSee 'kubectl create token -h' for help and examples\n",
        ),
        ok("kubectl create sa web", "serviceaccount/web created\n", ""),
        ok(
            "kubectl create token web -o jsonpath={.spec}",
            "{\"audiences\":[\"https://kubernetes.default.svc.cluster.local\"],\"boundObjectRef\":null,\"expirationSeconds\":3600}",
            "",
        ),
        fails(
            "kubectl create token web --duration=1m",
            "",
            "error: failed to create token: TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes\n",
        ),
        fails(
            "kubectl create token web --duration=1.5s",
            "",
            "error: --duration cannot be expressed in units less than seconds\n",
        ),
        fails(
            "kubectl create token web --bound-object-kind=Deployment --bound-object-name=web",
            "",
            "error: supported --bound-object-kind values are Node, Pod, Secret\n",
        ),
        fails(
            "kubectl create token web --bound-object-kind=Pod --bound-object-name=web",
            "",
            "error: failed to create token: pods \"web\" not found\n",
        ),
    ]);
}

#[test]
fn nobody_has_metrics() {
    const NONE: &str = "error: Metrics API not available\n";
    session(&[
        fails("kubectl top pods", "", NONE),
        fails("kubectl top node minikube", "", NONE),
        fails(
            "kubectl top pod --sort-by=name",
            "",
            "error: --sort-by accepts only cpu or memory\n",
        ),
        fails(
            "kubectl top pod web -l a=b",
            "",
            "error: only one of NAME or selector can be provided\n",
        ),
        fails(
            "kubectl top svc",
            "",
            "error: unknown command \"svc\"\nSee 'kubectl top -h' for help and examples\n",
        ),
    ]);
}

const ROLES: &str = r#"{"apiVersion": "v1", "kind": "List", "items": [
  {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "reader"},
   "rules": [{"apiGroups": [""], "resources": ["pods", "services"], "verbs": ["get", "list"]}]},
  {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "reader"},
   "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"},
   "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "ann"}]}
]}"#;

#[test]
fn roles_are_reconciled() {
    session_with(
        &[("roles.json", ROLES)],
        &[
            ok(
                "kubectl create role reader --verb=get --resource=pods",
                "role.rbac.authorization.k8s.io/reader created\n",
                "",
            ),
            ok(
                "kubectl auth reconcile -f roles.json",
                "role.rbac.authorization.k8s.io/reader reconciled\nrolebinding.rbac.authorization.k8s.io/reader reconciled\n",
                "\treconciliation required update\n\tmissing rules added:\n\t\t{Verbs:[list] APIGroups:[] Resources:[pods] ResourceNames:[] NonResourceURLs:[]}\n\t\t{Verbs:[get] APIGroups:[] Resources:[services] ResourceNames:[] NonResourceURLs:[]}\n\t\t{Verbs:[list] APIGroups:[] Resources:[services] ResourceNames:[] NonResourceURLs:[]}\n\treconciliation required create\n\tmissing subjects added:\n\t\t{Kind:User APIGroup:rbac.authorization.k8s.io Name:ann Namespace:}\n",
            ),
            ok(
                "kubectl auth reconcile -f roles.json",
                "role.rbac.authorization.k8s.io/reader reconciled\nrolebinding.rbac.authorization.k8s.io/reader reconciled\n",
                "",
            ),
            fails("kubectl auth reconcile", "", "error: must specify one of -f and -k\n"),
        ],
    );
}

#[test]
fn cluster_wide_deletions_in_a_namespace_are_warned_of() {
    session(&[
        ok("kubectl create ns a", "namespace/a created\n", ""),
        ok(
            "kubectl delete ns a -n default --wait=false",
            "namespace \"a\" deleted\n",
            "Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n",
        ),
    ]);
}

#[test]
fn a_kind_is_named_with_its_version_and_group() {
    session(&[
        WEB,
        ok(
            "kubectl autoscale deploy web --max=3 --cpu=60%",
            "horizontalpodautoscaler.autoscaling/web autoscaled\n",
            "",
        ),
        ok(
            "kubectl get hpa.v1.autoscaling web -o jsonpath='{.apiVersion} {.spec.targetCPUUtilizationPercentage}'",
            "autoscaling/v1 60",
            "",
        ),
        ok(
            "kubectl get hpa.v2.autoscaling/web -o jsonpath='{.apiVersion}'",
            "autoscaling/v2",
            "",
        ),
        fails(
            "kubectl get hpa.v3.autoscaling",
            "",
            "error: the server doesn't have a resource type \"hpa\"\n",
        ),
        ok(
            "kubectl get deployments.v1.apps/web -o name",
            "deployment.apps/web\n",
            "",
        ),
    ]);
}
