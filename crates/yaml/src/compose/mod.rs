//! Parser and composer: turns tokens into a tree of [`Node`]s.
//!
//! Models: go.yaml.in/yaml/v2 parserc.go and decode.go (vendored by v1.36).

mod expand;
mod raw;

use crate::node::Node;
use crate::rule::SyntaxRule;
use crate::scan::{Mark, Problem, Scanned, Scanner, Token, TokenKind};
use raw::{MAX_DEPTH, Raw, RawKind};

use std::collections::BTreeMap;

/// Reads the first document of `text`, which must end with a line break. `None` if it holds no document.
pub fn read(text: &str) -> Scanned<Option<Node>> {
    let mut composer = Composer {
        scanner: Scanner::new(text),
        tags: Vec::new(),
        anchors: BTreeMap::new(),
        tree: Vec::new(),
        depth: 0,
    };
    let Some(root) = composer.document()? else {
        return Ok(None);
    };
    expand::expand(&composer.tree, root).map(Some)
}

/// Anchor and tag in front of a node's content.
#[derive(Default)]
struct Properties {
    anchor: Option<String>,
    tag: Option<(String, String, Mark)>,
}

struct Composer<'a> {
    scanner: Scanner<'a>,
    tags: Vec<(String, String)>,
    anchors: BTreeMap<String, usize>,
    tree: Vec<Raw>,
    depth: usize,
}

