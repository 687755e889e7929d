//! Commands for troubleshooting.

use crate::help::page::{Group, NONE, Page};

pub(super) const PAGES: &[Page] = &[
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
        short: "Attach to what a container runs",
        about: "What it prints from now on; a shell that it runs reads what is typed.",
        usage: "(POD | TYPE/NAME) -c CONTAINER",
        ..NONE
    },
    Page {
        name: "debug",
        group: Group::Troubleshooting,
        short: "Add a container to a pod that runs, to look into it",
        about: "An ephemeral container of an image with a shell, in the network of the pod: for images that have none. With --copy-to it is a copy of the pod, and for a node a pod in the node's network.",
        examples: &[
            (
                "A shell beside what the pod runs",
                "kubectl debug -it web --image=busybox",
            ),
            (
                "One program",
                "kubectl debug -i web --image=busybox -- wget -qO- localhost",
            ),
        ],
        usage: "(POD | TYPE/NAME) [--image=IMAGE] [-- COMMAND [args...]]",
        ..NONE
    },
    Page {
        name: "exec",
        group: Group::Troubleshooting,
        short: "Run a program in a container",
        about: "Every container here holds the same few programs: curl, wget, nslookup, dig, ping, nc, cat, grep, hostname, env, echo, sleep and their kin, and a shell where its image has one: -it POD -- sh opens it, sh -c runs a script.",
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
        short: "Forward a local port to a pod",
        about: "It leads to one pod, past Services and kube-proxy, and goes on in the background until Ctrl+C. curl localhost:PORT at the prompt asks there.",
        usage: "TYPE/NAME [LOCAL_PORT:]REMOTE_PORT",
        ..NONE
    },
    Page {
        name: "proxy",
        group: Group::Troubleshooting,
        short: "Lead a port of the machine outside to the API server",
        about: "It goes on in the background. Paths that end in /proxy/ lead on to a pod, past cluster IPs and kube-proxy.",
        examples: &[
            ("Serve on port 8001", "kubectl proxy"),
            ("Then, all pods", "curl localhost:8001/api/v1/namespaces/default/pods"),
            (
                "And a Service",
                "curl localhost:8001/api/v1/namespaces/default/services/web:80/proxy/",
            ),
        ],
        usage: "[--port=PORT]",
        ..NONE
    },
    Page {
        name: "cp",
        group: Group::Troubleshooting,
        short: "Copy files to and from containers",
        about: "Files that were written there, and those that the kubelet writes; the image has to bring tar.",
        examples: &[
            ("Into a pod", "kubectl cp services.yaml web:/tmp/services.yaml"),
            ("Out of a pod", "kubectl cp web:/etc/resolv.conf resolv.conf"),
        ],
        usage: "<file-spec-src> <file-spec-dest>",
        ..NONE
    },
    Page {
        name: "auth",
        group: Group::Troubleshooting,
        short: "Tell what one may do",
        usage: "",
        ..NONE
    },
    Page {
        name: "auth can-i",
        short: "Tell whether one may do something",
        about: "Here one is the cluster's admin.",
        examples: &[("Whether Services may be created", "kubectl auth can-i create services")],
        usage: "VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
        ..NONE
    },
    Page {
        name: "auth reconcile",
        short: "Add what is missing to roles and role bindings",
        examples: &[("Those of the editor", "kubectl auth reconcile -f services.yaml")],
        usage: "-f FILENAME",
        ..NONE
    },
    Page {
        name: "auth whoami",
        short: "Tell who one is",
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
];
