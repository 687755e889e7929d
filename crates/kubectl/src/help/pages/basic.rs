//! Commands that create objects.

use crate::help::page::{Group, NONE, Page};

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
        ..NONE
    },
    Page {
        name: "create clusterrole",
        short: "Create a ClusterRole with a single rule",
        examples: &[(
            "Let nodes be read",
            "kubectl create clusterrole node-reader --verb=get,list,watch --resource=nodes",
        )],
        usage: "NAME --verb=verb --resource=resource.group [--resource-name=resourcename]",
        ..NONE
    },
    Page {
        name: "create clusterrolebinding",
        short: "Bind a ClusterRole in all namespaces",
        examples: &[(
            "Let the service account web read nodes",
            "kubectl create clusterrolebinding web --clusterrole=node-reader --serviceaccount=default:web",
        )],
        usage: "NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:name]",
        ..NONE
    },
    Page {
        name: "create configmap",
        aliases: &["create cm"],
        short: "Create a ConfigMap from files or values",
        examples: &[(
            "One key with a value",
            "kubectl create configmap web --from-literal=mode=dark",
        )],
        usage: "NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
        ..NONE
    },
    Page {
        name: "create ingress",
        aliases: &["create ing"],
        short: "Create an Ingress with the given name",
        examples: &[(
            "Lead all paths of a host to a Service",
            "kubectl create ingress web --rule=\"web.example.com/*=web:80\"",
        )],
        usage: "NAME --rule=host/path=service:port[,tls[=secret]]",
        ..NONE
    },
    Page {
        name: "create poddisruptionbudget",
        aliases: &["create pdb"],
        short: "Create a PodDisruptionBudget with the given name",
        examples: &[(
            "Keep at least one pod",
            "kubectl create poddisruptionbudget web --selector=app=web --min-available=1",
        )],
        usage: "NAME --selector=SELECTOR --min-available=N",
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
        ..NONE
    },
    Page {
        name: "create job",
        short: "Create a job with the given name",
        examples: &[
            (
                "Run a command once",
                "kubectl create job once --image=busybox -- echo hi",
            ),
            ("Run a cron job now", "kubectl create job now --from=cronjob/nightly"),
        ],
        usage: "NAME --image=IMAGE [--from=cronjob/NAME] -- [COMMAND] [args...]",
        ..NONE
    },
    Page {
        name: "create cronjob",
        aliases: &["create cj"],
        short: "Create a cron job with the given name",
        examples: &[(
            "Run a command every five minutes",
            "kubectl create cronjob often --image=busybox --schedule='*/5 * * * *' -- echo hi",
        )],
        usage: "NAME --image=IMAGE --schedule='0/5 * * * ?' -- [COMMAND] [args...]",
        ..NONE
    },
    Page {
        name: "create namespace",
        aliases: &["create ns"],
        short: "Create a namespace with the given name",
        examples: &[("Make room for the back end", "kubectl create namespace back")],
        usage: "NAME [--dry-run=server|client|none]",
        ..NONE
    },
    Page {
        name: "create priorityclass",
        aliases: &["create pc"],
        short: "Create a PriorityClass",
        examples: &[(
            "Pods that go before others",
            "kubectl create priorityclass high --value=1000",
        )],
        usage: "NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]",
        ..NONE
    },
    Page {
        name: "create quota",
        aliases: &["create resourcequota"],
        short: "Create a ResourceQuota",
        examples: &[(
            "At most three pods and two Services",
            "kubectl create quota web --hard=pods=3,services=2",
        )],
        usage: "NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]",
        ..NONE
    },
    Page {
        name: "create role",
        short: "Create a Role with a single rule",
        examples: &[(
            "Let pods be read",
            "kubectl create role reader --verb=get,list,watch --resource=pods",
        )],
        usage: "NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename]",
        ..NONE
    },
    Page {
        name: "create rolebinding",
        short: "Bind a Role or ClusterRole in a namespace",
        examples: &[(
            "Let the service account web read pods",
            "kubectl create rolebinding web --role=reader --serviceaccount=default:web",
        )],
        usage: "NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:name]",
        ..NONE
    },
    Page {
        name: "create secret",
        short: "Create a Secret",
        examples: &[(
            "One key with a value",
            "kubectl create secret generic web --from-literal=password=s3cr3t",
        )],
        usage: "(docker-registry | generic | tls)",
        ..NONE
    },
    Page {
        name: "create secret docker-registry",
        short: "Create a Secret for a registry of images",
        examples: &[(
            "Credentials of a registry",
            "kubectl create secret docker-registry reg --docker-username=me --docker-password=s3cr3t",
        )],
        usage: "NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none]",
        ..NONE
    },
    Page {
        name: "create secret generic",
        short: "Create a Secret from files or values",
        examples: &[(
            "One key with a value",
            "kubectl create secret generic web --from-literal=password=s3cr3t",
        )],
        usage: "NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
        ..NONE
    },
    Page {
        name: "create secret tls",
        short: "Create a Secret with a certificate and its key",
        examples: &[(
            "From two files",
            "kubectl create secret tls web --cert=tls.crt --key=tls.key",
        )],
        usage: "NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]",
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
        ..NONE
    },
    Page {
        name: "create serviceaccount",
        aliases: &["create sa"],
        short: "Create a ServiceAccount",
        examples: &[("An account for pods", "kubectl create serviceaccount web")],
        usage: "NAME [--dry-run=server|client|none]",
        ..NONE
    },
    Page {
        name: "create token",
        short: "Ask for a token of a service account",
        about: "Nobody signed the token: it is for looking at.",
        examples: &[
            ("For the API server", "kubectl create token web"),
            ("For ten minutes", "kubectl create token web --duration=10m"),
        ],
        usage: "SERVICE_ACCOUNT_NAME",
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
];
