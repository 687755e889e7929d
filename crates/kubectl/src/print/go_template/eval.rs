//! Execution of templates.

use super::functions;
use super::tree::{Command, Node, Operand, OperandKind, Pipeline, Source};
use super::value::Val;
use yaml::{LineIndex, Unit};

/// The most nodes that a template may execute and turns that its ranges may take, so that it ends in time.
const MOST_STEPS: usize = 500_000;
/// The most bytes that a template may print and that its functions may make.
const MOST_BYTES: usize = 4_000_000;

/// A template in execution.
pub(super) struct Run<'a> {
    template: &'a str,
    allow_missing_keys: bool,
    variables: Vec<(String, Val)>,
    dot: Val,
    steps: usize,
    bytes: usize,
    pub(super) out: String,
}

/// How a list of nodes ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ListEnd {
    On,
    Break,
    Continue,
}

impl<'a> Run<'a> {
    pub(super) fn new(template: &'a str, allow_missing_keys: bool, data: Val) -> Self {
        Self {
            template,
            allow_missing_keys,
            variables: vec![("$".to_owned(), data.clone())],
            dot: data,
            steps: 0,
            bytes: 0,
            out: String::new(),
        }
    }

    pub(super) fn all(&mut self, nodes: &[Node]) -> Result<(), String> {
        self.nodes(nodes).map(|_| ())
    }

    /// Models: errorf of exec.go.
    fn error(&self, source: &Source, text: &str) -> String {
        let index = LineIndex::new(self.template);
        let (line, column) = (index.line(source.at), index.column(source.at, Unit::Byte));
        format!(
            "template: output:{line}:{column}: executing \"output\" at <{}>: {text}",
            source.text
        )
    }

    fn nodes(&mut self, nodes: &[Node]) -> Result<ListEnd, String> {
        for node in nodes {
            self.step()?;
            let flow = self.node(node)?;
            if flow != ListEnd::On {
                return Ok(flow);
            }
        }
        Ok(ListEnd::On)
    }

