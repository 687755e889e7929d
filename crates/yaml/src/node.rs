use saphyr_parser::{Event, Parser, ScalarStyle};
use std::ops::Range;

/// A node of a document with its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it stands, in bytes of the whole text.
    pub span: Range<usize>,
    /// What it is.
    pub kind: NodeKind,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// A single value, as text after unquoting.
    Scalar {
        /// The text.
        text: String,
        /// Whether it stands without quotes, so that `yes` and `80` mean more than text.
        plain: bool,
        /// Its tag, such as `!!str`, without the leading `!!`.
        tag: Option<String>,
    },
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values in the order of the text, duplicates kept.
    Mapping(Vec<(Node, Node)>),
}

/// Reads one document whose text begins at byte `offset` of the whole; none when it is empty or cannot be read.
pub fn read(text: &str, offset: usize) -> Option<Node> {
    let bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let place = |index: usize| offset + bytes.get(index).copied().unwrap_or(text.len());
    let mut reader = Reader {
        stack: Vec::new(),
        anchors: Vec::new(),
        root: None,
    };
    for item in Parser::new_from_str(text) {
        let Ok((event, span)) = item else { break };
        let range = place(span.start.index())..place(span.end.index());
        reader.take(event, range);
    }
    reader.root
}

struct Reader {
    stack: Vec<Open>,
    anchors: Vec<(usize, Node)>,
    root: Option<Node>,
}

struct Open {
    start: usize,
    anchor: usize,
    mapping: bool,
    items: Vec<Node>,
}

impl Reader {
    fn take(&mut self, event: Event<'_>, span: Range<usize>) {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let kind = NodeKind::Scalar {
                    text: text.into_owned(),
                    plain: style == ScalarStyle::Plain,
                    tag: tag.map(|tag| tag.suffix.clone()),
                };
                self.done(Node { span, kind }, anchor);
            }
            Event::SequenceStart(anchor, _) => self.open(span.start, anchor, false),
            Event::MappingStart(anchor, _) => self.open(span.start, anchor, true),
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => {
                let target = self
                    .anchors
                    .iter()
                    .rev()
                    .find(|(id, _)| *id == anchor)
                    .map(|(_, node)| node.kind.clone());
                let kind = target.unwrap_or(NodeKind::Sequence(Vec::new()));
                self.done(Node { span, kind }, 0);
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {}
        }
    }

    fn open(&mut self, start: usize, anchor: usize, mapping: bool) {
        self.stack.push(Open {
            start,
            anchor,
            mapping,
            items: Vec::new(),
        });
    }

    /// A container's own end mark lies at the next token: its last item's end is where it really ends.
    fn close(&mut self) {
        let Some(Open {
            start,
            anchor,
            mapping,
            items,
        }) = self.stack.pop()
        else {
            return;
        };
        let end = items.last().map_or(start, |last| last.span.end);
        let kind = if mapping {
            NodeKind::Mapping(pairs(items))
        } else {
            NodeKind::Sequence(items)
        };
        self.done(Node { span: start..end, kind }, anchor);
    }

    fn done(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            self.anchors.push((anchor, node.clone()));
        }
        match self.stack.last_mut() {
            Some(open) => open.items.push(node),
            None => self.root = self.root.take().or(Some(node)),
        }
    }
}

fn pairs(items: Vec<Node>) -> Vec<(Node, Node)> {
    let mut items = items.into_iter();
    let mut pairs = Vec::new();
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        pairs.push((key, value));
    }
    pairs
}
