//! The first story on the stage: one request, slowly, and a second one that goes to another pod.
//!
//! Every sentence follows from what the two requests really do: their hops, what was dialled, and the rule that decided.

use crate::hops::{self, PacketSummary};
use crate::outcomes;
use crate::requests::client;
use crate::say;
use crate::stage::short_rule;
use playground::seam::Mirror;
use playground::{Client, Leg, Micros, Outcome, Request};

/// How far ahead requests are looked for.
const AHEAD: Micros = Micros::from_seconds(5);
/// How long the second request may keep the reader waiting.
const PATIENCE: Micros = Micros::from_millis(2_500);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstStory {
    /// In order; there may be time between two of them.
    pub beats: Vec<Beat>,
}

/// A sentence, and the span of the simulation in which it is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beat {
    /// The number of the request.
    pub request: u64,
    pub from: Micros,
    pub until: Micros,
    /// How long it is read, in milliseconds of wall time.
    pub lasts: u64,
    /// Text between backticks is code.
    pub words: String,
}

impl Beat {
    /// The speed at which its span lasts as long as it is read, in percent of wall time.
    pub fn speed(&self) -> u32 {
        let span = (self.until - self.from).0;
        u32::try_from(span / (10 * self.lasts.max(1))).unwrap_or(100).max(1)
    }

    /// What is shown of it where nothing moves.
    pub fn middle(&self) -> Micros {
        Micros(self.from.0.midpoint(self.until.0))
    }
}

impl FirstStory {
    /// The story of the requests that are sent from a moment on; `None` if there are none.
    pub fn of(session: &Mirror, from: Micros) -> Option<Self> {
        let all = session.requests(from + AHEAD);
        let later: Vec<&Request> = all.iter().filter(|request| request.sent >= from).collect();
        let first = first(&later)?;
        let mut teller = Teller {
            session,
            beats: Vec::new(),
            told: first.sent,
        };
        teller.slowly(first);
        if let Some(second) = second(&later, first) {
            teller.again(second);
        }
        (!teller.beats.is_empty()).then_some(Self { beats: teller.beats })
    }

    /// The place of the sentence for a moment.
    pub fn at(&self, at: Micros) -> Option<usize> {
        self.beats.iter().position(|beat| beat.from <= at && at < beat.until)
    }

    /// The speed for a moment, in percent of wall time.
    pub fn speed(&self, at: Micros) -> u32 {
        let beat = self.at(at).and_then(|place| self.beats.get(place));
        beat.map_or(100, Beat::speed)
    }

    pub fn end(&self) -> Micros {
        self.beats.last().map_or(Micros::ZERO, |beat| beat.until)
    }
}

/// The first that shows the most: by name, to one of several pods, answered.
fn first<'r>(requests: &[&'r Request]) -> Option<&'r Request> {
    let by_name = |request: &&&Request| hops::lookup(request).is_some();
    let drawn = |request: &&&Request| draws(request);
    let all = || requests.iter();
    all()
        .find(|request| by_name(request) && drawn(request))
        .or_else(|| all().find(by_name))
        .or_else(|| all().find(drawn))
        .or_else(|| all().next())
        .copied()
}

/// Whether its endpoint was drawn from several, and answers.
fn draws(request: &Request) -> bool {
    let several = request.backend.as_ref().is_some_and(|backend| backend.of > 1);
    several && request.outcome == Outcome::Answered && request.routed.is_none() && !request.is_on_open_connection()
}

/// The next one to the same Service that goes to another pod.
fn second<'r>(requests: &[&'r Request], first: &Request) -> Option<&'r Request> {
    let pod = |request: &Request| request.backend.as_ref().map(|backend| backend.ip);
    let wanted = |request: &&&Request| {
        request.target.service == first.target.service
            && draws(request)
            && pod(request) != pod(first)
            && (first.done..first.done + PATIENCE).contains(&request.sent)
    };
    requests.iter().find(wanted).copied().filter(|_| draws(first))
}

