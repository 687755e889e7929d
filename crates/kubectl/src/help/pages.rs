//! A page for each command.

use super::Group;

/// What is told of a command.
pub(super) struct Page {
    /// Its words, behind `kubectl`.
    pub(super) name: &'static str,
    /// Other words for it.
    pub(super) aliases: &'static [&'static str],
    /// Where the overview has it.
    pub(super) group: Group,
    /// What it does, in a line without full stop.
    pub(super) short: &'static str,
    /// What else is good to know.
    pub(super) about: &'static str,
    /// What an example does, and its line.
    pub(super) examples: &'static [(&'static str, &'static str)],
    /// What follows its name; empty for a command that only leads to others.
    pub(super) usage: &'static str,
    /// Those of its command's flags that it takes; all where none is named.
    pub(super) flags: &'static [&'static str],
}

const NONE: Page = Page {
    name: "",
    aliases: &[],
    group: Group::Other,
    short: "",
    about: "",
    examples: &[],
    usage: "[flags]",
    flags: &[],
};

/// Flags of all that makes something.
const MAKES: [&str; 4] = ["dry-run", "output", "field-manager", "save-config"];

/// In the order of the overview; a subcommand follows its command.
pub(super) const PAGES: &[Page] = &[
    Page {
        name: "create",
        group: Group::Beginner,
        short: "Create a resource from a file or from standard input",
        examples: &[
            ("Create what the editor holds", "kubectl create -f services.yaml"),
            ("Create what is piped in", "cat pod.yaml | kubectl create -f -"),
        ],
        usage: "-f FILENAME",
        flags: &[
            "filename",
            "kustomize",
            "recursive",
            "dry-run",
            "output",
            "save-config",
            "validate",
            "edit",
            "raw",
            "selector",
            "field-manager",
            "windows-line-endings",
            "show-managed-fields",
            "template",
            "allow-missing-template-keys",
        ],
        ..NONE
    },
    Page {
        name: "create deployment",
        aliases: &["create deploy", "create dep"],
        short: "Create a Deployment with the given name",
        examples: &[(
            "Run three replicas of nginx",
            "kubectl create deployment web --image=nginx --replicas=3",
        )],
        usage: "NAME --image=IMAGE [--port=PORT] [--replicas=1]",
        flags: &["image", "replicas", "port", MAKES[0], MAKES[1], MAKES[2], MAKES[3]],
        ..NONE
    },
    Page {
        name: "create namespace",
        aliases: &["create ns"],
        short: "Create a namespace with the given name",
        examples: &[("Make room for the back end", "kubectl create namespace back")],
        usage: "NAME [--dry-run=server|client|none]",
        flags: &MAKES,
        ..NONE
    },
    Page {
        name: "create service",
        aliases: &["create svc"],
        short: "Create a Service of one of the types",
        usage: "",
        ..NONE
    },
    Page {
        name: "create service clusterip",
        aliases: &["create svc clusterip"],
        short: "Create a Service that has an address inside the cluster",
        about: "Its selector is app=NAME.",
        examples: &[
            (
                "Port 80 leads to port 8080 of the pods labelled app=web",
                "kubectl create service clusterip web --tcp=80:8080",
            ),
            (
                "A headless Service",
                "kubectl create service clusterip web --clusterip=None",
            ),
        ],
        usage: "NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]",
        flags: &["tcp", "clusterip", MAKES[0], MAKES[1], MAKES[2], MAKES[3]],
        ..NONE
    },
    Page {
        name: "create service externalname",
        aliases: &["create svc externalname"],
        short: "Create a Service that is another name of something outside",
        examples: &[(
            "db means db.example.com",
            "kubectl create service externalname db --external-name=db.example.com",
        )],
        usage: "NAME --external-name external.name [--dry-run=server|client|none]",
        flags: &["external-name", "tcp", MAKES[0], MAKES[1], MAKES[2], MAKES[3]],
        ..NONE
    },
    Page {
        name: "create service loadbalancer",
        aliases: &["create svc loadbalancer"],
        short: "Create a Service that asks for a load balancer",
        examples: &[(
            "Port 80 leads to port 8080",
            "kubectl create service loadbalancer web --tcp=80:8080",
        )],
        usage: "NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
        flags: &["tcp", MAKES[0], MAKES[1], MAKES[2], MAKES[3]],
        ..NONE
    },
    Page {
        name: "create service nodeport",
        aliases: &["create svc nodeport"],
        short: "Create a Service that has a port on every node",
        examples: &[(
            "Port 30080 of each node leads to port 8080",
            "kubectl create service nodeport web --tcp=80:8080 --node-port=30080",
        )],
        usage: "NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
        flags: &["tcp", "node-port", MAKES[0], MAKES[1], MAKES[2], MAKES[3]],
        ..NONE
    },
    Page {
        name: "expose",
        group: Group::Beginner,
        short: "Make a Service for a pod, a Deployment, a ReplicaSet or another Service",
        about: "The Service takes over the selector of a Deployment, ReplicaSet or Service, or the labels of a pod.",
        examples: &[
            (
                "Port 80 leads to port 8080 of the pods of web",
                "kubectl expose deployment web --port=80 --target-port=8080",
            ),
            (
                "With a port on every node",
                "kubectl expose pod web --port=80 --type=NodePort",
            ),
        ],
        usage: "(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--type=type]",
        ..NONE
    },
    Page {
        name: "run",
        group: Group::Beginner,
        short: "Run an image in a pod",
        examples: &[
            ("A pod web that runs nginx", "kubectl run web --image=nginx"),
            (
                "With labels a Service can select",
                "kubectl run web --image=nginx --labels=app=web",
            ),
        ],
        usage: "NAME --image=image [--env=\"key=value\"] [--port=port] [--dry-run=server|client] [-- COMMAND [args...]]",
        ..NONE
    },
    Page {
        name: "set",
        group: Group::Beginner,
        short: "Set one thing of a resource",
        usage: "",
        ..NONE
    },
    Page {
        name: "set env",
        short: "Change the environment variables of a pod template",
        examples: &[
            ("Set one", "kubectl set env deployment/web COLOR=green"),
            ("Remove it", "kubectl set env deployment/web COLOR-"),
            ("List those there are", "kubectl set env deployment/web --list"),
        ],
        usage: "RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
        flags: &[
            "filename",
            "recursive",
            "kustomize",
            "all",
            "local",
            "dry-run",
            "output",
            "template",
            "show-managed-fields",
            "allow-missing-template-keys",
            "field-manager",
            "selector",
            "containers",
            "env",
            "from",
            "keys",
            "prefix",
            "list",
            "overwrite",
        ],
        ..NONE
    },
    Page {
        name: "set image",
        short: "Change the images of a pod template",
        examples: &[(
            "Roll out another nginx",
            "kubectl set image deployment/web nginx=nginx:1.29",
        )],
        usage: "(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N",
        flags: &[
            "filename",
            "recursive",
            "kustomize",
            "all",
            "local",
            "dry-run",
            "output",
            "template",
            "show-managed-fields",
            "allow-missing-template-keys",
            "field-manager",
            "selector",
        ],
        ..NONE
    },
    Page {
        name: "set resources",
        short: "Change what the containers of a pod template may use",
        examples: &[(
            "Limit all containers of web",
            "kubectl set resources deployment/web --limits=cpu=200m,memory=512Mi",
        )],
        usage: "(-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]",
        flags: &[
            "filename",
            "recursive",
            "kustomize",
            "all",
            "local",
            "dry-run",
            "output",
            "template",
            "show-managed-fields",
            "allow-missing-template-keys",
            "field-manager",
            "selector",
            "containers",
            "limits",
            "requests",
        ],
        ..NONE
    },
    Page {
        name: "set selector",
        short: "Change the selector of a Service",
        examples: &[(
            "Send the requests to the pods of green",
            "kubectl set selector service web app=web,color=green",
        )],
        usage: "(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]",
        flags: &[
            "filename",
            "recursive",
            "kustomize",
            "all",
            "local",
            "dry-run",
            "output",
            "template",
            "show-managed-fields",
            "allow-missing-template-keys",
            "field-manager",
            "resource-version",
        ],
        ..NONE
    },
    Page {
        name: "set serviceaccount",
        aliases: &["set sa"],
        short: "Change the service account of a pod template",
        examples: &[(
            "Let the pods of web be somebody",
            "kubectl set serviceaccount deployment/web somebody",
        )],
        usage: "(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
        flags: &[
            "filename",
            "recursive",
            "kustomize",
            "all",
            "local",
            "dry-run",
            "output",
            "template",
            "show-managed-fields",
            "allow-missing-template-keys",
            "field-manager",
        ],
        ..NONE
    },
    Page {
        name: "set subject",
        short: "Change whom a role binding binds (the cluster keeps none)",
        examples: &[],
        usage: "(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
        flags: &[
            "filename",
            "recursive",
            "kustomize",
            "all",
            "local",
            "dry-run",
            "output",
            "template",
            "show-managed-fields",
            "allow-missing-template-keys",
            "field-manager",
            "selector",
            "user",
            "group",
            "serviceaccount",
        ],
        ..NONE
    },
    Page {
        name: "explain",
        group: Group::Intermediate,
        short: "Tell what the fields of a resource are",
        examples: &[
            ("The fields of a Service", "kubectl explain service"),
            (
                "One field, by its path",
                "kubectl explain service.spec.ports.targetPort",
            ),
            (
                "All fields below, without words",
                "kubectl explain deployment --recursive",
            ),
        ],
        usage: "TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group]",
        ..NONE
    },
    Page {
        name: "get",
        group: Group::Intermediate,
        short: "Show resources in a table, or as they are",
        about: "Several kinds are separated by commas; \"all\" stands for pods, Services and what makes pods. Output formats are wide, yaml, json, name, jsonpath=…, custom-columns=… and go-template=….",
        examples: &[
            ("All pods, with addresses and nodes", "kubectl get pods -o wide"),
            (
                "The slices of the Service web",
                "kubectl get endpointslices -l kubernetes.io/service-name=web",
            ),
            ("One value", "kubectl get service web -o jsonpath='{.spec.clusterIP}'"),
            (
                "Services of all namespaces, with their labels",
                "kubectl get svc -A --show-labels",
            ),
        ],
        usage: "[(-o|--output=)(json|yaml|kyaml|name|go-template|jsonpath|custom-columns|wide)] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]",
        ..NONE
    },
    Page {
        name: "edit",
        group: Group::Intermediate,
        short: "Edit a resource on the server (not simulated)",
        about: "There is no terminal editor here: change the manifest beside, or use kubectl patch, set, label, annotate or scale.",
        usage: "(RESOURCE/NAME | -f FILENAME)",
        ..NONE
    },
    Page {
        name: "delete",
        group: Group::Intermediate,
        short: "Delete resources by name, by label, or as a file names them",
        examples: &[
            ("A pod", "kubectl delete pod web"),
            ("All pods with a label", "kubectl delete pods -l app=web"),
            ("What the editor names", "kubectl delete -f services.yaml"),
        ],
        usage: "([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])",
        ..NONE
    },
    Page {
        name: "rollout",
        group: Group::Deploy,
        short: "Follow, take back or repeat the rollout of a Deployment or StatefulSet",
        examples: &[("Go back to the template before", "kubectl rollout undo deployment/web")],
        usage: "",
        ..NONE
    },
    Page {
        name: "rollout history",
        short: "List the revisions of a rollout",
        examples: &[("All that web has had", "kubectl rollout history deployment/web")],
        usage: "(TYPE NAME | TYPE/NAME) [flags]",
        flags: &[
            "revision",
            "filename",
            "recursive",
            "kustomize",
            "selector",
            "output",
            "template",
            "allow-missing-template-keys",
            "show-managed-fields",
        ],
        ..NONE
    },
    Page {
        name: "rollout pause",
        short: "Let changes of the template rest",
        examples: &[(
            "Change several things, then roll out once",
            "kubectl rollout pause deployment/web",
        )],
        usage: "RESOURCE",
        flags: &[
            "field-manager",
            "filename",
            "recursive",
            "kustomize",
            "selector",
            "output",
            "template",
            "allow-missing-template-keys",
            "show-managed-fields",
        ],
        ..NONE
    },
    Page {
        name: "rollout restart",
        short: "Replace all pods by new ones",
        examples: &[("Restart web", "kubectl rollout restart deployment/web")],
        usage: "RESOURCE",
        flags: &[
            "field-manager",
            "filename",
            "recursive",
            "kustomize",
            "selector",
            "output",
            "template",
            "allow-missing-template-keys",
            "show-managed-fields",
        ],
        ..NONE
    },
    Page {
        name: "rollout resume",
        short: "Go on with what was paused",
        examples: &[("Roll out what was changed", "kubectl rollout resume deployment/web")],
        usage: "RESOURCE",
        flags: &[
            "field-manager",
            "filename",
            "recursive",
            "kustomize",
            "selector",
            "output",
            "template",
            "allow-missing-template-keys",
            "show-managed-fields",
        ],
        ..NONE
    },
    Page {
        name: "rollout status",
        short: "Tell how far a rollout is",
        examples: &[("Whether web is rolled out", "kubectl rollout status deployment/web")],
        usage: "(TYPE NAME | TYPE/NAME) [flags]",
        flags: &[
            "revision",
            "timeout",
            "watch",
            "filename",
            "recursive",
            "kustomize",
            "selector",
        ],
        ..NONE
    },
    Page {
        name: "rollout undo",
        short: "Go back to an earlier revision",
        examples: &[("To the third", "kubectl rollout undo deployment/web --to-revision=3")],
        usage: "(TYPE NAME | TYPE/NAME) [flags]",
        flags: &[
            "to-revision",
            "dry-run",
            "filename",
            "recursive",
            "kustomize",
            "selector",
            "output",
            "template",
            "allow-missing-template-keys",
            "show-managed-fields",
        ],
        ..NONE
    },
    Page {
        name: "scale",
        group: Group::Deploy,
        short: "Set how many pods a Deployment, ReplicaSet or StatefulSet makes",
        examples: &[
            ("Five of them", "kubectl scale deployment/web --replicas=5"),
            (
                "Only where there are three",
                "kubectl scale deployment/web --current-replicas=3 --replicas=5",
            ),
        ],
        usage: "[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)",
        ..NONE
    },
    Page {
        name: "top",
        group: Group::Cluster,
        short: "Show what pods and nodes use (not simulated)",
        about: "Stand-in containers use nothing, and no metrics server runs.",
        usage: "(pod | node)",
        ..NONE
    },
    Page {
        name: "describe",
        group: Group::Troubleshooting,
        short: "Tell all about a resource or several",
        about: "What begins with the name is described where nothing has it.",
        examples: &[
            ("A Service with its endpoints", "kubectl describe service web"),
            ("All pods with a label", "kubectl describe pods -l app=web"),
        ],
        usage: "(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)",
        ..NONE
    },
    Page {
        name: "logs",
        group: Group::Troubleshooting,
        short: "Print what a container has printed",
        examples: &[
            ("Of a pod", "kubectl logs web"),
            (
                "Of one container of a pod of a Deployment",
                "kubectl logs deployment/web -c nginx",
            ),
            (
                "The last lines of all pods with a label",
                "kubectl logs -l app=web --prefix --tail=5",
            ),
        ],
        usage: "[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]",
        ..NONE
    },
    Page {
        name: "attach",
        group: Group::Troubleshooting,
        short: "Attach to what a container runs (not simulated)",
        about: "Read what it prints with kubectl logs; run a program in it with kubectl exec.",
        usage: "(POD | TYPE/NAME) -c CONTAINER",
        ..NONE
    },
    Page {
        name: "exec",
        group: Group::Troubleshooting,
        short: "Run a program in a container",
        about: "Every container here holds the same few programs: curl, wget, nslookup, ping, nc, cat, hostname, env, echo, sleep, true and false.",
        examples: &[
            ("Ask a Service from a pod", "kubectl exec web -- curl -s back-end"),
            ("What a name means in a pod", "kubectl exec web -- nslookup back-end"),
            (
                "From the first pod of a Deployment",
                "kubectl exec deploy/web -- cat /etc/resolv.conf",
            ),
        ],
        usage: "(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]",
        ..NONE
    },
    Page {
        name: "port-forward",
        group: Group::Troubleshooting,
        short: "Forward a local port to a pod (not simulated)",
        about: "There is no local machine here. Ask from a pod with kubectl exec POD -- curl, or from outside through a node port.",
        usage: "TYPE/NAME [LOCAL_PORT:]REMOTE_PORT",
        ..NONE
    },
    Page {
        name: "proxy",
        group: Group::Troubleshooting,
        short: "Run a proxy to the API server (not simulated)",
        about: "Read objects with kubectl get -o json.",
        usage: "[--port=PORT]",
        ..NONE
    },
    Page {
        name: "cp",
        group: Group::Troubleshooting,
        short: "Copy files to and from containers (not simulated)",
        about: "Stand-in containers keep no files.",
        usage: "<file-spec-src> <file-spec-dest>",
        ..NONE
    },
    Page {
        name: "auth",
        group: Group::Troubleshooting,
        short: "Tell what one may do",
        about: "Here one is the cluster's admin.",
        examples: &[("Whether Services may be created", "kubectl auth can-i create services")],
        usage: "can-i VERB [TYPE | TYPE/NAME]",
        ..NONE
    },
    Page {
        name: "events",
        group: Group::Troubleshooting,
        short: "List events, the oldest first",
        examples: &[("Of one pod", "kubectl events --for pod/web")],
        usage: "[(-o|--output=)json|yaml|name] [--for TYPE/NAME]",
        ..NONE
    },
    Page {
        name: "cluster-info",
        group: Group::Cluster,
        short: "Say where the cluster is",
        examples: &[("Its address", "kubectl cluster-info")],
        ..NONE
    },
    Page {
        name: "api-resources",
        group: Group::Other,
        short: "List what the server serves",
        examples: &[
            ("With what can be done", "kubectl api-resources -o wide"),
            ("What lives in namespaces", "kubectl api-resources --namespaced=true"),
        ],
        ..NONE
    },
    Page {
        name: "api-versions",
        group: Group::Other,
        short: "List the groups and versions the server serves",
        examples: &[("All of them", "kubectl api-versions")],
        ..NONE
    },
    Page {
        name: "config",
        group: Group::Settings,
        short: "Show where kubectl asks, and as whom",
        about: "There is one context here, minikube, and it cannot be changed.",
        examples: &[("The whole kubeconfig", "kubectl config view")],
        usage: "",
        ..NONE
    },
    Page {
        name: "config current-context",
        short: "Show the current context",
        ..NONE
    },
    Page {
        name: "config get-contexts",
        short: "List the contexts",
        usage: "[(-o|--output=)name)]",
        flags: &["output", "no-headers"],
        ..NONE
    },
    Page {
        name: "config view",
        short: "Show the kubeconfig",
        flags: &[
            "flatten",
            "merge",
            "minify",
            "output",
            "raw",
            "template",
            "allow-missing-template-keys",
            "show-managed-fields",
        ],
        ..NONE
    },
    Page {
        name: "cordon",
        group: Group::Cluster,
        short: "Keep new pods off a node",
        examples: &[("No more for node-1", "kubectl cordon node-1")],
        usage: "NODE",
        ..NONE
    },
    Page {
        name: "uncordon",
        group: Group::Cluster,
        short: "Let a node take pods again",
        examples: &[("node-1, too", "kubectl uncordon node-1")],
        usage: "NODE",
        ..NONE
    },
    Page {
        name: "drain",
        group: Group::Cluster,
        short: "Keep new pods off a node, and send off those it has",
        about: "What controls them makes others, on nodes that take any.",
        examples: &[("Empty node-1, whoever runs there", "kubectl drain node-1 --force")],
        usage: "NODE",
        ..NONE
    },
    Page {
        name: "taint",
        group: Group::Cluster,
        short: "Keep pods off nodes that do not tolerate a taint",
        about: "Pods that run already stay, whatever the effect.",
        examples: &[
            (
                "For databases alone",
                "kubectl taint nodes node-1 for=databases:NoSchedule",
            ),
            ("Take it back", "kubectl taint nodes node-1 for:NoSchedule-"),
        ],
        usage: "NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
        ..NONE
    },
    Page {
        name: "diff",
        group: Group::Advanced,
        short: "Show what apply would change",
        about: "The exit code is 0 where nothing would, 1 where something would, and more where something is wrong.",
        examples: &[("What the editor holds", "kubectl diff -f services.yaml")],
        usage: "-f FILENAME",
        ..NONE
    },
    Page {
        name: "apply",
        group: Group::Advanced,
        short: "Create or change resources so that they are as a file says",
        about: "What was applied last is kept in an annotation: fields that were in it and no longer are in the file are removed.",
        examples: &[("What the editor holds", "kubectl apply -f services.yaml")],
        usage: "(-f FILENAME | -k DIRECTORY)",
        flags: &[
            "filename",
            "kustomize",
            "recursive",
            "dry-run",
            "output",
            "validate",
            "all",
            "selector",
            "prune",
            "prune-allowlist",
            "cascade",
            "force",
            "grace-period",
            "timeout",
            "wait",
            "overwrite",
            "server-side",
            "force-conflicts",
            "field-manager",
            "show-managed-fields",
            "template",
            "allow-missing-template-keys",
            "subresource",
        ],
        ..NONE
    },
    Page {
        name: "apply view-last-applied",
        short: "Show what was applied last",
        examples: &[("Of the Service web", "kubectl apply view-last-applied service/web")],
        usage: "(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
        flags: &["all", "filename", "kustomize", "recursive", "output", "selector"],
        ..NONE
    },
    Page {
        name: "apply set-last-applied",
        short: "Note what a file says as what was applied last, and change nothing else",
        examples: &[(
            "Where nothing was applied yet",
            "kubectl apply set-last-applied -f services.yaml --create-annotation",
        )],
        usage: "-f FILENAME",
        flags: &[
            "filename",
            "create-annotation",
            "dry-run",
            "output",
            "template",
            "allow-missing-template-keys",
            "show-managed-fields",
        ],
        ..NONE
    },
    Page {
        name: "apply edit-last-applied",
        short: "Edit what was applied last (not simulated)",
        usage: "(RESOURCE/NAME | -f FILENAME)",
        flags: &[
            "filename",
            "kustomize",
            "recursive",
            "output",
            "field-manager",
            "validate",
            "windows-line-endings",
            "template",
            "allow-missing-template-keys",
            "show-managed-fields",
        ],
        ..NONE
    },
    Page {
        name: "patch",
        group: Group::Advanced,
        short: "Change fields of a resource",
        examples: &[
            (
                "Another target port",
                "kubectl patch service web -p '{\"spec\": {\"ports\": [{\"port\": 80, \"targetPort\": 8080}]}}'",
            ),
            (
                "One value, by its place",
                "kubectl patch service web --type=json -p='[{\"op\": \"replace\", \"path\": \"/spec/type\", \"value\": \"NodePort\"}]'",
            ),
        ],
        usage: "(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]",
        ..NONE
    },
    Page {
        name: "replace",
        group: Group::Advanced,
        short: "Put what a file says in the place of a resource",
        examples: &[("Delete and create anew", "kubectl replace --force -f services.yaml")],
        usage: "-f FILENAME",
        flags: &[
            "filename",
            "kustomize",
            "recursive",
            "dry-run",
            "output",
            "save-config",
            "validate",
            "force",
            "cascade",
            "grace-period",
            "timeout",
            "wait",
            "raw",
            "subresource",
            "field-manager",
            "show-managed-fields",
            "template",
        ],
        ..NONE
    },
    Page {
        name: "wait",
        group: Group::Advanced,
        short: "Wait until resources are as asked for, in virtual time",
        examples: &[
            ("Until a pod is ready", "kubectl wait --for=condition=Ready pod/web"),
            (
                "Until it is gone, a minute at most",
                "kubectl wait --for=delete pod/web --timeout=60s",
            ),
            (
                "Until a field has a value",
                "kubectl wait --for=jsonpath='{.status.readyReplicas}'=3 deployment/web",
            ),
        ],
        usage: "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
        ..NONE
    },
    Page {
        name: "label",
        group: Group::Settings,
        short: "Change the labels of a resource",
        examples: &[
            ("Add a label, or change it", "kubectl label --overwrite pod web app=web"),
            ("Remove it", "kubectl label pod web app-"),
        ],
        usage: "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
        ..NONE
    },
    Page {
        name: "annotate",
        group: Group::Settings,
        short: "Change the annotations of a resource",
        examples: &[(
            "Say why",
            "kubectl annotate deployment web kubernetes.io/change-cause='another image'",
        )],
        usage: "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
        ..NONE
    },
    Page {
        name: "version",
        short: "Print the versions of kubectl and of the cluster",
        examples: &[("Print both", "kubectl version")],
        usage: "[flags]",
        ..NONE
    },
];
