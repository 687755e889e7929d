//! Runs targets for long, each in turn, in a process of its own that may die.
//!
//! With counters of coverage, on stable Rust:
//!
//! ```sh
//! RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=3 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters" \
//!   cargo build --profile fuzz -p playground-fuzz --target x86_64-unknown-linux-gnu --target-dir target/fuzz
//! target/fuzz/x86_64-unknown-linux-gnu/fuzz/fuzz run WORK [--minutes N] [TARGET…]
//! ```
//!
//! Without them (`cargo run --profile fuzz -p playground-fuzz -- …`) new inputs are changes of the kept ones alone.
//!
//! `WORK` is a folder that gets what reached something new, what failed, and how many inputs ran. `fuzz keep WORK [TARGET…]` writes
//! the fewest inputs that reach the same into `tests/fuzz/corpus`; `fuzz one TARGET` runs the lines of its standard input; `fuzz cases`
//! prints what `tests/wasm/generated.jsonl` holds, without the hashes.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, missing_docs)]

use playground_fuzz::{Corpus, Fuzzer, TARGETS, Target, caught, is_instrumented};
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long a target runs before the next one does.
const TURN: Duration = Duration::from_secs(40);
/// An input that takes longer has no end.
const LONGEST: Duration = Duration::from_secs(20);

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["run", work, rest @ ..] => {
            let (minutes, names) = match rest {
                ["--minutes", minutes, names @ ..] => (minutes.parse().expect("a number of minutes"), names),
                names => (10, names),
            };
            run_all(Path::new(work), Duration::from_secs(60 * minutes), &chosen(names));
        }
        ["turn", work, name, seed] => turn(Path::new(work), chosen(&[*name])[0], seed.parse().unwrap()),
        ["keep", work, names @ ..] => chosen(names)
            .into_iter()
            .for_each(|target| keep(Path::new(work), target)),
        ["cases"] => (0..40).for_each(|number| println!("{}", playground_fuzz::case(number))),
        ["one", name] => one(chosen(&[*name])[0]),
        _ => {
            println!("fuzz run WORK [--minutes N] [TARGET…] | fuzz keep WORK [TARGET…] | fuzz one TARGET | fuzz cases");
        }
    }
}

fn chosen(names: &[&str]) -> Vec<&'static Target> {
    let named = |target: &&Target| names.is_empty() || names.contains(&target.name);
    TARGETS.iter().filter(named).collect()
}

fn run_all(work: &Path, span: Duration, targets: &[&'static Target]) {
    std::fs::create_dir_all(work).unwrap();
    let began = Instant::now();
    for seed in began_before(work).. {
        for target in targets {
            if began.elapsed() > span {
                return;
            }
            let own = std::env::current_exe().unwrap();
            let ended = Command::new(own)
                .args(["turn", work.to_str().unwrap(), target.name, &seed.to_string()])
                .status()
                .unwrap();
            if !ended.success() {
                let last = input_under_way(work);
                append(
                    &work.join(format!("{}.died", target.name)),
                    &format!(
                        "{ended} seed {seed}: {}\n",
                        String::from_utf8_lossy(&last).escape_debug()
                    ),
                );
                std::fs::write(work.join(format!("{}-{seed}.input", target.name)), last).unwrap();
            }
        }
        append(&work.join("turns"), &format!("{seed}\n"));
    }
}

/// So many turns all targets had, in earlier runs.
fn began_before(work: &Path) -> u64 {
    std::fs::read_to_string(work.join("turns"))
        .unwrap_or_default()
        .lines()
        .count() as u64
}

fn append(file: &Path, text: &str) {
    let mut file = File::options().create(true).append(true).open(file).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// The input that a process left behind: its length, then its bytes.
fn input_under_way(work: &Path) -> Vec<u8> {
    let bytes = std::fs::read(work.join("under-way")).unwrap_or_default();
    let Some((length, rest)) = bytes.split_first_chunk::<8>() else {
        return Vec::new();
    };
    let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or_default();
    rest[..length.min(rest.len())].to_vec()
}

static EXECUTIONS: AtomicU64 = AtomicU64::new(0);

/// Ends the process where an input takes too long.
fn watch() {
    let mut before = (0, Instant::now());
    loop {
        std::thread::sleep(Duration::from_secs(1));
        let now = EXECUTIONS.load(Ordering::Relaxed);
        if now != before.0 {
            before = (now, Instant::now());
        } else if before.1.elapsed() > LONGEST {
            std::process::abort();
        }
    }
}

fn turn(work: &Path, target: &'static Target, seed: u64) {
    let under_way = File::options()
        .create(true)
        .write(true)
        .truncate(false)
        .open(work.join("under-way"))
        .unwrap();
    let before = Box::new(move |input: &[u8]| {
        EXECUTIONS.fetch_add(1, Ordering::Relaxed);
        let mut written = Vec::with_capacity(8 + input.len());
        written.extend((input.len() as u64).to_le_bytes());
        written.extend(input);
        under_way.write_all_at(&written, 0).unwrap();
    });
    std::thread::spawn(watch);
    let kept = folder_of(work, target);
    let more = inputs_in(&kept);
    let (began, known) = (Instant::now(), more.len());
    let mut fuzzer = Fuzzer::with_before(target, seed, more, before);
    let first = fuzzer.inputs().len();
    while began.elapsed() < TURN {
        fuzzer.run(64);
    }
    for (number, input) in fuzzer.inputs().iter().enumerate().skip(first) {
        std::fs::write(kept.join(format!("{seed:05}-{number:05}")), input).unwrap();
    }
    for find in fuzzer.progress.finds.values() {
        let file = work.join(format!("{}.finds", target.name));
        let all = std::fs::read_to_string(&file).unwrap_or_default();
        if !all.contains(&find.panic.place) {
            append(
                &file,
                &format!(
                    "{}: {}\n{}",
                    find.panic.place,
                    find.panic.words.escape_debug(),
                    find.line
                ),
            );
        }
    }
    append(
        &work.join("executions"),
        &format!(
            "{} {} {} {} {known}\n",
            target.name,
            fuzzer.progress.executions,
            began.elapsed().as_secs(),
            fuzzer.covered()
        ),
    );
}

fn folder_of(work: &Path, target: &Target) -> PathBuf {
    let folder = work.join(target.name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn inputs_in(folder: &Path) -> Vec<Vec<u8>> {
    let mut files: Vec<PathBuf> = folder.read_dir().unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

/// How many inputs of a target are kept, and how long all together may be.
const KEPT: usize = 150;
const KEPT_BYTES: usize = 60_000;

fn keep(work: &Path, target: &'static Target) {
    assert!(
        is_instrumented(),
        "without counters of coverage nobody knows which inputs to keep"
    );
    let fuzzer = Fuzzer::new(target, 0, inputs_in(&folder_of(work, target)));
    let mut kept = Vec::new();
    let mut bytes = 0;
    for input in fuzzer.fewest() {
        bytes += input.len();
        if kept.len() == KEPT || bytes > KEPT_BYTES {
            break;
        }
        kept.push(input);
    }
    println!(
        "{}: {} inputs of {}, {} parts",
        target.name,
        kept.len(),
        fuzzer.inputs().len(),
        fuzzer.covered()
    );
    Corpus::keep(target, &kept).unwrap();
}

fn one(target: &'static Target) {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).unwrap();
    let began = Instant::now();
    println!("{:?} after {:?}", caught(|| (target.run)(&bytes)), began.elapsed());
}
