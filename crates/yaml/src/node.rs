use saphyr_parser::{Event, Parser, ScalarStyle};
use std::ops::Range;

/// A node of a document with its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it stands, in bytes from its document's origin.
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
        /// Its tag, such as `!!str`, without the leading `!!`; another's with its `!`.
        tag: Option<String>,
    },
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values in the order of the text, duplicates kept; what an alias stands for is copied in.
    Mapping(Vec<(Node, Node)>),
}

/// Anchors can make a small text a huge tree; go-yaml refuses such, and so do we.
const MAX_NODES: usize = 400_000;
/// Trees are walked by recursion.
const MAX_DEPTH: usize = 100;

/// Why a text is no tree.
pub struct Refusal {
    pub message: String,
    pub at: usize,
}

/// Reads the first document of a text; none when it is empty.
pub fn read(text: &str) -> Result<Option<Node>, Refusal> {
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    let offset = text.len() - bare.len();
    let bytes: Vec<usize> = bare.char_indices().map(|(at, _)| at).chain([bare.len()]).collect();
    let place = |index: usize| offset + bytes.get(index).copied().unwrap_or(bare.len());
    let mut reader = Reader {
        stack: Vec::new(),
        anchors: Vec::new(),
        root: None,
        nodes: 0,
    };
    for item in Parser::new_from_str(bare) {
        let (event, span) = item.map_err(|error| Refusal {
            message: error.info().to_owned(),
            at: place(error.marker().index()),
        })?;
        if matches!(event, Event::DocumentEnd) {
            break;
        }
        let range = place(span.start.index())..place(span.end.index());
        let at = range.start;
        reader.take(event, range).map_err(|message| Refusal {
            message: message.to_owned(),
            at,
        })?;
    }
    Ok(reader.root)
}

struct Reader {
    stack: Vec<Open>,
    anchors: Vec<(usize, Node, usize)>,
    root: Option<Node>,
    nodes: usize,
}

struct Open {
    start: usize,
    anchor: usize,
    mapping: bool,
    items: Vec<Node>,
    first_node: usize,
}

impl Reader {
    fn take(&mut self, event: Event<'_>, span: Range<usize>) -> Result<(), &'static str> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.map(|tag| {
                    let own = if tag.is_yaml_core_schema() { "" } else { "!" };
                    format!("{own}{}", tag.suffix)
                });
                let kind = NodeKind::Scalar {
                    text: text.into_owned(),
                    plain: style == ScalarStyle::Plain,
                    tag,
                };
                self.done(Node { span, kind }, anchor, 1)
            }
            Event::SequenceStart(anchor, _) => self.open(span.start, anchor, false),
            Event::MappingStart(anchor, _) => self.open(span.start, anchor, true),
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => {
                let target = self.anchors.iter().rev().find(|(id, ..)| *id == anchor);
                let (kind, size) = target
                    .map(|(_, node, size)| (node.kind.clone(), *size))
                    .ok_or("anchor contains itself")?;
                self.done(Node { span, kind }, 0, size)
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {
                Ok(())
            }
        }
    }

    fn open(&mut self, start: usize, anchor: usize, mapping: bool) -> Result<(), &'static str> {
        if self.stack.len() >= MAX_DEPTH {
            return Err("nested too deeply");
        }
        self.stack.push(Open {
            start,
            anchor,
            mapping,
            items: Vec::new(),
            first_node: self.nodes,
        });
        Ok(())
    }

    /// A container's own end mark lies at the next token: its last item's end is where it really ends.
    fn close(&mut self) -> Result<(), &'static str> {
        let Some(Open {
            start,
            anchor,
            mapping,
            items,
            first_node,
        }) = self.stack.pop()
        else {
            return Ok(());
        };
        let end = items.last().map_or(start, |last| last.span.end.max(start));
        let kind = if mapping {
            NodeKind::Mapping(pairs(items))
        } else {
            NodeKind::Sequence(items)
        };
        let inner = self.nodes - first_node;
        self.nodes = first_node;
        self.done(Node { span: start..end, kind }, anchor, inner + 1)
    }

    fn done(&mut self, node: Node, anchor: usize, size: usize) -> Result<(), &'static str> {
        self.nodes += size;
        if self.nodes > MAX_NODES {
            return Err("document contains excessive aliasing");
        }
        if anchor != 0 {
            self.anchors.push((anchor, node.clone(), size));
        }
        match self.stack.last_mut() {
            Some(open) => open.items.push(node),
            None => self.root = self.root.take().or(Some(node)),
        }
        Ok(())
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
