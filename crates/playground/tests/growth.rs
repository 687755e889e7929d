//! No kind of input costs more than its size: twice as much of it costs at most 2.3 times as much work.
//!
//! Work is counted in memory asked for, so that the figures are the same on every machine, loaded or not.
#![allow(clippy::cast_precision_loss, clippy::print_stdout, missing_docs, clippy::unwrap_used)]

#[path = "../benches/inputs.rs"]
mod inputs;
#[path = "breaks/work.rs"]
mod work;

use inputs::{INPUTS, Input};
use playground::{Micros, Scenario, Session};
use work::work;

/// The work of an input of so much, without that of an empty one.
fn cost(input: &Input, size: usize) -> u64 {
    let scenario = |size| Scenario {
        text: (input.text)(size),
        nodes: 10,
        ..Scenario::default()
    };
    let Some(line) = input.line else {
        let (one, none) = (scenario(size), scenario(0));
        let all = work(|| drop(Session::new(one)));
        return all.saturating_sub(work(|| drop(Session::new(none))));
    };
    let mut session = Session::new(scenario(size));
    let line = line(size);
    work(|| drop(session.perform(Micros::ZERO, &line)))
}

#[test]
fn twice_as_much_of_anything_costs_about_twice_as_much() {
    let mut worse = Vec::new();
    for input in &INPUTS {
        let [one, two, four] = [4, 8, 16].map(|times| cost(input, input.size * times));
        let growth = |from: u64, to: u64| to as f64 / from.max(1) as f64;
        let (first, second) = (growth(one, two), growth(two, four));
        println!("{:40} {one:10} {two:10} {four:10} {first:.2} {second:.2}", input.name);
        if second > 2.3 && four > 10_000 {
            worse.push(format!("{}: {first:.2}, then {second:.2}", input.name));
        }
    }
    assert!(worse.is_empty(), "{worse:#?}");
}
