//! `set` and its subcommands.

use crate::help::page::{Group, NONE, Page};

pub(super) const PAGES: &[Page] = &[
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
        ..NONE
    },
    Page {
        name: "set subject",
        short: "Change whom a role binding binds",
        examples: &[],
        usage: "(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
        ..NONE
    },
];
