//! What stands in every cluster of kinds that the playground keeps no objects of: their rows in tables, and their names.

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::resources::{self, Asked, Resource};
use crate::line::selector::Selector;
use crate::output::format::Format;
use crate::output::objects::table;
use crate::print;
use crate::print::age::since;
use crate::targets::nothing;
use api::{Kind, Served};
use base::Order;
use cluster::Cluster;

/// An object of which no more is known than its row.
struct Row {
    namespace: String,
    name: String,
    cells: Vec<String>,
}

/// The columns behind the name of what stands in every cluster, by resource; none where nothing does, or it is not said.
fn columns(served: &Served) -> Option<&'static [&'static str]> {
    Some(match served.plural {
        "configmaps" => &["DATA", "AGE"],
        "componentstatuses" => &["STATUS", "MESSAGE", "ERROR"],
        "ipaddresses" => &["PARENTREF"],
        "leases" => &["HOLDER", "AGE"],
        "priorityclasses" => &["VALUE", "GLOBAL-DEFAULT", "AGE", "PREEMPTIONPOLICY"],
        "serviceaccounts" => &["AGE"],
        "servicecidrs" => &["CIDRS", "AGE"],
        _ => return None,
    })
}

/// Resources of which a cluster has objects by itself that are not said here.
const UNSAID: [&str; 5] = [
    "apiservices",
    "clusterrolebindings",
    "clusterroles",
    "flowschemas",
    "prioritylevelconfigurations",
];

/// Whether a request is about such objects.
pub(crate) fn is_asked(asked: &Asked) -> bool {
    asked
        .resources()
        .iter()
        .any(|resource| matches!(resource, Resource::Other(served) if stands(served)))
}

/// Whether every cluster has objects of a resource that nobody keeps here.
pub(crate) fn stands(served: &Served) -> bool {
    columns(served).is_some() || UNSAID.contains(&served.plural)
}

/// What to say where more is asked of such objects than their rows.
pub(crate) fn unsaid(command: &str, asked: &Asked) -> Failure {
    let named = asked.resources().into_iter().find_map(|resource| match resource {
        Resource::Other(served) if stands(served) => Some(served.qualified()),
        _ => None,
    });
    Failure::own(format!(
        "{command} of {} is not simulated: the cluster here knows their names at most",
        named.unwrap_or_default()
    ))
}

/// `get` of such objects, among others.
pub(crate) fn get(
    run: &mut CommandContext<'_>,
    args: &Args,
    asked: &Asked,
    format: &Format,
) -> Result<(), Vec<Failure>> {
    let one = |failure| vec![failure];
    let unsaid_among = |it: &Resource| matches!(it, Resource::Other(served) if UNSAID.contains(&served.plural));
    let said = matches!(format, Format::Table { .. } | Format::Name);
    if !said || asked.resources().iter().any(unsaid_among) {
        return Err(one(unsaid("get", asked)));
    }
    let mut kinds = asked.resources();
    kinds.dedup();
    let several = kinds.len() > 1;
    let (mut texts, mut failures) = (Vec::new(), Vec::new());
    for resource in kinds {
        let text = match resource {
            Resource::Kept(kind) => kept(run, args, asked, (kind, several), format, &mut failures).map_err(one)?,
            Resource::Other(served) => {
                if served.plural == "componentstatuses" {
                    run.warn("v1 ComponentStatus is deprecated in v1.19+");
                }
                let rows = chosen(run.cluster, args, asked, served, &mut failures).map_err(one)?;
                match format {
                    Format::Name => names(served, &rows),
                    _ => written(args, served, &rows, several),
                }
            }
        };
        texts.extend(Some(text).filter(|text| !text.is_empty()));
    }
    if texts.is_empty() && failures.is_empty() && matches!(format, Format::Table { .. }) {
        nothing(run, args, &asked.resources());
    }
    let between = if matches!(format, Format::Name) { "" } else { "\n" };
    run.output.stdout.push_str(&texts.join(between));
    crate::targets::done(failures)
}

/// The table of objects that are kept, asked for beside others.
fn kept(
    run: &CommandContext<'_>,
    args: &Args,
    asked: &Asked,
    (kind, several): (Kind, bool),
    format: &Format,
    failures: &mut Vec<Failure>,
) -> Result<String, Failure> {
    let resource = Resource::Kept(kind);
    let objects = match asked {
        Asked::Kinds(_) => resources::select(run.cluster, args, resource)?,
        Asked::Names(names) => {
            let own: Vec<_> = names.iter().filter(|(it, _)| *it == resource).cloned().collect();
            let found = resources::find(run.cluster, args, &Asked::Names(own));
            failures.extend(found.failures);
            found.objects
        }
    };
    Ok(match format {
        Format::Name => objects.iter().fold(String::new(), |text, object| {
            text + &print::name(kind, object.name()) + "\n"
        }),
        Format::Table { wide } => table(run, args, &objects, *wide, several),
        _ => String::new(),
    })
}

