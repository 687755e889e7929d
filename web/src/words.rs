//! Words of the page that a beginner does not know, said plainly: at their place, and all together in Help.

use crate::state::Pane;

/// What `keep the connection open` does.
pub const KEPT_OPEN: &str = "The client sends all its requests through one connection. The pod is chosen once, when it opens, so that all go to the same pod.";

/// Word and meaning, as Help lists them.
pub const GLOSSARY: [(&str, &str); 17] = [
    (
        "Service",
        "one name and one address for a group of pods that do the same",
    ),
    (
        "endpoint",
        "the address and port of a pod to which the Service may send requests",
    ),
    (
        "selector",
        "the labels that a pod must have to be behind the Service, all of them",
    ),
    (
        "cluster IP",
        "the Service's address inside the cluster, for which the rules of each node stand",
    ),
    (
        "node port",
        "a port that every node opens, so that a Service can be reached from outside",
    ),
    ("endpoint slices", meaning(Pane::Slices)),
    ("ready", "the pod says that it can answer; only ready pods get requests"),
    ("spread", meaning(Pane::Share)),
    ("text view", meaning(Pane::Text)),
    ("rules", meaning(Pane::Rules)),
    (
        "kube-proxy",
        "the program on each node that writes those rules; their mode says in which way: iptables, nftables or ipvs",
    ),
    (
        "hop",
        "one part of the way of a request: to the Service, to the pod, and back",
    ),
    ("under way", "the request has been sent, and has not ended yet"),
    ("DNS", meaning(Pane::Names)),
    (
        "Reshuffle",
        "start again with other random choices; the same number, the seed, gives the same choices on every machine",
    ),
    (
        "slow motion",
        "each step of a request takes 420 ms here, so that you can follow it; on a real node it takes microseconds",
    ),
    ("keep the connection open", KEPT_OPEN),
];

/// What a tab shows, in one sentence.
pub const fn meaning(pane: Pane) -> &'static str {
    match pane {
        Pane::Lesson => "what this scenario is about, and what there is to do",
        Pane::Yaml => "the manifests of the cluster; what you change here is applied as you type",
        Pane::Traffic => "who sends requests to whom, and how many",
        Pane::Describe => "what kubectl describe prints of the selected Service",
        Pane::Get => "what kubectl get prints",
        Pane::Slices => {
            "the lists in which the cluster keeps the addresses of a Service's pods, and which of them are ready"
        }
        Pane::Rules => "what kube-proxy wrote on the node, by which a pod is chosen",
        Pane::Names => "how a name such as back-end becomes the Service's address, question by question",
        Pane::Requests => "each request, where it went and how it ended",
        Pane::Share => "which pod got how many of the requests",
        Pane::Text => "what the map shows, in words and tables, to read or to have read aloud",
        Pane::Terminal => "a terminal for kubectl on this cluster",
    }
}

/// How many requests were answered of all that have ended.
pub fn answered(answered: usize, ended: usize) -> String {
    format!("{answered} of {ended}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tab_says_what_it_shows() {
        for pane in Pane::ALL {
            let words = meaning(pane);
            assert!(words.len() > 20 && !words.ends_with('.'), "{pane:?}");
        }
    }

    #[test]
    fn the_count_says_what_it_counts() {
        assert_eq!(answered(40, 41), "40 of 41");
    }

    #[test]
    fn the_list_has_each_word_once() {
        let words: std::collections::BTreeSet<_> = GLOSSARY.iter().map(|(word, _)| word).collect();
        assert_eq!(words.len(), GLOSSARY.len());
    }
}
