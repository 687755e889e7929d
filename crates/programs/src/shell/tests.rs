use super::{Dialect, Machine, Program, Shell, absolute, is_whole, run};
use crate::output::ProgramOutput;
use crate::tools;
use std::collections::BTreeMap;

/// A machine with tools, and a program that takes two seconds.
struct Bench {
    known: i64,
}

impl Machine for Bench {
    fn run(&mut self, program: &Program<'_>) -> Option<ProgramOutput> {
        match program.words.first().map(String::as_str) {
            Some("slow") => Some(ProgramOutput {
                stdout: format!("at {}\n", program.since),
                seconds: 2,
                ..ProgramOutput::default()
            }),
            Some("complain") => Some(ProgramOutput::failed(3, "wrong\n")),
            _ => tools::run(program.words, program.input, &|path| {
                self.file(&absolute(program.directory, path))
            }),
        }
    }

    fn has(&self, name: &str) -> bool {
        ["slow", "sh"].contains(&name)
    }

    fn file(&self, path: &str) -> Option<String> {
        (path == "/etc/hosts").then(|| "127.0.0.1 localhost\n10.0.0.1 web\n".to_owned())
    }

    fn write(&mut self, _: &str, _: &str) -> Result<(), &'static str> {
        Err("Read-only file system")
    }

    fn remove(&mut self, _: &str) -> bool {
        false
    }

    fn is_directory(&self, path: &str) -> bool {
        path == "/etc"
    }

    fn fraction(&self) -> u16 {
        500
    }

    fn known(&self) -> i64 {
        self.known
    }
}

fn ended(script: &str) -> ProgramOutput {
    let mut shell = Shell::new(Dialect::Ash, BTreeMap::from([("NAME".to_owned(), "web 1".to_owned())]));
    run(&mut shell, script, "", &mut Bench { known: i64::MAX })
}

fn printed(script: &str) -> String {
    let ended = ended(script);
    assert_eq!(ended.stderr, "", "{script}");
    ended.stdout
}

#[test]
fn parts_of_a_second_add_up() {
    assert_eq!(printed("slow; sleep 0.4; slow; sleep .1; slow"), "at 0\nat 2\nat 5\n");
    assert_eq!(ended("sleep 0.25").seconds, 1);
    assert_eq!(ended("sleep 2.5s; sleep 0.5").seconds, 3);
    assert_eq!(ended("sleep 1.x").exit, 1);
}

#[test]
fn words_are_expanded_as_a_shell_does() {
    assert_eq!(printed("echo $NAME '$NAME' \"$NAME\" \\$x"), "web 1 $NAME web 1 $x\n");
    assert_eq!(printed("for i in $NAME; do echo [$i]; done"), "[web]\n[1]\n");
    assert_eq!(printed("for i in \"$NAME\"; do echo [$i]; done"), "[web 1]\n");
    assert_eq!(
        printed("A=b; echo ${A}c ${none:-no} $(echo x; echo y) $((1 + 2*3))"),
        "bc no x y 7\n"
    );
    assert_eq!(printed("echo `echo tick`"), "tick\n");
    assert_eq!(printed("A=1 true; echo [$A]"), "[]\n");
    assert_eq!(printed("false; echo $?; true; echo $?"), "1\n0\n");
    assert_eq!(printed("printf '%s-%d\\n' a 1 b 2"), "a-1\nb-2\n");
}

#[test]
fn commands_are_joined() {
    assert_eq!(printed("true && echo yes || echo no"), "yes\n");
    assert_eq!(printed("false && echo yes || echo no"), "no\n");
    assert_eq!(printed("! false && echo turned"), "turned\n");
    assert_eq!(printed("echo b; echo a\necho c"), "b\na\nc\n");
    assert_eq!(printed("{ echo b; echo a; } | sort | head -1"), "a\n");
    assert_eq!(printed("(cd /etc; pwd); cat /etc/hosts | grep -c web"), "/etc\n1\n");
    assert_eq!(printed("cd /etc && cat hosts | wc -l"), "2\n");
    assert_eq!(printed("echo a b | while read x y; do echo $y $x; done"), "b a\n");
}

#[test]
fn loops_and_conditions() {
    assert_eq!(
        printed("i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done"),
        "0\n1\n2\n"
    );
    assert_eq!(printed("i=0; until [ $i = 2 ]; do i=$((i+1)); done; echo $i"), "2\n");
    assert_eq!(
        printed("for i in $(seq 5); do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done"),
        "1\n3\n"
    );
    assert_eq!(
        printed("if [ -z \"\" ]; then echo empty; else echo full; fi"),
        "empty\n"
    );
    assert_eq!(printed("if false; then echo a; elif true; then echo b; fi"), "b\n");
    assert_eq!(printed("sh -c 'echo inner; exit 3'; echo $?"), "inner\n3\n");
}

#[test]
fn streams_go_where_they_are_sent() {
    let both = ended("complain 2>&1 | sort");
    assert_eq!((both.stdout.as_str(), both.stderr.as_str()), ("wrong\n", ""));
    let quiet = ended("complain 2>/dev/null; echo $?");
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("3\n", ""));
    assert_eq!(
        printed("echo lost >/dev/null; complain >/dev/null 2>&1; echo kept"),
        "kept\n"
    );
    let file = ended("echo a > /tmp/x");
    assert_eq!(file.exit, 1);
    assert_eq!(file.stderr, "sh: can't create /tmp/x: Read-only file system\n");
}

