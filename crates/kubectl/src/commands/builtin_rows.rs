//! Table rows for built-in objects that the cluster here does not store.

use crate::commands::{builtin_objects, unsupported};
use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::resources::{self, ObjectSelection, Resource, ResourceArgs};
use crate::output::format::Format;
use crate::output::objects::{table, table_options};
use crate::print;
use crate::targets::{done, nothing, one};
use api::{Fields, Kind, Served, Value};
use cluster::{Cluster, PRIORITY_LEVELS};
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
    match served.plural {
        "componentstatuses" => Some(&["STATUS", "MESSAGE", "ERROR"]),
        _ => None,
    }
}

fn is_builtin(served: &Served) -> bool {
    columns(served).is_some()
}

/// Whether a cluster holds objects of this kind, and perhaps of this name, that are not known here.
///
/// Models: plugin/pkg/auth/authorizer/rbac/bootstrappolicy, apiserver/pkg/apis/flowcontrol/bootstrap (v1.36).
fn is_unknown(kind: Kind, name: Option<&str>) -> bool {
    let name = |names: &[&str]| name.is_none_or(|name| name.starts_with("system:") || names.contains(&name));
    match kind {
        Kind::APIService => name(&[]),
        Kind::ClusterRole => name(&["admin", "cluster-admin", "edit", "view"]),
        Kind::ClusterRoleBinding => name(&["cluster-admin"]),
        Kind::FlowSchema => name(&[
            "catch-all",
            "exempt",
            "global-default",
            "kube-controller-manager",
            "kube-scheduler",
            "kube-system-service-accounts",
            "probes",
            "service-accounts",
            "system-leader-election",
            "system-node-high",
            "system-nodes",
        ]),
        Kind::PriorityLevelConfiguration => name(&PRIORITY_LEVELS),
        _ => false,
    }
}

/// Says of kinds asked for as a whole that a cluster holds more of them than is shown here.
///
/// Tables and names show some of them all.
pub(crate) fn note_unknown(run: &mut CommandContext<'_>, args: &Args, asked: &ResourceArgs, in_rows: bool) -> bool {
    let ResourceArgs::Kinds(kinds) = asked else {
        return false;
    };
    if [args.text("selector"), args.text("field-selector")] != [None, None] {
        return false;
    }
    let mut noted = false;
    for resource in kinds {
        if let Resource::Kept(kind) = resource
            && is_unknown(*kind, None)
            && !(in_rows && builtin_objects::are_listed(*kind))
        {
            let plural = kind.qualified_resource();
            let words = format!("Note: the {plural} that a cluster holds by itself are not simulated.\n");
            run.output.stderr.push_str(&words);
            noted = true;
        }
    }
    noted
}

/// Replaces the answer that there is no such object where a cluster has one.
pub(crate) fn correct_not_found(command: &str, asked: &ResourceArgs, failures: &mut [Failure]) {
    let ResourceArgs::Names(names) = asked else {
        return;
    };
    for (resource, name) in names {
        let Resource::Kept(kind) = resource else { continue };
        if !is_unknown(*kind, Some(name)) {
            continue;
        }
        let absent = resource.not_found(name);
        for failure in failures.iter_mut().filter(|it| **it == absent) {
            *failure = unknown(command, &kind.qualified_resource());
        }
    }
}

fn unknown(command: &str, resource: &str) -> Failure {
    unsupported::not_here(
        &format!("{command} of {resource}"),
        "the cluster here knows their names at most",
    )
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
    unknown(command, &named.unwrap_or_default())
}

/// `get` of built-in objects, perhaps beside stored ones.
pub(crate) fn get(
    run: &mut CommandContext<'_>,
    args: &Args,
    asked: &ResourceArgs,
    format: &Format,
) -> Result<(), Vec<Failure>> {
    let has_format = matches!(format, Format::Table { .. } | Format::Name);
    if !has_format {
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

/// All built-in objects of a resource.
///
/// Models: pkg/registry/core/componentstatus/rest.go (v1.36).
fn rows(cluster: &Cluster, served: &Served) -> Vec<Row> {
    let namespaces = cluster.list(Kind::Namespace, None);
    let began = namespaces
        .first()
        .map(|it| it.metadata().field("creationTimestamp").value);
    let row = |name: &str| Row {
        object: json!({"metadata": {"creationTimestamp": began, "name": name}}),
        cells: ["Healthy", "ok", ""].map(str::to_owned).into(),
    };
    match served.plural {
        "componentstatuses" => ["controller-manager", "scheduler", "etcd-0"].map(row).into(),
        _ => Vec::new(),
    }
}
