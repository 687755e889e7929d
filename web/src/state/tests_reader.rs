//! A reader that works elsewhere, for as long as it takes, and perhaps never ends.

use super::*;
use crate::live::{Loss, Patience, ReaderPlace};
use crate::scenarios;
use playground::seam::{Command, Mirror, Task, Update, handle};
use playground::{Micros, Reader};
use std::cell::{Cell, RefCell};

/// Does what it is asked when the test says so.
struct Elsewhere {
    reader: RefCell<Reader>,
    command: RefCell<Option<Command>>,
    texts: Cell<u32>,
    patience: Cell<Patience>,
}

impl ReaderPlace for Elsewhere {
    fn send(self: Rc<Self>, command: &Command, patience: Patience) -> Option<Update> {
        self.patience.set(patience);
        self.texts
            .set(self.texts.get() + u32::from(matches!(command.task, Task::Text(_))));
        self.command.replace(Some(command.clone()));
        None
    }

    fn restart(self: Rc<Self>) {
        self.command.take();
        self.reader.replace(Reader::new(Scenario::default()));
    }
}

struct Desk {
    state: AppState,
    live: Rc<Live>,
    place: Rc<Elsewhere>,
}

impl Desk {
    fn open(opening: Opening) -> Self {
        let place = Rc::new(Elsewhere {
            reader: RefCell::new(Reader::new(Scenario::default())),
            command: RefCell::default(),
            texts: Cell::new(0),
            patience: Cell::default(),
        });
        let live = Live::new(Mirror::default(), place.clone());
        let state = AppState::open(opening, &live);
        Self { state, live, place }
    }

    fn act(&mut self, action: Action) {
        update(&mut self.state, &self.live, action);
    }

    /// Lets the reader work until nothing is left to do.
    fn settle(&mut self) {
        loop {
            let command = self.place.command.take();
            let Some(command) = command else {
                self.live.ask();
                if self.place.command.borrow().is_none() {
                    return;
                }
                continue;
            };
            let update = handle(&mut self.place.reader.borrow_mut(), command);
            self.live.received(update);
            self.act(Action::Heard);
        }
    }

    fn lose(&mut self, loss: Loss) {
        self.live.lose(loss);
        self.act(Action::Heard);
    }

    fn text(&self) -> String {
        self.live.session.borrow().text().to_owned()
    }

    fn services(&self) -> usize {
        self.live.session.borrow().services(self.live.at()).len()
    }

    fn words(&self) -> &str {
        self.state.unread.as_ref().map_or("", |unread| &unread.words)
    }
}

fn opened() -> Desk {
    let mut desk = Desk::open(Opening::default());
    assert!(!desk.live.playing(), "nothing is there to be played yet");
    desk.settle();
    assert!(desk.live.playing());
    desk
}

#[test]
fn of_keys_that_come_while_the_reader_works_only_the_newest_text_is_read() {
    let mut desk = opened();
    for end in ["a", "ab", "abc", "abcd"] {
        desk.act(Action::Edit(format!("{}# {end}\n", scenarios::ALL[0].text)));
    }
    assert!(desk.text().ends_with("# abcd\n"));
    assert!(!desk.live.has_read_all());
    desk.settle();
    assert!(desk.live.has_read_all());
    assert_eq!(desk.place.texts.get(), 2);
}

#[test]
fn a_text_that_takes_too_long_is_kept_unread_and_the_last_good_cluster_stays() {
    let mut desk = opened();
    let services = desk.services();
    desk.act(Action::Seek(Micros::from_seconds(4)));
    desk.act(Action::Delete(ObjectKey::new("default", "back-end-1")));
    desk.settle();
    let sent = desk.live.session.borrow().requests(desk.live.at()).len();
    desk.act(Action::Edit("kind: Endless".to_owned()));
    desk.lose(Loss::TooLong);
    desk.settle();
    assert_eq!(
        desk.words(),
        "This text took longer than 2 s, so it was stopped; the map shows the last text that worked."
    );
    assert_eq!(desk.text(), "kind: Endless");
    assert_eq!(desk.live.at(), Micros::from_seconds(4));
    assert_eq!(desk.services(), services);
    assert_eq!(desk.live.session.borrow().acts().len(), 1);
    assert_eq!(desk.live.session.borrow().requests(desk.live.at()).len(), sent);
    assert_eq!(desk.state.scenario(&desk.live).text, "kind: Endless", "nothing is lost");
    assert_eq!(desk.state.scenario(&desk.live).acts.len(), 1);

    desk.act(Action::Delete(ObjectKey::new("default", "back-end-2")));
    desk.settle();
    assert_eq!(desk.live.session.borrow().acts().len(), 2, "the rest goes on");
    assert!(desk.state.unread.is_some());
    desk.act(Action::Edit(scenarios::ALL[1].text.to_owned()));
    desk.settle();
    assert_eq!(desk.state.unread, None);
    assert_eq!(desk.state.scenario(&desk.live).acts.len(), 2);
}

