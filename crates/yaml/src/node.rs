use std::ops::Range;

/// A node of a document, with its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The place of the node, in bytes from its document's origin.
    pub span: Range<usize>,
    /// Scalar, list or mapping, with the content.
    pub kind: NodeKind,
}

/// The content of a node.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// A single value.
    Scalar {
        /// The value after unquoting.
        text: String,
        /// Whether the value is written without quotes, so that `yes` and `80` are more than text.
        plain: bool,
        /// The tag without its leading `!!` (`str`); a tag that is not YAML's own keeps its `!`.
        tag: Option<String>,
    },
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values in the order of the text. Duplicates are kept, aliases are expanded.
    Mapping(Vec<(Node, Node)>),
}
