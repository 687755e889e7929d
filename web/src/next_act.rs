//! The next thing worth doing here: what is possible in this cluster and has not been done yet.

use crate::gallery;
use crate::live::Live;
use crate::outputs;
use crate::requests::client;
use crate::say;
use crate::selection::Selection;
use crate::state::{Action, AppState, LessonAction, workload};
use playground::{Act, Client, Micros, ObjectKey, Pod, Service, World, read_client};

/// An offer: one press does it.
#[derive(Clone, Debug, PartialEq)]
pub struct NextAct {
    pub words: String,
    /// What there is to see.
    pub why: &'static str,
    pub action: Action,
}

impl NextAct {
    #[allow(clippy::unnecessary_wraps, reason = "whoever looks for an offer may find none")]
    fn new(words: impl Into<String>, why: &'static str, action: Action) -> Option<Self> {
        Some(Self {
            words: words.into(),
            why,
            action,
        })
    }
}

/// The tour of the gallery, and the first of its exercises.
const TOUR: &str = "clusterip-tour";

/// The first of these that is possible and not yet done.
pub fn next_act(state: &AppState, live: &Live) -> Option<NextAct> {
    let session = live.session.borrow();
    let is_taught = session.lesson().is_some();
    drop(session);
    if is_taught {
        return in_lesson(state, live);
    }
    if !state.frame.readonly {
        let found = in_cluster(state, live);
        if found.is_some() {
            return found;
        }
    }
    elsewhere(state)
}

/// In a scenario with a document: its steps, its checks, and the one after it.
fn in_lesson(state: &AppState, live: &Live) -> Option<NextAct> {
    let session = live.session.borrow();
    let lesson = session.lesson()?.clone();
    let (step, exercise) = (session.step(), &state.exercise);
    if step < lesson.steps.len() {
        let words = match step {
            0 => say::next_first(&lesson.steps.len()),
            _ => say::next_step(&(step + 1)),
        };
        let go = Action::Lesson(LessonAction::Step(step + 1));
        return NextAct::new(words, say::next_step_why(), go);
    }
    if !exercise.solved && !lesson.checks.is_empty() {
        let fresh = exercise
            .judged
            .as_ref()
            .is_none_or(|(revision, _)| *revision != session.revision());
        if fresh && (!session.acts().is_empty() || exercise.judged.is_some()) {
            return NextAct::new(
                say::next_check(),
                say::next_check_why(),
                Action::Lesson(LessonAction::Check),
            );
        }
        if exercise.hints < lesson.hints.len() {
            return NextAct::new(
                say::next_hint(),
                say::next_hint_why(),
                Action::Lesson(LessonAction::Hint),
            );
        }
        return None;
    }
    let name = exercise.name.or_else(|| gallery::name_by_title(&lesson.title))?;
    let next = gallery::after(name)?;
    NextAct::new(
        say::next_on(&say::translated(&next.title)),
        say::next_on_why(),
        Action::OpenGallery(next.name),
    )
}

