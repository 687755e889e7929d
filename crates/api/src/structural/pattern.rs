//! Regular expressions of schemas, as Go's `regexp` reads them, for the one question whether a text matches.
//!
//! All ways through a pattern are followed at once, so the time is linear in the text whatever the pattern is.

use std::iter::Peekable;
use std::str::Chars;

/// The most instructions of a pattern, and the most repetitions that Go allows.
const INSTRUCTIONS: usize = 20_000;
const REPETITIONS: usize = 1_000;
const DEPTH: usize = 100;

/// A pattern, ready to match.
#[derive(Debug)]
pub(super) struct Pattern {
    program: Vec<Step>,
}

#[derive(Clone, Debug)]
enum Step {
    Char(Set),
    /// Goes on at both.
    Split(usize, usize),
    Jump(usize),
    Start,
    End,
    /// Whether a word begins or ends here.
    Boundary(bool),
    Match,
}

/// Characters in ranges, or all others.
#[derive(Clone, Debug, Default)]
struct Set {
    ranges: Vec<(char, char)>,
    negated: bool,
}

#[derive(Clone, Debug)]
enum Tree {
    Empty,
    Leaf(Step),
    All(Vec<Self>),
    Either(Vec<Self>),
    Repeat(Box<Self>, usize, Option<usize>),
}

impl Pattern {
    /// `None` if it is none, or says what is not understood here.
    pub fn read(text: &str) -> Option<Self> {
        let mut reader = Reader {
            rest: text.chars().peekable(),
            depth: 0,
            ignore_case: false,
        };
        let tree = reader.either()?;
        if reader.rest.peek().is_some() {
            return None;
        }
        let mut program = Vec::new();
        emit(&tree, &mut program)?;
        program.push(Step::Match);
        Some(Self { program })
    }

    /// Whether it matches anywhere in a text.
    pub fn matches(&self, text: &str) -> bool {
        let mut now = Vec::new();
        let mut before = None;
        let mut rest = text.chars().peekable();
        loop {
            let next = rest.peek().copied();
            let mut seen = vec![false; self.program.len()];
            let mut open: Vec<usize> = now;
            open.push(0);
            let mut waiting = Vec::new();
            while let Some(at) = open.pop() {
                let is_new = seen.get_mut(at).is_some_and(|seen| !std::mem::replace(seen, true));
                let Some(step) = self.program.get(at).filter(|_| is_new) else {
                    continue;
                };
                match step {
                    Step::Match => return true,
                    Step::Char(_) => waiting.push(at),
                    Step::Split(first, second) => open.extend([*first, *second]),
                    Step::Jump(to) => open.push(*to),
                    Step::Start if before.is_none() => open.push(at + 1),
                    Step::End if next.is_none() => open.push(at + 1),
                    Step::Boundary(wanted) if (is_word(before) != is_word(next)) == *wanted => open.push(at + 1),
                    Step::Start | Step::End | Step::Boundary(_) => {}
                }
            }
            let Some(next) = rest.next() else { return false };
            let goes_on = |at: &usize| matches!(self.program.get(*at), Some(Step::Char(set)) if set.has(next));
            now = waiting.into_iter().filter(goes_on).map(|at| at + 1).collect();
            before = Some(next);
        }
    }
}

fn is_word(it: Option<char>) -> bool {
    it.is_some_and(|it| it.is_ascii_alphanumeric() || it == '_')
}

impl Set {
    fn of(ranges: &[(char, char)], negated: bool) -> Self {
        Self {
            ranges: ranges.to_vec(),
            negated,
        }
    }

    fn has(&self, it: char) -> bool {
        { self.ranges.iter() }.any(|(first, last)| (*first..=*last).contains(&it)) != self.negated
    }

    /// With both cases of each ASCII letter.
    fn in_any_case(mut self) -> Self {
        let letters = ('a'..='z').filter(|it| self.ranges.iter().any(|range| both_cases(*it, *range)));
        let more: Vec<(char, char)> = letters
            .flat_map(|it| [(it, it), (it.to_ascii_uppercase(), it.to_ascii_uppercase())])
            .collect();
        self.ranges.extend(more);
        self
    }
}

fn both_cases(letter: char, (first, last): (char, char)) -> bool {
    (first..=last).contains(&letter) || (first..=last).contains(&letter.to_ascii_uppercase())
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    depth: usize,
    ignore_case: bool,
}

