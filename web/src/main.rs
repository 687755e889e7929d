//! The playground in the browser.
fn main() {}
