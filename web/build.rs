//! Writes the table of the gallery's scenarios, in the order of their data file.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
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
    let written = Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("gallery.rs");
    fs::write(written, table + "]\n")
}