impl Composer<'_> {
    fn document(&mut self) -> Scanned<Option<usize>> {
        let first = self.scanner.peek()?;
        if first.kind == TokenKind::StreamEnd {
            return Ok(None);
        }
        let root = if starts_explicitly(&first.kind) {
            self.directives()?;
            let token = self.scanner.peek()?;
            if token.kind != TokenKind::DocumentStart {
                return Err(Problem::parsing(
                    (SyntaxRule::DocumentExpected, "did not find expected <document start>"),
                    token.start,
                ));
            }
            self.scanner.next()?;
            self.explicit_content()?
        } else {
            self.directives()?;
            self.node(true, false)?
        };
        // go-yaml peeks one token past the document, so an error there counts too.
        self.scanner.peek()?;
        Ok(Some(root))
    }

    fn explicit_content(&mut self) -> Scanned<usize> {
        let token = self.scanner.peek()?;
        let mark = token.start;
        match token.kind {
            TokenKind::DocumentEnd | TokenKind::StreamEnd => Ok(self.empty(mark)),
            ref kind if starts_explicitly(kind) => Ok(self.empty(mark)),
            _ => self.node(true, false),
        }
    }

    fn directives(&mut self) -> Scanned<()> {
        let mut has_version = false;
        loop {
            let Token { kind, start, .. } = self.scanner.peek()?.clone();
            match kind {
                TokenKind::VersionDirective { .. } if has_version => {
                    return Err(Problem::parsing(
                        (SyntaxRule::Directive, "found duplicate %YAML directive"),
                        start,
                    ));
                }
                TokenKind::VersionDirective { major: 1, minor: 1 } => has_version = true,
                TokenKind::VersionDirective { .. } => {
                    return Err(Problem::parsing("found incompatible YAML document", start));
                }
                TokenKind::TagDirective { handle, .. } if self.tags.iter().any(|(known, _)| *known == handle) => {
                    return Err(Problem::parsing(
                        (SyntaxRule::Directive, "found duplicate %TAG directive"),
                        start,
                    ));
                }
                TokenKind::TagDirective { handle, prefix } => self.tags.push((handle, prefix)),
                _ => break,
            }
            self.scanner.next()?;
        }
        for (handle, prefix) in [("!", "!"), ("!!", "tag:yaml.org,2002:")] {
            if !self.tags.iter().any(|(known, _)| known == handle) {
                self.tags.push((handle.to_owned(), prefix.to_owned()));
            }
        }
        Ok(())
    }

    fn add(&mut self, start: Mark, end: Mark, kind: RawKind) -> usize {
        self.tree.push(Raw {
            span: start.at..end.at.max(start.at),
            mark: start,
            kind,
        });
        self.tree.len() - 1
    }

    fn empty(&mut self, mark: Mark) -> usize {
        let kind = RawKind::Scalar {
            text: String::new(),
            plain: true,
            tag: None,
        };
        self.add(mark, mark, kind)
    }

    fn node(&mut self, block: bool, indentless: bool) -> Scanned<usize> {
        let start = self.scanner.peek()?.start;
        if self.depth >= MAX_DEPTH {
            return Err(Problem::placeless((SyntaxRule::TooDeep, "nested too deeply"), start));
        }
        self.depth += 1;
        let node = self.content(start, block, indentless);
        self.depth -= 1;
        node
    }

    fn content(&mut self, start: Mark, block: bool, indentless: bool) -> Scanned<usize> {
        if let TokenKind::Alias(name) = &self.scanner.peek()?.kind {
            let name = name.clone();
            return self.alias(name);
        }
        let (properties, mut end) = self.properties(start)?;
        let tag = self.tag(properties.tag.as_ref())?;
        let token = self.scanner.peek()?.clone();
        let kind = match &token.kind {
            TokenKind::Scalar { text, plain, .. } => {
                end = self.scanner.next()?.end;
                let (text, plain) = (text.clone(), *plain);
                RawKind::Scalar { text, plain, tag }
            }
            TokenKind::FlowSequenceStart => RawKind::Sequence(Vec::new()),
            TokenKind::BlockEntry if indentless => RawKind::Sequence(Vec::new()),
            TokenKind::BlockSequenceStart if block => RawKind::Sequence(Vec::new()),
            TokenKind::FlowMappingStart => RawKind::Mapping(Vec::new()),
            TokenKind::BlockMappingStart if block => RawKind::Mapping(Vec::new()),
            _ if properties.anchor.is_some() || tag.is_some() => {
                let (text, plain) = (String::new(), true);
                RawKind::Scalar { text, plain, tag }
            }
            _ => {
                return Err(Problem::parsing(
                    (SyntaxRule::ValueExpected, "did not find expected node content"),
                    token.start,
                ));
            }
        };
        let is_collection = !matches!(kind, RawKind::Scalar { .. });
        let bare = properties.anchor.is_none() && properties.tag.is_none();
        let node = self.add(start, end, kind);
        if let (TokenKind::Scalar { from, .. }, Some(raw)) = (&token.kind, self.tree.get_mut(node).filter(|_| bare)) {
            raw.span.start = *from;
        }
        if let Some(anchor) = properties.anchor {
            self.anchors.insert(anchor, node);
        }
        if is_collection {
            self.fill(node, &token.kind)?;
        }
        Ok(node)
    }

    /// Reads the items of a collection up to its end token.
    fn fill(&mut self, node: usize, opened_by: &TokenKind) -> Scanned<()> {
        let (kind, end) = match opened_by {
            TokenKind::BlockEntry => self.indentless_sequence()?,
            TokenKind::FlowSequenceStart => self.flow_sequence()?,
            TokenKind::FlowMappingStart => self.flow_mapping()?,
            TokenKind::BlockSequenceStart => self.block_sequence()?,
            _ => self.block_mapping()?,
        };
        let last = match &kind {
            RawKind::Sequence(items) => items.last().copied(),
            RawKind::Mapping(pairs) => pairs.last().map(|(_, value)| *value),
            _ => None,
        };
        // A block's end token lies at the next token in the text; the block itself ends where its last item ends.
        let end = end.or_else(|| last.and_then(|it| self.tree.get(it)).map(|it| it.span.end));
        if let Some(raw) = self.tree.get_mut(node) {
            raw.kind = kind;
            raw.span.end = end.unwrap_or(raw.span.end).max(raw.span.start);
        }
        Ok(())
    }

    fn alias(&mut self, name: String) -> Scanned<usize> {
        let Token { start, end, .. } = self.scanner.next()?;
        let Some(target) = self.anchors.get(&name).copied() else {
            let problem = Problem::placeless(
                (SyntaxRule::AnchorUnknown, format!("unknown anchor '{name}' referenced")),
                start,
            );
            return Err(problem.until(end.at));
        };
        Ok(self.add(start, end, RawKind::Alias { name, target }))
    }

    /// Reads anchor and tag in either order, and the place where they end.
    fn properties(&mut self, start: Mark) -> Scanned<(Properties, Mark)> {
        let mut properties = Properties::default();
        let mut end = start;
        for _ in 0..2 {
            let token = self.scanner.peek()?.clone();
            match token.kind {
                TokenKind::Anchor(name) if properties.anchor.is_none() => properties.anchor = Some(name),
                TokenKind::Tag { handle, suffix } if properties.tag.is_none() => {
                    properties.tag = Some((handle, suffix, token.start));
                }
                _ => break,
            }
            end = token.end;
            self.scanner.next()?;
        }
        Ok((properties, end))
    }

    /// Resolves a tag's handle. Tags of YAML itself are shortened to their last word.
    fn tag(&self, tag: Option<&(String, String, Mark)>) -> Scanned<Option<String>> {
        let Some((handle, suffix, mark)) = tag else {
            return Ok(None);
        };
        let prefix = if handle.is_empty() {
            Some("")
        } else {
            let known = self.tags.iter().find(|(known, _)| known == handle);
            known.map(|(_, prefix)| prefix.as_str())
        };
        let Some(full) = prefix
            .map(|prefix| format!("{prefix}{suffix}"))
            .filter(|it| !it.is_empty())
        else {
            return Err(Problem::parsing(
                (SyntaxRule::TagHandleUnknown, "found undefined tag handle"),
                *mark,
            ));
        };
        let short = full.strip_prefix("tag:yaml.org,2002:").map(str::to_owned);
        Ok(Some(short.unwrap_or(full)))
    }

    fn is_next(&mut self, kinds: &[TokenKind]) -> Scanned<bool> {
        let token = self.scanner.peek()?;
        Ok(kinds.contains(&token.kind))
    }

    /// Reads a node of a block collection, or an empty node if the next token cannot begin one.
    fn block_node(&mut self, mark: Mark, indentless: bool, ends: &[TokenKind]) -> Scanned<usize> {
        if self.is_next(ends)? {
            Ok(self.empty(mark))
        } else {
            self.node(true, indentless)
        }
    }

    fn block_sequence(&mut self) -> Scanned<(RawKind, Option<usize>)> {
        self.scanner.next()?;
        let mut items = Vec::new();
        loop {
            let token = self.scanner.next()?;
            match token.kind {
                TokenKind::BlockEntry => {
                    let ends = [TokenKind::BlockEntry, TokenKind::BlockEnd];
                    items.push(self.block_node(token.end, false, &ends)?);
                }
                TokenKind::BlockEnd => return Ok((RawKind::Sequence(items), None)),
                _ => {
                    return Err(Problem::parsing(
                        (SyntaxRule::DashExpected, "did not find expected '-' indicator"),
                        token.start,
                    ));
                }
            }
        }
    }

    fn indentless_sequence(&mut self) -> Scanned<(RawKind, Option<usize>)> {
        let mut items = Vec::new();
        while self.is_next(&[TokenKind::BlockEntry])? {
            let mark = self.scanner.next()?.end;
            let ends = [
                TokenKind::BlockEntry,
                TokenKind::Key,
                TokenKind::Value,
                TokenKind::BlockEnd,
            ];
            items.push(self.block_node(mark, false, &ends)?);
        }
        Ok((RawKind::Sequence(items), None))
    }

    fn block_mapping(&mut self) -> Scanned<(RawKind, Option<usize>)> {
        self.scanner.next()?;
        let ends = [TokenKind::Key, TokenKind::Value, TokenKind::BlockEnd];
        let mut pairs = Vec::new();
        loop {
            let token = self.scanner.next()?;
            match token.kind {
                TokenKind::Key => {
                    let key = self.block_node(token.end, true, &ends)?;
                    let mark = self.scanner.peek()?.start;
                    let value = if self.is_next(&[TokenKind::Value])? {
                        let mark = self.scanner.next()?.end;
                        self.block_node(mark, true, &ends)?
                    } else {
                        self.empty(mark)
                    };
                    pairs.push((key, value));
                }
                TokenKind::BlockEnd => return Ok((RawKind::Mapping(pairs), None)),
                _ => {
                    return Err(Problem::parsing(
                        (SyntaxRule::KeyExpected, "did not find expected key"),
                        token.start,
                    ));
                }
            }
        }
    }

    fn flow_sequence(&mut self) -> Scanned<(RawKind, Option<usize>)> {
        self.scanner.next()?;
        let mut items = Vec::new();
        loop {
            if !items.is_empty() {
                self.flow_separator(
                    &TokenKind::FlowSequenceEnd,
                    (SyntaxRule::BracketExpected, "did not find expected ',' or ']'"),
                )?;
            }
            if self.is_next(&[TokenKind::FlowSequenceEnd])? {
                let end = self.scanner.next()?.end;
                return Ok((RawKind::Sequence(items), Some(end.at)));
            }
            items.push(if self.is_next(&[TokenKind::Key])? {
                self.flow_pair()?
            } else {
                self.node(false, false)?
            });
        }
    }

    fn flow_separator(&mut self, end: &TokenKind, words: (SyntaxRule, &str)) -> Scanned<()> {
        let token = self.scanner.peek()?;
        if token.kind == TokenKind::FlowEntry {
            self.scanner.next()?;
        } else if token.kind != *end {
            return Err(Problem::parsing(words, token.start));
        }
        Ok(())
    }

    /// Reads a mapping of one pair without braces inside a flow sequence: `[a: b]`.
    fn flow_pair(&mut self) -> Scanned<usize> {
        let ends = [TokenKind::FlowEntry, TokenKind::FlowSequenceEnd];
        let start = self.scanner.next()?.start;
        let pair = self.add(start, start, RawKind::Mapping(Vec::new()));
        let key = if self.is_next(&ends)? || self.is_next(&[TokenKind::Value])? {
            // libyaml skips that token too.
            let mark = self.scanner.next()?.end;
            self.empty(mark)
        } else {
            self.node(false, false)?
        };
        let value = self.flow_value(&ends)?;
        let end = self.tree.get(value).map_or(start.at, |it| it.span.end);
        if let Some(raw) = self.tree.get_mut(pair) {
            raw.kind = RawKind::Mapping(vec![(key, value)]);
            raw.span.end = end.max(raw.span.start);
        }
        Ok(pair)
    }

    fn flow_value(&mut self, ends: &[TokenKind]) -> Scanned<usize> {
        let mark = self.scanner.peek()?.start;
        if self.is_next(&[TokenKind::Value])? {
            self.scanner.next()?;
            if !self.is_next(ends)? {
                return self.node(false, false);
            }
        }
        Ok(self.empty(mark))
    }

    fn flow_mapping(&mut self) -> Scanned<(RawKind, Option<usize>)> {
        self.scanner.next()?;
        let ends = [TokenKind::FlowEntry, TokenKind::FlowMappingEnd];
        let mut pairs = Vec::new();
        loop {
            if !pairs.is_empty() {
                self.flow_separator(
                    &TokenKind::FlowMappingEnd,
                    (SyntaxRule::BraceExpected, "did not find expected ',' or '}'"),
                )?;
            }
            let token = self.scanner.peek()?.clone();
            match token.kind {
                TokenKind::FlowMappingEnd => {
                    let end = self.scanner.next()?.end;
                    return Ok((RawKind::Mapping(pairs), Some(end.at)));
                }
                TokenKind::Key => {
                    self.scanner.next()?;
                    let mark = self.scanner.peek()?.start;
                    let key = if self.is_next(&ends)? || self.is_next(&[TokenKind::Value])? {
                        self.empty(mark)
                    } else {
                        self.node(false, false)?
                    };
                    pairs.push((key, self.flow_value(&ends)?));
                }
                _ => {
                    let key = self.node(false, false)?;
                    let mark = self.scanner.peek()?.start;
                    pairs.push((key, self.empty(mark)));
                }
            }
        }
    }
}

fn starts_explicitly(kind: &TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::VersionDirective { .. } | TokenKind::TagDirective { .. } | TokenKind::DocumentStart
    )
}
