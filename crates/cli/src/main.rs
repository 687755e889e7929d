//! The playground without a browser.
fn main() {}
