//! What a template consists of.

use super::value::Val;

#[derive(Clone, Debug)]
pub(super) enum Node {
    Text(String),
    Action(Pipeline),
    If(Pipeline, Vec<Node>, Vec<Node>),
    With(Pipeline, Vec<Node>, Vec<Node>),
    Range(Pipeline, Vec<Node>, Vec<Node>),
    Break,
    Continue,
}

/// Commands, each of which gets the result of the previous one as its last argument.
#[derive(Clone, Debug)]
pub(super) struct Pipeline {
    pub(super) declares: Vec<String>,
    /// Whether it assigns variables instead of declaring them.
    pub(super) assigns: bool,
    pub(super) commands: Vec<Command>,
    pub(super) source: Source,
}

#[derive(Clone, Debug)]
pub(super) struct Command {
    pub(super) operands: Vec<Operand>,
    pub(super) source: Source,
}

/// A place in the template, in bytes, and its text in Go's messages.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) at: usize,
    pub(super) text: String,
}

#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub(super) kind: OperandKind,
    pub(super) source: Source,
}

#[derive(Clone, Debug)]
pub(super) enum OperandKind {
    Dot,
    Nil,
    Literal(Val),
    Function(String),
    Field(Vec<String>),
    Variable(String, Vec<String>),
    Pipeline(Box<Pipeline>, Vec<String>),
}
