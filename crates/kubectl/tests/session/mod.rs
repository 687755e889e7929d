//! Command lines run one after the other, with what each prints.
#![allow(dead_code, reason = "each test takes what it needs")]

use cluster::{Cluster, Config, Object};
use kubectl::{Call, Containers, Ended, LogLine, Surroundings, run, split};
use std::cell::RefCell;
use std::collections::BTreeMap;

struct Nothing;

impl Containers for Nothing {
    fn exec(&self, _: &Cluster, _: &Call<'_>) -> Option<Ended> {
        None
    }

    fn logs(&self, _: &Cluster, _: &Object, _: &str) -> Vec<LogLine> {
        Vec::new()
    }
}

/// A command line, and what it leaves: exit code, standard output, standard error.
#[derive(Clone, Copy)]
pub struct Row(pub &'static str, pub i32, pub &'static str, pub &'static str);

pub const fn ok(line: &'static str, stdout: &'static str, stderr: &'static str) -> Row {
    Row(line, 0, stdout, stderr)
}

pub const fn fails(line: &'static str, stdout: &'static str, stderr: &'static str) -> Row {
    Row(line, 1, stdout, stderr)
}

/// Runs lines one after the other.
pub fn session(rows: &[Row]) {
    session_with(&[], rows);
}

/// The same with files that `-f` can name.
pub fn session_with(files: &[(&str, &str)], rows: &[Row]) {
    let mut cluster = Cluster::new(&Config {
        nodes: 1,
        seed: 0,
        ..Config::default()
    });
    let files = [("svc.json", SERVICE_FILE)].iter().chain(files);
    let files: BTreeMap<String, String> = files
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    let discovery = RefCell::default();
    for Row(line, exit, stdout, stderr) in rows {
        let around = Surroundings {
            version: kubectl::KubectlVersion::NEWEST,
            stdin: "",
            files: &files,
            containers: &Nothing,
            before: None,
            edited: None,
            namespace: "",
            discovery: &discovery,
        };
        let output = run(&mut cluster, &split(line), around);
        cluster.settle();
        assert_eq!(
            (output.exit, output.stdout.as_str(), output.stderr.as_str()),
            (*exit, *stdout, *stderr),
            "{line}"
        );
    }
}

const SERVICE_FILE: &str =
    r#"{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "file"}, "spec": {"ports": [{"port": 80}]}}"#;
