//! JSONPath templates as kubectl reads them.
//!
//! Models: client-go/util/jsonpath (v1.36), missing keys allowed.

use api::Value;

/// A template: text and actions in braces.
#[derive(Clone, Debug)]
pub(crate) struct Template(Vec<Piece>);

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Path(Vec<Step>),
    Range(Vec<Step>, Vec<Piece>),
}

#[derive(Clone, Debug)]
enum Step {
    Field(String),
    All,
    Deep,
    Slice(Option<i64>, Option<i64>, Option<i64>),
    Index(i64),
    Union(Vec<Step>),
    Filter(Vec<Step>, String, Operand),
    Root,
}

#[derive(Clone, Debug)]
enum Operand {
    None,
    Value(Value),
    Path(Vec<Step>),
}

impl Template {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser {
            chars: text.chars().collect(),
            at: 0,
        };
        let (pieces, ended) = parser.pieces()?;
        if ended {
            Err("not in range, nothing to end".to_owned())
        } else {
            Ok(Self(pieces))
        }
    }

    /// What the template prints of a value.
    pub(crate) fn print(&self, root: &Value) -> String {
        let mut text = String::new();
        print(&self.0, root, root, &mut text);
        text
    }

    /// All values the template's paths lead to.
    pub(crate) fn values<'a>(&self, root: &'a Value) -> Vec<&'a Value> {
        let paths = self.0.iter().filter_map(|piece| match piece {
            Piece::Path(steps) => Some(walk(steps, root, root)),
            _ => None,
        });
        paths.flatten().collect()
    }
}

fn print(pieces: &[Piece], root: &Value, here: &Value, text: &mut String) {
    for piece in pieces {
        match piece {
            Piece::Text(words) => text.push_str(words),
            Piece::Path(steps) => {
                let texts: Vec<String> = walk(steps, root, here).into_iter().map(plain).collect();
                text.push_str(&texts.join(" "));
            }
            Piece::Range(steps, body) => {
                for value in walk(steps, root, here) {
                    print(body, root, value, text);
                }
            }
        }
    }
}

/// Text as it is, anything else as JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => api::go::json(other),
    }
}

/// A value as Go's `%v` prints it.
pub(crate) fn go_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "<nil>".to_owned(),
        Value::Number(number) => api::go::number(number),
        Value::Bool(flag) => flag.to_string(),
        Value::Array(items) => format!("[{}]", items.iter().map(go_text).collect::<Vec<_>>().join(" ")),
        Value::Object(fields) => {
            let pairs: Vec<String> = fields
                .iter()
                .map(|(key, value)| format!("{key}:{}", go_text(value)))
                .collect();
            format!("map[{}]", pairs.join(" "))
        }
    }
}

fn walk<'a>(steps: &[Step], root: &'a Value, here: &'a Value) -> Vec<&'a Value> {
    steps.iter().fold(vec![here], |values, step| {
        values.into_iter().flat_map(|value| apply(step, root, value)).collect()
    })
}

fn apply<'a>(step: &Step, root: &'a Value, value: &'a Value) -> Vec<&'a Value> {
    let items = value.as_array().map_or(&[][..], Vec::as_slice);
    match step {
        Step::Root => vec![root],
        Step::Field(name) => value.get(name).into_iter().collect(),
        Step::All => match value {
            Value::Object(fields) => fields.values().collect(),
            _ => items.iter().collect(),
        },
        Step::Deep => {
            let mut all = vec![value];
            let children: Vec<&Value> = match value {
                Value::Object(fields) => fields.values().collect(),
                _ => items.iter().collect(),
            };
            all.extend(children.into_iter().flat_map(|child| apply(step, root, child)));
            all
        }
        Step::Index(index) => {
            let length = i64::try_from(items.len()).unwrap_or_default();
            let index = if *index < 0 { index + length } else { *index };
            usize::try_from(index)
                .ok()
                .and_then(|index| items.get(index))
                .into_iter()
                .collect()
        }
        Step::Slice(from, to, step) => slice(items, *from, *to, step.unwrap_or(1)),
        Step::Union(steps) => steps.iter().flat_map(|step| apply(step, root, value)).collect(),
        Step::Filter(left, operator, right) => items
            .iter()
            .filter(|item| holds(left, operator, right, root, item))
            .collect(),
    }
}

fn slice(items: &[Value], from: Option<i64>, to: Option<i64>, step: i64) -> Vec<&Value> {
    let length = i64::try_from(items.len()).unwrap_or_default();
    let place = |at: i64| usize::try_from(if at < 0 { at + length } else { at }.clamp(0, length)).unwrap_or_default();
    let (from, to) = (place(from.unwrap_or(0)), place(to.unwrap_or(length)));
    let step = usize::try_from(step.max(1)).unwrap_or(1);
    items
        .get(from..to.max(from))
        .unwrap_or_default()
        .iter()
        .step_by(step)
        .collect()
}

