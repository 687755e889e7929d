//! What each kind of input costs at 1×, 10× and 100×, natively: `cargo bench -p playground --bench growth`.
//!
//! The processor's time, so that other work on the machine does not count.
#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used)]

mod clock;
mod inputs;

use clock::processor_time;
use inputs::{INPUTS, Input};
use playground::{Micros, Scenario, Session};

/// All, or those whose names hold the words given.
fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with("--")).collect();
    println!("| input | 1× | of it | 10× | 100× | growth from 10× to 100× |\n|---|---|---|---|---|---|");
    for input in INPUTS
        .iter()
        .filter(|it| words.iter().all(|word| it.name.contains(word.as_str())))
    {
        let [one, ten, hundred] = [1, 10, 100].map(|times| milliseconds(input, input.size * times));
        println!(
            "| {} | {} | {one:.1} ms | {ten:.1} ms | {hundred:.0} ms | {:.0} |",
            input.name,
            input.size,
            hundred / ten
        );
    }
}

fn milliseconds(input: &Input, size: usize) -> f64 {
    let scenario = Scenario {
        text: (input.text)(size),
        nodes: 10,
        ..Scenario::default()
    };
    let begin = processor_time();
    let mut session = Session::new(scenario);
    let span = match input.line {
        None => processor_time().checked_sub(begin).unwrap(),
        Some(line) => {
            let line = line(size);
            let begin = processor_time();
            drop(session.perform(Micros::ZERO, &line));
            processor_time().checked_sub(begin).unwrap()
        }
    };
    span.as_secs_f64() * 1e3
}
