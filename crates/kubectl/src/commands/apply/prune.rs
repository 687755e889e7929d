//! `apply --prune`: deletes objects that were applied before and are no longer named.

use crate::context::CommandContext;
use crate::failure::Failure;
use crate::line::args::Args;
use crate::line::selector::Selector;
use crate::output::dry_run::DryRun;
use crate::output::report::report;
use crate::targets::documents::LAST_APPLIED;
use api::Kind;
use cluster::{Object, Propagation};
use std::collections::BTreeSet;
use std::rc::Rc;

/// The default kinds to prune, in kubectl's order, without those that are not stored here.
///
/// Models: kubectl/pkg/util/prune/prune.go (v1.36).
const KINDS: [Kind; 12] = [
    Kind::Endpoints,
    Kind::Pod,
    Kind::ReplicationController,
    Kind::Service,
    Kind::Job,
    Kind::CronJob,
    Kind::Ingress,
    Kind::DaemonSet,
    Kind::Deployment,
    Kind::ReplicaSet,
    Kind::StatefulSet,
    Kind::Namespace,
];

/// The kinds of `--prune-allowlist`.
///
/// Models: kubectl/pkg/util/prune/prune.go ParseResources (v1.36).
pub(super) fn kinds(args: &Args) -> Result<Vec<Kind>, Failure> {
    let named = args.all("prune-allowlist");
    if !args.is("prune") || named.is_empty() {
        return Ok(KINDS.to_vec());
    }
    let mut kinds = Vec::new();
    for text in named {
        let parts: Vec<&str> = text.split('/').collect();
        let [group, version, name] = parts.as_slice() else {
            return Err(Failure::own(format!(
                "invalid GroupVersionKind format: {text}, please follow <group/version/kind>"
            )));
        };
        let version = match *group {
            "core" | "" => (*version).to_owned(),
            group => format!("{group}/{version}"),
        };
        let kind = Kind::of(&version, name)
            .ok_or_else(|| Failure::own(format!("no matches for kind \"{name}\" in version \"{version}\"")))?;
        kinds.push(kind);
    }
    Ok(kinds)
}

/// Models: kubectl/pkg/cmd/apply/prune.go pruneAll (v1.36).
pub(super) fn prune(
    run: &mut CommandContext<'_>,
    args: &Args,
    kinds: &[Kind],
    applied: &[Rc<Object>],
    dry: DryRun,
) -> Result<(), Failure> {
    let selector = Selector::parse(args.text("selector").unwrap_or_default()).map_err(Failure::own)?;
    let visited = applied.iter().map(|object| object.namespace().to_owned());
    let asked = args.text("namespace").map(str::to_owned);
    let namespaces: BTreeSet<String> = visited.chain(asked).filter(|name| !name.is_empty()).collect();
    let (inside, outside): (Vec<Kind>, Vec<Kind>) = kinds.iter().partition(|kind| kind.namespaced());
    let places = namespaces
        .iter()
        .flat_map(|namespace| inside.iter().map(move |kind| (*kind, Some(namespace.as_str()))))
        .chain(outside.iter().map(|kind| (*kind, None)));
    for (kind, namespace) in places {
        run.warn_of(kind);
        for object in run.cluster.list(kind, namespace) {
            let stays = applied.iter().any(|other| other.uid() == object.uid());
            if stays || object.annotation(LAST_APPLIED).is_none() || !selector.matches(&object.value) {
                continue;
            }
            if dry == DryRun::No {
                let (namespace, name) = (object.namespace(), object.name());
                run.cluster
                    .delete(kind, namespace, name, Propagation::Background.into())?;
            }
            report(run, args, &object, "pruned", dry)?;
        }
    }
    Ok(())
}
