//! Writes the table of the gallery's scenarios, in the order of their data file, and a function for each sentence of the page.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    words()?;
    gallery()
}

fn words() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("words");
    println!("cargo:rerun-if-changed={}", folder.display());
    write("words.rs", &words::functions(&words::languages(&folder)?))
}

fn gallery() -> io::Result<()> {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    println!("cargo:rerun-if-changed={}", scenarios.display());
    let order = fs::read_to_string(scenarios.join("gallery/order.txt"))?;
    let mut heading = "";
    let mut table = "[\n".to_owned();
    for line in order.lines().filter(|line| !line.is_empty()) {
        if let Some(words) = line.strip_prefix("# ") {
            heading = words;
            continue;
        }
        let in_gallery = scenarios.join("gallery").join(line).with_extension("yaml");
        let path = if in_gallery.exists() {
            in_gallery
        } else {
            scenarios.join(line).with_extension("yaml")
        };
        let path = path.to_string_lossy();
        writeln!(table, "({heading:?}, {line:?}, include_str!({path:?})),").map_err(io::Error::other)?;
    }
    write("gallery.rs", &(table + "]\n"))
}

fn write(name: &str, content: &str) -> io::Result<()> {
    let folder = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&folder).join(name), content)
}
