//! What containers listen on, where the playground guesses.

use super::context::{Context, at};
use super::templates::Template;
use crate::diagnostic::{Advice, Diagnostic, Fix};
use crate::documents::TextObject;
use crate::written::field;
use cluster::ListeningPort;
use yaml::{NodeKind, Step};

/// Advice for each container of which the playground guesses what it listens on.
pub fn advise(context: &Context<'_>) -> Vec<Diagnostic> {
    let all = context.templates.all.iter();
    all.flat_map(|template| guesses(context.text, template)).collect()
}

fn guesses(text: &str, template: &Template<'_>) -> Vec<Diagnostic> {
    let (object, all) = (template.object, &template.each);
    let steps = |names: &[&'static str]| -> Vec<Step<'static>> {
        template.way.iter().chain(names).map(|name| Step::Name(name)).collect()
    };
    let annotation = all.iter().flat_map(|it| &it.ports).map(ListeningPort::annotation);
    let annotation: Vec<String> = annotation.collect();
    let fix = listens_fix((text, object), &steps(&["metadata"]), &annotation.join(","));
    // Jobs rarely serve: that they listen on nothing needs no word.
    let may_serve = !object.kind.ends_with("Job");
    let containers = template.pod.spec().field("containers").items().len();
    let guessed = { all.iter().take(containers).enumerate() }
        .filter(|(_, it)| it.is_guess && (may_serve || !it.ports.is_empty()));
    let advice = guessed.map(|(index, it)| {
        let ports: Vec<String> = it.ports.iter().map(ListeningPort::annotation).collect();
        let whose = if ports.len() == 1 {
            "its containerPort"
        } else {
            "its containerPorts"
        };
        let mut place = steps(&["spec", "containers"]);
        place.extend([Step::Index(index), Step::Name("image")]);
        let message = match ports.as_slice() {
            [] => "the playground doesn't know this image and guesses that it listens on nothing, as it declares no \
                   containerPort"
                .to_owned(),
            ports => format!(
                "the playground doesn't know this image and guesses that it listens on {}, {whose}",
                ports.join(", ")
            ),
        };
        let meaning = if ports.is_empty() {
            "On a cluster the program alone decides where it listens. Say it in the annotation playground/listens of \
             the pod, as in \"8080\"."
        } else {
            "On a cluster the program alone decides where it listens; a containerPort opens nothing."
        };
        Diagnostic {
            meaning: Some(meaning.to_owned()),
            fixes: fix.iter().filter(|_| !ports.is_empty()).cloned().collect(),
            ..at(object, object.value_at(&place), Advice::Listens, message)
        }
    });
    advice.collect()
}

/// The change that says in the pod's annotation what its containers listen on.
pub(super) fn listens_fix((text, object): (&str, &TextObject<'_>), metadata: &[Step<'_>], ports: &str) -> Option<Fix> {
    let metadata = object.node.find(metadata.iter().copied())?;
    let annotations = field(metadata, &["annotations"]);
    let outer = annotations.unwrap_or(metadata);
    let NodeKind::Mapping(pairs) = &outer.kind else {
        return None;
    };
    let first = object.origin + pairs.first()?.0.span.start;
    let is_in_braces = object.origin + outer.span.start < first;
    let quote = if text.get(first..)?.starts_with('"') { "\"" } else { "" };
    let pair = format!("{quote}{}{quote}: \"{ports}\"", cluster::LISTENS);
    let line = text.get(..first)?.rsplit('\n').next()?;
    let replacement = match annotations {
        Some(_) if is_in_braces => format!("{pair}, "),
        None if is_in_braces => format!("{quote}annotations{quote}: {{{pair}}}, "),
        _ if !line.trim().is_empty() => return None,
        Some(_) => format!("{pair}\n{line}"),
        None => format!("annotations:\n{line}  {pair}\n{line}"),
    };
    Some(Fix {
        label: format!("Say it in {}", cluster::LISTENS),
        range: first..first,
        replacement,
    })
}
