use super::context::{Context, at};
use crate::diagnostic::{Advice, Diagnostic};
use crate::documents::TextObject;
use yaml::Step;

/// Advice for each object whose annotation about its pods' answers cannot be read.
pub fn advise(context: &Context<'_>) -> Vec<Diagnostic> {
    context.objects.iter().filter_map(of_object).collect()
}

fn of_object(object: &TextObject<'_>) -> Option<Diagnostic> {
    let path = match object.kind {
        "Pod" => &["metadata", "annotations"][..],
        _ => &["spec", "template", "metadata", "annotations"],
    };
    let text = { path.iter() }.try_fold(object.value, |value, name| value.get(name))?;
    let wrong = cluster::read_answers(text.get(cluster::ANSWERS)?.as_str()?).err()?;
    let steps: Vec<_> = path
        .iter()
        .chain([&cluster::ANSWERS])
        .map(|name| Step::Name(name))
        .collect();
    let message = format!(
        "{}: {wrong:?} means nothing, so the pod answers as usual",
        cluster::ANSWERS
    );
    Some(Diagnostic {
        meaning: Some(
            "Each part between commas says how often, what and after how long: `20ms`, `5% 1s-2s`, `10% 500`, `1% closes`, `never`."
                .to_owned(),
        ),
        ..at(object, object.value_at(&steps), Advice::Answers, message)
    })
}
