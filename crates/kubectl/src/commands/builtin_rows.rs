//! Table rows for built-in objects that the cluster here does not store.

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::resources::{self, ObjectSelection, Resource, ResourceArgs};
use crate::output::format::Format;
use crate::output::objects::{table, table_options};
use crate::print;
use crate::print::age::since;
use crate::targets::{done, nothing, one};
use api::{Fields, Kind, Served, Value};
use base::Order;
use cluster::{Cluster, Object};
use serde_json::json;

/// A built-in object as far as it is known: metadata, the fields behind its cells, and the cells after its name.
#[derive(Clone)]
struct Row {
    object: Value,
    cells: Vec<String>,
}

impl Row {
    fn metadata(&self, field: &str) -> &str {
        self.object.metadata().field(field).text()
    }
}

/// The columns after the name, by resource.
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

/// Resources with built-in objects without known rows.
const WITHOUT_ROWS: [&str; 5] = [
    "apiservices",
    "clusterrolebindings",
    "clusterroles",
    "flowschemas",
    "prioritylevelconfigurations",
];

fn is_builtin(served: &Served) -> bool {
    columns(served).is_some() || WITHOUT_ROWS.contains(&served.plural)
}

/// Whether built-in objects are asked for.
pub(crate) fn is_asked(asked: &ResourceArgs) -> bool {
    let is = |resource: &Resource| matches!(resource, Resource::Other(served) if is_builtin(served));
    asked.resources().iter().any(is)
}

/// The failure of a command that needs more than rows.
pub(crate) fn not_simulated(command: &str, asked: &ResourceArgs) -> Failure {
    let named = asked.resources().into_iter().find_map(|resource| match resource {
        Resource::Other(served) if is_builtin(served) => Some(served.qualified()),
        _ => None,
    });
    Failure::own(format!(
        "{command} of {} is not simulated: the cluster here knows their names at most",
        named.unwrap_or_default()
    ))
}

/// `get` of built-in objects, perhaps beside stored ones.
pub(crate) fn get(
    run: &mut CommandContext<'_>,
    args: &Args,
    asked: &ResourceArgs,
    format: &Format,
) -> Result<(), Vec<Failure>> {
    let without_rows = |it: &Resource| matches!(it, Resource::Other(served) if WITHOUT_ROWS.contains(&served.plural));
    let has_format = matches!(format, Format::Table { .. } | Format::Name);
    if !has_format || asked.resources().iter().any(without_rows) {
        return Err(one(not_simulated("get", asked)));
    }
    let mut kinds = asked.resources();
    kinds.dedup();
    let several = kinds.len() > 1;
    let (mut texts, mut failures) = (Vec::new(), Vec::new());
    for resource in kinds {
        let text = match resource {
            Resource::Kept(kind) => stored(run, args, asked, (kind, several), format, &mut failures),
            Resource::Other(served) => builtin(run, args, asked, (served, several), format, &mut failures),
        };
        texts.extend(Some(text.map_err(one)?).filter(|text| !text.is_empty()));
    }
    if texts.is_empty() && failures.is_empty() && matches!(format, Format::Table { .. }) {
        nothing(run, args, &asked.resources());
    }
    let between = if matches!(format, Format::Name) { "" } else { "\n" };
    run.output.stdout.push_str(&texts.join(between));
    done(failures)
}

fn stored(
    run: &CommandContext<'_>,
    args: &Args,
    asked: &ResourceArgs,
    (kind, several): (Kind, bool),
    format: &Format,
    failures: &mut Vec<Failure>,
) -> Result<String, Failure> {
    let resource = Resource::Kept(kind);
    let mut objects = match asked {
        ResourceArgs::Kinds(_) => resources::select(run.cluster, args, resource)?,
        ResourceArgs::Names(names) => {
            let own: Vec<_> = names.iter().filter(|(it, _)| *it == resource).cloned().collect();
            let found = resources::find(run.cluster, args, &ResourceArgs::Names(own));
            failures.extend(found.failures);
            found.objects
        }
    };
    if let Some(path) = sort_path(args) {
        print::sort_by(path, &mut objects, |object| &object.value).unwrap_or_else(|_| objects.clear());
    }
    Ok(match format {
        Format::Table { wide } => table(run, args, &objects, *wide, several),
        _ => objects.iter().fold(String::new(), |text, object| {
            text + &print::name(kind, object.name()) + "\n"
        }),
    })
}

fn sort_path(args: &Args) -> Option<&str> {
    args.text("sort-by").filter(|path| !path.is_empty())
}