impl Reader<'_> {
    fn takes(&mut self, wanted: char) -> bool {
        self.rest.next_if_eq(&wanted).is_some()
    }

    fn either(&mut self) -> Option<Tree> {
        let mut ways = vec![self.all()?];
        while self.takes('|') {
            ways.push(self.all()?);
        }
        Some(Tree::Either(ways))
    }

    fn all(&mut self) -> Option<Tree> {
        let mut parts = Vec::new();
        while self.rest.peek().is_some_and(|it| !matches!(it, '|' | ')')) {
            let part = self.one()?;
            parts.push(self.repeated(part)?);
        }
        Some(Tree::All(parts))
    }

    fn repeated(&mut self, part: Tree) -> Option<Tree> {
        let (least, most) = match self.rest.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => match self.counts() {
                Some(counts) => {
                    self.takes('?');
                    return Some(Tree::Repeat(Box::new(part), counts.0, counts.1));
                }
                None => return Some(part),
            },
            _ => return Some(part),
        };
        self.rest.next();
        self.takes('?');
        // Go refuses `a**`.
        let is_again = matches!(self.rest.peek(), Some('*' | '+' | '?'));
        (!is_again).then(|| Tree::Repeat(Box::new(part), least, most))
    }

    /// `{2}`, `{2,}` or `{2,5}`; nothing is consumed if it is none of these.
    fn counts(&mut self) -> Option<(usize, Option<usize>)> {
        let mut ahead = self.rest.clone();
        ahead.next();
        let inside: String = ahead.by_ref().take_while(|it| *it != '}').collect();
        let number = |text: &str| text.parse::<usize>().ok().filter(|it| *it <= REPETITIONS);
        let counts = match inside.split_once(',') {
            None => (number(&inside)?, Some(number(&inside)?)),
            Some((least, "")) => (number(least)?, None),
            Some((least, most)) => (number(least)?, Some(number(most)?)),
        };
        self.rest = ahead;
        Some(counts)
    }

    fn one(&mut self) -> Option<Tree> {
        Some(Tree::Leaf(match self.rest.next()? {
            '(' => return self.group(),
            '[' => Step::Char(self.set()?),
            '.' => Step::Char(Set::of(&[('\n', '\n')], true)),
            '^' => Step::Start,
            '$' => Step::End,
            '*' | '+' | '?' => return None,
            '\\' => match self.rest.next()? {
                'b' => Step::Boundary(true),
                'B' => Step::Boundary(false),
                'A' => Step::Start,
                'z' => Step::End,
                escape => Step::Char(self.cased(escaped(escape)?)),
            },
            it => Step::Char(self.cased(Set::of(&[(it, it)], false))),
        }))
    }

    fn cased(&self, set: Set) -> Set {
        if self.ignore_case { set.in_any_case() } else { set }
    }

    fn group(&mut self) -> Option<Tree> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let outer = self.ignore_case;
        if self.takes('?') && !self.header()? {
            // Flags alone, such as `(?i)`, hold to the end of the group around them.
            self.depth -= 1;
            return Some(Tree::Empty);
        }
        let inner = self.either()?;
        self.ignore_case = outer;
        self.depth -= 1;
        self.takes(')').then_some(inner)
    }

    /// What follows `(?`; false if the group has nothing but flags.
    fn header(&mut self) -> Option<bool> {
        if self.rest.peek() == Some(&'P') || self.rest.peek() == Some(&'<') {
            self.takes('P');
            return (self.takes('<') && self.rest.by_ref().any(|it| it == '>')).then_some(true);
        }
        loop {
            match self.rest.next()? {
                'i' => self.ignore_case = true,
                ':' => return Some(true),
                ')' => return Some(false),
                _ => return None,
            }
        }
    }

    fn set(&mut self) -> Option<Set> {
        let mut set = Set {
            negated: self.takes('^'),
            ..Set::default()
        };
        let mut is_first = true;
        loop {
            let it = match self.rest.next()? {
                ']' if !is_first => break,
                '[' if self.rest.peek() == Some(&':') => {
                    set.ranges.extend(self.class()?);
                    is_first = false;
                    continue;
                }
                '\\' => {
                    let inner = escaped(self.rest.next()?)?;
                    match (inner.ranges.as_slice(), inner.negated) {
                        ([(first, last)], false) if first == last => *first,
                        (_, true) => return None,
                        (ranges, false) => {
                            set.ranges.extend(ranges);
                            is_first = false;
                            continue;
                        }
                    }
                }
                it => it,
            };
            is_first = false;
            set.ranges.push((it, self.range_end()?.unwrap_or(it)));
        }
        let negated = std::mem::take(&mut set.negated);
        let set = self.cased(set);
        Some(Set { negated, ..set })
    }

    /// The end of a range such as `a-z`; `None` inside if it is no range.
    #[allow(clippy::option_option, reason = "the outer one is an error")]
    fn range_end(&mut self) -> Option<Option<char>> {
        let mut ahead = self.rest.clone();
        if ahead.next() != Some('-') || ahead.peek().is_none_or(|it| *it == ']') {
            return Some(None);
        }
        self.rest = ahead;
        Some(Some(match self.rest.next()? {
            '\\' => escaped(self.rest.next()?)?.ranges.first()?.0,
            end => end,
        }))
    }

    /// `[:alpha:]`.
    fn class(&mut self) -> Option<Vec<(char, char)>> {
        self.rest.next();
        let name: String = self.rest.by_ref().take_while(|it| *it != ':').collect();
        if !self.takes(']') {
            return None;
        }
        Some(match name.as_str() {
            "alpha" => vec![('a', 'z'), ('A', 'Z')],
            "alnum" => vec![('a', 'z'), ('A', 'Z'), ('0', '9')],
            "digit" => vec![('0', '9')],
            "lower" => vec![('a', 'z')],
            "upper" => vec![('A', 'Z')],
            "space" => vec![('\t', '\r'), (' ', ' ')],
            "word" => WORD.to_vec(),
            "xdigit" => vec![('a', 'f'), ('A', 'F'), ('0', '9')],
            "punct" => vec![('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
            _ => return None,
        })
    }
}

const WORD: [(char, char); 4] = [('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')];
const SPACE: [(char, char); 3] = [('\t', '\n'), ('\x0c', '\r'), (' ', ' ')];

/// What a character after a backslash stands for.
fn escaped(it: char) -> Option<Set> {
    let one = |it: char| Some(Set::of(&[(it, it)], false));
    match it {
        'd' | 'D' => Some(Set::of(&[('0', '9')], it == 'D')),
        'w' | 'W' => Some(Set::of(&WORD, it == 'W')),
        's' | 'S' => Some(Set::of(&SPACE, it == 'S')),
        'n' => one('\n'),
        't' => one('\t'),
        'r' => one('\r'),
        'f' => one('\x0c'),
        'v' => one('\x0b'),
        it if it.is_ascii_punctuation() => one(it),
        _ => None,
    }
}

/// Writes the instructions of a tree; `None` if there are too many.
fn emit(tree: &Tree, program: &mut Vec<Step>) -> Option<()> {
    if program.len() > INSTRUCTIONS {
        return None;
    }
    match tree {
        Tree::Empty => {}
        Tree::Leaf(step) => program.push(step.clone()),
        Tree::All(parts) => parts.iter().try_for_each(|part| emit(part, program))?,
        Tree::Either(ways) => {
            let mut ends = Vec::new();
            for (index, way) in ways.iter().enumerate() {
                let is_last = index + 1 == ways.len();
                let split = program.len();
                if !is_last {
                    program.push(Step::Match);
                }
                emit(way, program)?;
                if !is_last {
                    ends.push(program.len());
                    program.push(Step::Match);
                    split_to_end(program, split);
                }
            }
            for end in ends {
                let last = program.len();
                put(program, end, Step::Jump(last));
            }
        }
        Tree::Repeat(part, least, most) => {
            for _ in 0..*least {
                emit(part, program)?;
            }
            if let Some(most) = most {
                let mut splits = Vec::new();
                for _ in *least..*most {
                    splits.push(program.len());
                    program.push(Step::Match);
                    emit(part, program)?;
                }
                for split in splits {
                    split_to_end(program, split);
                }
            } else {
                let split = program.len();
                program.push(Step::Match);
                emit(part, program)?;
                program.push(Step::Jump(split));
                split_to_end(program, split);
            }
        }
    }
    Some(())
}

/// At `at`, goes on either at the next instruction or after the last one so far.
fn split_to_end(program: &mut [Step], at: usize) {
    let last = program.len();
    put(program, at, Step::Split(at + 1, last));
}

fn put(program: &mut [Step], at: usize, step: Step) {
    if let Some(place) = program.get_mut(at) {
        *place = step;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::read(pattern)
            .unwrap_or_else(|| panic!("{pattern}"))
            .matches(text)
    }

    #[test]
    fn patterns_of_schemas_match_as_in_go() {
        let cases = [
            (r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "web-1", true),
            (r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "web-", false),
            (r"^\d+(ms|s|m|h)$", "30s", true),
            (r"^\d+(ms|s|m|h)$", "30", false),
            (r"^(Always|Never)$", "Never", true),
            (r"^(Always|Never)$", "never", false),
            (r"(?i)^(always|never)$", "Never", true),
            (r"^([0-9]{1,3}\.){3}[0-9]{1,3}$", "10.0.0.1", true),
            (r"^([0-9]{1,3}\.){3}[0-9]{1,3}$", "10.0.0", false),
            (r"b", "abc", true),
            (r"^$", "", true),
            (r"^a{2,}$", "a", false),
            (r"^a{2,}$", "aaaa", true),
            (r"^a{0,1}b??$", "ab", true),
            (r"^[^/]+/[^/]+$", "a/b", true),
            (r"^[^/]+/[^/]+$", "a/b/c", false),
            (r"^[[:alpha:]_]+$", "a_B", true),
            (r"^[\w.\-]+$", "a.b-c", true),
            (r"\bweb\b", "a web b", true),
            (r"\bweb\b", "aweb", false),
            (r"^(?:a|b|)c$", "c", true),
            (r"^.$", "\n", false),
            (r"^x{$", "x{", true),
            (r"^(?P<name>a)$", "a", true),
            (r"^[]a]$", "]", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text:?}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_none_and_what_is_costly_ends() {
        for pattern in ["(", "a)", "[a", "*", r"\p{Greek}", "a**", "(a{1000}){1000}"] {
            assert!(Pattern::read(pattern).is_none(), "{pattern}");
        }
        assert!(!matches("^(a*)*b$", &"a".repeat(3_000)));
    }
}
