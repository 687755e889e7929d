//! The containers that `logs` and `exec` choose.

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::duration::Span;
use crate::line::resources::{self, Resource, ResourceArgs};
use crate::targets::registered_object;
use api::view::Pod;
use api::{Fields, Kind, Value};
use base::Order;
use cluster::{Cluster, Object, selector_matches, selector_of};
use std::fmt::Write;
use std::rc::Rc;

/// The annotation that names the default container.
const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

/// A pod's lists of containers in the order of messages, with the mark behind each name.
const LISTS: [(&str, &str); 3] = [
    ("containers", ""),
    ("ephemeralContainers", " (ephem)"),
    ("initContainers", " (init)"),
];

fn names<'a>(pod: &'a Object, list: &str) -> impl Iterator<Item = &'a str> {
    let containers = pod.spec().value.get(list).and_then(Value::as_array);
    containers
        .into_iter()
        .flatten()
        .filter_map(|container| container.field("name").as_text())
}

/// The names of all containers of a pod, as messages list them.
///
/// Models: kubectl/pkg/cmd/util/podcmd/podcmd.go AllContainerNames (v1.36).
fn all_names(pod: &Object) -> String {
    let each = LISTS
        .iter()
        .flat_map(|(list, mark)| names(pod, list).map(move |name| format!("{name}{mark}")));
    each.collect::<Vec<_>>().join(", ")
}

/// Whether a container runs, as its status says.
pub(crate) fn is_running(pod: &Object, container: &str) -> bool {
    let lists = [
        "containerStatuses",
        "ephemeralContainerStatuses",
        "initContainerStatuses",
    ];
    let mut statuses = lists.iter().flat_map(|list| pod.status().field(list).items());
    let status = statuses.find(|it| it.field("name") == container);
    status.is_some_and(|it| it.field("state").field("running").is_set())
}

/// The containers of `--all-containers`, in order.
pub(crate) fn in_order_of_start(pod: &Object) -> Vec<String> {
    let lists = ["initContainers", "containers", "ephemeralContainers"];
    lists
        .iter()
        .flat_map(|list| names(pod, list))
        .map(str::to_owned)
        .collect()
}

/// The named container, else the annotated one, else the first.
///
/// Models: kubectl/pkg/cmd/util/podcmd/podcmd.go FindOrDefaultContainerByName (v1.36).
pub(crate) fn choose(
    run: &mut CommandContext<'_>,
    pod: &Object,
    asked: Option<&str>,
    quiet: bool,
) -> Result<String, Failure> {
    let named = asked
        .filter(|name| !name.is_empty())
        .or_else(|| pod.annotation(DEFAULT_CONTAINER));
    if let Some(name) = named {
        return check(pod, name).map(|()| name.to_owned());
    }
    Ok(first(run, pod, quiet))
}

/// As [`choose`]; an annotation that names no container is reported, and the first container is taken.
///
/// Models: kubectl/pkg/polymorphichelpers/logsforobject.go logsForObjectWithClient (v1.36).
pub(crate) fn choose_for_logs(
    run: &mut CommandContext<'_>,
    pod: &Object,
    asked: Option<&str>,
) -> Result<String, Failure> {
    if let Some(name) = asked.filter(|name| !name.is_empty()) {
        return check(pod, name).map(|()| name.to_owned());
    }
    if let Some(name) = pod.annotation(DEFAULT_CONTAINER).filter(|name| !name.is_empty()) {
        if check(pod, name).is_ok() {
            return Ok(name.to_owned());
        }
        let _ = writeln!(
            run.output.stderr,
            "Default container name {} not found in pod {}",
            api::go::quote(name),
            pod.name()
        );
    }
    Ok(first(run, pod, false))
}

fn check(pod: &Object, name: &str) -> Result<(), Failure> {
    if LISTS
        .iter()
        .any(|(list, _)| names(pod, list).any(|known| known == name))
    {
        return Ok(());
    }
    Err(Failure::own(format!(
        "container {name} is not valid for pod {} out of: {}",
        pod.name(),
        all_names(pod)
    )))
}

