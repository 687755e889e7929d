//! Nodes on which no kubelet runs, and pods that are bound to them.

use super::context::{Context, at};
use super::templates::Template;
use crate::diagnostic::{Advice, Diagnostic};
use crate::written::without;
use api::Kind;
use yaml::Step;

/// Advice for each node of the text, and each pod or template whose `nodeName` is no node on which a kubelet runs.
pub fn advise(context: &Context<'_>) -> Vec<Diagnostic> {
    let nodes = context.created(Kind::Node).map(|(key, object)| {
        let place = object.value_at(&[Step::Name("metadata"), Step::Name("name")]);
        let message = format!("no kubelet runs on {}: pods do not start there", key.name);
        Diagnostic {
            meaning: Some(
                "A Node object alone is no machine. How many nodes run here is chosen beside the requests.".to_owned(),
            ),
            ..at(object, place, Advice::NodeName, message)
        }
    });
    let pods = context.templates.all.iter().filter_map(|it| of_pod(context, it));
    nodes.chain(pods).collect()
}

fn of_pod(context: &Context<'_>, template: &Template<'_>) -> Option<Diagnostic> {
    let name = template.pod.spec().field("nodeName").as_text()?;
    if name.is_empty() || context.has_kubelet(name) {
        return None;
    }
    let is_written = context.cluster.find(Kind::Node, "", name).is_some();
    let what = if is_written {
        "no kubelet runs on"
    } else {
        "there is no node"
    };
    let way: Vec<&str> = template.way.iter().copied().chain(["spec", "nodeName"]).collect();
    let nodes = context.cluster.list(Kind::Node, None);
    let running = nodes.iter().map(|it| it.name()).filter(|it| context.has_kubelet(it));
    let running: Vec<&str> = running.take(3).collect();
    Some(Diagnostic {
        meaning: Some(format!(
            "A pod with nodeName skips the scheduler. Nodes here: {}; without nodeName the scheduler chooses one.",
            running.join(", ")
        )),
        fixes: without(context.text, template.object, &way).into_iter().collect(),
        ..at(
            template.object,
            template
                .object
                .value_at(&template.steps(&[Step::Name("spec"), Step::Name("nodeName")])),
            Advice::NodeName,
            format!("{what} {name}, so nobody starts the pod"),
        )
    })
}
