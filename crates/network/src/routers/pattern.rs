//! Regular expressions, as nginx matches paths: without regard to case. Those of HTTPRoutes regard it.

/// How many steps a match may take before it counts as none.
const STEPS: usize = 20_000;
/// The most copies that `{n,m}` makes.
const COPIES: usize = 100;

/// A compiled expression.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Pattern {
    steps: Vec<Step>,
    groups: usize,
    any_case: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
enum Step {
    /// One character of these ranges, or of none of them.
    One(Vec<(char, char)>, bool),
    /// Goes on at the first, else at the second.
    Either(usize, usize),
    Jump(usize),
    Save(usize),
    Start,
    End,
}

impl Pattern {
    /// `None` if it is no expression, or uses what is not known here.
    pub fn new(text: &str) -> Option<Self> {
        let chars: Vec<char> = text.chars().collect();
        let mut parser = Parser {
            chars: &chars,
            at: 0,
            groups: 0,
            left: STEPS,
        };
        let steps = parser.alternatives(0)?;
        (parser.at == chars.len()).then_some(Self {
            steps,
            groups: parser.groups,
            any_case: true,
        })
    }

    /// An expression that a whole text has to match, with regard to case.
    pub fn whole(text: &str) -> Option<Self> {
        let pattern = Self::new(&format!("^({text})$"))?;
        Some(Self {
            any_case: false,
            ..pattern
        })
    }

    /// The groups of the first match, the whole match first.
    pub fn find(&self, text: &str) -> Option<Vec<Option<String>>> {
        let chars: Vec<char> = text.chars().collect();
        let mut left = STEPS;
        (0..=chars.len()).find_map(|from| self.match_at(&chars, from, &mut left))
    }

    fn match_at(&self, chars: &[char], from: usize, left: &mut usize) -> Option<Vec<Option<String>>> {
        let mut waiting = vec![(0, from, vec![None; 2 * self.groups])];
        while let Some((mut step, mut at, mut saved)) = waiting.pop() {
            loop {
                *left = left.checked_sub(1)?;
                match self.steps.get(step) {
                    None => return Some(self.groups_of(chars, from, at, &saved)),
                    Some(Step::One(ranges, negated)) => {
                        let Some(char) = chars.get(at) else { break };
                        if self.is_in(ranges, *char) == *negated {
                            break;
                        }
                        at += 1;
                        step += 1;
                    }
                    Some(Step::Either(first, second)) => {
                        waiting.push((*second, at, saved.clone()));
                        step = *first;
                    }
                    Some(Step::Jump(to)) => step = *to,
                    Some(Step::Save(place)) => {
                        if let Some(saved) = saved.get_mut(*place) {
                            *saved = Some(at);
                        }
                        step += 1;
                    }
                    Some(Step::Start) if at != 0 => break,
                    Some(Step::End) if at != chars.len() => break,
                    Some(Step::Start | Step::End) => step += 1,
                }
            }
        }
        None
    }

    fn is_in(&self, ranges: &[(char, char)], char: char) -> bool {
        let has = |char: char| ranges.iter().any(|(from, to)| (*from..=*to).contains(&char));
        has(char) || self.any_case && (has(char.to_ascii_lowercase()) || has(char.to_ascii_uppercase()))
    }

    fn groups_of(&self, chars: &[char], from: usize, to: usize, saved: &[Option<usize>]) -> Vec<Option<String>> {
        let text = |from: usize, to: usize| chars.get(from..to).map(|chars| chars.iter().collect());
        let group = |number: usize| {
            let (from, to) = (saved.get(2 * number)?, saved.get(2 * number + 1)?);
            text((*from)?, (*to)?)
        };
        std::iter::once(text(from, to))
            .chain((0..self.groups).map(group))
            .collect()
    }
}

