use super::*;
use crate::dropped::Dropped;
use crate::saved::Saving;
use crate::scenarios;
use crate::stage::MapAction;
use playground::{Micros, Proxy, Traffic, share};

fn page(opening: Opening) -> (AppState, Rc<Live>) {
    let live = Live::here();
    (AppState::open(opening, &live), live)
}

fn text(live: &Live) -> String {
    live.session.borrow().text().to_owned()
}

fn draft(text: &str) -> Scenario {
    Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    }
}

#[test]
fn a_page_opens_with_the_first_scenario_and_plays() {
    let (state, live) = page(Opening::default());
    assert_eq!(state.lesson.map(|lesson| lesson.title), Some(scenarios::ALL[0].title));
    assert_eq!(text(&live), scenarios::ALL[0].text);
    assert!(live.playing());
    assert_eq!(live.at(), Micros::ZERO);
}

#[test]
fn a_draft_comes_back_and_an_embedded_stage_shows_none() {
    let opening = Opening {
        draft: Some(draft("kind: Mine")),
        ..Opening::default()
    };
    let (_, live) = page(opening.clone());
    assert_eq!(text(&live), "kind: Mine");
    let (_, live) = page(Opening { embed: true, ..opening });
    assert_eq!(text(&live), scenarios::ALL[0].text);
}

#[test]
fn a_link_restores_text_seed_acts_traffic_and_view_and_keeps_the_draft() {
    let (mut state, live) = page(Opening::default());
    update(
        &mut state,
        &live,
        Action::Edit("# mine\n".to_owned() + scenarios::ALL[3].text),
    );
    update(&mut state, &live, Action::Reseed);
    update(&mut state, &live, Action::Show(Pane::Slices));
    update(&mut state, &live, Action::Speed(50));
    update(&mut state, &live, Action::TogglePlay);
    update(&mut state, &live, Action::Seek(Micros::from_millis(1_234)));
    let pod = ObjectKey::new("default", "api-1");
    update(&mut state, &live, Action::SetReady(pod, false));
    update(&mut state, &live, Action::SetTraffic(Traffic::Chosen(Vec::new())));
    let sent = state.scenario(&live);

    let (mut opened, other) = page(Opening {
        fragment: format!("#{}", share::encode(&sent)),
        draft: Some(draft("kind: Draft")),
        ..Opening::default()
    });
    assert_eq!(opened.scenario(&other), sent);
    assert!(!other.playing());
    update(&mut opened, &other, Action::Earlier);
    assert_eq!(text(&other), "kind: Draft");
}

#[test]
fn another_way_for_kube_proxy_to_work_plays_all_anew_and_is_marked_where_it_is_modelled() {
    let (mut state, live) = page(Opening::default());
    update(&mut state, &live, Action::Seek(Micros::from_seconds(3)));
    update(&mut state, &live, Action::Proxy(Proxy::Ipvs));
    assert_eq!(live.at(), Micros::ZERO);
    assert_eq!(state.scenario(&live).proxy, Proxy::Ipvs);
    let session = live.session.borrow();
    assert!(session.caveats(live.at())[0].contains("modelled after kube-proxy's source"));
}

#[test]
fn a_damaged_link_is_told_and_the_draft_opens() {
    let (state, live) = page(Opening {
        fragment: "#v1.d.broken".to_owned(),
        draft: Some(draft("kind: Draft")),
        ..Opening::default()
    });
    assert_eq!(text(&live), "kind: Draft");
    assert!(
        state
            .toast
            .is_some_and(|toast| toast.bad && toast.text.contains("damaged"))
    );
}

#[test]
fn a_fragment_that_is_no_link_is_left_alone() {
    let (state, _) = page(Opening {
        fragment: "#stage".to_owned(),
        ..Opening::default()
    });
    assert_eq!(state.toast, None);
}

