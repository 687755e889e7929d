//! Runs a command or a script as far as it tells of itself: when it ends, what it prints, which files it leaves.

use super::awaited::asked;
use super::builtin;
use super::script::{Command, Joint, Script, Step, read};
use super::starts;
use super::state::{Flow, Shell};
use super::words;
use crate::stand_ins::listening::{base, is_server};

/// Beyond this many commands a program counts as one that never ends.
const MOST_STEPS: u32 = 2_000;
const MOST_STEPS_FOLLOWED: u32 = 100_000;
const DEEPEST: usize = 6;

impl Shell<'_> {
    /// Runs the words of a command, which are as they reach the program.
    pub(super) fn command(&mut self, words: &[String]) -> Flow {
        self.program(words, 0)
    }

    /// What a script prints, apart from everything else.
    pub(super) fn output_of(&mut self, script: &str, depth: usize) -> String {
        if depth > DEEPEST {
            return String::new();
        }
        let (lines, partial) = (std::mem::take(&mut self.lines), std::mem::take(&mut self.partial));
        let is_last = std::mem::replace(&mut self.is_last, false);
        self.script(&read(script), depth + 1);
        self.flush();
        let printed = std::mem::replace(&mut self.lines, lines);
        (self.partial, self.is_last) = (partial, is_last);
        let printed: Vec<String> = printed.into_iter().map(|(_, line)| line).collect();
        printed.join("\n")
    }

    fn is_over(&mut self) -> bool {
        self.steps += 1;
        let most = if self.until.is_some() {
            MOST_STEPS_FOLLOWED
        } else {
            MOST_STEPS
        };
        self.steps > most || self.until.is_some_and(|until| self.clock > until)
    }

    fn script(&mut self, script: &Script, depth: usize) -> Flow {
        let is_last = self.is_last;
        for (place, step) in script.iter().enumerate() {
            let skipped = match step.after {
                Joint::Always => false,
                Joint::Success => self.status != 0,
                Joint::Failure => self.status == 0,
            };
            if skipped {
                continue;
            }
            if self.is_over() {
                return Flow::Forever;
            }
            let next = script.get(place + 1);
            self.is_last = is_last && next.is_none();
            let flow = if step.is_beside {
                self.beside(step, depth)
            } else {
                self.pipeline(step, depth)
            };
            self.is_last = is_last;
            if flow != Flow::Next {
                return flow;
            }
            if step.is_negated {
                self.status = i64::from(self.status == 0);
            }
            let is_looked_at =
                self.conditions > 0 || step.is_negated || next.is_some_and(|it| it.after != Joint::Always);
            if self.stops_at_failure && self.status != 0 && !is_looked_at {
                return Flow::Exit;
            }
        }
        Flow::Next
    }

    /// Runs a step beside what follows.
    fn beside(&mut self, step: &Step, depth: usize) -> Flow {
        let clock = self.clock;
        self.is_last = true;
        self.is_busy_beside |= self.pipeline(step, depth) == Flow::Forever;
        (self.clock, self.status) = (clock, 0);
        Flow::Next
    }

    fn pipeline(&mut self, step: &Step, depth: usize) -> Flow {
        let [commands @ .., last] = step.commands.as_slice() else {
            return Flow::Next;
        };
        if commands.is_empty() {
            return self.run(last, depth);
        }
        let before = self.lines.len();
        for command in commands {
            if self.run(command, depth) == Flow::Forever {
                return Flow::Forever;
            }
        }
        // What passes a filter is not known; `tee` lets all of it pass.
        let passes = |command: &Command| match command {
            Command::Simple { words, to: None } => {
                words.first().is_some_and(|word| ["tee", "cat"].contains(&base(word)))
            }
            _ => false,
        };
        if !passes(last) {
            self.lines.truncate(before);
        }
        if let Command::Simple { words, .. } = last
            && words.first().is_some_and(|word| is_server(word) || base(word) == "nc")
        {
            return self.run(last, depth);
        }
        Flow::Next
    }

    fn run(&mut self, command: &Command, depth: usize) -> Flow {
        match command {
            Command::Simple { words, to } => self.simple(words, to.as_deref(), depth),
            Command::Group(script) => self.script(script, depth),
            Command::Loop {
                is_until,
                condition,
                body,
            } => self.repeat(*is_until, condition, body, depth),
            Command::For { variable, items, body } => self.each(variable, items, body, depth),
            Command::If { branches, otherwise } => {
                for (condition, script) in branches {
                    let flow = self.condition(condition, depth);
                    if flow != Flow::Next {
                        return flow;
                    }
                    if self.status == 0 {
                        return self.script(script, depth);
                    }
                }
                self.status = 0;
                self.script(otherwise, depth)
            }
            Command::Unknown => {
                self.status = 0;
                Flow::Next
            }
        }
    }

    fn condition(&mut self, condition: &Script, depth: usize) -> Flow {
        let is_last = std::mem::replace(&mut self.is_last, false);
        self.conditions += 1;
        let flow = self.script(condition, depth);
        self.conditions -= 1;
        self.is_last = is_last;
        flow
    }

    fn repeat(&mut self, is_until: bool, condition: &Script, body: &Script, depth: usize) -> Flow {
        if self.until.is_none() && !is_until && is_always(condition) && !leaves(body) {
            return Flow::Forever;
        }
        let is_last = std::mem::replace(&mut self.is_last, false);
        let flow = loop {
            if self.is_over() {
                break Flow::Forever;
            }
            let before = (self.until.is_none()).then(|| (self.variables.clone(), self.files.clone()));
            let clock = self.clock;
            self.unanswered = None;
            match self.condition(condition, depth) {
                Flow::Next => {}
                flow => break flow,
            }
            if (self.status == 0) == is_until {
                self.status = 0;
                break Flow::Next;
            }
            match self.script(body, depth) {
                Flow::Next | Flow::Continue => {}
                Flow::Break => break Flow::Next,
                flow => break flow,
            }
            if let Some(before) = before {
                let is_same = before == (self.variables.clone(), self.files.clone());
                match self.unanswered.take() {
                    // It asks until it is answered.
                    Some(awaited) if is_same => {
                        self.awaited.push(awaited);
                        (self.clock, self.status) = (clock, 0);
                        break Flow::Next;
                    }
                    _ if is_same => break Flow::Forever,
                    _ => {}
                }
            } else if self.clock == clock {
                self.clock += 1;
            }
        };
        self.is_last = is_last;
        flow
    }

    fn each(&mut self, variable: &str, items: &[String], body: &Script, depth: usize) -> Flow {
        let items = words::expanded(self, items, depth);
        let is_last = std::mem::replace(&mut self.is_last, false);
        let mut all = Flow::Next;
        for item in items {
            if self.is_over() {
                all = Flow::Forever;
                break;
            }
            self.variables.insert(variable.to_owned(), item);
            match self.script(body, depth) {
                Flow::Next | Flow::Continue => {}
                Flow::Break => break,
                flow => {
                    all = flow;
                    break;
                }
            }
        }
        self.is_last = is_last;
        all
    }

    fn simple(&mut self, raw: &[String], to: Option<&str>, depth: usize) -> Flow {
        let assigned = raw.iter().take_while(|word| words::assignment(word).is_some()).count();
        let (assignments, raw) = raw.split_at_checked(assigned).unwrap_or((raw, &[]));
        self.status = 0;
        for word in assignments {
            if let Some((name, value)) = words::assignment(word) {
                let value = words::text(self, value, depth);
                self.variables.insert(name.to_owned(), value);
            }
        }
        let words = words::expanded(self, raw, depth);
        let Some(file) = to else {
            return self.program(&words, depth);
        };
        let (lines, partial) = (std::mem::take(&mut self.lines), std::mem::take(&mut self.partial));
        let flow = self.program(&words, depth);
        self.flush();
        let printed = std::mem::replace(&mut self.lines, lines);
        self.partial = partial;
        let file = words::text(self, file, depth);
        if file == "/dev/null" {
            return flow;
        }
        let content = self.files.entry(file).or_default();
        for (_, line) in printed {
            content.extend([&line, "\n"]);
        }
        flow
    }

    /// Runs a command whose words are as the program gets them.
    fn program(&mut self, words: &[String], depth: usize) -> Flow {
        let Some((program, arguments)) = words.split_first() else {
            return Flow::Next;
        };
        if depth > DEEPEST {
            return Flow::Forever;
        }
        let name = base(program);
        self.status = 0;
        if self.around.image.is_some_and(|image| image.lacks(name)) {
            self.print(&format!("sh: {program}: not found\n"));
            self.status = 127;
            return Flow::Next;
        }
        match name {
            "exec" if arguments.is_empty() => Flow::Next,
            "exec" => {
                self.is_last = true;
                match self.program(arguments, depth) {
                    Flow::Next => Flow::Exit,
                    flow => flow,
                }
            }
            "eval" => self.script(&read(&arguments.join(" ")), depth + 1),
            "timeout" => self.timeout(arguments, depth),
            _ if words::WRAPPERS.contains(&name) => {
                let is_option = |word: &&String| word.starts_with('-') || words::assignment(word).is_some();
                let options = arguments.iter().take_while(is_option).count();
                self.program(arguments.get(options..).unwrap_or_default(), depth)
            }
            _ if words::SHELLS.contains(&name) => self.shell(arguments, depth),
            "exit" => {
                self.status = arguments
                    .first()
                    .and_then(|code| code.parse().ok())
                    .unwrap_or(self.status);
                Flow::Exit
            }
            "break" => Flow::Break,
            "continue" => Flow::Continue,
            "wait" if self.is_busy_beside => Flow::Forever,
            "set" => {
                let says = |word: &String| word.starts_with('-') && (word.contains('e') || word == "-o");
                self.stops_at_failure |= arguments.iter().any(says);
                Flow::Next
            }
            "trap" => {
                self.handles_term |= arguments
                    .iter()
                    .any(|word| ["TERM", "SIGTERM", "15", "EXIT"].contains(&word.as_str()));
                Flow::Next
            }
            _ => match builtin::run(self, name, arguments) {
                Some(flow) => flow,
                None => self.other(words),
            },
        }
    }

    fn timeout(&mut self, arguments: &[String], depth: usize) -> Flow {
        let rest = arguments.iter().skip_while(|word| word.starts_with('-'));
        let rest: Vec<String> = rest.cloned().collect();
        let Some((limit, command)) = rest.split_first() else {
            return Flow::Next;
        };
        let limit = builtin::seconds(limit).unwrap_or(i64::MAX);
        let clock = self.clock;
        let flow = self.program(command, depth);
        let took_too_long = flow == Flow::Forever || self.clock > clock.saturating_add(limit);
        if !took_too_long {
            return flow;
        }
        self.clock = clock.saturating_add(limit);
        self.status = 124;
        if self.is_over() { Flow::Forever } else { Flow::Next }
    }

    fn shell(&mut self, arguments: &[String], depth: usize) -> Flow {
        let options = arguments.iter().take_while(|word| word.starts_with('-'));
        let options: Vec<&String> = options.collect();
        let rest = arguments.get(options.len()..).unwrap_or_default();
        self.stops_at_failure |= options.iter().any(|word| word.contains('e') && word.len() < 6);
        if options.iter().any(|word| word.contains('c')) {
            let script = rest.first().map_or("", String::as_str);
            return match self.script(&read(script), depth + 1) {
                Flow::Forever => Flow::Forever,
                _ => Flow::Next,
            };
        }
        if rest.is_empty() {
            return if self.around.has_input {
                Flow::Forever
            } else {
                Flow::Next
            };
        }
        self.unknown()
    }

    /// A program of which no more is known than what it asks and whether it serves.
    fn other(&mut self, words: &[String]) -> Flow {
        let name = words.first().map_or("", |word| base(word));
        if let Some(awaited) = asked(words, self.around.lookup) {
            if !(self.around.holds)(&awaited) {
                self.status = builtin::unanswered(name);
                self.unanswered = Some(awaited);
            } else if name == "ping" && builtin::ends(words) == Some(false) {
                return Flow::Forever;
            }
            return Flow::Next;
        }
        if let [_] = words
            && let Some((code, said)) = builtin::needs_words(name)
        {
            self.print(said);
            self.status = code;
            return Flow::Next;
        }
        if is_server(name) {
            self.serve();
        }
        match builtin::ends(words) {
            Some(true) => Flow::Next,
            Some(false) if starts::refuses_url(self, words) => Flow::Next,
            Some(false) => Flow::Forever,
            None => self.unknown(),
        }
    }

    /// What is not known is taken for a server where it comes last, else for something that ends.
    fn unknown(&mut self) -> Flow {
        if !self.is_last {
            return Flow::Next;
        }
        self.serve();
        Flow::Forever
    }
}

/// Whether a condition always holds: `true`, `:`, `[ 1 ]`.
fn is_always(condition: &Script) -> bool {
    let [step] = condition.as_slice() else {
        return false;
    };
    let [Command::Simple { words, .. }] = step.commands.as_slice() else {
        return false;
    };
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    !step.is_negated
        && matches!(
            *words.as_slice(),
            ["true" | ":" | "/bin/true"] | ["[", "1" | "true", "]"] | ["test", "1"]
        )
}

/// Whether a command in there leaves a loop or the script.
fn leaves(script: &Script) -> bool {
    let command = |command: &Command| match command {
        Command::Simple { words, .. } => words
            .first()
            .is_some_and(|word| ["break", "exit", "return", "exec", "set", "kill"].contains(&word.as_str())),
        Command::Loop { condition, body, .. } => leaves(condition) || leaves(body),
        Command::For { body, .. } => leaves(body),
        Command::If { branches, otherwise } => {
            leaves(otherwise)
                || branches
                    .iter()
                    .any(|(condition, body)| leaves(condition) || leaves(body))
        }
        Command::Group(script) => leaves(script),
        Command::Unknown => false,
    };
    script.iter().flat_map(|step| &step.commands).any(command)
}
