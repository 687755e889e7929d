//! The Service that gives the pods of a StatefulSet their names.

use super::context::{Context, at};
use crate::diagnostic::{Advice, Diagnostic};
use crate::documents::TextObject;
use crate::written::change;
use api::view::Service;
use api::{Cursor, Kind};
use cluster::Object;
use network::ObjectKey;
use std::rc::Rc;
use yaml::Step;

/// Advice for each StatefulSet whose `serviceName` is no Service that selects its pods.
pub fn advise(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut services: Option<Vec<Rc<Object>>> = None;
    let sets = context.created(Kind::StatefulSet);
    sets.filter_map(|(key, object)| {
        let services = services.get_or_insert_with(|| context.cluster.list(Kind::Service, None));
        of_set(context, services, key, object)
    })
    .collect()
}

fn of_set(
    context: &Context<'_>,
    services: &[Rc<Object>],
    key: &ObjectKey,
    object: &TextObject<'_>,
) -> Option<Diagnostic> {
    let stored = context.cluster.find(Kind::StatefulSet, &key.namespace, &key.name)?;
    let name = stored
        .spec()
        .field("serviceName")
        .as_text()
        .filter(|name| !name.is_empty())?;
    let labels = stored.spec().field("template").metadata().field("labels");
    let own = context.cluster.find(Kind::Service, &key.namespace, name);
    let message = match own {
        None => format!("there is no Service {name}, so the pods get no names of their own"),
        Some(own) if Service::of(&own.value).has_selector() && !selects(own, labels) => {
            format!("Service {name} does not select these pods, so they get no names of their own")
        }
        Some(_) => return None,
    };
    let start = services.partition_point(|it| it.namespace() < &*key.namespace);
    let near = { services.iter().skip(start) }.take_while(|it| it.namespace() == &*key.namespace);
    let mut fits: Vec<&Rc<Object>> = near.filter(|it| selects(it, labels)).collect();
    if fits.iter().any(|it| Service::of(&it.value).is_headless()) {
        fits.retain(|it| Service::of(&it.value).is_headless());
    }
    let place = object.value_at(&[Step::Name("spec"), Step::Name("serviceName")]);
    let (meaning, fixes) = match fits.as_slice() {
        [only] => (
            format!(
                "Service {} selects them: it would give each a name, such as {}-0.{}.",
                only.name(),
                key.name,
                only.name()
            ),
            vec![change(place.clone(), only.name())],
        ),
        _ => (
            "serviceName names the headless Service that selects the pods; it gives each a name, such as web-0.web."
                .to_owned(),
            Vec::new(),
        ),
    };
    Some(Diagnostic {
        meaning: Some(meaning),
        fixes,
        ..at(object, place, Advice::ServiceName, message)
    })
}

fn selects(service: &Object, labels: Cursor<'_>) -> bool {
    let service = Service::of(&service.value);
    let mut pairs = service.selector().text_entries();
    service.has_selector() && !service.is_external_name() && pairs.all(|(key, value)| labels.field(key) == value)
}