#[test]
fn a_text_that_took_too_long_is_given_more_time_when_somebody_asks_for_it() {
    let mut desk = opened();
    desk.act(Action::Edit("kind: Endless".to_owned()));
    assert_eq!(desk.place.patience.get(), Patience::Usual);
    desk.lose(Loss::TooLong);
    desk.settle();
    assert!(desk.state.unread.as_ref().is_some_and(|unread| unread.is_long));
    desk.act(Action::ReadAgain);
    assert_eq!(desk.place.patience.get(), Patience::Long);
    desk.settle();
    assert_eq!(desk.state.unread, None);
    desk.act(Action::Run("kubectl get pods".to_owned()));
    desk.lose(Loss::TooLong);
    assert_eq!(desk.place.patience.get(), Patience::Long, "the text is read once more");
    desk.settle();
    desk.act(Action::Edit("kind: Short".to_owned()));
    assert_eq!(desk.place.patience.get(), Patience::Usual);
}

#[test]
fn after_a_failure_the_text_with_errors_before_is_read_again_over_the_cluster_of_the_last_good_one() {
    let mut desk = opened();
    let services = desk.services();
    desk.act(Action::Edit("kind: Service\n".to_owned()));
    desk.settle();
    desk.act(Action::Edit("kind: Deadly".to_owned()));
    desk.lose(Loss::Broken("unreachable".to_owned()));
    desk.settle();
    assert!(
        desk.words().starts_with("The playground failed at this text"),
        "{}",
        desk.words()
    );
    let report = desk.state.unread.as_ref().and_then(|unread| unread.report.clone());
    assert!(report.is_some_and(|report| report.contains("unreachable") && report.ends_with("kind: Deadly")));
    assert_eq!(desk.services(), services);
    desk.act(Action::ReadAgain);
    desk.settle();
    assert_eq!(desk.state.unread, None);
    assert!(!desk.live.session.borrow().diagnostics().is_empty());
}

#[test]
fn a_command_that_takes_too_long_says_so_in_the_terminal() {
    let mut desk = opened();
    desk.act(Action::Run("kubectl get pods\nkubectl get svc".to_owned()));
    desk.lose(Loss::TooLong);
    desk.settle();
    let printed: Vec<&str> = desk
        .state
        .terminal
        .entries
        .iter()
        .map(|entry| &*entry.output.stderr)
        .collect();
    assert_eq!(
        printed,
        ["stopped: it took longer than 2 s, and nothing was changed\n", ""]
    );
    assert_eq!(desk.state.unread, None);
}

#[test]
fn a_draft_that_the_page_did_not_come_through_is_shown_but_not_read() {
    let draft = Scenario {
        text: scenarios::ALL[1].text.to_owned(),
        nodes: 3,
        ..Scenario::default()
    };
    let opening = Opening {
        reading: Some(draft.text.len()),
        draft: Some(draft.clone()),
        ..Opening::default()
    };
    let mut desk = Desk::open(opening);
    desk.settle();
    assert_eq!(desk.text(), draft.text);
    assert_eq!(desk.services(), 1, "the cluster's own alone");
    assert!(desk.words().contains("not read"), "{}", desk.words());
    assert_eq!(desk.state.scenario(&desk.live).nodes, 3);
    desk.act(Action::ReadAgain);
    desk.settle();
    assert!(desk.services() > 1);
    assert_eq!((desk.words(), desk.live.session.borrow().nodes()), ("", 3));
}

#[test]
fn a_link_that_takes_too_long_shows_its_text_and_loses_nothing() {
    let mut desk = opened();
    let sent = Scenario {
        text: "kind: Endless".to_owned(),
        nodes: 2,
        ..Scenario::default()
    };
    desk.act(Action::OpenLink(playground::share::encode(&sent)));
    desk.lose(Loss::TooLong);
    desk.settle();
    assert_eq!(desk.text(), sent.text);
    let kept = desk.state.scenario(&desk.live);
    assert_eq!((kept.text, kept.nodes), (sent.text, 2));
    assert!(desk.words().starts_with("This text took longer than 2 s"));
}

#[test]
fn where_even_what_worked_before_fails_an_empty_cluster_is_left() {
    let mut desk = opened();
    desk.act(Action::Edit("kind: Endless".to_owned()));
    desk.lose(Loss::TooLong);
    desk.lose(Loss::TooLong);
    desk.settle();
    assert_eq!((desk.text().as_str(), desk.services()), ("kind: Endless", 1));
    assert!(desk.state.unread.is_some());
}

#[test]
fn a_line_that_is_left_while_the_scenario_is_opened_stays_in_the_terminal() {
    let mut desk = Desk::open(Opening::default());
    desk.act(Action::Abandon("kubectl get".to_owned()));
    desk.settle();
    let lines = |desk: &Desk| -> Vec<String> {
        let entries = desk.state.terminal.entries.iter();
        entries.map(|entry| entry.command.clone()).collect()
    };
    assert_eq!(lines(&desk), ["kubectl get^C"]);
    desk.state.load(&desk.live, scenarios::ALL[1].scenario());
    desk.settle();
    assert!(lines(&desk).is_empty(), "another session's");
}