#[test]
fn choosing_a_scenario_loses_no_text_of_the_learners_own() {
    let (mut state, live) = page(Opening::default());
    update(&mut state, &live, Action::Edit("kind: Mine".to_owned()));
    assert_eq!(state.lesson, None);
    let effects = update(&mut state, &live, Action::Choose(&scenarios::ALL[1]));
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::LeaveText(kept) if kept.text == "kind: Mine"))
    );
    assert_eq!(text(&live), scenarios::ALL[1].text);
    update(&mut state, &live, Action::Earlier);
    assert_eq!(text(&live), "kind: Mine");
}

#[test]
fn undo_brings_back_a_scenario_with_all_that_belongs_to_it() {
    let (mut state, live) = page(Opening::default());
    update(&mut state, &live, Action::Edit("kind: Mine".to_owned()));
    update(&mut state, &live, Action::Nodes(3));
    update(&mut state, &live, Action::Choose(&scenarios::ALL[1]));
    assert_eq!(live.session.borrow().nodes(), 1);
    // As the editor does it: the text alone.
    update(&mut state, &live, Action::Edit("kind: Mine".to_owned()));
    assert_eq!((text(&live).as_str(), live.session.borrow().nodes()), ("kind: Mine", 3));
    update(&mut state, &live, Action::Edit(scenarios::ALL[1].text.to_owned()));
    assert_eq!(live.session.borrow().nodes(), 1, "and once more, what was undone");
    // As the key does it outside of the editor.
    update(&mut state, &live, Action::UndoAct);
    assert_eq!((text(&live).as_str(), live.session.borrow().nodes()), ("kind: Mine", 3));
}

#[test]
fn files_that_are_dropped_become_one_text_and_can_be_undone() {
    let (mut state, live) = page(Opening::default());
    update(&mut state, &live, Action::Edit("kind: Mine".to_owned()));
    let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let dropped = Dropped::Texts(vec![file("a.yaml", "kind: A\n\n"), file("b.yaml", "kind: B")]);
    let effects = update(&mut state, &live, Action::Drop(dropped));
    assert_eq!(text(&live), "kind: A\n---\nkind: B\n");
    assert!(effects.contains(&Effect::SaveDraft) && effects.contains(&Effect::ClearFragment));
    let toast = state.toast.clone().map(|toast| toast.text);
    assert_eq!(toast.as_deref(), Some("Opened a.yaml, b.yaml. Your text is saved."));
    update(&mut state, &live, Action::UndoAct);
    assert_eq!(text(&live), "kind: Mine");
    update(
        &mut state,
        &live,
        Action::Drop(Dropped::Refused("a.png is no text.".to_owned())),
    );
    assert_eq!(text(&live), "kind: Mine");
    assert!(state.toast.is_some_and(|toast| toast.bad));
}

#[test]
fn it_is_said_once_when_texts_are_kept_no_more() {
    let (mut state, live) = page(Opening {
        can_store: true,
        ..Opening::default()
    });
    assert_eq!(state.saving, Saving::Works);
    update(&mut state, &live, Action::Saved(Saving::Full));
    assert!(
        state
            .toast
            .as_ref()
            .is_some_and(|toast| toast.bad && toast.text.contains("no room left"))
    );
    update(&mut state, &live, Action::DismissToast);
    update(&mut state, &live, Action::Saved(Saving::Full));
    assert_eq!(state.toast, None);
    let (state, _) = page(Opening::default());
    assert_eq!(state.saving, Saving::Denied);
}

#[test]
fn an_act_can_be_taken_back() {
    let (mut state, live) = page(Opening::default());
    let pod = ObjectKey::new("default", "back-end-2");
    update(&mut state, &live, Action::Delete(pod));
    assert_eq!(live.session.borrow().acts().len(), 1);
    assert_eq!(
        state.toast.as_ref().and_then(|toast| toast.offer),
        Some(ToastOffer::Undo)
    );
    update(&mut state, &live, Action::UndoAct);
    assert!(live.session.borrow().acts().is_empty());
}

#[test]
fn scrubbing_holds_the_playhead_and_lets_it_go_again() {
    let (mut state, live) = page(Opening::default());
    update(&mut state, &live, Action::ScrubStart);
    live.tick(50.0);
    assert_eq!(live.at(), Micros::ZERO);
    update(&mut state, &live, Action::ScrubEnd);
    live.tick(50.0);
    assert_eq!(live.at(), Micros::from_millis(50));
}