fn chosen(
    cluster: &Cluster,
    args: &Args,
    asked: &Asked,
    served: &'static Served,
    failures: &mut Vec<Failure>,
) -> Result<Vec<Row>, Failure> {
    let mut rows = rows(cluster, served);
    rows.retain(|row| !served.namespaced || args.is("all-namespaces") || row.namespace == args.namespace());
    let selector = Selector::parse(args.text("selector").unwrap_or_default()).map_err(Failure::own)?;
    if !selector.requirements().is_empty() {
        rows.clear();
    }
    let Asked::Names(names) = asked else {
        return Ok(rows);
    };
    let resource = Resource::Other(served);
    let wanted: Vec<&String> = names
        .iter()
        .filter(|(it, _)| *it == resource)
        .map(|(_, name)| name)
        .collect();
    for name in &wanted {
        if !rows.iter().any(|row| row.name == **name) {
            failures.push(resource.not_found(name));
        }
    }
    rows.retain(|row| wanted.iter().any(|name| **name == row.name));
    Ok(rows)
}

fn names(served: &Served, rows: &[Row]) -> String {
    let name = |row: &Row| format!("{}/{}\n", served.singular(), row.name);
    rows.iter().map(name).collect()
}

fn written(args: &Args, served: &Served, rows: &[Row], several: bool) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let with_namespace = args.is("all-namespaces") && served.namespaced;
    let row = |namespace: &str, name: String, cells: Vec<String>, labels: &str| -> Vec<String> {
        let namespace = with_namespace.then(|| namespace.to_owned());
        let labels = args.is("show-labels").then(|| labels.to_owned());
        namespace.into_iter().chain([name]).chain(cells).chain(labels).collect()
    };
    let mut lines = Vec::new();
    if !args.is("no-headers") {
        let headers = columns(served).unwrap_or_default();
        let headers = headers.iter().map(|header| (*header).to_owned()).collect();
        lines.push(row("NAMESPACE", "NAME".to_owned(), headers, "LABELS"));
    }
    for Row { namespace, name, cells } in rows {
        let name = if several || args.is("show-kind") {
            format!("{}/{name}", served.singular())
        } else {
            name.clone()
        };
        lines.push(row(namespace, name, cells.clone(), "<none>"));
    }
    print::lay_out(&lines)
}

/// What stands there, by namespace and name.
///
/// Models: what kube-apiserver and kube-controller-manager write into an empty cluster (v1.36).
fn rows(cluster: &Cluster, served: &Served) -> Vec<Row> {
    let namespaces = cluster.list(Kind::Namespace, None);
    let began = namespaces
        .first()
        .and_then(|it| it.text(&["metadata", "creationTimestamp"]));
    let age = || since(cluster, began);
    let row = |name: &str, cells: &[&str]| Row {
        namespace: String::new(),
        name: name.to_owned(),
        cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
    };
    let in_each = |name: &str, cells: &[&str]| -> Vec<Row> {
        let of = |namespace: &str, age: String| Row {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            cells: cells.iter().map(|cell| (*cell).to_owned()).chain([age]).collect(),
        };
        let each = namespaces.iter();
        each.map(|it| of(it.name(), since(cluster, it.text(&["metadata", "creationTimestamp"]))))
            .collect()
    };
    match served.plural {
        "configmaps" => {
            let mut rows = in_each("kube-root-ca.crt", &["1"]);
            let tracking = "kube-apiserver-legacy-service-account-token-tracking";
            rows.push(Row {
                namespace: "kube-system".to_owned(),
                ..row(tracking, &["1", &age()])
            });
            rows.order_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
            rows
        }
        "componentstatuses" => ["controller-manager", "scheduler", "etcd-0"]
            .map(|name| row(name, &["Healthy", "ok", ""]))
            .into(),
        "ipaddresses" => {
            let mut rows = Vec::new();
            for service in cluster.list(Kind::Service, None) {
                let parent = format!("services/{}/{}", service.namespace(), service.name());
                let addresses = service.list(&["spec", "clusterIPs"]).iter();
                let addresses = addresses.filter_map(|ip| ip.as_str()).filter(|ip| *ip != "None");
                rows.extend(addresses.map(|ip| row(ip, &[&parent])));
            }
            rows.order_by(|a, b| a.name.cmp(&b.name));
            rows
        }
        "leases" => {
            let nodes = cluster.list(Kind::Node, None);
            let lease = |name: &str| Row {
                namespace: "kube-node-lease".to_owned(),
                ..row(name, &[name, &age()])
            };
            nodes.iter().map(|node| lease(node.name())).collect()
        }
        "priorityclasses" => [
            ("system-cluster-critical", "2000000000"),
            ("system-node-critical", "2000001000"),
        ]
        .map(|(name, value)| row(name, &[value, "false", &age(), "PreemptLowerPriority"]))
        .into(),
        "serviceaccounts" => in_each("default", &[]),
        "servicecidrs" => vec![row("kubernetes", &["10.96.0.0/12,fd00:10:96::/108", &age()])],
        _ => Vec::new(),
    }
}
