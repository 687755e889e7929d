//! What `kubectl set` says, to the letter.

mod session;

use session::{Row, fails, ok, session, session_with};

const NO_RESOURCES: &str = "error: one or more resources must be specified as <resource> <name> or <resource>/<name>\n";
const LOCAL: &str = "error: you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n";
const DEPLOYMENT: Row = ok(
    "kubectl create deployment web --image=nginx",
    "deployment.apps/web created\n",
    "",
);
const SERVICE: Row = ok(
    "kubectl create service clusterip web --tcp=80",
    "service/web created\n",
    "",
);

#[test]
fn set_selector_takes_labels_and_its_own_flags() {
    session(&[
        SERVICE,
        DEPLOYMENT,
        ok(
            "kubectl set selector svc web a=b,c==d",
            "service/web selector updated\n",
            "",
        ),
        ok(
            "kubectl get svc web -o jsonpath={.spec.selector}",
            "{\"a\":\"b\",\"c\":\"d\"}",
            "",
        ),
        fails("kubectl set selector", "", "error: one selector is required\n"),
        fails(
            "kubectl set selector svc web a!=b",
            "",
            "error: \"!=\" is not a valid label selector operator\n",
        ),
        fails(
            "kubectl set selector svc web 'a>1'",
            "",
            "error: \"gt\" is not a valid label selector operator\n",
        ),
        fails(
            "kubectl set selector svc web 'a in (b)'",
            "",
            "error: match expression [{a In [b]}] not supported on this object\n",
        ),
        fails(
            "kubectl set selector deploy web a=b",
            "",
            "error: setting a selector is only supported for Services\n",
        ),
        fails(
            "kubectl set selector svc -l a=b c=d",
            "",
            "error: unknown shorthand flag: 'l' in -l\nSee 'kubectl set selector --help' for usage.\n",
        ),
        fails(
            "kubectl set selector svc web a=b --resource-version=1",
            "",
            "Error from server (Conflict): Operation cannot be fulfilled on services \"web\": the object has been modified; please apply your changes to the latest version and try again\n",
        ),
        fails("kubectl set selector svc web a=b --local", "", LOCAL),
        ok(
            "kubectl set selector -f svc.json a=b --local -o jsonpath={.spec.selector}",
            "{\"a\":\"b\"}",
            "",
        ),
        ok(
            "kubectl set selector svc web x=y --dry-run=client",
            "service/web selector updated (dry run)\n",
            "",
        ),
        ok(
            "kubectl get svc web -o jsonpath={.spec.selector}",
            "{\"a\":\"b\",\"c\":\"d\"}",
            "",
        ),
    ]);
}

#[test]
fn set_image_names_containers_or_says_which_are_missing() {
    session(&[
        DEPLOYMENT,
        SERVICE,
        ok(
            "kubectl set image deploy/web nginx=nginx:2",
            "deployment.apps/web image updated\n",
            "",
        ),
        ok("kubectl set image deploy/web nginx=nginx:2", "", ""),
        ok(
            "kubectl set image deploy/web *=nginx:3 --dry-run=server",
            "deployment.apps/web image updated (server dry run)\n",
            "",
        ),
        ok("kubectl get deploy web -o jsonpath={..image}", "nginx:2", ""),
        fails(
            "kubectl set image deploy/web",
            "",
            "error: at least one image update is required\n",
        ),
        fails(
            "kubectl set image deploy/web nginx-",
            "",
            "error: invalid image format: nginx-\n",
        ),
        fails(
            "kubectl set image deploy/web a=b",
            "",
            "error: unable to find container named \"a\"\n",
        ),
        fails(
            "kubectl set image deploy/web a=b c=d",
            "",
            "error: unable to find container named \"a\"\nerror: unable to find container named \"c\"\n",
        ),
        fails(
            "kubectl set image svc/web a=b",
            "",
            "error: services/web the object is not a pod or does not have a pod template: *v1.Service\n",
        ),
        fails(
            "kubectl set image deploy/web *=a nginx=b",
            "",
            "error: all containers are already specified by *, but saw more than one container_name=container_image pairs\n",
        ),
        fails(
            "kubectl set image deploy/none a=b",
            "",
            "Error from server (NotFound): deployments.apps \"none\" not found\n",
        ),
        fails(
            "kubectl set nope",
            "",
            "error: unknown command \"nope\"\nSee 'kubectl set -h' for help and examples\n",
        ),
    ]);
}