#[test]
fn borders_stay_within_reason() {
    let (mut state, live) = page(Opening::default());
    update(&mut state, &live, Action::Divide(Divider::Editor, 3.0));
    assert!((state.layout.editor - 16.0).abs() < f64::EPSILON);
    update(&mut state, &live, Action::Divide(Divider::Editor, f64::NAN));
    assert!((state.layout.editor - 16.0).abs() < f64::EPSILON);
}

#[test]
fn escape_closes_one_thing_at_a_time() {
    let (mut state, live) = page(Opening::default());
    update(&mut state, &live, Action::Select(Some(Selection::Request(1))));
    update(&mut state, &live, Action::Open(Overlay::Help));
    update(&mut state, &live, Action::Close);
    assert!(state.overlay.is_none() && state.selection.is_some());
    update(&mut state, &live, Action::Close);
    assert_eq!(state.selection, None);
}

fn pod(name: &str) -> ObjectKey {
    ObjectKey::new("default", name)
}

fn done(live: &Live) -> Vec<String> {
    live.session
        .borrow()
        .acts()
        .iter()
        .map(|done| act_words(&done.act))
        .collect()
}

#[test]
fn a_label_is_written_anew_renamed_added_and_taken_off_by_the_command_it_equals() {
    let (mut state, live) = page(Opening::default());
    let mut write = |key: Option<&str>, written: &str| {
        let label = Action::Label(pod("back-end-1"), key.map(ToOwned::to_owned), written.to_owned());
        update(&mut state, &live, label);
    };
    write(Some("type"), "type=spare");
    write(Some("type"), "tier=spare");
    write(None, "team=shop");
    write(Some("team"), "");
    write(Some("tier"), "tier=spare");
    assert_eq!(
        done(&live),
        [
            "kubectl label pod back-end-1 type=spare --overwrite",
            "kubectl label pod back-end-1 type- tier=spare --overwrite",
            "kubectl label pod back-end-1 team=shop --overwrite",
            "kubectl label pod back-end-1 team- --overwrite",
        ]
    );
    let labels = live
        .session
        .borrow()
        .world(live.at())
        .pod(&pod("back-end-1"))
        .map(|pod| pod.labels.clone());
    assert_eq!(
        labels.into_iter().flatten().collect::<Vec<_>>(),
        [
            ("app".to_owned(), "myapp".to_owned()),
            ("tier".to_owned(), "spare".to_owned())
        ]
    );
}

#[test]
fn a_label_that_kubectl_refuses_is_refused_in_its_words() {
    let (mut state, live) = page(Opening::default());
    update(
        &mut state,
        &live,
        Action::Label(pod("back-end-1"), None, "no good=at all".to_owned()),
    );
    assert!(done(&live).is_empty());
    assert!(
        state
            .toast
            .is_some_and(|toast| toast.bad && toast.text.starts_with("error: "))
    );
}

#[test]
fn keys_on_a_station_do_what_its_card_offers() {
    let (mut state, live) = page(Opening::default());
    let on = |name: &str| Selection::Pod(pod(name));
    update(&mut state, &live, Action::Map(on("back-end-1"), MapAction::ToggleReady));
    update(&mut state, &live, Action::Map(on("front-end-1"), MapAction::SendOne));
    update(&mut state, &live, Action::Map(on("redis-1"), MapAction::SendBurst));
    update(&mut state, &live, Action::Map(on("back-end-2"), MapAction::Delete));
    assert_eq!(
        done(&live),
        [
            "# from here on the readiness probe of back-end-1 fails",
            "# 1 request from front-end-1 to back-end",
            "# 50 requests from redis-1 to back-end",
            "kubectl delete pod back-end-2",
        ]
    );
}

