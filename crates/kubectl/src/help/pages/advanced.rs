//! Commands that change objects by files and patches, and `wait`.

use crate::help::page::{Group, NONE, Page};

pub(super) const PAGES: &[Page] = &[
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
        ..NONE
    },
    Page {
        name: "apply view-last-applied",
        short: "Show what was applied last",
        examples: &[("Of the Service web", "kubectl apply view-last-applied service/web")],
        usage: "(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
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
        ..NONE
    },
    Page {
        name: "apply edit-last-applied",
        short: "Edit what was applied last",
        usage: "(RESOURCE/NAME | -f FILENAME)",
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
];
