//! JSONPath templates: text with actions in braces.
//!
//! Models: client-go/util/jsonpath/parser.go (v1.36).

/// A step of an action.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Text(String),
    List(Vec<Node>),
    Field(String),
    Array([Bound; 3]),
    Filter {
        left: Vec<Node>,
        operator: String,
        right: Vec<Node>,
    },
    Int(i64),
    Float(f64),
    Bool(bool),
    Wildcard,
    Recursive,
    Union(Vec<Vec<Node>>),
    Identifier(String),
}

/// Start, end or step of a slice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) value: i64,
    pub(super) known: bool,
    /// Whether the end follows from a single index.
    pub(super) derived: bool,
}

/// The deepest nesting of filters, and the most ranges of a template.
const DEEPEST: usize = 50;

pub(super) fn parse(template: &str) -> Result<Vec<Node>, String> {
    let mut nodes = Vec::new();
    if template.matches("range").count() > DEEPEST {
        return Err(format!("more than {DEEPEST} ranges"));
    }
    let mut parser = Parser {
        rest: template,
        depth: 0,
    };
    while let Some((text, rest)) = parser.rest.split_once('{') {
        if !text.is_empty() {
            nodes.push(Node::Text(text.to_owned()));
        }
        parser.rest = rest;
        nodes.push(Node::List(parser.action()?));
    }
    if !parser.rest.is_empty() {
        nodes.push(Node::Text(parser.rest.to_owned()));
    }
    Ok(nodes)
}

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let mut rest = self.rest.chars();
        let next = rest.next();
        self.rest = rest.as_str();
        next
    }

    /// The text up to a place, which is consumed.
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// The text up to a character, or all of it.
    fn take_until(&mut self, ends: impl Fn(char) -> bool) -> &'a str {
        let length = self.rest.find(ends).unwrap_or(self.rest.len());
        self.take(length)
    }

    /// The content of a nested action, without braces.
    fn inner_action(&self, text: &str) -> Result<Vec<Node>, String> {
        if self.depth >= DEEPEST {
            return Err(format!("actions more than {DEEPEST} deep"));
        }
        let text = format!("{text}}}");
        let mut inner = Parser {
            rest: &text,
            depth: self.depth + 1,
        };
        inner.action()
    }

    /// Reads up to and including the closing brace.
    fn action(&mut self) -> Result<Vec<Node>, String> {
        let mut nodes = Vec::new();
        loop {
            if let Some(rest) = self.rest.strip_prefix('}') {
                self.rest = rest;
                return Ok(nodes);
            }
            if let Some(rest) = self.rest.strip_prefix("[?(") {
                self.rest = rest;
                nodes.push(self.filter()?);
                continue;
            }
            if let Some(rest) = self.rest.strip_prefix("..") {
                if nodes.last() == Some(&Node::Recursive) {
                    return Err("invalid multiple recursive descent".to_owned());
                }
                self.rest = rest;
                nodes.push(Node::Recursive);
                if self.peek().is_some_and(is_alphanumeric) {
                    nodes.push(self.field());
                }
                continue;
            }
            let before = self.rest;
            match self.next() {
                None | Some('\r' | '\n') => return Err("unclosed action".to_owned()),
                Some(' ' | '@' | '$') => {}
                Some('[') => nodes.extend(self.array()?),
                Some(quote @ ('"' | '\'')) => nodes.push(self.quoted(quote)?),
                Some('.') => nodes.push(self.field()),
                Some(c) if c == '+' || c == '-' || c.is_numeric() => {
                    self.rest = before;
                    nodes.push(self.number()?);
                }
                Some(c) if is_alphanumeric(c) => {
                    self.rest = before;
                    nodes.push(self.identifier());
                }
                Some(c) => {
                    return Err(format!(
                        "unrecognized character in action: U+{:04X} '{c}'",
                        u32::from(c)
                    ));
                }
            }
        }
    }

    fn identifier(&mut self) -> Node {
        match self.take_until(is_terminator) {
            "true" => Node::Bool(true),
            "false" => Node::Bool(false),
            name => Node::Identifier(name.to_owned()),
        }
    }

    fn number(&mut self) -> Result<Node, String> {
        let signs = usize::from(self.rest.starts_with(['+', '-']));
        let digits = self.rest.get(signs..).unwrap_or_default();
        let length = digits
            .find(|c: char| c != '.' && !c.is_numeric())
            .unwrap_or(digits.len());
        let text = self.take(signs + length);
        if let Ok(number) = text.parse() {
            return Ok(Node::Int(number));
        }
        let number = text.parse().map(Node::Float);
        number.map_err(|_| format!("cannot parse number {text}"))
    }

    fn field(&mut self) -> Node {
        let mut name = String::new();
        while let Some(c) = self.peek().filter(|c| !is_terminator(*c)) {
            self.next();
            match c {
                '\\' => name.extend(self.next().filter(|escaped| *escaped != '\\')),
                c => name.push(c),
            }
        }
        if name == "*" { Node::Wildcard } else { Node::Field(name) }
    }

    fn quoted(&mut self, quote: char) -> Result<Node, String> {
        let mut before = quote;
        for (at, c) in self.rest.char_indices() {
            if c == '\n' {
                break;
            }
            if c == quote && before != '\\' {
                let text = self.take(at);
                self.next();
                let unquoted = unquote(text, quote);
                let error = || format!("unquote string {quote}{text}{quote} error invalid syntax");
                return unquoted.map(Node::Text).ok_or_else(error);
            }
            before = c;
        }
        Err("unterminated quoted string".to_owned())
    }

    fn array(&mut self) -> Result<Vec<Node>, String> {
        let end = self.rest.find([']', '\n']);
        let Some(end) = end.filter(|end| self.rest.get(*end..).is_some_and(|rest| rest.starts_with(']'))) else {
            return Err("unterminated array".to_owned());
        };
        let text = self.take(end);
        self.next();
        if text.contains(',') {
            let parts = text
                .split(',')
                .map(|part| self.inner_action(&format!("[{}]", part.trim_matches(' '))));
            return Ok(vec![Node::Union(parts.collect::<Result<_, _>>()?)]);
        }
        let quoted = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
        if let Some(key) = quoted.filter(|key| !key.contains('\'')) {
            return self.inner_action(&format!(".{key}"));
        }
        let text = if text == "*" { ":" } else { text };
        Ok(vec![Node::Array(bounds(text)?)])
    }

    fn filter(&mut self) -> Result<Node, String> {
        let text = self.filter_text()?;
        let is_operator = |c: char| matches!(c, '!' | '<' | '>' | '=');
        let parts = text.find(is_operator).filter(|at| *at > 0).and_then(|at| {
            let (left, rest) = text.split_at_checked(at)?;
            let length = rest.find(|c| !is_operator(c))?;
            let (operator, right) = rest.split_at_checked(length)?;
            Some((left, operator, right))
        });
        Ok(match parts {
            Some((left, operator, right)) => Node::Filter {
                left: self.inner_action(left)?,
                operator: operator.to_owned(),
                right: self.inner_action(right)?,
            },
            None => Node::Filter {
                left: self.inner_action(text)?,
                operator: "exists".to_owned(),
                right: Vec::new(),
            },
        })
    }

    /// Reads up to `)]`, ignoring parentheses in the first quoted text.
    fn filter_text(&mut self) -> Result<&'a str, String> {
        let (mut pair, mut is_closed) = (None, false);
        let mut before = ' ';
        for (at, c) in self.rest.char_indices() {
            match c {
                '\n' => break,
                '"' | '\'' => match pair {
                    None => pair = Some(c),
                    Some(pair) => is_closed |= c == pair && before != '\\',
                },
                ')' if pair.is_some() == is_closed => {
                    let text = self.take(at);
                    self.next();
                    return match self.next() {
                        Some(']') => Ok(text),
                        _ => Err("unclosed array expect ]".to_owned()),
                    };
                }
                _ => {}
            }
            before = c;
        }
        Err("unterminated filter".to_owned())
    }
}