#[test]
fn replicas_are_stepped_from_a_pod_and_from_its_service() {
    let (mut state, live) = page(Opening::default());
    update(&mut state, &live, Action::Choose(&scenarios::ALL[4]));
    let service = Selection::Service(pod("hello"));
    let of = |live: &Live| workload(live, &service).and_then(|workload| workload.replicas);
    assert_eq!(of(&live), Some(3));
    update(&mut state, &live, Action::Map(service.clone(), MapAction::More));
    assert_eq!(of(&live), Some(4));
    update(&mut state, &live, Action::Map(service.clone(), MapAction::Fewer));
    update(&mut state, &live, Action::UndoAct);
    assert_eq!(of(&live), Some(4));
}

#[test]
fn marks_are_stepped_from_one_to_the_next_and_back() {
    let (mut state, live) = page(Opening::default());
    for (seconds, name) in [(2, "back-end-1"), (4, "back-end-2")] {
        update(&mut state, &live, Action::Seek(Micros::from_seconds(seconds)));
        update(&mut state, &live, Action::Delete(pod(name)));
    }
    update(&mut state, &live, Action::Seek(Micros::from_seconds(6)));
    update(&mut state, &live, Action::Start);
    assert_eq!(live.at(), Micros::ZERO);
    update(&mut state, &live, Action::NextMark);
    assert_eq!(live.at(), Micros::from_seconds(2));
    update(&mut state, &live, Action::End);
    update(&mut state, &live, Action::PreviousMark);
    assert_eq!(
        live.at().seconds(),
        5,
        "a request found nobody where the second pod was"
    );
}

fn typed(state: &AppState) -> Vec<(String, String)> {
    let entries = state.terminal.entries.iter();
    entries
        .map(|entry| {
            let output = entry.output.stdout.clone() + &entry.output.stderr;
            (entry.command.clone(), output)
        })
        .collect()
}

#[test]
fn what_is_done_on_the_stage_stands_in_the_terminal_as_the_command_it_equals() {
    let (mut state, live) = page(Opening::default());
    update(&mut state, &live, Action::Delete(pod("back-end-2")));
    update(&mut state, &live, Action::SetReady(pod("back-end-1"), false));
    let commands: Vec<String> = typed(&state).into_iter().map(|(command, _)| command).collect();
    assert_eq!(
        commands,
        [
            "kubectl delete pod back-end-2",
            "# from here on the readiness probe of back-end-1 fails"
        ]
    );
    assert!(typed(&state)[0].1.starts_with("pod \"back-end-2\" deleted"));
}

#[test]
fn each_act_can_be_taken_back_by_itself() {
    let (mut state, live) = page(Opening::default());
    update(
        &mut state,
        &live,
        Action::Run("kubectl delete pod back-end-1\nkubectl delete pod back-end-2".to_owned()),
    );
    let first = state.terminal.entries[0].act.clone();
    let Some(first) = first else {
        panic!("a command that deletes is no act")
    };
    update(&mut state, &live, Action::TakeBack(first));
    let left: Vec<String> = live
        .session
        .borrow()
        .acts()
        .iter()
        .map(|act| act_words(&act.act))
        .collect();
    assert_eq!(left, ["kubectl delete pod back-end-2"]);
    assert_eq!(state.terminal.entries.len(), 2, "what was typed stays in sight");
}

#[test]
fn commands_run_line_by_line_and_are_kept_to_be_typed_again() {
    let (mut state, live) = page(Opening::default());
    let effects = update(
        &mut state,
        &live,
        Action::Run("k get svc\nls\nclear\nkubectl get ns -o name".to_owned()),
    );
    assert_eq!(typed(&state).len(), 1);
    assert!(typed(&state)[0].1.contains("namespace/default\n"));
    let kept = ["k get svc", "ls", "clear", "kubectl get ns -o name"].map(str::to_owned);
    assert_eq!(effects, [Effect::SaveHistory(Rc::new(kept.into()))]);
}