struct Parser<'a> {
    chars: &'a [char],
    at: usize,
    groups: usize,
    /// How many atoms may still be read: groups are read once for each copy.
    left: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn take(&mut self, wanted: char) -> bool {
        let is_there = self.peek() == Some(wanted);
        self.at += usize::from(is_there);
        is_there
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += 1;
        Some(next)
    }

    /// Steps that begin at `from`; they go on behind themselves where they match.
    fn alternatives(&mut self, from: usize) -> Option<Vec<Step>> {
        let (start, groups_before) = (self.at, self.groups);
        let first = self.sequence(from)?;
        if !self.take('|') {
            return Some(first);
        }
        // The choice comes first, so the sequence is read again one step later.
        let after = self.at;
        self.at = start;
        self.groups = groups_before;
        let first = self.sequence(from + 1)?;
        self.at = after;
        let second_at = from + 2 + first.len();
        let second = self.alternatives(second_at)?;
        let mut steps = vec![Step::Either(from + 1, second_at)];
        steps.extend(first);
        steps.push(Step::Jump(second_at + second.len()));
        steps.extend(second);
        Some(steps)
    }

    fn sequence(&mut self, from: usize) -> Option<Vec<Step>> {
        let mut steps: Vec<Step> = Vec::new();
        while self.peek().is_some_and(|next| next != '|' && next != ')') {
            let place = self.at;
            let groups = self.groups;
            self.atom(0)?;
            let (least, most) = self.repetition()?;
            let (behind, groups_behind) = (self.at, self.groups);
            let is_lazy = matches!((least, most), (1, Some(1))) || !self.take('?');
            let behind = behind.max(self.at);
            let again = |this: &mut Self, at: usize| {
                (this.at, this.groups) = (place, groups);
                this.atom(at)
            };
            for _ in 0..least {
                let atom = again(self, from + steps.len())?;
                steps.extend(atom);
            }
            match most {
                None => {
                    let head = from + steps.len();
                    let atom = again(self, head + 1)?;
                    let end = head + 2 + atom.len();
                    steps.push(choice(is_lazy, head + 1, end));
                    steps.extend(atom);
                    steps.push(Step::Jump(head));
                }
                Some(most) => {
                    for _ in least..most {
                        let head = from + steps.len();
                        let atom = again(self, head + 1)?;
                        steps.push(choice(is_lazy, head + 1, head + 1 + atom.len()));
                        steps.extend(atom);
                    }
                }
            }
            (self.at, self.groups) = (behind, groups_behind);
        }
        Some(steps)
    }

    /// How often the atom before may come.
    fn repetition(&mut self) -> Option<(usize, Option<usize>)> {
        Some(match self.peek() {
            Some('*') => self.after((0, None)),
            Some('+') => self.after((1, None)),
            Some('?') => self.after((0, Some(1))),
            Some('{') => {
                let rest: String = self.chars.get(self.at + 1..)?.iter().collect();
                let (inside, _) = rest.split_once('}')?;
                self.at += 2 + inside.chars().count();
                let (least, most) = inside.split_once(',').map_or((inside, Some(inside)), |(least, most)| {
                    (least, (!most.is_empty()).then_some(most))
                });
                let least = least.parse().ok().filter(|least| *least <= COPIES)?;
                match most {
                    None => (least, None),
                    Some(most) => (least, Some(most.parse().ok().filter(|most| *most <= COPIES)?)),
                }
            }
            _ => (1, Some(1)),
        })
    }

    fn after<T>(&mut self, value: T) -> T {
        self.at += 1;
        value
    }

    fn atom(&mut self, from: usize) -> Option<Vec<Step>> {
        self.left = self.left.checked_sub(1)?;
        let any = || Step::One(Vec::new(), true);
        Some(match self.next()? {
            '.' => vec![any()],
            '^' => vec![Step::Start],
            '$' => vec![Step::End],
            '[' => vec![self.class()?],
            '\\' => {
                let (ranges, negated) = escaped(self.next()?)?;
                vec![Step::One(ranges, negated)]
            }
            '(' if self.take('?') => {
                if !self.take(':') {
                    return None;
                }
                let inner = self.alternatives(from)?;
                self.take(')').then_some(inner)?
            }
            '(' => {
                let number = self.groups;
                self.groups += 1;
                let mut steps = vec![Step::Save(2 * number)];
                steps.extend(self.alternatives(from + 1)?);
                steps.push(Step::Save(2 * number + 1));
                self.take(')').then_some(steps)?
            }
            '*' | '+' | '?' => return None,
            char => vec![Step::One(vec![(char, char)], false)],
        })
    }

    fn class(&mut self) -> Option<Step> {
        let negated = self.take('^');
        let mut ranges = Vec::new();
        let mut is_first = true;
        loop {
            let char = match self.next()? {
                ']' if !is_first => return Some(Step::One(ranges, negated)),
                '\\' => {
                    let (more, false) = escaped(self.next()?)? else {
                        return None;
                    };
                    if let [(from, to)] = more[..]
                        && from == to
                    {
                        from
                    } else {
                        ranges.extend(more);
                        is_first = false;
                        continue;
                    }
                }
                char => char,
            };
            is_first = false;
            let is_range = self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|next| *next != ']');
            if is_range {
                self.at += 1;
                ranges.push((char, self.next()?));
            } else {
                ranges.push((char, char));
            }
        }
    }
}