struct Teller<'s> {
    session: &'s Mirror,
    beats: Vec<Beat>,
    /// Up to when the story has come.
    told: Micros,
}

impl Teller<'_> {
    fn say(&mut self, request: &Request, until: Micros, lasts: u64, words: String) {
        let from = self.told.max(request.sent);
        if from < until && !words.is_empty() {
            self.beats.push(Beat {
                request: request.number,
                from,
                until,
                lasts,
                words,
            });
            self.told = until;
        }
    }

    fn slowly(&mut self, request: &Request) {
        let who = client(&request.client);
        let Some(leg) = request.legs.first() else { return };
        let looked_up = hops::lookup(request);
        if let Some((from, to)) = looked_up {
            let name = &request.target.service.name;
            self.say(
                request,
                Micros(from.0.midpoint(to.0)),
                1_200,
                say::tale_asks(&who, &name),
            );
            let Some((ip, _)) = request.dialled else {
                return self.ends(request);
            };
            let found = say::tale_name(&name, &ip);
            self.say(request, to, 2_000, found);
        }
        if leg.to < request.done {
            self.say(request, leg.to, 1_200, sends(request, &who, looked_up.is_some()));
        }
        match request.legs.get(1) {
            Some(onward) if request.outcome == Outcome::Answered && request.routed.is_none() => {
                self.answered(request, *onward);
            }
            _ => self.ends(request),
        }
    }

    fn answered(&mut self, request: &Request, onward: Leg) {
        let Some(backend) = &request.backend else {
            return self.ends(request);
        };
        let pod = backend.name();
        let quarter = Micros((onward.to - onward.from).0 / 4);
        self.say(request, onward.from + quarter, 2_200, self.decided(request));
        let rewritten = say::tale_destination(&backend.address(), &pod);
        self.say(request, onward.to, 1_400, rewritten);
        let back = request.legs.get(3).map_or(request.done, |leg| leg.from);
        self.say(request, back, 800, say::tale_answers(&pod));
        let (who, service) = (client(&request.client), &request.target.service.name);
        let returns = match request.dialled {
            Some((ip, _)) => say::tale_back_as(&ip, &who, &service),
            None => say::tale_back(&who),
        };
        self.say(request, request.done, 1_600, returns);
    }

    /// Which rule chose the endpoint.
    fn decided(&self, request: &Request) -> String {
        let Some(backend) = &request.backend else {
            return String::new();
        };
        let pod = backend.name();
        let packet = PacketSummary::of(self.session, request.number);
        match packet.and_then(|packet| packet.decided) {
            Some((node, Some(rule))) if backend.of > 1 => {
                let rule = short_rule(&rule);
                say::tale_drawn(&node, &rule, &backend.of, &pod)
            }
            Some((node, Some(rule))) => say::tale_leads(&node, &short_rule(&rule), &pod),
            Some((node, None)) => say::tale_known(&node, &pod),
            None => say::tale_goes(&pod),
        }
    }

    /// How a request ends that is not simply answered.
    fn ends(&mut self, request: &Request) {
        let world = self.session.world(request.sent);
        let chosen = request.backend.as_ref().map(|_| self.decided(request));
        self.say(request, request.done, 3_600, outcomes::why(request, world, chosen));
    }

    /// The second request: only what is different.
    fn again(&mut self, request: &Request) {
        let (Some(leg), Some(onward)) = (request.legs.first(), request.legs.get(1)) else {
            return;
        };
        let name = &request.target.service.name;
        let asks = say::tale_now(&client(&request.client), &name);
        self.say(request, leg.to, 1_200, asks);
        let pod = request
            .backend
            .as_ref()
            .map(playground::Backend::name)
            .unwrap_or_default();
        let drawn = say::tale_another(&pod);
        self.say(request, onward.to, 2_600, drawn);
    }
}

