//! Regular expressions of `grep` and `sed`: `.`, `*`, `+`, `?`, `[…]`, `^`, `$`, `|`, groups.

/// A regular expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    ways: Vec<Vec<Item>>,
    ignores_case: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    atom: Atom,
    least: usize,
    most: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Atom {
    Any,
    One(char),
    Set { chars: Vec<(char, char)>, negated: bool },
    Begin,
    End,
    Group(Vec<Vec<Item>>),
}

/// The longest pattern.
const MOST_CHARS: usize = 500;
/// Steps of matching, so that no pattern takes long.
const MOST_STEPS: usize = 20_000;

impl Pattern {
    /// Reads a pattern; of extended ones `+`, `?`, `|` and parentheses work without a backslash. `None` if it is malformed.
    pub(crate) fn read(text: &str, extended: bool, ignores_case: bool) -> Option<Self> {
        let chars: Vec<char> = text.chars().collect();
        if chars.len() > MOST_CHARS {
            return None;
        }
        let mut reader = Reader {
            chars: &chars,
            at: 0,
            extended,
            depth: 0,
        };
        let ways = reader.ways()?;
        (reader.at == chars.len()).then_some(Self { ways, ignores_case })
    }

    /// A pattern that is its own text.
    pub(crate) fn fixed(text: &str, ignores_case: bool) -> Self {
        let item = |c| Item {
            atom: Atom::One(c),
            least: 1,
            most: 1,
        };
        Self {
            ways: vec![text.chars().take(MOST_CHARS).map(item).collect()],
            ignores_case,
        }
    }

    /// The first match in a line, in characters.
    pub(crate) fn find(&self, line: &[char], from: usize) -> Option<(usize, usize)> {
        let mut matcher = Matcher {
            line,
            ignores_case: self.ignores_case,
            steps: 0,
        };
        (from..=line.len()).find_map(|start| {
            let ends = self.ways.iter().filter_map(|way| matcher.end(way, start));
            ends.max().map(|end| (start, end))
        })
    }

    pub(crate) fn is_in(&self, line: &str) -> bool {
        let line: Vec<char> = line.chars().collect();
        self.find(&line, 0).is_some()
    }
}

struct Reader<'a> {
    chars: &'a [char],
    at: usize,
    extended: bool,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    /// Skips an operator: plain in extended patterns, behind a backslash in others.
    fn takes(&mut self, sign: char) -> bool {
        let escaped = self.peek() == Some('\\') && self.chars.get(self.at + 1) == Some(&sign);
        let found = if self.extended {
            self.peek() == Some(sign)
        } else {
            escaped
        };
        if found {
            self.at += if self.extended { 1 } else { 2 };
        }
        found
    }

    fn ways(&mut self) -> Option<Vec<Vec<Item>>> {
        self.depth += 1;
        if self.depth > 20 {
            return None;
        }
        let mut ways = vec![self.items()?];
        while self.takes('|') {
            ways.push(self.items()?);
        }
        self.depth -= 1;
        Some(ways)
    }

    fn items(&mut self) -> Option<Vec<Item>> {
        let mut items = Vec::new();
        loop {
            let before = self.at;
            if self.takes('|') || self.depth > 1 && self.takes(')') {
                self.at = before;
                return Some(items);
            }
            if self.peek().is_none() {
                return Some(items);
            }
            let atom = self.atom()?;
            let (least, most) = if self.peek() == Some('*') {
                self.at += 1;
                (0, usize::MAX)
            } else if self.takes('+') {
                (1, usize::MAX)
            } else if self.takes('?') {
                (0, 1)
            } else {
                (1, 1)
            };
            items.push(Item { atom, least, most });
        }
    }

    /// `None` if it is malformed.
    fn atom(&mut self) -> Option<Atom> {
        if self.takes('(') {
            let ways = self.ways()?;
            return self.takes(')').then_some(Atom::Group(ways));
        }
        let c = self.peek()?;
        self.at += 1;
        Some(match c {
            '.' => Atom::Any,
            '^' => Atom::Begin,
            '$' => Atom::End,
            '[' => self.set()?,
            '\\' => {
                let c = self.peek()?;
                self.at += 1;
                match c {
                    'd' => Atom::Set {
                        chars: vec![('0', '9')],
                        negated: false,
                    },
                    's' => Atom::Set {
                        chars: vec![(' ', ' '), ('\t', '\t')],
                        negated: false,
                    },
                    'w' => Atom::Set {
                        chars: vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')],
                        negated: false,
                    },
                    c => Atom::One(c),
                }
            }
            c => Atom::One(c),
        })
    }

    fn set(&mut self) -> Option<Atom> {
        let negated = self.peek() == Some('^');
        self.at += usize::from(negated);
        let mut chars = Vec::new();
        loop {
            let c = self.peek()?;
            self.at += 1;
            if c == ']' && !chars.is_empty() {
                return Some(Atom::Set { chars, negated });
            }
            let range = self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|end| *end != ']');
            if range {
                chars.push((c, *self.chars.get(self.at + 1)?));
                self.at += 2;
            } else {
                chars.push((c, c));
            }
        }
    }
}

