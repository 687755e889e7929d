//! Rollouts and replicas.

use crate::help::page::{Group, NONE, Page};

pub(super) const PAGES: &[Page] = &[
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
        ..NONE
    },
    Page {
        name: "rollout restart",
        short: "Replace all pods by new ones",
        examples: &[("Restart web", "kubectl rollout restart deployment/web")],
        usage: "RESOURCE",
        ..NONE
    },
    Page {
        name: "rollout resume",
        short: "Go on with what was paused",
        examples: &[("Roll out what was changed", "kubectl rollout resume deployment/web")],
        usage: "RESOURCE",
        ..NONE
    },
    Page {
        name: "rollout status",
        short: "Tell how far a rollout is",
        examples: &[("Whether web is rolled out", "kubectl rollout status deployment/web")],
        usage: "(TYPE NAME | TYPE/NAME) [flags]",
        ..NONE
    },
    Page {
        name: "rollout undo",
        short: "Go back to an earlier revision",
        examples: &[("To the third", "kubectl rollout undo deployment/web --to-revision=3")],
        usage: "(TYPE NAME | TYPE/NAME) [flags]",
        ..NONE
    },
    Page {
        name: "autoscale",
        group: Group::Deploy,
        short: "Have an autoscaler set how many pods a workload makes",
        examples: &[(
            "Between two and five, by the use of CPU",
            "kubectl autoscale deployment web --min=2 --max=5 --cpu=80%",
        )],
        usage: "(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]",
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
];
