//! Label selectors, as `-l` takes them.

use api::{Fields, Value};
use base::Order;
use serde_json::json;

/// All requirements must hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selector(Vec<Requirement>);

#[derive(Clone, Debug)]
pub(crate) struct Requirement {
    pub(crate) key: String,
    pub(crate) operator: Operator,
    pub(crate) values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Equals,
    Differs,
    In,
    NotIn,
    Exists,
    Missing,
    Above,
    Below,
}

impl Selector {
    pub(crate) fn matches(&self, object: &Value) -> bool {
        let label = |key: &str| object.metadata().field("labels").field(key).as_text();
        self.0
            .iter()
            .all(|requirement| requirement.holds(label(&requirement.key)))
    }

    pub(crate) fn requirements(&self) -> &[Requirement] {
        &self.0
    }

    /// Models: apimachinery/pkg/labels/selector.go Parse (v1.36).
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let tokens = tokens(text);
        let mut parser = Parser { tokens: &tokens, at: 0 };
        parser.all().map(Self)
    }
}

/// A selector as objects write it: `matchLabels` and `matchExpressions`, where there are any.
///
/// Models: apimachinery/pkg/apis/meta/v1/helpers.go ParseToLabelSelector (v1.36).
pub(crate) fn label_selector(text: &str) -> Result<Value, String> {
    let parsed =
        Selector::parse(text).map_err(|why| format!("couldn't parse the selector string \"{text}\": {why}"))?;
    let mut selector = json!({});
    let mut expressions = Vec::new();
    for Requirement { key, operator, values } in parsed.requirements() {
        match operator {
            Operator::Equals => {
                selector["matchLabels"][key] = values.first().cloned().unwrap_or_default().into();
            }
            Operator::In => expressions.push(json!({"key": key, "operator": "In", "values": values})),
            Operator::NotIn => expressions.push(json!({"key": key, "operator": "NotIn", "values": values})),
            Operator::Exists => expressions.push(json!({"key": key, "operator": "Exists"})),
            Operator::Missing => expressions.push(json!({"key": key, "operator": "DoesNotExist"})),
            Operator::Differs => return Err(not_valid("!=")),
            Operator::Above => return Err(not_valid("gt")),
            Operator::Below => return Err(not_valid("lt")),
        }
    }
    if !expressions.is_empty() {
        selector["matchExpressions"] = expressions.into();
    }
    Ok(selector)
}

fn not_valid(operator: &str) -> String {
    format!("\"{operator}\" is not a valid label selector operator")
}

impl Requirement {
    fn holds(&self, label: Option<&str>) -> bool {
        let among = || label.is_some_and(|label| self.values.iter().any(|value| value == label));
        let number = |text: Option<&str>| text.and_then(|text| text.parse::<i64>().ok());
        let limit = number(self.values.first().map(String::as_str));
        match self.operator {
            Operator::Equals | Operator::In => among(),
            Operator::Differs | Operator::NotIn => !among(),
            Operator::Exists => label.is_some(),
            Operator::Missing => label.is_none(),
            Operator::Above => number(label).zip(limit).is_some_and(|(label, limit)| label > limit),
            Operator::Below => number(label).zip(limit).is_some_and(|(label, limit)| label < limit),
        }
    }
}

fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        let mut token = c.to_string();
        if is_special(c) {
            while chars
                .peek()
                .is_some_and(|next| matches!((token.as_str(), next), ("=" | "!", '=')))
            {
                token.extend(chars.next());
            }
        } else {
            while chars
                .peek()
                .is_some_and(|next| !next.is_whitespace() && !is_special(*next))
            {
                token.extend(chars.next());
            }
        }
        tokens.push(token);
    }
    tokens
}

/// Models: labels.NewRequirement (v1.36).
fn check_limit(value: &str, operator: Operator) -> Result<(), String> {
    if matches!(operator, Operator::Above | Operator::Below) && value.parse::<i64>().is_err() {
        let value = api::go::quote(value);
        return Err(format!(
            "values[0]: Invalid value: {value}: for 'Gt', 'Lt' operators, the value must be an integer"
        ));
    }
    Ok(())
}

fn is_special(c: char) -> bool {
    matches!(c, '=' | '!' | '(' | ')' | ',' | '<' | '>')
}

fn is_word(token: &str) -> bool {
    !token.is_empty() && !token.starts_with(is_special)
}