#[test]
fn a_here_document_is_an_act_that_a_link_carries() {
    let (mut state, live) = page(Opening::default());
    let command = "kubectl apply -f - <<EOF\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\nEOF";
    update(&mut state, &live, Action::Run(command.to_owned()));
    assert_eq!(typed(&state)[0].1, "namespace/shop created\n");
    let (opened, _) = page(Opening {
        fragment: share::encode(&state.scenario(&live)),
        ..Opening::default()
    });
    assert_eq!(typed(&opened), typed(&state));
}

#[test]
fn the_terminal_begins_anew_with_another_cluster() {
    let (mut state, live) = page(Opening::default());
    update(&mut state, &live, Action::Run("kubectl get svc".to_owned()));
    update(&mut state, &live, Action::Choose(&scenarios::ALL[1]));
    assert!(state.terminal.entries.is_empty());
    assert_eq!(state.terminal.history.len(), 1);
}

#[test]
fn a_command_that_waits_ends_when_time_has_brought_what_it_waits_for() {
    let (mut state, live) = page(Opening::default());
    let command = "kubectl wait --for=condition=Ready pod/back-end-1 --timeout=60s";
    let pod = ObjectKey::new("default", "back-end-1");
    update(&mut state, &live, Action::SetReady(pod.clone(), false));
    update(&mut state, &live, Action::Run(command.to_owned()));
    assert_eq!(typed(&state)[1].1, "");
    assert!(state.terminal.entries[1].output.waits_until.is_some());
    update(&mut state, &live, Action::Seek(Micros::from_seconds(3)));
    update(&mut state, &live, Action::SetReady(pod, true));
    assert_eq!(typed(&state)[1].1, "pod/back-end-1 condition met\n");
}

#[test]
fn a_command_that_waits_can_be_stopped() {
    let (mut state, live) = page(Opening::default());
    update(
        &mut state,
        &live,
        Action::Run("kubectl wait --for=delete pod/back-end-1".to_owned()),
    );
    update(&mut state, &live, Action::Abandon(String::new()));
    assert_eq!(state.terminal.entries.len(), 1);
    assert_eq!(state.terminal.entries[0].output.waits_until, None);
}

#[test]
fn kubectl_edit_opens_a_text_over_the_learners_and_sends_it_when_it_is_saved() {
    let (mut state, live) = page(Opening::default());
    let own = live.session.borrow().text().to_owned();
    let command = "kubectl edit svc/back-end";
    update(&mut state, &live, Action::Run(command.to_owned()));
    let Some(editing) = state.terminal.editing.clone() else {
        panic!("an editor opens")
    };
    assert_eq!(editing.edit.title, "service/back-end");
    update(&mut state, &live, Action::Run(command.to_owned()));
    let busy = "error: an object is open in the editor already: save it or cancel\n";
    assert_eq!(typed(&state)[1].1, busy);
    let text = editing
        .edit
        .text
        .replace("sessionAffinity: None", "sessionAffinity: ClientIP");
    update(&mut state, &live, Action::SaveObject(text));
    assert_eq!(state.terminal.editing, None);
    assert_eq!(typed(&state)[0].1, "service/back-end edited\n");
    assert!(state.terminal.entries[0].act.is_some());
    assert_eq!(live.session.borrow().text(), own);
}

#[test]
fn an_edit_that_is_refused_opens_again_and_can_be_cancelled() {
    let (mut state, live) = page(Opening::default());
    update(&mut state, &live, Action::Run("kubectl edit svc/back-end".to_owned()));
    let Some(editing) = state.terminal.editing.clone() else {
        panic!("an editor opens")
    };
    let text = editing
        .edit
        .text
        .replace("sessionAffinity: None", "sessionAffinity: Some");
    update(&mut state, &live, Action::SaveObject(text));
    let Some(again) = state.terminal.editing.clone() else {
        panic!("it opens again")
    };
    assert!(again.number != editing.number && again.edit.text.contains("sessionAffinity: Some"));
    assert!(
        again
            .edit
            .text
            .contains("# services \"back-end\" was not valid:\n# * spec.sessionAffinity: ")
    );
    update(&mut state, &live, Action::CancelObject);
    assert_eq!(state.terminal.editing, None);
    assert!(live.session.borrow().acts().is_empty());
}
