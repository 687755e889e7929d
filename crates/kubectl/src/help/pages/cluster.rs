//! Commands about nodes, the API server and the kubeconfig.

use crate::help::page::{Group, NONE, Page};

pub(super) const PAGES: &[Page] = &[
    Page {
        name: "certificate",
        group: Group::Cluster,
        short: "Approve or deny requests for certificates",
        usage: "",
        ..NONE
    },
    Page {
        name: "certificate approve",
        short: "Approve a request for a certificate",
        about: "Nobody signs certificates here: the condition is noted, and that is all.",
        usage: "(-f FILENAME | NAME)",
        ..NONE
    },
    Page {
        name: "certificate deny",
        short: "Deny a request for a certificate",
        usage: "(-f FILENAME | NAME)",
        ..NONE
    },
    Page {
        name: "top",
        group: Group::Cluster,
        short: "Tell what nodes and pods use",
        about: "The cluster has no metrics server, so nobody knows.",
        usage: "",
        ..NONE
    },
    Page {
        name: "top node",
        aliases: &["top nodes", "top no"],
        short: "Tell what nodes use",
        usage: "[NAME | -l label]",
        ..NONE
    },
    Page {
        name: "top pod",
        aliases: &["top pods", "top po"],
        short: "Tell what pods use",
        usage: "[NAME | -l label]",
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
        about: "There is one context here, minikube; its namespace can be changed.",
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
        ..NONE
    },
    Page {
        name: "config use-context",
        short: "Choose the current context",
        examples: &[("The one there is", "kubectl config use-context minikube")],
        usage: "CONTEXT_NAME",
        aliases: &["config use"],
        ..NONE
    },
    Page {
        name: "config set-context",
        short: "Change the namespace of a context",
        examples: &[(
            "Ask in kube-system",
            "kubectl config set-context --current --namespace=kube-system",
        )],
        usage: "[NAME | --current] [--namespace=namespace]",
        ..NONE
    },
    Page {
        name: "config set",
        short: "Set the namespace of a context",
        examples: &[(
            "Ask in kube-system",
            "kubectl config set contexts.minikube.namespace kube-system",
        )],
        usage: "PROPERTY_NAME PROPERTY_VALUE",
        ..NONE
    },
    Page {
        name: "config unset",
        short: "Forget the namespace of a context",
        examples: &[(
            "Ask in default again",
            "kubectl config unset contexts.minikube.namespace",
        )],
        usage: "PROPERTY_NAME",
        ..NONE
    },
    Page {
        name: "config view",
        short: "Show the kubeconfig",
        ..NONE
    },
    Page {
        name: "completion",
        group: Group::Settings,
        short: "Print what makes a shell complete; Tab does it here",
        usage: "SHELL",
        ..NONE
    },
    Page {
        name: "plugin",
        short: "List plugins; there are none here",
        examples: &[("All of them", "kubectl plugin list")],
        usage: "",
        ..NONE
    },
    Page {
        name: "plugin list",
        short: "List all plugins",
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
        name: "version",
        short: "Print the versions of kubectl and of the cluster",
        examples: &[("Print both", "kubectl version")],
        usage: "[flags]",
        ..NONE
    },
];
