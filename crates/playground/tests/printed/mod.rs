//! What kubectl prints on a cluster of its own.

use playground::replay;
use serde_json::json;

/// What the last of these lines prints, standard output before standard error; `text` is created first.
pub fn last(text: &str, lines: &[&str]) -> String {
    let mut steps = vec![json!({"run": "kubectl create -f -", "stdin": text})];
    steps.extend(lines.iter().map(|line| json!({"run": format!("kubectl {line}")})));
    let played = replay(&json!({"name": "printed", "steps": steps})).unwrap();
    let step = &played["steps"][lines.len()];
    ["stdout", "stderr"].map(|it| step[it].as_str().unwrap()).concat()
}
