//! `$((…))`.

/// The value of a sum; `None` if it cannot be read.
pub(super) fn value(text: &str, variable: &dyn Fn(&str) -> String) -> Option<i64> {
    let mut reader = Reader {
        rest: text.trim_start(),
        variable,
        depth: 0,
    };
    let value = reader.compare()?;
    reader.rest.is_empty().then_some(value)
}

struct Reader<'a> {
    rest: &'a str,
    variable: &'a dyn Fn(&str) -> String,
    depth: usize,
}

impl Reader<'_> {
    fn takes(&mut self, sign: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(sign) else {
            return false;
        };
        self.rest = rest.trim_start();
        true
    }

    fn compare(&mut self) -> Option<i64> {
        let left = self.sum()?;
        for (sign, holds) in [
            ("==", (|a, b| a == b) as fn(i64, i64) -> bool),
            ("!=", |a, b| a != b),
            ("<=", |a, b| a <= b),
            (">=", |a, b| a >= b),
            ("<", |a, b| a < b),
            (">", |a, b| a > b),
        ] {
            if self.takes(sign) {
                let right = self.sum()?;
                return Some(i64::from(holds(left, right)));
            }
        }
        Some(left)
    }

    fn sum(&mut self) -> Option<i64> {
        let mut value = self.product()?;
        loop {
            if self.takes("+") {
                value = value.wrapping_add(self.product()?);
            } else if self.takes("-") {
                value = value.wrapping_sub(self.product()?);
            } else {
                return Some(value);
            }
        }
    }

    fn product(&mut self) -> Option<i64> {
        let mut value = self.single()?;
        loop {
            if self.takes("*") {
                value = value.wrapping_mul(self.single()?);
            } else if self.takes("/") {
                value = value.checked_div(self.single()?)?;
            } else if self.takes("%") {
                value = value.checked_rem(self.single()?)?;
            } else {
                return Some(value);
            }
        }
    }

    fn single(&mut self) -> Option<i64> {
        self.depth += 1;
        if self.depth > 100 {
            return None;
        }
        if self.takes("-") {
            return self.single().map(i64::wrapping_neg);
        }
        if self.takes("(") {
            let value = self.compare()?;
            return self.takes(")").then_some(value);
        }
        let rest = self.rest.strip_prefix('$').unwrap_or(self.rest);
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        self.rest = rest.trim_start();
        self.depth -= 1;
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            return word.parse().ok();
        }
        if word.is_empty() {
            return None;
        }
        let value = (self.variable)(word);
        if value.is_empty() {
            Some(0)
        } else {
            value.trim().parse().ok()
        }
    }
}