/// The first container; reports the choice if there are others.
fn first(run: &mut CommandContext<'_>, pod: &Object, quiet: bool) -> String {
    let first = names(pod, "containers").next().unwrap_or_default();
    let all = all_names(pod);
    if !quiet && all != first {
        let _ = writeln!(
            run.output.stderr,
            "Defaulted container {} out of: {all}",
            api::go::quote(first)
        );
    }
    first.to_owned()
}

/// The default time to wait for a pod.
const PATIENCE: Span = Span::from_seconds(60);

/// The first pod that an object chooses; `None` if the command waits for one.
///
/// Models: kubectl/pkg/polymorphichelpers/attachablepodforobject.go attachablePodForObject (v1.36).
pub(crate) fn awaited_pod(
    run: &mut CommandContext<'_>,
    args: &Args,
    object: &Rc<Object>,
) -> Result<Option<Rc<Object>>, Failure> {
    if let Some(pod) = pods_of(run.before(), object, "cannot attach to")?.into_iter().next() {
        return Ok(Some(pod));
    }
    let patience = args.span("pod-running-timeout").unwrap_or(PATIENCE).whole_seconds();
    if run.elapsed() < patience {
        run.waits(patience);
        return Ok(None);
    }
    Err(Failure::own("timed out waiting for the condition"))
}

/// The pods of an object: itself, or those its selector chooses, the preferred ones first.
///
/// Models: kubectl/pkg/polymorphichelpers/helpers.go SelectorsForObject, util/podutils/podutils.go ByLogging,
/// ActivePods (v1.36).
pub(crate) fn pods_of(cluster: &Cluster, object: &Rc<Object>, what: &str) -> Result<Vec<Rc<Object>>, Failure> {
    let chosen: Box<dyn Fn(&Object) -> bool> = match object.kind {
        Kind::Pod => return Ok(vec![object.clone()]),
        Kind::Deployment
        | Kind::ReplicaSet
        | Kind::StatefulSet
        | Kind::DaemonSet
        | Kind::ReplicationController
        | Kind::Job => {
            let selector = selector_of(object).into_owned();
            Box::new(move |pod| selector_matches(&selector, pod))
        }
        Kind::Service => {
            let labels = object.spec().field("selector").value.as_object();
            let Some(labels) = labels.filter(|labels| !labels.is_empty()) else {
                let name = object.name();
                return Err(Failure::own(format!(
                    "{what} *v1.Service: invalid service '{name}': Service is defined without a selector"
                )));
            };
            Box::new(|pod| {
                labels
                    .iter()
                    .all(|(key, value)| pod.label(key).is_some_and(|label| value == label))
            })
        }
        kind => {
            let kind = kind.name();
            return Err(Failure::own(format!(
                "{what} *v1.{kind}: selector for *v1.{kind} not implemented"
            )));
        }
    };
    let mut pods = cluster.list(Kind::Pod, Some(object.namespace()));
    pods.retain(|pod| chosen(pod));
    pods.order_by_key(|pod| {
        let assigned = pod.spec().field("nodeName").as_text().is_some();
        let runs = pod.status().field("phase") == "Running";
        let since = ready_since(pod);
        let leaves = what.starts_with("cannot attach") && pod.is_terminating();
        (!assigned, !runs, since.is_none(), leaves, since, pod.order)
    });
    Ok(pods)
}

/// When a pod became ready; `None` if it is not.
fn ready_since(pod: &Object) -> Option<String> {
    let since = Pod::of(&pod.value).ready()?.field("lastTransitionTime");
    since.as_text().map(str::to_owned)
}

/// The object that `web` or `deploy/web` means; a name alone means a pod.
///
/// Models: cli-runtime/pkg/resource/builder.go ResourceNames (v1.36).
pub(crate) fn named(run: &CommandContext<'_>, args: &Args, word: &str) -> Result<Rc<Object>, Failure> {
    if !word.contains('/') {
        return resources::lookup(run.before(), Resource::Kept(Kind::Pod), args.namespace(), word);
    }
    let first = match resources::read_names(run.mapper(), &[word.to_owned()])? {
        ResourceArgs::Names(names) => names.into_iter().next(),
        ResourceArgs::Kinds(_) => None,
    };
    let (resource, name) = first.ok_or_else(|| Failure::own("expected a resource"))?;
    registered_object(resources::lookup(run.before(), resource, args.namespace(), &name)?)
}
