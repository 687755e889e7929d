//! Functions by names that another compiler gives them too.

/// How deep types within types are told apart.
const DEEPEST: usize = 3;
/// Whose types have names of their own.
const STANDARD: [&str; 4] = ["alloc", "core", "std", "hashbrown"];

/// A symbol as people write it, without what changes from compiler to compiler: hashes, the folders of types, types deep within types.
pub fn name(symbol: &str) -> String {
    // What wasm-bindgen makes of a function has words behind its symbol.
    let (symbol, words) = symbol
        .split_once(' ')
        .map_or((symbol, None), |(symbol, words)| (symbol, Some(words)));
    let mut name = without_folders(&shallow(&format!("{:#}", rustc_demangle::demangle(symbol))));
    if let Some((start, hash)) = name.rsplit_once('_')
        && hash.len() == 16
        && hash.chars().all(|digit| digit.is_ascii_hexdigit())
    {
        name.truncate(start.len());
    }
    words.map_or(name.clone(), |words| format!("{name} {words}"))
}

/// `A<B<C<D<E>>>>` as `A<B<C<D<…>>>>`, were that too deep.
fn shallow(name: &str) -> String {
    let mut depth = 0;
    let mut before = ' ';
    let mut shallow = String::new();
    for letter in name.chars() {
        let is_arrow = before == '-' && letter == '>';
        before = letter;
        if letter == '<' {
            depth += 1;
            if depth == DEEPEST + 1 {
                shallow.push_str("<…>");
            }
        }
        if depth <= DEEPEST {
            shallow.push(letter);
        }
        if letter == '>' && !is_arrow {
            depth = depth.saturating_sub(1);
        }
    }
    shallow
}

/// `alloc::collections::btree::map::BTreeMap` as `BTreeMap`, `api::finding::Finding` as `finding::Finding`; the paths of functions and closures stay.
fn without_folders(name: &str) -> String {
    let mut whole = String::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let word: &str = rest
            .split(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != ':')
            .next()
            .unwrap_or_default();
        if word.is_empty() {
            whole.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let start = word
            .match_indices("::")
            .map(|(at, colons)| at + colons.len())
            .find(|at| {
                word.get(*at..)
                    .is_some_and(|next| next.starts_with(|letter: char| letter.is_uppercase()))
            });
        // Types of ours share names, but for the file they stand in.
        let folders = start
            .and_then(|start| word.get(..start))
            .map(|folders| folders.trim_end_matches("::"));
        if let Some(folders) = folders
            && !STANDARD.iter().any(|library| folders.starts_with(library))
        {
            whole.push_str(folders.rsplit("::").next().unwrap_or_default());
            whole.push_str("::");
        }
        whole.push_str(start.and_then(|start| word.get(start..)).unwrap_or(word));
        rest = rest.get(word.len()..).unwrap_or_default();
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::{name, shallow, without_folders};

    #[test]
    fn names_are_free_of_what_changes() {
        assert_eq!(name("_RNvCs1234_7mycrate3foo"), "mycrate::foo");
        assert_eq!(
            name("__wbg_fetch_0123456789abcdef externref shim"),
            "__wbg_fetch externref shim"
        );
        assert_eq!(
            shallow("<A<B<C<D>, E>> as F>::g::<fn(H) -> I>"),
            "<A<B<C<…>, E>> as F>::g::<fn(H) -> I>"
        );
        assert_eq!(
            without_folders("<alloc::vec::Vec<api::At> as core::cmp::Ord>::cmp"),
            "<Vec<api::At> as Ord>::cmp"
        );
        assert_eq!(
            without_folders("core::ptr::drop_in_place::<yaml::node::Node>"),
            "core::ptr::drop_in_place::<node::Node>"
        );
    }
}