    fn step(&mut self) -> Result<(), String> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return Err(format!("template: output: more than {MOST_STEPS} steps"));
        }
        Ok(())
    }

    fn makes(&mut self, bytes: usize) -> Result<(), String> {
        self.bytes += bytes;
        if self.bytes > MOST_BYTES {
            return Err(format!("template: output: more than {MOST_BYTES} bytes"));
        }
        Ok(())
    }

    fn print(&mut self, text: &str) -> Result<(), String> {
        self.makes(text.len())?;
        self.out.push_str(text);
        Ok(())
    }

    fn node(&mut self, node: &Node) -> Result<ListEnd, String> {
        match node {
            Node::Text(text) => self.print(text)?,
            Node::Action(pipeline) => {
                let value = self.pipeline(pipeline)?;
                if pipeline.declares.is_empty() {
                    self.print(&value.print())?;
                }
            }
            Node::If(pipeline, body, otherwise) => {
                let kept = self.variables.len();
                let branch = if self.pipeline(pipeline)?.is_true() {
                    body
                } else {
                    otherwise
                };
                let flow = self.nodes(branch)?;
                self.variables.truncate(kept);
                return Ok(flow);
            }
            Node::With(pipeline, body, otherwise) => {
                let kept = self.variables.len();
                let value = self.pipeline(pipeline)?;
                let flow = if value.is_true() {
                    self.below(value, body)?
                } else {
                    self.nodes(otherwise)?
                };
                self.variables.truncate(kept);
                return Ok(flow);
            }
            Node::Range(pipeline, body, otherwise) => self.range(pipeline, body, otherwise)?,
            Node::Break => return Ok(ListEnd::Break),
            Node::Continue => return Ok(ListEnd::Continue),
        }
        Ok(ListEnd::On)
    }

    /// Executes nodes with another dot.
    fn below(&mut self, dot: Val, nodes: &[Node]) -> Result<ListEnd, String> {
        let outer = std::mem::replace(&mut self.dot, dot);
        let kept = self.variables.len();
        let flow = self.nodes(nodes);
        self.variables.truncate(kept);
        self.dot = outer;
        flow
    }

    fn range(&mut self, pipeline: &Pipeline, body: &[Node], otherwise: &[Node]) -> Result<(), String> {
        let kept = self.variables.len();
        let over = self.commands(pipeline)?;
        let entries: Box<dyn Iterator<Item = (Val, Val)>> = match over {
            Val::Nil => Box::new(std::iter::empty()),
            Val::List(items) => {
                Box::new((0..items.len()).filter_map(move |at| Some((place(at), items.get(at)?.clone()))))
            }
            Val::Map(map) => {
                let entries: Vec<_> = map.iter().map(|(key, value)| (Val::text(key), value.clone())).collect();
                Box::new(entries.into_iter())
            }
            Val::Int(count) => Box::new((0..count).map(|number| (Val::Int(number), Val::Int(number)))),
            other => {
                let text = format!("range can't iterate over {}", other.show());
                return Err(self.error(&pipeline.source, &text));
            }
        };
        let mut entries = entries.peekable();
        if entries.peek().is_none() {
            self.nodes(otherwise)?;
        }
        for (key, value) in entries {
            self.step()?;
            match pipeline.declares.as_slice() {
                [] => {}
                [only] => self.set(only, value.clone(), pipeline.assigns),
                [first, second, ..] => {
                    self.set(first, key, pipeline.assigns);
                    self.set(second, value.clone(), pipeline.assigns);
                }
            }
            let flow = self.below(value, body)?;
            self.variables.truncate(kept);
            if flow == ListEnd::Break {
                break;
            }
        }
        Ok(())
    }

    fn set(&mut self, name: &str, value: Val, assigns: bool) {
        let known = self.variables.iter_mut().rev().find(|(known, _)| known == name);
        match known {
            Some((_, place)) if assigns => *place = value,
            _ => self.variables.push((name.to_owned(), value)),
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) -> Result<Val, String> {
        let value = self.commands(pipeline)?;
        for name in &pipeline.declares {
            self.set(name, value.clone(), pipeline.assigns);
        }
        Ok(value)
    }

    fn commands(&mut self, pipeline: &Pipeline) -> Result<Val, String> {
        let mut last = None;
        for command in &pipeline.commands {
            last = Some(self.command(command, last)?);
        }
        Ok(last.unwrap_or(Val::Nil))
    }

    fn command(&mut self, command: &Command, last: Option<Val>) -> Result<Val, String> {
        let Some((first, arguments)) = command.operands.split_first() else {
            return Ok(Val::Nil);
        };
        if let OperandKind::Function(name) = &first.kind {
            return self.call(name, command, arguments, last);
        }
        if !arguments.is_empty() || last.is_some() {
            let text = match first.kind {
                OperandKind::Field(ref names) | OperandKind::Variable(_, ref names) if !names.is_empty() => {
                    let name = names.last().map_or("", String::as_str);
                    format!("{name} is not a method but has arguments")
                }
                _ => format!("can't give argument to non-function {}", first.source.text),
            };
            return Err(self.error(&first.source, &text));
        }
        if matches!(first.kind, OperandKind::Nil) {
            return Err(self.error(&first.source, "nil is not a command"));
        }
        self.operand(first)
    }

    fn call(&mut self, name: &str, command: &Command, operands: &[Operand], last: Option<Val>) -> Result<Val, String> {
        if matches!(name, "and" | "or") {
            return self.either(name, command, operands, last);
        }
        let mut arguments = Vec::new();
        for operand in operands {
            arguments.push(self.operand(operand)?);
        }
        arguments.extend(last);
        let made = functions::call(name, &arguments).map_err(|error| {
            let function = command.operands.first().map_or(&command.source, |first| &first.source);
            match error {
                functions::Error::Count(text) => self.error(function, &text),
                functions::Error::First(text) => {
                    self.error(operands.first().map_or(function, |operand| &operand.source), &text)
                }
                functions::Error::Call(text) => self.error(&command.source, &format!("error calling {name}: {text}")),
            }
        })?;
        if let Val::Text(text) = &made {
            self.makes(text.len())?;
        }
        Ok(made)
    }

    /// The first argument that decides; the rest is not evaluated.
    fn either(
        &mut self,
        name: &str,
        command: &Command,
        operands: &[Operand],
        last: Option<Val>,
    ) -> Result<Val, String> {
        let mut value = None;
        for operand in operands {
            let next = self.operand(operand)?;
            if next.is_true() == (name == "or") {
                return Ok(next);
            }
            value = Some(next);
        }
        last.or(value).ok_or_else(|| {
            let text = format!("wrong number of args for {name}: want at least 1 got 0");
            self.error(&command.source, &text)
        })
    }

    fn operand(&mut self, operand: &Operand) -> Result<Val, String> {
        match &operand.kind {
            OperandKind::Dot => Ok(self.dot.clone()),
            OperandKind::Nil => Ok(Val::Nil),
            OperandKind::Literal(value) => Ok(value.clone()),
            OperandKind::Function(name) => functions::call(name, &[]).map_err(|error| {
                let (functions::Error::Count(text) | functions::Error::First(text) | functions::Error::Call(text)) =
                    error;
                self.error(&operand.source, &text)
            }),
            OperandKind::Field(names) => self.fields(self.dot.clone(), names, &operand.source),
            OperandKind::Variable(name, names) => {
                let known = self.variables.iter().rev().find(|(known, _)| known == name);
                let value = known.map_or(Val::Nil, |(_, value)| value.clone());
                self.fields(value, names, &operand.source)
            }
            OperandKind::Pipeline(pipeline, names) => {
                let value = self.pipeline(pipeline)?;
                self.fields(value, names, &operand.source)
            }
        }
    }

    /// Models: evalField of exec.go.
    fn fields(&self, value: Val, names: &[String], source: &Source) -> Result<Val, String> {
        names.iter().try_fold(value, |value, name| match value {
            Val::Map(map) => match map.get(name) {
                Some(value) => Ok(value.clone()),
                None if self.allow_missing_keys => Ok(Val::Nil),
                None => {
                    let name = api::go::quote(name);
                    Err(self.error(source, &format!("map has no entry for key {name}")))
                }
            },
            Val::Nil => Err(self.error(source, &format!("nil pointer evaluating interface {{}}.{name}"))),
            _ => Err(self.error(source, &format!("can't evaluate field {name} in type interface {{}}"))),
        })
    }
}

fn place(at: usize) -> Val {
    Val::Int(i64::try_from(at).unwrap_or(i64::MAX))
}