fn sends(request: &Request, who: &str, by_name: bool) -> String {
    match (request.dialled, &request.client) {
        (Some(_), _) if by_name => say::tale_sends_there(&who),
        (Some((ip, port)), Client::Outside) => say::tale_sends_outside(&who, &ip, &port),
        (Some((ip, port)), _) => say::tale_sends_to(&who, &ip, &port),
        (None, _) => say::tale_sends(&who),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::played::Played;
    use crate::scenarios;

    fn story(scenario: usize) -> FirstStory {
        let mut session = Played::new(scenarios::ALL[scenario].scenario());
        session.run(Micros::from_seconds(6));
        let Some(story) = FirstStory::of(&session, Micros::ZERO) else {
            panic!("requests are sent")
        };
        story
    }

    fn words(story: &FirstStory) -> Vec<&str> {
        story.beats.iter().map(|beat| beat.words.as_str()).collect()
    }

    #[test]
    fn the_first_request_is_told_hop_by_hop_and_the_second_goes_to_another_pod() {
        let story = story(0);
        let told = words(&story);
        assert!(
            told[0].starts_with("front-end-") && told[0].ends_with(" wants to ask back-end."),
            "{told:?}"
        );
        assert_eq!(
            told[1],
            "The cluster's DNS knows the name: back-end is at 10.111.52.100, the Service's address."
        );
        assert!(told[2].ends_with(" sends its request to that address."), "{told:?}");
        assert!(told[3].starts_with("On minikube, `KUBE-SVC-"), "{told:?}");
        assert!(told[3].contains("draws one of 3 pods: back-end-"), "{told:?}");
        assert!(told[4].starts_with("Its destination is now 10.244.0."), "{told:?}");
        assert!(told[5].ends_with(" answers."), "{told:?}");
        assert!(
            told[6].starts_with("The answer comes back as if from 10.111.52.100"),
            "{told:?}"
        );
        let pod = told[5].trim_end_matches(" answers.");
        let last = told.last().copied().unwrap_or_default();
        assert!(
            last.starts_with("This time back-end-") && !last.contains(pod),
            "{told:?}"
        );
        assert_eq!(story.beats.len(), 9);
    }

    #[test]
    fn the_first_request_takes_about_ten_seconds_and_no_sentence_is_cut_short() {
        let story = story(0);
        let first = story.beats[0].request;
        let read: u64 = story
            .beats
            .iter()
            .filter(|beat| beat.request == first)
            .map(|beat| beat.lasts)
            .sum();
        assert!((9_000..=11_000).contains(&read), "{read}");
        for pair in story.beats.windows(2) {
            assert!(pair[0].until <= pair[1].from, "{pair:?}");
        }
        for beat in &story.beats {
            let shown = (beat.until - beat.from).0 / (10 * u64::from(beat.speed()));
            assert!(shown >= beat.lasts, "{beat:?} is shown for {shown} ms");
            assert_eq!(story.at(beat.middle()).map(|place| &story.beats[place]), Some(beat));
        }
    }

    #[test]
    fn a_refused_request_is_told_with_its_reason() {
        let told = words(&story(1)).join(" ");
        assert!(told.contains("shop has no ready endpoints"), "{told}");
        let told = words(&story(2)).join(" ");
        assert!(told.contains("nothing listens on"), "{told}");
    }

    #[test]
    fn a_request_from_outside_looks_up_no_name() {
        let told = words(&story(6)).join(" ");
        assert!(told.starts_with("laptop sends a request to 192.168.49.2:"), "{told}");
        assert!(!told.contains("DNS"), "{told}");
    }

    #[test]
    fn without_requests_there_is_no_story() {
        let mut scenario = scenarios::ALL[0].scenario();
        scenario.traffic = playground::Traffic::Chosen(Vec::new());
        let mut session = Played::new(scenario);
        session.run(Micros::from_seconds(6));
        assert_eq!(FirstStory::of(&session, Micros::ZERO), None);
    }
}
