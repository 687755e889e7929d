//! Inputs of each kind, in any size: what `growth` and the bench of the same name measure.

use std::fmt::Write as _;

/// A kind of input that a reader may write as large as they like.
pub struct Input {
    pub name: &'static str,
    /// The text of a session.
    pub text: fn(usize) -> String,
    /// A line typed into its terminal.
    pub line: Option<fn(usize) -> String>,
    /// How large it is at 1×.
    pub size: usize,
}

const fn text(name: &'static str, size: usize, text: fn(usize) -> String) -> Input {
    Input {
        name,
        text,
        line: None,
        size,
    }
}

const fn line(name: &'static str, size: usize, text: fn(usize) -> String, line: fn(usize) -> String) -> Input {
    Input {
        name,
        text,
        line: Some(line),
        size,
    }
}

pub const INPUTS: [Input; 34] = [
    text("pods", 20, |size| {
        each(size, |all, number| {
            let _ = writeln!(all, "---\n{}", pod(&format!("p{number}"), "app: web"));
        })
    }),
    text("pods behind a Service", 20, |size| {
        service("web", "web")
            + &each(size, |all, number| {
                let _ = writeln!(all, "---\n{}", pod(&format!("p{number}"), "app: web"));
            })
    }),
    text("replicas of a Deployment", 20, |size| {
        service("web", "web") + &workload("Deployment", "web", size)
    }),
    text("Deployments", 20, |size| {
        each(size, |all, number| {
            all.push_str(&workload("Deployment", &format!("web-{number}"), 1));
        })
    }),
    text("Deployments, each behind a Service", 20, |size| {
        each(size, |all, number| {
            let name = format!("web-{number}");
            all.push_str(&(service(&name, &name) + &workload("Deployment", &name, 2)));
        })
    }),
    text("replicas of a StatefulSet", 10, |size| {
        workload("StatefulSet", "db", size)
    }),
    text("replicas of a parallel StatefulSet", 10, |size| {
        workload("StatefulSet", "db", size).replace(
            "spec:\n  replicas",
            "spec:\n  podManagementPolicy: Parallel\n  replicas",
        )
    }),
    text("Services without pods", 20, |size| {
        each(size, |all, number| {
            all.push_str(&service(&format!("web-{number}"), "none"));
        })
    }),
    text("Services over the same pods", 20, |size| {
        let services = each(size, |all, number| {
            all.push_str(&service(&format!("web-{number}"), "web"));
        });
        services + &workload("Deployment", "web", 50)
    }),
    text("ports of a Service", 20, |size| {
        let ports = each(size, |all, number| {
            let _ = writeln!(all, "    - {{name: p{number}, port: {}}}", number + 1);
        });
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec:\n  selector: {{app: web}}\n  ports:\n{ports}---\n"
        ) + &pod("web", "app: web")
    }),
    text("requirements of a selector", 20, |size| {
        let labels = each(size, |all, number| {
            let _ = writeln!(all, "    k{number}: v");
        });
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec:\n  ports: [{{port: 80}}]\n  selector:\n{labels}---\n"
        ) + &pod("web", "app: web")
    }),
    text("labels of a pod", 20, |size| {
        let labels = each(size, |all, number| {
            let _ = write!(all, "k{number}: v, ");
        });
        service("web", "web") + "---\n" + &pod("web", &format!("{labels}app: web"))
    }),
    text("keys of a ConfigMap", 50, |size| {
        let keys = each(size, |all, number| {
            let _ = writeln!(all, "  k{number}: v");
        });
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n{keys}")
    }),
    text("items of a List", 20, |size| {
        "apiVersion: v1\nkind: List\nitems:\n".to_owned()
            + &each(size, |all, number| {
                let _ = writeln!(
                    all,
                    "- {{apiVersion: v1, kind: ConfigMap, metadata: {{name: c{number}}}}}"
                );
            })
    }),
    text("documents with an error", 20, |size| "---\na: 1\n".repeat(size)),
    text("documents refused", 20, |size| {
        each(size, |all, number| {
            let _ = writeln!(
                all,
                "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: P{number}}}\nspec: {{containers: []}}"
            );
        })
    }),
    text("separators", 100, |size| "---\n".repeat(size)),
    text("unknown fields", 50, |size| {
        let fields = each(size, |all, number| {
            let _ = writeln!(all, "  f{number}: v");
        });
        format!("apiVersion: v1\nkind: Service\nmetadata: {{name: a}}\nspec:\n{fields}")
    }),
    text("wrong values in a list", 50, |size| {
        let ports = each(size, |all, number| {
            let _ = writeln!(all, "  - {{port: 0, name: P{number}}}");
        });
        format!("apiVersion: v1\nkind: Service\nmetadata: {{name: a}}\nspec:\n  ports:\n{ports}")
    }),
    text("the same key", 50, |size| "a: 1\n".repeat(size)),
    text("aliases", 50, |size| {
        "a: &a x\n".to_owned()
            + &each(size, |all, number| {
                let _ = writeln!(all, "b{number}: *a");
            })
    }),
    text("anchors", 50, |size| {
        each(size, |all, number| {
            let _ = writeln!(all, "b{number}: &b{number} x\nc{number}: *b{number}");
        })
    }),
    text("merge keys", 50, |size| {
        "a: &a {x: 1}\n".to_owned()
            + &each(size, |all, number| {
                let _ = writeln!(all, "b{number}: {{<<: *a, k{number}: 1}}");
            })
    }),
    text("letters of a tag", 1_000, |size| {
        format!("a: !!{} b\n", "x".repeat(size))
    }),
    text("lines of an open quote", 500, |size| {
        format!("a: \"{}", "some words\n".repeat(size))
    }),
    text("colons", 500, |size| ":".repeat(size)),
    text("words with a colon", 200, |size| "a:b c:d ".repeat(size)),
    text("open brackets", 500, |size| "[".repeat(size)),
    text("lines of a block", 500, |size| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  a: |\n{}",
            "    some words\n".repeat(size)
        )
    }),
    line("ranges of a template", 20, few, |size| {
        let (range, end) = ("{{range .items}}x".repeat(size), "{{end}}".repeat(size));
        format!("kubectl get pods -o go-template='{range}{end}'")
    }),
    line("steps of a path", 50, few, |size| {
        format!(
            "kubectl get pods -o jsonpath='{}'",
            "{.items[*].metadata.name}".repeat(size)
        )
    }),
    line("copies of a patch", 20, few, |size| {
        let copies = each(size, |all, number| {
            let _ = write!(
                all,
                "{{\"op\":\"copy\",\"from\":\"/spec\",\"path\":\"/metadata/annotations/a{number}\"}},"
            );
        });
        let patch = copies.trim_end_matches(',');
        format!(
            "kubectl patch service web --type=json -p '[{{\"op\":\"add\",\"path\":\"/metadata/annotations\",\"value\":{{}}}},{patch}]'"
        )
    }),
    line("replicas by scale", 20, few, |size| {
        format!("kubectl scale deployment web --replicas={size}")
    }),
    line("commands of a script", 20, few, |size| {
        "kubectl get service web; ".repeat(size)
    }),
];

fn each(size: usize, write: impl Fn(&mut String, usize)) -> String {
    let mut all = String::new();
    for number in 0..size {
        write(&mut all, number);
    }
    all
}

fn few(_: usize) -> String {
    service("web", "web") + &workload("Deployment", "web", 2)
}

fn pod(name: &str, labels: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  labels: {{{labels}}}\nspec:\n  containers:\n  - {{name: web, image: nginx}}\n"
    )
}

fn service(name: &str, app: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec:\n  selector: {{app: {app}}}\n  ports: [{{port: 80}}]\n"
    )
}

fn workload(kind: &str, name: &str, replicas: usize) -> String {
    let service = if kind == "StatefulSet" {
        "  serviceName: db\n"
    } else {
        ""
    };
    format!(
        "---\napiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n  replicas: {replicas}\n{service}  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec:\n      containers:\n      - {{name: web, image: nginx}}\n"
    )
}
