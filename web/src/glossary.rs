//! Words of the page that a beginner does not know, said plainly: at their place, and all together in Help.

use crate::say;
use crate::state::Pane;

/// Word and meaning, as Help lists them.
pub fn glossary() -> [(&'static str, &'static str); 17] {
    [
        ("Service", say::word_service()),
        ("endpoint", say::word_endpoint()),
        ("selector", say::word_selector()),
        ("cluster IP", say::word_cluster_ip()),
        ("node port", say::word_node_port()),
        (say::tab_slices(), meaning(Pane::Slices)),
        (say::word_ready_name(), say::word_ready()),
        (say::tab_share(), meaning(Pane::Share)),
        (say::tab_text(), meaning(Pane::Text)),
        (say::tab_rules(), meaning(Pane::Rules)),
        ("kube-proxy", say::word_kube_proxy()),
        ("hop", say::word_hop()),
        (say::under_way(), say::word_under_way()),
        ("DNS", meaning(Pane::Names)),
        (say::header_reshuffle(), say::word_reshuffle()),
        (say::slow_motion(), say::word_slow_motion()),
        (say::keep_open(), say::kept_open()),
    ]
}

/// What a tab shows, in one sentence.
pub fn meaning(pane: Pane) -> &'static str {
    match pane {
        Pane::Lesson => say::tab_lesson_about(),
        Pane::Yaml => say::tab_yaml_about(),
        Pane::Traffic => say::tab_traffic_about(),
        Pane::Describe => say::tab_describe_about(),
        Pane::Get => say::tab_get_about(),
        Pane::Slices => say::tab_slices_about(),
        Pane::Rules => say::tab_rules_about(),
        Pane::Names => say::tab_names_about(),
        Pane::Requests => say::tab_requests_about(),
        Pane::Share => say::tab_share_about(),
        Pane::Text => say::tab_text_about(),
        Pane::Terminal => say::tab_terminal_about(),
    }
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
    fn the_list_has_each_word_once() {
        let words: std::collections::BTreeSet<_> = glossary().into_iter().map(|(word, _)| word).collect();
        assert_eq!(words.len(), glossary().len());
    }
}