/// With the Service that is described, its pods and its clients.
fn in_cluster(state: &AppState, live: &Live) -> Option<NextAct> {
    let session = live.session.borrow();
    let (at, acts) = (live.at(), Done::of(session.acts()));
    let world = session.world(at);
    let services = session.services(at);
    let key = outputs::described(&services, state.service.as_ref())?.clone();
    let service = world.service(&key)?;
    let name = &key.name;
    let ready: Vec<&Pod> = ready_pods(world, service);
    let sending = session.sending();
    let asks = sending
        .iter()
        .find(|flow| flow.to == format!("{}/{name}", key.namespace));
    let asking = asks.and_then(|flow| read_client(&flow.from));
    if ready.is_empty() && !service.selector.is_empty() && state.selection.is_none() {
        let look = Action::Select(Some(Selection::Service(key.clone())));
        return NextAct::new(say::next_see(&name), say::next_see_why(), look);
    }
    if !acts.deleted && ready.len() > 1 {
        let pod = ready.get(ready.len() / 2)?;
        let delete = Action::Delete(pod.key.clone());
        return NextAct::new(say::next_delete(&pod.key.name), say::next_delete_why(), delete);
    }
    if !acts.asked_wrongly
        && let Some(from @ Client::Pod(_)) = &asking
    {
        let wrong = ObjectKey::new(&key.namespace, &format!("{name}s"));
        if world.service(&wrong).is_none() {
            let port = service.ports.first().map_or(80, |port| port.port);
            let words = say::next_wrong(&client(from), &wrong.name);
            return NextAct::new(words, say::next_wrong_why(), Action::Ask(from.clone(), wrong, port));
        }
    }
    drop(session);
    let scalable = workload(live, &Selection::Service(key.clone()));
    let session = live.session.borrow();
    let world = session.world(at);
    if !acts.scaled
        && let Some((workload, now)) = scalable.and_then(|it| Some((it.clone(), it.replicas?)))
    {
        let more = (now + 2).min(9);
        let words = say::next_scale(&workload.key.name, &more);
        return NextAct::new(words, say::next_scale_why(), Action::Scale(workload, more));
    }
    let service = world.service(&key)?;
    let ready = ready_pods(world, service);
    if !acts.turned && ready.len() > 1 {
        let pod = ready.first()?;
        let turn = Action::SetReady(pod.key.clone(), false);
        return NextAct::new(say::next_unready(&pod.key.name), say::next_unready_why(), turn);
    }
    exposes(world, at, acts.exposed)
}

/// A Service for a pod that nobody can ask by name.
fn exposes(world: &World, at: Micros, exposed: bool) -> Option<NextAct> {
    let alone = |pod: &&std::rc::Rc<Pod>| {
        let behind = |service: &Service| {
            let mut endpoints = service.ports.iter().flat_map(|port| &port.endpoints);
            endpoints.any(|endpoint| endpoint.pod.as_ref() == Some(&pod.key))
        };
        *pod.key.namespace == *"default"
            && pod.ip.is_some()
            && !pod.listeners.is_empty()
            && !world.services.iter().any(behind)
    };
    let pod = world
        .pods
        .iter()
        .find(alone)
        .filter(|_| !exposed && at >= Micros::ZERO)?;
    let port = pod.listeners.first()?.port;
    let name = &pod.key.name;
    let short = name.trim_end_matches(|end: char| end.is_ascii_digit() || end == '-');
    let taken = world.services.iter().any(|service| *service.key.name == *short);
    let service = if taken || short.is_empty() { name } else { short };
    let command = format!("kubectl expose pod {name} --name={service} --port={port}");
    NextAct::new(say::next_expose(&name), say::next_expose_why(), Action::Run(command))
}

/// Another scenario.
fn elsewhere(state: &AppState) -> Option<NextAct> {
    if !state.solved.contains(TOUR) {
        return NextAct::new(say::next_tour(), say::next_tour_why(), Action::OpenGallery(TOUR));
    }
    let all = gallery::all();
    let next = all
        .iter()
        .find(|entry| entry.is_lesson && !state.solved.contains(entry.name))?;
    NextAct::new(
        say::next_exercise(&say::translated(&next.title)),
        say::next_exercise_why(),
        Action::OpenGallery(next.name),
    )
}

fn ready_pods<'w>(world: &'w World, service: &Service) -> Vec<&'w Pod> {
    let endpoints = service.ports.first().into_iter().flat_map(|port| &port.endpoints);
    let ready = endpoints.filter(|endpoint| endpoint.ready);
    ready.filter_map(|endpoint| world.pod(endpoint.pod.as_ref()?)).collect()
}

/// What has been tried.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is tried or not, whatever the others are"
)]
#[derive(Default)]
struct Done {
    deleted: bool,
    scaled: bool,
    turned: bool,
    asked_wrongly: bool,
    exposed: bool,
}