#[test]
fn what_goes_wrong_is_said_in_the_shells_words() {
    let missing = ended("nope");
    assert_eq!((missing.stderr.as_str(), missing.exit), ("sh: nope: not found\n", 127));
    let mut bash = Shell::new(Dialect::Bash, BTreeMap::new());
    let missing = run(&mut bash, "nope", "", &mut Bench { known: 0 });
    assert_eq!(missing.stderr, "bash: nope: command not found\n");
    assert_eq!(ended("done").stderr, "sh: syntax error: unexpected \"done\"\n");
    assert_eq!(
        ended("sleep 1 &").stderr,
        "sh: a command in the background (&) is not simulated: there is a smaller shell here\n"
    );
    assert!(!is_whole("for i in 1 2; do") && !is_whole("echo 'a") && !is_whole("true &&") && is_whole("fi"));
}

#[test]
fn time_passes_and_the_future_is_awaited() {
    let slept = ended("slow; sleep 3; slow");
    assert_eq!(
        (slept.stdout.as_str(), slept.seconds, slept.goes_on),
        ("at 0\nat 5\n", 7, false)
    );
    let mut shell = Shell::new(Dialect::Ash, BTreeMap::new());
    let begun = run(&mut shell, "slow; sleep 3; slow", "", &mut Bench { known: 4 });
    assert_eq!(
        (begun.stdout.as_str(), begun.seconds, begun.goes_on),
        ("at 0\n", 5, true)
    );
}

#[test]
fn an_endless_loop_ends() {
    let endless = ended("while true; do :; done");
    assert!(
        endless.stderr.starts_with("stopped: a line runs no more than"),
        "{}",
        endless.stderr
    );
    assert_eq!(endless.exit, 130);
    let nested = ended("while true; do while true; do echo a; done; done");
    assert!(nested.stdout.len() < 3_000);
}

#[test]
fn what_doubles_is_stopped() {
    for line in [
        "x=ab; for i in $(seq 60); do x=$x$x; done",
        "x=ab; for i in $(seq 60); do x=\"$x$x\"; done",
        "x=ab; for i in $(seq 60); do x=$(echo $x $x); done",
        &("echo a".to_owned() + &" | sed s/a/aaaaaaaa/g".repeat(20)),
    ] {
        let ended = ended(line);
        assert!(
            ended
                .stderr
                .ends_with("stopped: a line makes no more than 4 MB of text here\n"),
            "{line:.40}: {:.200}",
            ended.stderr
        );
    }
}

#[test]
fn what_a_line_defines_lasts_for_the_next() {
    let mut shell = Shell::new(Dialect::Bash, BTreeMap::new());
    let mut said = |line: &str| {
        let ended = run(&mut shell, line, "", &mut Bench { known: i64::MAX });
        ended.stdout + &ended.stderr
    };
    assert_eq!(
        said("A=1; greet() { echo \"hello $1, $# of $@\"; }; alias g='greet dear'"),
        ""
    );
    assert_eq!(said("greet web $A"), "hello web, 2 of web 1\n");
    assert_eq!(said("g x"), "hello dear, 2 of dear x\n");
    assert_eq!(said("(A=2; cd /etc); echo $A $PWD"), "1 /\n");
    assert_eq!(said("echo 3 | read A; echo $A"), "1\n");
    assert_eq!(said("f() { local A=5; return 3; echo no; }; f; echo $? $A"), "3 1\n");
    assert_eq!(
        said("loop() { loop; }; loop"),
        "loop: functions call each other too deep here\n"
    );
    assert_eq!(said("alias"), "alias g='greet dear'\n");
    let fresh = Shell::new(Dialect::Bash, BTreeMap::new());
    assert_eq!(shell.preamble("echo $A", &fresh), "A='1'\n");
    assert_eq!(
        shell.preamble("g web", &fresh),
        "greet() { echo \"hello $1, $# of $@\"; }\nalias g='greet dear'\n"
    );
    assert_eq!(shell.preamble("kubectl get pods", &fresh), "");
}

#[test]
fn here_documents_are_read() {
    assert_eq!(printed("cat <<EOF\n$NAME \"x\" \\$y\nEOF\n"), "web 1 \"x\" $y\n");
    assert_eq!(printed("cat <<'EOF' | grep b\n$a\n$b\nEOF\necho end"), "$b\nend\n");
    assert_eq!(printed("cat <<-E; echo then\n\tx\n\tE"), "x\nthen\n");
    assert!(!is_whole("cat <<EOF\nx") && is_whole("cat <<EOF\nx\nEOF"));
    assert_eq!(
        super::single("kubectl apply -f - <<EOF\na: 1\nEOF"),
        Some((
            ["kubectl", "apply", "-f", "-"].map(str::to_owned).to_vec(),
            "a: 1\n".to_owned()
        ))
    );
    assert_eq!(super::single("kubectl get $x"), None);
}

#[test]
fn columns_are_chosen_by_conditions() {
    let lines = "echo 'NAME STATUS\na Running\nb Pending'";
    let lines = lines.replace("echo '", "printf '%s\\n' '");
    let of = |program: &str| printed(&format!("{lines} | awk '{program}'"));
    assert_eq!(of("NR>1 {print $1}"), "a\nb\n");
    assert_eq!(of("$2==\"Running\" {print $1}"), "a\n");
    assert_eq!(of("/Pend/"), "b Pending\n");
    assert_eq!(of("!/NAME/ {print $2}"), "Running\nPending\n");
}
