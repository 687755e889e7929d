//! Finds the names and addresses of objects in printed text, so that pointing at a word lights its object.

use crate::selection::Selection;
use playground::World;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Lines after this many are not searched, to keep long outputs fast.
pub const SEARCHED: usize = 400;

/// The object of each name and address.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mentions(BTreeMap<String, Selection>);

impl Mentions {
    /// Collects only names and addresses that occur in `texts`.
    ///
    /// If a pod and a Service have the same name, it means the Service.
    pub fn of<'t>(world: &World, texts: impl Iterator<Item = &'t str>) -> Self {
        let lines = texts.flat_map(|text| text.lines().take(SEARCHED));
        let words: BTreeSet<&str> = lines
            .flat_map(|line| line.split(|letter| !is_of_word(letter)))
            .collect();
        let addresses: BTreeSet<IpAddr> = words.iter().filter_map(|word| word.parse().ok()).collect();
        let mut found = Self::default();
        let mut note = |name: &str, ips: &[IpAddr], thing: &dyn Fn() -> Selection| {
            let known = ips.iter().filter(|ip| addresses.contains(ip));
            found.0.extend(known.map(|ip| (ip.to_string(), thing())));
            if words.contains(name) {
                found.0.insert(name.to_owned(), thing());
            }
        };
        for node in &world.nodes {
            note(&node.name, &[node.ip], &|| Selection::Node(node.name.clone()));
        }
        for pod in &world.pods {
            note(&pod.key.name, pod.ip.as_slice(), &|| Selection::Pod(pod.key.clone()));
        }
        for service in &world.services {
            let thing = || Selection::Service(service.key.clone());
            note(&service.key.name, &service.cluster_ips, &thing);
        }
        found
    }

    /// Splits a line into parts, each with the object it mentions. A value after `=` belongs to a label and mentions nothing.
    pub fn parts<'t>(&self, line: &'t str) -> Vec<(&'t str, Option<&Selection>)> {
        let mut parts = Vec::new();
        let (mut rest, mut plain) = (line, 0);
        let mut done = 0;
        while let Some(start) = rest.find(is_of_word) {
            let word_on = rest.get(start..).unwrap_or_default();
            let length = word_on.find(|letter| !is_of_word(letter)).unwrap_or(word_on.len());
            let word = word_on.get(..length).unwrap_or_default();
            let (from, to) = (done + start, done + start + length);
            let is_value = line.get(..from).is_some_and(|before| before.ends_with('='));
            if let Some(thing) = self.0.get(word).filter(|_| !is_value) {
                parts.push((line.get(plain..from).unwrap_or_default(), None));
                parts.push((word, Some(thing)));
                plain = to;
            }
            (rest, done) = (line.get(to..).unwrap_or_default(), to);
        }
        parts.push((line.get(plain..).unwrap_or_default(), None));
        parts.retain(|(text, _)| !text.is_empty());
        parts
    }
}

fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::played::Played;
    use crate::scenarios;
    use playground::Micros;

    fn spoken_of(line: &str) -> Vec<String> {
        let session = Played::new(scenarios::ALL[0].scenario());
        let things = Mentions::of(session.world(Micros::ZERO), std::iter::once(line));
        let parts = things.parts(line);
        let whole: String = parts.iter().map(|(text, _)| *text).collect();
        assert_eq!(whole, line, "nothing is lost");
        let named = parts.into_iter().filter_map(|(text, thing)| Some((text, thing?)));
        named
            .map(|(text, thing)| format!("{text} = {}", thing.station()))
            .collect()
    }

    #[test]
    fn addresses_and_names_are_known_and_labels_are_not_taken_for_them() {
        assert_eq!(
            spoken_of("Endpoints:   10.244.0.5:80,10.244.0.6:80"),
            [
                "10.244.0.5 = pod/default/back-end-1",
                "10.244.0.6 = pod/default/back-end-2"
            ]
        );
        assert_eq!(spoken_of("Selector:  app=myapp,type=back-end"), Vec::<String>::new());
        assert_eq!(
            spoken_of("-A KUBE-SERVICES -d 10.111.52.100/32 --comment \"default/back-end cluster IP\""),
            [
                "10.111.52.100 = service/default/back-end",
                "back-end = service/default/back-end"
            ]
        );
        assert_eq!(spoken_of("10.244.0.51"), Vec::<String>::new(), "a longer address");
        assert_eq!(spoken_of("→ minikube"), ["minikube = node/minikube"]);
    }
}
