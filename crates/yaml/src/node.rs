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
