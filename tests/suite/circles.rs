//! No import circles of more than three files: whoever reads a file can read what it imports first.
#![allow(clippy::expect_used, reason = "a test says what it expects")]

mod imports;

use imports::Crate;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// A type and the two halves of its implementation may know each other; more files than these are no longer read as one.
const FILES_IN_A_CIRCLE: usize = 3;

#[test]
fn no_import_circle_holds_more_than_three_files() {
    let mut found = String::new();
    for folder in sources() {
        let package = Crate::read(&folder);
        for circle in circles(&package.imports) {
            if circle.len() > FILES_IN_A_CIRCLE {
                describe(&mut found, &package, &circle);
            }
        }
    }
    assert!(
        found.is_empty(),
        "{found}\nmove what two files need from each other to a file below both"
    );
}

/// The `src` folder of each crate that the page or the command line is made of.
fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let crates = std::fs::read_dir(root.join("crates")).expect("there are crates");
    let mut folders: Vec<PathBuf> = crates
        .map(|entry| entry.expect("a crate can be read").path().join("src"))
        .filter(|folder| folder.is_dir())
        .collect();
    folders.push(root.join("web/src"));
    folders.sort();
    folders
}

fn describe(found: &mut String, package: &Crate, circle: &[usize]) {
    let name = |file: &usize| package.files[*file].as_str();
    writeln!(found, "\na circle of {} files in {}:", circle.len(), package.name).expect("text can be written");
    for file in circle {
        let within: Vec<String> = package.imports[file]
            .iter()
            .filter(|(imported, _)| circle.contains(imported))
            .map(|(imported, names)| {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                format!("{} ({})", name(imported), names.join(", "))
            })
            .collect();
        writeln!(found, "  {} imports {}", name(file), within.join(", ")).expect("text can be written");
    }
}

type Imports = BTreeMap<usize, BTreeMap<usize, std::collections::BTreeSet<String>>>;

/// The strongly connected components of the imports, by Tarjan's algorithm.
fn circles(imports: &Imports) -> Vec<Vec<usize>> {
    let mut search = Search {
        imports,
        index: BTreeMap::new(),
        low: BTreeMap::new(),
        stack: Vec::new(),
        circles: Vec::new(),
    };
    for file in imports.keys() {
        if !search.index.contains_key(file) {
            search.visit(*file);
        }
    }
    search.circles
}

struct Search<'a> {
    imports: &'a Imports,
    index: BTreeMap<usize, usize>,
    low: BTreeMap<usize, usize>,
    stack: Vec<usize>,
    circles: Vec<Vec<usize>>,
}

impl Search<'_> {
    fn visit(&mut self, file: usize) {
        let index = self.index.len();
        self.index.insert(file, index);
        self.low.insert(file, index);
        self.stack.push(file);
        for imported in self.imports[&file].keys() {
            if !self.index.contains_key(imported) {
                self.visit(*imported);
                self.lower(file, self.low[imported]);
            } else if self.stack.contains(imported) {
                self.lower(file, self.index[imported]);
            }
        }
        if self.low[&file] == index {
            let start = self.stack.iter().position(|it| *it == file).expect("it was pushed");
            self.circles.push(self.stack.split_off(start));
        }
    }

    fn lower(&mut self, file: usize, to: usize) {
        let low = self.low[&file].min(to);
        self.low.insert(file, low);
    }
}

#[test]
fn a_circle_is_found_through_a_re_export() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("suite/circle");
    let package = Crate::read(&folder);
    let found: Vec<Vec<&str>> = circles(&package.imports)
        .into_iter()
        .filter(|circle| circle.len() > 1)
        .map(|circle| {
            let mut names: Vec<&str> = circle.iter().map(|file| package.files[*file].as_str()).collect();
            names.sort_unstable();
            names
        })
        .collect();
    assert_eq!(
        found,
        [["circle/first.rs", "circle/rooms/second.rs", "circle/rooms/third.rs"]]
    );
}
