//! What Go's JSON scanner says of a text that is no JSON.

/// Go's words for the first byte that does not fit; `None` for a whole JSON value.
///
/// Models: Go's encoding/json scanner.go, which sigs.k8s.io/json copies (v1.36).
pub fn json_error(text: &str) -> Option<String> {
    let mut scanner = Scanner { rest: text.as_bytes() };
    let whole = scanner.value(0).and_then(|()| match scanner.after_spaces() {
        None => Ok(()),
        Some(byte) => Err(invalid(byte, "after top-level value")),
    });
    whole.err()
}

/// The deepest nesting that Go reads.
const DEEPEST: usize = 10_000;
const ENDED: &str = "unexpected end of JSON input";

struct Scanner<'a> {
    rest: &'a [u8],
}

fn invalid(byte: u8, place: &str) -> String {
    let shown = match byte {
        b'\'' => "'\\''".to_owned(),
        b'"' => "'\"'".to_owned(),
        // A byte is shown as the character of that number.
        byte => {
            let quoted = super::quote(&char::from(byte).to_string());
            format!("'{}'", quoted.trim_matches('"'))
        }
    };
    format!("invalid character {shown} {place}")
}

impl Scanner<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    fn after_spaces(&mut self) -> Option<u8> {
        while self.peek().is_some_and(|byte| b" \t\r\n".contains(&byte)) {
            self.next();
        }
        self.next()
    }

    fn value(&mut self, depth: usize) -> Result<(), String> {
        if depth > DEEPEST {
            return Err("exceeded max depth".to_owned());
        }
        let first = self.after_spaces().ok_or(ENDED)?;
        self.value_from(first, depth)
    }

    fn value_from(&mut self, first: u8, depth: usize) -> Result<(), String> {
        match first {
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => self.string(),
            b'-' => {
                let digit = self.next().ok_or(ENDED)?;
                if !digit.is_ascii_digit() {
                    return Err(invalid(digit, "in numeric literal"));
                }
                self.number(digit)
            }
            digit if digit.is_ascii_digit() => self.number(digit),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            other => Err(invalid(other, "looking for beginning of value")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<(), String> {
        const KEY: &str = "looking for beginning of object key string";
        let mut first = self.after_spaces().ok_or(ENDED)?;
        if first == b'}' {
            return Ok(());
        }
        loop {
            if first != b'"' {
                return Err(invalid(first, KEY));
            }
            self.string()?;
            match self.after_spaces().ok_or(ENDED)? {
                b':' => {}
                other => return Err(invalid(other, "after object key")),
            }
            self.value(depth + 1)?;
            match self.after_spaces().ok_or(ENDED)? {
                b',' => first = self.after_spaces().ok_or(ENDED)?,
                b'}' => return Ok(()),
                other => return Err(invalid(other, "after object key:value pair")),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<(), String> {
        let mut first = self.after_spaces().ok_or(ENDED)?;
        if first == b']' {
            return Ok(());
        }
        loop {
            self.value_from(first, depth + 1)?;
            match self.after_spaces().ok_or(ENDED)? {
                b',' => first = self.after_spaces().ok_or(ENDED)?,
                b']' => return Ok(()),
                other => return Err(invalid(other, "after array element")),
            }
        }
    }

    fn string(&mut self) -> Result<(), String> {
        loop {
            match self.next().ok_or(ENDED)? {
                b'"' => return Ok(()),
                b'\\' => self.escape()?,
                byte if byte < b' ' => return Err(invalid(byte, "in string literal")),
                _ => {}
            }
        }
    }

    fn escape(&mut self) -> Result<(), String> {
        match self.next().ok_or(ENDED)? {
            b'b' | b'f' | b'n' | b'r' | b't' | b'\\' | b'/' | b'"' => Ok(()),
            b'u' => (0..4).try_for_each(|_| match self.next().ok_or(ENDED)? {
                byte if byte.is_ascii_hexdigit() => Ok(()),
                byte => Err(invalid(byte, "in \\u hexadecimal character escape")),
            }),
            byte => Err(invalid(byte, "in string escape code")),
        }
    }

    fn number(&mut self, first: u8) -> Result<(), String> {
        if first != b'0' {
            self.digits();
        }
        if self.peek() == Some(b'.') {
            self.next();
            self.digit("after decimal point in numeric literal")?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.next();
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.next();
            }
            self.digit("in exponent of numeric literal")?;
        }
        Ok(())
    }

    /// At least one digit.
    fn digit(&mut self, place: &str) -> Result<(), String> {
        let byte = self.next().ok_or(ENDED)?;
        if !byte.is_ascii_digit() {
            return Err(invalid(byte, place));
        }
        self.digits();
        Ok(())
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.next();
        }
    }

    fn word(&mut self, word: &str) -> Result<(), String> {
        word.bytes()
            .skip(1)
            .try_for_each(|wanted| match self.next().ok_or(ENDED)? {
                byte if byte == wanted => Ok(()),
                byte => Err(invalid(
                    byte,
                    &format!("in literal {word} (expecting '{}')", char::from(wanted)),
                )),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::json_error;

    #[test]
    fn each_place_has_its_words() {
        for (text, words) in [
            (
                "{spec: 1}",
                "invalid character 's' looking for beginning of object key string",
            ),
            (
                "{'a': 1}",
                "invalid character '\\'' looking for beginning of object key string",
            ),
            (
                "{\"a\": 1,}",
                "invalid character '}' looking for beginning of object key string",
            ),
            ("{\"a\" 1}", "invalid character '1' after object key"),
            (
                "{\"a\": NodePort}",
                "invalid character 'N' looking for beginning of value",
            ),
            (
                "{\"a\": \"b\" \"c\": 1}",
                "invalid character '\"' after object key:value pair",
            ),
            ("{\"a\": [1 2]}", "invalid character '2' after array element"),
            ("{\"a\": [1,]}", "invalid character ']' looking for beginning of value"),
            ("{\"a\": 1}}", "invalid character '}' after top-level value"),
            ("{\"a\": {}", "unexpected end of JSON input"),
            ("{\"a\": tRue}", "invalid character 'R' in literal true (expecting 'r')"),
            ("{\"a\": 01}", "invalid character '1' after object key:value pair"),
            ("{\"a\": -b}", "invalid character 'b' in numeric literal"),
            (
                "{\"a\": 1.}",
                "invalid character '}' after decimal point in numeric literal",
            ),
            ("{\"a\": 1e}", "invalid character '}' in exponent of numeric literal"),
            ("{\"a\": \"\\x\"}", "invalid character 'x' in string escape code"),
            (
                "{\"a\": \"\\u12g\"}",
                "invalid character 'g' in \\u hexadecimal character escape",
            ),
            ("{\"a\": \"\n\"}", "invalid character '\\n' in string literal"),
            (
                "{\u{201c}a\u{201d}: 1}",
                "invalid character 'â' looking for beginning of object key string",
            ),
        ] {
            assert_eq!(json_error(text).as_deref(), Some(words), "{text}");
        }
        assert_eq!(json_error(" {\"a\": [1, -0.5e+3, \"\\u12ab\"], \"b\": null} \n"), None);
    }
}
