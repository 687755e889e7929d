//! Indexes as a text.

use std::collections::BTreeSet;

/// The indexes in a text such as `0,2-4`.
pub(super) fn indexes(text: &str) -> BTreeSet<i64> {
    let ranges = text.split(',').filter_map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        Some(first.parse().ok()?..=last.parse::<i64>().ok()?)
    });
    ranges.flatten().collect()
}

/// Models: pkg/controller/job/indexed_job_utils.go orderedIntervals String (v1.36).
pub(super) fn indexes_text(indexes: &BTreeSet<i64>) -> String {
    let mut ranges: Vec<(i64, i64)> = Vec::new();
    for index in indexes {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *index => *last = *index,
            _ => ranges.push((*index, *index)),
        }
    }
    let texts = ranges.into_iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first},{last}"),
        _ => format!("{first}-{last}"),
    });
    texts.collect::<Vec<_>>().join(",")
}