struct Parser<'a> {
    tokens: &'a [String],
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> &str {
        self.tokens.get(self.at).map_or("", String::as_str)
    }

    fn next(&mut self) -> String {
        let token = self.peek().to_owned();
        self.at += 1;
        token
    }

    fn all(&mut self) -> Result<Vec<Requirement>, String> {
        let mut found = Vec::new();
        if self.peek().is_empty() {
            return Ok(found);
        }
        loop {
            match self.peek() {
                token if is_word(token) || token == "!" => {
                    found.push(
                        self.requirement()
                            .map_err(|why| format!("unable to parse requirement: {why}"))?,
                    );
                    match self.next().as_str() {
                        "" => return Ok(found),
                        "," if self.peek() == "!" || is_word(self.peek()) => {}
                        "," => return Err(format!("found '{}', expected: identifier after ','", self.peek())),
                        other => return Err(format!("found '{other}', expected: ',' or 'end of string'")),
                    }
                }
                other => return Err(format!("found '{other}', expected: !, identifier, or 'end of string'")),
            }
        }
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let negated = self.peek() == "!";
        if negated {
            self.at += 1;
        }
        let key = self.next();
        if !is_word(&key) {
            return Err(format!("found '{key}', expected: identifier"));
        }
        check_key(&key)?;
        let simple = |operator| Requirement {
            key: key.clone(),
            operator,
            values: Vec::new(),
        };
        if negated {
            return Ok(simple(Operator::Missing));
        }
        if matches!(self.peek(), "" | ",") {
            return Ok(simple(Operator::Exists));
        }
        let word = self.next();
        let (operator, set) = match word.as_str() {
            "=" | "==" => (Operator::Equals, false),
            "!=" => (Operator::Differs, false),
            "in" => (Operator::In, true),
            "notin" => (Operator::NotIn, true),
            ">" => (Operator::Above, false),
            "<" => (Operator::Below, false),
            other => return Err(format!("found '{other}', expected: in, notin, =, ==, !=, gt, lt")),
        };
        let values = if set { self.values()? } else { vec![self.value()?] };
        for (index, value) in values.iter().enumerate() {
            check_limit(value, operator)?;
            check_value(value, index, &key)?;
        }
        Ok(Requirement { key, operator, values })
    }

    fn value(&mut self) -> Result<String, String> {
        match self.peek() {
            "" | "," => Ok(String::new()),
            token if is_word(token) => Ok(self.next()),
            other => Err(format!("found '{other}', expected: identifier")),
        }
    }

    /// Models: labels.Parser parseValues (v1.36).
    fn values(&mut self) -> Result<Vec<String>, String> {
        if self.peek() != "(" {
            return Err(format!("found '{}' expected: '('", self.peek()));
        }
        self.at += 1;
        let mut values = match self.peek() {
            ")" => Vec::new(),
            token if is_word(token) || token == "," => self.listed()?,
            other => return Err(format!("found '{other}', expected: ',', ')' or identifier")),
        };
        self.at += 1;
        values.order();
        values.dedup();
        Ok(values)
    }

    /// Models: labels.Parser parseIdentifiersList (v1.36): between commas may stand nothing.
    fn listed(&mut self) -> Result<Vec<String>, String> {
        let mut values = Vec::new();
        loop {
            let token = self.next();
            if is_word(&token) {
                values.push(token);
                match self.peek() {
                    "," => {}
                    ")" => return Ok(values),
                    other => return Err(format!("found '{other}', expected: ',' or ')'")),
                }
            } else if token == "," {
                if values.is_empty() {
                    values.push(String::new());
                }
                match self.peek() {
                    ")" => {
                        values.push(String::new());
                        return Ok(values);
                    }
                    "," => {
                        self.at += 1;
                        values.push(String::new());
                    }
                    _ => {}
                }
            } else {
                return Err(format!("found '{token}', expected: ',', or identifier"));
            }
        }
    }
}

fn check_key(key: &str) -> Result<(), String> {
    match api::format::label_key(key).as_slice() {
        [] => Ok(()),
        wrong => Err(format!(
            "<nil>: Invalid value: {}: {}",
            api::go::quote(key),
            api::format::words(wrong, "; ")
        )),
    }
}

fn check_value(value: &str, index: usize, key: &str) -> Result<(), String> {
    match api::format::label_value(value).as_slice() {
        [] => Ok(()),
        wrong => Err(format!(
            "values[{index}][{key}]: Invalid value: {}: {}",
            api::go::quote(value),
            api::format::words(wrong, "; ")
        )),
    }
}

/// Why a label key is invalid.
pub(crate) fn label_key_error(key: &str) -> Option<String> {
    let wrong = api::format::label_key(key);
    (!wrong.is_empty()).then(|| api::format::words(&wrong, "; "))
}

/// Why a label value is invalid.
pub(crate) fn label_value_error(value: &str) -> Option<String> {
    let wrong = api::format::label_value(value);
    (!wrong.is_empty()).then(|| api::format::words(&wrong, "; "))
}
