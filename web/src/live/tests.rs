use super::*;
use playground::seam::{Task, Update};

fn live() -> Rc<Live> {
    let live = Live::here();
    live.open(Scenario::default());
    live
}

#[test]
fn time_passes_by_the_speed_and_only_while_playing() {
    let live = live();
    live.tick(16.0);
    assert_eq!(live.at(), Micros::ZERO);
    live.set_playing(true);
    live.set_speed(50);
    live.tick(16.0);
    assert_eq!(live.at(), Micros::from_millis(8));
}

#[test]
fn a_tab_that_slept_goes_on_where_it_was() {
    let live = live();
    live.set_playing(true);
    live.tick(60_000.0);
    assert_eq!(live.at(), Micros::from_millis(100));
}

#[test]
fn several_changes_before_a_frame_are_told_once_in_it() {
    let live = live();
    let told = Rc::new(Cell::new(0));
    let count = told.clone();
    let _subscription = live.subscribe(Rc::new(move |_| count.set(count.get() + 1)));
    live.on_wake(Rc::new(|| ()));
    live.touch();
    live.touch();
    assert_eq!(told.get(), 0);
    live.tick(16.0);
    live.tick(16.0);
    assert_eq!(told.get(), 1);
}

#[test]
fn who_is_subscribed_is_told_until_the_subscription_is_dropped() {
    let live = live();
    let told = Rc::new(Cell::new(0));
    let count = told.clone();
    let subscription = live.subscribe(Rc::new(move |_| count.set(count.get() + 1)));
    live.seek(Micros::from_seconds(1));
    drop(subscription);
    live.seek(Micros::from_seconds(2));
    assert_eq!(told.get(), 1);
}

#[test]
fn steps_go_from_event_to_event_and_back() {
    let live = Live::here();
    live.open(crate::scenarios::ALL[0].scenario());
    let Some(first) = live.next_event() else {
        panic!("the scenario sends requests");
    };
    live.seek(first);
    let Some(second) = live.next_event() else {
        panic!("a request under way has a next event");
    };
    assert!(second > first);
    live.seek(second);
    assert_eq!(live.previous_event(), first);
}

/// Two Deployments with more pods than a map that follows each letter.
fn large() -> Scenario {
    let deployment = |name: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec: {{replicas: 1001, selector: {{matchLabels: {{app: {name}}}}}, template: {{metadata: {{labels: {{app: {name}}}}}, spec: {{containers: [{{name: a, image: nginx}}]}}}}}}\n---\n"
        )
    };
    Scenario {
        text: deployment("web") + &deployment("shop"),
        ..Scenario::default()
    }
}

/// How often a text began to wait.
fn counted(live: &Live) -> Rc<Cell<u32>> {
    let waits = Rc::new(Cell::new(0));
    let count = waits.clone();
    live.on_typing(Rc::new(move || count.set(count.get() + 1)));
    waits
}

#[test]
fn the_text_of_a_large_cluster_is_read_in_a_pause_or_before_what_is_done_next() {
    let live = Live::here();
    let waits = counted(&live);
    live.open(large());
    assert!(live.has_read_all(), "a scenario is opened at once");
    let typed = |words: &str| live.set_text(format!("{}# {words}", large().text));
    let first = typed("a");
    let second = typed("ab");
    assert!(live.awaits_pause() && !live.has_read_all());
    assert_eq!(waits.get(), 2);
    live.read_now();
    let done: Vec<u64> = live.take_done().into_iter().map(|(number, _)| number).collect();
    assert!(done.contains(&second) && !done.contains(&first), "{done:?}");
    typed("abc");
    live.send(Task::Perform("kubectl get services".to_owned()));
    assert!(live.has_read_all() && !live.awaits_pause());
}

#[test]
fn the_text_of_a_small_cluster_waits_for_nothing() {
    let live = live();
    let waits = counted(&live);
    live.set_text("apiVersion: v1".to_owned());
    assert!(live.has_read_all());
    assert_eq!(waits.get(), 0);
}

#[test]
fn answers_alone_are_told_apart_from_news() {
    let live = live();
    let told = Rc::new(RefCell::new(Vec::new()));
    let tell = told.clone();
    live.on_heard(Rc::new(move |what| tell.borrow_mut().push(what)));
    let place: Rc<dyn ReaderPlace> = Rc::new(Elsewhere);
    live.place.replace(place);
    let update = |number, done| Update {
        number,
        changes: Vec::new(),
        begins_at: None,
        facts: None,
        done,
        answers: Vec::new(),
    };
    let asked = live.send(Task::Ask(Vec::new()));
    live.received(update(asked, Done::Replies(Vec::new())));
    let typed = live.send(Task::Text("apiVersion: v1".to_owned()));
    live.set_slow(true);
    live.received(update(typed, Done::Quietly));
    assert_eq!(*told.borrow(), [Heard::Answers, Heard::News, Heard::News]);
}

/// A reader that never answers by itself.
struct Elsewhere;

impl ReaderPlace for Elsewhere {
    fn send(self: Rc<Self>, _: &Command, _: Patience) -> Option<Update> {
        None
    }

    fn restart(self: Rc<Self>) {}
}
