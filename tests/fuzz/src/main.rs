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
#![allow(clippy::print_stdout, clippy::expect_used, missing_docs)]

use playground_fuzz::{Corpus, Fuzzer, TARGETS, Target, caught, is_instrumented};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long a target runs before the next one does.
const TURN: Duration = Duration::from_secs(40);
/// An input that takes longer has no end.
const LONGEST: Duration = Duration::from_secs(20);

fn main() -> io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["run", work, "--minutes", minutes, names @ ..] => run_all(Path::new(work), number(minutes)?, &chosen(names)?),
        ["run", work, names @ ..] => run_all(Path::new(work), 10, &chosen(names)?),
        ["turn", work, name, seed] => turn(Path::new(work), named(name)?, number(seed)?),
        ["keep", work, names @ ..] => chosen(names)?
            .into_iter()
            .try_for_each(|target| keep(Path::new(work), target)),
        ["cases"] => {
            (0..40).for_each(|number| println!("{}", playground_fuzz::case(number)));
            Ok(())
        }
        ["one", name] => one(named(name)?),
        _ => {
            println!("fuzz run WORK [--minutes N] [TARGET…] | fuzz keep WORK [TARGET…] | fuzz one TARGET | fuzz cases");
            Ok(())
        }
    }
}

fn number(word: &str) -> io::Result<u64> {
    word.parse()
        .map_err(|_| io::Error::other(format!("{word} is no number")))
}

fn named(name: &str) -> io::Result<&'static Target> {
    let found = TARGETS.iter().find(|target| target.name == name);
    found.ok_or_else(|| io::Error::other(format!("no target is called {name}")))
}

/// The targets of these names; all without any.
fn chosen(names: &[&str]) -> io::Result<Vec<&'static Target>> {
    if names.is_empty() {
        return Ok(TARGETS.iter().collect());
    }
    names.iter().map(|name| named(name)).collect()
}

fn run_all(work: &Path, minutes: u64, targets: &[&'static Target]) -> io::Result<()> {
    std::fs::create_dir_all(work)?;
    let (began, span) = (Instant::now(), Duration::from_secs(60 * minutes));
    for seed in began_before(work).. {
        for target in targets {
            if began.elapsed() > span {
                break;
            }
            run_turn(work, target, seed)?;
        }
        if began.elapsed() > span {
            break;
        }
        append(&work.join("turns"), &format!("{seed}\n"))?;
    }
    Ok(())
}

/// A turn in a process of its own; what it leaves behind if it dies is kept.
fn run_turn(work: &Path, target: &Target, seed: u64) -> io::Result<()> {
    let mut own = Command::new(std::env::current_exe()?);
    own.arg("turn").arg(work).args([target.name, &seed.to_string()]);
    let ended = own.status()?;
    if ended.success() {
        return Ok(());
    }
    let last = input_under_way(work);
    let words = String::from_utf8_lossy(&last);
    let line = format!("{ended} seed {seed}: {}\n", words.escape_debug());
    append(&work.join(format!("{}.died", target.name)), &line)?;
    std::fs::write(work.join(format!("{}-{seed}.input", target.name)), &last)
}

/// So many turns all targets had, in earlier runs.
fn began_before(work: &Path) -> u64 {
    std::fs::read_to_string(work.join("turns"))
        .unwrap_or_default()
        .lines()
        .count() as u64
}

fn append(file: &Path, text: &str) -> io::Result<()> {
    let mut file = File::options().create(true).append(true).open(file)?;
    file.write_all(text.as_bytes())
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

fn turn(work: &Path, target: &'static Target, seed: u64) -> io::Result<()> {
    let under_way = work.join("under-way");
    let under_way = File::options()
        .create(true)
        .write(true)
        .truncate(false)
        .open(under_way)?;
    let before = Box::new(move |input: &[u8]| {
        EXECUTIONS.fetch_add(1, Ordering::Relaxed);
        let mut written = Vec::with_capacity(8 + input.len());
        written.extend((input.len() as u64).to_le_bytes());
        written.extend(input);
        under_way
            .write_all_at(&written, 0)
            .expect("a run whose inputs are not noted is for nothing");
    });
    std::thread::spawn(watch);
    let kept = folder_of(work, target)?;
    let more = inputs_in(&kept)?;
    let (began, known) = (Instant::now(), more.len());
    let mut fuzzer = Fuzzer::with_before(target, seed, more, before);
    let first = fuzzer.inputs().len();
    while began.elapsed() < TURN {
        fuzzer.run_batch(usize::MAX);
    }
    for (number, input) in fuzzer.inputs().iter().enumerate().skip(first) {
        std::fs::write(kept.join(format!("{seed:05}-{number:05}")), input)?;
    }
    let file = work.join(format!("{}.finds", target.name));
    for find in fuzzer.progress.finds.values() {
        let all = std::fs::read_to_string(&file).unwrap_or_default();
        if !all.contains(&find.panic.place) {
            let words = find.panic.words.escape_debug();
            append(&file, &format!("{}: {words}\n{}", find.panic.place, find.line))?;
        }
    }
    let (ran, seconds, covered) = (fuzzer.progress.executions, began.elapsed().as_secs(), fuzzer.covered());
    let line = format!("{} {ran} {seconds} {covered} {known}\n", target.name);
    append(&work.join("executions"), &line)
}

fn folder_of(work: &Path, target: &Target) -> io::Result<PathBuf> {
    let folder = work.join(target.name);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn inputs_in(folder: &Path) -> io::Result<Vec<Vec<u8>>> {
    let files = folder.read_dir()?.map(|entry| Ok(entry?.path()));
    let mut files = files.collect::<io::Result<Vec<PathBuf>>>()?;
    files.sort();
    files.iter().map(std::fs::read).collect()
}

/// How many inputs of a target are kept, and how long all together may be.
const KEPT: usize = 150;
const KEPT_BYTES: usize = 60_000;

fn keep(work: &Path, target: &'static Target) -> io::Result<()> {
    assert!(
        is_instrumented(),
        "without counters of coverage nobody knows which inputs to keep"
    );
    let fuzzer = Fuzzer::new(target, 0, inputs_in(&folder_of(work, target)?)?);
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
    Corpus::keep(target, &kept)
}

fn one(target: &'static Target) -> io::Result<()> {
    let mut bytes = Vec::new();
    io::stdin().read_to_end(&mut bytes)?;
    let began = Instant::now();
    println!("{:?} after {:?}", caught(|| (target.run)(&bytes)), began.elapsed());
    Ok(())
}
