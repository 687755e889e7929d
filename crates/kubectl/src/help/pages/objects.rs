//! Commands that show and delete objects.

use crate::help::page::{Group, NONE, Page};

pub(super) const PAGES: &[Page] = &[
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
        short: "Edit a resource on the server",
        about: "The resource opens beside the terminal, and is sent when it is saved.",
        examples: &[("Change a Service", "kubectl edit svc/web")],
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
];