fn bounds(text: &str) -> Result<[Bound; 3], String> {
    let invalid = || format!("invalid array index {text}");
    let parts: Vec<_> = text.split(':').collect();
    let is_number = |part: &&str| {
        let digits = part.strip_prefix('-').unwrap_or(part);
        digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    if parts.len() > 3 || !parts.iter().all(is_number) {
        return Err(invalid());
    }
    let mut bounds = [Bound::default(); 3];
    for (bound, part) in bounds.iter_mut().zip(&parts).filter(|(_, part)| !part.is_empty()) {
        bound.known = true;
        bound.value = part
            .parse()
            .map_err(|_| format!("array index {part} is not a number"))?;
    }
    let [start, end, _] = &mut bounds;
    if parts.len() == 1 {
        *end = Bound {
            value: start.value + 1,
            known: true,
            derived: true,
        };
    }
    Ok(bounds)
}

fn is_terminator(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}'
    )
}

fn is_alphanumeric(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The text within Go quotes; `None` if an escape is invalid in Go.
///
/// Models: Go's strconv.UnquoteChar.
pub(in crate::print) fn unquote(text: &str, quote: char) -> Option<String> {
    let mut unquoted = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c == quote {
            return None;
        }
        if c != '\\' {
            unquoted.push(c);
            continue;
        }
        unquoted.push(match rest.next()? {
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            '\\' => '\\',
            'x' => numbered(&mut rest, 2)?,
            'u' => numbered(&mut rest, 4)?,
            'U' => numbered(&mut rest, 8)?,
            escaped if escaped == quote => quote,
            _ => return None,
        });
    }
    Some(unquoted)
}

fn numbered(rest: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let mut code = 0;
    for _ in 0..digits {
        code = code * 16 + rest.next()?.to_digit(16)?;
    }
    char::from_u32(code)
}