struct Matcher<'a> {
    line: &'a [char],
    ignores_case: bool,
    steps: usize,
}

impl Matcher<'_> {
    /// Where a match of these items ends that begins there.
    fn end(&mut self, items: &[Item], at: usize) -> Option<usize> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return None;
        }
        let Some((item, rest)) = items.split_first() else {
            return Some(at);
        };
        // All places where so many repetitions may end, the longest first.
        let mut ends = vec![at];
        while ends.len() <= item.most {
            let last = ends.last().copied().unwrap_or(at);
            match self.once(&item.atom, last) {
                Some(next) if next > last || ends.len() <= item.least => ends.push(next),
                _ => break,
            }
        }
        while ends.len() > item.least {
            let from = ends.pop()?;
            if let Some(end) = self.end(rest, from) {
                return Some(end);
            }
        }
        None
    }

    fn once(&mut self, atom: &Atom, at: usize) -> Option<usize> {
        let fold = |c: char| if self.ignores_case { c.to_ascii_lowercase() } else { c };
        let c = self.line.get(at).copied();
        let fits = match atom {
            Atom::Begin => return (at == 0).then_some(at),
            Atom::End => return (at == self.line.len()).then_some(at),
            Atom::Group(ways) => {
                let mut ends: Vec<usize> = Vec::new();
                for way in ways {
                    ends.extend(self.end(way, at));
                }
                return ends.into_iter().max();
            }
            Atom::Any => c.is_some(),
            Atom::One(one) => c.is_some_and(|c| fold(c) == fold(*one)),
            Atom::Set { chars, negated } => c.is_some_and(|c| {
                let within = |c: char| chars.iter().any(|(from, to)| (*from..=*to).contains(&c));
                let found = within(c)
                    || self.ignores_case && (within(c.to_ascii_lowercase()) || within(c.to_ascii_uppercase()));
                found != *negated
            }),
        };
        fits.then_some(at + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn patterns_are_found_as_grep_finds_them() {
        let found = |pattern: &str, extended: bool, line: &str| {
            Pattern::read(pattern, extended, false).is_some_and(|pattern| pattern.is_in(line))
        };
        assert!(found("^web-.*Running", false, "web-1  1/1  Running"));
        assert!(!found("^eb", false, "web"));
        assert!(found("a+b", false, "a+b") && !found("a+b", false, "aab"));
        assert!(found("a+b$", true, "aab"));
        assert!(found("err|warn", true, "a warning") && found("err\\|warn", false, "a warning"));
        assert!(found("(ab)+c", true, "xababc") && !found("(ab)+c", true, "abd"));
        assert!(found("[0-9][0-9]*\\.", false, "10.0") && !found("[^a-z]", false, "abc"));
        assert!(found("x*", false, ""));
        assert_eq!(Pattern::read("(a", true, false), None);
    }
}