fn builtin(
    run: &mut CommandContext<'_>,
    args: &Args,
    asked: &ResourceArgs,
    (served, several): (&'static Served, bool),
    format: &Format,
    failures: &mut Vec<Failure>,
) -> Result<String, Failure> {
    if served.plural == "componentstatuses" {
        run.warn("v1 ComponentStatus is deprecated in v1.19+");
    }
    let mut rows = selected(run.cluster, args, asked, served, failures)?;
    if let Some(path) = sort_path(args).filter(|_| rows.len() > 1) {
        // A real object has fields that are not known here.
        print::sort_by(path, &mut rows, |row| &row.object).map_err(|_| not_simulated("get", asked))?;
    }
    let name = |row: &Row| format!("{}/{}", served.qualified_singular(), row.metadata("name"));
    let Format::Table { wide } = format else {
        return Ok(rows.iter().map(|row| name(row) + "\n").collect());
    };
    if rows.is_empty() {
        return Ok(String::new());
    }
    let options = table_options(args, served.namespaced, *wide, several);
    let headers = ["NAME"].iter().chain(columns(served).unwrap_or_default());
    let titles = (!options.no_headers).then(|| print::titles(headers.copied(), &options));
    let cells = |row: &Row| {
        let name = if options.show_kind {
            name(row)
        } else {
            row.metadata("name").to_owned()
        };
        print::row(
            &row.object,
            [name].into_iter().chain(row.cells.iter().cloned()),
            &options,
        )
    };
    let lines: Vec<_> = titles.into_iter().chain(rows.iter().map(cells)).collect();
    Ok(print::lay_out(&lines))
}

fn selected(
    cluster: &Cluster,
    args: &Args,
    asked: &ResourceArgs,
    served: &'static Served,
    failures: &mut Vec<Failure>,
) -> Result<Vec<Row>, Failure> {
    let resource = Resource::Other(served);
    let mut rows = rows(cluster, served);
    rows.retain(|row| !served.namespaced || args.is("all-namespaces") || row.metadata("namespace") == args.namespace());
    let ResourceArgs::Names(names) = asked else {
        let selection = ObjectSelection::read(args, resource)?;
        rows.retain(|row| selection.contains(&row.object));
        return Ok(rows);
    };
    let own = names.iter().filter(|(it, _)| *it == resource);
    let wanted: Vec<&String> = own.map(|(_, name)| name).collect();
    for name in &wanted {
        if !rows.iter().any(|row| row.metadata("name") == **name) {
            failures.push(resource.not_found(name));
        }
    }
    rows.retain(|row| wanted.iter().any(|name| **name == row.metadata("name")));
    Ok(rows)
}

/// All built-in objects of a resource, by namespace and name.
///
/// Models: what kube-apiserver and kube-controller-manager write into an empty cluster (v1.36).
fn rows(cluster: &Cluster, served: &Served) -> Vec<Row> {
    let namespaces = cluster.list(Kind::Namespace, None);
    let created = |object: &Object| object.metadata().field("creationTimestamp").value.clone();
    let began = namespaces.first().map_or(Value::Null, |it| created(it));
    let age = |created: &Value| since(cluster, created.as_str());
    let row = |name: &str, object: Value, cells: &[&str]| {
        let mut object = object;
        object["metadata"]["name"] = name.into();
        object["metadata"]["creationTimestamp"] = began.clone();
        Row {
            object,
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
        }
    };
    let in_each = |name: &str, cells: &[&str]| -> Vec<Row> {
        let of = |namespace: &Object| {
            let created = created(namespace);
            let cells = cells.iter().map(|cell| (*cell).to_owned()).chain([age(&created)]);
            Row {
                cells: cells.collect(),
                object: json!({"metadata":
                    {"creationTimestamp": created, "name": name, "namespace": namespace.name()}}),
            }
        };
        namespaces.iter().map(|namespace| of(namespace)).collect()
    };
    match served.plural {
        "configmaps" => {
            let tracking = "kube-apiserver-legacy-service-account-token-tracking";
            let object = json!({"metadata": {"namespace": "kube-system"}});
            let mut rows = in_each("kube-root-ca.crt", &["1"]);
            rows.push(row(tracking, object, &["1", &age(&began)]));
            rows.order_by(|a, b| {
                let key = |row: &Row| (row.metadata("namespace").to_owned(), row.metadata("name").to_owned());
                key(a).cmp(&key(b))
            });
            rows
        }
        "componentstatuses" => ["controller-manager", "scheduler", "etcd-0"]
            .map(|name| row(name, json!({}), &["Healthy", "ok", ""]))
            .into(),
        "ipaddresses" => ip_addresses(cluster),
        "leases" => {
            let nodes = cluster.list(Kind::Node, None);
            let lease = |name: &str| {
                let object = json!({"metadata": {"namespace": "kube-node-lease"}, "spec": {"holderIdentity": name}});
                row(name, object, &[name, &age(&began)])
            };
            nodes.iter().map(|node| lease(node.name())).collect()
        }
        "priorityclasses" => [
            ("system-cluster-critical", 2_000_000_000),
            ("system-node-critical", 2_000_001_000),
        ]
        .map(|(name, value): (&str, i64)| {
            let cells = [&value.to_string(), "false", &age(&began), "PreemptLowerPriority"];
            row(
                name,
                json!({"value": value, "preemptionPolicy": "PreemptLowerPriority"}),
                &cells,
            )
        })
        .into(),
        "serviceaccounts" => in_each("default", &[]),
        "servicecidrs" => {
            let cidrs = ["10.96.0.0/12", "fd00:10:96::/108"];
            vec![row(
                "kubernetes",
                json!({"spec": {"cidrs": cidrs}}),
                &[&cidrs.join(","), &age(&began)],
            )]
        }
        _ => Vec::new(),
    }
}

/// Models: pkg/registry/core/service/ipallocator/ipallocator.go createIPAddress (v1.36).
fn ip_addresses(cluster: &Cluster) -> Vec<Row> {
    let mut rows = Vec::new();
    for service in cluster.list(Kind::Service, None) {
        let parent = format!("services/{}/{}", service.namespace(), service.name());
        let addresses = service.spec().field("clusterIPs").texts();
        rows.extend(addresses.filter(|ip| *ip != "None").map(|ip| Row {
            object: json!({"metadata": {
                "creationTimestamp": service.metadata().field("creationTimestamp").value,
                "labels": {
                    "ipaddress.kubernetes.io/ip-family": if ip.contains(':') { "IPv6" } else { "IPv4" },
                    "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io",
                },
                "name": ip,
            }}),
            cells: vec![parent.clone()],
        }));
    }
    rows.order_by(|a, b| a.metadata("name").cmp(b.metadata("name")));
    rows
}