fn holds(left: &[Step], operator: &str, right: &Operand, root: &Value, item: &Value) -> bool {
    let left = walk(left, root, item);
    let right = match right {
        Operand::None => return !left.is_empty(),
        Operand::Value(value) => value.clone(),
        Operand::Path(steps) => match walk(steps, root, item).first() {
            Some(value) => (*value).clone(),
            None => return false,
        },
    };
    let Some(left) = left.first() else { return false };
    let order = match (left.as_f64(), right.as_f64()) {
        (Some(a), Some(b)) => a.partial_cmp(&b),
        _ => left.as_str().zip(right.as_str()).map(|(a, b)| a.cmp(b)),
    };
    match operator {
        "==" => **left == right || order == Some(std::cmp::Ordering::Equal),
        "!=" => **left != right,
        "<" => order.is_some_and(std::cmp::Ordering::is_lt),
        ">" => order.is_some_and(std::cmp::Ordering::is_gt),
        "<=" => order.is_some_and(std::cmp::Ordering::is_le),
        ">=" => order.is_some_and(std::cmp::Ordering::is_ge),
        _ => false,
    }
}

struct Parser {
    chars: Vec<char>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn eat(&mut self, text: &str) -> bool {
        let fits = text
            .chars()
            .enumerate()
            .all(|(offset, c)| self.chars.get(self.at + offset) == Some(&c));
        if fits {
            self.at += text.chars().count();
        }
        fits
    }