fn choice(is_greedy: bool, into: usize, past: usize) -> Step {
    if is_greedy {
        Step::Either(into, past)
    } else {
        Step::Either(past, into)
    }
}

/// The characters that an escape stands for, and whether it stands for all others.
fn escaped(char: char) -> Option<(Vec<(char, char)>, bool)> {
    let ranges = |class: char| match class {
        'd' => vec![('0', '9')],
        'w' => vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')],
        _ => vec![(' ', ' '), ('\t', '\r')],
    };
    Some(match char {
        'd' | 'w' | 's' => (ranges(char), false),
        'D' | 'W' | 'S' => (ranges(char.to_ascii_lowercase()), true),
        char if char.is_ascii_alphanumeric() => return None,
        char => (vec![(char, char)], false),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(pattern: &str, text: &str) -> Option<Vec<String>> {
        let found = Pattern::new(pattern)?.find(text)?;
        Some(found.into_iter().map(Option::unwrap_or_default).collect())
    }

    #[test]
    fn paths_of_the_documentation_match_with_their_groups() {
        assert_eq!(
            groups("^/something(/|$)(.*)", "/something/new").unwrap_or_default(),
            ["/something/new", "/", "new"]
        );
        assert_eq!(
            groups("^/something(/|$)(.*)", "/Something").unwrap_or_default(),
            ["/Something", "", ""]
        );
        assert_eq!(groups("^/something(/|$)(.*)", "/somethingelse"), None);
        assert_eq!(
            groups("^/foo/bar/[A-Z0-9]{3}", "/foo/bar/bar").unwrap_or_default(),
            ["/foo/bar/bar"]
        );
        assert_eq!(groups("^/foo/bar/(.+)", "/foo/bar/"), None);
        assert_eq!(
            groups("^/(v1|v2)/?(.*)", "/v2/x").unwrap_or_default(),
            ["/v2/x", "v2", "x"]
        );
        assert_eq!(groups(r"^/a\.b/\d+$", "/a.b/42").unwrap_or_default(), ["/a.b/42"]);
        assert_eq!(groups("^/x(?:a|b)*?c", "/xabac").unwrap_or_default(), ["/xabac"]);
    }

    #[test]
    fn what_is_no_expression_is_none_and_what_runs_wild_ends() {
        assert_eq!(Pattern::new("^/a(b"), None);
        assert_eq!(Pattern::new("*"), None);
        assert_eq!(groups("^(a*)*b", &"a".repeat(60)), None);
    }
}