#[test]
fn set_env_sets_removes_and_lists() {
    let not_a_name = "error: \"1A\" is not a valid key name: a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')\n";
    session(&[
        DEPLOYMENT,
        ok(
            "kubectl set env deploy/web A=b C=d -e E=f",
            "deployment.apps/web env updated\n",
            "",
        ),
        ok(
            "kubectl set env deploy/web --list",
            "# Deployment web, container nginx\nE=f\nA=b\nC=d\n",
            "",
        ),
        ok(
            "kubectl set env deploy/web C- A=x",
            "deployment.apps/web env updated\n",
            "",
        ),
        ok(
            "kubectl set env deploy/web --list",
            "# Deployment web, container nginx\nE=f\nA=x\n",
            "",
        ),
        fails(
            "kubectl set env deploy/web A=y --overwrite=false",
            "",
            "error: deployments/web 'A' already has a value (x), and --overwrite is false\n",
        ),
        ok(
            "kubectl set env deploy/web A=y -c api",
            "",
            "Warning: Deployment/web does not have any containers matching \"api\"\n",
        ),
        fails(
            "kubectl set env deploy/web A=y A-",
            "",
            "error: can not both modify and remove the same environment variable in the same command\n",
        ),
        fails(
            "kubectl set env A=b deploy/web",
            "",
            "error: all resources must be specified before environment changes: A=b deploy/web\n",
        ),
        fails("kubectl set env deploy/web 1A=b", "", not_a_name),
        fails(
            "kubectl set env deploy/web --from=configmap/c",
            "",
            "Error from server (NotFound): configmaps \"c\" not found\n",
        ),
        fails(
            "kubectl set env deploy/web --list -o yaml",
            "",
            "error: --list and --output may not be specified together\n",
        ),
        fails("kubectl set env", "", NO_RESOURCES),
    ]);
}

#[test]
fn set_resources_and_set_serviceaccount_change_the_template() {
    session(&[
        DEPLOYMENT,
        ok(
            "kubectl set resources deploy/web --limits=cpu=1,memory=1Gi --requests=cpu=0.5",
            "deployment.apps/web resource requirements updated\n",
            "",
        ),
        ok(
            "kubectl get deploy web -o jsonpath={..resources}",
            "{\"limits\":{\"cpu\":\"1\",\"memory\":\"1Gi\"},\"requests\":{\"cpu\":\"500m\"}}",
            "",
        ),
        fails(
            "kubectl set resources deploy/web",
            "",
            "error: you must specify an update to requests or limits (in the form of --requests/--limits)\n",
        ),
        fails(
            "kubectl set resources deploy/web --limits=cpu",
            "",
            "error: Invalid argument syntax cpu, expected <resource>=<value>\n",
        ),
        fails(
            "kubectl set resources deploy/web --limits=cpu=1 -c api",
            "",
            "error: unable to find container named api\n",
        ),
        ok(
            "kubectl set sa deploy/web somebody",
            "deployment.apps/web serviceaccount updated\n",
            "",
        ),
        ok(
            "kubectl get deploy web -o jsonpath={..serviceAccountName}",
            "somebody",
            "",
        ),
        fails("kubectl set serviceaccount", "", "error: serviceaccount is required\n"),
        fails(
            "kubectl set subject deploy/web",
            "",
            "error: you must specify at least one value of user, group or serviceaccount\n",
        ),
        fails(
            "kubectl set subject deploy/web --serviceaccount=x",
            "",
            "error: serviceaccount must be <namespace>:<name>\n",
        ),
        fails(
            "kubectl set subject deploy/web --user=x",
            "",
            "error: deployments/web setting subjects is only supported for RoleBinding/ClusterRoleBinding\n",
        ),
    ]);
}

const BY_EXPRESSION: &str = r#"{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "by"}, "spec": {
    "selector": {"matchLabels": {"app": "by"}, "matchExpressions": [{"key": "app", "operator": "In", "values": ["by", "b"]}]},
    "template": {"metadata": {"labels": {"app": "by"}}, "spec": {"containers": [{"name": "by", "image": "nginx"}]}}}}"#;

#[test]
fn expose_asks_an_object_only_for_what_no_flag_says() {
    session_with(
        &[("by.json", BY_EXPRESSION)],
        &[
            ok("kubectl create -f by.json", "deployment.apps/by created\n", ""),
            fails(
                "kubectl expose deploy by --port=80",
                "",
                "error: couldn't retrieve selectors via --selector flag or introspection: couldn't convert expressions - \"[{Key:app Operator:In Values:[by b]}]\" to map-based selector format\n",
            ),
            ok(
                "kubectl expose deploy by --port=80 --selector=app=by",
                "service/by exposed\n",
                "",
            ),
        ],
    );
}

#[test]
fn exposed_together_all_have_the_selector_of_the_first() {
    session(&[
        ok(
            "kubectl create deployment a --image=nginx --port=80",
            "deployment.apps/a created\n",
            "",
        ),
        ok(
            "kubectl create deployment b --image=nginx --port=81",
            "deployment.apps/b created\n",
            "",
        ),
        ok(
            "kubectl expose deploy a b",
            "service/a exposed\nservice/b exposed\n",
            "",
        ),
        ok(
            "kubectl get svc b -o jsonpath='{.spec.selector} {.metadata.labels} {.spec.ports[0].port}'",
            r#"{"app":"a"} {"app":"a"} 80"#,
            "",
        ),
    ]);
}