    /// Pieces up to the end of the text or an `{end}`, and whether it was that.
    fn pieces(&mut self) -> Result<(Vec<Piece>, bool), String> {
        let mut pieces = Vec::new();
        let mut text = String::new();
        while let Some(c) = self.peek() {
            self.at += 1;
            if c != '{' {
                text.push(c);
                continue;
            }
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            if self.action(&mut pieces)? {
                return Ok((pieces, true));
            }
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        Ok((pieces, false))
    }

    fn action(&mut self, pieces: &mut Vec<Piece>) -> Result<bool, String> {
        loop {
            self.blanks();
            match self.peek() {
                None => return Err("unclosed action".to_owned()),
                Some('}') => {
                    self.at += 1;
                    return Ok(false);
                }
                Some(quote @ ('"' | '\'')) => {
                    let text = self.quoted(quote)?;
                    pieces.push(Piece::Text(text));
                }
                _ if self.eat("range") => {
                    self.blanks();
                    let steps = self.steps()?;
                    self.close()?;
                    let (body, ended) = self.pieces()?;
                    if !ended {
                        return Err("unexpected end of range".to_owned());
                    }
                    pieces.push(Piece::Range(steps, body));
                    return Ok(false);
                }
                _ if self.eat("end") => {
                    self.close()?;
                    return Ok(true);
                }
                _ => {
                    let steps = self.steps()?;
                    pieces.push(Piece::Path(steps));
                }
            }
        }
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn close(&mut self) -> Result<(), String> {
        self.blanks();
        if self.eat("}") {
            Ok(())
        } else {
            Err("unclosed action".to_owned())
        }
    }

    fn quoted(&mut self, quote: char) -> Result<String, String> {
        self.at += 1;
        let mut text = String::new();
        while let Some(c) = self.peek() {
            self.at += 1;
            match c {
                c if c == quote => return Ok(text),
                '\\' => {
                    let escaped = self.peek().ok_or("unterminated quoted string")?;
                    self.at += 1;
                    text.push(match escaped {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        other => other,
                    });
                }
                c => text.push(c),
            }
        }
        Err("unterminated quoted string".to_owned())
    }

    fn steps(&mut self) -> Result<Vec<Step>, String> {
        let mut steps = Vec::new();
        let start = self.at;
        loop {
            match self.peek() {
                None => return Err("unclosed action".to_owned()),
                Some('$') => {
                    self.at += 1;
                    steps.push(Step::Root);
                }
                Some('@') => self.at += 1,
                Some('.') if self.chars.get(self.at + 1) == Some(&'.') => {
                    self.at += 2;
                    steps.push(Step::Deep);
                    self.name(&mut steps);
                }
                Some('.') => {
                    self.at += 1;
                    self.name(&mut steps);
                }
                Some('[') => {
                    self.at += 1;
                    let step = self.bracket()?;
                    steps.push(step);
                }
                Some(c) if self.at == start && (c.is_alphanumeric() || c == '_') => self.name(&mut steps),
                Some('}' | ')' | ' ' | '=' | '!' | '<' | '>' | ']' | ',') if self.at > start => return Ok(steps),
                Some(c) => return Err(format!("unrecognized character in action: U+{:04X} '{c}'", c as u32)),
            }
        }
    }

    fn name(&mut self, steps: &mut Vec<Step>) {
        let mut name = String::new();
        while let Some(c) = self.peek() {
            match c {
                '\\' => {
                    self.at += 1;
                    name.extend(self.peek());
                    self.at += 1;
                }
                '*' if name.is_empty() => {
                    self.at += 1;
                    steps.push(Step::All);
                    return;
                }
                c if c.is_alphanumeric() || "_-/".contains(c) => {
                    name.push(c);
                    self.at += 1;
                }
                _ => break,
            }
        }
        if !name.is_empty() {
            steps.push(Step::Field(name));
        }
    }

    fn bracket(&mut self) -> Result<Step, String> {
        if self.eat("?(") {
            return self.filter();
        }
        let mut union = Vec::new();
        loop {
            self.blanks();
            let step = match self.peek() {
                None => return Err("unterminated array".to_owned()),
                Some(quote @ ('"' | '\'')) => Step::Field(self.quoted(quote)?),
                Some('*') => {
                    self.at += 1;
                    Step::All
                }
                Some(_) => self.numbers()?,
            };
            union.push(step);
            self.blanks();
            if self.eat("]") {
                break;
            }
            if !self.eat(",") {
                return Err("unterminated array".to_owned());
            }
        }
        Ok(match union.pop() {
            Some(only) if union.is_empty() => only,
            Some(last) => {
                union.push(last);
                Step::Union(union)
            }
            None => Step::All,
        })
    }

    fn numbers(&mut self) -> Result<Step, String> {
        let mut text = String::new();
        while let Some(c) = self.peek().filter(|c| c.is_ascii_digit() || "-:".contains(*c)) {
            text.push(c);
            self.at += 1;
        }
        if text.is_empty() {
            return Err("invalid array index".to_owned());
        }
        let number = |part: &str| -> Result<Option<i64>, String> {
            if part.is_empty() {
                Ok(None)
            } else {
                part.parse()
                    .map(Some)
                    .map_err(|_| format!("invalid array index {text}"))
            }
        };
        let parts: Vec<&str> = text.split(':').collect();
        match parts.as_slice() {
            [only] => Ok(Step::Index(number(only)?.unwrap_or(0))),
            [from, to] => Ok(Step::Slice(number(from)?, number(to)?, None)),
            [from, to, step] => Ok(Step::Slice(number(from)?, number(to)?, number(step)?)),
            _ => Err(format!("invalid array index {text}")),
        }
    }

    fn filter(&mut self) -> Result<Step, String> {
        self.blanks();
        let left = self.steps()?;
        self.blanks();
        let operator = ["==", "!=", "<=", ">=", "<", ">"]
            .into_iter()
            .find(|operator| self.eat(operator));
        let Some(operator) = operator else {
            return if self.eat(")]") {
                Ok(Step::Filter(left, String::new(), Operand::None))
            } else {
                Err("unterminated filter".to_owned())
            };
        };
        self.blanks();
        let right = match self.peek() {
            Some(quote @ ('"' | '\'')) => Operand::Value(self.quoted(quote)?.into()),
            Some('@' | '$' | '.') => Operand::Path(self.steps()?),
            _ => {
                let mut word = String::new();
                while let Some(c) = self.peek().filter(|c| !c.is_whitespace() && *c != ')') {
                    word.push(c);
                    self.at += 1;
                }
                Operand::Value(serde_json::from_str(&word).unwrap_or(Value::String(word)))
            }
        };
        self.blanks();
        if self.eat(")]") {
            Ok(Step::Filter(left, operator.to_owned(), right))
        } else {
            Err("unterminated filter".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Template;
    use serde_json::json;

    #[test]
    fn paths_lead_to_values() {
        let value = json!({"items": [{"n": "a", "p": 80}, {"n": "b", "p": 443}]});
        let print = |text: &str| {
            Template::parse(text)
                .map(|template| template.print(&value))
                .unwrap_or_else(|why| why)
        };
        assert_eq!(print("{.items[*].n}"), "a b");
        assert_eq!(print(r#"{range .items[*]}{.n}{" "}{.p}{"\n"}{end}"#), "a 80\nb 443\n");
        assert_eq!(print(r#"{.items[?(@.p==443)].n}"#), "b");
        assert_eq!(print("{.items[-1].n}"), "b");
        assert_eq!(print("{..p}"), "80 443");
        assert_eq!(print("{.items[0]}"), r#"{"n":"a","p":80}"#);
        assert_eq!(print("{.nope}"), "");
        assert_eq!(print("{.items"), "unclosed action");
    }
}
