//! Kept inputs: a line each in `corpus/TARGET.jsonl`, those that once failed in `finds/TARGET.jsonl`.
//!
//! A line is a JSON string: the input itself where the target reads text, else its bytes in hexadecimal.

use crate::Target;
use std::fmt::Write as _;
use std::path::PathBuf;

/// The inputs of a target.
#[derive(Default)]
pub struct Corpus {
    pub inputs: Vec<Vec<u8>>,
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The file of the inputs of a target that once failed.
pub fn find_file(target: &Target) -> PathBuf {
    folder("finds").join(format!("{}.jsonl", target.name))
}

impl Corpus {
    /// What is kept for a target, and what the project has anyway.
    pub fn of(target: &Target) -> Self {
        let mut inputs = Self::finds(target).inputs;
        inputs.extend(Self::kept(target).inputs);
        inputs.extend((target.seeds)().into_iter().map(String::into_bytes));
        for input in &mut inputs {
            input.truncate(target.longest);
        }
        Self { inputs }
    }

    /// What a longer run kept.
    pub fn kept(target: &Target) -> Self {
        Self::read(&folder("corpus").join(format!("{}.jsonl", target.name)), target.is_text)
    }

    /// What once failed.
    pub fn finds(target: &Target) -> Self {
        Self::read(&find_file(target), target.is_text)
    }

    fn read(file: &std::path::Path, is_text: bool) -> Self {
        let lines = std::fs::read_to_string(file).unwrap_or_default();
        let input = |line: &str| {
            let text: String = serde_json::from_str(line).expect("a line is a JSON string");
            if is_text { text.into_bytes() } else { unhex(&text) }
        };
        Self {
            inputs: lines.lines().map(input).collect(),
        }
    }

    /// Writes inputs as [`Self::kept`] reads them.
    pub fn keep(target: &Target, inputs: &[Vec<u8>]) -> std::io::Result<()> {
        let lines: String = inputs.iter().map(|input| line(target, input)).collect();
        std::fs::write(folder("corpus").join(format!("{}.jsonl", target.name)), lines)
    }
}

/// An input as a line of a file.
pub fn line(target: &Target, input: &[u8]) -> String {
    let text = if target.is_text {
        String::from_utf8_lossy(input).into_owned()
    } else {
        hex(input)
    };
    format!("{}\n", serde_json::Value::from(text))
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .chars()
        .filter_map(|it| it.to_digit(16))
        .filter_map(|it| u8::try_from(it).ok())
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] * 16 + pair.get(1).unwrap_or(&0))
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
