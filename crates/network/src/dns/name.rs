//! Domain names as text: labels separated by dots; the final dot is the root.

/// The name with its final dot.
pub(super) fn qualified(name: &str) -> String {
    if name.ends_with('.') {
        name.to_owned()
    } else {
        format!("{name}.")
    }
}

/// The labels, without the root.
pub(super) fn labels(name: &str) -> impl DoubleEndedIterator<Item = &str> {
    name.split('.').filter(|label| !label.is_empty())
}

/// Whether a name is the zone or below it, ignoring case.
pub(super) fn is_within(zone: &str, name: &str) -> bool {
    below(zone, name).is_some()
}

/// The part of a name before the zone, without the dot; empty for the zone itself.
pub(super) fn below<'a>(zone: &str, name: &'a str) -> Option<&'a str> {
    let start = name.len().checked_sub(zone.len())?;
    let (before, end) = name.split_at_checked(start)?;
    if !end.eq_ignore_ascii_case(zone) {
        return None;
    }
    if before.is_empty() {
        return Some(before);
    }
    before.strip_suffix('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_lies_in_a_zone_by_whole_labels() {
        assert_eq!(below("cluster.local.", "Web.Cluster.Local."), Some("Web"));
        assert_eq!(below("cluster.local.", "cluster.local."), Some(""));
        assert_eq!(below("cluster.local.", "mycluster.local."), None);
        assert_eq!(below("cluster.local.", "local."), None);
    }
}
