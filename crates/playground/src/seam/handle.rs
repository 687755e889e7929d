use super::{Command, Done, Facts, Question, Task, Update};
use crate::lesson::judge;
use crate::reader::Reader;
use kubectl::{KubectlVersion, Output};
use network::Micros;
use std::cell::Cell;

/// Does what a command says.
pub fn handle(reader: &mut Reader, mut command: Command) -> Update {
    let number = command.number;
    let shown = std::mem::take(&mut command.shown);
    let asked_at = command.at;
    let begins_at = match &command.task {
        Task::Seed(_)
        | Task::Nodes(_)
        | Task::Proxy(_)
        | Task::NetworkPolicies(_)
        | Task::IpFamilies(_)
        | Task::KubectlVersion(_) => Some(Micros::ZERO),
        _ => None,
    };
    let is_opening = matches!(command.task, Task::Open(_) | Task::Step(_));
    let tells_facts = command.task.changes_session();
    let done = perform(reader, command);
    let begins_at = if is_opening { Some(reader.opening()) } else { begins_at };
    let at = begins_at.unwrap_or(asked_at);
    let answered = |question: Question| {
        let reply = question.answer(reader, at);
        (at, question, reply)
    };
    let answers = shown.into_iter().map(answered).collect();
    Update {
        number,
        changes: reader.take_changes(),
        begins_at,
        facts: tells_facts.then(|| Box::new(Facts::of(reader))),
        done,
        answers,
    }
}

fn perform(reader: &mut Reader, Command { at, task, visits, .. }: Command) -> Done {
    match task {
        Task::Open(scenario) => {
            *reader = Reader::new(scenario);
            return opened(reader);
        }
        Task::Step(step) => {
            reader.set_step(step);
            return opened(reader);
        }
        Task::Judge => return Done::Judged(judge(reader, at)),
        Task::Text(text) => reader.set_text(at, text),
        Task::Act(act) => return Done::Kept(reader.act(at, act)),
        Task::TakeBack(act) => return Done::Kept(reader.take_back(&act)),
        Task::Undo => return Done::Undone(reader.undo()),
        Task::Traffic(traffic) => reader.set_traffic(at, traffic),
        Task::Seed(seed) => reader.set_seed(seed),
        Task::Nodes(nodes) => reader.set_nodes(nodes),
        Task::Proxy(proxy) => reader.set_proxy(proxy),
        Task::NetworkPolicies(policies) => reader.set_network_policies(policies),
        Task::IpFamilies(families) => reader.set_ip_families(families),
        Task::KubectlVersion(version) => {
            reader.set_kubectl_version(KubectlVersion::read(&version).unwrap_or_default());
        }
        Task::StopForwarding => return Done::Kept(reader.stop_forwarding()),
        Task::Bring(until) => reader.bring(until),
        Task::Complete(line) => return Done::Completed(reader.complete(at, &line)),
        Task::Ask(questions) => {
            let reply = |(at, question): &(Micros, Question)| question.answer(reader, *at);
            return Done::Replies(questions.iter().map(reply).collect());
        }
        Task::Pass => {}
        task @ (Task::Perform(_) | Task::Since(..) | Task::Save { .. }) => {
            return print(reader, at, task, visits.as_deref());
        }
    }
    Done::Quietly
}

fn opened(reader: &Reader) -> Done {
    Done::Opened {
        notices: reader.notices().to_vec(),
        said: reader.said().cloned().collect(),
    }
}

/// Runs a command line; leaves all as it was if it asks for visits in vain.
fn print(reader: &mut Reader, at: Micros, task: Task, given: Option<&[crate::Visit]>) -> Done {
    let wanted = Cell::new(false);
    let visits = || {
        wanted.set(given.is_none());
        given.map(<[_]>::to_vec).unwrap_or_default()
    };
    let mut after = reader.clone();
    let (output, act) = match task {
        Task::Perform(line) => after.perform(at, &line, &visits),
        Task::Since(began, line) => (after.kubectl_since(began, at, &line, &visits), None),
        Task::Save { line, edit, text } => after.save(at, &line, (&edit, &text), &visits),
        _ => <(Output, Option<_>)>::default(),
    };
    if wanted.get() {
        return Done::WantsVisits;
    }
    let changed = after.revision() != reader.revision();
    *reader = after;
    Done::Printed {
        plain: reader.plain_words(at, &output),
        output: Box::new(output),
        act,
        changed,
    }
}