impl Done {
    fn of(acts: &[playground::TimedAct]) -> Self {
        let mut done = Self::default();
        for act in acts {
            match &act.act {
                Act::Kubectl(line) => {
                    let mut words = line.split_whitespace().skip(1);
                    match words.next() {
                        Some("delete") => done.deleted = true,
                        Some("scale") => done.scaled = true,
                        Some("expose") => done.exposed = true,
                        _ => {}
                    }
                }
                Act::Ready { .. } => done.turned = true,
                Act::Send { .. } => done.asked_wrongly = true,
            }
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios;
    use crate::state::{Opening, update};
    use std::rc::Rc;

    fn opened(opening: Opening) -> (AppState, Rc<Live>) {
        let live = Live::here();
        (AppState::open(opening, &live), live)
    }

    fn offered(state: &AppState, live: &Live) -> String {
        next_act(state, live).map(|offer| offer.words).unwrap_or_default()
    }

    /// Does what is offered until nothing new is, at most so often.
    fn followed(mut state: AppState, live: &Live, most: usize) -> Vec<String> {
        let mut done = Vec::new();
        while let Some(offer) = next_act(&state, live).filter(|_| done.len() < most) {
            done.push(offer.words);
            update(&mut state, live, offer.action);
            let at = live.at() + Micros::from_seconds(3);
            live.seek(at);
        }
        done
    }

    #[test]
    fn in_the_first_scenario_each_offer_is_made_once_and_the_tour_comes_last() {
        let (state, live) = opened(Opening::default());
        let done = followed(state, &live, 5);
        assert_eq!(
            done,
            [
                "Delete back-end-2",
                "Let front-end-1 ask by a wrong name, back-ends",
                "Make back-end-1 not ready",
                "Give redis-1 a Service",
                "Open the tour",
            ]
        );
    }

    #[test]
    fn what_is_taken_back_is_offered_again() {
        let (mut state, live) = opened(Opening::default());
        let Some(offer) = next_act(&state, &live) else {
            panic!("there is something to do")
        };
        update(&mut state, &live, offer.action);
        assert_ne!(offered(&state, &live), offer.words);
        update(&mut state, &live, Action::UndoAct);
        assert_eq!(offered(&state, &live), offer.words);
    }

    #[test]
    fn a_deployment_is_offered_to_be_scaled() {
        let draft = Some(scenarios::ALL[4].scenario());
        let (state, live) = opened(Opening {
            draft,
            ..Opening::default()
        });
        let done = followed(state, &live, 4);
        assert!(
            done.iter().any(|words| words.starts_with("Scale hello to ")),
            "{done:?}"
        );
    }

    #[test]
    fn a_service_without_endpoints_is_looked_into_first() {
        let draft = Some(scenarios::ALL[1].scenario());
        let (mut state, live) = opened(Opening {
            draft,
            ..Opening::default()
        });
        let Some(offer) = next_act(&state, &live) else {
            panic!("there is something to do")
        };
        assert_eq!(offer.words, "See why shop has no endpoints");
        update(&mut state, &live, offer.action);
        assert_eq!(state.service.as_ref().map(|key| &*key.name), Some("shop"));
    }

    #[test]
    fn a_tour_is_followed_step_by_step_and_leads_on() {
        let (mut state, live) = opened(Opening {
            fragment: format!("#s/{TOUR}"),
            ..Opening::default()
        });
        assert!(
            offered(&state, &live).starts_with("Take the first of "),
            "{}",
            offered(&state, &live)
        );
        let steps = live
            .session
            .borrow()
            .lesson()
            .map(|lesson| lesson.steps.len())
            .unwrap_or_default();
        update(&mut state, &live, Action::Lesson(LessonAction::Step(1)));
        assert_eq!(offered(&state, &live), "Go to step 2");
        update(&mut state, &live, Action::Lesson(LessonAction::Step(steps)));
        assert!(!offered(&state, &live).contains("step"), "{}", offered(&state, &live));
    }
}
