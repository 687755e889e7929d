//! Expands aliases, checks merges, and refuses what go-yaml cannot decode.
//!
//! Models: go.yaml.in/yaml/v2 decode.go (vendored by v1.36).

use super::raw::{MAX_DEPTH, Raw, RawKind};
use crate::node::{Node, NodeKind};
use crate::resolve;
use crate::rule::SyntaxRule;
use crate::scan::{Mark, Problem, Scanned};

/// Most nodes that aliases stand for. go-yaml's own limit is a share of all nodes: it lets a short text become millions.
const MOST_ALIASED: u64 = 100_000;

/// The node with this number, with all that is in it.
pub fn expand(tree: &[Raw], root: usize) -> Scanned<Node> {
    let mut expansion = Expansion {
        tree,
        open: Vec::new(),
        depth: 0,
        decoded: 0,
        by_alias: 0,
    };
    expansion.node(root)
}

/// Expands aliases, and reports what cannot be decoded in go-yaml's order.
struct Expansion<'a> {
    tree: &'a [Raw],
    /// Aliases that are being expanded, to detect one that contains itself.
    open: Vec<usize>,
    depth: usize,
    decoded: u64,
    by_alias: u64,
}

impl Expansion<'_> {
    fn node(&mut self, id: usize) -> Scanned<Node> {
        let Some(raw) = self.tree.get(id) else {
            return Err(Problem::placeless(
                "unknown problem parsing YAML content",
                Mark::default(),
            ));
        };
        self.count(raw.mark)?;
        if self.depth >= MAX_DEPTH {
            return Err(Problem::placeless((SyntaxRule::TooDeep, "nested too deeply"), raw.mark));
        }
        self.depth += 1;
        let kind = self.kind(id, raw);
        self.depth -= 1;
        Ok(Node {
            span: raw.span.clone(),
            kind: kind?,
        })
    }

    fn kind(&mut self, id: usize, raw: &Raw) -> Scanned<NodeKind> {
        Ok(match &raw.kind {
            RawKind::Scalar { text, plain, tag } => {
                resolve::refuse_tag(text, *plain, tag.as_deref()).map_or(Ok(()), |words| Err(raw.problem(words)))?;
                NodeKind::Scalar {
                    text: text.clone(),
                    plain: *plain,
                    tag: tag.clone(),
                }
            }
            RawKind::Sequence(items) => {
                let items: Scanned<Vec<Node>> = items.iter().map(|item| self.node(*item)).collect();
                NodeKind::Sequence(items?)
            }
            RawKind::Mapping(pairs) => {
                let pairs: Scanned<Vec<(Node, Node)>> = pairs.iter().map(|pair| self.pair(*pair)).collect();
                NodeKind::Mapping(pairs?)
            }
            RawKind::Alias { name, target } => {
                if self.open.contains(&id) {
                    return Err(Problem::placeless(
                        (
                            SyntaxRule::AnchorCircular,
                            format!("anchor '{name}' value contains itself"),
                        ),
                        raw.mark,
                    ));
                }
                self.open.push(id);
                let node = self.node(*target);
                self.open.pop();
                node?.kind
            }
        })
    }

    fn pair(&mut self, (key, value): (usize, usize)) -> Scanned<(Node, Node)> {
        if let Some(raw) = self.tree.get(key).filter(|raw| is_merge(raw)) {
            self.refuse_merge(value)?;
            let RawKind::Scalar { text, plain, tag } = &raw.kind else {
                return Err(Problem::placeless("unknown problem parsing YAML content", raw.mark));
            };
            let kind = NodeKind::Scalar {
                text: text.clone(),
                plain: *plain,
                tag: tag.clone(),
            };
            let key = Node {
                span: raw.span.clone(),
                kind,
            };
            return Ok((key, self.node(value)?));
        }
        let mark = self.tree.get(key).map_or(Mark::default(), |raw| raw.mark);
        let key = self.node(key)?;
        if !matches!(key.kind, NodeKind::Scalar { .. }) {
            let words = format!("invalid map key: {}", resolve::go_syntax(&resolve::resolve(&key)));
            return Err(Problem::placeless((SyntaxRule::KeyNotText, words), mark).until(key.span.end));
        }
        Ok((key, self.node(value)?))
    }

    /// Refuses a merge (`<<`) of anything but mappings.
    fn refuse_merge(&self, value: usize) -> Scanned<()> {
        let is_mapping = |id: usize| match self.tree.get(id).map(|raw| &raw.kind) {
            Some(RawKind::Mapping(_)) => true,
            Some(RawKind::Alias { target, .. }) => {
                matches!(self.tree.get(*target).map(|raw| &raw.kind), Some(RawKind::Mapping(_)))
            }
            _ => false,
        };
        let fits = match self.tree.get(value).map(|raw| &raw.kind) {
            Some(RawKind::Sequence(items)) => items.iter().all(|item| is_mapping(*item)),
            _ => is_mapping(value),
        };
        let words = (
            SyntaxRule::MergeNotMap,
            "map merge requires map or sequence of maps as the value",
        );
        match self.tree.get(value).filter(|_| !fits) {
            Some(raw) => Err(raw.problem(words)),
            None => Ok(()),
        }
    }

    /// Counts decoded nodes and refuses a small text that aliases blow up into a huge tree.
    ///
    /// Models: decode.go unmarshal, allowedAliasRatio.
    fn count(&mut self, mark: Mark) -> Scanned<()> {
        const LOW: u64 = 400_000;
        const RANGE: u64 = 3_600_000;
        self.decoded += 1;
        self.by_alias += u64::from(!self.open.is_empty());
        if self.by_alias > MOST_ALIASED {
            return Err(Problem::placeless(
                (
                    SyntaxRule::AliasesTooMany,
                    format!("aliases stand for more than {MOST_ALIASED} values, the most the playground reads"),
                ),
                mark,
            ));
        }
        let beyond = self.decoded.saturating_sub(LOW).min(RANGE);
        let allowed = (99 * RANGE - 89 * beyond) * self.decoded;
        if self.by_alias > 100 && self.decoded > 1000 && self.by_alias * 100 * RANGE > allowed {
            return Err(Problem::placeless(
                (SyntaxRule::AliasesTooMany, "document contains excessive aliasing"),
                mark,
            ));
        }
        Ok(())
    }
}

fn is_merge(raw: &Raw) -> bool {
    matches!(&raw.kind, RawKind::Scalar { text, plain, tag } if text == "<<" && resolve::is_merge_key(*plain, tag.as_deref()))
}
